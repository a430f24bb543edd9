// Which sync sets have not run as they are defined now. One question to the store; it stands alone so that a run without a change
// reads nothing more.

import { sliceOf } from "../../core/mapping/slices.ts";
import type { ConnectionContext } from "../context.ts";

/** With a slice, of those in it. */
export const changedSets = async ({ store, connection }: Pick<ConnectionContext, "store" | "connection">, slice?: string): Promise<readonly string[]> => {
  const known = new Map((await store.syncSets.list(connection.name)).map((row) => [row.key, row.fingerprint]));
  return connection.syncSets.filter((set) => (slice === undefined || sliceOf(set) === slice) && known.get(set.key) !== set.fingerprint).map((set) => set.key);
};
