// The spellings of a word as it was written, letter by letter: what spell.ts puts together as texts.

import { A, E, O, U } from "./codes.ts";
import { spelledInside } from "./spell.ts";

/** Letters that are looked up here; whatever has others is left to spell.ts. */
const WESTERN = 0x250;
const LATIN = /\p{Script=Latin}/u;
type Ways = readonly (readonly number[])[];
const known: (Ways | null | undefined)[] = new Array(WESTERN).fill(undefined);

/** How a letter may be spelled; null where its word needs a closer look. */
const waysOf = (code: number): Ways | null => {
  const before = known[code];
  if (before !== undefined) return before;
  const letter = String.fromCharCode(code);
  return (known[code] = LATIN.test(letter) ? spelledInside(letter).map((text) => Array.from(text, (each) => each.charCodeAt(0))) : null);
};

/** A name lists so many spellings of a word at the most. */
const MOST = 8;

let spelled = new Uint16Array(256);
const ways: Ways[] = [];

export type Visit = (letters: Uint16Array, size: number) => boolean;

/** Plain letters alone: an e behind a, o and u may be what is left of an accent. */
const somePlain = (letters: Uint16Array, from: number, to: number, visit: Visit): boolean => {
  const size = to - from;
  for (let at = 0; at < size; at++) spelled[at] = small(letters[from + at] as number);
  if (visit(spelled, size)) return true;
  let end = 0;
  let before = 0;
  for (let at = 0; at < size; at++) {
    const code = spelled[at] as number;
    if (code !== E || (before !== A && before !== O && before !== U)) spelled[end++] = code;
    before = code;
  }
  return end < size && visit(spelled, end);
};
const small = (code: number): number => (code > 64 && code < 91 ? code + 32 : code);

/** Each letter in each of its ways, as long as there are no more than so many spellings; of the others the first. */
const someOther = (count: number, size: number, visit: Visit): boolean => {
  for (let number = 0; number < count; number++) {
    let end = 0;
    let rest = number;
    for (let at = 0, open = 1; at < size; at++) {
      const list = ways[at] as Ways;
      const isOpen = list.length > 1 && open * list.length <= MOST;
      const way = list[isOpen ? rest % list.length : 0] ?? [];
      if (isOpen) {
        open *= list.length;
        rest = Math.floor(rest / list.length);
      }
      for (let next = 0; next < way.length; next++) spelled[end++] = way[next] as number;
    }
    if (visit(spelled, end)) return true;
  }
  return false;
};

/** Whether something is true of some spelling of a word that has several; undefined where its letters do not tell its spellings one by one. */
export const someSpelling = (letters: Uint16Array, from: number, to: number, visit: Visit): boolean | undefined => {
  const size = to - from;
  if (size * 4 > spelled.length) spelled = new Uint16Array(size * 8);
  let isPlain = true;
  let count = 1;
  for (let at = 0; at < size; at++) {
    const code = letters[from + at] as number;
    if (code >= WESTERN) return undefined;
    isPlain &&= code < 128;
    const each = waysOf(code);
    if (each === null) return undefined;
    ways[at] = each;
    if (each.length > 1 && count * each.length <= MOST) count *= each.length;
  }
  return isPlain ? somePlain(letters, from, to, visit) : someOther(count, size, visit);
};
