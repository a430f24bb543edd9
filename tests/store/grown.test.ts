// What a store reads of tables that have grown since anybody looked at their statistics: what was asked for, not all there is.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";

const ROWS = 20_000;
const ASKED = Array.from({ length: 500 }, (_, n) => String(ROWS - 250 + n));
const THERE = 251;

describe("tables that grew within the hour", () => {
  let database: FreshDatabase;
  let told = 0;
  beforeAll(async () => {
    database = await freshDatabase();
    await execute(
      database.url,
      "create table last_told (n int)",
      "insert into sync_sets (connection, key, fingerprint, field_fingerprints) values ('c', 'k', 'f', '{}'), ('c', 'l', 'f', '{}')",
      `insert into links (sync_set, master_id, target_id) select 1, n::text, 't' || n from generate_series(1, ${ROWS}) n`,
      `insert into sub_links (sync_set, kind, master_item, target_item, master_id, target_id, origin, print) select 1, 'comment', n::text, 't' || n, 'c' || n, 'd' || n, 'master', '' from generate_series(1, ${ROWS}) n`,
      `insert into base_texts (sync_set, master_id, field, master_text, target_text) select 1, n::text, 'name', 'a', 'b' from generate_series(1, ${ROWS}) n`,
      `insert into user_maps (person, data_source, user_name, other_data_source, other_user_name) select 'p' || n, 'jira', n::text, 'octane', 'o' || n from generate_series(1, ${ROWS}) n`,
    );
  });
  afterAll(async () => {
    await database.drop();
  });

  const open = (): Promise<Store> => openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 0, holder: { host: "test", pid: process.pid, script: "test" }, now: () => "2026-11-24T13:05:00.000Z" });
  /**
   * Entries of indexes and rows of tables that anybody has read. A session tells what it read at its end at the latest,
   * but a server before 15 gathers that elsewhere and shows it up to half a second late: what a session of ours tells after
   * all others are gone must be seen first.
   */
  const readSoFar = async (): Promise<number> => {
    const signs = "select n_tup_ins::int as n from pg_stat_user_tables where relname = 'last_told'";
    await expect.poll(() => execute(database.url, "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'")).toEqual([]);
    told += 1;
    await execute(database.url, "insert into last_told values (1)");
    await expect.poll(() => execute(database.url, signs)).toEqual([{ n: told }]);
    const [row] = await execute(
      database.url,
      "select ((select sum(idx_tup_read) from pg_stat_user_indexes) + (select sum(seq_tup_read) from pg_stat_user_tables))::float8 as n",
    );
    return Number(row?.n);
  };

  it.each<[string, (store: Store) => Promise<{ readonly length: number } | { readonly size: number }>]>([
    ["links by their ids", (store) => store.links.byIds(1, "master", ASKED)],
    ["links by the other side's", (store) => store.links.byIds(1, "target", ASKED.map((id) => `t${id}`))],
    ["partners over several sync sets", (store) => store.links.partners([1, 2], "master", ASKED)],
    ["comments of items", (store) => store.subLinks.ofItems(1, "comment", ASKED)],
    ["texts of items", (store) => store.baseTexts.ofItems(1, ASKED)],
    ["names of people", (store) => store.userMaps.lookup("jira", "octane", ASKED)],
    ["who holds a name", async (store) => (await store.userMaps.holders(ASKED.map((name) => ({ dataSource: "jira", name })))).filter((person) => person !== undefined)],
    [
      "whose partner another slice makes",
      (store) => store.journal.claim({ connections: ["c"], side: "target", others: [1], intents: ASKED.map((fromId, n) => ({ intent: { intent: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`, kind: "create", syncSet: 2, side: "target", fromId, name: "", at: "2026-11-24T13:05:00.000Z", prints: {} } })) }),
    ],
  ])("%s", async (_, ask) => {
    const before = await readSoFar();
    const store = await open();
    const found = await ask(store);
    await store.close();
    expect("size" in found ? found.size : found.length).toBe(THERE);
    const after = await readSoFar();
    expect(after - before).toBeLessThan(2 * ASKED.length);
  });
});
