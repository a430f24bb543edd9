// Monthly partitions of the outcomes, made when the first row of a month comes. There is no default partition: it would
// keep old months from being detached concurrently.

import type { Knex } from "knex";

const known = new WeakMap<object, Set<string>>();

const monthOf = (instant: string): string => instant.slice(0, 7);

const bounds = (month: string): { readonly from: string; readonly to: string } => {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return { from: new Date(Date.UTC(year, number - 1, 1)).toISOString(), to: new Date(Date.UTC(year, number, 1)).toISOString() };
};

export const partitionName = (month: string): string => `outcomes_${month.replace("-", "_")}`;

/** Makes sure there is a partition for each of these instants. Safe when several processes do it at once. */
export const ensurePartitions = async (trx: Knex.Transaction, instants: readonly string[]): Promise<void> => {
  const client = trx.client as object;
  const done = known.get(client) ?? new Set<string>();
  known.set(client, done);
  for (const month of new Set(instants.map(monthOf))) {
    if (done.has(month) || !/^\d{4}-\d\d$/.test(month)) continue;
    const name = partitionName(month);
    const { rows } = await trx.raw("select to_regclass(?) is not null as present", [name]);
    if (rows[0]?.present !== true) {
      await trx.raw("select pg_advisory_xact_lock(7264836152)");
      const { from, to } = bounds(month);
      await trx.raw(`create table if not exists ${name} partition of outcomes for values from ('${from}') to ('${to}')`);
      // Known only once committed: the transaction may still roll back.
      continue;
    }
    done.add(month);
  }
};
