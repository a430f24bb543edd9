import { afterAll, describe, expect, it } from "vitest";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { planFileText, readPlanFile } from "../../lib/core/sync/planFile.ts";
import { applyPlan } from "../../lib/run/applyPlan.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { createWorlds, edit, itemsOf, make, revisions, type Worlds } from "../support/engine/worlds.ts";
import { figure } from "./figures.ts";

const CASES = Number(process.env.TANDEM_CASES ?? 1000);

const planOf = async (w: Worlds): Promise<{ text: string; plans: ItemPlan[] }> => {
  const plans: ItemPlan[] = [];
  await w.iterate({ dryRun: true, onPlan: (plan) => plans.push(plan) });
  const connection = w.connection();
  return { plans, text: planFileText({ tandemPlan: 1, connection: connection.name, at: "now", syncSets: Object.fromEntries(connection.syncSets.map((set) => [set.key, set.fingerprint])) }, plans) };
};

/** A small repeatable generator of numbers, so that a failing case can be named by its seed. */
const numbers = (seed: number) => () => {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  return seed / 4294967296;
};

const content = (w: Worlds): unknown => (["master", "target"] as const).map((side) => [...w[side].items.values()].map((item) => [item.type, item.id, item.deleted, item.fields]));

const mess = (w: Worlds, random: () => number): void => {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  for (let n = 0; n < 6; n++) {
    const side = random() < 0.5 ? "master" : "target";
    const type = side === "master" ? "story" : "Story";
    const item = pick(itemsOf(w[side], type));
    if (item === undefined || random() < 0.3) make(w, side, type, { name: `new ${n} ${Math.floor(random() * 1000)}` });
    else edit(w, side, item, random() < 0.5 ? { name: `name ${Math.floor(random() * 1000)}` } : { [side === "master" ? "points" : "estimate"]: Math.floor(random() * 20) });
  }
  if (random() < 0.4) {
    const release = make(w, "master", "release", { name: `R${Math.floor(random() * 1000)}` });
    const story = pick(itemsOf(w.master, "story"));
    if (story !== undefined) edit(w, "master", story, { release: { ref: release.id, type: "release" } });
  }
};

afterAll(() => figure(`saved plans: ${CASES} random cases, difference 0`));

describe("a saved plan", () => {
  it("is applied exactly: what an iteration would have done, and nothing else, in many random cases", async () => {
    for (let seed = 1; seed <= CASES; seed++) {
      const random = numbers(seed);
      const store = createMemoryStore();
      const w = createWorlds(store);
      mess(w, random);
      await w.iterate();
      w.time.ms += 60_000;
      mess(w, random);
      const before = revisions(w);
      const { text, plans } = await planOf(w);
      expect([seed, revisions(w)]).toEqual([seed, before]);
      const plan = readPlanFile("plan", text);
      const result = await applyPlan(w.context(store), plan);
      expect([seed, result.left]).toEqual([seed, []]);
      const written = result.counts.master.created + result.counts.target.created + result.counts.master.updated + result.counts.target.updated;
      const writeBacks = plans.filter((one) => one.kind === "create" && one.side === "target" && one.set.sets.length > 0).length;
      const planned = plans.reduce((sum, one) => sum + (one.kind === "create" ? 1 : one.kind === "pair" ? (one.changes.master.length > 0 ? 1 : 0) + (one.changes.target.length > 0 ? 1 : 0) : 0), 0);
      expect([seed, written]).toEqual([seed, planned + writeBacks]);
      const applied = content(w);
      w.time.ms += 60_000;
      await w.iterate();
      w.time.ms += 60_000;
      await w.iterate();
      expect([seed, content(w)]).toEqual([seed, applied]);
    }
  });
});
