// The words of one matching by their number, and what is known of each: side by side in one flat list, for whoever asks one
// thing of a word asks the others too, and fetching them is what takes the time.

import { longerBytes, longerInts } from "./flat.ts";
import { hashLetters, hashNameLetters } from "./hash.ts";
import { LetterTable } from "./letterTable.ts";

/** What is known of the words that were read, by their number. */
export interface Words {
  readonly table: LetterTable;
  /** hashWord of it. */
  hash(word: number): number;
  /** hashName of so many words, the first of a list. */
  nameHash(list: Int32Array, count: number): number;
  /** Neither Latin nor ASCII. */
  isForeign(word: number): boolean;
  isNick(word: number): boolean;
  /** Says that names tell it: as a given name above 0, as a surname below. */
  addSure(word: number, by: number): void;
  /** The same by its place, for each list. */
  addPlaced(word: number, side: 0 | 1, by: number): void;
  /** All together; `first` and `second` weigh the places in each list. */
  leaning(word: number, first: number, second: number): number;
}

export interface GrowingWords extends Words {
  /** The number of a word by its letters; made where it is new. */
  number(hash: number, letters: Uint16Array, from: number, to: number, isNick: boolean): number;
}

/** Places in what is known of a word: its hash, and how names tell it. */
const WIDTH = 4;
const [HASH, SURE, PLACED] = [0, 1, 2];
const NICK = 1;
const FOREIGN = 2;

/** `room` words fit in before it grows, a power of two. */
export const createWords = (room: number): GrowingWords => {
  const table = new LetterTable(room);
  let facts = new Int32Array(room * WIDTH);
  let flags = new Uint8Array(room);
  let starts = new Int32Array(16);
  let ends = new Int32Array(16);
  const nameHash = (list: Int32Array, count: number): number => {
    if (count > starts.length) [starts, ends] = [new Int32Array(count * 2), new Int32Array(count * 2)];
    for (let at = 0; at < count; at++) {
      const word = list[at] as number;
      starts[at] = table.start(word);
      ends[at] = table.start(word) + table.length(word);
    }
    return hashNameLetters(table.letters(), starts, ends, 0, count);
  };
  return {
    table,
    hash: (word) => facts[word * WIDTH + HASH] ?? 0,
    nameHash,
    isForeign: (word) => ((flags[word] ?? 0) & FOREIGN) !== 0,
    isNick: (word) => ((flags[word] ?? 0) & NICK) !== 0,
    addSure: (word, by) => void (facts[word * WIDTH + SURE] = (facts[word * WIDTH + SURE] as number) + by),
    addPlaced: (word, side, by) => void (facts[word * WIDTH + PLACED + side] = (facts[word * WIDTH + PLACED + side] as number) + by),
    leaning: (word, first, second) => {
      const at = word * WIDTH;
      return (facts[at + SURE] ?? 0) + first * (facts[at + PLACED] ?? 0) + second * (facts[at + PLACED + 1] ?? 0) + (((flags[word] ?? 0) & NICK) !== 0 ? 3 : 0);
    },
    number: (hash, letters, from, to, isNick) => {
      const before = table.find(hash, letters, from, to);
      if (before >= 0) return before;
      const made = table.add(hash, letters, from, to);
      if (made === flags.length) {
        facts = longerInts(facts, made * 2 * WIDTH);
        flags = longerBytes(flags, made * 2);
      }
      facts[made * WIDTH + HASH] = hashLetters(letters, from, to);
      flags[made] = (isNick ? NICK : 0) | (to > from && (letters[from] ?? 0) >= 0x250 ? FOREIGN : 0);
      return made;
    },
  };
};
