// The server's own backup form by its own programs: pg_dump writes, pg_restore and psql read. They are told where to connect
// by environment variables: a password never stands in a process list.

import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { BusyError, codeOf, ConfigError, DataError, RemoteError, UsageError } from "../../core/errors.ts";
import { type Environment, environmentFor } from "../../core/shell/environment.ts";
import type { OpenDatabase } from "../database.ts";
import { beginReading, endReading, inWords } from "../failures.ts";
import { tableSums } from "./logical.ts";
import { lockSchema, migrate, refuseNewer, schemaStatus } from "../migrate.ts";
import { CAME_BETWEEN, takeStatements } from "./alone.ts";
import { dropStatements } from "./ownTables.ts";
import { endOfRestore } from "../tables/restored.ts";
import { stoppedStatements } from "./stopped.ts";
import type { NativeBackup, TableSums } from "../upkeep.ts";

export interface Programs {
  /** The environment of ours, for PATH and the like. */
  readonly environment: Environment;
  readonly now: () => string;
}

/** What libpq reads of the environment by itself: a file of passwords, certificates, a service. */
const LIBPQ = /^PG[A-Z]+$/;

/** What libpq reads (PostgreSQL, libpq environment variables). */
const QUERY_VARIABLES: Readonly<Record<string, string>> = { host: "PGHOST", sslrootcert: "PGSSLROOTCERT", sslcert: "PGSSLCERT", sslkey: "PGSSLKEY", options: "PGOPTIONS" };

/**
 * Our own client verifies the server in every mode that encrypts, but for "no-verify"; libpq verifies in two only, and takes what it
 * trusts from a file (since 16 from the system too): the programs get no less than we do.
 */
const verified = (mode: string, base: Environment): Readonly<Record<string, string>> => {
  if (mode === "no-verify") return { PGSSLMODE: "require" };
  if (!["prefer", "require", "verify-ca", "verify-full"].includes(mode)) return { PGSSLMODE: mode };
  return { PGSSLMODE: "verify-full", ...(base.PGSSLROOTCERT === undefined ? { PGSSLROOTCERT: "system" } : {}) };
};

/** Where the programs connect to, and how, as libpq reads it, and what they need to run of `base`, our own. `database`: another one on that server. */
export const environmentOf = (databaseUrl: string, base: Environment, database?: string): Environment => {
  const url = new URL(databaseUrl);
  const found: Record<string, string | undefined> = { ...environmentFor(base, LIBPQ), PGAPPNAME: "tandem backup", PGDATABASE: database ?? decodeURIComponent(url.pathname.slice(1)), PGCONNECT_TIMEOUT: "10", PGTZ: "UTC" };
  if (url.hostname !== "") found.PGHOST = url.hostname.replace(/^\[|\]$/g, "");
  if (url.port !== "") found.PGPORT = url.port;
  if (url.username !== "") found.PGUSER = decodeURIComponent(url.username);
  if (url.password !== "") found.PGPASSWORD = decodeURIComponent(url.password);
  // Where only certificates are named, or "ssl", our own client encrypts and verifies.
  const encrypts = ["sslrootcert", "sslcert", "sslkey"].some((key) => url.searchParams.has(key)) || ["true", "1"].includes(url.searchParams.get("ssl") ?? "");
  const mode = url.searchParams.get("sslmode") ?? (encrypts ? "verify-full" : undefined);
  Object.assign(found, mode === undefined ? {} : verified(mode, base));
  for (const [key, variable] of Object.entries(QUERY_VARIABLES)) if (url.searchParams.has(key)) found[variable] = url.searchParams.get(key) ?? "";
  return found;
};

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** undefined: there is no such program. */
const run = (program: string, words: readonly string[], env: Environment, input?: AsyncIterable<Uint8Array | string>): Promise<Ended | undefined> =>
  new Promise((done, fail) => {
    const child = spawn(program, words, { env: env as NodeJS.ProcessEnv, stdio: ["pipe", "pipe", "pipe"] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (part: Buffer) => out.push(part));
    child.stderr.on("data", (part: Buffer) => err.push(part));
    child.once("error", (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? done(undefined) : fail(error)));
    child.once("close", (code) => done({ code: code ?? 1, out: Buffer.concat(out).toString("utf8"), err: Buffer.concat(err).toString("utf8") }));
    // A program that ends early closes its input: its words on stderr tell why.
    child.stdin.on("error", () => undefined);
    if (input === undefined) child.stdin.end();
    else pipeline(input, child.stdin).catch((error: unknown) => (error instanceof Error && "code" in error && ["EPIPE", "ERR_STREAM_PREMATURE_CLOSE"].includes(String(error.code)) ? undefined : fail(error)));
  });

const failed = (program: string, words: string): RemoteError => new RemoteError(`${program} failed: ${words}`, "see the message; --form logical does without these programs");

/** It talks to no server: what it cannot read is the file. */
const unreadable = (_program: string, words: string): DataError => new DataError(`pg_restore cannot read the backup: ${words}`, "take another copy of the file; that of a newer PostgreSQL needs its programs");

const mustRun = async (program: string, words: readonly string[], env: Environment, input?: AsyncIterable<Uint8Array | string>, fault: (program: string, words: string) => Error = failed): Promise<string> => {
  const ended = await run(program, words, env, input);
  if (ended === undefined) throw new UsageError(`there is no ${program} on this machine`, "install the client programs of PostgreSQL, or use --form logical");
  if (ended.code !== 0) throw fault(program, ended.err.trim().split("\n").slice(-3).join(" ") || `exit code ${ended.code}`);
  return ended.out;
};

/** The output of a program, piece by piece; fails when the program does, by default as one that talks to a server. */
async function* output(program: string, words: readonly string[], env: Environment, fault: (program: string, words: string) => Error = failed): AsyncGenerator<Uint8Array> {
  const child = spawn(program, words, { env: env as NodeJS.ProcessEnv, stdio: ["ignore", "pipe", "pipe"] });
  const err: Buffer[] = [];
  child.stderr.on("data", (part: Buffer) => err.push(part));
  const ended = new Promise<number>((done, fail) => child.once("error", fail).once("close", (code) => done(code ?? 1)));
  ended.catch(() => undefined);
  for await (const piece of child.stdout) yield piece as Uint8Array;
  const code = await ended;
  if (code !== 0) throw fault(program, Buffer.concat(err).toString("utf8").trim() || `exit code ${code}`);
}

const majorOf = (words: string): number => Number(/\b(\d+)(?:\.\d+)*/.exec(words)?.[1] ?? 0);

const schemaName = async (open: OpenDatabase): Promise<string> => String((await open.db.raw("select current_schema() as name")).rows[0].name);

const dump = async (open: OpenDatabase, env: Environment): ReturnType<NativeBackup["dump"]> => {
  // The snapshot lives as long as this transaction: pg_dump sees exactly what the sums were made of.
  const trx = await beginReading(open);
  try {
    const status = await schemaStatus(trx);
    refuseNewer(status);
    const { current } = status;
    if (current === 0) throw new ConfigError([{ message: `the database ${open.location} holds no tables of Tandem`, advice: "check DATABASE_URL and the search_path of the role" }]);
    const sums = await tableSums(trx);
    const snapshot = String((await trx.raw("select pg_export_snapshot() as id")).rows[0].id);
    const words = ["--format=custom", "--no-owner", "--no-privileges", `--snapshot=${snapshot}`, `--schema=${JSON.stringify(await schemaName(open))}`];
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        yield* output("pg_dump", words, env);
      } finally {
        await endReading(trx);
      }
    }
    return { pieces: pieces(), sums, schema: current };
  } catch (error) {
    await endReading(trx);
    throw inWords(error, open.location);
  }
};

interface Contents {
  readonly schemaName: string;
  readonly schema: number;
}

const contentsOf = async (file: string, env: Environment): Promise<Contents> => {
  const list = await mustRun("pg_restore", ["--list", file], env, undefined, unreadable);
  const name = /^\d+; \d+ \d+ TABLE (\S+) schema_migrations /m.exec(list)?.[1];
  if (name === undefined) throw new DataError(`${file} is no backup of Tandem: it holds no schema_migrations`, "check the name");
  const rows = await mustRun("pg_restore", ["--data-only", "--table=schema_migrations", "--file=-", file], env, undefined, unreadable);
  const numbers = [...rows.matchAll(/^(\d+)\t\d{3}_/gm)].map((match) => Number(match[1]));
  return { schemaName: name, schema: Math.max(0, ...numbers) };
};

/** One transaction that only its last word commits: psql's own way would commit a script that breaks off. */
async function* script(before: readonly string[], file: string, schema: string, env: Environment, after: readonly string[] = []): AsyncGenerator<string | Uint8Array> {
  yield "begin;\n";
  for (const statement of before) yield `${statement};\n`;
  yield* output("pg_restore", ["--no-owner", "--no-privileges", `--schema=${schema}`, "--file=-", file], env, unreadable);
  for (const statement of after) yield `${statement};\n`;
  yield "commit;\n";
}

const PSQL = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-"];

/** The first with the tables in which the end of a restore is noted; no older one was ever released. */
const FIRST_SCHEMA = 6;

/** Programs have no error but their words. */
const cameBetween = (error: unknown): unknown => (error instanceof RemoteError && (error.message.includes(CAME_BETWEEN) || error.message.includes("lock timeout")) ? new BusyError("somebody was at work with the store when the backup was to be put in its place; the store is as it was", "stop the schedules and wait for it to end") : error);

const load = async (open: OpenDatabase, env: Environment, file: string, { at, replace }: { readonly at: string; readonly replace: boolean }): Promise<void> => {
  const contents = await contentsOf(file, env);
  const { newest } = await schemaStatus(open.db);
  if (contents.schema > newest) throw new ConfigError([{ message: `the backup has schema ${contents.schema}, this version of Tandem knows up to ${newest}`, advice: "use the version of Tandem that made it, or a newer one" }]);
  if (contents.schema < FIRST_SCHEMA) throw new ConfigError([{ message: `the backup has schema ${contents.schema}, older than any that was released`, advice: "make one with --form logical: it is restored whatever its schema" }]);
  const here = await schemaName(open);
  if (contents.schemaName !== here) throw new UsageError(`the backup is of the schema "${contents.schemaName}", this database uses "${here}"`, "set the search_path of the role, or make the backup with --form logical, which moves anywhere");
  const path = `set search_path to "${here.replaceAll('"', '""')}"`;
  await open.db.transaction(async (trx) => {
    await trx.raw("set local idle_in_transaction_session_timeout = 0");
    // Nobody makes or changes the tables meanwhile. This transaction must hold no lock on one of them: they are dropped on another connection.
    await lockSchema(trx);
    const [take, stopped, drop] = [await takeStatements(open.db, replace), await stoppedStatements(open.db), await dropStatements(open.db)];
    // pg_restore's words set the path to nothing.
    await mustRun("psql", PSQL, env, script([path, ...take, ...stopped.see, ...drop], file, here, env, [path, ...endOfRestore(at), ...stopped.keep])).catch((error: unknown) => {
      throw cameBetween(error);
    });
    await migrate(trx);
  });
};

const differing = (told: TableSums, found: TableSums): string | undefined => Object.keys(told).find((table) => told[table]?.rows !== found[table]?.rows || told[table]?.sum !== found[table]?.sum);

const TRIAL = /^tandem_verify_\d+_([0-9a-z]+)$/;
const DAY_MS = 86_400_000;

/** Databases of trials that were killed: each is as large as the whole store. None lasts for a day. */
const dropAbandoned = async (open: OpenDatabase, nowMs: number): Promise<void> => {
  const { rows } = await open.db.raw("select datname as name from pg_database d where starts_with(datname, 'tandem_verify_') and pg_has_role(datdba, 'USAGE') and not exists (select 1 from pg_stat_activity a where a.datid = d.oid)");
  for (const { name } of rows as readonly { readonly name: string }[]) if (Number.parseInt(TRIAL.exec(name)?.[1] ?? "", 36) < nowMs - DAY_MS) await open.db.raw(`drop database if exists ${name}`);
};

/** A database of its own; dropped again whatever happens, after a kill by the next trial. */
const verify = async (open: OpenDatabase, databaseUrl: string, { environment: base, now }: Programs, file: string, sums: TableSums, openOther: (url: string) => Promise<OpenDatabase>): ReturnType<NativeBackup["verify"]> => {
  const nowMs = Date.parse(now());
  const name = `tandem_verify_${process.pid}_${nowMs.toString(36)}`;
  try {
    await open.db.raw(`create database ${name} template template0`);
  } catch (error) {
    if (codeOf(error) === "42501") return { unable: "the role may not create databases" };
    throw inWords(error, open.location);
  }
  try {
    await dropAbandoned(open, nowMs);
    const env = environmentOf(databaseUrl, base, name);
    const { schemaName: schema } = await contentsOf(file, env);
    const quoted = `"${schema.replaceAll('"', '""')}"`;
    await mustRun("psql", PSQL, env, script([`create schema if not exists ${quoted}`, `alter database ${name} set search_path to ${quoted}`], file, schema, env));
    const other = await openOther(Object.assign(new URL(databaseUrl), { pathname: `/${name}` }).href);
    try {
      const table = differing(sums, await tableSums(other.db));
      if (table !== undefined) throw new DataError(`the backup does not give back what the database holds: ${table} differs`, "make it again; if it happens twice, use --form logical and report it");
    } finally {
      await other.close();
    }
    return "same";
  } finally {
    await open.db.raw(`drop database if exists ${name} with (force)`);
  }
};

const ROLE = `select (select rolcreatedb or rolsuper from pg_roles where rolname = current_user) as creates,
  not exists (select 1 from pg_class c where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and case when c.relkind = 'S' then not has_sequence_privilege(c.oid, 'SELECT') else false end) as reads`;

/** Whether these programs can serve this server: pg_dump refuses servers newer than itself. */
export const nativeBackup = async (open: OpenDatabase, config: pg.ClientConfig | undefined, programs: Programs, openOther: (url: string) => Promise<OpenDatabase>): Promise<NativeBackup | { readonly missing: string }> => {
  const databaseUrl = config?.connectionString;
  if (databaseUrl === undefined) return { missing: "the embedded store has no pg_dump" };
  const env = environmentOf(databaseUrl, programs.environment);
  const version = await run("pg_dump", ["--version"], env);
  if (version === undefined) return { missing: "there is no pg_dump on this machine" };
  const server = Number((await open.db.raw("select current_setting('server_version_num')::int as version")).rows[0].version);
  if (majorOf(version.out) < Math.floor(server / 10_000)) return { missing: `${version.out.trim()} is older than the server (${Math.floor(server / 10_000)})` };
  const role = (await open.db.raw(ROLE)).rows[0];
  // pg_dump reads sequences as tables; a role that only records may not.
  if (role.reads !== true) return { missing: "the role may not read every sequence, as pg_dump does" };
  return {
    mayVerify: role.creates === true,
    dump: () => dump(open, env),
    load: (file, { replace }) => load(open, env, file, { at: programs.now(), replace }),
    verify: (file, sums) => verify(open, databaseUrl, programs, file, sums, openOther),
  };
};
