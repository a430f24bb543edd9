// Cross references of comments and attachments: read here, written by record.ts.

import type { Side } from "../../core/types.ts";
import type { Database } from "../database.ts";
import { idParts, oneByOne } from "./oneByOne.ts";
import type { SubLink, SubLinkTable } from "../store.ts";
import type { Row } from "./text.ts";

const toSubLink = (row: Row): SubLink => ({
  syncSet: Number(row.sync_set),
  kind: row.kind as SubLink["kind"],
  masterItem: String(row.master_item),
  targetItem: String(row.target_item),
  masterId: String(row.master_id),
  targetId: String(row.target_id),
  origin: row.origin as Side,
  print: String(row.print),
});

export const fromSubLink = (link: SubLink): Row => ({ sync_set: link.syncSet, kind: link.kind, master_item: link.masterItem, target_item: link.targetItem, master_id: link.masterId, target_id: link.targetId, origin: link.origin, print: link.print });

export const createSubLinks = (db: Database): SubLinkTable => ({
  ofItems: async (syncSet, kind, masterItems) => {
    const found: SubLink[] = [];
    for (const part of idParts(masterItems)) {
      const { rows } = await db.raw(`select l.* from ${oneByOne("select * from sub_links where sync_set = ? and kind = ? and master_item = w.id")} order by l.master_item, l.master_id`, [part, syncSet, kind]);
      found.push(...rows.map(toSubLink));
    }
    return found;
  },
});
