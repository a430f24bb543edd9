// Migrations: many at once, a schema that is newer or older than the program, and the schema they end in.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../lib/store/database.ts";
import { migrations } from "../../lib/store/migrate.ts";
import { openSchema, openStore, type OpenOptions } from "../../lib/store/open.ts";
import { execute, type FreshDatabase, freshDatabase, freshEmbedded } from "../support/store/postgres.ts";

const databases: FreshDatabase[] = [];
const fresh = async (how: { readonly migrated?: boolean } = {}): Promise<FreshDatabase> => {
  const database = await freshDatabase(how);
  databases.push(database);
  return database;
};
afterAll(async () => {
  for (const database of databases) await database.drop();
});

const options = (where: Partial<OpenOptions>): OpenOptions => ({ directory: "", lockWaitSeconds: 5, holder: { host: "test", pid: process.pid, script: "test" }, now: () => "2026-11-24T13:05:00.000Z", ...where });

describe("an address of the database", () => {
  it("that is empty is refused in plain words: another store would know none of the pairs", async () => {
    await expect((async () => openDatabase({ databaseUrl: "", directory: "" }))()).rejects.toThrow("is no PostgreSQL address: it is empty");
  });
});

const NAMES = migrations().map((migration) => migration.name);
const NEWEST = migrations().at(-1)?.number ?? 0;

describe("migrating", () => {
  it("applies every file once, however many start at the same time", async () => {
    const { url } = await fresh({ migrated: false });
    const doors = await Promise.all(Array.from({ length: 20 }, () => openSchema(options({ databaseUrl: url }))));
    const applied = await Promise.all(doors.map((door) => door.migrate()));
    expect(applied.flat().toSorted()).toEqual(NAMES);
    expect(await doors[0]?.status()).toEqual({ current: NEWEST, newest: NEWEST, pending: [] });
    await Promise.all(doors.map((door) => door.close()));
  });

  it("makes an empty database ready at the first opening, twenty at once", async () => {
    const { url } = await fresh({ migrated: false });
    const stores = await Promise.all(Array.from({ length: 20 }, () => openStore(options({ databaseUrl: url }))));
    expect(await stores[7]?.runs.list()).toEqual([]);
    await Promise.all(stores.map((store) => store.close()));
    expect(await execute(url, "select name from schema_migrations order by number")).toEqual(NAMES.map((name) => ({ name })));
  });

  it("leaves nothing behind when a file fails", async () => {
    const { url } = await fresh({ migrated: false });
    // A stranger's table is in the way of a later file.
    await execute(url, "create table facts (x integer)");
    const door = await openSchema(options({ databaseUrl: url }));
    await expect(door.migrate()).rejects.toThrow(/already exists/);
    expect(await door.status()).toEqual({ current: 0, newest: NEWEST, pending: NAMES });
    await door.close();
    expect(await execute(url, "select to_regclass('links') as links")).toEqual([{ links: null }]);
  });

  it("refuses a database that is newer than the program, on a server", async () => {
    const { url } = await fresh();
    await execute(url, "insert into schema_migrations (number, name) values (999, '999_future.sql')");
    for (const opening of [() => openStore(options({ databaseUrl: url })), () => openStore(options({ databaseUrl: url, migrate: true }))]) await expect(opening()).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining("has schema 999") });
    const door = await openSchema(options({ databaseUrl: url }));
    await expect(door.status()).rejects.toMatchObject({ exitCode: 78 });
    await expect(door.migrate()).rejects.toMatchObject({ exitCode: 78 });
    await door.close();
  });

  it("refuses an embedded store that is newer, or of another engine", async () => {
    const { directory, drop } = await freshEmbedded();
    const open = await openDatabase({ directory });
    await open.db.raw("insert into schema_migrations (number, name) values (999, '999_future.sql')");
    await open.close();
    await expect(openStore(options({ directory }))).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining("999") });
    writeFileSync(`${directory}/TANDEM_STORE`, "pglite-0.4\n");
    await expect(openStore(options({ directory }))).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining("was made by pglite-0.4") });
    drop();
  });

  it("leaves an older server to migrateDatabase, brings an older embedded store up to date", async () => {
    const { url } = await fresh();
    const back = ["drop table facts", "delete from schema_migrations where name = '006_facts.sql'"];
    await execute(url, ...back);
    await expect(openStore(options({ databaseUrl: url }))).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining("migrateDatabase") });
    const store = await openStore(options({ databaseUrl: url, migrate: true }));
    expect(await store.facts.list("")).toEqual([]);
    await store.close();

    const { directory, drop } = await freshEmbedded();
    const open = await openDatabase({ directory });
    for (const statement of back) await open.db.raw(statement);
    await open.close();
    const embedded = await openStore(options({ directory }));
    expect(await embedded.facts.list("")).toEqual([]);
    await embedded.close();
    drop();
  });
});

/** The schema as the catalog tells it, one line a thing, in an order that depends on nothing. */
const DUMP = `
  select line from (
    select 1 as part, c.relname::text as a, format('%s.%s', c.relname, lpad(att.attnum::text, 3, '0')) as b,
      format('column %I.%I %s%s%s%s;', c.relname, att.attname, format_type(att.atttypid, att.atttypmod),
        case when co.collname is not null and co.collname <> 'default' then format(' collate %I', co.collname) else '' end,
        case when att.attnotnull then ' not null' else '' end,
        case when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) when att.attidentity <> '' then ' identity ' || att.attidentity::text else '' end) as line
    from pg_attribute att join pg_class c on c.oid = att.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = att.attnum left join pg_collation co on co.oid = att.attcollation
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and att.attnum > 0 and not att.attisdropped
    union all
    select 2, c.relname::text, o.conname::text, format('constraint %I on %I %s;', o.conname, c.relname, pg_get_constraintdef(o.oid))
    from pg_constraint o join pg_class c on c.oid = o.conrelid where c.relnamespace = current_schema()::regnamespace and o.contype <> 'n'
    union all
    select 3, t.relname::text, c.relname::text, replace(pg_get_indexdef(c.oid), current_schema() || '.', '') || ';'
    from pg_class c join pg_index i on i.indexrelid = c.oid join pg_class t on t.oid = i.indrelid where c.relnamespace = current_schema()::regnamespace
    union all
    select 4, c.relname::text, '', format('partitioned %I %s;', c.relname, pg_get_partkeydef(c.oid)) from pg_class c where c.relkind = 'p' and c.relnamespace = current_schema()::regnamespace
    union all
    select 5, c.relname::text, '', format('sequence %I;', c.relname) from pg_class c where c.relkind = 'S' and c.relnamespace = current_schema()::regnamespace
    union all
    select 6, p.proname::text, '', pg_get_functiondef(p.oid) || ';' from pg_proc p where p.pronamespace = current_schema()::regnamespace
  ) lines order by part, a collate "C", b collate "C"`;

const SCHEMA = fileURLToPath(new URL("schema.sql", import.meta.url));
const HEAD = "-- The whole schema as the catalog tells it: compared by migrate.test.ts; UPDATE_SCHEMA=1 writes it anew.\n";

describe("the schema", () => {
  it("is the expected one, whole, on a server and embedded", async () => {
    const { url } = await fresh();
    const text = HEAD + (await execute(url, DUMP)).map((row) => `${String(row.line)}\n`).join("");
    if (process.env.UPDATE_SCHEMA === "1") writeFileSync(SCHEMA, text);
    expect(text).toBe(readFileSync(SCHEMA, "utf8"));

    const { directory, drop } = await freshEmbedded();
    const open = await openDatabase({ directory });
    const { rows }: { rows: { line: string }[] } = await open.db.raw(DUMP);
    await open.close();
    drop();
    expect(HEAD + rows.map((row) => `${row.line}\n`).join("")).toBe(text);
  });
});
