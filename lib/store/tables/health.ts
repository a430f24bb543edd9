// What checkHealth wants to know of the database: its version, size, dead rows and clock. Reads only.

import type { OpenDatabase } from "../database.ts";
import { schemaStatus } from "../migrate.ts";
import type { HealthDoor, StoreHealth } from "../upkeep.ts";

const TABLES = `select c.relname as name, pg_total_relation_size(c.oid) as bytes, coalesce(pg_stat_get_live_tuples(c.oid), 0) as live, coalesce(pg_stat_get_dead_tuples(c.oid), 0) as dead
  from pg_class c where c.relkind = 'r' and c.relnamespace = (select relnamespace from pg_class where oid = 'outcomes'::regclass) order by 2 desc, 1`;

const HEAD = "select current_setting('server_version_num')::int as version, current_setting('server_version') as words, pg_database_size(current_database()) as bytes, clock_timestamp() as now";

const read = async (open: OpenDatabase): Promise<StoreHealth> => {
  const [head] = (await open.db.raw(HEAD)).rows;
  const tables: readonly Record<string, unknown>[] = (await open.db.raw(TABLES)).rows;
  return {
    version: Number(head.version),
    versionText: String(head.words).replace(/ .*/, ""),
    schema: (await schemaStatus(open.db)).current,
    bytes: Number(head.bytes),
    now: String(head.now),
    tables: tables.map((row) => ({ name: String(row.name), bytes: Number(row.bytes), live: Number(row.live), dead: Number(row.dead) })),
  };
};

export const createHealth = (open: OpenDatabase): HealthDoor => ({ read: () => read(open) });
