// What two who meet say to each other by the numbers of their words alone, of which neither a text nor a person is made: most
// are told so, to be of one name or of two.

import { scriptOf } from "./abroad.ts";
import type { People } from "./reading/lists.ts";

type Sides = readonly [People, People];

/** How the words of one name stand to those of another: others; the same in this order; or in one that begins elsewhere. */
export type Order = "other" | "same" | "turned";

/** Whether `size` numbers from a place on are those from another place on. */
const orderOf = (mine: Int32Array, from: number, theirs: Int32Array, start: number, size: number): Order => {
  for (let turn = 0; turn < size; turn++) {
    let at = 0;
    let match = turn;
    while (at < size && mine[from + at] === theirs[start + match]) {
      at++;
      if (++match === size) match = 0;
    }
    if (at === size) return turn === 0 ? "same" : "turned";
  }
  return "other";
};

/** Whether two have the same words. Names of which that is true sound alike, whatever stands around them. */
export const orderOfWords = ([mine, theirs]: Sides, master: number, target: number): Order => {
  const from = mine.starts[master] as number;
  const start = theirs.starts[target] as number;
  const size = (mine.starts[master + 1] as number) - from;
  return size === (theirs.starts[target + 1] as number) - start ? orderOf(mine.words, from, theirs.words, start, size) : "other";
};

/** Of a name in two scripts the first word says which it is of: turned, it may be of another. */
const mayBeOfTwoScripts = (side: People, index: number): boolean =>
  side.hasForeignWord(index) && (side.wordsAt(index) !== 2 || scriptOf([side.textAt(index, 0)]) !== scriptOf([side.textAt(index, 1)]));

/** What most who meet are: of the same words. Shown names fit for that alone, and neither says more than the other. */
export const areOfOneName = (sides: Sides, master: number, target: number): boolean => {
  const order = orderOfWords(sides, master, target);
  return order === "same" || (order === "turned" && !mayBeOfTwoScripts(sides[0], master));
};

export const areBare = ([mine, theirs]: Sides, master: number, target: number): boolean => mine.isBare(master) && theirs.isBare(target);
/** Of one name, and nothing around the words. */
export const areEqual = (sides: Sides, master: number, target: number): boolean => areBare(sides, master, target) && areOfOneName(sides, master, target);

const MOST_WORDS = 30;

/** All spellings of each word have its key, and none is an initial: then two words are one by their numbers, or must be looked at where their keys are one. */
const mayBeTold = (side: People, index: number): boolean => {
  if (side.hasInitial(index) || side.hasTwofoldWord(index) || side.wordsAt(index) > MOST_WORDS) return false;
  if (side.isBare(index)) return true;
  const { loose, also } = side.extraAt(index);
  return loose === undefined && also.length === 0;
};

/** Whether a word is spelled like one of these in another way than by its letters. */
const isSpelledLike = (mine: People, word: number, theirs: People, start: number, more: number): boolean => {
  const hash = mine.hashOf(word);
  for (let at = 0; at < more; at++) {
    const match = theirs.words[start + at] as number;
    if (match !== word && theirs.hashOf(match) === hash) return true;
  }
  return false;
};

/**
 * Of two names of whole words, where each has one the other has not: what `relate`, `holds` and `covers` would say of them.
 * Undefined of all others. Most who meet under parts of a name are such.
 */
export const atOddsByWords = ([mine, theirs]: Sides, master: number, target: number): "apart" | "doubtful" | "held" | undefined => {
  if (!mayBeTold(mine, master) || !mayBeTold(theirs, target)) return undefined;
  const from = mine.starts[master] as number;
  const start = theirs.starts[target] as number;
  const size = (mine.starts[master + 1] as number) - from;
  const more = (theirs.starts[target + 1] as number) - start;
  const isSpelled = mine.hasSeveral(master) || theirs.hasSeveral(target);
  let over = (1 << more) - 1;
  let full = 0;
  for (let at = from; at < from + size; at++) {
    const word = mine.words[at] as number;
    if (isSpelled && isSpelledLike(mine, word, theirs, start, more)) return undefined;
    let match = 0;
    while (match < more && ((over & (1 << match)) === 0 || theirs.words[start + match] !== word)) match++;
    if (match === more) continue;
    over &= ~(1 << match);
    full++;
  }
  if (full === size || over === 0) return undefined;
  if (full === 0 || mine.extraAt(master).number !== theirs.extraAt(target).number) return "apart";
  return (size > more ? isWithin(theirs, target, mine, master) : isWithin(mine, master, theirs, target)) ? "held" : "doubtful";
};

const isWithin = (short: People, one: number, long: People, other: number): boolean => {
  const [size, more] = [short.wordsAt(one), long.wordsAt(other)];
  for (let at = 0; at < size; at++) {
    let match = 0;
    while (match < more && long.wordAt(other, match) !== short.wordAt(one, at)) match++;
    if (match === more) return false;
  }
  return size > 1;
};

/** Whether both names show where the surname begins, and not the same words before and behind it. */
export const mayBeExchanged = ([mine, theirs]: Sides, master: number, target: number, order: Order): boolean => {
  const [one, other] = [mine.surnameAt(master), theirs.surnameAt(target)];
  return one !== undefined && other !== undefined && (order !== "same" || one !== other);
};
