// Texts numbered in the order in which they come, found again by their letters: a table of numbers over one long run of letters.
// A Map of hundreds of thousands of texts takes as many objects, and finds none before its text is made.

import { codesOf, longerInts, longerShorts, textOf } from "./flat.ts";
import { hashOn, hashStart } from "./hash.ts";

const hashText = (text: string): number => {
  let hash = hashStart;
  for (let at = 0; at < text.length; at++) hash = hashOn(hash, text.charCodeAt(at));
  return hash;
};

/** Letters of a word, so many at first. */
const USUAL = 8;

/** A class, for all tables share what the engine learns of its functions. */
export class LetterTable {
  #room: number;
  #count = 0;
  #run: Uint16Array;
  /** Start of each text, and the end of the last. */
  #starts: Int32Array;
  #hashes: Int32Array;
  /** Number + 1 in the lower bits, and of its hash the upper ones: small, for what is looked up all over stays at hand only where it is little. */
  #slots: Int32Array;
  /** Made when somebody asks. */
  readonly #texts: (string | undefined)[] = [];

  /** Three of four slots are taken before it grows; `places` of them there are at first, a power of two. */
  constructor(places = 128) {
    this.#room = places * 0.75;
    this.#run = new Uint16Array(this.#room * USUAL);
    this.#starts = new Int32Array(this.#room + 1);
    this.#hashes = new Int32Array(this.#room);
    this.#slots = new Int32Array(places);
  }
  size(): number {
    return this.#count;
  }
  length(number: number): number {
    return (this.#starts[number + 1] as number) - (this.#starts[number] as number);
  }
  /** Where its letters begin in `letters()`. */
  start(number: number): number {
    return this.#starts[number] as number;
  }
  letters(): Uint16Array {
    return this.#run;
  }
  /** The number of these letters, whose hash by `hashOn` is `hash`; -1 where they were never added. */
  find(hash: number, letters: Uint16Array, from: number, to: number): number {
    const [slots, starts, run] = [this.#slots, this.#starts, this.#run];
    const mask = slots.length - 1;
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
  }
  findText(text: string): number {
    return this.find(hashText(text), codesOf(text), 0, text.length);
  }
  /** Must not be there yet. */
  add(hash: number, letters: Uint16Array, from: number, to: number): number {
    if (this.#count === this.#room) this.#grow();
    let end = this.#starts[this.#count] as number;
    if (end + to - from > this.#run.length) this.#run = longerShorts(this.#run, Math.max(this.#run.length * 2, end + to - from));
    const run = this.#run;
    for (let at = from; at < to; at++) run[end++] = letters[at] as number;
    const number = this.#count++;
    this.#hashes[number] = hash;
    this.#put(hash, this.#count);
    this.#starts[this.#count] = end;
    return number;
  }
  addText(text: string): number {
    return this.add(hashText(text), codesOf(text), 0, text.length);
  }
  text(number: number): string {
    return (this.#texts[number] ??= textOf(this.#run, this.#starts[number] as number, this.#starts[number + 1] as number));
  }
  /** The bits of the numbers and those of the hashes. */
  #put(hash: number, held: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = held | (hash & ~mask);
  }
  #grow(): void {
    this.#room *= 2;
    this.#starts = longerInts(this.#starts, this.#room + 1);
    this.#hashes = longerInts(this.#hashes, this.#room);
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#count; number++) this.#put(this.#hashes[number] as number, number + 1);
  }
}
