// The sandbox server over real HTTP, with an imitation of its own: transport, control calls, page, rate limit.

import { Agent, request as rawRequest } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ServerOptions } from "../../lib/sandbox/server.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import { createNotes } from "./notes.ts";

const open: SandboxServer[] = [];
const start = async (options: ServerOptions = {}): Promise<SandboxServer> => {
  const server = await startServer(createNotes, options);
  open.push(server);
  return server;
};
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const send = (server: SandboxServer, method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${server.url}${path}`, { method, ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }) });
const json = async (response: Promise<Response>): Promise<unknown> => (await response).json();

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  readonly localPort: number | undefined;
}

const raw = (server: SandboxServer, options: { readonly method?: string; readonly path: string; readonly agent?: Agent; readonly headers?: Record<string, string>; readonly chunks?: readonly string[] }): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const { chunks = [], ...rest } = options;
    const request = rawRequest(server.url, rest, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part)).on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString("utf8"), localPort }));
    });
    let localPort: number | undefined;
    request.on("socket", (socket) => {
      const note = (): void => {
        localPort = socket.localPort;
      };
      if (socket.connecting) socket.once("connect", note);
      else note();
    });
    request.on("error", reject);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });

describe("transport", () => {
  it.each(["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "MERGE", "PROPFIND", "REPORT"])("hands %s to the imitation", async (method) => {
    const server = await start();
    const { body } = await raw(server, { method, path: "/any/thing?a=1" });
    expect(JSON.parse(body)).toMatchObject({ method, path: "/any/thing" });
  });

  it("answers HEAD with headers alone", async () => {
    const server = await start();
    const { status, body, headers } = await raw(server, { method: "HEAD", path: "/any" });
    expect([status, body]).toEqual([200, ""]);
    expect(Number(headers["content-length"])).toBeGreaterThan(0);
  });

  it("keeps the raw target as it was sent", async () => {
    const server = await start();
    const path = `/a%2Fb/c?query="name='x'"&x={a|b}&plus=a+b&%C3%BC=%20`;
    const { body } = await raw(server, { path });
    expect(JSON.parse(body)).toMatchObject({ target: path, path: "/a%2Fb/c", query: [["query", `"name='x'"`], ["x", "{a|b}"], ["plus", "a b"], ["ü", " "]] });
  });

  it("takes the origin off the target of a client behind a proxy", async () => {
    const server = await start();
    const { body } = await raw(server, { path: `${server.url}/echo?x=1` });
    expect(JSON.parse(body)).toMatchObject({ target: "/echo?x=1", path: "/echo" });
  });

  it("reads chunked bodies", async () => {
    const server = await start();
    const { body } = await raw(server, { method: "POST", path: "/notes", headers: { "Transfer-Encoding": "chunked" }, chunks: ["one ", "two ", "ü"] });
    expect(JSON.parse(body)).toMatchObject({ text: "one two ü" });
  });

  it("reads big bodies and hands headers on", async () => {
    const server = await start();
    const response = await fetch(`${server.url}/upload`, { method: "PUT", body: Buffer.alloc(20_000_000, 1), headers: { "X-Custom": "yes" } });
    expect(await response.json()).toMatchObject({ length: 20_000_000, custom: "yes" });
  });

  it("refuses a body over the limit and serves the next call", async () => {
    const server = await start({ maxBodyBytes: 10 });
    const refused = await send(server, "POST", "/notes", "more than ten bytes");
    expect([refused.status, await refused.json()]).toEqual([413, { error: "the body has 19 bytes, this sandbox takes 10" }]);
    expect((await send(server, "POST", "/notes", "short")).status).toBe(201);
    expect(server.items()).toHaveLength(1);
    expect(server.calls().map(({ status }) => status)).toEqual([413, 201]);
  });

  it("keeps connections alive", async () => {
    const server = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const first = await raw(server, { path: "/text", agent });
    const second = await raw(server, { path: "/text", agent });
    agent.destroy();
    expect(first.localPort).toBeDefined();
    expect(second.localPort).toBe(first.localPort);
  });

  it("sends objects as JSON, texts and bytes as they are, listed headers one by one", async () => {
    const server = await start();
    const [list, text, bytes, cookies, none] = [await send(server, "GET", "/notes"), await send(server, "GET", "/text"), await send(server, "GET", "/bytes"), await send(server, "GET", "/cookies"), await send(server, "DELETE", "/notes")];
    expect([list.headers.get("content-type"), await list.text()]).toEqual(["application/json;charset=UTF-8", "[]"]);
    expect([text.headers.get("content-type"), await text.text()]).toEqual(["text/plain;charset=UTF-8", "plain"]);
    expect([bytes.headers.get("content-type"), [...new Uint8Array(await bytes.arrayBuffer())]]).toEqual(["image/png", [0, 255, 1]]);
    expect(cookies.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect([none.status, none.headers.get("content-length"), await none.text()]).toEqual([204, null, ""]);
  });

  it("dates its replies by its own clock", async () => {
    const server = await start({ clock: new Date("2026-02-03T04:05:06Z") });
    expect((await send(server, "GET", "/text")).headers.get("date")).toBe("Tue, 03 Feb 2026 04:05:06 GMT");
    expect((await send(server, "GET", "/_sandbox/items")).headers.get("date")).toBe("Tue, 03 Feb 2026 04:05:06 GMT");
  });

  it("says what failed when the imitation throws", async () => {
    const server = await start();
    const response = await send(server, "GET", "/broken");
    expect([response.status, await response.json()]).toEqual([500, expect.objectContaining({ error: "the imitation failed: out of order" })]);
    expect(server.calls()).toMatchObject([{ status: 500, error: "out of order" }]);
  });

  it("says what failed when a reply cannot be sent, and serves the next call", async () => {
    const server = await start();
    server.faults.add({ match: { times: 1 }, effect: { status: 200, headers: { "X-Good": "1", "X-Name": "日本" }, body: "never" } });
    const response = await send(server, "GET", "/text");
    expect([response.status, response.headers.get("x-good"), await response.json()]).toEqual([500, null, { error: expect.stringContaining("X-Name") }]);
    expect(server.calls()).toMatchObject([{ status: 500, error: expect.stringContaining("X-Name") }]);
    expect((await send(server, "GET", "/text")).status).toBe(200);
  });

  it("makes every call slower when told", async () => {
    const server = await start({ latencyMs: 60 });
    await send(server, "GET", "/text");
    expect(server.calls()[0]?.ms).toBeGreaterThan(50);
  });

  it("notes a client that left in the middle of its request", async () => {
    const server = await start();
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write("POST /notes HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    await expect.poll(() => server.calls().length).toBe(1);
    socket.destroy();
    await expect.poll(() => server.calls()[0]?.error).toBeDefined();
    expect([server.calls()[0]?.status, server.items()]).toEqual([null, []]);
  });

  it("refuses a port that is taken and closes at once with calls in flight", async () => {
    const server = await start({ latencyMs: 60_000 });
    await expect(startServer(createNotes, { port: Number(new URL(server.url).port) })).rejects.toMatchObject({ code: "EADDRINUSE" });
    const waiting = send(server, "GET", "/text").then(
      () => "answered",
      () => "cut",
    );
    await expect.poll(() => server.calls().length).toBe(1);
    await server.close();
    await server.close();
    expect(await waiting).toBe("cut");
  });
});

describe("control", () => {
  it("notes every call to imitated paths and none to its own", async () => {
    const server = await start({ clock: new Date("2026-01-01T00:00:00Z") });
    await send(server, "POST", "/notes?x=1", "a");
    await send(server, "GET", "/_sandbox/items");
    const [call, ...others] = (await json(send(server, "GET", "/_sandbox/calls"))) as readonly Record<string, unknown>[];
    expect(others).toEqual([]);
    expect(call).toEqual({ method: "POST", target: "/notes?x=1", path: "/notes", status: 201, at: "2026-01-01T00:00:00.000Z", ms: expect.any(Number) });
    await send(server, "DELETE", "/_sandbox/calls");
    expect([server.calls(), server.callCount()]).toEqual([[], 0]);
  });

  it("forgets the oldest calls over its bound but counts them", async () => {
    const server = await start({ maxCalls: 10 });
    for (let number = 1; number <= 25; number += 1) await send(server, "GET", `/call/${number}`);
    expect(server.calls().map(({ path }) => path)).toEqual(Array.from({ length: 10 }, (_, index) => `/call/${index + 16}`));
    expect(server.callCount()).toBe(25);
  });

  it("gives its state in canonical order and takes it back", async () => {
    const server = await start({ clock: new Date("2026-01-01T00:00:00Z") });
    await send(server, "POST", "/notes", "a");
    const text = await (await send(server, "GET", "/_sandbox/state")).text();
    expect(text).toBe(`${JSON.stringify({ next: 2, notes: [{ at: "2026-01-01T00:00:00.000Z", author: "api", id: "1", text: "a" }] }, null, 2)}\n`);
    await send(server, "POST", "/_sandbox/reset");
    expect(await json(send(server, "GET", "/_sandbox/state"))).toEqual({ next: 1, notes: [] });
    expect((await send(server, "PUT", "/_sandbox/state", text)).status).toBe(200);
    expect(await (await send(server, "GET", "/_sandbox/state")).text()).toBe(text);
  });

  it("resets content, faults, calls and clock", async () => {
    const server = await start({ clock: new Date("2026-01-01T00:00:00Z") });
    await send(server, "POST", "/notes", "a");
    server.clock.advance(60);
    server.faults.add({ effect: { clockOffsetSeconds: 5 } });
    server.faults.add({ effect: { expireSessions: true } });
    await send(server, "GET", "/notes");
    expect((await send(server, "POST", "/_sandbox/reset")).status).toBe(200);
    expect([server.items(), server.faults.list(), server.calls(), server.clock.now().toISOString()]).toEqual([[], [], [], "2026-01-01T00:00:00.000Z"]);
    expect((await send(server, "GET", "/notes")).status).toBe(200);
  });

  it("sets the clock", async () => {
    const server = await start();
    const order = (body: unknown): Promise<unknown> => json(send(server, "POST", "/_sandbox/clock", body));
    expect(await order({ freeze: "2026-01-01T01:00:00+01:00" })).toEqual({ now: "2026-01-01T00:00:00.000Z", mode: "frozen", offsetSeconds: 0, wrongBySeconds: 0 });
    expect(await order({ advanceSeconds: 90 })).toMatchObject({ now: "2026-01-01T00:01:30.000Z", mode: "frozen" });
    expect(await order({ offsetSeconds: -3600 })).toMatchObject({ mode: "real", offsetSeconds: -3600 });
    expect(Math.abs(server.clock.now().getTime() + 3_600_000 - Date.now())).toBeLessThan(5000);
    expect(await order({ advanceSeconds: 60 })).toMatchObject({ offsetSeconds: -3540 });
    expect(await order({ real: true })).toMatchObject({ mode: "real", offsetSeconds: 0 });
    expect(await json(send(server, "GET", "/_sandbox/clock"))).toMatchObject({ mode: "real" });
  });

  it("edits as a person, one edit or a list", async () => {
    const server = await start();
    expect(await json(send(server, "POST", "/_sandbox/edit", { action: "create", type: "note", author: "ann", fields: { text: "a" } }))).toMatchObject({ id: "1" });
    expect(await json(send(server, "POST", "/_sandbox/edit", [{ action: "create", type: "note", fields: { text: "b" } }, { action: "update", type: "note", id: "1", fields: { text: "c" } }]))).toMatchObject([{ id: "2" }, { id: "1" }]);
    expect(await json(send(server, "GET", "/_sandbox/items"))).toMatchObject([{ id: "1", name: "c", details: { author: "ann" } }, { id: "2", name: "b" }]);
    expect(server.calls()).toEqual([]);
  });

  it.each([
    ["POST", "/_sandbox/edit", { action: "rename", type: "note" }, /at action/],
    ["POST", "/_sandbox/edit", { action: "create" }, /at type/],
    ["POST", "/_sandbox/edit", { action: "delete", type: "note" }, /id is missing/],
    ["POST", "/_sandbox/edit", { action: "delete", type: "note", id: "7" }, /no note has the id 7/],
    ["POST", "/_sandbox/edit", { action: "create", type: "note", filds: {} }, /filds/],
    ["POST", "/_sandbox/edit", "{not json", /no JSON/],
    ["PUT", "/_sandbox/state", { notes: 1 }, /a state has notes and next/],
    ["POST", "/_sandbox/clock", { freeze: "yesterday" }, /Invalid ISO datetime[\s\S]*at freeze/],
    ["POST", "/_sandbox/clock", { offsetSeconds: 1e20 }, /at offsetSeconds/],
    ["POST", "/_sandbox/clock", { real: true, offsetSeconds: 1 }, /exactly one of/],
    ["POST", "/_sandbox/faults", { effect: {} }, /names no effect/],
    ["POST", "/_sandbox/faults", { effect: { status: 9 } }, /effect\.status/],
    ["POST", "/_sandbox/faults", { effect: { body: "x" } }, /need a status/],
    ["POST", "/_sandbox/faults", { effect: { executeFirst: true } }, /needs status or html/],
    ["POST", "/_sandbox/faults", { effect: { dropBefor: true } }, /dropBefor/],
    ["POST", "/_sandbox/faults", { match: { nth: 0 }, effect: { html: true } }, /match\.nth/],
    ["POST", "/_sandbox/faults", { match: { path: "/a(/" }, effect: { html: true } }, /no regular expression/],
    ["DELETE", "/_sandbox/faults?id=99", undefined, /no fault has the id 99/],
  ])("%s %s refuses %j with 400", async (method, path, body, message) => {
    const server = await start();
    const response = await send(server, method, path, body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { readonly error: string }).error).toMatch(message);
    expect([server.faults.list(), server.items()]).toEqual([[], []]);
  });

  it("adds none of a list of faults when one is bad", async () => {
    const server = await start();
    expect((await send(server, "POST", "/_sandbox/faults", [{ effect: { html: true } }, { effect: {} }])).status).toBe(400);
    expect(server.faults.list()).toEqual([]);
  });

  it("names its controls where one is unknown, and the methods where one is wrong", async () => {
    const server = await start();
    const unknown = await send(server, "GET", "/_sandbox/nothing");
    expect([unknown.status, await unknown.json()]).toEqual([404, { error: "no such control: /_sandbox/nothing", controls: expect.arrayContaining(["POST /_sandbox/reset", "GET /_sandbox/state", "PUT /_sandbox/state"]) }]);
    const wrong = await send(server, "GET", "/_sandbox/reset");
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await send(server, "GET", "/_sandbox/constructor")).status).toBe(404);
  });

  it("is not steered by pages of other sites", async () => {
    const server = await start();
    const response = await fetch(`${server.url}/_sandbox/reset`, { method: "POST", headers: { Origin: "http://evil.example" } });
    expect(response.status).toBe(403);
  });

  it("is not read or steered by a page of another site whose name leads here for a moment", async () => {
    const server = await start();
    const { port } = new URL(server.url);
    const statusOf = async (host: string, path = "/_sandbox/state"): Promise<number> => (await raw(server, { path, headers: { Host: host, Origin: `http://${host}`, Accept: "text/html" } })).status;
    for (const host of [`evil.example:${port}`, "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:1"]) expect([host, await statusOf(host), await statusOf(host, "/")]).toEqual([host, 403, 403]);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "[::1]:80", "jira.localhost"]) expect([host, await statusOf(host), await statusOf(host, "/")]).toEqual([host, 200, 200]);
    // What is imitated answers by any name.
    expect((await raw(server, { path: "/text", headers: { Host: "alm.example" } })).status).toBe(200);
  });
});

describe("rate limit", () => {
  it("refuses calls over the burst with Retry-After and lets them in again", async () => {
    const server = await start({ rateLimit: { perSecond: 2, burst: 2, retryAfterSeconds: 7 } });
    // At once: the bucket refills by real time, which a busy machine may take between two calls.
    const answers = await Promise.all([1, 2, 3].map(() => send(server, "GET", "/text")));
    expect(answers.map(({ status, headers }) => [status, headers.get("retry-after")]).toSorted()).toEqual([[200, null], [200, null], [429, "7"]]);
    await expect.poll(async () => (await send(server, "GET", "/text")).status).toBe(200);
  });

  it("uses the imitation's own limit and reply, unless the server is told otherwise", async () => {
    const rateLimit = { perSecond: 0.001, burst: 1, retryAfterSeconds: 3, reply: { status: 503, headers: { "retry-after": "9" }, body: { code: "busy" } } };
    const server = await start({ options: { rateLimit } });
    await send(server, "GET", "/text");
    const refused = await send(server, "GET", "/text");
    expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toEqual([503, "9", { code: "busy" }]);
    expect((await send(server, "GET", "/_sandbox/items")).status).toBe(200);
    const free = await start({ options: { rateLimit }, rateLimit: "none" });
    expect([(await send(free, "GET", "/text")).status, (await send(free, "GET", "/text")).status]).toEqual([200, 200]);
  });
});

describe("the page", () => {
  const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'\``;
  const browse = (server: SandboxServer, path = "/"): Promise<Response> => fetch(`${server.url}${path}`, { headers: { Accept: "text/html,*/*;q=0.8" } });

  it("shows items, calls and siblings with hostile texts escaped", async () => {
    const server = await start({ siblings: [{ title: "jira <b>", url: "http://127.0.0.1:1/?a=1&b=2" }, { title: "bad", url: "javascript:alert(1)" }] });
    server.edit({ action: "create", type: "note", author: HOSTILE, fields: { text: HOSTILE } });
    await send(server, "GET", `/notes/17?x=<script>alert(3)</script>`);
    const response = await browse(server);
    const text = await response.text();
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html;charset=UTF-8"]);
    expect(text).toContain("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&quot;&#39;&#96;");
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).not.toMatch(/<img|alert\(3\)<\/script|<b>|javascript:/);
    expect(text).toContain('<a href="http://127.0.0.1:1/?a=1&amp;b=2">jira &lt;b&gt;</a>');
    expect(text).toContain("<td>/notes/…</td>");
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'nonce-[^']+'; script-src 'nonce-[^']+';/);
    expect(server.calls()).toHaveLength(1);
  });

  it("loads nothing from elsewhere and its script is sound", async () => {
    const server = await start();
    const text = await (await browse(server)).text();
    expect(text).not.toMatch(/(src|href)="|url\(|@import/);
    const [, script = ""] = /<script nonce="[^"]+">([\s\S]*)<\/script>/.exec(text) ?? [];
    expect(script).toContain("addEventListener");
    expect(() => new Function(script)).not.toThrow();
  });

  it("searches on the server too", async () => {
    const server = await start();
    for (const text of ["apple", "pear"]) server.edit({ action: "create", type: "note", fields: { text } });
    const text = await (await browse(server, "/?q=PEA%22%3E")).text();
    expect(text).toContain('value="PEA&quot;&gt;"');
    expect(await (await browse(server, "/_sandbox/?q=PEA")).text()).not.toContain("apple");
  });

  it("says so when it shows only a part", async () => {
    const server = await start();
    for (let number = 0; number < 2003; number += 1) server.edit({ action: "create", type: "note", fields: { text: `n${number}` } });
    expect(await (await browse(server)).text()).toContain("2000 of 2003 shown");
  });

  it("leaves `/` to a system that claims it, and to clients that are no browsers", async () => {
    const claiming = await start({ options: { claimsRoot: true } });
    expect(await json(browse(claiming))).toMatchObject({ path: "/" });
    expect((await browse(claiming, "/_sandbox")).headers.get("content-type")).toContain("text/html");
    const server = await start();
    expect(await json(send(server, "GET", "/"))).toMatchObject({ path: "/" });
  });

  it("takes siblings after the start", async () => {
    const server = await start();
    server.setSiblings([{ title: "octane", url: "http://127.0.0.1:2/" }]);
    expect(await (await browse(server)).text()).toContain(">octane</a>");
  });
});
