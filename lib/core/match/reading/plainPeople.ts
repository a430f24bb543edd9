// Rows of a table of people straight from its bytes: where the cells of each stand in it is all that is kept. Rows whose cells are
// not what stands there (a quote within quotes, an apostrophe put in front) are left to whoever reads the others.

import type { LetterTable } from "../words/letterTable.ts";
import { hashOn, hashStart } from "../words/hash.ts";
import { ID, type Which } from "./names.ts";
import { type NamesBytes, spellBytes } from "./namesBytes.ts";

export interface PlainPeople {
  /** Rows of the table from a place on, before another; answers where it stopped: at a row it does not take, or the end. */
  read(from: number, to: number): number;
  /** Lines of what was read last. */
  lines: number;
}

const QUOTE = 34;
const APOSTROPHE = 39;
const NEWLINE = 10;
const RETURN = 13;
const MOST_ID = 200;

/** `columns` says of each column which cell of a person it is, if it is one. */
export const createPlainPeople = (delimiter: string, columns: readonly (Which | undefined)[], people: NamesBytes, ids: LetterTable): PlainPeople => {
  const parting = delimiter.charCodeAt(0);
  const width = columns.length;
  const slots = Int8Array.from(columns, (which) => which ?? -1);
  /** Of the row in hand, begin and end of each cell. */
  const places = new Int32Array(8);
  const id = new Uint16Array(MOST_ID);

  /** Where the row from `from` ends; -1 where it is not plain, or does not end before `to`. */
  const take = (bytes: Uint8Array, from: number, to: number): number => {
    let at = from;
    for (let column = 0; column < width; column++) {
      let begin = at;
      let end: number;
      if (bytes[at] === QUOTE) {
        begin = ++at;
        while (at < to && bytes[at] !== QUOTE && bytes[at] !== NEWLINE) at++;
        end = at++;
        if (end >= to || bytes[end] !== QUOTE) return -1;
        if (bytes[at] === RETURN && column === width - 1) at++;
      } else {
        let code = 0;
        for (; at < to; at++) {
          code = bytes[at] as number;
          if (code === parting || code === NEWLINE) break;
        }
        end = code === NEWLINE && at > begin && bytes[at - 1] === RETURN ? at - 1 : at;
      }
      if (at >= to || bytes[begin] === APOSTROPHE) return -1;
      const slot = slots[column] as number;
      if (slot >= 0) {
        places[2 * slot] = begin;
        places[2 * slot + 1] = end;
      }
      if (bytes[at++] !== (column === width - 1 ? NEWLINE : parting)) return -1;
    }
    return at;
  };

  /** Whether the row's id is there for the first time; whoever reads the other rows says what is wrong with it. */
  const isNew = (bytes: Uint8Array): boolean => {
    const size = spellBytes(bytes, places[2 * ID] as number, places[2 * ID + 1] as number, id);
    if (size < 1) return false;
    let hash = hashStart;
    for (let at = 0; at < size; at++) hash = hashOn(hash, id[at] as number);
    if (ids.find(hash, id, 0, size) >= 0) return false;
    ids.add(hash, id, 0, size);
    return true;
  };

  const reader: PlainPeople = {
    lines: 0,
    read: (from, to) => {
      const { bytes } = people;
      let at = from;
      let lines = 0;
      while (at < to) {
        const code = bytes[at] as number;
        if (code === NEWLINE || (code === RETURN && at + 1 < to && bytes[at + 1] === NEWLINE)) {
          at += code === NEWLINE ? 1 : 2;
          lines++;
          continue;
        }
        const end = take(bytes, at, to);
        if (end < 0 || !isNew(bytes)) break;
        people.addPlaces(places);
        at = end;
        lines++;
      }
      reader.lines = lines;
      return at;
    },
  };
  return reader;
};
