// The first iteration over pairs that were matched or seeded: it creates nothing for them, shows where they differ before it
// writes, and does what --adopt says.

import { describe, expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import { planLines } from "../../lib/core/report/planText.ts";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { planFileText, readPlanFile } from "../../lib/core/sync/planFile.ts";
import type { Fields } from "../../lib/core/types.ts";
import { applyPlan } from "../../lib/run/applyPlan.ts";
import { matchByName } from "../../lib/run/matchByName.ts";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import type { IterationOptions } from "../../lib/run/syncIteration.ts";
import { createMemoryStore, type MemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions, total, type Worlds } from "../support/engine/worlds.ts";

const MASTER: Fields = { name: "Login", points: 3, description: "<p>ours</p>", tags: [], due: "2026-05-01", phase: { choice: "New" } };
const TARGET: Fields = { name: "login", estimate: 5, body: "", labels: ["web"], dueDate: "2026-05-01", status: { choice: "To Do" } };

type Way = "matched" | "seeded";

const DAY = 86_400_000;

interface Stage {
  readonly master: MemoryItem;
  readonly store: MemoryStore;
  readonly worlds: Worlds;
  states(): readonly string[];
  values(): readonly unknown[];
}

const paired = async (way: Way, more: { readonly connection?: string } = {}): Promise<Stage> => {
  const store = createMemoryStore();
  const worlds = createWorlds(store, more);
  const [master, target] = [make(worlds, "master", "story", MASTER), make(worlds, "target", "Story", TARGET)];
  const context = worlds.context(store);
  if (way === "matched") await matchByName(context, { type: "story", apply: true });
  else await seedCrossReferences(context, [{ action: "add", set: { masterType: "story" }, masterId: master.id, targetId: target.id, line: 1, column: 1 }], { dryRun: false });
  worlds.time.ms += 600_000;
  return {
    store,
    worlds,
    master,
    states: () => (store.content() as { readonly links: readonly { readonly state: string }[] }).links.map((link) => link.state),
    values: () => [master, target].map(({ fields }) => [fields.name, fields.points ?? fields.estimate, fields.description ?? fields.body, fields.tags ?? fields.labels]),
  };
};

const UNTOUCHED = [["Login", 3, "<p>ours</p>", []], ["login", 5, "", ["web"]]];

describe.each(["matched", "seeded"] as const)("the first iteration over pairs that were %s", (way) => {
  it("shows every difference with a dry run and has written nothing", async () => {
    const { worlds, states, values } = await paired(way);
    const was = revisions(worlds);
    const plans: ItemPlan[] = [];
    const result = await worlds.iterate({ dryRun: true, onPlan: (plan) => plans.push(plan) });
    const conflicts = plans.flatMap((plan) => (plan.kind === "pair" ? plan.conflicts.map((conflict) => conflict.key.split("~")[0]) : []));
    expect(conflicts.toSorted()).toEqual(["description", "name", "points", "tags"]);
    expect(plans.filter((plan) => plan.kind === "create")).toEqual([]);
    expect([total(result, "created"), revisions(worlds), states(), values()]).toEqual([0, was, ["adopting"], UNTOUCHED]);
  });

  it("holds them all until somebody says who wins, and lists them", async () => {
    const { store, worlds, states, values } = await paired(way);
    for (let round = 0; round < 2; round++) {
      const result = await worlds.iterate();
      expect([total(result, "created"), states()]).toEqual([0, ["adopting"]]);
      worlds.time.ms += 60_000;
    }
    expect(values()).toEqual(UNTOUCHED);
    expect((await store.conflicts.list("demo")).map((conflict) => conflict.field.split("~")[0]).toSorted()).toEqual(["description", "name", "points", "tags"]);
  });

  it.each([
    ["hold", UNTOUCHED, "adopting", 4],
    ["master", [["Login", 3, "<p>ours</p>", []], ["Login", 3, "<p>ours</p>", []]], "active", 0],
    ["target", [["login", 5, "", ["web"]], ["login", 5, "", ["web"]]], "active", 0],
    // Empty values are filled from the other side; of two that differ the mapping's own policy decides: the master.
    ["merge", [["Login", 3, "<p>ours</p>", ["web"]], ["Login", 3, "<p>ours</p>", ["web"]]], "active", 0],
  ] as const)("does with --adopt %s what it says, creates nothing, and has nothing to do afterwards", async (adopt, expected, state, waiting) => {
    const { store, worlds, states, values } = await paired(way);
    const options: IterationOptions = { adopt };
    const first = await worlds.iterate(options);
    expect([total(first, "created"), values(), states()]).toEqual([0, expected, [state]]);
    expect((await store.conflicts.list("demo")).length).toBe(waiting);
    expect([itemsOf(worlds.master, "story").length, itemsOf(worlds.target, "Story").length]).toEqual([1, 1]);
    worlds.time.ms += 600_000;
    const was = revisions(worlds);
    const second = await worlds.iterate();
    expect([total(second, "created"), revisions(worlds)]).toEqual([0, was]);
  });

  it("keeps every value that lost, so that it can be undone", async () => {
    const { store, worlds } = await paired(way);
    await worlds.iterate({ adopt: "master" });
    const replaced = store.outcomeRows.flatMap((row) => (row.side === "target" && row.action === "update" ? Object.entries(row.before ?? {}) : []));
    expect(Object.fromEntries(replaced)).toMatchObject({ name: "login", estimate: 5, labels: ["web"] });
  });
});

describe("of a merge", () => {
  it("differences stay for a person where the mapping says so; empty values are filled all the same", async () => {
    const { values, worlds, states } = await paired("matched", { connection: CONNECTION.replace("target: beta\n", "target: beta\nconflict: hold\n") });
    await worlds.iterate({ adopt: "merge" });
    expect([values(), states()]).toEqual([[["Login", 3, "<p>ours</p>", ["web"]], ["login", 5, "<p>ours</p>", ["web"]]], ["active"]]);
  });

  it("what waits for a person keeps no other field from being carried", async () => {
    const { worlds, values, master } = await paired("matched", { connection: `${CONNECTION.replace("target: beta\n", "target: beta\nconflict: hold\n")}    comments: { direction: biDirectional }\n` });
    await worlds.iterate({ adopt: "merge" });
    worlds.time.ms += DAY;
    edit(worlds, "master", master, { description: "<p>more</p>" });
    await worlds.iterate();
    expect(values()).toEqual([["Login", 3, "<p>more</p>", ["web"]], ["login", 5, "<p>more</p>", ["web"]]]);
  });
});

describe("who wins, said after the first iteration", () => {
  it.each([
    ["master", [["Login", 3, "<p>ours</p>", []], ["Login", 3, "<p>ours</p>", []]]],
    ["target", [["login", 5, "", ["web"]], ["login", 5, "", ["web"]]]],
    ["merge", [["Login", 3, "<p>ours</p>", ["web"]], ["Login", 3, "<p>ours</p>", ["web"]]]],
  ] as const)("settles what was held until then, also where neither item has changed since: %s", async (adopt, expected) => {
    const { store, worlds, values, states } = await paired("seeded");
    for (let round = 0; round < 2; round++) {
      await worlds.iterate();
      worlds.time.ms += DAY;
    }
    const plans: ItemPlan[] = [];
    await worlds.iterate({ adopt, dryRun: true, onPlan: (plan) => plans.push(plan) });
    expect([plans.length, values()]).toEqual([1, UNTOUCHED]);
    await worlds.iterate({ adopt });
    expect([values(), states(), await store.conflicts.list("demo")]).toEqual([expected, ["active"], []]);
  });
});

describe("a side that a field's direction keeps from being written", () => {
  const ONE_WAY = CONNECTION.replace("target: estimate }", "target: estimate, direction: fromMaster }").replace("target: labels }", "target: labels, direction: toMaster }");

  it.each([
    // Points never go to the master, nor tags to the target: where the winner may not go over, both stay.
    ["target", [["login", 3, "", ["web"]], ["login", 5, "", ["web"]]]],
    ["master", [["Login", 3, "<p>ours</p>", []], ["Login", 3, "<p>ours</p>", ["web"]]]],
    ["merge", [["Login", 3, "<p>ours</p>", ["web"]], ["Login", 3, "<p>ours</p>", ["web"]]]],
  ] as const)("is not written with --adopt %s either, and both values are told", async (adopt, expected) => {
    const { worlds, values, states } = await paired("seeded", { connection: ONE_WAY });
    const plans: ItemPlan[] = [];
    await worlds.iterate({ adopt, dryRun: true, onPlan: (plan) => plans.push(plan) });
    const told = plans.flatMap((plan) => planLines(plan)).filter((line) => line.includes("both stay"));
    expect(told.length).toBe(adopt === "merge" ? 0 : 1);
    await worlds.iterate({ adopt });
    expect([values(), states()]).toEqual([expected, ["active"]]);
    worlds.time.ms += DAY;
    const was = revisions(worlds);
    await worlds.iterate({ sweep: true });
    expect(revisions(worlds)).toBe(was);
  });
});

describe("a saved plan over seeded pairs", () => {
  it("says who wins, and is carried out as it stands", async () => {
    const { store, worlds, values, states } = await paired("seeded");
    const plans: ItemPlan[] = [];
    await worlds.iterate({ adopt: "target", dryRun: true, onPlan: (plan) => plans.push(plan) });
    const { name, syncSets } = worlds.connection();
    const file = readPlanFile("plan", planFileText({ tandemPlan: 1, connection: name, at: "now", syncSets: Object.fromEntries(syncSets.map((set) => [set.key, set.fingerprint])), adopt: "target" }, plans));
    const applied = await applyPlan(worlds.context(store), file);
    expect([applied.applied, applied.left, values(), states()]).toEqual([1, [], [["login", 5, "", ["web"]], ["login", 5, "", ["web"]]], ["active"]]);
  });
});

describe("a pair that has ended", () => {
  it("goes on where somebody seeds it anew", async () => {
    const { store, worlds, states } = await paired("seeded");
    const [found] = await store.links.search(itemsOf(worlds.master, "story")[0]?.id ?? "");
    if (found === undefined) throw new Error("no pair");
    const { connection: _connection, syncSetKey: _key, ...pair } = found;
    await store.record({ links: [{ ...pair, state: "unlinked" }] });
    const again = await seedCrossReferences(worlds.context(store), [{ action: "add", set: { masterType: "story" }, masterId: pair.master.id, targetId: pair.target.id, line: 1, column: 1 }], { dryRun: false });
    expect([again.counts.add, states()]).toEqual([1, ["adopting"]]);
  });
});

describe("seeding", () => {
  it("goes on beside any number of pairs that are there", async () => {
    const { store, worlds } = await paired("seeded");
    const [pair] = await store.links.search(itemsOf(worlds.master, "story")[0]?.id ?? "");
    if (pair === undefined) throw new Error("no pair");
    const crowded: MemoryStore = { ...store, links: { ...store.links, byIds: async () => new Array<typeof pair>(150_000).fill(pair) } };
    const again = await seedCrossReferences(worlds.context(crowded), [{ action: "add", set: { masterType: "story" }, masterId: pair.master.id, targetId: pair.target.id, line: 1, column: 1 }], { dryRun: false });
    expect(again.counts).toMatchObject({ add: 0, unchanged: 1 });
  });
});
