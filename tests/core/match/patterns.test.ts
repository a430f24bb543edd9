import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NameEntry } from "../../../lib/core/match/model.ts";
import { readPeople } from "../../../lib/core/match/reading/lists.ts";
import { namesOf, spell } from "../../../lib/core/match/reading/names.ts";
import { createNameReader, parsePerson, type Person, readClosely } from "../../../lib/core/match/reading/person.ts";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { makeLists } from "../../support/people/names.ts";
import { makeOtherLists } from "../../support/people/otherNames.ts";
import { makeStrangers } from "../../support/people/strangerNames.ts";

/** Pieces of names that mean something beside others, and words that mean nothing but themselves. */
const PIECES = [
  "Anna", "Weber", "anna", "WEBER", "Søren", "Müller", "Çelik", "Иван", "Петров", "Ξένια", "Đặng", "Nguyễn", "Trần", "Zzyzx", "zzz", "svcsync", "srvnote", "Ату", "Ωmega", "Josef", "Ñuño", "Bin", "Li", "Peng", "Garcia",
  "O'Brien", "Jean-Luc", "al-Haddad", "García-López", "D'Angelo", "Mei-Ling", "dipl-ing", "e-mail", "o’neill", "-Anna", "Anna-", "Novako'", "'Bob'", "A-b-C",
  "G.", "É.", "E.", "e.", "y", "O", "Ж.", "a", "J.R.", "κ.", "X_Bear",
  "Dr.", "Prof.", "Mr.", "Herr", "Ing.", "ing", "MBA", "PhD", "Dipl.-Ing.", "jr.", "II", "Sr", "junior", "van", "der", "Van", "de", "la", "bin", "von",
  "(EXT)", "[Contractor]", "(Acme", "GmbH)", "(IT)", "(2)", "(née", "Schmidt)", "\"Bob\"", "-", "|", "/", "at", "bei", "via", "External", "ext", "IT", "HR", "CI/OSD", "Acme", "GmbH", "2", "100023", "u100023", "admin", "bot", "#3", "&#233;",
] as const;
const PARTS = [" ", " ", " ", " ", " ", ", ", ", ", "  ", "; ", ",", ""] as const;

const name = fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(...PARTS)), { minLength: 1, maxLength: 6 }).map((parts) => parts.flat().join(""));
/** What stands around words, and words that may be no more than that, or tell something. */
const AROUND = ["_ _", "Dr. _ _", "_ _ (EXT)", "_, _ (extern)", "_ _ - External", "Prof. Dr. _, _", "_ _ _, PhD", "_ _ (Acme GmbH)", "_  _", "_ _ II", "_ _ jr.", "_ _, IT", "Mr. _ _ _", "_ _ | Acme", "_ _ (née Schmidt)", "_ _ (100023)", "_, _, _ MBA", "_ _ [C]", "_ ing _", "_ _ _ _ (IT)", "_, _ _", "Dr. _, _ _", "_ _ (bot)", "_ _ service", "Admin _ _", "_,  _ _ ", "_ van _", "_ van der _", "van _, _", "_ VAN _", "van de _ _", "_, _ de la", "_ bin _", "Bin _ _", "_ y _ _", "_ _ e _", "Đỗ _ _", "_ Do _", "Dr. _ van _ (EXT)", "_ de _, _", "El _ _", "_ von und zu _", "_  van _", "_ d _", "van _", "_ Mc _", "_ van van _"] as const;
const WORDS = ["Anna", "Boris", "Dora", "Иван", "O'Neill", "Jo-Ann", "al-Said", "F.", "E.", "e.", "Ж.", "y", "hugo", "HUGO", "zzz", "zzanna", "Svcsync", "srvnote", "at", "via", "bei", "Trần", "van", "Junior", "bot", "Admin", "Garcia-Lopez", "dipl-ing", "Peng", "Ἀθηνᾶ", "Ʌsa", "d'", "Ng", "x_y", "a1", "İnci", "Nguyen", "ly", "N'go", "O'Do", "Bergsmits", "ter"] as const;
const word = fc.constantFrom(...WORDS);
const alike = fc.oneof(
  fc.tuple(fc.constantFrom(...AROUND), fc.array(fc.array(word, { minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 8 })).map(([text, lists]) => ["Carla Dorn Emma Falk", ...lists.map((list) => list.join(" "))].map((words) => {
    const list = words.split(" ");
    return text.replaceAll("_", () => list.shift() ?? "");
  })),
  fc.array(name, { minLength: 1, maxLength: 3 }),
);

const shownOf = ({ words, alternatives, surname, handle, service, email, extra }: Person): unknown => ({ words, alternatives, surname, handle, service, email, extra });
const expectAlike = (people: readonly NameEntry[]): void => {
  const kept = readPeople(namesOf(people), 0, createNameReader(createLexicon()));
  people.forEach((entry, index) => expect(shownOf(kept.at(index)), JSON.stringify(entry.name)).toEqual(shownOf(parsePerson(entry))));
};

describe("names of a known pattern", () => {
  it("show what a closer look at each would find, whatever stands around their words", () => {
    fc.assert(fc.property(fc.array(alike, { minLength: 1, maxLength: 12 }), (lists) => expectAlike(lists.flat().map((text, at) => ({ id: String(at), name: text })))), { numRuns: 600 });
  });

  it("do so in three mixes", () => {
    const mixes = [makeLists(600, 6), makeOtherLists(300, 6), makeStrangers(300, 6)];
    expectAlike(mixes.flatMap(({ masters, targets }) => [...masters, ...targets]));
  });

  it("are most of those that are no plain words", () => {
    const reader = createNameReader(createLexicon());
    const letters = new Uint16Array(1024);
    let [known, closely] = [0, 0];
    for (const { name: text } of [...makeLists(3000, 6).masters, ...makeLists(3000, 6).targets]) {
      const length = spell(text, letters);
      if (!text.includes(" ") || reader.scanner.name(letters, length)) continue;
      if (reader.patterns.read(letters, length)) known++;
      else {
        closely++;
        reader.patterns.learn(readClosely(text, reader));
      }
    }
    expect(known).toBeGreaterThan(closely * 2);
  });
});
