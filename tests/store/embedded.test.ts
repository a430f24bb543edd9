// The embedded store: the contract, and what only a single folder with a single process can get wrong.

import { openStore } from "../../lib/store/open.ts";
import { freshEmbedded } from "../support/postgres.ts";
import { storeContract } from "./contract.ts";

storeContract("embedded", async () => {
  const folder = await freshEmbedded();
  const store = await openStore({ directory: folder.directory, lockWaitSeconds: 5, holder: { host: "test", pid: process.pid, script: "test" }, now: () => new Date().toISOString() });
  return {
    store,
    close: async () => {
      await store.close();
      folder.drop();
    },
  };
});
