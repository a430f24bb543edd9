// Updates whose end nobody recorded: what they wrote, and what of somebody's they may have replaced, goes into the record.

import type { Overwritten } from "../../connectors/connector.ts";
import { sameValue } from "../../core/sync/fingerprint.ts";
import { type Item, type Side, type Value, isUnseen } from "../../core/types.ts";
import type { Intent } from "../../store/store.ts";
import { onBothSides } from "./bothSides.ts";
import { type Filling, outcome } from "./keep.ts";
import { itemKey, type SetRun } from "./setRun.ts";

export interface PairIds {
  readonly masterId: string;
  readonly targetId: string;
  readonly name?: string;
}

/** Values of others that a write of ours replaced unseen are kept. */
export const keepOverwritten = (run: SetRun, batch: Filling, ids: PairIds, side: Side, lost: readonly Overwritten[]): void => {
  for (const { field, value, by } of lost) {
    batch.outcomes.push({ ...outcome(run, side, "conflict", `${field} was changed by ${by ?? "somebody"} while we wrote; the value replaced is kept here`, ids), before: { [field]: value } });
    run.tally.count("conflicts", side);
  }
};

/**
 * Asks the logs of both sides what open updates of these items replaced that no reading of ours has shown: an index was behind, or
 * somebody came in between. Each update is asked about once.
 */
export const askReplaced = async (run: SetRun, pairs: readonly { readonly master: Item; readonly target: Item }[]): Promise<void> => {
  if (run.options.dryRun === true || run.openUpdates.size === 0) return;
  await onBothSides(async (side) => {
    const { type, project } = run.set[side];
    const intents = pairs.flatMap((pair) => run.openUpdates.get(itemKey(side, pair[side].id)) ?? []).filter((intent) => !run.replaced.has(intent.intent));
    const updates = intents.flatMap(({ toId, at, before, after }) => (toId === undefined || before === undefined || after === undefined ? [] : [{ id: toId, at, before, after }]));
    const found = updates.length === 0 ? undefined : await run.context.connectors[side].replaced?.({ type, project, updates });
    for (const intent of intents) run.replaced.set(intent.intent, found?.get(intent.toId ?? "") ?? []);
  });
};

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
  keepOverwritten(run, batch, ids, side, run.replaced.get(intent.intent) ?? []);
  run.replaced.delete(intent.intent);
};
