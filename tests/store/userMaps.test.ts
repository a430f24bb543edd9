// User maps of a size that does not fit into memory, and two imports at once.

import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataError } from "../../lib/core/errors.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Store, UserMapPage } from "../../lib/store/store.ts";
import { startChild } from "../support/store/child.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { collect, pagesOf } from "./contractHand.ts";

describe("user maps on a server", () => {
  let database: FreshDatabase;
  let store: Store;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 0, holder: { host: "test", pid: process.pid, script: "test" }, now: () => "2026-11-24T13:05:00.000Z" });
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it("fills empty tables the fast way or, while somebody reads them, the patient one, with the same end", async () => {
    const indexes = (): Promise<readonly Record<string, unknown>[]> => execute(database.url, "select indexdef from pg_indexes where tablename = 'user_maps' order by 1");
    const before = await indexes();
    const labels = ["Zoë", "Ann\\\t", "Bob", ...Array.from({ length: 2500 }, (_, n) => `p${String(n).padStart(4, "0")}`)];
    const people = labels.map((name) => ({ name, users: [{ dataSource: "jira", name: `${name}.j` }, { dataSource: "octane", name: `${name}\n.o` }] }));
    const bring = () => store.userMaps.bring(pagesOf(people), { mode: "merge", write: true });
    const fast = await bring();
    const first = await collect(store.userMaps.scan());
    await execute(database.url, "truncate user_maps");
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    await reader.query("begin; select 1 from user_maps");
    expect(await bring()).toEqual(fast);
    await reader.end();
    expect(await collect(store.userMaps.scan())).toEqual(first);
    expect(first.map((map) => map.name)).toEqual(["Ann\\\t", "Bob", "Zoë", ...labels.slice(3)]);
    expect(fast).toEqual({ counts: { added: 2503, changed: 0, kept: 0, removed: 0, refused: 0 }, shown: first.slice(0, 1000).map((map) => ({ kind: "added", map })) });
    expect(await bring()).toMatchObject({ counts: { added: 0, kept: 2503 } });
    expect(await indexes()).toEqual(before);
    await execute(database.url, "truncate user_maps");
  });

  it("streams 20,000 people in little memory, and writes nothing the second time", async () => {
    const first = await startChild("import", database.url, "20000");
    await first.next();
    const result = await first.next();
    expect(result).toMatchObject({ added: 40_000, refused: 0 });
    expect(result.megabytes).toBeLessThan(250);
    const [before] = await execute(database.url, "select max(xmin::text::bigint) as names from user_maps");
    const again = await startChild("import", database.url, "20000");
    await again.next();
    expect(await again.next()).toMatchObject({ added: 0, changed: 0, kept: 40_000, removed: 0 });
    expect(await execute(database.url, "select max(xmin::text::bigint) as names from user_maps")).toEqual([before]);
  });

  it("compares a second import with what the first has written, never overwriting a name", async () => {
    await store.userMaps.write(pagesOf(), { mode: "replace" });
    const one = (name: string) => pagesOf([{ name, users: [{ dataSource: "jira", name: "contested" }, { dataSource: "jira", name: `own ${name}` }] }]);
    const results = await Promise.all(["Ann", "Bob", "Cid", "Dee"].map((name) => store.userMaps.write(one(name), { mode: "merge" })));
    expect(results.map((result) => result.refused).toSorted()).toEqual([0, 1, 1, 1]);
    expect((await store.userMaps.lookup("jira", "jira", ["contested"])).get("contested")).toHaveLength(2);
    expect(await store.userMaps.count()).toBe(4);
  });

  it.each([
    ["an empty store, with the owner's rights", []],
    ["an empty store that somebody reads", [], "reading"],
    ["a store with others", ["Amy"]],
  ])("keeps everything as it was when what comes breaks off: %s", async (_, labels, reading = "") => {
    await execute(database.url, "truncate user_maps");
    await store.userMaps.write(pagesOf(labels.map((name) => ({ name, users: [{ dataSource: "jira", name }] }))), { mode: "merge" });
    const schema = (): Promise<unknown> => execute(database.url, "select indexdef from pg_indexes where tablename = 'user_maps' order by 1");
    const before = await schema();
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    if (reading !== "") await reader.query("begin; select 1 from user_maps");
    const lines = (page: number): Buffer => Buffer.from(Array.from({ length: 5000 }, (_, n) => `P${page}.${n}\tjira\tj${page}.${n}\t\\N\t\\N\n`).join(""));
    const broken = async function* (): AsyncGenerator<UserMapPage> {
      for (let n = 0; n < 3; n++) yield { people: 5000, names: 5000, lines: lines(n) };
      throw new DataError("line 15002, column 1: two of a name");
    };
    await expect(store.userMaps.bring(broken(), { mode: "merge", write: true, source: () => ({ digest: "broken", nameless: 0 }) })).rejects.toMatchObject({ exitCode: 65, message: "line 15002, column 1: two of a name" });
    await reader.end();
    expect((await collect(store.userMaps.scan())).map((map) => map.name)).toEqual(labels);
    expect([await schema(), await store.userMaps.files()]).toEqual([before, []]);
  });

  it("does not remember a file while names are taken away by hand", async () => {
    for (const statement of ["delete from user_maps where user_name = 'a'", "update user_maps set person = 'Zoe'", "truncate user_maps"]) {
      await execute(database.url, "truncate user_maps");
      await store.userMaps.bring(pagesOf([{ name: "Ann", users: [{ dataSource: "jira", name: "a" }] }]), { mode: "merge", write: true, source: () => ({ digest: "ann", nameless: 0 }) });
      expect(await store.userMaps.files()).toHaveLength(1);
      await execute(database.url, statement);
      expect(await store.userMaps.files()).toEqual([]);
    }
  });

  it("leaves no temporary table or open transaction behind", async () => {
    expect(await execute(database.url, "select relname from pg_class where relpersistence = 't'")).toEqual([]);
    expect(await execute(database.url, "select 1 from pg_stat_activity where application_name = 'tandem user maps' and datname = current_database()")).toEqual([]);
  });
});
