// The sandbox ALM/QC in the hands of clients as they are in the field (sheet, section 23): their order of calls, their habits and their mistakes, over real HTTP.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { request as httpRequest } from "node:http";
import { createAlmQc } from "../../lib/sandbox/almQc.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";

let server: SandboxServer;

const boot = async (options: Readonly<Record<string, unknown>> = {}): Promise<void> => {
  server = await startServer(createAlmQc, { options, clock: new Date("2026-03-02T15:00:00Z") });
};

afterEach(async () => {
  await server.close();
});

interface Heard {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** Sends the target as it stands, raw braces and all; keeps cookies as Java clients do: up to the first semicolon. */
const browser = (): { readonly jar: Map<string, string>; send(method: string, path: string, body?: string | Buffer, headers?: Record<string, string>): Promise<Heard> } => {
  const jar = new Map<string, string>();
  const send = (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}): Promise<Heard> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join(";");
      const call = httpRequest({ hostname, port, method, path: `/qcbin${path}`, headers: { ...(cookie === "" ? {} : { cookie }), ...headers } }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          for (const line of response.headers["set-cookie"] ?? []) {
            const [pair = ""] = line.split(";");
            const at = pair.indexOf("=");
            jar.set(pair.slice(0, at), pair.slice(at + 1));
          }
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString("utf8") });
        });
      });
      call.on("error", reject);
      call.end(body);
    });
  return { jar, send };
};

const HOME = "/rest/domains/DEFAULT/projects/DEMO";
const XML = { Accept: "application/xml", "Content-Type": "application/xml" };

describe("a build server's plugin", () => {
  const basic = { Authorization: `Basic ${Buffer.from("sync:sync-pass").toString("base64")}` };
  const own = { "X-XSRF-TOKEN": "11111111-2222-3333-4444-555555555555" };

  beforeEach(() => boot());

  it("finds the realm, signs in by Basic, opens a session, reads the version and is known", async () => {
    const { jar, send } = browser();
    jar.set("XSRF-TOKEN", own["X-XSRF-TOKEN"]);
    const asked = await send("GET", "/rest/is-authenticated", undefined, XML);
    const [, quoted = ""] = String(asked.headers["www-authenticate"]).split("=");
    const point = `${quoted.replaceAll('"', "")}/authenticate`;
    expect([asked.status, point]).toEqual([401, `${server.url}/qcbin/authentication-point/authenticate`]);
    expect((await send("GET", new URL(point).pathname.slice(6), undefined, { ...XML, ...basic, ...own })).status).toBe(200);
    expect((await send("POST", "/rest/site-session", "<session-parameters><client-type>Build plugin</client-type></session-parameters>", { ...XML, ...own })).status).toBe(201);
    const known = await send("GET", "/rest/is-authenticated", undefined, XML);
    expect([known.text.includes("AuthenticationInfo"), known.text.includes("<Username>sync</Username>")]).toEqual([true, true]);
    expect((await send("GET", "/rest/sa/version", undefined, XML)).text).toContain("<MajorVersion>20</MajorVersion>");
    expect(jar.get("XSRF-TOKEN")).toBe(own["X-XSRF-TOKEN"]);
  });

  it("falls back to a key whose body is no JSON, and uploads results", async () => {
    const { jar, send } = browser();
    jar.set("XSRF-TOKEN", own["X-XSRF-TOKEN"]);
    const headers = { ...XML, ...own, "X-QC-Ignore-Customizable-Required-Fields-Validation": "Y", PtaL: "abc" };
    expect((await send("POST", "/rest/oauth2/login", "{clientId:tandem_client, secret:tandem_secret}", { "Content-Type": "application/json", ...own })).status).toBe(200);
    const made = async (collection: string, fields: Readonly<Record<string, string>>): Promise<string> => {
      const body = `<Entity><Fields>${Object.entries(fields).map(([name, value]) => `<Field Name="${name}"><Value>${value}</Value></Field>`).join("")}</Fields></Entity>`;
      const { status, text } = await send("POST", `${HOME}/${collection}`, body, headers);
      expect([status, text]).toEqual([201, expect.stringContaining("<Field Name=\"id\"><Value>")]);
      return /<Field Name="id"><Value>(\d+)<\/Value>/.exec(text)?.[1] ?? "";
    };
    const folder = await made("test-folders", { name: "Nightly", "parent-id": "2" });
    const found = await send("GET", `${HOME}/test-folders?query={parent-id[2];name[%22Nightly%22]}`, undefined, headers);
    expect(found.text).toContain('<Entities TotalResults="1"><Entity Type="test-folder">');
    const test = await made("tests", { name: "login works", "parent-id": folder, "subtype-id": "EXTERNAL-TEST", "testing-framework": "JUnit" });
    const setFolder = await made("test-set-folders", { name: "Nightly", "parent-id": "0" });
    const set = await made("test-sets", { name: "Build 12", "parent-id": setFolder, "subtype-id": "hp.qc.test-set.default" });
    const instance = await made("test-instances", { "cycle-id": set, "test-id": test, "subtype-id": "hp.qc.test-instance.external-test", "test-order": "1" });
    const run = await made("runs", { name: "Run 1", "test-id": test, "testcycl-id": instance, "cycle-id": set, "subtype-id": "hp.qc.run.external-test", status: "Not Completed", owner: "sync" });
    const put = await send("PUT", `${HOME}/runs/${run}`, `<Entities><Entity Type="run"><Fields><Field Name="status"><Value>Passed</Value></Field></Fields></Entity></Entities>`, { ...headers, "Content-Type": "application/xml;type=collection" });
    expect([put.status, put.text.includes('<Field Name="status"><Value>Passed</Value></Field>')]).toEqual([200, true]);
    expect((await send("GET", `${HOME}/customization/entities/test`, undefined, headers)).text).toContain("<SupportsVC>false</SupportsVC>");
    expect((await send("GET", `${HOME}/customization/entities/test/fields?required=true`, undefined, headers)).text).toMatch(/<Field PhysicalName="TS_NAME" Name="name" Label="Test Name">/);
    expect((await send("GET", `${HOME}/customization/entities/run/types`, undefined, headers)).text).toContain('<type name="external-test" id="hp.qc.run.external-test"/>');
    const noBody = await send("GET", `${HOME}/tests/999`, undefined, headers);
    expect(/<Title>(.*)<\/Title>/.exec(noBody.text)?.[1]).toBe("The test with id 999 does not exist.");
  });
});

describe("an older connector", () => {
  it("signs in with XML, asks with blanks and quotes in the address, ends its session and leaves by GET", async () => {
    await boot({ xsrf: false, getLogout: true });
    const { send } = browser();
    server.edit({ action: "create", type: "defect", fields: { name: "Cart & co", "target-rel": null } });
    expect((await send("POST", "/authentication-point/alm-authenticate", "<alm-authentication><user>sync</user><password>sync-pass</password></alm-authentication>", { "Content-Type": "application/xml" })).status).toBe(200);
    expect((await send("POST", "/rest/site-session")).status).toBe(201);
    const found = await send("GET", `${HOME}/defects?query={last-modified[>%222026-03-01 00:00:00%22];status['New'%20Or%20'Open'];}`.replace(" 00", "%2000"), undefined, XML);
    expect(/TotalResults="(\d+)"/.exec(found.text)?.[1]).toBe("1");
    expect((await send("GET", `${HOME}/defects?query={}`, undefined, XML)).text).toContain("Cart &amp; co");
    expect((await send("DELETE", "/rest/site-session")).status).toBe(200);
    expect((await send("GET", "/authentication-point/logout")).status).toBe(200);
    expect((await send("GET", `${HOME}/defects`, undefined, XML)).status).toBe(401);
  });
});

describe("a spreadsheet's macro", () => {
  it("signs in by GET, sends Content-Type on GETs and a brace too many, and pages as its loop does", async () => {
    await boot();
    const { send } = browser();
    for (let count = 1; count <= 5; count += 1) server.edit({ action: "create", type: "defect", fields: { name: `d${count}` } });
    await send("GET", "/api/authentication/sign-in", undefined, { Authorization: `Basic ${Buffer.from("tandem_client:tandem_secret").toString("base64")}` });
    const names: string[] = [];
    let total = 1;
    for (let start = 1; start <= total; start += 2) {
      const { text } = await send("GET", `${HOME}/defects?fields=id,name&page-size=2&start-index=${start}&order-by={id[ASC]}}`, undefined, { ...XML, "Content-Type": "application/xml" });
      total = Number(/TotalResults="(\d+)"/.exec(text)?.[1]);
      names.push(...[...text.matchAll(/<Field Name="name"><Value>(.*?)<\/Value>/g)].map(([, name]) => name ?? ""));
    }
    expect(names).toEqual(["d1", "d2", "d3", "d4", "d5"]);
  });
});

describe("a script", () => {
  it("speaks JSON only, takes the token from the cookie, and signs in again once its session is over", async () => {
    await boot();
    const { jar, send } = browser();
    const json = (): Record<string, string> => ({ Accept: "application/json", "Content-Type": "application/json", ...(jar.has("XSRF-TOKEN") ? { "X-XSRF-TOKEN": jar.get("XSRF-TOKEN") ?? "" } : {}) });
    const signIn = async (): Promise<void> => {
      await send("POST", "/authentication-point/alm-authenticate", JSON.stringify({ "alm-authentication": { user: "anna.berg", password: "alm-pass" } }), json());
      await send("POST", "/rest/site-session", undefined, json());
    };
    await signIn();
    expect(JSON.parse((await send("GET", "/v2/rest/is-authenticated", undefined, json())).text)).toEqual({ AuthenticationInfo: { Username: "anna.berg" } });
    const body = JSON.stringify({ Type: "defect", Fields: [["name", "From a script"], ["severity", "3-High"], ["detected-by", "anna.berg"], ["creation-time", "2026-03-02"], ["status", "New"]].map(([Name, value]) => ({ Name, values: [{ value }] })) });
    expect((await send("POST", `${HOME}/defects`, body, json())).status).toBe(201);
    server.imitation.expireSessions();
    const over = await send("PUT", `${HOME}/defects/1`, JSON.stringify({ Fields: [{ Name: "status", values: [{ value: "Open" }] }] }), json());
    expect([over.status, (JSON.parse(over.text) as { readonly Id: string }).Id]).toEqual([401, "qccore.session-has-expired"]);
    await signIn();
    expect((await send("PUT", `${HOME}/defects/1`, JSON.stringify({ Fields: [{ Name: "status", values: [{ value: "Open" }] }] }), json())).status).toBe(200);
  });
});

describe("a library for Java", () => {
  it("uploads with a Slug, reads the file at the project's level, and finds owners by parent-type", async () => {
    await boot();
    const { jar, send } = browser();
    await send("POST", "/rest/oauth2/login", JSON.stringify({ clientId: "tandem_client", secret: "tandem_secret" }), { "Content-Type": "application/json" });
    server.edit({ action: "create", type: "defect", fields: { name: "x" } });
    const headers = { ...XML, "X-XSRF-TOKEN": jar.get("XSRF-TOKEN") ?? "" };
    expect((await send("POST", `${HOME}/defects/1/attachments`, Buffer.from("log"), { ...headers, "Content-Type": "application/octet-stream", Slug: "a b.log" })).status).toBe(201);
    const listed = await send("GET", `${HOME}/attachments?query={parent-id[1];parent-type[defect]}`, undefined, headers);
    expect(listed.text).toContain('<Field Name="name"><Value>a b.log</Value></Field>');
    const file = await send("GET", `${HOME}/attachments/1`, undefined, { Accept: "application/octet-stream" });
    expect([file.status, file.text, file.headers["content-type"]]).toEqual([200, "log", "text/plain;charset=utf-8"]);
    expect((await send("GET", `${HOME}/defects/1/attachments/a%20b.log`, undefined, { Accept: "application/octet-stream" })).text).toBe("log");
  });
});
