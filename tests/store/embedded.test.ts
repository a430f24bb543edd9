// The embedded store: the contract, and what only a single folder with a single process can get wrong.

import { expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { freshEmbedded } from "../support/postgres.ts";
import { storeContract } from "./contract.ts";
import { AT, LATER } from "./contractHand.ts";

const open = (directory: string): Promise<Store> => openStore({ directory, lockWaitSeconds: 5, holder: { host: "test", pid: process.pid, script: "test" }, now: () => new Date().toISOString() });

it("goes on from the earlier of two backups that were put back before anything was synchronized in between", async () => {
  const folder = await freshEmbedded();
  const store = await open(folder.directory);
  try {
    expect([await store.syncSets.noteRestored(AT, LATER), await store.syncSets.noteRestored(LATER, LATER)]).toEqual([AT, AT]);
    await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]);
    expect((await store.syncSets.list("c")).map((row) => row.restoredFrom)).toEqual([AT]);
  } finally {
    await store.close();
    folder.drop();
  }
});

storeContract("embedded", async () => {
  const folder = await freshEmbedded();
  const store = await open(folder.directory);
  return {
    store,
    close: async () => {
      await store.close();
      folder.drop();
    },
  };
});
