// User maps as a table for spreadsheets: the label, then one column per data source, and one more for names there that are read
// only. A person with several names in one column takes several rows one below the other; nothing is lost on the way there and back.

import { badData, type Chunks } from "./decode.ts";
import { csvLine, csvRows, type CsvRow, type Delimiter, refuse } from "./csvRows.ts";
import { canonical, compareText, createChecker, type MapChecker, type ReadMap, roundedNumber, type UserMap, type UserName, userName } from "./userMap.ts";

const LABEL = "name";

/** Names of one data source: those that are written there, or those that are read only. */
export interface SheetColumn {
  readonly dataSource: string;
  readonly isReadOnly: boolean;
}

/** "jira (read only)". The other word is for a data source that is itself called so. */
const MARKED = / \((?:(read[ -]?only)|written)\)$/i;

const columnOf = (head: string): SheetColumn => {
  const mark = MARKED.exec(head);
  return { dataSource: mark === null ? head : head.slice(0, mark.index), isReadOnly: mark?.[1] !== undefined };
};

const headOf = ({ dataSource, isReadOnly }: SheetColumn): string => (isReadOnly ? `${dataSource} (read only)` : MARKED.test(dataSource) ? `${dataSource} (written)` : dataSource);

const isSame = (one: SheetColumn, other: SheetColumn): boolean => one.dataSource === other.dataSource && one.isReadOnly === other.isReadOnly;

/** Gathers the columns that a table of these names needs: in order, of each data source those that are written first. */
export const createColumns = () => {
  const found = new Map<string, SheetColumn>();
  return {
    add: ({ dataSource, readOnly }: UserName): void => {
      const column = { dataSource, isReadOnly: readOnly === true };
      found.set(headOf(column), column);
    },
    all: (): readonly SheetColumn[] => [...found.values()].toSorted((one, other) => compareText(one.dataSource, other.dataSource) || Number(one.isReadOnly) - Number(other.isReadOnly)),
  };
};

/** The first line. */
const sheetHead = (columns: readonly SheetColumn[]): string => csvLine([LABEL, ...columns.map(headOf)]);

/** The rows of one person. Names that have no column are an error of the caller's. */
export const sheetRows = (map: UserMap, columns: readonly SheetColumn[]): string => {
  const names = columns.map(({ dataSource, isReadOnly }) => canonical(map).users.filter((user) => user.dataSource === dataSource && (user.readOnly === true) === isReadOnly).map((user) => user.name));
  const height = Math.max(1, ...names.map((column) => column.length));
  return Array.from({ length: height }, (_, row) => csvLine([map.name, ...names.map((column) => column[row] ?? "")])).join("");
};

/** A head, then a text a batch; a person with several names in one column has as many rows. */
export const writeUserMapsCsv = async function* (maps: AsyncIterable<readonly UserMap[]> | Iterable<readonly UserMap[]>, columns: readonly SheetColumn[]): AsyncGenerator<string> {
  yield sheetHead(columns);
  for await (const batch of maps) if (batch.length > 0) yield batch.map((map) => sheetRows(map, columns)).join("");
};

export interface SheetOptions {
  readonly delimiter?: Delimiter;
  /** What parts several names in one cell; left out: a cell is one name. */
  readonly separator?: string;
}

const columnsOf = (head: CsvRow): readonly SheetColumn[] => {
  const [label, ...named] = head.cells.map((cell) => refuse(cell));
  // A spreadsheet goes on writing a column that was emptied: what stands below it shows as a cell too many.
  const heads = named.slice(0, named.findLastIndex((column) => column !== "") + 1);
  if (label?.trim() === "dataSource") throw badData({ line: head.line, column: 1 }, "this is a table of people as exportUsers writes it", "buildUserMaps makes user maps of such tables: exportUsers | buildUserMaps - | importUserMaps -");
  if (label?.trim().toLowerCase() !== LABEL) throw badData({ line: head.line, column: 1 }, `the first column is "${label ?? ""}"`, `the first line reads: ${LABEL}, then one data source per column`);
  const columns = heads.map(columnOf);
  columns.forEach((column, at) => {
    if (column.dataSource === "") throw badData({ line: head.line, column: at + 2 }, `column ${at + 2} has no name`, "each further column is headed by a data source");
    if (columns.findIndex((other) => isSame(other, column)) !== at) throw badData({ line: head.line, column: at + 2 }, `two columns are headed "${heads[at] ?? ""}"`);
  });
  return columns;
};

interface Open {
  /** Its last row has fewer cells than the first line of the file. */
  short: boolean;
  line: number;
  name: string;
  users: UserName[];
  problem: string | undefined;
}

const addRow = (open: Open, row: CsvRow, columns: readonly SheetColumn[], separator: string | undefined): void => {
  const extra = row.cells.length - columns.length - 1;
  if (extra < 0 || (extra > 0 && row.cells.slice(columns.length + 1).some((cell) => cell !== ""))) open.problem ??= `${row.cells.length} cells where the first line has ${columns.length + 1}`;
  open.short = extra < 0;
  for (let at = 0; at < columns.length; at++) {
    const [cell, column] = [row.cells[at + 1], columns[at]];
    if (cell === undefined || cell === "" || column === undefined) continue;
    const whole = refuse(cell);
    open.problem ??= roundedNumber(whole);
    const names = separator === undefined ? [whole] : whole.split(separator).map((each) => each.trim()).filter((each) => each !== "");
    for (const name of names) open.users.push(userName(column.dataSource, name, column.isReadOnly));
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
  readonly columns: readonly SheetColumn[] | undefined;
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
  let columns: readonly SheetColumn[] | undefined;
  let open: Open | undefined;
  const close = (): ReadMap | undefined => {
    const read = open === undefined ? undefined : closed(open, checker);
    open = undefined;
    return read;
  };
  return {
    get columns() {
      return columns;
    },
    get label() {
      return open?.name;
    },
    row: (row) => {
      if (columns === undefined) {
        columns = columnsOf(row);
        return undefined;
      }
      const name = refuse(row.cells[0] ?? "");
      const before = open === undefined || open.name !== name || name === "" ? close() : undefined;
      open ??= { short: false, line: row.line, name, users: [], problem: undefined };
      addRow(open, row, columns, separator);
      return before;
    },
    close,
    end: () => {
      if (columns === undefined) throw badData({ line: 1, column: 1 }, "the file is empty", `the first line reads: ${LABEL}, then one data source per column`);
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
