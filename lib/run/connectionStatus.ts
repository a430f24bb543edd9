// How a connection stands, from records alone: no endpoint is asked.

import { latestBy } from "../core/time.ts";
import type { Instant } from "../core/types.ts";
import type { Conflict, ConnectionState, LockHolder, RunRow, SyncSetRow } from "../store/store.ts";
import type { Doors } from "./context.ts";
import { locksOf } from "./turns/due.ts";
import { unfinishedOf } from "./steps/guards/heldBack.ts";

/**
 * The product's six words (connect-product §1.16). Running: the last iteration of all sync sets succeeded; Failed: one failed and none
 * has succeeded since; Restarting: cut short, or in its first iteration since it was started; In Queue: started, and no iteration
 * has begun since; Disabled: a person stopped it; Idle: there was nothing to do yet.
 */
export type ConnectionWord = "Disabled" | "Failed" | "Idle" | "In Queue" | "Restarting" | "Running";

export interface SyncSetStatus {
  readonly syncSet: string;
  readonly pairs: number;
  readonly masterWatermark?: Instant;
  readonly targetWatermark?: Instant;
  readonly quarantined: number;
  readonly pendingLinks: number;
}

export interface StatusResult {
  readonly connection: string;
  readonly status: ConnectionWord;
  readonly reason: string;
  readonly holder?: LockHolder;
  /** Of a connection in slices. */
  readonly slices?: readonly SliceStatus[];
  readonly lastRun?: RunRow;
  readonly lastSuccess?: Instant;
  readonly conflicts: readonly (Conflict & { readonly syncSetKey: string })[];
  readonly syncSets: readonly SyncSetStatus[];
}

export interface SliceStatus {
  readonly slice: string;
  readonly status: ConnectionWord;
  readonly reason: string;
  readonly lastRun?: RunRow;
  readonly lastSuccess?: Instant;
}

const isSuccess = (run: RunRow): boolean => run.status === "done" || run.status === "partly";

type Standing = { readonly status: ConnectionWord; readonly reason: string };

/** What the latest of the runs that have ended says, or were killed. */
const lastWord = (last: RunRow): Standing => {
  if (last.status === "done") return { status: "Running", reason: DID_ALL };
  if (last.status === "partly") return { status: "Running", reason: "the last iteration left items that need a person" };
  if (last.status === "stopped") return { status: "Restarting", reason: last.message ?? "the last iteration was stopped; the next goes on where it was" };
  if (last.status === "running") return { status: "Restarting", reason: "the last iteration ended without a word (killed?); the next goes on where it was" };
  return { status: "Failed", reason: last.message ?? "the last iteration failed" };
};

const DID_ALL = "the last iteration did everything";

/** Scripts under whose lock iterations run. */
const ITERATING: readonly string[] = ["syncIteration", "worker"];

/** `runs`: the latest first. */
const wordFor = (state: ConnectionState | undefined, holder: LockHolder | undefined, runs: readonly RunRow[], now: Instant): Standing => {
  const [last] = runs;
  if (state?.started === false) return { status: "Disabled", reason: `stopped by ${state.changedBy} at ${state.changedAt}${state.note === undefined ? "" : ` (${state.note})`}` };
  const isSince = (run: RunRow): boolean => state === undefined || state.changedAt > latestBy(now) || Date.parse(run.startedAt) >= Date.parse(state.changedAt);
  if (holder !== undefined && (ITERATING.includes(holder.script) || (last?.status === "running" && last.pid === holder.pid && last.host === holder.host))) {
    const before = runs.find((run) => run.endedAt !== undefined);
    const underWay = `an iteration is under way (process ${holder.pid} on ${holder.host})`;
    if (before === undefined || !isSince(before)) return { status: "Restarting", reason: `${underWay}, the first${before === undefined ? "" : ` since it was started by ${state?.changedBy} at ${state?.changedAt}`}` };
    const { status, reason } = lastWord(before);
    return { status, reason: before.status === "done" || before.status === "partly" ? underWay : `${underWay}; before it: ${reason}` };
  }
  if (state !== undefined && (last === undefined || !isSince(last))) return { status: "In Queue", reason: `started by ${state.changedBy} at ${state.changedAt}; no iteration has begun since` };
  return last === undefined ? { status: "Idle", reason: "has never run" } : lastWord(last);
};

/** That a run did everything says nothing of what was not due. */
const withWaiting = (reason: string, sets: readonly SyncSetStatus[]): string => {
  const sum = (count: (set: SyncSetStatus) => number): number => sets.reduce((total, set) => total + count(set), 0);
  const waiting = [[sum(({ quarantined }) => quarantined), "items in quarantine"], [sum(({ pendingLinks }) => pendingLinks), "links"]].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  return waiting.length === 0 || reason !== DID_ALL ? reason : `the last iteration did all that was due; ${waiting.join(" and ")} wait`;
};

/** What the records say of a run is as old as the backup. */
const withRestore = (reason: string, rows: readonly SyncSetRow[]): string => {
  const [from] = rows.flatMap(({ restoredFrom }) => restoredFrom ?? []).toSorted();
  return from === undefined ? reason : `${reason}; the store was put back to ${from}, and what was made since is looked for until a sweep comes through with nothing held`;
};

const statusOf = async ({ store, now }: Pick<Doors, "store" | "now">, connection: string, slice: string | undefined, holders: readonly LockHolder[]): Promise<Omit<SliceStatus, "slice"> & { readonly holder?: LockHolder }> => {
  const state = await store.connections.get(connection);
  const holder = holders.find(({ name }) => locksOf(connection, slice).includes(name));
  const runs = await store.runs.list(connection, 50, slice, latestBy(now()));
  const success = runs.find(isSuccess)?.endedAt;
  const [last] = runs;
  return {
    ...wordFor(state, holder, runs, now()),
    ...(holder === undefined ? {} : { holder }),
    ...(last === undefined ? {} : { lastRun: last }),
    ...(success === undefined ? {} : { lastSuccess: success }),
  };
};

/** Of slices the worst tells how the connection stands. */
const WORST: readonly ConnectionWord[] = ["Failed", "Restarting", "In Queue", "Idle", "Running", "Disabled"];

const ofSlices = async (doors: Pick<Doors, "store" | "now">, connection: string, slices: readonly string[], holders: readonly LockHolder[]): Promise<Pick<StatusResult, "status" | "reason" | "slices">> => {
  const all: SliceStatus[] = [];
  for (const slice of slices) {
    const { holder: _holder, ...status } = await statusOf(doors, connection, slice, holders);
    all.push({ slice, ...status });
  }
  const worst = all.toSorted((a, b) => WORST.indexOf(a.status) - WORST.indexOf(b.status))[0] as SliceStatus;
  const isAlike = all.every(({ status, reason }) => status === worst.status && reason === worst.reason);
  return { status: worst.status, reason: isAlike ? worst.reason : `${worst.slice}: ${worst.reason}`, slices: all };
};

/** `slices`: those its definition cuts it into. */
export const connectionStatus = async (doors: Pick<Doors, "store" | "now">, connection: string, slices: readonly string[] = []): Promise<StatusResult> => {
  const { store } = doors;
  const holders = await store.locks.holders();
  const found = await statusOf(doors, connection, undefined, holders);
  const unfinished = await unfinishedOf(doors, connection);
  const whole = unfinished.length === 0 || found.holder !== undefined ? found : { ...found, reason: `${unfinished.join(" and ")} has not recorded all pairs: the same again goes on` };
  const syncSets: SyncSetStatus[] = [];
  const rows = await store.syncSets.list(connection);
  for (const row of rows) {
    const marks = { master: await store.watermarks.get(row.id, "master"), target: await store.watermarks.get(row.id, "target") };
    syncSets.push({
      syncSet: row.key,
      pairs: await store.links.count(row.id),
      ...(marks.master === undefined ? {} : { masterWatermark: marks.master.at }),
      ...(marks.target === undefined ? {} : { targetWatermark: marks.target.at }),
      quarantined: (await store.quarantine.list(row.id)).length,
      pendingLinks: (await store.pendingLinks.list(row.id)).length,
    });
  }
  const standing = { ...whole, ...(slices.length === 0 ? {} : await ofSlices(doors, connection, slices, holders)) };
  return {
    connection,
    ...standing,
    reason: withRestore(withWaiting(standing.reason, syncSets), rows),
    conflicts: await store.conflicts.list(connection),
    syncSets,
  };
};
