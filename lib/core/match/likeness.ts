// How alike two names are that have no candidate, and in what: told by the numbers of their words, and by letters only where
// these decide. A suggestion, never a pair.

import { scriptOf } from "./abroad.ts";
import type { Hint } from "./graph.ts";
import type { People } from "./reading/lists.ts";
import { type Extra, NOTHING } from "./reading/shown.ts";
import { distance } from "./words/distance.ts";
import { sameNick } from "./words/nicknames.ts";
import anyAscii from "any-ascii";

/** A name as one reads it aloud in Latin letters, its letters in order of the alphabet. */
export const sounded = (words: readonly string[]): string => [...words.map((word) => anyAscii(word).toLowerCase()).join("")].sort().join("");

const typing = (one: string, other: string): boolean => one !== other && distance(one, other, 2) <= (Math.min(one.length, other.length) > 6 ? 2 : 1);

const wordsOf = (people: People, index: number): readonly string[] => Array.from({ length: people.wordsAt(index) }, (_, at) => people.textAt(index, at));

/** Places of the words that the other name has not. */
const without = (people: People, index: number, others: People, other: number): readonly number[] => {
  const left: number[] = [];
  const [size, more] = [people.wordsAt(index), others.wordsAt(other)];
  for (let at = 0; at < size; at++) {
    const word = people.wordAt(index, at);
    let match = 0;
    while (match < more && others.wordAt(other, match) !== word) match++;
    if (match === more) left.push(at);
  }
  return left;
};

/** How many words both have that are no initials. */
const sharedBy = (people: People, index: number, left: readonly number[]): number => {
  let shared = 0;
  for (let at = 0; at < people.wordsAt(index); at++) if (!left.includes(at) && people.lengthAt(index, at) > 1) shared++;
  return shared;
};

/** Whether a part of a hyphenated word stands alone in one of two names, or another name that one tells is the other's. */
const isJoined = ({ pieces, also }: Extra, words: readonly string[], others: readonly string[]): boolean =>
  (pieces !== undefined && Object.values(pieces).some((list) => list.some((piece) => words.includes(piece) || others.includes(piece)))) || also.some((word) => others.includes(word));

/** Undefined where it is nothing to suggest. */
export const likeness = (masters: People, master: number, targets: People, target: number): Hint | undefined => {
  const [extra, match] = [masters.extraAt(master), targets.extraAt(target)];
  const [left, over] = [without(masters, master, targets, target), without(targets, target, masters, master)];
  if (extra.number !== match.number) return left.length === 0 && over.length === 0 ? { score: 0.5, reason: "same name, but a number differs" } : undefined;
  if (left.length === 0 && over.length === 0) return { score: 0.65, reason: "same words in another arrangement" };
  const shared = sharedBy(masters, master, left);
  if (shared === 0 && left.length > 2) return undefined;
  if (left.length === 1 && over.length === 1 && shared > 0) {
    const [gone, come] = [masters.textAt(master, left[0] ?? 0), targets.textAt(target, over[0] ?? 0)];
    if (sameNick(gone, come)) return { score: 0.68, reason: `${gone} and ${come} may be the same given name` };
    if (typing(gone, come)) return { score: 0.66, reason: `${gone} and ${come} differ by little` };
    if (gone.length > 2 && come.length > 2 && (gone.startsWith(come) || come.startsWith(gone))) return { score: 0.6, reason: `${gone} may be short for ${come}` };
  }
  if (shared > 0 && (extra !== NOTHING || match !== NOTHING)) {
    const [mine, theirs] = [wordsOf(masters, master), wordsOf(targets, target)];
    if (isJoined(extra, mine, theirs) || isJoined(match, theirs, mine)) return { score: 0.6, reason: "one has a further or another surname: married, or a double name" };
  }
  if (shared > 1 && (left.length === 0 || over.length === 0)) return HOLDS;
  if (shared > 1) return MARRIED;
  if (left.length === 2 && over.length === 2 && left.every((at) => over.some((other) => typing(masters.textAt(master, at), targets.textAt(target, other))))) return { score: 0.5, reason: "both names differ by little" };
  if (shared > 0 || (!masters.hasForeignWord(master) && !targets.hasForeignWord(target))) return undefined;
  const [mine, theirs] = [wordsOf(masters, master), wordsOf(targets, target)];
  return scriptOf(mine) !== scriptOf(theirs) && sounded(mine) === sounded(theirs) ? { score: 0.5, reason: "sounds the same when written in Latin letters" } : undefined;
};
const HOLDS: Hint = { score: 0.6, reason: "one name holds the other" };
const MARRIED: Hint = { score: 0.55, reason: "given names agree, the surname does not: married?" };
