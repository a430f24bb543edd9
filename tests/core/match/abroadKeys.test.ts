import { expect, it } from "vitest";
import { type Abroad, createAbroad, type Readings, scriptOf } from "../../../lib/core/match/abroad.ts";
import { type AbroadKeys, createAbroadKeys } from "../../../lib/core/match/layers/abroadKeys.ts";
import { foreignNames } from "../../../lib/core/match/people.ts";
import { type People, readPeople } from "../../../lib/core/match/reading/lists.ts";
import { namesOf } from "../../../lib/core/match/reading/names.ts";
import { createNameReader } from "../../../lib/core/match/reading/person.ts";
import { addKey, createKeys, type KeyList, withSalt } from "../../../lib/core/match/words/hash.ts";
import { Run } from "../../../lib/core/match/words/flat.ts";
import { addEnds, addFull, addOtherPairs, initialKey, putInitialKeys, putShortKeys, shortKey } from "../../../lib/core/match/words/keys.ts";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { makeLists } from "../../support/people/names.ts";

type Lists = Record<Exclude<keyof AbroadKeys, "kinds">, KeyList>;

/** The same from the readings as texts, of everybody. */
const plainKeys = (abroad: Abroad, side: People): Lists => {
  const lists: Lists = { full: createKeys(), ends: createKeys(), others: createKeys(), short: createKeys(), long: createKeys() };
  const enter = (index: number, readings: Readings, surname: number | undefined, salt: number, isOwn: boolean): void => {
    for (const words of readings) {
      addFull(lists.full, index, words, salt);
      addEnds(lists.ends, index, words, salt);
      addOtherPairs(lists.others, index, words, salt);
      const initial = initialKey(words);
      if (initial !== undefined) addKey(lists.short, index, withSalt(initial, salt));
      const run = new Run(1);
      putInitialKeys(run, words, surname);
      if (isOwn) putShortKeys(run, words, surname);
      for (const key of run.keys.subarray(0, run.size)) addKey(lists.long, index, withSalt(key, salt));
    }
  };
  for (let index = 0; index < side.size; index++) {
    if (!side.hasName(index)) continue;
    const person = side.at(index);
    const salt = side.salts[index] ?? 0;
    enter(index, abroad.readings(person), person.surname, salt, scriptOf(person.words) === abroad.script);
    if (person.handle && person.words.length === 1) for (const form of abroad.skeletons(person.words[0] ?? "")) addKey(lists.short, index, withSalt(shortKey(form), salt));
  }
  return lists;
};

const ODD = ["Đorđe Živković-Џаџић", "Ђорђе Марковић Живковић", "Георги Първанов", "И. Щербаков", "Петров И.", "Василь Быкаў", "Ανδρέας Παπαδόπουλος", "Κ. Μπάκας", "Анна Smith", "ivanpetrov", "petrovi", "Jörg Müller-Čapek", "Şükrü Živkovic", "Schröder Petroff", "Oleksandr Shevtšenko", "Александр Шевченко", "Aleksandr Schewtschenko", "Alexander Ż. Kuznetsov", "Παπαδοπούλου", "Xenophon Tzannetakis", "Ξ. Τζαννετάκης", "Noël Æøåß", "김민수", "Юрий", "Yuriy", "ь ъ", "Хуан Карлос де ла Крус", "Juan Carlos de la Cruz"];
const listOf = (size: KeyList): readonly string[] => Array.from({ length: size.size }, (_, at) => `${size.owners[at]} ${size.keys[at]}`);

it.each([1, 2, 3])("the keys told by numbers alone are those of the readings, in their order (seed %i)", (seed) => {
  const made = makeLists(1500, seed);
  const lexicon = createLexicon();
  const reader = createNameReader(lexicon);
  const entries = [[...made.masters, ...ODD.map((name, at) => ({ id: `o${at}`, name }))], [...made.targets, ...ODD.map((name, at) => ({ id: `p${at}`, name: name.toUpperCase() }))]] as const;
  const sides = [readPeople(namesOf(entries[0]), 0, reader), readPeople(namesOf(entries[1]), 1, reader)] as const;
  const names = foreignNames(sides, lexicon);
  for (const script of ["cyrillic", "greek"] as const) {
    const [abroad, plain] = [createAbroad(script, lexicon.words.table, names.get(script)), createAbroad(script, lexicon.words.table, names.get(script))];
    if (abroad === undefined || plain === undefined) throw new Error(`nobody is written in ${script}`);
    const keysOf = createAbroadKeys(abroad, lexicon);
    for (const side of sides) {
      const { kinds, ...keys } = keysOf(side);
      const wanted = plainKeys(plain, side);
      expect(kinds.some((kind) => kind !== 0)).toBe(true);
      for (const name of ["full", "ends", "others", "short", "long"] as const) expect(listOf(keys[name]), name).toEqual(listOf(wanted[name]));
    }
  }
});
