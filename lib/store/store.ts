// The door to the database in the store's own words: nobody else says knex, pg or PGlite. Interface comments are
// promises, tested by tests/store/contract.ts against the embedded store and a real PostgreSQL.
//
// Errors: RemoteError (unreachable), BusyError (locked, lost lease), ConfigError (schema newer than the code), AccessError
// (login or grant refused).

import type { Instant, Side, Value } from "../core/types.ts";
import type { Lease, LockTable } from "./locks/lockTable.ts";
import type { Queue } from "./queue/queue.ts";
import type { FactTable, HealthDoor, Purge, TokenTable } from "./upkeep.ts";
import type { UserMapTable } from "./userMaps/userMapTable.ts";

export { BACKUP_FACT, type BackupDoor, type BackupHead, type Fact, type FactTable, type HealthDoor, type NativeBackup, type Purge, type PurgePlan, type PurgeResult, type PurgeRules, RESTORED_FACT, type SchemaDoor, type SchemaStatus, type StoreHealth, type TableSums, type TokenTable } from "./upkeep.ts";
export type { AcquireHow, Lease, LockHolder, LockTable } from "./locks/lockTable.ts";
export type { UserMap, UserMapChange, UserMapDecision, UserMapFile, UserMapMode, UserMapPage, UserMapPlan, UserMapRefusal, UserMapResult, UserMapSource, UserMapTable } from "./userMaps/userMapTable.ts";

export interface Store {
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

/** Surrogate number of a sync set in this database. */
export type SyncSetId = number;

export interface SyncSetRow {
  readonly id: SyncSetId;
  readonly key: string;
  readonly connection: string;
  readonly fingerprint: string;
  readonly fieldFingerprints: Readonly<Record<string, string>>;
  /** How often its cross references were deleted on purpose. */
  readonly generation: number;
  /** Of when the restored backup is, as long as what was made since has not been looked for. */
  readonly restoredFrom?: Instant;
}

export interface SyncSetTable {
  /** Those of these with anything in quarantine, waiting, or in the journal, in one question: mostly none. */
  busy(ids: readonly SyncSetId[]): Promise<ReadonlySet<SyncSetId>>;
  list(connection: string): Promise<readonly SyncSetRow[]>;
  /** Those of all connections, also of such as are not defined any more. */
  all(): Promise<readonly Pick<SyncSetRow, "id" | "connection" | "key">[]>;
  /** Makes rows that are missing; existing ones stay as they are. In the order given. */
  ensure(
    connection: string,
    sets: readonly { readonly key: string; readonly fingerprint: string; readonly fieldFingerprints: Readonly<Record<string, string>> }[],
  ): Promise<readonly SyncSetRow[]>;
  /** Notes that the store was put back to its state of `from`. While an earlier one is still looked for, the earlier counts: answers which. */
  noteRestored(from: Instant, at: Instant): Promise<Instant>;
  /** How many rows of each kind the sync sets of a connection hold; runs and outcomes are not among them. */
  holdings(connection: string): Promise<Holdings>;
  /** Removes all of those in one commit and answers how many; the sets keep their ids, by which outcomes name them. Checks the fence like record. */
  forget(connection: string, lease?: Lease): Promise<Holdings>;
}

/** What makes the next run go on where the last one was. */
export interface Holdings {
  readonly links: number;
  readonly subLinks: number;
  readonly baseTexts: number;
  readonly intents: number;
  readonly watermarks: number;
  readonly pendingLinks: number;
  readonly quarantine: number;
  readonly conflicts: number;
}

/** Field key → fingerprint of the value as that side last gave it back to us. */
export type Prints = Readonly<Record<string, string>>;

export interface LinkEnd {
  readonly id: string;
  readonly key?: string;
  readonly url?: string;
  readonly version?: string;
  /** The endpoint's changed-at of the newest state known here: an older reading is a stale index, not a change. */
  readonly changedAt?: Instant;
  readonly prints: Prints;
}

/** A cross reference. */
export interface Link {
  readonly syncSet: SyncSetId;
  readonly master: LinkEnd;
  readonly target: LinkEnd;
  /**
   * active    in step or on its way
   * adopting  seeded, its first comparison has not been made
   * gone      one end is gone and the policy says to do nothing; a sweep that sees it again makes it active
   * unlinked  kept as a tombstone: neither end is ever synchronized or created again
   */
  readonly state: "active" | "adopting" | "gone" | "unlinked";
}

export interface LinkTable {
  /** The links whose end on that side has one of these ids; unlinked ones too. Any number of ids. */
  byIds(syncSet: SyncSetId, side: Side, ids: readonly string[]): Promise<readonly Link[]>;
  /** Partner ids over several sync sets at once, for references: id → partner id. Unlinked ones left out. */
  partners(syncSets: readonly SyncSetId[], side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, { readonly id: string; readonly key?: string; readonly syncSet: SyncSetId }>>;
  count(syncSet: SyncSetId): Promise<number>;
  /** All links of a sync set in ascending order of the id on that side (byte order), in pages. */
  scan(syncSet: SyncSetId, side: Side, pageSize?: number): AsyncIterable<readonly Link[]>;
  /** For explainItem: links of any sync set of any connection with this id or key on either side. */
  search(idOrKey: string): Promise<readonly (Link & { readonly connection: string; readonly syncSetKey: string })[]>;
}

/** A cross reference of a comment or attachment below a pair of items. */
export interface SubLink {
  readonly syncSet: SyncSetId;
  readonly kind: "comment" | "attachment";
  /** Ids of the pair's items. */
  readonly masterItem: string;
  readonly targetItem: string;
  /** Ids of the comment or attachment itself. Unique per sync set, kind and side's item. */
  readonly masterId: string;
  readonly targetId: string;
  /** The side it was written on by a person; the other end is our copy. */
  readonly origin: Side;
  /** Fingerprint of the original as it was last carried over. */
  readonly print: string;
}

export interface SubLinkTable {
  ofItems(syncSet: SyncSetId, kind: SubLink["kind"], masterItems: readonly string[]): Promise<readonly SubLink[]>;
}

/** What both ends of a link last held of a text field, where conversion makes them differ: the base of the next merge. */
export interface BaseText {
  readonly syncSet: SyncSetId;
  readonly masterId: string;
  /** Key of the field mapping. */
  readonly field: string;
  readonly master: string;
  readonly target: string;
}

export interface BaseTextTable {
  ofItems(syncSet: SyncSetId, masterIds: readonly string[]): Promise<readonly BaseText[]>;
}

/** Journal of what is about to be done to an endpoint, committed before it is done. */
export interface Intent {
  /** Fresh uuid; travels with a create. */
  readonly intent: string;
  readonly kind: "create" | "update" | "delete" | "comment" | "attachment";
  readonly syncSet: SyncSetId;
  /** The side written to. */
  readonly side: Side;
  /** Id of the item it is made from, on the other side. */
  readonly fromId: string;
  /** Id of the item written, for all but create. */
  readonly toId?: string;
  /** Of a comment or an attachment: the id of the one it is made from. */
  readonly name: string;
  /** The written side's clock. */
  readonly at: Instant;
  /** For an update: field key → fingerprint of the other side's value it carries. */
  readonly prints: Prints;
  /** For an update: field on the written side → value it replaces and value it writes. */
  readonly before?: Readonly<Record<string, Value>>;
  readonly after?: Readonly<Record<string, Value>>;
}

/** Why a create was not begun: its item has a partner in another sync set, or one is being made there. */
export interface ClaimedElsewhere {
  readonly syncSet: SyncSetId;
  readonly partner?: string;
}

export interface Claims {
  /** Connections that may have the same items in hand: their claims are made one after the other. */
  readonly connections: readonly string[];
  /** The side written to by all of them. */
  readonly side: Side;
  /** With the intent that made the item it is made from, where its endpoint tells. */
  readonly intents: readonly { readonly intent: Intent; readonly madeBy?: string }[];
  /** Sync sets in which the same id means the same item. */
  readonly others: readonly SyncSetId[];
  /** The same of those whose master side is the target side here; not given: none. */
  readonly turned?: readonly SyncSetId[];
}

export interface JournalTable {
  open(syncSet: SyncSetId): Promise<readonly Intent[]>;
  /**
   * Opens intents of creates, except of items that have a cross reference (not ended) or an open create in one of the other sync
   * sets: those are answered, by id. Of two who claim an item at the same time one is refused. Checks the fence like record.
   */
  claim(claims: Claims, lease?: Lease): Promise<ReadonlyMap<string, ClaimedElsewhere>>;
}

export interface Watermark {
  readonly syncSet: SyncSetId;
  readonly side: Side;
  /** The endpoint's clock at the start of the last complete reading. */
  readonly at: Instant;
  readonly sweptAt?: Instant;
}

export interface WatermarkTable {
  get(syncSet: SyncSetId, side: Side): Promise<Watermark | undefined>;
  /** Those of both sides, in one question. */
  both(syncSet: SyncSetId): Promise<Readonly<Partial<Record<Side, Watermark>>>>;
  /** Removes the watermarks of a connection (or of one sync set, or one side); never a link. Answers how many. */
  clear(connection: string, only?: { readonly syncSetKey?: string; readonly side?: Side }): Promise<number>;
}

export interface PendingLink {
  readonly syncSet: SyncSetId;
  /** The side on which the reference is still to be written, and the item there. */
  readonly side: Side;
  readonly id: string;
  readonly field: string;
  /** The item on the other side whose partner is awaited. */
  readonly awaitedType: string;
  readonly awaitedId: string;
}

export interface PendingLinkTable {
  list(syncSet: SyncSetId): Promise<readonly PendingLink[]>;
}

export interface Quarantined {
  readonly syncSet: SyncSetId;
  /** The side and id of the item whose change could not be carried over. */
  readonly side: Side;
  readonly id: string;
  readonly key?: string;
  readonly name?: string;
  readonly reason: string;
  readonly attempts: number;
  readonly firstAt: Instant;
  readonly nextAt: Instant;
}

export interface QuarantineTable {
  list(syncSet: SyncSetId): Promise<readonly Quarantined[]>;
  count(connection: string): Promise<number>;
}

export interface Conflict {
  readonly syncSet: SyncSetId;
  readonly masterId: string;
  readonly targetId: string;
  readonly field: string;
  readonly masterValue: Value;
  readonly targetValue: Value;
  readonly at: Instant;
}

export interface ConflictTable {
  /** Held conflicts: written to neither side, waiting for a person. */
  list(connection: string): Promise<readonly (Conflict & { readonly syncSetKey: string })[]>;
}

export interface RunRow {
  readonly id: string;
  readonly connection: string;
  /** Of a run that was one of a slice of the connection. */
  readonly slice?: string;
  readonly script: string;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly status: "running" | "done" | "partly" | "failed" | "stopped" | "refused";
  readonly host: string;
  readonly pid: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly message?: string;
}

export interface RunTable {
  start(run: { readonly id: string; readonly connection: string; readonly slice?: string; readonly script: string; readonly host: string; readonly pid: number; readonly at: Instant }): Promise<void>;
  end(id: string, end: { readonly at: Instant; readonly status: RunRow["status"]; readonly counts: RunRow["counts"]; readonly message?: string }): Promise<void>;
  /** Newest first. With a slice: its own, and those of the whole connection. `until`: none that began later. */
  list(connection?: string, most?: number, slice?: string, until?: Instant): Promise<readonly RunRow[]>;
  get(id: string): Promise<RunRow | undefined>;
  /** Ids that begin so, two at the most: whether it is one. */
  beginning(words: string): Promise<readonly string[]>;
}

export interface Outcome {
  readonly run: string;
  readonly at: Instant;
  readonly syncSet: SyncSetId;
  readonly masterId?: string;
  readonly targetId?: string;
  readonly name?: string;
  /** The side that was written, or would have been. */
  readonly side: Side;
  readonly action: "create" | "adopt" | "update" | "link" | "delete" | "unlink" | "close" | "comment" | "attachment" | "record" | "skip" | "hold" | "fail" | "conflict";
  readonly reason: string;
  /** Field name on the written side → value before and after. Every value replaced is here. */
  readonly before?: Readonly<Record<string, Value>>;
  readonly after?: Readonly<Record<string, Value>>;
}

export interface OutcomeTable {
  ofRun(run: string, pageSize?: number): AsyncIterable<readonly Outcome[]>;
  /** Of one item on either side, what was recorded last first, whatever its clock said. */
  ofItem(syncSet: SyncSetId, side: Side, id: string, most?: number): Promise<readonly Outcome[]>;
  /** The latest outcome per item with one of these actions, for reports. */
  latest(connection: string, actions: readonly Outcome["action"][]): AsyncIterable<readonly Outcome[]>;
}

/** What tells whose turn it is, in one question. */
export interface Standing {
  readonly state?: ConnectionState;
  /** When the last of the facts asked for was set. */
  readonly factAt?: Instant;
  /** Start of the last run of the script asked for. */
  readonly startedAt?: Instant;
  /** Some process says it holds one of the locks asked for; whether it is alive, `locks.holders` tells. */
  readonly isHeld: boolean;
}

export interface ConnectionState {
  readonly name: string;
  /** false: stopped by a person; iterations leave at once saying so. */
  readonly started: boolean;
  readonly changedAt: Instant;
  readonly changedBy: string;
  readonly note?: string;
}

export interface ConnectionTable {
  /** With a slice, of runs those of it and of the whole. `until`: nothing later. */
  standing(name: string, asked: { readonly facts: readonly string[]; readonly script: string; readonly locks: readonly string[]; readonly slice?: string; readonly until?: Instant }): Promise<Standing>;
  get(name: string): Promise<ConnectionState | undefined>;
  set(state: ConnectionState): Promise<void>;
  /** As if nobody had ever started or stopped it. */
  remove(name: string): Promise<void>;
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
