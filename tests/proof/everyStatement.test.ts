// Purging and importing user maps, killed before and after each statement on a real PostgreSQL (every commit among them), then
// resumed plainly: a purge takes nothing but what its plan said, an import leaves the old maps or the new ones, and in the end all
// is as without a kill.

import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { userMapsFile, importUserMaps } from "../../lib/run/importUserMaps.ts";
import { PURGE_FACT, purgeDatabase } from "../../lib/run/purgeDatabase.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Store, UserMap } from "../../lib/store/store.ts";
import { collect, makeLink, makeOutcome } from "../store/contractHand.ts";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";
import { openSqlDeath, type SqlDeath } from "./sqlDeath.ts";

const NOW = "2026-11-24T13:05:00.000Z";
const open = (databaseUrl: string): Promise<Store> => openStore({ databaseUrl, directory: "", lockWaitSeconds: 0, holder: { host: "test", pid: process.pid, script: "test" }, now: () => NOW });

/** For the server, before a statement is after the one before it: both are tried at the first alone, and every second statement, or all with TANDEM_KILL_STEP=1. */
const whenOf = (at: number): readonly ("before" | "after")[] => {
  if (at === 1 || process.env.TANDEM_KILL_STEP === "1") return ["before", "after"];
  return at % 2 === 1 ? ["after"] : [];
};

let points = 0;
afterAll(() => console.log(`every statement: a purge and three imports killed at ${points} points`));

describe("killed before and after each statement on PostgreSQL", () => {
  let database: FreshDatabase;
  let death: SqlDeath;
  let store: Store;
  let client: pg.Client;
  let syncSet: number;
  beforeAll(async () => {
    database = await freshDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    death = await openSqlDeath(database.url);
    store = await open(database.url);
    syncSet = (await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id ?? 0;
  });
  afterAll(async () => {
    await client.end();
    await store.close();
    await death.close();
    await database.drop();
  });

  const ask = async (sql: string): Promise<readonly Record<string, unknown>[]> => (await client.query(sql)).rows as readonly Record<string, unknown>[];

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
      await expect.poll(() => ask("select application_name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name like 'tandem %'"), { interval: 5, timeout: 10_000 }).toEqual([]);
      return true;
    }
    const died = death.revive();
    await doomed.close();
    return died;
  };

  const atEach = async (deed: (store: Store) => Promise<unknown>, prepare: () => Promise<void>, look: (about: { readonly at: number; readonly when: string }) => Promise<void>): Promise<number> => {
    for (let at = 1; ; at++) {
      for (const when of whenOf(at)) {
        await prepare();
        if (!(await killed(at, when, deed))) return at;
        await look({ at, when });
      }
    }
  };

  describe("a purge", () => {
    const RUNS = ["a", "b", "c", "d"].map((end) => `00000000-0000-4000-8000-00000000000${end}`);
    const MONTHS = ["2021-01", "2021-02", "2021-03", "2026-10", "2026-11"] as const;
    /** Of old runs the last one has its outcomes in what stays. */
    const BEGUN = ["2021-01-15", "2021-02-15", "2026-10-15", "2021-03-15"];
    const KEPT = ["sync_sets", "links", "sub_links", "base_texts", "intents", "watermarks", "pending_links", "quarantine", "conflicts", "connections", "user_names"];

    const purge = (on: Store) => purgeDatabase({ store: on, now: () => NOW, stop: new AbortController().signal, progress: { update: () => undefined, done: () => undefined } }, { olderThan: { outcomes: 90, runs: 400 } });

    /** Outcomes and runs anew; all else is there from the beginning and must stay as it is. */
    const prepare = async (): Promise<void> => {
      await ask("delete from outcomes");
      await ask("delete from runs");
      for (const [at, id] of RUNS.entries()) await store.runs.start({ id, connection: "c", script: "s", host: "h", pid: 1, at: `${BEGUN[at]}T00:00:00.000Z` });
      await store.record({ outcomes: MONTHS.flatMap((month, at) => [1, 2].map((n) => makeOutcome(RUNS[Math.min(at, 3)] ?? "", syncSet, `${month}-1${n}T00:00:00.000Z`, { masterId: `${n}` }))) });
    };

    const kept = async (): Promise<unknown> => {
      const tables = await ask(KEPT.map((table) => `select '${table}' as name, jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text) as rows from ${table} t`).join(" union all "));
      return { tables, facts: (await store.facts.list("")).filter(({ name }) => name !== PURGE_FACT), late: await ask("select run_id, at, master_id from outcomes where at > '2026-01-01' order by at, master_id"), runs: await ask(`select id from runs where id = any('{${RUNS.slice(2).join()}}') order by id`) };
    };

    /** Rows of each month that still stand somewhere: in the table, or in a month that was detached. */
    const months = async (): Promise<readonly (readonly [string, number])[]> => {
      const found = await ask("select relname as name from pg_class where relkind = 'r' and relname ~ '^outcomes_2021_' order by relname");
      const counted: (readonly [string, number])[] = [];
      for (const { name } of found) counted.push([String(name), (await ask(`select 1 from ${String(name)}`)).length]);
      return counted;
    };

    beforeAll(async () => {
      await store.record({
        links: [makeLink(syncSet, "1", "10"), makeLink(syncSet, "2", "20")],
        subLinks: [{ syncSet, kind: "comment", masterItem: "1", targetItem: "10", masterId: "c1", targetId: "c2", origin: "master", print: "p" }],
        baseTexts: [{ syncSet, masterId: "1", field: "name", master: "a", target: "b" }],
        watermarks: [{ syncSet, side: "master", at: "2021-01-01T00:00:00.000Z" }],
        quarantine: [{ syncSet, side: "master", id: "1", reason: "r", attempts: 1, firstAt: "2021-01-01T00:00:00.000Z", nextAt: "2021-01-01T00:00:00.000Z" }],
        openIntents: [{ intent: "00000000-0000-4000-8000-00000000000f", kind: "create", syncSet, side: "target", fromId: "1", name: "n", at: "2021-01-01T00:00:00.000Z", prints: {} }],
        pendingLinks: [{ syncSet, side: "target", id: "10", field: "parent", awaitedType: "story", awaitedId: "3" }],
        conflicts: [{ syncSet, masterId: "1", targetId: "10", field: "name", masterValue: "a", targetValue: "b", at: "2021-01-01T00:00:00.000Z" }],
      });
      await store.userMaps.write(one([{ name: "Ann", users: [{ dataSource: "octane", name: "ann" }] }]), { mode: "merge" });
      await store.connections.set({ name: "c", started: true, changedAt: NOW, changedBy: "Ann" });
      await store.facts.set([{ name: "some", value: { fact: 1 }, at: NOW }]);
    });

    it("takes nothing but what its plan said, and the next one takes the rest", async () => {
      await prepare();
      const before = await kept();
      await atEach(purge, prepare, async (about) => {
        expect({ about, kept: await kept() }).toEqual({ about, kept: before });
        for (const [name, rows] of await months()) expect({ about, name, rows }).toEqual({ about, name, rows: 2 });
        const { result } = await purge(store);
        expect({ about, busy: result?.busy ?? [], months: await months(), runs: (await store.runs.list("c")).map(({ id }) => id).toSorted(), kept: await kept() }).toEqual({ about, busy: [], months: [], runs: RUNS.slice(2), kept: before });
        expect((await purge(store)).result).toBeUndefined();
      });
    }, 600_000);
  });

  describe("an import of user maps", () => {
    const OLD: readonly UserMap[] = [{ name: "Ann", users: [{ dataSource: "jira", name: "a1" }, { dataSource: "octane", name: "ann" }] }, { name: "Bo", users: [{ dataSource: "octane", name: "bo" }] }, { name: "Cy", users: [{ dataSource: "octane", name: "cy" }] }];
    const NEW: readonly UserMap[] = [{ name: "Ann", users: [{ dataSource: "jira", name: "a2" }, { dataSource: "octane", name: "ann" }] }, { name: "Bo", users: [{ dataSource: "jira", name: "b1" }, { dataSource: "octane", name: "bo" }] }, { name: "Dee", users: [{ dataSource: "octane", name: "cy" }] }];
    const MORE: readonly UserMap[] = [{ name: "Bo", users: [{ dataSource: "jira", name: "b1" }] }, { name: "Eve", users: [{ dataSource: "jira", name: "e1" }] }];
    const MERGED: readonly UserMap[] = [OLD[0] as UserMap, NEW[1] as UserMap, OLD[2] as UserMap, MORE[1] as UserMap];

    const file = (maps: readonly UserMap[]) => () => [new TextEncoder().encode(JSON.stringify(maps))];
    const bring = async (on: Store, maps: readonly UserMap[], mode: "merge" | "replace") => importUserMaps(on, await userMapsFile(file(maps), { format: "json" }), { mode, dryRun: false });
    const there = async (): Promise<unknown> => collect(store.userMaps.scan());

    it.each([
      ["into an empty store", [], NEW, "merge", NEW],
      ["that adds to what is there", OLD, MORE, "merge", MERGED],
      ["that replaces what is there", OLD, NEW, "replace", NEW],
    ] as const)("%s leaves the old ones or the new ones, and the next one the new ones", async (_title, old, maps, mode, expected) => {
      const prepare = async (): Promise<void> => {
        await ask("truncate user_names");
        await bring(store, old, "merge");
      };
      await atEach((on) => bring(on, maps, mode), prepare, async (about) => {
        expect([{ about, maps: old }, { about, maps: expected }]).toContainEqual({ about, maps: await there() });
        await bring(store, maps, mode);
        expect({ about, maps: await there() }).toEqual({ about, maps: expected });
        const rows = await ask("select xmin, ctid, * from user_names order by 3, 4");
        const again = await bring(store, maps, mode);
        expect({ about, ...again?.counts, rows: await ask("select xmin, ctid, * from user_names order by 3, 4") }).toMatchObject({ about, added: 0, changed: 0, removed: 0, rows });
        expect(await ask("select indexname from pg_indexes where tablename = 'user_names'")).toHaveLength(2);
      });
    }, 600_000);
  });
});

const one = async function* <T>(page: readonly T[]): AsyncGenerator<readonly T[]> {
  yield page;
};
