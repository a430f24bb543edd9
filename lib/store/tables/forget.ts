// What the sync sets of a connection hold, counted and removed. Runs and outcomes are history and stay.

import type { Knex } from "knex";
import type { Database } from "../database.ts";
import { checkFence } from "../record.ts";
import type { Holdings, Lease } from "../store.ts";

/** In an order in which no row is removed by another's leaving before it was counted. */
const TABLES: Readonly<Record<keyof Holdings, string>> = {
  baseTexts: "base_texts",
  subLinks: "sub_links",
  links: "links",
  intents: "intents",
  watermarks: "watermarks",
  pendingLinks: "pending_links",
  quarantine: "quarantine",
  conflicts: "conflicts",
};

const OF_CONNECTION = "sync_set in (select id from sync_sets where connection = ?)";

const each = async (work: (table: string) => Promise<number>): Promise<Holdings> => {
  const counts: Record<string, number> = {};
  for (const [name, table] of Object.entries(TABLES)) counts[name] = await work(table);
  return counts as unknown as Holdings;
};

export const holdings = (db: Database, connection: string): Promise<Holdings> => each(async (table) => Number((await db.raw(`select count(*) as n from ${table} where ${OF_CONNECTION}`, [connection])).rows[0].n));

/** Answers what was deleted. The sync sets stay, with a higher generation: who still works on them notices. */
export const forget = (db: Database, connection: string, lease?: Lease): Promise<Holdings> =>
  db.transaction(async (trx: Knex.Transaction) => {
    if (lease !== undefined) await checkFence(trx, lease);
    await trx.raw("update sync_sets set generation = generation + 1 where connection = ?", [connection]);
    return each(async (table) => Number((await trx.raw(`with gone as (delete from ${table} where ${OF_CONNECTION} returning 1) select count(*) as n from gone`, [connection])).rows[0].n));
  });
