// Takes a connection out of the store: what its sync sets hold goes, its runs and outcomes stay as history. Its items at the
// endpoints are left alone; what is connected anew without its cross references would be created a second time.

import type { Holdings, Lease } from "../store/store.ts";
import type { Doors } from "./context.ts";
import { factOf } from "./turns/due.ts";
import { addressesFactOf } from "./steps/guards/addresses.ts";
import { declinedFactsOf } from "./match/declinedFacts.ts";
import { disputedFactsOf } from "./steps/guards/disputedFacts.ts";
import { seededFactsOf } from "./steps/guards/seeded.ts";
import { unfinishedFactsOf } from "./steps/guards/heldBack.ts";
import { noticeFactOf } from "./sendNotifications.ts";

export interface Deletion {
  readonly connection: string;
  readonly holdings: Holdings;
  /** Runs that stay in the history; more than a thousand are not counted. */
  readonly runs: number;
  readonly syncSets: number;
}

const MOST_RUNS = 1000;

/** What a deletion would remove and keep. */
export const seeConnection = async ({ store }: Pick<Doors, "store">, connection: string): Promise<Deletion> => ({
  connection,
  holdings: await store.syncSets.holdings(connection),
  runs: (await store.runs.list(connection, MOST_RUNS)).length,
  syncSets: (await store.syncSets.list(connection)).length,
});

export interface DeleteHow {
  /** Who deletes, for the state of a connection whose definition stays. */
  readonly by: string;
  /** Removes the definition; not given: it stays, and the connection is stopped. */
  readonly removeDefinition?: () => Promise<void>;
}

/**
 * The definition goes first, or is stopped first: an iteration that found it without its cross references would create every
 * item a second time. Killed in between: the same again goes on.
 */
export const deleteConnection = async ({ store, now }: Pick<Doors, "store" | "now">, connection: string, how: DeleteHow, lease?: Lease): Promise<Holdings> => {
  if (how.removeDefinition === undefined) await store.connections.set({ name: connection, started: false, changedAt: now(), changedBy: how.by, note: "its cross references were deleted: an iteration creates everything anew" });
  else await how.removeDefinition();
  const removed = await store.syncSets.forget(connection, lease);
  if (how.removeDefinition !== undefined) await store.connections.remove(connection);
  // One that is called the same later is another: nobody is told that it recovered.
  await store.facts.remove([factOf(connection), ...(await store.facts.list(factOf(connection, ""))).map(({ name }) => name), noticeFactOf(connection), addressesFactOf(connection), ...(await unfinishedFactsOf({ store }, connection)), ...(await disputedFactsOf({ store }, connection)), ...(await seededFactsOf({ store }, connection)), ...(await declinedFactsOf({ store }, connection))]);
  return removed;
};
