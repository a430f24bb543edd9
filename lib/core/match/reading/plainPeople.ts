// Rows of a table of people straight from its text: where the cells of each stand in it is all that is kept. Rows whose cells are
// not what stands there (a quote within quotes, an apostrophe put in front) are left to whoever reads the others.

import type { LetterTable } from "../words/letterTable.ts";
import { hashOn, hashStart } from "../words/hash.ts";
import { ID, type NamesText, type Which } from "./names.ts";

export interface PlainPeople {
  /** Rows of a text from a place on; answers where it stopped: at a row it does not take, or the end. */
  read(text: string, from: number): number;
  /** Lines of what was read last. */
  lines: number;
}

const QUOTE = 34;
const APOSTROPHE = 39;
const NEWLINE = 10;
const RETURN = 13;
const MOST_ID = 200;

/** `columns` says of each column which cell of a person it is, if it is one. */
export const createPlainPeople = (delimiter: string, columns: readonly (Which | undefined)[], people: NamesText, ids: LetterTable): PlainPeople => {
  const parting = delimiter.charCodeAt(0);
  const width = columns.length;
  const slots = Int8Array.from(columns, (which) => which ?? -1);
  /** Of the row in hand, begin and end of each cell. */
  const places = new Int32Array(8);
  const id = new Uint16Array(MOST_ID);

  /** Where the row from `from` ends; -1 where it is not plain. */
  const take = (text: string, from: number): number => {
    const { length } = text;
    let at = from;
    for (let column = 0; column < width; column++) {
      let begin = at;
      let end: number;
      if (text.charCodeAt(at) === QUOTE) {
        begin = ++at;
        while (at < length && text.charCodeAt(at) !== QUOTE && text.charCodeAt(at) !== NEWLINE) at++;
        end = at++;
        if (end >= length || text.charCodeAt(end) !== QUOTE) return -1;
        if (text.charCodeAt(at) === RETURN && column === width - 1) at++;
      } else {
        let code = 0;
        for (; at < length; at++) {
          code = text.charCodeAt(at);
          if (code === parting || code === NEWLINE) break;
        }
        end = code === NEWLINE && at > begin && text.charCodeAt(at - 1) === RETURN ? at - 1 : at;
      }
      if (text.charCodeAt(begin) === APOSTROPHE || at >= length) return -1;
      const slot = slots[column] as number;
      if (slot >= 0) {
        places[2 * slot] = begin;
        places[2 * slot + 1] = end;
      }
      if (text.charCodeAt(at++) !== (column === width - 1 ? NEWLINE : parting)) return -1;
    }
    return at;
  };

  /** Whether the row's id is there for the first time; whoever reads the other rows says what is wrong with it. */
  const isNew = (text: string): boolean => {
    const from = places[2 * ID] as number;
    const size = (places[2 * ID + 1] as number) - from;
    if (size === 0 || size > MOST_ID) return false;
    let hash = hashStart;
    for (let at = 0; at < size; at++) hash = hashOn(hash, (id[at] = text.charCodeAt(from + at)));
    if (ids.find(hash, id, 0, size) >= 0) return false;
    ids.add(hash, id, 0, size);
    return true;
  };

  const reader: PlainPeople = {
    lines: 0,
    read: (text, from) => {
      let block = -1;
      let at = from;
      let lines = 0;
      while (at < text.length) {
        const code = text.charCodeAt(at);
        if (code === NEWLINE || (code === RETURN && text.charCodeAt(at + 1) === NEWLINE)) {
          at += code === NEWLINE ? 1 : 2;
          lines++;
          continue;
        }
        const end = take(text, at);
        if (end < 0 || !isNew(text)) break;
        if (block < 0) block = people.block(text);
        people.addPlaces(block, places);
        at = end;
        lines++;
      }
      reader.lines = lines;
      return at;
    },
  };
  return reader;
};
