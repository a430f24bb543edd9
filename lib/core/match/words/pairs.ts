// Pairs of numbers, each kept once: two names meet under several keys, and are compared the first time.

import { hashEnd } from "./hash.ts";

export interface Pairs {
  /** Whether it comes for the first time. Neither number is below 0. */
  add(one: number, other: number): boolean;
}

export const createPairs = (): Pairs => {
  let slots = new Int32Array(2048).fill(-1);
  let mask = slots.length / 2 - 1;
  let size = 0;
  /** Position of the slot that holds the pair, or of the free one where it would stand. */
  const slotOf = (one: number, other: number): number => {
    // Lists in one order have pairs of neighbours: neither their sum nor their difference may be all that counts.
    let slot = hashEnd(Math.imul(one, 0x9e3779b1) + other) & mask;
    while (slots[2 * slot] !== -1 && (slots[2 * slot] !== one || slots[2 * slot + 1] !== other)) slot = (slot + 1) & mask;
    return 2 * slot;
  };
  const grow = (): void => {
    const before = slots;
    slots = new Int32Array(before.length * 2).fill(-1);
    mask = slots.length / 2 - 1;
    for (let at = 0; at < before.length; at += 2) {
      if (before[at] === -1) continue;
      const slot = slotOf(before[at] as number, before[at + 1] as number);
      slots[slot] = before[at] as number;
      slots[slot + 1] = before[at + 1] as number;
    }
  };
  return {
    add: (one, other) => {
      const slot = slotOf(one, other);
      if (slots[slot] !== -1) return false;
      slots[slot] = one;
      slots[slot + 1] = other;
      if (++size * 4 > slots.length) grow();
      return true;
    },
  };
};
