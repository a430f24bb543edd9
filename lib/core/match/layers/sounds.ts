// Names in scripts without customs of romanising (Arabic, Hebrew, Hangul, Han) against Latin ones, by what they sound like.
// Never a pair: such readings are guesses. But whoever may be meant is listed, and casts doubt where a name agrees in part only.

import { layer } from "../graph.ts";
import type { Which, Work } from "./meeting.ts";
import type { People } from "../reading/lists.ts";
import { addKey, createKeys, hashText, type KeyList, withSalt } from "../words/hash.ts";
import type { Lexicon } from "../words/lexicon.ts";
import { joinSounds } from "../words/sound.ts";
import { beginningOf, heard, type Hearing, hearingOf, HEARINGS } from "../words/transcribe.ts";

export const SOUNDS = { score: 0.62, reason: "sounds the same when written in Latin letters" };

/** Somebody of these initials may be meant as well. */
export const SOUNDS_INITIAL = { score: 0.6, reason: "initials, and a surname that sounds the same when written in Latin letters" };

/** Few letters are in many names; vowels are heard of Chinese alone. */
const LEAST: Readonly<Record<Hearing, number>> = { arabic: 3, hebrew: 3, hangul: 6, han: 5 };
/** Written with spaces: such names are heard word by word. */
const isSpaced = (hearing: Hearing): boolean => hearing === "arabic" || hearing === "hebrew";
const MOST_WORDS = 5;

/** It is no name by itself: عبد الرحمن is Abdelrahman, Abdel Rahman, Abd al-Rahman. */
const SERVANT = /^(?:عبد|abd(?:[aeu]l)?)$/;

/** What is heard of each word, one by one; a word that belongs to the next one together with it. */
const soundsOf = (texts: readonly string[], hear: (position: number) => string): readonly string[] => {
  const sounds: string[] = [];
  for (let at = 0; at < texts.length; at++) sounds.push(SERVANT.test(texts[at] ?? "") && at + 1 < texts.length ? hear(at) + hear(++at).replace("-", "") : hear(at));
  return sounds;
};

/** Under a name without what stands between the first and the last word: a father's name is often left out. */
const enterOuter = (list: KeyList, index: number, sounds: readonly string[], hearing: Hearing, salt: number): void => {
  if (sounds.length > 2) enter(list, index, [sounds[0] ?? "", sounds[sounds.length - 1] ?? ""], hearing, salt);
};

/** Under its words in each order that begins elsewhere: Korean and Chinese names are written without spaces, others with the surname first. */
const enter = (list: KeyList, index: number, sounds: readonly string[], hearing: Hearing, salt: number): void => {
  const least = LEAST[hearing];
  if (isSpaced(hearing)) return sounds.includes("") || sounds.join("").replaceAll("-", "").length < least ? undefined : addKey(list, index, withSalt(hashText([...sounds].sort().join(" ")), salt));
  for (let from = 0; from < sounds.length; from++) {
    let joined = "";
    for (let at = 0; at < sounds.length; at++) joined = joinSounds(joined, sounds[(from + at) % sounds.length] ?? "");
    if (joined.length >= least) addKey(list, index, withSalt(hashText(joined), salt));
  }
};

/** A surname and what the other name begins with: of a Latin name of initials, and of each other name. */
const enterInitials = (list: KeyList, index: number, texts: readonly string[], hearing: Hearing, salt: number): void => {
  const add = (surname: string, given: string): void => {
    const sound = heard(surname, hearing);
    if (sound.replace("-", "").length > 0) addKey(list, index, withSalt(hashText(`${sound} ${beginningOf(given, hearing)}`), salt));
  };
  const letters = texts.length === 1 ? Array.from(texts[0] ?? "") : [];
  if (letters.length > 1 && !isSpaced(hearing)) return add(letters[0] ?? "", letters[1] ?? "");
  const full = texts.filter((text) => text.length > 1 || text.charCodeAt(0) > 0x24f);
  const initial = texts.find((text) => text.length === 1 && text.charCodeAt(0) < 0x250);
  if (full.length === 1 && initial !== undefined) return add(full[0] ?? "", initial);
  if (initial !== undefined || full.length < 2 || texts.every((text) => text.charCodeAt(0) < 0x250)) return;
  const [first = "", last = ""] = [full[0], full[full.length - 1]];
  add(first, last);
  add(last, first);
};

const indexesOf = (side: People, keep: (index: number) => boolean): readonly number[] => {
  const kept: number[] = [];
  for (let index = 0; index < side.size; index++) if (side.hasName(index) && side.wordsAt(index) <= MOST_WORDS && keep(index)) kept.push(index);
  return kept;
};

/** One full word, and initials. */
const isInitialed = (side: People, index: number): boolean => {
  let full = 0;
  for (let at = 0; at < side.wordsAt(index); at++) if (side.formAt(index, at).word.text.length > 1) full++;
  return full === 1 && side.wordsAt(index) > 1;
};

export const bySound = (work: Work, lexicon: Lexicon): void => {
  const { table, isForeign } = lexicon.words;
  const hearings = new Map<number, Hearing | undefined>();
  const hearingAt = (side: People, index: number): Hearing | undefined => {
    for (let at = 0; at < side.wordsAt(index); at++) {
      const word = side.wordAt(index, at);
      if (!isForeign(word)) continue;
      if (!hearings.has(word)) hearings.set(word, hearingOf(table.text(word)));
      return hearings.get(word);
    }
    return undefined;
  };
  const foreign = work.sides.map((side) => indexesOf(side, (index) => side.hasForeignWord(index) && hearingAt(side, index) !== undefined));
  for (const which of [0, 1] as const) {
    const against = which === 0 ? 1 : 0;
    const [side, latin] = [work.sides[which], work.sides[against]];
    for (const hearing of HEARINGS) {
      const own = (foreign[which] ?? []).filter((index) => hearingAt(side, index) === hearing);
      if (own.length === 0) continue;
      const sounds: (string | undefined)[] = new Array(table.size()).fill(undefined);
      const keysOf = (at: Which, indexes: readonly number[]): { readonly whole: KeyList; readonly two: KeyList; readonly outer: KeyList } => {
        const [people, whole, two, outer] = [work.sides[at], createKeys(), createKeys(), createKeys()];
        for (const index of indexes) {
          const hear = (position: number): string => (sounds[people.wordAt(index, position)] ??= heard(table.text(people.wordAt(index, position)), hearing));
          const words = soundsOf(Array.from({ length: people.wordsAt(index) }, (_, position) => table.text(people.wordAt(index, position))), hear);
          const salt = people.salts[index] ?? 0;
          enter(whole, index, words, hearing, salt);
          if (!isSpaced(hearing)) continue;
          if (words.length === 2) enter(two, index, words, hearing, salt);
          enterOuter(outer, index, words, hearing, salt);
        }
        return { whole, two, outer };
      };
      const meet = (one: KeyList, other: KeyList): void => layer(work.graph, which === 0 ? [one, other] : [other, one], (master, target) => {
        if (!work.graph.has(master, target)) work.graph.hint(master, target, SOUNDS);
      });
      const [mine, theirs] = [keysOf(which, own), keysOf(against, indexesOf(latin, (index) => latin.wordsAt(index) > 1 && !latin.hasForeignWord(index)))];
      meet(mine.whole, theirs.whole);
      meet(mine.outer, theirs.two);
      meet(mine.two, theirs.outer);
      const shortOf = (at: Which, indexes: readonly number[]): KeyList => {
        const [people, list] = [work.sides[at], createKeys()];
        for (const index of indexes) enterInitials(list, index, Array.from({ length: people.wordsAt(index) }, (_, position) => table.text(people.wordAt(index, position))), hearing, people.salts[index] ?? 0);
        return list;
      };
      const [long, short] = [shortOf(which, own), shortOf(against, indexesOf(latin, (index) => !latin.hasForeignWord(index) && isInitialed(latin, index)))];
      layer(work.graph, which === 0 ? [long, short] : [short, long], (master, target) => {
        if (!work.graph.has(master, target)) work.graph.hint(master, target, SOUNDS_INITIAL);
      });
    }
  }
};
