// The least-privilege role of docs/database.md: the statements of that page are run as they stand there.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSchema, openStore, type OpenOptions } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { makeLink, pagesOf } from "./contractHand.ts";

const page = readFileSync(fileURLToPath(new URL("../../docs/database.md", import.meta.url)), "utf8");
const blocks = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");

/** Roles belong to the whole server: names of their own. */
const suffix = `${process.pid}_${Date.now().toString(36)}`;
const OWNER = `owner_${suffix}`;
const RUN = `run_${suffix}`;

const statements = (block: string, database: string): readonly string[] =>
  block
    .replaceAll("tandem_owner", OWNER)
    .replaceAll("tandem_run", RUN)
    .replaceAll("in database tandem", `in database ${database}`)
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "" && !statement.startsWith("create database"));

const as = (url: string, role: string, password: string): string => Object.assign(new URL(url), { username: role, password }).href;

const options = (databaseUrl: string): OpenOptions => ({ databaseUrl, directory: "", lockWaitSeconds: 0, holder: { host: "test", pid: process.pid, script: "test" }, now: () => "2026-11-24T13:05:00.000Z" });

describe("the least-privilege role", () => {
  let database: FreshDatabase;
  let runUrl: string;
  let ownerUrl: string;
  let store: Store;

  beforeAll(async () => {
    database = await freshDatabase({ migrated: false });
    [ownerUrl, runUrl] = [as(database.url, OWNER, "owner-password"), as(database.url, RUN, "run-password")];
    await execute(database.url, ...statements(blocks[0] ?? "", database.name), ...statements(blocks[1] ?? "", database.name));
  });

  afterAll(async () => {
    await store?.close();
    await execute(database.url, `drop owned by ${RUN}`, `drop owned by ${OWNER} cascade`);
    await database.drop();
    await execute(database.adminUrl, `drop role ${OWNER}`, `drop role ${RUN}`);
  });

  it("cannot make the tables, and is told who can", async () => {
    await expect(openStore(options(runUrl))).rejects.toMatchObject({ exitCode: 77, advice: expect.stringContaining("docs/database.md") });
  });

  it("works on everything the scripts record, new months included", async () => {
    const schema = await openSchema(options(ownerUrl));
    expect((await schema.migrate()).length).toBeGreaterThan(0);
    await schema.close();
    await execute(database.url, ...statements(blocks[2] ?? "", database.name));

    store = await openStore(options(runUrl));
    const id = (await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id ?? 0;
    const run = "00000000-0000-4000-8000-000000000001";
    const lease = await store.locks.acquire("connection:c", { host: "h", pid: 1, script: "s" });
    if (!("release" in lease)) throw new Error("the lock is free");
    await store.runs.start({ id: run, connection: "c", script: "s", host: "h", pid: 1, at: "2020-01-15T00:00:00.000Z" });
    const outcomes = ["2020-01-15T00:00:00.000Z", "2026-11-24T13:05:00.000Z"].map((at) => ({ run, at, syncSet: id, side: "target" as const, action: "create" as const, reason: "new", masterId: "1" }));
    await store.record({ links: [makeLink(id, "1", "10")], outcomes, watermarks: [{ syncSet: id, side: "master", at: "2026-11-24T13:05:00.000Z" }] }, lease);
    await store.record({ removeLinks: [{ syncSet: id, masterId: "1" }] }, lease);
    await store.runs.end(run, { at: "2020-01-15T00:00:01.000Z", status: "done", counts: {} });
    expect(await store.outcomes.ofItem(id, "master", "1")).toHaveLength(2);
    expect(await store.locks.holders()).toHaveLength(1);
    await lease.release();
    await store.connections.set({ name: "c", started: true, changedAt: "2026-11-24T13:05:00.000Z", changedBy: "a" });
    await store.facts.set([{ name: "f", value: 1, at: "2026-11-24T13:05:00.000Z" }]);
    expect(await store.userMaps.bring(pagesOf([{ name: "Bob", users: [{ dataSource: "jira", name: "b" }] }]), { mode: "merge", write: true })).toMatchObject({ counts: { added: 1 } });
    expect(await store.userMaps.write(pagesOf([{ name: "Ann", users: [{ dataSource: "jira", name: "a" }] }]), { mode: "replace" })).toMatchObject({ added: 1 });
    expect(await store.watermarks.clear("c")).toBe(1);
  });

  it("may look at what a purge would do, but leaves it to the owner", async () => {
    const rules = { olderThan: { outcomes: 90, runs: 90 }, now: "2026-11-24T13:05:00.000Z" };
    const plan = await store.purge.plan(rules);
    expect(plan.partitions.map(({ name }) => name)).toEqual(["outcomes_2020_01"]);
    await expect(store.purge.apply(plan)).rejects.toMatchObject({ exitCode: 77, advice: expect.stringContaining("purgeDatabase") });
    const owner = await openStore(options(ownerUrl));
    expect(await owner.purge.apply(await owner.purge.plan(rules))).toMatchObject({ partitions: 1, rows: 1, runs: 0 });
    await owner.close();
  });

  it.each([
    "create table mine (x integer)",
    "create table public.mine (x integer)",
    "drop table links",
    "truncate links",
    "alter table links add column x integer",
    "delete from schema_migrations",
    "insert into schema_migrations (number, name) values (999, 'x')",
    "alter table outcomes detach partition outcomes_2026_11",
    "create function f() returns integer language sql as 'select 1'",
  ])("cannot: %s", async (statement) => {
    await expect(execute(runUrl, statement)).rejects.toMatchObject({ code: "42501" });
  });

  it("cannot make the owner's function work on tables of its own", async () => {
    await execute(runUrl, "create temporary table outcomes (at timestamptz)", "select ensure_outcomes_partition('2031-01-01')");
    expect(await execute(ownerUrl, "select relispartition as attached, relowner::regrole::text as owner from pg_class where relname = 'outcomes_2031_01'")).toEqual([{ attached: true, owner: OWNER }]);
  });

  it("backs everything up in the logical form; putting it back is the owner's", async () => {
    const { openBackup } = await import("../../lib/store/backup/openBackup.ts");
    const run = (await openBackup({ ...options(runUrl), environment: process.env })).door;
    const owner = (await openBackup({ ...options(ownerUrl), environment: process.env })).door;
    async function* pages(): AsyncGenerator<string> {
      yield text;
    }
    let text = "";
    try {
      expect("missing" in run.native || !run.native.mayVerify).toBe(true);
      for await (const page of run.dump()) text += page;
      expect(text).toContain('"outcome_seq":"');
      await expect(run.load(pages(), { replace: true })).rejects.toMatchObject({ exitCode: 77 });
      expect((await owner.load(pages(), { replace: true })).sums.outcomes?.rows).toBeGreaterThan(0);
      // What the owner made anew or emptied is still open to the other role.
      await store.facts.set([{ name: "after", value: 1, at: "2026-11-24T13:05:00.000Z" }]);
    } finally {
      await run.close();
      await owner.close();
    }
  });
});
