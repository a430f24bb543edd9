// What a person has stopped stays stopped when a backup takes the place of the store: it knows nothing of that, and the next
// start by a schedule would run before anybody has looked.

import type { Database } from "../database.ts";

type Asked = Pick<Database, "raw">;

/** As JSON, before the tables go; "[]" where there are none yet. */
export const stoppedConnections = async (db: Asked): Promise<string> => {
  if ((await db.raw("select to_regclass('connections') is not null as there")).rows[0].there !== true) return "[]";
  return String((await db.raw("select coalesce(jsonb_agg(to_jsonb(c)), '[]')::text as rows from connections c where not started")).rows[0].rows);
};

/** `rows` is an expression. */
const keep = (rows: string): string => `insert into connections select * from jsonb_populate_recordset(null::connections, ${rows}::jsonb) on conflict (name) do update set started = false, changed_at = excluded.changed_at, changed_by = excluded.changed_by, note = excluded.note`;

/** With the rows of the backup in their place, in the same commit. */
export const keepStopped = async (db: Asked, rows: string): Promise<void> => {
  await db.raw(keep("?"), [rows]);
};

/** The same as a statement. */
export const keepStoppedStatement = (rows: string): string => keep(`'${rows.replaceAll("'", "''")}'`);
