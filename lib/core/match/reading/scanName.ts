// Most names are two or three plain words or initials, maybe with a comma, or a login of such words: they are read letter by
// letter from the text in which they stand, and all that is made of them are the numbers of their words. Whatever is more is
// left to whoever takes a closer look.

import { hashOn, hashStart } from "../words/hash.ts";
import { isMisreadPair, kindOf, SCRIPTS } from "../words/letters.ts";
import type { Lexicon } from "../words/lexicon.ts";

/** What was read last: good until the next name. */
export interface NameScanner {
  readonly forms: Int32Array;
  count: number;
  /** First surname word; 0 where nothing tells it. */
  surname: number;
  /** Whether the text from `from` to before `to` is such a name, or such a login. */
  name(text: string, from: number, to: number): boolean;
  handle(text: string, from: number, to: number): boolean;
  /** The same of a login of one word. */
  single(text: string, from: number, to: number): boolean;
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
  const letters = new Uint16Array(MOST + 1);
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
  const read = (text: string, begin: number, end: number): number => {
    let count = 0;
    let length = 0;
    let hash = hashStart;
    let all = 0xff;
    let any = 0;
    let before = 0;
    family = loud = quiet = 0;
    for (let at = begin; at <= end; at++) {
      const code = at < end ? text.charCodeAt(at) : SPACE;
      if (code !== SPACE && code !== COMMA) {
        const kind = kindOf(code);
        if (((kind & SCRIPTS) === 0 && code !== DOT) || isMisreadPair(before, kind)) return -1;
        letters[length++] = code;
        hash = hashOn(hash, code);
        all &= kind;
        any |= kind;
        before = code;
        continue;
      }
      const isComma = code === COMMA;
      // A single word is a login or a mononym.
      if (length === 0 || (isComma && (family > 0 || at + 1 >= end || text.charCodeAt(at + 1) !== SPACE)) || (at === end && count === 0)) return -1;
      const form = lexicon.take(letters, 0, length, hash, all, any);
      if (form < 0) return -1;
      forms[count++] = form;
      const kind = lexicon.kindOf(form);
      if (kind === "loud") loud++;
      else if (kind === "plain") quiet++;
      if (isComma) {
        family = count;
        at++;
      }
      length = 0;
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
    name: (text, from, to) => {
      let [begin, end] = [from, to];
      while (begin < end && text.charCodeAt(begin) === SPACE) begin++;
      while (end > begin && text.charCodeAt(end - 1) === SPACE) end--;
      if (end - begin > MOST) return false;
      const count = read(text, begin, end);
      if (count < 2 || loud + quiet === 0) return false;
      scanner.count = count;
      scanner.surname = 0;
      if (family > 0) {
        turn(family, count);
        scanner.surname = count - family;
      } else if (count === 3 && isFamilyFirst()) {
        turn(1, count);
        scanner.surname = 2;
      } else if (loud > 0 && quiet > 0) return false; // Capitals may tell the surname.
      return true;
    },
    handle: (text, from, to) => {
      if (to - from > MOST) return false;
      let count = 0;
      let length = 0;
      let hash = hashStart;
      for (let at = from; at <= to; at++) {
        const code = at < to ? text.charCodeAt(at) : DOT;
        if (code > 96 && code < 123) {
          letters[length++] = code;
          hash = hashOn(hash, code);
          continue;
        }
        if ((code !== DOT && code !== UNDERSCORE) || length < 2 || (at === to && count === 0)) return false;
        const form = lexicon.take(letters, 0, length, hash, SMALL, SMALL);
        if (form < 0) return false;
        forms[count++] = form;
        length = 0;
        hash = hashStart;
      }
      scanner.count = count;
      scanner.surname = 0;
      return true;
    },
    single: (text, from, to) => {
      if (to - from < 2 || to - from > MOST) return false;
      for (let at = from; at < to; at++) if (text.charCodeAt(at) < 97 || text.charCodeAt(at) > 122) return false;
      forms[0] = lexicon.spell(text.slice(from, to));
      scanner.count = 1;
      scanner.surname = 0;
      return true;
    },
  };
  return scanner;
};
