// What all customs of romanising keep of a word, as one number: most Latin words are no name of another script, and show it
// here, before anything is put together. Whatever skeletons.ts folds must not count: two words with one skeleton have one number.
// Each word of all names is looked at, so that no letter may be guessed at: tables tell what it is, and masks whether it counts.

import { A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y, Z } from "./codes.ts";

export type Romanized = "cyrillic" | "greek";

/** Such consonants as customs write in several ways: of them only this is told, that there are some. */
const LOOSE = 1;
/** What more than the next letter tells. */
const CLOSELY = 2;

/** Place of a small letter in a table of 32; 0 for all other signs, without asking. */
const placeOf = (code: number): number => code & 31 & ((((code >> 5) ^ 3) - 1) >> 31);
/** All ones where a number is not 0. */
const isSome = (number: number): number => (number | -number) >> 31;

/** By a letter and another beside it. */
type Pairs = Uint8Array;
const pairs = (): Pairs => new Uint8Array(32 * 32);
const set = (table: Pairs, one: number, other: number, kind: number): void => void (table[((one & 31) << 5) | (other & 31)] = kind);
const setAll = (table: Pairs, one: number, kind: number): void => {
  for (let other = 0; other < 32; other++) set(table, one, other, kind);
};

const steady = (table: Pairs, ...letters: readonly number[]): void => letters.forEach((letter) => setAll(table, letter, letter));
const loose = (table: Pairs, ...letters: readonly number[]): void => letters.forEach((letter) => setAll(table, letter, LOOSE));

/** What a letter is before the next. Ph is an f; u, v and w may be one letter, and in gue there is none of them. */
const CYRILLIC = pairs();
steady(CYRILLIC, A, B, D, L, M, N, P, R, V);
loose(CYRILLIC, C, F, G, H, K, Q, S, T, X, Z);
for (const letter of [U, W]) setAll(CYRILLIC, letter, V);
for (const letter of [E, I, J, Y]) set(CYRILLIC, U, letter, 0);
set(CYRILLIC, P, H, LOOSE);

/** The same of Greek: ai is an e, but ay before a letter av; nt is a d; ph, ch and kh are letters of their own. */
const GREEK = pairs();
steady(GREEK, A, D, L, R);
loose(GREEK, B, C, G, K, M, N, P, Q, X);
for (const letter of [B, C, K, M, P, Q, X]) set(GREEK, letter, H, 0);
for (const letter of [I, J]) set(GREEK, A, letter, 0);
for (const letter of [T, D]) set(GREEK, N, letter, 0);
set(GREEK, A, Y, CLOSELY);

/** A t behind an n. */
const NT = 27;
/** What stands before the next letter: th is a t for whatever follows. */
const BEFORE = pairs();
for (let before = 0; before < 32; before++) for (let letter = 0; letter < 32; letter++) set(BEFORE, before, letter, letter);
set(BEFORE, N, T, NT);
set(BEFORE, T, H, T & 31);
set(BEFORE, NT, H, NT);

/** What a Greek letter is behind that: nt is a d, ks an x, tz ts. */
const BEHIND = pairs();
for (let before = 0; before < 32; before++) {
  set(BEHIND, before, T, before === (N & 31) ? D : T);
  set(BEHIND, before, S, before === (K & 31) ? LOOSE : S);
  set(BEHIND, before, Z, before === (T & 31) ? S : LOOSE);
}

const START = 17;
/** A hash is multiplied by one more with each letter. */
const MORE = 0x01000192;

/** -off and -eff are -ov and -ev. */
const isOff = (letters: Uint16Array, from: number, to: number): boolean => to - from > 2 && letters[to - 1] === F && letters[to - 2] === F && (letters[to - 3] === O || letters[to - 3] === E);

/** Letters that stand fast, equal neighbours once, and whether there are loose ones between them. */
const cyrillicNumber = (letters: Uint16Array, from: number, to: number): number => {
  const kinds = CYRILLIC;
  const isV = isOff(letters, from, to);
  const end = isV ? to - 2 : to;
  let hash = START;
  let last = 0;
  let place = from < to ? placeOf(letters[from] as number) : 0;
  for (let at = from; at < end; at++) {
    const next = at + 1 < to ? placeOf(letters[at + 1] as number) : 0;
    const kind = kinds[(place << 5) | next] as number;
    const some = isSome(kind);
    hash = (hash + ((Math.imul(hash, MORE) + kind) & some & isSome(kind ^ last))) | 0;
    last ^= (last ^ kind) & some;
    place = next;
  }
  return isV && last !== V ? (hash + Math.imul(hash, MORE) + V) | 0 : hash;
};

const isSmall = (code: number): boolean => code > 96 && code < 123;
/** ay at the end, or before ou. */
const isOpen = (letters: Uint16Array, at: number, to: number): boolean => at + 2 >= to || !isSmall(letters[at + 2] as number) || (letters[at + 2] === O && at + 3 < to && letters[at + 3] === U);

/** The same; of loose ones at its beginning nothing is said: Gk is a G, and Gi before a vowel an I. */
const greekNumber = (letters: Uint16Array, from: number, to: number): number => {
  const kinds = GREEK;
  const behind = BEHIND;
  const befores = BEFORE;
  let hash = START;
  let last = 0;
  let begins = -1;
  let before = 0;
  let place = from < to ? placeOf(letters[from] as number) : 0;
  for (let at = from; at < to; at++) {
    const next = at + 1 < to ? placeOf(letters[at + 1] as number) : 0;
    let kind = (kinds[(place << 5) | next] as number) | (behind[(before << 5) | place] as number);
    if (kind === CLOSELY) kind = isOpen(letters, at, to) ? 0 : A;
    const isFast = isSome(kind ^ LOOSE);
    const some = isSome(kind) & (isFast | ~begins);
    hash = (hash + ((Math.imul(hash, MORE) + kind) & some & isSome(kind ^ last))) | 0;
    last ^= (last ^ kind) & some;
    begins &= ~isFast;
    before = befores[(before << 5) | place] as number;
    place = next;
  }
  return hash;
};

/** Of the letters from `from` to before `to`. */
export const steadyOfLetters = (script: Romanized, letters: Uint16Array, from: number, to: number): number => (script === "cyrillic" ? cyrillicNumber(letters, from, to) : greekNumber(letters, from, to));
