// One knex over a server or over the embedded database; the few differences between them are settled here.

import { mkdirSync, chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import knexModule, { type Knex } from "knex";
import pg from "pg";
import { ConfigError, RemoteError } from "../core/errors.ts";

export type Database = Knex;

export interface OpenDatabase {
  readonly kind: "server" | "embedded";
  readonly location: string;
  readonly db: Database;
  /** Connection settings for clients of its own (locks); undefined where there is only one connection. */
  readonly config: pg.ClientConfig | undefined;
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

const place = (config: pg.ClientConfig): string => `${config.host ?? "localhost"}:${config.port ?? 5432}/${config.database ?? ""}`;

const parseUrl = (databaseUrl: string): pg.ClientConfig => {
  try {
    const url = new URL(databaseUrl);
    if (!/^postgres(ql)?:$/.test(url.protocol)) throw new Error(`${url.protocol} is not postgres:`);
    return { connectionString: databaseUrl, host: url.searchParams.get("host") ?? url.hostname, port: Number(url.port || 5432), database: decodeURIComponent(url.pathname.slice(1)) };
  } catch (error) {
    throw new ConfigError([{ path: "DATABASE_URL", message: `is no PostgreSQL address: ${error instanceof Error ? error.message.replace(databaseUrl, "…") : "unreadable"}`, advice: "write postgres://user:password@host:5432/database" }]);
  }
};

/** Errors of the connection itself in words; anything else as it is. */
export const connectionError = (error: unknown, location: string): unknown => {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : String(error);
  if (["28P01", "28000"].includes(code)) return new RemoteError(`the database ${location} refuses the login`, "check user and password in DATABASE_URL", { cause: error });
  if (code === "3D000") return new RemoteError(`there is no database ${location}`, "create it, or correct DATABASE_URL", { cause: error });
  if (/^(ECONN|ENOTFOUND|EHOST|ETIMEDOUT|EAI_|57P0|53300|08)/.test(code) || /timeout|terminated|ended unexpectedly|not queryable/i.test(message)) return new RemoteError(`the database ${location} cannot be reached (${code || message})`, "check that the server runs and DATABASE_URL names it", { cause: error });
  return error;
};

const openServer = async (databaseUrl: string): Promise<OpenDatabase> => {
  const config = { ...parseUrl(databaseUrl), types, connectionTimeoutMillis: 10_000, keepAlive: true, application_name: "tandem" } as pg.ClientConfig;
  const location = place(config);
  const db = knexModule({ client: "pg", connection: config as Knex.PgConnectionConfig, pool: { min: 0, max: 4 }, acquireConnectionTimeout: 15_000 });
  try {
    await db.raw("select 1");
  } catch (error) {
    await db.destroy();
    throw connectionError(error, location);
  }
  return { kind: "server", location, db, config, close: () => db.destroy() };
};

const VERSION_FILE = "TANDEM_STORE";
const ENGINE = "pglite-0.5";

/** Data directories of other engine versions only say "failed to initialize": we say which it is. */
const checkEngine = (dataDir: string): void => {
  const file = join(dataDir, "..", VERSION_FILE);
  if (existsSync(file)) {
    const found = readFileSync(file, "utf8").trim();
    if (found !== ENGINE) throw new ConfigError([{ file, message: `the embedded store was made by ${found}, this is ${ENGINE}`, advice: "export it with the version that made it (backupDatabase) and restore it here" }]);
  } else writeFileSync(file, `${ENGINE}\n`, { mode: 0o600 });
};

const openEmbedded = async (directory: string): Promise<OpenDatabase> => {
  const dataDir = join(directory, "data");
  // PGlite makes its files world-readable whatever the umask: the folder around them is private.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  checkEngine(dataDir);
  const { PGlite } = await import("@electric-sql/pglite");
  const { createPgConfig } = await import("@electric-sql/pglite/node-postgres");
  const lite = await PGlite.create({ dataDir });
  const config = { ...createPgConfig(lite), types };
  const db = knexModule({ client: "pg", connection: (() => config) as unknown as Knex.PgConnectionConfig, pool: { min: 0, max: 1 }, acquireConnectionTimeout: 10_000 });
  return {
    kind: "embedded",
    location: directory,
    db,
    config: undefined,
    close: async () => {
      await db.destroy();
      await lite.close();
    },
  };
};

export const openDatabase = (where: { readonly databaseUrl?: string; readonly directory: string }): Promise<OpenDatabase> =>
  where.databaseUrl === undefined ? openEmbedded(where.directory) : openServer(where.databaseUrl);
