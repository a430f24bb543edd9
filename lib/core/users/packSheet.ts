// A table of people read once, as fast as it goes: plain rows from byte to byte, all others as the rest of the program reads
// them, with the same result in the same order.

import { advance, badData, type Chunks, decodeLists, sniff } from "./decode.ts";
import { createRowReader, type CsvRow, MOST_ROW, type RowReader } from "./csvRows.ts";
import { createPlainScanner, type PackedNames, type PlainScanner } from "./plainRows.ts";
import { createSeen, hashOf } from "./seen.ts";
import { createSheetReader, type SheetReader } from "./sheetCsv.ts";
import { createChecker, isPlain, LABELS, type ReadMap } from "./userMap.ts";

export type SheetPage = readonly ReadMap[] | PackedNames;

export const isPacked = (page: SheetPage): page is PackedNames => "lines" in page;

const SNIFF = 200;
const NEWLINE = 10;
/** Lines that are read the long way before the short one is tried again, where the short one leads nowhere. */
const MOST_LINES = 64;
/** People handed on at a time, at least. */
const BATCH = 200;

interface Table {
  readonly rows: RowReader;
  readonly sheet: SheetReader;
  /** Undefined until the first row is read, and where no row can be plain. */
  readonly scanner: () => PlainScanner | undefined;
}

const createTable = (): Table => {
  const seen = createSeen();
  const rows = createRowReader();
  const sheet = createSheetReader(createChecker(seen));
  let scanner: PlainScanner | undefined;
  return {
    rows,
    sheet,
    scanner: () => {
      const { columns } = sheet;
      if (scanner === undefined && columns !== undefined && columns.every(({ dataSource }) => isPlain(dataSource) && !dataSource.includes("\\"))) scanner = createPlainScanner(columns, rows.delimiter ?? ",", seen);
      return scanner;
    },
  };
};

/** Text of lines as a whole, or of the end of the file. */
const textOf = (bytes: Uint8Array, { line, rest }: Pick<RowReader, "line" | "rest">): string => {
  const place = (before: string) => advance(advance({ line, column: 1 }, rest), before);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Say where: the same bytes once more, as far as they are good.
    const good = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    throw badData(place(good.slice(0, good.indexOf("\ufffd"))), "the file is not UTF-8", "save the file as UTF-8");
  }
  const nul = text.indexOf("\u0000");
  if (nul >= 0) throw badData(place(text.slice(0, nul)), "a NUL character", "the file is damaged, or not text");
  return text;
};

const taken = (sheet: SheetReader, rows: readonly CsvRow[], read: ReadMap[]): void => {
  for (const row of rows) {
    const done = sheet.row(row);
    if (done !== undefined) read.push(done);
  }
};

const endOfLines = (bytes: Uint8Array, from: number, lines: number): number => {
  let at = from;
  for (let left = lines; left > 0 && at < bytes.length; left--) {
    const end = bytes.indexOf(NEWLINE, at);
    at = end < 0 ? bytes.length : end + 1;
  }
  return at;
};

/** Whole lines. */
const readLines = function* ({ rows, sheet, scanner }: Table, bytes: Uint8Array): Generator<SheetPage> {
  const read: ReadMap[] = [];
  let lines = 1;
  for (let at = 0; at < bytes.length; ) {
    const plain = rows.rest === "" ? scanner() : undefined;
    if (plain !== undefined) {
      const { label } = sheet;
      const from = rows.line;
      const found = plain.scan(bytes, at, bytes.length, from, label === undefined ? undefined : hashOf(LABELS, label), () => {
        const done = sheet.close();
        if (done !== undefined) read.push(done);
      });
      if (found.isWide) textOf(bytes.subarray(at, found.end), rows);
      if (found.line - from > MOST_LINES) lines = 1;
      at = found.end;
      rows.line = found.line;
      if (found.isFull) {
        const packed = plain.packed();
        if (packed !== undefined) yield packed;
        continue;
      }
    }
    const end = endOfLines(bytes, at, lines);
    // The first row says how the others are to be read.
    if (sheet.columns !== undefined) lines = Math.min(lines * 2, MOST_LINES);
    if (end > at) taken(sheet, rows.push(textOf(bytes.subarray(at, end), rows)), read);
    at = end;
    if (read.length >= BATCH) yield read.splice(0);
  }
  if (read.length > 0) yield read;
  const packed = scanner()?.packed();
  if (packed !== undefined) yield packed;
};

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  if (one.length === 0) return other;
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
};

const readUtf8 = async function* (table: Table, chunks: Chunks): AsyncGenerator<SheetPage> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    // The line in hand alone is put together: a copy of all would be made for each of these.
    const first = rest.length === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (first > 0) yield* readLines(table, joined(rest, chunk.subarray(0, first)));
    if (end > first) yield* readLines(table, chunk.subarray(first, end));
    rest = end > 0 ? chunk.slice(end) : joined(rest, chunk);
    // A letter takes four bytes at most.
    if (rest.length > 4 * MOST_ROW) throw badData({ line: table.rows.line, column: 1 }, `a row of more than ${MOST_ROW} letters`, "is a quote missing?");
  }
  const read: ReadMap[] = [];
  taken(table.sheet, table.rows.push(textOf(rest, table.rows), true), read);
  if (read.length > 0) yield read;
};

const readOthers = async function* ({ rows, sheet }: Table, chunks: Chunks): AsyncGenerator<SheetPage> {
  const read: ReadMap[] = [];
  for await (const pieces of decodeLists(chunks)) {
    for (const piece of pieces) taken(sheet, rows.push(piece), read);
    if (read.length > 0) yield read.splice(0);
  }
  taken(sheet, rows.push("", true), read);
  if (read.length > 0) yield read;
};

/** Batches of maps and rejects, and of plain rows that were all taken. Throws DataError like readUserMapsCsv. */
export const packSheet = async function* (chunks: Chunks): AsyncGenerator<SheetPage> {
  const source = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let head: Uint8Array = new Uint8Array(0);
  try {
    while (head.length < SNIFF) {
      const next = await source.next();
      if (next.done === true) break;
      head = joined(head, next.value);
    }
    const { encoding, mark } = sniff(head);
    const isUtf8 = encoding === "utf-8";
    const whole = async function* (): AsyncGenerator<Uint8Array> {
      yield isUtf8 ? head.subarray(mark) : head;
      for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
    };
    const table = createTable();
    yield* (isUtf8 ? readUtf8 : readOthers)(table, whole());
    const last = table.sheet.end();
    if (last !== undefined) yield [last];
  } finally {
    await source.return?.();
  }
};
