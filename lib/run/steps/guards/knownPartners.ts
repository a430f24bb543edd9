// New items that have their partner in cross references of another name: a connection, type or project that was called otherwise, or
// another connection over the same items. None gets a second one; where a whole sync set is known so, nothing is made at all.

import { GuardError } from "../../../core/errors.ts";
import type { Kin } from "../../../core/mapping/kin.ts";
import { type Item, otherSide, type Side, SIDES } from "../../../core/types.ts";
import type { Link } from "../../../store/store.ts";
import type { Gathered } from "../reading/gather.ts";
import { emptyBatch, outcome, quarantined } from "../keep.ts";
import { itemKey, type SetRun } from "../setRun.ts";

interface Known {
  readonly kin: Kin;
  readonly item: Item;
  readonly partner: string;
}

const hostOf = (url: string | undefined): string | undefined => /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(url ?? "")?.[1]?.toLowerCase();

/** Enough to find one whose addresses are known: a killed run writes down ids alone. */
const SAMPLE = 50;

/** Whether cross references may be of the systems at hand: where both have addresses, hosts tell. Some systems (ALM/QC) give none. */
const mayBeOfThese = (links: readonly Link[], there: Side, mine: string | undefined, theirs: string | undefined): boolean =>
  ([[there, mine], [otherSide(there), theirs]] as const).every(([side, url]) => {
    const hosts = links.map((link) => hostOf(link[side].url)).filter((host) => host !== undefined);
    const host = hostOf(url);
    return host === undefined || hosts.length === 0 || hosts.includes(host);
  });

const sampleOf = async (run: SetRun, kin: Kin, there: Side): Promise<readonly Link[]> => {
  for await (const page of run.context.store.links.scan(kin.id, there, SAMPLE)) return page;
  return [];
};

/** `partnerUrl`: of any item of the other side. */
const knownIn = async (run: SetRun, kin: Kin, side: Side, items: readonly Item[], partnerUrl: string | undefined): Promise<readonly Known[]> => {
  const there = kin.sides[side];
  if (there === undefined) return [];
  const byId = new Map(items.map((item) => [item.id, item]));
  const links = (await run.context.store.links.byIds(kin.id, there, [...byId.keys()])).filter(({ state }) => state !== "unlinked");
  if (links.length === 0 || !mayBeOfThese([...links, ...(await sampleOf(run, kin, there))], there, items.find(({ url }) => url !== undefined)?.url, partnerUrl)) return [];
  return links.flatMap((link): readonly Known[] => {
    const item = byId.get(link[there].id);
    const partner = link[otherSide(there)];
    return item === undefined ? [] : [{ kin, item, partner: partner.key ?? partner.id }];
  });
};

const whoseOf = (run: SetRun, { connection, key, isMapped }: Kin): string =>
  connection === run.set.connection ? `${key}, which is not mapped any more` : isMapped ? `connection ${connection}` : `connection ${connection}, which is not defined any more`;

const called = ({ key, id }: Item): string => key ?? id;

/** The same items with master and target exchanged: no pair can be handed over so. */
const isExchanged = ({ sides }: Kin): boolean => SIDES.some((side) => sides[side] === otherSide(side));

const WHO_LEADS = "leave the sides as they were; direction and conflict say who leads";

const adviceOf = (run: SetRun, kin: Kin): string => {
  const { connection } = kin;
  if (isExchanged(kin)) return connection === run.set.connection ? `master and target are exchanged: ${WHO_LEADS}` : `${connection} has them with master and target exchanged: ${WHO_LEADS}; deleteConnection --connection ${connection} forgets them, if they are of other systems`;
  return connection === run.set.connection
    ? `copyCrossReferences --from ${connection} --connection ${connection} --rename OLD=NEW hands them over; --accept-second-partners makes second ones`
    : `copyCrossReferences --from ${connection} --connection ${run.set.connection} hands them over; deleteConnection --connection ${connection} forgets them, if they are of other systems; --accept-second-partners makes second ones`;
};

/** Whether the connection that has them runs: then each of the two has its own, otherwise this one may have taken its place. */
const isAtWork = async (run: SetRun, { isMapped, connection }: Kin): Promise<boolean> => isMapped && (await run.context.store.connections.get(connection))?.started !== false;

/**
 * Of new items of a side, those that no other sync set of the store has a partner for. Throws GuardError where the store knows no pair
 * of this sync set, and items have theirs where nobody looks any more: then it has only got another name.
 */
export const withoutKnownPartner = async (run: SetRun, side: Side, items: readonly Item[], partnerUrl: string | undefined): Promise<readonly Item[]> => {
  if (items.length === 0) return items;
  const kin = (await run.kin()).filter(({ sides }) => sides[side] !== undefined);
  const atWork = new Map<Kin, boolean>();
  for (const one of kin) atWork.set(one, await isAtWork(run, one));
  const known = new Map<string, Known>();
  for (const one of kin) {
    if (run.options.accept?.secondPartners === true && atWork.get(one) === false) continue;
    for (const found of await knownIn(run, one, side, items, partnerUrl)) if (!known.has(found.item.id)) known.set(found.item.id, found);
  }
  if (known.size === 0) return items;
  const [first] = [...known.values()].filter((one) => atWork.get(one.kin) === false);
  if (first !== undefined && (await run.context.store.links.count(run.id)) === 0) throw new GuardError(`${known.size === 1 ? "" : `${known.size} new items of ${run.set[side].dataSource} have their partners under another name: `}${called(first.item)} has its partner ${first.partner} in ${whoseOf(run, first.kin)}`, adviceOf(run, first.kin));
  const batch = emptyBatch();
  for (const one of known.values()) {
    const { item } = one;
    const ids = { [`${side}Id`]: item.id, name: item.name };
    const isTheirs = atWork.get(one.kin) === true;
    const reason = `has its partner ${one.partner} in ${whoseOf(run, one.kin)}: it gets no second one${isTheirs ? "" : ` (${adviceOf(run, one.kin)})`}`;
    run.options.onPlan?.({ kind: "skip", set: run.set, side, item, reason });
    if (!isTheirs) batch.quarantine.push(quarantined(run, side, item, reason, run.context.now()));
    else if (run.quarantine.delete(itemKey(side, item.id))) batch.removeQuarantine.push({ syncSet: run.id, side, id: item.id });
    batch.outcomes.push(outcome(run, otherSide(side), isTheirs ? "skip" : "hold", reason, ids));
    run.tally.count(isTheirs ? "skipped" : "held", isTheirs ? side : otherSide(side));
  }
  if (run.options.dryRun !== true && run.options.only === undefined) await run.context.store.record(batch, run.context.lease);
  return items.filter(({ id }) => !known.has(id));
};

/** The same of both sides. While what was made since a restored backup is looked for, nothing is made yet. */
export const withoutKnownPartners = async (run: SetRun, news: Gathered["news"]): Promise<Gathered["news"]> => {
  if (run.restored !== undefined) return news;
  const of = (side: Side): readonly Item[] => news.flatMap((one) => (one.side === side ? [one.item] : []));
  const kept = new Set<Item>();
  for (const side of SIDES) for (const item of await withoutKnownPartner(run, side, of(side), of(otherSide(side))[0]?.url)) kept.add(item);
  return kept.size === news.length ? news : news.filter(({ item }) => kept.has(item));
};
