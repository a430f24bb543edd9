// Makes items in quarantine due now: the next iteration tries them again. Writes to no endpoint.

import type { Quarantined } from "../store/store.ts";
import type { Doors } from "./context.ts";

export interface RetryResult {
  readonly connection: string;
  readonly due: readonly (Quarantined & { readonly syncSetKey: string })[];
}

/** `item`: id or key of one item; not given: all of the connection. */
export const retryQuarantine = async (doors: Pick<Doors, "store" | "now">, connection: string, options: { readonly item?: string; readonly dryRun?: boolean }): Promise<RetryResult> => {
  const due: (Quarantined & { readonly syncSetKey: string })[] = [];
  for (const set of await doors.store.syncSets.list(connection)) {
    const rows = (await doors.store.quarantine.list(set.id)).filter((row) => options.item === undefined || row.id === options.item || row.key === options.item);
    for (const row of rows) due.push({ ...row, syncSetKey: set.key });
    if (options.dryRun !== true) await doors.store.record({ quarantine: rows.map((row) => ({ ...row, nextAt: doors.now() })) });
  }
  return { connection, due };
};
