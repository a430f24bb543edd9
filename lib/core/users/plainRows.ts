// The bytes of plain rows of a table of people straight to lines of text for the database, checked like all others: a row
// without quotes, of one person whose rows end with it. Stops where anything else begins; decides nothing about that.

import type { Hash, Seen } from "./seen.ts";
import type { SheetColumn } from "./sheetCsv.ts";
import { LABELS, namesOf } from "./userMap.ts";

/** Names of people as text: two of a person to a line, or one and twice \N. Label, data source, name, data source, name, and whether both are read only (t, f), parted by tabs; none of them holds a tab, a line's end or a backslash. */
export interface PackedNames {
  readonly people: number;
  readonly names: number;
  readonly lines: Uint8Array;
}

export interface PlainScan {
  /** Where it stopped: the beginning of a row, or the end. */
  readonly end: number;
  readonly line: number;
  /** Bytes above ASCII: whether they are UTF-8 was not asked. */
  readonly isWide: boolean;
  /** It stopped because there is no room: the next row may be as plain as those before. */
  readonly isFull: boolean;
}

export interface PlainScanner {
  /**
   * Rows of `bytes` between two beginnings of lines. `open`: the hash of the label whose rows may go on; `close` is called before the
   * first row of somebody else is taken. The last row is left, because the next may be the same person's.
   */
  scan(bytes: Uint8Array, from: number, to: number, line: number, open: Hash | undefined, close: () => void): PlainScan;
  /** What was scanned since it was last asked for. */
  packed(): PackedNames | undefined;
}

const TEXT = 0;
const DELIMITER = 1;
const RETURN = 2;
const NEWLINE = 3;
const OTHER = 4;
/** A longer cell is measured by whoever takes the other rows. */
const MOST_CELL = 200;
const OUT = 65_536;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;
/** Ends a line with one name, or with two. */
const endsOf = (mark: "t" | "f"): { readonly one: Uint8Array; readonly two: Uint8Array } => ({ one: new TextEncoder().encode(`\t\\N\t\\N\t${mark}\n`), two: new TextEncoder().encode(`\t${mark}\n`) });
const WRITTEN = endsOf("f");
const READ_ONLY = endsOf("t");
/** Begins U+FFFE and U+FFFF, which cannot be kept, and others that can. */
const LAST_OF_PLANE = 0xef;

/** Begins most signs that nobody sees, and some of writing. */
const UNSEEN = 0xe2;
const BLANK = 0x20;
/** A number that a spreadsheet has rounded holds one. */
const PLUS = 0x2b;

const kinds = (delimiter: string): Uint8Array => {
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 32; byte++) table[byte] = OTHER;
  for (const byte of [QUOTE, BACKSLASH, LAST_OF_PLANE, PLUS, UNSEEN]) table[byte] = OTHER;
  table[13] = RETURN;
  table[10] = NEWLINE;
  table[delimiter.charCodeAt(0)] = DELIMITER;
  return table;
};

/** `delimiter`: one sign of ASCII. `seen` is shared with whoever takes the other rows: a label or name is one over all of a file. */
export const createPlainScanner = (columns: readonly SheetColumn[], delimiter: string, seen: Seen): PlainScanner => {
  const kind = kinds(delimiter);
  const width = columns.length + 1;
  const encoder = new TextEncoder();
  const heads = columns.map(({ dataSource }) => encoder.encode(`\t${dataSource}\t`));
  const starts = [LABELS, ...columns.map(({ dataSource }) => namesOf(dataSource))];
  const placesOf = (isReadOnly: boolean): readonly number[] => columns.flatMap((column, at) => (column.isReadOnly === isReadOnly ? [at + 1] : []));
  const [written, readOnly] = [placesOf(false), placesOf(true)];
  const startFirst = Int32Array.from(starts, (hash) => hash.first);
  const startSecond = Int32Array.from(starts, (hash) => hash.second);
  // Of the row in hand.
  const begin = new Int32Array(width);
  const end = new Int32Array(width);
  const first = new Int32Array(width);
  const second = new Int32Array(width);
  const places = new Int32Array(width);
  let kept = 0;
  let next = 0;
  let wide = 0;

  /** Whether the row from `at` is plain; `next` is where the one after it begins. */
  const parse = (bytes: Uint8Array, from: number): boolean => {
    let column = 0;
    let one = startFirst[0] ?? 0;
    let other = startSecond[0] ?? 0;
    let high = 0;
    begin[0] = from;
    for (let at = from; ; at++) {
      const byte = bytes[at] ?? 0;
      const what = kind[byte];
      if (what === TEXT) {
        one = Math.imul(one ^ byte, 0x01000193);
        other = Math.imul(other + byte, 0x5bd1e995) ^ (other >>> 15);
        high |= byte;
        continue;
      }
      if (what === OTHER || (what === RETURN && bytes[at + 1] !== 10)) return false;
      const start = begin[column] ?? 0;
      if (at - start > MOST_CELL || bytes[start] === APOSTROPHE || bytes[start] === BLANK || (at > start && bytes[at - 1] === BLANK)) return false;
      end[column] = at;
      first[column] = one;
      second[column] = other;
      column++;
      if (what !== DELIMITER) {
        next = what === RETURN ? at + 2 : at + 1;
        wide |= high;
        return column === width;
      }
      if (column === width) return false;
      begin[column] = at + 1;
      one = startFirst[column] ?? 0;
      other = startSecond[column] ?? 0;
    }
  };

  const drop = (): void => {
    for (let at = kept - 1; at >= 0; at--) seen.drop(places[at] ?? 0);
    kept = 0;
  };

  /** Whether label and names of the row are kept from now on: not where one stands before, nor where there is no name. */
  const keep = (): boolean => {
    kept = 0;
    for (let column = 0; column < width; column++) {
      if (begin[column] === end[column]) continue;
      const place = seen.add(first[column] ?? 0, second[column] ?? 0);
      if (place < 0) {
        drop();
        return false;
      }
      places[kept++] = place;
    }
    if (kept > 1) return true;
    drop();
    return false;
  };

  const put = (bytes: Uint8Array, out: Uint8Array, from: number, places: readonly number[], { one, two }: ReturnType<typeof endsOf>): number => {
    let to = from;
    let isHalf = false;
    for (let place = 0; place < places.length; place++) {
      const column = places[place] as number;
      if (begin[column] === end[column]) continue;
      if (!isHalf) for (let at = begin[0] as number; at < (end[0] as number); at++) out[to++] = bytes[at] as number;
      const head = heads[column - 1] as Uint8Array;
      for (let at = 0; at < head.length; at++) out[to++] = head[at] as number;
      for (let at = begin[column] as number; at < (end[column] as number); at++) out[to++] = bytes[at] as number;
      if (isHalf) for (let at = 0; at < two.length; at++) out[to++] = two[at] as number;
      isHalf = !isHalf;
    }
    if (isHalf) for (let at = 0; at < one.length; at++) out[to++] = one[at] as number;
    return to;
  };
  const write = (bytes: Uint8Array, out: Uint8Array, from: number): number => put(bytes, out, put(bytes, out, from, written, WRITTEN), readOnly, READ_ONLY);
  /** At most, of one row. */
  const room = heads.reduce((sum, head) => sum + head.length + 2 * MOST_CELL + WRITTEN.two.length, WRITTEN.one.length + READ_ONLY.one.length);
  const size = Math.max(OUT, 2 * room);

  let out = new Uint8Array(size);
  let filled = 0;
  let people = 0;
  let names = 0;

  return {
    scan: (bytes, from, to, line, open, close) => {
      let [at, isFull, isClosed] = [from, false, false];
      // Where the row before the one in hand begins, as long as it may go on; no object, one would be made for each of a million rows.
      let [beforeAt, beforeLine, beforeFilled, beforeNames] = [-1, 0, 0, 0];
      let [one, other, isKnown] = [open?.first ?? 0, open?.second ?? 0, open !== undefined];
      wide = 0;
      for (;;) {
        while (at < to && (bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] === 10))) {
          at += bytes[at] === 10 ? 1 : 2;
          line++;
        }
        if (at >= to || !parse(bytes, at) || begin[0] === end[0] || (isKnown && first[0] === one && second[0] === other)) {
          if (beforeAt < 0) break;
          drop();
          [at, line, filled, names] = [beforeAt, beforeLine, beforeFilled, beforeNames];
          people--;
          break;
        }
        isFull = filled + room > size;
        if (isFull) break;
        if (!isClosed) close();
        isClosed = true;
        seen.reserve(width);
        if (!keep()) break;
        beforeAt = at;
        beforeLine = line;
        beforeFilled = filled;
        beforeNames = names;
        names += kept - 1;
        one = first[0] ?? 0;
        other = second[0] ?? 0;
        isKnown = true;
        filled = write(bytes, out, filled);
        people++;
        at = next;
        line++;
      }
      return { end: at, line, isWide: wide > 127, isFull };
    },
    packed: () => {
      if (people === 0) return undefined;
      const full = { people, names, lines: out.subarray(0, filled) };
      [out, filled, people, names] = [new Uint8Array(size), 0, 0, 0];
      return full;
    },
  };
};
