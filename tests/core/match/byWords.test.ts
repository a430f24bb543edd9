import { describe, expect, it } from "vitest";
import { areOfOneName, atOddsByWords, mayBeExchanged, orderOfWords } from "../../../lib/core/match/byWords.ts";
import { type Company, covers, fits, holds, refutes, relationOf, sounds } from "../../../lib/core/match/company.ts";
import { mayHaveLogins } from "../../../lib/core/match/layers/meeting.ts";
import { wholeOf } from "../../../lib/core/match/reading/faces.ts";
import { readPeople } from "../../../lib/core/match/reading/lists.ts";
import { namesOf } from "../../../lib/core/match/reading/names.ts";
import { createNameReader, loginsOf, type Person } from "../../../lib/core/match/reading/person.ts";
import { hashWord, mayHaveOtherKeys } from "../../../lib/core/match/words/hash.ts";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { makeLists, seeded } from "../../support/people/names.ts";
import { makeOtherLists } from "../../support/people/otherNames.ts";

describe.each([["of many languages", makeLists(250, 6)], ["with remarks, numbers and particles", makeOtherLists(250, 5)]])("of people %s", (_, { masters, targets }) => {
  const reader = createNameReader(createLexicon());
  const sides = [readPeople(namesOf(masters), 0, reader), readPeople(namesOf(targets), 1, reader)] as const;
  const company: Company = { habits: () => 0, abroad: [] };
  const eachPair = (visit: (master: number, target: number, one: Person, other: Person) => void): void => {
    for (let master = 0; master < sides[0].size; master++) for (let target = 0; target < sides[1].size; target++) visit(master, target, sides[0].at(master), sides[1].at(target));
  };

  it("names at odds by the numbers of their words are so by the words themselves", () => {
    const seen = { apart: 0, doubtful: 0, held: 0 };
    eachPair((master, target, one, other) => {
      const told = atOddsByWords(sides, master, target);
      if (told === undefined) return;
      seen[told]++;
      if (one.extra.number !== other.extra.number) return expect(told).toBe("apart");
      expect([one.words, relationOf(company, one, other), holds(one, other), told !== "held" && covers(one, other)]).toEqual([one.words, told === "apart" ? "apart" : "doubtful", told === "held", false]);
    });
    expect(Math.min(seen.apart, seen.doubtful)).toBeGreaterThan(10);
  });

  it("names that are one by the numbers of their words fit, sound alike and are not exchanged", () => {
    let seen = 0;
    eachPair((master, target, one, other) => {
      const order = orderOfWords(sides, master, target);
      if (order !== "other") expect(sounds(wholeOf(one), wholeOf(other))).toBe(true);
      if (areOfOneName(sides, master, target)) expect([one.words, fits(company, one, other)]).toEqual([one.words, "fits"]);
      if (order !== "other" && !mayBeExchanged(sides, master, target, order) && one.surname !== undefined && other.surname !== undefined) expect([one.words.slice(0, one.surname), one.surname]).toEqual([other.words.slice(0, other.surname), other.surname]);
      if (order !== "other") seen++;
    });
    expect(seen).toBeGreaterThan(10);
  });

  it("who has neither address nor login is told from nobody by them", () => {
    let seen = 0;
    eachPair((master, target, one, other) => {
      if (mayHaveLogins(sides[0], master) || mayHaveLogins(sides[1], target)) return;
      seen++;
      const logins = { mine: () => loginsOf(masters[master] ?? { name: "" }, one), theirs: () => loginsOf(targets[target] ?? { name: "" }, other) };
      expect((["initial", "shorter", "login", "folded"] as const).filter((evidence) => refutes(company, one, other, logins, evidence))).toEqual([]);
    });
    expect(seen).toBeGreaterThan(10);
  });
});

it("all spellings of a word have its key, where nothing says otherwise", () => {
  const random = seeded(7);
  const letters = Array.from("abcdefghijklmnoprstuvyzäöüßåøæœőűþðđščćžşșțţçəñřáéíóúýěůłńęąğıiâêôơư");
  const lexicon = createLexicon();
  const { table } = lexicon.words;
  let seen = 0;
  for (let n = 0; n < 10_000; n++) {
    const { number, word, list = [] } = lexicon.spelled(Array.from({ length: 2 + Math.floor(random() * 6) }, () => letters[Math.floor(random() * letters.length)] ?? "").join(""));
    if (lexicon.isTwofold(number) || mayHaveOtherKeys(table.letters(), table.start(word.number), table.start(word.number) + word.text.length)) continue;
    expect(list.filter((spelling) => hashWord(spelling) !== word.hash)).toEqual([]);
    if (list.length > 1) seen++;
  }
  expect(seen).toBeGreaterThan(2500);
});
