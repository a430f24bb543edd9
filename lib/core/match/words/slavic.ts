// What is known of a word that may be a Slavic surname in Latin letters, worked out when it is first asked for.

import { A, B, C, D, E, F, H, I, J, K, L, M, N, O, P, R, S, T, U, V, W, Y, Z } from "./codes.ts";
import { codesOf } from "./flat.ts";
import { slavicOf, textsOf } from "./skeletons.ts";
import { hashEnd, hashOn, hashStart } from "./hash.ts";
import type { Words } from "./wordFacts.ts";

const isFront = (code: number): boolean => code === I || code === Y;
const isRound = (code: number): boolean => code === O || code === E;

/** -ov, -ova, -ow, -owa, -off, -in, -ina, -ski, -skaya, -enko, -uk, -vic, -ian, -dze, -shvili, -ikh, -ich, -iy and how else they are written. */
const endsSlavic = (letters: Uint16Array, from: number, to: number): boolean => {
  const second = letters[to - 2] as number;
  const third = letters[to - 3] as number;
  const fourth = letters[to - 4] as number;
  const fifth = letters[to - 5] as number;
  switch (letters[to - 1]) {
    case V: return isRound(second) || isFront(second);
    case W: return isRound(second);
    case A: return (second === V && (isRound(third) || third === Y)) || (second === W && isRound(third)) || (second === N && third === I) || ((isFront(second) || second === J) && third === A && fourth === K && fifth === S);
    case F: return isRound(second) || (second === F && isRound(third)) || (isFront(second) && third === K && fourth === S);
    case N: return second === I || (second === A && isFront(third)) || (second === Y && third === H && fourth === S);
    case I: return isFront(second) || (second === K && third === S) || (second === L && third === I && fourth === V && fifth === H && to - from > LEAST && letters[to - 6] === S);
    case Y: return isFront(second) || (second === K && third === S);
    case J: return isFront(second);
    case O: return second === K && third === N && fourth === E;
    case K: return second === O || second === U;
    case C: case T: return second === I && third === V;
    case H: return isFront(second) || (second === C && isFront(third)) || (second === T && third === I && fourth === V) || (second === K && (isFront(third) || (third === K && isFront(fourth))));
    case E: return second === Z && third === D;
    default: return false;
  }
};
const LEAST = 5;

/** Whether a Latin word looks like a surname romanised from Cyrillic, so that two customs may be compared with each other. */
export const hasSlavicEnding = (word: string): boolean => word.length >= LEAST && endsSlavic(codesOf(word), 0, word.length);

/** Letters that all customs share: v is written in four ways. */
const STEADY = new Uint8Array(128);
for (const code of [A, B, D, L, M, N, P, R, V]) STEADY[code] = code;
STEADY[U] = STEADY[W] = STEADY[F] = V;
/** Before these a u may stand for the g before it alone: Serguei. */
const isAfterU = (code: number | undefined): boolean => code === E || code === I || code === J || code === Y;

/** Key of those, doubles once: names that differ in these differ. */
const steadyKey = (letters: Uint16Array, from: number, to: number): number => {
  let hash = hashStart;
  let before = 0;
  for (let at = from; at < to; at++) {
    const each = letters[at] as number;
    const code = each < 128 ? (STEADY[each] as number) : 0;
    if (code === 0 || code === before || (each === U && at + 1 < to && isAfterU(letters[at + 1]))) continue;
    hash = hashOn(hash, code);
    before = code;
  }
  return hashEnd(hash);
};

/** No given name ends so. */
const SURE = /(?:[oe]va?|[oe]wa|[oe]ff|enk[oa]|sk(?:i|[iy][iyj]|y|aya|aja|aia))$/;
/** Whether a word can be nothing but a Slavic surname, whatever the lists teach of it. */
export const isSureSlavic = (word: string): boolean => word.length >= LEAST && SURE.test(word);

const FATHER = /^.{3,}(?:[oe][vw]it?s?ch|[oe][vw]n[ao]|it?s?chna)$/;
/** Which of the last two words of three is the father's name, as Russians write it in Latin letters; -1 for none. */
export const fatherAt = (second: string, third: string): 1 | 2 | -1 => (FATHER.test(second) ? 1 : FATHER.test(third) ? 2 : -1);

/** The readings of a Latin word as one that was romanised from Cyrillic. */
const readingsOf = (word: string): readonly string[] => textsOf(slavicOf(codesOf(word), 0, word.length));

/** Whether two Latin words may be one Cyrillic one by two customs of romanising: Zakhar and Zahar, Medwedew and Medvedev. */
export const isOneCyrillic = (word: string, match: string): boolean => {
  if (word === match) return true;
  if (word.length < 3 || match.length < 3) return false;
  const theirs = readingsOf(match);
  return readingsOf(word).some((reading) => theirs.includes(reading));
};

/** Without the father's name, which is left out as often as not. */
const withoutFather = (words: readonly string[]): readonly string[] => {
  const father = words.length === 3 ? fatherAt(words[1] ?? "", words[2] ?? "") : -1;
  return words.filter((_, at) => at !== father);
};

/** Whether two Latin names of which something ends as Slavic ones do are one by two customs, the father's name left out or not. No evidence by itself. */
export const areOneCyrillic = (one: readonly string[], other: readonly string[]): boolean => {
  const [mine, theirs] = one.length === other.length ? [one, other] : [withoutFather(one), withoutFather(other)];
  if (mine.length !== theirs.length || mine.length < 2 || ![...one, ...other].some(hasSlavicEnding)) return false;
  const left = [...theirs];
  return mine.every((word) => {
    const at = left.findIndex((match) => isOneCyrillic(word, match));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
};

export interface Slavic {
  isSlavic(word: number): boolean;
  /** Key of the letters all customs share. */
  steady(word: number): number;
}

/** Of the words there are; none may come afterwards. All are looked at, in the order in which their letters stand. */
export const createSlavic = ({ table }: Words): Slavic => {
  const letters = table.letters();
  const slavic = new Uint8Array(table.size());
  const keys = new Int32Array(table.size());
  for (let word = 0; word < slavic.length; word++) {
    const from = table.start(word);
    const to = from + table.length(word);
    if (to - from >= LEAST && endsSlavic(letters, from, to)) slavic[word] = 1;
  }
  return {
    isSlavic: (word) => slavic[word] === 1,
    steady: (word) => {
      if (keys[word] === 0) keys[word] = steadyKey(letters, table.start(word), table.start(word) + table.length(word)) || 1;
      return keys[word] ?? 0;
    },
  };
};
