// Takes away records of runs that are older than the site keeps them: first a plan, then exactly that plan. Never touches cross
// references, watermarks, user maps, quarantine, conflicts, intents or pending links.

import { GuardError } from "../core/errors.ts";
import type { RetentionDays } from "../core/retention.ts";
import { MAX_SKEW_MS } from "../core/time.ts";
import type { PurgePlan, PurgeResult } from "../store/store.ts";
import type { Doors } from "./context.ts";

export interface PurgeReport {
  readonly olderThan: RetentionDays;
  readonly plan: PurgePlan;
  readonly dryRun: boolean;
  /** Missing with `dryRun`, with nothing to do, and where a person said no. */
  readonly result?: PurgeResult;
  /** Told to stop before everything planned was done. */
  readonly stopped: boolean;
}

export interface PurgeOptions {
  readonly olderThan: RetentionDays;
  readonly dryRun?: boolean;
  /** Asked once, with the plan, before anything is removed. */
  readonly agree?: (plan: PurgePlan) => Promise<boolean>;
}

/** The fact that tells when the last purge ended, for checkHealth. */
export const PURGE_FACT = "purge:last";

export const isEmptyPlan = (plan: PurgePlan): boolean => plan.partitions.length === 0 && plan.runs.rows === 0;

/**
 * Throws GuardError where our clock is ahead of the database's: by ours records of yesterday may be older than the site keeps them. An
 * embedded store has no clock of its own.
 */
export const demandClock = async ({ store, now }: Pick<Doors, "store" | "now">): Promise<void> => {
  const [ours, theirs] = [now(), (await store.health.read()).now];
  const ahead = Math.round((Date.parse(ours) - Date.parse(theirs)) / 1000);
  if (ahead * 1000 > MAX_SKEW_MS) throw new GuardError(`our clock is ${ahead} s ahead of that of the database ${store.location}: what is old by it may be of yesterday; nothing was purged`, "set both clocks by NTP");
};

/** Drops whole months of outcomes that are older; stopped between two of them, it is stopped with what was done done. `agree` false: nothing happens. */
export const purgeDatabase = async (doors: Pick<Doors, "store" | "now" | "stop" | "progress">, options: PurgeOptions): Promise<PurgeReport> => {
  const { store } = doors;
  const plan = await store.purge.plan({ olderThan: options.olderThan, now: doors.now() });
  const report = { olderThan: options.olderThan, plan, dryRun: options.dryRun === true, stopped: false };
  if (report.dryRun || isEmptyPlan(plan) || (options.agree !== undefined && !(await options.agree(plan)))) return report;
  const result = await store.purge.apply(plan, { stop: doors.stop, onProgress: (done, total) => doors.progress.update("months purged", done, total) });
  await store.facts.set([{ name: PURGE_FACT, value: { rows: result.rows, runs: result.runs, bytes: result.bytes, busy: result.busy }, at: doors.now() }]);
  return { ...report, result, stopped: doors.stop.aborted };
};
