// Opens the store: a PostgreSQL server by its address, else the embedded database behind the process lock.

import { ConfigError } from "../core/errors.ts";
import type { Instant } from "../core/types.ts";
import { createBaseTexts } from "./tables/baseTexts.ts";
import { cannotOpen, openDatabase, type OpenDatabase, privateFolder } from "./database.ts";
import { createFacts } from "./tables/facts.ts";
import { inWords, speaking } from "./failures.ts";
import { createHealth } from "./tables/health.ts";
import { createLinks } from "./tables/links.ts";
import { createLocks } from "./locks/locks.ts";
import { migrate, refuseNewer, schemaStatus } from "./migrate.ts";
import { type Holder, lockProcess } from "./locks/processLock.ts";
import { createPurge } from "./tables/purge.ts";
import { openQueue } from "./queue/openQueue.ts";
import { record } from "./record.ts";
import { refuseHalfRestored } from "./backup/restoring.ts";
import { createConnections, createOutcomes, createRuns } from "./tables/runs.ts";
import type { Lease, RecordBatch, SchemaDoor, SchemaStatus, Store } from "./store.ts";
import { createSubLinks } from "./tables/subLinks.ts";
import { createTokens } from "./tables/tokens.ts";
import { createUserMaps } from "./userMaps/userMaps.ts";
import { createConflicts, createJournal, createPendingLinks, createQuarantine, createSyncSets, createWatermarks } from "./tables/work.ts";

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
  /** To put a backup into it, also where an earlier attempt did not come to its end. */
  readonly restoring?: boolean;
}

const prepare = async (open: OpenDatabase, options: OpenOptions): Promise<void> => {
  const status = await schemaStatus(open.db);
  refuseNewer(status);
  if (status.pending.length === 0) return;
  if (open.kind === "server" && status.current > 0 && options.migrate !== true)
    throw new ConfigError([{ message: `the database ${open.location} has schema ${status.current}, this version needs ${status.newest}`, advice: "stop the schedules and run `npx tandem migrateDatabase`" }]);
  await migrate(open.db);
};

/** With the process lock, where it is embedded; closing gives it back. Throws BusyError where another process has it. */
export const opened = async (options: OpenOptions): Promise<OpenDatabase> => {
  const where = { directory: options.directory, ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }) };
  if (options.databaseUrl !== undefined) return openDatabase(where);
  privateFolder(options.directory);
  const inFolder = (error: unknown): unknown => (error instanceof Error && "syscall" in error ? cannotOpen(options.directory, error) : error);
  const release = await lockProcess(options.directory, options.holder, options.lockWaitSeconds, options.now).catch((error: unknown) => {
    throw inFolder(error);
  });
  try {
    if (options.restoring !== true) refuseHalfRestored(options.directory);
    const open = await openDatabase(where);
    return {
      ...open,
      close: async () => {
        try {
          await open.close();
        } finally {
          release();
        }
      },
    };
  } catch (error) {
    release();
    throw inFolder(error);
  }
};

const storeOn = (open: OpenDatabase, options: OpenOptions): Store => {
  const { db, location } = open;
  const words = <T extends object>(table: T): T => speaking(table, location);
  const locks = createLocks(open, options.now);
  return {
    kind: open.kind,
    location,
    syncSets: words(createSyncSets(db)),
    links: words(createLinks(db)),
    subLinks: words(createSubLinks(db)),
    baseTexts: words(createBaseTexts(db)),
    journal: words(createJournal(db)),
    watermarks: words(createWatermarks(db)),
    pendingLinks: words(createPendingLinks(db)),
    quarantine: words(createQuarantine(db)),
    conflicts: words(createConflicts(db)),
    runs: words(createRuns(db)),
    outcomes: words(createOutcomes(db)),
    locks: words(locks),
    connections: words(createConnections(db)),
    userMaps: words(createUserMaps(open)),
    facts: words(createFacts(db)),
    tokens: words(createTokens(db)),
    purge: words(createPurge(open)),
    health: words(createHealth(open)),
    ...words({ record: (batch: RecordBatch, lease?: Lease) => record(db, batch, lease), openQueue: (concurrency: number) => openQueue(open, concurrency) }),
    close: async () => {
      await locks.close();
      await open.close();
    },
  };
};

/** Throws RemoteError (unreachable), BusyError (held by another process), ConfigError (schema too new or too old). */
export const openStore = async (options: OpenOptions): Promise<Store> => {
  const open = await opened(options);
  try {
    await prepare(open, options);
  } catch (error) {
    await open.close();
    throw inWords(error, open.location);
  }
  return storeOn(open, options);
};

/** The database as migrateDatabase needs it: whatever its schema. */
export const openSchema = async (options: OpenOptions): Promise<SchemaDoor> => {
  const open = await opened(options);
  const status = async (): Promise<SchemaStatus> => {
    const found = await schemaStatus(open.db);
    refuseNewer(found);
    return found;
  };
  return { kind: open.kind, location: open.location, ...speaking({ status, migrate: () => migrate(open.db) }, open.location), close: open.close };
};
