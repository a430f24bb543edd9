// The names of a table as the bytes it was read from, UTF-8: of a person only the places of four cells are kept, and a text is
// made when somebody asks. What is compared or handed on as it stands never becomes one.

import { longerBytes, longerInts } from "../words/flat.ts";
import { hashOn, hashStart } from "../words/hash.ts";
import type { NameEntry } from "../model.ts";
import { type Cells, EMAIL, ID, LOGIN, NAME, type Names, TOO_LONG, type Which } from "./names.ts";

/** Begin and end of each of the four cells. */
export const WIDTH = 8;
/** A letter takes so many bytes at the most. */
const MOST_BYTES = 3;

/** The letters of good UTF-8, and how many there are, or TOO_LONG. */
const spellBytes = (bytes: Uint8Array, from: number, to: number, into: Uint16Array): number => {
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

const ROOM = 32;
/** Slots for ids, at least; a power of two, as are all such numbers. */
const SLOTS = 64;

/** People of a table, taken one by one; no id stands twice. A class, for both tables share what the engine learns of its functions. */
export class NamesBytes {
  /** As many as `size` are taken; behind them is room for more. */
  bytes: Uint8Array;
  size: number;
  count = 0;
  #places = new Int32Array(ROOM * WIDTH);
  /** Position + 1 in the lower bits, and of the id's hash the upper ones. */
  #slots = new Int32Array(SLOTS);
  readonly #encoder = new TextEncoder();
  readonly #cells = new Int32Array(WIDTH);

  /** Of good UTF-8; it is kept, and may be written over. */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes;
    this.size = bytes.length;
  }
  /** The next person, by begin and end of the four cells in the bytes; false where the id is there already, and nobody is added. */
  addPlaces(cells: Int32Array): boolean {
    if (!this.#takeId(cells[2 * ID] as number, cells[2 * ID + 1] as number)) return false;
    const at = this.count++ * WIDTH;
    if (at === this.#places.length) this.#places = longerInts(this.#places, this.#roomFor(this.count) * WIDTH);
    for (let slot = 0; slot < WIDTH; slot++) this.#places[at + slot] = cells[slot] as number;
    return true;
  }
  /** The next person, whose cells do not stand in the bytes as they are: they are written behind them, or from a place on over what is read already and takes as much room. */
  add(cells: readonly [id: string, name: string, login: string, email: string], over = this.size): boolean {
    let at = over;
    if (over === this.size) {
      const room = cells.reduce((sum, { length }) => sum + length * MOST_BYTES, 0);
      if (at + room > this.bytes.length) this.bytes = longerBytes(this.bytes.subarray(0, at), (at + room) * 2);
    }
    for (const [slot, cell] of cells.entries()) {
      this.#cells[2 * slot] = at;
      at += this.#encoder.encodeInto(cell, this.bytes.subarray(at)).written;
      this.#cells[2 * slot + 1] = at;
    }
    this.size = Math.max(this.size, at);
    return this.addPlaces(this.#cells);
  }
  done(): Names {
    return new TableNames(this.bytes, this.#places, this.count);
  }
  /** As many as the table holds, where it goes on as it began. */
  #roomFor(count: number): number {
    const end = this.#places[(count - 2) * WIDTH + 2 * ID + 1] as number;
    return Math.max(count * 2, Math.ceil(((count * this.size) / Math.max(end, 1)) * 1.1));
  }
  #hash(from: number, to: number): number {
    let hash = hashStart;
    for (let at = from; at < to; at++) hash = hashOn(hash, this.bytes[at] as number);
    return hash;
  }
  #put(hash: number, held: number): void {
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = held | (hash & ~mask);
  }
  /** Keeps the id of the next person; false where it is somebody else's. */
  #takeId(from: number, to: number): boolean {
    const hash = this.#hash(from, to);
    const mask = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const held = this.#slots[slot] as number;
      if (((held ^ hash) & ~mask) === 0 && this.#isId(((held & mask) - 1) * WIDTH + 2 * ID, from, to)) return false;
    }
    if (this.count * 2 >= this.#slots.length) this.#growSlots();
    this.#put(hash, this.count + 1);
    return true;
  }
  #isId(place: number, from: number, to: number): boolean {
    const start = this.#places[place] as number;
    if ((this.#places[place + 1] as number) - start !== to - from) return false;
    for (let at = from; at < to; at++) if (this.bytes[at] !== this.bytes[start + at - from]) return false;
    return true;
  }
  #growSlots(): void {
    const room = this.#places.length / WIDTH;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(room, this.count + 1) * 2)));
    for (let index = 0; index < this.count; index++) this.#put(this.#hash(this.#places[index * WIDTH + 2 * ID] as number, this.#places[index * WIDTH + 2 * ID + 1] as number), index + 1);
  }
}

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
