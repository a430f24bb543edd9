// All items of one side of a sync set, by their ids.

import type { SyncSet } from "../../core/mapping/model.ts";
import type { Item, Side } from "../../core/types.ts";
import type { ConnectionContext } from "../context.ts";

/** With these fields, through the filter of the side. */
export const readItems = async (context: ConnectionContext, set: SyncSet, side: Side, fields: readonly string[]): Promise<ReadonlyMap<string, Item>> => {
  const items = new Map<string, Item>();
  const { type, project, filter } = set[side];
  for await (const page of context.connectors[side].changes({ type, project, fields, ...(filter === undefined ? {} : { filter }) })) {
    for (const item of page.items) items.set(item.id, item);
    context.progress.update(`${type} of ${set[side].dataSource}`, items.size);
  }
  return items;
};
