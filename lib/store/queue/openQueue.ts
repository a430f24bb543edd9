// Opens the queue of workers; the library behind it is loaded only then.

import { ConfigError } from "../../core/errors.ts";
import type { Database, OpenDatabase } from "../database.ts";
import { inWords, speaking } from "../failures.ts";
import { type AskedTurn, NO_SERVER, PREFIX, type Queue, SCHEMA, type TakeHow, type WaitingTurn } from "./queue.ts";

const ask = async (db: Database, turns: readonly AskedTurn[]): Promise<void> => {
  if (turns.length === 0) return;
  await db.raw(
    `select ${SCHEMA}.add_jobs(array(
       select row('${PREFIX}' || name, '{}'::json, null, now() + seconds * interval '1 second', null, '${PREFIX}' || name, null, null)::${SCHEMA}.job_spec
       from unnest(cast(:names as text[]), cast(:seconds as float8[])) as t (name, seconds)))`,
    { names: turns.map(({ name }) => name), seconds: turns.map(({ inSeconds }) => inSeconds) },
  );
};

const waiting = async (db: Database): Promise<ReadonlyMap<string, WaitingTurn>> => {
  const { rows } = await db.raw(`select key, cast(extract(epoch from now() - locked_at) as float8) as taken from ${SCHEMA}.jobs where starts_with(key, '${PREFIX}')`);
  return new Map(rows.map((row: { readonly key: string; readonly taken: number | null }) => [row.key.slice(PREFIX.length), row.taken === null ? {} : { takenSeconds: row.taken }]));
};

/** Throws ConfigError without a server, AccessError where the queue is missing and may not be made, RemoteError. */
export const openQueue = async ({ db, config, location }: Pick<OpenDatabase, "db" | "config" | "location">, concurrency: number): Promise<Queue> => {
  if (config === undefined) throw new ConfigError([NO_SERVER]);
  const { poolOf, prepare, work } = await import("./queueLibrary.ts");
  const pool = poolOf(config, concurrency);
  try {
    await prepare(pool, location);
    return { ...speaking({ ask: (turns: readonly AskedTurn[]) => ask(db, turns), waiting: () => waiting(db), work: (how: TakeHow) => work(pool, how) }, location), close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw inWords(error, location);
  }
};
