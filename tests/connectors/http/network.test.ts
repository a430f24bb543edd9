// The rules of lib/connectors/http.ts for what lies between: redirects, proxies, TLS.

import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { demandElsewhere, elsewhereLookup } from "../../../lib/connectors/elsewhere.ts";
import { createHttp, DoubtfulError, HttpStatusError } from "../../../lib/connectors/http.ts";
import { AccessError, ConfigError, RemoteError } from "../../../lib/core/errors.ts";
import { makeCertificates } from "../../support/outside/certificates.ts";
import { answer, closeAfterEach, good, listen, open, opened, serve } from "./servers.ts";
import { failure } from "../../support/failure.ts";

closeAfterEach();

describe("redirects", () => {
  const secrets = { authorization: "Bearer secret", cookie: "a=b", "x-redmine-api-key": "key", accept: "x/y" };

  it("follows only where asked, within the host with credentials, to another without", async () => {
    const other = await serve(good);
    const { url, seen } = await serve(answer(302, { location: "/second" }), answer(307, { location: `${other.url}/third` }));
    const { http } = open(url);
    expect((await http.request({ method: "GET", path: "/first", headers: secrets, redirect: "follow" })).text).toBe("good");
    expect(seen[1]?.headers).toMatchObject(secrets);
    expect(other.seen[0]?.headers).toMatchObject({ accept: "x/y" });
    expect(Object.keys(other.seen[0]?.headers ?? {}).filter((name) => name in secrets)).toEqual(["accept"]);
    expect(http.calls()).toBe(3);
  });

  it("turns a write into a read after 303 and keeps it after 307", async () => {
    const { url, seen } = await serve(answer(303, { location: "/a" }), good, answer(307, { location: "/b" }), good);
    const { http } = open(url);
    await http.request({ method: "POST", path: "/", json: { n: 1 }, redirect: "follow" });
    await http.request({ method: "POST", path: "/", json: { n: 2 }, redirect: "follow" });
    expect(seen.map((entry) => [entry.method, entry.body])).toEqual([["POST", '{"n":1}'], ["GET", ""], ["POST", '{"n":2}'], ["POST", '{"n":2}']]);
  });

  it("ends a circle", async () => {
    const { url } = await serve(answer(302, { location: "/again" }));
    expect((await failure(open(url).http.request({ method: "GET", path: "/", redirect: "follow" }))).message).toContain("more than 5");
  });
});

describe("ways that a server sends us on", () => {
  const place = "alm: GET /file";
  const from = (home: string, to: string): string => {
    try {
      demandElsewhere(place, new URL(home), new URL(to));
      return "goes";
    } catch (error) {
      return error instanceof RemoteError ? error.message.replace(/^.*, /, "") : String(error);
    }
  };

  it.each([
    ["https://acme.example", "https://media.example/file", "goes"],
    ["https://acme.example", "https://acme.example:8443/file", "goes"],
    ["http://acme.example", "https://acme.example/file", "goes"],
    ["https://acme.example", "http://media.example/file", "where others can read what comes"],
    ["https://acme.example", "http://acme.example/file", "where others can read what comes"],
    ["https://acme.example", "file:///etc/passwd", "which is no web address"],
    ["https://acme.example", "data:text/plain,x", "which is no web address"],
    ...["169.254.169.254", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[fe80::1]", "[fd00:ec2::254]", "100.100.100.200", "10.0.0.1", "172.16.3.4", "192.168.1.1", "localhost", "LOCALHOST.", "x.localhost"].map((host) => ["https://acme.example", `https://${host}/latest/meta-data`, "which is inside this network"] as const),
    ["https://10.1.2.3", "https://10.1.2.4/file", "goes"],
    ["http://localhost:8080", "http://127.0.0.1:9000/file", "goes"],
  ] as const)("%s to %s: %s", (home, to, what) => expect(from(home, to)).toBe(what));

  it("ends where a name leads into this machine", async () => {
    const found = await new Promise<string>((done) => elsewhereLookup("localhost", { all: true }, (error, address) => done(error === null ? JSON.stringify(address) : error.message)));
    expect(found).toBe("localhost leads into this machine");
  });

  it("shows our certificate to the server itself, and to no other it sends us on to", async () => {
    const certificates = makeCertificates();
    opened.push(() => certificates.remove());
    const seen: string[] = [];
    const server = async (name: string, answerWith: (response: ServerResponse) => void): Promise<number> =>
      listen(
        createTlsServer({ ...certificates.server, ca: readFileSync(certificates.caFile), requestCert: true, rejectUnauthorized: false }, (request, response) => {
          seen.push(`${name}: ${(request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } }).getPeerCertificate().subject?.CN ?? "nobody"}`);
          answerWith(response);
        }) as unknown as Server,
      );
    const other = await server("other", (response) => void response.end("file"));
    const home = await server("home", (response) => void response.writeHead(302, { location: `https://localhost:${other}/file` }).end());
    const { certFile, keyFile } = certificates.client;
    const { http } = open(`https://localhost:${home}`, { caFile: certificates.caFile, certFile, keyFile });
    expect((await http.request({ method: "GET", path: "/", redirect: "follow" })).text).toBe("file");
    expect(seen).toEqual(["home: client", "other: nobody"]);
  });

  it("leaves TLS for no address", async () => {
    const certificates = makeCertificates();
    opened.push(() => certificates.remove());
    const plain = await serve(good);
    const port = await listen(createTlsServer(certificates.server, (_request, response) => void response.writeHead(302, { location: `${plain.url}/file` }).end()) as unknown as Server);
    const error = await failure(open(`https://localhost:${port}`, { caFile: certificates.caFile }).http.request({ method: "GET", path: "/", redirect: "follow" }));
    expect([error.message, plain.seen.length]).toEqual([expect.stringContaining("where others can read what comes"), 0]);
  });
});

describe("what a server says back", () => {
  it("never holds our secrets, in a refusal's body or headers, in whatever form it repeats them", async () => {
    const secret = 'p&ss "w<rd';
    const basic = Buffer.from(`jane:${secret}`).toString("base64");
    const echo = JSON.stringify({ as: secret, xml: "p&amp;ss \"w&lt;rd", url: encodeURIComponent(secret), form: "p%26ss+%22w%3Crd", sent: `Basic ${basic}`, cookie: "session-77aa01", user: "jane" });
    const { url } = await serve(answer(400, { "x-error": `Basic ${basic} for jane`, "set-cookie": "S=session-77aa01" }, echo));
    const http = createHttp({ name: "alm", system: "x", url, credentials: { user: "jane", password: secret }, scope: {}, options: {}, network: { proxy: "none" } });
    opened.push(() => http.close());
    const headers = { authorization: `Basic ${basic}`, cookie: "S=session-77aa01" };
    const allowed = await http.request({ method: "GET", path: "/", headers, allow: [400] });
    const thrown = await failure(http.request({ method: "GET", path: "/", headers }));
    for (const response of [allowed, thrown instanceof HttpStatusError ? thrown.response : undefined]) {
      expect(JSON.parse(response?.text ?? "")).toEqual({ as: "•••", xml: "•••", url: "•••", form: "•••", sent: "Basic •••", cookie: "•••", user: "jane" });
      expect([response?.headers["x-error"], response?.headers["set-cookie"]]).toEqual(["Basic ••• for jane", "S=session-77aa01"]);
    }
  });
});

describe("proxies", () => {
  const proxy = async (refuse?: number): Promise<{ readonly url: string; readonly connects: string[]; readonly logins: (string | undefined)[] }> => {
    const connects: string[] = [];
    const logins: (string | undefined)[] = [];
    const server = createServer();
    server.on("connect", (request, socket) => {
      connects.push(request.url ?? "");
      logins.push(request.headers["proxy-authorization"]);
      if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
      const [host, port] = (request.url ?? "").split(":");
      const upstream = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
      opened.push(() => {
        upstream.destroy();
        socket.destroy();
      });
    });
    return { url: `127.0.0.1:${await listen(server)}`, connects, logins };
  };

  it("goes through the proxy named, with its user", async () => {
    const { url } = await serve(good);
    const { url: address, connects, logins } = await proxy();
    const { http } = open(url, { proxy: `http://jane:pass@${address}` });
    expect((await http.request({ method: "GET", path: "/" })).text).toBe("good");
    expect(connects).toEqual([new URL(url).host]);
    expect(logins).toEqual([`Basic ${Buffer.from("jane:pass").toString("base64")}`]);
  });

  it("obeys the environment unless told not to", async () => {
    const { url } = await serve(good);
    const { url: address, connects } = await proxy();
    const kept = { http: process.env["HTTP_PROXY"], no: process.env["NO_PROXY"], small: process.env["no_proxy"] };
    try {
      process.env["HTTP_PROXY"] = `http://${address}`;
      process.env["NO_PROXY"] = "";
      process.env["no_proxy"] = "";
      const settings = { name: "alm", system: "x", url, credentials: {}, scope: {}, options: {}, network: {} };
      const http = createHttp(settings);
      opened.push(() => http.close());
      await http.request({ method: "GET", path: "/" });
      expect(connects).toHaveLength(1);
      await open(url, { proxy: "none" }).http.request({ method: "GET", path: "/" });
      expect(connects).toHaveLength(1);
    } finally {
      for (const [name, value] of [["HTTP_PROXY", kept.http], ["NO_PROXY", kept.no], ["no_proxy", kept.small]] as const) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  it.each([
    [407, AccessError],
    [403, RemoteError],
  ])("explains a proxy that answers %i", async (status, kind) => {
    const { url } = await serve(good);
    const { url: address } = await proxy(status);
    const error = await failure(open(url, { proxy: `http://${address}` }).http.request({ method: "POST", path: "/" }));
    expect(error).toBeInstanceOf(kind);
    expect(error.advice).toContain("network.proxy");
  });

  it("refuses a proxy that is no address", () => {
    expect(() => open("http://127.0.0.1:1", { proxy: "::" })).toThrow(ConfigError);
  });

  it("verifies the server behind a proxy by the same authority", async () => {
    const certificates = makeCertificates();
    opened.push(() => certificates.remove());
    const port = await listen(createTlsServer(certificates.server, (_request, response) => void response.end("safe")) as unknown as Server);
    const { url: address } = await proxy();
    expect((await open(`https://localhost:${port}`, { proxy: `http://${address}`, caFile: certificates.caFile }).http.request({ method: "GET", path: "/" })).text).toBe("safe");
    expect((await failure(open(`https://localhost:${port}`, { proxy: `http://${address}` }).http.request({ method: "GET", path: "/" }))).advice).toContain("caFile");
  });
});

describe("TLS", () => {
  const secure = async (options: ServerOptions = {}) => {
    const certificates = makeCertificates();
    opened.push(() => certificates.remove());
    const server = createTlsServer({ ...certificates.server, ...options }, (request, response) => {
      const peer = (request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } }).getPeerCertificate();
      response.end(`hello ${peer.subject?.CN ?? "nobody"}`);
    });
    return { certificates, port: await listen(server as unknown as Server) };
  };

  it("refuses an unknown authority, names caFile, and never offers to look away", async () => {
    const { port, certificates } = await secure();
    const { http, slept } = open(`https://localhost:${port}`);
    const error = await failure(http.request({ method: "POST", path: "/" }));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).not.toBeInstanceOf(DoubtfulError);
    expect(error.advice).toContain("network.caFile");
    expect(error.advice).not.toMatch(/reject|verif|insecure|disable/i);
    expect(slept).toEqual([]);
    expect((await open(`https://localhost:${port}`, { caFile: certificates.caFile }).http.request({ method: "GET", path: "/" })).text).toBe("hello nobody");
  });

  it("verifies even when the environment says not to", async () => {
    const { port } = await secure();
    const kept = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    try {
      process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
      expect(await failure(open(`https://localhost:${port}`).http.request({ method: "GET", path: "/" }))).toBeInstanceOf(RemoteError);
    } finally {
      if (kept === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = kept;
    }
  });

  it("refuses a certificate of another host name", async () => {
    const { port, certificates } = await secure();
    const error = await failure(open(`https://127.0.0.2:${port}`, { caFile: certificates.caFile }).http.request({ method: "GET", path: "/" }));
    expect(error.advice ?? error.message).toMatch(/host/);
  });

  it("shows a client certificate, from PEM files or from a pfx", async () => {
    const { certificates } = await secure();
    const asking = createTlsServer({ ...certificates.server, ca: readFileSync(certificates.caFile), requestCert: true, rejectUnauthorized: true }, (request, response) => {
      response.end((request.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }).getPeerCertificate().subject.CN);
    });
    const strict = await listen(asking as unknown as Server);
    const { certFile, keyFile, pfxFile, passphrase } = certificates.client;
    const { caFile } = certificates;
    for (const network of [{ caFile, certFile, keyFile }, { caFile, pfxFile, passphrase }]) expect((await open(`https://localhost:${strict}`, network).http.request({ method: "GET", path: "/" })).text).toBe("client");
    expect(await failure(open(`https://localhost:${strict}`, { caFile }, { tries: 1 }).http.request({ method: "GET", path: "/" }))).toBeInstanceOf(RemoteError);
  });

  it("names the setting of a file that cannot be read", () => {
    expect(() => open("https://localhost:1", { caFile: "/no/such/file" })).toThrow(/alm\.network\.caFile/);
  });
});
