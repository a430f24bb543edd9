// Random characters of all of Unicode, for properties that take any text.

import fc from "fast-check";

const SURROGATES = { first: 0xd800, count: 0x800 };
const LAST = 0x10ffff;

const characterAt = (index: number): string => String.fromCodePoint(index < SURROGATES.first ? index : index + SURROGATES.count);

const indexOf = (value: unknown): number => {
  const code = typeof value === "string" ? (value.codePointAt(0) ?? -1) : -1;
  const index = code < SURROGATES.first ? code : code - SURROGATES.count;
  if (index < 0 || characterAt(index) !== value) throw new Error("no single character");
  return index;
};

/**
 * One character, any code point but half a surrogate: the same as fast-check's unit "binary", which first makes a table of all
 * million of them, in every process that asks.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat({ max: LAST - SURROGATES.count }).map(characterAt, indexOf);
