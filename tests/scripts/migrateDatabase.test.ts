// migrateDatabase as a user runs it, on a real PostgreSQL and on the embedded store.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrateDatabase } from "../../lib/run/migrateDatabase.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { type Ended, runScript } from "../support/scripts/process.ts";
import { execute, type FreshDatabase, freshDatabase, freshEmbedded } from "../support/store/postgres.ts";

const ROOT = new URL("../..", import.meta.url);
const FILES = readdirSync(new URL("sql/", ROOT)).filter((file) => file.endsWith(".sql")).toSorted();
const NEWEST = FILES.length;

describe("migrateDatabase", () => {
  let home: string;
  let database: FreshDatabase;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-migrate-"));
    mkdirSync(join(home, "tandem"));
    database = await freshDatabase({ migrated: false });
  });
  afterAll(async () => {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ended> => runScript("migrateDatabase", ["--config", join(home, "tandem"), ...words], { env });

  it("shows its help, whole", async () => {
    const { code, out, err } = await run({}, "--help");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatchInlineSnapshot(`
      "Usage: migrateDatabase [options]

      Brings the database to the schema this version of Tandem needs: all that is missing, or nothing.

      Run it once after updating Tandem, with the role that owns the tables. Several at once do no harm.

      Options:
        --version              print the version
        -n, --dry-run          show what would be done and change nothing
        --detailed-exit-code   exit 2 when a dry run or check finds pending changes
        --lock-wait <seconds>  how long to wait for the embedded store, or slices, which others hold (env:
                               TANDEM_LOCK_WAIT)
        --config <dir>         folder with dataSources.yaml and connections/ (env: TANDEM_CONFIG)
        --json                 print one JSON document on stdout
        -v, --verbose          say more
        -q, --quiet            say nothing when all went well
        --log <file>           append a JSON line per message to this file (env: TANDEM_LOG)
        -h, --help             print this help

      Examples:
        npx tandem migrateDatabase --dry-run
        DATABASE_URL=postgres://tandem_owner:…@db:5432/tandem npx tandem migrateDatabase

      Exit codes: 0 done · 1 some items need a person · 2 changes pending (--detailed-exit-code) · 64 usage · 65 bad input ·
      69 unreachable · 75 try again later · 77 access refused · 78 configuration wrong. All of them: docs/exitCodes.md
      "
    `);
  });

  it("lists what a dry run would apply, changes nothing, and says so in the exit code", async () => {
    const { code, out, err } = await run({ DATABASE_URL: database.url }, "--dry-run", "--detailed-exit-code");
    expect([code, err]).toEqual([2, ""]);
    expect(out.split("\n")).toEqual([...FILES.map((file) => `would apply ${file}`), expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:\\d+/${database.name}: schema 0 → ${NEWEST} \\(dry run, nothing was changed\\)$`)), ""]);
    expect(await execute(database.url, "select to_regclass('schema_migrations') as made")).toEqual([{ made: null }]);
  });

  it("applies all, once, however many start", async () => {
    const results = await Promise.all([run({ DATABASE_URL: database.url }, "--json"), run({ DATABASE_URL: database.url }, "--json")]);
    expect(results.map(({ code, err }) => [code, err])).toEqual([[0, ""], [0, ""]]);
    const documents = results.map(({ out }) => JSON.parse(out) as { readonly files: readonly string[]; readonly to: number; readonly dryRun: boolean });
    expect(documents.flatMap(({ files }) => files)).toEqual(FILES);
    expect(documents.map(({ to, dryRun }) => [to, dryRun])).toEqual([[NEWEST, false], [NEWEST, false]]);
    expect(await run({ DATABASE_URL: database.url }, "-q")).toEqual({ code: 0, out: "", err: "" });
    expect((await run({ DATABASE_URL: database.url }, "-n", "--detailed-exit-code")).out).toMatch(/schema \d+, nothing to do\n$/);
  });

  it("refuses a database that is newer, with 78 and what to do", async () => {
    await execute(database.url, "insert into schema_migrations (number, name) values (999, '999_future.sql')");
    const { code, out, err } = await run({ DATABASE_URL: database.url });
    expect([code, out]).toEqual([78, ""]);
    expect(err).toContain("the database has schema 999");
    expect(err).toContain("→ use the newer version of Tandem");
    await execute(database.url, "delete from schema_migrations where number = 999");
  });

  it("ends with 69 where there is no server, and never prints the password", async () => {
    const { code, out, err } = await run({ DATABASE_URL: "postgres://someone:v3ry-secret@127.0.0.1:1/tandem" });
    expect([code, out]).toEqual([69, ""]);
    expect(err).toContain("the database 127.0.0.1:1/tandem cannot be reached");
    expect(err).not.toContain("v3ry-secret");
  });

  it("takes the address from settings.yaml and its secret from a file", async () => {
    writeFileSync(join(home, "tandem", "url"), database.url, { mode: 0o600 });
    writeFileSync(join(home, "tandem", "settings.yaml"), "databaseUrl: ${file:url}\n");
    const { code, out, err } = await run({}, "-n");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("nothing to do");
    rmSync(join(home, "tandem", "settings.yaml"));
  });

  it("brings the embedded store up to date", { timeout: 180_000 }, async () => {
    const { directory, drop } = await freshEmbedded();
    const open = await openDatabase({ directory });
    await open.db.raw("drop table facts");
    await open.db.raw("delete from schema_migrations where name = '006_facts.sql'");
    await open.close();
    const { code, out, err } = await run({ TANDEM_STORE: directory });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^applied 006_facts\.sql\n.*: schema \d+ → \d+\n$/);
    drop();
  });

  it("refuses what it does not know, with 64", async () => {
    expect(await run({}, "--backwards")).toMatchObject({ code: 64, out: "" });
  });
});

describe("the deed", () => {
  it("tells what was left for it when another process migrates at the same time", async () => {
    let current = 4;
    const status = async () => ({ current, newest: 6, pending: current === 6 ? [] : ["005.sql", "006.sql"] });
    const migrate = async () => {
      current = 6;
      return [];
    };
    expect(await migrateDatabase({ schema: { kind: "server", location: "db", status, migrate } }, {})).toEqual({ location: "db", from: 4, to: 6, files: [], dryRun: false });
  });
});
