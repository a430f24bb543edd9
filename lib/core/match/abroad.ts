// Names across scripts: the readings of a Cyrillic or Greek name, and of those Latin names that could be such a name. Most
// Latin words cannot, and are put aside by a look at what every custom of romanising keeps.

import { codesOf, longerInts, textOf } from "./words/flat.ts";
import { createForeignWords, type ForeignWords } from "./words/foreign.ts";
import { LetterTable } from "./words/letterTable.ts";
import type { Made } from "./words/made.ts";
import type { Person } from "./reading/person.ts";
import { CYRILLIC as CYRILLIC_CUSTOM, GREEK as GREEK_CUSTOM, isSerbian, romanize, seamless, WIDEST } from "./words/romanize.ts";
import { cyrillicOf, greekOf, hellenicOf, serbianOf, serbianSkeletons, slavicOf, textsOf, withFrenchZ } from "./words/skeletons.ts";
import { createNumberLists, createSkeletonTable, EMPTY, hashOf, type NumberLists, type SkeletonTable } from "./words/skeletonTable.ts";
import { CYRILLIC, GREEK, wholeNames } from "./words/spell.ts";
import { type Romanized, steadyOfLetters } from "./words/steady.ts";

export type Script = "latin" | Romanized | "other";

/** The first word of another script says which one a name is of. */
export const scriptOf = (words: readonly string[]): Script => {
  for (const word of words) {
    if (word.charCodeAt(0) < FOREIGN) continue;
    if (CYRILLIC.test(word)) return "cyrillic";
    return GREEK.test(word) ? "greek" : "other";
  }
  return "latin";
};
/** From here on letters are not Latin. */
const FOREIGN = 0x250;

type Readable = Pick<Person, "words" | "alternatives">;
/** Each of them a whole name. */
export type Readings = readonly (readonly string[])[];

export interface Abroad {
  readonly script: Romanized;
  /** The readings of a name; none where it cannot be one of this script. */
  readings(person: Readable): Readings;
  /** How many words of a Latin name must be of this script, or initials, that it has a reading. */
  least(size: number): number;
  /** Of one Latin word that need not be a name, as a login: its skeletons, as letters and as texts. */
  skeletonsOf(letters: Uint16Array, from: number, to: number): Made;
  skeletons(word: string): readonly string[];
  /** The list of all that a word from a place to before another may be read as: of a Latin word what foreign ones have as well, EMPTY of most. */
  listOf(letters: Uint16Array, from: number, to: number): number;
  readonly lists: NumberLists;
  /** What the numbers in them mean. */
  readonly table: SkeletonTable;
}

export const MOST_READINGS = 6;

const combined = (each: readonly (readonly string[])[]): Readings => {
  if (each.every((list) => list.length === 1)) return [each.map((list) => list[0] ?? "")];
  let all: string[][] = [[]];
  for (const list of each) all = list.length === 1 || all.length * list.length > MOST_READINGS ? all.map((head) => [...head, list[0] ?? ""]) : list.flatMap((skeleton) => all.map((head) => [...head, skeleton]));
  return all;
};

const letterOf = (script: Romanized): RegExp => (script === "cyrillic" ? CYRILLIC : GREEK);

/** Whether a word of other letters than Latin ones is of a script: mostly its first letter tells it. */
const createOwn = (script: Romanized): ((letters: Uint16Array, from: number, to: number) => boolean) => {
  const letter = letterOf(script);
  const known = new Map<number, boolean>();
  const isOwnLetter = (code: number): boolean => {
    const before = known.get(code);
    if (before !== undefined) return before;
    const own = letter.test(String.fromCharCode(code));
    known.set(code, own);
    return own;
  };
  return (letters, from, to) => to > from && (letters[from] as number) >= FOREIGN && (isOwnLetter(letters[from] as number) || letter.test(textOf(letters, from, to)));
};
type IsOwn = ReturnType<typeof createOwn>;

/** By their numbers. */
const ownWords = (isOwn: IsOwn, table: LetterTable): readonly number[] => {
  const letters = table.letters();
  const own: number[] = [];
  for (let word = 0; word < table.size(); word++) {
    const start = table.start(word);
    if (isOwn(letters, start, start + table.length(word))) own.push(word);
  }
  return own;
};

/** The Latin skeletons of a Latin word. */
const latinOf = (script: Romanized, letters: Uint16Array, from: number, to: number): Made => (script === "cyrillic" ? slavicOf(letters, from, to) : greekOf(letters, from, to));

/** Where each of them begins and ends, as many letters of it as `longest`. */
const eachOf = ({ ends, count }: Made, longest: number, visit: (from: number, to: number) => void): void => {
  for (let at = 0, from = 0; at < count; from = ends[at++] as number) visit(from, Math.min(ends[at] as number, from + longest));
};

interface WordsAbroad extends Pick<Abroad, "listOf" | "lists" | "table"> {
  /** Where that script knows somebody by initials alone, one fitting word of a Latin name is enough to look closer. */
  readonly shortened: boolean;
}

/** Initials begin as the whole does. */
const INITIAL = 1;

/** What is known of the words of one script, and of those that may be them. */
const createWordsAbroad = (script: Romanized, own: readonly number[], isOwn: IsOwn, foreign: ForeignWords, words: LetterTable): WordsAbroad => {
  const [table, lists] = [createSkeletonTable(), createNumberLists()];
  const custom = script === "cyrillic" ? CYRILLIC_CUSTOM : GREEK_CUSTOM;
  const readAll = script === "cyrillic" ? cyrillicOf : hellenicOf;
  const want = (made: Made, longest = Infinity): void => eachOf(made, longest, (from, to) => table.want(table.number(made.letters, from, to)));
  const wantLike = (number: number): void => foreign.take(number, (letters, size) => {
    want(readAll(letters, 0, size));
    if (script === "cyrillic") want(serbianOf(letters, 0, size));
  });
  /** Wants the words of this number, and says whether there are any. */
  const wantMet = (number: number): boolean => {
    if (!foreign.meets(number)) return false;
    wantLike(number);
    return true;
  };
  const listed = (made: Made, longest = Infinity): number => {
    eachOf(made, longest, (from, to) => lists.push(table.number(made.letters, from, to)));
    return lists.end();
  };
  const fitting = (made: Made): number => {
    eachOf(made, Infinity, (from, to) => {
      const number = table.find(made.letters, from, to);
      if (number >= 0 && table.isWanted(number)) lists.push(number);
    });
    return lists.end();
  };
  let shortened = false;
  for (const word of own) {
    if (words.length(word) > 1) continue;
    shortened = true;
    want(readAll(words.letters(), words.start(word), words.start(word) + 1), INITIAL);
  }
  const latin = new Uint16Array(WIDEST);
  const look = (letters: Uint16Array, from: number, to: number): number => {
    if (to - from === 1) return listed(latinOf(script, latin, 0, romanize(custom, letters, from, to, latin)), INITIAL);
    if (isOwn(letters, from, to)) return listed(readAll(letters, from, to));
    return fitting(latinOf(script, letters, from, to));
  };
  const asked = new LetterTable(1024);
  let found = new Int32Array(1024);
  return {
    table, lists, shortened,
    listOf: (letters, from, to) => {
      if (to - from > 1 && (letters[from] as number) < FOREIGN) {
        const french = script === "cyrillic" ? withFrenchZ(letters, from, to) : undefined;
        const isLike = wantMet(steadyOfLetters(script, letters, from, to));
        if (!(french !== undefined && wantMet(steadyOfLetters(script, french, 0, to - from))) && !isLike) return EMPTY;
      }
      const hash = hashOf(letters, from, to);
      const before = asked.find(hash, letters, from, to);
      if (before >= 0) return found[before] as number;
      const list = look(letters, from, to);
      const number = asked.add(hash, letters, from, to);
      if (number === found.length) found = longerInts(found, number * 2);
      return (found[number] = list);
    },
  };
};

/**
 * Undefined where nobody is written in that script. `words` are those of all names, and `names` those of people, by the numbers
 * of their words: a login may write two of them as one.
 */
export const createAbroad = (script: Romanized, words: LetterTable, names: Iterable<readonly number[]> = []): Abroad | undefined => {
  const isOwn = createOwn(script);
  const own = ownWords(isOwn, words);
  if (own.length === 0) return undefined;
  const foreign = createForeignWords(script, words);
  for (const name of names) {
    for (let at = 1; at < name.length; at++) foreign.put(name[at - 1] as number, name[at]);
    if (name.length === 2) foreign.put(name[1] as number, name[0]);
  }
  for (const word of own) foreign.put(word);
  const { listOf, lists, table, shortened } = createWordsAbroad(script, own, isOwn, foreign, words);
  const texts: (readonly string[] | undefined)[] = [];
  /** Those of a list, as texts. */
  const textsIn = (list: number): readonly string[] => (texts[list] ??= Array.from({ length: lists.size(list) }, (_, at) => table.table.text(lists.at(list, at))));
  const read = (word: string): readonly string[] => textsIn(listOf(codesOf(word), 0, word.length));
  const skeletonsOf: Abroad["skeletonsOf"] = (letters, from, to) => latinOf(script, letters, from, to);
  const skeletons = (word: string): readonly string[] => textsOf(skeletonsOf(codesOf(word), 0, word.length));
  /** Of a word that fits no foreign one its first reading, kept: such words come again and again, as given names beside a surname that fits. No foreign name has them, so the other readings would meet nothing either. */
  const usual = new Map<string, readonly string[]>();
  const usualOf = (word: string): readonly string[] => {
    const before = usual.get(word) ?? skeletons(word).slice(0, 1);
    usual.set(word, before);
    return before;
  };
  const isForeign = (word: string): boolean => word.length > 1 && read(word).length > 0;
  const least = (size: number): number => Math.min(shortened ? 1 : 2, size);
  /** Most Latin names are told here, before anything is put together. */
  const mayBeForeign = ({ words, alternatives }: Readable): boolean => {
    const fewest = least(words.length);
    let fitting = 0;
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? "";
      if (word.length === 1 || isForeign(word) || (alternatives?.[at] ?? []).some(isForeign)) fitting++;
      if (fitting + words.length - at - 1 < fewest) return false;
    }
    return fitting >= fewest;
  };
  /** Who romanised as Serbians do wrote all words so. */
  const serbianReadings = (words: readonly string[]): Readings =>
    [...new Set([words, seamless(words)])].flatMap((each) => [0, 1].map((way) => each.map((word) => (serbianSkeletons(word)[way] ?? "").slice(0, word.length > 1 ? undefined : 1))));
  const ownReadings = (words: readonly string[]): Readings => {
    const plain = combined(words.map(read));
    return script === "greek" || !isSerbian(words) ? plain : [...plain, ...serbianReadings(words)];
  };
  return {
    script, least, listOf, lists, table, skeletons, skeletonsOf,
    readings: (person) => {
      const { words, alternatives } = person;
      const found = scriptOf(words);
      if (found === script) return ownReadings(words);
      if (found !== "latin" || !mayBeForeign(person)) return [];
      return wholeNames(words, alternatives).slice(0, 8).flatMap((each) => {
        const lists = each.map(read);
        if (lists.every((list, at) => list.length === 0 || (each[at]?.length ?? 0) < 2)) return [];
        const fitting = lists.filter((list, at) => list.length > 0 && (each[at]?.length ?? 0) > 1).length;
        const initials = each.filter((word) => word.length === 1).length;
        return fitting === 0 || fitting + initials < least(each.length) ? [] : combined(lists.map((list, at) => (list.length === 0 ? usualOf(each[at] ?? "") : list)));
      }).slice(0, MOST_READINGS);
    },
  };
};
