// One knex over a server or over the embedded database; the few differences between them are settled here.

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Socket } from "node:net";
import knexModule, { type Knex } from "knex";
import pg from "pg";
import { ConfigError, OutputError, RemoteError } from "../core/errors.ts";
import { emptyCluster } from "./emptyCluster.ts";
import { inWords } from "./failures.ts";
import { type SilenceHow, watchForSilence } from "./locks/silence.ts";

export type Database = Knex;

export interface OpenDatabase {
  readonly kind: "server" | "embedded";
  readonly location: string;
  readonly db: Database;
  /** Connection settings for clients of its own (locks, COPY); undefined where there is only one connection. */
  readonly config: pg.ClientConfig | undefined;
  /** Ends every connection without a goodbye: what waits for a server that fell silent fails instead of waiting for ever. */
  sever(): void;
  close(): Promise<void>;
}

/** Calendar dates stay text; timestamps become ISO instants in UTC; bigint and numeric become numbers. */
const types = {
  getTypeParser: (oid: number, format?: "text" | "binary"): ((value: string) => unknown) => {
    if (oid === 1082) return (value) => value;
    if (oid === 1184) return (value) => new Date(value.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")).toISOString();
    if (oid === 20 || oid === 1700) return Number;
    return pg.types.getTypeParser(oid, format as "text") as (value: string) => unknown;
  },
};

/** A server may have any defaults; nobody waits for a lock for ever. */
const SETTINGS = "set timezone to 'UTC'; set datestyle to 'ISO, YMD'; set intervalstyle to 'postgres'; set bytea_output to 'hex'";
const SERVER_SETTINGS = `${SETTINGS}; set lock_timeout to '60s'`;

const place = (config: pg.ClientConfig): string => `${config.host ?? "localhost"}:${config.port ?? 5432}/${config.database ?? ""}`;

const parseUrl = (databaseUrl: string): pg.ClientConfig => {
  try {
    const url = new URL(databaseUrl);
    if (!/^postgres(ql)?:$/.test(url.protocol)) throw new Error(`${url.protocol} is not postgres:`);
    return { connectionString: databaseUrl, host: url.searchParams.get("host") ?? url.hostname, port: Number(url.port || 5432), database: decodeURIComponent(url.pathname.slice(1)) };
  } catch (error) {
    throw new ConfigError([{ path: "DATABASE_URL", message: `is no PostgreSQL address: ${databaseUrl === "" ? "it is empty" : error instanceof Error ? error.message.replaceAll(databaseUrl, "…") : "unreadable"}`, advice: "write postgres://user:password@host:5432/database" }]);
  }
};

/** knex would write to standard output, where only results belong; every error reaches the caller anyway. Its errors would also hold every value of the statement: compileSqlOnError. */
const silent = { warn: () => undefined, error: () => undefined, debug: () => undefined, deprecate: () => undefined };

/** A client beside the pool, with the same settings. */
export const ownClient = async (config: pg.ClientConfig, name: string): Promise<pg.Client> => {
  const client = new pg.Client({ ...config, application_name: name });
  // A connection that is lost: the statement in hand, or the next one, fails with it. Unheard, it would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(SERVER_SETTINGS);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
};

const openServer = async (databaseUrl: string, silence?: SilenceHow): Promise<OpenDatabase> => {
  const sockets = new Set<Socket>();
  const stream = (): Socket => {
    const socket = new Socket();
    sockets.add(socket);
    return socket.once("close", () => sockets.delete(socket));
  };
  const config = { ...parseUrl(databaseUrl), types, stream, connectionTimeoutMillis: 10_000, keepAlive: true, application_name: "tandem" } as pg.ClientConfig;
  const location = place(config);
  const afterCreate = (connection: pg.Client, done: (error: Error | null, connection: pg.Client) => void): void => {
    connection.query(SERVER_SETTINGS, (error) => done(error, connection));
  };
  const db = knexModule({ client: "pg", log: silent, compileSqlOnError: false, connection: config as Knex.PgConnectionConfig, pool: { min: 0, max: 4, afterCreate }, acquireConnectionTimeout: 15_000 });
  try {
    await db.raw("select 1");
  } catch (error) {
    await db.destroy();
    throw inWords(error, location);
  }
  const sever = (): void => sockets.forEach((socket) => socket.destroy());
  // Beside the sockets that are severed, or its own would be one of them.
  const { stream: _, ...plain } = config;
  const endWatch = watchForSilence(plain, sever, silence);
  const close = (): Promise<void> => {
    endWatch();
    return db.destroy();
  };
  return { kind: "server", location, db, config, sever, close };
};

const VERSION_FILE = "TANDEM_STORE";
const ENGINE = "pglite-0.5";

/** Data directories of other engine versions only say "failed to initialize": we say which it is. */
const checkEngine = (directory: string): void => {
  const file = join(directory, VERSION_FILE);
  if (existsSync(file)) {
    const found = readFileSync(file, "utf8").trim();
    if (found !== ENGINE) throw new ConfigError([{ file, message: `the embedded store was made by ${found}, this is ${ENGINE}`, advice: "export it with the version that made it (backupDatabase) and restore it here" }]);
    return;
  }
  // Whole at once: one cut short by a full disk would be that of another engine for ever.
  const beside = `${file}.new`;
  writeFileSync(beside, `${ENGINE}\n`, { mode: 0o600 });
  renameSync(beside, file);
};

/** PGlite makes its files world-readable whatever the umask: the folder around them is private. */
export const privateFolder = (directory: string): void => {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
  } catch (error) {
    throw new OutputError(`cannot make the folder of the embedded store ${directory}: ${error instanceof Error ? error.message : String(error)}`, "give it to the account that runs the scripts, or set DATABASE_URL to a PostgreSQL server");
  }
};

/** Of the exact engine: what .ci/build.js unpacks into and this reads must not differ. */
const EMPTY = "pglite-0.5.16";
const MAKING_FILE = "TANDEM_MAKING";

/** Runs `create` on a folder that is either whole or empty: one that a killed process left half made holds nothing of anybody. */
const making = async <T>(directory: string, dataDir: string, create: (how: { readonly loadDataDir?: Blob }) => Promise<T>): Promise<T> => {
  const mark = join(directory, MAKING_FILE);
  if (existsSync(mark)) for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true, force: true });
  if (readdirSync(dataDir).length > 0) return create({});
  writeFileSync(mark, "", { mode: 0o600 });
  const loadDataDir = emptyCluster(EMPTY);
  const made = await create(loadDataDir === undefined ? {} : { loadDataDir });
  rmSync(mark);
  return made;
};

/** Each page of its cache is made ready one by one at every start, in an engine that is slow at that: 128 MB of them took two thirds of a start. The files behind stand in the cache of the system. */
const SMALL_CACHE = ["-c", "shared_buffers=8MB"];

/** WASI's number of ENOSPC: the engine gives errors of its files as numbers. */
const NO_SPACE = 51;

const isFull = (error: unknown): boolean => typeof error === "object" && error !== null && (("errno" in error && error.errno === NO_SPACE) || ("code" in error && error.code === "ENOSPC"));

const ADVICE = "restore the last backup with restoreDatabase; keep this folder until that is done";

/** An error of the engine or of a file beside it, in words; what the engine says where it gives up is meant for who builds it. */
export const cannotOpen = (directory: string, error: unknown): RemoteError => {
  const cause = { cause: error };
  if (isFull(error)) return new RemoteError(`the embedded store ${directory} cannot be opened: its disk is full`, "make room there; nothing of it is lost", cause);
  const text = error instanceof Error ? error.message : String(error);
  return new RemoteError(`the embedded store ${directory} cannot be opened: ${/^Aborted\(/.test(text) ? "its files are damaged, or its disk is full" : text}`, ADVICE, cause);
};

const openEmbedded = async (directory: string): Promise<OpenDatabase> => {
  const dataDir = join(directory, "data");
  privateFolder(directory);
  privateFolder(dataDir);
  checkEngine(directory);
  const { PGlite } = await import("@electric-sql/pglite");
  const { createPgConfig } = await import("@electric-sql/pglite/node-postgres");
  const lite = await making(directory, dataDir, (how) => PGlite.create({ dataDir, startParams: [...PGlite.defaultStartParams, ...SMALL_CACHE], ...how })).catch((error: unknown) => {
    throw cannotOpen(directory, error);
  });
  const config = { ...createPgConfig(lite), types };
  const db = knexModule({ client: "pg", log: silent, compileSqlOnError: false, connection: (() => config) as unknown as Knex.PgConnectionConfig, pool: { min: 1, max: 1 }, acquireConnectionTimeout: 10_000 });
  const close = async (): Promise<void> => {
    await db.destroy();
    await lite.close();
  };
  try {
    await db.raw(SETTINGS);
  } catch (error) {
    await close();
    throw error;
  }
  return { kind: "embedded", location: directory, db, config: undefined, sever: () => undefined, close };
};

/** No `databaseUrl`: PGlite in `directory`, whose process lock the caller holds. */
export const openDatabase = (where: { readonly databaseUrl?: string; readonly directory: string; readonly silence?: SilenceHow }): Promise<OpenDatabase> =>
  where.databaseUrl === undefined ? openEmbedded(where.directory) : openServer(where.databaseUrl, where.silence);
