// The part of the store's door that keeps it in shape: purging, migrating, backing up, looking after it, remembering small
// things. Re-exported by store.ts, where everybody else takes it from; the promises are tested by tests/store/.

import type { Instant } from "../core/types.ts";

export interface PurgeRules {
  /** Days to keep; a kind that is not named is kept for ever. */
  readonly olderThan: { readonly outcomes?: number; readonly runs?: number };
  readonly now: Instant;
}

export interface PurgePlan {
  /** Whole months of outcomes, oldest first. `estimated`: large, its rows were not counted. `left`: an interrupted purge left it half dropped. */
  readonly partitions: readonly { readonly name: string; readonly from: Instant; readonly to: Instant; readonly rows: number; readonly estimated?: boolean; readonly bytes: number; readonly left: boolean }[];
  /** Runs that ended before `before` and have no outcomes outside these partitions. */
  readonly runs: { readonly before?: Instant; readonly rows: number };
}

export interface PurgeResult {
  readonly partitions: number;
  readonly rows: number;
  readonly runs: number;
  /** Given back to the file system. */
  readonly bytes: number;
  /** The longest that one statement of ours waited for others, or kept others waiting. */
  readonly longestWaitMs: number;
  /** Partitions that others kept busy; the next purge takes them. */
  readonly busy: readonly string[];
}

/** Never touches cross references, watermarks, user maps, quarantine, conflicts, intents, pending links or facts. */
export interface Purge {
  plan(rules: PurgeRules): Promise<PurgePlan>;
  /** Interrupted anywhere, the next plan goes on where it was. */
  apply(plan: PurgePlan, how?: { readonly stop?: AbortSignal; readonly onProgress?: (done: number, total: number) => void }): Promise<PurgeResult>;
}

/** What migrateDatabase is given: the database, opened without asking for the newest schema. */
export interface SchemaDoor {
  readonly kind: "server" | "embedded";
  readonly location: string;
  /** Throws ConfigError when the database is newer than this program. */
  status(): Promise<SchemaStatus>;
  /** Applies what is pending, all or nothing; answers the names applied. Any number may start it at once. */
  migrate(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface SchemaStatus {
  readonly current: number;
  readonly newest: number;
  readonly pending: readonly string[];
}

/** How the database is, for checkHealth. Writes nothing. */
export interface StoreHealth {
  /** As PostgreSQL counts: 180004. */
  readonly version: number;
  readonly versionText: string;
  /** Number of the schema. */
  readonly schema: number;
  /** Of the whole database. */
  readonly bytes: number;
  /** The database's clock. */
  readonly now: Instant;
  /** Largest first; rows as the statistics estimate them. */
  readonly tables: readonly { readonly name: string; readonly bytes: number; readonly live: number; readonly dead: number }[];
}

export interface HealthDoor {
  read(): Promise<StoreHealth>;
}

/** How many rows a table holds, and a sum over them that does not depend on their order. */
export type TableSums = Readonly<Record<string, { readonly rows: number; readonly sum: string }>>;

/** Rows of all tables together. */
export const rowsIn = (sums: TableSums): number => Object.values(sums).reduce((total, { rows }) => total + rows, 0);

export interface BackupHead {
  readonly tandemBackup: 1;
  readonly schema: number;
  readonly at: Instant;
  readonly from: "server" | "embedded";
}

/**
 * What backupDatabase and restoreDatabase are given. The logical form is text, a JSON value per line; it moves between
 * embedded and server and between versions of PostgreSQL.
 */
export interface BackupDoor {
  readonly kind: "server" | "embedded";
  readonly location: string;
  /** Everything of ours as of one moment, in pages of whole lines. The last line holds the sums. */
  dump(onRows?: (rows: number) => void): AsyncIterable<string>;
  /** True where no table of ours holds a row; also where there are no tables yet. */
  isEmpty(): Promise<boolean>;
  /**
   * Brings in what dump gave, all or nothing, and compares the sums before it is seen. Throws DataError for lines that are no
   * backup or do not add up, ConfigError for a newer schema, BusyError while a connection is at work.
   */
  load(pages: AsyncIterable<string>, how: { readonly replace: boolean; readonly onRows?: (rows: number) => void }): Promise<{ readonly head: BackupHead; readonly sums: TableSums }>;
  /** Notes the backup as made, for checkHealth. */
  remember(rows: number): Promise<void>;
  /** The server's own form by pg_dump, or the reason why that cannot be had. */
  readonly native: NativeBackup | { readonly missing: string };
  close(): Promise<void>;
}

/** The fact that tells when the last backup was made. */
export const BACKUP_FACT = "backup:last";
/** Name of the fact that a backup was put back: `{ from }`, of when it is. */
export const RESTORED_FACT = "restored";

export interface NativeBackup {
  /** Whether the role may make the scratch database of `verify`. */
  readonly mayVerify: boolean;
  /** pg_dump's custom format, of one moment, and the sums of that moment. */
  dump(): Promise<{ readonly pieces: AsyncIterable<Uint8Array>; readonly sums: TableSums; readonly schema: number }>;
  /** Restores a file of that format, with the note that it was put back; all or nothing. */
  load(file: string, how: { readonly replace: boolean }): Promise<void>;
  /** Restores it into a database of its own, compares, and drops that; a reason where the role may not make databases. */
  verify(file: string, sums: TableSums): Promise<"same" | { readonly unable: string }>;
}

/** Small things to remember between runs: what was notified when, when was last purged, which alarm is on. */
export interface Fact {
  readonly name: string;
  readonly value: unknown;
  readonly at: Instant;
}

export interface FactTable {
  get(name: string): Promise<Fact | undefined>;
  /** Facts whose name begins so, in order of their name. */
  list(prefix: string): Promise<readonly Fact[]>;
  set(facts: readonly Fact[]): Promise<void>;
  remove(names: readonly string[]): Promise<void>;
}

/** Leave for calls, kept by all processes together. */
export interface TokenTable {
  /**
   * Leave for so many calls to an endpoint, each `gapMs` after the one before it, whoever took that. Answers how many
   * milliseconds from now the first of them may be made; undefined, and nothing is taken, where that is more than `mostMs`.
   */
  take(endpoint: string, calls: number, gapMs: number, mostMs: number): Promise<number | undefined>;
  /** No leave for this long: the endpoint said so to one of us. */
  hold(endpoint: string, ms: number): Promise<void>;
}
