// Hands the cross references of a connection to another that takes its place, because it or its types are called otherwise:
// pairs with all that is known of them, so that the next iteration creates nothing and compares only what was mapped anew.

import { GuardError, UsageError } from "../core/errors.ts";
import { nowCalled, type Rename, successionOf } from "../core/links/renames.ts";
import { setOfKey } from "../core/links/model.ts";
import type { SyncSet } from "../core/mapping/model.ts";
import { otherSide, SIDES } from "../core/types.ts";
import type { Lease, Link, RecordBatch, SyncSetId, SyncSetRow } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { handOverDeclined } from "./match/declinedFacts.ts";
import { handOverDisputed } from "./steps/guards/disputedFacts.ts";
import { heldBack, unfinishedOf } from "./steps/guards/heldBack.ts";
import { noteSeeded } from "./steps/guards/seeded.ts";

export interface CopyOptions {
  readonly from: string;
  readonly renames: readonly Rename[];
  readonly dryRun: boolean;
}

export interface RefusedLink {
  readonly syncSet: string;
  readonly masterId: string;
  readonly targetId: string;
  readonly reason: string;
}

export interface CopiedSet {
  readonly from: string;
  readonly syncSet: string;
  readonly copied: number;
  readonly unchanged: number;
  readonly refused: number;
}

export interface CopyResult {
  readonly connection: string;
  readonly from: string;
  readonly sets: readonly CopiedSet[];
  readonly refused: readonly RefusedLink[];
  /** Sync sets of the earlier connection whose pairs nobody takes over. */
  readonly left: readonly { readonly syncSet: string; readonly links: number }[];
  readonly dryRun: boolean;
  /** Stopped before all was copied; the same again goes on. */
  readonly stopped: boolean;
}

const PAGE = 1000;
const SAMPLE = 20;

const SCRIPT = "copyCrossReferences";

interface Work {
  readonly context: ConnectionContext;
  readonly options: CopyOptions;
  readonly lease: Lease | undefined;
  readonly old: SyncSetRow;
  readonly set: SyncSet;
  /** Of the new sync set; undefined in a dry run that finds none. */
  readonly id: SyncSetId | undefined;
  /** An earlier copy was broken off: nothing has run since. */
  readonly goesOn: boolean;
}

/** Ids of another system would make pairs of strangers: some of the items must be there. */
const checkItems = async ({ context, old, set }: Work): Promise<void> => {
  for await (const page of context.store.links.scan(old.id, "master", SAMPLE)) {
    const some = page.filter((link) => link.state === "active").slice(0, SAMPLE);
    for (const side of SIDES) {
      const { type, project, dataSource } = set[side];
      if (some.length === 0 || (await context.connectors[side].get({ type, project, ids: some.map((link) => link[side].id), fields: [] })).length > 0) continue;
      throw new GuardError(`none of ${some.length} paired items of ${old.key} is a ${type} of project ${project} in ${dataSource}`, "cross references can only go on in the same two systems; check the data sources and --rename");
    }
    return;
  }
};

interface Sorted {
  readonly add: readonly Link[];
  readonly unchanged: number;
  readonly refused: readonly RefusedLink[];
}

const sortPage = async ({ context, set, id }: Work, page: readonly Link[]): Promise<Sorted> => {
  const { links } = context.store;
  const partners = {
    master: new Map(id === undefined ? [] : (await links.byIds(id, "master", page.map((link) => link.master.id))).map((link) => [link.master.id, link.target.id])),
    target: new Map(id === undefined ? [] : (await links.byIds(id, "target", page.map((link) => link.target.id))).map((link) => [link.target.id, link.master.id])),
  };
  const add: Link[] = [];
  const refused: RefusedLink[] = [];
  let unchanged = 0;
  for (const link of page) {
    const [target, master] = [partners.master.get(link.master.id), partners.target.get(link.target.id)];
    const reason = target !== undefined && target !== link.target.id ? `master item ${link.master.id} is paired with ${target} already` : master !== undefined && master !== link.master.id ? `target item ${link.target.id} is paired with ${master} already` : undefined;
    if (reason !== undefined) refused.push({ syncSet: set.key, masterId: link.master.id, targetId: link.target.id, reason });
    else if (target !== undefined) unchanged++;
    else add.push(link);
  }
  return { add, unchanged, refused };
};

/** With the fingerprints of the mappings under which the pairs were compared: what differs from them is compared anew. */
const batchOf = async ({ context, old }: Work, id: SyncSetId, add: readonly Link[]): Promise<RecordBatch> => {
  const { subLinks, baseTexts } = context.store;
  const ids = add.map((link) => link.master.id);
  const subs = [...(await subLinks.ofItems(old.id, "comment", ids)), ...(await subLinks.ofItems(old.id, "attachment", ids))];
  return {
    syncSets: [{ id, fingerprint: old.fingerprint, fieldFingerprints: old.fieldFingerprints }],
    links: add.map((link) => ({ ...link, syncSet: id })),
    subLinks: subs.map((link) => ({ ...link, syncSet: id })),
    baseTexts: (await baseTexts.ofItems(old.id, ids)).map((base) => ({ ...base, syncSet: id })),
  };
};

/**
 * How far it was read, and what waits; last, and not again once the new connection may have run. Writes in hand move: whichever
 * connection runs next may settle them, but only one.
 */
const finish = async ({ context, options, lease, old, id, goesOn }: Work & { readonly id: SyncSetId }, copied: number): Promise<void> => {
  const { store } = context;
  const intents = await store.journal.open(old.id);
  const marks = [];
  for (const side of SIDES) {
    const mark = await store.watermarks.get(old.id, side);
    if (mark !== undefined && (await store.watermarks.get(id, side)) === undefined) marks.push({ ...mark, syncSet: id });
  }
  const batch: RecordBatch = { closeIntents: intents.map((intent) => intent.intent), openIntents: intents.map((intent) => ({ ...intent, syncSet: id })), watermarks: marks };
  if (copied === 0 && marks.length === 0 && !goesOn) return store.record(batch, lease);
  const conflicts = (await store.conflicts.list(options.from)).filter((conflict) => conflict.syncSet === old.id);
  await store.record(
    {
      ...batch,
      pendingLinks: (await store.pendingLinks.list(old.id)).map((link) => ({ ...link, syncSet: id, awaitedType: nowCalled(options.renames, otherSide(link.side), link.awaitedType) })),
      quarantine: (await store.quarantine.list(old.id)).map((row) => ({ ...row, syncSet: id })),
      conflicts: conflicts.map(({ syncSetKey: _, ...conflict }) => ({ ...conflict, syncSet: id })),
    },
    lease,
  );
};

const copySet = async (work: Work): Promise<CopiedSet & { readonly refusals: readonly RefusedLink[] }> => {
  const { context, options, lease, old, set, id } = work;
  const refusals: RefusedLink[] = [];
  let [copied, unchanged] = [0, 0];
  if (!options.dryRun) await handOverDisputed(context.store, { connection: options.from, set: setOfKey(old.key, options.from) }, { connection: context.connection.name, set });
  if (!options.dryRun) await handOverDeclined(context, old.key, set.key);
  for await (const page of context.store.links.scan(old.id, "master", PAGE)) {
    if (context.stop.aborted) break;
    const sorted = await sortPage(work, page);
    if (!options.dryRun && sorted.add.some(({ state }) => state === "adopting")) await noteSeeded(context, context.connection.name, [set.key], context.now());
    if (!options.dryRun && id !== undefined && sorted.add.length > 0) await context.store.record(await batchOf(work, id, sorted.add), lease);
    copied += sorted.add.length;
    unchanged += sorted.unchanged;
    refusals.push(...sorted.refused);
    context.progress.update(`cross references of ${set.key}`, copied + unchanged + refusals.length);
  }
  if (!options.dryRun && id !== undefined && !context.stop.aborted) await finish({ ...work, id }, copied);
  return { from: old.key, syncSet: set.key, copied, unchanged, refused: refusals.length, refusals };
};

/** Under the locks of both connections. Throws UsageError where the renames leave a doubt, GuardError for other systems. */
export const copyCrossReferences = async (context: ConnectionContext, options: CopyOptions, lease?: Lease): Promise<CopyResult> => {
  const { store, connection } = context;
  const earlier = await store.syncSets.list(options.from);
  if (earlier.length === 0) throw new UsageError(`nothing is known of a connection "${options.from}"`, "--from names the connection as it was called when it ran");
  if ((await store.syncSets.holdings(options.from)).links === 0) throw new UsageError(`${options.from} holds no cross references any more`, "it was deleted, or never made a pair; a file of exportCrossReferences or a backup brings them back (seedCrossReferences)");
  // In a connection whose types or projects were renamed, what is called as before goes on by itself.
  const isRenamed = (set: SyncSet): boolean => options.from !== connection.name || SIDES.some((side) => options.renames.some((rename) => rename.to === set[side].type || rename.to === set[side].project));
  const sets = connection.syncSets.filter(isRenamed);
  const keys = earlier.map((row) => row.key).filter((key) => !connection.syncSets.some((set) => set.key === key));
  const { pairs, left, problems } = successionOf({ name: options.from, keys }, sets, options.renames);
  if (problems.length > 0) throw new UsageError(problems.join("; "), `${options.from} has ${keys.join(", ") || "no sync set beside those that are mapped"}; ${connection.name} has ${sets.map((set) => set.key).join(", ") || "none of the new name: put it into its file first"}`);
  const chosen = sets.filter((set) => pairs.has(set.key));
  const known = options.dryRun ? await store.syncSets.list(connection.name) : await store.syncSets.ensure(connection.name, chosen.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const done: (CopiedSet & { readonly refusals: readonly RefusedLink[] })[] = [];
  const goesOn = (await unfinishedOf(context, connection.name)).includes(SCRIPT);
  const works = chosen.flatMap((set): readonly Work[] => {
    const old = earlier.find((row) => row.key === pairs.get(set.key));
    return old === undefined ? [] : [{ context, options, lease, old, set, goesOn, id: known.find((row) => row.key === set.key)?.id }];
  });
  for (const work of works) await checkItems(work);
  const copyAll = async (): Promise<void> => {
    for (const work of works) if (!context.stop.aborted) done.push(await copySet(work));
  };
  await (options.dryRun ? copyAll() : heldBack(context, SCRIPT, copyAll, () => !context.stop.aborted));
  context.progress.done();
  const counted = await Promise.all(earlier.filter((row) => left.includes(row.key)).map(async (row) => ({ syncSet: row.key, links: await store.links.count(row.id) })));
  return { connection: connection.name, from: options.from, sets: done.map(({ refusals: _, ...set }) => set), refused: done.flatMap((set) => set.refusals), left: counted.filter((row) => row.links > 0), dryRun: options.dryRun, stopped: context.stop.aborted };
};
