// Slices of a lock on a server, beside who wants the whole: who waits comes before slices that ask later, who is cut or killed
// holds up nobody and writes nothing more.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import type { Lease, LockHolder, Store } from "../../lib/store/store.ts";
import { killChildren, startChild } from "../support/store/child.ts";
import { endSessions, execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { makeLink } from "./contractHand.ts";
import { leaseOf } from "./contractSlices.ts";

const holder = { host: "test", pid: process.pid, script: "test" };
const openOn = (databaseUrl: string): Promise<Store> => openStore({ databaseUrl, directory: "", lockWaitSeconds: 0, holder, now: () => new Date().toISOString() });
const lostOf = (lease: Lease): Promise<void> => (lease.lost.aborted ? Promise.resolve() : new Promise((done) => lease.lost.addEventListener("abort", () => done())));

describe("slices on a server", () => {
  let database: FreshDatabase;
  let store: Store;
  let other: Store;
  let syncSet: number;
  beforeAll(async () => {
    database = await freshDatabase();
    [store, other] = [await openOn(database.url), await openOn(database.url)];
    syncSet = (await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id ?? 0;
  });
  afterAll(async () => {
    killChildren();
    await store.close();
    await other.close();
    await database.drop();
  });

  const waiters = async (): Promise<number> => (await execute(database.url, "select 1 from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and not l.granted and a.datname = current_database()")).length;
  const waiting = async (name: string, waitSeconds = 30, stop = new AbortController().signal): Promise<{ readonly result: Promise<Lease | LockHolder> }> => {
    const result = other.locks.acquire(name, { ...holder, script: "sweep" }, { waitSeconds, stop });
    result.catch(() => undefined);
    await expect.poll(waiters).toBe(1);
    return { result };
  };
  const cut = (): Promise<void> => endSessions(database.url, "tandem lock");

  it("who waits for the whole gets it when the slices in hand have ended; none begins meanwhile, and they begin again after it", async () => {
    const a = leaseOf(await store.locks.acquireSlice("connection:w", "1~2", holder));
    const { result } = await waiting("connection:w");
    expect(await store.locks.acquireSlice("connection:w", "3~4", holder)).toMatchObject({ script: "a run that waits for all of it" });
    await a.release();
    const whole = leaseOf(await result);
    expect(await store.locks.acquireSlice("connection:w", "3~4", holder)).toMatchObject({ name: "connection:w", script: "sweep" });
    await other.record({ links: [makeLink(syncSet, "w1", "tw1")] }, whole);
    await expect(store.record({ links: [makeLink(syncSet, "w2", "tw2")] }, a)).rejects.toMatchObject({ exitCode: 75 });
    await whole.release();
    await leaseOf(await store.locks.acquireSlice("connection:w", "3~4", holder)).release();
    await leaseOf(await store.locks.acquire("connection:w", holder)).release();
  });

  it("who waits long enough leaves, and says which slice is in the way; nobody waits for another that has the whole", async () => {
    const a = leaseOf(await store.locks.acquireSlice("connection:v", "1~2", holder));
    expect(await other.locks.acquire("connection:v", holder, { waitSeconds: 0.2 })).toMatchObject({ name: "connection:v/1~2", script: "test" });
    // Whoever gave up stands in nobody's way, and its session does not give up early later.
    await leaseOf(await store.locks.acquireSlice("connection:v", "3~4", holder)).release();
    const stop = new AbortController();
    const { result } = await waiting("connection:v", 30, stop.signal);
    stop.abort();
    await expect(result).rejects.toMatchObject({ exitCode: 75, message: expect.stringContaining("stopped while waiting") });
    // Nor does whoever was called off: on the server it would get the lock in the next moment.
    expect(await waiters()).toBe(0);
    await a.release();
    const whole = leaseOf(await store.locks.acquire("connection:v", holder));
    // Waiting would outlast the test.
    expect(await other.locks.acquire("connection:v", holder, { waitSeconds: 3600 })).toMatchObject({ name: "connection:v" });
    await whole.release();
  });

  it("a slice whose session is cut writes nothing more once another has it, or the whole; nor does who had the whole, once a slice is taken", async () => {
    const a = leaseOf(await store.locks.acquireSlice("connection:z", "1~2", holder));
    await cut();
    await lostOf(a);
    const next = leaseOf(await other.locks.acquireSlice("connection:z", "1~2", holder));
    await expect(store.record({ links: [makeLink(syncSet, "z1", "tz1")] }, a)).rejects.toMatchObject({ exitCode: 75 });
    await other.record({ links: [makeLink(syncSet, "z2", "tz2")] }, next);
    await cut();
    await lostOf(next);
    const whole = leaseOf(await store.locks.acquire("connection:z", holder));
    await expect(other.record({ links: [makeLink(syncSet, "z3", "tz3")] }, next)).rejects.toMatchObject({ exitCode: 75 });
    await cut();
    await lostOf(whole);
    // Its row still says that it is held.
    const slice = leaseOf(await other.locks.acquireSlice("connection:z", "3~4", holder));
    await expect(store.record({ links: [makeLink(syncSet, "z4", "tz4")] }, whole)).rejects.toMatchObject({ exitCode: 75 });
    expect((await other.locks.holders()).map(({ name }) => name)).toEqual(["connection:z/3~4"]);
    await slice.release();
    for (const lease of [a, next, whole]) await lease.release();
  });

  it("a slice whose process is killed is free at once, and keeps the whole from nobody", async () => {
    const child = await startChild("slice", database.url, "connection:k", "1~2");
    expect((await child.next()).held).toBe(true);
    const { result } = await waiting("connection:k");
    await child.kill();
    await leaseOf(await result).release();
    await leaseOf(await store.locks.acquireSlice("connection:k", "1~2", holder)).release();
  });
});
