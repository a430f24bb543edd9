// Cross references of comments and attachments: read here, written by record.ts.

import type { Side } from "../core/types.ts";
import type { Database } from "./database.ts";
import type { SubLink, SubLinkTable } from "./store.ts";

export const toSubLink = (row: Readonly<Record<string, unknown>>): SubLink => ({
  syncSet: Number(row.sync_set),
  kind: row.kind as SubLink["kind"],
  masterItem: String(row.master_item),
  targetItem: String(row.target_item),
  masterId: String(row.master_id),
  targetId: String(row.target_id),
  origin: row.origin as Side,
  print: String(row.print),
});

export const fromSubLink = (link: SubLink): Record<string, unknown> => ({ sync_set: link.syncSet, kind: link.kind, master_item: link.masterItem, target_item: link.targetItem, master_id: link.masterId, target_id: link.targetId, origin: link.origin, print: link.print });

export const createSubLinks = (db: Database): SubLinkTable => ({
  ofItems: async (syncSet, kind, masterItems) => {
    if (masterItems.length === 0) return [];
    const { rows } = await db.raw("select * from sub_links where sync_set = ? and kind = ? and master_item = any(?::text[]) order by master_item, master_id", [syncSet, kind, [...masterItems]]);
    return rows.map(toSubLink);
  },
});
