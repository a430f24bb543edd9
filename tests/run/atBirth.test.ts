// A field that says who made an item: given to a new one, and nobody's change from then on.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fields } from "../../lib/core/types.ts";
import { freshName, openTestStore, type TestStore } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, field, itemsOf, make, TARGET_TYPES, type Worlds } from "../support/engine/worlds.ts";

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

const types = TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: [...type.fields, field("author", "person", { onUpdate: false, atBirth: true })] } : type));

const worlds = (direction: string): Worlds =>
  createWorlds(test.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("{ master: owner, target: assignee }", `{ master: owner, target: author${direction} }`), target: { types } });

it.each([[""], [", direction: fromMaster"], [", direction: toMaster"]])("a new item is given it whatever the direction, and an item that is there is not (%s)", async (direction) => {
  const w = worlds(direction);
  const story = make(w, "master", "story", { name: "hers", owner: { person: "anna" } });
  await w.iterate();
  const author = (): Fields[string] | undefined => itemsOf(w.target, "Story")[0]?.fields["author"];
  expect(author()).toMatchObject({ person: "u1" });
  edit(w, "master", story, { owner: { person: "bo" } });
  const { counts } = await w.iterate();
  expect([counts.target.updated, counts.target.held, counts.target.failed, counts.master.updated]).toEqual([0, 0, 0, 0]);
  expect([author(), story.fields["owner"]]).toMatchObject([{ person: "u1" }, { person: "bo" }]);
});

it("somebody unknown is told once: as soon as they are known, the item that is there is left as it is", async () => {
  const w = worlds("");
  const story = make(w, "master", "story", { name: "of nobody that is there", owner: { person: "ida" } });
  const first = await w.iterate();
  expect([first.counts.target.created, first.counts.target.held]).toEqual([1, 1]);
  edit(w, "master", story, { owner: { person: "anna" } });
  w.time.ms += 86_400_000;
  const second = await w.iterate();
  expect([second.counts.target.created, second.counts.target.updated, second.counts.target.held, second.counts.master.updated]).toEqual([0, 0, 0, 0]);
  expect(itemsOf(w.target, "Story")).toHaveLength(1);
});
