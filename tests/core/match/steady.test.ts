import { expect, it } from "vitest";
import { serbianSkeletons } from "../../../lib/core/match/words/skeletons.ts";
import { steadyOfLetters } from "../../../lib/core/match/words/steady.ts";
import { LANGUAGES, seeded } from "../../support/people/names.ts";
import { fromCyrillic, fromGreek } from "../../support/people/plainSkeletons.ts";
import { cyrillicSkeletons, greekSkeleton, slavicSkeletons, steadyOf } from "../../support/people/skeletons.ts";

const PARTS = [..."abcdefghijklmnopqrstuvwxyz", "ou", "ai", "ay", "av", "th", "ph", "ch", "kh", "sh", "sch", "shch", "tsch", "ts", "tz", "gk", "ng", "nt", "nd", "mp", "ks", "off", "eff", "iy", "ia", "io", "ander", "cz", "dj"];
const CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџ";

/** What has the same skeleton, and not the same number. */
const parted = (words: readonly string[], skeletons: (word: string) => readonly string[], numberOf: (word: string) => number): readonly string[] => {
  const first = new Map<string, string>();
  const found: string[] = [];
  for (const word of words) {
    for (const skeleton of skeletons(word)) {
      const other = first.get(skeleton) ?? word;
      first.set(skeleton, other);
      if (numberOf(other) !== numberOf(word)) found.push(`${other} ${word} ${skeleton}`);
    }
  }
  return found;
};

it("words that may be one name in two customs have one number, whatever their letters", () => {
  const random = seeded(3);
  const words = Array.from({ length: 12_000 }, () => Array.from({ length: 1 + Math.floor(random() * 4) }, () => PARTS[Math.floor(random() * PARTS.length)] ?? "").join(""));
  const slavic = parted(words, slavicSkeletons, (word) => steadyOf("cyrillic", word));
  const greek = parted(words, (word) => [greekSkeleton(word)], (word) => steadyOf("greek", word));
  // Letters nobody writes one after the other are not worth a look at each word: phf is an off, and aoi an e.
  expect(slavic.filter((each) => !/[oe](?:ph|f)f/.test(each))).toEqual([]);
  expect(greek.filter((each) => !/a[eo][ijy]/.test(each))).toEqual([]);
});

it("a foreign word has the number of all its skeletons", () => {
  const random = seeded(4);
  const words = Array.from({ length: 3000 }, () => Array.from({ length: 2 + Math.floor(random() * 6) }, () => CYRILLIC[Math.floor(random() * CYRILLIC.length)] ?? "").join("")).filter((word) => !/п[хьъ]*[хгґ]|[уюў][ьъ]*[уюў]/.test(word));
  const odd = words.filter((word) => {
    const numbers = new Set([word, word.replaceAll("ъ", "а"), word.replaceAll("ъ", "у")].map((each) => steadyOf("cyrillic", fromCyrillic(each))));
    return [...cyrillicSkeletons(word), ...serbianSkeletons(word)].some((skeleton) => !numbers.has(steadyOf("cyrillic", skeleton.toLowerCase())));
  });
  expect(odd).toEqual([]);
});

it("letters in a table are the same word", () => {
  const table = Uint16Array.from("xxstavrosyy", (letter) => letter.charCodeAt(0));
  expect(steadyOfLetters("greek", table, 2, 9)).toBe(steadyOf("greek", "stavros"));
});

it("two words written as one have a number of their own", () => {
  expect(steadyOf("greek", fromGreek("σταυρος") + fromGreek("μαυρος"))).toBe(steadyOf("greek", "stavrosmavros"));
});

it.each([
  ["cyrillic", ["petrov", "petroff", "pietrow", "pettrov"], ["petrof", "petrofff", "petrosv"]],
  ["cyrillic", ["filip", "philip", "chilip"], ["pilip", "pkilip"]],
  ["greek", ["panta", "panda", "pada", "pantha"], ["pata", "panza"]],
  ["greek", ["gkatzas", "gatsas", "katzas"], ["gantzas", "atas"]],
  ["greek", ["mais", "mes", "majs"], ["mas", "mays"]],
] as const)("%s: %j are as one, and not %j", (script, alike, others) => {
  const [first = "", ...more] = alike;
  for (const word of more) expect(steadyOf(script, word), word).toBe(steadyOf(script, first));
  for (const word of others) expect(steadyOf(script, word), word).not.toBe(steadyOf(script, first));
});

it("most words of other languages have no number of a foreign one", () => {
  const wordsOf = (language: string): readonly string[] => (LANGUAGES[language]?.roots ?? []).flatMap((root) => (LANGUAGES[language]?.ends ?? []).map((end) => (root + end).toLowerCase()));
  const foreign = new Set(wordsOf("greek").map((word) => steadyOf("greek", fromGreek(word.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ς", "σ")))));
  const words = [...wordsOf("english"), ...wordsOf("german"), ...wordsOf("indian")].filter((word) => /^[a-z]+$/.test(word));
  expect(foreign.size).toBeGreaterThan(50);
  expect(words.filter((word) => foreign.has(steadyOf("greek", word))).length / words.length).toBeLessThan(0.1);
});
