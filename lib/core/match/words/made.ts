// What a word may be read as, text by text in one run of letters that is used again and again.

import { longerInts, longerShorts } from "./flat.ts";

/** Several texts: each ends where the next begins. */
export interface Made {
  letters: Uint16Array;
  ends: Int32Array;
  count: number;
}

/** What was asked for last; the same object each time. */
export const made: Made = { letters: new Uint16Array(1024), ends: new Int32Array(64), count: 0 };
/** The first of the reading that is being made. */
let first = 0;
/** Of one reading. */
const MOST = 8;

export const startOf = (number: number): number => (number === 0 ? 0 : (made.ends[number - 1] as number));

const isSame = (one: number, other: number): boolean => {
  const start = startOf(one);
  const from = startOf(other);
  const length = (made.ends[one] as number) - start;
  if ((made.ends[other] as number) - from !== length) return false;
  for (let at = 0; at < length; at++) if (made.letters[start + at] !== made.letters[from + at]) return false;
  return true;
};
const isAmong = (number: number, from: number, to: number): boolean => {
  for (let other = from; other < to; other++) if (isSame(number, other)) return true;
  return false;
};

/** Makes room for one more, and says where it begins. */
export const open = (size: number): number => {
  const start = startOf(made.count);
  if (start + size > made.letters.length) made.letters = longerShorts(made.letters, (start + size) * 2);
  if (made.count === made.ends.length) made.ends = longerInts(made.ends, made.count * 2);
  return start;
};

/** Puts what was written behind the others, up to here, beside them: unless it is one of them. */
export const close = (end: number): void => {
  made.ends[made.count] = end;
  if (made.count - first < MOST && !isAmong(made.count, first, made.count)) made.count++;
};

/** Keeps of the reading made last no more than so many, and none that an earlier one has. */
export const merge = (most = MOST): void => {
  const count = Math.min(made.count, first + most);
  made.count = first;
  for (let number = first; number < count; number++) {
    if (isAmong(number, 0, first)) continue;
    const start = startOf(number);
    const end = made.ends[number] as number;
    const from = startOf(made.count);
    made.letters.copyWithin(from, start, end);
    made.ends[made.count++] = from + end - start;
  }
};

/** Nothing is made yet; or what comes now is of another reading. */
export const beginMade = (): void => void (made.count = first = 0);
export const beginReading = (): void => void (first = made.count);
