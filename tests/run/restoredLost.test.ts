// A backup was put back, and the day that is lost was no common one: items left the criteria, were moved, were found by a sweep
// alone, or their partner was deleted. Nothing is made a second time, and nothing waits for what nobody can do.

import { describe, expect, it } from "vitest";
import type { Connector } from "../../lib/connectors/connector.ts";
import { LostReply } from "../../lib/connectors/memory.ts";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { planFileText, readPlanFile } from "../../lib/core/sync/planFile.ts";
import { applyPlan } from "../../lib/run/applyPlan.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { lostDay, names, now, stories } from "../support/engine/lostDay.ts";
import { CONNECTION, edit, make, MASTER_TYPES, TARGET_TYPES, type Worlds } from "../support/engine/worlds.ts";

const STORY = "  - master: story\n    target: Story\n";
const CRITERIA = CONNECTION.replace(STORY, `${STORY}    criteria: { master: { field: points, operator: equals, value: 1 } }\n`);
const FROM_MASTER = (text: string): string => text.replace(STORY, `${STORY}    direction: fromMaster\n`);
const projects = (name: string) => [{ id: name, name }, { id: `${name}2`, name: `${name}2` }];
const IN_SLICES = {
  connection: CONNECTION.replace("name: demo", "name: demo\nslices: projectPair").replace('  - { master: "P", target: "Q" }', '  - { master: "P", target: "Q" }\n  - { master: "P2", target: "Q2" }'),
  master: { projects: projects("P"), types: MASTER_TYPES }, target: { projects: projects("Q"), types: TARGET_TYPES },
};
const named = (w: Worlds, side: "master" | "target", name: string): MemoryItem => {
  const item = stories(w, side).find(({ fields }) => fields.name === name);
  if (item === undefined) throw new Error(`there is no ${name}`);
  return item;
};
const count = (w: Worlds, name: string): readonly number[] => names(w).map((side) => side.filter((one) => one === name).length);
const later = (w: Worlds): void => void (w.time.ms += 8 * 3_600_000);

describe("after a backup was put back", () => {
  it.each([["each way", CRITERIA], ["from the master", FROM_MASTER(CRITERIA)]] as const)("an item that met the criteria only in the lost day keeps the partner it got (%s)", async (_, connection) => {
    const { w } = await lostDay(async (worlds) => {
      const item = make(worlds, "master", "story", { name: "ours", points: 1 });
      await worlds.iterate();
      edit(worlds, "master", item, { points: 2 });
      worlds.time.ms += 60_000;
      await worlds.iterate();
    }, { setup: { connection } });
    for (const options of [{}, { sweep: true }]) {
      await w.iterate(options);
      later(w);
    }
    edit(w, "master", named(w, "master", "ours"), { points: 1, phase: { choice: "Done" } });
    w.time.ms += 60_000;
    const result = await w.iterate();
    expect([result.status, result.notices, count(w, "ours"), named(w, "target", "ours").fields.status]).toEqual(["done", [], [1, 1], { choice: "Done" }]);
  });

  it("a partner whose item is gone is held where nothing flows from its side too, and paired when the item comes back", async () => {
    let item: MemoryItem | undefined;
    const { w } = await lostDay(async (worlds) => {
      item = make(worlds, "master", "story", { name: "ours" });
      await worlds.iterate();
      item.project = "elsewhere";
    }, { setup: { connection: FROM_MASTER(CONNECTION) } });
    for (let turn = 0; turn < 2; turn++) {
      const result = await w.iterate({ sweep: true });
      expect([result.status, result.notices.length]).toEqual(["partly", 1]);
      later(w);
    }
    if (item !== undefined) item.project = "P";
    await w.iterate({ sweep: true });
    later(w);
    const result = await w.iterate({ sweep: true });
    expect([result.status, count(w, "ours")]).toEqual(["done", [1, 1]]);
    expect((await w.iterate()).notices).toEqual([]);
  });

  it("what people made where nothing flows from is nobody's business", async () => {
    const { w } = await lostDay((worlds) => void make(worlds, "target", "Story", { name: "theirs" }), { setup: { connection: FROM_MASTER(CONNECTION) } });
    expect((await w.iterate({ sweep: true })).status).toBe("done");
    expect((await w.iterate()).notices).toEqual([]);
  });

  it("what a sweep alone had found is found by a sweep alone: until one was made, the search goes on", async () => {
    const { store, w } = await lostDay(async (worlds) => {
      named(worlds, "master", "unseen").project = "P";
      await worlds.iterate({ sweep: true });
    // Nothing goes back to the item: it looks as it did.
    }, { setup: { connection: FROM_MASTER(CONNECTION).replace(/ {4}set:[\s\S]*$/, "") }, before: async (worlds) => {
      make(worlds, "master", "story", { name: "unseen" }).project = "elsewhere";
      later(worlds);
      await worlds.iterate();
    } });
    expect(count(w, "unseen")).toEqual([1, 1]);
    for (const options of [{}, { sweep: true }, {}]) {
      // A system that does not tell who made what: nothing points to what is missing.
      const context = w.context(store);
      Object.assign(context.connectors.target, { ownItems: async () => undefined });
      expect([(await syncIteration(context, options)).status, count(w, "unseen")]).toEqual(["done", [1, 1]]);
      later(w);
    }
    expect((await w.iterate()).notices).toEqual([]);
  });

  it("a create that was in doubt when the backup was made is as settled as it was by the end of the day: what people wrote since stays", async () => {
    const { w } = await lostDay(async (worlds) => {
      await worlds.iterate();
      worlds.time.ms += 60_000;
      edit(worlds, "target", named(worlds, "target", "ours"), { estimate: 8 });
    }, {
      setup: { connection: CONNECTION.replace("target: beta\n", "target: beta\nconflict: target\n") },
      before: async (worlds) => {
        make(worlds, "master", "story", { name: "ours", points: 3 });
        worlds.target.searchLag = 3600;
        await worlds.iterate({}, { hooks: { target: { after: (call) => { if (call === "create") throw new LostReply(); } } } });
        worlds.target.searchLag = 0;
      },
    });
    await w.iterate();
    expect([count(w, "ours"), named(w, "master", "ours").fields.points, named(w, "target", "ours").fields.estimate]).toEqual([[1, 1], 8, 8]);
  });

  it("a plan is applied although a type that is mapped no more was never looked at", async () => {
    const { store, w } = await lostDay(() => undefined);
    w.define(CONNECTION.replace(/ {2}- master: sprint\n[\s\S]*?(?= {2}- master: story)/, ""));
    await w.iterate({ sweep: true });
    make(w, "master", "story", { name: "new" });
    const plans: ItemPlan[] = [];
    await w.iterate({ dryRun: true, onPlan: (plan) => plans.push(plan) });
    const { syncSets } = w.connection();
    const saved = readPlanFile("plan", planFileText({ tandemPlan: 1, connection: "demo", at: now(w), syncSets: Object.fromEntries(syncSets.map((set) => [set.key, set.fingerprint])) }, plans));
    expect([(await applyPlan(w.context(store), saved)).applied, count(w, "new")]).toEqual([1, [1, 1]]);
  });

  it("an item that was moved between pairs of projects since keeps the partner it had, whole or in slices", async () => {
    for (const slices of [true, false]) {
      const { w } = await lostDay(async (worlds) => {
        const item = make(worlds, "master", "story", { name: "ours" });
        await worlds.iterate();
        item.project = "P2";
        edit(worlds, "master", item, { points: 5 });
        await worlds.iterate();
      }, { setup: IN_SLICES });
      expect(count(w, "ours")).toEqual([1, 1]);
      if (slices) for (const slice of ["P2~Q2", "P~Q"]) await w.iterate({ slice });
      later(w);
      await w.iterate({ sweep: true });
      later(w);
      expect([count(w, "ours"), (await w.iterate({ sweep: true })).status, (await w.iterate()).notices]).toEqual([[1, 1], "done", []]);
    }
  });

  it("what was made for an item that was moved and renamed since, where nothing but its name would tell, gets no second one", async () => {
    const { w } = await lostDay(async (worlds) => {
      const item = make(worlds, "target", "Story", { name: "ours" });
      await worlds.iterate();
      item.project = "Q2";
      edit(worlds, "target", item, { name: "renamed" });
    }, { marker: "search", setup: IN_SLICES });
    expect([count(w, "ours"), count(w, "renamed")]).toEqual([[1, 0], [0, 1]]);
    for (const slice of ["P2~Q2", "P~Q", "P2~Q2"]) {
      later(w);
      await w.iterate({ slice });
    }
    expect([count(w, "ours"), count(w, "renamed")]).toEqual([[1, 0], [0, 1]]);
    // Whoever is surely younger than all of that does not wait for it.
    make(w, "target", "Story", { name: "young" });
    later(w);
    await w.iterate({ slice: "P~Q" });
    expect(count(w, "young")).toEqual([1, 1]);
  });

  it.each([["another pair of projects", "Q2"], ["the same", "Q"]])("what %s holds may be the partner of an item that is moved here before it is looked at again", async (_, made) => {
    const { w } = await lostDay(async (worlds) => {
      const item = make(worlds, "target", "Story", { name: "ours" });
      item.project = made;
      await worlds.iterate();
      edit(worlds, "master", named(worlds, "master", "ours"), { name: "renamed" });
      item.project = "Q2";
    }, { marker: "search", empty: true, setup: IN_SLICES });
    await w.iterate();
    const item = named(w, "target", "ours");
    item.project = "Q";
    edit(w, "target", item, {});
    for (let n = 0; n < 3; n++) {
      w.time.ms += 1000;
      await w.iterate({ sweep: n !== 1 });
      expect([count(w, "ours"), count(w, "renamed")]).toEqual([[0, 1], [1, 0]]);
    }
  });

  it("what may be the partner of another item, made in the name of somebody else, gets none of its own", async () => {
    const { w, store } = await lostDay(async (worlds) => {
      make(worlds, "master", "story", { name: "ours" });
      await worlds.iterate();
      Object.assign(named(worlds, "target", "ours"), { createdBy: "anna" });
    }, { marker: "search" });
    const find: Connector["find"] = async (_type, _project, intents) => {
      const candidates = new Map(intents.map(({ intent, name }) => [intent, stories(w, "target").flatMap(({ id, fields }) => (fields.name === name ? [id] : []))]));
      return { found: new Map(), undecided: new Set([...candidates].flatMap(([intent, ids]) => (ids.length > 0 ? [intent] : []))), candidates };
    };
    for (const options of [{}, { sweep: true }, {}]) {
      const context = w.context(store);
      const real = context.connectors.target;
      const target = new Proxy(real, {
        get: (of, name) => {
          const value: unknown = Reflect.get(of, name, of);
          return name === "find" ? find : typeof value === "function" ? value.bind(of) : value;
        },
      });
      const result = await syncIteration({ ...context, connectors: { ...context.connectors, target } }, options);
      expect([result.status, count(w, "ours")]).toEqual(["partly", [1, 1]]);
      later(w);
    }
  });
});
