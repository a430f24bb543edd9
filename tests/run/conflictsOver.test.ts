// A held conflict that no longer is one: both sides were put back, or nothing maps its field any more.

import { expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import { resolveConflict } from "../../lib/run/resolveConflict.ts";
import { undoRun } from "../../lib/run/undoRun.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, total } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const POINTS = "      - { master: points, target: estimate }\n";
const SPRINT = "      - { master: sprint, target: sprint }\n";

const start = async () => {
  const text = CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("target: beta\n", "target: beta\nconflict: hold\n");
  const w = createWorlds(hand.store, { connection: text });
  const story = make(w, "master", "story", { name: "A", points: 1 });
  await w.iterate();
  const copy = itemsOf(w.target, "Story")[0] as never;
  const held = async (): Promise<readonly string[]> => (await hand.store.conflicts.list(w.connection().name)).map(({ field }) => field);
  const clash = async (): Promise<void> => {
    edit(w, "master", story, { points: 2 });
    edit(w, "target", copy, { estimate: 3 });
    await w.iterate();
    expect(await held()).toHaveLength(1);
  };
  await clash();
  return { w, text, story, copy, held };
};

it("is off the list when both sides say again what they said before", async () => {
  const { w, story, copy, held } = await start();
  edit(w, "master", story, { points: 1 });
  edit(w, "target", copy, { estimate: 1 });
  const result = await w.iterate();
  expect([await held(), total(result, "conflicts"), total(result, "updated")]).toEqual([[], 0, 0]);
});

it("stays on it where the value may not be read just then", async () => {
  const { w, story, held } = await start();
  Object.assign(w.master, { unseen: (name: string) => name === "points" });
  edit(w, "master", story, { name: "B" });
  await w.iterate();
  expect(await held()).toHaveLength(1);
});

it("is off it when one of the two is deleted, and on it again when that comes back", async () => {
  const { w, copy, held } = await start();
  const item: MemoryItem = copy;
  make(w, "master", "story", { name: "one that stays" });
  await w.iterate();
  w.target.remove(item);
  await w.iterate({ sweep: true });
  expect(await held()).toEqual([]);
  item.deleted = false;
  await w.iterate({ sweep: true });
  expect(await held()).toHaveLength(1);
});

it("of a field that is mapped no more takes no answer, is off the list with the next iteration, and is one again when it is mapped again", async () => {
  const { w, text, story, copy, held } = await start();
  w.define(text.replace(POINTS, ""));
  await expect(resolveConflict(w.context(hand.store), { item: story.id, take: "target" })).rejects.toThrow("is mapped no more");
  await w.iterate();
  expect(await held()).toEqual([]);
  w.define(text);
  await w.iterate();
  expect([await held(), story.fields.points, (copy as typeof story).fields.estimate]).toEqual([["points~estimate"], 2, 3]);
});

it("a reference that waits in a field that is mapped no more waits no more, and is carried when it is mapped again", async () => {
  const text = CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("  - master: sprint\n    target: sprint\n", "  - master: sprint\n    target: sprint\n    direction: toMaster\n");
  const w = createWorlds(hand.store, { connection: text });
  const sprint = make(w, "master", "sprint", { name: "S" });
  make(w, "master", "story", { name: "A", sprint: { ref: sprint.id, type: "sprint" } });
  await w.iterate();
  const waiting = async (): Promise<number> => (await hand.store.syncSets.holdings(w.connection().name)).pendingLinks;
  expect(await waiting()).toBe(1);
  w.define(text.replace(SPRINT, ""));
  await w.iterate();
  expect(await waiting()).toBe(0);
  w.define(text);
  await w.iterate();
  expect(await waiting()).toBe(1);
  w.define(text.replace("    direction: toMaster\n", ""));
  await w.iterate();
  expect([await waiting(), itemsOf(w.target, "Story")[0]?.fields.sprint]).toEqual([0, { ref: itemsOf(w.target, "sprint")[0]?.id, type: "sprint" }]);
});

it("an undo says of a field that is mapped no more that it is, not that somebody changed it", async () => {
  const { w, text, story } = await start();
  w.time.ms += 60_000;
  edit(w, "master", story, { name: "B", due: "2026-05-01" });
  const { run } = await w.iterate();
  w.define(text.replace("      - { master: due, target: dueDate }\n", ""));
  const { steps } = await undoRun(w.context(hand.store), { run, created: "leave" });
  expect(steps).toMatchObject([{ do: "put back", open: true, reason: "dueDate: is mapped no more; map it again to have it put back" }]);
});
