// One sync set in one iteration: settle what is open, read both sides, work in chunks, record, move the watermarks last.

import { begun } from "../../core/mapping/edits.ts";
import type { Link } from "../../store/store.ts";
import { type Item, otherSide, type Side, SIDES } from "../../core/types.ts";
import { onBothSides } from "./bothSides.ts";
import { itemsOfOpenCopies } from "./extras/copies.ts";
import { workOnNews } from "./creates.ts";
import { settleDeletions } from "./deletions.ts";
import { withoutDisputed } from "./guards/disputed.ts";
import { changedElsewhere } from "./extras/changedElsewhere.ts";
import { workOnExtras } from "./extras/extras.ts";
import { type AskedLinks, askLinks, type Batch, gather, type Gathered, type LinksOfItems, linksOfItems } from "./reading/gather.ts";
import { emptyBatch, type Filling, outcome } from "./keep.ts";
import { withoutKnownPartners } from "./guards/knownPartners.ts";
import { withoutLost } from "./guards/lostStore.ts";
import { refuseNamesakes } from "./guards/namesakes.ts";
import { workOnPairs } from "./pairs.ts";
import type { PairTask } from "./pairs/ready.ts";
import { asDefined, asFirstSeen, lookForLost } from "./guards/restored.ts";
import { beginReading, type Reading, readNamed, readPages } from "./reading/readSide.ts";
import { beginChunk, hasExtras, itemKey, type SetRun } from "./setRun.ts";
import { forgetSeeded, seededSetsOf } from "./guards/seeded.ts";
import { stopIfAsked } from "./stopIfAsked.ts";
import { nothingSeen, sweepPages } from "./reading/sweep.ts";
import { pairsOfOpenUpdates, settleCreates } from "./unfinished.ts";

/** Items held in memory between two writes: enough to fill the largest bulk call several times. */
const CHUNK = 1000;

interface Chunk {
  readonly items: Record<Side, Map<string, Item>>;
  readonly forced: Set<string>;
  /** Those of which only comments and attachments may have changed. */
  readonly extras: Set<string>;
  /** Of the first pages: before them nothing was written that could change the answers. */
  readonly asked: Partial<Record<Side, AskedLinks>>;
}

const emptyChunk = (): Chunk => ({ items: { master: new Map(), target: new Map() }, forced: new Set(), extras: new Set(), asked: {} });

/**
 * An item older than its state that was seen last is a lagging index's, or that of an endpoint whose clock was set back. Only
 * the item itself, read by its id, tells; if it is as old there too, what was seen last is what it says now.
 */
const askAboutOlder = async (run: SetRun, chunk: Chunk, links: LinksOfItems): Promise<LinksOfItems> => {
  let asked = false;
  for (const side of SIDES) {
    const items = chunk.items[side];
    const older = links[side].filter((link) => (items.get(link[side].id)?.changedAt ?? "") < (link[side].changedAt ?? "") && link.state !== "unlinked");
    if (older.length === 0 || run.options.dryRun === true) continue;
    const read = new Map((await readNamed(run, side, older.map((link) => link[side].id), true)).map((item) => [item.id, item]));
    const back = older.flatMap((link) => {
      const item = read.get(link[side].id);
      if (item === undefined) return [];
      items.set(item.id, item);
      return item.changedAt < (link[side].changedAt ?? "") ? [{ ...link, [side]: { ...link[side], changedAt: item.changedAt } }] : [];
    });
    await run.context.store.record({ links: back }, run.context.lease);
    asked = true;
  }
  return asked ? linksOfItems(run, chunk.items) : links;
};

/** Of items that get no partner as they are now nothing waits any more; after a backup was put back that is to be seen first. */
const withoutHope = (run: SetRun, skipped: Gathered["skipped"]): readonly { readonly syncSet: number; readonly side: Side; readonly id: string }[] =>
  run.restored !== undefined || run.options.only !== undefined
    ? []
    : skipped.flatMap(({ side, item, waits }) => (waits === undefined || run.openCreates.has(itemKey(otherSide(side), item.id)) || !run.quarantine.delete(itemKey(side, item.id)) ? [] : [{ syncSet: run.id, side, id: item.id }]));

const work = async (run: SetRun, chunk: Chunk): Promise<void> => {
  if (chunk.items.master.size + chunk.items.target.size === 0) return;
  stopIfAsked(run);
  beginChunk(run);
  const links = await askAboutOlder(run, chunk, await linksOfItems(run, chunk.items, chunk.asked));
  const batch: Batch = { ...chunk.items, forced: chunk.forced };
  const gathered = await gather(run, batch, links);
  const unknown = await withoutKnownPartners(run, await withoutLost(run, gathered));
  const news = await withoutDisputed(run, unknown);
  await refuseNamesakes(run, { ...gathered, news });
  run.tally.count("recorded", "master", gathered.acknowledged.length);
  if (run.options.dryRun !== true) {
    const skips = gathered.skipped.map(({ side, item, reason }) => outcome(run, otherSide(side), "skip", reason, { [`${side}Id`]: item.id, name: item.name }));
    await run.context.store.record({ links: gathered.acknowledged, outcomes: skips, removeQuarantine: withoutHope(run, gathered.skipped) }, run.context.lease);
  }
  await workOnPairs(run, gathered.pairs);
  await workOnPairs(run, await workOnNews(run, news));
  await workOnExtras(run, { items: chunk.items, forced: new Set([...chunk.forced, ...chunk.extras]) });
};

/** Items whose turn has come again: from quarantine, and those that a lost create leaves to be made. */
const addDue = async (run: SetRun, chunk: Chunk, again: readonly { readonly side: Side; readonly id: string }[]): Promise<void> => {
  const now = run.context.now();
  for (const side of SIDES) {
    const due = new Set([...run.quarantine.values()].filter((row) => row.side === side && row.nextAt <= now).map((row) => row.id));
    const ids = new Set([...due, ...again.filter((entry) => entry.side === side).map((entry) => entry.id)]);
    // A page may hold it as it was when last carried over (readings overlap): that it is at hand is no reason to pass its comments by.
    for (const id of [...ids].filter((one) => chunk.items[side].has(one))) {
      (due.has(id) ? chunk.forced : chunk.extras).add(itemKey(side, id));
      ids.delete(id);
    }
    if (ids.size === 0) continue;
    const items = await readNamed(run, side, [...ids]);
    for (const item of items) {
      chunk.items[side].set(item.id, item);
      chunk.forced.add(itemKey(side, item.id));
    }
    await dropVanished(run, side, [...ids].filter((id) => !items.some((item) => item.id === id)));
  }
};

/** An unpaired item in quarantine that is no longer there has nothing left to be tried. */
const dropVanished = async (run: SetRun, side: Side, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0 || run.options.dryRun === true) return;
  const linked = new Set((await run.context.store.links.byIds(run.id, side, ids)).map((link) => link[side].id));
  const gone = ids.filter((id) => !linked.has(id) && !run.openCreates.has(itemKey(otherSide(side), id)));
  for (const id of gone) run.quarantine.delete(itemKey(side, id));
  await run.context.store.record({ removeQuarantine: gone.map((id) => ({ syncSet: run.id, side, id })) }, run.context.lease);
};

/** A pair found again was no pair when the chunk of its item was worked on: its comments come now. */
const extrasOfAdopted = async (run: SetRun, pairs: readonly PairTask[]): Promise<void> => {
  if (!hasExtras(run.set) || pairs.length === 0) return;
  const items = await readNamed(run, "master", pairs.map((pair) => pair.link.master.id));
  await workOnExtras(run, { items: { master: new Map(items.map((item) => [item.id, item])), target: new Map() }, forced: new Set() });
};

const completeFound = async (run: SetRun, pairs: readonly PairTask[]): Promise<void> => {
  await workOnPairs(run, pairs);
  await extrasOfAdopted(run, pairs);
};

const settleOpen = async (run: SetRun): Promise<readonly { readonly side: Side; readonly id: string }[]> => {
  const settled = await settleCreates(run);
  await completeFound(run, run.restored === undefined ? settled.pairs : settled.pairs.map(asFirstSeen));
  await workOnPairs(run, await pairsOfOpenUpdates(run));
  return settled.again;
};

/** What is new indeed, after a backup was put back. */
const workOnLost = async (run: SetRun): Promise<void> => {
  const fresh = await lookForLost(run, (pairs) => completeFound(run, pairs));
  for (let at = 0; at < fresh.length; at += CHUNK) {
    const chunk = emptyChunk();
    await addDue(run, chunk, fresh.slice(at, at + CHUNK));
    await work(run, chunk);
  }
};

/** Once for all sync sets of an iteration. */
const seededSets = new WeakMap<object, Promise<ReadonlySet<string>>>();

const hasSeeded = async ({ context, set }: SetRun): Promise<boolean> => {
  const asked = seededSets.get(context) ?? seededSetsOf(context, set.connection);
  seededSets.set(context, asked);
  return (await asked).has(set.key);
};

/** Seeded pairs that no page held, as nothing of theirs has changed: nobody has compared them yet, or they wait for somebody to say who wins, which is said now. */
const workOnSeeded = async (run: SetRun): Promise<void> => {
  const isSaid = (run.options.adopt ?? "hold") !== "hold";
  if (!isSaid && !(await hasSeeded(run))) return;
  const isFresh = (link: Link): boolean => SIDES.every((side) => Object.keys(link[side].prints).length === 0);
  for await (const page of run.context.store.links.scan(run.id, "master", CHUNK)) {
    const fresh = page.filter((link) => link.state === "adopting" && !run.planned.has(link.master.id) && (isSaid || isFresh(link)));
    const chunk = emptyChunk();
    await addDue(run, chunk, fresh.map((link) => ({ side: "master", id: link.master.id })));
    await work(run, chunk);
  }
};

/** Creates whose reply was lost in this very run are looked for before the sync set ends: one more try, then quarantine. */
const settleDoubts = async (run: SetRun): Promise<void> => {
  if (run.openCreates.size === 0) return;
  const again = await settleOpen(run);
  const chunk = emptyChunk();
  await addDue(run, chunk, again);
  await work(run, chunk);
  if (run.openCreates.size > 0) await settleOpen(run);
};

type Pages = AsyncIterator<readonly Item[]>;

/** What this chunk wrote while the page was asked for is read by its id: the page may show it as it was. */
const addPage = async (run: SetRun, chunk: Chunk, side: Side, page: readonly Item[]): Promise<void> => {
  const stale = page.filter((item) => run.written.has(itemKey(side, item.id)));
  for (const item of page) chunk.items[side].set(item.id, item);
  if (stale.length === 0) return;
  const again = new Map((await readNamed(run, side, stale.map((item) => item.id), true)).map((item) => [item.id, item]));
  for (const { id } of stale) {
    const item = again.get(id);
    if (item === undefined) chunk.items[side].delete(id);
    else chunk.items[side].set(id, item);
  }
};

/** Works on the chunk while the next page is on its way. Both are over when this returns, also if one fails. */
const workMeanwhile = async (run: SetRun, chunk: Chunk, pages: Pages): Promise<IteratorResult<readonly Item[]>> => {
  const [worked, next] = await Promise.allSettled([work(run, chunk), pages.next()]);
  if (worked.status === "rejected") throw worked.reason;
  if (next.status === "rejected") throw next.reason;
  return next.value;
};

const nextPages = async (run: SetRun, readers: Readonly<Record<Side, Pages>>): Promise<Chunk> => {
  const size = run.options.chunk ?? CHUNK;
  let chunk = emptyChunk();
  const { asked } = chunk;
  const begin = async (side: Side): Promise<IteratorResult<readonly Item[]>> => {
    const page = await readers[side].next();
    if (page.done !== true) asked[side] = askLinks(run, side, page.value, asked[otherSide(side)]);
    return page;
  };
  // The first pages of both sides: mostly they are all there is. A sweep of the target begins late, so that it sees what was made.
  const first: Partial<Record<Side, IteratorResult<readonly Item[]>>> = run.options.sweep === true ? {} : await onBothSides(begin);
  for (const side of SIDES) if (first[side]?.done === false) await addPage(run, chunk, side, first[side].value);
  for (const side of SIDES) {
    let next = first[side] ?? (await readers[side].next());
    if (first[side] === undefined && next.done !== true) await addPage(run, chunk, side, next.value);
    while (next.done !== true) {
      const isFull = chunk.items.master.size + chunk.items.target.size >= size;
      next = isFull ? await workMeanwhile(run, chunk, readers[side]) : await readers[side].next();
      if (isFull) chunk = emptyChunk();
      if (next.done !== true) await addPage(run, chunk, side, next.value);
    }
  }
  return chunk;
};

/** Works on full chunks of what both sides give; answers the last one, which is not full. */
const workOnPages = async (run: SetRun, pagesOf: (side: Side) => AsyncIterable<readonly Item[]>): Promise<Chunk> => {
  const readers = { master: pagesOf("master")[Symbol.asyncIterator](), target: pagesOf("target")[Symbol.asyncIterator]() };
  try {
    return await nextPages(run, readers);
  } finally {
    for (const side of SIDES) await readers[side].return?.();
  }
};

/** Before anything is written by a changed definition: if the run never ends, some pairs have it and others not. */
const noteBegun = async (run: SetRun): Promise<void> => {
  if (run.touched.size === 0 || run.options.dryRun === true) return;
  await run.context.store.record({ syncSets: [{ id: run.id, fingerprint: run.known.fingerprint, fieldFingerprints: begun(run.set, run.known.fieldFingerprints) }] }, run.context.lease);
};

/** Records as it goes. Throws what stops a sync set as a whole: its watermarks have not moved then. */
export const runSyncSet = async (run: SetRun): Promise<void> => {
  await noteBegun(run);
  const again = await settleOpen(run);
  const { watermarks } = run.context.store;
  const marks = await watermarks.both(run.id);
  const begun = await onBothSides((side) => beginReading(run, side, marks[side]));
  const told = await onBothSides((side) => changedElsewhere(run, begun[side]));
  const readings = { master: told.master.reading, target: told.target.reading };
  const elsewhere = SIDES.flatMap((side) => told[side].ids.map((id) => ({ side, id })));
  const seen = { master: nothingSeen(), target: nothingSeen() };
  const chunk = await workOnPages(run, (side) => (run.options.sweep === true ? sweepPages(run, readings[side], seen[side]) : readPages(run, readings[side])));
  await addDue(run, chunk, [...again, ...elsewhere, ...(await itemsOfOpenCopies(run))]);
  await work(run, chunk);
  await workOnSeeded(run);
  await workOnLost(run);
  await settleDoubts(run);
  if (run.options.sweep === true) await settleDeletions(run, seen);
  await endSet(run, readings);
};

/** What waits in a field that is mapped no more waits for nothing; the fingerprints of the pair find it again if the mapping is put back. */
const forgetUnmapped = (run: SetRun, batch: Filling): void => {
  const isMapped = (key: string): boolean => run.set.fields.some((mapping) => mapping.key === key);
  batch.removeConflicts.push(...[...run.heldConflicts].flatMap(([masterId, keys]) => [...keys].filter((key) => !isMapped(key)).map((field) => ({ syncSet: run.id, masterId, field }))));
  batch.removePendingLinks.push(...[...run.pending.values()].flat().filter(({ field }) => !isMapped(field)));
};

const endSet = async (run: SetRun, readings: Readonly<Record<Side, Reading>>): Promise<void> => {
  const { capabilities } = run.context.connectors.master;
  run.tally.endSet({ master: capabilities, target: run.context.connectors.target.capabilities });
  if (run.options.dryRun === true) return;
  const batch = emptyBatch();
  batch.watermarks.push(...SIDES.map((side) => readings[side]).map(({ side, startedAt }) => ({ syncSet: run.id, side, at: startedAt, ...(run.options.sweep === true ? { sweptAt: startedAt } : {}) })));
  if (!run.isRecorded) batch.syncSets.push(asDefined(run));
  forgetUnmapped(run, batch);
  if (run.restored !== undefined) run.restored.isWhole = run.options.sweep === true || SIDES.every((side) => readings[side].since === undefined);
  await run.context.store.record(batch, run.context.lease);
  if (run.options.only === undefined && (await hasSeeded(run))) await forgetSeeded(run.context, run.set.connection, run.set.key);
};

/** Pending links whose awaited item has a partner by now. */
export const resolvablePairs = async (run: SetRun, awaited: (side: Side, type: string, id: string) => boolean): Promise<readonly PairTask[]> => {
  const tasks: PairTask[] = [];
  for (const links of run.pending.values()) {
    const ready = links.find((link) => awaited(otherSide(link.side), link.awaitedType, link.awaitedId));
    if (ready === undefined) continue;
    const [link] = await run.context.store.links.byIds(run.id, ready.side, [ready.id]);
    if (link !== undefined && link.state !== "unlinked" && !run.paused.has(link.master.id)) tasks.push({ link, because: otherSide(ready.side) });
  }
  return tasks;
};
