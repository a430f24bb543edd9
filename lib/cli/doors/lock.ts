// One iteration per connection in the world, or one of each of its slices: takes the lock or leaves naming its holder.

import { BusyError, LockedError } from "../../core/errors.ts";
import type { Doors } from "../../run/context.ts";
import { lockOf } from "../../run/turns/due.ts";
import { unfinishedOf } from "../../run/steps/guards/heldBack.ts";
import type { Lease, LockHolder } from "../../store/store.ts";
import type { Definitions } from "../definitions/definitions.ts";
import type { ScriptCall } from "../script/script.ts";

const DEFAULT_LOCK_WAIT = 30;

/** Seconds: --lock-wait, else settings.yaml, else 30. */
export const lockWaitOf = (call: ScriptCall, definitions: Definitions): number => call.options.lockWait ?? definitions.settings.lockWaitSeconds ?? DEFAULT_LOCK_WAIT;

export interface HoldHow {
  readonly evenIfStopped?: boolean;
  /** Only this slice of the connection, beside others. */
  readonly slice?: string | undefined;
  /** How long slices in hand are waited for, where the whole is wanted. */
  readonly waitSeconds?: number;
}

const sentence = (name: string, slice: string | undefined, { script, pid, host, since, name: lock }: LockHolder): string => {
  const other = lock.startsWith(`${lockOf(name)}/`) && slice === undefined ? ` in its slice ${lock.slice(lockOf(name).length + 1)}` : "";
  const wanted = slice === undefined ? `connection ${name}` : `slice ${slice} of connection ${name}`;
  return `${wanted} is locked by ${script}${other} (process ${pid} on ${host}, since ${since})`;
};

/** Throws BusyError when a person has stopped the connection. */
const demandStarted = async (doors: Doors, name: string): Promise<void> => {
  const state = await doors.store.connections.get(name);
  if (state?.started === false) throw new BusyError(`connection ${name} was stopped by ${state.changedBy} at ${state.changedAt}${state.note === undefined ? "" : ` (${state.note})`}`, (await unfinishedOf(doors, name)).length > 0 ? `run the same again, with the same words and file; then npx tandem startConnection --connection ${name}` : `npx tandem startConnection --connection ${name} lets it run again`);
};

/**
 * Throws LockedError when another run holds the lock, BusyError when a person has stopped the connection: also while its lock was held
 * by who has deleted its cross references in that time, over which an iteration would create everything anew.
 */
export const holdingLock = async <T>(doors: Doors, name: string, call: ScriptCall, work: (lease: Lease) => Promise<T>, how: HoldHow = {}): Promise<T> => {
  if (how.evenIfStopped !== true) await demandStarted(doors, name);
  const holder = { host: doors.host, pid: doors.pid, script: call.script };
  const { locks } = doors.store;
  const lease = await (how.slice === undefined ? locks.acquire(lockOf(name), holder, { waitSeconds: how.waitSeconds ?? DEFAULT_LOCK_WAIT, stop: doors.stop }) : locks.acquireSlice(lockOf(name), how.slice, holder));
  if (!("release" in lease)) throw new LockedError(sentence(name, how.slice, lease), "it ends by itself; connectionStatus shows it");
  try {
    if (how.evenIfStopped !== true) await demandStarted(doors, name);
    return await work(lease);
  } finally {
    await lease.release();
  }
};
