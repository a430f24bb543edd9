// What has to be held while an entity is changed: its lock, and its check-out where the project keeps versions. Both are
// given back in any case; locks also end with the session (alm-qc.md §21).

import { AccessError, BusyError, RemoteError } from "../../core/errors.ts";
import { isLocked, isMissing } from "./faults.ts";
import { type Place, pathOf } from "./items.ts";
import type { Reply } from "./session.ts";

export type Held = { readonly held: boolean } | { readonly refused: Reply["fault"] };

const quietly = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    // The lock ends with the session at the latest.
    if (!(error instanceof RemoteError || error instanceof BusyError || error instanceof AccessError)) throw error;
  }
};

/** A type without locks is written without one. */
const take = async (place: Place, id: string): Promise<Held> => {
  const { fault, status } = await place.session.ask({ method: "POST", path: `${pathOf(place, id)}/lock` });
  if (status < 300) return { held: true };
  return isLocked(fault) || isMissing(fault) || status === 403 ? { refused: fault } : { held: false };
};

/** Runs the work with those locked that could be; the others are told to it. */
export const withLocks = async <T>(place: Place, ids: readonly string[], work: (refused: ReadonlyMap<string, Reply["fault"]>) => Promise<T>): Promise<T> => {
  const held: string[] = [];
  const refused = new Map<string, Reply["fault"]>();
  const taken = await Promise.allSettled(
    ids.map(async (id) => {
      const lock = await take(place, id);
      if ("refused" in lock) refused.set(id, lock.refused);
      else if (lock.held) held.push(id);
    }),
  );
  try {
    const failed = taken.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return await work(refused);
  } finally {
    await Promise.all(held.map((id) => quietly(place.session.ask({ method: "DELETE", path: `${pathOf(place, id)}/lock` }))));
  }
};

export type CheckedOut<T> = { readonly refused: Reply["fault"] } | { readonly result: T; /** Written, but others do not see it yet. */ readonly unfinished?: Reply["fault"] };

/** A version that was changed is checked in, one that was not is given back. Empty bodies, and so no Content-Type. */
export const withCheckOut = async <T>(place: Place, id: string, work: () => Promise<T>, isWritten: (result: T) => boolean): Promise<CheckedOut<T>> => {
  const versions = `${pathOf(place, id)}/versions`;
  const out = await place.session.ask({ method: "POST", path: `${versions}/check-out` });
  if (out.status >= 300) return { refused: out.fault };
  let written = false;
  try {
    const result = await work();
    written = isWritten(result);
    if (!written) return { result };
    const { status, fault } = await place.session.ask({ method: "POST", path: `${versions}/check-in` });
    return { result, ...(status < 300 ? {} : { unfinished: fault }) };
  } finally {
    if (!written) await quietly(place.session.ask({ method: "POST", path: `${versions}/undo-check-out` }));
  }
};
