// CSV to rows and back, in pieces of any size and flat memory. Written by hand because a million checked rows have to pass
// in the time of a COPY, each with its line: csv-parse takes twice as long and is the oracle in the tests instead.

import { badData, type Chunks, decodeLists, type Place } from "./decode.ts";

export interface CsvRow {
  /** Line on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export type Delimiter = "," | ";" | "\t";

/** Text the program can hold of one row, for a quote that is never closed. */
export const MOST_ROW = 1_000_000;

/** Rows handed on at a time, at least. */
const BATCH = 200;

/** What the first row tells; undefined where it says nothing. */
export type Guess = (row: string) => Delimiter;

interface State {
  rest: string;
  line: number;
  delimiter: Delimiter | undefined;
  readonly guess: Guess;
}

/** Spreadsheets of some countries write semicolons; the first row tells. */
export const guess: Guess = (row) => {
  const bare = row.replace(/"(?:[^"]|"")*"/g, "");
  const count = (delimiter: string): number => bare.split(delimiter).length;
  return count(";") > count(",") ? ";" : count("\t") > count(",") ? "\t" : ",";
};

const isDelimiter = (text: string, at: number, delimiter: string): boolean => text.charCodeAt(at) === delimiter.charCodeAt(0);

const placeAt = (text: string, start: number, at: number, line: number): Place => {
  const before = text.slice(start, at);
  const last = before.lastIndexOf("\n");
  return { line: line + before.split("\n").length - 1, column: last < 0 ? at - start + 1 : before.length - last };
};

const LONE_RETURN = "a line that ends with CR alone, as spreadsheets of old Macintoshes wrote it";
const AS_CSV = "save the file once more as CSV UTF-8";

/** Reads one row with quotes from `start`; undefined where the text ends before the row does. */
const quotedRow = (text: string, start: number, line: number, delimiter: Delimiter, isLast: boolean): { readonly cells: string[]; readonly end: number } | undefined => {
  const cells: string[] = [];
  let at = start;
  for (;;) {
    let cell = "";
    if (text.charCodeAt(at) === 34) {
      const open = at++;
      for (;;) {
        const close = text.indexOf('"', at);
        if (close < 0) {
          if (isLast) throw badData(placeAt(text, start, open, line), "a quote is opened and never closed", "the file is damaged or cut off");
          return undefined;
        }
        cell += text.slice(at, close);
        at = close + 1;
        if (text.charCodeAt(at) !== 34) break;
        cell += '"';
        at++;
      }
      if (at >= text.length && !isLast) return undefined;
      const isEnd = at >= text.length || isDelimiter(text, at, delimiter) || text.charCodeAt(at) === 10 || (text.charCodeAt(at) === 13 && (at + 1 >= text.length || text.charCodeAt(at + 1) === 10));
      if (!isEnd && text.charCodeAt(at) === 13 && !isDelimiter(text, at + 1, delimiter)) throw badData(placeAt(text, start, at, line), LONE_RETURN, AS_CSV);
      if (!isEnd) throw badData(placeAt(text, start, at, line), "text after a closing quote", "a quote inside a quoted cell is written twice");
    } else {
      let end = at;
      while (end < text.length && !isDelimiter(text, end, delimiter) && text.charCodeAt(end) !== 10) end++;
      cell = text.slice(at, end);
      if (end >= text.length && !isLast) return undefined;
      if (!isDelimiter(text, end, delimiter) && cell.endsWith("\r")) cell = cell.slice(0, -1);
      const lone = cell.indexOf("\r");
      if (lone >= 0) throw badData(placeAt(text, start, at + lone, line), LONE_RETURN, AS_CSV);
      at = end;
    }
    cells.push(cell);
    if (isDelimiter(text, at, delimiter) && at < text.length) {
      at++;
      continue;
    }
    if (text.charCodeAt(at) === 13) at++;
    if (at >= text.length && !isLast) return undefined;
    return { cells, end: at + 1 };
  }
};

const countLines = (text: string, from: number, to: number): number => {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
};

/** "sep=;": a spreadsheet's own first line, which names no column. */
const SEPARATOR = /^sep=([,;\t])$/i;

const isNothing = (cells: readonly string[]): boolean => cells[0] === "" && cells.every((cell) => cell === "");

/** Of the first row; undefined where it only says how the others are parted. */
const cellsOfFirst = (state: State, line: string): readonly string[] | undefined => {
  const said = SEPARATOR.exec(line)?.[1];
  if (said === "," || said === ";" || said === "\t") {
    state.delimiter = said;
    return undefined;
  }
  const lone = line.indexOf("\r");
  if (lone >= 0) throw badData({ line: state.line, column: lone + 1 }, LONE_RETURN, AS_CSV);
  const delimiter = state.guess(line);
  const cells = line.split(delimiter);
  // A row of nothing tells nothing either.
  if (!isNothing(cells)) state.delimiter = delimiter;
  return cells;
};

const take = (state: State, piece: string, isLast: boolean, rows: CsvRow[]): void => {
  const text = state.rest + piece;
  let at = 0;
  while (at < text.length) {
    let newline = text.indexOf("\n", at);
    if (newline < 0 && !isLast) break;
    if (newline < 0) newline = text.length;
    const quote = text.indexOf('"', at);
    // Far from any quote a row is just a line: look for the next quote once, not once a row.
    const safeUntil = quote < 0 ? text.length : quote;
    while (newline < safeUntil || quote < 0) {
      const end = newline > at && text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline;
      if (end > at) {
        const line = text.slice(at, end);
        const cells = state.delimiter === undefined ? cellsOfFirst(state, line) : line.split(state.delimiter);
        if (cells !== undefined && !isNothing(cells)) rows.push({ line: state.line, cells });
      }
      state.line++;
      at = newline + 1;
      if (at >= text.length) break;
      newline = text.indexOf("\n", at);
      if (newline >= 0) continue;
      if (!isLast) break;
      newline = text.length;
    }
    if (at >= text.length || newline < 0) break;
    if (quote < 0) continue;
    state.delimiter ??= state.guess(text.slice(at, newline));
    const row = quotedRow(text, at, state.line, state.delimiter, isLast);
    if (row === undefined) break;
    if (!isNothing(row.cells)) rows.push({ line: state.line, cells: row.cells });
    state.line += countLines(text, at, row.end);
    at = row.end;
  }
  state.rest = at >= text.length ? "" : text.slice(at);
  if (state.rest.length > MOST_ROW) throw badData({ line: state.line, column: 1 }, `a row of more than ${MOST_ROW} letters`, "is a quote missing?");
};

/** One row by itself. */
export interface RowAt {
  /** Undefined for an empty line, and for a row that holds nothing. */
  readonly cells: readonly string[] | undefined;
  /** Where the next row begins. */
  readonly end: number;
  readonly lines: number;
}

/** The row that begins at a place of a text; undefined where the text ends before it does. Throws DataError. */
export const rowAt = (text: string, at: number, line: number, delimiter: Delimiter, isLast: boolean): RowAt | undefined => {
  const found = text.indexOf("\n", at);
  if (found < 0 && !isLast) return undefined;
  const newline = found < 0 ? text.length : found;
  const quote = text.indexOf('"', at);
  if (quote >= 0 && quote < newline) {
    const row = quotedRow(text, at, line, delimiter, isLast);
    return row === undefined ? undefined : { cells: isNothing(row.cells) ? undefined : row.cells, end: row.end, lines: countLines(text, at, row.end) };
  }
  const end = newline > at && text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline;
  const cells = end > at ? text.slice(at, end).split(delimiter) : [""];
  return { cells: isNothing(cells) ? undefined : cells, end: newline + 1, lines: 1 };
};

/** Rows of a text that comes piece by piece. */
export interface RowReader {
  /** Where the next row begins, once the piece in hand is read; whoever reads some lines otherwise sets it. */
  line: number;
  /** Known from the first row on. */
  readonly delimiter: Delimiter | undefined;
  /** The beginning of a row that is not read yet. */
  readonly rest: string;
  push(piece: string, isLast?: boolean): readonly CsvRow[];
}

/** For text that comes in pieces. Not given a delimiter, the first line tells: comma, semicolon or tab. */
export const createRowReader = (delimiter?: Delimiter): RowReader => {
  const state: State = { rest: "", line: 1, delimiter, guess };
  return Object.assign(state, {
    push: (piece: string, isLast = false): readonly CsvRow[] => {
      const rows: CsvRow[] = [];
      take(state, piece, isLast, rows);
      return rows;
    },
  });
};

/** Rows in batches; empty lines, and rows that a spreadsheet left of nothing, are left out. Throws DataError with line and column where the file is not CSV. */
export const csvRows = async function* (chunks: Chunks, delimiter?: Delimiter | Guess): AsyncGenerator<readonly CsvRow[]> {
  const told = typeof delimiter === "string" ? delimiter : undefined;
  const state: State = { rest: "", line: 1, delimiter: told, guess: typeof delimiter === "function" ? delimiter : guess };
  for await (const pieces of decodeLists(chunks)) {
    let batch: CsvRow[] = [];
    for (const piece of pieces) {
      take(state, piece, false, batch);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
  const rows: CsvRow[] = [];
  take(state, "", true, rows);
  if (rows.length > 0) yield rows;
};

/** Some spreadsheets read signs of double width as plain ones. */
const RUNS = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A cell a spreadsheet would run gets an apostrophe in front; `refuse` takes it off again, so nothing is lost. */
export const defuse = (text: string): string => (RUNS.test(text) ? `'${text}` : text);
/** Takes off what `defuse` put on; an apostrophe that stands before anything else was always there. */
export const refuse = (cell: string): string => (cell.charCodeAt(0) === 39 && RUNS.test(cell) ? cell.slice(1) : cell);

const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;
/** What a look at each letter tells of most cells: nothing is to be done, or quotes are all they need. */
const wants = (text: string): "nothing" | "quotes" | "a closer look" => {
  const last = text.length - 1;
  let quotes = false;
  for (let at = 0; at <= last; at++) {
    const code = text.charCodeAt(at);
    if (code === 44 || code === 59) quotes = true;
    // Letters of alphabets without a space of their own among them, and signs of ASCII. What runs and what quotes does so at the beginning.
    else if (code > 0xa0 ? code > 0x167f : code < 32 || code > 126 || code === 34 || (code === 32 ? at === 0 || at === last : at === 0 && code < 65 && !(code > 47 && code < 58))) return "a closer look";
  }
  return quotes ? "quotes" : "nothing";
};

export const csvCell = (text: string): string => {
  const wanted = wants(text);
  if (wanted === "nothing") return text;
  if (wanted === "quotes") return `"${text}"`;
  const safe = defuse(text);
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
/** Ends with CRLF (RFC 4180). */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\r\n`;
