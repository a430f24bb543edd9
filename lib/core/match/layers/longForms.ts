// The short forms that may be made of full names: their keys, where somebody on the other side asks for one of them.

import type { Which, Work } from "./meeting.ts";
import { plainerOf } from "../reading/faces.ts";
import type { People } from "../reading/lists.ts";
import { spellingsOf } from "../reading/person.ts";
import { surnameOfTwo } from "../relate.ts";
import { Run } from "../words/flat.ts";
import { addKey, createKeys, type KeyList, withSalt } from "../words/hash.ts";
import { keySet } from "../words/join.ts";
import { putInitialKeys, putShortKeys, putSurnameKeys } from "../words/keys.ts";
import { eachWholeName } from "../words/spell.ts";

/** Of each word of a name the text, and all spellings: in lists of their size. */
const textsAt = (side: People, index: number): readonly string[] => Array.from({ length: side.wordsAt(index) }, (_, at) => side.textAt(index, at));
const spelledAt = (side: People, index: number): readonly (readonly string[])[] => Array.from({ length: side.wordsAt(index) }, (_, at) => spellingsOf(side.formAt(index, at)));

const putForms = (run: Run, words: readonly string[], surname: number | undefined): void => {
  putInitialKeys(run, words, surname);
  putShortKeys(run, words, surname);
  putSurnameKeys(run, words);
};

/** The keys of all short forms of a name, told from its words alone. */
const putShortForms = (run: Run, work: Work, side: People, index: number): void => {
  const surname = side.surnameAt(index) ?? (side.wordsAt(index) === 2 ? surnameOfTwo(work.leaning(side.wordAt(index, 0)), work.leaning(side.wordAt(index, 1))) : undefined);
  const { loose } = side.extraAt(index);
  if (loose !== undefined) putInitialKeys(run, plainerOf(textsAt(side, index), loose), surname);
  if (side.isPlain(index)) putForms(run, textsAt(side, index), surname);
  else eachWholeName(spelledAt(side, index), (words) => putForms(run, words, surname));
};

/** The keys of all short forms of the full names of a side that somebody on the other side may bear: those of a list. */
export const longForms = (work: Work, which: Which, short: KeyList, mayBeAsked: (side: People, index: number) => boolean): KeyList => {
  const list = createKeys();
  if (short.size === 0) return list;
  const wanted = keySet(short);
  const side = work.sides[which];
  const run = new Run(64);
  for (let owner = 0; owner < side.size; owner++) {
    if (!side.hasName(owner) || side.wordsAt(owner) < 2 || !mayBeAsked(side, owner)) continue;
    run.size = 0;
    putShortForms(run, work, side, owner);
    for (let at = 0; at < run.size; at++) {
      const key = withSalt(run.keys[at] as number, side.salts[owner] ?? 0);
      if (wanted.has(key)) addKey(list, owner, key);
    }
  }
  return list;
};
