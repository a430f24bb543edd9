// What is killed at each call and commit on real connectors: each scenario prepares both systems by people's hands, then does one
// deed, then is resumed plainly.

import { randomUUID } from "node:crypto";
import type { Connector } from "../../lib/connectors/connector.ts";
import type { Fields, Side, Value } from "../../lib/core/types.ts";
import type { Instruction } from "../../lib/core/links/model.ts";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { planFileText, readPlanFile } from "../../lib/core/sync/planFile.ts";
import { applyPlan } from "../../lib/run/applyPlan.ts";
import type { ConnectionContext } from "../../lib/run/context.ts";
import { resolveConflict } from "../../lib/run/resolveConflict.ts";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { undoRun } from "../../lib/run/undoRun.ts";
import { written } from "../support/systems/pair.ts";
import type { Definition } from "./systemEnds.ts";
import { type Deed, idOf, type SystemStage } from "./systemStage.ts";

export interface SystemScenario {
  readonly title: string;
  readonly definition?: Definition;
  /** Answers the deed that is killed, and done again to resume, where it is not an iteration. */
  readonly prepare: (stage: SystemStage) => Promise<unknown>;
}

type What = "name" | "text" | "points" | "status";
type Said = Partial<Readonly<Record<What, Value>>>;

const fieldsOf = (stage: SystemStage, side: Side, said: Said, more: Fields = {}): Fields => {
  const end = stage.ends[side];
  const field = (what: What): string => stage.connection().syncSets.find((set) => set[side].type === end.type)?.fields.map((mapping) => mapping[side]).find((schema) => [schema.name, schema.label].includes(end[what]))?.name ?? end[what];
  return { ...Object.fromEntries(Object.entries(said).map(([what, value]) => [field(what as What), value as Value])), ...more };
};

const projectOf = (stage: SystemStage, side: Side, type: string): string => stage.connection().syncSets.find((set) => set[side].type === type)?.[side].project ?? "";

/** Releases are an administrator's, whose account is ours. */
const byHand = <T>(stage: SystemStage, side: Side, type: string, work: (hands: Readonly<Record<Side, Connector>>) => Promise<T>): Promise<T> =>
  type === stage.ends[side].release.type ? stage.run((context) => work(context.connectors)) : stage.byHand(work);

/** A person makes these; answers their ids. */
const create = (stage: SystemStage, side: Side, type: string, drafts: readonly Fields[]): Promise<readonly string[]> => {
  stage.later(60);
  return byHand(stage, side, type, async (hands) => written(await hands[side].create(type, projectOf(stage, side, type), drafts.map((fields) => ({ intent: randomUUID(), fields })))));
};

const change = (stage: SystemStage, side: Side, type: string, ids: readonly string[], fields: Fields): Promise<void> => {
  stage.later(60);
  return byHand(stage, side, type, async (hands) => {
    const project = projectOf(stage, side, type);
    const items = await hands[side].get({ type, project, ids, fields: Object.keys(fields) });
    written(await hands[side].update(type, project, items.map((item) => ({ id: item.id, fields, before: item }))));
  });
};

export const make = (stage: SystemStage, side: Side, ...drafts: readonly Said[]): Promise<readonly string[]> =>
  create(stage, side, stage.ends[side].type, drafts.map((said) => fieldsOf(stage, side, said, (stage.ends[side].required ?? {}) as Fields)));

export const edit = async (stage: SystemStage, side: Side, name: string, said: Said): Promise<void> => change(stage, side, stage.ends[side].type, [await idOf(stage, side, name)], fieldsOf(stage, side, said));

/** So many pairs in step. */
const pairs = async (stage: SystemStage, n: number, more: Said = {}): Promise<void> => {
  await make(stage, "master", ...Array.from({ length: n }, (_, at): Said => ({ name: `S${at}`, points: at, ...more })));
  for (let go = 0; go < 2; go++) {
    stage.later(600);
    await stage.iterate();
  }
  stage.later(600);
};

/** Into a release of that side, by its id there. */
export const plan = async (stage: SystemStage, side: Side, names: readonly string[], release: string): Promise<void> => {
  const { type, release: known } = stage.ends[side];
  const field = stage.connection().syncSets.find((set) => set[side].type === type)?.fields.map((mapping) => mapping[side]).find((schema) => [schema.name, schema.label].includes(known.ref));
  const ref = { ref: release, type: known.type };
  await change(stage, side, type, await Promise.all(names.map((name) => idOf(stage, side, name))), { [field?.name ?? known.ref]: field?.multiple === true ? [ref] : ref });
};

const release = async (stage: SystemStage, name: string): Promise<string> => {
  const { type, name: named, start, end } = stage.ends.master.release;
  const [id = ""] = await create(stage, "master", type, [{ [named]: name, ...(start === undefined ? {} : { [start]: "2026-01-01" }), [end]: "2026-06-30" }]);
  return id;
};

const say = async (stage: SystemStage, side: Side, name: string, text: string): Promise<void> => {
  stage.later(60);
  const { type, hand } = stage.ends[side];
  const id = await idOf(stage, side, name);
  // Where there is one account, a person speaks at the system itself.
  if (hand.options !== undefined && "intentLink" in hand.options) await stage.hosts[side].edit({ action: "comment", author: hand.author, type, id, fields: { text } });
  else await stage.byHand(async (hands) => hands[side].comments?.add(type, projectOf(stage, side, type), id, `<p>${text}</p>`));
};

const attach = async (stage: SystemStage, side: Side, name: string, file: string): Promise<void> => {
  stage.later(60);
  const { type } = stage.ends[side];
  const [id, bytes] = [await idOf(stage, side, name), Buffer.from(file)];
  await stage.byHand(async (hands) => hands[side].attachments?.add(type, projectOf(stage, side, type), id, { name: file, contentType: "text/plain", size: bytes.length, content: (async function* () { yield bytes; })() }));
};

const remove = async (stage: SystemStage, side: Side, name: string): Promise<void> => {
  stage.later(60);
  const { type, project, hand } = stage.ends[side];
  await stage.hosts[side].edit({ action: "delete", author: hand.author, type, project, id: await idOf(stage, side, name) });
};

const sweep: Deed = (context) => syncIteration(context, { sweep: true });

const EXTRAS: Definition = { lines: ["comments: biDirectional", "attachments: biDirectional"] };

const bothSides = async (stage: SystemStage): Promise<void> => {
  await pairs(stage, 1);
  await edit(stage, "master", "S0", { name: "m", points: 40 });
  await edit(stage, "target", "S0", { name: "t" });
};

const savedPlan = async (stage: SystemStage): Promise<Deed> => {
  const plans: ItemPlan[] = [];
  await stage.iterate({ dryRun: true, onPlan: (one) => plans.push(one) });
  const connection = stage.connection();
  const file = readPlanFile("plan", planFileText({ tandemPlan: 1, connection: connection.name, at: "now", syncSets: Object.fromEntries(connection.syncSets.map((set) => [set.key, set.fingerprint])) }, plans));
  return (context) => applyPlan(context, file);
};

export const SYSTEM_SCENARIOS: readonly SystemScenario[] = [
  { title: "creating one item each way", prepare: async (stage) => { await make(stage, "master", { name: "A", points: 1, text: "<p>a</p>" }); await make(stage, "target", { name: "B", points: 2 }); } },
  { title: "creating many at once", prepare: async (stage) => { await make(stage, "master", ...[0, 1, 2, 3].map((n) => ({ name: `A${n}`, points: n }))); } },
  { title: "an update from the master", prepare: async (stage) => { await pairs(stage, 3); await edit(stage, "master", "S0", { name: "renamed", points: 40 }); } },
  { title: "an update from the target", prepare: async (stage) => { await pairs(stage, 3); await edit(stage, "target", "S0", { name: "renamed", points: 40 }); } },
  { title: "updates of one pair on both sides in different fields", prepare: async (stage) => { await pairs(stage, 1); await edit(stage, "master", "S0", { points: 41 }); await edit(stage, "target", "S0", { name: "t" }); } },
  { title: "a rich text that is edited", prepare: async (stage) => { await pairs(stage, 1, { text: "<p>a <b>bold</b> word</p>" }); await edit(stage, "master", "S0", { text: "<p>a <b>bold</b> house</p>" }); } },
  { title: "a conflict that the master wins", prepare: bothSides },
  { title: "a conflict that the newest wins", definition: { lines: ["conflict: newest"] }, prepare: bothSides },
  { title: "a conflict that is held", definition: { lines: ["conflict: hold"] }, prepare: bothSides },
  {
    title: "an answer to a held conflict",
    definition: { lines: ["conflict: hold"] },
    prepare: async (stage) => {
      await bothSides(stage);
      await stage.iterate();
      const item = await idOf(stage, "master", "m");
      return async (context: ConnectionContext) => {
        if ((await stage.store.conflicts.list("demo")).length > 0) await resolveConflict(context, { item, take: "target" });
      };
    },
  },
  { title: "a release and its items at once", prepare: async (stage) => { await make(stage, "master", { name: "A" }, { name: "B" }); await plan(stage, "master", ["A", "B"], await release(stage, "R 1")); } },
  {
    title: "a link that waited for its release",
    definition: { ofReleases: ["criteria: { master: { field: name, operator: startsWith, value: go } }"] },
    prepare: async (stage) => {
      const id = await release(stage, "wait");
      await make(stage, "master", { name: "A" });
      await plan(stage, "master", ["A"], id);
      await stage.iterate();
      await change(stage, "master", stage.ends.master.release.type, [id], { [stage.ends.master.release.name]: "go" });
    },
  },
  { title: "a status that is reached over another, from the master", prepare: async (stage) => { await pairs(stage, 2); await edit(stage, "master", "S0", { status: { choice: stage.ends.master.statuses[2] } }); } },
  { title: "a status that is reached over another, from the target", definition: { lines: ["conflict: newest"] }, prepare: async (stage) => { await pairs(stage, 2); await edit(stage, "target", "S0", { status: { choice: stage.ends.target.statuses[2] } }); } },
  { title: "a status that is reached over another while the policy is to hold", definition: { lines: ["conflict: hold"] }, prepare: async (stage) => { await pairs(stage, 1); await edit(stage, "master", "S0", { status: { choice: stage.ends.master.statuses[2] } }); } },
  { title: "a status that is reached over another while the target wins", definition: { lines: ["conflict: target"] }, prepare: async (stage) => { await pairs(stage, 1); await edit(stage, "master", "S0", { status: { choice: stage.ends.master.statuses[2] } }); } },
  { title: "a new item that is over already", prepare: async (stage) => { await make(stage, "master", { name: "A" }); await edit(stage, "master", "A", { status: { choice: stage.ends.master.statuses[2] } }); } },
  { title: "comments both ways", definition: EXTRAS, prepare: async (stage) => { await pairs(stage, 1); await say(stage, "master", "S0", "hello"); await say(stage, "target", "S0", "answer"); } },
  { title: "comments of a new item", definition: EXTRAS, prepare: async (stage) => { await make(stage, "master", { name: "A" }); await say(stage, "master", "A", "with the item"); } },
  { title: "attachments both ways", definition: EXTRAS, prepare: async (stage) => { await pairs(stage, 1); await attach(stage, "master", "S0", "a.txt"); await attach(stage, "target", "S0", "b.txt"); } },
  { title: "a deletion that is carried over", definition: { lines: ["deletion: delete"] }, prepare: async (stage) => { await pairs(stage, 2); await remove(stage, "master", "S0"); return sweep; } },
  { title: "a deletion that dissolves the pair", definition: { lines: ["deletion: unlink"] }, prepare: async (stage) => { await pairs(stage, 2); await remove(stage, "target", "S0"); return sweep; } },
  { title: "a deletion that closes", definition: { lines: ["deletion: close"], of: ({ target }) => [`closeStatus: { target: "${target.statuses[2]}" }`] }, prepare: async (stage) => { await pairs(stage, 2); await remove(stage, "master", "S0"); return sweep; } },
  { title: "a sweep over edits on both sides", prepare: async (stage) => { await pairs(stage, 2); await edit(stage, "master", "S0", { points: 77 }); await make(stage, "target", { name: "new" }); return sweep; } },
  {
    title: "a pair that ends because its item stops meeting the criteria",
    definition: { of: ({ master }) => [`criteria: { master: { field: ${master.points}, operator: lessThan, value: 50 } }`, "unmatched: { master: unlink }"] },
    prepare: async (stage) => { await pairs(stage, 2); await edit(stage, "master", "S0", { points: 80, name: "out" }); },
  },
  { title: "a field that is mapped from now on", definition: { withoutPoints: true }, prepare: async (stage) => { await pairs(stage, 2); await stage.define({}); } },
  {
    title: "seeding pairs of items that stand on both sides",
    prepare: async (stage) => {
      const [there, here] = [await make(stage, "master", { name: "S0", points: 1 }, { name: "S1", points: 2 }), await make(stage, "target", { name: "S0", points: 1 }, { name: "S1", points: 2 })];
      const key = stage.connection().syncSets.find((set) => set.master.type === stage.ends.master.type)?.key ?? "";
      const instructions = there.map((masterId, n): Instruction => ({ action: "add", set: { key }, masterId, targetId: here[n] ?? "", line: n + 1, column: 1 }));
      return async (context: ConnectionContext) => {
        const { counts } = await seedCrossReferences(context, instructions, { dryRun: false });
        if (counts.refused > 0) throw new Error("a pair was refused");
        await syncIteration(context, {});
      };
    },
  },
  { title: "a saved plan", prepare: async (stage) => { await pairs(stage, 1); await edit(stage, "master", "S0", { name: "p" }); await make(stage, "master", { name: "fresh" }); return savedPlan(stage); } },
  {
    title: "undoing a run",
    prepare: async (stage) => {
      await pairs(stage, 2);
      await edit(stage, "master", "S0", { name: "wrong", points: 99 });
      const { run } = await stage.iterate();
      return (context: ConnectionContext) => undoRun(context, { run, created: "leave" });
    },
  },
];
