// One iteration of a connection: read → normalise → pair → plan → guard → apply → record, sync set by sync set in the
// order that references demand, then the links that waited.

import { GuardError, TandemError } from "../core/errors.ts";
import { inOrder } from "../core/sync/order.ts";
import type { Instant, Side } from "../core/types.ts";
import type { Lease, RunRow, SyncSetRow } from "../store/store.ts";
import type { ConnectionContext, RunContext } from "./context.ts";
import { createResolver, type Resolver } from "./steps/resolve.ts";
import { type IterationOptions, openSetRun, type SetRun } from "./steps/setRun.ts";
import { resolvablePairs, runSyncSet } from "./steps/syncSet.ts";
import { createTally, type Tally } from "./steps/tally.ts";
import { workOnPairs } from "./steps/pairs.ts";

export type { IterationOptions } from "./steps/setRun.ts";

export interface FailedSet {
  readonly syncSet: string;
  readonly message: string;
  readonly advice?: string;
  readonly error: unknown;
}

export interface IterationResult {
  readonly run: string;
  readonly connection: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly status: RunRow["status"];
  readonly counts: Tally["counts"];
  readonly calls: Readonly<Record<Side, number>>;
  readonly leastCalls: Readonly<Record<Side, number>>;
  readonly failedSets: readonly FailedSet[];
  /** What a person should know: mappings that changed, directions turned. */
  readonly notices: readonly string[];
}

const SIDES = ["master", "target"] as const;

const mappingNotice = (run: SetRun): string[] =>
  run.touched.size === 0 ? [] : [`${run.set.key}: ${run.touched.size} field mapping(s) are new or changed; every item is compared again`];

const failure = (set: SetRun["set"], error: unknown): FailedSet => {
  const message = error instanceof Error ? error.message : String(error);
  return { syncSet: set.key, message, error, ...(error instanceof TandemError && error.advice !== undefined ? { advice: error.advice } : {}) };
};

/** One sync set that stops does not stop the others; a lost lock, a stop or our own bug ends the iteration. */
const mayGoOn = (error: unknown): boolean => error instanceof TandemError && error.exitCode !== 75;

const settlePendingLinks = async (runs: readonly SetRun[], resolver: Resolver): Promise<void> => {
  resolver.forgetMissing();
  for (let round = 0; round < 10; round++) {
    let work = 0;
    for (const run of runs) {
      if (run.pending.size === 0) continue;
      const refs = [...run.pending.values()].flat();
      for (const side of SIDES) {
        const awaited = refs.filter((link) => link.side !== side).map((link) => ({ ref: link.awaitedId, type: link.awaitedType }));
        if (awaited.length === 0) continue;
        await resolver.prepareRefs(side, awaited);
      }
      const tasks = await resolvablePairs(run, (side, type, id) => typeof resolver.lookups.partner(side, type, id) === "object");
      if (tasks.length === 0) continue;
      work += tasks.length;
      await workOnPairs(run, tasks);
      run.tally.endSet({ master: run.context.connectors.master.capabilities, target: run.context.connectors.target.capabilities });
    }
    if (work === 0) return;
  }
};

const openRuns = async (context: RunContext, options: IterationOptions, tally: Tally): Promise<{ runs: SetRun[]; resolver: Resolver }> => {
  const sets = inOrder(context.connection.syncSets);
  const rows = await context.store.syncSets.ensure(
    context.connection.name,
    sets.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })),
  );
  const resolver = createResolver({ store: context.store, connectors: context.connectors, sets: sets.map((set, index) => ({ set, id: (rows[index] as SyncSetRow).id })) });
  const planned = new Set<string>();
  const runs: SetRun[] = [];
  for (const [index, set] of sets.entries()) runs.push(await openSetRun({ context, options, set, tally, resolver, planned, row: rows[index] as SyncSetRow }));
  return { runs, resolver };
};

const statusOf = (failed: readonly FailedSet[], sets: number, tally: Tally): RunRow["status"] => {
  if (failed.length === sets && sets > 0) return failed.every(({ error }) => error instanceof GuardError) ? "refused" : "failed";
  const open = SIDES.some((side) => tally.counts[side].failed + tally.counts[side].held > 0);
  return failed.length > 0 || open ? "partly" : "done";
};

const flatCounts = (result: Omit<IterationResult, "status">): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const side of SIDES) {
    for (const [what, n] of Object.entries(result.counts[side])) if (n > 0) counts[`${what}.${side}`] = n;
    counts[`calls.${side}`] = result.calls[side];
    counts[`leastCalls.${side}`] = result.leastCalls[side];
  }
  return counts;
};

/**
 * Runs one iteration. Throws BusyError when stopped or when the lock is lost (everything done is recorded), and the error
 * of a sync set if it was the only one. A dry run writes nothing, neither to an endpoint nor to the store's items.
 */
export const syncIteration = async (given: ConnectionContext, options: IterationOptions, lease?: Lease): Promise<IterationResult> => {
  const run = given.newId();
  const context: RunContext = { ...given, run, lease };
  const tally = createTally();
  const startedAt = context.now();
  const before = { master: context.connectors.master.calls(), target: context.connectors.target.calls() };
  const { runs, resolver } = await openRuns(context, options, tally);
  const notices = [...context.connection.notices.map((notice) => notice.message), ...runs.flatMap(mappingNotice)];
  if (options.dryRun !== true) await context.store.runs.start({ id: run, connection: context.connection.name, script: "syncIteration", host: context.host, pid: context.pid, at: startedAt });
  const failedSets: FailedSet[] = [];
  const finish = (): Omit<IterationResult, "status"> => ({
    run,
    connection: context.connection.name,
    startedAt,
    endedAt: context.now(),
    counts: tally.counts,
    calls: { master: context.connectors.master.calls() - before.master, target: context.connectors.target.calls() - before.target },
    leastCalls: { master: tally.leastCalls("master"), target: tally.leastCalls("target") },
    failedSets,
    notices,
  });
  const end = async (status: RunRow["status"], message?: string): Promise<IterationResult> => {
    const result = finish();
    context.progress.done();
    if (options.dryRun !== true) await context.store.runs.end(run, { at: result.endedAt, status, counts: flatCounts(result), ...(message === undefined ? {} : { message }) });
    return { ...result, status };
  };
  try {
    for (const setRun of runs) {
      try {
        await runSyncSet(setRun);
      } catch (error) {
        if (!mayGoOn(error)) throw error;
        failedSets.push(failure(setRun.set, error));
        context.log.warn(`${setRun.set.key}: ${failure(setRun.set, error).message}`);
      }
    }
    if (options.dryRun !== true) await settlePendingLinks(runs, resolver);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await end(error instanceof TandemError && error.exitCode === 75 ? "stopped" : "failed", message);
    throw error;
  }
  return end(statusOf(failedSets, runs.length, tally), failedSets.map((failed) => `${failed.syncSet}: ${failed.message}`).join("\n") || undefined);
};
