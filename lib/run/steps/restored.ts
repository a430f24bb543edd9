// After a backup was put back: what was made since then has partners of which the store knows nothing any more. Until each
// new item of both sides has been looked for under the intent that its create had, nothing is created; what our own
// account made and nobody's partner can be told to be waits for a person.

import type { FindResult } from "../../connectors/connector.ts";
import { createIntentOf } from "../../core/sync/intent.ts";
import type { CreatePlan } from "../../core/sync/plan.ts";
import { type Instant, type Item, otherSide, type Side } from "../../core/types.ts";
import type { Intent, Link } from "../../store/store.ts";
import { adopt, nameThere, planNews, readNamed } from "./creates.ts";
import { emptyBatch, outcome, quarantined } from "./keep.ts";
import type { PairTask } from "./pairs.ts";
import { itemKey, type Restored, type SetRun } from "./setRun.ts";
import { disputedOf } from "./unfinished.ts";

const SIDES = ["master", "target"] as const;
/** Items looked for at once. */
const BATCH = 500;
/** Clocks differ, and a backup is of when it began. */
const MARGIN_MS = 3_600_000;

const fold = (name: string): string => name.normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();
const sinceOf = ({ from }: Restored): Instant => new Date(Date.parse(from) - MARGIN_MS).toISOString();

/** Whether a link of any sync set has this item at its end: ids repeat between systems, addresses do not. */
const isPartner = async (run: SetRun, side: Side, { id, url }: { readonly id: string; readonly url?: string }): Promise<boolean> => {
  const isThis = (link: Link, end: Side): boolean => link[end].id === id && (url === undefined || link[end].url === undefined ? link.syncSet === run.id && end === side : link[end].url === url);
  return (await run.context.store.links.search(id)).some((link) => SIDES.some((end) => isThis(link, end)));
};

const hold = async (run: SetRun, side: Side, items: readonly { readonly item: Item; readonly reason: string }[]): Promise<void> => {
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

/** An item without a partner: where it stands, and what its partner would be called. */
interface Single {
  readonly side: Side;
  readonly id: string;
  readonly nameThere: string;
  readonly createdAt?: Instant;
}

interface Sought {
  readonly pairs: readonly PairTask[];
  readonly absent: readonly Single[];
}

const reasonToWait = (run: SetRun, to: Side, intent: Intent, result: FindResult, disputed: ReadonlySet<Intent>): string | undefined => {
  const { dataSource } = run.set[to];
  if (disputed.has(intent)) return `${dataSource} has an item ${result.found.get(intent.intent)?.id} of this name, made since the backup that was put back, and it may be another item's partner; pair it by seedCrossReferences`;
  if (result.undecided.has(intent.intent)) return `${dataSource} does not tell which item this one got as its partner since the backup that was put back; pair it by seedCrossReferences`;
  return undefined;
};

/** Both sides have lived on since: what is empty on one is filled, where they differ the rules for conflicts decide. */
const asFirstSeen = ({ completing: _, link, ...task }: PairTask): PairTask => ({ ...task, link: { ...link, master: { ...link.master, prints: {} }, target: { ...link.target, prints: {} } } });

/** Finds the partners that these items got since the backup. */
const seek = async (run: SetRun, restored: Restored, side: Side, items: readonly Item[]): Promise<Sought> => {
  const to = otherSide(side);
  const plans: readonly CreatePlan[] = await planNews(run, side, items);
  const intents = plans.map((plan): Intent => ({ intent: createIntentOf(run.set, run.generation, to, plan.from.id), kind: "create", syncSet: run.id, side: to, fromId: plan.from.id, name: nameThere(plan), at: sinceOf(restored), prints: {} }));
  const result = await run.context.connectors[to].find(run.set[to].type, run.set[to].project, intents.map(({ intent, name, at }) => ({ intent, name, since: at })));
  const disputed = await disputedOf(run, to, intents, result.found);
  const hits: { readonly intent: Intent; readonly id: string }[] = [];
  const absent: Single[] = [];
  const held: { readonly item: Item; readonly reason: string }[] = [];
  for (const [index, intent] of intents.entries()) {
    const { from: item } = plans[index] as CreatePlan;
    const reason = reasonToWait(run, to, intent, result, disputed);
    const hit = result.found.get(intent.intent);
    if (reason !== undefined) held.push({ item, reason });
    else if (hit === undefined || (await isPartner(run, to, hit))) absent.push({ side, id: item.id, nameThere: intent.name, ...(item.createdAt === undefined ? {} : { createdAt: item.createdAt }) });
    else {
      hits.push({ intent, ...hit });
      restored.paired[to].add(hit.id);
      run.options.onPlan?.({ kind: "skip", set: run.set, side, item, reason: `its partner ${hit.id} was made after the backup that was put back: paired again` });
    }
  }
  await hold(run, side, held);
  return { pairs: run.options.dryRun === true ? [] : adopt(run, hits).map(asFirstSeen), absent };
};

function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += BATCH) yield all.slice(at, at + BATCH);
}

/** Items that our own account made, or may have made where the endpoint does not tell, and that are nobody's partner. */
interface Own {
  readonly items: readonly Item[];
  readonly isTold: boolean;
}

const ownOf = async (run: SetRun, restored: Restored, side: Side, items: readonly Item[]): Promise<Own> => {
  const { type, project } = run.set[side];
  const told = await run.context.connectors[side].ownItems?.({ type, project, ids: items.map(({ id }) => id) });
  const since = sinceOf(restored);
  const own: Item[] = [];
  for (const item of items) if ((item.intent !== undefined || (told === undefined ? (item.createdAt ?? since) >= since : told.has(item.id))) && !(await isPartner(run, side, item))) own.push(item);
  return { items: own, isTold: told !== undefined };
};

const unpaired = async (run: SetRun, restored: Restored, side: Side, ids: readonly string[]): Promise<readonly string[]> => {
  const linked = new Set((await run.context.store.links.byIds(run.id, side, ids)).map((link) => link[side].id));
  return ids.filter((id) => !linked.has(id) && !restored.paired[side].has(id));
};

/** What may be somebody's partner on a side, and cannot be told whose. */
interface Strays {
  readonly byName: Map<string, string>;
  /** When the last of them was made, where nothing but its name tells whose it is: somebody may have renamed it. */
  lastAt: Instant;
}

const ADVICE = "pair it by seedCrossReferences, delete it, or say that all of these are new: restoreDatabase --settled";

/** Holds those that may be partners; answers the others. */
const holdOwn = async (run: SetRun, restored: Restored, side: Side, ids: readonly string[], strays: Strays): Promise<readonly string[]> => {
  const left = await unpaired(run, restored, side, ids);
  const { items, isTold } = await ownOf(run, restored, side, left.length === 0 ? [] : await readNamed(run, side, left));
  for (const item of items) {
    strays.byName.set(fold(item.name), item.id);
    if (run.context.connectors[side].capabilities.marker === "search" || !isTold) strays.lastAt = [strays.lastAt, item.createdAt ?? run.context.now()].toSorted()[1] ?? "";
  }
  await hold(run, side, items.map((item) => ({ item, reason: `${isTold ? "" : "perhaps "}made by our own account since the backup that was put back, and nobody knows as whose partner; ${ADVICE}` })));
  return left.filter((id) => !items.some((item) => item.id === id));
};

/** Why an item that was looked for without success may have a partner all the same. */
const suspicion = (run: SetRun, one: Single, { byName, lastAt }: Strays): string | undefined => {
  const { dataSource } = run.set[otherSide(one.side)];
  const twin = byName.get(fold(one.nameThere));
  if (twin !== undefined) return `${dataSource} has ${twin} of this name, made by our own account since the backup that was put back; pair them by seedCrossReferences`;
  if ((one.createdAt ?? "") <= lastAt) return `its partner may be ${[...byName.values()].slice(0, 3).join(" or ")} in ${dataSource}, renamed since the backup that was put back; ${ADVICE}`;
  return undefined;
};

/** Which of the absent are surely new; the others are held. */
const newOf = async (run: SetRun, restored: Restored, absent: readonly Single[]): Promise<readonly Pick<Single, "side" | "id">[]> => {
  const strays: Readonly<Record<Side, Strays>> = { master: { byName: new Map(), lastAt: "" }, target: { byName: new Map(), lastAt: "" } };
  const left = new Set<string>();
  for (const side of SIDES)
    for (const batch of batches(absent.filter((one) => one.side === side))) for (const id of await holdOwn(run, restored, side, batch.map(({ id }) => id), strays[side])) left.add(itemKey(side, id));
  const rest = absent.filter(({ side, id }) => left.has(itemKey(side, id)));
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

/** Pairs again what belongs together, holds what is doubtful, and answers what is new. `complete` finishes pairs. */
export const lookForLost = async (run: SetRun, complete: (pairs: readonly PairTask[]) => Promise<void>): Promise<readonly Pick<Single, "side" | "id">[]> => {
  const { restored } = run;
  if (restored === undefined) return [];
  const absent: Single[] = [];
  for (const side of SIDES)
    for (const ids of batches([...restored.waiting[side]])) {
      // What an item of the other side was made for needs no partner of its own.
      const left = await unpaired(run, restored, side, ids);
      const items = left.length === 0 ? [] : await readNamed(run, side, left);
      const sought = await seek(run, restored, side, items);
      await complete(sought.pairs);
      absent.push(...sought.absent);
    }
  const fresh = await newOf(run, restored, absent);
  restored.isOver = true;
  return fresh;
};

/** Whether nothing is held any more that a lost day may have made. */
export const isSettled = async (run: SetRun): Promise<boolean> => {
  if (run.restored === undefined || !run.restored.isOver) return false;
  const held = await run.context.store.quarantine.list(run.id);
  for (const side of SIDES) {
    const ids = held.filter((row) => row.side === side).map(({ id }) => id);
    const linked = ids.length === 0 ? [] : await run.context.store.links.byIds(run.id, side, ids);
    if (ids.some((id) => !linked.some((link) => link[side].id === id))) return false;
  }
  return true;
};
