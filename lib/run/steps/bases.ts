// Remembers what both sides hold of a text or list once it is in step, where conversion makes them differ: without it the next edit
// could only replace the whole. Values in, rows out.

import type { WriteResult } from "../../connectors/connector.ts";
import type { FieldMapping } from "../../core/mapping/model.ts";
import { baseOf, baseText, type BaseText, isMerged, needsBase } from "../../core/sync/carryText.ts";
import { UNKNOWN } from "../../core/sync/fingerprint.ts";
import type { CreatePlan, FieldChange, PairPlan } from "../../core/sync/plan.ts";
import { type Item, otherSide, type Side, SIDES, type Value } from "../../core/types.ts";
import type { Link, Prints } from "../../store/store.ts";
import { type Filling, valueAfterWrite } from "./keep.ts";
import type { SetRun } from "./setRun.ts";

/** Texts of a chunk of pairs by master id and field key. */
export const readBases = async (run: SetRun, masterIds: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, BaseText>>>> => {
  const found = new Map<string, Record<string, BaseText>>();
  if (masterIds.length === 0 || !run.set.fields.some(isMerged)) return found;
  for (const { masterId, field, master, target } of await run.context.store.baseTexts.ofItems(run.id, masterIds)) found.set(masterId, { ...found.get(masterId), [field]: { master, target } });
  return found;
};

const heldNow = (mapping: FieldMapping, side: Side, item: Item, changes: readonly FieldChange[], result: WriteResult | undefined): Value => {
  const change = changes.find((candidate) => candidate.key === mapping.key);
  const failed = change === undefined || result?.ok === false || result?.problems.some((problem) => problem.field === change.field) === true;
  return failed ? (item.fields[mapping[side].name] ?? null) : valueAfterWrite(mapping, side, change.after, result ?? { problems: [] });
};

const keep = (run: SetRun, batch: Filling, mapping: FieldMapping, masterId: string, texts: BaseText, known: boolean): void => {
  const key = { syncSet: run.id, masterId, field: mapping.key };
  if (needsBase(mapping, texts, run.resolver.lookups)) batch.baseTexts.push({ ...key, ...texts });
  else if (known) batch.removeBaseTexts.push(key);
};

/** `prints`: what is going to stand with the link. `before`: what stood there. `kept`: the rows there are. */
export const keepBases = (run: SetRun, batch: Filling, plan: PairPlan, written: Readonly<Record<Side, WriteResult | undefined>>, prints: Readonly<Record<Side, Prints>>, before: Readonly<Record<Side, Prints>>, kept: Readonly<Record<string, BaseText>> | undefined): void => {
  for (const mapping of run.set.fields.filter(isMerged)) {
    const { key } = mapping;
    const row = kept?.[key];
    if (SIDES.some((side) => prints[side][key] === UNKNOWN)) {
      // Not carried over yet: what was the base stays the base.
      const base = plan.bases[key];
      if (base !== undefined) batch.baseTexts.push({ syncSet: run.id, masterId: plan.master.id, field: key, ...base });
      continue;
    }
    const same = SIDES.every((side) => prints[side][key] === before[side][key]);
    if (same || plan.conflicts.some((conflict) => conflict.key === key && (conflict.winner === "hold" || conflict.stands === true))) continue;
    const text = (side: Side): string => baseText(heldNow(mapping, side, plan[side], plan.changes[side], written[side]), mapping[side]);
    keep(run, batch, mapping, plan.master.id, { master: text("master"), target: text("target") }, row !== undefined);
  }
};

export const keepBasesOfNew = (run: SetRun, batch: Filling, plan: CreatePlan, masterId: string, result: Extract<WriteResult, { ok: true }>, held: ReadonlySet<string>): void => {
  const from = otherSide(plan.side);
  for (const mapping of run.set.fields.filter(isMerged)) {
    const change = plan.changes.find((candidate) => candidate.key === mapping.key);
    if (change === undefined || held.has(mapping.key)) continue;
    const texts = { [from]: baseText(plan.from.fields[mapping[from].name], mapping[from]), [plan.side]: baseText(valueAfterWrite(mapping, plan.side, change.after, result), mapping[plan.side]) } as Record<Side, string>;
    keep(run, batch, mapping, masterId, texts, false);
  }
};

/**
 * What was put back on one side is from now on what the other side's text, as it stands, goes with: the next edit there is
 * merged into it, and brings back nothing that was undone.
 */
export const keepBasesOfUndone = async (run: SetRun, batch: Filling, link: Link, side: Side, changes: readonly FieldChange[], result: Extract<WriteResult, { ok: true }>): Promise<void> => {
  const undone = changes.filter((change) => !result.problems.some((problem) => problem.field === change.field));
  const mappings = run.set.fields.filter((mapping) => isMerged(mapping) && undone.some((change) => change.key === mapping.key));
  if (mappings.length === 0) return;
  const kept = (await readBases(run, [link.master.id])).get(link.master.id) ?? {};
  const prints = { master: link.master.prints, target: link.target.prints };
  for (const mapping of mappings) {
    const change = undone.find((candidate) => candidate.key === mapping.key);
    if (change === undefined) continue;
    await run.resolver.prepareMentions(side, typeof change.before === "string" ? [change.before] : []);
    const base = baseOf(mapping, { master: null, target: null, [side]: change.before }, { prints, texts: kept, lookups: run.resolver.lookups });
    if (base === undefined) continue;
    const texts = { ...base, [side]: baseText(valueAfterWrite(mapping, side, change.after, result), mapping[side]) };
    for (const end of SIDES) await run.resolver.prepareMentions(end, [texts[end]]);
    keep(run, batch, mapping, link.master.id, texts, kept[mapping.key] !== undefined);
  }
};
