// The lock of a connection over a real server: what happened while it was waited for counts.

import { afterAll, beforeAll, expect, it } from "vitest";
import { holdingLock } from "../../lib/cli/doors/lock.ts";
import type { ScriptCall } from "../../lib/cli/script/script.ts";
import { BusyError } from "../../lib/core/errors.ts";
import type { Doors } from "../../lib/run/context.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";

const holder = { host: "test", pid: process.pid, script: "test" };
const now = (): string => "2026-11-24T13:05:00.000Z";

let database: FreshDatabase;
let stores: readonly Store[];
beforeAll(async () => {
  database = await freshDatabase();
  const open = (): Promise<Store> => openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 0, holder, now });
  stores = [await open(), await open()];
});
afterAll(async () => {
  for (const store of stores) await store.close();
  await database.drop();
});

it("is given up where the connection was stopped while a slice in hand was waited for", async () => {
  const [mine, other] = stores as readonly [Store, Store];
  const slice = await other.locks.acquireSlice("connection:c", "1~A", holder);
  let asked = 0;
  const watched: Store = { ...mine, connections: { ...mine.connections, get: (name) => mine.connections.get(name).finally(() => asked++) } };
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  const doors: Doors = { store: watched, log: silent, progress: { update: () => undefined, done: () => undefined }, now, newId: () => "", stop: new AbortController().signal, host: holder.host, pid: holder.pid };
  let worked = false;
  const waiting = holdingLock(doors, "c", { script: "syncIteration" } as ScriptCall, async () => (worked = true), { waitSeconds: 30 }).then(
    () => undefined,
    (error: unknown) => error,
  );
  await expect.poll(() => asked).toBe(1);
  await other.connections.set({ name: "c", started: false, changedAt: now(), changedBy: "ann", note: "its cross references were deleted" });
  if ("release" in slice) await slice.release();
  const refused = await waiting;
  expect(refused).toBeInstanceOf(BusyError);
  expect([String(refused).includes("connection c was stopped by ann"), worked]).toEqual([true, false]);
  const free = await mine.locks.acquire("connection:c", holder);
  expect("release" in free).toBe(true);
  if ("release" in free) await free.release();
});
