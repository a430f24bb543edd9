// Another store than before, without a word: everything would be made a second time.

import { describe, expect, it } from "vitest";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { names, stories } from "../support/engine/lostDay.ts";
import { CONNECTION, createWorlds, make, type Worlds } from "../support/engine/worlds.ts";

const MARKED = { capabilities: { master: { marker: "create" }, target: { marker: "create" } } } as const;

/** Two systems in step, and then the same two with a store that is new. */
const withNewStore = async (connection = CONNECTION): Promise<Worlds> => {
  const w = createWorlds(createMemoryStore(), { connection, how: MARKED });
  for (let n = 0; n < 3; n++) make(w, "master", "story", { name: `ours ${n}` });
  await w.iterate();
  w.time.ms += 60_000;
  return createWorlds(createMemoryStore(), { over: w, connection, how: MARKED });
};

const ONE_WAY = CONNECTION.replace("  - master: story\n", "  - master: story\n    direction: fromMaster\n");

describe("a store that knows nothing of what was made", () => {
  it.each([["both ways", CONNECTION], ["one way", ONE_WAY]])("is refused before anything is made again: %s", async (_what, connection) => {
    const w = await withNewStore(connection);
    const before = names(w);
    const plans: ItemPlan[] = [];
    for (const options of [{ dryRun: true, onPlan: (plan: ItemPlan) => void plans.push(plan) }, {}, { sweep: true }]) {
      const result = await w.iterate(options);
      expect(result.failedSets.map(({ message, advice }) => [message, advice])).toEqual([[expect.stringMatching(/^\S+ of beta was made as the partner of \S+, and the store knows nothing of it/), expect.stringContaining("check DATABASE_URL and TANDEM_STORE")]]);
    }
    expect([plans.filter(({ kind }) => kind === "create"), names(w)]).toEqual([[], before]);
  });

  it("is none where another connection made what is new to this one", async () => {
    const w = createWorlds(createMemoryStore(), { how: MARKED });
    make(w, "master", "story", { name: "ours" });
    await w.iterate();
    const other = createWorlds(createMemoryStore(), { over: w, connection: CONNECTION.replace("name: demo", "name: other"), how: MARKED });
    expect((await other.iterate()).failedSets).toEqual([]);
  });

  it("is none where cross references were deleted on purpose, or partners are gone for good", async () => {
    const store = createMemoryStore();
    const connection = CONNECTION.replace("target: beta\n", "target: beta\ndeletion: unlink\n");
    const w = createWorlds(store, { connection, how: MARKED });
    for (let n = 0; n < 30; n++) make(w, "master", "story", { name: `ours ${n}` });
    await w.iterate();
    const [copy] = stories(w, "target");
    if (copy === undefined) throw new Error("nothing was made");
    w.target.remove(copy);
    w.time.ms += 60_000;
    expect((await w.iterate({ sweep: true })).failedSets).toEqual([]);
    w.time.ms += 60_000;
    expect((await w.iterate({ sweep: true })).failedSets).toEqual([]);
  });

  it("holds single items of which one was made for the other, whatever took their cross reference away, and works on the others", async () => {
    const store = createMemoryStore();
    const w = createWorlds(store, { how: MARKED });
    const [first] = ["one", "two", "three"].map((name) => make(w, "master", "story", { name }));
    await w.iterate();
    const [link] = await store.links.search(first?.id ?? "");
    if (link === undefined) throw new Error("nothing was made");
    const pair = { set: { masterType: "story" }, masterId: link.master.id, targetId: link.target.id, line: 1, column: 1 } as const;
    await seedCrossReferences(w.context(store), [{ action: "remove", ...pair }], { dryRun: false });
    w.time.ms += 600_000;
    make(w, "master", "story", { name: "four" });
    const result = await w.iterate({ sweep: true });
    expect([result.failedSets, result.counts.target.created, names(w)]).toEqual([[], 1, new Array(2).fill(["four", "one", "three", "two"])]);
    expect(store.outcomeRows.filter(({ action }) => action === "hold").map(({ reason }) => reason)).toEqual(new Array(2).fill(expect.stringMatching(/was made as the partner of .+ pair them by seedCrossReferences/)));
    await seedCrossReferences(w.context(store), [{ action: "add", ...pair }], { dryRun: false });
    w.time.ms += 25 * 3_600_000;
    await w.iterate({ adopt: "merge" });
    w.time.ms += 600_000;
    expect([(await w.iterate()).status, (await store.links.search(link.master.id)).length, (store.content() as { readonly quarantine: readonly unknown[] }).quarantine]).toEqual(["done", 1, []]);
  });
});
