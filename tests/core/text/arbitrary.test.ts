// What the random texts are made of.

import fc from "fast-check";
import { expect, it } from "vitest";
import { anyCharacter } from "../../support/anyCharacter.ts";

it("any character is one code point of all there are, and never half a surrogate", () => {
  const ends = ["\u0000", "\ud7ff", "\ue000", "\u{1f600}", "\u{10ffff}"];
  // A text of such characters alone can have come from it, and be shrunk as such.
  expect(ends.map((character) => anyCharacter.canShrinkWithoutContext(character))).toEqual(ends.map(() => true));
  expect(["\ud83d", "\udfff", "", "ab", "a\u0301", 7].map((value) => anyCharacter.canShrinkWithoutContext(value))).toEqual([false, false, false, false, false, false]);
  const sample = fc.sample(anyCharacter, { numRuns: 2000, seed: 1 });
  expect(sample.filter((character) => [...character].length !== 1 || /^\p{Cs}$/u.test(character))).toEqual([]);
  const codes = sample.map((character) => character.codePointAt(0) ?? 0);
  expect([Math.min(...codes) < 100, codes.some((code) => code > 0xffff && code < 0x100000), Math.max(...codes) > 0x10ff00]).toEqual([true, true, true]);
});
