// restoreDatabase as a user runs it: from the embedded store to a server.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import { everyScript } from "../support/scripts/help.ts";
import { execute, type FreshDatabase, freshDatabase, freshEmbedded, type FreshEmbedded } from "../support/store/postgres.ts";
import { type Ended, runScript } from "../support/scripts/process.ts";

everyScript("restoreDatabase");

describe("restoreDatabase", () => {
  let home: string;
  let embedded: FreshEmbedded;
  let server: FreshDatabase;
  let file: string;
  const env = { BACKUP_PASSPHRASE: "correct horse" };
  const run = (words: readonly string[], more: Readonly<Record<string, string>> = {}, script = "restoreDatabase"): Promise<Ended> =>
    runScript(script, ["--config", join(home, "tandem"), ...words], { env: { TANDEM_STORE: embedded.directory, ...env, ...more } });
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-restore-test-"));
    mkdirSync(join(home, "tandem"));
    [embedded, server] = [await freshEmbedded(), await freshDatabase()];
    const store = await openStore({ directory: embedded.directory, lockWaitSeconds: 5, holder: { host: "h", pid: 1, script: "test" }, now: () => new Date().toISOString() });
    await store.facts.set([{ name: "a", value: { b: null }, at: "2026-11-24T12:00:00.000Z" }]);
    await store.close();
    file = join(home, "move.backup.sealed");
    await run(["-o", file, "--unverified", "--passphrase", "${env:BACKUP_PASSPHRASE}"], {}, "backupDatabase");
  });
  afterAll(async () => {
    await server.drop();
    embedded.drop();
    rmSync(home, { recursive: true, force: true });
  });

  it("tries the file and changes nothing with --dry-run", async () => {
    const { code, out, err } = await run([file, "--dry-run", "--passphrase", "${env:BACKUP_PASSPHRASE}"], { DATABASE_URL: server.url });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^\S+: logical, sealed, of 20\S+Z, schema \d+, 1 rows; restored on trial and compared, nothing was changed\n$/);
    expect(await execute(server.url, "select count(*)::int as n from facts")).toEqual([{ n: 0 }]);
  });

  it("moves the embedded store to a server, refuses a store that holds something, and asks before it replaces", async () => {
    const words = [file, "--passphrase", "${env:BACKUP_PASSPHRASE}"];
    const first = await run(words, { DATABASE_URL: server.url });
    expect([first.code, first.err]).toEqual([0, ""]);
    expect(first.out).toContain(": restored from ");
    expect(await execute(server.url, "select name, value::text from facts order by name")).toEqual([{ name: "a", value: '{"b": null}' }, { name: "restored", value: expect.stringMatching(/^\{"from": "20\S+Z"\}$/) }]);
    expect(await run(words, { DATABASE_URL: server.url })).toMatchObject({ code: 64, out: "", err: expect.stringContaining("is not empty\n→ back it up, then --replace") });
    expect(await run([...words, "--replace"], { DATABASE_URL: server.url })).toMatchObject({ code: 64, err: expect.stringContaining("add --yes") });
    // What a person stopped stays so, whatever the backup knows.
    await execute(server.url, "insert into connections values ('c', false, '2026-11-24T12:00:00Z', 'ann', 'restore'), ('d', true, now(), 'ann', null)");
    expect(await run([...words, "--replace", "--yes", "-q"], { DATABASE_URL: server.url })).toEqual({ code: 0, out: "", err: "" });
    expect(await execute(server.url, "select name, started, changed_by, note from connections")).toEqual([{ name: "c", started: false, changed_by: "ann", note: "restore" }]);
  });

  it("ends with 65 for a wrong passphrase and for a file that was changed, 66 for none, and leaves the store as it was", async () => {
    const words = ["--replace", "--yes", "--passphrase", "${env:BACKUP_PASSPHRASE}"];
    await execute(server.url, "insert into facts values ('kept', '1', now())");
    expect(await run([file, ...words], { DATABASE_URL: server.url, BACKUP_PASSPHRASE: "battery staple" })).toMatchObject({ code: 65, out: "", err: expect.stringContaining("the passphrase is wrong") });
    const bytes = readFileSync(file);
    writeFileSync(join(home, "cut"), bytes.subarray(0, bytes.length - 30));
    expect(await run([join(home, "cut"), ...words], { DATABASE_URL: server.url })).toMatchObject({ code: 65, err: expect.stringContaining("ends too early") });
    expect((await run([join(home, "none"), ...words], { DATABASE_URL: server.url })).code).toBe(66);
    expect(await execute(server.url, "select count(*)::int as n from facts where name = 'kept'")).toEqual([{ n: 1 }]);
  });

  it("leaves an embedded store that does not open alone where the file is not there", async () => {
    const broken = await freshEmbedded();
    writeFileSync(join(broken.directory, "data", "global", "pg_control"), "torn");
    const before = readdirSync(broken.directory);
    expect(await run([join(home, "none"), "--replace", "--yes"], { TANDEM_STORE: broken.directory })).toMatchObject({ code: 66 });
    expect(readdirSync(broken.directory)).toEqual(before);
    broken.drop();
  });

  it("says of a store that it was put back by other means, and that what is held since is new", async () => {
    const fact = () => execute(server.url, "select value from facts where name = 'restored'");
    const env = { DATABASE_URL: server.url };
    const before = await fact();
    expect(await run(["--as-of", "2026-11-24T03:00:00+01:00", "--dry-run", "--detailed-exit-code"], env)).toEqual({ code: 2, out: expect.stringContaining("would be as of 2026-11-24T02:00:00.000Z"), err: "" });
    expect(await fact()).toEqual(before);
    expect(await run(["--as-of", "2026-11-24T03:00:00+01:00"], env)).toEqual({ code: 0, out: expect.stringContaining("the store is as of 2026-11-24T02:00:00.000Z"), err: "" });
    expect(await fact()).toEqual([{ value: { from: "2026-11-24T02:00:00.000Z" } }]);
    for (const words of [["--as-of", "yesterday"], ["--as-of", "2026-11-24"], ["--as-of", "2999-01-01T00:00:00Z"], ["--as-of", "2026-11-24T02:00:00Z", file], ["--as-of", "2026-11-24T02:00:00Z", "--settled"], ["--settled"], []])
      expect([words, (await run(words, env)).code]).toEqual([words, 64]);
    expect(await run(["--settled", "--dry-run", "--detailed-exit-code"], env)).toEqual({ code: 2, out: expect.stringContaining("since the backup of 2026-11-24T02:00:00.000Z would be new"), err: "" });
    expect(await fact()).toEqual([{ value: { from: "2026-11-24T02:00:00.000Z" } }]);
    expect(await run(["--settled", "--yes"], env)).toEqual({ code: 0, out: expect.stringContaining("what is held since the backup of 2026-11-24T02:00:00.000Z is new"), err: "" });
    expect([await fact(), (await run(["--settled", "--yes"], env)).out]).toEqual([[], expect.stringContaining("no backup was put back")]);
  });
});
