// Purging on a server that others use, and after a purge that was interrupted.

import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import type { Outcome, Store } from "../../lib/store/store.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";

const rules = { olderThan: { outcomes: 30 }, now: "2021-12-15T00:00:00.000Z" };

describe("purging a server that is in use", () => {
  let database: FreshDatabase;
  let store: Store;
  let syncSet: number;
  const reader = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query("begin isolation level repeatable read");
    await client.query("select count(*) from outcomes");
    return client;
  };
  const outcome = (at: string): Outcome => ({ run: "00000000-0000-4000-8000-000000000001", at, syncSet, side: "target", action: "update", reason: "r", masterId: "1" });
  const fill = (month: string): Promise<void> => store.record({ outcomes: [outcome(`${month}-10T00:00:00.000Z`)] });

  beforeAll(async () => {
    database = await freshDatabase();
    store = await openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 0, holder: { host: "test", pid: process.pid, script: "test" }, now: () => rules.now });
    syncSet = (await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id ?? 0;
    await fill("2021-12");
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it("waits for a reader without keeping anybody who writes waiting, then drops", async () => {
    await fill("2021-01");
    const client = await reader();
    const plan = await store.purge.plan(rules);
    const purging = store.purge.apply(plan);
    // It waits now, detaching, for the reader's snapshot.
    await expect.poll(async () => (await execute(database.url, "select 1 from pg_stat_activity where application_name = 'tandem purge' and wait_event_type = 'Lock' and datname = current_database()")).length).toBe(1);
    await fill("2021-12");
    await fill("2022-01");
    expect(await Promise.race([purging, "still waiting"])).toBe("still waiting");
    await client.query("commit");
    await client.end();
    expect(await purging).toMatchObject({ partitions: 1, rows: 1, busy: [] });
    expect(await execute(database.url, "select to_regclass('outcomes_2021_01') as there")).toEqual([{ there: null }]);
  });

  it("stops when told to, leaving what the next purge finishes", async () => {
    await fill("2021-02");
    const client = await reader();
    const stop = new AbortController();
    const purging = store.purge.apply(await store.purge.plan(rules), { stop: stop.signal });
    // PostgreSQL 13 detaches at once, or not at all.
    const [{ concurrently } = {}] = await execute(database.url, "select current_setting('server_version_num')::int >= 140000 as concurrently");
    const halfway = concurrently === true ? "select 1 from pg_inherits where inhdetachpending" : "select 1 from pg_locks where not granted";
    await expect.poll(async () => (await execute(database.url, halfway)).length).toBe(1);
    stop.abort();
    expect(await purging).toMatchObject({ partitions: 0, busy: ["outcomes_2021_02"] });
    await client.query("commit");
    await client.end();
    const plan = await store.purge.plan(rules);
    expect(plan.partitions).toMatchObject([{ name: "outcomes_2021_02", rows: 1, left: concurrently }]);
    expect(await store.purge.apply(plan)).toMatchObject({ partitions: 1, rows: 1, busy: [] });
  });

  it("drops what an interrupted purge detached and did not drop", async () => {
    await fill("2021-03");
    await execute(database.url, "alter table outcomes detach partition outcomes_2021_03");
    const plan = await store.purge.plan(rules);
    expect(plan.partitions).toMatchObject([{ name: "outcomes_2021_03", left: true }]);
    const seen: (readonly [number, number])[] = [];
    expect(await store.purge.apply(plan, { onProgress: (done, total) => seen.push([done, total]) })).toMatchObject({ partitions: 1 });
    expect(seen).toEqual([[1, 1]]);
  });

  it("does not lose rows that come for a month it had detached", async () => {
    await fill("2021-04");
    await execute(database.url, "alter table outcomes detach partition outcomes_2021_04");
    await fill("2021-04");
    expect(await store.outcomes.ofItem(syncSet, "master", "1", 1000)).toEqual(expect.arrayContaining([outcome("2021-04-10T00:00:00.000Z"), outcome("2021-04-10T00:00:00.000Z")]));
    await store.purge.apply(await store.purge.plan(rules));
  });

  it("estimates the rows of a month too large to count", async () => {
    await fill("2021-05");
    await execute(database.url, "insert into outcomes (run_id, at, sync_set, side, action, reason, name) select gen_random_uuid(), '2021-05-11', 1, 'target', 'update', 'r', repeat('x', 700) from generate_series(1, 90000)");
    const [month] = (await store.purge.plan(rules)).partitions;
    expect(month).toMatchObject({ name: "outcomes_2021_05", estimated: true });
    expect(Math.abs((month?.rows ?? 0) / 90_000 - 1)).toBeLessThan(0.35);
    await store.purge.apply(await store.purge.plan(rules));
  });

  it("takes smaller batches where the database is slow", async () => {
    const hold = ["create table batches (seq serial, n int)", "create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.0001); return old; end'", "create trigger slow before delete on runs for each row execute function slow()", "create function counted() returns trigger language plpgsql as 'begin insert into batches (n) select count(*) from gone; return null; end'", "create trigger counted after delete on runs referencing old table as gone for each statement execute function counted()"];
    const release = ["drop trigger slow on runs", "drop trigger counted on runs", "drop function slow", "drop function counted", "drop table batches"];
    for (const sql of hold) await execute(database.url, sql);
    try {
      await execute(database.url, "insert into runs (id, connection, script, started_at, ended_at, status, host, pid) select gen_random_uuid(), 'c', 's', '2020-01-01', '2020-01-01', 'done', 'h', 1 from generate_series(1, 7600)");
      expect(await store.purge.apply(await store.purge.plan({ olderThan: { runs: 365 }, now: rules.now }))).toMatchObject({ runs: 7600 });
      expect((await execute(database.url, "select n from batches order by seq")).map(({ n }) => n)).toEqual([5000, 2500, 100]);
    } finally {
      for (const sql of release) await execute(database.url, sql);
    }
  });

  it("deletes runs in batches", async () => {
    await execute(database.url, "insert into runs (id, connection, script, started_at, ended_at, status, host, pid) select gen_random_uuid(), 'c', 's', '2020-01-01', '2020-01-01', 'done', 'h', 1 from generate_series(1, 12000)");
    const plan = await store.purge.plan({ olderThan: { runs: 365 }, now: rules.now });
    expect(plan.runs.rows).toBe(12_000);
    expect(await store.purge.apply(plan)).toMatchObject({ runs: 12_000, partitions: 0 });
    expect(await store.runs.list("c")).toEqual([]);
  });
});
