// Numbers of texts from which the number of two texts put together can be told: that of the first times a power, and that of the
// second. No keys by themselves.

import { longerInts } from "./flat.ts";

export const FACTOR = 0x01000193;

let powers = Int32Array.of(1);
/** The factor as often as there are letters behind. */
export const powerOf = (letters: number): number => {
  while (letters >= powers.length) {
    const { length } = powers;
    powers = longerInts(powers, length * 2);
    for (let at = length; at < powers.length; at++) powers[at] = Math.imul(powers[at - 1] as number, FACTOR);
  }
  return powers[letters] as number;
};

const numberOn = (number: number, code: number): number => (Math.imul(number, FACTOR) + code) | 0;

/** Of letters: with those of another text before them it is that times a power, and this. */
export const numberOf = (letters: Uint16Array, from: number, to: number): number => {
  let number = 0;
  for (let at = from; at < to; at++) number = numberOn(number, letters[at] as number);
  return number;
};
