// The store on a real PostgreSQL: the contract, and what only a server can do: many at once, dying, refusing.

import { openStore } from "../../lib/store/open.ts";
import { freshDatabase } from "../support/store/postgres.ts";
import { storeContract } from "./contract.ts";

storeContract("server", async () => {
  const database = await freshDatabase();
  const store = await openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 0, holder: { host: "test", pid: process.pid, script: "test" }, now: () => new Date().toISOString() });
  return {
    store,
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
});
