// A table of people as exportUsers writes it, read for matching: id, name, login and e-mail address, nothing else is kept.

import { type Delimiter, guess, MOST_ROW, refuse, type RowAt, rowAt } from "../../users/csvRows.ts";
import { badByte, badData, type Chunks, goodUntil, utf8Of } from "../../users/decode.ts";
import { jsonList } from "../../users/jsonList.ts";
import { createLetterTable, type LetterTable } from "../words/letterTable.ts";
import { EMAIL, ID, LOGIN, NAME, type Names } from "./names.ts";
import { createNamesBytes, type NamesBytes } from "./namesBytes.ts";
import { createPlainPeople, type PlainPeople } from "./plainPeople.ts";

export interface PeopleTable {
  /** Of the first person; "" where the table does not say. */
  readonly dataSource: string;
  readonly people: Names;
}

const COLUMNS = ["id", "name", "login", "email", "dataSource"] as const;
type Cells = Readonly<Record<(typeof COLUMNS)[number], string>>;

const ADVICE = "exportUsers writes such tables: id, name, login, email";

interface Draft {
  dataSource: string;
  readonly people: NamesBytes;
  readonly ids: LetterTable;
}

const take = (draft: Draft, { id, name, login, email, dataSource }: Cells, line: number): void => {
  if (id === "") throw badData({ line, column: 1 }, "a person without an id", ADVICE);
  if (draft.ids.findText(id) >= 0) throw badData({ line, column: 1 }, `the id ${id} stands twice`, "give one table for each data source");
  draft.ids.addText(id);
  if (draft.ids.size() === 1) draft.dataSource = dataSource;
  draft.people.add(id, name, login, email);
};

const placesOf = (head: readonly string[]): Readonly<Record<(typeof COLUMNS)[number], number>> => {
  const names = head.map((cell) => cell.trim().toLowerCase());
  const places = Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column.toLowerCase())])) as Record<(typeof COLUMNS)[number], number>;
  for (const column of ["id", "name"] as const) if (places[column] < 0) throw badData({ line: 1, column: 1 }, `there is no column ${column}`, ADVICE);
  return places;
};

/** What the first row says of the others. */
interface Head {
  readonly places: Readonly<Record<(typeof COLUMNS)[number], number>>;
  readonly width: number;
  readonly plain: PlainPeople;
}

const headOf = (cells: readonly string[], delimiter: Delimiter, draft: Draft): Head => {
  const places = placesOf(cells);
  const columns = cells.map((_, at) => (at === places.id ? ID : at === places.name ? NAME : at === places.login ? LOGIN : at === places.email ? EMAIL : undefined));
  return { places, width: cells.length, plain: createPlainPeople(delimiter, columns, draft.people, draft.ids) };
};

const NEWLINE = 10;
/** A letter of UTF-8 may be cut in pieces of so many bytes at the most. */
const MOST_CUT = 3;

/** Behind as many ends of lines from a place on; the end of it all where there are fewer. */
const endOfLines = (bytes: Uint8Array, from: number, to: number, lines: number): number => {
  let at = from;
  for (let left = lines; left > 0 && at < to; left--) {
    const end = bytes.indexOf(NEWLINE, at);
    at = end < 0 || end >= to ? to : end + 1;
  }
  return at;
};

const takeRow = (draft: Draft, { places, width }: Head, cells: readonly string[], line: number): void => {
  if (cells.length !== width) throw badData({ line, column: 1 }, `${cells.length} cells where the first line has ${width}`, "the file is damaged or cut off");
  const cell = (column: (typeof COLUMNS)[number]): string => refuse(cells[places[column]] ?? "");
  take(draft, { id: cell("id"), name: cell("name"), login: cell("login"), email: cell("email"), dataSource: cell("dataSource") }, line);
};

/** One row that is no plain one; undefined where it does not end yet. Most end with their line. */
const rowIn = (bytes: Uint8Array, from: number, to: number, line: number, known: Delimiter | undefined, isLast: boolean): { readonly row: RowAt; readonly delimiter: Delimiter; readonly end: number } | undefined => {
  let delimiter = known;
  for (let lines = 1; ; lines *= 2) {
    const end = endOfLines(bytes, from, to, lines);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(from, end));
    delimiter ??= guess(text.replace(/\n[^]*$/, ""));
    const row = rowAt(text, 0, line, delimiter, isLast && end === to);
    if (row !== undefined) return { row, delimiter, end: endOfLines(bytes, from, to, row.lines) };
    if (end === to) return undefined;
  }
};

const readCsv = async (chunks: Chunks, draft: Draft): Promise<void> => {
  const { people } = draft;
  let head: Head | undefined;
  let delimiter: Delimiter | undefined;
  let line = 1;
  /** Where the row begins that is not read yet, and up to where the bytes are known to be good. */
  let [at, good] = [0, 0];
  const read = (isLast: boolean): void => {
    while (at < good) {
      // The first person says more than the others.
      if (head !== undefined && draft.ids.size() > 0) {
        at = head.plain.read(at, good);
        line += head.plain.lines;
      }
      const found = at < good ? rowIn(people.bytes, at, good, line, delimiter, isLast) : undefined;
      if (found === undefined) return;
      const { cells, lines } = found.row;
      if (cells !== undefined && head === undefined) head = headOf(cells, (delimiter = found.delimiter), draft);
      else if (cells !== undefined && head !== undefined) takeRow(draft, head, cells, line);
      at = found.end;
      line += lines;
    }
  };
  const check = (most: number): void => {
    good = goodUntil(people.bytes, good, people.size);
    if (people.size - good > most) throw badByte(people.bytes, good);
  };
  for await (const bytes of utf8Of(chunks)) {
    people.put(bytes);
    check(MOST_CUT);
    read(false);
    if (good - at > MOST_ROW) throw badData({ line, column: 1 }, `a row of more than ${MOST_ROW} letters`, "is a quote missing?");
  }
  check(0);
  read(true);
  if (head === undefined) throw badData({ line: 1, column: 1 }, "the file is empty", ADVICE);
};

const readJson = async (chunks: Chunks, draft: Draft): Promise<void> => {
  const list = await jsonList(chunks, { of: "people", ifNoJson: ADVICE, ifNoList: ADVICE });
  for (const [at, row] of list.entries()) {
    if (typeof row !== "object" || row === null) throw badData({ line: at + 1, column: 1 }, `entry ${at + 1} is no person`, ADVICE);
    const cell = (column: string): string => String((row as Readonly<Record<string, unknown>>)[column] ?? "");
    take(draft, { id: cell("id"), name: cell("name"), login: cell("login"), email: cell("email"), dataSource: cell("dataSource") }, at + 1);
  }
};

/** CSV or JSON, told from its first letter. Throws DataError with line and column. */
export const readPeopleTable = async (open: () => Chunks): Promise<PeopleTable> => {
  const draft: Draft = { dataSource: "", people: createNamesBytes(), ids: createLetterTable() };
  for await (const piece of open()) {
    const first = piece.find((byte) => byte > 32 && byte < 127);
    await (first === 91 || first === 123 ? readJson : readCsv)(open(), draft);
    return { dataSource: draft.dataSource, people: draft.people.done() };
  }
  throw badData({ line: 1, column: 1 }, "the file is empty", ADVICE);
};
