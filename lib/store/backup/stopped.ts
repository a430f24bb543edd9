// What a person has stopped stays stopped when a backup takes the place of the store: it knows nothing of that, and the next
// start by a schedule would run before anybody has looked.

import type { Database } from "../database.ts";

type Asked = Pick<Database, "raw">;

const isThere = async (db: Asked): Promise<boolean> => (await db.raw("select to_regclass('connections') is not null as there")).rows[0].there === true;

const STOPPED = "select coalesce(jsonb_agg(to_jsonb(c)), '[]')::text as rows from connections c where not started";

/** As JSON, before the tables go; "[]" where there are none yet. */
export const stoppedConnections = async (db: Asked): Promise<string> => ((await isThere(db)) ? String((await db.raw(STOPPED)).rows[0].rows) : "[]");

/** `rows` is an expression. */
const keep = (rows: string): string => `insert into connections select * from jsonb_populate_recordset(null::connections, ${rows}::jsonb) on conflict (name) do update set started = false, changed_at = excluded.changed_at, changed_by = excluded.changed_by, note = excluded.note`;

/** With the rows of the backup in their place, in the same commit. */
export const keepStopped = async (db: Asked, rows: string): Promise<void> => {
  await db.raw(keep("?"), [rows]);
};

const SEEN = "tandem.stopped";

/** The same as two statements of one transaction: what is seen before the tables go, and kept when others are there. */
export const stoppedStatements = async (db: Asked): Promise<{ readonly see: readonly string[]; readonly keep: readonly string[] }> => {
  if (!(await isThere(db))) return { see: [], keep: [] };
  return { see: [`select set_config('${SEEN}', (${STOPPED}), true)`], keep: [keep(`current_setting('${SEEN}')`)] };
};
