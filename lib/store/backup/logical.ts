// The logical form of a backup: every row of ours as text, read in one transaction and written in one. Each value travels as
// PostgreSQL prints it and is read back as the column's own type, so that nothing passes through our number and date types.

import type { Knex } from "knex";
import { ConfigError, DataError } from "../../core/errors.ts";
import { isObject } from "../../core/isObject.ts";
import type { Instant } from "../../core/types.ts";
import type { Database, OpenDatabase } from "../database.ts";
import { beginReading, endReading, inWords } from "../failures.ts";
import { lockSchema, migrate, refuseNewer, schemaStatus } from "../migrate.ts";
import { takeTables } from "./alone.ts";
import { dropStatements, type OwnTable, ownMonths, ownSequences, ownTables } from "./ownTables.ts";
import { ensurePartitions, forgetPartitions } from "../tables/partitions.ts";
import { noteRestored } from "../tables/restored.ts";
import { keepStopped, stoppedConnections } from "./stopped.ts";
import type { BackupHead, TableSums } from "../upkeep.ts";

type Trx = Knex.Transaction;
type Pages = AsyncIterable<string>;

const PAGE = 500;
const MOST_CHARACTERS = 8_000_000;

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const lineOf = (columns: readonly string[]): string => `json_build_array(${columns.map((column) => `${quote(column)}::text`).join(", ")})::text`;

const sumOf = async (db: Database, table: string, columns: readonly string[]): Promise<TableSums[string]> => {
  const { rows } = await db.raw(`select count(*) as rows, coalesce(sum(hashtextextended(${lineOf(columns)}, 0)), 0)::text as sum from ${quote(table)}`);
  return { rows: Number(rows[0].rows), sum: String(rows[0].sum) };
};

/** By table: how many rows, and a sum over all of them. Reads everything. */
export const tableSums = async (db: Database): Promise<TableSums> => {
  const sums: Record<string, TableSums[string]> = {};
  for (const table of await ownTables(db)) sums[table.name] = await sumOf(db, table.name, table.columns.map(({ name }) => name));
  return sums;
};

async function* rowsOf(trx: Trx, table: OwnTable, onRows: ((rows: number) => void) | undefined): AsyncGenerator<string> {
  await trx.raw(`declare tandem_backup no scroll cursor for select ${lineOf(table.columns.map(({ name }) => name))} as line from ${quote(table.name)}`);
  for (;;) {
    const { rows }: { rows: readonly { readonly line: string }[] } = await trx.raw(`fetch ${PAGE} from tandem_backup`);
    if (rows.length > 0) yield `${rows.map(({ line }) => line).join("\n")}\n`;
    onRows?.(rows.length);
    if (rows.length < PAGE) break;
  }
  await trx.raw("close tandem_backup");
}

/** One snapshot for everything. Throws ConfigError for a database without our tables, or of a newer schema. */
export async function* dumpLogical(open: OpenDatabase, at: string, onRows?: (rows: number) => void): AsyncGenerator<string> {
  const trx = await beginReading(open);
  try {
    const status = await schemaStatus(trx);
    // What a newer version keeps in tables of its own would be missing without a word.
    refuseNewer(status);
    const { current } = status;
    if (current === 0) throw new ConfigError([{ message: `the database ${open.location} holds no tables of Tandem`, advice: "check DATABASE_URL and the search_path of the role" }]);
    const head: BackupHead = { tandemBackup: 1, schema: current, at, from: open.kind };
    yield `${JSON.stringify(head)}\n`;
    yield `${JSON.stringify({ months: await ownMonths(trx), sequences: await ownSequences(trx) })}\n`;
    const tables = await ownTables(trx);
    for (const table of tables) {
      yield `${JSON.stringify({ table: table.name, columns: table.columns.map(({ name }) => name) })}\n`;
      yield* rowsOf(trx, table, onRows);
    }
    yield `${JSON.stringify({ end: await tableSums(trx) })}\n`;
  } catch (error) {
    throw inWords(error, open.location);
  } finally {
    await endReading(trx);
  }
}

interface Parts {
  readonly head: BackupHead;
  readonly months: readonly string[];
  readonly sequences: Readonly<Record<string, string | null>>;
}

const noBackup = (why: string): DataError => new DataError(`this is no whole backup of Tandem: ${why}`, "take another copy of the file");

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) throw noBackup("a line of it cannot be read");
    throw error;
  }
};

/** Throws DataError, and ConfigError for a schema this version does not know. */
const headOf = (first: string | undefined, second: string | undefined, newest: number): Parts => {
  const [head, more] = [parse(first ?? "null"), parse(second ?? "null")];
  if (!isObject(head) || head.tandemBackup !== 1 || typeof head.schema !== "number" || !isObject(more) || !Array.isArray(more.months) || !isObject(more.sequences)) throw noBackup("its first lines do not say so");
  if (head.schema > newest) throw new ConfigError([{ message: `the backup has schema ${head.schema}, this version of Tandem knows up to ${newest}`, advice: "use the version of Tandem that made it, or a newer one" }]);
  return { head: head as unknown as BackupHead, months: more.months.map(String), sequences: more.sequences as Parts["sequences"] };
};

/** Lines in groups as the pages come. */
async function* linesOf(pages: Pages): AsyncGenerator<readonly string[]> {
  let rest = "";
  for await (const page of pages) {
    const lines = (rest + page).split("\n");
    rest = lines.pop() ?? "";
    if (lines.length > 0) yield lines;
  }
  if (rest !== "") yield [rest];
}

const insertRows = async (trx: Trx, table: OwnTable, columns: readonly string[], lines: readonly string[]): Promise<void> => {
  const values = columns.map((column, at) => `(r ->> ${at})::${table.columns.find(({ name }) => name === column)?.type ?? "text"}`);
  await trx.raw(`insert into ${quote(table.name)} (${columns.map(quote).join(", ")}) overriding system value select ${values.join(", ")} from jsonb_array_elements(cast(? as jsonb)) r`, [`[${lines.join(",")}]`]);
};

const setSequences = async (trx: Trx, sequences: Parts["sequences"]): Promise<void> => {
  const own = await ownSequences(trx);
  for (const [name, value] of Object.entries(sequences)) if (value !== null && name in own) await trx.raw("select setval(to_regclass(quote_ident(?)), cast(? as bigint))", [name, value]);
};

const compareSums = async (trx: Trx, columns: ReadonlyMap<string, readonly string[]>, told: TableSums): Promise<void> => {
  for (const [table, { rows, sum }] of Object.entries(told)) {
    const names = columns.get(table);
    if (names === undefined) throw noBackup(`it names a table ${table} without its rows`);
    const found = await sumOf(trx, table, names);
    if (found.rows !== rows || found.sum !== sum) throw noBackup(`${table} came out as ${found.rows} rows, ${rows} went in${found.rows === rows ? ", some of them different" : ""}`);
  }
};

/** Tables of the schema that the backup has, all of them empty. */
const prepare = async (trx: Trx, schema: number, replace: boolean): Promise<void> => {
  const { current } = await schemaStatus(trx);
  if (current !== schema && current !== 0) for (const statement of await dropStatements(trx)) await trx.raw(statement);
  await migrate(trx, schema);
  const tables = await ownTables(trx);
  if (replace && current === schema) await trx.raw(`truncate ${tables.map(({ name }) => quote(name)).join(", ")} restart identity`);
};

interface Loading {
  readonly onRows?: (rows: number) => void;
  readonly columns: Map<string, readonly string[]>;
  end: TableSums | undefined;
}

/** Takes the lines after the head. */
const loadRows = async (trx: Trx, groups: AsyncIterable<readonly string[]>, tables: ReadonlyMap<string, OwnTable>, state: Loading): Promise<void> => {
  let [table, columns]: [OwnTable | undefined, readonly string[]] = [undefined, []];
  let [waiting, size]: [string[], number] = [[], 0];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    if (table === undefined) throw noBackup("rows come before their table");
    await insertRows(trx, table, columns, waiting);
    state.onRows?.(waiting.length);
    [waiting, size] = [[], 0];
  };
  for await (const lines of groups)
    for (const line of lines) {
      if (line.startsWith("[")) {
        waiting.push(line);
        size += line.length;
        if (waiting.length >= PAGE * 4 || size > MOST_CHARACTERS) await flush();
        continue;
      }
      await flush();
      const word = parse(line);
      if (!isObject(word)) throw noBackup("a line of it says nothing");
      if (isObject(word.end)) state.end = word.end as unknown as TableSums;
      else {
        table = tables.get(String(word.table));
        if (table === undefined || !Array.isArray(word.columns)) throw noBackup(`nobody knows its table ${String(word.table)}`);
        columns = word.columns.map(String);
        state.columns.set(table.name, columns);
      }
    }
  await flush();
};

/** Reads the first two lines; the rest stays in the stream. */
const openLines = async (pages: Pages): Promise<{ readonly first: readonly (string | undefined)[]; readonly rest: AsyncIterable<readonly string[]> }> => {
  const groups = linesOf(pages)[Symbol.asyncIterator]();
  const held: string[] = [];
  while (held.length < 2) {
    const { value, done } = await groups.next();
    if (done === true) break;
    held.push(...value);
  }
  async function* rest(): AsyncGenerator<readonly string[]> {
    yield held.slice(2);
    for (let next = await groups.next(); next.done !== true; next = await groups.next()) yield next.value;
  }
  return { first: held.slice(0, 2), rest: rest() };
};

/** All or nothing, and nobody else comes in between. Throws BusyError where a run is at work, UsageError where something is there without `replace`. */
export const loadLogical = async (open: OpenDatabase, pages: Pages, how: { readonly replace: boolean; readonly onRows?: (rows: number) => void; readonly restoredAt?: Instant }): Promise<{ readonly head: BackupHead; readonly sums: TableSums }> => {
  const { first, rest } = await openLines(pages);
  const state: Loading = { columns: new Map(), end: undefined, ...(how.onRows === undefined ? {} : { onRows: how.onRows }) };
  const { newest } = await schemaStatus(open.db);
  const { head, months, sequences } = headOf(first[0], first[1], newest);
  try {
    await open.db.transaction(async (trx) => {
      // Before anything is looked at: another restore, or a first start, may be making the tables.
      await lockSchema(trx);
      await takeTables(trx, open.location, how.replace);
      const stopped = await stoppedConnections(trx);
      await prepare(trx, head.schema, how.replace);
      await ensurePartitions(trx, months.map((month) => `${month}-01T00:00:00.000Z`));
      await loadRows(trx, rest, new Map((await ownTables(trx)).map((table) => [table.name, table])), state);
      if (state.end === undefined) throw noBackup("its end is missing");
      await compareSums(trx, state.columns, state.end);
      await setSequences(trx, sequences);
      await migrate(trx);
      await trx.raw("update locks set held = false where held");
      await keepStopped(trx, stopped);
      if (how.restoredAt !== undefined) await noteRestored(trx, head.at, how.restoredAt);
    });
  } catch (error) {
    throw inWords(error, open.location);
  } finally {
    forgetPartitions(open.db);
  }
  return { head, sums: state.end ?? {} };
};
