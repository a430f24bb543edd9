// From each older schema, with rows in all of its tables: migrateDatabase is killed (SIGKILL) before one of its statements, and the
// schema is the old one or the new one with every row as it was; the same again brings it up to date. And a Tandem that is older
// than the schema is refused by every script that opens the store.

import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../lib/store/database.ts";
import { migrate, migrations } from "../../lib/store/migrate.ts";
import { openSite, type Site, story } from "../support/scripts/site.ts";
import { execute, type FreshDatabase, freshDatabase, withName } from "../support/store/postgres.ts";
import { figure } from "./figures.ts";
import { openSqlDeath, type SqlDeath } from "./sqlDeath.ts";

/** One statement in so many, from another one for each schema; TANDEM_KILL_STEP=1: each. */
const STEP = Number(process.env.TANDEM_KILL_STEP ?? 11);

const NEWEST = Math.max(...migrations().map(({ number }) => number));
const OLDER = migrations().map(({ number }) => number).filter((number) => number < NEWEST);

const ID = "00000000-0000-4000-8000-00000000000a";
/** Rows as every schema takes them that has the table; one table after those it refers to. */
const ROWS: Readonly<Record<string, string>> = {
  runs: `insert into runs (id, connection, script, started_at, status, host, pid) values ('${ID}', 'c', 's', '2026-01-01Z', 'done', 'h', 1)`,
  outcomes: `insert into outcomes (run_id, at, sync_set, side, action, reason, before) values ('${ID}', '2026-01-01Z', 1, 'target', 'update', 'r', '{"a":1}')`,
  sync_sets: "insert into sync_sets (connection, key, fingerprint, field_fingerprints) values ('c', 'k', 'f', '{}')",
  links: "insert into links (sync_set, master_id, target_id, master_prints, state) values (1, 'm1', 't1', '{\"name\":\"p\"}', 'active'), (1, 'm2', 't2', '{}', 'adopting')",
  sub_links: "insert into sub_links values (1, 'comment', 'm1', 't1', 'c1', 'd1', 'master', 'p'), (1, 'attachment', 'm2', 't2', 'c1', 'd1', 'target', 'p')",
  base_texts: "insert into base_texts values (1, 'm1', 'name', 'a', 'b')",
  intents: `insert into intents (intent, kind, sync_set, side, from_id, name, at) values ('${ID}', 'create', 1, 'target', 'm3', 'n', '2026-01-01Z')`,
  watermarks: "insert into watermarks values (1, 'master', '2026-01-01Z', '2026-01-02Z')",
  pending_links: "insert into pending_links values (1, 'target', 't1', 'parent', 'epic', 'm9')",
  quarantine: "insert into quarantine values (1, 'master', 'm4', 'K-4', 'n', 'r', 2, '2026-01-01Z', '2026-01-02Z')",
  conflicts: "insert into conflicts values (1, 'm1', 't1', 'name', '\"a\"', null, '2026-01-01Z')",
  locks: "insert into locks values ('connection:c', 'h', 1, 's', '2026-01-01Z', 7, false)",
  connections: "insert into connections values ('c', false, '2026-01-01Z', 'ann', 'a word')",
  user_maps: "insert into user_maps (person, data_source, user_name, other_data_source, other_user_name) values ('Ann', 'octane', 'ann', 'jira', 'a1'), ('Bo', 'octane', 'bo', null, null)",
  user_map_files: "insert into user_map_files values ('d', 2, 0, 3, 2, 3, '2026-01-01Z')",
  facts: "insert into facts values ('some', '{\"a\":1}', '2026-01-01Z')",
};

let points = 0;
afterAll(() => figure(`older schemas: migrated from each of ${OLDER.length}, killed at ${points} statements`));

describe("a schema older than Tandem", () => {
  let base: FreshDatabase;
  let site: Site;
  let death: SqlDeath;
  beforeAll(async () => {
    base = await freshDatabase();
    site = await openSite({ store: { env: { DATABASE_URL: base.url }, drop: base.drop } });
    death = await openSqlDeath(base.url);
  });
  afterAll(async () => {
    await death.close();
    await site.close();
  });

  const tablesOf = async (url: string): Promise<readonly string[]> => (await execute(url, "select relname as name from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = current_schema()::regnamespace and relname <> 'schema_migrations' and relpersistence = 'p' order by 1")).map(({ name }) => String(name));
  const numbers = async (url: string): Promise<readonly unknown[]> => (await execute(url, "select number from schema_migrations order by 1")).map(({ number }) => number);
  /** Columns that come are empty, or hold what was so without being said. */
  const BORN: Readonly<Record<string, unknown>> = { read_only: false };
  /** Rows of these tables without what such columns begin with. */
  const rowsIn = async (url: string, tables: readonly string[]): Promise<unknown> =>
    Object.fromEntries(await Promise.all(tables.map(async (table) => {
      const [found] = await execute(url, `select jsonb_agg(jsonb_strip_nulls(to_jsonb(t)) order by to_jsonb(t)::text) as rows from ${table} t`);
      const rows = (found?.rows ?? []) as readonly Readonly<Record<string, unknown>>[];
      return [table, rows.map((row) => JSON.stringify(Object.entries(row).filter(([column, value]) => !(column in BORN) || value !== BORN[column]))).toSorted()];
    })));

  it.each(OLDER)("%i, killed between two statements, is as it was or up to date, with every row", async (older) => {
    const old = await freshDatabase({ migrated: false });
    const open = await openDatabase({ databaseUrl: old.url, directory: "" });
    await migrate(open.db, older);
    await open.close();
    const tables = await tablesOf(old.url);
    // A table that came later is to be filled, too.
    expect(tables.filter((table) => ROWS[table] === undefined)).toEqual([]);
    await execute(old.url, "select ensure_outcomes_partition('2026-01-01')", ...Object.entries(ROWS).flatMap(([table, insert]) => (tables.includes(table) ? [insert] : [])));
    const before = await rowsIn(old.url, tables);
    try {
      for (let at = 1 + (older % STEP); ; at += STEP) {
        const name = `${old.name}_${at}`;
        await execute(old.adminUrl, `create database ${name} template ${old.name}`);
        const url = withName(old.url, name);
        const stopped = death.stopAt(at);
        const running = await site.startWith("migrateDatabase", [], { env: { DATABASE_URL: death.through(url) } });
        const isStopped = (await Promise.race([stopped.then(() => "stopped" as const), running.ended])) === "stopped";
        if (isStopped) {
          points++;
          running.kill();
          await running.ended;
          const left = await numbers(url);
          expect({ at, left: left.at(-1), rows: await rowsIn(url, tables) }).toEqual({ at, left: expect.toBeOneOf([older, NEWEST]), rows: before });
          expect(await site.runWith("migrateDatabase", [], { env: { DATABASE_URL: url } })).toMatchObject({ code: 0 });
        }
        death.release();
        expect({ at, numbers: await numbers(url), rows: await rowsIn(url, tables) }).toEqual({ at, numbers: migrations().map(({ number }) => number), rows: before });
        expect(await site.runWith("connectionStatus", [], { env: { DATABASE_URL: url } })).toMatchObject({ code: expect.toBeOneOf([0, 1]) });
        await execute(old.adminUrl, `drop database ${name} with (force)`);
        if (!isStopped) break;
      }
    } finally {
      await old.drop();
    }
  });

  it("names the table that an older version left when somebody went back, and changes nothing", async () => {
    const old = await freshDatabase({ migrated: false });
    try {
      const open = await openDatabase({ databaseUrl: old.url, directory: "" });
      await migrate(open.db, 5);
      await open.db.raw("create table facts (of text)");
      await open.close();
      const ended = await site.runWith("migrateDatabase", [], { env: { DATABASE_URL: old.url } });
      expect([ended.code, ended.err, await numbers(old.url)]).toEqual([78, expect.stringMatching(/"facts" already exists[^]*006_facts\.sql/), [1, 2, 3, 4, 5]]);
    } finally {
      await old.drop();
    }
  });
});

describe("a schema newer than Tandem", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
    story(site, "A");
    writeFileSync(`${site.directory}/people.json`, "[]");
    expect(await site.run("syncIteration")).toMatchObject({ code: 0 });
    expect(await site.run("backupDatabase", "--unverified", "--form", "logical", "--out", `${site.directory}/a.backup`)).toMatchObject({ code: 0 });
    await execute(site.databaseUrl ?? "", "insert into schema_migrations (number, name) values (999, '999_future.sql')");
  });
  afterAll(() => site.close());

  it.each([
    ["migrateDatabase"],
    ["syncIteration"],
    ["worker"],
    ["connectionStatus"],
    ["purgeDatabase", "--yes"],
    ["importUserMaps", "{folder}/people.json"],
    ["exportCrossReferences", "--all"],
    ["deleteConnection", "--connection", "octane-jira", "--yes"],
    ["stopConnection", "--connection", "octane-jira"],
    ["backupDatabase", "--unverified", "--form", "logical", "--out", "{folder}/b.backup"],
    ["restoreDatabase", "{folder}/a.backup"],
  ])("is refused by %s", async (script, ...words) => {
    const { code, err } = await site.run(script ?? "", ...words.map((word) => word.replace("{folder}", site.directory)));
    expect([code, err]).toEqual([78, expect.stringContaining("has schema 999")]);
  });

  it("gives way to a backup that is put back on purpose, when somebody goes back", async () => {
    expect(await site.run("restoreDatabase", `${site.directory}/a.backup`, "--replace", "--yes")).toMatchObject({ code: 0 });
    expect(await site.run("syncIteration")).toMatchObject({ code: expect.toBeOneOf([0, 1]) });
  });
});
