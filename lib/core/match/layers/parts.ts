// Evidence of names with something left out: middle names, second surnames, particles, and all but initials.

import { outlinesOf, searchFor } from "./askedFor.ts";
import { areBare, atOddsByWords } from "../byWords.ts";
import { covers, holds, relationOf } from "../company.ts";
import { calledOf, wholeOf } from "../reading/faces.ts";
import type { Lexicon } from "../words/lexicon.ts";
import { longForms } from "./longForms.ts";
import { isOfFirstSurname, madeOf } from "./madeLogins.ts";
import { addName } from "./wholeNames.ts";
import { both, loginsOfBoth, type Meeting, meetUnder, type Which, type Work } from "./meeting.ts";
import { countsNamesakes, type Login, type Person } from "../reading/person.ts";

/** "Anna Weber (geb. Schmidt)" is Anna Schmidt, and Robert "Bob" Smith is Bob Smith. */
const isCalled = (work: Work, one: Person, other: Person): boolean => one.extra.also.length > 0 && calledOf(one).some((face) => ["same", "initials"].includes(relationOf(work, face, other)));

/** "Yuming Wang (Kevin)" is Kevin Yuming Wang. */
const isToldBeside = ({ words, extra: { tag } }: Person, other: Person): boolean => tag.length > 2 && words.length + 1 === other.words.length && [tag, ...words].every((word) => other.words.includes(word));

/** The login of "Karthik P" is k.palanisamy: it spells what the initial stands for. */
const isSpelledInitial = (brief: Person, logins: () => readonly Login[], full: Person): boolean => {
  const [given, ...others] = brief.words.filter((word) => !isInitial(word));
  if (given === undefined || others.length > 0 || brief.words.length !== 2 || full.words.length !== 2 || full.words.some(isInitial)) return false;
  const surnames = full.words.filter((word) => word !== given && brief.words.includes(word.charAt(0)));
  if (surnames.length === full.words.length || surnames.length === 0) return false;
  const texts = surnames.flatMap((surname) => [`${given.charAt(0)}${surname}`, `${surname}${given.charAt(0)}`, given + surname, surname + given]);
  return logins().some(({ words }) => texts.includes(words.join("")));
};

const HELD = { score: 0.6, reason: "one name holds the other" };
const SHORTENED = { score: 0.6, reason: "one name may be short for the other" };
const AT_ODDS = { score: 0.55, reason: "parts of the name agree, others do not" };

const HEARD = { score: 0.62, reason: "initials, and a surname that only sounds the same" };

/** Koç may be written Koch abroad, but beside a mere initial somebody else is called Koch. */
const withoutSound = (word: string): string => word.replace(/([csz])h/g, "$1");
const isHeardAlike = ({ words }: Person, other: Person): boolean => {
  const isFull = (word: string): boolean => word.length > 1;
  const full = words.filter(isFull);
  return !full.some((word) => other.words.includes(word)) && full.some((word) => other.words.some((match) => isFull(match) && withoutSound(match) === withoutSound(word)));
};

/** "D. Anokye Ampadu" is Daniel Anokye-Ampadu, whose surname is one word: its parts put together, before or behind the given names of these initials. */
const isInitialOfDouble = (short: Person, long: Person): boolean => {
  if (!short.words.some(isInitial) || long.words.length < 2 || long.words.some(isInitial)) return false;
  return wholeOf(short).some((words) => {
    const [family, initials] = [words.filter((word) => !isInitial(word)), words.filter(isInitial)];
    const agree = (given: readonly string[], surname: readonly string[]): boolean => given.length > 0 && family.length + surname.length > 2 && surname.join("") === family.join("") && initials.every((initial, at) => at >= given.length || given[at]?.[0] === initial);
    return wholeOf(long).some((each) => each.some((_, from) => from > 0 && (long.surname === undefined ? agree(each.slice(0, from), each.slice(from)) || agree(each.slice(from), each.slice(0, from)) : from === long.surname && agree(each.slice(0, from), each.slice(from)))));
  });
};
const isInitial = (word: string): boolean => word.length === 1;

/** gary.bear2, of whom nothing else is shown, beside a name without a number. */
const isCountedBeside = (one: Person, other: Person): boolean => one.handle && other.extra.number === "" && countsNamesakes({ words: one.words, number: one.extra.number });

const isOfOneSurname = (work: Work, master: number, target: number): boolean => {
  const [mine, theirs] = work.sides;
  if (!mine.isHandle(master) && !theirs.isHandle(target)) return false;
  const [one, other] = [mine.at(master), theirs.at(target)];
  return isOfFirstSurname(one, other) || isOfFirstSurname(other, one);
};

export const consider = (work: Work, master: number, target: number): void => {
  if (work.graph.has(master, target)) return;
  const told = atOddsByWords(work.sides, master, target);
  if (told === "apart") return;
  if (told === "held") {
    const isTold = !areBare(work.sides, master, target) && (isToldBeside(work.sides[0].at(master), work.sides[1].at(target)) || isToldBeside(work.sides[1].at(target), work.sides[0].at(master)));
    return isTold ? addName(work, master, target, "folded") : work.graph.hint(master, target, HELD);
  }
  if (told !== undefined) return work.graph.hint(master, target, AT_ODDS);
  const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
  const relation = relationOf(work, one, other);
  if (one.extra.number !== other.extra.number) {
    // The second of the name may be the one who shows more of it as well as the first.
    if ((isCountedBeside(one, other) || isCountedBeside(other, one)) && (["same", "initials", "shorter"].includes(relation) || isOfOneSurname(work, master, target))) work.graph.add(master, target, "counted");
    return;
  }
  if (relation === "same") addName(work, master, target, "folded");
  else if (relation === "initials") addName(work, master, target, "middleInitial");
  else if (relation === "shorter") addName(work, master, target, "shorter");
  else if (relation === "surnameInitial" && isHeardAlike(one, other)) work.graph.hint(master, target, HEARD);
  else if (relation === "surnameInitial") addName(work, master, target, "initial");
  else if (isInitialOfDouble(one, other) || isInitialOfDouble(other, one)) addName(work, master, target, "initial");
  else if (isCalled(work, one, other) || isCalled(work, other, one)) addName(work, master, target, "shorter");
  else if (relation === "doubtful" && (isToldBeside(one, other) || isToldBeside(other, one))) addName(work, master, target, "folded");
  else if (relation === "doubtful" && (isSpelledInitial(one, () => loginsOfBoth(work, master, target)[0], other) || isSpelledInitial(other, () => loginsOfBoth(work, master, target)[1], one))) addName(work, master, target, "loginSpells");
  else if (relation === "doubtful" && isOfOneSurname(work, master, target)) addName(work, master, target, "shorter");
  else if (relation === "doubtful") work.graph.hint(master, target, holds(one, other) ? HELD : covers(one, other) ? SHORTENED : AT_ODDS);
};

export const byParts = (work: Work): void => {
  const [ends, others] = [both(work, "ends"), both(work, "others")];
  const meeting: Meeting = (master, target) => consider(work, master, target);
  meetUnder(work, ends, "shorter", meeting);
  // A long name cut down meets short names only, never other long ones cut down alike.
  meetUnder(work, [others[0], ends[1]], "shorter", meeting);
  meetUnder(work, [ends[0], others[1]], "shorter", meeting);
};

/** "G. Bear", "Bear G", gbear, bearg, garyb against full names: weak, so it counts only where nothing else fits. */
export const byInitials = (work: Work, lexicon: Lexicon): void => {
  const meeting = (shorter: Which): Meeting => (master, target) => {
    if (work.graph.has(master, target)) return;
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    const [brief, full] = shorter === 0 ? [one, other] : [other, one];
    // Who shows a whole name as a login has no other for a name.
    const words = brief.words.length < 2 || (brief.handle && brief.words.some(isInitial)) ? loginsOfBoth(work, master, target)[shorter] : [];
    const made = words.map((login) => ({ login, as: madeOf(login, full, work.habits) })).filter(({ as }) => as !== undefined);
    if (made.some(({ login, as }) => login.number === "" && as === "initial")) return addName(work, master, target, "initial");
    if (brief.handle && made.some(({ login }) => countsNamesakes(login))) return work.graph.add(master, target, "countedLogin");
    const as = made[0]?.as;
    if (as !== undefined) return work.graph.add(master, target, as);
    consider(work, master, target);
  };
  const [mine, theirs] = both(work, "short");
  const [askedByMine, askedByTheirs] = both(work, "asked");
  const outlines = outlinesOf(lexicon);
  meetUnder(work, [mine, longForms(work, 1, mine, searchFor(outlines, askedByMine))], "initial", meeting(0));
  meetUnder(work, [longForms(work, 0, theirs, searchFor(outlines, askedByTheirs)), theirs], "initial", meeting(1));
};
