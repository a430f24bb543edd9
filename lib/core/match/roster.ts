// The people of one list, kept small: of a name only the numbers of its words stand here and what little is around them, and
// the person is made of them when somebody asks. Objects for all would fill the memory, and the collector would walk them again
// and again.

import type { Lexicon, Written } from "./lexicon.ts";
import type { Names } from "./names.ts";
import { addressOf, type Extra, NOTHING, type Person, personOf } from "./person.ts";

export interface Roster {
  readonly size: number;
  /** A person's name may be folded: not that of a machine, and with words. */
  hasName(index: number): boolean;
  isService(index: number): boolean;
  isHandle(index: number): boolean;
  at(index: number): Person;
  emailAt(index: number): string;
  /** How many words a name has, and each of them as it was written. */
  wordsAt(index: number): number;
  formAt(index: number, position: number): Written;
  /** The number of the form. */
  numberAt(index: number, position: number): number;
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

/** Reads everyone in order; `read` sees each person once, while the name is at hand. */
export const createRoster = (names: Names, lexicon: Lexicon, read: (index: number) => Person): Roster => {
  const { size } = names;
  const extras = new Map<number, Extra>();
  const emails = new Map<number, string>();
  const starts = new Int32Array(size + 1);
  const marks = new Uint16Array(size);
  let forms = new Int32Array(Math.max(size * 3, 16));
  let count = 0;
  const keep = (index: number, { forms: list, surname, handle, service, email, extra }: Person): void => {
    if (count + list.length > forms.length) {
      const larger = new Int32Array((count + list.length) * 2);
      larger.set(forms);
      forms = larger;
    }
    let mark = Math.min(surname ?? 0, SURNAME) | (handle ? HANDLE : 0) | (service ? SERVICE : 0);
    for (const { number, word } of list) {
      forms[count++] = number;
      if (word.isForeign) mark |= FOREIGN;
    }
    if (extra !== NOTHING) {
      extras.set(index, extra);
      mark |= EXTRA;
    }
    if (email !== "" && names.email(index) === "") {
      emails.set(index, email);
      mark |= OWN_EMAIL;
    }
    marks[index] = mark;
  };
  for (let index = 0; index < size; index++) {
    starts[index] = count;
    keep(index, read(index));
  }
  starts[size] = count;
  const markOf = (index: number): number => marks[index] ?? 0;
  const wordsAt = (index: number): number => (starts[index + 1] ?? 0) - (starts[index] ?? 0);
  const numberAt = (index: number, position: number): number => forms[(starts[index] ?? 0) + position] ?? -1;
  const formAt = (index: number, position: number): Written => lexicon.form(numberAt(index, position));
  const surnameAt = (index: number): number | undefined => (markOf(index) & SURNAME) || undefined;
  const emailAt = (index: number): string => ((markOf(index) & OWN_EMAIL) !== 0 ? (emails.get(index) ?? "") : addressOf(names.email(index)));
  const extraAt = (index: number): Extra => ((markOf(index) & EXTRA) === 0 ? NOTHING : (extras.get(index) ?? NOTHING));
  const at = (index: number): Person => {
    const list: Written[] = [];
    for (let place = starts[index] ?? 0; place < (starts[index + 1] ?? 0); place++) list.push(lexicon.form(forms[place] ?? -1));
    const mark = markOf(index);
    return personOf(list, surnameAt(index), (mark & HANDLE) !== 0, (mark & SERVICE) !== 0, emailAt(index), extraAt(index));
  };
  return {
    size, at, emailAt, wordsAt, formAt, numberAt, surnameAt, extraAt,
    hasName: (index) => (markOf(index) & SERVICE) === 0 && wordsAt(index) > 0,
    hasForeignWord: (index) => (markOf(index) & FOREIGN) !== 0,
    isService: (index) => (markOf(index) & SERVICE) !== 0,
    isHandle: (index) => (markOf(index) & HANDLE) !== 0,
  };
};
