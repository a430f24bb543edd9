// Many changes, one commit. Each noun is one statement per some thousand rows; the fence is checked first.

import { setImmediate as untilSent } from "node:timers/promises";
import type { Knex } from "knex";
import pg from "pg";
import { FencedError } from "../core/errors.ts";
import { fromBaseText } from "./tables/baseTexts.ts";
import { columnBatches, unnestOf } from "./tables/columns.ts";
import type { Database } from "./database.ts";
import { constraintOf, isCollision, isMissingPartition } from "./failures.ts";
import { ensurePartitions, forgetPartitions } from "./tables/partitions.ts";
import { fromConflict, fromIntent, fromLink, fromOutcome, fromPending, fromQuarantined } from "./tables/rows.ts";
import type { Intent, Lease, Link, RecordBatch } from "./store.ts";
import { fromSubLink } from "./tables/subLinks.ts";
import { cleanText, jsonBatches, lastOf, type Row } from "./tables/text.ts";
import { RESTORED_FACT } from "./upkeep.ts";

type Trx = Knex.Transaction;

const has = <T>(rows: readonly T[] | undefined): rows is readonly T[] => rows !== undefined && rows.length > 0;

/** A holder that falls silent in the middle of a commit keeps the row from the next one no longer than the lock itself. */
const IMPATIENT = "set_config('idle_in_transaction_session_timeout', '15s', true)";

const fenced = (lease: Lease): FencedError => new FencedError(`the lock ${lease.name} now belongs to another run; this one writes nothing more`, "look at connectionStatus; the next run goes on where this one was");

/** A holder that lost its lock writes nothing: the fence of the row has grown. Of a slice that of the whole counts as well. */
export const checkFence = async (trx: Trx, lease: Lease): Promise<void> => {
  const { rows }: { rows: readonly Row[] } = await trx.raw(`select name, fence, held, ${IMPATIENT} from locks where name = any(?::text[]) for share`, [[lease.name, ...(lease.within === undefined ? [] : [lease.within.name])]]);
  const own = rows.find(({ name }) => name === lease.name);
  const whole = rows.find(({ name }) => name === lease.within?.name);
  if (own?.held !== true || own.fence !== lease.fence || whole?.fence !== lease.within?.fence) throw fenced(lease);
};

/** Answers how many rows were inserted or replaced; `only` is a condition on the row that is there. */
const upsert = async (trx: Trx, table: string, key: readonly string[], columns: readonly string[], rows: readonly Row[], only?: string): Promise<number> => {
  const list = columns.join(", ");
  const updates = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  let written = 0;
  for (const lists of columnBatches(lastOf(rows, key), columns)) {
    const result = await trx.raw(`insert into ${table} (${list}) select ${list} from ${unnestOf(columns)} on conflict (${key.join(", ")}) do update set ${updates.join(", ")}${only === undefined ? "" : ` where ${only}`}`, lists);
    written += Number(result.rowCount);
  }
  return written;
};

const insertInto = (table: string, columns: readonly string[]): string => `insert into ${table} (${columns.join(", ")}) select ${columns.map((column) => `d.${column}`).join(", ")} from ${unnestOf(columns)}`;

const insert = async (trx: Trx, table: string, columns: readonly string[], rows: readonly Row[]): Promise<void> => {
  for (const lists of columnBatches(rows, columns)) await trx.raw(insertInto(table, columns), lists);
};

const remove = async (trx: Trx, table: string, key: readonly string[], rows: readonly Row[]): Promise<void> => {
  const same = key.map((column) => `t.${column} = d.${column}`).join(" and ");
  for (const { json } of jsonBatches(rows)) await trx.raw(`delete from ${table} t using jsonb_populate_recordset(null::${table}, ?::jsonb) d where ${same}`, [json]);
};

const LINK = ["sync_set", "master_id", "target_id", "master_key", "target_key", "master_url", "target_url", "master_version", "target_version", "master_changed_at", "target_changed_at", "master_prints", "target_prints", "state", "edition"];
const INTENT = ["intent", "kind", "sync_set", "side", "from_id", "to_id", "name", "at", "prints", "before", "after"];
const SUB_LINK = ["sync_set", "kind", "master_item", "target_item", "master_id", "target_id", "origin", "print"];
const BASE_TEXT = ["sync_set", "master_id", "field", "master_text", "target_text"];
const PENDING = ["sync_set", "side", "id", "field", "awaited_type", "awaited_id"];
const QUARANTINE = ["sync_set", "side", "id", "key", "name", "reason", "attempts", "first_at", "next_at"];
const CONFLICT = ["sync_set", "master_id", "target_id", "field", "master_value", "target_value", "at"];
const OUTCOME = ["run_id", "at", "sync_set", "side", "action", "reason", "master_id", "target_id", "name", "before", "after"];

/** What hangs on a link goes with it: comments of the next partner are not those of the last, and nothing of it waits. */
const removeLinks = async (trx: Trx, links: NonNullable<RecordBatch["removeLinks"]>): Promise<void> => {
  const rows = links.map((link) => ({ sync_set: link.syncSet, master_id: link.masterId }));
  const ends = "select l.sync_set, l.master_id, l.target_id from links l join jsonb_populate_recordset(null::links, ?::jsonb) d on d.sync_set = l.sync_set and d.master_id = l.master_id";
  for (const { json } of jsonBatches(rows)) {
    for (const table of ["pending_links", "quarantine"])
      await trx.raw(`delete from ${table} t using (${ends}) e where t.sync_set = e.sync_set and ((t.side = 'master' and t.id = e.master_id) or (t.side = 'target' and t.id = e.target_id))`, [json]);
  }
  await remove(trx, "conflicts", ["sync_set", "master_id"], rows);
  await remove(trx, "sub_links", ["sync_set", "kind", "master_item"], links.flatMap((link) => ["comment", "attachment"].map((kind) => ({ sync_set: link.syncSet, kind, master_item: link.masterId }))));
  await remove(trx, "links", ["sync_set", "master_id"], rows);
};

const removals = async (trx: Trx, batch: RecordBatch): Promise<void> => {
  if (has(batch.removeLinks)) await removeLinks(trx, batch.removeLinks);
  if (has(batch.removeSubLinks)) await remove(trx, "sub_links", ["sync_set", "kind", "master_item", "master_id"], batch.removeSubLinks.map((link) => ({ sync_set: link.syncSet, kind: link.kind, master_item: link.masterItem, master_id: link.masterId })));
  if (has(batch.removeBaseTexts)) await remove(trx, "base_texts", ["sync_set", "master_id", "field"], batch.removeBaseTexts.map((base) => ({ sync_set: base.syncSet, master_id: base.masterId, field: base.field })));
  if (has(batch.closeIntents)) await trx.raw("delete from intents where intent = any(?::uuid[])", [[...batch.closeIntents]]);
  if (has(batch.removePendingLinks)) await remove(trx, "pending_links", ["sync_set", "side", "id", "field"], batch.removePendingLinks.map((link) => ({ sync_set: link.syncSet, side: link.side, id: link.id, field: link.field })));
  if (has(batch.removeQuarantine)) await remove(trx, "quarantine", ["sync_set", "side", "id"], batch.removeQuarantine.map((entry) => ({ sync_set: entry.syncSet, side: entry.side, id: entry.id })));
  if (has(batch.removeConflicts)) await remove(trx, "conflicts", ["sync_set", "master_id", "field"], batch.removeConflicts.map((entry) => ({ sync_set: entry.syncSet, master_id: entry.masterId, field: entry.field })));
};

const LINK_KEY = ["sync_set", "master_id"];
const WATERMARK = ["sync_set", "side", "at", "swept_at"];

/** A partner changes only by removing the link first: anything else would be the start of a duplicate. */
const writeLinks = async (trx: Trx, links: readonly Link[]): Promise<void> => {
  const rows = lastOf(links.map(fromLink), LINK_KEY);
  const written = await upsert(trx, "links", LINK_KEY, LINK, rows, "links.target_id = excluded.target_id");
  if (written === rows.length) return;
  const wanted = new Map(rows.map((row) => [`${String(row.sync_set)} ${cleanText(String(row.master_id))}`, cleanText(String(row.target_id))]));
  for (const { json } of jsonBatches(rows.map((row) => ({ sync_set: row.sync_set, master_id: row.master_id })))) {
    const { rows: there } = await trx.raw("select l.sync_set, l.master_id, l.target_id from links l join jsonb_populate_recordset(null::links, ?::jsonb) d on d.sync_set = l.sync_set and d.master_id = l.master_id", [json]);
    for (const row of there) {
      const target = wanted.get(`${row.sync_set} ${row.master_id}`);
      if (target !== row.target_id) throw new Error(`master item ${row.master_id} of sync set ${row.sync_set} is linked with ${row.target_id} and must not get the second partner ${target}`);
    }
  }
  throw new Error(`${written} of ${rows.length} links were written`);
};

const isEmpty = (batch: RecordBatch): boolean => Object.values(batch).every((rows) => (rows as readonly unknown[] | undefined)?.length === 0 || rows === undefined);

const watermarkRows = (marks: NonNullable<RecordBatch["watermarks"]>): readonly Row[] => lastOf(marks.map((mark) => ({ sync_set: mark.syncSet, side: mark.side, at: mark.at, swept_at: mark.sweptAt ?? null })), ["sync_set", "side"]);

const WRITE_WATERMARKS = `insert into watermarks as w (${WATERMARK.join(", ")}) select ${WATERMARK.map((column) => `m.${column}`).join(", ")} from jsonb_populate_recordset(null::watermarks, ?::jsonb) m`;
const OVER_WATERMARKS = "on conflict (sync_set, side) do update set at = excluded.at, swept_at = coalesce(excluded.swept_at, w.swept_at)";
/** The fence is looked at, and its row held, by the same statement; of a slice that of the whole as well. */
const underFence = (lease: Lease | undefined): { readonly sql: string; readonly values: readonly (string | number)[] } => {
  if (lease === undefined) return { sql: "", values: [] };
  const own = { sql: "cross join (select 1 from locks where name = ? and fence = ? and held for share) as l", values: [lease.name, lease.fence] };
  return lease.within === undefined ? own : { sql: `${own.sql} cross join (select 1 from locks where name = ? and fence = ? for share) as lw`, values: [...own.values, lease.within.name, lease.within.fence] };
};

/** All there is to record where nothing has changed: one statement is all or nothing by itself, and asks once instead of four times. Answers whether it was that. */
const onlyWatermarks = async (db: Database, { watermarks, ...rest }: RecordBatch, lease: Lease | undefined): Promise<boolean> => {
  if (!has(watermarks) || !isEmpty(rest)) return false;
  const [batch, ...more] = [...jsonBatches(watermarkRows(watermarks))];
  if (batch === undefined || more.length > 0) return false;
  const under = underFence(lease);
  const { rowCount } = await db.raw(`${WRITE_WATERMARKS} ${under.sql} where true ${OVER_WATERMARKS}`, [batch.json, ...under.values]);
  if (Number(rowCount) === 0 && lease !== undefined) throw fenced(lease);
  return true;
};

/** The journal alone, before anything is written: everybody waits for it, so it is one statement too. */
const onlyJournal = async (db: Database, { openIntents, ...rest }: RecordBatch, lease: Lease | undefined): Promise<boolean> => {
  if (!has(openIntents) || !isEmpty(rest)) return false;
  const batches = columnBatches(openIntents.map(fromIntent), INTENT);
  const [first, second] = [batches.next(), batches.next()];
  if (first.done === true || second.done !== true) return false;
  const write = insertInto("intents", INTENT);
  const under = underFence(lease);
  const { rowCount } = await db.raw(`${write} ${under.sql}`, [...first.value, ...under.values]);
  if (Number(rowCount) === 0 && lease !== undefined) throw fenced(lease);
  return true;
};

export const openIntents = (trx: Trx, intents: readonly Intent[]): Promise<void> => insert(trx, "intents", INTENT, intents.map(fromIntent));

const writeWork = async (trx: Trx, batch: RecordBatch): Promise<void> => {
  if (has(batch.openIntents)) await openIntents(trx, batch.openIntents);
  if (has(batch.watermarks)) for (const { json } of jsonBatches(watermarkRows(batch.watermarks))) await trx.raw(`${WRITE_WATERMARKS} where true ${OVER_WATERMARKS}`, [json]);
  if (has(batch.pendingLinks)) await upsert(trx, "pending_links", ["sync_set", "side", "id", "field"], PENDING, batch.pendingLinks.map(fromPending));
  if (has(batch.quarantine)) await upsert(trx, "quarantine", ["sync_set", "side", "id"], QUARANTINE, batch.quarantine.map(fromQuarantined));
  if (has(batch.conflicts)) await upsert(trx, "conflicts", ["sync_set", "master_id", "field"], CONFLICT, batch.conflicts.map(fromConflict));
};

const additions = async (trx: Trx, batch: RecordBatch): Promise<void> => {
  for (const { json } of jsonBatches((batch.syncSets ?? []).map((set) => ({ id: set.id, fingerprint: set.fingerprint, field_fingerprints: set.fieldFingerprints, is_settled: set.isSettled === true }))))
    await trx.raw(`update sync_sets s set fingerprint = d.fingerprint, field_fingerprints = d.field_fingerprints, restored_seen = case when d.is_settled then (select at from facts where name = '${RESTORED_FACT}') else s.restored_seen end from jsonb_to_recordset(?::jsonb) as d(id integer, fingerprint text, field_fingerprints jsonb, is_settled boolean) where s.id = d.id`, [json]);
  const told = columnBatches((batch.outcomes ?? []).map(fromOutcome), OUTCOME);
  // The database works on the links while the outcomes are put into words: begun when the links are on their way.
  const [first] = await Promise.all([untilSent().then(() => told.next()), has(batch.links) ? writeLinks(trx, batch.links) : undefined]);
  if (has(batch.subLinks)) await upsert(trx, "sub_links", ["sync_set", "kind", "master_item", "master_id"], SUB_LINK, batch.subLinks.map(fromSubLink));
  if (has(batch.baseTexts)) await upsert(trx, "base_texts", ["sync_set", "master_id", "field"], BASE_TEXT, batch.baseTexts.map(fromBaseText));
  await writeWork(trx, batch);
  if (has(batch.outcomes)) {
    await ensurePartitions(trx, batch.outcomes.map((outcome) => outcome.at));
    for (let lists = first; lists.done !== true; lists = told.next()) await trx.raw(insertInto("outcomes", OUTCOME), lists.value);
  }
};

const SECOND_PARTNER: Readonly<Record<string, string>> = {
  links_one_master: "a target item must not get a second partner",
  sub_links_one_master: "a comment or attachment of the target must not get a second partner",
};

const explain = (error: unknown): unknown => {
  const words = SECOND_PARTNER[constraintOf(error) ?? ""];
  return words === undefined ? error : new Error(`${words}: ${error instanceof pg.DatabaseError ? (error.detail ?? error.message) : String(error)}`, { cause: error });
};

const MOST_TRIES = 3;

/** All of it or nothing; tried again where two met at a key or a month had no partition yet. Throws BusyError for a lease that is lost. */
export const record = async (db: Database, batch: RecordBatch, lease?: Lease): Promise<void> => {
  if (isEmpty(batch)) return;
  for (let attempt = 1; ; attempt++) {
    try {
      if ((await onlyWatermarks(db, batch, lease)) || (await onlyJournal(db, batch, lease))) return;
      return await db.transaction(async (trx) => {
        if (lease !== undefined) await checkFence(trx, lease);
        await removals(trx, batch);
        await additions(trx, batch);
      });
    } catch (error) {
      if (attempt === MOST_TRIES || !(isCollision(error) || isMissingPartition(error))) throw explain(error);
      forgetPartitions(db);
    }
  }
};
