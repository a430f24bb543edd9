// Why an item is as it is: the sync sets it falls under, its pair, what was decided and why, what waits; from records, and
// with `live` from reading and planning it now. Changes nothing.

import type { ItemPlan, PairPlan } from "../core/sync/plan.ts";
import { flows } from "../core/mapping/model.ts";
import { convert } from "../core/sync/convert.ts";
import { type FieldNames, fieldNames } from "../core/report/recorded.ts";
import { sameValue } from "../core/sync/fingerprint.ts";
import { type Instant, isUnseen, otherSide, type Side, SIDES, type Value } from "../core/types.ts";
import type { Conflict, Link, Outcome, PendingLink, Quarantined, Watermark } from "../store/store.ts";
import { connectionStatus, type StatusResult } from "./connectionStatus.ts";
import type { ConnectionContext } from "./context.ts";
import { workOnNews } from "./steps/creates.ts";
import { inRun } from "./steps/frame.ts";
import { gather } from "./steps/reading/gather.ts";
import { workOnPairs } from "./steps/pairs.ts";
import { type Outside, outsideOf } from "./steps/reading/outside.ts";
import { readNamed } from "./steps/reading/readSide.ts";
import { itemKey, type SetRun } from "./steps/setRun.ts";

/** Of a run that did something with the item: what it asked of both sides, for all its items together. */
export interface RunCalls {
  readonly run: string;
  readonly script: string;
  readonly at: Instant;
  readonly calls: Readonly<Record<Side, number>>;
}

/** A field that differs on both sides and is left so, as it does not flow the way that would mend it. */
export interface Apart {
  readonly field: string;
  readonly master: Value;
  readonly target: Value;
  readonly reason: string;
}

export interface Explanation {
  readonly connection: string;
  /** How the connection stands: what is stopped or fails carries nothing over. */
  readonly standing: Pick<StatusResult, "status" | "reason">;
  readonly syncSet: string;
  /** The side the item asked for stands on. */
  readonly side: Side;
  readonly id: string;
  readonly link?: Link;
  readonly watermark?: Watermark;
  readonly outcomes: readonly Outcome[];
  /** Of the latest of them. */
  readonly runs: readonly RunCalls[];
  readonly quarantine: readonly Quarantined[];
  readonly pendingLinks: readonly PendingLink[];
  readonly conflicts: readonly Conflict[];
  readonly names: FieldNames;
  /** Only with `live`: what an iteration would do with it now. */
  readonly live?: {
    readonly found: boolean;
    /** Why the next iteration would not come upon it: then `plans` is empty, or of a pair, by what its partner is. */
    readonly outside?: Outside;
    readonly plans: readonly ItemPlan[];
    readonly apart: readonly Apart[];
    readonly calls: Readonly<Record<Side, number>>;
  };
}

const MOST_RUNS = 5;

const runsOf = async ({ context: { store } }: SetRun, outcomes: readonly Outcome[]): Promise<readonly RunCalls[]> => {
  const found: RunCalls[] = [];
  for (const id of [...new Set(outcomes.map(({ run }) => run))].slice(0, MOST_RUNS)) {
    const row = await store.runs.get(id);
    if (row !== undefined) found.push({ run: id, script: row.script, at: row.startedAt, calls: { master: row.counts["calls.master"] ?? 0, target: row.counts["calls.target"] ?? 0 } });
  }
  return found;
};

const recorded = async (run: SetRun, side: Side, id: string, link: Link | undefined): Promise<Omit<Explanation, "live" | "standing">> => {
  const { store } = run.context;
  const watermark = await store.watermarks.get(run.id, side);
  const ends = SIDES.map((end) => ({ end, id: link?.[end].id ?? (end === side ? id : undefined) }));
  const mine = (row: { readonly side: Side; readonly id: string }): boolean => ends.some(({ end, id: known }) => end === row.side && known === row.id);
  const outcomes = await store.outcomes.ofItem(run.id, side, id, 50);
  return {
    connection: run.set.connection,
    syncSet: run.set.key,
    side,
    id,
    ...(link === undefined ? {} : { link }),
    ...(watermark === undefined ? {} : { watermark }),
    outcomes,
    runs: await runsOf(run, outcomes),
    quarantine: (await store.quarantine.list(run.id)).filter(mine),
    pendingLinks: (await store.pendingLinks.list(run.id)).filter(mine),
    conflicts: (await store.conflicts.list(run.set.connection)).filter((conflict) => conflict.syncSet === run.id && conflict.masterId === link?.master.id),
    names: fieldNames(run.set),
  };
};

const apartIn = (run: SetRun, { master, target, changes, held, conflicts }: PairPlan): readonly Apart[] => {
  const names = fieldNames(run.set);
  return run.set.fields.flatMap((mapping) => {
    const still = SIDES.find((side) => !flows(mapping.direction, side));
    const told = [...changes.master, ...changes.target, ...held, ...conflicts].some(({ key }) => key === mapping.key);
    if (still === undefined || told || isUnseen(master, mapping.master.name) || isUnseen(target, mapping.target.name)) return [];
    const values = { master: master.fields[mapping.master.name] ?? null, target: target.fields[mapping.target.name] ?? null };
    const alike = SIDES.some((from) => {
      const carried = convert(values[from], mapping, from, run.resolver.lookups);
      return carried.ok && sameValue(values[otherSide(from)], carried.value, mapping[otherSide(from)]);
    });
    return alike ? [] : [{ field: names.mappings[mapping.key] ?? mapping.key, ...values, reason: `the field flows to the ${still} only, and the ${otherSide(still)} has not changed it since` }];
  });
};

/** Reads and plans the item as the next iteration would if it had changed. */
const planNow = async (run: SetRun, side: Side, id: string): Promise<NonNullable<Explanation["live"]>> => {
  const plans: ItemPlan[] = [];
  const { master, target } = run.context.connectors;
  const before = { master: master.calls(), target: target.calls() };
  const calls = (): Readonly<Record<Side, number>> => ({ master: master.calls() - before.master, target: target.calls() - before.target });
  const looking: SetRun = { ...run, options: { ...run.options, dryRun: true, onPlan: (plan) => plans.push(plan) } };
  const items = new Map((await readNamed(looking, side, [id])).map((item) => [item.id, item]));
  const item = [...items.values()][0];
  if (item === undefined) return { found: false, plans, apart: [], calls: calls() };
  const outside = await outsideOf(run, side, item);
  const links = { master: await run.context.store.links.byIds(run.id, "master", side === "master" ? [item.id] : []), target: await run.context.store.links.byIds(run.id, "target", side === "target" ? [item.id] : []) };
  if (outside !== undefined && links[side].length === 0) return { found: true, outside, plans, apart: [], calls: calls() };
  const none = new Map();
  const batch = { master: side === "master" ? items : none, target: side === "target" ? items : none, forced: new Set([itemKey(side, id)]) };
  const gathered = await gather(looking, batch, links);
  await workOnPairs(looking, gathered.pairs);
  for (const { side: from, item } of run.restored === undefined ? [] : gathered.news) plans.push({ kind: "skip", set: run.set, side: from, item, reason: "the store was put back: its partner is looked for before one is made" });
  await workOnNews(looking, gathered.news);
  const apart = plans.flatMap((plan) => (plan.kind === "pair" ? apartIn(looking, plan) : []));
  return { found: true, ...(outside === undefined ? {} : { outside }), plans, apart, calls: calls() };
};

const explainIn = async (run: SetRun, item: string, live: boolean): Promise<readonly Omit<Explanation, "standing">[]> => {
  const links = (await run.context.store.links.search(item)).filter((link) => link.syncSet === run.id);
  const places = links.flatMap((link) => SIDES.filter((side) => link[side].id === item || link[side].key === item).map((side) => ({ side, id: link[side].id, link: link as Link | undefined })));
  const found: Omit<Explanation, "standing">[] = [];
  for (const { side, id, link } of places) found.push({ ...(await recorded(run, side, id, link)), ...(live ? { live: await planNow(run, side, id) } : {}) });
  if (places.length > 0) return found;
  for (const side of SIDES) {
    const known = await recorded(run, side, item, undefined);
    const now = live ? await planNow(run, side, item) : undefined;
    if (known.outcomes.length + known.quarantine.length > 0 || now?.found === true) found.push({ ...known, ...(now === undefined ? {} : { live: now }) });
  }
  return found;
};

/** `item`: id or key on either side. Nothing found: the item was never read, or falls under no sync set. */
export const explainItem = async (context: ConnectionContext, options: { readonly item: string; readonly live?: boolean }): Promise<readonly Explanation[]> => {
  const found: Explanation[] = [];
  const { status, reason } = await connectionStatus(context, context.connection.name);
  await inRun(context, "explainItem", { dryRun: true }, undefined, async ({ runs }) => {
    for (const run of runs) found.push(...(await explainIn(run, options.item, options.live === true)).map((one) => ({ ...one, standing: { status, reason } })));
  });
  // Of an item that some sync set takes, or knows, it says nothing that others do not take it.
  const known = found.filter(({ live, link, outcomes, quarantine }) => live?.outside?.kind !== "place" || link !== undefined || outcomes.length + quarantine.length > 0);
  return known.length > 0 ? known : found;
};
