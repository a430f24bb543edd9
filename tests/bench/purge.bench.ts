// Purging four months of five while somebody writes, beside one DELETE of the same rows: time, WAL, space given back, and how
// long the writer waited at the worst, also behind a reader that holds its transaction open.

import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { freshDatabase } from "../support/store/postgres.ts";
import { keep } from "./measure.ts";

const ROWS = Number(process.env.TANDEM_OUTCOMES ?? 5_000_000);
const READER_MS = 6_000;
const MONTHS = ["2021-01", "2021-02", "2021-03", "2021-04", "2021-05"] as const;
const RULES = { olderThan: { outcomes: 30 }, now: "2021-05-31T23:00:00.000Z" };

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Rows as an iteration writes them, a month at a time. */
const fill = async (client: pg.Client): Promise<void> => {
  for (const month of MONTHS) {
    await client.query("select ensure_outcomes_partition($1::date)", [`${month}-01`]);
    await client.query(`insert into outcomes (run_id, at, sync_set, side, action, reason, master_id, target_id, name, before, after)
      select ('00000000-0000-4000-8000-' || lpad((n / 1000)::text, 12, '0'))::uuid, '${month}-02'::timestamptz + n * interval '1 second', 1, 'target', 'update', 'changed at the master', n::text, (n * 7)::text, 'Item ' || n, jsonb_build_object('title', 'Item ' || n), jsonb_build_object('title', 'Item ' || n || ' as it is now')
      from generate_series(1, ${Math.floor(ROWS / MONTHS.length)}) n`);
  }
  await client.query("checkpoint");
};

const size = async (client: pg.Client): Promise<number> => Number((await client.query("select sum(pg_total_relation_size(oid)) as bytes from pg_class where relname ~ '^outcomes_[0-9]' and relkind = 'r'")).rows[0]?.bytes);

/** Milliseconds, and bytes of WAL meanwhile. */
const measured = async (client: pg.Client, work: () => Promise<unknown>): Promise<{ readonly ms: number; readonly wal: number }> => {
  const place = async (): Promise<string> => String((await client.query("select pg_current_wal_insert_lsn() as at")).rows[0]?.at);
  const from = await place();
  const since = performance.now();
  await work();
  const ms = performance.now() - since;
  const { rows } = await client.query("select pg_wal_lsn_diff($1, $2) as bytes", [await place(), from]);
  return { ms, wal: Number(rows[0]?.bytes) };
};

/** Writes without a pause until told to stop; answers the longest wait of one write. */
const startWriter = (store: Store): (() => Promise<{ readonly worst: number; readonly writes: number }>) => {
  let stopped = false;
  const writing = (async () => {
    let [worst, writes] = [0, 0];
    for (; !stopped; writes++) {
      const since = performance.now();
      await store.record({ outcomes: [{ run: "00000000-0000-4000-8000-999999999999", at: "2021-05-30T00:00:00.000Z", syncSet: 1, side: "target", action: "update", reason: "while purging", masterId: `w${writes}` }] });
      worst = Math.max(worst, performance.now() - since);
      await pause(5);
    }
    return { worst, writes };
  })();
  return () => {
    stopped = true;
    return writing;
  };
};

it(`4 of 5 months of ${ROWS} outcomes`, async () => {
  const database = await freshDatabase();
  const open = (): Promise<Store> => openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 0, holder: { host: "bench", pid: process.pid, script: "bench" }, now: () => RULES.now });
  const [store, other] = [await open(), await open()];
  const [client, reader] = [new pg.Client({ connectionString: database.url }), new pg.Client({ connectionString: database.url })];
  await client.connect();
  await reader.connect();
  try {
    await fill(client);
    const before = await size(client);
    // The same rows, taken back afterwards: time and WAL are spent all the same.
    await client.query("begin");
    const one = await measured(client, () => client.query(`delete from outcomes where at < '${MONTHS[4]}-01'`));
    await client.query("rollback");
    const alone = startWriter(other);
    await pause(2_000);
    const idle = await alone();

    const writer = startWriter(other);
    const purge = await measured(client, async () => {
      const result = await store.purge.apply(await store.purge.plan(RULES));
      expect(result).toMatchObject({ partitions: 4, busy: [] });
    });
    const busy = await writer();
    const after = await size(client);
    keep({ bench: "purge", what: `4 of 5 months of ${ROWS} outcomes while somebody writes, beside one DELETE of the same rows`, ours: `${Math.round(purge.ms)} ms`, theirs: `${Math.round(one.ms)} ms`, ratio: purge.ms / one.ms, asked: "≤ 0.25 x" });
    keep({ bench: "purge", what: "WAL written meanwhile, the writer's with it", ours: megabytes(purge.wal), theirs: megabytes(one.wal), ratio: purge.wal / one.wal, asked: "≤ 5 MB" });
    keep({ bench: "purge", what: "space given back, of what the rows took", ours: `${(((before - after) / (before * 0.8)) * 100).toFixed(0)} %`, theirs: "0 %", asked: "≥ 75 %" });
    keep({ bench: "purge", what: `the writer's longest wait of ${busy.writes}, beside ${idle.writes} writes without a purge`, ours: `${busy.worst.toFixed(0)} ms`, theirs: `${idle.worst.toFixed(0)} ms`, asked: "≤ 50 ms" });

    // Again, behind a reader: an old month comes back first.
    await client.query("select ensure_outcomes_partition('2021-02-01'::date)");
    await client.query("insert into outcomes (run_id, at, sync_set, side, action, reason) select gen_random_uuid(), '2021-02-03', 1, 'target', 'update', 'x' from generate_series(1, 1000)");
    await reader.query("begin isolation level repeatable read");
    await reader.query("select count(*) from outcomes where at < '2021-03-01'");
    const second = startWriter(other);
    const done = store.purge.apply(await store.purge.plan(RULES));
    await pause(READER_MS);
    await reader.query("commit");
    expect(await done).toMatchObject({ partitions: 1, busy: [] });
    const behind = await second();
    keep({ bench: "purge", what: `the writer's longest wait of ${behind.writes}, purging behind a reader of ${READER_MS / 1000} s`, ours: `${behind.worst.toFixed(0)} ms`, theirs: `${idle.worst.toFixed(0)} ms`, asked: "≤ 50 ms" });
  } finally {
    await reader.end();
    await client.end();
    await store.close();
    await other.close();
    await database.drop();
  }
});
