// Puts back what a run wrote, where nobody changed it since: itself a plan that can be seen first, a run with outcomes of
// its own, and so undoable. Items that were created are left, closed or deleted as told; a deleted item cannot be made again.

import { fingerprint, UNKNOWN } from "../core/sync/fingerprint.ts";
import type { FieldMapping } from "../core/mapping/model.ts";
import { MissingInputError, UsageError } from "../core/errors.ts";
import { type FieldSchema, type Item, type Side, type Value, isUnseen } from "../core/types.ts";
import type { WriteResult } from "../connectors/connector.ts";
import type { Lease, Link, Outcome, RunRow, Store, SyncSetId } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { keepBasesOfUndone } from "./steps/bases.ts";
import { namedRun } from "./runHistory.ts";
import { endPair } from "./steps/endPair.ts";
import { inRun, type IterationResult } from "./steps/frame.ts";
import { emptyBatch, outcome, printsAfterWrite } from "./steps/keep.ts";
import { readNamed } from "./steps/reading/readSide.ts";
import type { SetRun } from "./steps/setRun.ts";
import { stopIfAsked } from "./steps/stopIfAsked.ts";

export interface UndoOptions {
  readonly run: string;
  /** What happens to items the run created. */
  readonly created: "leave" | "close" | "delete";
  readonly dryRun?: boolean;
  readonly onUndo?: (step: UndoStep) => void;
}

export interface UndoStep {
  readonly syncSet: string;
  readonly side: Side;
  readonly id: string;
  /** What people call it by, where that is not its id. */
  readonly key?: string;
  readonly name: string;
  readonly do: "put back" | "close" | "delete" | "leave";
  /** Field → value now and value to be put back. */
  readonly fields: Readonly<Record<string, { readonly label: string; readonly now: Value; readonly back: Value }>>;
  readonly reason: string;
  /** Something of the run stands there still, and nobody asked for that. */
  readonly open: boolean;
}

export interface UndoResult extends IterationResult {
  /** The run that was undone. */
  readonly undone: string;
  readonly steps: readonly UndoStep[];
}

interface Candidate {
  readonly outcome: Outcome;
  readonly link: Link | undefined;
}

const idOn = (row: Outcome, side: Side): string => (side === "master" ? row.masterId : row.targetId) ?? "";

const PUT_BACK: ReadonlySet<Outcome["action"]> = new Set(["update", "create", "close", "delete"]);

/** What no undo takes back. */
const STAYS: Partial<Record<Outcome["action"], string>> = {
  comment: "the run wrote a comment there; it stays as it is",
  attachment: "the run wrote a file there; it stays as it is",
  unlink: "the run ended its pair; seedCrossReferences pairs it again",
};

const outcomesOf = async (context: ConnectionContext, run: string): Promise<readonly Outcome[]> => {
  const rows: Outcome[] = [];
  for await (const page of context.store.outcomes.ofRun(run)) rows.push(...page.filter((row) => PUT_BACK.has(row.action) || STAYS[row.action] !== undefined));
  return rows;
};

/** Did a later run write this field? Then it is not this run's value that stands there. */
const writtenLater = async (context: ConnectionContext, row: Outcome): Promise<ReadonlySet<string>> => {
  const all = await context.store.outcomes.ofItem(row.syncSet, row.side, idOn(row, row.side));
  // By their order: a clock may have been put back between two runs.
  const own = all.findIndex(({ run }) => run === row.run);
  const later = (own < 0 ? all : all.slice(0, own)).filter((other) => other.side === row.side && (other.action === "update" || other.action === "create"));
  return new Set(later.flatMap((other) => Object.keys(other.after ?? {})));
};

const mappingFor = (run: SetRun, side: Side, field: string): FieldMapping | undefined => run.set.fields.find((mapping) => mapping[side].name === field);

const schemaFor = (run: SetRun, side: Side, field: string): FieldSchema | undefined => mappingFor(run, side, field)?.[side] ?? run.set.sets.find((rule) => rule.side === side && rule.field.name === field)?.field;

/** Unchanged since: today's value is the one that side last gave back to us, or the very value that was written. */
const untouched = (run: SetRun, side: Side, item: Item, candidate: Candidate, field: string): boolean => {
  const schema = schemaFor(run, side, field);
  if (schema === undefined) return false;
  const now = fingerprint(item.fields[field], schema);
  const key = mappingFor(run, side, field)?.key;
  return now === fingerprint(candidate.outcome.after?.[field], schema) || (key !== undefined && now === candidate.link?.[side].prints[key]);
};

const placeOf = (run: SetRun, side: Side, item: Item): Pick<UndoStep, "syncSet" | "side" | "id" | "key" | "name"> => ({ syncSet: run.set.key, side, id: item.id, ...(item.key === undefined ? {} : { key: item.key }), name: item.name });

const putBack = async (context: ConnectionContext, run: SetRun, candidate: Candidate, item: Item): Promise<UndoStep> => {
  const { outcome: row } = candidate;
  const later = await writtenLater(context, row);
  const fields: Record<string, { label: string; now: Value; back: Value }> = {};
  const kept: string[] = [];
  const again: string[] = [];
  for (const [field, back] of Object.entries(row.before ?? {})) {
    const schema = schemaFor(run, row.side, field);
    const label = schema?.label ?? field;
    const stands = schema !== undefined && fingerprint(item.fields[field], schema) === fingerprint(back, schema);
    // It was not read either: nobody can tell what stands there.
    if (schema === undefined) kept.push(`${label}: is mapped no more; map it again to have it put back`);
    else if (isUnseen(item, field)) kept.push(`${label}: may not be read in this item`);
    // An undo that was interrupted may have been that run.
    else if (later.has(field) && stands) again.push(`${label}: a later run has put it back`);
    else if (later.has(field)) kept.push(`${label}: a later run wrote it`);
    // An undo that was interrupted wrote it already: only the record is missing.
    else if (stands) fields[field] = { label, now: back, back };
    else if (!untouched(run, row.side, item, candidate, field)) kept.push(`${label}: somebody changed it since`);
    else if (schemaFor(run, row.side, field)?.onUpdate !== true) kept.push(`${label}: cannot be changed`);
    else fields[field] = { label, now: item.fields[field] ?? null, back };
  }
  return { ...placeOf(run, row.side, item), do: Object.keys(fields).length > 0 ? "put back" : "leave", fields, reason: [...again, ...kept].join("; "), open: kept.length > 0 };
};

const ofCreated = (run: SetRun, candidate: Candidate, item: Item, created: UndoOptions["created"]): UndoStep => {
  const { side } = candidate.outcome;
  const own = run.set[side];
  const step = { ...placeOf(run, side, item), fields: {}, open: true };
  if (created === "leave") return { ...step, do: "leave", reason: "the run created it; --created close or delete takes it away", open: false };
  const changed = run.set.fields.some((mapping) => {
    const known = candidate.link?.[side].prints[mapping.key];
    return known !== undefined && known !== UNKNOWN && (isUnseen(item, mapping[side].name) || known !== fingerprint(item.fields[mapping[side].name], mapping[side]));
  });
  if (changed) return { ...step, do: "leave", reason: `the run created it, but somebody changed it since${(item.unseen ?? []).length === 0 ? "" : ", or may have where the account cannot see it"}` };
  if (created === "delete") return { ...step, do: "delete", reason: "the run created it", open: false };
  if (own.statusField === undefined || own.closeStatus === undefined) return { ...step, do: "leave", reason: `the run created it; no closeStatus is given for the ${side}` };
  return { ...step, do: "close", fields: { [own.statusField]: { label: schemaFor(run, side, own.statusField)?.label ?? own.statusField, now: item.fields[own.statusField] ?? null, back: { choice: own.closeStatus } } }, reason: "the run created it", open: false };
};

const left = (syncSet: string, row: Outcome, reason: string): UndoStep => ({ syncSet, side: row.side, id: idOn(row, row.side), name: row.name ?? "", do: "leave", fields: {}, reason, open: true });

const planSteps = async (context: ConnectionContext, run: SetRun, rows: readonly Outcome[], created: UndoOptions["created"]): Promise<readonly { readonly step: UndoStep; readonly item?: Item; readonly link?: Link }[]> => {
  const steps: { step: UndoStep; item?: Item; link?: Link }[] = [];
  for (const side of ["master", "target"] as const) {
    const mine = rows.filter((row) => row.side === side && PUT_BACK.has(row.action));
    steps.push(...rows.flatMap((row) => (row.side === side && STAYS[row.action] !== undefined ? [{ step: left(run.set.key, row, STAYS[row.action] ?? "") }] : [])));
    const ids = [...new Set(mine.map((row) => idOn(row, side)))].filter((id) => id !== "");
    if (ids.length === 0) continue;
    const items = new Map((await readNamed(run, side, ids)).map((item) => [item.id, item]));
    const links = new Map((await context.store.links.byIds(run.id, side, ids)).map((link) => [link[side].id, link]));
    for (const row of mine.toReversed()) {
      const item = items.get(idOn(row, side));
      const link = links.get(idOn(row, side));
      const candidate: Candidate = { outcome: row, link };
      if (item === undefined) steps.push({ step: left(run.set.key, row, row.action === "delete" ? "the run deleted it; its fields stand in the record, make it again by hand" : "it cannot be read any more") });
      else steps.push({ step: row.action === "create" ? ofCreated(run, candidate, item, created) : await putBack(context, run, candidate, item), item, ...(link === undefined ? {} : { link }) });
    }
  }
  return steps;
};

const resultOf = async (run: SetRun, step: UndoStep, item: Item): Promise<WriteResult | undefined> => {
  const connector = run.context.connectors[step.side];
  const own = run.set[step.side];
  if (step.do === "delete") return (await connector.remove(own.type, own.project, [item.id]))[0];
  const due = Object.entries(step.fields).filter(([, { now, back }]) => now !== back);
  if (due.length === 0) return { ok: true, id: item.id, problems: [] };
  return (await connector.update(own.type, own.project, [{ id: item.id, fields: Object.fromEntries(due.map(([field, { back }]) => [field, back])), before: item }]))[0];
};

/** After a lost reply the item itself tells: unrecorded, what was put back would count as somebody's change and flow on. */
const asSeen = async (run: SetRun, step: UndoStep, item: Item, result: WriteResult | undefined): Promise<WriteResult | undefined> => {
  if (result === undefined || result.ok || result.kind !== "doubtful") return result;
  const [now] = await readNamed(run, step.side, [item.id]);
  const done = step.do === "delete" ? now === undefined : now !== undefined && Object.entries(step.fields).every(([field, { back }]) => {
    const schema = schemaFor(run, step.side, field) ?? ({ kind: "string", multiple: false } as const);
    return !isUnseen(now, field) && fingerprint(now.fields[field], schema) === fingerprint(back, schema);
  });
  return done ? { ok: true, id: item.id, problems: [] } : result;
};

const carryOut = async (run: SetRun, { step, item, link }: { readonly step: UndoStep; readonly item?: Item; readonly link?: Link }, undone: string): Promise<void> => {
  if (step.do === "leave" || item === undefined) return;
  const result = await asSeen(run, step, item, await resultOf(run, step, item));
  const batch = emptyBatch();
  const ids = { ...(link === undefined ? {} : { masterId: link.master.id, targetId: link.target.id }), [`${step.side}Id`]: step.id, name: step.name };
  const changes = Object.entries(step.fields).map(([field, { now, back }]) => ({ field, label: field, before: now, after: back, reason: "undo", ...(mappingFor(run, step.side, field) === undefined ? {} : { key: mappingFor(run, step.side, field)?.key ?? field }) }));
  if (result?.ok !== true) {
    batch.outcomes.push(outcome(run, step.side, "fail", result?.reason ?? "no answer", ids, changes));
    run.tally.count("failed", step.side);
  } else {
    const failed = changes.flatMap((change) => result.problems.find((problem) => problem.field === change.field)?.reason ?? []);
    const done = changes.filter((change) => !result.problems.some((problem) => problem.field === change.field));
    if (failed.length > 0) {
      batch.outcomes.push(outcome(run, step.side, "fail", failed.join("; "), ids, changes.filter((change) => !done.includes(change))));
      run.tally.count("failed", step.side);
    }
    const row = outcome(run, step.side, step.do === "put back" ? "update" : step.do, `undo of run ${undone}`, ids, done);
    if (done.length > 0 || changes.length === 0) batch.outcomes.push(step.do === "delete" ? { ...row, before: item.fields } : row);
    run.tally.count(step.do === "put back" ? "updated" : "deleted", step.side);
    if (link !== undefined && step.do === "put back") await keepBasesOfUndone(run, batch, link, step.side, changes, result);
    if (link !== undefined && step.do === "put back") batch.links.push({ ...link, [step.side]: { ...link[step.side], prints: printsAfterWrite(run.set, step.side, link[step.side].prints, changes, result) } });
    if (link !== undefined && step.do !== "put back") endPair(run, batch, link, { [step.side]: item });
  }
  await run.context.store.record(batch, run.context.lease);
};

/** By its id or how that begins. Throws UsageError for an unknown run or one of another connection: before anything is stopped for its sake. */
const runOf = async (store: Pick<Store, "runs">, connection: string, run: string): Promise<RunRow> => {
  const row = await namedRun(store, run);
  if (row.connection !== connection) throw new UsageError(`run ${run} is one of connection ${row.connection}`, `name it with --connection ${row.connection}`);
  return row;
};

/** Its id; the same, and MissingInputError for a run of which the counts are kept, but no longer what it wrote. */
export const mustBeUndoable = async (store: Pick<Store, "runs" | "outcomes">, connection: string, run: string): Promise<string> => {
  const { id, counts } = await runOf(store, connection, run);
  if (!Object.entries(counts).some(([what, n]) => n > 0 && /^(created|updated|deleted|comments|attachments)\./.test(what))) return id;
  for await (const page of store.outcomes.ofRun(id, 1)) if (page.length > 0) return id;
  throw new MissingInputError(`what run ${run} wrote is no longer recorded: purgeDatabase took it away`, "retention in settings.yaml says how long it is kept; a backup of before holds it");
};

/** Of types or projects that are mapped no more. */
const notMapped = async ({ store, connection }: ConnectionContext, rows: readonly Outcome[]): Promise<readonly UndoStep[]> => {
  const keys = new Map((await store.syncSets.list(connection.name)).map(({ id, key }) => [id, key]));
  const mapped = new Set(connection.syncSets.map(({ key }) => key));
  return rows.flatMap((row) => {
    const key = keys.get(row.syncSet) ?? "";
    return mapped.has(key) ? [] : [left(key, row, "its types or projects are mapped no more; map them again to have it put back")];
  });
};

const ofSet = (rows: readonly Outcome[], id: SyncSetId): readonly Outcome[] => rows.filter((row) => row.syncSet === id);

/** Throws UsageError for an unknown run or one of another connection, MissingInputError for one whose writes are purged. */
export const undoRun = async (context: ConnectionContext, options: UndoOptions, lease?: Lease): Promise<UndoResult> => {
  const undone = await mustBeUndoable(context.store, context.connection.name, options.run);
  const rows = await outcomesOf(context, undone);
  const done: UndoStep[] = [...(await notMapped(context, rows))];
  for (const step of done) options.onUndo?.(step);
  const result = await inRun(context, "undoRun", { dryRun: options.dryRun === true }, lease, async ({ runs, attempt }) => {
    for (const run of runs.toReversed()) {
      await attempt(run, async () => {
        const steps = await planSteps(context, run, ofSet(rows, run.id), options.created);
        for (const [at, planned] of steps.entries()) {
          stopIfAsked(run);
          context.progress.update(`undoing ${run.set.key}`, at, steps.length);
          options.onUndo?.(planned.step);
          done.push(planned.step);
          if (options.dryRun !== true) await carryOut(run, planned, undone);
        }
      });
    }
  });
  return { ...result, undone, steps: done };
};
