// How alike two names are that have no candidate, and in what: told by the numbers of their words, and by letters only where
// these decide. A suggestion, never a pair.

import { scriptOf } from "../abroad.ts";
import type { Hint } from "../graph.ts";
import { type LeftOver, NICK, wordIn } from "./leftOver.ts";
import { type Extra, NOTHING } from "../reading/shown.ts";
import { distance } from "../words/distance.ts";
import type { Words } from "../words/wordFacts.ts";
import { sameNick } from "../words/nicknames.ts";
import anyAscii from "any-ascii";

/** A name as one reads it aloud in Latin letters, its letters in order of the alphabet. */
export const sounded = (words: readonly string[]): string => [...words.map((word) => anyAscii(word).toLowerCase()).join("")].sort().join("");

/** How many letters two words of such lengths that are typed for each other differ in at most. */
const most = (size: number, length: number): number => (Math.min(size, length) > 6 ? 2 : 1);
const typing = (one: string, other: string): boolean => one !== other && distance(one, other, most(one.length, other.length)) <= most(one.length, other.length);

/** Whether at most two bits are set. */
const areFew = (bits: number): boolean => {
  const rest = bits & (bits - 1);
  return (rest & (rest - 1)) === 0;
};
/** Whether two words may be typed for each other, by their outlines: each letter that is typed otherwise makes one that the other has not, at the most. */
const mayBeTyped = (one: number, other: number): boolean => areFew(one & ~other & ~NICK) && areFew(other & ~one & ~NICK);
/** Whether they may be typed or short for each other, or both nicknames. */
const mayBeOne = (one: number, other: number): boolean => (one & other & NICK) !== 0 || (one & ~other & ~NICK) === 0 || (other & ~one & ~NICK) === 0 || mayBeTyped(one, other);

/** Words of a name that the other name has not: how many, the places of the first two, and how many of the others are no initials. */
interface Missing {
  count: number;
  first: number;
  second: number;
  shared: number;
}
const [left, over]: [Missing, Missing] = [{ count: 0, first: 0, second: 0, shared: 0 }, { count: 0, first: 0, second: 0, shared: 0 }];

const look = (missing: Missing, mine: LeftOver, one: number, theirs: LeftOver, other: number): void => {
  const [from, to, end] = [theirs.starts[other] as number, theirs.starts[other + 1] as number, mine.starts[one + 1] as number];
  const { words } = theirs;
  missing.count = missing.shared = 0;
  for (let at = mine.starts[one] as number; at < end; at++) {
    const word = mine.words[at] as number;
    let match = from;
    while (match < to && words[match] !== word) match++;
    if (match < to) {
      if (word >= 0) missing.shared++;
    } else if (missing.count++ === 0) missing.first = at;
    else if (missing.count === 2) missing.second = at;
  }
};

/** Whether `likeness` may have anything to say, told without a letter: of most it has not, as they share one word, and no other words may be one. */
export const mayBeAlike = (mine: LeftOver, one: number, theirs: LeftOver, other: number): boolean => {
  if (mine.around[one] === 1 || theirs.around[other] === 1) return true;
  look(left, mine, one, theirs, other);
  if (left.shared !== 1 || left.count === 0) return true;
  look(over, theirs, other, mine, one);
  if (left.count !== over.count || left.count > 2) return false;
  const [gone, more] = [mine.outlines[left.first] as number, mine.outlines[left.second] as number];
  const [come, further] = [theirs.outlines[over.first] as number, theirs.outlines[over.second] as number];
  if (left.count === 1) return mayBeOne(gone, come);
  return (mayBeTyped(gone, come) || mayBeTyped(gone, further)) && (mayBeTyped(more, come) || mayBeTyped(more, further));
};

/** Whether a part of a hyphenated word stands alone in one of two names, or another name that one tells is the other's. */
const isJoined = ({ pieces, also }: Extra, words: readonly string[], others: readonly string[]): boolean =>
  (pieces !== undefined && Object.values(pieces).some((list) => list.some((piece) => words.includes(piece) || others.includes(piece)))) || also.some((word) => others.includes(word));

const HOLDS: Hint = { score: 0.6, reason: "one name holds the other" };
const MARRIED: Hint = { score: 0.55, reason: "given names agree, the surname does not: married?" };

/** What stands around the words of somebody. */
const extraOf = ({ people, positions, around }: LeftOver, place: number): Extra => (around[place] === 0 ? NOTHING : people.extraAt(positions[place] as number));
const textAt = ({ table }: Words, { words }: LeftOver, at: number): string => table.text(wordIn(words[at] as number));
const wordsOf = (words: Words, some: LeftOver, place: number): readonly string[] => {
  const [from, to] = [some.starts[place] as number, some.starts[place + 1] as number];
  return Array.from({ length: to - from }, (_, at) => textAt(words, some, from + at));
};

/** Whether each of two missing words may be typed for one of the two that the other name has over. */
const areTyped = (words: Words, mine: LeftOver, theirs: LeftOver): boolean => {
  const [one, other] = [textAt(words, theirs, over.first), textAt(words, theirs, over.second)];
  return [left.first, left.second].map((at) => textAt(words, mine, at)).every((text) => typing(text, one) || typing(text, other));
};

const isMachine = ({ people, positions }: LeftOver, place: number): boolean => people.isService(positions[place] as number);
const isForeign = ({ people, positions }: LeftOver, place: number): boolean => people.hasForeignWord(positions[place] as number);

/** Of two who are left over, by their places. Undefined where it is nothing to suggest. */
export const likeness = (words: Words, mine: LeftOver, one: number, theirs: LeftOver, other: number): Hint | undefined => {
  const [extra, match] = [extraOf(mine, one), extraOf(theirs, other)];
  look(left, mine, one, theirs, other);
  look(over, theirs, other, mine, one);
  if (extra.number !== match.number) return left.count === 0 && over.count === 0 ? { score: 0.5, reason: "same name, but a number differs" } : undefined;
  if (left.count === 0 && over.count === 0) return { score: 0.65, reason: isMachine(mine, one) === isMachine(theirs, other) ? "same words in another arrangement" : "same name, but one of them is an account of a machine or office" };
  const { shared } = left;
  if (shared === 0 && left.count > 2) return undefined;
  if (left.count === 1 && over.count === 1 && shared > 0) {
    const [gone, come] = [textAt(words, mine, left.first), textAt(words, theirs, over.first)];
    if (sameNick(gone, come)) return { score: 0.68, reason: `${gone} and ${come} may be the same given name` };
    if (typing(gone, come)) return { score: 0.66, reason: `${gone} and ${come} differ by little` };
    if (gone.length > 2 && come.length > 2 && (gone.startsWith(come) || come.startsWith(gone))) return { score: 0.6, reason: `${gone} may be short for ${come}` };
  }
  if (shared > 0 && (extra !== NOTHING || match !== NOTHING)) {
    const [names, others] = [wordsOf(words, mine, one), wordsOf(words, theirs, other)];
    if (isJoined(extra, names, others) || isJoined(match, others, names)) return { score: 0.6, reason: "one has a further or another surname: married, or a double name" };
  }
  if (shared > 1 && (left.count === 0 || over.count === 0)) return HOLDS;
  if (shared > 1) return MARRIED;
  if (left.count === 2 && over.count === 2 && areTyped(words, mine, theirs)) return { score: 0.5, reason: "both names differ by little" };
  if (shared > 0 || (!isForeign(mine, one) && !isForeign(theirs, other))) return undefined;
  const [names, others] = [wordsOf(words, mine, one), wordsOf(words, theirs, other)];
  return scriptOf(names) !== scriptOf(others) && sounded(names) === sounded(others) ? { score: 0.5, reason: "sounds the same when written in Latin letters" } : undefined;
};
