// What is kept of a pair that was worked on. Values in, rows out; nothing here speaks to a door.

import type { WriteResult } from "../../../connectors/connector.ts";
import type { PairPlan } from "../../../core/sync/plan.ts";
import { otherSide, type Side, SIDES } from "../../../core/types.ts";
import type { Intent, Link, Prints } from "../../../store/store.ts";
import { keepBases } from "../bases.ts";
import { keepOverwritten } from "../interrupted.ts";
import { type Filling, heldByProblems, keepConflicts, keepHeld, markUnknown, noteHeld, outcome, printsAfterWrite, shortfall } from "../keep.ts";
import { hasExtras, inEdition, itemKey, noteState, type SetRun } from "../setRun.ts";
import { noteLook } from "./noteLook.ts";
import type { PairTask, Ready } from "./ready.ts";
import type { Written } from "./writing.ts";

const linkEnd = (run: SetRun, plan: PairPlan, link: Link, side: Side, prints: Prints, written: WriteResult | undefined): Link["master"] => {
  const after = written?.ok === true ? written.after?.item : undefined;
  const item = after ?? plan[side];
  noteState(run, side, item.id, item);
  const version = hasExtras(run.set) ? link[side].version : item.version;
  const key = item.key ?? link[side].key;
  const url = item.url ?? link[side].url;
  return { id: plan[side].id, ...(key === undefined ? {} : { key }), ...(url === undefined ? {} : { url }), ...(version === undefined ? {} : { version }), changedAt: item.changedAt, prints };
};

/**
 * A seeded pair is one until somebody has said who wins, or there is nothing to be said. What a field's own policy leaves to a person
 * then is a conflict like any other.
 */
export const comesInStep = (run: SetRun, task: Ready, plan: PairPlan): boolean => {
  const isDecided = (run.options.adopt ?? "hold") !== "hold";
  return task.link.state === "adopting" && (isDecided || !plan.conflicts.some((conflict) => conflict.winner === "hold"));
};

/** The pair as it is recorded now, where the fallback user is to stand in for somebody who was refused. One look is enough for both sides. */
const lookAgain = (run: SetRun, batch: Filling, task: Ready, plan: PairPlan, { link, stood }: { readonly link: Link; readonly stood: StoodIn }): PairTask | undefined => {
  const side = SIDES.find((each) => stood[each].size > 0);
  if (side === undefined) return undefined;
  noteLook(run, batch, side, { item: plan[side], partner: plan[otherSide(side)].id });
  return { link, because: otherSide(side), fresh: true, ...(task.resolve === undefined ? {} : { resolve: task.resolve }) };
};

/** By the side that was written: keys of people who were refused, and for whom the fallback user stands in at once. */
export type StoodIn = Readonly<Record<Side, ReadonlySet<string>>>;

/** Refused writes keep what the carrying side held before, so that the change is not forgotten. Answers the pair if it is to be looked at again. */
export const finishPair = (run: SetRun, batch: Filling, task: Ready, plan: PairPlan, written: Readonly<Record<Side, Written | undefined>>, stood: StoodIn): PairTask | undefined => {
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
  const isAdopted = comesInStep(run, task, plan);
  if (isAdopted) run.adopted.add(plan.master.id);
  const state = task.link.state === "adopting" && !isAdopted ? "adopting" : "active";
  const link: Link = { ...task.link, ...inEdition(run), state, master: linkEnd(run, plan, task.link, "master", prints.master, written.master?.result), target: linkEnd(run, plan, task.link, "target", prints.target, written.target?.result) };
  batch.links.push(link);
  keepConflicts(run, batch, plan, now);
  run.tally.count("held", "target", plan.conflicts.filter((conflict) => conflict.winner === "hold").length);
  run.tally.count("conflicts", "target", plan.conflicts.length);
  const left = held.filter((field) => !stood[field.side].has(field.key));
  for (const side of SIDES) keepHeld(run, batch, side, plan[side], plan[otherSide(side)].id, left, now);
  noteHeld(run, batch, left, ids);
  if (SIDES.every((side) => plan.changes[side].length === 0) && held.length === 0) run.tally.count("recorded", task.because);
  return lookAgain(run, batch, task, plan, { link, stood });
};

/** The item of an earlier create was found and its pair worked on: nothing of that create is open any more. */
export const finishAdoption = (run: SetRun, batch: Filling, task: Ready, intent: Intent): void => {
  batch.closeIntents.push(intent.intent);
  run.openCreates.delete(itemKey(intent.side, intent.fromId));
  run.tally.count("adopted", intent.side);
  const ids = { masterId: task.master.id, targetId: task.target.id, name: intent.name };
  batch.outcomes.push(outcome(run, intent.side, "adopt", "found the item of an earlier create whose end was not recorded", ids));
};
