// Works on pairs: fetches what is missing, plans, writes both sides, records; each of these stands in pairs/. Writes that met a
// newer version or ended in doubt are read and planned again at once; what still fails goes to quarantine.

import type { PairPlan } from "../../core/sync/plan.ts";
import { isLeft } from "../../connectors/left.ts";
import { otherSide, type Side, SIDES } from "../../core/types.ts";
import { readBases } from "./bases.ts";
import { onBothSides } from "./bothSides.ts";
import { refuseEmptied } from "./guards/emptied.ts";
import { askReplaced, traceInterrupted } from "./interrupted.ts";
import { emptyBatch, type Filling } from "./keep.ts";
import { noteMissing, showMissing } from "./pairs/missing.ts";
import { withoutUnmatched } from "./pairs/pausing.ts";
import { type Planned, planAll } from "./pairs/planning.ts";
import { makeReady, type Missing, type PairTask, type Ready, withoutItems } from "./pairs/ready.ts";
import { comesInStep, finishAdoption, finishPair, type StoodIn } from "./pairs/recording.ts";
import { standInFor } from "./pairs/standIn.ts";
import { makeRoom, mustRepeat, type Written, writeSide } from "./pairs/writing.ts";
import { confirmLists } from "./reading/confirmLists.ts";
import { itemKey, type SetRun } from "./setRun.ts";
import { endIfLeft, stopIfAsked } from "./stopIfAsked.ts";

const ATTEMPTS = 3;

const planReady = async (run: SetRun, ready: readonly Ready[]): Promise<readonly Planned[]> => {
  const found = await confirmLists(run, ready);
  await askReplaced(run, found);
  const able = await withoutUnmatched(run, found);
  const bases = await readBases(run, able.map((task) => task.master.id));
  return planAll(run, able.map((task): Ready => ({ ...task, texts: bases.get(task.master.id) ?? {} })));
};

const noteDryRun = (run: SetRun, all: readonly Planned[]): void => {
  for (const { task, plan } of all) {
    if (comesInStep(run, task, plan)) run.adopted.add(plan.master.id);
    if (task.link.state === "adopting") run.planned.add(plan.master.id);
  }
};

/** What earlier writes to the pair left open has its end in this attempt. */
const closeEarlier = (run: SetRun, batch: Filling, plan: PairPlan): void => {
  for (const side of SIDES) {
    const open = run.openUpdates.get(itemKey(side, plan[side].id));
    if (open !== undefined) {
      batch.closeIntents.push(open.intent);
      traceInterrupted(run, batch, { masterId: plan.master.id, targetId: plan.target.id, name: plan.master.name }, side, plan[side], open);
    }
    run.openUpdates.delete(itemKey(side, plan[side].id));
  }
};

const NOBODY: ReadonlySet<string> = new Set();

/** For whom the fallback user stands in when the pair is planned again; nobody, where it is not. */
const stoodIn = async (run: SetRun, plan: PairPlan, written: Readonly<Record<Side, Written | undefined>>, last: boolean): Promise<StoodIn> => {
  const on = async (side: Side): Promise<ReadonlySet<string>> => {
    const result = written[side]?.result;
    return result === undefined || last ? NOBODY : standInFor(run, { side, from: plan[otherSide(side)], changes: plan.changes[side], result });
  };
  return { master: await on("master"), target: await on("target") };
};

/**
 * A write to the pair was not begun: all of it is as it was before. What nothing was written by is no open question; what was written
 * to the other side meanwhile is one, and with it the next run looks at the pair.
 */
const leave = (batch: Filling, written: Readonly<Record<Side, Written | undefined>>): void => {
  for (const side of SIDES) if (written[side]?.result.ok === false && written[side].result.kind !== "doubtful") batch.closeIntents.push(written[side].intent.intent);
};

/** Writes, and records in one batch. Answers the pairs to be planned again; `last`: none is, whatever became of it is recorded. */
const carryOut = async (run: SetRun, planned: readonly Planned[], missing: readonly Missing[], last: boolean): Promise<readonly PairTask[]> => {
  const { context } = run;
  const plans = planned.map(({ plan }) => plan);
  await onBothSides((side) => makeRoom(run, plans, side));
  // From here on what one side writes must be recorded, whatever becomes of the other.
  stopIfAsked(run);
  const { master, target } = await onBothSides((side) => writeSide(run, plans, side));
  const batch = emptyBatch();
  const again: PairTask[] = [];
  for (const { task, plan } of planned) {
    const written = { master: master.get(plan), target: target.get(plan) };
    if (SIDES.some((side) => isLeft(written[side]?.result))) {
      leave(batch, written);
      continue;
    }
    closeEarlier(run, batch, plan);
    const stood = await stoodIn(run, plan, written, last);
    if (!last && SIDES.some((side) => mustRepeat(written[side]?.result) || (written[side]?.result.ok === false && stood[side].size > 0))) {
      // The intents stay open: what was in doubt may have been written, and the next planning must know.
      for (const side of SIDES) if (written[side] !== undefined) run.openUpdates.set(itemKey(side, plan[side].id), written[side].intent);
      again.push(withoutItems(task));
      continue;
    }
    for (const side of SIDES) if (written[side] !== undefined) batch.closeIntents.push(written[side].intent.intent);
    if (task.adopting !== undefined) finishAdoption(run, batch, task, task.adopting);
    const look = finishPair(run, batch, task, plan, written, stood);
    if (look !== undefined) again.push(look);
  }
  for (const gone of missing) noteMissing(run, batch, gone, context.now());
  await context.store.record(batch, context.lease);
  endIfLeft(run, [...master.values(), ...target.values()].map(({ result }) => result));
  return again;
};

const attempt = async (run: SetRun, tasks: readonly PairTask[], last: boolean): Promise<readonly PairTask[]> => {
  stopIfAsked(run);
  const { ready, missing } = await makeReady(run, tasks);
  const all = await planReady(run, ready);
  refuseEmptied(run, all);
  for (const { plan } of all) run.options.onPlan?.(plan);
  for (const gone of missing) showMissing(run, gone);
  if (run.options.dryRun !== true) return carryOut(run, all.filter(({ plan }) => run.options.only?.(plan) !== false), missing, last);
  noteDryRun(run, all);
  return [];
};

/** Plans and carries out pairs; in a dry run only plans. Never throws for one bad item. */
export const workOnPairs = async (run: SetRun, tasks: readonly PairTask[]): Promise<void> => {
  let rest = tasks;
  for (let count = 1; rest.length > 0; count++) rest = await attempt(run, rest, count >= ATTEMPTS);
};
