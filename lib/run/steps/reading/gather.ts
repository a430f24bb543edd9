// Sorts freshly read items: nothing to do, a pair to look at, or a new item. Reads cross references, no endpoint.

import { SETS } from "../../../core/mapping/fingerprints.ts";
import { fieldsOf } from "../../../core/mapping/criterion.ts";
import { type SyncSet, flows } from "../../../core/mapping/model.ts";
import { fingerprint, UNKNOWN } from "../../../core/sync/fingerprint.ts";
import { type Item, type Side, isUnseen, otherSide } from "../../../core/types.ts";
import type { Link } from "../../../store/store.ts";
import { type Judge, judgeOf } from "./judge.ts";
import { hasExtras, type SetRun, isDue, itemKey, type Waiting } from "../setRun.ts";

/** A pair of which at least one side was read; the other is fetched when it is needed. */
export interface PairWork {
  readonly link: Link;
  readonly master?: Item;
  readonly target?: Item;
  /** Side whose change (or unfinished business) brought the pair here. */
  readonly because: Side;
}

export interface NewWork {
  /** Where the item stands; its partner is to be made on the other side. */
  readonly side: Side;
  readonly item: Item;
}

export interface Gathered {
  readonly pairs: readonly PairWork[];
  readonly news: readonly NewWork[];
  /** Links whose own fingerprints moved on without anything to write: recorded only. */
  readonly acknowledged: readonly Link[];
  /** Items that get no partner, and why. */
  readonly skipped: readonly (Objection & { readonly side: Side; readonly item: Item })[];
}

export interface Batch {
  readonly master: ReadonlyMap<string, Item>;
  readonly target: ReadonlyMap<string, Item>;
  /** Items to be looked at whatever their fingerprints say, as itemKey. */
  readonly forced: ReadonlySet<string>;
}

/** An index that lags may show an item as it was before a state we have seen already: no news. */
const isStale = (item: Item, link: Link, side: Side): boolean => {
  const seen = link[side].changedAt;
  return seen !== undefined && item.changedAt < seen;
};

/** Somebody who mends a value need not wait for the next attempt. Some systems tell seconds only: within one, the version tells. */
const isNewer = (run: SetRun, link: Link, side: Side, item: Item): boolean => {
  const { changedAt, version } = link[side];
  if (changedAt === undefined || item.changedAt < changedAt) return false;
  return item.changedAt > changedAt || (!hasExtras(run.set) && version !== undefined && item.version !== version);
};

type Look = "nothing" | "acknowledge" | "look";

const lookAt = (run: SetRun, link: Link, side: Side, item: Item, now: string): Look => {
  if (link.state === "adopting") return "look";
  let result: Look = "nothing";
  const due = isDue(run, side, item.id, now) || isNewer(run, link, side, item);
  const pending = run.pending.get(itemKey(otherSide(side), link[otherSide(side)].id)) ?? [];
  if (due && run.missed(link).touched.size > 0) return "look";
  const waits = (key: string): boolean => pending.some((reference) => reference.field === key);
  for (const mapping of run.set.fields) {
    const stored = link[side].prints[mapping.key];
    if (run.touched.has(mapping.key)) return "look";
    // Told once to who waits for it, and looked at when it is due.
    if (isUnseen(item, mapping[side].name)) {
      if (due) return "look";
      continue;
    }
    if (stored === undefined) return "look";
    if (stored === UNKNOWN && waits(mapping.key)) continue;
    if (stored === UNKNOWN ? !due : stored === fingerprint(item.fields[mapping[side].name], mapping[side])) continue;
    if (stored === UNKNOWN || flows(mapping.direction, side)) return "look";
    result = "acknowledge";
  }
  return result;
};

const acknowledged = (set: SyncSet, link: Link, side: Side, item: Item): Link => {
  const prints = { ...link[side].prints };
  for (const mapping of set.fields) if (prints[mapping.key] !== UNKNOWN && !isUnseen(item, mapping[side].name)) prints[mapping.key] = fingerprint(item.fields[mapping[side].name], mapping[side]);
  return { ...link, [side]: { ...link[side], prints, ...(hasExtras(set) ? {} : { version: item.version }), changedAt: item.changedAt } };
};

/** Values that are set, not mapped, follow every change of an item, also of a field that is not mapped, and of what is said of them. */
const setsMayFollow = (run: SetRun, link: Link, side: Side, item: Item): boolean =>
  run.touched.has(SETS) || (link[side].version !== item.version && run.set.sets.some((rule) => !rule.onCreate && (rule.side === side || rule.when !== undefined || rule.value.kind === "follow")));

/** May this item's state, or the other's that was not read, end or pause the pair? */
const leavesPair = (run: SetRun, link: Link, side: Side, item: Item, judge: Judge): boolean => {
  if (run.set[side].unmatched !== undefined && !judge.meets(item, true)) return true;
  return link[side].version !== item.version && run.set[otherSide(side)].unmatched === "pause";
};

/** Why an item gets no partner, as far as the criteria say. */
const outOfCriteria = (run: SetRun, side: Side, item: Item, judge: Judge): string | undefined => {
  const { criteria } = run.set[side];
  if (criteria === undefined || judge.meets(item)) return undefined;
  if (!judge.meets(item, true)) return `does not meet the sync criteria: ${judge.unmet(item).join("; ")}`;
  return `${fieldsOf(criteria).filter((name) => isUnseen(item, name)).join(", ")} may not be read in this item on the ${side}: whether it meets the sync criteria is not known`;
};

/** Why an item gets no partner; `waits`: what it waits for all the same, where a backup was put back. */
interface Objection {
  readonly reason: string;
  readonly waits?: Waiting;
}

const mayCreate = (run: SetRun, side: Side, item: Item, now: string, judge: Judge): Objection | undefined => {
  const { set } = run;
  const to = otherSide(side);
  if (!flows(set.direction, side)) return { reason: `new ${set[side].type} items do not flow to the ${to}`, waits: "never" };
  if (!set[to].allowCreate) return { reason: `${set[to].type} items are never created in ${set[to].dataSource} (Allow Create is off)`, waits: "never" };
  const outside = outOfCriteria(run, side, item, judge);
  if (outside !== undefined) return { reason: outside, waits: "outside" };
  if (run.openCreates.has(itemKey(to, item.id))) return { reason: "an earlier create has not been settled yet" };
  if (!isDue(run, side, item.id, now)) return { reason: "waits in quarantine" };
  return undefined;
};

const isLooking = ({ restored }: SetRun): boolean => restored !== undefined && !restored.isOver;

/** New items that may get a partner now; after a backup was put back the others are noted, and looked for first (restored.ts). */
export const putOff = (run: SetRun, news: readonly NewWork[]): readonly NewWork[] => {
  if (!isLooking(run)) return news;
  for (const { side, item } of news) run.restored?.waiting[side].set(item.id, "new");
  return [];
};

/** By the side the items stand on. */
export type LinksOfItems = Readonly<Record<Side, readonly Link[]>>;

/** Cross references of a page that was asked about as soon as it came. */
export interface AskedLinks {
  readonly ids: ReadonlySet<string>;
  readonly links: Promise<readonly Link[]>;
}

/** Asks about the items of a page after what was asked `before`: two questions at once would open one more connection. */
export const askLinks = (run: SetRun, side: Side, page: readonly Item[], before: AskedLinks | undefined): AskedLinks => {
  const ids = page.map((item) => item.id);
  const ask = (): Promise<readonly Link[]> => run.context.store.links.byIds(run.id, side, ids);
  const links = before === undefined ? ask() : before.links.then(ask);
  // Told to whoever waits for it.
  links.catch(() => undefined);
  return { ids: new Set(ids), links };
};

/** `asked`: questions that went out before, while items were still being read. */
export const linksOfItems = async (run: SetRun, items: Pick<Batch, Side>, asked: Readonly<Partial<Record<Side, AskedLinks>>> = {}): Promise<LinksOfItems> => {
  const of = async (side: Side): Promise<readonly Link[]> => {
    const known = ((await asked[side]?.links) ?? []).filter((link) => items[side].has(link[side].id));
    return [...known, ...(await run.context.store.links.byIds(run.id, side, [...items[side].keys()].filter((id) => asked[side]?.ids.has(id) !== true)))];
  };
  return { master: await of("master"), target: await of("target") };
};

/** Sorts what was read: pairs to be worked on, items that have no partner, what is left alone and why. Writes nothing. */
export const gather = async (run: SetRun, batch: Batch, links: LinksOfItems): Promise<Gathered> => {
  const found = { master: new Map(links.master.map((link) => [link.master.id, link])), target: new Map(links.target.map((link) => [link.target.id, link])) };
  const now = run.context.now();
  const pairs = new Map<string, PairWork>();
  const quiet = new Map<string, Link>();
  const news: NewWork[] = [];
  const skipped: (Objection & { readonly side: Side; readonly item: Item })[] = [];
  for (const side of ["master", "target"] as const) {
    const judge = await judgeOf(run, side, [...batch[side].values()]);
    for (const item of batch[side].values()) {
      const link = found[side].get(item.id);
      if (link === undefined) {
        const objection = mayCreate(run, side, item, now, judge);
        if (objection === undefined) news.push({ side, item });
        else skipped.push({ side, item, ...objection });
        continue;
      }
      if (link.state === "unlinked" || isStale(item, link, side)) continue;
      const forced = batch.forced.has(itemKey(side, item.id));
      const seen = forced ? "look" : lookAt(run, link, side, item, now);
      const look = seen !== "look" && (setsMayFollow(run, link, side, item) || leavesPair(run, link, side, item, judge)) ? "look" : seen;
      if (look === "look") pairs.set(link.master.id, pairs.get(link.master.id) ?? { link, because: side });
      else if (look === "acknowledge") quiet.set(link.master.id, acknowledged(run.set, quiet.get(link.master.id) ?? link, side, item));
      else run.tally.count("unchanged", side);
    }
  }
  for (const { side, item, reason, waits } of skipped) {
    run.tally.count("skipped", side);
    run.options.onPlan?.({ kind: "skip", set: run.set, side, item, reason });
    if (waits !== undefined && isLooking(run)) run.restored?.waiting[side].set(item.id, waits);
  }
  return {
    news,
    skipped,
    acknowledged: [...quiet.values()].filter((link) => !pairs.has(link.master.id)),
    pairs: [...pairs.values()].map((pair) => withItems(pair, batch)),
  };
};

const withItems = (pair: PairWork, batch: Batch): PairWork => {
  const master = batch.master.get(pair.link.master.id);
  const target = batch.target.get(pair.link.target.id);
  return { ...pair, ...(master === undefined || isStale(master, pair.link, "master") ? {} : { master }), ...(target === undefined || isStale(target, pair.link, "target") ? {} : { target }) };
};
