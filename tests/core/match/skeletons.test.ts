import fc from "fast-check";
import { expect, it } from "vitest";
import { LetterTable } from "../../../lib/core/match/words/letterTable.ts";
import { hashText } from "../../../lib/core/match/words/hash.ts";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { serbianSkeletons } from "../../../lib/core/match/words/skeletons.ts";
import { createSlavic, hasSlavicEnding } from "../../../lib/core/match/words/slavic.ts";
import { spellings } from "../../../lib/core/match/words/spell.ts";
import { someSpelling } from "../../../lib/core/match/words/variants.ts";
import * as plain from "../../support/people/plainSkeletons.ts";
import { cyrillicSkeletons, greekSkeleton, hellenicSkeleton, slavicSkeletons } from "../../support/people/skeletons.ts";

const LATIN = [..."abcdefghijklmnopqrstuvwxyz", "ch", "ch", "sch", "tch", "shch", "schtsch", "tsch", "ts", "tz", "zh", "cz", "sh", "kh", "ph", "th", "ou", "io", "ie", "gi", "ai", "ay", "af", "ander", "off", "eff", "ff", "ks", "gk", "nt", "mp", "C", "S", "U", "ss", "gue", "gui", "au", "iou", "ouski", "jov", "é", "ч", "-"];
const CYRILLIC = [..."абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџёѓќѕҷabczx", "ьо", "еў", "ъ", "щ", "дј"];
const GREEK = [..."αβγδεζηθικλμνξοπρσςτυφχψωabczx", "ου", "αι", "γι", "γκ", "μπ"];
const wordOf = (parts: readonly string[]): fc.Arbitrary<string> => fc.array(fc.constantFrom(...parts), { maxLength: 9 }).map((each) => each.join(""));
const RUNS = { numRuns: 3000 };

it("skeletons made letter by letter are those of the rules", () => {
  fc.assert(fc.property(wordOf(LATIN), fc.boolean(), (word, keepDoubles) => void expect(slavicSkeletons(word, keepDoubles)).toEqual(plain.slavicSkeletons(word, keepDoubles))), RUNS);
  fc.assert(fc.property(wordOf(LATIN), (word) => void expect(greekSkeleton(word)).toBe(plain.greekSkeleton(word))), RUNS);
  fc.assert(fc.property(wordOf(CYRILLIC), (word) => void expect([cyrillicSkeletons(word), serbianSkeletons(word)]).toEqual([plain.cyrillicSkeletons(word), plain.serbianSkeletons(word)])), RUNS);
  fc.assert(fc.property(wordOf(GREEK), (word) => void expect(hellenicSkeleton(word)).toBe(plain.greekSkeleton(plain.fromGreek(word)))), RUNS);
});

it("a word longer than any name is read as well", () => {
  const long = "schtschxczchg".repeat(60);
  expect(slavicSkeletons(long)).toEqual(plain.slavicSkeletons(long));
  expect(cyrillicSkeletons("щчъџ".repeat(90))).toEqual(plain.cyrillicSkeletons("щчъџ".repeat(90)));
});

it("Slavic endings and steady letters are those of the rules, wherever a word stands", () => {
  const parts = [..."aabcdeefhiijkklnosstuvvwyz", "ski", "ska", "ya", "shvili", "hvili", "enko", "off", "dze", "ich", "ikkh", "shyn", "vith", "é"];
  const table = new LetterTable();
  const words = new Set(fc.sample(wordOf(parts), { numRuns: 4000, seed: 5 }));
  for (const word of words) table.addText(word);
  const slavic = createSlavic({ ...createLexicon().words, table });
  for (const word of words) {
    const number = table.findText(word);
    expect([hasSlavicEnding(word), slavic.isSlavic(number)], word).toEqual(Array(2).fill(plain.hasSlavicEnding(word)));
    expect(slavic.steady(number), word).toBe(hashText(plain.steadyLetters(word)) || 1);
  }
});

it("the spellings of a word are told by its letters, as far as these tell them one by one", () => {
  const word = fc.array(fc.constantFrom(..."abeouxyzAEÖ", ..."äöüßåøæčšžñřçÉðþđőșțİŉ", "ə", "ụ", "ё", "e\u0301"), { minLength: 2, maxLength: 8 }).map((each) => each.join(""));
  let told = 0;
  fc.assert(fc.property(word, (raw) => {
    const list = spellings(raw);
    if (list.length < 2) return;
    const found = new Set<string>();
    const letters = Uint16Array.from(raw, (_, at) => raw.charCodeAt(at));
    if (someSpelling(letters, 0, raw.length, (spelled, size) => (found.add(String.fromCharCode(...spelled.subarray(0, size))), false)) === undefined) return;
    told++;
    expect([...found].sort()).toEqual([...list].sort());
  }), RUNS);
  expect(told).toBeGreaterThan(500);
});
