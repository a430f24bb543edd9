// What stands around the words of a name comes again and again: "Dr. … …", "…, … (extern)", "… … - External". What a closer look
// finds of a name is the same for all names that hold other plain words in the same places: found out once for each pattern.
// A plain word says nothing but itself (lexicon.ts): were it anything else, it would be part of the pattern.

import type { Lexicon } from "../words/lexicon.ts";
import { createLetterTable } from "../words/letterTable.ts";
import { hashOn, hashStart } from "../words/hash.ts";
import { isMisreadPair, kindOf, SCRIPTS } from "../words/letters.ts";
import type { Chunks } from "./chunks.ts";
import { byIndex, wordAlone } from "./nameOrder.ts";
import type { Token, Word } from "./nameParts.ts";
import { type Extra, NOTHING, type Shown } from "./shown.ts";

/** A name whose plain words are taken out of it. */
export interface Patterns {
  /** What a name of these letters shows; undefined where its pattern is not known yet. */
  read(letters: Uint16Array, length: number): Shown | undefined;
  /** What a closer look found of the name that was read last. */
  learn(shown: Shown): void;
}

interface Pattern {
  /** Which of the plain words stands in each place. */
  readonly order: readonly number[];
  readonly surname: number | undefined;
  /** Without what belongs to the words. */
  readonly extra: Extra;
}

const MOST = 200;
const MOST_WORDS = 12;
/** Most of what stands around names is among the first. */
const MOST_PATTERNS = 2_000;
const [SPACE, APOSTROPHE, COMMA, HYPHEN, DOT, AT] = [32, 39, 44, 45, 46, 64];
/** Places of words in a pattern: of plain ones, of such as are written with an apostrophe or a hyphen, and of initials. No name holds these signs. */
const [PLAIN, JOINED, INITIAL] = [1, 2, 3];

const textOf = (letters: Uint16Array, from: number, to: number): string => {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(letters[at] as number);
  return text;
};

/** Words of letters that stand for something all the same: "zzz Gary Bear" has left, svcsync is no person, and "at" parts a name from a company. */
const isTelling = (letters: Uint16Array, from: number, to: number): boolean => {
  switch ((letters[from] as number) | SMALL) {
    case Z: return ((letters[from + 1] as number) | SMALL) === Z;
    case S: return ["svc", "srv"].includes(textOf(letters, from, Math.min(from + 3, to)).toLowerCase());
    case A: case B: case C: case V: return to - from < 5 && ["at", "bei", "chez", "via"].includes(textOf(letters, from, to));
    default: return false;
  }
};
const SMALL = 32;
const [A, B, C, S, V, Z] = [97, 98, 99, 115, 118, 122];

/** Letters that tidying passes by. */
const isTidyLetter = (code: number): boolean => code < 0x250 || (code > 0x387 && code < 0x3cf) || (code > 0x3ff && code < 0x500) || (code > 0x1e01 && code < 0x1efa);

/** "E." is no particle, whatever an e may be. */
const isInitialOf = ({ text, dotted, isSmall, isTitle }: Token): boolean => text.length === 1 && dotted && !isSmall && !isTitle;
const isWord = (token: Token): boolean => isInitialOf(token) || (!token.isAround && !token.isTitle && !token.mayJoin && !token.isLoud);

export const createPatterns = (lexicon: Lexicon, chunks: Chunks): Patterns => {
  const table = createLetterTable();
  const patterns: Pattern[] = [];
  /** Words that are looked at as they are written, and what became of each: surnames with a hyphen come again, too. */
  const others = createLetterTable();
  const taken: (Word | undefined)[] = [];
  /** The name in hand: its pattern, and its words. */
  const pattern = new Uint16Array(MOST + 1);
  const forms: number[] = [];
  const words: (Word | undefined)[] = [];
  let size = 0;
  let hash = 0;
  let isOdd = false;
  let hasWords = false;

  const put = (code: number): void => {
    pattern[size++] = code;
    hash = hashOn(hash, code);
  };
  /** The same of the word from `from` to before `to`, if it is one and no more than a word; false leaves it to the pattern. */
  const takeWord = (letters: Uint16Array, from: number, to: number): boolean => {
    let number = hashStart;
    let written = hashStart;
    let all = 0xff;
    let any = 0;
    let isJoined = false;
    const isInitial = to - from < 3 && (to - from === 1 || letters[to - 1] === DOT);
    for (let at = from; at < (isInitial ? from + 1 : to); at++) {
      const code = letters[at] as number;
      written = hashOn(written, code);
      if ((code === APOSTROPHE || code === HYPHEN) && at > from && at < to - 1) {
        isJoined = true;
        continue;
      }
      const kind = kindOf(code);
      if ((kind & SCRIPTS) === 0 || !isTidyLetter(code) || isMisreadPair(at > from ? (letters[at - 1] as number) : 0, kind)) return false;
      number = hashOn(number, code);
      all &= kind;
      any |= kind;
    }
    if (to === from || forms.length === MOST_WORDS || isTelling(letters, from, to)) return false;
    if (isJoined || isInitial) return takeOther(letters, from, to, written, isInitial ? INITIAL : JOINED);
    const form = lexicon.take(letters, from, to, number, all, any);
    if (form < 0 || lexicon.kindOf(form) !== "plain") return false;
    forms.push(form);
    words.push(undefined);
    put(PLAIN);
    return true;
  };
  /** Undefined where it is more than a word. */
  const wordOf = (raw: string): Word | undefined => {
    const { tokens, isPlain, mayServe } = chunks(raw);
    const [token] = tokens;
    return token === undefined || tokens.length > 1 || !isPlain || mayServe || !isWord(token) ? undefined : wordAlone(token);
  };
  const takeOther = (letters: Uint16Array, from: number, to: number, number: number, place: number): boolean => {
    const before = others.find(number, letters, from, to);
    const word = before < 0 ? wordOf(textOf(letters, from, to)) : taken[before];
    if (before < 0) taken[others.add(number, letters, from, to)] = word;
    if (word === undefined || (word.text.length === 1) !== (place === INITIAL)) return false;
    forms.push((word.form ??= lexicon.spell(word.text.replaceAll("'", ""))));
    words.push(word);
    hasWords ||= word.loose !== undefined || word.pieces !== undefined;
    put(place);
    return true;
  };

  /** Words stand together: before them and behind them is the pattern, and commas between them. */
  const scan = (letters: Uint16Array, length: number): boolean => {
    forms.length = words.length = size = 0;
    hash = hashStart;
    isOdd = hasWords = false;
    let isBehind = false;
    for (let at = 0; at < length; ) {
      let to = at;
      while (to < length && letters[to] !== SPACE) if (letters[to++] === AT) return false;
      const end = to > at && letters[to - 1] === COMMA ? to - 1 : to;
      if (isBehind || !takeWord(letters, at, end)) {
        isBehind ||= forms.length > 0 && to > at;
        for (let each = at; each < end; each++) put(letters[each] as number);
      }
      if (end < to) put(COMMA);
      if (to < length) put(SPACE);
      at = to + 1;
    }
    return forms.length > 0;
  };

  const extraOf = (extra: Extra, order: readonly number[]): Extra => {
    if (!hasWords) return extra;
    const ordered = order.map((place) => words[place]);
    const pick = <T>(what: (word: Word) => T | undefined) => byIndex(ordered, what);
    return { ...extra, loose: pick((word) => word.loose), pieces: pick((word) => word.pieces) };
  };

  return {
    read: (letters, length) => {
      isOdd = length < 1 || length > MOST || !scan(letters, length);
      const number = isOdd ? -1 : table.find(hash, pattern, 0, size);
      const known = patterns[number];
      if (known === undefined) return undefined;
      const { order, surname, extra } = known;
      return { forms: order.map((place) => forms[place] ?? -1), surname, handle: false, service: false, extra: extraOf(extra, order) };
    },
    learn: ({ forms: found, surname, handle, service, extra }) => {
      if (isOdd || handle || service || found.length !== forms.length || patterns.length === MOST_PATTERNS || table.find(hash, pattern, 0, size) >= 0) return;
      const order = found.map((form) => forms.indexOf(form));
      // Whatever is not one of the words has become part of one, or a word came twice and nobody knows which.
      if (new Set(order).size < order.length || order.includes(-1)) return;
      const { generation, number, staff, tag, also } = extra;
      const isPlain = generation === "" && number === "" && staff === "" && tag === "" && also.length === 0;
      table.add(hash, pattern, 0, size);
      patterns.push({ order, surname, extra: isPlain ? NOTHING : { ...extra, loose: undefined, pieces: undefined } });
    },
  };
};
