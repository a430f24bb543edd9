// The words of the names of one matching, each worked out once: few words make many names, and equal words share one entry.
// Counts here are made while the lists are read; nothing outlives the matching.

import { hashWord } from "./hash.ts";
import { nickGroups } from "./nicknames.ts";
import { spellings } from "./spell.ts";
import { isAround } from "./words.ts";

/** A word in its usual spelling. */
export interface Word {
  readonly text: string;
  readonly hash: number;
  readonly isNick: boolean;
  /** As a given name above 0, as a surname below: where a comma or capitals say so, and by its place, for each list. */
  sure: number;
  placed0: number;
  placed1: number;
  /** Worked out when first asked: bits 1 and 2 for Cyrillic, 4 and 8 for Greek; bits 16 and 32 for a Slavic ending. */
  marks: number;
  /** Key of the letters all customs share; 0 until asked. */
  steady: number;
  /** Neither Latin nor ASCII. */
  readonly isForeign: boolean;
}

/** A word as somebody wrote it. */
export interface Written {
  readonly word: Word;
  /** All spellings, where there are several. */
  readonly list: readonly string[] | undefined;
  readonly kind: "plain" | "loud" | "initial" | "odd";
  /** Its place in `form`. */
  readonly number: number;
}

export interface Lexicon {
  word(text: string): Word;
  /** Of kind "odd" where it needs a closer look. */
  written(raw: string): Written;
  /** What remained after a closer look. */
  spelled(raw: string): Written;
  /** By its number. */
  form(number: number): Written;
  /** How many forms there are. */
  size(): number;
  find(text: string): Word | undefined;
  words(): Iterable<Word>;
}

const LETTERS = /^\p{L}{2,}$/u;
const INITIAL = /^[A-Z]\.?$/;

/** Letters and nothing else, two at least. */
const isWord = (raw: string): boolean => {
  for (let at = 0; at < raw.length; at++) {
    const code = raw.charCodeAt(at) | 32;
    if ((code < 97 || code > 122) && (code < 0xe0 || code > 0x24f || code === 0xf7)) return LETTERS.test(raw);
  }
  return raw.length > 1;
};

/** Capitals throughout. A small letter tells most words at once: to make all of them small and large takes longer than all else. */
const isLoud = (raw: string): boolean => !/[a-z]/.test(raw) && raw === raw.toUpperCase() && raw !== raw.toLowerCase();

export const createLexicon = (): Lexicon => {
  const words = new Map<string, Word>();
  const forms = new Map<string, Written>();
  const numbered: Written[] = [];
  const word = (text: string): Word => {
    const before = words.get(text);
    if (before !== undefined) return before;
    const made: Word = { text, hash: hashWord(text), isNick: nickGroups(text).length > 0, sure: 0, placed0: 0, placed1: 0, marks: 0, steady: 0, isForeign: text.charCodeAt(0) >= 0x250 };
    words.set(text, made);
    return made;
  };
  const odd: Written = { word: { text: "", hash: 0, isNick: false, sure: 0, placed0: 0, placed1: 0, marks: 0, steady: 0, isForeign: false }, list: undefined, kind: "odd", number: -1 };
  const made = (raw: string, first: string, list: readonly string[] | undefined, kind: Written["kind"]): Written => {
    const form: Written = { word: word(first), list, kind, number: numbered.length };
    numbered.push(form);
    forms.set(raw, form);
    return form;
  };
  const severalOf = (list: readonly string[]): readonly string[] | undefined => (list.length > 1 ? list : undefined);
  const look = (raw: string): Written => {
    if (raw.length < 3 && INITIAL.test(raw)) {
      const first = raw.slice(0, 1).toLowerCase();
      return isAround(first) ? odd : made(raw, first, undefined, "initial");
    }
    if (!isWord(raw)) return odd;
    const list = spellings(raw);
    const [first = ""] = list;
    if (first.length < 2 || isAround(first)) return odd;
    return made(raw, first, severalOf(list), isLoud(raw) ? "loud" : "plain");
  };
  // What is no word of letters is rarely met again: only what a closer look made of it is kept.
  const written = (raw: string): Written => forms.get(raw) ?? look(raw);
  const spelled = (raw: string): Written => {
    const known = written(raw);
    if (known !== odd) return known;
    const list = spellings(raw);
    return made(raw, list[0] ?? "", severalOf(list), "odd");
  };
  return { word, written, spelled, form: (number) => numbered[number] ?? odd, size: () => numbered.length, find: (text) => words.get(text), words: () => words.values() };
};
