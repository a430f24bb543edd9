// The ALM Octane Synchronizer's user list (octane-synchronizer.md 7.1): remote user, direction, Octane user, one pair a line.
// A user map knows no pairs: whom no line writes is read only. It knows no default either: Default rows are handed back apart.

import type { Chunks } from "./decode.ts";
import { csvRows, type CsvRow, type Delimiter, refuse } from "./csvRows.ts";
import { badMap, canonical, compareText, type UserMap, type UserName, userName } from "./userMap.ts";

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
  /** What lines that were taken mean in a map, where it is not what everybody would think. */
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

/** One person, by their lines. */
interface Grouped {
  readonly pairs: readonly Pair[];
  /** Who is written there: whom some line goes to. */
  readonly written: Readonly<Record<keyof SynchronizerSides, ReadonlySet<string>>>;
  /** Sides on which nobody is written because a map would write more than the lines do. */
  readonly untold: ReadonlySet<keyof SynchronizerSides>;
}

const SIDES = ["remote", "octane"] as const;
const othersOf = (side: keyof SynchronizerSides): keyof SynchronizerSides => (side === "remote" ? "octane" : "remote");
const goesTo = (side: keyof SynchronizerSides, direction: Direction): boolean => (side === "octane" ? goesForth : goesBack)(direction);
const namesOn = (side: keyof SynchronizerSides, pairs: readonly Pair[]): readonly string[] => [...new Set(pairs.map((pair) => pair[side]))];

/** A map writes the one name there for whoever is read on the other side: only where the lines do so for each of them it says what they say. */
const grouped = (pairs: readonly Pair[]): Grouped => {
  const written = { remote: new Set<string>(), octane: new Set<string>() };
  const untold = new Set<keyof SynchronizerSides>();
  for (const side of SIDES) {
    const lines = pairs.filter((pair) => goesTo(side, pair.direction));
    const [names, readers] = [namesOn(side, lines), namesOn(othersOf(side), lines)];
    if (names.length === 0) continue;
    if (names.length === 1 && readers.length === namesOn(othersOf(side), pairs).length) written[side].add(names[0] ?? "");
    else untold.add(side);
  }
  return { pairs, written, untold };
};

/** What becomes of a pair in a map. */
const notesOf = (pair: Pair, { pairs, untold }: Grouped, sides: SynchronizerSides): readonly LineNote[] => {
  const { line, direction } = pair;
  const notes: LineNote[] = SIDES.flatMap((side) => (pair[side].toLowerCase() === DEFAULT.toLowerCase() ? [{ line, reason: `"${pair[side]}" is taken for a user; the word for everybody who is not mapped is ${DEFAULT}` }] : []));
  const said = `${pair.remote} ${direction} ${pair.octane}`;
  const lost = SIDES.filter((side) => untold.has(side) && goesTo(side, direction));
  for (const side of lost) notes.push({ line, reason: `${said} is not written in ${sides[side]}: a user map holds ${namesOn(othersOf(side), pairs).join(", ")} in ${sides[othersOf(side)]} and ${namesOn(side, pairs).join(", ")} in ${sides[side]} as one person and cannot say which of them goes where; in ${sides[side]} they are read only` });
  if (direction === "<>" || lost.length > 0) return notes;
  const side = direction === ">" ? "remote" : "octane";
  if (pairs.some((each) => each[side] === pair[side] && goesTo(side, each.direction))) return notes;
  return [...notes, { line, reason: `${said} is one-way: ${pair[side]} is read only in ${sides[side]}, known there and never written` }];
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
  const groups = peopleOf(pairs).map(grouped);
  const maps = groups.map((group): UserMap => {
    const named = (side: keyof SynchronizerSides): readonly UserName[] => namesOn(side, group.pairs).map((name) => userName(sides[side], name, !group.written[side].has(name)));
    return canonical({ name: namesOn("octane", group.pairs).toSorted(compareText)[0] ?? "", users: [...named("octane"), ...named("remote")] });
  });
  const notes = groups.flatMap((group) => group.pairs.flatMap((pair) => notesOf(pair, group, sides))).toSorted((one, other) => one.line - other.line);
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

/** Of one side of a person: whom a list may name there, and the one who is written, if there is one. */
interface NamesThere {
  readonly written: readonly string[];
  readonly all: readonly string[];
}

const namesThere = (map: UserMap, dataSource: string, among: (names: readonly string[]) => readonly string[]): NamesThere => {
  const users = canonical(map).users.filter((user) => user.dataSource === dataSource && user.name !== DEFAULT);
  const pick = (isReadOnly: boolean): readonly string[] => among(users.filter(({ readOnly }) => (readOnly === true) === isReadOnly).map(({ name }) => name));
  const written = pick(false);
  return { written, all: [...written, ...pick(true)].toSorted(compareText) };
};

/**
 * Lines for one person: each name here goes to the one that is written there, and the other way round; two ways between those two. Where
 * several are written on one side nothing goes there. A user called as the word for everybody else has no line: it would speak of all.
 */
export const synchronizerLines = (map: UserMap, sides: SynchronizerSides): LinesOfPerson => {
  const [remotes, octanes] = [namesThere(map, sides.remote, (names) => names), namesThere(map, sides.octane, addressesAmong)];
  if (remotes.all.length === 0 || octanes.all.length === 0) return { text: "", isPart: false };
  const only = ({ written: [one, ...more] }: NamesThere): string | undefined => (more.length === 0 ? one : undefined);
  const [remote, octane] = [only(remotes), only(octanes)];
  const forth = octane === undefined ? [] : remotes.all.map((name) => ({ remote: name, octane, direction: name === remote ? "<>" : ">" }));
  const back = remote === undefined ? [] : octanes.all.filter((name) => name !== octane).map((name) => ({ remote, octane: name, direction: "<" }));
  const lines = [...forth, ...back];
  const isTold = (side: keyof SynchronizerSides, { all }: NamesThere): boolean => all.every((name) => lines.some((each) => each[side] === name));
  return { text: lines.map((each) => line([each.remote, each.direction, each.octane])).join(""), isPart: remotes.written.length > 1 || octanes.written.length > 1 || !isTold("remote", remotes) || !isTold("octane", octanes) };
};
