// A store for tests of what stands above it: one embedded database per test file, emptied between tests.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";

export interface TestStore {
  readonly store: Store;
  readonly directory: string;
  close(): Promise<void>;
}

export const openTestStore = async (): Promise<TestStore> => {
  const directory = mkdtempSync(join(tmpdir(), "tandem-store-"));
  const store = await openStore({ directory, lockWaitSeconds: 5, holder: { host: "test", pid: process.pid, script: "test" }, now: () => new Date().toISOString() });
  return {
    store,
    directory,
    close: async () => {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

let names = 0;

/** A connection name no other test uses: what the store holds is separated by it. */
export const freshName = (): string => `c${++names}`;
