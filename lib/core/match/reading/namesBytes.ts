// The names of a table as the bytes it was read from, UTF-8: of a person only the places of four cells are kept, and a text is
// made when somebody asks. What is compared or handed on as it stands never becomes one.

import { longerBytes, longerInts } from "../words/flat.ts";
import type { NameEntry } from "../model.ts";
import { type Cells, EMAIL, ID, LOGIN, NAME, type Names, TOO_LONG, type Which } from "./names.ts";

const CELLS = 4;
/** Begin and end of each cell. */
const WIDTH = 2 * CELLS;

/** The letters of good UTF-8, and how many there are, or TOO_LONG. */
export const spellBytes = (bytes: Uint8Array, from: number, to: number, into: Uint16Array): number => {
  if (to - from > into.length) return TOO_LONG;
  let length = 0;
  for (let at = from; at < to; ) {
    const first = bytes[at++] as number;
    if (first < 0x80) into[length++] = first;
    else if (first < 0xe0) into[length++] = ((first & 0x1f) << 6) | ((bytes[at++] as number) & 0x3f);
    else if (first < 0xf0) {
      into[length++] = ((first & 0x0f) << 12) | (((bytes[at] as number) & 0x3f) << 6) | ((bytes[at + 1] as number) & 0x3f);
      at += 2;
    } else {
      const point = (((first & 0x07) << 18) | (((bytes[at] as number) & 0x3f) << 12) | (((bytes[at + 1] as number) & 0x3f) << 6) | ((bytes[at + 2] as number) & 0x3f)) - 0x10000;
      at += 3;
      into[length++] = 0xd800 | (point >> 10);
      into[length++] = 0xdc00 | (point & 0x3ff);
    }
  }
  return length;
};

/** Takes a table bit by bit, and its people one by one. */
export interface NamesBytes {
  /** What was put so far, as many as `size`; put again it may be another list. */
  bytes: Uint8Array;
  size: number;
  /** More of the table, which stands behind what was put before. */
  put(bytes: Uint8Array): void;
  /** The next person, by begin and end of the four cells in the bytes of the table. */
  addPlaces(places: Int32Array): void;
  /** The next person, whose cells do not stand there as they are. */
  add(id: string, name: string, login: string, email: string): void;
  done(): Names;
}

const joined = (one: Uint8Array, length: number, other: Uint8Array): Uint8Array => {
  const all = longerBytes(one.subarray(0, length), length + other.length);
  all.set(other, length);
  return all;
};

export const createNamesBytes = (): NamesBytes => {
  const encoder = new TextEncoder();
  let count = 0;
  let places = new Int32Array(128 * WIDTH);
  /** Cells that stand nowhere in the table, one after the other, and whose they are: they go behind the table when it ends. */
  let apart = new Uint8Array(256);
  let apartSize = 0;
  const owners: number[] = [];
  const next = (): number => {
    const at = count++ * WIDTH;
    if (at === places.length) places = longerInts(places, at * 2);
    return at;
  };
  const table: NamesBytes = {
    bytes: new Uint8Array(0), size: 0,
    put: (bytes) => {
      const end = table.size + bytes.length;
      if (end > table.bytes.length) table.bytes = longerBytes(table.bytes.subarray(0, table.size), Math.max(end, table.size * 2));
      table.bytes.set(bytes, table.size);
      table.size = end;
    },
    addPlaces: (cells) => {
      const at = next();
      for (let slot = 0; slot < WIDTH; slot++) places[at + slot] = cells[slot] as number;
    },
    add: (...cells) => {
      owners.push(count);
      let at = next();
      for (const cell of cells) {
        const bytes = encoder.encode(cell);
        if (apartSize + bytes.length > apart.length) apart = longerBytes(apart, (apartSize + bytes.length) * 2);
        apart.set(bytes, apartSize);
        places[at++] = apartSize;
        places[at++] = apartSize += bytes.length;
      }
    },
    done: () => {
      for (const owner of owners) for (let slot = owner * WIDTH; slot < (owner + 1) * WIDTH; slot++) places[slot] = (places[slot] as number) + table.size;
      return new TableNames(owners.length === 0 ? table.bytes : joined(table.bytes, table.size, apart.subarray(0, apartSize)), places, count);
    },
  };
  return table;
};

/** One of a table: its texts are made when somebody asks for them. There are hundreds of thousands, so it has no fields but these. */
export class TableEntry implements NameEntry {
  readonly index: number;
  readonly table: TableNames;
  constructor(index: number, table: TableNames) {
    this.index = index;
    this.table = table;
  }
  get id(): string {
    return this.table.id(this.index);
  }
  get name(): string {
    return this.table.name(this.index);
  }
  get login(): string | undefined {
    return this.table.login(this.index) || undefined;
  }
  get email(): string | undefined {
    return this.table.email(this.index) || undefined;
  }
}

/** Of both tables the same functions: were they made for each, the engine would take what it learnt of the first for wrong at the second. */
class TableCells implements Cells {
  readonly bytes: Uint8Array;
  readonly #places: Int32Array;
  constructor(bytes: Uint8Array, places: Int32Array) {
    this.bytes = bytes;
    this.#places = places;
  }
  from(index: number, which: Which): number {
    return this.#places[index * WIDTH + 2 * which] as number;
  }
  to(index: number, which: Which): number {
    return this.#places[index * WIDTH + 2 * which + 1] as number;
  }
}

/** The names of a table whose cells stand in its bytes. */
class TableNames implements Names {
  readonly size: number;
  readonly cells: TableCells;
  readonly #buffer: Buffer;
  constructor(bytes: Uint8Array, places: Int32Array, size: number) {
    this.size = size;
    this.cells = new TableCells(bytes, places);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  #cell(index: number, which: Which): string {
    const { cells } = this;
    const { bytes } = cells;
    const [begin, end] = [cells.from(index, which), cells.to(index, which)];
    if (begin === end) return "";
    let at = begin;
    while (at < end && (bytes[at] as number) < 0x80) at++;
    return this.#buffer.toString(at === end ? "latin1" : "utf8", begin, end);
  }
  id(index: number): string {
    return this.#cell(index, ID);
  }
  name(index: number): string {
    return this.#cell(index, NAME);
  }
  login(index: number): string {
    return this.#cell(index, LOGIN);
  }
  email(index: number): string {
    return this.#cell(index, EMAIL);
  }
  scope(): undefined {
    return undefined;
  }
  entry(index: number): TableEntry {
    return new TableEntry(index, this);
  }
  letters(index: number, which: Which, into: Uint16Array): number {
    return spellBytes(this.cells.bytes, this.cells.from(index, which), this.cells.to(index, which), into);
  }
  has(index: number, which: Which): boolean {
    return this.cells.from(index, which) < this.cells.to(index, which);
  }
}
