// Writes what pairs were planned to be written, one side at a time: the intents are committed first.

import type { Patch, WriteResult } from "../../../connectors/connector.ts";
import { fingerprint } from "../../../core/sync/fingerprint.ts";
import { writtenFields } from "../../../core/sync/pair.ts";
import type { PairPlan } from "../../../core/sync/plan.ts";
import { otherSide, type Side } from "../../../core/types.ts";
import type { Intent } from "../../../store/store.ts";
import { extendReleases } from "../lookUp/periods.ts";
import { itemKey, type SetRun } from "../setRun.ts";
import { demandedBy } from "../tally.ts";

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

export type Written = { readonly result: WriteResult; readonly intent: Intent };

/** Before anything else of these plans is written to this side. */
export const makeRoom = async (run: SetRun, plans: readonly PairPlan[], side: Side): Promise<void> => {
  for (const plan of plans) if (plan.changes[side].length > 0) await extendReleases(run, side, plan.extensions?.[side] ?? []);
};

/** Plans that write nothing to this side are left out of the answer. The intents stay open: whoever records the pair closes them. */
export const writeSide = async (run: SetRun, plans: readonly PairPlan[], side: Side): Promise<ReadonlyMap<PairPlan, Written>> => {
  const due = plans.filter((plan) => plan.changes[side].length > 0);
  if (due.length === 0) return new Map();
  const { context } = run;
  const intents = due.map((plan) => intentOf(run, plan, side));
  await context.store.record({ openIntents: intents }, context.lease);
  run.tally.need(side, "update", due.length);
  for (const plan of due) run.written.add(itemKey(side, plan[side].id));
  const patches = due.map((plan): Patch => ({ id: plan[side].id, fields: writtenFields(plan.changes[side]), before: plan[side] }));
  const results = await context.connectors[side].update(run.set[side].type, run.set[side].project, patches, context.stop);
  run.tally.need(side, "calls", demandedBy(results));
  return new Map(due.map((plan, index) => [plan, { result: results[index] as WriteResult, intent: intents[index] as Intent }]));
};

/** Somebody came in between, or nobody knows whether it was written: read as it is now, and planned again. */
export const mustRepeat = (result: WriteResult | undefined): boolean => result !== undefined && !result.ok && (result.kind === "changed" || result.kind === "doubtful");
