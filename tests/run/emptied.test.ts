// A field that says nothing any more in items that nobody changed.

import { expect, it } from "vitest";
import type { Fields, Value } from "../../lib/core/types.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions, total, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const DUE = "      - { master: due, target: dueDate }\n";

/** Pairs in step, and a mapping that is added then: everything is read once more. */
const started = async (count: number, fields: Fields = {}): Promise<{ readonly w: Worlds; readonly readAll: () => void }> => {
  expect(CONNECTION).toContain(DUE);
  const base = CONNECTION.replace("name: demo", `name: ${freshName()}`);
  const w = createWorlds(hand.store, { connection: base.replace(DUE, "") });
  for (let n = 1; n <= count; n++) make(w, "master", "story", { name: `S${n}`, points: n, ...fields });
  await w.iterate();
  w.time.ms += 600_000;
  await w.iterate();
  w.time.ms += 600_000;
  return { w, readAll: () => w.define(base) };
};

const estimates = (w: Worlds): readonly Value[] => itemsOf(w.target, "Story").map((item) => item.fields["estimate"] ?? null);

/** As a system answers that shows nothing to whoever may not see it. */
const hide = (w: Worlds, field: string): void => {
  for (const item of itemsOf(w.master, "story")) Object.assign(item.fields, { [field]: null });
};

it("empties no partner, and says what to look at; --accept-empty insists", async () => {
  const { w, readAll } = await started(11);
  hide(w, "points");
  readAll();
  const before = revisions(w);
  for (const dryRun of [true, false]) {
    const { failedSets } = await w.iterate({ dryRun });
    expect(failedSets.map(({ message }) => message)).toEqual([expect.stringMatching(/^points is suddenly empty in 11 items of story of project P in alpha that nobody changed/)]);
  }
  expect(revisions(w)).toBe(before);
  const { failedSets } = await w.iterate({ accept: { empty: true } });
  expect([failedSets, new Set(estimates(w))]).toEqual([[], new Set([null])]);
  expect(total(await w.iterate(), "updated")).toBe(0);
});

it("is carried over where people emptied it, however many", async () => {
  const { w } = await started(30);
  for (const item of itemsOf(w.master, "story")) edit(w, "master", item, { points: null });
  const { failedSets } = await w.iterate();
  expect([failedSets, new Set(estimates(w))]).toEqual([[], new Set([null])]);
});

it("is carried over in a handful of items", async () => {
  const { w, readAll } = await started(10);
  hide(w, "points");
  readAll();
  expect([(await w.iterate()).failedSets, new Set(estimates(w))]).toEqual([[], new Set([null])]);
});

it("is carried over where a release was deleted that items named", async () => {
  const { w, readAll } = await started(0);
  const release = make(w, "master", "release", { name: "R1" });
  for (let n = 1; n <= 20; n++) make(w, "master", "story", { name: `S${n}`, release: { ref: release.id, type: "release", name: "R1" } });
  await w.iterate();
  w.time.ms += 600_000;
  await w.iterate();
  expect(itemsOf(w.target, "Story").filter((item) => item.fields["fixVersion"] != null)).toHaveLength(20);
  hide(w, "release");
  readAll();
  expect((await w.iterate()).failedSets).toEqual([]);
  expect(itemsOf(w.target, "Story").filter((item) => item.fields["fixVersion"] != null)).toHaveLength(0);
});
