// Opens the store: a PostgreSQL server by its address, else the embedded database behind the process lock.

import { ConfigError } from "../core/errors.ts";
import type { Instant } from "../core/types.ts";
import { connectionError, openDatabase, type OpenDatabase } from "./database.ts";
import { createLinks } from "./links.ts";
import { createLocks } from "./locks.ts";
import { migrate, refuseNewer, type SchemaStatus, schemaStatus } from "./migrate.ts";
import { type Holder, lockProcess } from "./processLock.ts";
import { record } from "./record.ts";
import { createConnections, createOutcomes, createRuns } from "./runs.ts";
import type { Store } from "./store.ts";
import { createSubLinks } from "./subLinks.ts";
import { createUserMaps } from "./userMaps.ts";
import { createConflicts, createJournal, createPendingLinks, createQuarantine, createSyncSets, createWatermarks } from "./work.ts";

export interface OpenOptions {
  readonly databaseUrl?: string;
  /** Folder of the embedded store. */
  readonly directory: string;
  /** How long to wait for another process on the embedded store. */
  readonly lockWaitSeconds: number;
  readonly holder: Holder;
  readonly now: () => Instant;
  /** Bring an older schema up to date. Embedded and empty databases always are. */
  readonly migrate?: boolean;
}

const prepare = async (open: OpenDatabase, options: OpenOptions): Promise<void> => {
  const status = await schemaStatus(open.db);
  refuseNewer(status);
  if (status.pending.length === 0) return;
  if (open.kind === "server" && status.current > 0 && options.migrate !== true)
    throw new ConfigError([{ message: `the database ${open.location} has schema ${status.current}, this version needs ${status.newest}`, advice: "stop the schedules and run `npx tandem migrateDatabase`" }]);
  await migrate(open.db);
};

const opened = async (options: OpenOptions): Promise<OpenDatabase> => {
  const where = { directory: options.directory, ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }) };
  if (options.databaseUrl !== undefined) return openDatabase(where);
  const release = await lockProcess(options.directory, options.holder, options.lockWaitSeconds, options.now);
  try {
    const open = await openDatabase(where);
    return {
      ...open,
      close: async () => {
        await open.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
};

const storeOn = (open: OpenDatabase, options: OpenOptions): Store => {
  const { db } = open;
  return {
    kind: open.kind,
    location: open.location,
    syncSets: createSyncSets(db),
    links: createLinks(db),
    subLinks: createSubLinks(db),
    journal: createJournal(db),
    watermarks: createWatermarks(db),
    pendingLinks: createPendingLinks(db),
    quarantine: createQuarantine(db),
    conflicts: createConflicts(db),
    runs: createRuns(db),
    outcomes: createOutcomes(db),
    locks: createLocks(open, options.now),
    connections: createConnections(db),
    userMaps: createUserMaps(db),
    record: async (batch, lease) => {
      try {
        await record(db, batch, lease);
      } catch (error) {
        throw connectionError(error, open.location);
      }
    },
    close: open.close,
  };
};

/** Throws RemoteError (unreachable), BusyError (held by another process), ConfigError (schema too new or too old). */
export const openStore = async (options: OpenOptions): Promise<Store> => {
  const open = await opened(options);
  try {
    await prepare(open, options);
  } catch (error) {
    await open.close();
    throw connectionError(error, open.location);
  }
  return storeOn(open, options);
};

/** What migrateDatabase would do, and does unless `dryRun`. */
export const migrateStore = async (options: OpenOptions, dryRun: boolean): Promise<SchemaStatus & { readonly location: string }> => {
  const open = await opened(options);
  try {
    const status = await schemaStatus(open.db);
    refuseNewer(status);
    if (!dryRun) await migrate(open.db);
    return { ...status, location: open.location };
  } catch (error) {
    throw connectionError(error, open.location);
  } finally {
    await open.close();
  }
};
