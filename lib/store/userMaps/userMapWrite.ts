// Brings the user maps to what a stream of changes says, in one transaction: everything goes into a temporary table
// first, then a few set statements compare and write. Memory does not grow with the number of people.

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Knex } from "knex";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { type OpenDatabase, ownClient } from "../database.ts";
import type { UserMapChange, UserMapMode, UserMapRefusal, UserMapResult } from "../store.ts";
import { jsonBatches } from "../tables/text.ts";
import { insertNames, moveNames, namesIn, type Rows, type Session, wakeQuarantine } from "./userMapRows.ts";

type Changes = AsyncIterable<readonly UserMapChange[]>;

interface Claim {
  readonly person: string;
  readonly dataSource: string;
  readonly name: string;
}

/** An index entry holds some 2,700 bytes; both columns of the key together stay below it. */
const MOST_BYTES = 1000;
const MOST_REFUSALS = 1000;

const unfit = (claim: Claim): string | undefined => {
  for (const [what, text] of [["the label", claim.person], ["the data source", claim.dataSource], ["the name", claim.name]] as const) {
    if (text.trim() === "") return `${what} is empty`;
    if (/[\u0000\p{Surrogate}]/u.test(text)) return `${what} holds a character that is none`;
    if (Buffer.byteLength(text) > MOST_BYTES) return `${what} is longer than ${MOST_BYTES} bytes`;
  }
  return undefined;
};

interface Tally {
  refused: number;
  readonly refusals: UserMapRefusal[];
}

const refuse = (tally: Tally, refusal: UserMapRefusal): void => {
  tally.refused++;
  if (tally.refusals.length < MOST_REFUSALS) tally.refusals.push(refusal);
};

async function* claims(changes: Changes, tally: Tally): AsyncGenerator<readonly (readonly string[])[]> {
  for await (const page of changes) {
    const fit: (readonly string[])[] = [];
    for (const change of page)
      for (const user of change.users) {
        const claim = { person: change.name, dataSource: user.dataSource, name: user.name };
        const reason = unfit(claim);
        if (reason === undefined) fit.push([claim.person, claim.dataSource, claim.name, user.readOnly === true ? "t" : "f"]);
        else refuse(tally, { ...claim, reason });
      }
    yield fit;
  }
}

const STAGE = "create temporary table staged (person text collate \"C\" not null, data_source text collate \"C\" not null, user_name text collate \"C\" not null, read_only boolean not null) on commit drop";

/** verdict: what becomes of a name. `owner` is whom it belongs to now. Merging makes a name read only, and none written again. */
const JUDGE: Readonly<Record<UserMapMode, string>> = {
  merge: "case when o.person = s.person and s.read_only and not o.read_only and s.claims = 1 then 'changed' when o.person = s.person then 'kept' when o.person is not null then 'refused' when s.claims > 1 then 'refused' else 'added' end",
  replace: "case when o.person = s.person and (s.read_only = o.read_only or s.claims > 1) then 'kept' when o.person = s.person then 'changed' when s.claims > 1 then 'refused' when o.person is null then 'added' else 'changed' end",
};

const NAMES = namesIn("user_maps");

const judge = (mode: UserMapMode): string =>
  `create temporary table judged on commit drop as
   select s.person, s.data_source, s.user_name, s.read_only, o.person as owner, s.claims, ${JUDGE[mode]} as verdict
   from (select person, data_source, user_name, read_only, count(*) over (partition by data_source, user_name) as claims from (select person, data_source, user_name, bool_and(read_only) as read_only from staged group by person, data_source, user_name) d) s
   left join ${NAMES} o using (data_source, user_name)`;

/** In replace: names that nobody claims. A contested name stays as it was. */
const UNNAMED = `from ${NAMES} n where n.user_name is not null and not exists (select 1 from judged j where j.data_source = n.data_source and j.user_name = n.user_name)`;

const reasonOf = (row: Record<string, unknown>): string =>
  Number(row.claims) > 1 ? `${row.claims} people claim this name${row.owner === null ? "" : `; it stays with ${String(row.owner)}`}` : `it belongs to ${String(row.owner)}`;

const compare = async (session: Session, mode: UserMapMode, tally: Tally): Promise<UserMapResult> => {
  await session.query(judge(mode));
  await session.query("analyze judged");
  const counts = new Map((await session.query("select verdict, count(*) as n from judged group by verdict")).rows.map((row) => [String(row.verdict), Number(row.n)]));
  const removed = mode === "merge" ? 0 : Number((await session.query(`select count(*) as n ${UNNAMED}`)).rows[0]?.n);
  const { rows } = await session.query(`select person, data_source, user_name, owner, claims from judged where verdict = 'refused' order by data_source, user_name, person limit ${MOST_REFUSALS}`);
  const refusals = [...tally.refusals, ...rows.map((row) => ({ person: String(row.person), dataSource: String(row.data_source), name: String(row.user_name), reason: reasonOf(row) }))];
  const of = (verdict: string): number => counts.get(verdict) ?? 0;
  return { added: of("added"), changed: of("changed"), kept: of("kept"), removed, refused: tally.refused + of("refused"), refusals: refusals.slice(0, MOST_REFUSALS) };
};

const JUDGED = "select person, data_source, user_name, read_only from judged where verdict";

const apply = async (session: Session, mode: UserMapMode, { added, changed, removed }: UserMapResult): Promise<void> => {
  const unnamed = mode === "merge" ? "" : `select n.data_source, n.user_name ${UNNAMED} union all `;
  if (changed + removed > 0) await moveNames(session, `${unnamed}select data_source, user_name from judged where verdict = 'changed'`, `${JUDGED} in ('added', 'changed')`);
  else if (added > 0) await insertNames(session, `${JUDGED} = 'added'`);
};

const work = async (session: Session, changes: Changes, mode: UserMapMode, write: boolean): Promise<UserMapResult> => {
  const tally: Tally = { refused: 0, refusals: [] };
  await session.query(STAGE);
  await session.load("staged", ["person", "data_source", "user_name", "read_only"], claims(changes, tally));
  // Two imports at once: the second compares with what the first has written. Readers are not kept waiting.
  if (write) await session.query("lock table user_maps in share row exclusive mode");
  const result = await compare(session, mode, tally);
  if (write) await apply(session, mode, result);
  if (write && result.added + result.changed + result.removed > 0) await wakeQuarantine(session);
  return result;
};

// ── on a server: COPY on a connection of its own ──────────────────────────────────────────────────────────────────

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
const ESCAPED = /[\\\t\n\r]/;
const copied = (text: string): string => (ESCAPED.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : text);

const NOTHING = "\\N";

/** Letters that go to the server at a time. */
const PIECE = 65_536;

const cell = (text: string | null | undefined): string => (text === null || text === undefined ? NOTHING : copied(text));

async function* copyLines(pages: AsyncIterable<Rows | Uint8Array>): AsyncGenerator<Uint8Array> {
  let lines = "";
  for await (const page of pages) {
    if (page instanceof Uint8Array) {
      // The order of rows means nothing.
      yield page;
      continue;
    }
    for (const row of page) {
      for (let at = 0; at < row.length; at++) lines += at === 0 ? cell(row[at]) : `\t${cell(row[at])}`;
      lines += "\n";
    }
    if (lines.length < PIECE) continue;
    yield Buffer.from(lines);
    lines = "";
  }
  if (lines !== "") yield Buffer.from(lines);
}

/** Not the owner; a lock that somebody holds. */
const NOT_NOW = ["42501", "55P03"];

const attempted = async (client: pg.Client, statements: readonly string[]): Promise<boolean> => {
  await client.query("savepoint attempt");
  try {
    for (const statement of statements) await client.query(statement);
    await client.query("release savepoint attempt");
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !NOT_NOW.includes(error.code ?? "")) throw error;
    await client.query("rollback to savepoint attempt");
    return false;
  }
};

/** A deed in one transaction; nothing of it stays unless `write`. */
type Deed<T> = (session: Session) => Promise<T>;

const onServer = async <T>(config: pg.ClientConfig, deed: Deed<T>, write: boolean): Promise<T> => {
  const client = await ownClient(config, "tandem user maps");
  client.on("error", () => {
    // The statement in hand fails with it.
  });
  try {
    await client.query("begin");
    // Lists for indexes and joins that stand in the processor's cache: of a million people, indexes made with 256 MB took the server twice
    // the processor's time, and joins half as much again, though less went by way of the disk. Of tables just made few rows tell enough.
    await client.query("set local work_mem to '8MB'; set local maintenance_work_mem to '8MB'; set local default_statistics_target to 10");
    const load: Session["load"] = (table, columns, pages) => pipeline(Readable.from(copyLines(pages)), client.query(copyFrom(`copy ${table} (${columns.join(", ")}) from stdin`)));
    const result = await deed({ query: (sql) => client.query(sql), load, attempt: (statements) => attempted(client, statements) });
    await client.query(write ? "commit" : "rollback");
    return result;
  } finally {
    // An open transaction ends with its connection: nothing was written.
    await client.end();
  }
};

// ── embedded: batches of JSON, because COPY from a stream would kill it ───────────────────────────────────────────

class DryRun extends Error {}

const unpacked = (page: Rows | Uint8Array): Rows => {
  if (!(page instanceof Uint8Array)) return page;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(page).split("\n").slice(0, -1).map((line) => line.split("\t").map((text) => (text === NOTHING ? null : text)));
};

const embeddedSession = (trx: Knex.Transaction): Session => ({
  query: (sql) => trx.raw(sql.replaceAll("?", "\\?")),
  load: async (table, columns, pages) => {
    for await (const page of pages)
      for (const { json } of jsonBatches(unpacked(page).map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]]))))) await trx.raw(`insert into ${table} select ${columns.join(", ")} from jsonb_populate_recordset(null::${table}, ?::jsonb)`, [json]);
  },
});

const onEmbedded = async <T>(db: Knex, deed: Deed<T>, write: boolean): Promise<T> => {
  let result: { readonly value: T } | undefined;
  try {
    return await db.transaction(async (trx) => {
      result = { value: await deed(embeddedSession(trx)) };
      if (!write) throw new DryRun();
      return result.value;
    });
  } catch (error) {
    if (error instanceof DryRun && result !== undefined) return result.value;
    throw error;
  }
};

/** `write` false: rolled back at the end, so that what would happen can be told. */
export const inOneCommit = <T>(open: OpenDatabase, deed: Deed<T>, write: boolean): Promise<T> => (open.config === undefined ? onEmbedded(open.db, deed, write) : onServer(open.config, deed, write));

export const writeUserMaps = (open: OpenDatabase, changes: Changes, mode: UserMapMode, write: boolean): Promise<UserMapResult> => inOneCommit(open, (session) => work(session, changes, mode, write), write);
