// Texts as both ends of a link last held them: read here, written by record.ts.

import type { Database } from "../database.ts";
import { idParts, oneByOne } from "./oneByOne.ts";
import type { BaseText, BaseTextTable } from "../store.ts";
import type { Row } from "./text.ts";

const toBaseText = (row: Row): BaseText => ({ syncSet: Number(row.sync_set), masterId: String(row.master_id), field: String(row.field), master: String(row.master_text), target: String(row.target_text) });

export const fromBaseText = (base: BaseText): Row => ({ sync_set: base.syncSet, master_id: base.masterId, field: base.field, master_text: base.master, target_text: base.target });

export const createBaseTexts = (db: Database): BaseTextTable => ({
  ofItems: async (syncSet, masterIds) => {
    const found: BaseText[] = [];
    for (const part of idParts(masterIds)) {
      const { rows } = await db.raw(`select l.* from ${oneByOne("select * from base_texts where sync_set = ? and master_id = w.id")} order by l.master_id, l.field`, [part, syncSet]);
      found.push(...rows.map(toBaseText));
    }
    return found;
  },
});
