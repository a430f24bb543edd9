// Joins tables of people into user maps by a key column per data source, and says what importing them would change. Changes
// nothing itself.

import { DataError, UsageError } from "../core/errors.ts";
import { isObject } from "../core/isObject.ts";
import { buildUserMaps as join, type BuiltUserMaps } from "../core/users/buildUserMaps.ts";
import { type CsvRow, csvRows, refuse } from "../core/users/csvRows.ts";
import { badData, type Chunks } from "../core/users/decode.ts";
import { placedList } from "../core/users/jsonList.ts";
import type { Store } from "../store/store.ts";
import type { UserRow } from "./exportUsers.ts";
import { importUserMaps, type ImportUserMapsResult } from "./importUserMaps.ts";
import { heldMaps } from "./userMaps/mapsFile.ts";

const ADVICE = "exportUsers writes such tables";

const readJson = async (open: () => Chunks): Promise<readonly UserRow[]> => {
  const { entries, placeOf } = await placedList(open(), { of: "people", ifNoJson: ADVICE, ifNoList: ADVICE });
  return entries.map((row, at) => {
    if (!isObject(row)) throw badData(placeOf(at), "this is no person", ADVICE);
    const cells = Object.entries(row).map(([column, value]) => [column, value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value)]);
    return Object.fromEntries(cells);
  });
};

const headOf = (row: CsvRow, cells: readonly string[]): readonly string[] => {
  const head = cells.map((cell) => cell.trim());
  head.forEach((column, at) => {
    if (column !== "" && head.indexOf(column) !== at) throw badData({ line: row.line, column: 1 }, `two columns are headed "${column}"`, "leave one of them out: nobody can tell which is meant");
  });
  return head;
};

/** The cells of a row below the head; undefined where a spreadsheet left a row of nothing. */
const cellsBelow = (head: readonly string[], row: CsvRow, cells: readonly string[]): readonly string[] | undefined => {
  if (cells.every((cell) => cell === "")) return undefined;
  if (cells.length < head.length || cells.slice(head.length).some((cell) => cell !== "")) throw badData({ line: row.line, column: 1 }, `${cells.length} cells where the first line has ${head.length}`, "the file is damaged or cut off");
  return cells;
};

const readCsv = async (open: () => Chunks): Promise<readonly UserRow[]> => {
  let head: readonly string[] | undefined;
  const people: UserRow[] = [];
  for await (const rows of csvRows(open())) {
    for (const row of rows) {
      const cells = row.cells.map(refuse);
      const below = head === undefined ? undefined : cellsBelow(head, row, cells);
      if (head === undefined) head = headOf(row, cells);
      else if (below !== undefined) people.push(Object.fromEntries(head.map((column, at) => [column, below[at] ?? ""])));
    }
  }
  if (head === undefined) throw badData({ line: 1, column: 1 }, "the file is empty", ADVICE);
  return people;
};

/** Tables are joined by what they are of. */
const ofSources = (rows: readonly UserRow[]): readonly UserRow[] => {
  const without = rows.find((row) => (row.dataSource ?? "") === "");
  if (without === undefined) return rows;
  const columns = Object.keys(without).filter((column) => column !== "");
  throw new DataError("dataSource" in without ? "a row has no dataSource" : `there is no column dataSource; there are ${columns.map((column) => JSON.stringify(column)).join(", ")}`, "every table needs a column dataSource, as exportUsers writes it; add it to one of another tool, and name its columns email, login, name, or say --key, --identifier and --label");
};

/** Rows of a table as exportUsers writes it. Throws DataError with line and column, and for rows that do not tell whose people they are. */
export const readPeople = async (open: () => Chunks): Promise<readonly UserRow[]> => {
  for await (const piece of open()) {
    const first = piece.find((byte) => byte > 32 && byte < 127);
    return ofSources(await (first === 91 || first === 123 ? readJson(open) : readCsv(open)));
  }
  throw badData({ line: 1, column: 1 }, "the file is empty", ADVICE);
};

export interface BuildOptions {
  /** Data source → column. */
  readonly keys: Readonly<Record<string, string>>;
  readonly identifiers: Readonly<Record<string, string>>;
  readonly label: string;
}

export interface BuildResult extends BuiltUserMaps {
  readonly changes: ImportUserMapsResult;
}

/** The column made here where no identifier is named. */
const OWN = "\u0000identifier";

const identified = (row: UserRow): UserRow => ({ ...row, [OWN]: [row.login, row.email, row.id].find((text) => text !== undefined && text !== "") ?? "" });

const checkColumn = (rows: readonly UserRow[], dataSource: string, column: string): void => {
  if (rows.some((row) => column in row)) return;
  throw new UsageError(`${dataSource} has no column "${column}"`, `its columns are ${Object.keys(rows[0] ?? {}).join(", ")}`);
};

const joinPeople = (people: readonly UserRow[], options: BuildOptions): BuiltUserMaps => {
  const byName = new Map<string, UserRow[]>();
  for (const row of people) {
    const dataSource = row.dataSource ?? "";
    if (dataSource === "") throw new DataError("a row has no dataSource", "every table needs a column dataSource, as exportUsers writes it");
    const rows = byName.get(dataSource);
    if (rows === undefined) byName.set(dataSource, [row]);
    else rows.push(row);
  }
  for (const name of [...Object.keys(options.keys), ...Object.keys(options.identifiers)]) if (!byName.has(name)) throw new UsageError(`no table has people of "${name}"`, `there are ${[...byName.keys()].join(", ")}`);
  if (byName.size < 2) throw new UsageError(`people of ${byName.size} data source cannot be joined`, "give the tables of two or more");
  return join(
    [...byName].map(([dataSource, rows]) => {
      const [key, identifier] = [options.keys[dataSource] ?? "email", options.identifiers[dataSource]];
      checkColumn(rows, dataSource, key);
      if (identifier !== undefined) checkColumn(rows, dataSource, identifier);
      return { dataSource, rows: rows.map(identified), key, identifier: identifier ?? OWN, label: options.label };
    }),
  );
};

/** The maps and what importing them would do to the store. */
export const buildUserMaps = async (store: Store, people: readonly UserRow[], options: BuildOptions): Promise<BuildResult> => {
  const built = joinPeople(people, options);
  const changes = await importUserMaps(store, heldMaps(built.maps), { mode: "merge", dryRun: true });
  if (changes === undefined) throw new Error("a dry run asked a person");
  return { ...built, changes };
};
