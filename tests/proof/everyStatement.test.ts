// Purging and importing user maps, killed before and after each statement on a real PostgreSQL (every commit among them), then
// resumed plainly: a purge takes nothing but what its plan said, an import leaves the old maps or the new ones, and in the end all
// is as without a kill.

import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { figure } from "./figures.ts";
import { openSqlDeath, type SqlDeath } from "./sqlDeath.ts";
import { type Ground, NOW, rowsOf, STATEMENT_SCENARIOS } from "./statementScenarios.ts";

const open = (databaseUrl: string): Promise<Store> => openStore({ databaseUrl, directory: "", lockWaitSeconds: 0, holder: { host: "test", pid: process.pid, script: "test" }, now: () => NOW });

/** For the server, before a statement is after the one before it: both are tried at the first alone, and every second statement, or all with TANDEM_KILL_STEP=1. */
const whenOf = (at: number): readonly ("before" | "after")[] => {
  if (at === 1 || process.env.TANDEM_KILL_STEP === "1") return ["before", "after"];
  return at % 2 === 1 ? ["after"] : [];
};

let points = 0;
afterAll(() => figure(`every statement: a purge and four imports killed at ${points} points`));

describe("killed before and after each statement on PostgreSQL", () => {
  let database: FreshDatabase;
  let death: SqlDeath;
  let client: pg.Client;
  let ground: Ground;
  beforeAll(async () => {
    database = await freshDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    death = await openSqlDeath(database.url);
    const store = await open(database.url);
    ground = { store, ask: async (sql) => (await client.query(sql)).rows as readonly Record<string, unknown>[], syncSet: (await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id ?? 0 };
  });
  afterAll(async () => {
    await client.end();
    await ground.store.close();
    await death.close();
    await database.drop();
  });

  /** The process that dies, and what it leaves: its sessions end by themselves. */
  const killed = async (at: number, when: "before" | "after", deed: (store: Store) => Promise<unknown>): Promise<boolean> => {
    const doomed = await open(death.through(database.url));
    death.arm(at, when);
    try {
      await deed(doomed);
    } catch (error) {
      if (!death.revive()) throw error;
      points++;
      await doomed.close().catch(() => undefined);
      await expect.poll(() => ground.ask("select application_name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name like 'tandem %'"), { interval: 5 }).toEqual([]);
      return true;
    }
    const died = death.revive();
    await doomed.close();
    return died;
  };

  it.each(STATEMENT_SCENARIOS.map((scenario) => [scenario.title, scenario] as const))("%s leaves nothing half done, and the next one ends it", async (_title, { prepare, deed, look, wrong, done, nothing }) => {
    for (let at = 1; ; at++) {
      for (const when of whenOf(at)) {
        const about = { at, when };
        await prepare(ground);
        const before = await look(ground);
        if (!(await killed(at, when, deed))) return expect(at).toBeGreaterThan(3);
        expect({ about, wrong: wrong(await look(ground), before) }).toEqual({ about, wrong: undefined });
        await deed(ground.store);
        const [contents, rows] = [await look(ground), await rowsOf(ground)];
        expect({ about, contents }).toEqual({ about, contents: done(before) });
        expect({ about, again: await deed(ground.store), contents: await look(ground), rows: await rowsOf(ground) }).toEqual({ about, again: nothing, contents, rows });
      }
    }
  }, 600_000);
});
