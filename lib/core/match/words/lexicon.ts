// The words of the names of one matching, each worked out once: few words make many names, and equal words share one number.
// Everything stands in flat lists by that number; an object is made of a word when somebody asks for one. Counts here are made
// while the lists are read; nothing outlives the matching.

import { longerBytes, longerInts } from "./flat.ts";
import { hashLetters, hashOn, hashStart, hashWord } from "./hash.ts";
import { CASED, firstOf, kindOf, LARGE, SCRIPTS, secondOf, SEVERAL } from "./letters.ts";
import { createLetterTable, type LetterTable } from "./letterTable.ts";
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

/** What is known of the words that were read, by their number. */
export interface Words {
  readonly table: LetterTable;
  hash(word: number): number;
  isForeign(word: number): boolean;
  isNick(word: number): boolean;
  /** Says that names tell it: as a given name above 0, as a surname below. */
  addSure(word: number, by: number): void;
  /** The same by its place, for each list. */
  addPlaced(word: number, side: 0 | 1, by: number): void;
  /** All together; `first` and `second` weigh the places in each list. */
  leaning(word: number, first: number, second: number): number;
}

export interface Lexicon {
  readonly words: Words;
  /** Of kind "odd" where it needs a closer look. */
  written(raw: string): Written;
  /** Whether a word of letters is nothing but a name; it is not counted among those that were read. */
  isPlain(raw: string): boolean;
  /** The usual spelling of such a word. */
  usual(raw: string): string | undefined;
  /** What remained after a closer look. */
  spelled(raw: string): Written;
  /** The number of the same. */
  spell(raw: string): number;
  /** Number of the form with these letters, which have been looked at one by one: their hash, and what is true of all and of any of them. -1 where it needs a closer look. */
  take(letters: Uint16Array, from: number, to: number, hash: number, all: number, any: number): number;
  /** By its number. */
  form(number: number): Written;
  wordOf(form: number): number;
  kindOf(form: number): Written["kind"];
  hasSeveral(form: number): boolean;
  /** Whether it has a spelling without a key in common with the usual one. */
  isTwofold(form: number): boolean;
  /** Such a spelling. */
  otherwise(form: number): string | undefined;
  /** How many forms there are. */
  size(): number;
  /** Number of a word. */
  find(text: string): number | undefined;
  /** In the order in which they were read. */
  foreignWords(): readonly string[];
}

const KINDS = ["plain", "loud", "initial", "odd"] as const;
const [PLAIN, LOUD, INITIAL, ODD] = [0, 1, 2, 3];
const MANY = 4;
const KIND = 3;
const OTHERWISE = 8;
/** The Azerbaijani ə is an a to some and an e to others; all other letters are spelled under one key. */
const TURNED = [0x259, 0x18f] as const;
const NICK = 1;
const FOREIGN = 2;
/** No form. */
export const NO_FORM = -1;

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
  const table = createLetterTable(2048);
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

interface GrowingWords extends Words {
  /** The number of a word by its letters; made where it is new. */
  number(hash: number, letters: Uint16Array, from: number, to: number, isNick: boolean): number;
}

const createWords = (): GrowingWords => {
  const table = createLetterTable();
  let hashes = new Int32Array(128);
  let flags = new Uint8Array(128);
  let sure = new Int32Array(128);
  let placed = [new Int32Array(128), new Int32Array(128)] as [Int32Array, Int32Array];
  const grow = (size: number): void => {
    hashes = longerInts(hashes, size);
    flags = longerBytes(flags, size);
    sure = longerInts(sure, size);
    placed = [longerInts(placed[0], size), longerInts(placed[1], size)];
  };
  return {
    table,
    hash: (word) => hashes[word] ?? 0,
    isForeign: (word) => ((flags[word] ?? 0) & FOREIGN) !== 0,
    isNick: (word) => ((flags[word] ?? 0) & NICK) !== 0,
    addSure: (word, by) => void (sure[word] = (sure[word] ?? 0) + by),
    addPlaced: (word, side, by) => void (placed[side][word] = (placed[side][word] ?? 0) + by),
    leaning: (word, first, second) => (sure[word] ?? 0) + first * (placed[0][word] ?? 0) + second * (placed[1][word] ?? 0) + (((flags[word] ?? 0) & NICK) !== 0 ? 3 : 0),
    number: (hash, letters, from, to, isNick) => {
      const before = table.find(hash, letters, from, to);
      if (before >= 0) return before;
      const made = table.add(hash, letters, from, to);
      if (made === hashes.length) grow(made * 2);
      hashes[made] = hashLetters(letters, from, to);
      flags[made] = (isNick ? NICK : 0) | (to > from && (letters[from] ?? 0) >= 0x250 ? FOREIGN : 0);
      return made;
    },
  };
};

export const createLexicon = (): Lexicon => {
  const { table: around, isAround: isAroundNumber, isNick } = (known ??= createKnown());
  const words = createWords();
  const forms = createLetterTable();
  let wordOf = new Int32Array(128);
  let kinds = new Uint8Array(128);
  /** Made when somebody asks. */
  const wordObjects: (Word | undefined)[] = [];
  const formObjects: (Written | undefined)[] = [];
  let folded = new Uint16Array(128);
  let spelledRaw = new Uint16Array(128);

  const textOf = (letters: Uint16Array, from: number, to: number): string => {
    let text = "";
    for (let at = from; at < to; at++) text += String.fromCharCode(letters[at] as number);
    return text;
  };

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
    wordOf[form] = word;
    kinds[form] = (kind & MANY) !== 0 && isTurned(raw, from, to) ? kind | OTHERWISE : kind;
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

  /** Letters of a text, which then stand in `spelledRaw`: their hash, and what is true of all and of any of them. */
  const lookAt = (raw: string): { readonly hash: number; readonly all: number; readonly any: number } => {
    if (raw.length > spelledRaw.length) spelledRaw = new Uint16Array(raw.length * 2);
    let hash = hashStart;
    let all = 0xff;
    let any = 0;
    for (let at = 0; at < raw.length; at++) {
      const code = raw.charCodeAt(at);
      const kind = kindOf(code);
      spelledRaw[at] = code;
      hash = hashOn(hash, code);
      all &= kind;
      any |= kind;
    }
    return { hash, all, any };
  };
  const takeWhole = (raw: string): { readonly hash: number; readonly form: number } => {
    const { hash, all, any } = lookAt(raw);
    return { hash, form: take(spelledRaw, 0, raw.length, hash, all, any) };
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
    const { all, any } = lookAt(raw);
    if (raw.length < 2 || !isOneByOne(all, any)) return false;
    fold(spelledRaw, 0, raw.length);
    return length > 1 && !isAroundNumber(around.find(foldedHash, folded, 0, length));
  };
  const spell = (raw: string): number => {
    const { hash, form: taken } = takeWhole(raw);
    if (taken >= 0) return taken;
    const before = forms.find(hash, spelledRaw, 0, raw.length);
    if (before >= 0) return before;
    const list = spellings(raw);
    return keep(spelledRaw, 0, raw.length, hash, wordOfText(list[0] ?? ""), ODD | (list.length > 1 ? MANY : 0));
  };
  return {
    words, take, form,
    written: (raw) => form(takeWhole(raw).form),
    isPlain,
    usual: (raw) => {
      if (!isPlain(raw)) return undefined;
      const known = words.table.find(foldedHash, folded, 0, length);
      return known < 0 ? textOf(folded, 0, length) : words.table.text(known);
    },
    spell,
    spelled: (raw) => form(spell(raw)),
    wordOf: (number) => wordOf[number] ?? 0,
    kindOf: (number) => KINDS[(kinds[number] ?? ODD) & KIND] ?? "odd",
    hasSeveral: (number) => ((kinds[number] ?? 0) & MANY) !== 0,
    isTwofold: (number) => ((kinds[number] ?? 0) & OTHERWISE) !== 0,
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
    foreignWords: () => {
      const texts: string[] = [];
      for (let number = 0; number < words.table.size(); number++) if (words.isForeign(number)) texts.push(words.table.text(number));
      return texts;
    },
  };
};
