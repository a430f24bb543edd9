// The people of one list, kept small: of a name only the numbers of its words stand here and what little is around them, and
// the person is made of them when somebody asks. Objects for all would fill the memory, and the collector would walk them again
// and again.

import { longerInts } from "../words/flat.ts";
import type { Lexicon, Written } from "../words/lexicon.ts";
import { EMAIL, type Names } from "./names.ts";
import { addressOf, type ParsedPerson, type Person } from "./person.ts";
import { type Extra, NOTHING } from "./shown.ts";

export interface Roster {
  readonly size: number;
  /** A person's name may be folded: not that of a machine, and with words. */
  hasName(index: number): boolean;
  isService(index: number): boolean;
  isHandle(index: number): boolean;
  at(index: number): Person;
  emailAt(index: number): string;
  /** False where that is empty. */
  mayHaveEmail(index: number): boolean;
  /** How many words a name has, and each of them as it was written. */
  wordsAt(index: number): number;
  formAt(index: number, position: number): Written;
  /** The word in its usual spelling, and how many letters it has. */
  textAt(index: number, position: number): string;
  lengthAt(index: number, position: number): number;
  /** The number of the form, and that of its word. */
  numberAt(index: number, position: number): number;
  wordAt(index: number, position: number): number;
  /** The same of all, one after the other: those of a person stand from `starts[index]` to before `starts[index + 1]`. */
  readonly starts: Int32Array;
  readonly forms: Int32Array;
  readonly words: Int32Array;
  /** The key of a word, by its number. All its spellings have it, if there is no twofold word in the name. */
  hashOf(word: number): number;
  /** Nothing stands around the words, each has one spelling, and none is an initial. */
  isPlain(index: number): boolean;
  /** Nothing stands around the words. */
  isBare(index: number): boolean;
  hasInitial(index: number): boolean;
  /** Some word has several spellings. */
  hasSeveral(index: number): boolean;
  /** Their keys may be several too. */
  hasTwofoldWord(index: number): boolean;
  /** Neither Latin nor ASCII. */
  hasForeignWord(index: number): boolean;
  /** First surname word. */
  surnameAt(index: number): number | undefined;
  /** What stands around the words; most names have nothing. */
  extraAt(index: number): Extra;
}

const SURNAME = 0xff;
const HANDLE = 0x100;
const SERVICE = 0x200;
/** The address stands in the name. */
const OWN_EMAIL = 0x400;
const EXTRA = 0x800;
const FOREIGN = 0x1000;
/** Some word has several spellings; some of them may have another key than the others; or is an initial. */
const SEVERAL = 0x2000;
const TWOFOLD = 0x4000;
const INITIAL = 0x8000;

/** Keeps people one by one, in their order. */
export interface RosterDraft {
  keep(person: ParsedPerson): void;
  /** One who is no machine and has no address in the name: the first `count` forms, and the first surname word or 0. */
  keepForms(list: Int32Array, count: number, surname: number, handle: boolean, extra: Extra): void;
  done(): Roster;
}

export const draftRoster = (names: Names, lexicon: Lexicon): RosterDraft => {
  const { size } = names;
  const extras = new Map<number, Extra>();
  const emails = new Map<number, string>();
  const starts = new Int32Array(size + 1);
  const marks = new Uint16Array(size);
  let forms = new Int32Array(Math.max(size * 3, 16));
  let words = new Int32Array(forms.length);
  let index = 0;
  let count = 0;
  const reserve = (more: number): void => {
    if (count + more > forms.length) [forms, words] = [longerInts(forms, (count + more) * 2), longerInts(words, (count + more) * 2)];
  };
  const end = (mark: number): void => {
    marks[index++] = mark;
    starts[index] = count;
  };
  const around = (extra: Extra): number => {
    if (extra === NOTHING) return 0;
    extras.set(index, extra);
    return EXTRA;
  };
  /** Keeps it, and says what is true of it. */
  const put = (form: number): number => {
    const word = lexicon.wordOf(form);
    forms[count] = form;
    words[count++] = word;
    return (lexicon.isForeign(form) ? FOREIGN : 0) | (lexicon.hasSeveral(form) ? (lexicon.mayPart(form) ? SEVERAL | TWOFOLD : SEVERAL) : 0) | (lexicon.isShort(form) ? INITIAL : 0);
  };
  const keep = ({ forms: list, surname, handle, service, email, extra }: ParsedPerson): void => {
    reserve(list.length);
    let mark = Math.min(surname ?? 0, SURNAME) | (handle ? HANDLE : 0) | (service ? SERVICE : 0) | around(extra);
    for (const { number } of list) mark |= put(number);
    if (email !== "" && !names.has(index, EMAIL)) {
      emails.set(index, email);
      mark |= OWN_EMAIL;
    }
    end(mark);
  };
  const keepForms = (list: Int32Array, length: number, surname: number, handle: boolean, extra: Extra): void => {
    reserve(length);
    let mark = Math.min(surname, SURNAME) | (handle ? HANDLE : 0) | around(extra);
    for (let at = 0; at < length; at++) mark |= put(list[at] as number);
    end(mark);
  };
  return { keep, keepForms, done: () => rosterOf({ names, lexicon, extras, emails, starts, marks, forms, words }) };
};

interface Kept {
  readonly names: Names;
  readonly lexicon: Lexicon;
  readonly extras: ReadonlyMap<number, Extra>;
  readonly emails: ReadonlyMap<number, string>;
  readonly starts: Int32Array;
  readonly marks: Uint16Array;
  readonly forms: Int32Array;
  readonly words: Int32Array;
}

/** One of a roster. Few are asked for their address, and no text is made of it before. Its fields are declared only: begun as undefined they would take as long again. */
class Listed implements Person {
  declare readonly index: number;
  declare readonly emailAt: (index: number) => string;
  declare asked: string | undefined;
  declare readonly words: readonly string[];
  declare readonly alternatives: readonly (readonly string[])[] | undefined;
  declare readonly surname: number | undefined;
  declare readonly handle: boolean;
  declare readonly service: boolean;
  declare readonly extra: Extra;
  constructor(index: number, emailAt: (index: number) => string, words: readonly string[], alternatives: readonly (readonly string[])[] | undefined, surname: number | undefined, handle: boolean, service: boolean, extra: Extra) {
    this.index = index;
    this.emailAt = emailAt;
    this.asked = undefined;
    this.words = words;
    this.alternatives = alternatives;
    this.surname = surname;
    this.handle = handle;
    this.service = service;
    this.extra = extra;
  }
  get email(): string {
    return (this.asked ??= this.emailAt(this.index));
  }
}

const rosterOf = ({ names, lexicon, extras, emails, starts, marks, forms, words }: Kept): Roster => {
  const { table } = lexicon.words;
  const markOf = (index: number): number => marks[index] ?? 0;
  const wordsAt = (index: number): number => (starts[index + 1] ?? 0) - (starts[index] ?? 0);
  const numberAt = (index: number, position: number): number => forms[(starts[index] ?? 0) + position] ?? -1;
  const formAt = (index: number, position: number): Written => lexicon.form(numberAt(index, position));
  const surnameAt = (index: number): number | undefined => (markOf(index) & SURNAME) || undefined;
  const emailAt = (index: number): string => ((markOf(index) & OWN_EMAIL) !== 0 ? (emails.get(index) ?? "") : names.has(index, EMAIL) ? addressOf(names.email(index)) : "");
  const extraAt = (index: number): Extra => ((markOf(index) & EXTRA) === 0 ? NOTHING : (extras.get(index) ?? NOTHING));
  // Whoever meets several people is asked for with each of them.
  let last = -1;
  let person: Person | undefined;
  const at = (index: number): Person => {
    if (index === last && person !== undefined) return person;
    last = index;
    return (person = make(index));
  };
  const make = (index: number): Person => {
    const [from, to] = [starts[index] as number, starts[index + 1] as number];
    // Of their size from the beginning: lists that grow take five times the room.
    const texts = new Array<string>(to - from);
    for (let word = from; word < to; word++) texts[word - from] = table.text(words[word] as number);
    const mark = markOf(index);
    const spelled = (mark & SEVERAL) === 0 ? undefined : texts.map((text, at) => (lexicon.hasSeveral(forms[from + at] as number) ? (formAt(index, at).list ?? [text]) : [text]));
    return new Listed(index, emailAt, texts, spelled, surnameAt(index), (mark & HANDLE) !== 0, (mark & SERVICE) !== 0, extraAt(index));
  };
  return {
    size: names.size, at, emailAt, wordsAt, formAt, numberAt, surnameAt, extraAt, starts, forms, words,
    wordAt: (index, position) => words[(starts[index] ?? 0) + position] ?? -1,
    hashOf: lexicon.words.hash,
    textAt: (index, position) => lexicon.words.table.text(lexicon.wordOf(numberAt(index, position))),
    lengthAt: (index, position) => lexicon.words.table.length(lexicon.wordOf(numberAt(index, position))),
    mayHaveEmail: (index) => (markOf(index) & OWN_EMAIL) !== 0 || names.has(index, EMAIL),
    isPlain: (index) => (markOf(index) & (EXTRA | SEVERAL | INITIAL)) === 0,
    isBare: (index) => (markOf(index) & EXTRA) === 0,
    hasSeveral: (index) => (markOf(index) & SEVERAL) !== 0,
    hasInitial: (index) => (markOf(index) & INITIAL) !== 0,
    hasTwofoldWord: (index) => (markOf(index) & TWOFOLD) !== 0,
    hasName: (index) => (markOf(index) & SERVICE) === 0 && wordsAt(index) > 0,
    hasForeignWord: (index) => (markOf(index) & FOREIGN) !== 0,
    isService: (index) => (markOf(index) & SERVICE) !== 0,
    isHandle: (index) => (markOf(index) & HANDLE) !== 0,
  };
};
