// Runs, their outcomes, and whether a connection may run.

import type { Database } from "./database.ts";
import { SIDE_COLUMN, toOutcome } from "./rows.ts";
import type { ConnectionState, ConnectionTable, Outcome, OutcomeTable, RunRow, RunTable } from "./store.ts";

const toRun = (row: Readonly<Record<string, unknown>>): RunRow => ({
  id: String(row.id),
  connection: String(row.connection),
  script: String(row.script),
  startedAt: String(row.started_at),
  ...(row.ended_at === null ? {} : { endedAt: String(row.ended_at) }),
  status: row.status as RunRow["status"],
  host: String(row.host),
  pid: Number(row.pid),
  counts: row.counts as RunRow["counts"],
  ...(row.message === null ? {} : { message: String(row.message) }),
});

export const createRuns = (db: Database): RunTable => ({
  start: async (run) => {
    await db("runs").insert({ id: run.id, connection: run.connection, script: run.script, started_at: run.at, status: "running", host: run.host, pid: run.pid });
  },
  end: async (id, end) => {
    await db("runs").where({ id }).update({ ended_at: end.at, status: end.status, counts: JSON.stringify(end.counts), message: end.message ?? null });
  },
  list: async (connection, most = 100) => {
    const query = db("runs").orderBy([{ column: "started_at", order: "desc" }, { column: "id" }]).limit(most);
    return (await (connection === undefined ? query : query.where({ connection }))).map(toRun);
  },
  get: async (id) => {
    const row = await db("runs").where({ id }).first();
    return row === undefined ? undefined : toRun(row);
  },
});

export const createOutcomes = (db: Database): OutcomeTable => ({
  ofRun: async function* (run, pageSize = 1000) {
    let after = 0;
    for (;;) {
      const { rows }: { rows: Record<string, unknown>[] } = await db.raw("select * from outcomes where run_id = ? and seq > ? order by seq limit ?", [run, after, pageSize]);
      if (rows.length > 0) yield rows.map(toOutcome);
      if (rows.length < pageSize) return;
      after = Number(rows[rows.length - 1]?.seq);
    }
  },
  ofItem: async (syncSet, side, id, most = 100) => {
    const { rows } = await db.raw(`select * from outcomes where sync_set = ? and ${SIDE_COLUMN[side]} = ? order by at desc, seq desc limit ?`, [syncSet, id, most]);
    return rows.map(toOutcome);
  },
  latest: async function* (connection, actions) {
    const { rows } = await db.raw(
      "select distinct on (o.sync_set, o.master_id, o.target_id) o.* from outcomes o join sync_sets s on s.id = o.sync_set where s.connection = ? and o.action = any(?::text[]) order by o.sync_set, o.master_id, o.target_id, o.at desc, o.seq desc",
      [connection, actions],
    );
    yield rows.map(toOutcome) as Outcome[];
  },
});

export const createConnections = (db: Database): ConnectionTable => ({
  get: async (name) => {
    const row = await db("connections").where({ name }).first();
    if (row === undefined) return undefined;
    const state: ConnectionState = { name, started: row.started, changedAt: String(row.changed_at), changedBy: String(row.changed_by), ...(row.note === null ? {} : { note: String(row.note) }) };
    return state;
  },
  set: async (state) => {
    await db("connections").insert({ name: state.name, started: state.started, changed_at: state.changedAt, changed_by: state.changedBy, note: state.note ?? null }).onConflict("name").merge();
  },
});
