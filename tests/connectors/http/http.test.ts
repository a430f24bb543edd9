// The rules of lib/connectors/http.ts against small servers on free ports. No pause is slept: they are recorded.

import type { ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DoubtfulError, HttpStatusError } from "../../../lib/connectors/http.ts";
import { failureOf } from "../../../lib/connectors/httpErrors.ts";
import { Replayable } from "../../../lib/connectors/upload.ts";
import { BusyError, RemoteError } from "../../../lib/core/errors.ts";
import { answer, closeAfterEach, dropped, good, open, serve } from "./servers.ts";
import { failure } from "../../support/failure.ts";

closeAfterEach();

describe("addresses and bodies", () => {
  it("joins the path to the address of the data source, encodes the query, leaves out what is undefined", async () => {
    const { url, seen } = await serve(good);
    const { http } = open(`${url}/context/`);
    await http.request({ method: "GET", path: "/rest/a?x=1", query: { q: '"a b" & ü+', none: undefined, n: 3 } });
    expect(seen[0]?.url).toBe("/context/rest/a?x=1&q=%22a%20b%22%20%26%20%C3%BC%2B&n=3");
  });

  it("sends half a character as the sign that stands for one, instead of ending with it", async () => {
    const { url, seen } = await serve(good);
    await open(url).http.request({ method: "GET", path: "/x", query: { name: "a\ud800b" } });
    expect(seen[0]?.url).toBe("/x?name=a%EF%BF%BDb");
  });

  it("takes an absolute address of the same host and refuses another", async () => {
    const { url, seen } = await serve(good);
    const { http } = open(url);
    await http.request({ method: "GET", path: `${url}/next` });
    expect(seen[0]?.url).toBe("/next");
    expect(await failure(http.request({ method: "GET", path: "http://other.example/next" }))).toBeInstanceOf(RemoteError);
    expect(http.calls()).toBe(1);
  });

  it("sends JSON, text, bytes and iterables, reads text and compressed text", async () => {
    const zipped = (response: ServerResponse): void => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("zipped ü"));
    };
    const { url, seen } = await serve(good, good, good, good, zipped);
    const { http } = open(url, {}, { headers: { "x-all": "1" } });
    const parts = async function* () {
      yield Buffer.from("a");
      yield Buffer.from("b");
    };
    await http.request({ method: "POST", path: "/", json: { a: "ü" } });
    await http.request({ method: "PUT", path: "/", body: "text", headers: { "Content-Type": "text/plain" } });
    await http.request({ method: "PUT", path: "/", body: Buffer.from("bytes") });
    await http.request({ method: "PUT", path: "/", body: parts() });
    expect(seen.map((entry) => [entry.body, entry.headers["content-type"], entry.headers["x-all"]])).toEqual([['{"a":"ü"}', "application/json", "1"], ["text", "text/plain", "1"], ["bytes", undefined, "1"], ["ab", undefined, "1"]]);
    expect((await http.request({ method: "GET", path: "/" })).text).toBe("zipped ü");
  });

  it.each<[string, Record<string, string>, Uint8Array, string]>([
    ["a byte order mark", {}, Buffer.from("\ufeff{}"), "{}"],
    ["UTF-16 with its mark", {}, Buffer.from("\ufeffü", "utf16le"), "ü"],
    ["Latin-1 as it says", { "content-type": "text/xml; charset=ISO-8859-1" }, Buffer.from("<a>ü</a>", "latin1"), "<a>ü</a>"],
    ["Latin-1 as the XML itself says", {}, Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>', "latin1"), '<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>'],
    ["UTF-8 that is called Latin-1", { "content-type": "application/json;charset=ISO-8859-1" }, Buffer.from('{"a":"ü"}'), '{"a":"ü"}'],
    ["a charset nobody knows", { "content-type": "text/plain; charset=martian" }, Buffer.from("ü"), "ü"],
    ["gzip in capitals", { "content-encoding": "GZIP" }, gzipSync("ü"), "ü"],
    ["deflate, unasked", { "content-encoding": "deflate" }, deflateSync("ü"), "ü"],
    ["brotli, unasked", { "content-encoding": "br" }, brotliCompressSync("ü"), "ü"],
    ["nothing, said to be gzip", { "content-encoding": "gzip" }, Buffer.alloc(0), ""],
  ])("reads %s", async (_title, headers, bytes, text) => {
    const { url } = await serve((response) => void response.writeHead(200, headers).end(bytes));
    expect((await open(url).http.request({ method: "GET", path: "/" })).text).toBe(text);
  });

  it("gives a stream part by part and refuses as it does otherwise", async () => {
    const { url } = await serve(answer(200, {}, "x".repeat(100_000)), answer(404, {}, "none"));
    const { http } = open(url);
    let size = 0;
    for await (const part of (await http.stream({ method: "GET", path: "/file" })).body) size += part.length;
    expect(size).toBe(100_000);
    expect(await failure(http.stream({ method: "GET", path: "/file" }))).toMatchObject({ status: 404, response: { text: "none" } });
  });

  it("knows the server's clock from the last answer", async () => {
    const { url } = await serve(answer(200, { date: "Tue, 24 Nov 2026 13:05:00 GMT" }));
    const { http } = open(url);
    expect(http.serverClock()).toBeUndefined();
    await http.request({ method: "GET", path: "/" });
    expect(http.serverClock()?.at).toBe("2026-11-24T13:05:00.000Z");
    expect(Math.abs(Date.now() - (http.serverClock()?.seenAt ?? 0))).toBeLessThan(10_000);
  });

  it("lets no number of refused or unread answers block the next", async () => {
    const { url } = await serve(answer(404, {}, "x".repeat(200_000)));
    const { http } = open(url, { concurrency: 2 });
    const results = await Promise.all(Array.from({ length: 12 }, () => failure(http.request({ method: "GET", path: "/" }))));
    expect(results.every((error) => error instanceof HttpStatusError)).toBe(true);
  });
});

describe("waiting as told", () => {
  const at = new Date(Math.floor(Date.now() / 1000) * 1000);
  const later = new Date(at.getTime() + 7_000);
  it.each<[string, number, Record<string, string>, number]>([
    ["seconds", 429, { "retry-after": "12" }, 12_000],
    ["a date, by the server's clock", 429, { date: at.toUTCString(), "retry-after": later.toUTCString() }, 7_000],
    ["a reset in seconds from now", 429, { "x-ratelimit-reset": "5" }, 5_000],
    ["a reset in seconds since 1970", 429, { date: at.toUTCString(), "x-ratelimit-reset": String(later.getTime() / 1000) }, 7_000],
    ["a reset in milliseconds since 1970", 429, { date: at.toUTCString(), "x-ratelimit-reset": String(later.getTime()) }, 7_000],
    ["a reset as a date", 429, { date: at.toUTCString(), "x-ratelimit-reset": later.toISOString() }, 7_000],
    ["seconds, and a reset that says less of the account's wait", 429, { "retry-after": "2", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "90" }, 2_000],
    ["a quota that is used up, until its reset", 429, { date: at.toUTCString(), "retry-after": "2", "ratelimit-reason": "jira-quota-tenant-based", "x-ratelimit-reset": later.toISOString() }, 7_000],
    ["nothing: the first growing pause", 429, {}, 500],
  ])("%s", async (_title, status, headers, ms) => {
    const { url, seen } = await serve(answer(status, headers), good);
    const { http, slept } = open(url);
    expect((await http.request({ method: "POST", path: "/", json: { n: 1 } })).text).toBe("good");
    expect(slept).toEqual([ms]);
    expect(seen.map((entry) => entry.body)).toEqual(['{"n":1}', '{"n":1}']);
    expect(http.calls()).toBe(2);
  });

  it.each<[string, Record<string, string>, number]>([
    ["seconds", { "retry-after": "3" }, 3_000],
    ["a date", { date: at.toUTCString(), "retry-after": later.toUTCString() }, 7_000],
  ])("503 with %s, for what may be sent again", async (_title, headers, ms) => {
    const { url, seen } = await serve(answer(503, headers), good, answer(503, headers), good);
    const { http, slept } = open(url);
    expect((await http.request({ method: "GET", path: "/" })).text).toBe("good");
    expect((await http.request({ method: "PUT", path: "/", json: { n: 1 }, repeatable: true })).text).toBe("good");
    expect([slept, seen.length]).toEqual([[ms, ms], 4]);
  });

  it("503 with a time, and is in doubt about a write all the same", async () => {
    const { url, seen } = await serve(answer(503, { "retry-after": "3" }), good);
    const { http, slept } = open(url);
    expect(await failure(http.request({ method: "POST", path: "/", json: {} }))).toBeInstanceOf(DoubtfulError);
    expect([slept, seen.length]).toEqual([[3_000], 1]);
  });

  it("gives up with BusyError when the waiting would take longer than allowed, without waiting for it", async () => {
    const { url } = await serve(answer(429, { "retry-after": "200" }));
    const { http, slept } = open(url);
    expect(await failure(http.request({ method: "GET", path: "/" }))).toBeInstanceOf(BusyError);
    expect(slept).toEqual([200_000]);
    const { http: quick, slept: none } = open(url, { maxWaitSeconds: 0 });
    expect(await failure(quick.request({ method: "GET", path: "/" }))).toBeInstanceOf(BusyError);
    expect(none).toEqual([]);
  });

  it("makes the other requests wait too", async () => {
    const order: string[] = [];
    const { url, seen } = await serve(answer(429, { "retry-after": "1" }), good);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sleep = async (): Promise<void> => {
      order.push("wait");
      await held;
      order.push("go on");
    };
    const sent: string[] = [];
    const { http } = open(url, {}, { sleep, hooks: { before: (request) => void sent.push(request.path) } });
    const first = http.request({ method: "GET", path: "/first" });
    await expect.poll(() => order).toEqual(["wait"]);
    const second = http.request({ method: "GET", path: "/second" });
    await new Promise((resolve) => setImmediate(resolve));
    expect([sent, seen.length]).toEqual([["/first"], 1]);
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(["wait", "go on"]);
  });

  it("keeps back what stands in the queue already", async () => {
    const { url, seen } = await serve(answer(429, { "retry-after": "1" }), good);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let slept = 0;
    const sleep = (): Promise<void> => {
      slept++;
      return held;
    };
    const { http } = open(url, { concurrency: 1 }, { sleep });
    const all = ["/first", "/second", "/third"].map((path) => http.request({ method: "GET", path }));
    await expect.poll(() => slept).toBe(1);
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toHaveLength(1);
    release();
    await Promise.all(all);
    expect(seen).toHaveLength(4);
  });

  it("tells all who share its rate to wait, and takes no leave for good that was given before", async () => {
    const { url } = await serve(answer(429, { "retry-after": "2" }), good);
    const holds: number[] = [];
    let leaves = 0;
    const { http } = open(url, {}, { pace: { leave: async () => void leaves++, hold: async (ms) => void holds.push(ms) } });
    await http.request({ method: "GET", path: "/" });
    expect([holds, leaves]).toEqual([[2000], 2]);
  });

  it("sends an upload again that can be read again, from its beginning", async () => {
    const { url, seen } = await serve(answer(429, { "retry-after": "1" }), good);
    const { http, slept } = open(url);
    const body = new Replayable(async function* () {
      yield Buffer.from("a");
      yield Buffer.from("b");
    });
    await http.request({ method: "POST", path: "/", body });
    expect([seen.map(({ body: sent }) => sent), slept]).toEqual([["ab", "ab"], [1000]]);
  });

  it("does not send an upload twice that can be read once", async () => {
    const { url, seen } = await serve(answer(429, { "retry-after": "1" }), good);
    const { http } = open(url);
    const body = (async function* () {
      yield Buffer.from("a");
    })();
    expect(await failure(http.request({ method: "POST", path: "/", body }))).toBeInstanceOf(BusyError);
    expect(seen).toHaveLength(1);
  });
});

describe("failures", () => {
  const write = { method: "POST", path: "/", json: {} } as const;
  const read = { method: "GET", path: "/" } as const;

  it.each([502, 503, 504, 522])("repeats a read after %i with growing pauses, then gives up", async (status) => {
    const { url } = await serve(answer(status));
    const { http, slept } = open(url);
    expect(await failure(http.request(read))).toMatchObject({ status });
    expect(slept).toEqual([500, 1000, 2000]);
    expect(http.calls()).toBe(4);
  });

  it.each([
    ["502", answer(502)],
    ["503 without Retry-After", answer(503)],
    ["524 of a content network", answer(524)],
    ["504", answer(504)],
    ["a connection that broke", dropped],
    ["a reply cut short", (response: ServerResponse) => void response.writeHead(200, { "content-length": "100" }).write("half", () => response.socket?.destroy())],
  ])("is in doubt about a write after %s and does not send it again", async (_title, effect) => {
    const { url, seen } = await serve(effect);
    const { http } = open(url);
    expect(await failure(http.request(write))).toBeInstanceOf(DoubtfulError);
    expect(seen).toHaveLength(1);
  });

  it.each([
    ["502", answer(502)],
    ["a connection that broke", dropped],
    ["a reply cut short", (response: ServerResponse) => void response.writeHead(200, { "content-length": "100" }).write("half", () => response.socket?.destroy())],
    ["a compressed reply cut short", (response: ServerResponse) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(5000)).subarray(0, 20))],
  ])("repeats a read and a repeatable write after %s", async (_title, effect) => {
    const { url } = await serve(effect, good, effect, good);
    const { http } = open(url);
    expect((await http.request(read)).text).toBe("good");
    expect((await http.request({ ...write, repeatable: true })).text).toBe("good");
    expect(http.calls()).toBe(4);
  });

  it.each([
    ["503", answer(503)],
    ["a connection that broke", dropped],
  ])("tells what a search or a login failed with, %s, and leaves no doubt: nothing was written", async (_title, effect) => {
    const { url, seen } = await serve(effect);
    const failed = await failure(open(url).http.request({ ...write, reads: true }));
    expect(failed).not.toBeInstanceOf(DoubtfulError);
    expect(String(failed)).not.toContain("nobody knows");
    expect(seen).toHaveLength(4);
  });

  it("is in doubt about a repeatable write that failed to the end", async () => {
    const { url } = await serve(dropped);
    expect(await failure(open(url).http.request({ ...write, repeatable: true }))).toBeInstanceOf(DoubtfulError);
  });

  it("hands a 500 and other refusals to the caller with the answer, allowed ones as answers", async () => {
    const { url } = await serve(answer(500, {}, "boom"), answer(409, {}, "two"), answer(302, { location: "/login" }));
    const { http } = open(url);
    const boom = await failure(http.request(write));
    expect(boom).toBeInstanceOf(HttpStatusError);
    expect(boom).toMatchObject({ status: 500, response: { text: "boom" } });
    expect(await http.request({ ...write, allow: [409] })).toMatchObject({ status: 409, text: "two" });
    expect((await failure(http.request(read))).advice).toContain("elsewhere");
  });

  it("asks once more for a reading that failed with 500, as an answer too, and never sends a write again", async () => {
    const { url, seen } = await serve(answer(500), good, answer(500), good, answer(500), answer(500), answer(500), good);
    const { http } = open(url);
    expect((await http.request(read)).text).toBe("good");
    expect((await http.request({ ...write, repeatable: true })).text).toBe("good");
    expect(await http.request({ ...read, allow: [500] })).toMatchObject({ status: 500 });
    expect(await failure(http.request(write))).toMatchObject({ status: 500 });
    expect(seen).toHaveLength(7);
  });

  it("ends a whole answer by the time limit, however it trickles", async () => {
    const trickle = (response: ServerResponse): void => {
      const timer = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(timer));
    };
    const { url } = await serve(trickle);
    const { http } = open(url, { timeoutSeconds: 0.2 }, { tries: 1 });
    expect((await failure(http.request(read))).message).toContain("time limit");
    expect(await failure(http.request(write))).toBeInstanceOf(DoubtfulError);
  });

  it("breaks off an answer that is too long", async () => {
    const { url } = await serve(answer(200, {}, "x".repeat(3_000_000)));
    const { http } = open(url, {}, { maxTextBytes: 1024 * 1024 });
    expect((await failure(http.request(read))).message).toContain("more than 1 MB");
    expect(http.calls()).toBe(1);
  });

  it("tries a server that does not listen again, even for a write, and says what to check", async () => {
    const { http, slept } = open("http://127.0.0.1:1");
    const error = await failure(http.request(write));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).not.toBeInstanceOf(DoubtfulError);
    expect(error.advice).toContain("host and port");
    expect(slept).toHaveLength(3);
  });

  it("says what an unknown host name may mean, at once", async () => {
    const { http, slept } = open("http://nobody.invalid");
    const error = await failure(http.request(write));
    expect([error.constructor.name, slept.length === 0 || /EAI_AGAIN/.test(error.message)]).toEqual(["RemoteError", true]);
    expect(error.advice).toMatch(/host name|name service/);
  });
});

it.each([
  ["connect", true],
  ["read", false],
  ["write", false],
])("a route that is lost in %s means surely unsent: %s", (syscall, unsent) => {
  const reason = Object.assign(new Error(`${syscall} EHOSTUNREACH`), { code: "EHOSTUNREACH", syscall });
  expect([failureOf(reason, false).unsent, failureOf(new TypeError("failed", { cause: reason }), false).unsent]).toEqual([unsent, unsent]);
});

describe("limits", () => {
  it("has no more calls under way than allowed", async () => {
    let now = 0;
    let most = 0;
    const slow = (response: ServerResponse): void => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end("x");
      }, 10);
    };
    const { url } = await serve(slow);
    const { http } = open(url, { concurrency: 2 });
    await Promise.all(Array.from({ length: 8 }, () => http.request({ method: "GET", path: "/" })));
    expect(most).toBe(2);
  });

  it("has no more calls a second than allowed", async () => {
    const times: number[] = [];
    const { url } = await serve((response) => {
      times.push(performance.now());
      response.end();
    });
    const { http } = open(url, { callsPerSecond: 5 });
    await Promise.all(Array.from({ length: 8 }, () => http.request({ method: "GET", path: "/" })));
    expect((times[7] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(700);
  });
});

describe("hooks", () => {
  it("see every try, and what they throw ends the call", async () => {
    const lines: string[] = [];
    const { url, seen } = await serve(answer(502), good);
    const { http } = open(url, {}, { hooks: { after: ({ method, path }, { status }) => void lines.push(`${method} ${path} ${status}`) } });
    await http.request({ method: "GET", path: "/a" });
    expect(lines).toEqual(["GET /a 502", "GET /a 200"]);
    const boom = (text: string) => () => {
      throw new Error(text);
    };
    expect((await failure(open(url, {}, { hooks: { before: boom("before") } }).http.request({ method: "POST", path: "/" }))).message).toBe("before");
    expect(seen).toHaveLength(2);
    expect((await failure(open(url, {}, { hooks: { after: boom("after") } }).http.request({ method: "POST", path: "/" }))).message).toBe("after");
    expect(seen).toHaveLength(3);
  });
});
