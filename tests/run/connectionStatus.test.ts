// The six words for how a connection stands, each from the records that mean it.

import { describe, expect, it } from "vitest";
import { connectionStatus } from "../../lib/run/connectionStatus.ts";
import type { Doors } from "../../lib/run/context.ts";

const STARTED = "2026-11-26T12:00:00.000Z";
const run = (status: string, more: object = {}): object => ({ id: "1", connection: "c", script: "syncIteration", status, startedAt: "2026-11-26T12:01:00.000Z", ...(status === "running" ? {} : { endedAt: "2026-11-26T12:02:00.000Z" }), ...more });
const before = { startedAt: "2026-11-26T11:00:00.000Z", endedAt: "2026-11-26T11:01:00.000Z" };
const holder = { name: "connection:c", script: "syncIteration", pid: 7, host: "h" };

interface Records {
  readonly unfinished?: readonly string[];
  /** null: nobody has ever stopped or started it. */
  readonly started?: boolean | null;
  readonly held?: boolean;
  readonly by?: string;
  readonly runs?: readonly object[];
  /** Items in quarantine, links that wait. */
  readonly waits?: readonly [number, number];
  readonly now?: string;
  readonly restoredFrom?: string;
}

const doorsOf = ({ started = true, held = false, by = "syncIteration", runs = [], unfinished = [], waits = [0, 0], now = "2026-11-26T12:03:00.000Z", restoredFrom }: Records): Pick<Doors, "store" | "now"> =>
  ({
    now: () => now,
    store: {
      connections: { get: async () => (started === null ? undefined : { started, changedBy: "ann", changedAt: STARTED, note: "upgrade" }) },
      locks: { holders: async () => (held ? [{ ...holder, script: by }, { ...holder, name: "connection:other" }] : [{ ...holder, name: "connection:other" }]) },
      runs: { list: async (...[, , , until = ""]: readonly string[]) => runs.filter((row) => "startedAt" in row && String(row.startedAt) <= until) },
      syncSets: { list: async () => [{ id: 1, key: "c/s", ...(restoredFrom === undefined ? {} : { restoredFrom }) }] },
      watermarks: { get: async () => undefined },
      links: { count: async () => 3 },
      quarantine: { list: async () => Array.from({ length: waits[0] }) },
      pendingLinks: { list: async () => Array.from({ length: waits[1] }) },
      conflicts: { list: async () => [] },
      facts: { list: async () => unfinished.map((script) => ({ name: `unfinished:c/${script}` })) },
    },
  }) as unknown as Pick<Doors, "store" | "now">;

describe("a connection is", () => {
  it.each([
    ["Idle", "before its first iteration", { started: null }],
    ["Idle", "while something else than an iteration is at work before the first", { started: null, held: true, by: "seedCrossReferences" }],
    ["In Queue", "once it is started, until an iteration begins", {}],
    ["In Queue", "however the last one before that ended", { runs: [run("failed", before)] }],
    ["Restarting", "while its first iteration is under way", { held: true, runs: [run("running")] }],
    ["Restarting", "while its lock is held before the first run is noted", { held: true }],
    ["Restarting", "in the first iteration after it was started", { held: true, runs: [run("running"), run("done", before)] }],
    ["Restarting", "when the last one was stopped", { runs: [run("stopped"), run("done")] }],
    ["Restarting", "when the last one was killed", { runs: [run("running"), run("done")] }],
    ["Running", "while an iteration is under way", { held: true, runs: [run("running"), run("done")] }],
    ["Running", "when the last one did everything", { runs: [run("done"), run("failed")] }],
    ["Running", "when the last one left items to a person", { runs: [run("partly")] }],
    ["Failed", "when the last one failed", { runs: [run("failed", { message: "no way" }), run("done")] }],
    ["Failed", "until another one has succeeded", { held: true, runs: [run("running"), run("failed")] }],
    ["Failed", "when a guard refused the last one", { runs: [run("refused")] }],
    ["Disabled", "when a person stopped it, whatever else", { started: false, held: true, runs: [run("failed")] }],
  ] as const)("%s %s", async (word, _, records) => {
    const { status, reason, lastSuccess } = await connectionStatus(doorsOf(records), "c");
    expect([status, reason === ""]).toEqual([word, false]);
    expect(lastSuccess !== undefined).toBe(("runs" in records ? records.runs : []).some((row) => /"(done|partly)"/.test(JSON.stringify(row))));
  });

  it("Running, and says what waits beside it", async () => {
    const reasonOf = async (waits: readonly [number, number]): Promise<string> => (await connectionStatus(doorsOf({ runs: [run("done")], waits }), "c")).reason;
    expect([await reasonOf([0, 0]), await reasonOf([2, 0]), await reasonOf([2, 3])]).toEqual(["the last iteration did everything", "the last iteration did all that was due; 2 items in quarantine wait", "the last iteration did all that was due; 2 items in quarantine and 3 links wait"]);
  });

  it("what the last run says that its clock can have known by now: one of a clock that has been put back since says nothing", async () => {
    const ahead = { startedAt: "2026-11-28T12:01:00.000Z", endedAt: "2026-11-28T12:01:01.000Z", message: "its clock is 172800 s behind ours" };
    expect((await connectionStatus(doorsOf({ runs: [run("refused", ahead), run("done")] }), "c")).status).toBe("Running");
    expect((await connectionStatus(doorsOf({ runs: [run("refused", ahead), run("done")], now: "2026-11-28T12:02:00.000Z" }), "c")).status).toBe("Failed");
    // So does who started it: what ran since counts.
    expect((await connectionStatus(doorsOf({ runs: [run("done", before)], now: "2026-11-26T11:30:00.000Z" }), "c")).status).toBe("Running");
  });

  it("what its records say, and that they are as old as the backup that was put back", async () => {
    expect((await connectionStatus(doorsOf({ runs: [run("done")], restoredFrom: "2026-11-26T02:00:00.000Z" }), "c")).reason).toBe("the last iteration did everything; the store was put back to 2026-11-26T02:00:00.000Z, and what was made since is looked for until a sweep comes through with nothing held");
  });

  it("Disabled by whom, why, and until when", async () => {
    expect((await connectionStatus(doorsOf({ started: false }), "c")).reason).toBe("stopped by ann at 2026-11-26T12:00:00.000Z (upgrade)");
    expect((await connectionStatus(doorsOf({ started: false, unfinished: ["seedCrossReferences"] }), "c")).reason).toBe("seedCrossReferences has not recorded all pairs: the same again goes on");
  });
});
