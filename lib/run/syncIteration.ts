// One iteration of a connection: read → normalise → pair → plan → guard → apply → record, sync set by sync set in the
// order that references demand, then the links that waited.

import { ATTACHMENTS, COMMENTS, SCOPE, SETS } from "../core/mapping/fingerprints.ts";
import { ANY_TYPE } from "../core/sync/convert.ts";
import { SIDES } from "../core/types.ts";
import type { Lease } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { type Frame, inRun, type IterationResult } from "./steps/frame.ts";
import { workOnPairs } from "./steps/pairs.ts";
import type { Resolver } from "./steps/lookUp/resolve.ts";
import type { IterationOptions, SetRun } from "./steps/setRun.ts";
import { settleRestored } from "./steps/guards/restored.ts";
import { resolvablePairs, runSyncSet } from "./steps/syncSet.ts";

export type { FailedSet, IterationResult } from "./steps/frame.ts";
export type { IterationOptions } from "./steps/setRun.ts";

const OTHERS: Readonly<Record<string, string>> = { [SCOPE]: "which items take part", [SETS]: "what is set", [COMMENTS]: "comments", [ATTACHMENTS]: "attachments" };

const mappingNotice = (run: SetRun): string[] => {
  if (run.touched.size === 0) return [];
  const fields = [...run.touched].filter((key) => OTHERS[key] === undefined).length;
  const what = [...(fields === 0 ? [] : [`${fields} field mapping(s) are new or changed`]), ...Object.entries(OTHERS).flatMap(([key, words]) => (run.touched.has(key) ? [`${words} changed`] : []))];
  return [`${run.set.key}: ${what.join(", ")}; every item is compared again`];
};

const settlePendingLinks = async (runs: readonly SetRun[], resolver: Resolver): Promise<void> => {
  resolver.forgetMissing();
  for (let round = 0; round < 10; round++) {
    let work = 0;
    for (const run of runs) {
      if (run.pending.size === 0) continue;
      const refs = [...run.pending.values()].flat();
      for (const side of SIDES) {
        const awaited = refs.filter((link) => link.side !== side).map((link) => ({ ref: link.awaitedId, ...(link.awaitedType === ANY_TYPE ? {} : { type: link.awaitedType }) }));
        if (awaited.length === 0) continue;
        await resolver.prepareRefs(side, awaited);
      }
      const tasks = await resolvablePairs(run, (side, type, id) => typeof resolver.lookups.partner(side, type === ANY_TYPE ? undefined : type, id) === "object");
      if (tasks.length === 0) continue;
      work += tasks.length;
      await workOnPairs(run, tasks);
      run.tally.endSet({ master: run.context.connectors.master.capabilities, target: run.context.connectors.target.capabilities });
    }
    if (work === 0) return;
  }
};

const restoredNotice = (runs: readonly SetRun[]): readonly string[] => {
  const from = runs.find(({ restored }) => restored !== undefined)?.restored?.from;
  return from === undefined ? [] : [`the store was put back to ${from}: what was made since is looked for, and nothing is created before; that ends when a sweep comes through with nothing held`];
};

const iterate = async (frame: Frame, options: IterationOptions): Promise<void> => {
  frame.notices.push(...frame.runs.flatMap(mappingNotice), ...restoredNotice(frame.runs));
  for (const run of frame.runs) await frame.attempt(run, () => runSyncSet(run));
  if (options.dryRun === true) return;
  await settlePendingLinks(frame.runs, frame.resolver);
  if (frame.runs.some(({ restored }) => restored !== undefined)) await settleRestored(frame.runs);
};

/**
 * Runs one iteration. Throws BusyError when stopped or when the lock is lost, LoginError where a system lets the account in no more
 * (everything done is recorded); what stops a single sync set is a value in the result. A dry run writes nothing, neither to an endpoint nor to the store's items.
 */
export const syncIteration = (given: ConnectionContext, options: IterationOptions, lease?: Lease): Promise<IterationResult> => inRun(given, "syncIteration", options, lease, (frame) => iterate(frame, options));
