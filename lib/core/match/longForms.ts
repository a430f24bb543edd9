// The short forms that may be made of full names: their keys, where somebody on the other side asks for one of them.

import type { Which, Work } from "./meeting.ts";
import { plainerOf } from "./reading/faces.ts";
import type { People } from "./reading/lists.ts";
import { spellingsOf } from "./reading/person.ts";
import { surnameOfTwo } from "./relate.ts";
import { addKey, createKeys, hashWord, type KeyList, withSalt } from "./words/hash.ts";
import { keySet } from "./words/join.ts";
import { enterInitialKeys, enterShortKeys, enterShortKeysOfTwo, initialKeyOf } from "./words/keys.ts";
import type { Written } from "./words/lexicon.ts";
import { eachWholeName, MOST_WHOLE } from "./words/spell.ts";

/** Of two words, neither of which is an initial. */
const enterShortFormsOfTwo = (one: Written, other: Written, surname: number | undefined, enter: (key: number) => void): void => {
  if (one.list === undefined && other.list === undefined) {
    enter(initialKeyOf(other.word.hash, one.word.text));
    enter(initialKeyOf(one.word.hash, other.word.text));
    return enterShortKeysOfTwo(one.word.text, other.word.text, surname, enter);
  }
  const [ones, others] = [spellingsOf(one), spellingsOf(other)];
  // Of many the first and the last: who spells one letter so spells all so.
  const step = ones.length * others.length > MOST_WHOLE ? Math.max(1, others.length - 1) : 1;
  for (let at = 0; at < others.length; at += step) {
    const family = others[at] ?? "";
    const hash = hashWord(family);
    for (const given of ones) {
      enter(initialKeyOf(hash, given));
      enter(initialKeyOf(hashWord(given), family));
      enterShortKeysOfTwo(given, family, surname, enter);
    }
  }
};

/** Of each word of a name the text, and all spellings: in lists of their size. */
const textsAt = (side: People, index: number): readonly string[] => Array.from({ length: side.wordsAt(index) }, (_, at) => side.textAt(index, at));
const spelledAt = (side: People, index: number): readonly (readonly string[])[] => Array.from({ length: side.wordsAt(index) }, (_, at) => spellingsOf(side.formAt(index, at)));

/** The keys of all short forms of a name, told from its words alone. */
const enterShortForms = (work: Work, side: People, index: number, enter: (key: number) => void): void => {
  const size = side.wordsAt(index);
  const surname = side.surnameAt(index) ?? (size === 2 ? surnameOfTwo(work.leaning(side.wordAt(index, 0)), work.leaning(side.wordAt(index, 1))) : undefined);
  const { loose } = side.extraAt(index);
  if (loose !== undefined) enterInitialKeys(plainerOf(textsAt(side, index), loose), surname, enter);
  if (size === 2) {
    // What most people bear: two words.
    const [one, other] = [side.formAt(index, 0), side.formAt(index, 1)];
    if (one.word.text.length > 1 && other.word.text.length > 1) return enterShortFormsOfTwo(one, other, surname, enter);
  }
  const visit = (words: readonly string[]): void => {
    enterInitialKeys(words, surname, enter);
    enterShortKeys(words, surname, enter);
  };
  if (side.isPlain(index)) return visit(textsAt(side, index));
  eachWholeName(spelledAt(side, index), visit);
};

/** The keys of all short forms of the full names of a side that somebody on the other side may bear: those of a list. */
export const longForms = (work: Work, which: Which, short: KeyList, mayBeAsked: (side: People, index: number) => boolean): KeyList => {
  const list = createKeys();
  if (short.size === 0) return list;
  const wanted = keySet(short);
  const side = work.sides[which];
  let [owner, salt] = [0, 0];
  const reach = (key: number): void => {
    const salted = withSalt(key, salt);
    if (wanted.has(salted)) addKey(list, owner, salted);
  };
  for (owner = 0; owner < side.size; owner++) {
    if (!side.hasName(owner) || side.wordsAt(owner) < 2 || !mayBeAsked(side, owner)) continue;
    salt = side.salts[owner] ?? 0;
    enterShortForms(work, side, owner, reach);
  }
  return list;
};
