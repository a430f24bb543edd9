// The buckets in which relatives of a name would stand: names with a letter lost, a nickname, another surname, a number. What is
// made of a word is made once, as numbers that say what two words put together say; wrong meetings are weeded out by `likeness`.

import { type LeftOver, wordIn } from "./leftOver.ts";
import { type Extra, NOTHING } from "../reading/shown.ts";
import { longerInts, type Run } from "../words/flat.ts";
import { hashCouple, hashEnd, hashStart } from "../words/hash.ts";
import type { Words } from "../words/wordFacts.ts";
import { nickGroups } from "../words/nicknames.ts";
import { FACTOR, numberOf, powerOf } from "../words/powers.ts";
import { sounded } from "./likeness.ts";

/** Of a longer word no letter behind these is left out, of a shorter one than the least none. */
const [MOST_LOST, LEAST] = [14, 4];
const BEGINNING_LETTERS = 3;

/** What kind of bucket it is. */
const [COUPLE, SHORT, GIVEN, SAME, SOUND, GROUP] = [0x68, 0x70, 0x6d, 0x64, 0x72, 0x6e01];
const salted = (hash: number, kind: number): number => hashEnd(Math.imul(hash, 31) ^ kind);

const numberOfText = (text: string): number => numberOf(Uint16Array.from(text, (letter) => letter.charCodeAt(0)), 0, text.length);

/** What is made of each word stands side by side, as it is asked for together: where it begins, by the number of the word. */
const [WHOLE, BEGINNING, LENGTH, FROM, TO, ROOM] = [0, 1, 2, 3, 4, 8];
interface Made {
  readonly words: Int32Array;
  /** The numbers without one letter: those of a word from FROM to before TO. */
  lost: Int32Array;
  /** Where a word stands in `words`; it is made when it is asked for first. */
  placeOf(word: number): number;
}

const createMade = ({ table }: Words): Made => {
  const words = new Int32Array(table.size() * ROOM);
  let end = 1;
  const make = (word: number, place: number): void => {
    const letters = table.letters();
    const from = table.start(word);
    const length = table.length(word);
    const whole = numberOf(letters, from, from + length);
    words[place + WHOLE] = whole;
    words[place + BEGINNING] = numberOf(letters, from, from + Math.min(length, BEGINNING_LETTERS));
    words[place + LENGTH] = length;
    words[place + FROM] = end;
    if (end + MOST_LOST > made.lost.length) made.lost = longerInts(made.lost, made.lost.length * 2);
    let before = 0;
    for (let at = 0; length >= LEAST && at < length && at < MOST_LOST; at++) {
      const code = letters[from + at] as number;
      const power = powerOf(length - 1 - at);
      // Behind the letter stands the whole without what is before it, and without itself.
      const behind = (whole - Math.imul(before, Math.imul(power, FACTOR)) - Math.imul(code, power)) | 0;
      // What is equal without its letter comes once.
      if (at === 0 || code !== letters[from + at - 1]) made.lost[end++] = (Math.imul(before, power) + behind) | 0;
      before = (Math.imul(before, FACTOR) + code) | 0;
    }
    words[place + TO] = end;
  };
  const placeOf = (word: number): number => {
    const at = word * ROOM;
    if (words[at + TO] === 0) make(word, at);
    return at;
  };
  const made: Made = { words, lost: new Int32Array(1024), placeOf };
  return made;
};

const both = (one: number, other: number, kind: number): number => salted(hashCouple(hashEnd(one), hashEnd(other)), kind);
const ordered = (one: number, other: number, kind: number): number => salted(hashEnd(one ^ 0x2b3c4d5e) + Math.imul(other, 31), kind);
const ALONE = Math.imul(hashStart, FACTOR) + 0x31;

/** Puts the keys of one who is left over, by the place, into a run. `foreign`: somebody is written in a script without customs. */
export const createNearKeys = (words: Words): ((some: LeftOver, place: number, foreign: boolean, run: Run) => void) => {
  const made = createMade(words);
  const { words: known, placeOf } = made;
  /** As the word at a place stands behind others, and without each of its letters. */
  const putBehind = (run: Run, before: number, at: number): void => {
    const [length, from, to] = [known[at + LENGTH] as number, known[at + FROM] as number, known[at + TO] as number];
    const { lost } = made;
    run.reserve(to - from + 1);
    const { keys } = run;
    let { size } = run;
    keys[size++] = hashEnd((Math.imul(before, powerOf(length)) + (known[at + WHOLE] as number)) | 0);
    const head = Math.imul(before, powerOf(Math.max(length - 1, 0)));
    for (let each = from; each < to; each++) keys[size++] = hashEnd((head + (lost[each] as number)) | 0);
    run.size = size;
  };
  const begun = (at: number): number => (Math.imul(hashStart, powerOf(known[at + LENGTH] as number)) + (known[at + WHOLE] as number)) | 0;
  const putGroups = (run: Run, word: number, whole: number): void => {
    if (words.isNick(word)) for (const group of nickGroups(words.table.text(word))) run.put(ordered(group, whole, GROUP));
  };
  const wholeOf = (word: number): number => known[placeOf(wordIn(word)) + WHOLE] as number;
  /** Of some words, whatever their order. */
  const all = (list: Int32Array, from: number, to: number, kind: number): number => {
    let sum = to - from;
    for (let at = from; at < to; at++) sum = (sum + hashEnd(wholeOf(list[at] as number))) | 0;
    return salted(sum, kind);
  };
  const putOthers = (run: Run, { pieces, also }: Extra, first: number, last: number): void => {
    for (const [index, list] of Object.entries(pieces ?? {})) for (const piece of list) run.put(both(Number(index) === 0 ? last : first, numberOfText(piece), COUPLE));
    for (const other of also) {
      run.put(both(first, numberOfText(other), COUPLE));
      run.put(both(last, numberOfText(other), COUPLE));
    }
  };
  return ({ people, positions, starts, words: list, around }, place, foreign, run) => {
    const [from, to] = [starts[place] as number, starts[place + 1] as number];
    if (from === to) return;
    const extra = around[place] === 0 ? NOTHING : people.extraAt(positions[place] as number);
    const [given, family] = [wordIn(list[from] as number), wordIn(list[to - 1] as number)];
    const [first, last] = [placeOf(given), placeOf(family)];
    if (to - from === 1) putBehind(run, ALONE, first);
    else {
      const [one, other] = [known[first + WHOLE] as number, known[last + WHOLE] as number];
      putBehind(run, begun(first), last);
      putBehind(run, begun(last), first);
      putGroups(run, given, other);
      putGroups(run, family, one);
      run.put(ordered(known[first + BEGINNING] as number, other, SHORT));
      run.put(ordered(known[last + BEGINNING] as number, one, SHORT));
      run.put(both(one, other, COUPLE));
      for (let at = from + 1; at < to - 1; at++) run.put(both(wholeOf(list[at] as number), other, COUPLE));
      if (to - from > 2) run.put(all(list, from, to - 1, GIVEN));
      putOthers(run, extra, one, other);
    }
    if (extra.number !== "" || to - from > 1) run.put(all(list, from, to, SAME));
    if (foreign) run.put(salted(numberOfText(sounded(Array.from(list.subarray(from, to), (word) => words.table.text(wordIn(word))))), SOUND));
  };
};
