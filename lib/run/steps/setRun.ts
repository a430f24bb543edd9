// One sync set in the hands of one iteration: what the store knew of it at the start, and the means to work on it.

import type { Kin } from "../../core/mapping/kin.ts";
import { editsOf, type Missed } from "../../core/mapping/edits.ts";
import type { SyncSet, ValuePair } from "../../core/mapping/model.ts";
import type { Held, ItemPlan } from "../../core/sync/plan.ts";
import type { Instant, Item, Side } from "../../core/types.ts";
import type { Intent, Link, PendingLink, Quarantined, SyncSetId, SyncSetRow } from "../../store/store.ts";
import type { Overwritten } from "../../connectors/connector.ts";
import type { RunContext } from "../context.ts";
import { onBothSides } from "./bothSides.ts";
import type { Resolver } from "./lookUp/resolve.ts";
import type { Tally } from "./tally.ts";

/** What of an iteration may be asked for. Nothing given: what changed is carried over, and what is implausible is refused. */
export interface IterationOptions {
  /** Plan and show, write nothing anywhere. */
  readonly dryRun?: boolean;
  /** Compare everything in scope, not only what changed. */
  readonly sweep?: boolean;
  /** What is carried out although it is implausible: the options --accept-… of syncIteration, one each. */
  readonly accept?: { readonly empty?: boolean; readonly deletions?: boolean; readonly clockSkew?: boolean; readonly secondPartners?: boolean; readonly newAddress?: boolean; readonly namesakes?: boolean };
  /** Who wins where seeded pairs differ at their first comparison; not given: every difference is held and listed. */
  readonly adopt?: Side | "hold" | "merge";
  /** Only the sync sets of this slice of the connection; never with a sweep, which sees the whole. */
  readonly slice?: string;
  /** Called for each plan before it is carried out; a plan that had to be made again comes again. */
  readonly onPlan?: (plan: ItemPlan) => void;
  /** Only plans it says yes to are carried out; the others are left alone, as if they had not been looked at. */
  readonly only?: (plan: ItemPlan) => boolean;
  /** Items held in memory between two writes; for tests of its edges. */
  readonly chunk?: number;
}

/** Why an item without a partner waits: for one, or only because it may have one; of "outside" it does not meet the criteria now, "never": its side gets none. */
export type Waiting = "new" | "outside" | "never";

/** A backup was put back: what was made since has partners that the store does not know (restored.ts). */
export interface Restored {
  /** Of when the backup is. */
  readonly from: Instant;
  /** Items of each side without a partner that were read and not worked on yet. */
  readonly waiting: Readonly<Record<Side, Map<string, Waiting>>>;
  /** Those found again as the partner of one. */
  readonly paired: Readonly<Record<Side, Set<string>>>;
  /** All of them have been looked for: what comes now is made as always. */
  isOver: boolean;
  /** Everything in scope was looked at, not only what changed. */
  isWhole: boolean;
}

/** A sync set that another slice works on. */
export interface OtherSet {
  readonly id: SyncSetId;
  readonly set: SyncSet;
  readonly generation: number;
}

export interface SetRun {
  readonly context: RunContext;
  readonly options: IterationOptions;
  readonly set: SyncSet;
  readonly id: SyncSetId;
  /** Where a connection has slices: sync sets of the others in which an item of that side may have its partner, if it was moved here. */
  readonly others: Readonly<Record<Side, readonly OtherSet[]>>;
  /** What else the store knows of the same items; asked for once a run, when something is to be made. */
  readonly kin: () => Promise<readonly Kin[]>;
  /** The definition the store knows is the one we have. */
  readonly isRecorded: boolean;
  /** The definition the store knows. */
  readonly known: Pick<SyncSetRow, "fingerprint" | "fieldFingerprints">;
  /** How often the cross references of the sync set were deleted on purpose. */
  readonly generation: number;
  /** A backup was put back, and what was made since has not been looked for. */
  readonly restored: Restored | undefined;
  readonly tally: Tally;
  readonly resolver: Resolver;
  /** Field mappings that are new or changed since the last complete iteration. */
  readonly touched: ReadonlySet<string>;
  /** Their value maps as they were, where nothing else of them changed. */
  readonly former: ReadonlyMap<string, readonly ValuePair[]>;
  /** Of the definition: written to each pair that is compared. */
  readonly edition: number;
  /** Field mappings that a pair was not compared under since they were edited: it could not be read then. */
  readonly missed: (link: Link) => Missed;
  readonly quarantine: Map<string, Quarantined>;
  readonly pending: Map<string, PendingLink[]>;
  /** By master ids: keys of the field mappings whose conflict waits for a person. */
  readonly heldConflicts: Map<string, Set<string>>;
  /** Creates begun earlier whose end nobody knows, by the side written and the item they are made from. */
  readonly openCreates: Map<string, Intent>;
  /** Intents of those that were looked for and not settled: the next run looks again, not this one. */
  readonly unsettled: Set<string>;
  /** Items whose create left doubt and surely made nothing: one of those that travelled together may be the cause. */
  readonly doubted: Set<string>;
  /** Updates begun earlier whose end nobody knows, by the side written and the item written. */
  readonly openUpdates: Map<string, Intent>;
  /** By the intents of such updates that were asked about: what they replaced of others (interrupted.ts). */
  readonly replaced: Map<string, readonly Overwritten[]>;
  /** Copies of comments and attachments begun whose end nobody knows (copies.ts). */
  readonly openCopies: Map<string, Intent>;
  /** The newest state of an item known after our own writes of this chunk, by itemKey. */
  readonly latest: Map<string, { readonly version: string; readonly changedAt: Instant }>;
  /** Items made in this chunk, by itemKey: nobody has commented on them yet, or their next version tells. */
  readonly made: Set<string>;
  /** Master ids of seeded pairs that came in step in this chunk, or would in a dry run: what an earlier tool copied may stand there. */
  readonly adopted: Set<string>;
  /** Master ids of seeded pairs that a dry run has planned: in the store they are as they were. */
  readonly planned: Set<string>;
  /** Items written in this chunk, by itemKey: a page asked for meanwhile may show them as they were. */
  readonly written: Set<string>;
  /** Master ids of pairs that pause or ended because an item stopped meeting the criteria. */
  readonly paused: Set<string>;
  /** Held fields that were told in this run already. */
  readonly noted: Set<string>;
  /** Sides that tell of comments or files apart from their items, and of which nobody knows since when: all pairs are looked at. */
  readonly unwatched: Set<Side>;
  /** References whose item has no partner yet, to be told at the end if they still wait. */
  readonly waiting: Map<string, { readonly field: Held; readonly ids: { readonly masterId: string; readonly targetId: string; readonly name: string } }>;
}

/** Items at hand, and those to be looked at whatever their versions say, as itemKey. */
export interface Looked {
  readonly items: Readonly<Record<Side, ReadonlyMap<string, Item>>>;
  readonly forced: ReadonlySet<string>;
}

export type CopyKind = "comment" | "attachment";

const isCopy = (kind: Intent["kind"]): kind is CopyKind => kind === "comment" || kind === "attachment";

/** Of a copy on its way: the side and item it goes to, and what it is made from. */
export const copyKey = ({ kind, to, itemId, originalId }: { readonly kind: CopyKind; readonly to: Side; readonly itemId: string; readonly originalId: string }): string => JSON.stringify([kind, to, itemId, originalId]);

/** One text for a side and an id: ids of two systems may be the same. */
export const itemKey = (side: Side, id: string): string => `${side}\0${id}`;

/** What earlier chunks wrote stands in the store by now: however many there are, memory holds one of them. */
export const beginChunk = (run: SetRun): void => {
  run.latest.clear();
  run.made.clear();
  run.adopted.clear();
  run.written.clear();
  // What a dry run would have made stands nowhere else.
  if (run.options.dryRun !== true) run.resolver.forgetPartners();
};

/** The newest state known of an item; asked for only by what looks at comments and attachments. */
export const noteState = (run: SetRun, side: Side, id: string, { version, changedAt }: { readonly version: string; readonly changedAt: Instant }): void => {
  if (hasExtras(run.set)) run.latest.set(itemKey(side, id), { version, changedAt });
};

/** What is not in quarantine is due. */
export const isDue = (run: SetRun, side: Side, id: string, now: Instant): boolean => {
  const row = run.quarantine.get(itemKey(side, id));
  return row === undefined || row.nextAt <= now;
};

const group = <T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
};

/**
 * Comments and attachments are looked at after fields: until they are, the version kept with a pair stays the one up to
 * which everything was carried over, so that a crash in between finds the pair again.
 */
export const hasExtras = (set: SyncSet): boolean => set.comments !== undefined || set.attachments !== undefined;

const restoredFrom = (from: Instant): Restored => ({ from, waiting: { master: new Map(), target: new Map() }, paired: { master: new Set(), target: new Set() }, isOver: false, isWhole: false });

/** `isBusy` false: the store is known to hold nothing that waits, and is not asked. */
export const openSetRun = async (
  given: Pick<SetRun, "context" | "options" | "set" | "tally" | "resolver" | "others" | "kin"> & { readonly row: SyncSetRow; readonly isBusy: boolean },
): Promise<SetRun> => {
  const { store } = given.context;
  // One after the other: a further connection to the database would take longer than all of them.
  const { row, isBusy, ...rest } = given;
  const edits = editsOf(given.set, row.fieldFingerprints);
  const [quarantine, pending, intents, conflicts] = isBusy ? [await store.quarantine.list(row.id), await store.pendingLinks.list(row.id), await store.journal.open(row.id), await store.conflicts.list(given.set.connection)] : [[], [], [], []];
  return {
    ...rest,
    id: row.id,
    isRecorded: edits.isSame && given.set.fingerprint === row.fingerprint,
    known: row,
    generation: row.generation,
    restored: row.restoredFrom === undefined ? undefined : restoredFrom(row.restoredFrom),
    noted: new Set(),
    unwatched: new Set(),
    waiting: new Map(),
    made: new Set(),
    written: new Set(),
    adopted: new Set(),
    planned: new Set(),
    paused: new Set(),
    latest: new Map(),
    touched: edits.touched,
    former: edits.former,
    edition: edits.edition,
    missed: ({ edition }) => edits.missedSince(edition),
    quarantine: new Map(quarantine.map((entry) => [itemKey(entry.side, entry.id), entry])),
    pending: group(pending, (link) => itemKey(link.side, link.id)),
    heldConflicts: new Map([...group(conflicts.filter(({ syncSet }) => syncSet === row.id), ({ masterId }) => masterId)].map(([masterId, rows]) => [masterId, new Set(rows.map(({ field }) => field))])),
    unsettled: new Set(),
    doubted: new Set(),
    openCopies: new Map(intents.flatMap((intent) => (isCopy(intent.kind) ? [[copyKey({ ...intent, kind: intent.kind, to: intent.side, itemId: intent.toId ?? "", originalId: intent.name }), intent] as const] : []))),
    openCreates: new Map(intents.filter((intent) => intent.kind === "create").map((intent) => [itemKey(intent.side, intent.fromId), intent])),
    replaced: new Map(),
    openUpdates: new Map(intents.filter((intent) => intent.kind === "update" && intent.toId !== undefined).map((intent) => [itemKey(intent.side, intent.toId ?? ""), intent])),
  };
};

/** What a pair says that was compared in this run. */
export const inEdition = ({ edition }: SetRun): Pick<Link, "edition"> => (edition === 0 ? {} : { edition });

/** Fields of a side that tell who made an item. */
export const makersOn = (run: SetRun, side: Side): readonly string[] => run.context.connectors[side].capabilities.makers ?? [];

/** Ids of our own accounts, asked once per run. */
export const accountsOf = (run: SetRun): Promise<Readonly<Record<Side, string>>> => onBothSides(async (side) => (await run.context.connectors[side].account()).id);
