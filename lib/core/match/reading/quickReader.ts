// People as they are read, without a text or an object for most of them: the numbers of the words, and the logins, from the text
// they stand in. What is found is good until the next. Whoever is no plain person (an account of a machine, another name
// besides, an address in the name, an odd login) is left to parsePerson.

import type { Lexicon } from "../words/lexicon.ts";
import { EMAIL, LOGIN, NAME, type Names, spell } from "./names.ts";
import { isMachine, type NameReader, readClosely, readName } from "./person.ts";
import { type Extra, NOTHING, type Shown } from "./shown.ts";
import { createLoginScanner, type LoginScanner } from "./scanLogins.ts";
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
  /** Whether the person at this place is such; no more is said of others. */
  read(index: number): boolean;
}

const SPACE = 32;
/** What is longer is looked at closely. */
const ROOM = 1024;

const hasSpace = (letters: Uint16Array, length: number): boolean => {
  for (let at = 0; at < length; at++) if (letters[at] === SPACE) return true;
  return false;
};

export const createQuickReader = (names: Names, reader: NameReader): QuickReader => {
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

  const readHandle = (index: number, length: number): boolean => {
    if (isServiceAccount(names.name(index)) || isMachine("", names.email(index).toLowerCase(), names.name(index), false)) return false;
    if (!scanner.handle(name, length) && !scanner.single(name, length)) return false;
    return logins.login(name, length) && scanned();
  };

  const closely = (index: number): Shown | undefined => {
    const text = names.name(index);
    const tidied = tidy(text);
    if (tidied.includes("@")) return undefined;
    if (tidied !== text) return readName(tidied, reader);
    const shown = readClosely(text, reader);
    patterns.learn(shown);
    return shown;
  };

  const look = (index: number, length: number): boolean => {
    const shown = patterns.read(name, length) ?? closely(index);
    if (shown === undefined) return false;
    const { forms, surname, handle, service, extra } = shown;
    if (service || handle || forms.length === 0 || extra.also.length > 0 || (forms.length < 2 && logins.hasAddress)) return false;
    if (extra.staff !== "" && !logins.login(account, spell(extra.staff, account))) return false;
    if (forms.length > found.length) found = new Int32Array(forms.length * 2);
    found.set(forms);
    return show(found, forms.length, surname ?? 0, extra);
  };

  const quick: QuickReader = {
    lexicon, logins, forms: scanner.forms, count: 0, surname: 0, isHandle: false, extra: NOTHING,
    word: (at) => lexicon.wordOf(quick.forms[at] as number),
    read: (index) => {
      if (names.scope(index) !== undefined) return false;
      logins.clear();
      if (names.has(index, LOGIN) && (!logins.login(account, names.letters(index, LOGIN, account)) || isServiceAccount(names.login(index)))) return false;
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
