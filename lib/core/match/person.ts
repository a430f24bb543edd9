// Takes a person's name apart: words of the name, what is known of their order, and everything around them (titles, tags,
// numbers, generations). Says nothing about who equals whom.

import { COMPANIES, GENERATIONS, isAround, isService, PARTICLES, SHY_TITLES, STATUS, SUFFIXES, TITLES, VIETNAMESE } from "./words.ts";
import type { NameEntry } from "./model.ts";
import { isAscii, mayHideAccent, plain, spellings, tidy } from "./spell.ts";

export interface Login {
  /** Letters and digits only, in lower case: garybear2. */
  readonly key: string;
  /** The words it shows: gary.bear, GaryBear; a single one where it shows none. */
  readonly words: readonly string[];
  readonly number: string;
}

/** What stands around the words of a name; most names have none of it and share one empty value. */
export interface Extra {
  /** Surnames without the particles that only join, by word index. */
  readonly loose: Readonly<Record<number, string>> | undefined;
  /** Pieces of a hyphenated word, by word index. */
  readonly pieces: Readonly<Record<number, readonly string[]>> | undefined;
  readonly generation: string;
  readonly number: string;
  /** A remark that is neither a status nor a number: "(Berlin)". Two different ones are two people until somebody says else. */
  readonly tag: string;
  /** Other names the text gives: a nickname in quotes, a maiden name. */
  readonly also: readonly string[];
}

export interface Person {
  /** Given names first where the order is known; particles drawn to their surname. In the usual spelling. */
  readonly words: readonly string[];
  /** The words in all their spellings where there are several; the first equals `words`. */
  readonly spelled: readonly (readonly string[])[];
  /** Index of the first surname word, where a comma or capitals say so. */
  readonly surname: number | undefined;
  /** The name is one piece without a space: a login, or a mononym. */
  readonly handle: boolean;
  readonly service: boolean;
  readonly email: string;
  readonly extra: Extra;
}

const EMAIL = /<?\s*(?:mailto:)?([^\s<>(),;:"[\]]+@[^\s<>(),;:"[\]]+\.[^\s<>(),;:"[\]]+)\s*>?/i;
const BRACKETS = /[([{<]([^()[\]{}<>]*)[)\]}>]/g;
const QUOTED = /"([^"]*)"|(?<=\s)'([^']+)'(?=\s|$)/g;
const MAIDEN = /^(?:née|nee|né|geb\.?|geboren|born|formerly|fka|ehem\.?|früher|vormals|ur\.?|rozená|roz\.?|урожд\.?|урожденная)\s+/iu;
const SEGMENT = /\s+(?:-+|\||\/|@|•|:|::|~)\s+|\s*[|]\s*|\s+(?:at|c\/o|bei|chez|via)\s+(?=[A-Z])/;
const LETTERS = /\p{L}/u;
const NUMBER = /\p{N}+/gu;

const bare = (token: string): string => plain(token.replaceAll(".", "").replaceAll("'", ""));
const isTag = (word: string): boolean => STATUS.has(word) || COMPANIES.has(word);
const wordsOf = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}']+/u).filter((word) => word !== "");

interface Draft {
  number: string;
  generation: string;
  tag: string[];
  also: string[];
  service: boolean;
}

const takeRemark = (remark: string, draft: Draft): void => {
  const text = remark.trim();
  if (text === "") return;
  const maiden = text.replace(MAIDEN, "");
  if (maiden !== text) return void draft.also.push(...wordsOf(maiden).map(plain));
  const words = wordsOf(text);
  if (words.every((word) => /^\p{N}+$/u.test(word)) || /^\p{L}$/u.test(text)) return void (draft.number += `#${plain(text)}`);
  if (isService(text, words)) return void (draft.service = true);
  if (words.some((word) => isTag(plain(word))) || words.every((word) => TITLES.has(plain(word)) || SUFFIXES.has(plain(word)))) return;
  draft.tag.push(words.map(plain).join(" "));
};

const takeRemarks = (text: string, draft: Draft): string => {
  if (!/[([{<"']/.test(text)) return text;
  const open = text.replace(BRACKETS, (_, inside: string) => (takeRemark(inside, draft), " "));
  return open.replace(QUOTED, (_, double: string | undefined, single: string | undefined) => {
    draft.also.push(...wordsOf(double ?? single ?? "").map(plain));
    return " ";
  });
};

/** Of "Gary Bear - Acme" and "Acme | Gary Bear" the part that is the name. */
const takeSegment = (text: string, draft: Draft): string => {
  const parts = text.split(SEGMENT).map((part) => part.trim()).filter((part) => LETTERS.test(part) || /\p{N}/u.test(part));
  if (parts.length < 2) return text;
  const status = parts.map((part) => wordsOf(part).every((word) => isTag(plain(word))));
  const name = parts.findIndex((part, index) => status[index] !== true && /\s/.test(part));
  const chosen = name >= 0 ? name : Math.max(status.indexOf(false), 0);
  parts.forEach((part, index) => index !== chosen && takeRemark(part, draft));
  return parts[chosen] ?? text;
};

interface Token {
  /** As written, without dots and apostrophes. */
  readonly text: string;
  readonly dotted: boolean;
}

const SIMPLE_TOKEN = /^[A-Za-z]+$/;

/** "G.L." are two initials, "Dr.Anna" and "gary.bear" two words, "Ph.D." one. */
const splitToken = (raw: string, alone: boolean): readonly Token[] => {
  if (SIMPLE_TOKEN.test(raw) && !alone) return [{ text: raw, dotted: false }];
  const dotted = raw.endsWith(".");
  const text = raw.replace(/^[.'"-]+|[.'"-]+$/g, "");
  if (text === "") return [];
  if (alone && isAscii(text) && /^[A-Z][a-z]*[A-Z][a-z]+$/.test(text) && !/^(?:Mc|Mac|De|Di|La|Le|O)[A-Z]/.test(text)) {
    return text.split(/(?=[A-Z])/).map((part) => ({ text: part, dotted: false }));
  }
  const parts = text.split(alone ? /[._+-]+/ : /[._/+]+/).filter((part) => part !== "");
  if (parts.length < 2) return [{ text: text.replaceAll("'", ""), dotted }];
  const joined = parts.join("");
  const isOneWord = !alone && (TITLES.has(plain(joined)) || SUFFIXES.has(plain(joined)) || TITLES.has(plain(text.replaceAll(".", ""))));
  if (isOneWord) return [{ text: joined, dotted: true }];
  return parts.map((part) => ({ text: part.replaceAll("'", ""), dotted: part.length === 1 }));
};

const tokensOf = (segment: string, alone: boolean): readonly Token[] =>
  segment.split(/\s+/).flatMap((raw, _, all) => splitToken(raw, alone && all.length === 1));

/** Titles, suffixes, status words and generations leave, as long as a name of `least` words remains. */
const strip = (tokens: readonly Token[], draft: Draft, least: number): readonly Token[] => {
  const keys = tokens.map((token) => bare(token.text));
  if (!keys.some(isAround) && !tokens.some((token) => TITLES.has(token.text.toLowerCase()))) return tokens;
  const kept: boolean[] = [];
  let left = tokens.length;
  for (const [index, key] of keys.entries()) {
    const title = TITLES.has(key) || TITLES.has(tokens[index]?.text.toLowerCase() ?? "");
    const generation = index > 0 ? GENERATIONS[key] : undefined;
    kept[index] = left <= least || !(title || generation !== undefined);
    if (kept[index]) continue;
    left--;
    if (!title) draft.generation = generation ?? "";
  }
  const first = kept.indexOf(true);
  if (SHY_TITLES.has(keys[first] ?? "") && left > least && ((tokens[first]?.dotted === true && keys[first] !== "m") || left > 2)) (kept[first] = false), left--;
  for (let index = tokens.length - 1; index > 0 && left > least; index--) {
    if (!kept[index]) continue;
    if (!trails(tokens[index], keys[index] ?? "", left)) break;
    kept[index] = false;
    left--;
  }
  const front = kept.indexOf(true);
  if (left > Math.max(least, 2) && STATUS.has(keys[front] ?? "")) kept[front] = false;
  return tokens.filter((_, index) => kept[index]);
};

const trails = (token: Token | undefined, key: string, left: number): boolean => {
  if (STATUS.has(key)) return true;
  if (left < 3) return false;
  return COMPANIES.has(key) || (SUFFIXES.has(key) && key.length > 1 && token?.text === token?.text.toUpperCase());
};

interface Word {
  readonly text: string;
  readonly loose?: string;
  readonly pieces?: readonly string[];
}

/** Particles are drawn to the word after them; "Nguyen Van An" has none. */
const join = (tokens: readonly Token[], first: boolean): readonly Word[] => {
  const words: Word[] = [];
  let held = "";
  let heldLoosely = true;
  const vietnamese = tokens.some((token) => VIETNAMESE.has(bare(token.text)));
  tokens.forEach((token, index) => {
    const lower = bare(token.text);
    const written = token.text === token.text.toLowerCase();
    const opens = index === 0 && first;
    const joins = PARTICLES.has(lower) && index < tokens.length - 1 && !vietnamese && !token.dotted && (lower.length > 1 || (written && index > 0)) && (!opens || (written && tokens.length > 1 && tokens.some((other) => other.text !== other.text.toLowerCase())) || (tokens.length > 2 && PARTICLES.has(bare(tokens[1]?.text ?? ""))));
    if (joins) {
      heldLoosely &&= lower !== "mac" && lower !== "mc" && lower !== "fitz" && lower !== "abu" && lower !== "ben" && lower !== "abd" && lower !== "saint" && lower !== "st" && lower !== "san" && lower !== "santa";
      held += token.text;
      return;
    }
    const parts = token.text.split("-").filter((part) => part !== "");
    const particle = parts.length === 2 && /^(?:al|el|ul|abd)$/i.test(parts[0] ?? "");
    const whole = held + parts.join("");
    const loose = held !== "" && heldLoosely ? parts.join("") : particle ? (parts[1] ?? "") : undefined;
    words.push({ text: whole, ...(loose === undefined ? {} : { loose }), ...(parts.length > 1 && !particle ? { pieces: parts.map(plain) } : {}) });
    held = "";
    heldLoosely = true;
  });
  return words;
};

const capitals = (tokens: readonly Token[]): { readonly from: number; readonly to: number } | undefined => {
  const loud = tokens.map((token) => token.text.length > 1 && token.text === token.text.toUpperCase() && token.text !== token.text.toLowerCase());
  const from = loud.indexOf(true);
  const to = loud.lastIndexOf(true);
  if (from < 0 || loud.slice(from, to + 1).includes(false)) return undefined;
  const quiet = tokens.filter((token, index) => !loud[index] && token.text.length > 1);
  if (quiet.length === 0 || quiet.every((token) => token.text === token.text.toLowerCase())) return undefined;
  return from === 0 || to === tokens.length - 1 ? { from, to } : undefined;
};

interface Order {
  readonly words: readonly Word[];
  readonly surname: number | undefined;
}

const arrange = (segments: readonly (readonly Token[])[]): Order => {
  const [family = [], given] = segments;
  if (given === undefined || given.length === 0) {
    const loud = capitals(family);
    if (loud === undefined) return { words: join(family, true), surname: undefined };
    const first = join([...family.slice(0, loud.from), ...family.slice(loud.to + 1)], true);
    return { words: [...first, ...join(family.slice(loud.from, loud.to + 1), false)], surname: first.length };
  }
  // "Berg, Jan van der": what trails the given names belongs to the surname.
  let cut = given.length;
  while (cut > 1 && PARTICLES.has(bare(given[cut - 1]?.text ?? "")) && given[cut - 1]?.text === given[cut - 1]?.text.toLowerCase()) cut--;
  const first = join(given.slice(0, cut), true);
  return { words: [...first, ...join([...given.slice(cut), ...family], false)], surname: first.length };
};

/** Digits leave a word and are kept: Smith2 is not Smith. */
const takeNumbers = (token: Token, draft: Draft): Token | undefined => {
  if (!/\p{N}/u.test(token.text)) return LETTERS.test(token.text) ? token : undefined;
  for (const digits of token.text.match(NUMBER) ?? []) draft.number += `#${plain(digits)}`;
  const rest = token.text.replace(NUMBER, "");
  return LETTERS.test(rest) ? { text: rest, dotted: token.dotted } : undefined;
};

const variants = (words: readonly Word[]): readonly (readonly string[])[] => {
  const each = words.map((word) => spellings(word.text.replaceAll("'", "")));
  if (each.every((list) => list.length === 1)) return [each.map((list) => list[0] ?? "")];
  let all: string[][] = [[]];
  for (const list of each) all = all.length * list.length > 16 ? all.map((head) => [...head, list[0] ?? ""]) : list.flatMap((word) => all.map((head) => [...head, word]));
  return all;
};

const COMMA = /\s*[,;]\s*/;

/** Without the domain before or after it, and without what a "+" adds to a mailbox. */
const accountOf = (text: string): string => (/[\\@+]/.test(text) ? text.replace(/^[^\\]*\\/, "").replace(/@.*$/, "").replace(/\+.*$/, "") : text);

const PLAIN_LOGIN = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

const quickLogin = (account: string): Login | undefined => {
  if (!PLAIN_LOGIN.test(account)) return undefined;
  const parts = account.split(/[._-]/);
  if (parts.length > 2 && parts.some(isAround)) return undefined;
  if (!/[0-9]/.test(account)) return { key: parts.join(""), words: parts, number: "" };
  const digits = account.match(/[0-9]+/g) ?? [];
  return { key: parts.join(""), words: parts.map((part) => part.replace(/[0-9]+/g, "")).filter((part) => part !== ""), number: digits.map((each) => `#${each}`).join("") };
};

/** A name without spaces behind which a person's name may or may not stand. */
export const parseLogin = (text: string): Login | undefined => {
  const account = accountOf(tidy(text));
  const quick = quickLogin(account);
  if (quick !== undefined) return quick;
  const draft: Draft = { number: "", generation: "", tag: [], also: [], service: false };
  const tokens = account.split(/\s+/).flatMap((raw) => splitToken(raw, true)).map((token) => takeNumbers(token, draft)).filter((token) => token !== undefined);
  const kept = strip(tokens, draft, 2);
  const key = plain(account).replace(/[^\p{L}\p{N}]/gu, "");
  return key === "" ? undefined : { key, words: kept.map((token) => plain(token.text)), number: draft.number };
};

const emailIn = (text: string): { readonly email: string; readonly rest: string } => {
  const match = text.includes("@") ? EMAIL.exec(text) : null;
  return match === null ? { email: "", rest: text } : { email: match[1] ?? "", rest: text.replace(EMAIL, " ").trim() };
};

const nameWords = (text: string, draft: Draft, alone: boolean): Order => {
  const segments = text.split(COMMA).filter((part) => part !== "").map((part) => tokensOf(part, alone).map((token) => takeNumbers(token, draft)).filter((token) => token !== undefined));
  if (segments.length < 2) return arrange([strip(segments[0] ?? [], draft, 1)]);
  // A segment of nothing but titles, degrees or remarks is no part of the name.
  const isRemark = (tokens: readonly Token[], index: number): boolean => index > 0 && tokens.every((token) => [TITLES, SUFFIXES, STATUS, COMPANIES].some((set) => set.has(bare(token.text))) || GENERATIONS[bare(token.text)] !== undefined);
  const named = segments.filter((tokens, index) => {
    if (!isRemark(tokens, index)) return tokens.length > 0;
    for (const token of tokens) draft.generation = GENERATIONS[bare(token.text)] ?? draft.generation;
    return false;
  });
  const [family = [], given, ...rest] = named;
  for (const tokens of rest) takeRemark(tokens.map((token) => token.text).join(" "), draft);
  if (given === undefined) return arrange([strip(family, draft, 1)]);
  return arrange([strip(family, draft, 1), strip(given, draft, 1)]);
};

const byIndex = <T>(words: readonly Word[], pick: (word: Word) => T | undefined): Readonly<Record<number, T>> | undefined => {
  const found: Record<number, T> = {};
  words.forEach((word, index) => {
    const value = pick(word);
    if (value !== undefined) found[index] = value;
  });
  return Object.keys(found).length === 0 ? undefined : found;
};

const PLAIN_NAME = /^([A-Za-z]{2,}(?: [A-Za-z]{2,})*)(?:, ([A-Za-z]{2,}(?: [A-Za-z]{2,})*))?$/;
const LOUD = /\b[A-Z]{2,}\b/;

/** Most names are two or three plain words: no closer look. */
const quickName = (text: string): { readonly words: readonly string[]; readonly surname: number | undefined } | undefined => {
  const match = PLAIN_NAME.exec(text);
  if (match === null || LOUD.test(text)) return undefined;
  const family = (match[1] ?? "").toLowerCase().split(" ");
  const given = match[2] === undefined ? [] : match[2].toLowerCase().split(" ");
  const words = given.length === 0 ? family : [...given, ...family];
  return words.length < 2 || words.some(isAround) ? undefined : { words, surname: given.length === 0 ? undefined : given.length };
};

const NOTHING: Extra = { loose: undefined, pieces: undefined, generation: "", number: "", tag: "", also: [] };

type Shown = Pick<Person, "words" | "spelled" | "surname" | "handle" | "service" | "extra">;

const spellQuick = (words: readonly string[]): readonly (readonly string[])[] => (words.some(mayHideAccent) ? variants(words.map((text) => ({ text }))) : [words]);

const readName = (text: string): Shown => {
  const quick = quickName(text);
  if (quick !== undefined) return { words: quick.words, spelled: spellQuick(quick.words), surname: quick.surname, handle: false, service: false, extra: NOTHING };
  const draft: Draft = { number: "", generation: "", tag: [], also: [], service: false };
  const account = withoutDomain(text);
  const name = takeSegment(takeRemarks(account, draft), draft).trim();
  const handle = name !== "" && !/[\s,;]/.test(name);
  const { words, surname } = nameWords(name, draft, handle);
  const spelled = variants(words);
  const loose = byIndex(words, (word) => (word.loose === undefined ? undefined : plain(word.loose)));
  const pieces = byIndex(words, (word) => word.pieces);
  const isPlain = loose === undefined && pieces === undefined && draft.generation === "" && draft.number === "" && draft.tag.length === 0 && draft.also.length === 0;
  return {
    words: spelled[0] ?? [], spelled, surname: surname !== undefined && surname > 0 && surname < words.length ? surname : undefined, handle,
    service: draft.service || isService(name, wordsOf(account)), extra: isPlain ? NOTHING : { loose, pieces, generation: draft.generation, number: draft.number, tag: draft.tag.join(" "), also: draft.also },
  };
};

type Written = Pick<NameEntry, "name" | "login" | "email">;

const withoutDomain = (text: string): string => (text.includes("\\") ? text.replace(/^[\w.-]+\\(?=\S+$)/, "") : text);

export const parsePerson = (entry: Written): Person => {
  const shown = emailIn(tidy(entry.name));
  const email = (entry.email === undefined || entry.email === "" ? shown.email : addressOf(entry.email)).toLowerCase();
  const { words, spelled, surname, handle, service, extra } = readName(shown.rest);
  const isAccount = service || isServiceAccount(entry.login ?? "") || isServiceAccount(mailboxOf(email));
  return { words, spelled, surname, handle, service: isAccount, email, extra };
};

const mailboxOf = (email: string): string => email.slice(0, Math.max(email.indexOf("@"), 0));

/** The logins of an entry: its own, its mailbox, and the name where that is one. Worked out anew each time: kept, they would fill the memory. */
export const loginsOf = (entry: Written, person: Person): readonly Login[] => {
  const logins: Login[] = [];
  const shown = entry.name.includes("@") ? emailIn(tidy(entry.name)).email : "";
  for (const text of [entry.login ?? "", mailboxOf(person.email), shown.toLowerCase() === person.email ? "" : mailboxOf(shown), person.handle ? withoutDomain(tidy(entry.name)) : ""]) {
    const login = text === "" ? undefined : parseLogin(text);
    if (login !== undefined && !logins.some((other) => other.key === login.key)) logins.push(login);
  }
  return logins;
};

const addressOf = (text: string): string => (/^[^\s<>:]+$/.test(text) ? text : emailIn(tidy(text)).email || tidy(text));
const isServiceAccount = (account: string): boolean => account !== "" && isService(account, wordsOf(account));
