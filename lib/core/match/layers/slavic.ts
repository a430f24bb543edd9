// Two customs of romanising against each other, both in Latin letters: Yuliya Kuznetsova and Julia Kusnezowa.

import { addName } from "./wholeNames.ts";
import { meetUnder, type Work } from "./meeting.ts";
import type { People } from "../reading/lists.ts";
import type { Person } from "../reading/person.ts";
import { addKey, createKeys, hashCouple, type KeyList, withSalt } from "../words/hash.ts";
import type { LetterTable } from "../words/letterTable.ts";
import type { Lexicon } from "../words/lexicon.ts";
import { slavicOf } from "../words/skeletons.ts";
import { createNumberLists, createSkeletonTable } from "../words/skeletonTable.ts";
import { createSlavic, fatherAt, hasSlavicEnding, isSureSlavic, type Slavic } from "../words/slavic.ts";

/** Which of the last two words of three is the father's name; -1 for none, and of names of another size. */
const fatherOf = (side: People, index: number): number => (side.wordsAt(index) === 3 ? fatherAt(side.textAt(index, 1), side.textAt(index, 2)) : -1);

/** Names of several words, one of which at least ends as Slavic ones do, under the letters of all that stand fast. */
const keysOf = (side: People, { isSlavic, steady }: Slavic): KeyList => {
  const list = createKeys();
  const { starts, words } = side;
  for (let index = 0; index < side.size; index++) {
    const from = starts[index] as number;
    const to = starts[index + 1] as number;
    let at = from;
    while (at < to && !isSlavic(words[at] as number)) at++;
    if (at === to || to - from < 2 || !side.hasName(index) || side.hasForeignWord(index)) continue;
    let key = steady(words[from] as number);
    for (at = from + 1; at < to; at++) key = hashCouple(key, steady(words[at] as number));
    addKey(list, index, withSalt(key, side.salts[index] ?? 0));
    const father = fatherOf(side, index);
    if (father > 0) addKey(list, index, withSalt(hashCouple(steady(words[from] as number), steady(words[from + 3 - father] as number)), side.salts[index] ?? 0));
  }
  return list;
};

/** What differs ends as Slavic names do, or stands beside a surname that does: Martín Smit is not Martín Smith, nor Jung-sook Yang a Jang. */
const isSlavicPair = (work: Work, one: Person, other: Person): boolean => {
  const differing = [...one.words.filter((word) => !other.words.includes(word)), ...other.words.filter((word) => !one.words.includes(word))];
  return differing.every(hasSlavicEnding) || [...one.words, ...other.words].some(isSureSlavic) || one.words.some((word) => hasSlavicEnding(word) && (one.surname === undefined ? work.habits(word) <= 0 : one.words.indexOf(word) >= one.surname));
};

/** Whether two words have a skeleton in common, doubled letters twice. */
const createLikeness = (words: LetterTable): ((one: number, other: number) => boolean) => {
  const [table, lists] = [createSkeletonTable(), createNumberLists()];
  const known = new Map<number, number>();
  const listOf = (word: number): number => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const { letters, ends, count } = slavicOf(words.letters(), words.start(word), words.start(word) + words.length(word), true);
    for (let at = 0, from = 0; at < count; from = ends[at++] as number) lists.push(table.number(letters, from, ends[at] as number));
    const made = lists.end();
    known.set(word, made);
    return made;
  };
  return (one, other) => {
    if (one === other) return true;
    const [mine, theirs] = [listOf(one), listOf(other)];
    for (let at = 0; at < lists.size(mine); at++) for (let match = 0; match < lists.size(theirs); match++) if (lists.at(mine, at) === lists.at(theirs, match)) return true;
    return false;
  };
};

/** Only where both names look Slavic, and doubled letters count. */
export const bySlavicLatin = (work: Work, { words }: Lexicon): void => {
  const [masters, targets] = work.sides;
  const slavic = createSlavic(words);
  const isLike = createLikeness(words.table);
  /** A father's name counts beside another name of three words alone. */
  const wordsOf = (side: People, index: number, size: number): Int32Array => {
    const all = side.words.subarray(side.starts[index], side.starts[index + 1]);
    const father = size === 2 ? fatherOf(side, index) : -1;
    return father < 0 ? all : all.filter((_, at) => at !== father);
  };
  meetUnder(work, [keysOf(masters, slavic), keysOf(targets, slavic)], undefined, (master, target) => {
    if (work.graph.has(master, target)) return;
    const [short, long] = [wordsOf(masters, master, targets.wordsAt(target)), wordsOf(targets, target, masters.wordsAt(master))];
    if (short.length !== long.length || !short.every((word) => long.some((match) => isLike(word, match)))) return;
    if (isSlavicPair(work, masters.at(master), targets.at(target))) addName(work, master, target, masters.wordsAt(master) === targets.wordsAt(target) ? "crossed" : "shorter");
    else work.graph.hint(master, target, { score: 0.66, reason: "would be one name if it were Slavic" });
  });
};
