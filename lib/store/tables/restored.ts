// That a backup was put back, and of when it is. One that was made while the days before another were still looked for knows of
// those: the search goes on from the earlier of both. Before there is any sync set nothing can have been settled.

import type { Database } from "../database.ts";
import { RESTORED_FACT } from "../upkeep.ts";

/** `from` and `at` are expressions. Later than any set was settled, whatever the clock of this machine says. */
const note = (from: string, at: string): string => `insert into facts as f (name, value, at) values ('${RESTORED_FACT}', jsonb_build_object('from', ${from}), greatest(${at}, (select max(restored_seen) + interval '1 millisecond' from sync_sets)))
  on conflict (name) do update set at = excluded.at,
    value = case when (f.value ->> 'from')::timestamptz < (excluded.value ->> 'from')::timestamptz and coalesce((select bool_or(coalesce(s.restored_seen, '-infinity') < f.at) from sync_sets s), true) then f.value else excluded.value end
  returning value ->> 'from' as "from"`;

/** Answers from when on everything is looked for. */
export const noteRestored = async (db: Pick<Database, "raw">, from: string, at: string): Promise<string> => String((await db.raw(note("?::text", "?::timestamptz"), [from, at])).rows[0].from);

/** Of when a backup is that does not say so: the last run it knows of. */
const LAST_KNOWN = `(select to_char(coalesce(max(greatest(started_at, ended_at)), 'epoch'::timestamptz) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from runs)`;

/** Statements that end the commit of a backup which does not say of when it is: whoever sees the rows of the backup sees the note, and no lock. */
export const endOfRestore = (at: string): readonly string[] => [note(LAST_KNOWN, `'${new Date(at).toISOString()}'::timestamptz`), "update locks set held = false where held"];
