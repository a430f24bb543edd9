// What two cells say to each other as bytes, without a text of either: most are told so. Undefined where that says nothing.

import type { Names, Which } from "./names.ts";

/** Of ASCII, but for spaces and what passes for an apostrophe: tidying leaves it where it stands. */
const isPlainSign = (byte: number): boolean => byte > 32 && byte < 127 && byte !== 96;
const smallOf = (byte: number): number => (byte > 64 && byte < 91 ? byte + 32 : byte);

/** Whether they are the same when tidied and in small letters: the same bytes are, and a plain sign that differs tells it. */
export const areAlike = (mine: Names, one: number, theirs: Names, other: number, which: Which): boolean | undefined => {
  if (mine.cells === undefined || theirs.cells === undefined) return undefined;
  const [bytes, others] = [mine.cells.bytes, theirs.cells.bytes];
  const [from, start] = [mine.cells.from(one, which), theirs.cells.from(other, which)];
  const [size, length] = [mine.cells.to(one, which) - from, theirs.cells.to(other, which) - start];
  let isSame = size === length;
  for (let at = 0; at < size && at < length; at++) {
    const [byte, match] = [bytes[from + at] as number, others[start + at] as number];
    if (byte === match) continue;
    if (!isPlainSign(byte) || !isPlainSign(match)) return undefined;
    if (smallOf(byte) !== smallOf(match)) return false;
    isSame = false;
  }
  return isSame ? true : undefined;
};

/** Whether both are the same bytes; false also where there are none, and where nobody can tell. */
export const areSame = (mine: Names, one: number, theirs: Names, other: number, which: Which): boolean => {
  if (mine.cells === undefined || theirs.cells === undefined) return false;
  const [bytes, others] = [mine.cells.bytes, theirs.cells.bytes];
  const [from, start] = [mine.cells.from(one, which), theirs.cells.from(other, which)];
  const size = mine.cells.to(one, which) - from;
  if (size === 0 || size !== theirs.cells.to(other, which) - start) return false;
  for (let at = 0; at < size; at++) if (bytes[from + at] !== others[start + at]) return false;
  return true;
};

/** Whether some letter of a cell is beyond those of most languages (Latin with the usual accents, Greek, Cyrillic), or nobody can tell. */
export const mayBeRare = ({ cells }: Names, index: number, which: Which): boolean => {
  if (cells === undefined) return true;
  const { bytes } = cells;
  const to = cells.to(index, which);
  for (let at = cells.from(index, which); at < to; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0xc6 && (byte < 0xcd || byte > 0xd4)) return true;
  }
  return false;
};
