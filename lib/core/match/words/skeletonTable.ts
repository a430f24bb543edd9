// Skeletons of one script, numbered, and lists of them: what each word may be read as.

import { longerBytes, longerInts } from "./flat.ts";
import { hashLetters, hashOn, hashStart } from "./hash.ts";
import { LetterTable } from "./letterTable.ts";

export interface SkeletonTable {
  readonly table: LetterTable;
  /** The number of these letters; new ones are added. */
  number(letters: Uint16Array, from: number, to: number): number;
  /** -1 where there is none. */
  find(letters: Uint16Array, from: number, to: number): number;
  /** The key of a word, see hashWord. */
  hash(skeleton: number): number;
  /** Marks one that a foreign word has. */
  want(skeleton: number): void;
  isWanted(skeleton: number): boolean;
}

/** As letter tables find texts. */
export const hashOf = (letters: Uint16Array, from: number, to: number): number => {
  let hash = hashStart;
  for (let at = from; at < to; at++) hash = hashOn(hash, letters[at] as number);
  return hash;
};

export const createSkeletonTable = (): SkeletonTable => {
  const table = new LetterTable(1024);
  let hashes = new Int32Array(1024);
  let wanted = new Uint8Array(1024);
  return {
    table,
    number: (letters, from, to) => {
      const hash = hashOf(letters, from, to);
      const before = table.find(hash, letters, from, to);
      if (before >= 0) return before;
      const made = table.add(hash, letters, from, to);
      if (made === hashes.length) {
        hashes = longerInts(hashes, made * 2);
        wanted = longerBytes(wanted, made * 2);
      }
      hashes[made] = hashLetters(letters, from, to);
      return made;
    },
    find: (letters, from, to) => table.find(hashOf(letters, from, to), letters, from, to),
    hash: (skeleton) => hashes[skeleton] as number,
    want: (skeleton) => void (wanted[skeleton] = 1),
    isWanted: (skeleton) => wanted[skeleton] === 1,
  };
};

/** Lists of numbers, themselves numbered; the first is empty. */
export interface NumberLists {
  push(number: number): void;
  /** Ends the list of what was pushed, and says which it is. */
  end(): number;
  size(list: number): number;
  at(list: number, position: number): number;
}
export const EMPTY = 0;

export const createNumberLists = (): NumberLists => {
  let numbers = new Int32Array(1024);
  let ends = new Int32Array(1024);
  let count = 1;
  let filled = 0;
  return {
    push: (number) => {
      if (filled === numbers.length) numbers = longerInts(numbers, filled * 2);
      numbers[filled++] = number;
    },
    end: () => {
      if (filled === ends[count - 1]) return EMPTY;
      if (count === ends.length) ends = longerInts(ends, count * 2);
      ends[count] = filled;
      return count++;
    },
    size: (list) => (list === EMPTY ? 0 : (ends[list] as number) - (ends[list - 1] as number)),
    at: (list, position) => numbers[(ends[list - 1] as number) + position] as number,
  };
};
