// The words of a name that say nothing but themselves, one by one: plain ones, such as are written with an apostrophe or a hyphen,
// and initials. And the particles among them, which may be drawn to a word.

import { textOf } from "../words/flat.ts";
import { LetterTable } from "../words/letterTable.ts";
import { hashOn, hashStart } from "../words/hash.ts";
import { CASED, isMisreadPair, kindOf, SCRIPTS } from "../words/letters.ts";
import type { Lexicon } from "../words/lexicon.ts";
import { VIETNAMESE } from "../words/words.ts";
import type { Chunks } from "./chunks.ts";
import { wordAlone } from "./nameOrder.ts";
import type { Token, Word } from "./nameParts.ts";

export interface PatternWords {
  /** Of the word that was taken last: its form, and what it has besides where it is no plain one. */
  form: number;
  word: Word | undefined;
  /** The sign of the word from `from` to before `to`, if it is one and no more than a word; NO_WORD leaves it to the pattern, and PARTICLE too. */
  take(letters: Uint16Array, from: number, to: number): number;
  /** The form of a word with these particles drawn to it. */
  drawn(held: string, form: number): number;
}

export const NO_WORD = 0;
export const PARTICLE = -1;
/** Signs of words, all below the space: no name holds them. */
const [PLAIN, JOINED, INITIAL, SMALL_WORD, VIETNAMESE_WORD] = [1, 2, 3, 4, 8];
const LONGEST_VIETNAMESE = Math.max(...Array.from(VIETNAMESE, (word) => word.length));
const [APOSTROPHE, HYPHEN, DOT] = [39, 45, 46];
const SMALL = 32;
const [A, B, C, E, H, I, R, S, T, V, Z] = [97, 98, 99, 101, 104, 105, 114, 115, 116, 118, 122];

/** Words of letters that stand for something all the same: "zzz Gary Bear" has left, svcsync is no person, and "at" parts a name from a company. */
const isTelling = (letters: Uint16Array, from: number, to: number): boolean => {
  const [first, second, third, fourth] = [letters[from] as number, letters[from + 1] as number, letters[from + 2] as number, letters[from + 3] as number];
  const size = to - from;
  switch (first | SMALL) {
    case Z: return size > 1 && (second | SMALL) === Z;
    case S: return size > 2 && (((second | SMALL) === V && (third | SMALL) === C) || ((second | SMALL) === R && (third | SMALL) === V));
    case A: return size === 2 && first === A && second === T;
    case B: return size === 3 && first === B && second === E && third === I;
    case V: return size === 3 && first === V && second === I && third === A;
    case C: return size === 4 && first === C && second === H && third === E && fourth === Z;
    default: return false;
  }
};

/** Letters that tidying passes by. */
const isTidyLetter = (code: number): boolean => code < 0x250 || (code > 0x387 && code < 0x3cf) || (code > 0x3ff && code < 0x500) || (code > 0x1e01 && code < 0x1efa);

/** "E." is no particle, whatever an e may be. */
const isInitialOf = ({ text, dotted, isSmall, isTitle }: Token): boolean => text.length === 1 && dotted && !isSmall && !isTitle;
const isWord = (token: Token): boolean => isInitialOf(token) || (!token.isAround && !token.isTitle && !token.mayJoin && !token.isLoud);

interface Taken {
  readonly word: Word | undefined;
  readonly sign: number;
}
const LEFT: Taken = { word: undefined, sign: NO_WORD };
const DRAWN: Taken = { word: undefined, sign: PARTICLE };

export const createPatternWords = (lexicon: Lexicon, chunks: Chunks): PatternWords => {
  /** Words that are looked at as they are written, and what became of each: surnames with a hyphen come again, too. */
  const others = new LetterTable();
  const taken: Taken[] = [];
  /** Of forms whether they are Vietnamese: asked of each once. */
  let vietnamese = new Int8Array(256);
  let joined = new Uint16Array(64);

  const isVietnamese = (form: number): boolean => {
    if (form >= vietnamese.length) {
      const longer = new Int8Array(form * 2);
      longer.set(vietnamese);
      vietnamese = longer;
    }
    if (vietnamese[form] === 0) {
      const { table } = lexicon.words;
      const [word, start] = [lexicon.wordOf(form), table.start(lexicon.wordOf(form))];
      const size = table.length(word);
      vietnamese[form] = size <= LONGEST_VIETNAMESE && VIETNAMESE.has(textOf(table.letters(), start, start + size)) ? 1 : -1;
    }
    return vietnamese[form] === 1;
  };
  const signOf = (kind: number, isSmall: boolean, isOfVietnam: boolean): number => kind | (isSmall ? SMALL_WORD : 0) | (isOfVietnam ? VIETNAMESE_WORD : 0);

  /** What a word is that is more, or less, than a plain one. */
  const look = (raw: string, isInitial: boolean): Taken => {
    const { tokens, isPlain, mayServe } = chunks(raw);
    const [token] = tokens;
    if (token === undefined || tokens.length > 1 || !isPlain || mayServe) return LEFT;
    if (token.mayJoin && token.text === raw) return DRAWN;
    if (!isWord(token)) return LEFT;
    const word = wordAlone(token);
    return (word.text.length === 1) === isInitial ? { word, sign: signOf(isInitial ? INITIAL : JOINED, token.isSmall, VIETNAMESE.has(token.key)) } : LEFT;
  };
  const lookOnce = (letters: Uint16Array, from: number, to: number, written: number, isInitial: boolean): Taken => {
    const before = others.find(written, letters, from, to);
    if (before >= 0) return taken[before] as Taken;
    const made = look(textOf(letters, from, to), isInitial);
    taken[others.add(written, letters, from, to)] = made;
    return made;
  };

  const words: PatternWords = {
    form: -1,
    word: undefined,
    take: (letters, from, to) => {
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
        if ((kind & SCRIPTS) === 0 || !isTidyLetter(code) || isMisreadPair(at > from ? (letters[at - 1] as number) : 0, kind)) return NO_WORD;
        number = hashOn(number, code);
        all &= kind;
        any |= kind;
      }
      if (to === from || isTelling(letters, from, to)) return NO_WORD;
      if (isJoined || isInitial) {
        const { word, sign } = lookOnce(letters, from, to, written, isInitial);
        if (word !== undefined) words.form = word.form ??= lexicon.spell(word.text.replaceAll("'", ""));
        words.word = word;
        return sign;
      }
      const form = lexicon.take(letters, from, to, number, all, any);
      if (form < 0) return lookOnce(letters, from, to, written, false).sign === PARTICLE ? PARTICLE : NO_WORD;
      if (lexicon.kindOf(form) !== "plain") return NO_WORD;
      words.form = form;
      words.word = undefined;
      return signOf(PLAIN, (any & CASED) === 0, isVietnamese(form));
    },
    drawn: (held, form) => {
      const { forms } = lexicon;
      const [start, size] = [forms.start(form), forms.length(form)];
      if (held.length + size > joined.length) joined = new Uint16Array((held.length + size) * 2);
      for (let at = 0; at < held.length; at++) joined[at] = held.charCodeAt(at);
      joined.set(forms.letters().subarray(start, start + size), held.length);
      return lexicon.spellLetters(joined, 0, held.length + size);
    },
  };
  return words;
};
