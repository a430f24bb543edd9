// The door to the database in the store's own words: nobody else says knex, pg or PGlite. Interface comments are
// promises, tested by tests/store/contract.ts against the embedded store and a real PostgreSQL.
//
// Errors: RemoteError (unreachable), BusyError (locked, lost lease), ConfigError (schema newer than the code), AccessError
// (login or grant refused).

import type { BaseText, BaseTextTable, Link, LinkTable, SubLink, SubLinkTable, SyncSetId, SyncSetTable } from "./linkTables.ts";
import type { Lease, LockTable } from "./locks/lockTable.ts";
import type { Queue } from "./queue/queue.ts";
import type { ConnectionTable, Outcome, OutcomeTable, RunTable } from "./runTables.ts";
import type { FactTable, HealthDoor, Purge, TokenTable } from "./upkeep.ts";
import type { UserMapTable } from "./userMaps/userMapTable.ts";
import type { Conflict, ConflictTable, Intent, JournalTable, PendingLink, PendingLinkTable, QuarantineTable, Quarantined, Watermark, WatermarkTable } from "./workTables.ts";

export type { BaseText, BaseTextTable, Holdings, Link, LinkEnd, LinkTable, Prints, SubLink, SubLinkTable, SyncSetId, SyncSetRow, SyncSetTable } from "./linkTables.ts";
export type { ConnectionState, ConnectionTable, Outcome, OutcomeTable, RunRow, RunTable, Standing } from "./runTables.ts";
export type { ClaimedElsewhere, Claims, Conflict, ConflictTable, Intent, JournalTable, PendingLink, PendingLinkTable, QuarantineTable, Quarantined, Watermark, WatermarkTable } from "./workTables.ts";
export { BACKUP_FACT, type BackupDoor, type BackupHead, type Fact, type FactTable, type HealthDoor, type NativeBackup, type Purge, type PurgePlan, type PurgeResult, type PurgeRules, RESTORED_FACT, type SchemaDoor, type SchemaStatus, type StoreHealth, type TableSums, type TokenTable } from "./upkeep.ts";
export type { AcquireHow, Lease, LockHolder, LockTable } from "./locks/lockTable.ts";
export type { PartnerName, UserMap, UserMapChange, UserMapDecision, UserMapFile, UserMapMode, UserMapPage, UserMapPlan, UserMapRefusal, UserMapResult, UserMapSource, UserMapTable } from "./userMaps/userMapTable.ts";

/** Tables by their nouns. Reading them takes no lock; what belongs together is written through `record`. */
export interface Store {
  /** PostgreSQL, or PGlite in the folder of the site, which serves one process. */
  readonly kind: "server" | "embedded";
  /** For people; never with a password. */
  readonly location: string;
  readonly syncSets: SyncSetTable;
  readonly links: LinkTable;
  readonly subLinks: SubLinkTable;
  readonly baseTexts: BaseTextTable;
  readonly journal: JournalTable;
  readonly watermarks: WatermarkTable;
  readonly pendingLinks: PendingLinkTable;
  readonly quarantine: QuarantineTable;
  readonly conflicts: ConflictTable;
  readonly runs: RunTable;
  readonly outcomes: OutcomeTable;
  readonly locks: LockTable;
  readonly connections: ConnectionTable;
  readonly userMaps: UserMapTable;
  readonly facts: FactTable;
  readonly tokens: TokenTable;
  readonly purge: Purge;
  readonly health: HealthDoor;
  /** Many changes, one commit. With a lease it first checks the fence: a holder that lost its lock writes nothing (BusyError). */
  record(batch: RecordBatch, lease?: Lease): Promise<void>;
  /** The queue of workers, made where it is missing; for so many turns at once. Throws ConfigError on the embedded store. */
  openQueue(concurrency: number): Promise<Queue>;
  close(): Promise<void>;
}

/** Everything in it is committed together or not at all. Order: removals before additions. */
export interface RecordBatch {
  readonly syncSets?: readonly { readonly id: SyncSetId; readonly fingerprint: string; readonly fieldFingerprints: Readonly<Record<string, string>>; readonly isSettled?: boolean }[];
  /** Inserted or replaced by (sync set, master id). A second partner for either end is an error of ours and refused whole. */
  readonly links?: readonly Link[];
  /** With what hangs on them: comments and attachments, texts, what of them waits. */
  readonly removeLinks?: readonly { readonly syncSet: SyncSetId; readonly masterId: string }[];
  /** Inserted or replaced by (sync set, kind, master item, master id). */
  readonly subLinks?: readonly SubLink[];
  readonly removeSubLinks?: readonly Pick<SubLink, "syncSet" | "kind" | "masterItem" | "masterId">[];
  /** Inserted or replaced by (sync set, master id, field); they go with their link. */
  readonly baseTexts?: readonly BaseText[];
  readonly removeBaseTexts?: readonly Pick<BaseText, "syncSet" | "masterId" | "field">[];
  readonly openIntents?: readonly Intent[];
  readonly closeIntents?: readonly string[];
  readonly watermarks?: readonly Watermark[];
  readonly pendingLinks?: readonly PendingLink[];
  readonly removePendingLinks?: readonly Pick<PendingLink, "syncSet" | "side" | "id" | "field">[];
  readonly quarantine?: readonly Quarantined[];
  readonly removeQuarantine?: readonly Pick<Quarantined, "syncSet" | "side" | "id">[];
  readonly conflicts?: readonly Conflict[];
  readonly removeConflicts?: readonly Pick<Conflict, "syncSet" | "masterId" | "field">[];
  readonly outcomes?: readonly Outcome[];
}
