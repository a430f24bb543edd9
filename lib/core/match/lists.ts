// Enters every person of one list under the keys of all layers, in a single pass while the name is at hand: looking at all
// people again for each layer would cost more than the layers.

import { addressKey, calledOf, wholeOf } from "./company.ts";
import { addKey, createKeys, hashCouple, hashText, type KeyList, withSalt } from "./hash.ts";
import { addEnds, addOtherPairs, fullKey, initialKey, type Salt, saltOf, shortKey } from "./keys.ts";
import type { Lexicon, Word } from "./lexicon.ts";
import type { Names } from "./names.ts";
import { type Account, type Login, loginsOf, parsePerson, type Person } from "./person.ts";
import { hasSlavicEnding, steadyLetters } from "./romanize.ts";
import { createRoster, type Roster } from "./roster.ts";
import { tidy } from "./spell.ts";

const LISTS = ["address", "exact", "service", "full", "spelled", "written", "ends", "others", "slavic", "short"] as const;
export type Lists = Readonly<Record<(typeof LISTS)[number], KeyList>>;

export interface People extends Roster {
  readonly names: Names;
  readonly lists: Lists;
  /** What belongs to every key of a name, by position. */
  readonly salts: Int32Array;
  /** Well-known given names that stand first, and last, where nothing tells the order. */
  readonly order: { first: number; last: number };
}

export const folded = (name: string): string => tidy(name).toLowerCase();

/** "svc-jira" and "svc_jira": an account of a machine may differ by what parts its words, by nothing else. */
export const serviceNames = (name: string, logins: readonly Login[]): readonly string[] => [folded(name).split(/[\s._-]+/).join(" "), ...logins.map((login) => `=${login.key}`)];

const learn = ({ lex, surname }: Person, side: 0 | 1, order: People["order"]): void => {
  const [given, family] = [lex[0], lex[lex.length - 1]];
  if (given === undefined || family === undefined || lex.length < 2) return;
  if (surname !== undefined) {
    given.sure += 3;
    family.sure -= 3;
    return;
  }
  if (given.isNick) order.first++;
  if (family.isNick) order.last++;
  if (side === 0) {
    given.placed0++;
    family.placed0--;
  } else {
    given.placed1++;
    family.placed1--;
  }
};

const isSlavic = (word: Word): boolean => {
  if ((word.marks & 48) === 0) word.marks |= hasSlavicEnding(word.text) ? 32 : 16;
  return (word.marks & 32) !== 0;
};

const isForeign = (word: Word): boolean => word.isForeign;

const steady = (word: Word): number => {
  if (word.steady === 0) word.steady = hashText(steadyLetters(word.text)) || 1;
  return word.steady;
};

const enterName = (lists: Lists, person: Person, index: number, salt: Salt): void => {
  const { words, lex, extra } = person;
  addKey(lists.full, index, fullKey(words, salt));
  addEnds(lists.ends, index, lex, salt);
  addOtherPairs(lists.others, index, lex, salt);
  const { loose } = extra;
  if (loose !== undefined) {
    const plainer = words.map((word, at) => loose[at] ?? word);
    addEnds(lists.ends, index, plainer, salt);
    addOtherPairs(lists.others, index, plainer, salt);
  }
  if (extra.also.length > 0) for (const called of calledOf(person)) addEnds(lists.ends, index, called.words, salt);
  if (lex.length > 1 && lex.some(isSlavic) && !lex.some(isForeign)) addKey(lists.slavic, index, withSalt(lex.map(steady).reduce(hashCouple), salt));
};

const isInitial = (word: string): boolean => word.length === 1;

/** "G. Bear", "Bear G", and logins that may be gbear, bearg, garyb. */
const enterShort = (list: KeyList, person: Person, logins: readonly Login[], index: number, salt: Salt): void => {
  if (person.extra.number !== "") return;
  if (person.words.some(isInitial)) {
    for (const words of wholeOf(person)) {
      const key = initialKey(words);
      if (key !== undefined) addKey(list, index, withSalt(key, salt));
    }
  }
  if (person.words.length > 1 && !person.handle) return;
  for (const { words, number } of logins) {
    const key = number !== "" ? undefined : words.length > 1 ? initialKey(words) : shortKey(words[0] ?? "");
    if (key !== undefined) addKey(list, index, withSalt(key, salt));
  }
};

const enter = (lists: Lists, account: Account, scope: string | undefined, person: Person, index: number, salt: Salt): void => {
  if (person.email !== "") addKey(lists.address, index, hashText(addressKey(person.email)));
  const logins = loginsOf(account, person);
  if (person.service || person.words.length === 0) {
    const name = folded(account.name);
    if (name !== "") addKey(lists.exact, index, withSalt(hashText(name), salt));
  }
  if (person.service) {
    for (const key of serviceNames(account.name, logins)) if (key !== "") addKey(lists.service, index, withSalt(hashText(key), salt));
    return;
  }
  if (person.words.length > 0) enterName(lists, person, index, salt);
  for (const login of logins) {
    if (login.key.length > 4) addKey(lists.spelled, index, fullKey(login.words, saltOf(scope, login.number)));
    addKey(lists.written, index, withSalt(hashText(login.key), saltOf(scope, "")));
  }
  enterShort(lists.short, person, logins, index, salt);
};

export const readPeople = (names: Names, side: 0 | 1, lexicon: Lexicon): People => {
  const lists = Object.fromEntries(LISTS.map((name) => [name, createKeys()])) as Record<(typeof LISTS)[number], KeyList>;
  const salts = new Int32Array(names.size);
  const order = { first: 0, last: 0 };
  const roster = createRoster(names, lexicon, (index) => {
    const account = { name: names.name(index), login: names.login(index), email: names.email(index) };
    const person = parsePerson(account, lexicon);
    const scope = names.scope(index);
    const salt = saltOf(scope, person.extra.number);
    salts[index] = salt;
    learn(person, side, order);
    enter(lists, account, scope, person, index, salt);
    return person;
  });
  return { ...roster, names, lists, salts, order };
};
