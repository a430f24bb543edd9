// Foreign words by what all customs of romanising keep of them. Nothing else is made of one before a Latin word has the same:
// of most none has.

import { createKeys, pushKey } from "./hash.ts";
import { createSieve, passes, type Sieve } from "./join.ts";
import { longerInts, longerShorts } from "./flat.ts";
import type { LetterTable } from "./letterTable.ts";
import { BULGARIAN, CYRILLIC, type Custom, GREEK, romanize, WIDEST } from "./romanize.ts";
import { type Romanized, steadyOfLetters } from "./steady.ts";

export interface ForeignWords {
  /** A word of the table, or two that a login may write as one. */
  put(word: number, more?: number): void;
  /** Whether one of them has this number of `steadyOfLetters`. All are put by then. */
  meets(number: number): boolean;
  /** Those that have it, as they are written, two as one: once, and nothing when asked again. */
  take(number: number, visit: (letters: Uint16Array, size: number) => void): void;
}

const NO_WORD = -1;
const HARD = "ъ".charCodeAt(0);

/** Where a table of its size holds this key, or would hold it. */
const placeIn = (slots: Int32Array, keys: Int32Array, key: number): number => {
  const mask = slots.length - 1;
  let slot = (key ^ (key >>> 15)) & mask;
  while (slots[slot] !== -1 && keys[slots[slot] as number] !== key) slot = (slot + 1) & mask;
  return slot;
};

export const createForeignWords = (script: Romanized, table: LetterTable): ForeignWords => {
  const custom = script === "cyrillic" ? CYRILLIC : GREEK;
  let items = new Int32Array(256);
  let count = 0;
  const list = createKeys();
  let joined = new Uint16Array(256);
  const letters = table.letters();
  const romanized = (word: number, as: Custom, at: number): number => {
    const start = table.start(word);
    const size = table.length(word);
    if (at + size * WIDEST > joined.length) joined = longerShorts(joined, (at + size * WIDEST) * 2);
    return romanize(as, letters, start, start + size, joined, at);
  };
  const numberOf = (word: number, more: number, as: Custom): number => {
    const end = romanized(word, as, 0);
    return steadyOfLetters(script, joined, 0, more < 0 ? end : romanized(more, as, end));
  };
  const isHard = (word: number): boolean => {
    for (let at = table.start(word), end = at + table.length(word); at < end; at++) if (letters[at] === HARD) return true;
    return false;
  };

  let slots = new Int32Array(0);
  let next = new Int32Array(0);
  let sieve: Sieve | undefined;
  /** Chains those of one number. */
  const close = (): Sieve => {
    slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(list.size * 2, 16)))).fill(-1);
    next = new Int32Array(list.size);
    for (let at = 0; at < list.size; at++) {
      const place = placeIn(slots, list.keys, list.keys[at] as number);
      next[at] = slots[place] as number;
      slots[place] = at;
    }
    return createSieve(list);
  };
  const headOf = (number: number): number => (passes((sieve ??= close()), number) ? (slots[placeIn(slots, list.keys, number)] as number) : -1);
  return {
    put: (word, more = NO_WORD) => {
      if (count * 2 === items.length) items = longerInts(items, count * 4);
      items[count * 2] = word;
      items[count * 2 + 1] = more;
      pushKey(list, count, numberOf(word, more, custom));
      // The Bulgarian ъ is an a or an u.
      if (script === "cyrillic" && (isHard(word) || (more >= 0 && isHard(more)))) for (const each of [BULGARIAN[0], BULGARIAN[1]]) pushKey(list, count, numberOf(word, more, each));
      count++;
    },
    meets: (number) => headOf(number) >= 0,
    take: (number, visit) => {
      for (let at = headOf(number); at >= 0 && next[at] !== TAKEN; ) {
        const item = (list.owners[at] as number) * 2;
        let size = 0;
        for (const word of [items[item] as number, items[item + 1] as number]) {
          if (word < 0) continue;
          const length = table.length(word);
          if (size + length > joined.length) joined = longerShorts(joined, (size + length) * 2);
          joined.set(table.letters().subarray(table.start(word), table.start(word) + length), size);
          size += length;
        }
        visit(joined, size);
        const after = next[at] as number;
        next[at] = TAKEN;
        at = after;
      }
    },
  };
};
const TAKEN = -2;
