// Cross references: read here, written by record.ts.

import type { Side } from "../../core/types.ts";
import type { Database } from "../database.ts";
import { idParts, oneByOne } from "./oneByOne.ts";
import { SIDE_COLUMN, toLink } from "./rows.ts";
import type { Link, LinkTable } from "../store.ts";
import { cleanText } from "./text.ts";

export const createLinks = (db: Database): LinkTable => ({
  byIds: async (syncSet, side, ids) => {
    const found: Link[] = [];
    for (const part of idParts(ids)) {
      const { rows } = await db.raw(`select l.* from ${oneByOne(`select * from links where sync_set = ? and ${SIDE_COLUMN[side]} = w.id`)}`, [part, syncSet]);
      found.push(...rows.map(toLink));
    }
    return found;
  },
  partners: async (syncSets, side, ids) => {
    const found = new Map<string, { id: string; key?: string; syncSet: number }>();
    const other: Side = side === "master" ? "target" : "master";
    for (const part of idParts(ids)) {
      const { rows } = await db.raw(
        `select l.sync_set, l.${SIDE_COLUMN[side]} as id, l.${SIDE_COLUMN[other]} as partner, l.${other}_key as key from ${oneByOne(`select * from links where sync_set = any(?::int[]) and ${SIDE_COLUMN[side]} = w.id and state <> 'unlinked'`)} order by l.sync_set`,
        [part, [...syncSets]],
      );
      for (const row of rows) if (!found.has(row.id)) found.set(row.id, { id: row.partner, syncSet: row.sync_set, ...(row.key === null ? {} : { key: row.key }) });
    }
    return found;
  },
  count: async (syncSet) => {
    const { rows } = await db.raw("select count(*) as n from links where sync_set = ? and state <> 'unlinked'", [syncSet]);
    return Number(rows[0].n);
  },
  scan: async function* (syncSet, side, pageSize = 2000) {
    const column = SIDE_COLUMN[side];
    let after: string | null = null;
    for (;;) {
      const { rows }: { rows: Record<string, unknown>[] } = await db.raw(`select * from links where sync_set = ? and (?::text is null or ${column} > ?) order by ${column} limit ?`, [syncSet, after, after, pageSize]);
      if (rows.length === 0) return;
      yield rows.map(toLink);
      after = String(rows[rows.length - 1]?.[column]);
      if (rows.length < pageSize) return;
    }
  },
  search: async (idOrKey) => {
    const text = cleanText(idOrKey);
    const { rows } = await db.raw("select l.*, s.connection, s.key as set_key from links l join sync_sets s on s.id = l.sync_set where l.master_id = ? or l.target_id = ? or l.master_key = ? or l.target_key = ? order by s.connection, s.key", [text, text, text, text]);
    return rows.map((row: Record<string, unknown>) => ({ ...toLink(row), connection: String(row.connection), syncSetKey: String(row.set_key) }));
  },
});
