// The ALM Octane Synchronizer's user list (octane-synchronizer.md 7.1): remote user, direction, Octane user, one pair a line.
// A user map knows no direction and no default: one-way lines are told as such, Default rows are handed back apart.

import type { Chunks } from "./decode.ts";
import { csvRows, type CsvRow, type Delimiter, refuse } from "./csvRows.ts";
import { badMap, canonical, compareText, type UserMap } from "./userMap.ts";

const DIRECTIONS = ["<", ">", "<>"] as const;
type Direction = (typeof DIRECTIONS)[number];
const DEFAULT = "Default";

export interface SynchronizerSides {
  /** Data source of the ALM or Jira users. */
  readonly remote: string;
  readonly octane: string;
}

export interface LineNote {
  readonly line: number;
  readonly reason: string;
}

export interface SynchronizerUsers {
  /** In order of their label, which is the Octane user. */
  readonly maps: readonly UserMap[];
  /** Whom the Default rows name: for configuration as fallback users, not for a map. */
  readonly fallbacks: { readonly remote?: string; readonly octane?: string };
  /** Lines that cannot be understood. */
  readonly damaged: readonly LineNote[];
  /** Lines that say otherwise than one before them, and were not taken. */
  readonly contradicting: readonly LineNote[];
  /** Lines that were taken but say more than a map can hold. */
  readonly notes: readonly LineNote[];
}

interface Pair {
  readonly line: number;
  readonly remote: string;
  readonly octane: string;
  direction: Direction;
}

interface Book {
  readonly pairs: Map<string, Pair>;
  /** Remote user → the Octane user its data go to, and back. */
  readonly forth: Map<string, Pair>;
  readonly back: Map<string, Pair>;
  readonly fallbacks: { remote?: string; octane?: string };
  readonly damaged: LineNote[];
  readonly contradicting: LineNote[];
}

const goesForth = (direction: Direction): boolean => direction !== "<";
const goesBack = (direction: Direction): boolean => direction !== ">";
const keyOf = (remote: string, octane: string): string => `${remote}\u0000${octane}`;

const addDefault = (book: Book, row: CsvRow, remote: string, direction: Direction, octane: string): void => {
  const side = remote === DEFAULT ? "octane" : "remote";
  const user = remote === DEFAULT ? octane : remote;
  if (user === DEFAULT) return void book.damaged.push({ line: row.line, reason: "Default on both sides" });
  if (direction !== (side === "octane" ? ">" : "<")) return void book.damaged.push({ line: row.line, reason: `a Default is one-way: ${side === "octane" ? "Default,>,user" : "user,<,Default"}` });
  const before = book.fallbacks[side];
  if (before !== undefined && before !== user) return void book.contradicting.push({ line: row.line, reason: `a second default; "${before}" stands first` });
  book.fallbacks[side] = user;
};

/** The pair that stands in the way of another one, by the rule that the first line wins. */
const contradicts = (book: Book, pair: Pair): Pair | undefined => {
  const forth = goesForth(pair.direction) ? book.forth.get(pair.remote) : undefined;
  if (forth !== undefined && forth.octane !== pair.octane) return forth;
  const back = goesBack(pair.direction) ? book.back.get(pair.octane) : undefined;
  return back !== undefined && back.remote !== pair.remote ? back : undefined;
};

const addPair = (book: Book, pair: Pair): void => {
  const known = book.pairs.get(keyOf(pair.remote, pair.octane));
  const against = contradicts(book, pair);
  if (against !== undefined) return void book.contradicting.push({ line: pair.line, reason: `contradicts line ${against.line}: ${against.remote} ${against.direction} ${against.octane}; the first stays` });
  // Two ways beat one way between the same two; one way and the other make two ways.
  const standing = known ?? pair;
  if (known !== undefined && known.direction !== pair.direction) known.direction = "<>";
  book.pairs.set(keyOf(pair.remote, pair.octane), standing);
  if (goesForth(standing.direction)) book.forth.set(pair.remote, standing);
  if (goesBack(standing.direction)) book.back.set(pair.octane, standing);
};

const readRow = (book: Book, row: CsvRow): void => {
  const [remote = "", direction = "", octane = "", ...rest] = row.cells.map((cell) => refuse(cell).trim());
  if (rest.some((cell) => cell !== "") || row.cells.length < 3) return void book.damaged.push({ line: row.line, reason: `${row.cells.length} cells; a line reads: remote user,direction,Octane user` });
  const way = DIRECTIONS.find((each) => each === direction);
  if (way === undefined) return void book.damaged.push({ line: row.line, reason: `the direction is "${direction}"; it is one of < > <>` });
  if (remote === "" || octane === "") return void book.damaged.push({ line: row.line, reason: `the ${remote === "" ? "remote" : "Octane"} user is missing` });
  if (remote === DEFAULT || octane === DEFAULT) return addDefault(book, row, remote, way, octane);
  const bad = badMap({ name: octane, users: [{ dataSource: "remote", name: remote }] });
  if (bad !== undefined) return void book.damaged.push({ line: row.line, reason: bad });
  addPair(book, { line: row.line, remote, octane, direction: way });
};

/** Pairs that share a user are one person. */
const peopleOf = (pairs: readonly Pair[]): readonly (readonly Pair[])[] => {
  const group = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const keys = [`r${pair.remote}`, `o${pair.octane}`];
    const [mine = [], ...others] = [...new Set(keys.map((key) => group.get(key)).filter((each) => each !== undefined))];
    mine.push(pair);
    for (const other of others) {
      for (const moved of other) {
        mine.push(moved);
        group.set(`r${moved.remote}`, mine);
        group.set(`o${moved.octane}`, mine);
      }
    }
    for (const key of keys) group.set(key, mine);
  }
  return [...new Set(group.values())];
};

/** What a map cannot say of a pair: which of several names is written. */
const notesOf = (pair: Pair, group: readonly Pair[], sides: SynchronizerSides): readonly LineNote[] => {
  const { line, direction } = pair;
  const notes = (["remote", "octane"] as const).flatMap((side) => (pair[side].toLowerCase() === DEFAULT.toLowerCase() ? [{ line, reason: `"${pair[side]}" is taken for a user; the word for everybody who is not mapped is ${DEFAULT}` }] : []));
  if (direction === "<>") return notes;
  const side = direction === ">" ? "remote" : "octane";
  const names = [...new Set(group.map((each) => each[side]))];
  const more = names.length < 2 ? "" : `: of ${names.join(", ")} whoever is active in ${sides[side]} alone is written there, and where several are, nobody`;
  return [...notes, { line, reason: `${pair.remote} ${direction} ${pair.octane} is one-way; a user map is used both ways${more}` }];
};

const isHead = (row: CsvRow): boolean => row.cells.length === 3 && row.cells[0]?.trim().toLowerCase() === "remote" && !DIRECTIONS.some((direction) => direction === row.cells[1]?.trim());

/** A direction between two of the same sign: names may hold any of them. */
const DIRECTED = /([,;\t])\s*"?(?:<>|<|>|direction)"?\s*\1/i;

/** Whether a line is one of such a list. */
export const isSynchronizerLine = (line: string): boolean => DIRECTED.test(line);

/** A comma, where no spreadsheet of another country has saved it. */
const delimiterOf = (line: string): Delimiter => {
  const sign = DIRECTED.exec(line)?.[1];
  return sign === ";" || sign === "\t" ? sign : ",";
};

/** Pairs that share a name are one person. Throws DataError where it is no CSV; rows that cannot be used are answered with their lines. */
export const readSynchronizerCsv = async (chunks: Chunks, sides: SynchronizerSides): Promise<SynchronizerUsers> => {
  const book: Book = { pairs: new Map(), forth: new Map(), back: new Map(), fallbacks: {}, damaged: [], contradicting: [] };
  let first = true;
  for await (const rows of csvRows(chunks, delimiterOf)) {
    for (const row of rows) {
      if (!first || !isHead(row)) readRow(book, row);
      first = false;
    }
  }
  const pairs = [...book.pairs.values()];
  const groups = peopleOf(pairs);
  const maps = groups.map((group): UserMap => {
    const octane = [...new Set(group.map((pair) => pair.octane))].sort(compareText);
    const names = [...new Set(group.map((pair) => pair.remote))].map((name) => ({ dataSource: sides.remote, name }));
    return canonical({ name: octane[0] ?? "", users: [...octane.map((name) => ({ dataSource: sides.octane, name })), ...names] });
  });
  const notes = groups.flatMap((group) => group.flatMap((pair) => notesOf(pair, group, sides))).toSorted((one, other) => one.line - other.line);
  return { maps: maps.toSorted((one, other) => compareText(one.name, other.name)), fallbacks: book.fallbacks, damaged: book.damaged, contradicting: book.contradicting, notes };
};

/** Read by a program that knows no head line and no apostrophe, and not by a spreadsheet. */
const line = (cells: readonly string[]): string => `${cells.map((cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;

export interface LinesOfPerson {
  readonly text: string;
  /** They do not say all: which of several names is to be written in a data source, nobody knows. */
  readonly isPart: boolean;
}

/** The Synchronizer knows its own users by their address. */
const addressesAmong = (names: readonly string[]): readonly string[] => {
  const addresses = names.filter((name) => name.includes("@"));
  return addresses.length > 0 ? addresses : names;
};

/**
 * Lines for one person: both ways between one name here and one there. Of several on one side each goes to the one on the other, and
 * nothing comes back; between several and several nothing goes. A user called as the word for everybody else has no line: it would
 * speak of all.
 */
export const synchronizerLines = (map: UserMap, sides: SynchronizerSides): LinesOfPerson => {
  const namesIn = (dataSource: string): readonly string[] => canonical(map).users.filter((user) => user.dataSource === dataSource && user.name !== DEFAULT).map((user) => user.name);
  const [remotes, octanes] = [namesIn(sides.remote), addressesAmong(namesIn(sides.octane))];
  const [[remote, ...moreRemote], [octane, ...moreOctane]] = [remotes, octanes];
  if (remote === undefined || octane === undefined) return { text: "", isPart: false };
  if (moreRemote.length > 0 && moreOctane.length > 0) return { text: "", isPart: true };
  if (moreRemote.length > 0) return { text: remotes.map((name) => line([name, ">", octane])).join(""), isPart: true };
  if (moreOctane.length > 0) return { text: octanes.map((name) => line([remote, "<", name])).join(""), isPart: true };
  return { text: line([remote, "<>", octane]), isPart: false };
};
