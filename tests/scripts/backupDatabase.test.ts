// backupDatabase as a user runs it; restoreDatabase.test.ts puts its files back.

import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBackup } from "../../lib/store/backup/openBackup.ts";
import { openStore } from "../../lib/store/open.ts";
import { everyScript } from "../support/scripts/help.ts";
import { hostDatabase } from "../support/store/hostPostgres.ts";
import { execute, type FreshDatabase, freshDatabase, freshEmbedded, type FreshEmbedded } from "../support/store/postgres.ts";
import { type Ended, runScript, startScript } from "../support/scripts/process.ts";

everyScript("backupDatabase");

const PASSPHRASE = "correct horse battery";
const options = (where: { readonly databaseUrl?: string; readonly directory: string }) => ({ ...where, lockWaitSeconds: 5, holder: { host: "h", pid: 1, script: "test" }, now: () => new Date().toISOString() });

const fill = async (where: Parameters<typeof options>[0]): Promise<void> => {
  const store = await openStore(options(where));
  const [set] = await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]);
  await store.record({ links: [{ syncSet: set?.id ?? 0, master: { id: "m", prints: {} }, target: { id: "t", prints: {} }, state: "active" }], outcomes: [{ run: "00000000-0000-4000-8000-000000000001", at: "2026-11-24T12:00:00.000Z", syncSet: set?.id ?? 0, side: "target", action: "create", reason: "r", masterId: "m" }] });
  await store.close();
};

describe("backupDatabase", () => {
  let home: string;
  let embedded: FreshEmbedded;
  let server: FreshDatabase;
  const onServer = (words: readonly string[]): Promise<Ended> => run(words, { DATABASE_URL: server.url });
  const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> => runScript("backupDatabase", ["--config", join(home, "tandem"), ...words], { env: { TANDEM_STORE: embedded.directory, ...env } });
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-backup-test-"));
    mkdirSync(join(home, "tandem"));
    [embedded, server] = [await freshEmbedded(), await freshDatabase()];
    await fill({ directory: embedded.directory });
  });
  afterAll(async () => {
    await server.drop();
    embedded.drop();
    rmSync(home, { recursive: true, force: true });
  });

  it("writes a sealed, private file named after the time, restored on trial, and thins out older ones of its own", async () => {
    const folder = join(home, "kept");
    mkdirSync(folder);
    for (const name of ["tandem-20200101T000000Z.backup", "tandem-20200102T000000Z.dump.sealed", "tandem-mine.backup"]) writeFileSync(join(folder, name), "old");
    // One that was killed the day before yesterday, and one that is at work.
    const [left, atWork] = [`tandem-20200103T000000Z.backup.${randomUUID()}.unproved.${randomUUID()}.tmp`, `tandem-20200103T000000Z.backup.${randomUUID()}.unproved`];
    for (const name of [left, atWork]) writeFileSync(join(folder, name), "half");
    utimesSync(join(folder, left), new Date(), new Date(Date.now() - 2 * 86_400_000));
    writeFileSync(join(home, "tandem", "settings.yaml"), `backup:\n  folder: ${folder}\n  passphrase: "\${env:BACKUP_PASSPHRASE}"\n  keep: 2\n`);
    const { code, out, err } = await run([], { BACKUP_PASSPHRASE: PASSPHRASE });
    rmSync(join(home, "tandem", "settings.yaml"));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^\S+\/kept\/tandem-\d{8}T\d{6}Z\.backup\.sealed: logical, sealed, [\d.]+ (bytes|kB), restored on trial and compared; 1 older ones removed\n$/);
    expect(readdirSync(folder).filter((name) => name.includes("unproved"))).toEqual([atWork]);
    rmSync(join(folder, atWork));
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual(["tandem-20200102T000000Z.dump.sealed", expect.stringMatching(/^tandem-20\d{6}T\d{6}Z\.backup\.sealed$/), "tandem-mine.backup"]);
    const made = join(folder, files[1] ?? "");
    expect((statSync(made).mode & 0o777).toString(8)).toBe("600");
    const bytes = readFileSync(made);
    expect([bytes.subarray(0, 15).toString(), bytes.includes("sync_sets")]).toEqual(["TANDEM-SEALED-1", false]);
  });

  it("refuses a passphrase in clear text, a file that is there, and options that exclude each other", async () => {
    const inClear = await onServer(["--passphrase", PASSPHRASE]);
    expect([inClear.code, inClear.out, inClear.err.includes(PASSPHRASE)]).toEqual([64, "", false]);
    expect(await onServer(["--passphrase", "${env:NOT_SET}"])).toMatchObject({ code: 78, err: expect.stringContaining("NOT_SET is not set") });
    writeFileSync(join(home, "there"), "mine");
    expect(await onServer(["-o", join(home, "there"), "--unverified", "--form", "logical"])).toMatchObject({ code: 73, out: "", err: expect.stringContaining("exists already") });
    expect([readFileSync(join(home, "there"), "utf8"), readdirSync(home).filter((name) => name.includes("unproved"))]).toEqual(["mine", []]);
    expect(await run(["--form", "pgDump"])).toMatchObject({ code: 64, out: "", err: expect.stringContaining("the embedded store has no pg_dump") });
  });

  it("writes to standard output with -o -, and one document with --json", async () => {
    const { code, out, err } = await onServer(["-o", "-", "--unverified", "--form", "logical"]);
    expect([code, err, out.charCodeAt(0)]).toEqual([0, "", 0x1f]);
    const answer = JSON.parse((await onServer(["-o", join(home, "b"), "--unverified", "--form", "logical", "--json"])).out) as unknown;
    expect(answer).toMatchObject({ form: "logical", sealed: false, verified: "no", file: join(home, "b"), removed: [] });
  });

  it("takes pg_dump's own form where its programs serve the server: tried, restored, all or nothing", { timeout: 240_000 }, async () => {
    const host = await hostDatabase();
    if (host === undefined) {
      const { code, err } = await run(["--form", "pgDump"], { DATABASE_URL: "postgres://127.0.0.1:1/none" });
      expect([code, err]).toEqual([69, expect.stringContaining("cannot be reached")]);
      return;
    }
    try {
      // As docs/database.md prepares a server: a schema of its own, found by the search_path.
      await execute(host.url, "create schema tandem", `alter database ${new URL(host.url).pathname.slice(1)} set search_path = tandem`);
      await fill({ databaseUrl: host.url, directory: "" });
      // What two trials that were killed left, the older one two days ago.
      const left = [2 * 86_400_000, 60_000].map((ms) => `tandem_verify_1_${(Date.now() - ms).toString(36)}`);
      for (const name of left) await execute(host.url, `create database ${name}`);
      const file = join(home, "native.dump.sealed");
      const made = await run(["-o", file, "--passphrase", "${env:BACKUP_PASSPHRASE}"], { DATABASE_URL: host.url, BACKUP_PASSPHRASE: PASSPHRASE });
      expect(made).toEqual({ code: 0, out: expect.stringMatching(/native\.dump\.sealed: pgDump, sealed, [\d.]+ kB, restored on trial and compared\n$/), err: "" });
      expect(await execute(host.url, "select datname from pg_database where datname like 'tandem_verify%'")).toEqual([{ datname: left[1] }]);
      await execute(host.url, `drop database ${left[1]}`);
      const restore = (...words: readonly string[]): Promise<Ended> => runScript("restoreDatabase", ["--config", join(home, "tandem"), file, "--passphrase", "${env:BACKUP_PASSPHRASE}", ...words], { env: { DATABASE_URL: host.url, BACKUP_PASSPHRASE: PASSPHRASE } });
      expect(await restore()).toMatchObject({ code: 64, err: expect.stringContaining("is not empty") });
      const stopped = ["c", "o'hara", "a \\ 'word'"];
      await execute(host.url, "delete from links", "insert into facts values ('late', '1', now())", `insert into connections values ('c', false, now(), 'o''hara', 'a \\ ''word''')`);
      expect(await restore("--replace", "--yes")).toMatchObject({ code: 0, err: "", out: expect.stringContaining("restored from") });
      expect(await execute(host.url, "select (select count(*)::int from links) as links, (select count(*)::int from facts) as facts, (select count(*)::int from outcomes) as outcomes")).toEqual([{ links: 1, facts: 1, outcomes: 1 }]);
      expect(await execute(host.url, "select name, started, changed_by, note from connections")).toEqual([{ name: stopped[0], started: false, changed_by: stopped[1], note: stopped[2] }]);
      expect(await execute(host.url, "select name from facts where value ->> 'from' is not null")).toEqual([{ name: "restored" }]);
      // Killed at the very end of psql's commit: whoever sees the rows knows that they were put back.
      await execute(host.url, "delete from facts");
      const programs = join(home, "programs");
      mkdirSync(programs);
      writeFileSync(join(programs, "psql"), `#!/bin/sh\nPATH='${process.env.PATH}' psql "$@"\nkill -9 $PPID\n`, { mode: 0o755 });
      const words = ["--config", join(home, "tandem"), file, "--passphrase", "${env:BACKUP_PASSPHRASE}", "--replace", "--yes"];
      const killed = await startScript("restoreDatabase", words, { env: { DATABASE_URL: host.url, BACKUP_PASSPHRASE: PASSPHRASE, PATH: `${programs}:${process.env.PATH}` } });
      expect([(await killed.ended).code, await execute(host.url, "select name from facts"), await execute(host.url, "select count(*)::int as n from links")]).toEqual([null, [{ name: "restored" }], [{ n: 1 }]]);
      const plain = join(home, "plain.dump");
      expect((await run(["-o", plain, "--unverified", "--form", "pgDump"], { DATABASE_URL: host.url })).code).toBe(0);
      const bytes = readFileSync(plain);
      expect(bytes.subarray(0, 5).toString()).toBe("PGDMP");
      // Behind its table of contents, in the midst of the rows.
      writeFileSync(plain, bytes.subarray(0, bytes.length - 400));
      const cut = await runScript("restoreDatabase", ["--config", join(home, "tandem"), plain, "--replace", "--yes"], { env: { DATABASE_URL: host.url } });
      expect([cut.code, cut.out, cut.err.includes("pg_restore cannot read the backup")]).toEqual([65, "", true]);
      expect(await execute(host.url, "select count(*)::int as n from links")).toEqual([{ n: 1 }]);
      // Looked at, and empty; somebody writes before psql does.
      await execute(host.url, "do $$ begin execute (select 'truncate ' || string_agg(format('tandem.%I', tablename), ', ') from pg_tables where schemaname = 'tandem' and tablename <> 'schema_migrations') ; end $$");
      writeFileSync(join(programs, "psql"), `#!/bin/sh\nPATH='${process.env.PATH}'\npsql -qc "insert into facts values ('between', '1', now())"\nexec psql "$@"\n`, { mode: 0o755 });
      const late = await runScript("restoreDatabase", ["--config", join(home, "tandem"), file, "--passphrase", "${env:BACKUP_PASSPHRASE}"], { env: { DATABASE_URL: host.url, BACKUP_PASSPHRASE: PASSPHRASE, PATH: `${programs}:${process.env.PATH}` } });
      expect([late.code, late.err, await execute(host.url, "select name from facts")]).toEqual([75, expect.stringContaining("somebody was at work with the store"), [{ name: "between" }]]);
      const { door } = await openBackup({ ...options({ databaseUrl: host.url, directory: "" }), environment: { ...process.env, PATH: "" } });
      expect(door.native).toEqual({ missing: "there is no pg_dump on this machine" });
      await door.close();
    } finally {
      await host.close();
    }
  });
});
