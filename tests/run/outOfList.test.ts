// A value is taken out of a list in one system: what held it is empty there, and nobody changed it.

import { expect, it } from "vitest";
import type { TypeSchema, Value } from "../../lib/core/types.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, field, itemsOf, make, MASTER_TYPES, TARGET_TYPES, total } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const list = (names: readonly string[]) => ({ choices: names.map((name) => ({ id: name, name })) });

const withLists = (types: readonly TypeSchema[], story: string, names: readonly string[]): readonly TypeSchema[] =>
  types.map((type) => (type.name === story ? { ...type, fields: [...type.fields, field("severity", "choice", list(names)), field("teams", "choice", { multiple: true, ...list(names) })] } : type));

const LISTS = "      - { master: severity, target: severity }\n      - { master: teams, target: teams }\n";

const choice = (name: string) => ({ choice: name });

const start = async (more = "") => {
  const text = CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("target: beta\n", `target: beta\n${more}`).replace("      - { master: points", `${LISTS}      - { master: points`);
  const w = createWorlds(hand.store, { connection: text, master: { types: withLists(MASTER_TYPES, "story", ["High", "Low"]) }, target: { types: withLists(TARGET_TYPES, "Story", ["High", "Low"]) } });
  const story = make(w, "master", "story", { name: "A", severity: choice("High"), teams: [choice("High"), choice("Low")] });
  await w.iterate();
  const copy = itemsOf(w.target, "Story")[0];
  if (copy === undefined) throw new Error("no copy");
  const takeOut = (): void => {
    Object.assign(w.target, { types: withLists(TARGET_TYPES, "Story", ["Low", "Major"]) });
    w.define(`${text}# the list is another one\n`);
    edit(w, "target", copy, { name: "B", severity: null, teams: [choice("Low")] });
  };
  return { w, story, copy, takeOut };
};

const both: readonly Value[] = [choice("High"), [choice("High"), choice("Low")]] as never;

it("the partners keep it, the item's other fields go on, and a person is asked", async () => {
  const { w, story, takeOut } = await start();
  takeOut();
  const first = await w.iterate();
  expect([story.fields.name, story.fields.severity, story.fields.teams, total(first, "held")]).toEqual(["B", ...both, 2]);
  const [row] = await hand.store.quarantine.list((await hand.store.syncSets.list(w.connection().name)).find(({ key }) => key.includes("story"))?.id ?? 0);
  expect(row?.reason).toContain('severity has no value "High"');
  expect(row?.reason).toContain("taken out of the list");
});

it("what is chosen there instead is carried over, and what is taken out of the partner as well is in step", async () => {
  const { w, story, copy, takeOut } = await start();
  takeOut();
  await w.iterate();
  edit(w, "target", copy, { severity: choice("Low") });
  edit(w, "master", story, { teams: [choice("Low")] });
  await w.iterate();
  expect([story.fields.severity, story.fields.teams]).toEqual([choice("Low"), [choice("Low")]]);
  expect(total(await w.iterate({ sweep: true }), "held")).toBe(0);
});

it("the partner keeps it also where the other side wins conflicts", async () => {
  const { w, story, takeOut } = await start("conflict: target\n");
  edit(w, "master", story, { severity: choice("Low") });
  await w.iterate();
  edit(w, "master", story, { severity: choice("High") });
  takeOut();
  const result = await w.iterate();
  expect([story.fields.severity, total(result, "conflicts")]).toEqual([choice("High"), 0]);
});

it("whoever empties a field whose value can still be chosen there empties the partner", async () => {
  const { w, story, copy } = await start();
  edit(w, "target", copy, { severity: null, teams: [choice("Low")] });
  await w.iterate();
  expect([story.fields.severity, story.fields.teams]).toEqual([null, [choice("Low")]]);
});
