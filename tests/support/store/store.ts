// A store for tests of what stands above it: a database of its own on the run's real PostgreSQL.

import { tmpdir } from "node:os";
import { afterAll, beforeAll } from "vitest";
import { openStore } from "../../../lib/store/open.ts";
import type { Store } from "../../../lib/store/store.ts";
import { freshDatabase } from "./postgres.ts";

export interface TestStore {
  readonly store: Store;
  readonly url: string;
  close(): Promise<void>;
}

export const openTestStore = async (): Promise<TestStore> => {
  const database = await freshDatabase();
  const store = await openStore({ databaseUrl: database.url, directory: tmpdir(), lockWaitSeconds: 5, holder: { host: "test", pid: process.pid, script: "test" }, now: () => new Date().toISOString() });
  return {
    store,
    url: database.url,
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
};

let names = 0;

/** A connection name no other test uses: what the store holds is separated by it. */
export const freshName = (): string => `c${++names}`;

/** A store for all tests of a file, opened before the first and closed behind the last. */
export const storeOfFile = (): Pick<TestStore, "store"> => {
  let test: TestStore | undefined;
  beforeAll(async () => void (test = await openTestStore()));
  afterAll(() => test?.close());
  return {
    get store() {
      if (test === undefined) throw new Error("the store is open while tests run");
      return test.store;
    },
  };
};
