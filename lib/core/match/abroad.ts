// Names across scripts: the readings of a Cyrillic or Greek name, and of those Latin names that could be such a name. Most
// Latin words cannot, and are put aside by a look at the letters that every custom of romanising keeps.

import { CYRILLIC, GREEK, wholeNames } from "./spell.ts";
import type { Word, Written } from "./lexicon.ts";
import type { Person } from "./person.ts";
import { cyrillicSkeletons, fromCyrillic, fromGreek, greekSkeleton, isSerbian, seamless, serbianSkeletons, slavicSkeletons } from "./romanize.ts";

export type Script = "latin" | "cyrillic" | "greek" | "other";

export const scriptOf = (words: readonly string[]): Script => {
  for (const word of words) {
    if (word.charCodeAt(0) < 0x250) continue;
    if (CYRILLIC.test(word)) return "cyrillic";
    return GREEK.test(word) ? "greek" : "other";
  }
  return "latin";
};

type Readable = Pick<Person, "words" | "alternatives"> & { readonly lex?: readonly Word[] };

export interface Abroad {
  readonly script: "cyrillic" | "greek";
  /** The readings of a name; none where it cannot be one of this script. */
  readings(person: Readable): readonly (readonly string[])[];
  /** How many words of a Latin name must be of this script, or initials, that it has a reading. */
  least(size: number): number;
  /** Whether a Latin word may be one of it, in any of its spellings; an initial may. */
  mayBe(form: Written): boolean;
  /** Of one Latin word that need not be a name: a login. */
  skeletons(word: string): readonly string[];
}

const codes = (letters: string): Uint8Array => {
  const set = new Uint8Array(128);
  for (const letter of letters) set[letter.charCodeAt(0)] = 1;
  return set;
};
const STEADY = { cyrillic: codes("abdlmnpruvw"), greek: codes("adlrst") } as const;
const [A, D, F, H, I, J, K, N, P, S, T, V, W, Y, Z] = Array.from("adfhijknpstvwyz", (letter) => letter.charCodeAt(0)) as [number, number, number, number, number, number, number, number, number, number, number, number, number, number, number];

/** The letter as all customs write it, 0 where they differ. What romanize.ts folds otherwise must not count here. */
const steadyAt = (word: string, at: number, code: number, before: number, script: "cyrillic" | "greek"): number => {
  if (script === "cyrillic") {
    if (code === W) return V;
    if (code === F) return before === F && at === word.length - 1 && /[oe]ff$/.test(word) ? V : 0;
    if (code === P) return word.charCodeAt(at + 1) === H ? 0 : P;
    return code < 128 && STEADY.cyrillic[code] === 1 ? code : 0;
  }
  const after = word.charCodeAt(at + 1);
  if (code === A) return after === I || after === Y || after === J ? 0 : A;
  if (code === T) return before === N ? D : T;
  if (code === S) return before === K ? 0 : S;
  if (code === Z) return before === T ? S : 0;
  return code < 128 && STEADY.greek[code] === 1 ? code : 0;
};

/** A number for the letters every custom writes alike, doubles once: most Latin words are no name of that script, and show it here. */
export const steadyOf = (word: string, script: "cyrillic" | "greek"): number => {
  let hash = 17;
  let before = 0;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    const steady = code === before && code !== F ? 0 : steadyAt(word, at, code, before, script);
    if (steady !== 0) hash = (Math.imul(hash, 31) + steady) | 0;
    before = code;
  }
  return hash;
};

const NONE: readonly string[] = [];
const MOST_READINGS = 6;

const combined = (each: readonly (readonly string[])[]): readonly (readonly string[])[] => {
  let all: string[][] = [[]];
  for (const list of each) all = list.length === 1 || all.length * list.length > MOST_READINGS ? all.map((head) => [...head, list[0] ?? ""]) : list.flatMap((skeleton) => all.map((head) => [...head, skeleton]));
  return all;
};

/** Undefined where nobody is written in that script. `names` are those of people: a login may write two of their words as one. */
export const createAbroad = (script: "cyrillic" | "greek", texts: Iterable<string>, names: Iterable<readonly string[]> = []): Abroad | undefined => {
  const romanize = script === "cyrillic" ? fromCyrillic : fromGreek;
  const skeletons = script === "cyrillic" ? slavicSkeletons : (word: string): readonly string[] => [greekSkeleton(word)];
  const letters = script === "cyrillic" ? CYRILLIC : GREEK;
  const known = new Map<string, readonly string[]>();
  const wanted = new Set<string>();
  /** Foreign words by what all customs keep of them. Their skeletons are made when the first Latin word has the same: of most pairs of words none has. */
  const steady = new Map<number, string[]>();
  // Where that script knows somebody by initials alone, one fitting word of a Latin name is enough to look closer.
  let shortened = false;
  const put = (key: number, word: string): void => {
    const held = steady.get(key);
    if (held === undefined) steady.set(key, [word]);
    else held.push(word);
  };
  const want = (word: string): void => {
    put(steadyOf(romanize(word), script), word);
    if (script === "cyrillic" && word.includes("ъ")) for (const letter of "ау") put(steadyOf(romanize(word.replaceAll("ъ", letter)), script), word);
  };
  const own = (word: string): readonly string[] => (script === "greek" ? skeletons(romanize(word)) : cyrillicSkeletons(word));
  const spell = (words: string[]): void => {
    for (const word of words) {
      for (const skeleton of (word.length > 1 ? known.get(word) : undefined) ?? own(word)) wanted.add(skeleton);
      if (script === "cyrillic") for (const skeleton of serbianSkeletons(word)) wanted.add(skeleton);
    }
    words.length = 0;
  };
  for (const words of names) {
    if (scriptOf(words) !== script) continue;
    for (let at = 1; at < words.length; at++) want((words[at - 1] ?? "") + (words[at] ?? ""));
    if (words.length === 2) want((words[1] ?? "") + (words[0] ?? ""));
  }
  for (const word of texts) {
    if (word.charCodeAt(0) < 0x250 || !letters.test(word)) continue;
    shortened ||= word.length === 1;
    if (known.has(word)) continue;
    const made = own(word);
    want(word);
    if (word.length > 1) known.set(word, made);
    else {
      const short = made.map((skeleton) => skeleton.slice(0, 1));
      for (const skeleton of short) wanted.add(skeleton);
      known.set(word, short);
    }
  }
  if (known.size === 0) return undefined;
  const latin = (word: string): readonly string[] => {
    if (word.length === 1) return skeletons(romanize(word)).map((skeleton) => skeleton.slice(0, 1));
    const alike = word.charCodeAt(0) < 0x250 ? steady.get(steadyOf(word, script)) : [];
    if (alike === undefined) return NONE;
    const before = known.get(word);
    if (before !== undefined) return before;
    if (alike.length > 0) spell(alike);
    const made = skeletons(word).filter((skeleton) => wanted.has(skeleton));
    known.set(word, made);
    return made;
  };
  const isForeign = (word: string): boolean => word.length > 1 && latin(word).length > 0;
  const [asked, yes] = script === "cyrillic" ? [1, 2] : [4, 8];
  /** Remembered with the word where it stands in the lexicon. */
  const isForeignWord = (word: Word | undefined, text: string): boolean => {
    if (word === undefined) return isForeign(text);
    if ((word.marks & asked) === 0) word.marks |= isForeign(word.text) ? asked | yes : asked;
    return (word.marks & yes) !== 0;
  };
  const least = (size: number): number => Math.min(shortened ? 1 : 2, size);
  /** Most Latin names are told here, before anything is put together. */
  const mayBeForeign = ({ words, lex, alternatives }: Readable): boolean => {
    const fewest = least(words.length);
    let fitting = 0;
    for (let at = 0; at < words.length; at++) {
      if ((words[at]?.length ?? 0) === 1 || isForeignWord(lex?.[at], words[at] ?? "") || (alternatives?.[at] ?? NONE).some(isForeign)) fitting++;
      if (fitting + words.length - at - 1 < fewest) return false;
    }
    return fitting >= fewest;
  };
  const mayBe = ({ word, list }: Written): boolean => word.text.length === 1 || isForeignWord(word, word.text) || (list ?? NONE).some(isForeign);
  return {
    script,
    skeletons,
    least,
    mayBe,
    readings: (person) => {
      const { words, alternatives } = person;
      const found = scriptOf(words);
      if (found === script) {
        const usual = combined(words.map(latin));
        if (script === "greek" || !isSerbian(words)) return usual;
        return [...usual, ...[...new Set([words, seamless(words)])].flatMap((each) => [0, 1].map((way) => each.map((word) => (serbianSkeletons(word)[way] ?? "").slice(0, word.length > 1 ? undefined : 1))))];
      }
      if (found !== "latin" || !mayBeForeign(person)) return [];
      return wholeNames(words, alternatives).slice(0, 4).flatMap((each) => {
        const lists = each.map(latin);
        if (lists.every((list, at) => list.length === 0 || (each[at]?.length ?? 0) < 2)) return [];
        const fitting = lists.filter((list, at) => list.length > 0 && (each[at]?.length ?? 0) > 1).length;
        const initials = each.filter((word) => word.length === 1).length;
        return fitting === 0 || fitting + initials < Math.min(shortened ? 1 : 2, each.length) ? [] : combined(lists.map((list, at) => (list.length === 0 ? skeletons(each[at] ?? "").slice(0, 1) : list)));
      }).slice(0, MOST_READINGS);
    },
  };
};
