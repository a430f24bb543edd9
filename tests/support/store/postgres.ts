// Fresh databases for tests: a copy of a migrated template on a real PostgreSQL (DATABASE_URL_TEST, or one started for the
// run), and ready-made folders for the embedded store, so that no test waits for either to be made.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, inject } from "vitest";
import { migrations } from "../../../lib/store/migrate.ts";
import { openSchema, openStore } from "../../../lib/store/open.ts";
import { databaseFolder } from "./databaseFolder.ts";
import { inOrder } from "../testRun/inOrder.ts";
import { initialise, launch, type RunningServer } from "./postgresProcess.ts";

export interface FreshDatabase {
  readonly url: string;
  readonly name: string;
  /** Address of a superuser or creator of databases, for tests that break things. */
  readonly adminUrl: string;
  drop(): Promise<void>;
}

const now = (): string => new Date().toISOString();
const holder = { host: "test", pid: process.pid, script: "test" };

const schemaHash = createHash("sha256")
  .update(migrations().map((migration) => migration.name + migration.sql).join("\n"))
  .digest("hex")
  .slice(0, 12);

const server = async (): Promise<Pick<RunningServer, "url">> => {
  const given = process.env.DATABASE_URL_TEST;
  const run = inject("testRun");
  const file = join(run, "ready.json");
  const databases = databaseFolder(run);
  const ready = (): Pick<RunningServer, "url"> | undefined => (existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as RunningServer) : undefined);
  return inOrder(join(run, "order-postgres"), ready, async () => {
    const started = given === undefined ? await launch(databases, initialise(databases)) : { url: given };
    await makeTemplate(started.url);
    // Complete before it is seen.
    writeFileSync(`${file}.new`, JSON.stringify(started));
    renameSync(`${file}.new`, file);
    return started;
  });
};

export const withName = (url: string, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;

/** Statements one by one, on a connection of their own. */
export const execute = async (url: string, ...statements: readonly string[]): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: readonly Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows as readonly Record<string, unknown>[];
    return rows;
  } finally {
    await client.end();
  }
};

/** Ends all sessions of that name in this database, and waits until they have given back their locks: a client is told before. */
export const endSessions = async (url: string, applicationName: string): Promise<void> => {
  const ended = await execute(url, `select pid, pg_terminate_backend(pid) from pg_stat_activity where application_name = '${applicationName}' and datname = current_database()`);
  await expect.poll(() => execute(url, `select pid from pg_stat_activity where pid in (${[0, ...ended.map(({ pid }) => Number(pid))].join(",")})`)).toEqual([]);
};

const TEMPLATE = `tandem_template_${schemaHash}`;

const makeTemplate = async (url: string): Promise<void> => {
  const there = await execute(url, `select 1 from pg_database where datname = '${TEMPLATE}' and datistemplate`);
  if (there.length > 0) return;
  await execute(url, `drop database if exists ${TEMPLATE}`, `create database ${TEMPLATE} template template0 encoding 'UTF8'`);
  const schema = await openSchema({ databaseUrl: withName(url, TEMPLATE), directory: "", lockWaitSeconds: 0, holder, now });
  try {
    await schema.migrate();
  } finally {
    await schema.close();
  }
  // Marked last: an interrupted one is made again.
  await execute(url, `alter database ${TEMPLATE} is_template true`);
};

let count = 0;

/** A migrated, empty database of its own; or, with `migrated: false`, one without any table. */
export const freshDatabase = async (how: { readonly migrated?: boolean } = {}): Promise<FreshDatabase> => {
  const { url } = await server();
  const name = `tandem_test_${process.pid}_${++count}_${Date.now().toString(36)}`;
  await execute(url, `create database ${name} template ${how.migrated === false ? "template0" : TEMPLATE}`);
  return {
    url: withName(url, name),
    name,
    adminUrl: url,
    drop: async () => {
      await execute(url, `drop database if exists ${name} with (force)`);
    },
  };
};

export interface FreshEmbedded {
  readonly directory: string;
  drop(): void;
}

/** Made once per schema and account; an interrupted making leaves nothing behind that is taken for whole. */
const embeddedTemplate = async (): Promise<string> => {
  const template = join(tmpdir(), `tandem-embedded-${userInfo().username}-${schemaHash}`);
  if (existsSync(template)) return template;
  const directory = mkdtempSync(join(tmpdir(), "tandem-store-"));
  const store = await openStore({ directory, lockWaitSeconds: 5, holder, now });
  await store.close();
  try {
    renameSync(directory, template);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(template)) throw error;
    rmSync(directory, { recursive: true, force: true });
  }
  return template;
};

/** A migrated, empty folder for the embedded store. */
export const freshEmbedded = async (): Promise<FreshEmbedded> => {
  const template = await embeddedTemplate();
  const directory = mkdtempSync(join(databaseFolder(inject("testRun")), "store-"));
  cpSync(template, directory, { recursive: true });
  return { directory, drop: () => rmSync(directory, { recursive: true, force: true }) };
};
