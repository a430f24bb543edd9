// What goes with a pair that ends: nothing of it waits any longer, and a write whose end nobody recorded keeps what it
// replaced. The cross reference itself, and why it ends, are the caller's.

import { sameValue } from "../../core/sync/fingerprint.ts";
import { type Item, type Side, type Value, isUnseen } from "../../core/types.ts";
import type { Intent, Link } from "../../store/store.ts";
import { type Filling, outcome } from "./keep.ts";
import { itemKey, type SetRun } from "./setRun.ts";

const SIDES = ["master", "target"] as const;

interface PairIds {
  readonly masterId: string;
  readonly targetId: string;
  readonly name?: string;
}

/** An update whose end nobody recorded: what it replaced is kept, if its values stand there now, or if others do that somebody may have set after it. */
export const traceInterrupted = (run: SetRun, batch: Filling, ids: PairIds, side: Side, item: Item, intent: Intent): void => {
  const { before, after } = intent;
  if (before === undefined || after === undefined) return;
  const schema = (field: string) => run.set.fields.find((mapping) => mapping[side].name === field)?.[side] ?? run.set.sets.find((rule) => rule.side === side && rule.field.name === field)?.field;
  const stands = (field: string, values: Readonly<Record<string, Value>>): boolean => {
    const known = schema(field);
    return known !== undefined && !isUnseen(item, field) && sameValue(item.fields[field], values[field], known);
  };
  const only = (fields: readonly string[], values: Readonly<Record<string, Value>>): Record<string, Value> => Object.fromEntries(fields.map((field) => [field, values[field] ?? null]));
  const took = Object.keys(after).filter((field) => stands(field, after));
  if (took.length > 0) batch.outcomes.push({ ...outcome(run, side, "update", "written by an attempt whose end was not recorded", ids), before: only(took, before), after: only(took, after) });
  const perhaps = Object.keys(after).filter((field) => schema(field) !== undefined && !stands(field, after) && !stands(field, before));
  if (perhaps.length > 0) batch.outcomes.push({ ...outcome(run, side, "conflict", "perhaps replaced by an attempt whose end was not recorded, and changed since; what stood there before is kept here", ids), before: only(perhaps, before) });
};

/** `items`: those of its items that can still be read. */
export const endPair = (run: SetRun, batch: Filling, link: Link, items: Partial<Readonly<Record<Side, Item>>>): void => {
  batch.links.push({ ...link, state: "unlinked" });
  for (const mapping of run.set.fields) batch.removeConflicts.push({ syncSet: run.id, masterId: link.master.id, field: mapping.key });
  const name = items.master?.name ?? items.target?.name;
  const ids = { masterId: link.master.id, targetId: link.target.id, ...(name === undefined ? {} : { name }) };
  for (const side of SIDES) {
    const { id } = link[side];
    const key = itemKey(side, id);
    if (run.quarantine.delete(key)) batch.removeQuarantine.push({ syncSet: run.id, side, id });
    batch.removePendingLinks.push(...(run.pending.get(key) ?? []));
    run.pending.delete(key);
    const open = run.openUpdates.get(key);
    if (open === undefined) continue;
    run.openUpdates.delete(key);
    batch.closeIntents.push(open.intent);
    const item = items[side];
    if (item !== undefined) traceInterrupted(run, batch, ids, side, item, open);
  }
};
