// Whether an account may be one of a machine or office, told from its letters: most are not, and no text is made of them.

import { hashOn, hashStart } from "./hash.ts";
import { LetterTable } from "./letterTable.ts";
import { serviceWords } from "./words.ts";

const [APOSTROPHE, HYPHEN, DOT, UNDERSCORE, SMALL, A, C, R, S, T, V] = [39, 45, 46, 95, 32, 97, 99, 114, 115, 116, 118];

let known: LetterTable | undefined;
const createTable = (): LetterTable => {
  const table = new LetterTable(256);
  for (const word of serviceWords()) if (table.findText(word) < 0) table.addText(word);
  return table;
};

const letters = new Uint16Array(64);

/** It begins with svc or srv. */
const isServed = (text: Uint16Array): boolean => text[0] === S && ((text[1] === V && text[2] === C) || (text[1] === R && text[2] === V));

/** False where isServiceAccount says so of the same letters; where it is true, somebody has to ask that. */
export const mayBeServiceAccount = (given: Uint16Array, from: number, to: number): boolean => {
  const table = (known ??= createTable());
  let size = 0;
  let hash = hashStart;
  /** Up to the last letter before digits. */
  let stem = 0;
  let stemHash = hashStart;
  let isFirst = true;
  for (let at = from; at <= to; at++) {
    const raw = at < to ? (given[at] as number) : DOT;
    const code = raw > 64 && raw < 91 ? raw | SMALL : raw;
    const isDigit = code > 47 && code < 58;
    if ((code > 96 && code < 123) || isDigit || code === APOSTROPHE) {
      if (size === letters.length) return true;
      letters[size++] = code;
      hash = hashOn(hash, code);
      if (!isDigit) [stem, stemHash] = [size, hash];
      continue;
    }
    if (code !== DOT && code !== HYPHEN && code !== UNDERSCORE) return true;
    if (table.find(hash, letters, 0, size) >= 0 || (stem < size && table.find(stemHash, letters, 0, stem) >= 0)) return true;
    // "a_gary", "svcsync".
    if (isFirst && ((size === 1 && (letters[0] === A || letters[0] === T)) || (size > 2 && isServed(letters)))) return true;
    isFirst = false;
    size = stem = 0;
    hash = stemHash = hashStart;
  }
  return false;
};
