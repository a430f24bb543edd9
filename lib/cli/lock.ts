// One iteration per connection in the world: takes the connection's lock or leaves at once naming its holder.

import { BusyError } from "../core/errors.ts";
import type { Doors } from "../run/context.ts";
import type { Lease } from "../store/store.ts";
import type { ScriptCall } from "./script.ts";

/** Throws BusyError when another run holds the lock or a person has stopped the connection. */
export const holdingLock = async <T>(doors: Doors, name: string, call: ScriptCall, work: (lease: Lease) => Promise<T>, how: { readonly evenIfStopped?: boolean } = {}): Promise<T> => {
  const state = await doors.store.connections.get(name);
  if (state?.started === false && how.evenIfStopped !== true) throw new BusyError(`connection ${name} was stopped by ${state.changedBy} at ${state.changedAt}${state.note === undefined ? "" : ` (${state.note})`}`, `npx tandem startConnection --connection ${name} lets it run again`);
  const lease = await doors.store.locks.acquire(`connection:${name}`, { host: doors.host, pid: doors.pid, script: call.script });
  if (!("release" in lease)) throw new BusyError(`connection ${name} is locked by ${lease.script} (process ${lease.pid} on ${lease.host}, since ${lease.since})`, "it ends by itself; connectionStatus shows it");
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
};
