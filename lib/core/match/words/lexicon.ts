// The words of the names of one matching, each worked out once: few words make many names, and equal words share one number.
// Everything stands in flat lists by that number; an object is made of a word when somebody asks for one. Counts here are made
// while the lists are read; nothing outlives the matching.

import { codesOf, longerBytes, longerInts, textOf } from "./flat.ts";
import { hashOn, hashStart, hashWord, mayHaveOtherKeys } from "./hash.ts";
import { CASED, firstOf, kindOf, LARGE, SCRIPTS, secondOf, SEVERAL } from "./letters.ts";
import { LetterTable } from "./letterTable.ts";
import { createWords, type Words } from "./wordFacts.ts";
import { nicknames } from "./nicknames.ts";
import { mayBeAccent, spellings } from "./spell.ts";
import { aroundWords, isAround } from "./words.ts";

/** A word in its usual spelling. */
export interface Word {
  readonly number: number;
  readonly text: string;
  readonly hash: number;
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
  readonly words: Words;
  /** Forms as they were written. */
  readonly forms: LetterTable;
  /** Of kind "odd" where it needs a closer look. */
  written(raw: string): Written;
  /** Whether a word of letters is nothing but a name; it is not counted among those that were read. */
  isPlain(raw: string): boolean;
  /** The usual spelling of such a word. */
  usual(raw: string): string | undefined;
  /** What remained after a closer look. */
  spelled(raw: string): Written;
  /** The number of the same, also by its letters. */
  spell(raw: string): number;
  spellLetters(letters: Uint16Array, from: number, to: number): number;
  /** A form as it was written; a text that is not kept. */
  textOf(form: number): string;
  /** Number of the form with these letters, which have been looked at one by one: their hash, and what is true of all and of any of them. -1 where it needs a closer look. */
  take(letters: Uint16Array, from: number, to: number, hash: number, all: number, any: number): number;
  /** By its number. */
  form(number: number): Written;
  wordOf(form: number): number;
  kindOf(form: number): Written["kind"];
  hasSeveral(form: number): boolean;
  /** Whether it has a spelling without a key in common with the usual one. */
  isTwofold(form: number): boolean;
  /** Whether it may have one without its hashWord: hardly any has. */
  mayPart(form: number): boolean;
  /** Whether its word has fewer letters than two, and whether that is neither Latin nor ASCII. */
  isShort(form: number): boolean;
  isForeign(form: number): boolean;
  /** Such a spelling. */
  otherwise(form: number): string | undefined;
  /** How many forms there are. */
  size(): number;
  /** Number of a word. */
  find(text: string): number | undefined;
}

const KINDS = ["plain", "loud", "initial", "odd"] as const;
const [PLAIN, LOUD, INITIAL, ODD] = [0, 1, 2, 3];
const MANY = 4;
const KIND = 3;
const OTHERWISE = 8;
const SHORT = 16;
const FOREIGN = 32;
const APART = 64;
/** The Azerbaijani ə is an a to some and an e to others; all other letters are spelled under one key. */
const TURNED = [0x259, 0x18f] as const;
/** No form. */
const NO_FORM = -1;

const LETTERS = /^\p{L}{2,}$/u;
const INITIAL_SHAPE = /^[A-Z]\.?$/;
/** Capitals throughout. */
const isLoud = (raw: string): boolean => !/[a-z]/.test(raw) && raw === raw.toUpperCase() && raw !== raw.toLowerCase();

interface Known {
  readonly table: LetterTable;
  isAround(number: number): boolean;
  isNick(number: number): boolean;
}

/** Nicknames, and what may be anything but a name, found by their letters. */
const createKnown = (): Known => {
  const table = new LetterTable(2048);
  for (const word of aroundWords()) table.addText(word);
  const around = table.size();
  const both = new Set<number>();
  for (const name of nicknames()) {
    const number = table.findText(name);
    both.add(number < 0 ? table.addText(name) : number);
  }
  return { table, isAround: (number) => number >= 0 && number < around, isNick: (number) => number >= around || both.has(number) };
};
let known: Known | undefined;

/** For about so many people: what has to grow over and over takes as long as what it holds. */
export const createLexicon = (people = 0): Lexicon => {
  const { table: around, isAround: isAroundNumber, isNick } = (known ??= createKnown());
  // Half as many words as people, and nobody's list is written to its end before it is needed.
  const room = 2 ** Math.ceil(Math.log2(Math.max(people / 2, 128)));
  const words = createWords(room);
  const forms = new LetterTable(room);
  let wordOf = new Int32Array(room);
  let kinds = new Uint8Array(room);
  /** Made when somebody asks. */
  const wordObjects: (Word | undefined)[] = [];
  const formObjects: (Written | undefined)[] = [];
  let folded = new Uint16Array(128);

  const isTurned = (raw: Uint16Array, from: number, to: number): boolean => {
    for (let at = from; at < to; at++) if (raw[at] === TURNED[0] || raw[at] === TURNED[1]) return true;
    return false;
  };
  const keep = (raw: Uint16Array, from: number, to: number, hash: number, word: number, kind: number): number => {
    const form = forms.add(hash, raw, from, to);
    if (form === kinds.length) {
      wordOf = longerInts(wordOf, form * 2);
      kinds = longerBytes(kinds, form * 2);
    }
    const [start, size] = [words.table.start(word), words.table.length(word)];
    const several = (kind & MANY) === 0 ? 0 : isTurned(raw, from, to) ? OTHERWISE | APART : mayHaveOtherKeys(words.table.letters(), start, start + size) ? APART : 0;
    wordOf[form] = word;
    kinds[form] = kind | several | (size < 2 ? SHORT : 0) | (words.isForeign(word) ? FOREIGN : 0);
    return form;
  };

  /** What was folded last stands in `folded`: its length, its hash, and whether two plain letters of it may be one with an accent. */
  let length = 0;
  let foldedHash = 0;
  let hasAccent = false;
  const fold = (raw: Uint16Array, from: number, to: number): void => {
    if ((to - from) * 2 > folded.length) folded = new Uint16Array((to - from) * 4);
    let end = 0;
    let hash = hashStart;
    let accent = false;
    let before = 0;
    let any = 0;
    for (let at = from; at < to; at++) {
      const code = raw[at] as number;
      any |= code;
      const first = firstOf(code);
      const second = secondOf(code);
      folded[end++] = first;
      hash = hashOn(hash, first);
      accent ||= mayBeAccent(before, first);
      before = first;
      if (second === 0) continue;
      folded[end++] = second;
      hash = hashOn(hash, second);
      before = second;
    }
    length = end;
    foldedHash = hash;
    hasAccent = accent && any < 0x80;
  };

  /** One that was not met before, of letters that can be taken one by one. */
  const takeNew = (raw: Uint16Array, from: number, to: number, rawHash: number, all: number, any: number): number => {
    if (to - from === 1 && ((raw[from] ?? 0) > 0x5a || (raw[from] ?? 0) < 0x41)) return NO_FORM;
    fold(raw, from, to);
    const close = around.find(foldedHash, folded, 0, length);
    if (isAroundNumber(close)) return NO_FORM;
    const word = (): number => words.number(foldedHash, folded, 0, length, isNick(close));
    if (to - from === 1) return keep(raw, from, to, rawHash, word(), INITIAL);
    if (length < 2) return NO_FORM;
    const several = hasAccent ? spellings(textOf(raw, from, to)).length > 1 : (any & SEVERAL) !== 0;
    return keep(raw, from, to, rawHash, word(), ((all & LARGE) !== 0 && (any & CASED) !== 0 ? LOUD : PLAIN) | (several ? MANY : 0));
  };

  /** Letters of two scripts may be meant for one another. */
  const isOneByOne = (all: number, any: number): boolean => (all & any & SCRIPTS) === (any & SCRIPTS) && (all & SCRIPTS) !== 0;

  const take: Lexicon["take"] = (raw, from, to, hash, all, any) => {
    const before = forms.find(hash, raw, from, to);
    if (before >= 0) return ((kinds[before] ?? ODD) & KIND) === ODD ? NO_FORM : before;
    return isOneByOne(all, any) ? takeNew(raw, from, to, hash, all, any) : takeText(raw, from, to, hash);
  };

  const wordOfText = (text: string): number => {
    if (text.length > folded.length) folded = new Uint16Array(text.length * 2);
    let hash = hashStart;
    for (let at = 0; at < text.length; at++) hash = hashOn(hash, (folded[at] = text.charCodeAt(at)));
    return words.number(hash, folded, 0, text.length, isNick(around.find(hash, folded, 0, text.length)));
  };

  /** The same of any letters. */
  const takeText = (letters: Uint16Array, from: number, to: number, hash: number): number => {
    const raw = textOf(letters, from, to);
    if (raw.length < 3 && INITIAL_SHAPE.test(raw)) {
      const first = raw.slice(0, 1).toLowerCase();
      return isAround(first) ? NO_FORM : keep(letters, from, to, hash, wordOfText(first), INITIAL);
    }
    if (!LETTERS.test(raw)) return NO_FORM;
    const list = spellings(raw);
    const [first = ""] = list;
    if (first.length < 2 || isAround(first)) return NO_FORM;
    return keep(letters, from, to, hash, wordOfText(first), (isLoud(raw) ? LOUD : PLAIN) | (list.length > 1 ? MANY : 0));
  };

  /** What `take` is given of letters: their hash, and what is true of all and of any of them. */
  let rawHash = 0;
  let rawAll = 0;
  let rawAny = 0;
  const lookAt = (letters: Uint16Array, from: number, to: number): void => {
    rawHash = hashStart;
    rawAll = 0xff;
    rawAny = 0;
    for (let at = from; at < to; at++) {
      const code = letters[at] as number;
      const kind = kindOf(code);
      rawHash = hashOn(rawHash, code);
      rawAll &= kind;
      rawAny |= kind;
    }
  };
  const takeWhole = (letters: Uint16Array, from: number, to: number): number => {
    lookAt(letters, from, to);
    return take(letters, from, to, rawHash, rawAll, rawAny);
  };

  const word = (number: number): Word => (wordObjects[number] ??= { number, text: words.table.text(number), hash: words.hash(number), isForeign: words.isForeign(number) });
  const odd: Written = { word: { number: -1, text: "", hash: 0, isForeign: false }, list: undefined, kind: "odd", number: NO_FORM };
  const form = (number: number): Written => {
    if (number < 0) return odd;
    const before = formObjects[number];
    if (before !== undefined) return before;
    const kind = kinds[number] ?? ODD;
    const made: Written = { word: word(wordOf[number] ?? 0), list: (kind & MANY) === 0 ? undefined : spellings(forms.text(number)), kind: KINDS[kind & KIND] ?? "odd", number };
    formObjects[number] = made;
    return made;
  };
  const isPlain = (raw: string): boolean => {
    const letters = codesOf(raw);
    lookAt(letters, 0, raw.length);
    if (raw.length < 2 || !isOneByOne(rawAll, rawAny)) return false;
    fold(letters, 0, raw.length);
    return length > 1 && !isAroundNumber(around.find(foldedHash, folded, 0, length));
  };
  const spellLetters = (letters: Uint16Array, from: number, to: number): number => {
    const taken = takeWhole(letters, from, to);
    if (taken >= 0) return taken;
    const before = forms.find(rawHash, letters, from, to);
    if (before >= 0) return before;
    const list = spellings(textOf(letters, from, to));
    return keep(letters, from, to, rawHash, wordOfText(list[0] ?? ""), ODD | (list.length > 1 ? MANY : 0));
  };
  const spell = (raw: string): number => spellLetters(codesOf(raw), 0, raw.length);
  return {
    words, forms, take, form,
    written: (raw) => form(takeWhole(codesOf(raw), 0, raw.length)),
    isPlain,
    usual: (raw) => {
      if (!isPlain(raw)) return undefined;
      const known = words.table.find(foldedHash, folded, 0, length);
      return known < 0 ? textOf(folded, 0, length) : words.table.text(known);
    },
    spell, spellLetters,
    textOf: (form) => textOf(forms.letters(), forms.start(form), forms.start(form) + forms.length(form)),
    spelled: (raw) => form(spell(raw)),
    wordOf: (number) => wordOf[number] ?? 0,
    kindOf: (number) => KINDS[(kinds[number] ?? ODD) & KIND] ?? "odd",
    hasSeveral: (number) => ((kinds[number] ?? 0) & MANY) !== 0,
    isTwofold: (number) => ((kinds[number] ?? 0) & OTHERWISE) !== 0,
    mayPart: (number) => ((kinds[number] ?? 0) & APART) !== 0,
    isShort: (number) => ((kinds[number] ?? 0) & SHORT) !== 0,
    isForeign: (number) => ((kinds[number] ?? 0) & FOREIGN) !== 0,
    otherwise: (number) => {
      if (((kinds[number] ?? 0) & OTHERWISE) === 0) return undefined;
      const { word: { text }, list } = form(number);
      return list?.findLast((spelling) => hashWord(spelling) !== hashWord(text));
    },
    size: () => forms.size(),
    find: (text) => {
      const number = words.table.findText(text);
      return number < 0 ? undefined : number;
    },
  };
};
