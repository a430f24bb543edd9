// A file of pairs that gives an item two partners: one of them is right, so nothing may be made for any of them.

import { describe, expect, it } from "vitest";
import type { Instruction } from "../../lib/core/links/model.ts";
import { deleteConnection } from "../../lib/run/deleteConnection.ts";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, itemsOf, make, total, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const stage = () => {
  const name = freshName();
  const w = createWorlds(hand.store, { connection: CONNECTION.replace("name: demo", `name: ${name}`) });
  const [one, two] = ["One", "Two"].map((title) => make(w, "master", "story", { name: title }).id);
  const issue = make(w, "target", "Story", { name: "One" }).id;
  w.time.ms += 600_000;
  const line = (action: Instruction["action"], masterId: string | undefined, at: number): Instruction => ({ action, set: { masterType: "story" }, masterId: masterId ?? "", targetId: issue, line: at, column: 1 });
  const seed = (w_: Worlds, ...lines: readonly Instruction[]) => seedCrossReferences(w_.context(hand.store), lines, { dryRun: false });
  const counts = (): readonly number[] => [itemsOf(w.master, "story").length, itemsOf(w.target, "Story").length];
  const run = async (): Promise<readonly number[]> => {
    w.time.ms += 86_400_000;
    const result = await w.iterate({ accept: { namesakes: true } });
    return [total(result, "created"), total(result, "held")];
  };
  return { name, w, one, two, line, seed, counts, run };
};

describe("items that a file gives several partners", () => {
  it("are made for nobody, in no later iteration either, until the right pair is said", async () => {
    const { w, one, two, line, seed, counts, run } = stage();
    const { counts: told } = await seed(w, line("add", one, 2), line("add", two, 3));
    expect([told.add, told.refused]).toEqual([0, 2]);
    for (let round = 0; round < 2; round++) expect([(await run())[0], counts()]).toEqual([0, [2, 1]]);
    expect((await seed(w, line("add", one, 2))).counts.add).toBe(1);
    expect([(await run())[0], counts()]).toEqual([0, [2, 1]]);
    // The other one is free once its line is taken back.
    expect((await seed(w, line("remove", two, 2))).counts).toMatchObject({ remove: 0, unchanged: 1, refused: 0 });
    expect([(await run())[0], counts()]).toEqual([1, [2, 2]]);
  });

  it("wait on while a file gives them another partner than the one that is taken back, by its key too", async () => {
    const { w, one, line, seed, counts, run } = stage();
    const other = make(w, "target", "Story", { name: "Other" });
    const wrong: Instruction = { ...line("add", one, 3), targetId: other.id };
    await seed(w, line("add", one, 2), wrong);
    // The second story alone is nobody's partner.
    expect([(await run())[0], counts()]).toEqual([1, [2, 3]]);
    expect((await seed(w, { ...wrong, action: "remove", targetId: `q-${other.id}` })).counts).toMatchObject({ unchanged: 1, refused: 0 });
    // The one that was wrong gets a partner of its own; the pair that is left waits for somebody to say so.
    expect([(await run())[0], counts()]).toEqual([1, [3, 3]]);
    expect([await run(), counts()]).toEqual([[0, 2], [3, 3]]);
    expect((await seed(w, line("add", one, 2))).counts.add).toBe(1);
    expect([(await run())[0], counts()]).toEqual([0, [3, 3]]);
  });

  it("are compared by the next iteration once the right pair is said, although neither has changed; then no more", async () => {
    const { name, w, one, two, line, seed } = stage();
    await seed(w, line("add", one, 2), line("add", two, 3));
    await w.iterate({ accept: { namesakes: true } });
    w.time.ms += 1000;
    await seed(w, line("add", one, 2));
    const plans: string[] = [];
    const dry = await w.iterate({ dryRun: true, adopt: "master", onPlan: (plan) => plan.kind === "pair" && plans.push(plan.master.id) });
    expect([plans, total(dry, "created"), (await hand.store.facts.list(`seeded:${name}/`)).length]).toEqual([[one], 0, 1]);
    await w.iterate({ adopt: "master" });
    const [set] = (await hand.store.syncSets.list(name)).filter(({ key }) => key.includes("story"));
    const [link] = await hand.store.links.byIds(set?.id ?? -1, "master", [one ?? ""]);
    expect([link?.state, await hand.store.facts.list(`seeded:${name}/`)]).toEqual(["active", []]);
    const reads: string[] = [];
    await w.iterate({ adopt: "master" }, { hooks: { master: { before: (call) => void reads.push(call) } } });
    expect(reads.filter((call) => call.startsWith("get"))).toEqual([]);
  });

  it("are held with the lines that contradict each other, and shown so by a dry run", async () => {
    const { w, one, two, line, seed } = stage();
    await seed(w, line("add", one, 2), line("add", two, 3));
    const reasons: string[] = [];
    await w.iterate({ dryRun: true, accept: { namesakes: true }, onPlan: (plan) => plan.kind === "skip" && reasons.push(plan.reason) });
    expect(reasons).toHaveLength(3);
    for (const reason of reasons) expect(reason).toMatch(/stands with several partners: .* on line 2, .* on line 3/);
  });

  it("wait as well where the partner is not to be seen, but not for what a field holds", async () => {
    const { w, one, two, line, seed, counts, run } = stage();
    const unseen = (id: string | undefined, at: number): Instruction => ({ ...line("add", id, at), targetId: "999" });
    await seed(w, unseen(one, 2), unseen(two, 0));
    // The issue, and the one whose partner a field only pretends.
    expect([(await run())[0], counts()]).toEqual([2, [3, 2]]);
    await seed(w, { ...unseen(one, 2), action: "remove" });
    expect([(await run())[0], counts()]).toEqual([1, [3, 3]]);
  });

  it.each(["master", "target"] as const)("wait as well where an earlier file paired its partner with another, here one of the %s, until either pair is taken back; a field is no such file", async (side) => {
    const { w, one, two, line, seed, counts, run } = stage();
    const other = make(w, "target", "Story", { name: "Other" });
    await seed(w, line("add", one, 2));
    const second = (at: number, action: Instruction["action"] = "add"): Instruction => (side === "master" ? line(action, two, at) : { ...line(action, one, at), targetId: other.id });
    expect((await seed(w, second(2))).counts).toMatchObject({ add: 0, refused: 1 });
    const made = side === "master" ? [3, 2] : [2, 3];
    for (let round = 0; round < 2; round++) expect([(await run())[1] ?? 0, counts()]).toEqual([1, made]);
    expect((await seed(w, second(2, "remove"))).counts).toMatchObject({ unchanged: 1, refused: 0 });
    await run();
    expect(counts()).toEqual([3, 3]);
    const [third, fourth] = [make(w, "master", "story", { name: "Third" }), make(w, "target", "Story", { name: "Fourth" })];
    await seed(w, side === "master" ? line("add", third.id, 0) : { ...line("add", one, 0), targetId: fourth.id });
    await run();
    expect(counts()).toEqual([5, 5]);
  });

  it("wait on at both ends where the earlier pair is taken back, and nobody has said yet that the later one is right", async () => {
    const { w, one, two, line, seed, counts, run } = stage();
    await seed(w, line("add", one, 2));
    await seed(w, line("add", two, 2));
    expect([await run(), counts()]).toEqual([[0, 1], [2, 1]]);
    expect((await seed(w, line("remove", one, 2))).counts.remove).toBe(1);
    // Only the first story is nobody's.
    expect([(await run())[0], counts()]).toEqual([1, [2, 2]]);
    expect((await seed(w, line("add", two, 2))).counts.add).toBe(1);
    expect([(await run())[0], counts()]).toEqual([0, [2, 2]]);
  });

  it("are free where the file was only tried", async () => {
    const { w, one, two, line, counts, run } = stage();
    await seedCrossReferences(w.context(hand.store), [line("add", one, 2), line("add", two, 3)], { dryRun: true });
    expect([(await run())[0], counts()]).toEqual([3, [3, 3]]);
  });

  it("are forgotten with their connection", async () => {
    const { name, w, one, two, line, seed } = stage();
    await seed(w, line("add", one, 2), line("add", two, 3));
    expect(await hand.store.facts.list(`disputed:${name}/`)).toHaveLength(3);
    await deleteConnection({ store: hand.store, now: () => "2026-03-02T08:00:00.000Z" }, name, { by: "test" });
    expect(await hand.store.facts.list(`disputed:${name}/`)).toEqual([]);
  });
});
