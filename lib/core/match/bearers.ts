// How many bear a surname, and whether a login of an initial and that surname can be told to be one of them: of many Johnsons one is
// easily missing in each list, so that rjohnson is Ronald, whom the other list does not show, and not the only R. Johnson it shows.

import type { People } from "./reading/lists.ts";
import type { Lexicon } from "./words/lexicon.ts";

/** So many others of an initial and a surname are too many, by how many others bear the surname and how many other given names begin with the letter. */
const MANY_EXPECTED = 0.5;
/** In a list of a few names no share of them says anything. */
const LEAST_OTHERS = 3;

type Sides = readonly [People, People];
type Words = Lexicon["words"];

interface Counts {
  /** By the number of a word: how many have it for a surname. */
  readonly bearers: Int32Array;
  /** By its code: how many given names begin with a letter. */
  readonly letters: Int32Array;
  readonly total: number;
}

const countsOf = (people: People, { table }: Words): Counts => {
  const { starts, words, size } = people;
  const [bearers, letters] = [new Int32Array(table.size()), new Int32Array(1 << 16)];
  const codes = table.letters();
  let total = 0;
  const isTurned = people.order.last > people.order.first * 1.5;
  for (let index = 0; index < size; index++) {
    const [from, to] = [starts[index] as number, starts[index + 1] as number];
    if (to - from < 2 || people.isHandle(index)) continue;
    const surname = people.surnameAt(index);
    for (let at = from; at < to; at++) {
      const word = words[at] as number;
      if (surname === undefined ? at === (isTurned ? to - 1 : from) : at < from + surname) {
        const code = codes[table.start(word)] as number;
        letters[code] = (letters[code] as number) + 1;
        total++;
      } else bearers[word] = (bearers[word] as number) + 1;
    }
  }
  return { bearers, letters, total };
};

/** kbear, beark, k.bear: the place of the surname in the name, and the letter beside it. */
const partsOf = (login: string, people: People, index: number): { readonly at: number; readonly initial: string } | undefined => {
  for (let at = 0; at < people.wordsAt(index); at++) {
    const word = people.textAt(index, at);
    if (word.length < 2 || login.length !== word.length + 1) continue;
    if (login.endsWith(word)) return { at, initial: login.charAt(0) };
    if (login.startsWith(word)) return { at, initial: login.charAt(word.length) };
  }
  return undefined;
};

/** Says of a master and a target, of whom one shows nothing but a login, whether more people than one are to be expected of its initial and surname. */
export const createBearers = (sides: Sides, words: Words): ((master: number, target: number) => boolean) => {
  let counts: readonly [Counts, Counts] | undefined;
  return (master, target) => {
    const brief = sides[0].isHandle(master) ? 0 : sides[1].isHandle(target) ? 1 : undefined;
    if (brief === undefined) return false;
    const [handle, full] = brief === 0 ? [master, target] : [target, master];
    const people = sides[brief === 0 ? 1 : 0];
    const parts = partsOf(sides[brief].at(handle).words.join(""), people, full);
    if (parts === undefined) return false;
    counts ??= [countsOf(sides[0], words), countsOf(sides[1], words)];
    const word = people.wordAt(full, parts.at);
    const letter = parts.initial.charCodeAt(0);
    return counts.some(({ bearers, letters, total }) => {
      const [others, alike] = [(bearers[word] as number) - 1, (letters[letter] as number) - 1];
      return others >= LEAST_OTHERS && others * alike >= MANY_EXPECTED * total;
    });
  };
};
