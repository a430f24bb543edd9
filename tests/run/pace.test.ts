// The rate of calls that processes keep together: how a process asks for its leave, and what http makes of it.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createHttp } from "../../lib/connectors/http.ts";
import { createPace, createPaces, endpointOf } from "../../lib/run/turns/pace.ts";
import type { TokenTable } from "../../lib/store/store.ts";

/** A table whose clock stands still: what was given, and for when. */
const table = (most = Number.POSITIVE_INFINITY): TokenTable & { readonly asked: number[]; readonly held: number[] } => {
  const [asked, held]: [number[], number[]] = [[], []];
  let free = 0;
  return {
    asked,
    held,
    take: async (_, calls, gapMs, mostMs) => {
      if (free > Math.min(most, mostMs)) return undefined;
      asked.push(calls);
      free += calls * gapMs;
      return free - calls * gapMs;
    },
    hold: async (_, ms) => void held.push(ms),
  };
};

const settings = { name: "jira", url: "http://jira.example.com:8080/base/", callsPerSecond: 4, maxWaitSeconds: 10 };

describe("the pace of an endpoint", () => {
  it("is one for an address, whatever stands behind it", () => {
    expect([endpointOf("http://a.example.com/x/"), endpointOf("HTTP://A.example.com:80/x")]).toEqual(["http://a.example.com/x", "http://a.example.com/x"]);
    const paces = createPaces(table());
    expect(paces(settings)).toBe(paces({ ...settings, url: "http://jira.example.com:8080/base" }));
    expect(paces(settings)).not.toBe(paces({ ...settings, callsPerSecond: 5 }));
  });

  it("asks once for all that wait, and gives each its own moment", async () => {
    const tokens = table();
    const slept: number[] = [];
    const pace = createPace(tokens, settings, undefined, async (ms) => slept.push(ms));
    await Promise.all(Array.from({ length: 6 }, () => pace.leave()));
    // The first had nobody beside it when it asked.
    expect(tokens.asked).toEqual([1, 5]);
    expect(slept.toSorted((a, b) => a - b)).toEqual([250, 500, 750, 1000, 1250]);
  });

  it("refuses with 75 what would have to wait too long, and passes on what the table says", async () => {
    const tokens = table(0);
    const pace = createPace(tokens, settings, undefined, async () => undefined);
    await pace.leave();
    await expect(pace.leave()).rejects.toMatchObject({ exitCode: 75, message: expect.stringContaining("jira"), advice: expect.stringContaining("maxWaitSeconds") });
    const broken = createPace({ take: async () => Promise.reject(new Error("no database")), hold: async () => undefined }, settings);
    const both = await Promise.allSettled([broken.leave(), broken.leave()]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("is asked before every try, and told when the endpoint wants to be left alone", async () => {
    let count = 0;
    const server = createServer((_, response) => void (++count === 1 ? response.writeHead(429, { "retry-after": "7" }).end() : response.end("good")));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const order: string[] = [];
    const http = createHttp(
      { name: "x", system: "jira", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, credentials: {}, scope: {}, options: {}, network: { callsPerSecond: 1 } },
      { pace: { leave: async () => void order.push(`leave before ${count + 1}`), hold: async (ms) => void order.push(`hold ${ms}`) }, sleep: async (ms) => void order.push(`wait ${ms}`) },
    );
    try {
      expect((await http.request({ method: "POST", path: "/x" })).text).toBe("good");
      expect(order).toEqual(["leave before 1", "hold 7000", "wait 7000", "leave before 2"]);
    } finally {
      await http.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  it("means that nothing was sent where leave is refused", async () => {
    const http = createHttp({ name: "x", system: "jira", url: "http://127.0.0.1:1", credentials: {}, scope: {}, options: {}, network: {} }, { pace: { leave: () => Promise.reject(new Error("no leave")), hold: async () => undefined } });
    await expect(http.request({ method: "POST", path: "/x" })).rejects.toThrow(/^no leave$/);
    expect(http.calls()).toBe(0);
    await http.close();
  });
});
