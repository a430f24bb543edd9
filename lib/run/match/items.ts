// Pairs the items of one sync set by name, beside those that are paired already; writes cross references, only where told to.

import type { SyncSet } from "../../core/mapping/model.ts";
import { withoutDeclined } from "../../core/match/declined.ts";
import type { NameEntry } from "../../core/match/model.ts";
import { pairByName } from "../../core/match/pairByName.ts";
import { type Side, SIDES } from "../../core/types.ts";
import type { Lease, SyncSetId } from "../../store/store.ts";
import type { ConnectionContext } from "../context.ts";
import { adoptingLink, recordLinks } from "../seed/adopt.ts";
import { declinedIn, itemsScope } from "./declinedFacts.ts";
import { asPairing, foundIn, type Match, type MatchOptions } from "./match.ts";
import { readItems } from "./readItems.ts";
import { scopesOf } from "./scopes.ts";

/** Items that have their partner by another sync set of the same type and project: one type may be mapped to several. */
const pairedElsewhere = async (context: ConnectionContext, set: SyncSet): Promise<readonly (readonly [string, string])[]> => {
  const isPlace = (other: SyncSet, side: Side): boolean => other[side].type === set[side].type && other[side].project === set[side].project;
  const others = context.connection.syncSets.filter((other) => other.key !== set.key && SIDES.some((side) => isPlace(other, side)));
  const rows = others.length === 0 ? [] : await context.store.syncSets.list(context.connection.name);
  const pairs: (readonly [string, string])[] = [];
  for (const other of others) {
    const row = rows.find(({ key }) => key === other.key);
    if (row === undefined) continue;
    for await (const page of context.store.links.scan(row.id, "master")) for (const { state, master, target } of page) {
      if (state === "unlinked") continue;
      if (isPlace(other, "master")) pairs.push([master.id, `${target.key ?? target.id} of ${other.key}`]);
      if (isPlace(other, "target")) pairs.push([`${master.key ?? master.id} of ${other.key}`, target.id]);
    }
  }
  return pairs;
};

/** Items of one sync set, which has this id in the store. */
export const matchItems = async (context: ConnectionContext, set: SyncSet, id: SyncSetId, options: MatchOptions, lease: Lease | undefined): Promise<Match> => {
  const within = options.within === undefined ? undefined : await scopesOf(context, set, options.within);
  const items = { master: await readItems(context, set, "master", within === undefined ? [] : [within.field.master]), target: await readItems(context, set, "target", within === undefined ? [] : [within.field.target]) };
  const scopes = within?.of({ master: items.master.values(), target: items.target.values() });
  const linked: (readonly [string, string])[] = [];
  for await (const page of context.store.links.scan(id, "master")) for (const link of page) linked.push([link.master.id, link.target.id]);
  linked.push(...(await pairedElsewhere(context, set)));
  const entries = (side: Side): readonly NameEntry[] =>
    [...items[side].values()].map((item) => {
      const scope = scopes?.[side](item);
      return { id: item.id, name: item.name, ...(scope === undefined ? {} : { scope }) };
    });
  const result = withoutDeclined(pairByName(entries("master"), entries("target"), { kind: "name", linked }), await declinedIn(context, itemsScope(set.key)));
  const links = foundIn(result).flatMap((verdict) => {
    const [master, target] = [items.master.get(verdict.entry.id), items.target.get(verdict.candidates[0]?.entry.id ?? "")];
    return master === undefined || target === undefined ? [] : [adoptingLink(id, master, target)];
  });
  const written = options.apply ? await recordLinks(context, "matchByName", links, lease) : 0;
  return { connection: context.connection.name, syncSet: set.key, result: asPairing(result), written, maps: [], refused: [] };
};
