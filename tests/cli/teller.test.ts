// Telling people never changes how an iteration ends.

import { describe, expect, it } from "vitest";
import { createTeller } from "../../lib/cli/notices/teller.ts";
import { RemoteError } from "../../lib/core/errors.ts";
import type { Notice } from "../../lib/core/notify/decide.ts";
import type { IterationResult } from "../../lib/run/syncIteration.ts";
import type { Fact, Store } from "../../lib/store/store.ts";

const AT = "2026-11-24T12:00:00.000Z";
const RULES = { quietMinutes: 60, digestHours: 24, mostPerHour: 20 };
const result = (status: IterationResult["status"], failedSets: IterationResult["failedSets"] = []): IterationResult => ({ run: "r", connection: "c", startedAt: AT, endedAt: AT, status, counts: {} as IterationResult["counts"], calls: { master: 0, target: 0 }, leastCalls: { master: 0, target: 0 }, failedSets, reasons: [], notices: [] });

const world = (facts: () => Map<string, Fact>) => {
  const sent: Notice[] = [];
  const warned: string[] = [];
  const store = {
    facts: { get: async (name: string) => facts().get(name), set: async (rows: readonly Fact[]) => rows.forEach((row) => facts().set(row.name, row)) },
    quarantine: { count: async () => 2 },
    conflicts: { list: async () => [] },
  } as unknown as Store;
  const log = { info: () => undefined, debug: () => undefined, warn: (message: string) => void warned.push(message) };
  const teller = () => createTeller({ notifier: { send: async (notice) => (sent.push(notice), [{ channel: "mail" as const }]) }, rules: RULES }, "c");
  return { sent, warned, doors: { store, log, now: () => AT }, teller };
};

describe("telling how an iteration ended", () => {
  it("counts a sync set that stopped as failing, items that wait as working, and an interrupted one as nothing", async () => {
    const facts = new Map<string, Fact>();
    const { sent, doors, teller } = world(() => facts);
    await teller().ofResult(doors, result("partly"));
    await teller().ofResult(doors, result("stopped"));
    expect(sent).toEqual([]);
    await teller().ofResult(doors, result("partly", [{ syncSet: "k", message: "no route", advice: "wait", error: undefined }]));
    expect(sent).toMatchObject([{ kind: "failure", message: "k: no route", advice: "wait", waiting: 2, run: "r" }]);
    await teller().ofResult(doors, result("done"));
    expect(sent.map(({ kind }) => kind)).toEqual(["failure", "recovery"]);
  });

  it("takes one slice that did well for no recovery while another fails", async () => {
    const facts = new Map<string, Fact>();
    const { sent, doors } = world(() => facts);
    const runs: { slice: string; status: string; startedAt: string }[] = [];
    const list = async (_connection: string, _most: number, slice: string) => runs.filter((run) => run.slice === slice).map((run) => ({ ...run, script: "syncIteration" }));
    const store = { ...doors.store, runs: { list } } as unknown as Store;
    const ended = async (slice: string, minute: number, failed = false): Promise<void> => {
      const startedAt = `2026-11-24T12:${minute}:00.000Z`;
      runs.unshift({ slice, status: failed ? "failed" : "done", startedAt });
      const teller = createTeller({ notifier: { send: async (notice) => (sent.push(notice), [{ channel: "mail" as const }]) }, rules: RULES }, "c", ["1~2", "3~4"]);
      await teller.ofResult({ ...doors, store, now: () => startedAt }, { ...result(failed ? "failed" : "done", failed ? [{ syncSet: "k", message: "no route", error: undefined }] : []), slice });
    };
    await ended("1~2", 10, true);
    await ended("3~4", 11);
    await ended("3~4", 12);
    expect(sent.map(({ kind }) => kind)).toEqual(["failure"]);
    await ended("1~2", 13);
    expect(sent.map(({ kind }) => kind)).toEqual(["failure", "recovery"]);
  });

  it("warns where the store fails meanwhile, and once is enough", async () => {
    const { sent, warned, doors, teller } = world(() => {
      throw new RemoteError("the database is gone");
    });
    const one = teller();
    await one.ofResult(doors, result("done"));
    expect([sent.length, warned, one.isDone()]).toEqual([0, ["c: nobody was told: the database is gone"], true]);
  });
});
