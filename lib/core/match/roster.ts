// The people of one list, kept small: of a plain name only the numbers of its words stand here, and the person is made of
// them when somebody asks. Objects for all of them would fill the memory, and the collector would walk them again and again.

import type { Lexicon, Written } from "./lexicon.ts";
import type { NameEntry } from "./model.ts";
import { emailOf, type Person, plainPerson } from "./person.ts";

export interface Roster {
  readonly size: number;
  /** Whether of this name nothing is kept but its words. */
  isPlain(index: number): boolean;
  at(index: number): Person;
  emailAt(index: number): string;
  /** How many words a plain name has, and each of them as it was written. */
  wordsAt(index: number): number;
  formAt(index: number, position: number): Written;
  /** First surname word of a plain name. */
  surnameAt(index: number): number | undefined;
}

const HANDLE = 64;
const SURNAME = 63;

/** Reads everyone in order; `enter` sees each person once, while the name is at hand. */
export const createRoster = (entries: readonly NameEntry[], lexicon: Lexicon, read: (entry: NameEntry, index: number) => Person): Roster => {
  const kept = new Map<number, Person>();
  const starts = new Int32Array(entries.length + 1);
  const marks = new Uint8Array(entries.length);
  let forms = new Int32Array(Math.max(entries.length * 3, 16));
  let size = 0;
  const pack = (index: number, person: Person, entry: NameEntry): boolean => {
    const list = person.forms;
    if (list === undefined || person.service || list.length > SURNAME || entry.name.includes("@")) return false;
    if (size + list.length > forms.length) {
      const larger = new Int32Array((size + list.length) * 2);
      larger.set(forms);
      forms = larger;
    }
    for (let at = 0; at < list.length; at++) forms[size++] = list[at]?.number ?? 0;
    marks[index] = (person.handle ? HANDLE : 0) | (person.surname ?? 0);
    return true;
  };
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index];
    starts[index] = size;
    if (entry === undefined) continue;
    const person = read(entry, index);
    if (!pack(index, person, entry)) kept.set(index, person);
  }
  starts[entries.length] = size;
  const wordsAt = (index: number): number => (starts[index + 1] ?? 0) - (starts[index] ?? 0);
  const formAt = (index: number, position: number): Written => lexicon.form(forms[(starts[index] ?? 0) + position] ?? -1);
  const surnameAt = (index: number): number | undefined => ((marks[index] ?? 0) & SURNAME) || undefined;
  const emailAt = (index: number): string => kept.get(index)?.email ?? emailOf(entries[index] ?? {});
  const made = (index: number): Person => {
    const list: Written[] = [];
    for (let at = starts[index] ?? 0; at < (starts[index + 1] ?? 0); at++) list.push(lexicon.form(forms[at] ?? -1));
    return plainPerson(list, surnameAt(index), ((marks[index] ?? 0) & HANDLE) !== 0, false, emailOf(entries[index] ?? {}));
  };
  return { size: entries.length, isPlain: (index) => wordsAt(index) > 0, at: (index) => (wordsAt(index) > 0 ? made(index) : (kept.get(index) ?? made(index))), emailAt, wordsAt, formAt, surnameAt };
};
