// The frame around every deed that writes to endpoints: a run with its row, its tally, its sync sets opened in the order
// references demand; ended in the store whatever happens inside.

import { endsRun, GuardError, TandemError } from "../../core/errors.ts";
import { type KnownSet, kinOf } from "../../core/mapping/kin.ts";
import type { SyncSet } from "../../core/mapping/model.ts";
import { sliceOf } from "../../core/mapping/slices.ts";
import { inOrder } from "../../core/sync/order.ts";
import { type Instant, type Side, SIDES } from "../../core/types.ts";
import type { Lease, RunRow, SyncSetRow } from "../../store/store.ts";
import type { ConnectionContext, RunContext } from "../context.ts";
import { checkAddresses } from "./guards/addresses.ts";
import { tellWaiting } from "./keep.ts";
import { createResolver, type Resolver } from "./lookUp/resolve.ts";
import { type IterationOptions, openSetRun, type OtherSet, type SetRun } from "./setRun.ts";
import { createTally, type Reason, type Tally } from "./tally.ts";

export interface FailedSet {
  readonly syncSet: string;
  readonly message: string;
  readonly advice?: string;
  readonly error: unknown;
}

/** What an iteration did. Calls are HTTP calls, by the side they went to. */
export interface IterationResult {
  /** Its id: of `runHistory`, and of the outcomes in the store. */
  readonly run: string;
  readonly connection: string;
  readonly slice?: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** done: everything settled; partly: something failed, or waits for a person; failed, refused: no sync set came to its end. */
  readonly status: RunRow["status"];
  /** "read", "unchanged" and "recorded" by the side the change or item came from, all else by the side that was, or would have been, written. */
  readonly counts: Tally["counts"];
  readonly calls: Readonly<Record<Side, number>>;
  /** The least that a program which knows the rules of both systems needs for it. */
  readonly leastCalls: Readonly<Record<Side, number>>;
  /** Sync sets that stopped, and what to do about each; the others went on. */
  readonly failedSets: readonly FailedSet[];
  /** Why items went into quarantine, or stay there: the most frequent first, five at the most. */
  readonly reasons: readonly Reason[];
  /** What a person should know: mappings that changed, directions turned. */
  readonly notices: readonly string[];
}

export interface Frame {
  readonly context: RunContext;
  readonly runs: readonly SetRun[];
  readonly resolver: Resolver;
  readonly notices: string[];
  /** Works on one sync set; if it stops, the others go on. A refused login, a lost lock, a stop or our own bug ends the run. */
  attempt(run: SetRun, work: () => Promise<void>): Promise<void>;
}

const failure = (set: SetRun["set"], error: unknown): FailedSet => {
  const message = error instanceof Error ? error.message : String(error);
  return { syncSet: set.key, message, error, ...(error instanceof TandemError && error.advice !== undefined ? { advice: error.advice } : {}) };
};

const mayGoOn = (error: unknown): boolean => error instanceof TandemError && !endsRun(error);

/** Whatever their type: who moves an item may make another type of it at once, and those that can move share their ids. */
const othersOf = ({ connection, connectors }: RunContext, all: readonly OtherSet[], set: SyncSet, side: Side): readonly OtherSet[] => {
  const canMove = (one: SyncSet): boolean => connectors[side].capabilities.movable?.(one[side].type) === true;
  return connection.slices === undefined || !canMove(set) ? [] : all.filter((other) => sliceOf(other.set) !== sliceOf(set) && canMove(other.set));
};

const openRuns = async (context: RunContext, options: IterationOptions, tally: Tally): Promise<{ runs: SetRun[]; resolver: Resolver }> => {
  const sets = inOrder(context.connection.syncSets);
  const { syncSets } = context.store;
  // Who only plans makes nothing.
  const rows = await syncSets[options.dryRun === true ? "look" : "ensure"](
    context.connection.name,
    sets.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })),
  );
  const all = sets.map((set, index): OtherSet => ({ set, id: (rows[index] as SyncSetRow).id, generation: (rows[index] as SyncSetRow).generation }));
  // Partners are looked up in all of them, also where one slice is worked on.
  const resolver = createResolver({ store: context.store, connectors: context.connectors, sets: all, onAsked: (side) => tally.need(side, "calls", 1) });
  const runs: SetRun[] = [];
  const mine = rows.filter((_, index) => options.slice === undefined || sliceOf(sets[index] as SyncSet) === options.slice);
  const busy = await context.store.syncSets.busy(mine.map(({ id }) => id));
  let known: Promise<readonly KnownSet[]> | undefined;
  for (const row of mine) {
    const set = sets[rows.indexOf(row)] as SyncSet;
    const others = { master: othersOf(context, all, set, "master"), target: othersOf(context, all, set, "target") };
    runs.push(await openSetRun({ context, options, set, tally, resolver, row, others, kin: async () => kinOf(set, context.connection, await (known ??= context.store.syncSets.all())), isBusy: busy.has(row.id) }));
  }
  return { runs, resolver };
};

const statusOf = (failed: readonly FailedSet[], sets: number, tally: Tally): RunRow["status"] => {
  if (failed.length === sets && sets > 0) return failed.every(({ error }) => error instanceof GuardError) ? "refused" : "failed";
  const open = SIDES.some((side) => tally.counts[side].failed + tally.counts[side].held > 0);
  return failed.length > 0 || open ? "partly" : "done";
};

const failedTexts = (failed: readonly FailedSet[]): readonly string[] => failed.map(({ syncSet, message }) => `${syncSet}: ${message}`);

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
 * Throws BusyError when stopped or when the lock is lost, LoginError where a system lets the account in no more (everything done is
 * recorded). A dry run writes nothing, neither to an endpoint nor to the store's items.
 */
export const inRun = async (given: ConnectionContext, script: string, options: IterationOptions, lease: Lease | undefined, work: (frame: Frame) => Promise<void>): Promise<IterationResult> => {
  const run = given.newId();
  const { slice } = options;
  if (slice !== undefined && options.sweep === true) throw new Error("a sweep is of the whole connection");
  const context: RunContext = { ...given, run, lease, log: given.log.about?.({ run, connection: given.connection.name, ...(slice === undefined ? {} : { slice }) }) ?? given.log };
  const tally = createTally();
  const startedAt = context.now();
  const before = { master: context.connectors.master.calls(), target: context.connectors.target.calls() };
  const { runs, resolver } = await openRuns(context, options, tally);
  const notices = context.connection.notices.map((notice) => notice.message);
  const failedSets: FailedSet[] = [];
  if (options.dryRun !== true) await context.store.runs.start({ id: run, connection: context.connection.name, ...(slice === undefined ? {} : { slice }), script, host: context.host, pid: context.pid, at: startedAt });
  const end = async (status: RunRow["status"], message?: string): Promise<IterationResult> => {
    const calls = { master: context.connectors.master.calls() - before.master, target: context.connectors.target.calls() - before.target };
    const result = {
      run,
      connection: context.connection.name,
      ...(slice === undefined ? {} : { slice }),
      startedAt,
      endedAt: context.now(),
      counts: tally.counts,
      calls,
      // Sync sets that share a call, and answers that told more than was asked for, do with fewer than each alone needs.
      leastCalls: { master: Math.min(tally.leastCalls("master"), calls.master), target: Math.min(tally.leastCalls("target"), calls.target) },
      failedSets,
      reasons: tally.reasons(),
      notices,
    };
    context.progress.done();
    if (options.dryRun !== true) await context.store.runs.end(run, { at: result.endedAt, status, counts: flatCounts(result), ...(message === undefined ? {} : { message }) });
    return { ...result, status };
  };
  const attempt: Frame["attempt"] = async (setRun, deed) => {
    try {
      await deed();
    } catch (error) {
      if (!mayGoOn(error)) throw error;
      failedSets.push(failure(setRun.set, error));
      // At the end the iteration tells it with its advice.
      context.log.info(`${setRun.set.key}: ${failure(setRun.set, error).message}`);
    }
  };
  try {
    await checkAddresses(context, options);
    await work({ context, runs, resolver, notices, attempt });
    for (const setRun of runs) if (setRun.waiting.size > 0) await context.store.record(tellWaiting(setRun), context.lease);
  } catch (error) {
    const last = error instanceof Error ? error.message : String(error);
    await end(error instanceof TandemError && error.exitCode === 75 ? "stopped" : "failed", [...failedTexts(failedSets), last].join("\n"));
    throw error;
  }
  return end(statusOf(failedSets, runs.length, tally), failedTexts(failedSets).join("\n") || undefined);
};
