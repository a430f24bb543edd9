// A backup in pg_dump's form and its restore, killed (SIGKILL) before one of the statements of Tandem and of the server's own programs:
// there is no half file under the backup's name, the store holds the old rows or the new ones, and the same again comes to the same end.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runScript, startScript } from "../support/scripts/process.ts";
import { type HostDatabase, hostDatabase } from "../support/store/hostPostgres.ts";
import { execute } from "../support/store/postgres.ts";
import { figure } from "./figures.ts";
import { openSqlDeath, type SqlDeath } from "./sqlDeath.ts";

/** One statement in so many; TANDEM_KILL_STEP=1: each. */
const STEP = Number(process.env.TANDEM_KILL_STEP ?? 37);

const COUNT = "select (select count(*)::int from facts where name like 'n%') as facts, (select count(*)::int from connections) as connections";

let points = 0;
afterAll(() => figure(`native backup: killed at ${points} statements`));

describe("a backup in pg_dump's form", () => {
  let host: HostDatabase | undefined;
  let death: SqlDeath;
  let home: string;
  beforeAll(async () => {
    host = await hostDatabase();
    home = mkdtempSync(join(tmpdir(), "tandem-native-"));
    mkdirSync(join(home, "tandem"));
    if (host === undefined) return;
    death = await openSqlDeath(host.url);
    expect(await runScript("migrateDatabase", ["--config", join(home, "tandem")], { env: { DATABASE_URL: host.url } })).toMatchObject({ code: 0 });
    await execute(host.url, "insert into facts select 'n' || n, to_jsonb(n), now() from generate_series(1, 50) n", "insert into connections values ('c', true, now(), 'ann', null)");
  });
  afterAll(async () => {
    if (host === undefined) return;
    await death.close();
    await host.close();
    rmSync(home, { recursive: true });
  });

  const run = (script: string, words: readonly string[]) => runScript(script, ["--config", join(home, "tandem"), ...words], { env: { DATABASE_URL: host?.url } });
  /** Answers whether it lived so long as to be killed. */
  const killedAt = async (script: string, words: readonly string[], at: number): Promise<boolean> => {
    const stopped = death.stopAt(at);
    const running = await startScript(script, ["--config", join(home, "tandem"), ...words], { env: { DATABASE_URL: `${death.through(host?.url ?? "")}?sslmode=disable`, PGGSSENCMODE: "disable" } });
    const isStopped = (await Promise.race([stopped.then(() => "stopped" as const), running.ended])) === "stopped";
    if (isStopped) running.kill();
    const { code, err } = await running.ended;
    if (!isStopped) expect([code, err]).toEqual([0, ""]);
    death.release();
    // What the server's programs still had in hand: they end with their input.
    await expect.poll(() => execute(host?.url ?? "", "select 1 from pg_stat_activity where application_name like 'tandem%' and pid <> pg_backend_pid()"), { timeout: 30_000 }).toEqual([]);
    if (isStopped) points++;
    return isStopped;
  };

  const expectWhole = async (file: string): Promise<void> => {
    await execute(host?.url ?? "", "delete from facts where name like 'n%'", "delete from connections");
    expect(await run("restoreDatabase", [file, "--replace", "--yes"])).toMatchObject({ code: 0, err: "" });
    expect(await execute(host?.url ?? "", COUNT)).toEqual([{ facts: 50, connections: 1 }]);
  };

  it("that is killed leaves nothing under its name, or all of it, and is whole the next time", async (context) => {
    if (host === undefined) return context.skip();
    const out = join(home, "a.dump");
    for (let at = 7; await killedAt("backupDatabase", ["--form", "pgDump", "--unverified", "--out", out], at); at += STEP) {
      // After its last rename it is there, and whole, although the program did not come to its end.
      if (existsSync(out)) await expectWhole(out);
      rmSync(out, { force: true });
    }
    expect(existsSync(out)).toBe(true);
    expect((await run("backupDatabase", ["--form", "pgDump", "--unverified", "--force", "--out", out])).code).toBe(0);
  });

  it("whose restore is killed is there whole or not at all", async (context) => {
    if (host === undefined) return context.skip();
    const out = join(home, "b.dump");
    expect((await run("backupDatabase", ["--form", "pgDump", "--unverified", "--out", out])).code).toBe(0);
    for (let at = 5; ; at += STEP) {
      await execute(host.url, "delete from facts where name like 'n%'", "delete from connections");
      const killed = await killedAt("restoreDatabase", [out, "--replace", "--yes"], at);
      const [left] = await execute(host.url, COUNT);
      expect({ at, left }).toEqual({ at, left: expect.toBeOneOf(killed ? [{ facts: 0, connections: 0 }, { facts: 50, connections: 1 }] : [{ facts: 50, connections: 1 }]) });
      expect({ at, again: await run("restoreDatabase", [out, "--replace", "--yes"]) }).toMatchObject({ at, again: { code: 0, err: "" } });
      expect({ at, left: (await execute(host.url, COUNT))[0] }).toEqual({ at, left: { facts: 50, connections: 1 } });
      if (!killed) break;
    }
  });
});
