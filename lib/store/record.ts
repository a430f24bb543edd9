// Many changes, one commit. Each noun is one statement whatever the number of rows; the fence is checked first.

import type { Knex } from "knex";
import { BusyError } from "../core/errors.ts";
import type { Database } from "./database.ts";
import { ensurePartitions } from "./partitions.ts";
import { asJson, fromConflict, fromIntent, fromLink, fromOutcome, fromPending, fromQuarantined, type Row } from "./rows.ts";
import type { Lease, RecordBatch } from "./store.ts";
import { fromSubLink } from "./subLinks.ts";

type Trx = Knex.Transaction;

const has = <T>(rows: readonly T[] | undefined): rows is readonly T[] => rows !== undefined && rows.length > 0;

/** A holder that lost its lock writes nothing: the fence of the row has grown. */
const checkFence = async (trx: Trx, lease: Lease): Promise<void> => {
  const { rows } = await trx.raw("select fence from locks where name = ? and held for share", [lease.name]);
  if (rows[0]?.fence === lease.fence) return;
  throw new BusyError(`the lock ${lease.name} now belongs to another run; this one writes nothing more`, "look at connectionStatus; the next run goes on where this one was");
};

const upsert = async (trx: Trx, table: string, key: readonly string[], columns: readonly string[], rows: readonly Row[]): Promise<void> => {
  const list = columns.join(", ");
  const updates = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  await trx.raw(`insert into ${table} (${list}) select ${list} from jsonb_populate_recordset(null::${table}, ?::jsonb) on conflict (${key.join(", ")}) do update set ${updates.join(", ")}`, [asJson(rows)]);
};

const insert = async (trx: Trx, table: string, columns: readonly string[], rows: readonly Row[]): Promise<void> => {
  const list = columns.join(", ");
  await trx.raw(`insert into ${table} (${list}) select ${list} from jsonb_populate_recordset(null::${table}, ?::jsonb)`, [asJson(rows)]);
};

const remove = async (trx: Trx, table: string, key: readonly string[], rows: readonly Row[]): Promise<void> => {
  const same = key.map((column) => `t.${column} = d.${column}`).join(" and ");
  await trx.raw(`delete from ${table} t using jsonb_populate_recordset(null::${table}, ?::jsonb) d where ${same}`, [asJson(rows)]);
};

const LINK = ["sync_set", "master_id", "target_id", "master_key", "target_key", "master_url", "target_url", "master_version", "target_version", "master_changed_at", "target_changed_at", "master_prints", "target_prints", "state"];
const INTENT = ["intent", "kind", "sync_set", "side", "from_id", "to_id", "name", "at", "prints"];
const SUB_LINK = ["sync_set", "kind", "master_item", "target_item", "master_id", "target_id", "origin", "print"];
const PENDING = ["sync_set", "side", "id", "field", "awaited_type", "awaited_id"];
const QUARANTINE = ["sync_set", "side", "id", "key", "name", "reason", "attempts", "first_at", "next_at"];
const CONFLICT = ["sync_set", "master_id", "target_id", "field", "master_value", "target_value", "at"];
const OUTCOME = ["run_id", "at", "sync_set", "side", "action", "reason", "master_id", "target_id", "name", "before", "after"];

const removals = async (trx: Trx, batch: RecordBatch): Promise<void> => {
  if (has(batch.removeLinks)) await remove(trx, "links", ["sync_set", "master_id"], batch.removeLinks.map((link) => ({ sync_set: link.syncSet, master_id: link.masterId })));
  if (has(batch.removeSubLinks)) await remove(trx, "sub_links", ["sync_set", "kind", "master_item", "master_id"], batch.removeSubLinks.map((link) => ({ sync_set: link.syncSet, kind: link.kind, master_item: link.masterItem, master_id: link.masterId })));
  if (has(batch.closeIntents)) await trx.raw("delete from intents where intent = any(?::uuid[])", [batch.closeIntents]);
  if (has(batch.removePendingLinks)) await remove(trx, "pending_links", ["sync_set", "side", "id", "field"], batch.removePendingLinks.map((link) => ({ sync_set: link.syncSet, side: link.side, id: link.id, field: link.field })));
  if (has(batch.removeQuarantine)) await remove(trx, "quarantine", ["sync_set", "side", "id"], batch.removeQuarantine.map((entry) => ({ sync_set: entry.syncSet, side: entry.side, id: entry.id })));
  if (has(batch.removeConflicts)) await remove(trx, "conflicts", ["sync_set", "master_id", "field"], batch.removeConflicts.map((entry) => ({ sync_set: entry.syncSet, master_id: entry.masterId, field: entry.field })));
};

/** The last entry wins where a batch names a row twice: one statement must not touch a row twice. */
const lastOf = <T>(rows: readonly T[], key: (row: T) => string): readonly T[] => [...new Map(rows.map((row) => [key(row), row])).values()];

const additions = async (trx: Trx, batch: RecordBatch): Promise<void> => {
  if (has(batch.syncSets))
    await trx.raw("update sync_sets s set fingerprint = d.fingerprint, field_fingerprints = d.field_fingerprints from jsonb_to_recordset(?::jsonb) as d(id integer, fingerprint text, field_fingerprints jsonb) where s.id = d.id", [
      asJson(batch.syncSets.map((set) => ({ id: set.id, fingerprint: set.fingerprint, field_fingerprints: set.fieldFingerprints }))),
    ]);
  if (has(batch.links)) await upsert(trx, "links", ["sync_set", "master_id"], LINK, lastOf(batch.links, (link) => `${link.syncSet} ${link.master.id}`).map(fromLink));
  if (has(batch.subLinks)) await upsert(trx, "sub_links", ["sync_set", "kind", "master_item", "master_id"], SUB_LINK, lastOf(batch.subLinks, (link) => JSON.stringify([link.syncSet, link.kind, link.masterItem, link.masterId])).map(fromSubLink));
  if (has(batch.openIntents)) await insert(trx, "intents", INTENT, batch.openIntents.map(fromIntent));
  if (has(batch.watermarks)) await upsert(trx, "watermarks", ["sync_set", "side"], ["sync_set", "side", "at"], batch.watermarks.map((mark) => ({ sync_set: mark.syncSet, side: mark.side, at: mark.at })));
  const swept = batch.watermarks?.filter((mark) => mark.sweptAt !== undefined) ?? [];
  for (const mark of swept) await trx("watermarks").where({ sync_set: mark.syncSet, side: mark.side }).update({ swept_at: mark.sweptAt });
  if (has(batch.pendingLinks)) await upsert(trx, "pending_links", ["sync_set", "side", "id", "field"], PENDING, lastOf(batch.pendingLinks, (link) => `${link.syncSet} ${link.side} ${link.id} ${link.field}`).map(fromPending));
  if (has(batch.quarantine)) await upsert(trx, "quarantine", ["sync_set", "side", "id"], QUARANTINE, lastOf(batch.quarantine, (entry) => `${entry.syncSet} ${entry.side} ${entry.id}`).map(fromQuarantined));
  if (has(batch.conflicts)) await upsert(trx, "conflicts", ["sync_set", "master_id", "field"], CONFLICT, lastOf(batch.conflicts, (entry) => `${entry.syncSet} ${entry.masterId} ${entry.field}`).map(fromConflict));
  if (has(batch.outcomes)) {
    await ensurePartitions(trx, batch.outcomes.map((outcome) => outcome.at));
    await insert(trx, "outcomes", OUTCOME, batch.outcomes.map(fromOutcome));
  }
};

const isEmpty = (batch: RecordBatch): boolean => Object.values(batch).every((rows) => (rows as readonly unknown[] | undefined)?.length === 0 || rows === undefined);

export const record = async (db: Database, batch: RecordBatch, lease?: Lease): Promise<void> => {
  if (isEmpty(batch)) return;
  await db.transaction(async (trx) => {
    if (lease !== undefined) await checkFence(trx, lease);
    await removals(trx, batch);
    await additions(trx, batch);
  });
};
