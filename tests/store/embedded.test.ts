// The embedded store: the contract, and what only a single folder with a single process can get wrong.

import { join } from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { freshEmbedded } from "../support/store/postgres.ts";
import { mayMount, openSmallDisk } from "../support/outside/smallDisk.ts";
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

it.runIf(mayMount)("says that its disk is full, and opens when there is room again", async () => {
  const disk = openSmallDisk(100);
  try {
    disk.fill();
    const full = { exitCode: 69, message: expect.stringContaining("cannot be opened: its disk is full") };
    await expect(open(join(disk.path, "store"))).rejects.toMatchObject(full);
    disk.empty();
    // Room for the lock's note alone.
    disk.fill(4096);
    await expect(open(join(disk.path, "store"))).rejects.toMatchObject(full);
    disk.empty();
    await (await open(join(disk.path, "store"))).close();
    disk.fill();
    await expect(open(join(disk.path, "store"))).rejects.toMatchObject(full);
    disk.empty();
    await (await open(join(disk.path, "store"))).close();
  } finally {
    disk.close();
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
