// A word that is changed again and again, letter by letter: what would be a chain of texts, each made of the one before. There is
// one such word at a time.

import { longerShorts } from "./flat.ts";

const codeOf = (letter: string): number => letter.charCodeAt(0);

let letters = new Uint16Array(256);
let spare = new Uint16Array(256);
let size = 0;

/** Where the letters of a word are to be written, which may grow to so many; `endWord` says how many there are. */
export const beginWord = (room: number): Uint16Array => {
  if (room > letters.length) [letters, spare] = [longerShorts(letters, room * 2), longerShorts(spare, room * 2)];
  return letters;
};
export const endWord = (length: number): void => void (size = length);

/** The letters of the word, good until it is changed again. */
export const lettersOfWord = (): Uint16Array => letters;
export const sizeOfWord = (): number => size;

interface Change {
  readonly what: readonly (readonly number[])[];
  readonly to: readonly number[];
}

/** What is replaced, one after the other. */
export interface Changes {
  readonly list: readonly Change[];
  /** By two letters that stand side by side a bit for each change that may begin there: most words have none of them, which is told at once. */
  readonly bits: Int32Array;
}
const placeOf = (one: number, other: number): number => ((one & 31) << 5) | (other & 31);

/** Each "this|or this=that": of what begins at one letter the first that fits counts. */
export const changes = (...texts: readonly string[]): Changes => {
  const bits = new Int32Array(1024);
  const list = texts.map((text, number) => {
    const [what = "", to = ""] = text.split("=");
    for (const each of what.split("|")) {
      if (each.length > 1) bits[placeOf(codeOf(each), each.charCodeAt(1))]! |= 1 << number;
      else for (let next = 0; next < 32; next++) bits[placeOf(codeOf(each), next)]! |= 1 << number;
    }
    return { what: what.split("|").map((each) => Array.from(each, codeOf)), to: Array.from(to, codeOf) };
  });
  return { list, bits };
};

const lengthAt = (source: Uint16Array, at: number, length: number, { what }: Change): number => {
  const code = source[at];
  for (let number = 0; number < what.length; number++) {
    const each = what[number] as readonly number[];
    if (code !== each[0] || at + each.length > length) continue;
    let next = 1;
    while (next < each.length && source[at + next] === each[next]) next++;
    if (next === each.length) return next;
  }
  return 0;
};

/** Says whether there was anything of it. */
const change = (each: Change): boolean => {
  const { to } = each;
  const source = letters;
  const into = spare;
  const length = size;
  let end = 0;
  let isChanged = false;
  for (let at = 0; at < length; at++) {
    const found = lengthAt(source, at, length, each);
    if (found === 0) {
      into[end++] = source[at] as number;
      continue;
    }
    isChanged = true;
    for (let next = 0; next < to.length; next++) into[end++] = to[next] as number;
    at += found - 1;
  }
  letters = into;
  spare = source;
  size = end;
  return isChanged;
};

/** One after the other. What was changed may give way to another that there was nothing of before. */
export const changeAll = ({ list, bits }: Changes): void => {
  const source = letters;
  let any = 0;
  for (let at = 0; at < size; at++) any |= bits[placeOf(source[at] as number, at + 1 < size ? (source[at + 1] as number) : 0)] as number;
  for (let number = 0; any !== 0 && number < list.length; number++) if (((any >>> number) & 1) !== 0 && change(list[number] as Change)) any = -1;
};
