// People as they are read, without a text or an object for most of them: the numbers of the words, and the logins, from the text
// they stand in. What is found is good until the next. Whoever is no plain person (an account of a machine, another name
// besides, an address in the name, an odd login) is left to parsePerson.

import type { Lexicon } from "../words/lexicon.ts";
import { EMAIL, LOGIN, NAME, type Names, namesOf, spell } from "./names.ts";
import { isMachine, type NameReader, readClosely } from "./person.ts";
import { type Extra, NOTHING } from "./shown.ts";
import { createLoginScanner, type LoginScanner } from "./scanLogins.ts";
import { mayBeServiceAccount } from "../words/service.ts";
import { tidy } from "../words/spell.ts";
import { isServiceAccount } from "../words/words.ts";

export interface QuickReader {
  readonly lexicon: Lexicon;
  readonly logins: LoginScanner;
  /** Forms of the words, as many as `count`. */
  forms: Int32Array;
  count: number;
  /** First surname word; 0 where nothing tells it. */
  surname: number;
  isHandle: boolean;
  extra: Extra;
  /** Number of a word of the name. */
  word(at: number): number;
  /** The list whose people are read from now on. */
  begin(list: Names): void;
  /** Whether the person at this place is such; no more is said of others. */
  read(index: number): boolean;
}

const SPACE = 32;
const AT = 64;
const NOBODY = namesOf([]);
/** What is longer is looked at closely. */
const ROOM = 1024;

const hasSpace = (letters: Uint16Array, length: number): boolean => {
  for (let at = 0; at < length; at++) if (letters[at] === SPACE) return true;
  return false;
};

const known = new WeakMap<NameReader, QuickReader>();
/** One for both lists of a matching: the engine learns it once. */
export const quickReaderOf = (reader: NameReader, list: Names): QuickReader => {
  const quick = known.get(reader) ?? createQuickReader(reader);
  known.set(reader, quick);
  quick.begin(list);
  return quick;
};

const createQuickReader = (reader: NameReader): QuickReader => {
  let names = NOBODY;
  const { lexicon, scanner, patterns } = reader;
  const logins = createLoginScanner();
  const [name, account] = [new Uint16Array(ROOM), new Uint16Array(ROOM)];
  let found = new Int32Array(16);

  const show = (forms: Int32Array, count: number, surname: number, extra: Extra): true => {
    quick.forms = forms;
    quick.count = count;
    quick.surname = surname;
    quick.extra = extra;
    return true;
  };
  const scanned = (): true => show(scanner.forms, scanner.count, scanner.surname, NOTHING);

  /** The mailbox of an office says that a name is one, too. */
  const isOffice = (index: number): boolean => {
    const length = names.has(index, EMAIL) ? names.letters(index, EMAIL, account) : 0;
    const mailbox = account.subarray(0, Math.max(length, 0)).indexOf(AT);
    return mailbox >= 0 && mayBeServiceAccount(account, 0, mailbox) && isMachine("", names.email(index).toLowerCase(), names.name(index), false);
  };
  const readHandle = (index: number, length: number): boolean => {
    if ((mayBeServiceAccount(name, 0, length) && isServiceAccount(names.name(index))) || isOffice(index)) return false;
    if (!scanner.handle(name, length) && !scanner.single(name, length)) return false;
    return logins.login(name, length) && scanned();
  };

  /** Of a name whose pattern is not known. */
  const closely = (text: string): boolean => {
    const shown = readClosely(text, reader);
    patterns.learn(shown);
    const { forms, surname, handle, service, extra } = shown;
    if (service || handle) return false;
    if (forms.length > found.length) found = new Int32Array(forms.length * 2);
    found.set(forms);
    return show(found, forms.length, surname ?? 0, extra);
  };
  const known = (length: number): boolean => patterns.read(name, length) && show(patterns.forms, patterns.count, patterns.surname, patterns.extra);
  /** As it is written, or else as it is when tidied. */
  const lookAt = (index: number, length: number): boolean => {
    if (known(length)) return true;
    const text = names.name(index);
    const tidied = tidy(text);
    if (tidied.includes("@")) return false;
    if (tidied === text) return closely(text);
    const size = spell(tidied, name);
    if (!tidied.includes(" ")) return false;
    return scanner.name(name, size) ? scanned() : known(size) || closely(tidied);
  };

  const look = (index: number, length: number): boolean => {
    if (!lookAt(index, length)) return false;
    const { extra, count } = quick;
    if (count === 0 || extra.also.length > 0 || (count < 2 && logins.hasAddress)) return false;
    return extra.staff === "" || logins.login(account, spell(extra.staff, account));
  };

  const quick: QuickReader = {
    lexicon, logins, forms: scanner.forms, count: 0, surname: 0, isHandle: false, extra: NOTHING,
    begin: (list) => void (names = list),
    word: (at) => lexicon.wordOf(quick.forms[at] as number),
    read: (index) => {
      if (names.scope(index) !== undefined) return false;
      logins.clear();
      if (names.has(index, LOGIN)) {
        const length = names.letters(index, LOGIN, account);
        if (!logins.login(account, length) || (mayBeServiceAccount(account, 0, length) && isServiceAccount(names.login(index)))) return false;
      }
      if (names.has(index, EMAIL) && !logins.email(account, names.letters(index, EMAIL, account))) return false;
      const length = names.letters(index, NAME, name);
      quick.isHandle = false;
      if (scanner.name(name, length)) return scanned();
      if (length < 0 || hasSpace(name, length)) return look(index, length);
      quick.isHandle = true;
      return readHandle(index, length);
    },
  };
  return quick;
};
