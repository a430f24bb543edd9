// Works on pairs: fetches what is missing, plans, writes both sides, records. Writes that met a newer version or ended in
// doubt are read and planned again at once; what still fails goes to quarantine.

import type { Patch, WriteResult } from "../../connectors/connector.ts";
import { isMerged } from "../../core/sync/carryText.ts";
import { asksOurs, changedSides } from "../../core/sync/changed.ts";
import { planPair, writtenFields } from "../../core/sync/pair.ts";
import type { PairInput } from "../../core/sync/pairInput.ts";
import { fingerprint } from "../../core/sync/fingerprint.ts";
import type { FieldMapping } from "../../core/mapping/model.ts";
import type { PairPlan } from "../../core/sync/plan.ts";
import { type Item, otherSide, type Side, SIDES } from "../../core/types.ts";
import type { Intent, Link, Prints } from "../../store/store.ts";
import { judgeOf } from "./reading/judge.ts";
import { keepBases, readBases } from "./bases.ts";
import { onBothSides } from "./bothSides.ts";
import { withCalculated } from "./lookUp/calculate.ts";
import { confirmLists } from "./reading/confirmLists.ts";
import { dropQuarantine, endPair } from "./endPair.ts";
import type { PairWork } from "./reading/gather.ts";
import { askReplaced, keepOverwritten, traceInterrupted } from "./interrupted.ts";
import { emptyBatch, endAsRead, type Filling, heldByProblems, keepConflicts, keepHeld, markUnknown, noteHeld, outcome, printsAfterWrite, quarantined, shortfall } from "./keep.ts";
import { extendReleases, fitPairs } from "./lookUp/periods.ts";
import { readNamed } from "./reading/readSide.ts";
import { reusedId } from "./guards/reused.ts";
import { hasExtras, itemKey, makersOn, noteState, type SetRun } from "./setRun.ts";
import { demandedBy } from "./tally.ts";

const ATTEMPTS = 3;

export interface PairTask extends PairWork {
  /** Set when an intent's item was found: the side the pair was created from. */
  readonly completing?: Side;
  /** The create intent whose item was found: closed when the pair is recorded, so that a crash in between finds it again. */
  readonly adopting?: Intent;
  /** A write of ours, or of somebody else, has just been met: read as it is now, however far an index is behind. */
  readonly fresh?: boolean;
  readonly resolve?: Readonly<Record<string, Side>>;
  /** Files that stand on a side by now: texts that show them are written once more. */
  readonly shown?: NonNullable<PairInput["shown"]>;
  readonly byAddress?: NonNullable<PairInput["byAddress"]>;
}

interface Ready extends PairTask {
  readonly master: Item;
  readonly target: Item;
  /** It is here because one of its items was read, not because something of it waited. */
  readonly isRead: boolean;
  readonly texts?: PairInput["texts"];
}

const fetchMissing = async (run: SetRun, tasks: readonly PairTask[], side: Side): Promise<ReadonlyMap<string, Item>> => {
  const missing = tasks.filter((task) => task[side] === undefined);
  const read = (some: readonly PairTask[], fresh: boolean): Promise<readonly Item[]> | readonly Item[] => (some.length === 0 ? [] : readNamed(run, side, some.map((task) => task.link[side].id), fresh));
  const items = await Promise.all([read(missing.filter((task) => task.fresh !== true), false), read(missing.filter((task) => task.fresh === true), true)]);
  return new Map(items.flat().map((item) => [item.id, item]));
};

interface Missing {
  readonly task: PairTask;
  readonly side: Side;
  /** The item of the other side, where that can be read. */
  readonly there?: Item;
  readonly reason?: string;
}

const makeReady = async (run: SetRun, tasks: readonly PairTask[]): Promise<{ readonly ready: readonly Ready[]; readonly missing: readonly Missing[] }> => {
  const fetched = await onBothSides((side) => fetchMissing(run, tasks, side));
  const ready: Ready[] = [];
  const missing: Missing[] = [];
  for (const task of tasks) {
    const master = task.master ?? fetched.master.get(task.link.master.id);
    const target = task.target ?? fetched.target.get(task.link.target.id);
    if (master === undefined || target === undefined) {
      const there = master ?? target;
      missing.push({ task, side: master === undefined ? "master" : "target", ...(there === undefined ? {} : { there }) });
      continue;
    }
    const reused = task.completing === undefined ? reusedId(run, task.link, { master, target }) : undefined;
    if (reused === undefined) ready.push({ ...task, master, target, isRead: task.master !== undefined || task.target !== undefined });
    else missing.push({ task, ...reused });
  }
  return { ready, missing };
};

const sentBefore = (run: SetRun, task: Ready): NonNullable<PairInput["sent"]> => {
  const sent: { -readonly [side in Side]?: Prints } = {};
  for (const side of SIDES) {
    const intent = run.openUpdates.get(itemKey(side, task[side].id));
    if (intent !== undefined) sent[side] = intent.prints;
  }
  return sent;
};

const inputOf = (run: SetRun, task: Ready): Omit<PairInput, "lookups"> => {
  return {
    set: run.set,
    master: task.master,
    target: task.target,
    prints: { master: task.link.master.prints, target: task.link.target.prints },
    touched: run.touched,
    former: run.former,
    sent: sentBefore(run, task),
    ...(task.completing === undefined ? {} : { completing: task.completing }),
    ...(task.resolve === undefined ? {} : { resolve: task.resolve }),
    ...(task.texts === undefined ? {} : { texts: task.texts }),
    ...(task.shown === undefined ? {} : { shown: task.shown }),
    ...(task.byAddress === undefined ? {} : { byAddress: task.byAddress }),
    ...(task.link.state === "adopting" ? { adopt: run.options.adopt ?? "hold" } : {}),
  };
};

/** Of a text the unchanged side too: whom it mentions tells what both sides held before. */
const movesText = (changed: Readonly<Record<Side, boolean>>, mapping: FieldMapping, side: Side): boolean => changed[side] || (isMerged(mapping) && changed[otherSide(side)]);

const doingOn = (run: SetRun, side: Side): { readonly fields: readonly string[]; readonly doers: readonly string[] } => ({ fields: makersOn(run, side), doers: run.context.connectors[side].capabilities.doers ?? [] });

/** Our own accounts are asked for where one of the inputs hangs on them. */
const withMakers = async (run: SetRun, inputs: readonly Omit<PairInput, "lookups">[]): Promise<readonly Omit<PairInput, "lookups">[]> => {
  const known = { master: doingOn(run, "master"), target: doingOn(run, "target") };
  if (!inputs.some((input) => asksOurs(input, known))) return inputs;
  const makers = await onBothSides(async (side) => ({ ...known[side], ours: await run.resolver.ours(side) }));
  return inputs.map((input) => ({ ...input, makers }));
};

const planAll = async (run: SetRun, tasks: readonly Ready[]): Promise<readonly { task: Ready; plan: PairPlan }[]> => {
  const inputs = await withMakers(run, tasks.map((task) => inputOf(run, task)));
  await run.resolver.prepare(
    inputs.flatMap((input) =>
      SIDES.map((side) => ({ side, item: input[side], mappings: input.set.fields.filter((mapping) => movesText(changedSides(input, mapping), mapping, side)) })),
    ),
  );
  const calculated = await withCalculated(run, inputs);
  const plans: { task: Ready; plan: PairPlan }[] = [];
  for (const [index, input] of calculated.entries()) plans.push({ task: tasks[index] as Ready, plan: await fitPairs(run, planPair({ ...input, lookups: run.resolver.lookups })) });
  return plans;
};

const intentOf = (run: SetRun, plan: PairPlan, side: Side): Intent => ({
  intent: run.context.newId(),
  kind: "update",
  syncSet: run.id,
  side,
  fromId: plan[otherSide(side)].id,
  toId: plan[side].id,
  name: plan[side].name,
  at: plan[side].changedAt,
  before: Object.fromEntries(plan.changes[side].map((change) => [change.field, change.before])),
  after: Object.fromEntries(plan.changes[side].map((change) => [change.field, change.after])),
  prints: Object.fromEntries(
    plan.set.fields
      .filter((mapping) => plan.changes[side].some((change) => change.key === mapping.key))
      .map((mapping) => [mapping.key, fingerprint(plan[otherSide(side)].fields[mapping[otherSide(side)].name], mapping[otherSide(side)])]),
  ),
});

type Written = { readonly result: WriteResult; readonly intent: Intent };

const writeSide = async (run: SetRun, plans: readonly PairPlan[], side: Side): Promise<ReadonlyMap<PairPlan, Written>> => {
  const due = plans.filter((plan) => plan.changes[side].length > 0);
  if (due.length === 0) return new Map();
  const { context } = run;
  for (const plan of due) await extendReleases(run, side, plan.extensions?.[side] ?? []);
  const intents = due.map((plan) => intentOf(run, plan, side));
  await context.store.record({ openIntents: intents }, context.lease);
  run.tally.need(side, "update", due.length);
  for (const plan of due) run.written.add(itemKey(side, plan[side].id));
  const patches = due.map((plan): Patch => ({ id: plan[side].id, fields: writtenFields(plan.changes[side]), before: plan[side] }));
  const results = await context.connectors[side].update(run.set[side].type, run.set[side].project, patches);
  run.tally.need(side, "calls", demandedBy(results));
  return new Map(due.map((plan, index) => [plan, { result: results[index] as WriteResult, intent: intents[index] as Intent }]));
};

const linkEnd = (run: SetRun, plan: PairPlan, link: Link, side: Side, prints: Prints, written: WriteResult | undefined): Link["master"] => {
  const after = written?.ok === true ? written.after?.item : undefined;
  const item = after ?? plan[side];
  noteState(run, side, item.id, item);
  const version = hasExtras(run.set) ? link[side].version : item.version;
  const key = item.key ?? link[side].key;
  const url = item.url ?? link[side].url;
  return { id: plan[side].id, ...(key === undefined ? {} : { key }), ...(url === undefined ? {} : { url }), ...(version === undefined ? {} : { version }), changedAt: item.changedAt, prints };
};

/** A seeded pair is one until its first comparison leaves nothing to a person. */
const comesInStep = (task: Ready, plan: PairPlan): boolean => task.link.state === "adopting" && !plan.conflicts.some((conflict) => conflict.winner === "hold");

/** Refused writes keep what the carrying side held before, so that the change is not forgotten. */
const finishPair = (run: SetRun, batch: Filling, task: Ready, plan: PairPlan, written: Readonly<Record<Side, Written | undefined>>): void => {
  const now = run.context.now();
  const ids = { masterId: plan.master.id, targetId: plan.target.id, name: plan.master.name };
  const held = [...plan.held];
  const prints = { master: { ...plan.prints.master }, target: { ...plan.prints.target } };
  for (const side of SIDES) {
    const result = written[side]?.result;
    if (result === undefined) continue;
    if (result.ok) {
      prints[side] = printsAfterWrite(run.set, side, prints[side], plan.changes[side], result);
      held.push(...heldByProblems(run.set, side, result.problems));
      const done = plan.changes[side].filter((change) => !result.problems.some((problem) => problem.field === change.field));
      if (done.length > 0) {
        batch.outcomes.push(outcome(run, side, "update", done.map((change) => `${change.label}: ${change.reason}${shortfall(run.set, side, change, result)}`).join("; "), ids, done));
        run.tally.count("updated", side);
      }
      keepOverwritten(run, batch, ids, side, result.overwritten ?? []);
    } else {
      held.push(...plan.changes[side].map((change) => ({ key: change.key ?? change.field, field: change.field, label: change.label, side, reason: result.problems.find((problem) => problem.field === change.field)?.reason ?? result.reason })));
      batch.outcomes.push(outcome(run, side, "fail", result.reason, ids, plan.changes[side]));
      run.tally.count("failed", side);
    }
  }
  for (const side of SIDES) markUnknown(prints[side], held, side);
  keepBases(run, batch, plan, { master: written.master?.result, target: written.target?.result }, prints, { master: task.link.master.prints, target: task.link.target.prints }, task.texts);
  const isAdopted = comesInStep(task, plan);
  if (isAdopted) run.adopted.add(plan.master.id);
  const state = task.link.state === "adopting" && !isAdopted ? "adopting" : "active";
  batch.links.push({ ...task.link, state, master: linkEnd(run, plan, task.link, "master", prints.master, written.master?.result), target: linkEnd(run, plan, task.link, "target", prints.target, written.target?.result) });
  keepConflicts(run, batch, plan, now);
  run.tally.count("held", "target", plan.conflicts.filter((conflict) => conflict.winner === "hold").length);
  run.tally.count("conflicts", "target", plan.conflicts.length);
  for (const side of SIDES) keepHeld(run, batch, side, plan[side], plan[otherSide(side)].id, held, now);
  noteHeld(run, batch, held, ids);
  if (SIDES.every((side) => plan.changes[side].length === 0) && held.length === 0) run.tally.count("recorded", task.because);
};

const mustRepeat = (result: WriteResult | undefined): boolean => result !== undefined && !result.ok && (result.kind === "changed" || result.kind === "doubtful");

/** Whose partner was made by an earlier create is known, although one of both cannot be read: left open, it would be looked for until that one came back. */
const adoptWithout = (run: SetRun, batch: Filling, { task, side, there }: Missing, intent: Intent): void => {
  const { link } = task;
  const other = otherSide(side);
  batch.links.push({ ...link, [side]: { ...link[side], prints: {} }, [other]: there === undefined ? { ...link[other], prints: {} } : endAsRead(run.set, other, there) });
  batch.closeIntents.push(intent.intent);
  run.openCreates.delete(itemKey(intent.side, intent.fromId));
  dropQuarantine(run, batch, link);
  run.tally.count("adopted", intent.side);
  const reason = `found the item of an earlier create whose end was not recorded; ${link[side].key ?? link[side].id} cannot be read in ${run.set[side].dataSource}: deleted, moved or hidden; a sweep decides`;
  batch.outcomes.push(outcome(run, intent.side, "adopt", reason, { masterId: link.master.id, targetId: link.target.id, name: intent.name }));
};

const reasonOf = (run: SetRun, { task, side, reason }: Missing): string => reason ?? `its partner ${task.link[side].key ?? task.link[side].id} cannot be read in ${run.set[side].dataSource}: deleted, moved or hidden; a sweep decides`;

const noteMissing = (run: SetRun, batch: Filling, gone: Missing, now: string): void => {
  const { task, side } = gone;
  const from = otherSide(side);
  if (task.adopting !== undefined) return adoptWithout(run, batch, gone, task.adopting);
  if (task.link.state === "gone") {
    dropQuarantine(run, batch, task.link);
    run.tally.count("skipped", side);
    return;
  }
  const item = task[from] ?? { id: task.link[from].id, ...(task.link[from].key === undefined ? {} : { key: task.link[from].key }) };
  const reason = reasonOf(run, gone);
  batch.quarantine.push(quarantined(run, from, item, reason, now));
  batch.outcomes.push(outcome(run, side, "hold", reason, { masterId: task.link.master.id, targetId: task.link.target.id }));
  run.tally.count("held", side);
};

/** What a dry run tells of them. */
const showMissing = (run: SetRun, gone: Missing): void => {
  const from = otherSide(gone.side);
  const item = gone.there ?? gone.task[from];
  if (item !== undefined && gone.task.adopting === undefined && gone.task.link.state !== "gone") run.options.onPlan?.({ kind: "skip", set: run.set, side: from, item, reason: reasonOf(run, gone), held: true });
};

/** To be planned again both items are read afresh. */
const withoutItems = ({ master: _master, target: _target, texts: _texts, ...task }: Ready): PairTask => ({ ...task, fresh: true });

const finishAdoption = (run: SetRun, batch: Filling, task: Ready, intent: Intent): void => {
  batch.closeIntents.push(intent.intent);
  run.openCreates.delete(itemKey(intent.side, intent.fromId));
  run.tally.count("adopted", intent.side);
  const ids = { masterId: task.master.id, targetId: task.target.id, name: intent.name };
  batch.outcomes.push(outcome(run, intent.side, "adopt", "found the item of an earlier create whose end was not recorded", ids));
};

/** A side on which the item has stopped meeting the criteria, where the setting says what follows from it. */
const unmatchedSide = async (run: SetRun, tasks: readonly Ready[]): Promise<ReadonlyMap<Ready, Side>> => {
  const found = new Map<Ready, Side>();
  for (const side of SIDES) {
    if (run.set[side].unmatched === undefined) continue;
    const judge = await judgeOf(run, side, tasks.map((task) => task[side]));
    for (const task of tasks) if (task.completing === undefined && !judge.meets(task[side], true)) found.set(task, side);
  }
  return found;
};

/** What waits in quarantine of a pair that pauses has had its turn. */
const tryLater = (run: SetRun, batch: Filling, task: Ready): void => {
  const now = run.context.now();
  for (const side of SIDES) {
    const row = run.quarantine.get(itemKey(side, task[side].id));
    if (row !== undefined && row.nextAt <= now) batch.quarantine.push(quarantined(run, side, task[side], row.reason, now));
  }
};

/** Leaves out pairs that pause; ends those that are to end. Nothing of theirs is recorded as seen: what changed meanwhile counts later. */
const withoutUnmatched = async (run: SetRun, tasks: readonly Ready[]): Promise<readonly Ready[]> => {
  const unmatched = await unmatchedSide(run, tasks);
  if (unmatched.size === 0) return tasks;
  const batch = emptyBatch();
  for (const [task, side] of unmatched) {
    const ends = run.set[side].unmatched === "unlink";
    const reason = ends ? "no longer meets the sync criteria: the pair is ended" : "does not meet the sync criteria now: the pair pauses";
    run.paused.add(task.master.id);
    if (ends) endPair(run, batch, task.link, task);
    else tryLater(run, batch, task);
    // What only waits is not told anew at every iteration.
    if (!ends && !task.isRead) continue;
    run.options.onPlan?.({ kind: "skip", set: run.set, side, item: task[side], reason });
    run.tally.count("skipped", side);
    batch.outcomes.push(outcome(run, otherSide(side), ends ? "unlink" : "skip", reason, { masterId: task.master.id, targetId: task.target.id, name: task.master.name }));
  }
  if (run.options.dryRun !== true && run.options.only === undefined) await run.context.store.record(batch, run.context.lease);
  return tasks.filter((task) => !unmatched.has(task));
};

const attempt = async (run: SetRun, tasks: readonly PairTask[], last: boolean): Promise<readonly PairTask[]> => {
  const { context } = run;
  const { ready, missing } = await makeReady(run, tasks);
  const found = await confirmLists(run, ready);
  await askReplaced(run, found);
  const able = await withoutUnmatched(run, found);
  const bases = await readBases(run, able.map((task) => task.master.id));
  const based = able.map((task): Ready => ({ ...task, texts: bases.get(task.master.id) ?? {} }));
  const all = await planAll(run, based);
  for (const { plan } of all) run.options.onPlan?.(plan);
  for (const gone of missing) showMissing(run, gone);
  if (run.options.dryRun === true) {
    for (const { task, plan } of all) {
      if (comesInStep(task, plan)) run.adopted.add(plan.master.id);
      if (task.link.state === "adopting") run.planned.add(plan.master.id);
    }
    return [];
  }
  const planned = all.filter(({ plan }) => run.options.only?.(plan) !== false);
  const plans = planned.map(({ plan }) => plan);
  const { master, target } = await onBothSides((side) => writeSide(run, plans, side));
  const batch = emptyBatch();
  const again: PairTask[] = [];
  for (const { task, plan } of planned) {
    const written = { master: master.get(plan), target: target.get(plan) };
    for (const side of SIDES) {
      const open = run.openUpdates.get(itemKey(side, plan[side].id));
      if (open !== undefined) {
        batch.closeIntents.push(open.intent);
        traceInterrupted(run, batch, { masterId: plan.master.id, targetId: plan.target.id, name: plan.master.name }, side, plan[side], open);
      }
      run.openUpdates.delete(itemKey(side, plan[side].id));
    }
    if (!last && SIDES.some((side) => mustRepeat(written[side]?.result))) {
      // The intents stay open: what was in doubt may have been written, and the next planning must know.
      for (const side of SIDES) if (written[side] !== undefined) run.openUpdates.set(itemKey(side, plan[side].id), written[side].intent);
      again.push(withoutItems(task));
      continue;
    }
    for (const side of SIDES) if (written[side] !== undefined) batch.closeIntents.push(written[side].intent.intent);
    if (task.adopting !== undefined) finishAdoption(run, batch, task, task.adopting);
    finishPair(run, batch, task, plan, written);
  }
  for (const gone of missing) noteMissing(run, batch, gone, context.now());
  await context.store.record(batch, context.lease);
  return again;
};

/** Plans and carries out pairs; in a dry run only plans. Never throws for one bad item. */
export const workOnPairs = async (run: SetRun, tasks: readonly PairTask[]): Promise<void> => {
  let rest = tasks;
  for (let count = 1; rest.length > 0; count++) rest = await attempt(run, rest, count >= ATTEMPTS);
};
