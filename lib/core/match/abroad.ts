// Names across scripts: the readings of a Cyrillic or Greek name, and of those Latin names that could be such a name. Most
// Latin words cannot, and are put aside by a look at what every custom of romanising keeps.

import { CYRILLIC, GREEK, wholeNames } from "./words/spell.ts";
import { addKey, createKeys, createSieve, passes, type Sieve } from "./words/hash.ts";
import type { Written } from "./words/lexicon.ts";
import type { Person } from "./reading/person.ts";
import { cyrillicSkeletons, fromCyrillic, fromGreek, greekSkeleton, isSerbian, seamless, serbianSkeletons, slavicSkeletons } from "./words/romanize.ts";
import { type Romanized, steadyOf, steadyOfLetters } from "./words/steady.ts";

export type Script = "latin" | Romanized | "other";

export const scriptOf = (words: readonly string[]): Script => {
  for (const word of words) {
    if (word.charCodeAt(0) < 0x250) continue;
    if (CYRILLIC.test(word)) return "cyrillic";
    return GREEK.test(word) ? "greek" : "other";
  }
  return "latin";
};

type Readable = Pick<Person, "words" | "alternatives">;
/** Each of them a whole name. */
export type Readings = readonly (readonly string[])[];

export interface Abroad {
  readonly script: Romanized;
  /** The readings of a name; none where it cannot be one of this script. */
  readings(person: Readable): Readings;
  /** How many words of a Latin name must be of this script, or initials, that it has a reading. */
  least(size: number): number;
  /** Whether a Latin word may be one of it, in any of its spellings. */
  mayBe(form: Written): boolean;
  /** The same of letters alone, in few steps: false says no. */
  mayMeet(letters: Uint16Array, from: number, size: number): boolean;
  /** Of one Latin word that need not be a name: a login. */
  skeletons(word: string): readonly string[];
}

const NONE: readonly string[] = [];
const MOST_READINGS = 6;

const combined = (each: readonly (readonly string[])[]): Readings => {
  if (each.every((list) => list.length === 1)) return [each.map((list) => list[0] ?? "")];
  let all: string[][] = [[]];
  for (const list of each) all = list.length === 1 || all.length * list.length > MOST_READINGS ? all.map((head) => [...head, list[0] ?? ""]) : list.flatMap((skeleton) => all.map((head) => [...head, skeleton]));
  return all;
};

/** Of a word that comes again it is made once. */
const once = <T>(make: (word: string) => T): ((word: string) => T) => {
  const known = new Map<string, T>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const made = make(word);
    known.set(word, made);
    return made;
  };
};

interface ForeignWords {
  /** A word, or two that a login may write as one. */
  put(word: string, more?: string): void;
  /** Whether one of them has this number of `steadyOf`. All are put by then. */
  meets(number: number): boolean;
  /** Those that have it: once, and nothing when asked again. */
  take(number: number): readonly string[];
}

/** Foreign words by what all customs keep of them. Nothing else is made of one before a Latin word has the same: of most none has. */
const createForeignWords = (script: Romanized): ForeignWords => {
  const romanize = script === "cyrillic" ? fromCyrillic : fromGreek;
  const words: string[] = [];
  const rest: string[] = [];
  const list = createKeys();
  let sieve: Sieve | undefined;
  const chains = new Map<number, number>();
  const next: number[] = [];
  const close = (): Sieve => {
    for (let at = 0; at < list.size; at++) {
      const key = list.keys[at] ?? 0;
      next[at] = chains.get(key) ?? -1;
      chains.set(key, at);
    }
    return createSieve(list);
  };
  return {
    put: (word, more = "") => {
      const owner = words.push(word) - 1;
      rest.push(more);
      addKey(list, owner, steadyOf(script, romanize(word), romanize(more)));
      // The Bulgarian ъ is an a or an u.
      if (script === "cyrillic" && (word.includes("ъ") || more.includes("ъ"))) for (const letter of "ау") addKey(list, owner, steadyOf(script, romanize(word.replaceAll("ъ", letter)), romanize(more.replaceAll("ъ", letter))));
    },
    meets: (number) => passes((sieve ??= close()), number) && chains.has(number),
    take: (number) => {
      const found: string[] = [];
      for (let at = chains.get(number) ?? -1; at >= 0; at = next[at] ?? -1) found.push((words[list.owners[at] ?? -1] ?? "") + (rest[list.owners[at] ?? -1] ?? ""));
      if (found.length > 0) chains.set(number, -1);
      return found;
    },
  };
};

/** Undefined where nobody is written in that script. `names` are those of people: a login may write two of their words as one. */
export const createAbroad = (script: Romanized, texts: Iterable<string>, names: Iterable<readonly string[]> = []): Abroad | undefined => {
  const romanize = script === "cyrillic" ? fromCyrillic : fromGreek;
  const skeletons = script === "cyrillic" ? slavicSkeletons : (word: string): readonly string[] => [greekSkeleton(word)];
  const letters = script === "cyrillic" ? CYRILLIC : GREEK;
  const known = new Map<string, readonly string[]>();
  const wanted = new Set<string>();
  const foreign = createForeignWords(script);
  // Where that script knows somebody by initials alone, one fitting word of a Latin name is enough to look closer.
  let shortened = false;
  let isThere = false;
  const isOwn = (word: string): boolean => word.charCodeAt(0) >= 0x250 && letters.test(word);
  const made = (word: string): readonly string[] => (script === "greek" ? skeletons(romanize(word)) : cyrillicSkeletons(word));
  const own = (word: string): readonly string[] => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const all = made(word);
    known.set(word, all);
    return all;
  };
  for (const words of names) {
    if (scriptOf(words) !== script) continue;
    for (let at = 1; at < words.length; at++) foreign.put(words[at - 1] ?? "", words[at] ?? "");
    if (words.length === 2) foreign.put(words[1] ?? "", words[0] ?? "");
  }
  const seen = new Set<string>();
  for (const word of texts) {
    if (!isOwn(word) || seen.has(word)) continue;
    seen.add(word);
    isThere = true;
    foreign.put(word);
    if (word.length > 1) continue;
    shortened = true;
    const short = made(word).map((skeleton) => skeleton.slice(0, 1));
    for (const skeleton of short) wanted.add(skeleton);
    known.set(word, short);
  }
  if (!isThere) return undefined;
  const wantLike = (number: number): void => {
    for (const word of foreign.take(number)) {
      for (const skeleton of seen.has(word) && word.length > 1 ? own(word) : made(word)) wanted.add(skeleton);
      if (script === "cyrillic") for (const skeleton of serbianSkeletons(word)) wanted.add(skeleton);
    }
  };
  const latin = (word: string): readonly string[] => {
    if (word.length === 1) return skeletons(romanize(word)).map((skeleton) => skeleton.slice(0, 1));
    const before = known.get(word);
    if (before !== undefined) return before;
    if (word.charCodeAt(0) < 0x250) {
      const number = steadyOf(script, word);
      if (!foreign.meets(number)) return NONE;
      wantLike(number);
    } else if (isOwn(word)) return own(word);
    const fitting = skeletons(word).filter((skeleton) => wanted.has(skeleton));
    known.set(word, fitting);
    return fitting;
  };
  const isForeign = (word: string): boolean => word.length > 1 && latin(word).length > 0;
  const least = (size: number): number => Math.min(shortened ? 1 : 2, size);
  /** Most Latin names are told here, before anything is put together. */
  const mayBeForeign = ({ words, alternatives }: Readable): boolean => {
    const fewest = least(words.length);
    let fitting = 0;
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? "";
      if (word.length === 1 || isForeign(word) || (alternatives?.[at] ?? NONE).some(isForeign)) fitting++;
      if (fitting + words.length - at - 1 < fewest) return false;
    }
    return fitting >= fewest;
  };
  /** Of words of which none fits: most come again and again, as given names beside one that does. */
  const usual = once((word) => skeletons(word).slice(0, 1));
  const serbian = once(serbianSkeletons);
  const ownReadings = (words: readonly string[]): Readings => {
    const plain = combined(words.map(latin));
    if (script === "greek" || !isSerbian(words)) return plain;
    return [...plain, ...[...new Set([words, seamless(words)])].flatMap((each) => [0, 1].map((way) => each.map((word) => (serbian(word)[way] ?? "").slice(0, word.length > 1 ? undefined : 1))))];
  };
  return {
    script,
    skeletons,
    least,
    mayMeet: (table, from, size) => foreign.meets(steadyOfLetters(script, table, from, size)),
    mayBe: ({ word, list }) => (list === undefined ? isForeign(word.text) : list.some(isForeign)),
    readings: (person) => {
      const { words, alternatives } = person;
      const found = scriptOf(words);
      if (found === script) return ownReadings(words);
      if (found !== "latin" || !mayBeForeign(person)) return [];
      return wholeNames(words, alternatives).slice(0, 4).flatMap((each) => {
        const lists = each.map(latin);
        if (lists.every((list, at) => list.length === 0 || (each[at]?.length ?? 0) < 2)) return [];
        const fitting = lists.filter((list, at) => list.length > 0 && (each[at]?.length ?? 0) > 1).length;
        const initials = each.filter((word) => word.length === 1).length;
        return fitting === 0 || fitting + initials < least(each.length) ? [] : combined(lists.map((list, at) => (list.length === 0 ? usual(each[at] ?? "") : list)));
      }).slice(0, MOST_READINGS);
    },
  };
};
