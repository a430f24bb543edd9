// Items that are moved from one pair of projects to another of the same connection, or are made another type, and come back.

import { expect, it } from "vitest";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, MASTER_TYPES, TARGET_TYPES, total } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const projects = (...ids: readonly string[]) => ids.map((id) => ({ id, name: id }));
const TWO = CONNECTION.replace('  - { master: "P", target: "Q" }\n', '  - { master: "P", target: "Q" }\n  - { master: "P2", target: "Q2" }\n');

it("get a partner where they came to, while the former pair rests, and go on with the former when they are back", async () => {
  const w = createWorlds(hand.store, { connection: TWO.replace("name: demo", `name: ${freshName()}`), master: { projects: projects("P", "P2"), types: MASTER_TYPES }, target: { projects: projects("Q", "Q2"), types: TARGET_TYPES } });
  const story = make(w, "master", "story", { name: "A", points: 1 });
  await w.iterate();
  const places = (): readonly unknown[] => itemsOf(w.target, "Story").map((item) => [item.project, item.fields["estimate"]]);
  expect(places()).toEqual([["Q", 1]]);
  const move = async (project: string, points: number): Promise<void> => {
    Object.assign(story, { project });
    edit(w, "master", story, { points });
    await w.iterate({ sweep: true, accept: { empty: true } });
    w.time.ms += 7 * 3_600_000;
    await w.iterate();
  };
  await move("P2", 2);
  expect(places()).toEqual([["Q", 1], ["Q2", 2]]);
  await move("P", 3);
  expect(places()).toEqual([["Q", 3], ["Q2", 2]]);
  expect(total(await w.iterate({ sweep: true, accept: { empty: true } }), "created")).toBe(0);
});
