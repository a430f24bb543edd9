// Verdicts as a table a person decides in, as bytes of CSV. What stands in the tables that were read goes from byte to byte; all
// other cells are texts, and a row is made only for whoever wants to see it.

import { csvCell, csvLine } from "../users/csvRows.ts";
import { createFirst, DECISION_COLUMNS, type DecisionRow, type DecisionTable, rowOf, rowsOf } from "./decisions.ts";
import type { Candidate, NameEntry, Situation, Verdict } from "./model.ts";
import { EMAIL, ID, LOGIN, NAME, type Which } from "./reading/names.ts";
import { TableEntry } from "./reading/namesBytes.ts";
import { longerBytes } from "./words/flat.ts";

/** Hears of every row; whoever wants to see it asks for it. */
export type Note = (situation: Situation, row: () => DecisionRow) => void;

const PIECE = 60_000;
const [PLAIN, QUOTED, CLOSER] = [0, 1, 2];
const [SPACE, QUOTE, COMMA, SEMICOLON, DIGITS, LETTERS, LAST] = [32, 34, 44, 59, 48, 65, 126];

/** What a byte of a cell asks for, as csvCell would say it. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => (byte === COMMA || byte === SEMICOLON ? QUOTED : byte < SPACE || byte === QUOTE || byte === LAST + 1 ? CLOSER : PLAIN));
/** What runs and what quotes does so at the beginning. */
const mayBegin = (byte: number): boolean => byte >= LETTERS || byte === COMMA || byte === SEMICOLON || (byte >= DIGITS && byte < DIGITS + 10);
/** The first two bytes of spaces that are none of ASCII, which matter at both ends of a cell, and of signs of double width. */
const mayBeSpace = (first: number, second: number): boolean => (first === 0xc2 && second === 0xa0) || (first === 0xe1 && second === 0x9a) || (first === 0xe2 && second < 0x82) || (first === 0xe3 && second === 0x80) || (first === 0xef && second >= 0xbb && second <= 0xbd);

/** Whether csvCell may do more to it than look for what quotes. */
const isOddAtEnds = (bytes: Uint8Array, from: number, to: number): boolean => {
  const [first, last] = [bytes[from] as number, bytes[to - 1] as number];
  if (!mayBegin(first) || last === SPACE) return true;
  if (first > LAST && mayBeSpace(first, bytes[from + 1] as number)) return true;
  return last > LAST && (mayBeSpace(bytes[to - 2] as number, last) || (to - from > 2 && mayBeSpace(bytes[to - 3] as number, bytes[to - 2] as number)));
};

interface RowBytes {
  /** How many there are. */
  size(): number;
  put(bytes: Uint8Array): void;
  cell(entry: NameEntry | undefined, which: Which): void;
  comma(): void;
  /** Those there are; they are good until the next are put. */
  take(): Uint8Array;
}

const textOf = (entry: NameEntry, which: Which): string => (which === ID ? entry.id : which === NAME ? entry.name : which === LOGIN ? (entry.login ?? "") : (entry.email ?? ""));

const createRowBytes = (): RowBytes => {
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(PIECE * 2);
  let end = 0;
  const reserve = (more: number): void => {
    if (end + more > bytes.length) bytes = longerBytes(bytes, (end + more) * 2);
  };
  /** From byte to byte, in variables of its own: the engine looks up those it shares each time. What the bytes ask for as cells. */
  const copy = (from: Uint8Array, begin: number, stop: number): number => {
    const into = bytes;
    let to = end;
    let kinds = PLAIN;
    for (let at = begin; at < stop; at++) {
      const byte = from[at] as number;
      kinds |= KINDS[byte] as number;
      into[to++] = byte;
    }
    end = to;
    return kinds;
  };
  const put = (more: Uint8Array): void => {
    reserve(more.length);
    copy(more, 0, more.length);
  };
  const byte = (code: number): void => {
    reserve(1);
    bytes[end++] = code;
  };
  /** Whether a cell could be put there byte for byte: most can. */
  const putBytes = (from: Uint8Array, begin: number, stop: number): boolean => {
    if (begin === stop) return true;
    if (isOddAtEnds(from, begin, stop)) return false;
    reserve(stop - begin + 2);
    const start = end;
    const kinds = copy(from, begin, stop);
    if (kinds === PLAIN) return true;
    end = start;
    if (kinds !== QUOTED) return false;
    bytes[end++] = QUOTE;
    copy(from, begin, stop);
    bytes[end++] = QUOTE;
    return true;
  };
  const cell = (entry: NameEntry | undefined, which: Which): void => {
    if (entry === undefined) return;
    if (entry instanceof TableEntry) {
      const { table: { cells }, index } = entry;
      if (putBytes(cells.bytes, cells.from(index, which), cells.to(index, which))) return;
    }
    put(encoder.encode(csvCell(textOf(entry, which))));
  };
  return {
    size: () => end, put, cell,
    comma: () => byte(COMMA),
    take: () => {
      const all = bytes.subarray(0, end);
      end = 0;
      return all;
    },
  };
};

/** What comes in row after row is made once. Bounded, for reasons may hold names. */
const createTails = (): ((score: number, reason: string) => Uint8Array) => {
  const encoder = new TextEncoder();
  const known = new Map<string, { readonly score: number; readonly bytes: Uint8Array }>();
  return (score, reason) => {
    const before = known.get(reason);
    if (before?.score === score) return before.bytes;
    const bytes = encoder.encode(`,${score < 0 ? "" : score.toFixed(2)},${csvCell(reason)},`);
    if (known.size < MOST_KNOWN) known.set(reason, { score, bytes });
    return bytes;
  };
};
const MOST_KNOWN = 200;

const createHeads = ({ connection, syncSet }: DecisionTable): ((situation: Situation) => Uint8Array) => {
  const known = new Map<Situation, Uint8Array>();
  return (situation) => {
    const before = known.get(situation);
    if (before !== undefined) return before;
    const made = new TextEncoder().encode(`${situation === "found" ? "yes" : ""},${situation},${csvCell(connection)},${csvCell(syncSet)},`);
    known.set(situation, made);
    return made;
  };
};

/** The tables as CSV, in pieces that are good until the next is asked for; `note` hears of each row as it passes. */
export function* decisionsCsv(tables: Iterable<DecisionTable>, note: Note): Generator<Uint8Array> {
  const rows = createRowBytes();
  const tails = createTails();
  const lineEnd = new TextEncoder().encode("\r\n");
  rows.put(new TextEncoder().encode(csvLine(DECISION_COLUMNS)));
  const login = (entry: NameEntry | undefined): void => rows.cell(entry, entry instanceof TableEntry ? (entry.table.has(entry.index, LOGIN) ? LOGIN : EMAIL) : entry?.login === undefined ? EMAIL : LOGIN);
  const write = (head: Uint8Array, verdict: Verdict, candidate: Candidate | undefined): void => {
    const master = verdict.side === "master" ? verdict.entry : candidate?.entry;
    const target = verdict.side === "master" ? candidate?.entry : verdict.entry;
    rows.put(head);
    rows.cell(master, ID);
    rows.comma();
    rows.cell(master, NAME);
    rows.comma();
    rows.cell(target, ID);
    rows.comma();
    rows.cell(target, NAME);
    rows.put(tails(candidate?.score ?? -1, verdict.candidates.length > 1 ? (candidate?.reason ?? "") : verdict.reason));
    login(master);
    rows.comma();
    login(target);
    rows.put(lineEnd);
  };
  for (const table of tables) {
    const heads = createHeads(table);
    const isFirst = createFirst();
    for (const verdict of table.verdicts) {
      for (const candidate of rowsOf(verdict)) {
        if (!isFirst(verdict, candidate)) continue;
        note(verdict.situation, () => rowOf(table, verdict, candidate));
        write(heads(verdict.situation), verdict, candidate);
      }
      if (rows.size() >= PIECE) yield rows.take();
    }
  }
  yield rows.take();
}
