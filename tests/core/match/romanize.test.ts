import fc from "fast-check";
import { expect, it } from "vitest";
import { changed, CONSONANTS, GREEK_CHANGES, SAME } from "../../../lib/core/match/words/romanize.ts";

it("a change that is passed over for its letters would have found nothing", () => {
  const word = fc.array(fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz", "h", "h", "s", "c", "t", "z", "i", "o", "u", "-", "ч", "é", "U"), { maxLength: 12 }).map((letters) => letters.join(""));
  for (const list of [CONSONANTS, SAME, GREEK_CHANGES]) fc.assert(fc.property(word, (text) => void expect(changed(text, list)).toBe(list.reduce((made, { what, to }) => made.replace(what, to), text))), { numRuns: 2000 });
});
