// Takes a person's name apart: words of the name, what is known of their order, and everything around them (titles, tags,
// numbers, generations). Says nothing about who equals whom.

import type { NameEntry } from "../model.ts";
import { spell } from "./names.ts";
import { type Chunks, createChunks } from "./chunks.ts";
import { readKana } from "../words/kana.ts";
import { createLexicon, type Lexicon, type Written } from "../words/lexicon.ts";
import { byIndex, nameWords } from "./nameOrder.ts";
import { createDraft, isStaffNumber, splitToken, storedName, strip, takeDepartments, takeMaiden, takeNumbers, takeRemarks, takeSegment, wordsOf } from "./nameParts.ts";
import { createPatterns, type Patterns } from "./patterns.ts";
import { plain, tidy } from "../words/spell.ts";
import { createNameScanner, type NameScanner } from "./scanName.ts";
import { type Extra, NOTHING, type Shown } from "./shown.ts";
import { isAround, isService, isServiceAccount, isServiceWord } from "../words/words.ts";

export interface Login {
  /** Letters and digits only, in lower case: garybear2. A personnel number stands without the zeros before it. */
  readonly key: string;
  /** The words it shows: gary.bear, GaryBear; a single one where it shows none. */
  readonly words: readonly string[];
  readonly number: string;
}

export interface Person {
  /** Given names first where the order is known; particles drawn to their surname. In the usual spelling. */
  readonly words: readonly string[];
  /** All spellings of each word; left out where there is one of each. */
  readonly alternatives: readonly (readonly string[])[] | undefined;
  /** Index of the first surname word, where a comma or capitals say so. */
  readonly surname: number | undefined;
  /** The name is one piece without a space: a login, or a mononym. */
  readonly handle: boolean;
  readonly service: boolean;
  readonly email: string;
  readonly extra: Extra;
}

/** As a name was read. */
export interface ParsedPerson extends Person {
  /** The same words in the lexicon, as written. */
  readonly forms: readonly Written[];
}

const EMAIL = /<?\s*(?:mailto:)?([^\s<>(),;:"[\]]+@[^\s<>(),;:"[\]]+\.[^\s<>(),;:"[\]]+)\s*>?/i;

/** Without the domain before or after it, and without what a "+" adds to a mailbox. */
export const accountOf = (text: string): string => (/[\\@+]/.test(text) ? text.replace(/^[^\\]*\\/, "").replace(/@.*$/, "").replace(/\+.*$/, "") : text);

const PADDED = /^([a-z]{0,3})0+(?=\d)(\d+)$/;
const LEAST_PADDED = 5;
/** Spreadsheets and number fields lose the zeros before a personnel number: 00115079 is 115079. */
export const withoutZeros = (key: string): string => {
  const [, prefix = "", digits] = PADDED.exec(key) ?? [];
  return digits === undefined || key.length - prefix.length < LEAST_PADDED ? key : prefix + digits;
};

/** gbear2 and gary.bear2: so many digits behind a login count namesakes. */
export const MOST_COUNTED = 3;
export const countsNamesakes = ({ words, number }: Pick<Login, "words" | "number">): boolean => {
  const digits = number.replaceAll("#", "").length;
  return words.length > 0 && digits > 0 && digits <= MOST_COUNTED;
};

const PLAIN_LOGIN = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

const quickLogin = (account: string): Login | undefined => {
  if (!PLAIN_LOGIN.test(account)) return undefined;
  const parts = account.split(/[._-]/);
  if (parts.length > 2 && parts.some(isAround)) return undefined;
  if (!/[0-9]/.test(account)) return { key: parts.join(""), words: parts, number: "" };
  const digits = account.match(/[0-9]+/g) ?? [];
  return { key: withoutZeros(parts.join("")), words: parts.map((part) => part.replace(/[0-9]+/g, "")).filter((part) => part !== ""), number: digits.map((each) => `#${each}`).join("") };
};

/** A name without spaces behind which a person's name may or may not stand. */
export const parseLogin = (text: string): Login | undefined => {
  const account = accountOf(tidy(text));
  // E130595 is e130595: capitals part words, but a personnel number has none.
  const quick = quickLogin(isStaffNumber(account) ? account.toLowerCase() : account);
  if (quick !== undefined) return quick;
  const draft = createDraft();
  const tokens = account.split(/\s+/).flatMap((raw) => splitToken(raw, true)).map((token) => takeNumbers(token, draft)).filter((token) => token !== undefined);
  const kept = strip(tokens, draft, 2);
  const key = withoutZeros(plain(account).replace(/[^\p{L}\p{N}]/gu, ""));
  return key === "" ? undefined : { key, words: kept.map((token) => plain(token.text)), number: draft.number };
};

const emailIn = (text: string): { readonly email: string; readonly rest: string } => {
  const match = text.includes("@") ? EMAIL.exec(text) : null;
  return match === null ? { email: "", rest: text } : { email: match[1] ?? "", rest: text.replace(EMAIL, " ").trim() };
};

export const spellingsOf = ({ word, list }: Written): readonly string[] => list ?? [word.text];

const personOf = (forms: readonly Written[], surname: number | undefined, handle: boolean, service: boolean, email: string, extra: Extra): ParsedPerson => {
  // Of their size from the beginning: lists that grow take five times the room, and there are hundreds of thousands.
  const words = new Array<string>(forms.length);
  let several = false;
  for (let at = 0; at < forms.length; at++) {
    const form = forms[at];
    if (form === undefined) continue;
    words[at] = form.word.text;
    several ||= form.list !== undefined;
  }
  return { words, alternatives: several ? forms.map(spellingsOf) : undefined, surname, handle, service, email, extra, forms };
};

/** What a matching keeps at hand to read names with. */
export interface NameReader {
  readonly lexicon: Lexicon;
  readonly scanner: NameScanner;
  readonly chunks: Chunks;
  readonly patterns: Patterns;
}

export const createNameReader = (lexicon: Lexicon): NameReader => {
  const chunks = createChunks(lexicon);
  return { lexicon, scanner: createNameScanner(lexicon), chunks, patterns: createPatterns(lexicon, chunks) };
};

/** The closer look. */
export const readClosely = (text: string, { lexicon, chunks }: NameReader): Shown => {
  const draft = createDraft();
  const account = readKana(storedName(withoutDomain(text)));
  const name = takeMaiden(takeDepartments(takeSegment(takeRemarks(account, draft), draft).trim(), draft), draft);
  const handle = name !== "" && !/[\s,;]/.test(name);
  const { words, surname } = nameWords(name, draft, handle, chunks);
  const forms = words.map((word) => (word.form ??= lexicon.spell(word.text.replaceAll("'", ""))));
  const loose = byIndex(words, (word) => word.loose);
  const pieces = byIndex(words, (word) => word.pieces);
  const isPlain = loose === undefined && pieces === undefined && draft.generation === "" && draft.number === "" && draft.staff === "" && draft.tag.length === 0 && draft.also.length === 0;
  return {
    forms, surname: surname !== undefined && surname > 0 && surname < words.length ? surname : undefined, handle,
    service: draft.service || ((handle || draft.mayServe) && isService(name, wordsOf(name))),
    extra: isPlain ? NOTHING : { loose, pieces, generation: draft.generation, number: draft.number + (words.length === 0 && draft.staff !== "" ? `#${draft.staff}` : ""), staff: draft.staff, tag: draft.tag.join(" "), also: draft.also },
  };
};

/** Names longer than this are looked at closely. */
const letters = new Uint16Array(256);
/** A tidy name without an address in it. Most need no closer look. */
const readName = (text: string, reader: NameReader): Shown => {
  const { scanner } = reader;
  const spaced = text.includes(" ");
  const length = spell(text, letters);
  const isQuick = spaced ? scanner.name(letters, length) : !isServiceAccount(text) && scanner.handle(letters, length);
  return isQuick ? { forms: Array.from(scanner.forms.subarray(0, scanner.count)), surname: scanner.surname || undefined, handle: !spaced, service: false, extra: NOTHING } : readClosely(text, reader);
};

/** An empty text is as good as none. */
export type Account = Pick<NameEntry, "name" | "login" | "email">;

const withoutDomain = (text: string): string => (text.includes("\\") ? text.replace(/^[\w.-]+\\(?=\S+$)/, "") : text);

export const parsePerson = (entry: Account, reader = createNameReader(createLexicon())): ParsedPerson => {
  const found = emailIn(tidy(entry.name));
  // Where people see nothing but the address, its mailbox is the name.
  const shown = found.rest === "" ? { email: found.email, rest: accountOf(found.email) } : found;
  const email = entry.email === undefined || entry.email === "" ? shown.email.toLowerCase() : addressOf(entry.email);
  const { forms, surname, handle, service, extra } = readName(shown.rest, reader);
  return personOf(forms.map(reader.lexicon.form), surname, handle, service || isMachine(entry.login, email, shown.rest, isNamed(forms.map((form) => reader.lexicon.words.table.length(reader.lexicon.wordOf(form))), handle)), email, extra);
};

/** "gary.bear" names a person, whoever reads the mailbox; "gbear" may be anything. */
const isNamed = (lengths: readonly number[], handle: boolean): boolean => lengths.length > 1 && (!handle || lengths.every((length) => length > 1));

/** hellen.jenkins is no account of Jenkins where Hellen Jenkins has it, nor are patricia.sa and p.sa of a machine where Patrícia Sá has them. */
const isOwn = (account: string, name: string): boolean => {
  const words = wordsOf(account.replace(/[0-9]+$/, ""));
  const shown = wordsOf(name).map(plain);
  const isFull = (word: string): boolean => word.length > 1;
  const mayBeShort = words.some(isServiceWord);
  return words.length > 1 && words.some(isFull) && words.every((word) => shown.includes(word) || (!isFull(word) && mayBeShort && shown.some((match) => match.startsWith(word))));
};

/** A login of a machine makes the account one; the mailbox of an office only where no person is named. */
export const isMachine = (login: string | undefined, email: string, name: string, isNamed: boolean): boolean => {
  const account = login === undefined ? "" : accountOf(login);
  if (account !== "" && isServiceAccount(account) && !isOwn(account, name)) return true;
  return !isNamed && email.includes("@") && isServiceAccount(accountOf(email)) && !isOwn(accountOf(email), name);
};

const mailboxOf = (email: string): string => email.slice(0, Math.max(email.indexOf("@"), 0));

/** "gbear (EXT)" shows gbear. */
const shownLogin = (text: string): string => {
  if (!text.includes(" ")) return text;
  const draft = createDraft();
  return takeDepartments(takeSegment(takeRemarks(storedName(text), draft), draft).trim(), draft);
};

const NO_LOGINS: readonly Login[] = [];

/** The logins of an entry: its own, its mailbox, and the name where that is one. Worked out anew each time: kept, they would fill the memory. */
export const loginsOf = (entry: Account, person: Pick<Person, "email" | "handle" | "extra">): readonly Login[] => {
  if ((entry.login ?? "") === "" && person.email === "" && !person.handle && person.extra.staff === "") return NO_LOGINS;
  const logins: Login[] = [];
  const shown = entry.name.includes("@") ? emailIn(tidy(entry.name)).email : "";
  for (const text of [entry.login ?? "", mailboxOf(person.email), shown.toLowerCase() === person.email ? "" : mailboxOf(shown), person.handle ? shownLogin(withoutDomain(tidy(entry.name))) : "", person.extra.staff]) {
    const login = text === "" ? undefined : parseLogin(text);
    if (login !== undefined && !logins.some((other) => other.key === login.key)) logins.push(login);
  }
  return logins;
};

/** ASCII in small letters, and nothing that stands around an address: most are written so, and are asked for again and again. */
const isPlainAddress = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 33 || code > 126 || (code > 64 && code < 91) || code === 58 || code === 60 || code === 62) return false;
  }
  return true;
};

/** What is written as a person's address, without what stands around it. */
export const addressOf = (text: string): string => (isPlainAddress(text) ? text : addressIn(text));
const addressIn = (text: string): string => (text === "" || /^[^\s<>:]+$/.test(text) ? text : emailIn(tidy(text)).email || tidy(text)).toLowerCase();
