// The part of the store's door that knows what is paired: sync sets, cross references, and what hangs on them.

import type { Instant, Side } from "../core/types.ts";
import type { Lease } from "./locks/lockTable.ts";

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
  /** Those of these with anything in quarantine, waiting, in the journal, or held for a person, in one question: mostly none. */
  busy(ids: readonly SyncSetId[]): Promise<ReadonlySet<SyncSetId>>;
  list(connection: string): Promise<readonly SyncSetRow[]>;
  /** Those of all connections, also of such as are not defined any more. */
  all(): Promise<readonly Pick<SyncSetRow, "id" | "connection" | "key">[]>;
  /** Makes rows that are missing; existing ones stay as they are. In the order given. */
  ensure(
    connection: string,
    sets: readonly Pick<SyncSetRow, "key" | "fingerprint" | "fieldFingerprints">[],
  ): Promise<readonly SyncSetRow[]>;
  /** The same for who only looks: makes none. One that is missing has a number that no row of any table has. */
  look(connection: string, sets: readonly Pick<SyncSetRow, "key" | "fingerprint" | "fieldFingerprints">[]): Promise<readonly SyncSetRow[]>;
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
  /** How often the definition of its sync set had been edited when its two items were compared last; not given: never. */
  readonly edition?: number;
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
