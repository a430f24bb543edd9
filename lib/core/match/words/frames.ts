// The frame of a text: its letters without those that some people write and others leave out, and without doubles. All texts of
// one hashWord have one frame, and so have all usual spellings of a word but those that are twofold.

import { longerShorts } from "./flat.ts";
import { maySkip } from "./hash.ts";
import type { LetterTable } from "./letterTable.ts";
import { numberOf, powerOf } from "./powers.ts";

/** A frame letter by letter, in room that is used again. */
export interface Frame {
  letters: Uint16Array;
  length: number;
}

export const createFrame = (): Frame => ({ letters: new Uint16Array(64), length: 0 });

/** Makes it that of these letters. */
export const frameOf = (frame: Frame, letters: Uint16Array, from: number, to: number): void => {
  if (to - from > frame.letters.length) frame.letters = longerShorts(frame.letters, (to - from) * 2);
  const kept = frame.letters;
  let length = 0;
  let last = 0;
  for (let at = from; at < to; at++) {
    const code = letters[at] as number;
    if (code !== last && !maySkip(code)) kept[length++] = last = code;
  }
  frame.length = length;
};

/** The frames of words as numbers, by the number of the word, and what it takes to put them together. */
export interface Frames {
  readonly numbers: Int32Array;
  readonly lengths: Int32Array;
  readonly firsts: Uint16Array;
  readonly lasts: Uint16Array;
}

export const framesOf = (table: LetterTable): Frames => {
  const size = table.size();
  const [numbers, lengths, firsts, lasts] = [new Int32Array(size), new Int32Array(size), new Uint16Array(size), new Uint16Array(size)];
  const frame = createFrame();
  const letters = table.letters();
  for (let word = 0; word < size; word++) {
    const start = table.start(word);
    frameOf(frame, letters, start, start + table.length(word));
    numbers[word] = numberOf(frame.letters, 0, frame.length);
    lengths[word] = frame.length;
    firsts[word] = frame.length === 0 ? 0 : (frame.letters[0] as number);
    lasts[word] = frame.length === 0 ? 0 : (frame.letters[frame.length - 1] as number);
  }
  return { numbers, lengths, firsts, lasts };
};

/** The number of a frame that ends in `last`, or is empty where that is 0, with another frame behind it. */
export const joined = (number: number, last: number, other: number, length: number, first: number): number =>
  // A letter that would come twice where they meet comes once.
  (last === first && last !== 0 ? Math.imul(number - first, powerOf(length - 1)) + other : Math.imul(number, powerOf(length)) + other) | 0;
