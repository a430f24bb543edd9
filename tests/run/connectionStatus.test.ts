// The six words for how a connection stands, each from the records that mean it.

import { describe, expect, it } from "vitest";
import { connectionStatus } from "../../lib/run/connectionStatus.ts";
import type { Doors } from "../../lib/run/context.ts";

const run = (status: string, more: object = {}): object => ({ id: "1", connection: "c", script: "syncIteration", status, at: "2026-11-26T12:00:00.000Z", ...(status === "running" ? {} : { endedAt: "2026-11-26T12:01:00.000Z" }), ...more });
const holder = { name: "connection:c", script: "syncIteration", pid: 7, host: "h" };

const doorsOf = ({ started = true, held = false, runs = [], unfinished = [] }: { readonly unfinished?: readonly string[]; readonly started?: boolean; readonly held?: boolean; readonly runs?: readonly object[] }): Pick<Doors, "store"> =>
  ({
    store: {
      connections: { get: async () => ({ started, changedBy: "ann", changedAt: "2026-11-26T12:00:00.000Z", note: "upgrade" }) },
      locks: { holders: async () => (held ? [holder, { ...holder, name: "connection:other" }] : [{ ...holder, name: "connection:other" }]) },
      runs: { list: async () => runs },
      syncSets: { list: async () => [] },
      conflicts: { list: async () => [] },
      facts: { list: async () => unfinished.map((script) => ({ name: `unfinished:c/${script}` })) },
    },
  }) as unknown as Pick<Doors, "store">;

describe("a connection is", () => {
  it.each([
    ["Idle", "before its first iteration", {}],
    ["Starting", "while its first iteration is under way", { held: true, runs: [run("running")] }],
    ["Starting", "while its lock is held before the first run is noted", { held: true }],
    ["Running", "while an iteration is under way", { held: true, runs: [run("running"), run("failed")] }],
    ["Running", "when the last one did everything", { runs: [run("done"), run("failed")] }],
    ["Running", "when the last one left items to a person", { runs: [run("partly")] }],
    ["Failed", "when the last one failed", { runs: [run("failed", { message: "no way" }), run("done")] }],
    ["Failed", "when a guard refused the last one", { runs: [run("refused")] }],
    ["Stopped", "when the last one was stopped", { runs: [run("stopped"), run("done")] }],
    ["Stopped", "when the last one was killed", { runs: [run("running"), run("done")] }],
    ["Disabled", "when a person stopped it, whatever else", { started: false, held: true, runs: [run("failed")] }],
  ] as const)("%s %s", async (word, _, records) => {
    const { status, reason, lastSuccess } = await connectionStatus(doorsOf(records), "c");
    expect([status, reason === ""]).toEqual([word, false]);
    expect(lastSuccess !== undefined).toBe(("runs" in records ? records.runs : []).some((row) => /"(done|partly)"/.test(JSON.stringify(row))));
  });

  it("Disabled by whom, why, and until when", async () => {
    expect((await connectionStatus(doorsOf({ started: false }), "c")).reason).toBe("stopped by ann at 2026-11-26T12:00:00.000Z (upgrade)");
    expect((await connectionStatus(doorsOf({ started: false, unfinished: ["seedCrossReferences"] }), "c")).reason).toBe("seedCrossReferences has not recorded all pairs: the same again goes on");
  });
});
