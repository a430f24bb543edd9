import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNearKeys } from "../../../lib/core/match/nearKeys.ts";
import { type People, readPeople } from "../../../lib/core/match/reading/lists.ts";
import { namesOf } from "../../../lib/core/match/reading/names.ts";
import { createNameReader } from "../../../lib/core/match/reading/person.ts";
import { distance } from "../../../lib/core/match/words/distance.ts";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { createPairs } from "../../../lib/core/match/words/pairs.ts";

const keysOf = (names: readonly string[]): readonly ReadonlySet<number>[] => {
  const lexicon = createLexicon();
  const people: People = readPeople(namesOf(names.map((name, at) => ({ id: String(at), name }))), 0, createNameReader(lexicon));
  const enter = createNearKeys(lexicon.words.table);
  return names.map((_, index) => {
    const keys = new Set<number>();
    enter(people, index, false, (key) => void keys.add(key));
    return keys;
  });
};
const meet = (one: string, other: string): boolean => {
  const [mine = new Set(), theirs = new Set()] = keysOf([one, other]);
  return [...mine].some((key) => theirs.has(key));
};

describe("left-over names", () => {
  const word = fc.array(fc.constantFrom(..."bcfklmnpr"), { minLength: 5, maxLength: 16 }).map((letters) => letters.join(""));

  it("stand in one bucket where a letter of one word is lost, changed or exchanged with the next", () => {
    fc.assert(fc.property(word, word, fc.nat(), fc.constantFrom("lost", "changed", "exchanged"), (given, family, nat, how) => {
      // The letters behind are looked at as a whole.
      const at = nat % Math.min(family.length - 1, 13);
      const typed = family.slice(0, at) + (how === "lost" ? "" : how === "changed" ? "x" : family.slice(at, at + 2).split("").reverse().join("")) + family.slice(how === "exchanged" ? at + 2 : at + 1);
      expect(meet(`${given} ${family}`, `${given} ${typed}`)).toBe(true);
    }), { numRuns: 300 });
  });

  it.each([["Robert Kowalski", "Bob Kowalski"], ["Anna Maria Weber", "Maria Weber"], ["Anna Maria Weber", "Anna Maria Schmidt"], ["Kowalski Robert", "Robert Kowalski"], ["Alexander Kern", "Alexa Kern"], ["Anna Weber-Kern", "Anna Kern"]])("%s and %s meet", (one, other) => {
    expect(meet(one, other)).toBe(true);
  });

  it("that have nothing in common do not meet", () => {
    expect(meet("Anna Weber", "Boris Kovač")).toBe(false);
  });
});

it("how many letters two words differ in does not hang on what they begin and end with", () => {
  const naive = (one: string, other: string): number => {
    const rows = Array.from({ length: one.length + 1 }, (_, i) => Array.from({ length: other.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)));
    const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
    for (let i = 1; i <= one.length; i++) for (let j = 1; j <= other.length; j++) {
      let value = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) value = Math.min(value, at(i - 2, j - 2) + 1);
      (rows[i] ?? [])[j] = value;
    }
    return at(one.length, other.length);
  };
  const word = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 9 }).map((letters) => letters.join(""));
  fc.assert(fc.property(word, word, fc.constantFrom(1, 2), (one, other, most) => void expect(distance(one, other, most)).toBe(Math.min(naive(one, other), most + 1))), { numRuns: 3000 });
});

it("a pair comes for the first time once", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 3000 }), (list) => {
    const [pairs, seen] = [createPairs(), new Set<string>()];
    for (const [one, other] of list) {
      expect(pairs.add(one, other)).toBe(!seen.has(`${one} ${other}`));
      seen.add(`${one} ${other}`);
    }
  }), { numRuns: 50 });
});
