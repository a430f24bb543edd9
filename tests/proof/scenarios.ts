// What is killed at every step: each scenario prepares two systems, then does one deed, then is resumed plainly.

import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { planFileText, readPlanFile } from "../../lib/core/sync/planFile.ts";
import { applyPlan } from "../../lib/run/applyPlan.ts";
import { resolveConflict } from "../../lib/run/resolveConflict.ts";
import type { Instruction } from "../../lib/core/links/model.ts";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import { undoRun } from "../../lib/run/undoRun.ts";
import { CONNECTION, edit, itemsOf, make, type Worlds, type WorldsSetup } from "../support/engine/worlds.ts";
import type { Stage } from "./killing.ts";

export interface Scenario {
  readonly title: string;
  readonly setup?: WorldsSetup;
  readonly prepare: (stage: Stage) => Promise<unknown>;
  /** The deed that is killed; done again to resume. */
  readonly act?: (stage: Stage, prepared: unknown) => Promise<unknown>;
}

const first = (w: Worlds, side: "master" | "target", type: string): MemoryItem => {
  const [item] = itemsOf(w[side], type);
  if (item === undefined) throw new Error(`no ${type}`);
  return item;
};

const pairs = async (stage: Stage, n: number): Promise<void> => {
  for (let index = 0; index < n; index++) make(stage.w, "master", "story", { name: `S${index}`, phase: { choice: "New" }, points: index });
  await stage.w.iterate({}, { store: stage.store });
  stage.w.time.ms += 600_000;
  await stage.w.iterate({}, { store: stage.store });
  stage.w.time.ms += 600_000;
};

const say = (w: Worlds, side: "master" | "target", item: MemoryItem, text: string): void => {
  w.time.ms += 1000;
  item.comments.push({ id: `p${item.id}${item.comments.length}`, author: { person: side === "master" ? "anna" : "u1", name: "Anna" }, createdAt: w[side].now(), changedAt: w[side].now(), text: `<p>${text}</p>`, restricted: false });
  w[side].update(side === "master" ? "anna" : "u1", item, {});
};

const attach = (w: Worlds, side: "master" | "target", item: MemoryItem, name: string): void => {
  w.time.ms += 1000;
  const content = new TextEncoder().encode(name);
  item.attachments.push({ id: `q${item.id}${item.attachments.length}`, name, size: content.length, contentType: "text/plain", author: { person: side === "master" ? "anna" : "u1" }, createdAt: w[side].now(), content });
  w[side].update(side === "master" ? "anna" : "u1", item, {});
};

const withLines = (...lines: readonly string[]): WorldsSetup => ({ connection: CONNECTION.replace("target: beta\n", `target: beta\n${lines.join("\n")}\n`) });

const WITHOUT_POINTS = CONNECTION.replace("      - { master: points, target: estimate }\n", "");

const seed = (master: MemoryItem, target: MemoryItem, line: number): Instruction => ({ action: "add", set: { key: "demo/story~Story/P~Q" }, masterId: master.id, targetId: target.id, line: line + 1, column: 1 });

const sweep = (stage: Stage): Promise<unknown> => stage.w.iterate({ sweep: true }, { ...stage.how, store: stage.store });

const savedPlan = async (stage: Stage) => {
  const plans: ItemPlan[] = [];
  await stage.w.iterate({ dryRun: true, onPlan: (plan) => plans.push(plan) }, { store: stage.store });
  const connection = stage.w.connection();
  return readPlanFile("plan", planFileText({ tandemPlan: 1, connection: connection.name, at: "now", syncSets: Object.fromEntries(connection.syncSets.map((set) => [set.key, set.fingerprint])) }, plans));
};

export const SCENARIOS: readonly Scenario[] = [
  { title: "creating one item each way", prepare: async ({ w }) => { make(w, "master", "story", { name: "A", points: 1 }); make(w, "target", "Story", { name: "B", estimate: 2 }); } },
  { title: "creating many in bulk", prepare: async ({ w }) => { for (let n = 0; n < 7; n++) make(w, "master", "story", { name: `A${n}`, tags: ["x"] }); } },
  {
    title: "bulk creation of which one field is refused",
    setup: { target: { refuses: (_type, name, value) => (name === "estimate" && value === 13 ? "13 is not allowed" : undefined) } },
    prepare: async ({ w }) => { for (let n = 0; n < 4; n++) make(w, "master", "story", { name: `A${n}`, points: n === 2 ? 13 : n }); },
  },
  {
    title: "people whom the other system refuses, on a new item and on one that is there",
    setup: {
      connection: CONNECTION.replace("target: assignee }", "target: assignee, fallbackUser: { target: anna@x.com } }"),
      target: { refuses: (_type, name, value) => (name === "assignee" && (value as { readonly person?: string } | null)?.person === "u2" ? "cannot be assigned" : undefined) },
    },
    prepare: async (stage) => {
      await pairs(stage, 2);
      edit(stage.w, "master", first(stage.w, "master", "story"), { owner: { person: "bo" }, points: 40 });
      make(stage.w, "master", "story", { name: "his", owner: { person: "bo" } });
    },
  },
  { title: "an update from the master", prepare: async (stage) => { await pairs(stage, 3); edit(stage.w, "master", first(stage.w, "master", "story"), { name: "renamed", points: 40 }); } },
  { title: "an update from the target", prepare: async (stage) => { await pairs(stage, 3); edit(stage.w, "target", first(stage.w, "target", "Story"), { name: "renamed", estimate: 40 }); } },
  { title: "updates of one pair on both sides in different fields", prepare: async (stage) => { await pairs(stage, 1); edit(stage.w, "master", first(stage.w, "master", "story"), { points: 41 }); edit(stage.w, "target", first(stage.w, "target", "Story"), { name: "t" }); } },
  { title: "a conflict that the master wins", prepare: async (stage) => { await pairs(stage, 1); edit(stage.w, "master", first(stage.w, "master", "story"), { name: "m" }); edit(stage.w, "target", first(stage.w, "target", "Story"), { name: "t" }); } },
  { title: "a conflict that the newest wins", setup: withLines("conflict: newest"), prepare: async (stage) => { await pairs(stage, 1); edit(stage.w, "master", first(stage.w, "master", "story"), { name: "m" }); edit(stage.w, "target", first(stage.w, "target", "Story"), { name: "t" }); } },
  { title: "a conflict that is held", setup: withLines("conflict: hold"), prepare: async (stage) => { await pairs(stage, 1); edit(stage.w, "master", first(stage.w, "master", "story"), { name: "m", points: 50 }); edit(stage.w, "target", first(stage.w, "target", "Story"), { name: "t" }); } },
  {
    title: "release, sprint and story at once",
    prepare: async ({ w }) => {
      const release = make(w, "master", "release", { name: "R", start: "2026-01-01" });
      const sprint = make(w, "master", "sprint", { name: "Sp", release: { ref: release.id, type: "release" } });
      make(w, "master", "story", { name: "A", release: { ref: release.id, type: "release" }, sprint: { ref: sprint.id, type: "sprint" } });
    },
  },
  {
    title: "a link that waited for its item",
    setup: { connection: CONNECTION.replace("    target: version\n", "    target: version\n    criteria: { master: { field: name, operator: startsWith, value: go } }\n") },
    prepare: async (stage) => {
      const release = make(stage.w, "master", "release", { name: "wait" });
      make(stage.w, "master", "story", { name: "A", release: { ref: release.id, type: "release" } });
      await stage.w.iterate({}, { store: stage.store });
      edit(stage.w, "master", release, { name: "go" });
    },
  },
  { title: "comments both ways", setup: withLines("comments: biDirectional"), prepare: async (stage) => { await pairs(stage, 1); say(stage.w, "master", first(stage.w, "master", "story"), "hello"); say(stage.w, "master", first(stage.w, "master", "story"), "again"); say(stage.w, "target", first(stage.w, "target", "Story"), "answer"); } },
  { title: "comments of a new item", setup: withLines("comments: biDirectional"), prepare: async ({ w }) => { say(w, "master", make(w, "master", "story", { name: "A" }), "with the item"); } },
  {
    title: "edited and deleted comments",
    setup: withLines("comments: biDirectional"),
    prepare: async (stage) => {
      await pairs(stage, 1);
      const story = first(stage.w, "master", "story");
      say(stage.w, "master", story, "one");
      say(stage.w, "master", story, "two");
      await stage.w.iterate({}, { store: stage.store });
      story.comments[0] = { ...(story.comments[0] as MemoryItem["comments"][number]), text: "<p>one, edited</p>" };
      story.comments.pop();
      stage.w.master.update("anna", story, {});
    },
  },
  { title: "attachments both ways", setup: withLines("attachments: biDirectional"), prepare: async (stage) => { await pairs(stage, 1); attach(stage.w, "master", first(stage.w, "master", "story"), "a.txt"); attach(stage.w, "target", first(stage.w, "target", "Story"), "b.txt"); } },
  { title: "a deletion that is carried over", setup: withLines("deletion: delete"), prepare: async (stage) => { await pairs(stage, 4); stage.w.master.remove(first(stage.w, "master", "story")); }, act: sweep },
  { title: "a deletion that closes", setup: { connection: CONNECTION.replace("target: beta\n", "target: beta\ndeletion: close\n").replace("    target: Story\n", "    target: Story\n    closeStatus: { target: Done }\n") }, prepare: async (stage) => { await pairs(stage, 4); stage.w.master.remove(first(stage.w, "master", "story")); }, act: sweep },
  { title: "a deletion that dissolves the pair", setup: withLines("deletion: unlink"), prepare: async (stage) => { await pairs(stage, 4); stage.w.target.remove(first(stage.w, "target", "Story")); }, act: sweep },
  { title: "a sweep over edits on both sides", prepare: async (stage) => { await pairs(stage, 3); edit(stage.w, "master", first(stage.w, "master", "story"), { points: 77 }); make(stage.w, "target", "Story", { name: "new" }); }, act: sweep },
  {
    title: "a person who is unknown",
    prepare: async (stage) => { await pairs(stage, 1); edit(stage.w, "master", first(stage.w, "master", "story"), { owner: { person: "ida" }, points: 90 }); },
  },
  { title: "rich text that the other side stores with a loss", setup: { target: { storedAs: (name, value) => (name === "body" && typeof value === "string" ? value.replace(/<\/?b>/g, "") : value) } }, prepare: async (stage) => { await pairs(stage, 1); edit(stage.w, "master", first(stage.w, "master", "story"), { description: "<p>a <b>b</b></p>" }); } },
  {
    title: "one word of a text that the edited side cannot hold whole",
    setup: { target: { storedAs: (name, value) => (name === "body" && typeof value === "string" ? value.replace(/<\/?b>/g, "") : value) } },
    prepare: async (stage) => {
      const story = make(stage.w, "master", "story", { name: "A", description: "<p>a <b>bold</b> word</p>" });
      await stage.w.iterate({}, { store: stage.store });
      edit(stage.w, "target", first(stage.w, "target", "Story"), { body: "<p>a bold house</p>" });
      return story;
    },
  },
  {
    title: "sprints without dates and one that makes its release longer",
    setup: { connection: CONNECTION.replace("      - { master: release, target: version }\n", "      - { master: release, target: version }\n    period:\n      master: { start: start, end: end, within: release, defaultRelease: R, noDates: calculate, outside: extend }\n") },
    prepare: async ({ w }) => {
      make(w, "master", "release", { name: "R", start: "2026-01-01", end: "2026-01-31" });
      make(w, "target", "sprint", { name: "S1" });
      make(w, "target", "sprint", { name: "S2", startDate: "2026-01-25", endDate: "2026-02-07" });
    },
  },
  {
    title: "a pair that ends because its item stops meeting the criteria",
    setup: { connection: CONNECTION.replace("    target: Story\n", "    target: Story\n    criteria: { master: { field: points, operator: lessThan, value: 5 } }\n    unmatched: { master: unlink }\n") },
    prepare: async (stage) => {
      await pairs(stage, 2);
      edit(stage.w, "master", first(stage.w, "master", "story"), { points: 8, name: "out" });
    },
  },
  {
    title: "values that a site's own functions make, both ways",
    setup: {
      connection: CONNECTION.replace("      - { master: points, target: estimate }\n", "      - { master: points, target: estimate, transform: { target: double, master: halve } }\n"),
      transforms: { double: (value) => (typeof value === "number" ? value * 2 : null), halve: (value) => (typeof value === "number" ? value / 2 : null) },
    },
    prepare: async (stage) => {
      await pairs(stage, 2);
      const [one, two] = [itemsOf(stage.w.master, "story")[0], itemsOf(stage.w.target, "Story")[1]];
      if (one === undefined || two === undefined) throw new Error("nothing was made");
      edit(stage.w, "master", one, { points: 7 });
      edit(stage.w, "target", two, { estimate: 26 });
    },
  },
  {
    title: "an answer to a held conflict",
    setup: withLines("conflict: hold"),
    prepare: async (stage) => {
      await pairs(stage, 1);
      edit(stage.w, "master", first(stage.w, "master", "story"), { name: "m" });
      edit(stage.w, "target", first(stage.w, "target", "Story"), { name: "t" });
      await stage.w.iterate({}, { store: stage.store });
    },
    act: async (stage) => {
      if ((await stage.store.conflicts.list("demo")).length > 0) await resolveConflict(stage.w.context(stage.store, stage.how), { item: first(stage.w, "master", "story").id, take: "target" });
    },
  },
  {
    title: "a field that is mapped from now on",
    setup: { connection: WITHOUT_POINTS },
    prepare: async (stage) => {
      await pairs(stage, 3);
      stage.w.define(CONNECTION);
    },
  },
  {
    title: "seeding pairs of items that stand on both sides",
    prepare: async ({ w }) => [0, 1, 2].map((n) => seed(make(w, "master", "story", { name: `S${n}`, points: n }), make(w, "target", "Story", { name: `S${n}`, estimate: n }), n)),
    act: async (stage, prepared) => {
      const { counts } = await seedCrossReferences(stage.w.context(stage.store, stage.how), prepared as readonly Instruction[], { dryRun: false });
      if (counts.refused > 0) throw new Error("a pair was refused");
      await stage.w.iterate({}, { ...stage.how, store: stage.store });
    },
  },
  {
    title: "a saved plan",
    prepare: async (stage) => { await pairs(stage, 2); edit(stage.w, "master", first(stage.w, "master", "story"), { name: "p" }); make(stage.w, "master", "story", { name: "fresh" }); return savedPlan(stage); },
    act: (stage, plan) => applyPlan(stage.w.context(stage.store, stage.how), plan as ReturnType<typeof readPlanFile>),
  },
  {
    title: "undoing a run",
    prepare: async (stage) => {
      await pairs(stage, 2);
      edit(stage.w, "master", first(stage.w, "master", "story"), { name: "wrong", points: 99 });
      return (await stage.w.iterate({}, { store: stage.store })).run;
    },
    act: (stage, run) => undoRun(stage.w.context(stage.store, stage.how), { run: run as string, created: "leave" }),
  },
];
