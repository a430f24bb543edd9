// The buckets in which relatives of a name would stand: names with a letter lost, a nickname, another surname, a number. What is
// made of a word is made once, as numbers that say what two words put together say; wrong meetings are weeded out by `likeness`.

import type { People } from "./reading/lists.ts";
import type { Extra } from "./reading/shown.ts";
import { hashCouple, hashEnd, hashStart } from "./words/hash.ts";
import type { LetterTable } from "./words/letterTable.ts";
import { nickGroups } from "./words/nicknames.ts";
import { longerInts } from "./words/flat.ts";
import { FACTOR, numberOf, powerOf } from "./words/powers.ts";
import { sounded } from "./likeness.ts";

export type Enter = (key: number) => void;

/** Of a longer word no letter behind these is left out, of a shorter one than the least none. */
const [MOST_LOST, LEAST] = [14, 4];
const BEGINNING = 3;

/** What kind of bucket it is. */
const [COUPLE, SHORT, GIVEN, SAME, SOUND, GROUP] = [0x68, 0x70, 0x6d, 0x64, 0x72, 0x6e01];
const salted = (hash: number, kind: number): number => hashEnd(Math.imul(hash, 31) ^ kind);

const numberOfText = (text: string): number => numberOf(Uint16Array.from(text, (letter) => letter.charCodeAt(0)), 0, text.length);

/** What was made of each word, by its number. */
interface Made {
  whole(word: number): number;
  beginning(word: number): number;
  length(word: number): number;
  /** As `wordKeys` needs them: where the numbers without one letter begin and end in `lost`. */
  lostFrom(word: number): number;
  lostTo(word: number): number;
  lost(): Int32Array;
  groups(word: number): readonly number[];
}

const createMade = (table: LetterTable): Made => {
  const size = table.size();
  const [wholes, beginnings, froms, tos] = Array.from({ length: 4 }, () => new Int32Array(size)) as [Int32Array, Int32Array, Int32Array, Int32Array];
  const known = new Uint8Array(size);
  const nicks: (readonly number[] | undefined)[] = new Array(size).fill(undefined);
  let lost = new Int32Array(1024);
  let end = 0;
  const make = (word: number): void => {
    known[word] = 1;
    const letters = table.letters();
    const from = table.start(word);
    const length = table.length(word);
    const whole = (wholes[word] = numberOf(letters, from, from + length));
    beginnings[word] = numberOf(letters, from, from + Math.min(length, BEGINNING));
    froms[word] = end;
    if (end + MOST_LOST > lost.length) lost = longerInts(lost, lost.length * 2);
    let before = 0;
    for (let at = 0; length >= LEAST && at < length && at < MOST_LOST; at++) {
      const code = letters[from + at] as number;
      const power = powerOf(length - 1 - at);
      // Behind the letter stands the whole without what is before it, and without itself.
      const behind = (whole - Math.imul(before, Math.imul(power, FACTOR)) - Math.imul(code, power)) | 0;
      // What is equal without its letter comes once.
      if (at === 0 || code !== letters[from + at - 1]) lost[end++] = (Math.imul(before, power) + behind) | 0;
      before = (Math.imul(before, FACTOR) + code) | 0;
    }
    tos[word] = end;
  };
  const of = (list: Int32Array) => (word: number): number => {
    if (known[word] === 0) make(word);
    return list[word] as number;
  };
  return { whole: of(wholes), beginning: of(beginnings), length: table.length, lostFrom: of(froms), lostTo: of(tos), lost: () => lost, groups: (word) => (nicks[word] ??= nickGroups(table.text(word))) };
};

const ALONE = Math.imul(hashStart, FACTOR) + 0x31;

/** Enters one left-over name. `foreign`: somebody is written in a script without customs. */
export const createNearKeys = (table: LetterTable): ((people: People, index: number, foreign: boolean, enter: Enter) => void) => {
  const made = createMade(table);
  /** As the second word stands behind the first, and without each of its letters. */
  const wordKeys = (before: number, varied: number, enter: Enter): void => {
    const length = made.length(varied);
    enter(hashEnd((Math.imul(before, powerOf(length)) + made.whole(varied)) | 0));
    const [from, to, lost] = [made.lostFrom(varied), made.lostTo(varied), made.lost()];
    const head = Math.imul(before, powerOf(Math.max(length - 1, 0)));
    for (let at = from; at < to; at++) enter(hashEnd((head + (lost[at] as number)) | 0));
  };
  const begun = (word: number): number => (Math.imul(hashStart, powerOf(made.length(word))) + made.whole(word)) | 0;
  const both = (one: number, other: number, kind: number): number => salted(hashCouple(hashEnd(one), hashEnd(other)), kind);
  const ordered = (one: number, other: number, kind: number): number => salted(hashEnd(one ^ 0x2b3c4d5e) + Math.imul(other, 31), kind);
  /** Whatever their order. */
  const all = (people: People, index: number, size: number, kind: number): number => {
    let sum = size;
    for (let at = 0; at < size; at++) sum = (sum + hashEnd(made.whole(people.wordAt(index, at)))) | 0;
    return salted(sum, kind);
  };
  const enterOthers = ({ pieces, also }: Extra, first: number, last: number, enter: Enter): void => {
    for (const [index, list] of Object.entries(pieces ?? {})) for (const piece of list) enter(both(made.whole(Number(index) === 0 ? last : first), numberOfText(piece), COUPLE));
    for (const other of also) {
      enter(both(made.whole(first), numberOfText(other), COUPLE));
      enter(both(made.whole(last), numberOfText(other), COUPLE));
    }
  };
  return (people, index, foreign, enter) => {
    const size = people.wordsAt(index);
    if (size === 0) return;
    const extra = people.extraAt(index);
    const [first, last] = [people.wordAt(index, 0), people.wordAt(index, size - 1)];
    if (size === 1) wordKeys(ALONE, first, enter);
    else {
      wordKeys(begun(first), last, enter);
      wordKeys(begun(last), first, enter);
      for (const group of made.groups(first)) enter(ordered(group, made.whole(last), GROUP));
      for (const group of made.groups(last)) enter(ordered(group, made.whole(first), GROUP));
      enter(ordered(made.beginning(first), made.whole(last), SHORT));
      enter(ordered(made.beginning(last), made.whole(first), SHORT));
      enter(both(made.whole(first), made.whole(last), COUPLE));
      for (let at = 1; at < size - 1; at++) enter(both(made.whole(people.wordAt(index, at)), made.whole(last), COUPLE));
      if (size > 2) enter(all(people, index, size - 1, GIVEN));
      enterOthers(extra, first, last, enter);
    }
    if (extra.number !== "" || size > 1) enter(all(people, index, size, SAME));
    if (foreign) enter(salted(numberOfText(sounded(Array.from({ length: size }, (_, at) => people.textAt(index, at)))), SOUND));
  };
};
