// Two processes on one connection over one real PostgreSQL: exactly one runs and the other names it; a killed holder is no
// hindrance, nor is one whose network is cut without a goodbye; one that lost its lock without noticing writes nothing any more.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import { createGates, type Gates } from "../support/systems/gate.ts";
import { endSessions, execute } from "../support/store/postgres.ts";
import { issues, openSite, type Site, story } from "../support/scripts/site.ts";
import { openWire, type Wire } from "../support/store/wire.ts";
import { figure } from "./figures.ts";

/** processes.test.ts makes as many again, and twice, whose winner it kills. */
const STARTS = Number(process.env.TANDEM_STARTS ?? 31);
/** Three heartbeats, and what it takes to ask. */
const FREE_MS = 15_000 + 1_500;
const WORDS = ["--connection", "octane-jira", "--json"];

describe("two at once", () => {
  let gates: Gates;
  let site: Site;
  beforeAll(async () => {
    gates = createGates();
    site = await openSite({ front: gates.front });
  });
  afterAll(async () => {
    await gates.close();
    await site.close();
  });

  const start = () => site.start("syncIteration", ...WORDS);
  /** A reading of items: the lock is held by then. */
  const reading = () => gates.stopAt((step) => step.when === "after" && /\/(stories|search\/jql)\b/.test(step.target));

  it(`of ${STARTS} double starts each time one runs and the other ends with 75, naming it`, async () => {
    const took: number[] = [];
    for (let n = 0; n < STARTS; n++) {
      story(site, `story ${n}`);
      gates.open();
      const stopped = reading();
      const since = performance.now();
      const both = await Promise.all([start(), start()]);
      const ends = both.map(async (running) => ({ running, ended: await running.ended }));
      // The one with the lock waits at the gate, so only the other can end.
      const loser = await Promise.race(ends);
      took.push(Math.round(performance.now() - since));
      await stopped;
      expect(loser.ended, `start ${n}`).toMatchObject({ code: 75, out: "", err: expect.stringMatching(/connection octane-jira is locked by (syncIteration \(process \d+ on |a run that is just starting)/) });
      gates.open();
      gates.release();
      const winner = both.find((running) => running !== loser.running);
      expect(await winner?.ended, `start ${n}`).toMatchObject({ code: 0, err: "" });
    }
    figure(`double starts: the other ended after ${took.toSorted((a, b) => a - b)[took.length >> 1]} ms (the middle of ${STARTS}, its start included)`);
    const names = Array.from({ length: STARTS }, (_, n) => `story ${n}`).toSorted();
    expect(issues(site)).toEqual(names);
  }, 900_000);

  it("a killed holder leaves the connection free at once", async () => {
    gates.open();
    const stopped = reading();
    const holder = await start();
    await stopped;
    holder.kill();
    await holder.ended;
    gates.open();
    expect(await site.run("syncIteration", ...WORDS)).toMatchObject({ code: 0, err: "" });
  });

  it("a holder whose lock was lost unnoticed writes nothing any more", async () => {
    gates.open();
    story(site, "made while one sleeps");
    const before = issues(site);
    // It has seen the new item, and that nobody made its partner yet.
    const stopped = gates.stopAt((step) => step.when === "after" && /search\/jql/.test(step.target));
    const sleeper = await start();
    await stopped;
    // Its answer is on the way; meanwhile the server ends its session, and another run does the work.
    await endSessions(site.databaseUrl ?? "", "tandem lock");
    gates.open();
    expect(await site.run("syncIteration", ...WORDS)).toMatchObject({ code: 0, err: "" });
    const after = issues(site);
    expect(after).toEqual([...before, "made while one sleeps"].toSorted());
    const calls = [site.octane, site.jira].map((side) => side.callCount());
    gates.release();
    const ended = await sleeper.ended;
    expect([ended.code, ended.out]).toEqual([75, ""]);
    const later = [site.octane, site.jira].flatMap((side, at) => side.calls().slice(calls[at]));
    expect(later.filter((call) => !["GET"].includes(call.method) && !/search\/jql|bulkfetch|sign_in|sign_out/.test(call.target)).map((call) => `${call.method} ${call.target}`)).toEqual([]);
    expect(issues(site)).toEqual(after);
  });

  const startAt = (url: string) => site.startWith("syncIteration", WORDS, { env: { DATABASE_URL: url } });

  /** Milliseconds until somebody else gets the lock. */
  const untilFree = async (): Promise<number> => {
    const holder = { host: "test", pid: process.pid, script: "test" };
    const store = await openStore({ databaseUrl: site.databaseUrl ?? "", directory: "", lockWaitSeconds: 0, holder, now: () => new Date().toISOString() });
    const since = performance.now();
    try {
      for (;;) {
        const lease = await store.locks.acquire("connection:octane-jira", holder);
        const took = performance.now() - since;
        if ("release" in lease) {
          await lease.release();
          return took;
        }
        if (took > FREE_MS * 2) return took;
        await sleep(200);
      }
    } finally {
      await store.close();
    }
  };

  const writesSince = (calls: readonly number[]): readonly string[] =>
    [site.octane, site.jira]
      .flatMap((side, at) => side.calls().slice(calls[at]))
      .filter((call) => call.method !== "GET" && !/search\/jql|bulkfetch|sign_in|sign_out/.test(call.target))
      .map((call) => `${call.method} ${call.target}`);

  /** The other run does the work; the one that was cut off goes on, writes nothing and ends. */
  const expectOvertaken = async (cutOff: Awaited<ReturnType<typeof start>>, name: string, wire: Wire): Promise<void> => {
    expect(await untilFree()).toBeLessThan(FREE_MS);
    gates.open();
    expect(await site.run("syncIteration", ...WORDS)).toMatchObject({ code: 0, err: "" });
    const after = issues(site);
    expect(after.filter((other) => other === name)).toEqual([name]);
    const calls = [site.octane, site.jira].map((side) => side.callCount());
    gates.release();
    const since = performance.now();
    const ended = await cutOff.ended;
    expect([ended.code, ended.out, /cannot be reached|was lost to another run|belongs to another run/.test(ended.err)], ended.err).toEqual([expect.toBeOneOf([69, 75]), "", true]);
    expect(performance.now() - since).toBeLessThan(60_000);
    wire.mend();
    expect([writesSince(calls), issues(site)]).toEqual([[], after]);
    expect(await execute(site.databaseUrl ?? "", "select count(*)::int as intents from intents")).toEqual([{ intents: 0 }]);
  };

  it.each([
    ["while it waits for a system", undefined],
    // The first words of a commit of several statements; of journal and watermarks alone there is one.
    ["in the middle of a commit", "select name, fence, held"],
  ])("a holder whose network is cut without a goodbye %s: free within three heartbeats, and it writes nothing when it wakes", async (_title, text) => {
    const wire = await openWire(site.databaseUrl ?? "");
    try {
      gates.open();
      // A name goes through the wire as well: it must not hold the words at which that is cut.
      const name = text === undefined ? "cut while waiting" : "cut within a commit";
      story(site, name);
      const stopped = text === undefined ? gates.stopAt((step) => step.when === "after" && /search\/jql/.test(step.target)) : wire.cutAfter(text);
      const holder = await startAt(wire.through(site.databaseUrl ?? ""));
      await stopped;
      wire.cut();
      await expectOvertaken(holder, name, wire);
    } finally {
      await wire.close();
    }
  }, 900_000);
});
