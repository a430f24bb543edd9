// Every fault over real HTTP: which calls it hits, and what those calls see.

import { afterEach, describe, expect, it } from "vitest";
import type { Fault } from "../../lib/sandbox/faults.ts";
import { type SandboxServer, startServer, type ServerOptions } from "../../lib/sandbox/server.ts";
import { createNotes } from "./notes.ts";

const open: SandboxServer[] = [];
const start = async (faults: readonly Fault[], options: ServerOptions = {}): Promise<SandboxServer> => {
  const server = await startServer(createNotes, options);
  open.push(server);
  const response = await fetch(`${server.url}/_sandbox/faults`, { method: "POST", body: JSON.stringify(faults) });
  expect(response.status).toBe(200);
  return server;
};
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const send = (server: SandboxServer, method: string, path: string, body?: string): Promise<Response> => fetch(`${server.url}${path}`, { method, ...(body === undefined ? {} : { body }) });
const status = async (server: SandboxServer, method: string, path: string, body?: string): Promise<number | "cut"> =>
  send(server, method, path, body).then(
    (response) => response.status,
    () => "cut" as const,
  );
const texts = (server: SandboxServer): readonly string[] => server.items().map(({ name }) => name);

describe("what a fault hits", () => {
  const six = async (match: NonNullable<Fault["match"]>): Promise<string> => {
    const server = await start([{ match, effect: { status: 500 } }]);
    const hits: number[] = [];
    for (let call = 1; call <= 6; call += 1) if ((await status(server, "GET", "/notes")) === 500) hits.push(call);
    return hits.join(" ");
  };

  it.each<readonly [NonNullable<Fault["match"]>, string]>([
    [{}, "1 2 3 4 5 6"],
    [{ nth: 3 }, "3"],
    [{ times: 2 }, "1 2"],
    [{ nth: 3, times: 2 }, "3 4"],
    [{ every: 2 }, "2 4 6"],
    [{ every: 2, nth: 1 }, "1 3 5"],
    [{ every: 2, times: 2 }, "2 4"],
    [{ method: "get" }, "1 2 3 4 5 6"],
    [{ method: "POST" }, ""],
    [{ path: "/not" }, "1 2 3 4 5 6"],
    [{ path: "/NOT" }, ""],
    [{ path: "/^\\/NOTES$/i" }, "1 2 3 4 5 6"],
    [{ path: "/ote/" }, ""],
  ])("%j hits calls %s", async (match, expected) => {
    expect(await six(match)).toBe(expected);
  });

  it("finds words of the path sent encoded, and words of the body", async () => {
    const server = await start([
      { match: { path: "name = 'x y'" }, effect: { status: 500 } },
      { match: { body: "ouch" }, effect: { status: 502 } },
    ]);
    expect(await status(server, "GET", "/any?q=name+%3D%20'x%20y'")).toBe(500);
    expect(await status(server, "GET", "/any?q=100%")).toBe(200);
    expect(await status(server, "POST", "/notes", "that hurts, ouch")).toBe(502);
    expect(await status(server, "POST", "/notes", "fine")).toBe(201);
  });

  it("lists faults with their hits and takes them back, one or all", async () => {
    const server = await start([{ match: { path: "/notes", nth: 2 }, effect: { status: 500 } }, { effect: { delayMs: 1 } }]);
    server.faults.add({ match: { path: /x+/i }, effect: { html: true } });
    await send(server, "GET", "/notes");
    await send(server, "GET", "/notes");
    const list = (await (await send(server, "GET", "/_sandbox/faults")).json()) as unknown;
    expect(list).toEqual([
      { id: 1, match: { path: "/notes", nth: 2 }, effect: { status: 500 }, seen: 2, hits: 1 },
      { id: 2, effect: { delayMs: 1 }, seen: 2, hits: 2 },
      { id: 3, match: { path: "/x+/i" }, effect: { html: true }, seen: 0, hits: 0 },
    ]);
    await send(server, "DELETE", "/_sandbox/faults?id=1");
    expect(server.faults.list().map(({ id }) => id)).toEqual([2, 3]);
    await send(server, "DELETE", "/_sandbox/faults");
    expect(server.faults.list()).toEqual([]);
  });

  it("leaves control calls alone", async () => {
    const server = await start([{ effect: { dropBefore: true } }]);
    expect(await status(server, "GET", "/_sandbox/items")).toBe(200);
  });
});

describe("what a fault does", () => {
  it("answers a status with headers and body instead of executing", async () => {
    const server = await start([{ effect: { status: 503, headers: { "Retry-After": "2", "Set-Cookie": ["a=1", "b=2"] }, body: { reason: "maintenance" } } }]);
    const response = await send(server, "POST", "/notes", "a");
    expect([response.status, response.headers.get("retry-after"), response.headers.getSetCookie(), await response.json()]).toEqual([503, "2", ["a=1", "b=2"], { reason: "maintenance" }]);
    expect(texts(server)).toEqual([]);
    expect(server.calls()).toMatchObject([{ status: 503, faults: ["status 503"] }]);
  });

  it("executes first and answers a failure all the same", async () => {
    const server = await start([{ effect: { status: 504, executeFirst: true } }]);
    expect(await status(server, "POST", "/notes", "a")).toBe(504);
    expect(texts(server)).toEqual(["a"]);
  });

  it("drops the connection before executing", async () => {
    const server = await start([{ match: { times: 1 }, effect: { dropBefore: true } }]);
    expect(await status(server, "POST", "/notes", "a")).toBe("cut");
    expect(texts(server)).toEqual([]);
    expect(server.calls()).toMatchObject([{ method: "POST", status: null, faults: ["dropped before"] }]);
    expect(await status(server, "POST", "/notes", "b")).toBe(201);
  });

  it("executes, then drops the reply", async () => {
    const server = await start([{ match: { times: 1 }, effect: { dropAfter: true } }]);
    expect(await status(server, "POST", "/notes", "a")).toBe("cut");
    expect(texts(server)).toEqual(["a"]);
    expect(server.calls()).toMatchObject([{ method: "POST", status: 201, faults: ["dropped after"] }]);
    expect(await status(server, "GET", "/notes")).toBe(200);
  });

  it("delays, and adds up delays of several faults", async () => {
    const server = await start([{ effect: { delayMs: 40 } }, { effect: { delayMs: 40 } }]);
    expect(await status(server, "GET", "/text")).toBe(200);
    expect(server.calls()[0]?.ms).toBeGreaterThan(75);
  });

  it.each([0, 2])("cuts the connection after %i bytes of the body", async (bytes) => {
    const server = await start([{ match: { times: 1 }, effect: { truncate: bytes } }]);
    const response = await send(server, "GET", "/text");
    expect([response.status, response.headers.get("content-length")]).toEqual([200, "5"]);
    const received: number[] = [];
    const reading = (async () => {
      for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) received.push(...part);
    })();
    await expect(reading).rejects.toThrow(/terminated/);
    expect(Buffer.from(received).toString()).toBe("plain".slice(0, bytes));
    expect(await (await send(server, "GET", "/text")).text()).toBe("plain");
  });

  it("answers a login page with 200", async () => {
    const server = await start([{ effect: { html: true } }]);
    const response = await send(server, "POST", "/notes", "a");
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html;charset=UTF-8"]);
    expect(await response.text()).toMatch(/<form[\s\S]*password/);
    expect(texts(server)).toEqual([]);
  });

  it("expires sessions before the call it hits", async () => {
    const server = await start([{ match: { nth: 2 }, effect: { expireSessions: true } }]);
    expect([await status(server, "GET", "/notes"), await status(server, "GET", "/notes"), await status(server, "POST", "/session"), await status(server, "GET", "/notes")]).toEqual([200, 401, 200, 200]);
  });

  it("lets entries of the bulk write it hits fail, and no later ones", async () => {
    const server = await start([{ match: { path: "/bulk", times: 1 }, effect: { failBulkEntries: [1] } }]);
    const bulk = async (): Promise<unknown> => (await send(server, "POST", "/bulk", '["a","b","c"]')).json();
    expect(await bulk()).toEqual([{ id: "1" }, { error: "refused" }, { id: "2" }]);
    expect(await bulk()).toEqual([{ id: "3" }, { id: "4" }, { id: "5" }]);
  });

  it("lets searches lag at once, until the fault is taken back", async () => {
    const server = await start([{ effect: { searchLagSeconds: 30 } }], { clock: new Date("2026-01-01T00:00:00Z") });
    const found = async (): Promise<unknown> => ((await (await send(server, "GET", "/search")).json()) as unknown[]).length;
    await send(server, "POST", "/notes", "a");
    expect(await found()).toBe(0);
    server.clock.advance(30);
    expect(await found()).toBe(1);
    server.clock.advance(-10);
    expect(await found()).toBe(0);
    server.faults.clear();
    expect(await found()).toBe(1);
  });

  it("shows a wrong clock from the call it hits until it is taken back", async () => {
    const server = await start([{ match: { nth: 2 }, effect: { clockOffsetSeconds: 600 } }], { clock: new Date("2026-01-01T00:00:00Z") });
    const date = async (): Promise<string | null> => (await send(server, "POST", "/notes", "a")).headers.get("date");
    const [right, wrong] = ["Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:10:00 GMT"];
    expect([await date(), await date(), await date()]).toEqual([right, wrong, wrong]);
    expect(server.items().map(({ changedAt }) => changedAt.slice(11, 16))).toEqual(["00:00", "00:10", "00:10"]);
    await send(server, "DELETE", "/_sandbox/faults");
    expect(await date()).toBe(right);
  });

  it("combines effects: a delayed, executed, dropped call", async () => {
    const server = await start([{ match: { method: "POST", times: 1 }, effect: { delayMs: 20, dropAfter: true } }]);
    expect(await status(server, "POST", "/notes", "a")).toBe("cut");
    expect([texts(server), server.calls()[0]?.faults]).toEqual([["a"], ["dropped after", "delayed 20 ms"]]);
  });
});
