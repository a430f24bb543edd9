// How Japanese names in their own script are read: 純子 is Junko, Sumiko or Ayako, and nobody knows but those who bear the name. The
// lists tell it, where somebody shows the name in both scripts, or has a mailbox or login that spells it (山口 純子, junko.yamaguchi@).
// Whoever else writes these words may be called the same, and is a namesake of those who show that name in Latin letters.

import { layer } from "../graph.ts";
import { loginsAt, type Which, type Work } from "./meeting.ts";
import { SOUNDS } from "./sounds.ts";
import { addName } from "./wholeNames.ts";
import type { People } from "../reading/lists.ts";
import { addKey, createKeys, hashCouple, hashText, type KeyList, withSalt } from "../words/hash.ts";
import { hepburnOf, isJapaneseSurname } from "../words/japanese.ts";

const HAN = /^\p{Script=Han}[\p{Script=Han}々ヶケノ之]*$/u;
const MOST_SURNAME = 3;

/** A name in its own script: surname and given name, or both in one word. */
type Own = readonly string[];

interface Shower {
  readonly which: Which;
  readonly index: number;
  readonly own: Own;
  /** Two Latin words that show the same name in no known order, as Hepburn writes them. */
  readonly latin: readonly string[] | undefined;
  /** A login or mailbox shows them, and does not count namesakes. */
  readonly isSpelled: boolean;
  /** Letters of logins that show less. */
  readonly logins: readonly string[];
}

const isOwn = (words: Own): boolean => words.length > 0 && words.length < 3 && words.every((word) => HAN.test(word));

const inHepburn = (words: readonly string[]): readonly string[] | undefined => {
  const made = words.map((word) => (word.length > 1 ? hepburnOf(word) : undefined));
  return made.length === 2 && made.every((word) => word !== undefined) && made.some((word) => isJapaneseSurname(word)) ? made : undefined;
};

const textsAt = (side: People, index: number): readonly string[] => Array.from({ length: side.wordsAt(index) }, (_, at) => side.textAt(index, at));

const showersOf = (work: Work, which: Which): readonly Shower[] => {
  const side = work.sides[which];
  const showers: Shower[] = [];
  for (let index = 0; index < side.size; index++) {
    if (!side.hasName(index)) continue;
    if (side.hasForeignWord(index)) {
      const own = textsAt(side, index);
      if (!isOwn(own)) continue;
      const logins = loginsAt(work, which, index);
      const spelling = logins.find(({ words }) => inHepburn(words) !== undefined);
      showers.push({ which, index, own, latin: spelling && inHepburn(spelling.words), isSpelled: spelling?.number === "", logins: logins.filter(({ words }) => words.length === 1).map(({ words }) => words[0] ?? "").filter((word) => !HAN.test(word)) });
    } else if (!side.isBare(index)) {
      const own = side.extraAt(index).tag.split(" ").filter((word) => word !== "");
      const latin = isOwn(own) ? inHepburn(textsAt(side, index)) : undefined;
      if (latin !== undefined) showers.push({ which, index, own, latin, isSpelled: false, logins: [] });
    }
  }
  return showers;
};

/** Surname → how most who bear it read it. A name that one alone bears tells by itself which of its words is a surname. */
const surnamesOf = (showers: readonly Shower[]): ReadonlyMap<string, string> => {
  const votes = new Map<string, Map<string, number>>();
  for (const { own, latin } of showers) {
    if (own.length !== 2 || latin === undefined) continue;
    const counts = votes.get(own[0] ?? "") ?? new Map<string, number>();
    votes.set(own[0] ?? "", counts);
    for (const word of latin) if (isJapaneseSurname(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return new Map(Array.from(votes, ([surname, counts]) => [surname, Array.from(counts).reduce((best, each) => (each[1] > best[1] ? each : best))[0]]));
};

/** Without a blank it is parted, or was, as if it were Chinese: by a surname that the lists know it is parted anew. */
const parted = (own: Own, surnames: ReadonlyMap<string, string>): Own => {
  const whole = own.join("");
  if (own.length === 2 && surnames.has(own[0] ?? "")) return own;
  for (let at = Math.min(MOST_SURNAME, whole.length - 1); at > 0; at--) if (surnames.has(whole.slice(0, at))) return [whole.slice(0, at), whole.slice(at)];
  return own;
};

/** ysuzuki, suzukiy, yokos and the like: a login of other letters tells that the name is read otherwise. */
const mayBeLogin = (login: string, family: string, given: string): boolean =>
  [given.charAt(0) + family, family + given.charAt(0), given + family.charAt(0), family.charAt(0) + given, given + family, family + given].includes(login);

/** What is read of those who show no Latin name: each reading of the given name that the lists tell, as long as their logins do not speak against it. */
const readingsOf = ({ own, logins }: Shower, surnames: ReadonlyMap<string, string>, given: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly [string, string])[] => {
  const [surname = "", name = ""] = parted(own, surnames);
  const family = surnames.get(surname);
  if (family === undefined) return [];
  const told = Array.from(given.get(name) ?? [], (word) => [family, word] as const);
  const agreeing = told.filter(([, word]) => logins.every((login) => mayBeLogin(login, family, word)));
  return agreeing.length > 0 ? agreeing : logins.length === 0 ? told : [];
};

const keyOf = (one: string, other: string, salt: number): number => withSalt(hashCouple(hashText(one), hashText(other)), salt);

/** To be called when all who are known by their names have met. */
export const byReading = (work: Work): void => {
  const showers = [...showersOf(work, 0), ...showersOf(work, 1)];
  const surnames = surnamesOf(showers);
  if (surnames.size === 0) return;
  const given = new Map<string, Set<string>>();
  for (const { own, latin } of showers) {
    const [surname = "", name = ""] = parted(own, surnames);
    const at = latin?.indexOf(surnames.get(surname) ?? "") ?? -1;
    if (at < 0) continue;
    const known = given.get(name) ?? new Set<string>();
    given.set(name, known.add(latin?.[1 - at] ?? ""));
  }
  const lists: readonly [KeyList, KeyList] = [createKeys(), createKeys()];
  const spelled = [new Set<number>(), new Set<number>()] as const;
  for (const shower of showers) {
    const { which, index, latin, isSpelled } = shower;
    if (isSpelled) spelled[which].add(index);
    const side = work.sides[which];
    if (!side.hasForeignWord(index)) continue;
    for (const [one = "", other = ""] of latin === undefined ? readingsOf(shower, surnames, given) : [latin]) addKey(lists[which], index, keyOf(one, other, side.salts[index] ?? 0));
  }
  for (const which of [0, 1] as const) {
    if (lists[which].size === 0) continue;
    const against = work.sides[which === 0 ? 1 : 0];
    const shown = createKeys();
    for (let index = 0; index < against.size; index++) {
      if (against.wordsAt(index) !== 2 || against.hasForeignWord(index) || !against.hasName(index)) continue;
      const latin = inHepburn(textsAt(against, index));
      if (latin !== undefined) addKey(shown, index, keyOf(latin[0] ?? "", latin[1] ?? "", against.salts[index] ?? 0));
    }
    layer(work.graph, which === 0 ? [lists[0], shown] : [shown, lists[1]], (master, target) => {
      if (work.graph.has(master, target)) return;
      if (spelled[which].has(which === 0 ? master : target)) addName(work, master, target, "loginSpells");
      else work.graph.hint(master, target, SOUNDS);
    });
  }
};
