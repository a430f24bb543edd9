// A table of people as exportUsers writes it, read for matching: id, name, login and e-mail address, nothing else is kept.

import { type Delimiter, guess, MOST_ROW, refuse, rowAt } from "../../users/csvRows.ts";
import { badData, type Chunks, decodeLists } from "../../users/decode.ts";
import { jsonList } from "../../users/jsonList.ts";
import { createLetterTable, type LetterTable } from "../words/letterTable.ts";
import { createNamesText, EMAIL, ID, LOGIN, NAME, type Names, type NamesText } from "./names.ts";
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
  readonly people: NamesText;
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

const lineAt = (text: string, at: number): string => {
  const newline = text.indexOf("\n", at);
  return text.slice(at, newline < 0 ? undefined : newline);
};

const takeRow = (draft: Draft, { places, width }: Head, cells: readonly string[], line: number): void => {
  if (cells.length !== width) throw badData({ line, column: 1 }, `${cells.length} cells where the first line has ${width}`, "the file is damaged or cut off");
  const cell = (column: (typeof COLUMNS)[number]): string => refuse(cells[places[column]] ?? "");
  take(draft, { id: cell("id"), name: cell("name"), login: cell("login"), email: cell("email"), dataSource: cell("dataSource") }, line);
};

const readCsv = async (chunks: Chunks, draft: Draft): Promise<void> => {
  let head: Head | undefined;
  let delimiter: Delimiter | undefined;
  let line = 1;
  /** Answers where it stopped: at the beginning of a row whose end is not there. */
  const read = (text: string, isLast: boolean): number => {
    let at = 0;
    for (;;) {
      // The first person says more than the others.
      if (head !== undefined && draft.ids.size() > 0) {
        at = head.plain.read(text, at);
        line += head.plain.lines;
      }
      if (at >= text.length) return text.length;
      const parting = delimiter ?? guess(lineAt(text, at));
      const row = rowAt(text, at, line, parting, isLast);
      if (row === undefined) return at;
      if (row.cells !== undefined && head === undefined) head = headOf(row.cells, (delimiter = parting), draft);
      else if (row.cells !== undefined && head !== undefined) takeRow(draft, head, row.cells, line);
      at = row.end;
      line += row.lines;
    }
  };
  let rest = "";
  for await (const pieces of decodeLists(chunks)) {
    for (const piece of pieces) {
      const text = rest + piece;
      rest = text.slice(read(text, false));
      if (rest.length > MOST_ROW) throw badData({ line, column: 1 }, `a row of more than ${MOST_ROW} letters`, "is a quote missing?");
    }
  }
  read(rest, true);
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
  const draft: Draft = { dataSource: "", people: createNamesText(), ids: createLetterTable() };
  for await (const piece of open()) {
    const first = piece.find((byte) => byte > 32 && byte < 127);
    await (first === 91 || first === 123 ? readJson : readCsv)(open(), draft);
    return { dataSource: draft.dataSource, people: draft.people.done() };
  }
  throw badData({ line: 1, column: 1 }, "the file is empty", ADVICE);
};
