// User maps as a table for spreadsheets: the label, then one column per data source. A person with several names in one data
// source takes several rows one below the other; nothing is lost on the way there and back.

import { badData, type Chunks } from "./decode.ts";
import { csvLine, csvRows, type CsvRow, type Delimiter, refuse } from "./csvRows.ts";
import { canonical, createChecker, type ReadMap, type UserMap } from "./userMap.ts";

export const LABEL = "name";

/** The first line. */
const sheetHead = (dataSources: readonly string[]): string => csvLine([LABEL, ...dataSources]);

/** The rows of one person. Names in data sources that have no column are an error of the caller's. */
export const sheetRows = (map: UserMap, dataSources: readonly string[]): string => {
  const columns = dataSources.map((dataSource) => canonical(map).users.filter((user) => user.dataSource === dataSource).map((user) => user.name));
  const height = Math.max(1, ...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, row) => csvLine([map.name, ...columns.map((column) => column[row] ?? "")])).join("");
};

export const writeUserMapsCsv = async function* (maps: AsyncIterable<readonly UserMap[]> | Iterable<readonly UserMap[]>, dataSources: readonly string[]): AsyncGenerator<string> {
  yield sheetHead(dataSources);
  for await (const batch of maps) if (batch.length > 0) yield batch.map((map) => sheetRows(map, dataSources)).join("");
};

export interface SheetOptions {
  readonly delimiter?: Delimiter;
  /** What parts several names in one cell; left out: a cell is one name. */
  readonly separator?: string;
  /** Lines of people that were refused when the whole file was checked: it is not checked again. */
  readonly refused?: ReadonlySet<number>;
}

const dataSourcesOf = (head: CsvRow): readonly string[] => {
  const [label, ...columns] = head.cells.map((cell) => refuse(cell));
  if (label?.trim().toLowerCase() !== LABEL) throw badData({ line: head.line, column: 1 }, `the first column is "${label ?? ""}"`, `the first line reads: ${LABEL}, then one data source per column`);
  columns.forEach((column, at) => {
    if (column === "") throw badData({ line: head.line, column: at + 2 }, `column ${at + 2} has no name`, "each further column is headed by a data source");
    if (columns.indexOf(column) !== at) throw badData({ line: head.line, column: at + 2 }, `two columns are headed "${column}"`);
  });
  return columns;
};

interface Open {
  /** Its last row has fewer cells than the first line of the file. */
  short: boolean;
  line: number;
  name: string;
  users: { dataSource: string; name: string }[];
  problem: string | undefined;
}

const addRow = (open: Open, row: CsvRow, dataSources: readonly string[], separator: string | undefined): void => {
  const extra = row.cells.length - dataSources.length - 1;
  if (extra < 0 || (extra > 0 && row.cells.slice(dataSources.length + 1).some((cell) => cell !== ""))) open.problem ??= `${row.cells.length} cells where the first line has ${dataSources.length + 1}`;
  open.short = extra < 0;
  for (let at = 0; at < dataSources.length; at++) {
    const cell = row.cells[at + 1];
    if (cell === undefined || cell === "") continue;
    const whole = refuse(cell);
    if (separator === undefined) open.users.push({ dataSource: dataSources[at] ?? "", name: whole });
    else for (const name of whole.split(separator).map((each) => each.trim()).filter((each) => each !== "")) open.users.push({ dataSource: dataSources[at] ?? "", name });
  }
};

type Check = (map: UserMap, line: number) => string | undefined;

const closed = (open: Open, check: Check): ReadMap => {
  const map = canonical({ name: open.name, users: open.users });
  const reason = open.problem ?? check(map, open.line);
  return { line: open.line, column: 1, ...(reason === undefined ? { map } : { reason }) };
};

const checkOf = (refused: SheetOptions["refused"]): Check => {
  if (refused !== undefined) return (_, line) => (refused.has(line) ? "refused before" : undefined);
  return createChecker().check;
};

/** Batches of maps and rejects in the order of the file; a person's rows stand together. */
export const readUserMapsCsv = async function* (chunks: Chunks, options: SheetOptions = {}): AsyncGenerator<readonly ReadMap[]> {
  const check = checkOf(options.refused);
  let dataSources: readonly string[] | undefined;
  let open: Open | undefined;
  for await (const rows of csvRows(chunks, options.delimiter)) {
    const read: ReadMap[] = [];
    for (const row of rows) {
      if (dataSources === undefined) {
        dataSources = dataSourcesOf(row);
        continue;
      }
      const name = refuse(row.cells[0] ?? "");
      if (open === undefined || open.name !== name || name === "") {
        if (open !== undefined) read.push(closed(open, check));
        open = { short: false, line: row.line, name, users: [], problem: undefined };
      }
      addRow(open, row, dataSources, options.separator);
    }
    if (read.length > 0) yield read;
  }
  if (dataSources === undefined) throw badData({ line: 1, column: 1 }, "the file is empty", `the first line reads: ${LABEL}, then one data source per column`);
  if (open?.short === true) throw badData({ line: open.line, column: 1 }, "the last row is shorter than the first", "the file is cut off");
  if (open !== undefined) yield [closed(open, check)];
};
