// The names of one side by position. Few names are a list of entries; a table of hundreds of thousands stays the bytes it was
// read from (namesBytes.ts): as many small objects would take the collector longer than the matching.

import type { NameEntry } from "../model.ts";

export const ID = 0;
export const NAME = 1;
export const LOGIN = 2;
export const EMAIL = 3;
export type Which = 0 | 1 | 2 | 3;

/** What `letters` answers of a cell that does not fit. */
export const TOO_LONG = -1;

/** Cells as bytes of UTF-8, for whoever compares them or hands them on as they are. */
export interface Cells {
  readonly bytes: Uint8Array;
  from(index: number, which: Which): number;
  to(index: number, which: Which): number;
}

export interface Names {
  readonly size: number;
  /** Where the names are such bytes. */
  readonly cells?: Cells;
  /** Writes the letters of a cell, of which no text is made, and answers how many there are, or TOO_LONG. */
  letters(index: number, which: Which, into: Uint16Array): number;
  /** Whether anything stands there. */
  has(index: number, which: Which): boolean;
  entry(index: number): NameEntry;
  id(index: number): string;
  name(index: number): string;
  /** "" where there is none. */
  login(index: number): string;
  email(index: number): string;
  scope(index: number): string | undefined;
}

/** The letters of a text, and how many there are, or TOO_LONG. */
export const spell = (text: string, into: Uint16Array): number => {
  const { length } = text;
  if (length > into.length) return TOO_LONG;
  for (let at = 0; at < length; at++) into[at] = text.charCodeAt(at);
  return length;
};

const NOBODY: NameEntry = { id: "", name: "" };

export const namesOf = (entries: readonly NameEntry[]): Names => {
  const at = (index: number): NameEntry => entries[index] ?? NOBODY;
  const cell = (index: number, which: Which): string => {
    const { id, name, login = "", email = "" } = at(index);
    return which === NAME ? name : which === LOGIN ? login : which === EMAIL ? email : id;
  };
  return {
    size: entries.length, entry: at,
    letters: (index, which, into) => spell(cell(index, which), into),
    has: (index, which) => cell(index, which) !== "",
    id: (index) => at(index).id, name: (index) => at(index).name, login: (index) => at(index).login ?? "", email: (index) => at(index).email ?? "", scope: (index) => at(index).scope,
  };
};
