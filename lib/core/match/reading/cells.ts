// What two cells say to each other as bytes, without a text of either: most are told so. Undefined where that says nothing.

import type { Names, Which } from "./names.ts";

/** Of ASCII, but for spaces and what passes for an apostrophe: tidying leaves it where it stands. */
const isPlainSign = (byte: number): boolean => byte > 32 && byte < 127 && byte !== 96;
const smallOf = (byte: number): number => (byte > 64 && byte < 91 ? byte + 32 : byte);

/** Letters that may be the second half of another one, read in the wrong encoding. */
const TRAILING: ReadonlySet<number> = new Set(Array.from("ŒœŠšŸŽžƒ", (letter) => letter.charCodeAt(0)));
/** Tidied they are two letters, a sign, or those of another place; and what the end of a word makes another letter. */
const UNSTEADY: ReadonlySet<number> = new Set(Array.from("İĲĳĿŀŉſǄǅǆǇǈǉǊǋǌǱǲǳẚẛẜẝẞẟΣσς", (letter) => letter.charCodeAt(0)));

/** Where the sign begins of which a byte stands there. */
const beginAt = (bytes: Uint8Array, at: number): number => {
  let begin = at;
  while (((bytes[begin] as number) & 0xc0) === 0x80) begin--;
  return begin;
};

/** Number of the letter that begins there, where it is of Latin, Greek or Cyrillic in two bytes, or of Vietnamese; -1 of all else. */
const letterAt = (bytes: Uint8Array, at: number, to: number): number => {
  const lead = bytes[at] as number;
  if (lead === 0xe1 && at + 2 < to && (bytes[at + 1] as number) > 0xb7 && (bytes[at + 1] as number) < 0xbc) return 0x1000 | (((bytes[at + 1] as number) & 0x3f) << 6) | ((bytes[at + 2] as number) & 0x3f);
  const code = at + 1 < to ? ((lead & 0x1f) << 6) | ((bytes[at + 1] as number) & 0x3f) : -1;
  return (lead > 0xc2 && lead < 0xca) || lead === 0xd0 || lead === 0xd1 || ((lead === 0xce || lead === 0xcf) && code > 0x387 && code < 0x3cf) ? code : -1;
};

/** Whether what stands there, or the end, is nothing that the sign before it could be put together with. */
const isApart = (bytes: Uint8Array, at: number, to: number): boolean => {
  if (at === to) return true;
  const byte = bytes[at] as number;
  if (byte < 0x80) return byte > 31 && byte !== 38;
  const letter = letterAt(bytes, at, to);
  return letter >= 0 && !TRAILING.has(letter);
};

/** The sign that begins there as it is when the text is tidied and in small letters; -1 where nobody can tell by it alone. */
const signAt = (bytes: Uint8Array, at: number, from: number, to: number): number => {
  const byte = bytes[at] as number;
  if (byte < 0x80) {
    if (!isApart(bytes, at + 1, to)) return -1;
    if (byte !== 32) return isPlainSign(byte) && byte !== 38 ? smallOf(byte) : -1;
    // Between two other signs it stays one space.
    if (at === from || at + 1 === to || bytes[at + 1] === 32 || bytes[at + 1] === 127) return -1;
    const before = beginAt(bytes, at - 1);
    const letter = letterAt(bytes, before, at);
    return isPlainSign(bytes[before] as number) || (letter >= 0 && !UNSTEADY.has(letter)) ? byte : -1;
  }
  const letter = letterAt(bytes, at, to);
  if (letter < 0 || UNSTEADY.has(letter) || !isApart(bytes, at + (byte === 0xe1 ? 3 : 2), to)) return -1;
  return TRAILING.has(letter) && at > from && (bytes[at - 1] as number) > 0x7f ? -1 : String.fromCharCode(letter).toLowerCase().charCodeAt(0);
};

/** Whether they are the same when tidied and in small letters: the first sign that differs tells it. */
export const areAlike = (mine: Names, one: number, theirs: Names, other: number, which: Which): boolean | undefined => {
  if (mine.cells === undefined || theirs.cells === undefined) return undefined;
  const [bytes, others] = [mine.cells.bytes, theirs.cells.bytes];
  const [from, start] = [mine.cells.from(one, which), theirs.cells.from(other, which)];
  const [size, length] = [mine.cells.to(one, which) - from, theirs.cells.to(other, which) - start];
  const least = Math.min(size, length);
  for (let at = 0; at < least; at++) {
    const byte = bytes[from + at] as number;
    const match = others[start + at] as number;
    if (byte === match) continue;
    if (isPlainSign(byte) && isPlainSign(match)) {
      if (smallOf(byte) !== smallOf(match)) return false;
      // With a dot of its own an I is a letter that in small letters becomes two.
      if (smallOf(byte) === 105 && !isApart(bytes, from + at + 1, from + size)) return undefined;
      continue;
    }
    at = beginAt(bytes, from + at) - from;
    const sign = signAt(bytes, from + at, from, from + size);
    const told = sign < 0 ? -1 : signAt(others, start + at, start, start + length);
    if (told < 0) return undefined;
    if (sign !== told) return false;
    at += sign > 0x1000 ? 2 : sign > 0x7f ? 1 : 0;
  }
  if (size === length) return true;
  const [longer, next, begin, end] = size > length ? [bytes, from + least, from, from + size] : [others, start + least, start, start + length];
  return signAt(longer, next, begin, end) < 0 ? undefined : false;
};
