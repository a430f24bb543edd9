// Evidence of whole names: folded, and across scripts.

import { type Abroad, scriptOf } from "../abroad.ts";
import { createAbroadKeys, IN_LATIN } from "./abroadKeys.ts";
import { atOdds, haveOtherRemarks, relationOf, sounds } from "../company.ts";
import { areBare, mayBeExchanged, orderOfWords } from "../byWords.ts";
import type { Evidence } from "../graph.ts";
import { shortLogins } from "../words/keys.ts";
import type { Lexicon } from "../words/lexicon.ts";
import { both, haveNamesAlike, type Meeting, meetUnder, toneOddsOf, type Work } from "./meeting.ts";
import { wholeOf } from "../reading/faces.ts";
import type { Person } from "../reading/person.ts";
import type { Relation } from "../relate.ts";

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

/** Yosef and Yossef. */
export const DOUBLED = { score: 0.65, reason: "same name but for a doubled letter" };
const areDoubled = (one: Person, other: Person): boolean => {
  const [mine, theirs] = [one, other].map(({ words }) => words.map((word) => word.replace(/(.)\1+/g, "$1")).sort().join(" "));
  return mine === theirs;
};

export const byFullName = (work: Work): void => {
  meetUnder(work, both(work, "full"), "folded", (master, target) => {
    if (haveNamesAlike(work, master, target)) return work.graph.add(master, target, "exact");
    const order = orderOfWords(work.sides, master, target);
    const isExchanged = mayBeExchanged(work.sides, master, target, order);
    if (order !== "other" && !isExchanged && areBare(work.sides, master, target) && toneOddsOf(work, master, target) === undefined) return work.graph.add(master, target, "folded");
    if (order === "other" || isExchanged) {
      const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
      if (order === "other" && !sounds(wholeOf(one), wholeOf(other))) return one.extra.number === other.extra.number && areDoubled(one, other) ? work.graph.hint(master, target, DOUBLED) : undefined;
      if (isExchanged && relationOf(work, one, other) === "doubtful" && !areParted(one, other)) return work.graph.hint(master, target, { score: 0.65, reason: "same words, but given name and surname are exchanged" });
    }
    addName(work, master, target, "folded");
  });
};

const isShortFor = (abroad: Abroad, short: Person, long: Person): boolean => {
  if (!short.handle || short.words.length !== 1) return false;
  const forms = abroad.skeletons(short.words[0] ?? "");
  return abroad.readings(long).some((words) => shortLogins(words, long.surname).some((form) => forms.includes(form)));
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

/** Two customs, both in Latin letters, of a name that somebody bears in its own: as long as nobody else is meant, they may be one. */
export const LIKEWISE = { score: 0.65, reason: "may be one name in another transliteration" };

/** Full names, names with parts left out and initials, across a script. */
export const byAbroad = (work: Work, abroad: Abroad, lexicon: Lexicon): void => {
  const keysOf = createAbroadKeys(abroad, lexicon);
  const [mine, theirs] = [keysOf(work.sides[0]), keysOf(work.sides[1])];
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
  meetUnder(work, [mine.full, theirs.full], "folded", (master, target) => {
    // Each is of the script, or Latin.
    const areOfOneKind = mine.kinds[master] === theirs.kinds[target];
    if (areOfOneKind && (mine.kinds[master] !== IN_LATIN || work.graph.has(master, target))) return;
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    if (areOfOneKind) return sounds(abroad.readings(one), abroad.readings(other)) ? work.graph.hint(master, target, LIKEWISE) : undefined;
    if (sounds(abroad.readings(one), abroad.readings(other))) addName(work, master, target, "crossed");
  });
  meetUnder(work, [mine.ends, theirs.ends], "shorter", meeting);
  meetUnder(work, [mine.others, theirs.ends], "shorter", meeting);
  meetUnder(work, [mine.ends, theirs.others], "shorter", meeting);
  meetUnder(work, [mine.short, theirs.long], "initial", meeting);
  meetUnder(work, [mine.long, theirs.short], "initial", meeting);
};
