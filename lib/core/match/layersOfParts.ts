// Evidence of names with something left out: middle names, second surnames, particles, and all but initials.

import { relationOf, wholeOf } from "./company.ts";
import { addKey, type KeyList, keySet, withSalt } from "./hash.ts";
import { addFirstLast, addOtherPairs, initialKey, initialKeys, shortKey, shortLogins } from "./keys.ts";
import { addName } from "./layersOfNames.ts";
import { both, keysOf, loginsAt, type Meeting, meetUnder, type Which, type Work } from "./meeting.ts";
import type { Login, Person } from "./person.ts";
import { surnameOf } from "./relate.ts";

const consider = (work: Work, one: Person, other: Person, master: number, target: number): void => {
  if (work.graph.has(master, target) || one.extra.number !== other.extra.number) return;
  const relation = relationOf(work, one, other);
  if (relation === "same") addName(work, one, other, master, target, "folded");
  else if (relation === "initials") addName(work, one, other, master, target, "middleInitial");
  else if (relation === "shorter") addName(work, one, other, master, target, "shorter");
  else if (relation === "surnameInitial") addName(work, one, other, master, target, "initial");
  else if (relation === "doubtful") work.graph.hint(master, target, { score: 0.55, reason: "parts of the name agree, others do not" });
};

export const byParts = (work: Work): void => {
  const make = (which: Which, add: typeof addFirstLast): KeyList => keysOf(work, which, (list, person, index, salt) => {
    if (person.service) return;
    add(list, index, person.words, salt);
    const { loose } = person.extra;
    if (loose !== undefined) add(list, index, person.words.map((word, at) => loose[at] ?? word), salt);
  });
  const ends = both((which) => make(which, addFirstLast));
  const others = both((which) => make(which, addOtherPairs));
  const meeting: Meeting = (one, other, master, target) => consider(work, one, other, master, target);
  meetUnder(work, ends, false, meeting);
  // A long name cut down meets short names only, never other long ones cut down alike.
  meetUnder(work, [others[0], ends[1]], false, meeting);
  meetUnder(work, [ends[0], others[1]], false, meeting);
};

/** "G. Bear", "Bear G", gbear, bearg, garyb against full names: weak, so it counts only where nothing else fits. */
export const byInitials = (work: Work): void => {
  const short = (which: Which): KeyList => keysOf(work, which, (list, person, index, salt) => {
    if (person.service || person.extra.number !== "") return;
    for (const words of wholeOf(person)) {
      const key = initialKey(words);
      if (key !== undefined) addKey(list, index, withSalt(key, salt));
    }
    if (person.words.length > 1 && !person.handle) return;
    for (const { words, number } of loginsAt(work, which, index)) {
      const key = number !== "" ? undefined : words.length > 1 ? initialKey(words) : shortKey(words[0] ?? "");
      if (key !== undefined) addKey(list, index, withSalt(key, salt));
    }
  });
  const long = (which: Which, asked: KeyList): KeyList => {
    const wanted = keySet(asked);
    return keysOf(work, which, (list, person, index, salt) => {
      if (wanted.size === 0 || person.service || person.words.length < 2) return;
      const surname = surnameOf(person, work.habits);
      for (const words of wholeOf(person)) {
        for (const key of initialKeys(words, surname)) if (wanted.has(withSalt(key, salt))) addKey(list, index, withSalt(key, salt));
        for (const form of shortLogins(words, surname)) if (wanted.has(withSalt(shortKey(form), salt))) addKey(list, index, withSalt(shortKey(form), salt));
      }
    });
  };
  const meeting = (shorter: Which): Meeting => (one, other, master, target) => {
    if (work.graph.has(master, target)) return;
    const [brief, full] = shorter === 0 ? [one, other] : [other, one];
    const words = brief.handle || brief.words.length < 2 ? loginsAt(work, shorter, shorter === 0 ? master : target) : [];
    if (words.some((login) => login.words.length === 1 && wholeOf(full).some((each) => shortLogins(each, surnameOf(full, work.habits)).includes(login.words[0] ?? "")))) return addName(work, one, other, master, target, "initial");
    if (words.some((login) => login.words.length > 1 && isInitialOf(work, login, full))) return addName(work, one, other, master, target, "initial");
    consider(work, one, other, master, target);
  };
  const [mine, theirs] = [short(0), short(1)];
  meetUnder(work, [mine, long(1, mine)], true, meeting(0));
  meetUnder(work, [long(0, theirs), theirs], true, meeting(1));
};

const isInitialOf = (work: Work, login: Login, full: Person): boolean => relationOf(work, { words: login.words, alternatives: undefined, surname: undefined, extra: full.extra }, full) === "surnameInitial";
