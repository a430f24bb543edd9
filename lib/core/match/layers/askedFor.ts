// Who of those with a full name may have a short form that somebody on the other side bears, told from the numbers of the words:
// of most nobody does, and no key is made of their names.

import type { People } from "../reading/lists.ts";
import { type Asked, initialBit, initialsOf } from "../words/asked.ts";
import { codesOf } from "../words/flat.ts";
import { createFrame, type Frames, frameOf, framesOf, joined } from "../words/frames.ts";
import type { Lexicon } from "../words/lexicon.ts";
import { numberOf } from "../words/powers.ts";

/** Of each word of the lexicon its frame, and its initial as a bit. */
export interface Outlines {
  readonly lexicon: Lexicon;
  readonly frames: Frames;
  readonly bits: Int32Array;
}

export const outlinesOf = (lexicon: Lexicon): Outlines => {
  const { table } = lexicon.words;
  const letters = table.letters();
  const bits = new Int32Array(table.size());
  // A word whose letters all fold away leaves its initial open: it is asked for beside each.
  for (let word = 0; word < bits.length; word++) bits[word] = table.length(word) === 0 ? ~0 : initialBit(letters[table.start(word)] as number);
  return { lexicon, frames: framesOf(table), bits };
};

/** What has more words than names have is not looked at. */
const MOST_WORDS = 16;
/** The words of the name in hand: their frames, and their initials as bits. */
const [numbers, lengths, firsts, lasts, bits] = Array.from({ length: 5 }, () => new Int32Array(MOST_WORDS)) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
const frame = createFrame();

const takeWord = (outlines: Outlines, at: number, word: number): void => {
  const { frames } = outlines;
  numbers[at] = frames.numbers[word] as number;
  lengths[at] = frames.lengths[word] as number;
  firsts[at] = frames.firsts[word] as number;
  lasts[at] = frames.lasts[word] as number;
  bits[at] = outlines.bits[word] as number;
};
const takeText = (at: number, text: string): void => {
  frameOf(frame, codesOf(text), 0, text.length);
  const { letters, length } = frame;
  numbers[at] = numberOf(letters, 0, length);
  lengths[at] = length;
  firsts[at] = length === 0 ? 0 : (letters[0] as number);
  lasts[at] = length === 0 ? 0 : (letters[length - 1] as number);
  bits[at] = text === "" ? ~0 : initialBit(text.charCodeAt(0));
};

/** Whether any words that stand side by side in a name of so many are asked for beside the initial of another. */
const isAskedFor = (size: number, initials: (frame: number) => number): boolean => {
  for (let from = 0, before = 0; from < size; from++) {
    let [number, last] = [0, 0];
    for (let to = from; to < size; to++) {
      number = joined(number, last, numbers[to] as number, lengths[to] as number, firsts[to] as number);
      if ((lengths[to] as number) > 0) last = lasts[to] as number;
      let others = before;
      for (let behind = to + 1; behind < size; behind++) others |= bits[behind] as number;
      if (others !== 0 && (initials(number) & others) !== 0) return true;
    }
    before |= bits[from] as number;
  }
  return false;
};

/** Whether somebody of a side may be asked for. All spellings of a word have one frame and one initial, but for those that are twofold. */
export const searchFor = (outlines: Outlines, asked: Asked): ((side: People, index: number) => boolean) => {
  const { lexicon } = outlines;
  const initials = initialsOf(asked);
  /** Those asked for beside each word. */
  const beside = outlines.frames.numbers.map(initials);
  return (side, index) => {
    const size = side.wordsAt(index);
    if (size > MOST_WORDS) return true;
    if (!side.isPlain(index)) {
      for (let at = 0; at < size; at++) if (lexicon.isTwofold(side.numberAt(index, at))) return true;
      const { loose } = side.extraAt(index);
      if (loose !== undefined) {
        for (let at = 0; at < size; at++) {
          const text = loose[at];
          if (text === undefined) takeWord(outlines, at, side.wordAt(index, at));
          else takeText(at, text);
        }
        if (isAskedFor(size, initials)) return true;
      }
    }
    if (size === 2) {
      const [one, other] = [side.wordAt(index, 0), side.wordAt(index, 1)];
      return ((beside[one] as number) & (outlines.bits[other] as number)) !== 0 || ((beside[other] as number) & (outlines.bits[one] as number)) !== 0;
    }
    for (let at = 0; at < size; at++) takeWord(outlines, at, side.wordAt(index, at));
    return isAskedFor(size, initials);
  };
};
