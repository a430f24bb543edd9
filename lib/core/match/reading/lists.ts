// Enters every person of one list under the keys of all layers, in a single pass while the name is at hand: looking at all
// people again for each layer would cost more than the layers.

import { addressKey, calledOf, plainerOf, wholeOf } from "./faces.ts";
import { askInitialText, askLoginText } from "../words/asked.ts";
import { addKey, createKeys, hashText, hashWord, type KeyList, withSalt } from "../words/hash.ts";
import { addEnds, addOtherPairs, fullKey, initialKey, type Salt, saltOf, shortKey } from "../words/keys.ts";
import type { Words } from "../words/wordFacts.ts";
import type { Names } from "./names.ts";
import { type Account, countsNamesakes, type Login, loginsOf, type NameReader, type ParsedPerson, parsePerson, type Person } from "./person.ts";
import { NOTHING } from "./shown.ts";
import { enterQuick } from "./quickKeys.ts";
import { quickReaderOf } from "./quickReader.ts";
import { type Roster, RosterDraft } from "./roster.ts";
import { tidy } from "../words/spell.ts";

const LISTS = ["address", "exact", "service", "full", "spelled", "written", "ends", "others", "short", "asked"] as const;
export type Lists = Readonly<Record<(typeof LISTS)[number], KeyList>>;

export const createLists = (): Lists => Object.fromEntries(LISTS.map((name) => [name, createKeys()])) as Record<(typeof LISTS)[number], KeyList>;

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

/** The Azerbaijani ə is an a to some and an e to others: two spellings without a key in common. Undefined where all spellings of all words share theirs. */
const otherSpelling = ({ words, alternatives }: Person): readonly string[] | undefined => {
  if (alternatives === undefined) return undefined;
  const others = words.map((word, at) => alternatives[at]?.findLast((spelling) => hashWord(spelling) !== hashWord(word)) ?? word);
  return others.every((word, at) => word === words[at]) ? undefined : others;
};

const enterName = (lists: Lists, person: ParsedPerson, index: number, salt: Salt, scope: string | undefined): void => {
  const { words, forms, extra } = person;
  const others = otherSpelling(person);
  if (others !== undefined) {
    addKey(lists.full, index, fullKey(others, salt));
    addEnds(lists.ends, index, others, salt);
  }
  const lex = forms.map(({ word }) => word);
  addKey(lists.full, index, fullKey(words, salt));
  addEnds(lists.ends, index, lex, salt);
  addOtherPairs(lists.others, index, lex, salt);
  // The second of a name meets all who bear more of it: gary.bear2 may be Gary Lee Bear.
  if (person.handle && words.length > 1 && countsNamesakes({ words, number: extra.number })) addEnds(lists.ends, index, lex, saltOf(scope, ""));
  const { loose } = extra;
  if (loose !== undefined) {
    const plainer = plainerOf(words, loose);
    addEnds(lists.ends, index, plainer, salt);
    addOtherPairs(lists.others, index, plainer, salt);
  }
  if (extra.also.length > 0) for (const called of calledOf(person)) addEnds(lists.ends, index, called.words, salt);
};

const isInitial = (word: string): boolean => word.length === 1;

/** "G. Bear", "Bear G", and logins that may be gbear, bearg, garyb. */
const enterShort = ({ short, asked }: Lists, person: Person, logins: readonly Login[], index: number, salt: Salt): void => {
  if (person.extra.number !== "" && !person.handle) return;
  const enterInitial = (words: readonly string[]): void => {
    const key = initialKey(words);
    if (key === undefined) return;
    addKey(short, index, withSalt(key, salt));
    askInitialText(asked, words);
  };
  if (person.extra.number === "" && person.words.some(isInitial)) {
    for (const words of wholeOf(person)) enterInitial(words);
    if (person.extra.loose !== undefined) enterInitial(plainerOf(person.words, person.extra.loose));
  }
  if (person.words.length > 1 && !person.handle) return;
  for (const login of logins) {
    const { words } = login;
    if (login.number === "" ? person.extra.number !== "" : !countsNamesakes(login)) continue;
    if (words.length > 1) enterInitial(words);
    else {
      addKey(short, index, withSalt(shortKey(words[0] ?? ""), salt));
      askLoginText(asked, words[0] ?? "");
    }
  }
};

/** All keys of one person. What most people have is entered by quickKeys.ts, from numbers alone. */
export const enterPerson = (lists: Lists, account: Account, scope: string | undefined, person: ParsedPerson, index: number, salt: Salt): void => {
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
  if (person.words.length > 0) enterName(lists, person, index, salt, scope);
  for (const login of logins) {
    if (login.key.length > 4) addKey(lists.spelled, index, fullKey(login.words, saltOf(scope, login.number)));
    if (person.handle && countsNamesakes(login)) addKey(lists.spelled, index, fullKey(login.words, saltOf(scope, "")));
    addKey(lists.written, index, withSalt(hashText(login.key), saltOf(scope, "")));
  }
  enterShort(lists, person, logins, index, saltOf(scope, ""));
};

/** Words that tell given names and surnames: by a known order, by nicknames, and by their place. */
const learn = (words: Words, given: number, family: number, surname: number | undefined, side: 0 | 1, order: People["order"]): void => {
  if (surname !== undefined) {
    words.addSure(given, 3);
    words.addSure(family, -3);
    return;
  }
  if (words.isNick(given)) order.first++;
  if (words.isNick(family)) order.last++;
  words.addPlaced(given, side, 1);
  words.addPlaced(family, side, -1);
};

/** Both lists with one reader: most words of one are words of the other. */
export const readPeople = (names: Names, side: 0 | 1, nameReader: NameReader): People => {
  const { lexicon } = nameReader;
  const { words } = lexicon;
  const lists = createLists();
  const salts = new Int32Array(names.size);
  const order = { first: 0, last: 0 };
  const draft = new RosterDraft(names, lexicon);
  const reader = quickReaderOf(nameReader, names);
  for (let index = 0; index < names.size; index++) {
    if (reader.read(index)) {
      const { forms, count, surname, isHandle, extra } = reader;
      const salt = extra === NOTHING ? 0 : saltOf(undefined, extra.number);
      salts[index] = salt;
      if (count > 1) learn(words, reader.word(0), reader.word(count - 1), surname || undefined, side, order);
      enterQuick(lists, reader, index, salt);
      draft.keepForms(forms, count, surname, isHandle, extra);
      continue;
    }
    const account = { name: names.name(index), login: names.login(index), email: names.email(index) };
    const person = parsePerson(account, nameReader);
    const scope = names.scope(index);
    const salt = saltOf(scope, person.extra.number);
    salts[index] = salt;
    const [given, family] = [person.forms[0], person.forms[person.forms.length - 1]];
    if (given !== undefined && family !== undefined && person.forms.length > 1) learn(words, given.word.number, family.word.number, person.surname, side, order);
    enterPerson(lists, account, scope, person, index, salt);
    draft.keep(person);
  }
  const roster = draft.done();
  return Object.assign(roster, { names, lists, salts, order });
};
