// The queue of workers on a real PostgreSQL: who is woken, by whom, how often.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import { openQueue } from "../../lib/store/queue/openQueue.ts";
import type { Queue, TakeHow } from "../../lib/store/queue/queue.ts";
import type { Store } from "../../lib/store/store.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";

const opened = (databaseUrl: string): Promise<Store> => openStore({ databaseUrl, directory: "", lockWaitSeconds: 0, holder: { host: "test", pid: process.pid, script: "test" }, now: () => new Date().toISOString() });

describe("the queue of workers", () => {
  let database: FreshDatabase;
  let store: Store;
  let queue: Queue;
  let second: Queue;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await opened(database.url);
    // Two that start at the same time make it once.
    [queue, second] = await Promise.all([store.openQueue(2), store.openQueue(1)]);
  });
  afterAll(async () => {
    await queue.close();
    await second.close();
    await store.close();
    await database.drop();
  });

  const how = (more: Partial<TakeHow>): TakeHow => ({ serves: () => ["a", "b"], concurrency: 1, untilEmpty: true, stop: new AbortController().signal, take: async () => undefined, log: () => undefined, ...more });
  // That a turn is done, or put back, goes to the database beside what follows; closing the queue waits for it.
  const waiting = async (): Promise<unknown> => Object.fromEntries(await queue.waiting());

  it("keeps one turn a connection, and asking again moves it", async () => {
    await queue.ask([{ name: "a", inSeconds: 3600 }, { name: "b", inSeconds: 3600 }]);
    await second.ask([{ name: "a", inSeconds: -5 }]);
    expect(await waiting()).toEqual({ a: {}, b: {} });
    const taken: string[] = [];
    await queue.work(how({ take: async (name) => void taken.push(name) }));
    expect(taken).toEqual(["a"]);
    await expect.poll(waiting).toEqual({ b: {} });
  });

  it("lets the next turn wait beside the one that was taken, and nobody wait for that one", async () => {
    const taken: string[] = [];
    await queue.ask([{ name: "a", inSeconds: 0 }]);
    await queue.work(
      how({
        take: async () => {
          expect(await waiting()).toEqual({ a: { takenSeconds: expect.any(Number) }, b: {} });
          await queue.ask([{ name: "a", inSeconds: 0 }]);
          expect(await waiting()).toEqual({ a: {}, b: {} });
          await second.work(how({ take: async (name) => void taken.push(name) }));
          expect(taken).toEqual(["a"]);
        },
      }),
    );
    await expect.poll(waiting).toEqual({ b: {} });
  });

  it("hands a worker the turns of the connections it serves, and of no others", async () => {
    await queue.ask([{ name: "a", inSeconds: 0 }, { name: "b", inSeconds: 0 }, { name: "it's \"odd\"", inSeconds: 0 }]);
    const taken: string[] = [];
    let serves: readonly string[] = ["b"];
    await queue.work(how({ serves: () => serves, take: async (name) => void taken.push(name) }));
    serves = ["a", "it's \"odd\""];
    await queue.work(how({ serves: () => serves, take: async (name) => void taken.push(name) }));
    expect(taken).toEqual(["b", "a", "it's \"odd\""]);
    await expect.poll(waiting).toEqual({});
  });

  it("ends when it is told to, after the turn in hand", async () => {
    const stop = new AbortController();
    await queue.ask([{ name: "a", inSeconds: 0 }, { name: "b", inSeconds: 0 }]);
    const taken: string[] = [];
    const take = async (name: string): Promise<void> => {
      stop.abort();
      await queue.waiting();
      taken.push(name);
    };
    await queue.work(how({ untilEmpty: false, stop: stop.signal, take }));
    expect(taken).toEqual(["a"]);
    await expect.poll(waiting).toEqual({ b: {} });
  });

  it("puts a turn back whose taking failed", async () => {
    await queue.ask([{ name: "b", inSeconds: 0 }]);
    await queue.work(how({ take: () => Promise.reject(new Error("no database")) }));
    await expect.poll(waiting).toEqual({ b: {} });
  });

  it("is refused without a server", async () => {
    await expect(openQueue({ db: {} as never, config: undefined, location: ".tandem" }, 1)).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining("DATABASE_URL") });
  });

  it("asks for the right to make its schema once, and never again", async () => {
    const fresh = await freshDatabase();
    const role = `worker_${process.pid}_${Date.now().toString(36)}`;
    const name = new URL(fresh.url).pathname.slice(1);
    await execute(fresh.url, `create role ${role} login password 'p'`, `grant usage on schema public to ${role}`, `grant select, insert, update, delete on all tables in schema public to ${role}`);
    const store = await opened(Object.assign(new URL(fresh.url), { username: role, password: "p" }).href);
    try {
      await expect(store.openQueue(1)).rejects.toMatchObject({ exitCode: 77, advice: expect.stringContaining("docs/workers.md") });
      await execute(fresh.url, `grant create on database ${name} to ${role}`);
      await (await store.openQueue(1)).close();
      await execute(fresh.url, `revoke create on database ${name} from ${role}`);
      const own = await store.openQueue(1);
      await own.ask([{ name: "a", inSeconds: 0 }]);
      const taken: string[] = [];
      await own.work(how({ take: async (connection) => void taken.push(connection) }));
      await own.close();
      expect(taken).toEqual(["a"]);
      expect(await store.tokens.take("http://x", 1, 1, 1000)).toBeLessThan(1000);
    } finally {
      await store.close();
      await execute(fresh.url, `drop owned by ${role} cascade`);
      await fresh.drop();
      await execute(fresh.adminUrl, `drop role ${role}`);
    }
  });
});
