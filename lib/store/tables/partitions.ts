// Monthly partitions of the outcomes, made when the first row of a month comes. There is no default partition: it would
// keep old months from being detached concurrently. sql/001_runs.sql makes them, so that no script needs to own tables.

import type { Knex } from "knex";

/** Months known to be there, per pool. */
const known = new WeakMap<object, Set<string>>();

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Makes sure there is a partition for each of these instants. Safe when several processes do it at once. */
export const ensurePartitions = async (trx: Knex.Transaction, instants: readonly string[]): Promise<void> => {
  const pool = trx.client.config as object;
  const done = known.get(pool) ?? new Set<string>();
  known.set(pool, done);
  for (const month of new Set(instants.map((instant) => new Date(instant).toISOString().slice(0, 7)))) {
    if (done.has(month) || !MONTH.test(month)) continue;
    const { rows } = await trx.raw("select ensure_outcomes_partition(?::date) as made", [`${month}-01`]);
    // Known only once committed: the transaction that makes it may still roll back.
    if (rows[0]?.made === false) done.add(month);
  }
};

/** A purge, ours or another's, may have dropped what we know. */
export const forgetPartitions = (db: Knex): void => {
  known.delete(db.client.config as object);
};
