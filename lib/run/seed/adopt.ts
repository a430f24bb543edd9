// Pairs that a file or a name gave, put into the store: the next iteration adopts them.

import type { Item } from "../../core/types.ts";
import type { Lease, Link, SyncSetId } from "../../store/store.ts";
import type { ConnectionContext } from "../context.ts";
import { NOTHING_CARRIED } from "../steps/extras/firstCarried.ts";
import { heldBack } from "../steps/guards/heldBack.ts";
import { noteSeeded } from "../steps/guards/seeded.ts";

const BATCH = 500;

/** Links whose first comparison is still to be made: an iteration creates nothing for them and shows their differences. */
export const adoptingLink = (syncSet: SyncSetId, master: Item, target: Item): Link => {
  const end = (item: Item): Link["master"] => ({ id: item.id, ...(item.key === undefined ? {} : { key: item.key }), ...(item.url === undefined ? {} : { url: item.url }), version: NOTHING_CARRIED, prints: {} });
  return { syncSet, master: end(master), target: end(target), state: "adopting" };
};

/** Records links in commits of a few hundred; answers how many before a stop. */
export const recordLinks = async (context: ConnectionContext, script: string, links: readonly Link[], lease: Lease | undefined): Promise<number> => {
  const record = async (): Promise<number> => {
    const sets = new Set(links.map(({ syncSet }) => syncSet));
    if (sets.size > 0) await noteSeeded(context, context.connection.name, (await context.store.syncSets.list(context.connection.name)).flatMap(({ id, key }) => (sets.has(id) ? [key] : [])), context.now());
    for (let at = 0; at < links.length; at += BATCH) {
      if (context.stop.aborted) return at;
      await context.store.record({ links: links.slice(at, at + BATCH) }, lease);
      context.progress.update("cross references", Math.min(at + BATCH, links.length), links.length);
    }
    return links.length;
  };
  return heldBack(context, script, record, (count) => count === links.length, links.length <= BATCH);
};
