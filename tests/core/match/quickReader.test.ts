import { describe, expect, it } from "vitest";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { createLists, enterPerson, type Lists, readPeople } from "../../../lib/core/match/reading/lists.ts";
import { saltOf } from "../../../lib/core/match/words/keys.ts";
import type { NameEntry } from "../../../lib/core/match/model.ts";
import { namesOf, spell } from "../../../lib/core/match/reading/names.ts";
import { createNameReader, parsePerson, readClosely } from "../../../lib/core/match/reading/person.ts";
import { quickReaderOf } from "../../../lib/core/match/reading/quickReader.ts";
import { createNameScanner } from "../../../lib/core/match/reading/scanName.ts";
import { makeLists } from "../../support/people/names.ts";
import { makeOtherLists } from "../../support/people/otherNames.ts";
import { makeStrangers } from "../../support/people/strangerNames.ts";

const odd: readonly NameEntry[] = [
  { id: "1", name: "Gary Bear", login: "gary.bear2", email: "gary.bear2@acme.example" }, { id: "2", name: "Gary Bear", login: "g.bear", email: "gbear@acme.example" }, { id: "3", name: "gbear", email: "gary@acme.example" },
  { id: "4", name: "G. Müller", login: "gmueller", email: "G.M@ACME.example" }, { id: "5", name: "Bear, G." }, { id: "6", name: "gary_bear", login: "gary_bear" }, { id: "7", name: "Gary Bear (2)", login: "u100023", email: "a-b.c@x.y" },
  { id: "8", name: "Jan van der Berg (100023)", login: "100023" }, { id: "9", name: "A. B. Al-Said", login: "7" }, { id: "10", name: " Gary  Bear " }, { id: "10b", name: "Mələk Ələkbərova" }, { id: "10c", name: "Ələkbərova, M." }, { id: "10d", name: "Dr. Mələk Vəli Ələkbərova" }, { id: "11", name: "Иванов Иван Петрович" }, { id: "12", name: "ÃœmÃ¼t Kaya", login: "x.y.z" },
  { id: "13", name: "Gary Bear", login: "svc.sync" }, { id: "14", name: "Gary Bear", email: "Gary <gary+x@acme.example>" }, { id: "15", name: "Ann Mary Lou Bear" }, { id: "16", name: "GARY Bear" }, { id: "17", name: "Gary BеarА" }, { id: "18", name: "İnci Öz" },
  { id: "19", name: "Malathi T., P.Eng" }, { id: "20", name: "Li, Peng" }, { id: "21", name: "Mojca Kralj II" }, { id: "22", name: "M. Koç" }, { id: "23", name: "W&#243;jcik, Dariusz" }, { id: "24", name: "gw&#243;jcik" },
];
const people = [...odd, ...makeLists(400, 4).masters, ...makeLists(400, 4).targets, ...makeOtherLists(250, 4).targets, ...makeStrangers(150, 4).masters, ...makeStrangers(150, 4).targets];

const keysOf = ({ asked, ...lists }: Lists): unknown => [
  ...Object.entries(lists).map(([name, list]) => [name, Array.from(list.keys.subarray(0, list.size))]),
  // Two spellings may ask for the same.
  [...new Set(Array.from(asked.keys.subarray(0, asked.size), (key, at) => `${key} ${asked.owners[at]}`))],
];

describe("people read letter by letter", () => {
  it("stand under the keys they would have if each were looked at closely", () => {
    for (const entry of people) {
      const lists = createLists();
      const person = parsePerson(entry);
      enterPerson(lists, entry, undefined, person, 0, saltOf(undefined, person.extra.number));
      expect(keysOf(readPeople(namesOf([entry]), 0, createNameReader(createLexicon())).lists), JSON.stringify(entry)).toEqual(keysOf(lists));
    }
  });

  it("are most people", () => {
    const names = namesOf(makeLists(400, 4).targets);
    const reader = quickReaderOf(createNameReader(createLexicon()), names);
    const read = Array.from({ length: names.size }, (_, index) => reader.read(index)).filter(Boolean);
    expect(read.length / names.size).toBeGreaterThan(0.95);
  });

  it("have the words and the order a closer look finds", () => {
    const reader = createNameReader(createLexicon());
    const scanner = createNameScanner(reader.lexicon);
    const letters = new Uint16Array(100_000);
    let scanned = 0;
    for (const { name } of people) {
      // Only the quick look knows fathers' names by their endings.
      if (/вич|вна|ична/.test(name) || !scanner.name(letters, spell(name, letters))) continue;
      const closely = readClosely(name.trim(), reader);
      expect({ words: Array.from(scanner.forms.subarray(0, scanner.count), reader.lexicon.wordOf), surname: scanner.surname || undefined }, name).toEqual({ words: closely.forms.map(reader.lexicon.wordOf), surname: closely.surname });
      scanned++;
    }
    expect(scanned).toBeGreaterThan(people.length / 2);
  });
});
