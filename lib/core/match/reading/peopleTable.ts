// A table of people as exportUsers writes it, read for matching: id, name, login and e-mail address, nothing else is kept.

import { type Delimiter, guess, refuse, type RowAt, rowAt } from "../../users/csvRows.ts";
import { badByte, badData, goodUntil, utf8Of } from "../../users/decode.ts";
import { jsonList } from "../../users/jsonList.ts";
import { EMAIL, ID, LOGIN, NAME, type Names } from "./names.ts";
import { NamesBytes } from "./namesBytes.ts";
import { PlainPeople } from "./plainPeople.ts";

export interface PeopleTable {
  /** Of the first person; "" where the table does not say. */
  readonly dataSource: string;
  readonly people: Names;
  /** How many rows stand for a group of people (`kind` "group"), and were left out. */
  readonly groups: number;
}

const COLUMNS = ["id", "name", "login", "email", "dataSource", "kind"] as const;
type Cells = Readonly<Record<(typeof COLUMNS)[number], string>>;

const ADVICE = "exportUsers writes such tables: id, name, login, email";

interface Draft {
  dataSource: string;
  groups: number;
  readonly people: NamesBytes;
}

/** `over`: where the row begins in the bytes, if it stands there. */
const take = (draft: Draft, { id, name, login, email, dataSource, kind }: Cells, line: number, over?: number): void => {
  if (kind === "group") return void draft.groups++;
  if (id === "") throw badData({ line, column: 1 }, "a person without an id", ADVICE);
  if (!draft.people.add([id, name, login, email], over)) throw badData({ line, column: 1 }, `the id ${id} stands twice`, "give one table for each data source");
  if (draft.people.count === 1) draft.dataSource = dataSource;
};

/** In a table of another tool a column may hold anything: what it means is a person's to say. */
const RENAME = "exportUsers writes such tables; in one of another tool give the columns these names: id (what nobody else there has), name, login, email";
const MOST_SHOWN = 12;

const shown = (head: readonly string[]): string => `${head.slice(0, MOST_SHOWN).map((cell) => JSON.stringify(cell.trim().slice(0, 60))).join(", ")}${head.length > MOST_SHOWN ? ` and ${head.length - MOST_SHOWN} more` : ""}`;

const placesOf = (head: readonly string[]): Readonly<Record<(typeof COLUMNS)[number], number>> => {
  const names = head.map((cell) => cell.trim().toLowerCase());
  const places = Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column.toLowerCase())])) as Record<(typeof COLUMNS)[number], number>;
  for (const column of ["id", "name"] as const) if (places[column] < 0) throw badData({ line: 1, column: 1 }, `there is no column ${column}; there are ${shown(head)}`, RENAME);
  return places;
};

/** What the first row says of the others. */
interface Head {
  readonly places: Readonly<Record<(typeof COLUMNS)[number], number>>;
  readonly width: number;
  readonly delimiter: Delimiter;
  readonly plain: PlainPeople;
}

const headOf = (cells: readonly string[], delimiter: Delimiter, people: NamesBytes): Head => {
  const places = placesOf(cells);
  const columns = cells.map((_, at) => (at === places.id ? ID : at === places.name ? NAME : at === places.login ? LOGIN : at === places.email ? EMAIL : undefined));
  return { places, width: cells.length, delimiter, plain: new PlainPeople(delimiter, columns, people) };
};

const NEWLINE = 10;

/** Behind as many ends of lines from a place on; the end of it all where there are fewer. */
const endOfLines = (bytes: Uint8Array, from: number, to: number, lines: number): number => {
  let at = from;
  for (let left = lines; left > 0 && at < to; left--) {
    const end = bytes.indexOf(NEWLINE, at);
    at = end < 0 || end >= to ? to : end + 1;
  }
  return at;
};

const takeRow = (draft: Draft, { places, width }: Head, cells: readonly string[], line: number, from: number): void => {
  if (cells.length !== width) throw badData({ line, column: 1 }, `${cells.length} cells where the first line has ${width}`, "the file is damaged or cut off");
  const cell = (column: (typeof COLUMNS)[number]): string => refuse(cells[places[column]] ?? "");
  take(draft, { id: cell("id"), name: cell("name"), login: cell("login"), email: cell("email"), dataSource: cell("dataSource"), kind: cell("kind") }, line, from);
};

/** One row that is no plain one. Most end with their line. */
const rowIn = ({ bytes, size }: NamesBytes, from: number, line: number, known: Delimiter | undefined): { readonly row: RowAt; readonly delimiter: Delimiter; readonly end: number } => {
  for (let lines = 1; ; lines *= 2) {
    const end = endOfLines(bytes, from, size, lines);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(from, end));
    const delimiter = known ?? guess(text.replace(/\n[^]*$/, ""));
    const row = rowAt(text, 0, line, delimiter, end === size);
    if (row !== undefined) return { row, delimiter, end: endOfLines(bytes, from, size, row.lines) };
  }
};

const readCsv = (draft: Draft): void => {
  const { people } = draft;
  const good = goodUntil(people.bytes, 0, people.size);
  if (good < people.size) throw badByte(people.bytes, good);
  let head: Head | undefined;
  let line = 1;
  for (let at = 0; at < people.size; ) {
    // The first person says more than the others, and each does where one may be a group.
    if (head !== undefined && people.count > 0 && head.places.kind < 0) {
      at = head.plain.read(at);
      line += head.plain.lines;
      if (at === people.size) return;
    }
    const { row: { cells, lines }, delimiter, end } = rowIn(people, at, line, head?.delimiter);
    if (cells !== undefined && head === undefined) head = headOf(cells, delimiter, people);
    else if (cells !== undefined && head !== undefined) takeRow(draft, head, cells, line, at);
    at = end;
    line += lines;
  }
  if (head === undefined) throw badData({ line: 1, column: 1 }, "the file is empty", ADVICE);
};

const readJson = async (file: Uint8Array, draft: Draft): Promise<void> => {
  const list = await jsonList([file], { of: "people", ifNoJson: ADVICE, ifNoList: ADVICE });
  for (const [at, row] of list.entries()) {
    if (typeof row !== "object" || row === null) throw badData({ line: at + 1, column: 1 }, `entry ${at + 1} is no person`, ADVICE);
    const cell = (column: string): string => String((row as Readonly<Record<string, unknown>>)[column] ?? "");
    take(draft, { id: cell("id"), name: cell("name"), login: cell("login"), email: cell("email"), dataSource: cell("dataSource"), kind: cell("kind") }, at + 1);
  }
};

/** A whole file, CSV or JSON, told from its first letter; its bytes are kept, and may be written over. Throws DataError with line and column. */
export const readPeopleTable = async (file: Uint8Array): Promise<PeopleTable> => {
  const first = file.find((byte) => byte > 32 && byte < 127);
  if (first === undefined) throw badData({ line: 1, column: 1 }, "the file is empty", ADVICE);
  const isJson = first === 91 || first === 123;
  const draft: Draft = { dataSource: "", groups: 0, people: new NamesBytes(isJson ? undefined : await utf8Of(file)) };
  if (isJson) await readJson(file, draft);
  else readCsv(draft);
  return { dataSource: draft.dataSource, people: draft.people.done(), groups: draft.groups };
};
