// The numbers a person's name is entered under, for each layer of evidence, and the short forms people make of names.

import { addJoined, addKey, beginJoined, endJoined, hashCouple, hashJoined, hashName, hashText, hashWord, joinedLetters, type KeyList, withSalt } from "./hash.ts";

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
export const initialKeyOf = (hash: number, initial: string): number => initialKeyOfCode(hash, initial.charCodeAt(0));
const initialHash = (word: string, initial: string): number => initialKeyOf(hashWord(word), initial);

/** The surname and the initial of a name like "G. Bear", or "G. García López" whose surname may be one word to others; undefined for names with more or fewer full words. */
export const initialKey = (words: readonly string[]): number | undefined => {
  const initial = words.find((word) => word.length === 1);
  const full = initial === undefined ? [] : words.filter((word) => word.length > 1);
  const [one = "", other = ""] = full;
  return full.length === 0 || full.length > 2 ? undefined : initialKeyOf(hashJoined(one, one.length, other, other.length), initial ?? "");
};

/** All "surname and initial" keys a full name may be shortened to. */
export const enterInitialKeys = (words: readonly string[], surname: number | undefined, enter: (key: number) => void): void => {
  const last = words.length - 1;
  const first = words[0] ?? "";
  if (last < 1) return;
  const enterBoth = (word: string, initial: string): void => enter(initialHash(word, initial));
  const enterCouple = (one: string, other: string, initial: string): void => enter(initialKeyOf(hashJoined(one, one.length, other, other.length), initial));
  // "Gary B.": who was named by the given name and the initial of the surname stays in sight.
  if (surname !== undefined) {
    for (let at = surname; at <= last; at++) enterBoth(words[at] ?? "", first);
    if (last === surname + 1) enterCouple(words[surname] ?? "", words[last] ?? "", first);
    return enterBoth(first, words[surname] ?? "");
  }
  enterBoth(words[last] ?? "", first);
  enterBoth(first, words[1] ?? "");
  if (last === 1) return;
  enterBoth(words[last - 1] ?? "", first);
  enterBoth(first, words[last] ?? "");
  enterCouple(words[last - 1] ?? "", words[last] ?? "", first);
  enterCouple(first, words[1] ?? "", words[2] ?? "");
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

/** Some words of a name, one after the other. */
type Range = readonly [first: number, last: number];

/** The keys of `shortLogins`, in its order, without making the texts. */
export const enterShortKeys = (words: readonly string[], surname: number | undefined, enter: (key: number) => void): void => {
  const last = words.length - 1;
  if (last < 1) return;
  const from = surname ?? last;
  const initial = (at: number): void => addJoined(words[at] ?? "", 1);
  const all = (range: Range): void => {
    for (let at = range[0]; at <= range[1]; at++) addJoined(words[at] ?? "");
  };
  const end = (): void => {
    if (joinedLetters() >= LEAST_LOGIN) enter(shortKeyOf(endJoined()));
    beginJoined();
  };
  const short = (given: Range, family: Range): void => {
    initial(given[0]), all(family), end();
    all(family), initial(given[0]), end();
    all(given), initial(family[0]), end();
  };
  beginJoined();
  short([0, 0], [from, last]);
  if (from > 1) initial(0), initial(1), all([from, last]), end();
  if (last > from) initial(0), all([from, from]), end();
  if (surname !== undefined) return;
  short([last, last], [0, last - 1]);
  if (last === 1) return;
  short([1, 1], [0, 0]);
  short([0, 0], [1, last]);
};

/** The same of a name of two words, neither of which is an initial: what most names have. */
export const enterShortKeysOfTwo = (one: string, other: string, surname: number | undefined, enter: (key: number) => void): void => {
  enter(shortKeyOf(hashJoined(one, 1, other, other.length)));
  enter(shortKeyOf(hashJoined(other, other.length, one, 1)));
  enter(shortKeyOf(hashJoined(one, one.length, other, 1)));
  if (surname === undefined) enter(shortKeyOf(hashJoined(other, 1, one, one.length)));
};
