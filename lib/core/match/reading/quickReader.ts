// People as they are read, without a text or an object for most of them: the numbers of the words, and the logins, from the text
// they stand in. What is found is good until the next. Whoever is no plain person (an account of a machine, another name
// besides, an address in the name, an odd login) is left to parsePerson.

import type { Lexicon } from "../words/lexicon.ts";
import { EMAIL, LOGIN, NAME, type Names, type Spot } from "./names.ts";
import { type Extra, isMachine, type NameReader, NOTHING, readClosely, readName } from "./person.ts";
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

const hasSpace = ({ text, from, to }: Spot): boolean => {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === SPACE) return true;
  return false;
};

export const createQuickReader = (names: Names, reader: NameReader): QuickReader => {
  const { lexicon, scanner } = reader;
  const logins = createLoginScanner();
  const [name, login, email] = [0, 1, 2].map((): Spot => ({ text: "", from: 0, to: 0 })) as [Spot, Spot, Spot];
  let closely = new Int32Array(16);

  const show = (forms: Int32Array, count: number, surname: number, extra: Extra): true => {
    quick.forms = forms;
    quick.count = count;
    quick.surname = surname;
    quick.extra = extra;
    return true;
  };
  const scanned = (): true => show(scanner.forms, scanner.count, scanner.surname, NOTHING);

  const readHandle = (index: number): boolean => {
    if (isServiceAccount(names.name(index)) || isMachine("", names.email(index).toLowerCase(), names.name(index), false)) return false;
    if (!scanner.handle(name.text, name.from, name.to) && !scanner.single(name.text, name.from, name.to)) return false;
    return logins.login(name.text, name.from, name.to) && scanned();
  };

  const look = (index: number): boolean => {
    const text = names.name(index);
    const tidied = tidy(text);
    if (tidied.includes("@")) return false;
    const { forms, surname, handle, service, extra } = tidied === text ? readClosely(text, reader) : readName(tidied, reader);
    if (service || handle || forms.length === 0 || extra.also.length > 0 || (forms.length < 2 && logins.hasAddress)) return false;
    if (extra.staff !== "" && !logins.login(extra.staff, 0, extra.staff.length)) return false;
    if (forms.length > closely.length) closely = new Int32Array(forms.length * 2);
    closely.set(forms);
    return show(closely, forms.length, surname ?? 0, extra);
  };

  const quick: QuickReader = {
    lexicon, logins, forms: scanner.forms, count: 0, surname: 0, isHandle: false, extra: NOTHING,
    word: (at) => lexicon.wordOf(quick.forms[at] as number),
    read: (index) => {
      if (names.scope(index) !== undefined) return false;
      names.find(index, NAME, name);
      names.find(index, LOGIN, login);
      names.find(index, EMAIL, email);
      logins.clear();
      if (login.from < login.to && (!logins.login(login.text, login.from, login.to) || isServiceAccount(names.login(index)))) return false;
      if (email.from < email.to && !logins.email(email.text, email.from, email.to)) return false;
      quick.isHandle = false;
      if (scanner.name(name.text, name.from, name.to)) return scanned();
      if (hasSpace(name)) return look(index);
      quick.isHandle = true;
      return readHandle(index);
    },
  };
  return quick;
};
