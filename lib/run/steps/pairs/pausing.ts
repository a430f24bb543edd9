// Pairs with an item that has stopped meeting the sync criteria: they pause or end, as the setting of that side says.

import { otherSide, type Side, SIDES } from "../../../core/types.ts";
import { endPair } from "../endPair.ts";
import { emptyBatch, type Filling, outcome, quarantined } from "../keep.ts";
import { judgeOf } from "../reading/judge.ts";
import { itemKey, type SetRun } from "../setRun.ts";
import type { Ready } from "./ready.ts";

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
export const withoutUnmatched = async (run: SetRun, tasks: readonly Ready[]): Promise<readonly Ready[]> => {
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
