// Settles held conflicts by a person's answer: takes the value of one side, for one field of an item or all of them.

import { UsageError } from "../core/errors.ts";
import { meantBy } from "../core/report/recorded.ts";
import type { Side } from "../core/types.ts";
import type { Lease } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { inRun, type IterationResult } from "./steps/frame.ts";
import { workOnPairs } from "./steps/pairs.ts";
import type { ItemPlan } from "../core/sync/plan.ts";

export interface ResolveOptions {
  /** Id or key of the item on either side. */
  readonly item: string;
  /** Field of the mapping, by its name or label on either side; all held fields if not given. */
  readonly field?: string;
  readonly take: Side;
  readonly dryRun?: boolean;
  readonly onPlan?: (plan: ItemPlan) => void;
}

/** Throws UsageError when no held conflict fits. */
export const resolveConflict = async (context: ConnectionContext, options: ResolveOptions, lease?: Lease): Promise<IterationResult> => {
  const links = (await context.store.links.search(options.item)).filter((link) => link.connection === context.connection.name);
  const { field } = options;
  const labelled = new Set(field === undefined ? [] : context.connection.syncSets.flatMap((set) => meantBy(set, field)));
  const held = (await context.store.conflicts.list(context.connection.name)).filter(
    (conflict) => links.some((link) => link.syncSet === conflict.syncSet && link.master.id === conflict.masterId) && (options.field === undefined || conflict.field.split("~").includes(options.field) || conflict.field === options.field || labelled.has(conflict.field)),
  );
  const isMapped = (conflict: (typeof held)[number]): boolean => context.connection.syncSets.some((set) => set.key === conflict.syncSetKey && set.fields.some(({ key }) => key === conflict.field));
  const [unmapped] = held;
  if (unmapped !== undefined && !held.some(isMapped)) throw new UsageError(`${unmapped.field} of ${options.item} is mapped no more, so no side's value can be taken`, "the next iteration takes the conflict off the list; mapped again the field is compared anew");
  if (held.length === 0) throw new UsageError(`no held conflict of ${options.item}${options.field === undefined ? "" : ` in ${options.field}`} in connection ${context.connection.name}`, "connectionStatus lists the held conflicts");
  const iteration = { dryRun: options.dryRun === true, ...(options.onPlan === undefined ? {} : { onPlan: options.onPlan }) };
  return inRun(context, "resolveConflict", iteration, lease, async ({ runs, attempt }) => {
    for (const run of runs) {
      const mine = held.filter((conflict) => conflict.syncSet === run.id);
      const tasks = links
        .filter((link) => link.syncSet === run.id && mine.some((conflict) => conflict.masterId === link.master.id))
        .map((link) => ({ link, because: options.take, resolve: Object.fromEntries(mine.filter((conflict) => conflict.masterId === link.master.id).map((conflict) => [conflict.field, options.take])) }));
      if (tasks.length > 0) await attempt(run, () => workOnPairs(run, tasks));
      run.tally.endSet({ master: context.connectors.master.capabilities, target: context.connectors.target.capabilities });
    }
  });
};
