// What our own account made since a backup that was put back, and nobody's partner can be told to be: it is held for a person,
// and with it what it may have been made for. Makes nothing, pairs nothing.

import { type Instant, type Item, otherSide, type Side, SIDES } from "../../../core/types.ts";
import type { Link } from "../../../store/store.ts";
import { readNamed } from "../reading/readSide.ts";
import { emptyBatch, outcome, quarantined } from "../keep.ts";
import { itemKey, type Restored, type SetRun } from "../setRun.ts";
import { fold } from "./namesakes.ts";

/** Items looked for at once. */
const BATCH = 500;
/** Clocks differ, and a backup is of when it began. */
const MARGIN_MS = 3_600_000;

/** With a margin before the backup: its clock and the endpoint's are two. */
export const sinceOf = ({ from }: Restored): Instant => new Date(Date.parse(from) - MARGIN_MS).toISOString();

/** As many as one question to a store or an endpoint may well be about. */
export function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += BATCH) yield all.slice(at, at + BATCH);
}

/** Whether a link of any sync set has this item at its end: ids repeat between systems, addresses do not. */
export const isPartner = async (run: SetRun, side: Side, { id, url }: { readonly id: string; readonly url?: string }): Promise<boolean> => {
  const isThis = (link: Link, end: Side): boolean => link[end].id === id && (url === undefined || link[end].url === undefined ? link.syncSet === run.id && end === side : link[end].url === url);
  return (await run.context.store.links.search(id)).some((link) => SIDES.some((end) => isThis(link, end)));
};

export interface Held {
  readonly item: Item;
  readonly reason: string;
}

/** In quarantine, with an outcome each. A dry run only tells of them. */
export const hold = async (run: SetRun, side: Side, items: readonly Held[]): Promise<void> => {
  const batch = emptyBatch();
  for (const { item, reason } of items) {
    run.tally.count("held", otherSide(side));
    run.options.onPlan?.({ kind: "skip", set: run.set, side, item, reason });
    if (run.options.dryRun === true) continue;
    batch.quarantine.push(quarantined(run, side, item, reason, run.context.now()));
    batch.outcomes.push(outcome(run, otherSide(side), "hold", reason, { [`${side}Id`]: item.id, name: item.name }));
  }
  await run.context.store.record(batch, run.context.lease);
};

/** An item without a partner: where it stands, what its partner would be called, and whether it is to get one now. */
export interface Single {
  readonly side: Side;
  readonly id: string;
  readonly nameThere: string;
  readonly isDue: boolean;
  readonly createdAt?: Instant;
}

/** Those that neither the store nor this search has a partner for. */
export const unpaired = async (run: SetRun, restored: Restored, side: Side, ids: readonly string[]): Promise<readonly string[]> => {
  const linked = new Set((await run.context.store.links.byIds(run.id, side, ids)).map((link) => link[side].id));
  return ids.filter((id) => !linked.has(id) && !restored.paired[side].has(id));
};

/** Items that our own account made, or may have made where the endpoint does not tell, and that are nobody's partner. */
interface Own {
  readonly items: readonly Item[];
  readonly isTold: boolean;
}

/** What gets no partner now is held only where it is surely ours and young: it is somebody's partner, and whose will show. */
const ownOf = async (run: SetRun, restored: Restored, side: Side, singles: readonly Single[]): Promise<Own> => {
  const { type, project } = run.set[side];
  const told = singles.length === 0 ? undefined : await run.context.connectors[side].ownItems?.({ type, project, ids: singles.map(({ id }) => id) });
  const since = sinceOf(restored);
  const due = new Set(singles.flatMap(({ id, isDue }) => (isDue ? [id] : [])));
  const ids = singles.map(({ id }) => id).filter((id) => due.has(id) || told?.has(id) === true);
  const isOwn = (item: Item): boolean => {
    const isYoung = (item.createdAt ?? since) >= since;
    return due.has(item.id) ? item.intent !== undefined || (told === undefined ? isYoung : told.has(item.id)) : isYoung;
  };
  const own: Item[] = [];
  for (const item of ids.length === 0 ? [] : await readNamed(run, side, ids)) if (isOwn(item) && !(await isPartner(run, side, item))) own.push(item);
  return { items: own, isTold: told !== undefined };
};

/** What may be somebody's partner on a side, and cannot be told whose. */
interface Strays {
  readonly byName: Map<string, string>;
  /** When the last of them was made, where nothing but its name tells whose it is: somebody may have renamed it. */
  lastAt: Instant;
}

const ADVICE = "pair it by seedCrossReferences, delete it, or say that all of these are new: restoreDatabase --settled";

const add = (strays: Strays, item: Item, now: Instant): void => {
  strays.byName.set(fold(item.name), item.id);
  strays.lastAt = [strays.lastAt, item.createdAt ?? now].toSorted()[1] ?? "";
};

const addOwn = (run: SetRun, side: Side, { items, isTold }: Own, strays: Strays): void => {
  const isNamedOnly = run.context.connectors[side].capabilities.marker === "search" || !isTold;
  for (const item of items) {
    if (isNamedOnly) add(strays, item, run.context.now());
    else strays.byName.set(fold(item.name), item.id);
  }
};

/** What an earlier run held and is not due yet may be the partner of what came since: moved here, or in the criteria only now. */
const addHeld = async (run: SetRun, restored: Restored, side: Side, strays: Strays): Promise<void> => {
  const held = [...run.quarantine.values()].flatMap((row) => (row.side === side && !restored.waiting[side].has(row.id) ? [row.id] : []));
  for (const batch of batches(held)) {
    const singles = (await unpaired(run, restored, side, batch)).map((id): Single => ({ side, id, nameThere: "", isDue: true }));
    addOwn(run, side, await ownOf(run, restored, side, singles), strays);
  }
};

/**
 * What another pair of projects made on this side for an item that was moved from there and renamed: where a name is all there is
 * to find it by, nobody finds it. Until that pair has found whose it is, it may be the partner of any item that is older.
 */
const addElsewhere = async (run: SetRun, restored: Restored, side: Side, strays: Strays): Promise<void> => {
  const connector = run.context.connectors[side];
  if (connector.capabilities.marker !== "search") return;
  const since = sinceOf(restored);
  for (const { set } of run.others[otherSide(side)]) {
    const { type, project } = set[side];
    for await (const page of connector.changes({ type, project, fields: [], since })) {
      const young = page.items.filter((item) => (item.createdAt ?? since) >= since);
      const told = young.length === 0 ? undefined : await connector.ownItems?.({ type, project, ids: young.map(({ id }) => id) });
      for (const item of young) if (told?.has(item.id) !== false && !(await isPartner(run, side, item))) add(strays, item, run.context.now());
    }
  }
};

/** Holds those that may be partners; answers the others. */
const holdOwn = async (run: SetRun, restored: Restored, side: Side, singles: readonly Single[], strays: Strays): Promise<readonly Single[]> => {
  const still = new Set(await unpaired(run, restored, side, singles.map(({ id }) => id)));
  const left = singles.filter(({ id }) => still.has(id));
  const { items, isTold } = await ownOf(run, restored, side, left);
  addOwn(run, side, { items, isTold }, strays);
  await hold(run, side, items.map((item) => ({ item, reason: `${isTold ? "" : "perhaps "}made by our own account since the backup that was put back, and nobody knows as whose partner; ${ADVICE}` })));
  return left.filter(({ id }) => !items.some((item) => item.id === id));
};

/** Why an item that was looked for without success may have a partner all the same. */
const suspicion = (run: SetRun, one: Single, { byName, lastAt }: Strays): string | undefined => {
  const { dataSource } = run.set[otherSide(one.side)];
  const twin = byName.get(fold(one.nameThere));
  if (twin !== undefined) return `${dataSource} has ${twin} of this name, made by our own account since the backup that was put back; pair them by seedCrossReferences`;
  if (lastAt !== "" && (one.createdAt ?? "") <= lastAt) return `its partner may be ${[...byName.values()].slice(0, 3).join(" or ")} in ${dataSource}, renamed since the backup that was put back; ${ADVICE}`;
  return undefined;
};

/** Which of the absent are surely new and get a partner now; those in doubt are held. */
export const newOf = async (run: SetRun, restored: Restored, absent: readonly Single[]): Promise<readonly Pick<Single, "side" | "id">[]> => {
  const strays: Readonly<Record<Side, Strays>> = { master: { byName: new Map(), lastAt: "" }, target: { byName: new Map(), lastAt: "" } };
  const rest: Single[] = [];
  for (const side of SIDES)
    for (const batch of batches(absent.filter((one) => one.side === side))) rest.push(...(await holdOwn(run, restored, side, batch, strays[side])).filter(({ isDue }) => isDue));
  for (const side of SIDES) {
    if (!rest.some((one) => one.side !== side)) continue;
    await addHeld(run, restored, side, strays[side]);
    await addElsewhere(run, restored, side, strays[side]);
  }
  const doubts = new Map(rest.flatMap((one) => {
    const reason = suspicion(run, one, strays[otherSide(one.side)]);
    return reason === undefined ? [] : [[itemKey(one.side, one.id), reason] as const];
  }));
  for (const side of SIDES)
    for (const batch of batches(rest.filter((one) => one.side === side && doubts.has(itemKey(side, one.id))))) {
      const items = await readNamed(run, side, batch.map(({ id }) => id));
      await hold(run, side, items.map((item) => ({ item, reason: doubts.get(itemKey(side, item.id)) ?? "" })));
    }
  return rest.filter(({ side, id }) => !doubts.has(itemKey(side, id)));
};
