// An administrator edits a definition after the go-live: what is written, what is left, and what is told.

import { expect, it } from "vitest";
import type { Value } from "../../lib/core/types.ts";
import { LostReply } from "../../lib/connectors/memory.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, total, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const STATUS = "        target: status\n";
const ONE_WAY = CONNECTION.replace(STATUS, `${STATUS}        direction: fromMaster\n`);
const DONE = "          - { master: Done, target: Done }\n";
const POINTS = "      - { master: points, target: estimate }\n";
const SET = CONNECTION.slice(CONNECTION.indexOf("    set:\n"));

const start = (text = CONNECTION): { readonly w: Worlds; readonly base: string } => {
  const base = text.replace("name: demo", `name: ${freshName()}`);
  return { w: createWorlds(hand.store, { connection: base }), base };
};

const shown = (w: Worlds, side: "master" | "target", field: string): readonly unknown[] =>
  itemsOf(w[side], side === "master" ? "story" : "Story").map((item) => (item.fields[field] as { choice?: string } | null | undefined)?.choice ?? item.fields[field] ?? null);

const story = (w: Worlds, which: number) => {
  const item = itemsOf(w.target, "Story")[which];
  if (item === undefined) throw new Error(`no item ${which}`);
  return item;
};

const choice = (name: string): Value => ({ choice: name });

it("an entry more or less of a value map leaves alone who does not hold that value, also where the sides differ on purpose", async () => {
  const { w, base } = start(ONE_WAY);
  for (const name of ["a", "b", "c"]) make(w, "master", "story", { name, phase: choice("New") });
  await w.iterate();
  for (const at of [0, 1]) edit(w, "target", story(w, at), { status: choice("Doing") });
  await w.iterate();
  for (const text of [base.replace(DONE, ""), base]) {
    w.define(text);
    const result = await w.iterate();
    expect([total(result, "updated"), total(result, "held"), shown(w, "target", "status")]).toEqual([0, 0, ["Doing", "Doing", "To Do"]]);
  }
});

it("a value that is mapped otherwise is carried over where it stands, and only there", async () => {
  const { w, base } = start(ONE_WAY);
  for (const phase of ["New", "In Progress", "In Progress"]) make(w, "master", "story", { name: phase, phase: choice(phase) });
  await w.iterate();
  edit(w, "target", story(w, 0), { status: choice("Done") });
  await w.iterate();
  w.define(base.replace("{ master: In Progress, target: Doing }", "{ master: In Progress, target: Done }"));
  const { counts } = await w.iterate();
  expect([counts.target.updated, counts.master.updated, shown(w, "target", "status")]).toEqual([2, 0, ["Done", "Done", "Done"]]);
});

it("a value that is mapped only now is carried over to who was held for it", async () => {
  const { w, base } = start(ONE_WAY.replace(DONE, ""));
  const item = make(w, "master", "story", { name: "a", phase: choice("New") });
  await w.iterate();
  edit(w, "master", item, { phase: choice("Done") });
  expect(total(await w.iterate(), "held")).toBe(1);
  w.define(base.replace("          - { master: In Progress, target: Doing }\n", (line) => line + DONE));
  await w.iterate();
  expect(shown(w, "target", "status")).toEqual(["Done"]);
});

it("a mapping that is taken out and put back remembers: what one side changed meanwhile is carried over, what both changed is a conflict", async () => {
  const { w, base } = start();
  const items = ["a", "b", "c", "d"].map((name, index) => make(w, "master", "story", { name, points: index + 1 }));
  await w.iterate();
  w.define(base.replace(POINTS, ""));
  await w.iterate();
  edit(w, "master", items[0] as never, { points: null });
  edit(w, "target", story(w, 1), { estimate: 22 });
  edit(w, "master", items[2] as never, { points: 33 });
  edit(w, "target", story(w, 2), { estimate: 34 });
  // Each pair is written meanwhile.
  for (const item of items) edit(w, "master", item, { name: `${String(item.fields["name"])}!` });
  await w.iterate();
  w.define(base);
  const result = await w.iterate();
  expect([shown(w, "master", "points"), shown(w, "target", "estimate"), total(result, "conflicts")]).toEqual([[null, 22, 33, 4], [null, 22, 33, 4], 1]);
});

it("an edit that is taken back while its run is under way leaves no pair as it was meant for a while", async () => {
  const { w, base } = start(ONE_WAY);
  for (const name of ["a", "b", "c", "d"]) make(w, "master", "story", { name, phase: choice("In Progress") });
  await w.iterate();
  w.define(base.replace("{ master: In Progress, target: Doing }", "{ master: In Progress, target: Done }"));
  const stop = new AbortController();
  let writes = 0;
  const after = (call: string): void => {
    if (call === "update" && ++writes === 1) stop.abort();
  };
  await expect(w.iterate({ chunk: 2 }, { stop: stop.signal, hooks: { target: { after } }, capabilities: { master: { pageSize: 2 }, target: { pageSize: 2 } } })).rejects.toThrow();
  expect(new Set(shown(w, "target", "status"))).toEqual(new Set(["Doing", "Done"]));
  w.define(base);
  await w.iterate();
  expect(shown(w, "target", "status")).toEqual(["Doing", "Doing", "Doing", "Doing"]);
  expect(total(await w.iterate(), "updated")).toBe(0);
});

it("a reply that is lost while a changed value map is carried over leaves nothing undone", async () => {
  const { w, base } = start(ONE_WAY);
  for (const name of ["a", "b"]) make(w, "master", "story", { name, phase: choice("In Progress") });
  await w.iterate();
  w.define(base.replace("{ master: In Progress, target: Doing }", "{ master: In Progress, target: Done }"));
  let writes = 0;
  const after = (call: string): void => {
    if (call === "update" && ++writes === 1) throw new LostReply();
  };
  await w.iterate({}, { hooks: { target: { after } } });
  await w.iterate();
  expect(shown(w, "target", "status")).toEqual(["Done", "Done"]);
});

/** Whose items were where nobody reads them while the edit was compared. */
const AWAY: readonly (readonly [string, readonly ("master" | "target")[]])[] = [["its master item", ["master"]], ["its target item", ["target"]], ["both of its items", ["master", "target"]]];

it.each(AWAY)("a pair that could not be read when a mapping was edited is compared when it is back: %s", async (_title, sides) => {
  // A value that is set would bring the pair back by itself.
  const { w, base } = start(CONNECTION.replace(SET, "").replace(POINTS, POINTS.replace("estimate", "estimate, direction: toMaster")));
  const items = ["a", "b"].map((name) => make(w, "master", "story", { name, points: 3 }));
  await w.iterate();
  for (const item of items) edit(w, "master", item, { points: 8 });
  await w.iterate();
  expect([shown(w, "master", "points"), shown(w, "target", "estimate")]).toEqual([[8, 8], [3, 3]]);
  const ends = { master: items[0] as never as ReturnType<typeof story>, target: story(w, 0) };
  const home = { master: ends.master.project, target: ends.target.project };
  for (const side of sides) Object.assign(ends[side], { project: "elsewhere" });
  w.define(base.replace(", direction: toMaster", ""));
  for (let times = 0; times < 2; times++) await w.iterate({ accept: { empty: true } });
  expect([shown(w, "master", "points"), shown(w, "target", "estimate")]).toEqual([[8, 8], [3, 8]]);
  for (const side of sides) {
    Object.assign(ends[side], { project: home[side] });
    edit(w, side, ends[side], {});
  }
  w.time.ms += 7 * 3_600_000;
  await w.iterate();
  expect([shown(w, "master", "points"), shown(w, "target", "estimate")]).toEqual([[8, 8], [8, 8]]);
  edit(w, "target", ends.target, { estimate: 13 });
  await w.iterate();
  expect([shown(w, "master", "points"), total(await w.iterate({ sweep: true }), "updated")]).toEqual([[13, 8], 0]);
});

it("a pair that could not be read when a value map was edited is mapped anew when it is back, and only where its value is", async () => {
  const { w, base } = start(ONE_WAY);
  const items = ["In Progress", "New"].map((phase) => make(w, "master", "story", { name: phase, phase: choice(phase) }));
  await w.iterate();
  edit(w, "target", story(w, 1), { status: choice("Done") });
  await w.iterate();
  const home = items[0]?.project;
  for (const item of items) Object.assign(item, { project: "elsewhere" });
  w.define(base.replace("{ master: In Progress, target: Doing }", "{ master: In Progress, target: Done }"));
  await w.iterate({ accept: { empty: true } });
  expect(shown(w, "target", "status")).toEqual(["Doing", "Done"]);
  for (const item of items) {
    Object.assign(item, { project: home });
    edit(w, "master", item, {});
  }
  w.time.ms += 7 * 3_600_000;
  await w.iterate();
  expect(shown(w, "target", "status")).toEqual(["Done", "Done"]);
  edit(w, "target", story(w, 1), { status: choice("Doing") });
  expect([total(await w.iterate(), "updated"), shown(w, "target", "status")]).toEqual([0, ["Done", "Doing"]]);
});

it("a plan that leaves a pair out leaves its comparison by an edited mapping to the next run", async () => {
  const { w, base } = start(CONNECTION.replace(POINTS, POINTS.replace("estimate", "estimate, direction: toMaster")));
  const items = ["a", "b"].map((name) => make(w, "master", "story", { name, points: 3 }));
  await w.iterate();
  for (const item of items) edit(w, "master", item, { points: 8 });
  await w.iterate();
  w.define(base.replace(", direction: toMaster", ""));
  await w.iterate({ only: (plan) => plan.kind !== "pair" || plan.master.id === items[0]?.id });
  expect(shown(w, "target", "estimate")).toEqual([8, 3]);
  edit(w, "master", items[1] as never, { name: "c" });
  await w.iterate();
  expect(shown(w, "target", "estimate")).toEqual([8, 8]);
});

/** Each edit with what it writes into both systems, of the four pairs below. */
const EDITS: readonly (readonly [string, (base: string) => string, number])[] = [
  ["the other direction of a field", (base) => base.replace("estimate, direction: fromMaster", "estimate, direction: toMaster"), 1],
  ["both ways", (base) => base.replace(`${STATUS}        direction: fromMaster\n`, STATUS), 1],
  ["both ways, where differences are held", (base) => base.replace(`${STATUS}        direction: fromMaster\n`, `${STATUS}        conflict: hold\n`), 0],
  ["who wins", (base) => base.replace("target: beta\n", "target: beta\nconflict: target\n"), 0],
];

it.each(EDITS)("a dry run tells what an edit writes: %s", async (_title, change, writes) => {
  const { w, base } = start(ONE_WAY.replace(POINTS, POINTS.replace("estimate", "estimate, direction: fromMaster")));
  for (const name of ["a", "b", "c", "d"]) make(w, "master", "story", { name, points: 3, phase: choice("New") });
  await w.iterate();
  edit(w, "target", story(w, 0), { estimate: 8 });
  edit(w, "target", story(w, 1), { status: choice("Done") });
  await w.iterate();
  w.define(change(base));
  const planned: unknown[] = [];
  await w.iterate({ dryRun: true, onPlan: (plan) => void (plan.kind === "pair" && planned.push(...plan.changes.master.map(({ field, after }) => [plan.master.id, field, after]), ...plan.changes.target.map(({ field, after }) => [plan.target.id, field, after]))) });
  const before = new Map([...w.master.items.values(), ...w.target.items.values()].map((item) => [item.id, item.history.length]));
  await w.iterate();
  const written = [...w.master.items.values(), ...w.target.items.values()].flatMap((item) => item.history.slice(before.get(item.id)).map(({ field }) => [item.id, field, item.fields[field] ?? null]));
  expect(written).toEqual(planned);
  expect(written).toHaveLength(writes);
  expect(total(await w.iterate({ sweep: true }), "updated")).toBe(0);
});
