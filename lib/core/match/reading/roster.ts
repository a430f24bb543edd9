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
  /** The word in its usual spelling. */
  textAt(index: number, position: number): string;
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

/** Keeps people one by one, in their order. A class, as in namesBytes.ts. */
export class RosterDraft {
  readonly #names: Names;
  readonly #lexicon: Lexicon;
  readonly #extras = new Map<number, Extra>();
  readonly #emails = new Map<number, string>();
  readonly #starts: Int32Array;
  readonly #marks: Uint16Array;
  #forms: Int32Array;
  #words: Int32Array;
  #index = 0;
  #count = 0;
  constructor(names: Names, lexicon: Lexicon) {
    this.#names = names;
    this.#lexicon = lexicon;
    this.#starts = new Int32Array(names.size + 1);
    this.#marks = new Uint16Array(names.size);
    this.#forms = new Int32Array(Math.max(names.size * 3, 16));
    this.#words = new Int32Array(this.#forms.length);
  }
  keep({ forms, surname, handle, service, email, extra }: ParsedPerson): void {
    this.#reserve(forms.length);
    let mark = Math.min(surname ?? 0, SURNAME) | (handle ? HANDLE : 0) | (service ? SERVICE : 0) | this.#around(extra);
    for (const { number } of forms) mark |= this.#put(number);
    if (email !== "" && !this.#names.has(this.#index, EMAIL)) {
      this.#emails.set(this.#index, email);
      mark |= OWN_EMAIL;
    }
    this.#end(mark);
  }
  /** One who is no machine and has no address in the name: the first `count` forms, and the first surname word or 0. */
  keepForms(list: Int32Array, count: number, surname: number, handle: boolean, extra: Extra): void {
    this.#reserve(count);
    let mark = Math.min(surname, SURNAME) | (handle ? HANDLE : 0) | this.#around(extra);
    for (let at = 0; at < count; at++) mark |= this.#put(list[at] as number);
    this.#end(mark);
  }
  done(): Roster {
    return new KeptRoster({ names: this.#names, lexicon: this.#lexicon, extras: this.#extras, emails: this.#emails, starts: this.#starts, marks: this.#marks, forms: this.#forms, words: this.#words });
  }
  #reserve(more: number): void {
    const room = this.#count + more;
    if (room > this.#forms.length) [this.#forms, this.#words] = [longerInts(this.#forms, room * 2), longerInts(this.#words, room * 2)];
  }
  #end(mark: number): void {
    this.#marks[this.#index++] = mark;
    this.#starts[this.#index] = this.#count;
  }
  #around(extra: Extra): number {
    if (extra === NOTHING) return 0;
    this.#extras.set(this.#index, extra);
    return EXTRA;
  }
  /** Keeps it, and says what is true of it. */
  #put(form: number): number {
    const lexicon = this.#lexicon;
    this.#forms[this.#count] = form;
    this.#words[this.#count++] = lexicon.wordOf(form);
    return (lexicon.isForeign(form) ? FOREIGN : 0) | (lexicon.hasSeveral(form) ? (lexicon.mayPart(form) ? SEVERAL | TWOFOLD : SEVERAL) : 0) | (lexicon.isShort(form) ? INITIAL : 0);
  }
}

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
  declare readonly roster: Pick<Roster, "emailAt">;
  declare asked: string | undefined;
  declare readonly words: readonly string[];
  declare readonly alternatives: readonly (readonly string[])[] | undefined;
  declare readonly surname: number | undefined;
  declare readonly handle: boolean;
  declare readonly service: boolean;
  declare readonly extra: Extra;
  constructor(index: number, roster: Pick<Roster, "emailAt">, words: readonly string[], alternatives: readonly (readonly string[])[] | undefined, surname: number | undefined, handle: boolean, service: boolean, extra: Extra) {
    this.index = index;
    this.roster = roster;
    this.asked = undefined;
    this.words = words;
    this.alternatives = alternatives;
    this.surname = surname;
    this.handle = handle;
    this.service = service;
    this.extra = extra;
  }
  get email(): string {
    return (this.asked ??= this.roster.emailAt(this.index));
  }
}

/** Of both lists the same functions, as in namesBytes.ts. */
class KeptRoster implements Roster {
  readonly size: number;
  readonly starts: Int32Array;
  readonly forms: Int32Array;
  readonly words: Int32Array;
  readonly hashOf: Roster["hashOf"];
  readonly #kept: Kept;
  readonly #marks: Uint16Array;
  // Whoever meets several people is asked for with each of them.
  #last = -1;
  #person: Person | undefined;
  constructor(kept: Kept) {
    this.size = kept.names.size;
    this.starts = kept.starts;
    this.forms = kept.forms;
    this.words = kept.words;
    this.hashOf = kept.lexicon.words.hash;
    this.#kept = kept;
    this.#marks = kept.marks;
  }
  #markOf(index: number): number {
    return this.#marks[index] ?? 0;
  }
  #make(index: number): Person {
    const { starts, forms, words } = this;
    const { lexicon } = this.#kept;
    const { table } = lexicon.words;
    const [from, to] = [starts[index] as number, starts[index + 1] as number];
    // Of their size from the beginning: lists that grow take five times the room.
    const texts = new Array<string>(to - from);
    for (let word = from; word < to; word++) texts[word - from] = table.text(words[word] as number);
    const mark = this.#markOf(index);
    const spelled = (mark & SEVERAL) === 0 ? undefined : texts.map((text, at) => (lexicon.hasSeveral(forms[from + at] as number) ? (this.formAt(index, at).list ?? [text]) : [text]));
    return new Listed(index, this, texts, spelled, this.surnameAt(index), (mark & HANDLE) !== 0, (mark & SERVICE) !== 0, this.extraAt(index));
  }
  at(index: number): Person {
    if (index === this.#last && this.#person !== undefined) return this.#person;
    this.#last = index;
    return (this.#person = this.#make(index));
  }
  emailAt(index: number): string {
    const { names, emails } = this.#kept;
    return (this.#markOf(index) & OWN_EMAIL) !== 0 ? (emails.get(index) ?? "") : names.has(index, EMAIL) ? addressOf(names.email(index)) : "";
  }
  mayHaveEmail(index: number): boolean {
    return (this.#markOf(index) & OWN_EMAIL) !== 0 || this.#kept.names.has(index, EMAIL);
  }
  wordsAt(index: number): number {
    return (this.starts[index + 1] ?? 0) - (this.starts[index] ?? 0);
  }
  numberAt(index: number, position: number): number {
    return this.forms[(this.starts[index] ?? 0) + position] ?? -1;
  }
  wordAt(index: number, position: number): number {
    return this.words[(this.starts[index] ?? 0) + position] ?? -1;
  }
  formAt(index: number, position: number): Written {
    return this.#kept.lexicon.form(this.numberAt(index, position));
  }
  textAt(index: number, position: number): string {
    return this.#kept.lexicon.words.table.text(this.wordAt(index, position));
  }
  surnameAt(index: number): number | undefined {
    return (this.#markOf(index) & SURNAME) || undefined;
  }
  extraAt(index: number): Extra {
    return (this.#markOf(index) & EXTRA) === 0 ? NOTHING : (this.#kept.extras.get(index) ?? NOTHING);
  }
  isPlain(index: number): boolean {
    return (this.#markOf(index) & (EXTRA | SEVERAL | INITIAL)) === 0;
  }
  isBare(index: number): boolean {
    return (this.#markOf(index) & EXTRA) === 0;
  }
  hasSeveral(index: number): boolean {
    return (this.#markOf(index) & SEVERAL) !== 0;
  }
  hasInitial(index: number): boolean {
    return (this.#markOf(index) & INITIAL) !== 0;
  }
  hasTwofoldWord(index: number): boolean {
    return (this.#markOf(index) & TWOFOLD) !== 0;
  }
  hasName(index: number): boolean {
    return (this.#markOf(index) & SERVICE) === 0 && this.wordsAt(index) > 0;
  }
  hasForeignWord(index: number): boolean {
    return (this.#markOf(index) & FOREIGN) !== 0;
  }
  isService(index: number): boolean {
    return (this.#markOf(index) & SERVICE) !== 0;
  }
  isHandle(index: number): boolean {
    return (this.#markOf(index) & HANDLE) !== 0;
  }
}
