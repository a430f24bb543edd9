// A connection, or a type, that is called otherwise now goes on with the cross references it had: nothing is created, and
// only what was mapped anew is compared.

import { describe, expect, it } from "vitest";
import type { Lease } from "../../lib/store/store.ts";
import { pairKey } from "../../lib/core/match/declined.ts";
import type { Rename } from "../../lib/core/links/renames.ts";
import { clearWatermarks } from "../../lib/run/clearWatermarks.ts";
import { copyCrossReferences, type CopyResult } from "../../lib/run/copyCrossReferences.ts";
import { deleteConnection } from "../../lib/run/deleteConnection.ts";
import { declinedIn, itemsScope, rememberDecisions } from "../../lib/run/match/declinedFacts.ts";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import { createMemoryStore, type MemoryStore, type StoreHooks } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions, TARGET_TYPES, total, type Worlds } from "../support/engine/worlds.ts";

interface Stage {
  readonly store: MemoryStore;
  readonly hooks: { current: StoreHooks };
  readonly before: Worlds;
}

const COMMENTED = CONNECTION.replace("target: beta\n", "target: beta\ncomments: biDirectional\n");
const named = (name: string, text = COMMENTED): string => text.replace("name: demo", `name: ${name}`);

/** Four stories in step, one with a comment, and a reference between types. */
const staged = async (text = COMMENTED): Promise<Stage> => {
  const hooks: { current: StoreHooks } = { current: {} };
  const store = createMemoryStore(hooks);
  const before = createWorlds(store, { connection: text });
  const release = make(before, "master", "release", { name: "R1" });
  for (const name of ["A", "B", "C", "D"]) make(before, "master", "story", { name, release: { ref: release.id }, phase: { choice: "New" } });
  await before.iterate();
  before.time.ms += 600_000;
  await before.iterate();
  before.time.ms += 600_000;
  return { store, hooks, before };
};

const copy = (worlds: Worlds, store: MemoryStore, from: string, more: { readonly renames?: readonly Rename[]; readonly dryRun?: boolean; readonly lease?: Lease } = {}): Promise<CopyResult> =>
  copyCrossReferences(worlds.context(store), { from, renames: more.renames ?? [], dryRun: more.dryRun ?? false }, more.lease);

/** Copies until the store was changed so many times, and dies there; answers whether it came to its end before. */
const copyKilled = async ({ store, hooks }: Pick<Stage, "store" | "hooks">, after: Worlds, step: number): Promise<boolean> => {
  let steps = 0;
  hooks.current = {
    after: () => {
      if (++steps === step) throw new Error("killed");
    },
  };
  const ended = await copy(after, store, "demo").then(() => true, () => false);
  hooks.current = {};
  return ended;
};

describe("copying cross references", () => {
  it("takes along what a person said no to, which goes with the connection it belongs to", async () => {
    const { store, before } = await staged();
    const after = createWorlds(store, { connection: named("backlog"), over: before });
    const key = (name: string): string => `${name}/story~Story/P~Q`;
    const table = `decision,situation,connection,syncSet,masterId,masterName,targetId,targetName\nno,near,demo,${key("demo")},m1,A,t9,a\n`;
    const remembered = await rememberDecisions({ store }, [new TextEncoder().encode(table)], "csv", (_, set) => itemsScope(set), "2026-03-02T08:00:00.000Z");
    await copy(after, store, "demo");
    expect([remembered, [...(await declinedIn({ store }, itemsScope(key("backlog"))))]]).toEqual([1, [pairKey("m1", "t9")]]);
    await deleteConnection({ store, now: () => "2026-03-02T08:00:00.000Z" }, "demo", { by: "test" });
    expect([(await declinedIn({ store }, itemsScope(key("demo")))).size, (await declinedIn({ store }, itemsScope(key("backlog")))).size]).toEqual([0, 1]);
  });

  it.each([0, 1])("takes along pairs that were seeded, and nobody has said of who wins, after %i iterations", async (rounds) => {
    const store = createMemoryStore();
    const before = createWorlds(store, { connection: COMMENTED });
    const [story, issue] = [make(before, "master", "story", { name: "Login", points: 3 }), make(before, "target", "Story", { name: "login", estimate: 5 })];
    for (const [item, id] of [[story, "c1"], [issue, "c2"]] as const) item.comments.push({ id, author: { person: "x", name: "X" }, createdAt: "2026-03-01T00:00:00.000Z", changedAt: "2026-03-01T00:00:00.000Z", text: "<p>Yes</p>", restricted: false });
    await seedCrossReferences(before.context(store), [{ action: "add", set: { masterType: "story" }, masterId: story.id, targetId: issue.id, line: 1, column: 1 }], { dryRun: false });
    for (let round = 0; round < rounds; round++) {
      before.time.ms += 86_400_000;
      await before.iterate();
    }
    const after = createWorlds(store, { connection: named("backlog"), over: before });
    await copy(after, store, "demo");
    before.time.ms += 86_400_000;
    const first = await after.iterate({ adopt: "target" });
    expect([total(first, "created"), story.fields.name, story.fields.points, issue.fields.name, story.comments.length, issue.comments.length]).toEqual([0, "login", 5, "login", 1, 1]);
  });

  it("lets a renamed connection go on: the next iteration creates and writes nothing, and reads only what changed", async () => {
    const { store, before } = await staged();
    const after = createWorlds(store, { connection: named("backlog"), over: before });
    expect(await copy(after, store, "demo")).toMatchObject({ sets: [{ copied: 1 }, { copied: 0 }, { copied: 4 }], refused: [], left: [], stopped: false });
    const was = revisions(before);
    const first = await after.iterate();
    expect([total(first, "created"), total(first, "updated"), revisions(after), total(first, "failed")]).toEqual([0, 0, was, 0]);
    const story = itemsOf(before.master, "story")[0];
    if (story === undefined) throw new Error("no story");
    edit(before, "master", story, { name: "A2" });
    const next = await after.iterate();
    expect([total(next, "created"), total(next, "updated"), itemsOf(before.target, "Story").map((item) => item.fields.name).toSorted()]).toEqual([0, 1, ["A2", "B", "C", "D"]]);
  });

  it("lets items of which a file gave several partners wait under the new name too", async () => {
    const { store, before } = await staged();
    const [one, two] = ["E", "F"].map((name) => make(before, "master", "story", { name }).id);
    const issue = make(before, "target", "Story", { name: "E" }).id;
    const line = (masterId = "", at = 1) => ({ action: "add" as const, set: { masterType: "story" }, masterId, targetId: issue, line: at, column: 1 });
    await seedCrossReferences(before.context(store), [line(one, 2), line(two, 3)], { dryRun: false });
    const after = createWorlds(store, { connection: named("backlog"), over: before });
    await copy(after, store, "demo", { dryRun: true });
    expect(await store.facts.list("disputed:backlog/")).toEqual([]);
    await copy(after, store, "demo");
    before.time.ms += 600_000;
    const result = await after.iterate();
    expect([total(result, "created"), total(result, "held")]).toEqual([0, 3]);
  });

  it("compares anew what the new connection maps that the old one did not, and nothing else", async () => {
    const { store, before } = await staged();
    const less = createWorlds(store, { connection: named("less", COMMENTED.replace("      - { master: points, target: estimate }\n", "")), over: before });
    await copy(less, store, "demo");
    expect((await less.iterate()).notices ?? []).toEqual([]);
    const story = itemsOf(before.master, "story")[0];
    if (story === undefined) throw new Error("no story");
    edit(before, "master", story, { points: 5 });
    await less.iterate();
    const more = createWorlds(store, { connection: named("more"), over: before });
    await copy(more, store, "less");
    const result = await more.iterate();
    expect([total(result, "created"), itemsOf(before.target, "Story").find((item) => item.fields.name === "A")?.fields.estimate]).toEqual([0, 5]);
  });

  it("lets a renamed type go on in the same connection", async () => {
    const { store, before } = await staged();
    const types = TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, name: "User Story", label: "User Story" } : type));
    Object.assign(before.target, { types });
    for (const item of itemsOf(before.target, "Story")) {
      const renamed = { ...item, type: "User Story" };
      before.target.items.delete(`Story\0${item.id}`);
      before.target.items.set(`User Story\0${item.id}`, renamed);
    }
    const after = createWorlds(store, { connection: COMMENTED.replace("target: Story", "target: User Story"), over: before });
    const renames = [{ from: "Story", to: "User Story" }];
    expect(await copy(after, store, "demo", { renames })).toMatchObject({ sets: [{ from: "demo/story~Story/P~Q", syncSet: "demo/story~User Story/P~Q", copied: 4 }], left: [] });
    expect((await copy(after, store, "demo", { renames })).sets).toMatchObject([{ copied: 0, unchanged: 4 }]);
    const result = await after.iterate();
    expect([total(result, "created"), total(result, "updated"), itemsOf(before.target, "User Story").length]).toEqual([0, 0, 4]);
  });

  it("shows with a dry run what it would do and writes nothing", async () => {
    const { store, before } = await staged();
    const content = store.content();
    const after = createWorlds(store, { connection: named("backlog"), over: before });
    expect((await copy(after, store, "demo", { dryRun: true })).sets.map((set) => set.copied)).toEqual([1, 0, 4]);
    expect([store.content(), await store.syncSets.list("backlog")]).toEqual([content, []]);
  });

  it("leaves a connection stopped that a person has stopped", async () => {
    const { store, before } = await staged();
    await store.connections.set({ name: "backlog", started: false, changedAt: "2026-03-02T08:00:00.000Z", changedBy: "ann" });
    await copy(createWorlds(store, { connection: named("backlog"), over: before }), store, "demo");
    expect(await store.connections.get("backlog")).toMatchObject({ started: false, changedBy: "ann" });
  });

  it("refuses a pair that contradicts another and takes the rest", async () => {
    const { store, before } = await staged();
    const after = createWorlds(store, { connection: named("backlog"), over: before });
    const set = after.connection().syncSets.find((each) => each.target.type === "Story");
    const [row] = await store.syncSets.ensure("backlog", set === undefined ? [] : [{ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints }]);
    const [first, second] = itemsOf(before.master, "story");
    const partner = itemsOf(before.target, "Story").find((item) => item.fields.name === second?.fields.name);
    await store.record({ links: [{ syncSet: row?.id ?? 0, master: { id: first?.id ?? "", prints: {} }, target: { id: partner?.id ?? "", prints: {} }, state: "active" }] });
    const result = await copy(after, store, "demo");
    expect(result.sets.map((each) => [each.copied, each.refused])).toEqual([[1, 0], [0, 0], [2, 2]]);
    expect(result.refused.map((each) => each.reason)).toEqual([`master item ${first?.id} is paired with ${partner?.id} already`, `target item ${partner?.id} is paired with ${first?.id} already`]);
  });

  it("killed after any step and begun again ends like one that was not", async () => {
    const whole = await staged();
    await copy(createWorlds(whole.store, { connection: named("backlog"), over: whole.before }), whole.store, "demo");
    const links = (store: MemoryStore): unknown => (store.content() as { readonly links: readonly { readonly set: number; readonly state: string }[] }).links.map(({ set, state }) => [set, state]);
    for (let step = 1; step < 20; step++) {
      const { store, hooks, before } = await staged();
      const after = createWorlds(store, { connection: named("backlog"), over: before });
      const ended = await copyKilled({ store, hooks }, after, step);
      if (ended) return expect(step).toBeGreaterThan(3);
      // Half of the pairs are there: no iteration may start.
      expect((await store.connections.get("backlog"))?.started).toBe(step === 1 ? undefined : false);
      await copy(after, store, "demo");
      expect(await store.connections.get("backlog")).toBeUndefined();
      expect(links(store)).toEqual(links(whole.store));
      const sets = await store.syncSets.list("backlog");
      for (const { id } of sets) for (const side of ["master", "target"] as const) expect(await store.watermarks.get(id, side)).toBeDefined();
      expect(total(await after.iterate(), "created")).toBe(0);
    }
    throw new Error("it never came to its end");
  });

  it("with what waits, and no watermark: killed after any step and begun again ends like one that was not", async () => {
    const holding = COMMENTED.replace("target: beta\n", "target: beta\nconflict: hold\n");
    const waiting = async (): Promise<Stage> => {
      const stage = await staged(holding);
      const [story, copyOfIt] = [itemsOf(stage.before.master, "story")[0], itemsOf(stage.before.target, "Story")[0]];
      if (story === undefined || copyOfIt === undefined) throw new Error("no story");
      edit(stage.before, "master", story, { name: "mine" });
      edit(stage.before, "target", copyOfIt, { name: "theirs" });
      await stage.before.iterate();
      await clearWatermarks({ store: stage.store }, "demo", {});
      return stage;
    };
    const held = async (store: MemoryStore): Promise<unknown> => (await store.conflicts.list("backlog")).map(({ field, masterValue, targetValue }) => [field, masterValue, targetValue]);
    for (let step = 1; step < 20; step++) {
      const { store, hooks, before } = await waiting();
      const after = createWorlds(store, { connection: named("backlog", holding), over: before });
      const ended = await copyKilled({ store, hooks }, after, step);
      if (!ended) await copy(after, store, "demo");
      expect([step, await held(store)]).toEqual([step, [[expect.stringContaining("name"), "mine", "theirs"]]]);
      if (ended) return expect(step).toBeGreaterThan(3);
    }
    throw new Error("it never came to its end");
  });

  it.each([
    ["a connection nobody knows", "demi", [], /nothing is known of a connection "demi"/],
    ["a rename that fits nothing", "demo", [{ from: "Stroy", to: "Story" }], /no sync set goes on from Stroy as Story/],
  ] as const)("refuses %s", async (_, from, renames, message) => {
    const { store, before } = await staged();
    await expect(copy(createWorlds(store, { connection: named("backlog"), over: before }), store, from, { renames })).rejects.toThrow(message);
  });

  it("refuses a connection whose cross references are gone, for the next iteration would create everything anew", async () => {
    const { store, before } = await staged();
    await store.syncSets.forget("demo");
    await expect(copy(createWorlds(store, { connection: named("backlog"), over: before }), store, "demo")).rejects.toThrow(/demo holds no cross references any more/);
  });

  it("refuses another system, where the ids mean nothing", async () => {
    const { store } = await staged();
    await expect(copy(createWorlds(store, { connection: named("backlog") }), store, "demo")).rejects.toThrow(/none of 1 paired items/);
  });
});
