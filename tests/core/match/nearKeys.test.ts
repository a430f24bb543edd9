import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNearKeys } from "../../../lib/core/match/nearKeys.ts";
import { type People, readPeople } from "../../../lib/core/match/reading/lists.ts";
import { namesOf } from "../../../lib/core/match/reading/names.ts";
import { createNameReader } from "../../../lib/core/match/reading/person.ts";
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

it("a pair comes for the first time once", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 3000 }), (list) => {
    const [pairs, seen] = [createPairs(), new Set<string>()];
    for (const [one, other] of list) {
      expect(pairs.add(one, other)).toBe(!seen.has(`${one} ${other}`));
      seen.add(`${one} ${other}`);
    }
  }), { numRuns: 50 });
});
