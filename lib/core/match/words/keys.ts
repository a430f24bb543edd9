// The numbers a person's name is entered under, for each layer of evidence, and the short forms people make of names.

import type { Run } from "./flat.ts";
import { addJoined, addKey, beginJoined, endJoined, hashCouple, hashName, hashText, hashWord, joinedLetters, type KeyList, withSalt } from "./hash.ts";

/** Scope and number belong to every key: Smith 2 never meets Smith. */
export type Salt = number;
export const saltOf = (scope: string | undefined, number: string): Salt => (scope === undefined && number === "" ? 0 : hashText(`${scope ?? ""}\u0001${number}`));

export const fullKey = (words: readonly string[], salt: Salt): number => withSalt(hashName(words), salt);
export const addFull = (list: KeyList, owner: number, words: readonly string[], salt: Salt): void => addKey(list, owner, fullKey(words, salt));

/** A word of a name: from the lexicon, where its number is known, or any other. */
export type Keyed = { readonly text: string; readonly hash: number } | string;
const textOf = (word: Keyed): string => (typeof word === "string" ? word : word.text);
const hashOf = (word: Keyed): number => (typeof word === "string" ? hashWord(word) : word.hash);

/** First and last name; initials do not count. */
export const addEnds = (list: KeyList, owner: number, words: readonly Keyed[], salt: Salt): void => {
  let first: Keyed | undefined;
  let last: Keyed | undefined;
  for (const word of words) {
    if (textOf(word).length < 2) continue;
    if (first === undefined) first = word;
    else last = word;
  }
  if (first !== undefined && last !== undefined) addKey(list, owner, withSalt(hashCouple(hashOf(first), hashOf(last)), salt));
};

/** The other pairs of words a long name may be cut down to, as its order may be unknown. */
export const addOtherPairs = (list: KeyList, owner: number, words: readonly Keyed[], salt: Salt): void => {
  if (words.length < 3) return;
  const full = words.filter((word) => textOf(word).length > 1).map(hashOf);
  const last = full.length - 1;
  if (last < 2) return;
  for (const [one, other] of last === 2 ? [[0, 1], [1, 2]] as const : [[0, 1], [1, last], [0, last - 1], [0, 2]] as const) addKey(list, owner, withSalt(hashCouple(full[one] ?? 0, full[other] ?? 0), salt));
};

export const initialKeyOfCode = (hash: number, initial: number): number => withSalt(hash, initial);
const initialKeyOf = (hash: number, initial: string): number => initialKeyOfCode(hash, initial.charCodeAt(0));

/** The surname and the initial of a name like "G. Bear", or "G. García López" whose surname may be one word to others; undefined for names with more or fewer full words. */
export const initialKey = (words: readonly string[]): number | undefined => {
  const initial = words.find((word) => word.length === 1);
  const full = initial === undefined ? [] : words.filter((word) => word.length > 1);
  if (full.length === 0 || full.length > 2) return undefined;
  beginJoined();
  joinWords(full, 0, full.length - 1);
  return initialKeyOf(endJoined(), initial ?? "");
};

/** All "surname and initial" keys a full name may be shortened to. */
export const putInitialKeys = (run: Run, words: readonly string[], surname: number | undefined): void => {
  const last = words.length - 1;
  if (last < 1) return;
  // "Gary B.": who was named by the given name and the initial of the surname stays in sight.
  if (surname !== undefined) {
    for (let at = surname; at <= last; at++) putInitialKey(run, words, at, at, 0);
    if (last === surname + 1) putInitialKey(run, words, surname, last, 0);
    return putInitialKey(run, words, 0, 0, surname);
  }
  putInitialKey(run, words, last, last, 0);
  putInitialKey(run, words, 0, 0, 1);
  if (last === 1) return;
  putInitialKey(run, words, last - 1, last - 1, 0);
  putInitialKey(run, words, 0, 0, last);
  putInitialKey(run, words, last - 1, last, 0);
  putInitialKey(run, words, 1, 2, 0);
};

/** The words from one to another, beside the initial of another word. */
const putInitialKey = (run: Run, words: readonly string[], from: number, to: number, initial: number): void => {
  beginJoined();
  joinWords(words, from, to);
  run.put(initialKeyOf(endJoined(), words[initial] ?? ""));
};

const joinWords = (words: readonly string[], from: number, to: number): void => {
  for (let at = from; at <= to; at++) addJoined(words[at] ?? "");
};

const shortened = (given: string, family: string): readonly string[] => [(given[0] ?? "") + family, family + (given[0] ?? ""), given + (family[0] ?? "")];
const LEAST_LOGIN = 3;

/** Logins of one word that a name is often shortened to: gbear, bearg, garyb. */
export const shortLogins = (words: readonly string[], surname: number | undefined): readonly string[] => {
  const last = words.length - 1;
  if (last < 1) return [];
  const from = surname ?? last;
  const given = words[0] ?? "";
  const family = last === from ? (words[last] ?? "") : words.slice(from).join("");
  const forms = [...shortened(given, family)];
  if (from > 1) forms.push(`${given[0] ?? ""}${words[1]?.[0] ?? ""}${family}`);
  if (last > from) forms.push(`${given[0] ?? ""}${words[from] ?? ""}`);
  // Without a known order the surname may stand first.
  if (surname === undefined) forms.push(...shortened(words[last] ?? "", last === 1 ? given : words.slice(0, -1).join("")), ...(last > 1 ? [...shortened(words[1] ?? "", given), ...shortened(given, words.slice(1).join(""))] : []));
  return forms.filter((form) => form.length >= LEAST_LOGIN);
};

const LOGIN_SALT = 0x5f3759df;
/** A login of one word, as a short form of a name. */
export const shortKeyOf = (hash: number): number => withSalt(hash, LOGIN_SALT);
export const shortKey = (login: string): number => shortKeyOf(hashWord(login));

/** The keys of an initial before or behind each of what may be two surnames, the last words of a longer name. */
export const putSurnameKeys = (run: Run, words: readonly string[]): void => {
  for (let at = Math.max(words.length - 2, 1); words.length > 2 && at < words.length; at++) {
    beginJoined();
    putInitialAndWords(run, words, 0, at, at);
    addJoined(words[at] ?? "");
    addJoined(words[0] ?? "", 1);
    putJoined(run);
  }
};

/** The keys of `shortLogins`, without making the texts. */
export const putShortKeys = (run: Run, words: readonly string[], surname: number | undefined): void => {
  const last = words.length - 1;
  if (last < 1) return;
  const from = surname ?? last;
  beginJoined();
  putShortened(run, words, 0, 0, from, last);
  if (from > 1) {
    addJoined(words[0] ?? "", 1);
    putInitialAndWords(run, words, 1, from, last);
  }
  if (last > from) putInitialAndWords(run, words, 0, from, from);
  if (surname !== undefined) return;
  // Of two words the other ways are those above.
  if (last === 1) return putInitialAndWords(run, words, 1, 0, 0);
  putShortened(run, words, last, last, 0, last - 1);
  putShortened(run, words, 1, 1, 0, 0);
  putShortened(run, words, 0, 0, 1, last);
};

/** Of given names from one word to another, and such a surname: gbear, bearg, garyb. */
const putShortened = (run: Run, words: readonly string[], given: number, givenEnd: number, family: number, familyEnd: number): void => {
  putInitialAndWords(run, words, given, family, familyEnd);
  joinWords(words, family, familyEnd);
  addJoined(words[given] ?? "", 1);
  putJoined(run);
  joinWords(words, given, givenEnd);
  addJoined(words[family] ?? "", 1);
  putJoined(run);
};
const putInitialAndWords = (run: Run, words: readonly string[], initial: number, from: number, to: number): void => {
  addJoined(words[initial] ?? "", 1);
  joinWords(words, from, to);
  putJoined(run);
};
const putJoined = (run: Run): void => {
  if (joinedLetters() >= LEAST_LOGIN) run.put(shortKeyOf(endJoined()));
  beginJoined();
};
