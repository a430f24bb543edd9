// People of whom nothing has to be looked at closely: a name of plain words, or one that is a login, and beside it a plain login
// and address. They are read from the text they stand in; what is found is good until the next.

import { createNameScanner, type NameScanner } from "./scanName.ts";
import { createLoginScanner, type LoginScanner } from "./scanLogins.ts";
import type { Lexicon } from "./lexicon.ts";
import { EMAIL, LOGIN, NAME, type Names, type Spot } from "./names.ts";
import { isMachine } from "./person.ts";
import { isServiceAccount } from "./words.ts";

export interface QuickReader {
  readonly lexicon: Lexicon;
  readonly scanner: NameScanner;
  readonly logins: LoginScanner;
  isHandle: boolean;
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

export const createReader = (names: Names, lexicon: Lexicon): QuickReader => {
  const scanner = createNameScanner(lexicon);
  const logins = createLoginScanner();
  const name: Spot = { text: "", from: 0, to: 0 };
  const login: Spot = { text: "", from: 0, to: 0 };
  const email: Spot = { text: "", from: 0, to: 0 };
  const read = (index: number): boolean => {
    names.find(index, NAME, name);
    names.find(index, LOGIN, login);
    names.find(index, EMAIL, email);
    if (names.scope(index) !== undefined) return false;
    const isHandle = !hasSpace(name);
    logins.clear();
    if (login.from < login.to && (!logins.login(login.text, login.from, login.to) || isServiceAccount(names.login(index)))) return false;
    if (email.from < email.to && !logins.email(email.text, email.from, email.to)) return false;
    reader.isHandle = isHandle;
    if (!isHandle) return scanner.name(name.text, name.from, name.to);
    if (isServiceAccount(names.name(index)) || isMachine("", names.email(index).toLowerCase(), names.name(index), false)) return false;
    return (scanner.handle(name.text, name.from, name.to) || scanner.single(name.text, name.from, name.to)) && logins.login(name.text, name.from, name.to);
  };
  const reader: QuickReader = { lexicon, scanner, logins, isHandle: false, word: (at) => lexicon.wordOf(scanner.forms[at] as number), read };
  return reader;
};
