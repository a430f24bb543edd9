// Joins of key lists: whoever stands under one number on both sides meets. A sieve of bits puts aside what stands on one alone.

import type { KeyList } from "./hash.ts";

/** For so many keys: each, and a number above 0 beside it, for most of the time goes into fetching them. */
const createTable = (size: number): Int32Array => new Int32Array(2 ** Math.ceil(Math.log2(Math.max(size * 4, 32))));

/** Where the key stands in a table, or the free place where it would stand. */
const placeOf = (table: Int32Array, key: number): number => {
  const mask = table.length - 2;
  let place = (key << 1) & mask;
  while (table[place + 1] !== 0 && table[place] !== key) place = (place + 2) & mask;
  return place;
};

/** One bit for many keys: whose bit is not set stands in no list of those it was made of. */
export type Sieve = Int32Array;

export const createSieve = ({ keys, size }: Pick<KeyList, "keys" | "size">): Sieve => {
  const sieve = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(size, 128))) / 4);
  const mask = sieve.length * 32 - 1;
  for (let at = 0; at < size; at++) {
    const bit = (keys[at] ?? 0) & mask;
    sieve[bit >>> 5] = (sieve[bit >>> 5] ?? 0) | (1 << bit);
  }
  return sieve;
};

export const passes = (sieve: Sieve, key: number): boolean => {
  const bit = key & (sieve.length * 32 - 1);
  return ((sieve[bit >>> 5] ?? 0) & (1 << bit)) !== 0;
};

/** What may stand in the list of the sieve, in the same order. */
const sifted = ({ keys, owners, size }: KeyList, sieve: Sieve): KeyList => {
  const left: KeyList = { keys: new Int32Array(size), owners: new Int32Array(size), size: 0 };
  const mask = sieve.length * 32 - 1;
  let count = 0;
  for (let at = 0; at < size; at++) {
    const key = keys[at] as number;
    const bit = key & mask;
    if (((sieve[bit >>> 5] as number) & (1 << bit)) === 0) continue;
    left.keys[count] = key;
    left.owners[count++] = owners[at] as number;
  }
  left.size = count;
  return left;
};

interface Groups {
  readonly starts: Int32Array;
  readonly list: Int32Array;
}

/** Owners per group number, one group after the other; -1 belongs to none. */
const grouped = (numbers: Int32Array, owners: Int32Array, count: number): Groups => {
  // Ends become starts as the groups fill from behind.
  const starts = new Int32Array(count + 1);
  for (let at = 0; at < numbers.length; at++) if ((numbers[at] as number) >= 0) starts[numbers[at] as number] = (starts[numbers[at] as number] as number) + 1;
  let end = 0;
  for (let at = 0; at <= count; at++) starts[at] = end += starts[at] as number;
  const list = new Int32Array(end);
  for (let at = numbers.length - 1; at >= 0; at--) {
    const number = numbers[at] as number;
    if (number < 0) continue;
    const place = (starts[number] as number) - 1;
    list[place] = owners[at] as number;
    starts[number] = place;
  }
  return { starts, list };
};

/** Some owners of a key: those from `from` to before `to` of the list. */
export interface Owners {
  list: Int32Array;
  from: number;
  to: number;
}

/** Calls `visit` for every key that stands on both sides, with its owners there, in the same two objects each time. */
export const collide = (masters: KeyList, targets: KeyList, visit: (masters: Owners, targets: Owners) => void): void => {
  // In most layers few keys stand on both sides: a look at one bit spares the others a place in a table.
  const theirs = sifted(targets, createSieve(masters));
  if (theirs.size > 0) join(sifted(masters, createSieve(theirs)), theirs, visit);
};

const join = (masters: KeyList, targets: KeyList, visit: (masters: Owners, targets: Owners) => void): void => {
  const table = createTable(masters.size);
  const numbers = new Int32Array(masters.size);
  let count = 0;
  for (let at = 0; at < masters.size; at++) {
    const key = masters.keys[at] as number;
    const place = placeOf(table, key);
    if (table[place + 1] === 0) {
      table[place] = key;
      table[place + 1] = ++count;
    }
    numbers[at] = (table[place + 1] as number) - 1;
  }
  const met = new Int32Array(targets.size);
  for (let at = 0; at < targets.size; at++) met[at] = (table[placeOf(table, targets.keys[at] as number) + 1] as number) - 1;
  const mine = grouped(numbers, masters.owners, count);
  const theirs = grouped(met, targets.owners, count);
  const one: Owners = { list: mine.list, from: 0, to: 0 };
  const other: Owners = { list: theirs.list, from: 0, to: 0 };
  for (let at = 0; at < count; at++) {
    if (theirs.starts[at] === theirs.starts[at + 1]) continue;
    one.from = mine.starts[at] as number;
    one.to = mine.starts[at + 1] as number;
    other.from = theirs.starts[at] as number;
    other.to = theirs.starts[at + 1] as number;
    visit(one, other);
  }
};

/** The keys of a list, to ask whether one is in it. */
export const keySet = (list: KeyList): { has(key: number): boolean; readonly size: number } => {
  const table = createTable(list.size);
  for (let at = 0; at < list.size; at++) {
    const key = list.keys[at] as number;
    const place = placeOf(table, key);
    table[place] = key;
    table[place + 1] = 1;
  }
  return { size: list.size, has: (key) => table[placeOf(table, key) + 1] === 1 };
};

/** The keys that so many stand under. */
export const crowdedKeys = ({ keys, size }: KeyList, least: number): ReadonlySet<number> => {
  const sorted = keys.slice(0, size).sort();
  const crowded = new Set<number>();
  for (let at = least - 1; at < size; at++) if (sorted[at] === sorted[at - least + 1]) crowded.add(sorted[at] as number);
  return crowded;
};
