// Two pairs of projects of one connection, each worked on by itself: what one finds of the other, and what both have in hand.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Instant } from "../../lib/core/types.ts";
import { connectionStatus } from "../../lib/run/connectionStatus.ts";
import { checkSchedule } from "../../lib/run/checkSchedule.ts";
import { turnOf, turnOfAll } from "../../lib/run/turns/due.ts";
import { isWellAgain } from "../../lib/run/sendNotifications.ts";
import { undoRun } from "../../lib/run/undoRun.ts";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { Outcome, Store } from "../../lib/store/store.ts";
import { freshName, openTestStore, type TestStore } from "../support/store/store.ts";
import { CONNECTION, createWorlds, itemsOf, MASTER_TYPES, revisions, TARGET_TYPES, type Worlds } from "../support/engine/worlds.ts";

const [A, B] = ["P~Q", "P2~Q2"];
const ALWAYS = { zone: "UTC", pauses: false, lines: [] } as const;

let test: TestStore;
let store: Store;
beforeAll(async () => {
  test = await openTestStore();
  store = test.store;
});
afterAll(() => test.close());

const worlds = (): Worlds => {
  const text = CONNECTION.replace("name: demo", `name: ${freshName()}\nslices: projectPair`).replace('  - { master: "P", target: "Q" }', '  - { master: "P", target: "Q" }\n  - { master: "P2", target: "Q2" }');
  const projects = (name: string) => [{ id: name, name }, { id: `${name}2`, name: `${name}2` }];
  return createWorlds(store, { connection: text, master: { projects: projects("P"), types: MASTER_TYPES }, target: { projects: projects("Q"), types: TARGET_TYPES } });
};

const story = (w: Worlds, project: string, name: string, more: Readonly<Record<string, unknown>> = {}): MemoryItem => {
  w.time.ms += 1000;
  return w.master.create("anna", "story", project, { name, ...more } as never);
};

const move = (w: Worlds, item: MemoryItem, project: string): void => {
  w.time.ms += 1000;
  item.project = project;
  w.master.update("anna", item, { points: 7 });
};

const outcomesOf = async (run: string): Promise<readonly Outcome[]> => {
  const rows: Outcome[] = [];
  for await (const page of store.outcomes.ofRun(run)) rows.push(...page);
  return rows;
};

const names = (w: Worlds): readonly string[] => itemsOf(w.target, "Story").map(({ fields, project }) => `${project} ${String(fields.name)}`).toSorted();

const quiet = async (w: Worlds): Promise<void> => {
  const before = [revisions(w), names(w)];
  for (const slice of [A, B, undefined]) {
    w.time.ms += 3_600_000;
    expect((await w.iterate(slice === undefined ? {} : { slice })).status).toBe("done");
  }
  expect([revisions(w), names(w)]).toEqual(before);
};

describe("a slice", () => {
  it("is the sync sets of one pair of projects, a run of its own, and what the whole does afterwards is nothing", async () => {
    const w = worlds();
    story(w, "P", "one");
    story(w, "P2", "two");
    const result = await w.iterate({ slice: B });
    expect([result.slice, result.status, names(w)]).toEqual([B, "done", ["Q2 two"]]);
    expect((await store.runs.get(result.run))?.slice).toBe(B);
    await w.iterate({ slice: A });
    await quiet(w);
    await expect(w.iterate({ slice: A, sweep: true })).rejects.toThrow("a sweep is of the whole connection");
  });

  it("leaves a reference to an item of the other waiting, and writes it at its next turn after the other made the partner", async () => {
    const w = worlds();
    const release = w.master.create("anna", "release", "P2", { name: "R" });
    story(w, "P", "refers", { release: { ref: release.id, type: "release" } });
    const first = await w.iterate({ slice: A });
    const copy = (): MemoryItem | undefined => itemsOf(w.target, "Story")[0];
    expect([first.status, copy()?.fields.fixVersion ?? null]).toEqual(["partly", null]);
    w.time.ms += 60_000;
    await w.iterate({ slice: B });
    w.time.ms += 60_000;
    expect((await w.iterate({ slice: A })).status).toBe("done");
    expect(copy()?.fields.fixVersion).toMatchObject({ ref: itemsOf(w.target, "version")[0]?.id });
    await quiet(w);
  });

  it("is undone like any run", async () => {
    const w = worlds();
    story(w, "P", "one");
    story(w, "P2", "two");
    const runs = [await w.iterate({ slice: A }), await w.iterate({ slice: B })];
    await undoRun(w.context(store), { run: runs[0]?.run ?? "", created: "delete" });
    expect(names(w)).toEqual(["Q2 two"]);
  });
});

describe("an item that moves to the other pair of projects", () => {
  const told = async (run: string): Promise<readonly [string, string][]> => (await outcomesOf(run)).filter(({ name }) => name === "moved").map(({ action, reason }) => [action, reason]);

  it.each([["a slice", { slice: B }], ["the whole", {}]] as const)("keeps the partner it has, and gets no second one by %s", async (_, options) => {
    const w = worlds();
    const item = story(w, "P", "moved");
    await w.iterate({ slice: A });
    move(w, item, "P2");
    const result = await w.iterate(options);
    expect(names(w)).toEqual(["Q moved"]);
    expect(await told(result.run)).toContainEqual(["skip", expect.stringContaining("by another pair of projects, from which it was moved here")]);
    const plans: string[] = [];
    w.time.ms += 1000;
    w.master.update("anna", item, { points: 8 });
    await w.iterate({ ...options, dryRun: true, onPlan: (plan) => plans.push(plan.kind) });
    expect(plans).not.toContain("create");
  });

  it("is left to the one that has begun to make its partner", async () => {
    const w = worlds();
    const item = story(w, "P", "moved");
    const other: string[] = [];
    const before = async (call: string): Promise<void> => {
      if (call !== "create" || other.length > 0) return;
      other.push("");
      move(w, item, "P2");
      other.push((await w.iterate({ slice: B })).run);
    };
    await w.iterate({ slice: A }, { hooks: { target: { before } } });
    expect(names(w)).toEqual(["Q moved"]);
    expect(await told(other[1] ?? "")).toEqual([["hold", expect.stringContaining("its partner is being made by another pair of projects")]]);
    w.time.ms += 3_600_000;
    const later = await w.iterate({ slice: B });
    expect([names(w), await told(later.run), later.status]).toEqual([["Q moved"], [["skip", expect.stringContaining("has its partner")]], "done"]);
    for (const options of [{ slice: A }, { slice: B }, {}]) {
      w.time.ms += 3_600_000;
      await w.iterate(options);
    }
    expect(names(w)).toEqual(["Q moved"]);
  });

  it("keeps the partner that a run made which was killed before it knew, and waits for nobody", async () => {
    const w = worlds();
    const item = story(w, "P", "moved");
    // One that stays: a side that is suddenly empty would be refused.
    story(w, "P", "stays");
    const after = (call: string): void => {
      if (call === "create") throw new Error("killed");
    };
    await expect(w.iterate({ slice: A }, { hooks: { target: { after } } })).rejects.toThrow("killed");
    move(w, item, "P2");
    const statuses: string[] = [];
    for (const options of [{ slice: B }, { slice: A }, { slice: B }, { sweep: true }, { slice: A }, { slice: B }, {}]) {
      w.time.ms += 8 * 3_600_000;
      statuses.push((await w.iterate(options)).status);
    }
    expect([names(w), statuses.slice(-4)]).toEqual([["Q moved", "Q stays"], ["done", "done", "done", "done"]]);
  });

  it("keeps it where it became one of another type at once", async () => {
    const w = worlds();
    const item = story(w, "P", "moved");
    await w.iterate({ slice: A });
    w.master.items.delete(`story\0${item.id}`);
    w.time.ms += 1000;
    w.master.items.set(`sprint\0${item.id}`, { ...item, type: "sprint", project: "P2", changedAt: w.master.now(), revision: 2 });
    await w.iterate({ slice: B });
    expect([itemsOf(w.target, "Story").length, itemsOf(w.target, "sprint").length]).toEqual([1, 0]);
  });

  it("is left alone by one that read it before it moved, once the other made its partner", async () => {
    const w = worlds();
    const item = story(w, "P", "moved");
    let readings = 0;
    const after = async (call: string): Promise<void> => {
      // Of release, sprint and story the last.
      if (call !== "changes" || ++readings !== 3) return;
      move(w, item, "P2");
      await w.iterate({ slice: B });
    };
    await w.iterate({ slice: A }, { hooks: { master: { after } } });
    expect([item.project, names(w)]).toEqual(["P2", ["Q2 moved"]]);
    await quiet(w);
  });
});

describe("turns of slices", () => {
  const at = (seconds: number): Instant => new Date(Date.parse("2026-11-24T12:00:00.000Z") + seconds * 1000).toISOString();
  const doorsAt = (seconds: number) => ({ store, now: () => at(seconds) });

  it("come from start to start of each, a start of the whole is one of each, and one at work holds up only itself and the whole", async () => {
    const name = freshName();
    expect(await turnOf(doorsAt(0), name, 60, true, A)).toEqual({ due: true });
    expect((await turnOf(doorsAt(30), name, 60, true, A)).due).toBe(false);
    expect((await turnOf(doorsAt(30), name, 60, true, B)).due).toBe(true);
    expect(await turnOfAll(doorsAt(40), name, [A, B], 60, true)).toMatchObject({ due: false, inSeconds: 20 });
    expect((await turnOfAll(doorsAt(70), name, [A, B], 60, true)).due).toBe(true);
    expect((await turnOf(doorsAt(100), name, 60, true, B)).due).toBe(false);
    const lease = await store.locks.acquireSlice(`connection:${name}`, A, { host: "h", pid: 7, script: "worker" });
    expect(await turnOf(doorsAt(300), name, 60, true, A)).toMatchObject({ due: false, why: expect.stringContaining("at work (process 7 on h") });
    expect(await turnOfAll(doorsAt(300), name, [A, B], 60, true)).toMatchObject({ due: false, why: expect.stringContaining("at work") });
    expect((await turnOf(doorsAt(300), name, 60, true, B)).due).toBe(true);
    if ("release" in lease) await lease.release();
    const whole = await store.locks.acquire(`connection:${name}`, { host: "h", pid: 8, script: "undoRun" });
    expect(await turnOf(doorsAt(600), name, 60, true, B)).toMatchObject({ due: false, why: expect.stringContaining("at work (process 8") });
    if ("release" in whole) await whole.release();
  });

  it("are looked at one by one: a slice that fails or stays away is told of, whatever the others do", async () => {
    const name = freshName();
    const ran = async (slice: string | undefined, status: "done" | "failed", seconds: number): Promise<void> => {
      const id = crypto.randomUUID();
      await store.runs.start({ id, connection: name, ...(slice === undefined ? {} : { slice }), script: "syncIteration", host: "h", pid: 1, at: at(seconds) });
      await store.runs.end(id, { at: at(seconds + 1), status, counts: {}, ...(status === "failed" ? { message: "no route" } : {}) });
    };
    const words = async () => {
      const { status, reason, slices } = await connectionStatus({ store, now: () => at(1220) }, name, [A, B]);
      return [status, reason, slices?.map((slice) => slice.status)];
    };
    await ran(undefined, "done", 0);
    expect(await words()).toEqual(["Running", "the last iteration did everything", ["Running", "Running"]]);
    await ran(A, "failed", 1200);
    await ran(B, "done", 1210);
    expect(await words()).toEqual(["Failed", `${A}: no route`, ["Failed", "Running"]]);
    expect(await checkSchedule({ store, now: () => at(1220) }, name, 60, ALWAYS, [A, B])).toMatchObject({ state: "late", slice: A, lastSuccess: at(0), lastFailure: "failed: no route" });
    await store.facts.set([{ name: `notify:about:${name}`, value: { good: false, since: at(1201) }, at: at(1201) }]);
    expect(await isWellAgain({ store, now: () => at(1270) }, name, [A, B])).toBe(false);
    await ran(A, "done", 1260);
    expect(await isWellAgain({ store, now: () => at(1270) }, name, [A, B])).toBe(true);
    expect(await words()).toEqual(["Running", "the last iteration did everything", ["Running", "Running"]]);
    expect((await checkSchedule({ store, now: () => at(1270) }, name, 60, ALWAYS, [A, B])).state).toBe("fine");
  });
});
