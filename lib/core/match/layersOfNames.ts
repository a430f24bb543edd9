// Evidence of whole names: folded, and across scripts and customs of romanising.

import { type Abroad, type Readings, scriptOf } from "./abroad.ts";
import { atOdds, haveOtherRemarks, relationOf, sounds } from "./company.ts";
import { areBare, areWrittenAlike, mayBeExchanged, orderOfWords } from "./byWords.ts";
import type { Evidence } from "./graph.ts";
import { addKey, createKeys, type KeyList, withSalt } from "./words/hash.ts";
import { addEnds, addFull, addOtherPairs, enterInitialKeys, enterShortKeys, initialKey, shortKey, shortLogins } from "./words/keys.ts";
import type { Lexicon } from "./words/lexicon.ts";
import type { People } from "./reading/lists.ts";
import { both, haveNamesAlike, type Meeting, meetUnder, toneOddsOf, type Which, type Work } from "./meeting.ts";
import { wholeOf } from "./reading/faces.ts";
import type { Person } from "./reading/person.ts";
import type { Relation } from "./relate.ts";
import { fatherAt, hasSlavicEnding, slavicSkeletons } from "./words/romanize.ts";

/** Many leave a Junior out; a number says that there are two of the name, and nobody knows which one bears none. */
export const besideGeneration = (evidence: Evidence, one: string, other: string): Evidence => {
  if (one === other) return evidence;
  if (isCounted(one) || isCounted(other)) return "counted";
  return evidence === "initial" ? evidence : "shorter";
};
const isCounted = (generation: string): boolean => /^i/.test(generation);

/** What is made of names that agree: what stands around them may say more. */
export const addName = (work: Work, master: number, target: number, evidence: Evidence): void => {
  const [mine, theirs] = work.sides;
  const [one, other] = [mine.extraAt(master), theirs.extraAt(target)];
  if (one.number !== other.number) return;
  const odds = atOdds(one, other) ?? toneOddsOf(work, master, target);
  if (odds !== undefined) return work.graph.hint(master, target, { score: 0.68, reason: odds });
  if (one.tag !== other.tag && haveOtherRemarks(mine.at(master), theirs.at(target))) return work.graph.add(master, target, "remarked");
  work.graph.add(master, target, besideGeneration(evidence, one.generation, other.generation));
};

/** "Tae-young" and "Tae Young": the same given names before the same surname, their words parted otherwise. */
const areParted = (one: Person, other: Person): boolean => {
  const [given, family] = [({ words, surname }: Person) => words.slice(0, surname).join(""), ({ words, surname }: Person) => words.slice(surname).join("")];
  return given(one) === given(other) && family(one) === family(other);
};

export const byFullName = (work: Work): void => {
  meetUnder(work, both(work, "full"), true, (master, target) => {
    if (haveNamesAlike(work, master, target)) return work.graph.add(master, target, "exact");
    const order = orderOfWords(work.sides, master, target);
    const isExchanged = mayBeExchanged(work.sides, master, target, order);
    if (order !== "other" && !isExchanged && areBare(work.sides, master, target) && (areWrittenAlike(work.sides, master, target) || toneOddsOf(work, master, target) === undefined)) return work.graph.add(master, target, "folded");
    if (order === "other" || isExchanged) {
      const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
      if (order === "other" && !sounds(wholeOf(one), wholeOf(other))) return;
      if (isExchanged && relationOf(work, one, other) === "doubtful" && !areParted(one, other)) return work.graph.hint(master, target, { score: 0.65, reason: "same words, but given name and surname are exchanged" });
    }
    addName(work, master, target, "folded");
  });
};

/** What differs ends as Slavic names do, or stands beside a surname that does: Martín Smit is not Martín Smith, nor Jung-sook Yang a Jang. */
const isSlavicPair = (work: Work, one: Person, other: Person): boolean => {
  const differing = [...one.words.filter((word) => !other.words.includes(word)), ...other.words.filter((word) => !one.words.includes(word))];
  return differing.every(hasSlavicEnding) || one.words.some((word) => hasSlavicEnding(word) && (one.surname === undefined ? work.habits(word) <= 0 : one.words.indexOf(word) >= one.surname));
};

/** Two customs of romanising against each other: only where both names look Slavic, and doubled letters count. */
export const bySlavicLatin = (work: Work): void => {
  const skeletons = (words: readonly string[]): readonly (readonly string[])[] => words.map((word) => slavicSkeletons(word, true));
  const shared = (words: readonly string[], size: number): readonly string[] => (words.length === 3 && size === 2 ? words.filter((_, at) => at !== fatherAt(words[1] ?? "", words[2] ?? "")) : words);
  meetUnder(work, both(work, "slavic"), false, (master, target) => {
    if (work.graph.has(master, target)) return;
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    const [short, long] = [shared(one.words, other.words.length), shared(other.words, one.words.length)];
    const theirs = skeletons(long);
    const same = short.length === long.length && skeletons(short).every((mine) => theirs.some((list) => list.some((skeleton) => mine.includes(skeleton))));
    if (!same) return;
    if (isSlavicPair(work, one, other)) addName(work, master, target, one.words.length === other.words.length ? "crossed" : "shorter");
    else work.graph.hint(master, target, { score: 0.66, reason: "would be one name if it were Slavic" });
  });
};

const isShortFor = (abroad: Abroad, short: Person, long: Person): boolean => {
  if (!short.handle || short.words.length !== 1) return false;
  const forms = abroad.skeletons(short.words[0] ?? "");
  return abroad.readings(long).some((words) => shortLogins(words, long.surname).some((form) => forms.includes(form)));
};

/** What a form of a word may be, as a number in a flat list. */
const [UNASKED, OWN, OTHER, MAY_BE, INITIAL, IS_NOT] = [0, 1, 2, 3, 4, 5];

/** Whether a name is of that script, or may be one of it in Latin letters: most are neither, and end here. */
const createReach = (abroad: Abroad, lexicon: Lexicon): ((side: People, index: number) => "own" | "latin" | "no") => {
  const known = new Uint8Array(lexicon.size());
  const look = (number: number): number => {
    const { isForeign, table } = lexicon.words;
    const word = lexicon.wordOf(number);
    if (isForeign(word)) return scriptOf([table.text(word)]) === abroad.script ? OWN : OTHER;
    if (table.length(word) === 1) return INITIAL;
    if (!lexicon.hasSeveral(number) && !abroad.mayMeet(table.letters(), table.start(word), table.length(word))) return IS_NOT;
    return abroad.mayBe(lexicon.form(number)) ? MAY_BE : IS_NOT;
  };
  const kindOf = (number: number): number => {
    const before = known[number] ?? UNASKED;
    return before === UNASKED ? (known[number] = look(number)) : before;
  };
  return (side, index) => {
    const size = side.wordsAt(index);
    if (side.hasForeignWord(index)) {
      // The first such word says which script a name is of.
      for (let at = 0; at < size; at++) {
        const kind = kindOf(side.numberAt(index, at));
        if (kind === OWN || kind === OTHER) return kind === OWN ? "own" : "no";
      }
    }
    const least = abroad.least(size);
    let fitting = 0;
    let isInitialsAlone = true;
    for (let at = 0; at < size; at++) {
      const kind = kindOf(side.numberAt(index, at));
      if (kind === MAY_BE) isInitialsAlone = false;
      if (kind === MAY_BE || kind === INITIAL) fitting++;
      if (fitting + size - at - 1 < least) return "no";
    }
    return fitting < least || isInitialsAlone ? "no" : "latin";
  };
};

interface ForeignKeys {
  readonly full: KeyList;
  readonly ends: KeyList;
  readonly others: KeyList;
  readonly short: KeyList;
  readonly long: KeyList;
}

const enterReadings = (lists: ForeignKeys, index: number, readings: Readings, surname: number | undefined, salt: number, isOwn: boolean): void => {
  const enterLong = (key: number): void => addKey(lists.long, index, withSalt(key, salt));
  for (const words of readings) {
    addFull(lists.full, index, words, salt);
    addEnds(lists.ends, index, words, salt);
    addOtherPairs(lists.others, index, words, salt);
    const initial = initialKey(words);
    if (initial !== undefined) addKey(lists.short, index, withSalt(initial, salt));
    enterInitialKeys(words, surname, enterLong);
    if (isOwn) enterShortKeys(words, surname, enterLong);
  }
};

/** All that a name's relation to another across a script hangs on. */
const nameKey = ({ words, alternatives, surname }: Person): string => `${(alternatives ?? words).join(" ")}/${surname ?? ""}`;
/** Bounded: where few share a name nearly each pair of names is another. */
const MOST_RELATIONS = 2_000;

/** Namesakes stand to each other as their names do: found out once. */
const createRelations = (work: Work, abroad: Abroad): ((one: Person, other: Person) => Relation) => {
  const known = new Map<string, Relation>();
  return (one, other) => {
    const key = `${nameKey(one)}~${nameKey(other)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = relationOf(work, one, other, abroad);
    if (known.size >= MOST_RELATIONS) known.clear();
    known.set(key, made);
    return made;
  };
};

/** Full names, names with parts left out and initials, across a script. */
export const byAbroad = (work: Work, abroad: Abroad, lexicon: Lexicon): void => {
  const reach = createReach(abroad, lexicon);
  const make = (which: Which): ForeignKeys => {
    const lists: ForeignKeys = { full: createKeys(), ends: createKeys(), others: createKeys(), short: createKeys(), long: createKeys() };
    const side = work.sides[which];
    for (let index = 0; index < side.size; index++) {
      if (!side.hasName(index)) continue;
      const kind = reach(side, index);
      const isLogin = side.isHandle(index) && side.wordsAt(index) === 1;
      if (kind === "no" && !isLogin) continue;
      const salt = side.salts[index] ?? 0;
      if (kind !== "no") {
        const person = side.at(index);
        enterReadings(lists, index, abroad.readings(person), person.surname, salt, kind === "own");
      }
      if (isLogin) for (const form of abroad.skeletons(side.formAt(index, 0).word.text)) addKey(lists.short, index, withSalt(shortKey(form), salt));
    }
    return lists;
  };
  const [mine, theirs] = [make(0), make(1)];
  const relationAcross = createRelations(work, abroad);
  const meeting: Meeting = (master, target) => {
    if (work.graph.has(master, target)) return;
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    if (scriptOf(one.words) === scriptOf(other.words)) return;
    if (isShortFor(abroad, one, other) || isShortFor(abroad, other, one)) return addName(work, master, target, "initial");
    const relation = relationAcross(one, other);
    if (relation === "doubtful") work.graph.hint(master, target, { score: 0.55, reason: "parts of the name agree in another script, others do not" });
    if (relation === "same" || relation === "initials" || relation === "shorter" || relation === "surnameInitial") addName(work, master, target, ({ same: "crossed", initials: "middleInitial", shorter: "shorter", surnameInitial: "initial" } as const)[relation]);
  };
  meetUnder(work, [mine.full, theirs.full], true, (master, target) => {
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    if (scriptOf(one.words) !== scriptOf(other.words) && sounds(abroad.readings(one), abroad.readings(other))) addName(work, master, target, "crossed");
  });
  meetUnder(work, [mine.ends, theirs.ends], false, meeting);
  meetUnder(work, [mine.others, theirs.ends], false, meeting);
  meetUnder(work, [mine.ends, theirs.others], false, meeting);
  meetUnder(work, [mine.short, theirs.long], true, meeting);
  meetUnder(work, [mine.long, theirs.short], true, meeting);
};
