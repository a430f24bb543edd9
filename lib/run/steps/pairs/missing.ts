// Pairs of which one item cannot be read: held for a person or a sweep, never taken for deleted.

import { otherSide } from "../../../core/types.ts";
import type { Intent } from "../../../store/store.ts";
import { dropWaiting } from "../endPair.ts";
import { endAsRead, type Filling, outcome, quarantined } from "../keep.ts";
import { itemKey, type SetRun } from "../setRun.ts";
import type { Missing } from "./ready.ts";

/** Whose partner was made by an earlier create is known, although one of both cannot be read: left open, it would be looked for until that one came back. */
const adoptWithout = (run: SetRun, batch: Filling, { task, side, there }: Missing, intent: Intent): void => {
  const { link } = task;
  const other = otherSide(side);
  batch.links.push({ ...link, [side]: { ...link[side], prints: {} }, [other]: there === undefined ? { ...link[other], prints: {} } : endAsRead(run.set, other, there) });
  batch.closeIntents.push(intent.intent);
  run.openCreates.delete(itemKey(intent.side, intent.fromId));
  dropWaiting(run, batch, link);
  run.tally.count("adopted", intent.side);
  const reason = `found the item of an earlier create whose end was not recorded; ${link[side].key ?? link[side].id} cannot be read in ${run.set[side].dataSource}: deleted, moved or hidden; a sweep decides`;
  batch.outcomes.push(outcome(run, intent.side, "adopt", reason, { masterId: link.master.id, targetId: link.target.id, name: intent.name }));
};

const reasonOf = (run: SetRun, { task, side, reason }: Missing): string => reason ?? `its partner ${task.link[side].key ?? task.link[side].id} cannot be read in ${run.set[side].dataSource}: deleted, moved or hidden; a sweep decides`;

/** A pair that a sweep has found gone is left to that; all others wait in quarantine under the item that is there. */
export const noteMissing = (run: SetRun, batch: Filling, gone: Missing, now: string): void => {
  const { task, side } = gone;
  const from = otherSide(side);
  if (task.adopting !== undefined) return adoptWithout(run, batch, gone, task.adopting);
  if (task.link.state === "gone") {
    dropWaiting(run, batch, task.link);
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
export const showMissing = (run: SetRun, gone: Missing): void => {
  const from = otherSide(gone.side);
  const item = gone.there ?? gone.task[from];
  if (item !== undefined && gone.task.adopting === undefined && gone.task.link.state !== "gone") run.options.onPlan?.({ kind: "skip", set: run.set, side: from, item, reason: reasonOf(run, gone), held: true });
};
