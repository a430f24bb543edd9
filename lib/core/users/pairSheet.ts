// A table of pairs of people as customers of the product keep it for its interface (connect-product.md 2.2): a row names the map,
// and what the person is called in the master and in the target. Rows of one name are one person.

import { badData, type Chunks } from "./decode.ts";
import { csvRows, type CsvRow, refuse } from "./csvRows.ts";
import { badMap, canonical, compareText, roundedNumber, type UserMap, type UserName } from "./userMap.ts";

const COLUMNS = ["usermapname", "usernamemaster", "systemmaster", "usernametarget", "systemtarget"] as const;
type Column = (typeof COLUMNS)[number];

export interface PairSheet {
  /** In order of their label. */
  readonly maps: readonly UserMap[];
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

const bare = (cell: string): string => cell.trim().replace(/^"(.*)"$/, "$1").toLowerCase().replace(/[^a-z]/g, "");

/** `head`: the first letters of the text, without its byte order mark. */
export const isPairSheet = (head: string): boolean => {
  const [line = ""] = head.replace(/^sep=.\r?\n/i, "").split("\n");
  const cells = line.split(/[,;\t]/).map(bare);
  return COLUMNS.every((column) => cells.includes(column));
};

/** The names of a row, or what is wrong with it. */
const namesIn = (cell: (column: Column) => string): readonly UserName[] | string => {
  const names: UserName[] = [];
  for (const side of ["master", "target"] as const) {
    const [name, dataSource] = [cell(`username${side}`), cell(`system${side}`)];
    if (name === "") continue;
    const rounded = roundedNumber(name);
    if (rounded !== undefined) return rounded;
    if (dataSource === "") return `"${name}" stands in no system: the column System${side === "master" ? "Master" : "Target"} is empty`;
    names.push({ dataSource, name });
  }
  return names;
};

/** Throws DataError where a column is missing, or a row holds more than the columns. */
export const readPairSheet = async (chunks: Chunks): Promise<PairSheet> => {
  const users = new Map<string, UserName[]>();
  const rejected: { line: number; reason: string }[] = [];
  let columns: readonly string[] | undefined;
  const take = (row: CsvRow, head: readonly string[]): void => {
    const cell = (column: Column): string => refuse(row.cells[head.indexOf(column)] ?? "").trim();
    if (row.cells.every((each) => each.trim() === "")) return;
    const reject = (reason: string): void => void rejected.push({ line: row.line, reason });
    if (row.cells.length > head.length) return reject(`${row.cells.length} cells where the first line has ${head.length}`);
    const [label, names] = [cell("usermapname"), namesIn(cell)];
    if (label === "") return reject("the UserMapName is empty");
    if (typeof names === "string") return reject(names);
    const bad = badMap({ name: label, users: names });
    if (bad !== undefined) return reject(bad);
    users.set(label, [...(users.get(label) ?? []), ...names]);
  };
  for await (const rows of csvRows(chunks))
    for (const row of rows) {
      if (columns === undefined) {
        columns = row.cells.map(bare);
        for (const column of COLUMNS) if (columns.indexOf(column) !== columns.lastIndexOf(column) || !columns.includes(column)) throw badData({ line: row.line, column: 1 }, `the column ${column} stands there ${columns.includes(column) ? "twice" : "nowhere"}`, "the first line reads: UserMapName,UsernameMaster,SystemMaster,UsernameTarget,SystemTarget");
      } else take(row, columns);
    }
  const maps = [...users].map(([name, all]) => canonical({ name, users: all }));
  return { maps: maps.toSorted((one, other) => compareText(one.name, other.name)), rejected };
};
