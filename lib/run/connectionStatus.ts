// How a connection stands, from records alone: no endpoint is asked.

import type { Instant } from "../core/types.ts";
import type { Conflict, ConnectionState, LockHolder, RunRow } from "../store/store.ts";
import type { Doors } from "./context.ts";
import { locksOf } from "./due.ts";
import { unfinishedOf } from "./steps/heldBack.ts";

/** The product's words (connect-product §1.16): Running means that all sync sets succeeded last time. */
export type ConnectionWord = "Disabled" | "Starting" | "Running" | "Failed" | "Stopped" | "Idle";

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

/** `ended`: whether any iteration has ended yet. */
const wordFor = (state: ConnectionState | undefined, holder: LockHolder | undefined, last: RunRow | undefined, ended: boolean): { readonly status: ConnectionWord; readonly reason: string } => {
  if (state?.started === false) return { status: "Disabled", reason: `stopped by ${state.changedBy} at ${state.changedAt}${state.note === undefined ? "" : ` (${state.note})`}` };
  if (holder !== undefined) return !ended ? { status: "Starting", reason: "its first iteration is under way" } : { status: "Running", reason: `an iteration is under way (process ${holder.pid} on ${holder.host})` };
  if (last === undefined) return { status: "Idle", reason: "has never run" };
  if (last.status === "done" || last.status === "partly") return { status: "Running", reason: last.status === "done" ? "the last iteration did everything" : "the last iteration left items that need a person" };
  if (last.status === "stopped") return { status: "Stopped", reason: last.message ?? "the last iteration was stopped; the next goes on where it was" };
  if (last.status === "running") return { status: "Stopped", reason: "the last iteration ended without a word (killed?); the next goes on where it was" };
  return { status: "Failed", reason: last.message ?? "the last iteration failed" };
};

const statusOf = async ({ store }: Pick<Doors, "store">, connection: string, slice: string | undefined, holders: readonly LockHolder[]): Promise<Omit<SliceStatus, "slice"> & { readonly holder?: LockHolder }> => {
  const state = await store.connections.get(connection);
  const holder = holders.find(({ name }) => locksOf(connection, slice).includes(name));
  const runs = await store.runs.list(connection, 50, slice);
  const success = runs.find(isSuccess)?.endedAt;
  const [last] = runs;
  return {
    ...wordFor(state, holder, last, runs.some((run) => run.endedAt !== undefined)),
    ...(holder === undefined ? {} : { holder }),
    ...(last === undefined ? {} : { lastRun: last }),
    ...(success === undefined ? {} : { lastSuccess: success }),
  };
};

/** Of slices the worst tells how the connection stands. */
const WORST: readonly ConnectionWord[] = ["Failed", "Stopped", "Idle", "Starting", "Running", "Disabled"];

const ofSlices = async (doors: Pick<Doors, "store">, connection: string, slices: readonly string[], holders: readonly LockHolder[]): Promise<Pick<StatusResult, "status" | "reason" | "slices">> => {
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
export const connectionStatus = async (doors: Pick<Doors, "store">, connection: string, slices: readonly string[] = []): Promise<StatusResult> => {
  const { store } = doors;
  const holders = await store.locks.holders();
  const found = await statusOf(doors, connection, undefined, holders);
  const unfinished = await unfinishedOf(doors, connection);
  const whole = unfinished.length === 0 || found.holder !== undefined ? found : { ...found, reason: `${unfinished.join(" and ")} has not recorded all pairs: the same again goes on` };
  const syncSets: SyncSetStatus[] = [];
  for (const row of await store.syncSets.list(connection)) {
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
  return {
    connection,
    ...whole,
    ...(slices.length === 0 ? {} : await ofSlices(doors, connection, slices, holders)),
    conflicts: await store.conflicts.list(connection),
    syncSets,
  };
};
