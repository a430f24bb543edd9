// The part of the store's door that keeps it in shape: purging, migrating, looking after it. Re-exported by store.ts, where everybody else
// takes it from; the promises are tested by tests/store/.

import type { Instant } from "../core/types.ts";

export interface PurgeRules {
  /** Days to keep; a kind that is not named is kept for ever. */
  readonly olderThan: { readonly outcomes?: number; readonly runs?: number };
  readonly now: Instant;
}

export interface PurgePlan {
  /** Whole months of outcomes, oldest first. `left`: an interrupted purge left it half dropped. */
  readonly partitions: readonly { readonly name: string; readonly from: Instant; readonly to: Instant; readonly rows: number; readonly bytes: number; readonly left: boolean }[];
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
