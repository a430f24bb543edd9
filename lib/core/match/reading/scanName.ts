// Most names are two or three plain words or initials, maybe with a comma, or a login of such words: they are read letter by
// letter, no text is made of them, and all that is kept are the numbers of their words. Whatever is more is left to whoever
// takes a closer look.

import { hashOn, hashStart } from "../words/hash.ts";
import { isMisreadPair, kindOf, SCRIPTS } from "../words/letters.ts";
import type { Lexicon } from "../words/lexicon.ts";

/** What was read last: good until the next name. */
export interface NameScanner {
  readonly forms: Int32Array;
  count: number;
  /** First surname word; 0 where nothing tells it. */
  surname: number;
  /** Whether the first `length` letters are such a name, or such a login. */
  name(letters: Uint16Array, length: number): boolean;
  handle(letters: Uint16Array, length: number): boolean;
  /** The same of a login of one word. */
  single(letters: Uint16Array, length: number): boolean;
}

/** A longer one is worth a closer look. */
const MOST = 200;
const SPACE = 32;
const COMMA = 44;
const DOT = 46;
const UNDERSCORE = 95;
/** What a small letter without an accent is. */
const SMALL = kindOf(97);

const FATHER = /(?:[оеь]вич|[ьи]ич|[оеє]вна|ічна|ична|івна|йович)$/;

export const createNameScanner = (lexicon: Lexicon): NameScanner => {
  const { words } = lexicon;
  const forms = new Int32Array(MOST + 1);
  const turned = new Int32Array(MOST + 1);

  const isFather = (form: number): boolean => words.isForeign(lexicon.wordOf(form)) && FATHER.test(words.table.text(lexicon.wordOf(form)));
  /** "Иванов Иван Петрович": whose name ends with the father's has the surname first. */
  const isFamilyFirst = (): boolean => isFather(forms[2] as number) && !isFather(forms[1] as number) && !isFather(forms[0] as number);

  /** The first words come last. */
  const turn = (by: number, count: number): void => {
    for (let at = 0; at < count; at++) turned[at] = forms[(at + by) % count] as number;
    for (let at = 0; at < count; at++) forms[at] = turned[at] as number;
  };

  /** How many words stand there, after as many of the surname before a comma; -1 where anything else does. */
  let family = 0;
  let loud = 0;
  let quiet = 0;
  const read = (letters: Uint16Array, begin: number, end: number): number => {
    let count = 0;
    let start = begin;
    let hash = hashStart;
    let all = 0xff;
    let any = 0;
    let before = 0;
    family = loud = quiet = 0;
    for (let at = begin; at <= end; at++) {
      const code = at < end ? (letters[at] as number) : SPACE;
      if (code !== SPACE && code !== COMMA) {
        const kind = kindOf(code);
        if (((kind & SCRIPTS) === 0 && code !== DOT) || isMisreadPair(before, kind)) return -1;
        hash = hashOn(hash, code);
        all &= kind;
        any |= kind;
        before = code;
        continue;
      }
      const isComma = code === COMMA;
      // A single word is a login or a mononym.
      if (at === start || (isComma && (family > 0 || at + 1 >= end || letters[at + 1] !== SPACE)) || (at === end && count === 0)) return -1;
      const form = lexicon.take(letters, start, at, hash, all, any);
      if (form < 0) return -1;
      forms[count++] = form;
      const kind = lexicon.kindOf(form);
      if (kind === "loud") loud++;
      else if (kind === "plain") quiet++;
      if (isComma) {
        family = count;
        at++;
      }
      start = at + 1;
      hash = hashStart;
      all = 0xff;
      any = 0;
      before = 0;
    }
    return count;
  };

  const scanner: NameScanner = {
    forms,
    count: 0,
    surname: 0,
    name: (letters, length) => {
      let [begin, end] = [0, length];
      while (begin < end && letters[begin] === SPACE) begin++;
      while (end > begin && letters[end - 1] === SPACE) end--;
      if (end - begin > MOST) return false;
      const count = read(letters, begin, end);
      if (count < 2 || loud + quiet === 0) return false;
      scanner.count = count;
      scanner.surname = 0;
      if (family > 0) {
        turn(family, count);
        scanner.surname = count - family;
      } else if (count === 3 && isFamilyFirst()) {
        turn(1, count);
        scanner.surname = 2;
      } else if (loud > 0 && loud < count) return false; // Capitals may tell the surname.
      return true;
    },
    handle: (letters, length) => {
      if (length < 0 || length > MOST) return false;
      let count = 0;
      let start = 0;
      let hash = hashStart;
      for (let at = 0; at <= length; at++) {
        const code = at < length ? (letters[at] as number) : DOT;
        if (code > 96 && code < 123) {
          hash = hashOn(hash, code);
          continue;
        }
        if ((code !== DOT && code !== UNDERSCORE) || at - start < 2 || (at === length && count === 0)) return false;
        const form = lexicon.take(letters, start, at, hash, SMALL, SMALL);
        if (form < 0) return false;
        forms[count++] = form;
        start = at + 1;
        hash = hashStart;
      }
      scanner.count = count;
      scanner.surname = 0;
      return true;
    },
    single: (letters, length) => {
      if (length < 2 || length > MOST) return false;
      for (let at = 0; at < length; at++) if ((letters[at] as number) < 97 || (letters[at] as number) > 122) return false;
      forms[0] = lexicon.spellLetters(letters, 0, length);
      scanner.count = 1;
      scanner.surname = 0;
      return true;
    },
  };
  return scanner;
};
