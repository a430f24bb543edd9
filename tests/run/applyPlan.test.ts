import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { planFileText, readPlanFile } from "../../lib/core/sync/planFile.ts";
import { applyPlan } from "../../lib/run/applyPlan.ts";
import type { Store } from "../../lib/store/store.ts";
import { freshName, openTestStore, type TestStore } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions, type Worlds } from "../support/engine/worlds.ts";

let test: TestStore;
let store: Store;

beforeAll(async () => {
  test = await openTestStore();
  store = test.store;
});
afterAll(() => test.close());

const worlds = (): Worlds => createWorlds(store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });

const planOf = async (w: Worlds): Promise<{ text: string; plans: ItemPlan[] }> => {
  const plans: ItemPlan[] = [];
  await w.iterate({ dryRun: true, onPlan: (plan) => plans.push(plan) });
  const connection = w.connection();
  return { plans, text: planFileText({ tandemPlan: 1, connection: connection.name, at: "now", syncSets: Object.fromEntries(connection.syncSets.map((set) => [set.key, set.fingerprint])) }, plans) };
};

/** A pair whose name was changed, and an item that is new. */
const changed = async () => {
  const w = worlds();
  const story = make(w, "master", "story", { name: "A" });
  await w.iterate();
  w.time.ms += 60_000;
  edit(w, "master", story, { name: "B" });
  const fresh = make(w, "master", "story", { name: "C" });
  return { w, story, fresh };
};

describe("a saved plan", () => {
  it("leaves an item alone that is no longer as the plan saw it, and says so", async () => {
    const { w, story, fresh } = await changed();
    const { text } = await planOf(w);
    edit(w, "master", story, { name: "other" });
    edit(w, "master", fresh, { points: 3 });
    const before = revisions(w);
    const result = await applyPlan(w.context(store), readPlanFile("plan", text));
    expect(revisions(w)).toBe(before);
    expect(result.left.map((entry) => entry.reason)).toEqual(["is no longer as the plan saw it; left alone", "is no longer as the plan saw it; left alone"]);
    w.time.ms += 60_000;
    await w.iterate();
    expect(itemsOf(w.target, "Story").map((item) => item.fields.name).toSorted()).toEqual(["C", "other"]);
  });

  it.each([
    ["is carried out where only its version is newer", {}, "B", 0],
    ["is left alone where it is another by then", { name: "theirs" }, "theirs", 1],
  ])("of an item that changes in the very moment of writing %s", async (_what, theirs, name, left) => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    w.time.ms += 60_000;
    edit(w, "master", story, { name: "B" });
    const { text } = await planOf(w);
    const [copy] = itemsOf(w.target, "Story");
    if (copy === undefined) throw new Error("nothing was made");
    let count = 0;
    const before = (call: string): void => {
      if (call.startsWith("update") && ++count === 1) edit(w, "target", copy, theirs);
    };
    const result = await applyPlan(w.context(store, { capabilities: { target: { conditionalUpdate: true } }, hooks: { target: { before } } }), readPlanFile("plan", text));
    expect([copy.fields.name, result.left.length, result.applied]).toEqual([name, left, 1 - left]);
  });

  it("is only looked at in a dry run: nothing is written or recorded, and what would be made and left is told", async () => {
    const { w, fresh } = await changed();
    make(w, "master", "story", { name: "D" });
    const { text } = await planOf(w);
    edit(w, "master", fresh, { points: 3 });
    const before = revisions(w);
    const runs = (await store.runs.list(w.connection().name)).length;
    const seen: ItemPlan[] = [];
    const result = await applyPlan(w.context(store), readPlanFile("plan", text), undefined, { dryRun: true, onPlan: (plan) => seen.push(plan) });
    expect([revisions(w), (await store.runs.list(w.connection().name)).length]).toEqual([before, runs]);
    expect([result.applied, result.left.length, seen.map((plan) => plan.kind).toSorted()]).toEqual([2, 1, ["create", "pair"]]);
    expect((await applyPlan(w.context(store), readPlanFile("plan", text))).applied).toBe(2);
  });

  it("says of a partner that is there already that it is there", async () => {
    const w = worlds();
    make(w, "master", "story", { name: "A" });
    const { text } = await planOf(w);
    await w.iterate();
    const { left } = await applyPlan(w.context(store), readPlanFile("plan", text));
    expect(left.map(({ reason }) => reason)).toEqual(["has its partner already; left alone"]);
  });

  it.each([
    ["the value shown", (line: string) => line.replace('"after":"A"', '"after":"Another"')],
    ["the item", (line: string) => line.replace(/"masterId":"[^"]+"/, '"masterId":"99"')],
    ["the seal itself, taken out,", (line: string) => line.replace(/,"seal":"[^"]+"/, "")],
  ])("in which %s was changed by hand is refused with its line", async (_what, change) => {
    const w = worlds();
    make(w, "master", "story", { name: "A" });
    const { text } = await planOf(w);
    const [header = "", line = ""] = text.split("\n");
    expect(change(line)).not.toBe(line);
    expect(() => readPlanFile("plan", [header, change(line)].join("\n"))).toThrow("plan:2:1: was changed since");
    expect(readPlanFile("plan", `${header}\r\n${line}\r\n`).entries).toHaveLength(1);
  });

  it("applied twice writes once", async () => {
    const w = worlds();
    make(w, "master", "story", { name: "A" });
    const { text } = await planOf(w);
    await applyPlan(w.context(store), readPlanFile("plan", text));
    const before = revisions(w);
    await applyPlan(w.context(store), readPlanFile("plan", text));
    expect(revisions(w)).toBe(before);
  });

  it.each([
    ["", "plan:1:1"],
    ["{}", "plan:1:1"],
    ['{"tandemPlan":1,"connection":"x","syncSets":{}}\nnonsense', "plan:2:1"],
    ['{"tandemPlan":1,"connection":"x","syncSets":{}}\n{"kind":"create"}', "plan:2:1"],
  ])("that is damaged is refused with its line: %j", (text, place) => {
    expect(() => readPlanFile("plan", text)).toThrow(place);
  });
});
