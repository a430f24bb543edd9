// Plans pairs: what the planning needs is asked for all of them at once, then each is planned for itself.

import { isMerged } from "../../../core/sync/carryText.ts";
import { asksOurs, changedSides } from "../../../core/sync/changed.ts";
import { planPair } from "../../../core/sync/pair.ts";
import type { PairInput } from "../../../core/sync/pairInput.ts";
import type { FieldMapping } from "../../../core/mapping/model.ts";
import type { PairPlan } from "../../../core/sync/plan.ts";
import { otherSide, type Side, SIDES } from "../../../core/types.ts";
import type { Prints } from "../../../store/store.ts";
import { onBothSides } from "../bothSides.ts";
import { withCalculated } from "../lookUp/calculate.ts";
import { fitPairs } from "../lookUp/periods.ts";
import { itemKey, makersOn, type SetRun } from "../setRun.ts";
import type { Ready } from "./ready.ts";

const sentBefore = (run: SetRun, task: Ready): NonNullable<PairInput["sent"]> => {
  const sent: { -readonly [side in Side]?: Prints } = {};
  for (const side of SIDES) {
    const intent = run.openUpdates.get(itemKey(side, task[side].id));
    if (intent !== undefined) sent[side] = intent.prints;
  }
  return sent;
};

/** What edits touched since the pair was compared last. A value map is held against the one it was compared under, if nothing else changed since. */
const touchedOf = (run: SetRun, task: Ready): Pick<PairInput, "touched" | "former"> => {
  const missed = run.missed(task.link);
  if (missed.touched.size === 0) return { touched: run.touched, former: run.former };
  const isOfValues = (key: string): boolean => !run.touched.has(key) || run.former.has(key);
  return {
    touched: new Set([...run.touched, ...missed.touched]),
    former: new Map([...[...run.former].filter(([key]) => !missed.touched.has(key)), ...[...missed.former].filter(([key]) => isOfValues(key))]),
  };
};

const inputOf = (run: SetRun, task: Ready): Omit<PairInput, "lookups"> => {
  return {
    set: run.set,
    master: task.master,
    target: task.target,
    prints: { master: task.link.master.prints, target: task.link.target.prints },
    ...touchedOf(run, task),
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

/** A pair with its plan. */
export interface Planned {
  readonly task: Ready;
  readonly plan: PairPlan;
}

/** In the order given. Asks for people, partners, calculated values and dates of releases; writes nothing. */
export const planAll = async (run: SetRun, tasks: readonly Ready[]): Promise<readonly Planned[]> => {
  const inputs = await withMakers(run, tasks.map((task) => inputOf(run, task)));
  await run.resolver.prepare(
    inputs.flatMap((input) =>
      SIDES.map((side) => ({ side, item: input[side], mappings: input.set.fields.filter((mapping) => movesText(changedSides(input, mapping), mapping, side)) })),
    ),
  );
  const calculated = await withCalculated(run, inputs);
  const plans: Planned[] = [];
  for (const [index, input] of calculated.entries()) plans.push({ task: tasks[index] as Ready, plan: await fitPairs(run, planPair({ ...input, lookups: run.resolver.lookups })) });
  return plans;
};
