// Forgets how far a connection was read, so that the next iteration compares everything again. Cross references stay:
// nothing is created twice.

import type { Side } from "../core/types.ts";
import type { Doors } from "./context.ts";

export interface ClearResult {
  readonly connection: string;
  readonly cleared: number;
}

/** Answers how many there were. The next iteration reads everything; cross references stay, so nothing is made twice. */
export const clearWatermarks = async (doors: Pick<Doors, "store">, connection: string, only: { readonly syncSetKey?: string; readonly side?: Side; readonly dryRun?: boolean }): Promise<ClearResult> => {
  const { dryRun, ...which } = only;
  if (dryRun !== true) return { connection, cleared: await doors.store.watermarks.clear(connection, which) };
  let cleared = 0;
  for (const row of await doors.store.syncSets.list(connection)) {
    if (which.syncSetKey !== undefined && which.syncSetKey !== row.key) continue;
    for (const side of ["master", "target"] as const) {
      if (which.side !== undefined && which.side !== side) continue;
      if ((await doors.store.watermarks.get(row.id, side)) !== undefined) cleared++;
    }
  }
  return { connection, cleared };
};
