// Work in hand: sync sets, journal, watermarks, pending links, quarantine, conflicts. Read here, written by record.ts.

import type { Side } from "../../core/types.ts";
import { claim } from "./claims.ts";
import type { Database } from "../database.ts";
import { forget, holdings } from "./forget.ts";
import { noteRestored } from "./restored.ts";
import { toConflict, toIntent, toPending, toQuarantined, toSyncSet } from "./rows.ts";
import type { ConflictTable, JournalTable, PendingLinkTable, QuarantineTable, SyncSetRow, SyncSetTable, Watermark, WatermarkTable } from "../store.ts";
import { jsonOf } from "./text.ts";
import { RESTORED_FACT } from "../upkeep.ts";

/** With the backup that was put back since a set was last known to miss nothing, in the same question. */
const READ_SETS = `select s.*, (select f.value ->> 'from' from facts f where f.name = '${RESTORED_FACT}' and f.at > coalesce(s.restored_seen, '-infinity')) as restored_from from sync_sets s`;

const readSets = async (db: Database, connection: string, sets: readonly Pick<SyncSetRow, "key">[]): Promise<ReadonlyMap<string, SyncSetRow>> =>
  new Map((await db.raw(`${READ_SETS} where connection = ? and key = any(?::text[])`, [connection, sets.map((set) => set.key)])).rows.map((row: Record<string, unknown>) => [String(row.key), toSyncSet(row)]));

export const createSyncSets = (db: Database): SyncSetTable => ({
  all: async () => (await db.raw("select id, connection, key from sync_sets order by id")).rows.map((row: Record<string, unknown>) => ({ id: Number(row.id), connection: String(row.connection), key: String(row.key) })),
  list: async (connection) => (await db.raw(`${READ_SETS} where connection = ? order by id`, [connection])).rows.map(toSyncSet),
  look: async (connection, sets) => {
    const known = await readSets(db, connection, sets);
    if (sets.every((set) => known.has(set.key))) return sets.map((set) => known.get(set.key) as SyncSetRow);
    // A row made now would miss nothing of a backup that was put back, either.
    const { rows } = await db.raw("select value ->> 'from' as restored_from from facts where name = ?", [RESTORED_FACT]);
    const restored = rows[0]?.restored_from;
    return sets.map((set, at) => known.get(set.key) ?? { ...set, id: -1 - at, connection, generation: 0, ...(typeof restored === "string" ? { restoredFrom: restored } : {}) });
  },
  ensure: async (connection, sets) => {
    const read = () => readSets(db, connection, sets);
    const known = await read();
    // Mostly all are there, and asking is one statement.
    if (sets.every((set) => known.has(set.key))) return sets.map((set) => known.get(set.key) as SyncSetRow);
    const rows = sets.map((set) => ({ connection, key: set.key, fingerprint: set.fingerprint, field_fingerprints: set.fieldFingerprints }));
    await db.raw("insert into sync_sets (connection, key, fingerprint, field_fingerprints) select connection, key, fingerprint, field_fingerprints from jsonb_populate_recordset(null::sync_sets, ?::jsonb) on conflict (connection, key) do nothing", [jsonOf(rows)]);
    const found = await read();
    return sets.map((set) => found.get(set.key) as SyncSetRow);
  },
  busy: async (ids) => {
    const open = ["quarantine", "pending_links", "intents", "conflicts"].map((table) => `exists (select 1 from ${table} t where t.sync_set = s.id)`).join(" or ");
    const { rows } = await db.raw(`select s.id from unnest(?::integer[]) as s (id) where ${open}`, [[...ids]]);
    return new Set(rows.map((row: { readonly id: number }) => row.id));
  },
  noteRestored: (from, at) => noteRestored(db, from, at),
  holdings: (connection) => holdings(db, connection),
  forget: (connection, lease) => forget(db, connection, lease),
});

export const createJournal = (db: Database): JournalTable => ({
  open: async (syncSet) => (await db("intents").where({ sync_set: syncSet }).orderBy(["at", "intent"])).map(toIntent),
  claim: (claims, lease) => claim(db, claims, lease),
});

const toWatermark = (row: Record<string, unknown>): Watermark => ({ syncSet: Number(row.sync_set), side: row.side as Side, at: String(row.at), ...(row.swept_at === null ? {} : { sweptAt: String(row.swept_at) }) });

export const createWatermarks = (db: Database): WatermarkTable => ({
  get: async (syncSet, side) => {
    const row = await db("watermarks").where({ sync_set: syncSet, side }).first();
    return row === undefined ? undefined : toWatermark(row);
  },
  both: async (syncSet) => Object.fromEntries((await db("watermarks").where({ sync_set: syncSet })).map((row: Record<string, unknown>) => [row.side, toWatermark(row)])),
  clear: async (connection, only = {}) => {
    const query = db("watermarks").whereIn("sync_set", (inner) => {
      const sets = inner.select("id").from("sync_sets").where({ connection });
      if (only.syncSetKey !== undefined) void sets.andWhere({ key: only.syncSetKey });
    });
    if (only.side !== undefined) void query.andWhere({ side: only.side });
    return query.delete();
  },
});

export const createPendingLinks = (db: Database): PendingLinkTable => ({
  list: async (syncSet) => (await db("pending_links").where({ sync_set: syncSet }).orderBy(["side", "id", "field"])).map(toPending),
});

export const createQuarantine = (db: Database): QuarantineTable => ({
  list: async (syncSet) => (await db("quarantine").where({ sync_set: syncSet }).orderBy(["first_at", "side", "id"])).map(toQuarantined),
  count: async (connection) => {
    const { rows } = await db.raw("select count(*) as n from quarantine q join sync_sets s on s.id = q.sync_set where s.connection = ?", [connection]);
    return Number(rows[0].n);
  },
});

export const createConflicts = (db: Database): ConflictTable => ({
  list: async (connection) => {
    const { rows } = await db.raw("select c.*, s.key as set_key from conflicts c join sync_sets s on s.id = c.sync_set where s.connection = ? order by c.at, c.master_id, c.field", [connection]);
    return rows.map((row: Record<string, unknown>) => ({ ...toConflict(row), syncSetKey: String(row.set_key) }));
  },
});
