// Dying on a server: holders killed, connections cut, the whole server stopped. Real processes, a real server.

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import type { Lease, LockHolder, Store } from "../../lib/store/store.ts";
import { killChildren, startChild } from "../support/store/child.ts";
import { endSessions, execute, type FreshDatabase, freshDatabase, withName } from "../support/store/postgres.ts";
import { initialise, launch, PREFIX, stopServer } from "../support/store/postgresProcess.ts";
import { collect, makeLink } from "./contractHand.ts";

const holder = { host: "test", pid: process.pid, script: "test" };
const openOn = (databaseUrl: string): Promise<Store> => openStore({ databaseUrl, directory: "", lockWaitSeconds: 0, holder, now: () => new Date().toISOString() });

const leaseOf = (result: Lease | LockHolder): Lease => {
  if (!("release" in result)) throw new Error(`the lock is held by ${result.script}`);
  return result;
};

const lostOf = (lease: Lease): Promise<void> => (lease.lost.aborted ? Promise.resolve() : new Promise((done) => lease.lost.addEventListener("abort", () => done())));

describe("dying on a server", () => {
  let database: FreshDatabase;
  let store: Store;
  let syncSet: number;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await openOn(database.url);
    syncSet = (await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id ?? 0;
  });
  afterAll(async () => {
    killChildren();
    await store.close();
    await database.drop();
  });

  it("frees the lock soon after its holder's death, without anybody's doing", async () => {
    const child = await startChild("lock", database.url, "connection:a");
    const held = await child.next();
    expect(held.held).toBe(true);
    expect(await store.locks.acquire("connection:a", holder)).toMatchObject({ pid: child.pid, script: "child" });
    expect(await store.locks.holders()).toMatchObject([{ name: "connection:a", pid: child.pid }]);
    const since = performance.now();
    await child.kill();
    let result = await store.locks.acquire("connection:a", holder);
    while (!("release" in result) && performance.now() - since < 10_000) result = await store.locks.acquire("connection:a", holder);
    const lease = leaseOf(result);
    expect(lease.fence).toBe(Number(held.fence) + 1);
    await lease.release();
  });

  it("names a dead holder no more", async () => {
    const child = await startChild("lock", database.url, "connection:dead");
    await child.next();
    await child.kill();
    await expect.poll(() => store.locks.holders()).toEqual([]);
    // The row is still there: only pg_locks knows that nobody is behind it.
    expect(await execute(database.url, "select held from locks where name = 'connection:dead'")).toEqual([{ held: true }]);
  });

  it("refuses the record of a zombie: its connection was cut, another took over", async () => {
    const zombie = leaseOf(await store.locks.acquire("connection:z", holder));
    await endSessions(database.url, "tandem lock");
    await lostOf(zombie);
    const other = await openOn(database.url);
    const next = leaseOf(await other.locks.acquire("connection:z", holder));
    await expect(store.record({ links: [makeLink(syncSet, "z1", "tz1")] }, zombie)).rejects.toMatchObject({ exitCode: 75 });
    await other.record({ links: [makeLink(syncSet, "z2", "tz2")] }, next);
    expect((await store.links.byIds(syncSet, "master", ["z1", "z2"])).map((link) => link.master.id)).toEqual(["z2"]);
    // Letting go of what is lost harms nobody.
    await zombie.release();
    expect(await store.locks.holders()).toMatchObject([{ name: "connection:z", fence: next.fence }]);
    await next.release();
    await other.close();
  });

  it("lets a record in hand end before the next holder begins", async () => {
    const first = leaseOf(await store.locks.acquire("connection:order", holder));
    const links = Array.from({ length: 20_000 }, (_, index) => makeLink(syncSet, `o${index}`, `to${index}`));
    const recording = store.record({ links }, first);
    await expect.poll(async () => (await execute(database.url, "select 1 from pg_stat_activity where state <> 'idle' and query like 'insert into links%' and datname = current_database()")).length).toBe(1);
    await endSessions(database.url, "tandem lock");
    await lostOf(first);
    const next = leaseOf(await store.locks.acquire("connection:order", holder));
    // The fence moved only after that commit: nothing of it can appear behind the next holder's back.
    expect(await store.links.byIds(syncSet, "master", ["o0", "o19999"])).toHaveLength(2);
    await recording;
    await next.release();
    await first.release();
  });

  it("uses the advisory lock that docs/database.md names", async () => {
    const lease = leaseOf(await store.locks.acquire("connection:NAME", holder));
    const rows = await execute(
      database.url,
      `select a.application_name from pg_locks l join pg_stat_activity a using (pid)
       where l.locktype = 'advisory' and l.objsubid = 1 and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended('connection:NAME', 726483615)`,
    );
    expect(rows).toEqual([{ application_name: "tandem lock" }]);
    await lease.release();
  });

  it("hands a connection on from lock to lock, free in between, and makes another where it was cut while it rested", async () => {
    const backends = async () => (await execute(database.url, "select a.pid from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and l.granted and a.datname = current_database()")).map(({ pid }) => pid);
    const first = leaseOf(await store.locks.acquire("connection:first", holder));
    const [before] = await backends();
    await first.release();
    expect(await backends()).toEqual([]);
    const second = leaseOf(await store.locks.acquire("connection:second", holder));
    expect(await backends()).toEqual([before]);
    const other = await openOn(database.url);
    await leaseOf(await other.locks.acquire("connection:first", holder)).release();
    await other.close();
    await second.release();
    await endSessions(database.url, "tandem lock");
    await leaseOf(await store.locks.acquire("connection:first", holder)).release();
  });

  it("goes on after its connections were killed", async () => {
    await Promise.all([store.links.count(syncSet), store.runs.list(), store.facts.list("")]);
    await execute(database.url, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tandem' and datname = current_database()");
    await expect.poll(async () => store.record({ links: [makeLink(syncSet, "k1", "tk1")] }).then(() => "recorded", (error: { readonly exitCode?: number }) => error.exitCode)).toBe("recorded");
    expect(await store.links.byIds(syncSet, "master", ["k1"])).toHaveLength(1);
  });

  it("says so when the connection is killed under a statement, and writes nothing of it", async () => {
    const links = Array.from({ length: 30_000 }, (_, index) => makeLink(syncSet, `u${index}`, `tu${index}`));
    const recording = store.record({ links }).catch((error: unknown) => error);
    await expect.poll(async () => (await execute(database.url, "select pg_terminate_backend(pid) from pg_stat_activity where state <> 'idle' and query like 'insert into links%' and datname = current_database()")).length).toBe(1);
    expect(await recording).toMatchObject({ exitCode: 69, message: expect.stringContaining("cannot be reached") });
    expect(await store.links.byIds(syncSet, "master", ["u0"])).toEqual([]);
  });

  it("leaves nobody, and every index, when the first import of people is killed while it loads them", async () => {
    const indexes = (): Promise<unknown> => execute(database.url, "select indexdef from pg_indexes where tablename = 'user_maps' order by 1");
    const before = await indexes();
    const killed = await startChild("bring", database.url, "20000");
    expect(await killed.next()).toEqual({ loaded: 20_000 });
    await killed.kill();
    expect([await store.userMaps.count(), await indexes(), await store.userMaps.files()]).toEqual([0, before, []]);
  });

  it("leaves the old user maps or the new ones when an import is killed", async () => {
    const first = await startChild("import", database.url, "2000");
    await first.next();
    expect(await first.next()).toMatchObject({ added: 4000 });
    const killed = await startChild("import", database.url, "50000", "wait");
    expect(await killed.next()).toEqual({ loaded: 50_000 });
    await killed.kill();
    expect(await store.userMaps.count()).toBe(2000);
    await first.ended;
  });
});

describe("a server that cannot be had", () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it.each([
    ["refuses the login", (url: string) => Object.assign(new URL(url), { password: "wr0ng-secret" }).href, 77],
    ["has no such database", (url: string) => withName(url, "nobody"), 69],
    ["does not listen", (url: string) => Object.assign(new URL(url), { port: "1" }).href, 69],
    ["has no such host", (url: string) => Object.assign(new URL(url), { hostname: "nobody.invalid" }).href, 69],
    ["has no TLS", (url: string) => `${url}?sslmode=verify-full`, 69],
    ["is none", () => "mysql://user:wr0ng-secret@host/db", 78],
    ["is no address", () => "not an address", 78],
  ])("%s: exit code and words, never the password", async (_, address, exitCode) => {
    const error: unknown = await openOn(address(database.url)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ exitCode });
    const { message, advice } = error as { readonly message: string; readonly advice?: string };
    expect(`${message} ${advice ?? ""}`).not.toMatch(/wr0ng-secret|only-for-tests/);
  });
});

describe("a server that is stopped in the middle of a run", () => {
  it("ends every statement in words, and the same store goes on when it is back", async () => {
    const run = mkdtempSync(join(tmpdir(), PREFIX));
    chmodSync(run, 0o711);
    const binaries = initialise(run);
    const server = await launch(run, binaries);
    const store = await openOn(server.url);
    const syncSet = (await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id ?? 0;
    const lease = leaseOf(await store.locks.acquire("connection:c", holder));
    await store.record({ links: [makeLink(syncSet, "1", "10"), makeLink(syncSet, "2", "20")] }, lease);
    const scan = store.links.scan(syncSet, "master", 1)[Symbol.asyncIterator]();
    await scan.next();
    await stopServer(run);
    await lostOf(lease);
    const down = { exitCode: 69 };
    await expect(store.record({ links: [makeLink(syncSet, "3", "30")] }, lease)).rejects.toMatchObject(down);
    await expect(scan.next()).rejects.toMatchObject(down);
    await expect(store.runs.list()).rejects.toMatchObject(down);
    await expect(store.outcomes.ofRun("00000000-0000-4000-8000-000000000000")[Symbol.asyncIterator]().next()).rejects.toMatchObject(down);
    await expect(store.locks.acquire("connection:d", holder)).rejects.toMatchObject(down);
    await expect(store.userMaps.write((async function* () { /* No record comes. */ })(), { mode: "merge" })).rejects.toMatchObject(down);
    await expect(store.purge.plan({ olderThan: { outcomes: 30 }, now: "2026-11-24T13:05:00.000Z" })).rejects.toMatchObject(down);
    await lease.release();

    await launch(run, binaries, server.port);
    expect((await collect(store.links.scan(syncSet, "master"))).map((link) => link.master.id)).toEqual(["1", "2"]);
    await leaseOf(await store.locks.acquire("connection:c", holder)).release();
    await store.close();
    await stopServer(run);
    rmSync(run, { recursive: true, force: true });
  });
});
