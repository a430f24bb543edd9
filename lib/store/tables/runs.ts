// Runs, their outcomes, and whether a connection may run.

import type { Side } from "../../core/types.ts";
import type { Database } from "../database.ts";
import { SIDE_COLUMN, toOutcome } from "./rows.ts";
import type { ConnectionState, ConnectionTable, Outcome, OutcomeTable, RunRow, RunTable } from "../store.ts";
import { cleanText, jsonOf, type Row } from "./text.ts";

const toRun = (row: Row): RunRow => ({
  id: String(row.id),
  connection: String(row.connection),
  ...(row.slice === null ? {} : { slice: String(row.slice) }),
  script: String(row.script),
  startedAt: String(row.started_at),
  ...(row.ended_at === null ? {} : { endedAt: String(row.ended_at) }),
  status: row.status as RunRow["status"],
  host: String(row.host),
  pid: Number(row.pid),
  counts: row.counts as RunRow["counts"],
  ...(row.message === null ? {} : { message: String(row.message) }),
});

/** What a person typed may be anything; the database takes nothing else for an id. */
/** Of an id, as people copy it: its first block at the least says enough. */
const BEGINNING = /^[0-9a-f]{4}[0-9a-f-]{0,32}$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const createRuns = (db: Database): RunTable => ({
  start: async (run) => {
    await db("runs").insert({ id: run.id, connection: run.connection, slice: run.slice ?? null, script: run.script, started_at: run.at, status: "running", host: run.host, pid: run.pid });
  },
  end: async (id, end) => {
    await db("runs").where({ id }).update({ ended_at: end.at, status: end.status, counts: jsonOf(end.counts), message: end.message === undefined ? null : cleanText(end.message) });
  },
  list: async (connection, most = 100, slice, until) => {
    const query = db("runs").orderBy([{ column: "started_at", order: "desc" }, { column: "id" }]).limit(most);
    if (connection !== undefined) void query.where({ connection });
    if (until !== undefined) void query.where("started_at", "<=", until);
    if (slice !== undefined) void query.where((either) => either.whereNull("slice").orWhere({ slice }));
    return (await query).map(toRun);
  },
  get: async (id) => {
    if (!UUID.test(id)) return undefined;
    const row = await db("runs").where({ id }).first();
    return row === undefined ? undefined : toRun(row);
  },
  beginning: async (words) => {
    if (!BEGINNING.test(words)) return [];
    return (await db("runs").whereRaw("id::text like ?", [`${words.toLowerCase()}%`]).orderBy("id").limit(2)).map(({ id }) => String(id));
  },
});

const PAGE = 1000;

/** The latest outcome per pair, in pages along the index of that side. */
async function* latestOf(db: Database, syncSet: number, side: Side, which: string, actions: readonly Outcome["action"][]): AsyncGenerator<readonly Outcome[]> {
  const first = `o.${SIDE_COLUMN[side]}`;
  const second = `coalesce(o.${SIDE_COLUMN[side === "master" ? "target" : "master"]}, '')`;
  for (let after: readonly [string, string] = ["", ""]; ; ) {
    const { rows }: { rows: Row[] } = await db.raw(
      `select distinct on (${first}, ${second}) o.* from outcomes o where o.sync_set = ? and ${which} and o.action = any(?::text[]) and ${first} >= ? and (${first}, ${second}) > (?, ?) order by ${first}, ${second}, o.at desc, o.seq desc limit ?`,
      [syncSet, [...actions], after[0], after[0], after[1], PAGE],
    );
    if (rows.length > 0) yield rows.map(toOutcome);
    if (rows.length < PAGE) return;
    const last = toOutcome(rows[rows.length - 1] as Row);
    after = side === "master" ? [last.masterId ?? "", last.targetId ?? ""] : [last.targetId ?? "", last.masterId ?? ""];
  }
}

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
    const { rows } = await db.raw(`select * from outcomes where sync_set = ? and ${SIDE_COLUMN[side]} = ? order by seq desc limit ?`, [syncSet, cleanText(id), most]);
    return rows.map(toOutcome);
  },
  latest: async function* (connection, actions) {
    for (const { id } of await db("sync_sets").where({ connection }).orderBy("id")) {
      yield* latestOf(db, id, "master", "o.master_id is not null", actions);
      yield* latestOf(db, id, "target", "o.master_id is null and o.target_id is not null", actions);
    }
  },
});

const toState = (row: Row): ConnectionState => ({ name: String(row.name), started: row.started === true, changedAt: String(row.changed_at), changedBy: String(row.changed_by), ...(row.note === null ? {} : { note: String(row.note) }) });

const STANDING = `select c.*, (select max(at) from facts where name = any(cast(:facts as text[])) and at <= :until) as fact_at, r.started_at as run_at,
    coalesce((select bool_or(held) from locks where name = any(cast(:locks as text[]))), false) as held
  from (select 1) as one
  left join connections c on c.name = :name
  left join lateral (select started_at from runs where connection = :name and script = :script and started_at <= :until and (cast(:slice as text) is null or slice is null or slice = :slice) order by started_at desc, id limit 1) r on true`;

export const createConnections = (db: Database): ConnectionTable => ({
  standing: async (name, asked) => {
    const row = (await db.raw(STANDING, { name, facts: [...asked.facts], script: asked.script, locks: [...asked.locks], slice: asked.slice ?? null, until: asked.until ?? "infinity" })).rows[0] as Row;
    return { isHeld: row.held === true, ...(row.name === null ? {} : { state: toState(row) }), ...(row.fact_at === null ? {} : { factAt: String(row.fact_at) }), ...(row.run_at === null ? {} : { startedAt: String(row.run_at) }) };
  },
  get: async (name) => {
    const row = await db("connections").where({ name }).first();
    return row === undefined ? undefined : toState(row);
  },
  set: async (state) => {
    await db("connections").insert({ name: state.name, started: state.started, changed_at: state.changedAt, changed_by: state.changedBy, note: state.note === undefined ? null : cleanText(state.note) }).onConflict("name").merge();
  },
  remove: async (name) => {
    await db("connections").where({ name }).delete();
  },
});
