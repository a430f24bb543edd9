// Texts numbered in the order in which they come, found again by their letters: a table of numbers over one long run of letters.
// A Map of hundreds of thousands of texts takes as many objects, and finds none before its text is made.

import { longerInts, longerShorts, textOf } from "./flat.ts";
import { hashOn, hashStart } from "./hash.ts";

export interface LetterTable {
  size(): number;
  /** The number of these letters, whose hash by `hashOn` is `hash`; -1 where they were never added. */
  find(hash: number, letters: Uint16Array, from: number, to: number): number;
  findText(text: string): number;
  /** Must not be there yet. */
  add(hash: number, letters: Uint16Array, from: number, to: number): number;
  addText(text: string): number;
  text(number: number): string;
  length(number: number): number;
  /** Where its letters begin in `letters()`. */
  start(number: number): number;
  letters(): Uint16Array;
}

const hashText = (text: string): number => {
  let hash = hashStart;
  for (let at = 0; at < text.length; at++) hash = hashOn(hash, text.charCodeAt(at));
  return hash;
};

/** As many texts as nobody asked for yet, at least, are made at once. */
const TOGETHER = 64;
const PLAIN = new TextDecoder("latin1");

/** Three of four slots are taken before it grows; `places` of them there are at first, a power of two. */
export const createLetterTable = (places = 128): LetterTable => {
  let room = places * 0.75;
  let count = 0;
  let run = new Uint16Array(room * 8);
  /** Start of each text, and the end of the last. */
  let starts = new Int32Array(room + 1);
  let hashes = new Int32Array(room);
  /** Number + 1 in the lower bits, and of its hash the upper ones: small, for what is looked up all over stays at hand only where it is little. */
  let slots = new Int32Array(places);
  let mask = places - 1;

  /** Made when somebody asks, those that wait together: plain letters are cut out of one string. */
  const texts: (string | undefined)[] = [];
  let shown = 0;

  /** The bits of the numbers and those of the hashes. */
  const put = (hash: number, held: number): void => {
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = held | (hash & ~mask);
  };
  const grow = (): void => {
    room *= 2;
    starts = longerInts(starts, room + 1);
    hashes = longerInts(hashes, room);
    slots = new Int32Array((mask + 1) * 2);
    mask = slots.length - 1;
    for (let number = 0; number < count; number++) put(hashes[number] as number, number + 1);
  };
  const find = (hash: number, letters: Uint16Array, from: number, to: number): number => {
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot] as number;
      if (held === 0) return -1;
      if (((held ^ hash) & ~mask) !== 0) continue;
      const number = (held & mask) - 1;
      const start = starts[number] as number;
      if ((starts[number + 1] as number) - start !== to - from) continue;
      let at = from;
      while (at < to && run[start + at - from] === letters[at]) at++;
      if (at === to) return number;
    }
  };
  const add = (hash: number, letters: Uint16Array, from: number, to: number): number => {
    if (count === room) grow();
    let end = starts[count] as number;
    if (end + to - from > run.length) run = longerShorts(run, Math.max(run.length * 2, end + to - from));
    for (let at = from; at < to; at++) run[end++] = letters[at] as number;
    const number = count++;
    hashes[number] = hash;
    put(hash, count);
    starts[count] = end;
    return number;
  };
  let spelled = new Uint16Array(64);
  const spell = (text: string): Uint16Array => {
    if (text.length > spelled.length) spelled = new Uint16Array(text.length * 2);
    for (let at = 0; at < text.length; at++) spelled[at] = text.charCodeAt(at);
    return spelled;
  };
  const single = (number: number): string => textOf(run, starts[number] as number, starts[number + 1] as number);
  const isPlain = (number: number): boolean => {
    for (let at = starts[number] as number; at < (starts[number + 1] as number); at++) if ((run[at] as number) > 0x7f) return false;
    return true;
  };
  const show = (): void => {
    const from = starts[shown] as number;
    const all = PLAIN.decode(Uint8Array.from(run.subarray(from, starts[count])));
    for (let number = shown; number < count; number++) texts[number] ??= isPlain(number) ? all.slice((starts[number] as number) - from, (starts[number + 1] as number) - from) : single(number);
    shown = count;
  };
  const text = (number: number): string => {
    const before = texts[number];
    if (before !== undefined) return before;
    if (count - shown >= TOGETHER) show();
    return (texts[number] ??= single(number));
  };
  return {
    size: () => count,
    find,
    findText: (given) => find(hashText(given), spell(given), 0, given.length),
    add,
    addText: (given) => add(hashText(given), spell(given), 0, given.length),
    text,
    length: (number) => (starts[number + 1] as number) - (starts[number] as number),
    start: (number) => starts[number] as number,
    letters: () => run,
  };
};
