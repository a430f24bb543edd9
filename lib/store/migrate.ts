// Brings a database to the newest schema: numbered files, each once, however many start at the same time.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeOf, ConfigError } from "../core/errors.ts";
import type { Database } from "./database.ts";
import type { SchemaStatus } from "./store.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

const isMigrations = (path: string): boolean => existsSync(path) && readdirSync(path).some((file) => file.startsWith("001_"));

/** The folder sql/ of the installation this file belongs to, compiled or not. */
const folder = (from: string = dirname(fileURLToPath(import.meta.url))): string => {
  if (isMigrations(join(from, "sql"))) return join(from, "sql");
  if (dirname(from) === from) throw new Error("the folder sql/ with the migrations is missing from this installation");
  return folder(dirname(from));
};

/** In the order of their numbers, read from sql/. */
export const migrations = (): readonly Migration[] => {
  const path = folder();
  return readdirSync(path)
    .filter((file) => /^\d{3}_\w+\.sql$/.test(file))
    .toSorted()
    .map((file) => ({ number: Number(file.slice(0, 3)), name: file, sql: readFileSync(join(path, file), "utf8") }));
};

const applied = async (db: Database): Promise<readonly number[]> => {
  const { rows } = await db.raw("select to_regclass('schema_migrations') is not null as present");
  if (rows[0]?.present !== true) return [];
  return (await db("schema_migrations").select("number").orderBy("number")).map((row: { readonly number: number }) => row.number);
};

/** `current` 0: an empty database. Applies nothing. */
export const schemaStatus = async (db: Database): Promise<SchemaStatus> => {
  const all = migrations();
  const done = await applied(db);
  return { current: done.at(-1) ?? 0, newest: all.at(-1)?.number ?? 0, pending: all.filter((migration) => !done.includes(migration.number)).map((migration) => migration.name) };
};

/** Throws ConfigError when the database is newer than this program. */
export const refuseNewer = (status: SchemaStatus): void => {
  if (status.current <= status.newest) return;
  throw new ConfigError([{ message: `the database has schema ${status.current}, this version of Tandem knows up to ${status.newest}`, advice: "use the newer version of Tandem that migrated it" }]);
};

/** PostgreSQL's codes for a relation, another object or a function that is there already. */
const IS_THERE: readonly string[] = ["42P07", "42710", "42723"];

const said = (error: unknown): string => (error instanceof Error ? error.message.slice(error.message.lastIndexOf(" - ") + 1).replace(/^- /, "") : String(error));

const apply = async (trx: Database, { name, sql }: Migration): Promise<void> => {
  try {
    await trx.raw(sql.replaceAll("?", "\\?"));
  } catch (error) {
    if (!IS_THERE.includes(codeOf(error))) throw error;
    throw new ConfigError([{ message: `${said(error)}: ${name} is to make it`, advice: "it is of another program, or a newer version of Tandem made it and somebody went back to a backup of an older one: rename or drop it, then run `npx tandem migrateDatabase`; nothing was changed" }]);
  }
};

/** Until this transaction ends nobody else brings a schema up to date. */
export const lockSchema = async (trx: Database): Promise<void> => {
  await trx.raw("select pg_advisory_xact_lock(7264836151)");
};

/** Applies what is pending, up to and with the number given; answers the names applied. */
export const migrate = async (db: Database, upTo = Number.POSITIVE_INFINITY): Promise<readonly string[]> => {
  const done: string[] = [];
  await db.transaction(async (trx) => {
    // The lock goes first: of twenty starters one migrates, the others find nothing left to do.
    await lockSchema(trx);
    await trx.raw("create table if not exists schema_migrations (number integer primary key, name text not null, applied_at timestamptz not null default now())");
    const status = await schemaStatus(trx);
    refuseNewer(status);
    for (const migration of migrations()) {
      if (migration.number > upTo || !status.pending.includes(migration.name)) continue;
      await trx("schema_migrations").insert({ number: migration.number, name: migration.name });
      await apply(trx, migration);
      done.push(migration.name);
    }
  });
  return done;
};
