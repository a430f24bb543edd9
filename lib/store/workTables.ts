// The part of the store's door that knows what is in hand: the journal, watermarks, and what waits for its partner, for another try or for
// a person.

import type { Instant, Side, Value } from "../core/types.ts";
import type { Prints, SyncSetId } from "./linkTables.ts";
import type { Lease } from "./locks/lockTable.ts";

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
