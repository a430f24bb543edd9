// A table of people as exportUsers writes it, read for matching: id, name, login and e-mail address, nothing else is kept.

import { csvRows, refuse } from "../users/csvRows.ts";
import { badData, type Chunks } from "../users/decode.ts";
import { jsonList } from "../users/jsonList.ts";
import { createNamesText, type Names, type NamesText } from "./names.ts";

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
  readonly ids: Set<string>;
}

const take = (draft: Draft, { id, name, login, email, dataSource }: Cells, line: number): void => {
  if (id === "") throw badData({ line, column: 1 }, "a person without an id", ADVICE);
  if (draft.ids.has(id)) throw badData({ line, column: 1 }, `the id ${id} stands twice`, "give one table for each data source");
  draft.ids.add(id);
  if (draft.ids.size === 1) draft.dataSource = dataSource;
  draft.people.add(id, name, login, email);
};

const placesOf = (head: readonly string[]): Readonly<Record<(typeof COLUMNS)[number], number>> => {
  const names = head.map((cell) => cell.trim().toLowerCase());
  const places = Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column.toLowerCase())])) as Record<(typeof COLUMNS)[number], number>;
  for (const column of ["id", "name"] as const) if (places[column] < 0) throw badData({ line: 1, column: 1 }, `there is no column ${column}`, ADVICE);
  return places;
};

const readCsv = async (chunks: Chunks, draft: Draft): Promise<void> => {
  let places: ReturnType<typeof placesOf> | undefined;
  let width = 0;
  for await (const rows of csvRows(chunks)) {
    for (const { line, cells } of rows) {
      if (places === undefined) {
        places = placesOf(cells);
        width = cells.length;
        continue;
      }
      if (cells.length !== width) throw badData({ line, column: 1 }, `${cells.length} cells where the first line has ${width}`, "the file is damaged or cut off");
      const { id, name, login, email, dataSource } = places;
      take(draft, { id: refuse(cells[id] ?? ""), name: refuse(cells[name] ?? ""), login: refuse(cells[login] ?? ""), email: refuse(cells[email] ?? ""), dataSource: refuse(cells[dataSource] ?? "") }, line);
    }
  }
  if (places === undefined) throw badData({ line: 1, column: 1 }, "the file is empty", ADVICE);
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
  const draft: Draft = { dataSource: "", people: createNamesText(), ids: new Set() };
  for await (const piece of open()) {
    const first = piece.find((byte) => byte > 32 && byte < 127);
    await (first === 91 || first === 123 ? readJson : readCsv)(open(), draft);
    return { dataSource: draft.dataSource, people: draft.people.done() };
  }
  throw badData({ line: 1, column: 1 }, "the file is empty", ADVICE);
};
