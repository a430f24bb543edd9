// What is kept after a write: fingerprints as the endpoints gave the values back, quarantine rows, pending links, outcomes.
// Values in, rows out; nothing here speaks to a door.

import type { FieldProblem, WriteResult } from "../../connectors/connector.ts";
import type { FieldMapping, SyncSet } from "../../core/mapping/model.ts";
import { said } from "../../core/errors.ts";
import { fingerprint, sameValue, UNKNOWN } from "../../core/sync/fingerprint.ts";
import { outcomeText } from "../../core/report/planText.ts";
import type { FieldChange, Held, PairPlan } from "../../core/sync/plan.ts";
import { retryAt } from "../../core/sync/watermark.ts";
import { folded } from "../../core/sync/carryList.ts";
import { lossBetween } from "../../core/text/loss.ts";
import { normalText, plainText } from "../../core/text/normal.ts";
import { type Instant, type Item, type Side, type Single, type Value, isUnseen, otherSide } from "../../core/types.ts";
import type { LinkEnd, Outcome, PendingLink, Prints, Quarantined, RecordBatch } from "../../store/store.ts";
import { hasExtras, type SetRun, itemKey } from "./setRun.ts";

type Mutable<T> = { -readonly [K in keyof T]-?: NonNullable<T[K]> extends readonly (infer E)[] ? E[] : T[K] };
interface PairIds {
  readonly masterId: string;
  readonly targetId: string;
  readonly name: string;
}

/** A record batch being filled. */
export type Filling = Mutable<RecordBatch>;

export const emptyBatch = (): Filling => ({
  syncSets: [],
  links: [],
  removeLinks: [],
  subLinks: [],
  removeSubLinks: [],
  baseTexts: [],
  removeBaseTexts: [],
  openIntents: [],
  closeIntents: [],
  watermarks: [],
  pendingLinks: [],
  removePendingLinks: [],
  quarantine: [],
  removeQuarantine: [],
  conflicts: [],
  removeConflicts: [],
  outcomes: [],
});

const sameLabels = (a: readonly Single[], b: readonly Single[]): boolean => {
  const [one, two] = [a, b].map((members) => [...new Set(members.map(folded))].toSorted().join("\n"));
  return one === two;
};

/** What a write that was carried out tells of the values it wrote. */
type Done = Pick<Extract<WriteResult, { ok: true }>, "problems" | "after" | "given">;

/** What the endpoint did not keep of the texts it was given, for the reason of the outcome. */
export const shortfall = (set: SyncSet, side: Side, change: FieldChange, result: Done): string => {
  const mapping = set.fields.find((candidate) => candidate.key === change.key);
  if (mapping === undefined || mapping[side].kind !== "text" || typeof change.after !== "string") return "";
  const read = valueAfterWrite(mapping, side, change.after, result);
  const lost = typeof read === "string" ? lossBetween(normalText(change.after), normalText(read)) : [];
  return lost.length === 0 ? "" : `; cannot hold: ${lost.join(", ")}`;
};

/** Of an item whose partner cannot be read: known as it is, so that only what is changed from now on waits for the other. */
export const endAsRead = (set: SyncSet, side: Side, item: Item): LinkEnd => ({
  id: item.id,
  ...(item.key === undefined ? {} : { key: item.key }),
  ...(item.url === undefined ? {} : { url: item.url }),
  ...(hasExtras(set) ? {} : { version: item.version }),
  changedAt: item.changedAt,
  prints: Object.fromEntries(set.fields.filter((mapping) => !isUnseen(item, mapping[side].name)).map((mapping) => [mapping.key, fingerprint(item.fields[mapping[side].name], mapping[side])])),
});

/** Without proof that nobody else wrote, a value read back counts as ours only if a reader would call it the same. */
const readsTheSame = (written: Value, read: Value | undefined, mapping: FieldMapping, side: Side): boolean => {
  if (sameValue(written, read, mapping[side])) return true;
  if (Array.isArray(written) && Array.isArray(read) && mapping[side].kind === "string") return sameLabels(written as readonly Single[], read as readonly Single[]);
  return mapping[side].kind === "text" && typeof written === "string" && typeof read === "string" && plainText(written) === plainText(read);
};

/** What a field we wrote holds as far as it is ours (design.md §4: an edit between our write and our read-back is a change). */
export const valueAfterWrite = (mapping: FieldMapping, side: Side, asked: Value, { after, given = {} }: Done): Value => {
  const name = mapping[side].name;
  const written = Object.hasOwn(given, name) ? (given[name] ?? null) : asked;
  if (after === undefined) return written;
  if (isUnseen(after.item, name)) return written;
  const read = after.item.fields[name] ?? null;
  const ours = after.others === null ? readsTheSame(written, read, mapping, side) : !after.others.includes(name);
  return ours ? read : written;
};

/** `kept` with those of the written fields replaced. Of fields that failed the old one stays, if what stands there now is not known to be nobody's change. */
export const printsAfterWrite = (
  set: SyncSet,
  side: Side,
  kept: Prints,
  changes: readonly FieldChange[],
  result: Done,
): Record<string, string> => {
  const { after } = result;
  const prints: Record<string, string> = { ...kept };
  const failed = new Set(result.problems.map((problem) => problem.field));
  for (const mapping of set.fields) {
    const change = changes.find((candidate) => candidate.key === mapping.key);
    if (change === undefined) continue;
    if (!failed.has(change.field)) prints[mapping.key] = fingerprint(valueAfterWrite(mapping, side, change.after, result), mapping[side]);
    // What is there instead, a default or a step on the way to a status, is nobody's change: it must not meet the value as a conflict.
    else if (after !== undefined && after.others !== null && !after.others.includes(change.field) && !isUnseen(after.item, change.field)) prints[mapping.key] = fingerprint(after.item.fields[change.field], mapping[side]);
  }
  return prints;
};

/** Problems of single fields after a write: the other side's value stays to be carried over. */
export const heldByProblems = (set: SyncSet, side: Side, problems: readonly FieldProblem[]): readonly Held[] =>
  problems.map((problem) => {
    const mapping = set.fields.find((candidate) => candidate[side].name === problem.field);
    return { key: mapping?.key ?? problem.field, field: problem.field, label: mapping?.[side].label ?? problem.field, side, reason: problem.reason };
  });

/** Changes `prints`: a field that was held back counts as changed at the next comparison, though nobody edits it again. */
export const markUnknown = (prints: Record<string, string>, held: readonly Held[], from: Side): Record<string, string> => {
  for (const field of held) if (otherSide(field.side) === from && field.unseen !== true) prints[field.key] = UNKNOWN;
  return prints;
};

const reasonOf = (held: readonly Held[]): string => held.map((field) => `${field.label}: ${field.reason}`).join("; ");

/** Puts the item a change comes from into quarantine, or counts one more attempt. */
export const quarantined = (run: SetRun, side: Side, item: { readonly id: string; readonly key?: string; readonly name?: string }, reason: string, now: Instant): Quarantined => {
  const known = run.quarantine.get(itemKey(side, item.id));
  run.tally.why(said(reason));
  // Looked at twice in one run, it was tried once.
  const attempts = known === undefined ? 1 : known.attempts + (known.nextAt <= now ? 1 : 0);
  const row: Quarantined = {
    syncSet: run.id,
    side,
    id: item.id,
    ...(item.key === undefined ? {} : { key: item.key }),
    ...(item.name === undefined ? {} : { name: item.name }),
    reason: said(reason),
    attempts,
    firstAt: known?.firstAt ?? now,
    nextAt: retryAt(now, attempts),
  };
  run.quarantine.set(itemKey(side, item.id), row);
  run.noted.add(`quarantined ${itemKey(side, item.id)}`);
  return row;
};

/** Writes down what was not carried over: references that wait as pending links, everything else as quarantine. */
export const keepHeld = (run: SetRun, batch: Filling, from: Side, item: Item, toId: string | undefined, held: readonly Held[], now: Instant): void => {
  const mine = held.filter((field) => otherSide(field.side) === from);
  const waiting = mine.filter((field) => field.awaits !== undefined && toId !== undefined);
  const stuck = mine.filter((field) => !waiting.includes(field));
  const before = toId === undefined ? [] : (run.pending.get(itemKey(otherSide(from), toId)) ?? []);
  const links = waiting.map((field): PendingLink => ({ syncSet: run.id, side: field.side, id: toId ?? "", field: field.key, awaitedType: field.awaits?.type ?? "", awaitedId: field.awaits?.id ?? "" }));
  batch.removePendingLinks.push(...before.filter((link) => !links.some((kept) => kept.field === link.field)));
  batch.pendingLinks.push(...links);
  if (links.length > 0) run.pending.set(itemKey(otherSide(from), toId ?? ""), [...links]);
  else if (before.length > 0) run.pending.delete(itemKey(otherSide(from), toId ?? ""));
  if (stuck.length > 0) batch.quarantine.push(quarantined(run, from, item, reasonOf(stuck), now));
  else if (run.quarantine.delete(itemKey(from, item.id))) batch.removeQuarantine.push({ syncSet: run.id, side: from, id: item.id });
};

const valuesOf = (changes: readonly FieldChange[], which: "before" | "after"): Record<string, Value> => Object.fromEntries(changes.map((change) => [change.field, change[which]]));

/** `changes`: their values are kept in it, for undoRun. */
export const outcome = (run: SetRun, side: Side, action: Outcome["action"], reason: string, ids: { readonly masterId?: string; readonly targetId?: string; readonly name?: string }, changes: readonly FieldChange[] = []): Outcome => ({
  run: run.context.run,
  at: run.context.now(),
  syncSet: run.id,
  side,
  action,
  reason: said(reason),
  ...ids,
  ...(changes.length === 0 ? {} : { before: valuesOf(changes, "before"), after: valuesOf(changes, "after") }),
});

/**
 * One outcome for each field that was not carried over; a pair looked at twice in a run is told once. A reference that waits
 * is told when the run ends without its item: most are settled in the same iteration.
 */
export const noteHeld = (run: SetRun, batch: Filling, held: readonly Held[], ids: PairIds): void => {
  for (const field of held) {
    const note = JSON.stringify([ids.masterId, ids.targetId, field.side, field.key, field.reason]);
    if (run.noted.has(note)) continue;
    if (field.awaits !== undefined) {
      run.waiting.set(note, { field, ids });
      continue;
    }
    run.noted.add(note);
    tellHeld(run, batch, field, ids);
  }
};

const tellHeld = (run: SetRun, batch: Filling, field: Held, ids: PairIds): void => {
  batch.outcomes.push(outcome(run, field.side, "hold", `${field.label}: ${field.reason}`, ids));
  run.tally.count("held", field.side);
};

/** The references that still wait at the end of the run. */
export const tellWaiting = (run: SetRun): Filling => {
  const batch = emptyBatch();
  for (const { field, ids } of run.waiting.values()) {
    const links = run.pending.get(itemKey(field.side, field.side === "master" ? ids.masterId : ids.targetId)) ?? [];
    if (links.some((link) => link.field === field.key && link.awaitedId === field.awaits?.id)) tellHeld(run, batch, field, ids);
  }
  run.waiting.clear();
  return batch;
};

/** Of a pair's held conflicts those that this plan does not hold any more, nor passed by because a value was not told. */
const conflictsOver = (run: SetRun, plan: PairPlan): readonly string[] => {
  const isOpen = (key: string): boolean => plan.conflicts.some((conflict) => conflict.key === key && conflict.winner === "hold") || plan.held.some((held) => held.key === key && held.unseen === true);
  return [...(run.heldConflicts.get(plan.master.id) ?? [])].filter((key) => !isOpen(key));
};

/** Held conflicts are listed until they are settled or over, as when people put both sides back; of settled ones the losing value stays in the outcomes. */
export const keepConflicts = (run: SetRun, batch: Filling, plan: PairPlan, now: Instant): void => {
  const ids = { masterId: plan.master.id, targetId: plan.target.id, name: plan.master.name };
  for (const conflict of plan.conflicts) {
    if (conflict.winner === "hold") {
      batch.conflicts.push({ syncSet: run.id, masterId: ids.masterId, targetId: ids.targetId, field: conflict.key, masterValue: conflict.masterValue, targetValue: conflict.targetValue, at: now });
      run.heldConflicts.set(ids.masterId, new Set([...(run.heldConflicts.get(ids.masterId) ?? []), conflict.key]));
    }
    const reason = `${conflict.label} changed on both sides; ${outcomeText(conflict)}`;
    const mapping = plan.set.fields.find((candidate) => candidate.key === conflict.key);
    const row = outcome(run, conflict.winner === "hold" ? "target" : otherSide(conflict.winner), "conflict", reason, ids);
    batch.outcomes.push({ ...row, before: { [`master:${mapping?.master.name ?? conflict.key}`]: conflict.masterValue, [`target:${mapping?.target.name ?? conflict.key}`]: conflict.targetValue } });
  }
  for (const key of conflictsOver(run, plan)) {
    batch.removeConflicts.push({ syncSet: run.id, masterId: ids.masterId, field: key });
    run.heldConflicts.get(ids.masterId)?.delete(key);
  }
};
