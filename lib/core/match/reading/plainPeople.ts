// Rows of a table of people straight from its bytes: where the cells of each stand in it is all that is kept. Rows whose cells are
// not what stands there (a quote within quotes, an apostrophe put in front) are left to whoever reads the others.

import { ID, type Which } from "./names.ts";
import { type NamesBytes, WIDTH } from "./namesBytes.ts";

const QUOTE = 34;
const APOSTROPHE = 39;
const NEWLINE = 10;
const RETURN = 13;

export class PlainPeople {
  /** Lines of what was read last. */
  lines = 0;
  readonly #people: NamesBytes;
  readonly #parting: number;
  /** Of each column which cell of a person it is; -1 where it is none. */
  readonly #slots: Int8Array;
  /** Of the row in hand, begin and end of each cell. */
  readonly #places = new Int32Array(WIDTH);

  /** `columns` says of each column which cell of a person it is, if it is one. */
  constructor(delimiter: string, columns: readonly (Which | undefined)[], people: NamesBytes) {
    this.#people = people;
    this.#parting = delimiter.charCodeAt(0);
    this.#slots = Int8Array.from(columns, (which) => which ?? -1);
  }

  /** Rows of the table from a place on, to its end; answers where it stopped: at a row it does not take, or the end. */
  read(from: number): number {
    const { bytes, size } = this.#people;
    let at = from;
    let lines = 0;
    while (at < size) {
      const code = bytes[at] as number;
      if (code === NEWLINE || (code === RETURN && at + 1 < size && bytes[at + 1] === NEWLINE)) {
        at += code === NEWLINE ? 1 : 2;
        lines++;
        continue;
      }
      const end = this.#take(bytes, at, size);
      // Whoever reads the other rows says what is wrong with an id.
      if (end < 0 || this.#places[2 * ID] === this.#places[2 * ID + 1] || !this.#people.addPlaces(this.#places)) break;
      at = end;
      lines++;
    }
    this.lines = lines;
    return at;
  }

  /** Where the row from `from` ends; -1 where it is not plain, or does not end before `to`. */
  #take(bytes: Uint8Array, from: number, to: number): number {
    const width = this.#slots.length;
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
          if (code === this.#parting || code === NEWLINE) break;
        }
        end = code === NEWLINE && at > begin && bytes[at - 1] === RETURN ? at - 1 : at;
      }
      if (at >= to || bytes[begin] === APOSTROPHE) return -1;
      const slot = this.#slots[column] as number;
      if (slot >= 0) {
        this.#places[2 * slot] = begin;
        this.#places[2 * slot + 1] = end;
      }
      if (bytes[at++] !== (column === width - 1 ? NEWLINE : this.#parting)) return -1;
    }
    return at;
  }
}
