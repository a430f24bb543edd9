import fc from "fast-check";
import { expect, it } from "vitest";
import { areAlike } from "../../../lib/core/match/reading/cells.ts";
import { folded } from "../../../lib/core/match/reading/lists.ts";
import { NAME, type Names } from "../../../lib/core/match/reading/names.ts";
import { NamesBytes } from "../../../lib/core/match/reading/namesBytes.ts";

const namesWith = (name: string): Names => {
  const names = new NamesBytes();
  names.add(["1", name, "", ""]);
  return names.done();
};

/** Letters with and without case, accents that stand alone, what tidying changes, and what was read in the wrong encoding. */
const SIGNS = Array.from("aAeExé É íÍ žŽšŠőŐ ÃƒÂ©Éå İiĳĲŀŉſẛṡǆǄ ßẞ ıIσςΣοΟάΆжЖёЁйи ạẠễỄưƯ  \u00a0\u00ad\u0301\u0306\u0307\u0483`´’'-–,.·、;<=\u0338\u007f\u200b\t山ꝡＡ");

it("two cells are told alike by their bytes only where their folded texts are one, and apart only where they are two", () => {
  const text = fc.array(fc.constantFrom(...SIGNS), { maxLength: 4 }).map((letters) => letters.join(""));
  // Two of most texts have nothing in common: these have what stands before and behind.
  fc.assert(fc.property(text, text, text, text, (before, one, other, behind) => {
    for (const [mine, theirs] of [[before + one + behind, before + other + behind], [before + one, before + other + behind], [before + one + behind, (before + one + behind).toUpperCase()]] as const) {
      const told = areAlike(namesWith(mine), 0, namesWith(theirs), 0, NAME);
      if (told !== undefined) expect([told, mine, theirs]).toEqual([folded(mine) === folded(theirs), mine, theirs]);
    }
  }), { numRuns: 5_000 });
});

it.each([
  ["Tóth, László", "Tóth László"], ["Tóth László", "László Tóth"], ["Žofie Fialáček", "Fialáček Žofie"], ["Žofie Fialáček", "ŽOFIE FIALACEK"], ["Đỗ Thị Hà", "Đỗ Hà Thị"], ["Иван Петров", "Петров Иван"], ["Ann Bear", "Ann Bear (IT)"], ["Ann", "Ann B"],
])("%s is told from %s by the bytes", (one, other) => {
  expect(areAlike(namesWith(one), 0, namesWith(other), 0, NAME)).toBe(false);
});

it.each([["GARY BEAR", "Gary Bear"], ["ŽOFIE FIALÁČEK", "Žofie Fialáček"], ["ИВАН", "Иван"]])("%s is %s by the bytes", (one, other) => {
  expect(areAlike(namesWith(one), 0, namesWith(other), 0, NAME)).toBe(true);
});
