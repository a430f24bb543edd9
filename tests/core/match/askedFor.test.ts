import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outlinesOf, searchFor } from "../../../lib/core/match/layers/askedFor.ts";
import { createGraph } from "../../../lib/core/match/graph.ts";
import { longForms } from "../../../lib/core/match/layers/longForms.ts";
import type { Work } from "../../../lib/core/match/layers/meeting.ts";
import type { NameEntry } from "../../../lib/core/match/model.ts";
import { readPeople } from "../../../lib/core/match/reading/lists.ts";
import { namesOf } from "../../../lib/core/match/reading/names.ts";
import { createNameReader } from "../../../lib/core/match/reading/person.ts";
import { habitsOf, leaningOf } from "../../../lib/core/match/relate.ts";
import { codesOf } from "../../../lib/core/match/words/flat.ts";
import { createFrame, frameOf, framesOf, joined } from "../../../lib/core/match/words/frames.ts";
import { hashWord } from "../../../lib/core/match/words/hash.ts";
import { shortLogins } from "../../../lib/core/match/words/keys.ts";
import { LetterTable } from "../../../lib/core/match/words/letterTable.ts";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { numberOf } from "../../../lib/core/match/words/powers.ts";
import { makeOtherLists } from "../../support/people/otherNames.ts";

const numberOfText = (text: string): number => {
  const frame = createFrame();
  frameOf(frame, codesOf(text), 0, text.length);
  return numberOf(frame.letters, 0, frame.length);
};

/** Mostly letters that are left out beside others, and doubles. */
const word = fc.array(fc.constantFrom(..."aaeehhssyyzzjjcdnortubмж"), { minLength: 1, maxLength: 7 }).map((letters) => letters.join(""));

describe("frames", () => {
  it("are one where the keys of two words are", () => {
    fc.assert(fc.property(word, fc.nat(6), fc.constantFrom(..."aehsyzj"), (one, at, letter) => {
      const other = one.slice(0, at) + letter + one.slice(at);
      if (hashWord(one) === hashWord(other)) expect(numberOfText(other)).toBe(numberOfText(one));
    }), { numRuns: 3000 });
  });

  it("put together are those of the words put together", () => {
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (list) => {
      const table = new LetterTable();
      for (const each of new Set(list)) table.addText(each);
      const { numbers, lengths, firsts, lasts } = framesOf(table);
      let [number, last] = [0, 0];
      for (const each of list.map((word) => table.findText(word))) {
        number = joined(number, last, numbers[each] ?? 0, lengths[each] ?? 0, firsts[each] ?? 0);
        last = lasts[each] || last;
      }
      expect(number).toBe(numberOfText(list.join("")));
    }), { numRuns: 1000 });
  });

  it("are one for all spellings of a word that is not twofold", () => {
    const lexicon = createLexicon();
    for (const letter of "äöüßåøæœőűþðđščćžşșțţçñř") {
      for (const raw of [`${letter}ba`, `ab${letter}`, `sc${letter}hr${letter}z`, `moeu${letter}rel`]) {
        const form = lexicon.spelled(raw);
        expect(form.list?.length, raw).toBeGreaterThan(1);
        for (const spelling of form.list ?? []) expect([numberOfText(spelling), spelling[0]], `${raw} ${spelling}`).toEqual([numberOfText(form.word.text), form.word.text[0]]);
      }
    }
    expect(lexicon.isTwofold(lexicon.spell("əli"))).toBe(true);
  });
});

/** The keys of short forms of either side, of those who may be asked for and of all. */
const formsOf = (masters: readonly NameEntry[], targets: readonly NameEntry[]): { readonly some: readonly unknown[]; readonly all: readonly unknown[]; readonly skipped: number } => {
  const lexicon = createLexicon();
  const reader = createNameReader(lexicon);
  const sides = [readPeople(namesOf(masters), 0, reader), readPeople(namesOf(targets), 1, reader)] as const;
  const leaning = leaningOf(lexicon, [sides[0].order, sides[1].order]);
  const work: Work = { sides, sizes: [masters.length, targets.length], graph: createGraph([masters.length, targets.length]), leaning, habits: habitsOf(lexicon, leaning), abroad: [], shared: [new Set<number>(), new Set<number>()] };
  const outlines = outlinesOf(lexicon);
  let skipped = 0;
  const listsOf = (isAll: boolean): readonly unknown[] => ([0, 1] as const).map((which) => {
    const { short, asked } = sides[1 - which]?.lists ?? sides[0].lists;
    const search = searchFor(outlines, asked);
    const { keys, owners, size } = longForms(work, which, short, (side, index) => {
      const may = search(side, index);
      if (!may) skipped++;
      return isAll || may;
    });
    return [keys.slice(0, size), owners.slice(0, size)];
  });
  return { some: listsOf(false), all: listsOf(true), skipped: skipped / 2 };
};

describe("who is not asked for", () => {
  it("has no short form that somebody bears, in names of many tongues", () => {
    for (const seed of [3, 4]) {
      const { masters, targets } = makeOtherLists(700, seed);
      const { some, all, skipped } = formsOf(masters, targets);
      expect(some, `seed ${seed}`).toEqual(all);
      expect(skipped, `seed ${seed}`).toBeGreaterThan(200);
    }
  });

  it("has none in names made of letters that may be left out, beside all their logins and initials", () => {
    // Of one seed: by chance two of so many keys are one number, and then the plain way finds what is none.
    const part = fc.array(fc.constantFrom(..."aeehhssyzjcdnortubäöüßåøšžçñřəđ"), { minLength: 1, maxLength: 6 }).map((letters) => letters.join(""));
    const name = fc.tuple(fc.array(part, { minLength: 2, maxLength: 4 }), fc.constantFrom(" ", " ", " van der ", "-", " Al-"), fc.boolean(), fc.nat(20));
    fc.assert(fc.property(fc.array(name, { minLength: 2, maxLength: 8 }), (list) => {
      const names = list.map(([words, between, comma]) => (comma ? `${words.slice(1).join(between)}, ${words[0]}` : words.join(between)));
      const short = list.map(([words, , , nat]) => {
        const [first = "", last = ""] = [words[0], words.at(-1)];
        const forms = [...shortLogins(words, undefined), ...shortLogins(words, words.length - 1), `${first[0]}. ${words.slice(1).join(" ")}`, `${last} ${first[0]}.`, `${first[0]}.${last}`];
        return forms[nat % forms.length] ?? "";
      });
      const entries = (texts: readonly string[]): readonly NameEntry[] => texts.map((text, at) => (at % 4 === 0 ? { id: String(at), name: text, login: text } : { id: String(at), name: text }));
      const { some, all } = formsOf(entries(names), entries([...short, ...names.slice(0, 2)]));
      expect(some).toEqual(all);
    }), { numRuns: 500, seed: 11 });
  });
});
