import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import { planLines } from "../../lib/core/report/planText.ts";
import type { Outcome, Store } from "../../lib/store/store.ts";
import { freshName, openTestStore, type TestStore } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions, type Worlds } from "../support/engine/worlds.ts";

let test: TestStore;
let store: Store;

beforeAll(async () => {
  test = await openTestStore();
  store = test.store;
});
afterAll(() => test.close());

const worlds = (more: string): Worlds => createWorlds(store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("target: beta\n", `target: beta\n${more}`) });

const outcomesOf = async (run: string): Promise<Outcome[]> => {
  const rows: Outcome[] = [];
  for await (const page of store.outcomes.ofRun(run)) rows.push(...page);
  return rows;
};

/** 30 pairs, so that one deletion is not half of everything. */
const filled = async (more: string): Promise<{ w: Worlds; first: MemoryItem; copy: MemoryItem }> => {
  const w = worlds(more);
  for (let n = 0; n < 30; n++) make(w, "master", "story", { name: `S${n}`, phase: { choice: "New" } });
  await w.iterate();
  w.time.ms += 600_000;
  await w.iterate();
  w.time.ms += 600_000;
  const first = itemsOf(w.master, "story")[0];
  const copy = itemsOf(w.target, "Story").find((item) => item.fields.name === first?.fields.name);
  if (first === undefined || copy === undefined) throw new Error("nothing was made");
  return { w, first, copy };
};

describe("a sweep", () => {
  it("lists ids in few calls and reads nothing that has not changed", async () => {
    const { w } = await filled("");
    const result = await w.iterate({ sweep: true });
    expect(result.calls).toEqual({ master: 6, target: 6 });
    expect([result.counts.master.updated, result.counts.target.updated]).toEqual([0, 0]);
  });

  it("takes what was moved to another project for no deletion", async () => {
    const { w, first, copy } = await filled("deletion: delete\n");
    first.project = "elsewhere";
    const result = await w.iterate({ sweep: true });
    expect(copy.deleted).toBe(false);
    expect((await outcomesOf(result.run)).find((entry) => entry.masterId === first.id)).toMatchObject({ action: "skip", reason: expect.stringContaining("was moved out of story of project P") });
  });

  it.each([
    ["ignore", false, "To Do", "skip"],
    ["unlink", false, "To Do", "unlink"],
    ["close", false, "Done", "close"],
    ["delete", true, "To Do", "delete"],
  ] as const)("carries a deletion over by policy %s", async (policy, deleted, status, action) => {
    const { w, first, copy } = await filled(`deletion: ${policy}\n`);
    if (policy === "close") {
      const closing = createWorlds(store, { over: w, connection: CONNECTION.replace("name: demo", `name: ${w.connection().name}`).replace("target: beta\n", "target: beta\ndeletion: close\n").replace("    target: Story\n", "    target: Story\n    closeStatus: { target: Done }\n") });
      Object.assign(w, { iterate: closing.iterate });
    }
    w.master.remove(first);
    const result = await w.iterate({ sweep: true });
    expect([copy.deleted, copy.fields.status]).toEqual([deleted, { choice: status }]);
    const seen = (await outcomesOf(result.run)).filter((entry) => entry.targetId === copy.id);
    expect(seen.map((entry) => entry.action)).toEqual([action]);
    if (policy === "delete") expect(seen[0]?.before).toMatchObject({ name: "S0" });
    const before = revisions(w);
    w.time.ms += 600_000;
    await w.iterate({ sweep: true });
    expect(revisions(w)).toBe(before);
    expect(itemsOf(w.master, "story")).toHaveLength(29);
  });

  it("holds a deletion whose survivor a person changed since", async () => {
    const { w, first, copy } = await filled("deletion: delete\n");
    w.master.remove(first);
    edit(w, "target", copy, { estimate: 99 });
    const result = await w.iterate({ sweep: true });
    expect(copy.deleted).toBe(false);
    expect((await outcomesOf(result.run)).some((entry) => entry.action === "hold" && entry.targetId === copy.id)).toBe(true);
  });

  it("refuses more deletions than anybody makes by hand, and does them when told", async () => {
    const { w } = await filled("deletion: delete\n");
    for (const item of itemsOf(w.master, "story").slice(0, 12)) w.master.remove(item);
    const refused = await w.iterate({ sweep: true });
    expect(refused.failedSets[0]?.message).toContain("12 of 30");
    expect(itemsOf(w.target, "Story")).toHaveLength(30);
    await w.iterate({ sweep: true, accept: { deletions: true } });
    expect(itemsOf(w.target, "Story")).toHaveLength(18);
  });

  it("takes up a pair again whose gone end came back", async () => {
    const { w, first, copy } = await filled("");
    w.master.remove(first);
    await w.iterate({ sweep: true });
    first.deleted = false;
    edit(w, "target", copy, { estimate: 4 });
    w.time.ms += 600_000;
    await w.iterate({ sweep: true });
    expect(first.fields.points).toBe(4);
  });

  it("decides of a pair whose partner was gone before: a dry run had shown it, and it waits no more", async () => {
    const { w, first, copy } = await filled("");
    w.master.remove(first);
    edit(w, "target", copy, { estimate: 4 });
    const shown: string[] = [];
    await w.iterate({ dryRun: true, onPlan: (plan) => shown.push(...planLines(plan)) });
    expect(shown).toEqual([expect.stringMatching(/^ {2}hold Story .*its partner \S+ cannot be read in alpha: deleted, moved or hidden; a sweep decides$/)]);
    const waiting = async (): Promise<number> => Number((await Promise.all((await store.syncSets.list(w.connection().name)).map(({ id }) => store.quarantine.list(id)))).flat().length);
    await w.iterate();
    expect(await waiting()).toBe(1);
    w.time.ms += 600_000;
    await w.iterate({ sweep: true });
    expect([await waiting(), (await w.iterate()).status]).toEqual([0, "done"]);
  });

  it("shows a deletion in a dry run and does nothing", async () => {
    const { w, first, copy } = await filled("deletion: delete\n");
    w.master.remove(first);
    const plans: unknown[] = [];
    await w.iterate({ sweep: true, dryRun: true, onPlan: (plan) => plans.push(plan) });
    expect(plans).toMatchObject([{ kind: "gone", policy: "delete", side: "target" }]);
    expect(copy.deleted).toBe(false);
  });
});
