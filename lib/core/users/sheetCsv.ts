// User maps as a table for spreadsheets: the label, then one column per data source. A person with several names in one data
// source takes several rows one below the other; nothing is lost on the way there and back.

import { badData, type Chunks } from "./decode.ts";
import { csvLine, csvRows, type CsvRow, type Delimiter, refuse } from "./csvRows.ts";
import { canonical, createChecker, type MapChecker, type ReadMap, roundedNumber, type UserMap } from "./userMap.ts";

const LABEL = "name";

/** The first line. */
const sheetHead = (dataSources: readonly string[]): string => csvLine([LABEL, ...dataSources]);

/** The rows of one person. Names in data sources that have no column are an error of the caller's. */
export const sheetRows = (map: UserMap, dataSources: readonly string[]): string => {
  const columns = dataSources.map((dataSource) => canonical(map).users.filter((user) => user.dataSource === dataSource).map((user) => user.name));
  const height = Math.max(1, ...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, row) => csvLine([map.name, ...columns.map((column) => column[row] ?? "")])).join("");
};

/** A head, then a text a batch; a person with several names in one data source has as many rows. */
export const writeUserMapsCsv = async function* (maps: AsyncIterable<readonly UserMap[]> | Iterable<readonly UserMap[]>, dataSources: readonly string[]): AsyncGenerator<string> {
  yield sheetHead(dataSources);
  for await (const batch of maps) if (batch.length > 0) yield batch.map((map) => sheetRows(map, dataSources)).join("");
};

export interface SheetOptions {
  readonly delimiter?: Delimiter;
  /** What parts several names in one cell; left out: a cell is one name. */
  readonly separator?: string;
}

const dataSourcesOf = (head: CsvRow): readonly string[] => {
  const [label, ...named] = head.cells.map((cell) => refuse(cell));
  // A spreadsheet goes on writing a column that was emptied: what stands below it shows as a cell too many.
  const columns = named.slice(0, named.findLastIndex((column) => column !== "") + 1);
  if (label?.trim() === "dataSource") throw badData({ line: head.line, column: 1 }, "this is a table of people as exportUsers writes it", "buildUserMaps makes user maps of such tables: exportUsers | buildUserMaps - | importUserMaps -");
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
    open.problem ??= roundedNumber(whole);
    if (separator === undefined) open.users.push({ dataSource: dataSources[at] ?? "", name: whole });
    else for (const name of whole.split(separator).map((each) => each.trim()).filter((each) => each !== "")) open.users.push({ dataSource: dataSources[at] ?? "", name });
  }
};

const closed = (open: Open, { check }: MapChecker): ReadMap => {
  const map = canonical({ name: open.name, users: open.users });
  const reason = open.problem ?? check(map);
  return { line: open.line, column: 1, ...(reason === undefined ? { map } : { reason }) };
};

/** Takes the rows of a table one after the other; a person is done when another begins. */
export interface SheetReader {
  /** Known from the first row on. */
  readonly dataSources: readonly string[] | undefined;
  /** Whose rows are not over yet. */
  readonly label: string | undefined;
  row(row: CsvRow): ReadMap | undefined;
  /** Nobody's rows go on. */
  close(): ReadMap | undefined;
  /** The file is over. */
  end(): ReadMap | undefined;
}

/** `separator`: parts several names in one cell; not given, a cell is one name. */
export const createSheetReader = (checker: MapChecker, separator?: string): SheetReader => {
  let dataSources: readonly string[] | undefined;
  let open: Open | undefined;
  const close = (): ReadMap | undefined => {
    const read = open === undefined ? undefined : closed(open, checker);
    open = undefined;
    return read;
  };
  return {
    get dataSources() {
      return dataSources;
    },
    get label() {
      return open?.name;
    },
    row: (row) => {
      if (dataSources === undefined) {
        dataSources = dataSourcesOf(row);
        return undefined;
      }
      const name = refuse(row.cells[0] ?? "");
      const before = open === undefined || open.name !== name || name === "" ? close() : undefined;
      open ??= { short: false, line: row.line, name, users: [], problem: undefined };
      addRow(open, row, dataSources, separator);
      return before;
    },
    close,
    end: () => {
      if (dataSources === undefined) throw badData({ line: 1, column: 1 }, "the file is empty", `the first line reads: ${LABEL}, then one data source per column`);
      if (open?.short === true) throw badData({ line: open.line, column: 1 }, "the last row is shorter than the first", "the file is cut off");
      return close();
    },
  };
};

/** Batches of maps and rejects in the order of the file; a person's rows stand together. */
export const readUserMapsCsv = async function* (chunks: Chunks, options: SheetOptions = {}): AsyncGenerator<readonly ReadMap[]> {
  const sheet = createSheetReader(createChecker(), options.separator);
  for await (const rows of csvRows(chunks, options.delimiter)) {
    const read = rows.flatMap((row) => sheet.row(row) ?? []);
    if (read.length > 0) yield read;
  }
  const last = sheet.end();
  if (last !== undefined) yield [last];
};
