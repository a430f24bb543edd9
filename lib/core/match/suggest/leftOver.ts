// People who are left over, in short: the words of their names side by side, as they are compared again and again.

import type { People } from "../reading/lists.ts";
import { NOTHING } from "../reading/shown.ts";
import { longerInts } from "../words/flat.ts";
import type { Words } from "../words/wordFacts.ts";

export interface LeftOver {
  readonly people: People;
  /** The positions of some of them, in their order; all else goes by the place in this list. */
  readonly positions: readonly number[];
  /** Where the words of each begin; those of the next are behind them. */
  readonly starts: Int32Array;
  /** By their numbers; an initial is below 0. */
  readonly words: Int32Array;
  /** Of each word which letters it has, as bits, many letters to a bit; and NICK where it is a nickname or has one. */
  readonly outlines: Int32Array;
  /** Whether anything stands around the words. */
  readonly around: Uint8Array;
}

/** An initial, by the number of its word; and the same back. */
const asInitial = (word: number): number => -1 - word;
export const wordIn = (word: number): number => (word < 0 ? asInitial(word) : word);

export const NICK = 1;

export const createLeftOver = ({ table, isNick }: Words): ((people: People, positions: readonly number[]) => LeftOver) => {
  /** Made when they are asked for first. */
  const known = new Int32Array(table.size());
  const make = (word: number): number => {
    const letters = table.letters();
    const start = table.start(word);
    let bits = 0;
    for (let at = start; at < start + table.length(word); at++) bits |= 1 << (letters[at] as number);
    return (known[word] = isNick(word) ? bits | NICK : bits & ~NICK);
  };
  return (people, positions) => {
    const starts = new Int32Array(positions.length + 1);
    const around = new Uint8Array(positions.length);
    let words = new Int32Array(positions.length * 3 + 16);
    let count = 0;
    for (let place = 0; place < positions.length; place++) {
      const index = positions[place] as number;
      const size = people.wordsAt(index);
      if (count + size > words.length) words = longerInts(words, (count + size) * 2);
      for (let at = 0; at < size; at++) {
        const word = people.wordAt(index, at);
        words[count++] = table.length(word) > 1 ? word : asInitial(word);
      }
      starts[place + 1] = count;
      around[place] = people.extraAt(index) === NOTHING ? 0 : 1;
    }
    const outlines = new Int32Array(count);
    for (let at = 0; at < count; at++) {
      const word = wordIn(words[at] as number);
      outlines[at] = (known[word] as number) || make(word);
    }
    return { people, positions, starts, words, outlines, around };
  };
};
