// People as they meet, layer by layer, strongest evidence first. Fills the graph; decides nothing.

import { createAbroad, type Script, scriptOf } from "./abroad.ts";
import { isDisputed, refuteByNumber, tellByAccount, tieByLoginAddress } from "./accounts.ts";
import { refutes } from "./company.ts";
import { tellByDomain } from "./domains.ts";
import { createGraph, type Evidence, type Graph } from "./graph.ts";
import { byAddress, byExactName, byLogin, byServiceName } from "./layers/ids.ts";
import { byAbroad, byFullName } from "./layers/wholeNames.ts";
import { byArabic, byJapanese } from "./layers/oneSpelling.ts";
import { bySlavicLatin } from "./layers/slavic.ts";
import { byOwnScript } from "./layers/ownScript.ts";
import { byReading } from "./layers/readings.ts";
import { byInitials, byParts } from "./layers/parts.ts";
import { crowdedKeys } from "./words/join.ts";
import { bySound } from "./layers/sounds.ts";
import type { Lexicon } from "./words/lexicon.ts";
import type { People } from "./reading/lists.ts";
import { hasSharedAddress, loginsAt, MANY, mayHaveLogins, type Work } from "./layers/meeting.ts";
import { accountOf, type Person } from "./reading/person.ts";
import { habitsOf, leaningOf } from "./relate.ts";

/** What a team's mailbox says is said of nobody. */
const withOwnAddress = (work: Work, which: 0 | 1, index: number): Person => {
  const person = work.sides[which].at(index);
  if (!hasSharedAddress(work, which, index)) return person;
  const { words, alternatives, surname, handle, service, extra } = person;
  return { words, alternatives, surname, handle, service, extra, email: "" };
};

const WHOLE: ReadonlySet<Evidence> = new Set(["exact", "folded", "crossed"]);
/** One name and one login: then another mailbox is but another of the same person, as long as none counts namesakes. A personnel number is nobody else's anyway. */
const isAlias = ({ sides }: Work, master: number, target: number, evidence: Evidence): boolean => {
  if (evidence === "loginAndName") return true;
  if (!WHOLE.has(evidence)) return false;
  const [login, other] = [sides[0].names.login(master), sides[1].names.login(target)].map((text) => accountOf(text).toLowerCase());
  return login !== "" && login === other && ![sides[0].emailAt(master), sides[1].emailAt(target)].some((email) => /\d/.test(accountOf(email)));
};

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

/** Names that agree in part, or not at all. */
const PARTIAL: ReadonlySet<Evidence> = new Set(["initial", "shorter", "login"]);

/** Says whether anybody has a partner of the same personnel number. */
const refuteByAddress = (work: Work): boolean => {
  let numbered = false;
  const [mine, theirs] = work.sides;
  for (let master = 0; master < work.sizes[0]; master++) {
    for (let edge = work.graph.firstEdge(0, master); edge >= 0; edge = work.graph.nextEdge(0, edge)) {
      const evidence = work.graph.evidenceOf(edge);
      if (evidence === "loginAndName") numbered = true;
      if (evidence === "address" || evidence === "addressAndName") continue;
      const target = work.graph.endOf(edge, 1);
      // Two addresses, or what is known of a name in part and a login or mailbox: nothing else refutes.
      if (PARTIAL.has(evidence) ? !mayHaveLogins(mine, master) && !mayHaveLogins(theirs, target) : !mine.mayHaveEmail(master) || !theirs.mayHaveEmail(target)) continue;
      if (isAlias(work, master, target, evidence)) continue;
      if (refutes(work, withOwnAddress(work, 0, master), withOwnAddress(work, 1, target), { mine: once(() => loginsAt(work, 0, master)), theirs: once(() => loginsAt(work, 1, target)) }, evidence) && !(WHOLE.has(evidence) && isDisputed(work, master, target))) work.graph.refute(master, target);
    }
  }
  return numbered;
};

/** Hebrew is the first of the scripts that are heard. */
const HEARD = 0x590;

/** Whether somebody has a letter of a script that is heard: Cyrillic and Greek ones are not. */
const isAnyHeard = ({ words: { table, isForeign } }: Lexicon): boolean => {
  const letters = table.letters();
  for (let word = 0; word < table.size(); word++) if (isForeign(word)) for (let at = table.start(word), end = at + table.length(word); at < end; at++) if ((letters[at] as number) >= HEARD) return true;
  return false;
};

/** The names of each script, by the numbers of their words. The first foreign word says which one a name is of. */
export const foreignNames = (sides: readonly People[], { words }: Lexicon): ReadonlyMap<Script, readonly (readonly number[])[]> => {
  const names = new Map<Script, (readonly number[])[]>();
  const scripts = new Map<number, Script>();
  const scriptOfWord = (word: number): Script => {
    const before = scripts.get(word);
    if (before !== undefined) return before;
    const script = scriptOf([words.table.text(word)]);
    scripts.set(word, script);
    return script;
  };
  for (const side of sides) {
    for (let index = 0; index < side.size; index++) {
      if (!side.hasForeignWord(index)) continue;
      const name = new Array<number>(side.wordsAt(index));
      for (let at = 0; at < name.length; at++) name[at] = side.wordAt(index, at);
      const script = scriptOfWord(name.find(words.isForeign) ?? 0);
      const list = names.get(script);
      if (list === undefined) names.set(script, [name]);
      else list.push(name);
    }
  }
  return names;
};

export const meetPeople = (masters: People, targets: People, lexicon: Lexicon): Graph => {
  const sides = [masters, targets] as const;
  const sizes = [masters.size, targets.size] as const;
  const names = foreignNames(sides, lexicon);
  const abroad = (["cyrillic", "greek"] as const).map((script) => createAbroad(script, lexicon.words.table, names.get(script))).filter((each) => each !== undefined);
  const leaning = leaningOf(lexicon, [masters.order, targets.order]);
  const shared = [crowdedKeys(masters.lists.address, MANY), crowdedKeys(targets.lists.address, MANY)] as const;
  const work: Work = { sides, sizes, shared, graph: createGraph(sizes), leaning, habits: habitsOf(lexicon, leaning), abroad };
  byAddress(work);
  byExactName(work);
  byServiceName(work);
  byFullName(work);
  byLogin(work);
  byParts(work);
  bySlavicLatin(work, lexicon);
  byJapanese(work, lexicon);
  byArabic(work, lexicon);
  for (const each of abroad) byAbroad(work, each, lexicon);
  byInitials(work, lexicon);
  if (isAnyHeard(lexicon)) {
    bySound(work, lexicon);
    byOwnScript(work);
    byReading(work);
  }
  if (refuteByAddress(work)) refuteByNumber(work);
  tellByAccount(work);
  tieByLoginAddress(work);
  tellByDomain(work);
  return work.graph;
};
