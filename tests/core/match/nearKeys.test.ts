import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLeftOver, type LeftOver } from "../../../lib/core/match/suggest/leftOver.ts";
import { likeness, mayBeAlike } from "../../../lib/core/match/suggest/likeness.ts";
import { createNearKeys } from "../../../lib/core/match/suggest/nearKeys.ts";
import { type People, readPeople } from "../../../lib/core/match/reading/lists.ts";
import { namesOf } from "../../../lib/core/match/reading/names.ts";
import { createNameReader } from "../../../lib/core/match/reading/person.ts";
import { Run } from "../../../lib/core/match/words/flat.ts";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { createPairs } from "../../../lib/core/match/words/pairs.ts";
import { makeOtherLists } from "../../support/people/otherNames.ts";

const keysOf = (names: readonly string[]): readonly ReadonlySet<number>[] => {
  const lexicon = createLexicon();
  const people: People = readPeople(namesOf(names.map((name, at) => ({ id: String(at), name }))), 0, createNameReader(lexicon));
  const enter = createNearKeys(lexicon.words);
  const some = createLeftOver(lexicon.words)(people, [...names.keys()]);
  return names.map((_, index) => {
    const run = new Run(1);
    enter(some, index, false, run);
    return new Set(run.keys.subarray(0, run.size));
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

describe("names that share a word and may not be alike otherwise", () => {
  /** How many pairs have a likeness, and how many have none and were told apart by their outlines. */
  const compare = (masters: readonly string[], targets: readonly string[]): { readonly alike: number; readonly unlike: number } => {
    const lexicon = createLexicon();
    const reader = createNameReader(lexicon);
    const leftOver = createLeftOver(lexicon.words);
    const [mine, theirs] = ([masters, targets] as const).map((names, side) => leftOver(readPeople(namesOf(names.map((name, at) => ({ id: String(at), name }))), side === 0 ? 0 : 1, reader), [...names.keys()])) as [LeftOver, LeftOver];
    const seen = { alike: 0, unlike: 0 };
    for (const [one, name] of masters.entries()) {
      for (const [other, match] of targets.entries()) {
        const like = likeness(lexicon.words, mine, one, theirs, other);
        if (like !== undefined) seen.alike++;
        if (mayBeAlike(mine, one, theirs, other)) continue;
        expect(like, `${name} and ${match}`).toBeUndefined();
        seen.unlike++;
      }
    }
    return seen;
  };

  it("leave nicknames, beginnings and letters mistyped", () => {
    const names = [["William Weber", "Bill Weber"], ["Alexa Kern", "Alexander Kern"], ["Anna Petrovant", "Anna Kerovand"], ["Weber William", "Weber Willaim"], ["Anna Petrovant Kern", "Anan Petrovant Kren"]] as const;
    for (const [one, other] of names) expect(compare([one, other], [other, one]), one).toMatchObject({ unlike: 0 });
    expect(compare(["Anna Petrovant", "William Weber", "Bob Kern"], ["Anna Kowalczyk", "Xandra Weber", "Bob Peter Petrovant"])).toEqual({ alike: 0, unlike: 4 });
  });

  it("have no likeness, in names of many tongues", () => {
    const { masters, targets } = makeOtherLists(300, 6);
    const { alike, unlike } = compare(masters.map(({ name }) => name), targets.map(({ name }) => name));
    expect(Math.min(alike, unlike)).toBeGreaterThan(100);
  });

  it("are found again at once where both lists have one order", { timeout: 20_000 }, () => {
    // Where all of them stood in one place, each would pass by all before it: for half a minute, longer than this may take.
    const pairs = createPairs();
    for (let one = 0; one < 60_000; one++) for (const other of [one, one + 1, one + 2]) if (!pairs.add(one, other)) throw new Error(`${one} ${other}`);
    for (let one = 0; one < 60_000; one++) if (pairs.add(one, one)) throw new Error(`${one} twice`);
  });

  it("have none where words are typed, short, nicknames or doubled", () => {
    const given = fc.constantFrom("William", "Bill", "Bob", "Alexander", "Alexa", "Anna", "Jo", "R.");
    const letter = fc.constantFrom(..."aceknprtvw");
    const typed = fc.tuple(fc.constantFrom("Kowalczyk", "Petrovant", "Weber", "Kern"), fc.array(fc.tuple(fc.nat(8), fc.nat(2), letter), { maxLength: 3 })).map(([word, edits]) => edits.reduce<string>((text, [at, cut, put]) => text.slice(0, at) + (cut === 2 ? "" : put) + text.slice(at + (cut > 0 ? 1 : 0)), word));
    const name = fc.oneof(fc.tuple(given, typed), fc.tuple(given, given, typed), fc.tuple(given, typed, typed), fc.tuple(typed, typed), fc.tuple(given, typed).map(([one, other]) => [one, `${other}-Kern`]), given.map((one) => [one, one])).map((words) => words.join(" "));
    const all = { alike: 0, unlike: 0 };
    fc.assert(fc.property(fc.array(name, { minLength: 5, maxLength: 15 }), fc.array(name, { minLength: 5, maxLength: 15 }), (masters, targets) => {
      const { alike, unlike } = compare(masters, targets);
      all.alike += alike;
      all.unlike += unlike;
    }), { numRuns: 500 });
    expect(Math.min(all.alike, all.unlike)).toBeGreaterThan(500);
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
