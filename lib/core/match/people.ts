// People as they meet: reads both lists and adds edges for each layer of evidence, strongest first: e-mail address, the
// name as written, the folded name, the name across scripts, logins, names with parts left out, initials. Decides nothing.

import type { NameEntry } from "./model.ts";
import { type Abroad, createAbroad, scriptOf } from "./abroad.ts";
import { createGraph, type Evidence, type Graph, layer } from "./graph.ts";
import { addKey, createKeys, hashCouple, hashName, hashText, type KeyList, keySet, withSalt } from "./hash.ts";
import { addFirstLast, addFull, addOtherPairs, initialKey, initialKeys, saltOf, type Salt, shortKey, shortLogins } from "./keys.ts";
import { type Login, loginsOf, parsePerson, type Person } from "./person.ts";
import { addressKey, atOdds, type Company, fits, refutes, relationOf, shortens, sounds } from "./company.ts";
import { learnHabits } from "./relate.ts";
import { looksSlavic, slavicSkeletons, steadyLetters } from "./romanize.ts";
import { tidy } from "./spell.ts";

export interface People {
  readonly entries: readonly NameEntry[];
  readonly people: readonly Person[];
}

export const readPeople = (entries: readonly NameEntry[]): People => ({ entries, people: entries.map(parsePerson) });

type Sides = readonly [People, People];
type Which = 0 | 1;

interface Work extends Company {
  readonly sides: Sides;
  readonly sizes: readonly [number, number];
  readonly graph: Graph;
  readonly scopes: (which: Which, index: number) => Salt;
}

type Meeting = (one: Person, other: Person, master: number, target: number) => void;

const keysOf = (work: Work, which: Which, add: (list: KeyList, person: Person, index: number, salt: Salt) => void): KeyList => {
  const list = createKeys();
  work.sides[which].people.forEach((person, index) => add(list, person, index, work.scopes(which, index)));
  return list;
};

const meetUnder = (work: Work, keys: readonly [KeyList, KeyList], crowds: boolean, meeting: Meeting): void =>
  layer(work.graph, keys, (master, target) => {
    const [one, other] = [work.sides[0].people[master], work.sides[1].people[target]];
    if (one !== undefined && other !== undefined && work.sides[0].entries[master]?.scope === work.sides[1].entries[target]?.scope) meeting(one, other, master, target);
  }, crowds);

const both = (make: (which: Which) => KeyList): readonly [KeyList, KeyList] => [make(0), make(1)];
const nameAt = (work: Work, which: Which, index: number): string => tidy(work.sides[which].entries[index]?.name ?? "").toLowerCase();
const loginsAt = (work: Work, which: Which, index: number): readonly Login[] => {
  const [entry, person] = [work.sides[which].entries[index], work.sides[which].people[index]];
  return entry === undefined || person === undefined ? [] : loginsOf(entry, person);
};

const byAddress = (work: Work): void => {
  const keys = both((which) => keysOf(work, which, (list, person, index) => person.email !== "" && addKey(list, index, hashText(addressKey(person.email)))));
  layer(work.graph, keys, (master, target) => {
    const [one, other] = [work.sides[0].people[master], work.sides[1].people[target]];
    if (one === undefined || other === undefined || addressKey(one.email) !== addressKey(other.email)) return;
    if (one.service !== other.service) return work.graph.hint(master, target, { score: 0.5, reason: "same e-mail address, but one of them is an account of a machine or office" });
    const fit = one.service ? "unknown" : shortens(one, other) || shortens(other, one) ? "fits" : fits(work, one, other);
    if (fit === "no") return work.graph.hint(master, target, { score: 0.6, reason: "same e-mail address, but the names have nothing in common" });
    work.graph.add(master, target, fit === "fits" ? "addressAndName" : "address");
  }, true);
};

const byExactName = (work: Work): void => {
  const keys = both((which) => keysOf(work, which, (list, _, index, salt) => {
    const name = nameAt(work, which, index);
    if (name !== "") addKey(list, index, withSalt(hashText(name), salt));
  }));
  meetUnder(work, keys, true, (one, other, master, target) => {
    if (one.service === other.service && nameAt(work, 0, master) === nameAt(work, 1, target)) work.graph.add(master, target, "exact");
  });
};

/** "svc-jira" and "svc_jira": an account of a machine may differ by what parts its words, by nothing else. */
const byServiceName = (work: Work): void => {
  const parted = (which: Which, index: number): readonly string[] => [nameAt(work, which, index).split(/[\s._-]+/).join(" "), ...loginsAt(work, which, index).map((login) => `=${login.key}`)];
  const keys = both((which) => keysOf(work, which, (list, person, index, salt) => {
    if (person.service) for (const key of parted(which, index)) if (key !== "") addKey(list, index, withSalt(hashText(key), salt));
  }));
  meetUnder(work, keys, true, (_, __, master, target) => {
    const mine = parted(0, master);
    if (parted(1, target).some((key) => mine.includes(key))) work.graph.add(master, target, "folded");
  });
};

const addName = (work: Work, one: Person, other: Person, master: number, target: number, evidence: Evidence): void => {
  if (one.extra.number !== other.extra.number) return;
  const odds = atOdds(one, other);
  if (odds !== undefined) return work.graph.hint(master, target, { score: 0.68, reason: odds });
  work.graph.add(master, target, evidence !== "initial" && one.extra.generation !== other.extra.generation ? "shorter" : evidence);
};

const byFullName = (work: Work): void => {
  const keys = both((which) => keysOf(work, which, (list, person, index, salt) => !person.service && person.words.length > 0 && addFull(list, index, person.words, salt)));
  meetUnder(work, keys, true, (one, other, master, target) => {
    if (one.service || other.service || !sounds(one, other)) return;
    if (one.surname !== undefined && other.surname !== undefined && relationOf(work, one, other) === "doubtful") return work.graph.hint(master, target, { score: 0.65, reason: "same words, but given name and surname are exchanged" });
    addName(work, one, other, master, target, "folded");
  });
};

/** Two customs of romanising against each other: only where both names look Slavic, and doubled letters count. */
const bySlavicLatin = (work: Work): void => {
  const skeletons = (person: Person): readonly (readonly string[])[] => person.words.map((word) => slavicSkeletons(word, true));
  const keys = both((which) => keysOf(work, which, (list, person, index, salt) => {
    if (person.service || person.words.length < 2 || scriptOf(person.words) !== "latin" || !looksSlavic(person.words)) return;
    addKey(list, index, withSalt(person.words.map((word) => hashText(steadyLetters(word))).reduce(hashCouple), salt));
  }));
  meetUnder(work, keys, false, (one, other, master, target) => {
    if (work.graph.has(master, target)) return;
    const theirs = skeletons(other);
    const same = one.words.length === other.words.length && skeletons(one).every((mine) => theirs.some((list) => list.some((skeleton) => mine.includes(skeleton))));
    if (same) addName(work, one, other, master, target, "crossed");
  });
};

/** Full names, names with parts left out and initials, across a script. */
const byAbroad = (work: Work, abroad: Abroad): void => {
  const make = (which: Which): { readonly full: KeyList; readonly ends: KeyList; readonly others: KeyList; readonly short: KeyList; readonly long: KeyList } => {
    const lists = { full: createKeys(), ends: createKeys(), others: createKeys(), short: createKeys(), long: createKeys() };
    work.sides[which].people.forEach((person, index) => {
      if (person.service || person.words.length === 0) return;
      const salt = work.scopes(which, index);
      for (const words of abroad.readings(person)) {
        addFull(lists.full, index, words, salt);
        addFirstLast(lists.ends, index, words, salt);
        addOtherPairs(lists.others, index, words, salt);
        const initial = initialKey(words);
        if (initial !== undefined) addKey(lists.short, index, withSalt(initial, salt));
        for (const key of initialKeys(words, person.surname)) addKey(lists.long, index, withSalt(key, salt));
      }
    });
    return lists;
  };
  const [mine, theirs] = [make(0), make(1)];
  const meeting: Meeting = (one, other, master, target) => {
    if (scriptOf(one.words) === scriptOf(other.words) || work.graph.has(master, target)) return;
    const relation = relationOf(work, one, other, abroad);
    if (relation === "same" || relation === "initials" || relation === "shorter" || relation === "surnameInitial") addName(work, one, other, master, target, ({ same: "crossed", initials: "middleInitial", shorter: "shorter", surnameInitial: "initial" } as const)[relation]);
  };
  meetUnder(work, [mine.full, theirs.full], true, (one, other, master, target) => {
    if (scriptOf(one.words) !== scriptOf(other.words) && sounds({ spelled: abroad.readings(one) }, { spelled: abroad.readings(other) })) addName(work, one, other, master, target, "crossed");
  });
  meetUnder(work, [mine.ends, theirs.ends], false, meeting);
  meetUnder(work, [mine.others, theirs.ends], false, meeting);
  meetUnder(work, [mine.ends, theirs.others], false, meeting);
  meetUnder(work, [mine.short, theirs.long], true, meeting);
  meetUnder(work, [mine.long, theirs.short], true, meeting);
};

/** A login ties two people only where their shown names do not say otherwise. */
const tie = (work: Work, one: Person, other: Person, master: number, target: number, evidence: "login" | "loginSpells"): void => {
  const fit = fits(work, one, other);
  if (fit === "fits" || fit === "unknown") return work.graph.add(master, target, evidence);
  const reason = evidence === "login" ? "same login" : "the login of one spells the name of the other";
  work.graph.hint(master, target, { score: fit === "partly" ? 0.66 : 0.4, reason: `${reason}, but the names differ` });
};

const rotates = (person: Person, login: Login): boolean =>
  login.number === person.extra.number && (login.words.length > 1 ? sounds(person, { spelled: [login.words] }) : person.spelled.some((words) => words.some((_, from) => [...words.slice(from), ...words.slice(0, from)].join("") === login.words[0])));

/** Logins against names ("gary.bear", "garybear") and against logins. */
const byLogin = (work: Work): void => {
  const names = (which: Which): KeyList => keysOf(work, which, (list, person, index, salt) => !person.service && !person.handle && person.words.length > 1 && addFull(list, index, person.words, salt));
  const logins = both((which) => keysOf(work, which, (list, person, index) => {
    if (person.service) return;
    const scope = work.sides[which].entries[index]?.scope;
    for (const login of loginsAt(work, which, index)) if (login.key.length > 4) addKey(list, index, withSalt(hashName(login.words), saltOf(scope, login.number)));
  }));
  meetUnder(work, [names(0), logins[1]], false, (one, other, master, target) => loginsAt(work, 1, target).some((login) => rotates(one, login)) && tie(work, one, other, master, target, "loginSpells"));
  meetUnder(work, [logins[0], names(1)], false, (one, other, master, target) => loginsAt(work, 0, master).some((login) => rotates(other, login)) && tie(work, one, other, master, target, "loginSpells"));
  const keys = both((which) => keysOf(work, which, (list, person, index) => {
    const scope = work.sides[which].entries[index]?.scope;
    if (!person.service) for (const login of loginsAt(work, which, index)) addKey(list, index, withSalt(hashText(login.key), saltOf(scope, "")));
  }));
  meetUnder(work, keys, true, (one, other, master, target) => {
    const mine = loginsAt(work, 0, master);
    if (loginsAt(work, 1, target).some(({ key }) => mine.some((login) => login.key === key))) tie(work, one, other, master, target, "login");
  });
};

const consider = (work: Work, one: Person, other: Person, master: number, target: number): void => {
  if (work.graph.has(master, target) || one.extra.number !== other.extra.number) return;
  const relation = relationOf(work, one, other);
  if (relation === "same") addName(work, one, other, master, target, "folded");
  else if (relation === "initials") addName(work, one, other, master, target, "middleInitial");
  else if (relation === "shorter") addName(work, one, other, master, target, "shorter");
  else if (relation === "surnameInitial") addName(work, one, other, master, target, "initial");
  else if (relation === "doubtful") work.graph.hint(master, target, { score: 0.55, reason: "parts of the name agree, others do not" });
};

const byParts = (work: Work): void => {
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
const byInitials = (work: Work): void => {
  const short = (which: Which): KeyList => keysOf(work, which, (list, person, index, salt) => {
    if (person.service || person.extra.number !== "") return;
    for (const words of person.spelled) {
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
      for (const words of person.spelled) {
        for (const key of initialKeys(words, person.surname)) if (wanted.has(withSalt(key, salt))) addKey(list, index, withSalt(key, salt));
        for (const form of shortLogins(words, person.surname)) if (wanted.has(withSalt(shortKey(form), salt))) addKey(list, index, withSalt(shortKey(form), salt));
      }
    });
  };
  const meeting = (shorter: Which): Meeting => (one, other, master, target) => {
    if (work.graph.has(master, target)) return;
    const [brief, full] = shorter === 0 ? [one, other] : [other, one];
    const words = brief.handle || brief.words.length < 2 ? loginsAt(work, shorter, shorter === 0 ? master : target) : [];
    if (words.some((login) => login.words.length === 1 && full.spelled.some((each) => shortLogins(each, full.surname).includes(login.words[0] ?? "")))) return addName(work, one, other, master, target, "initial");
    if (words.some((login) => login.words.length > 1 && isInitialOf(work, login, full))) return addName(work, one, other, master, target, "initial");
    consider(work, one, other, master, target);
  };
  const [mine, theirs] = [short(0), short(1)];
  meetUnder(work, [mine, long(1, mine)], true, meeting(0));
  meetUnder(work, [long(0, theirs), theirs], true, meeting(1));
};

const isInitialOf = (work: Work, login: Login, full: Person): boolean => relationOf(work, { words: login.words, spelled: [login.words], surname: undefined, extra: full.extra }, full) === "surnameInitial";

const refuteByAddress = (work: Work): void => {
  for (let master = 0; master < work.sizes[0]; master++) {
    for (const { evidence, target } of work.graph.edges(0, master)) {
      const [one, other] = [work.sides[0].people[master], work.sides[1].people[target]];
      if (one === undefined || other === undefined || evidence === "address" || evidence === "addressAndName") continue;
      if (refutes(work, one, other, loginsAt(work, 0, master), loginsAt(work, 1, target), evidence)) work.graph.refute(master, target);
    }
  }
};

export const meetPeople = (masters: People, targets: People): Graph => {
  const sides = [masters, targets] as const;
  const sizes = [masters.people.length, targets.people.length] as const;
  const people = sides.map((side) => side.people);
  const abroad = (["cyrillic", "greek"] as const).map((script) => createAbroad(script, people)).filter((each) => each !== undefined);
  const scopes = (which: Which, index: number): Salt => saltOf(sides[which].entries[index]?.scope, sides[which].people[index]?.extra.number ?? "");
  const work: Work = { sides, sizes, graph: createGraph(sizes), habits: learnHabits(people), abroad, scopes };
  byAddress(work);
  byExactName(work);
  byServiceName(work);
  byFullName(work);
  byLogin(work);
  byParts(work);
  bySlavicLatin(work);
  for (const each of abroad) byAbroad(work, each);
  byInitials(work);
  refuteByAddress(work);
  return work.graph;
};

