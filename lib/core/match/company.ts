// How two people stand to each other, given what the lists teach about names: whether shown names fit, contradict or cannot
// be compared, and whether addresses and logins tell two people with one name apart.

import { type Abroad, type Script, scriptOf } from "./abroad.ts";
import { addressKey, type Face, type Whole, wholeOf } from "./reading/faces.ts";
import type { Evidence } from "./graph.ts";
import { shortLogins } from "./words/keys.ts";
import { type Login, parseLogin, type Person } from "./reading/person.ts";
import { type Extra, NOTHING } from "./reading/shown.ts";
import { type Habits, type Named, nicknamed, relate, type Relation, sharesInitial, sharesSomething } from "./relate.ts";
import { isChineseSurname, isEnglish, isSyllable, soundChinese } from "./words/chinese.ts";
import { distance } from "./words/distance.ts";
import { soundKorean } from "./words/korean.ts";
import { sameNick } from "./words/nicknames.ts";
import { inOneSpelling } from "./words/oneSpelling.ts";
import { agreeInSound, shareSound, soundAsOne, soundOf } from "./words/sound.ts";
import { isPublicHost } from "./words/hosts.ts";
import { areOneCyrillic, isOneCyrillic } from "./words/slavic.ts";
import { isOffice, STATUS } from "./words/words.ts";

export interface Company {
  readonly habits: Habits;
  readonly abroad: readonly Abroad[];
}

const isDecided = (relation: Relation): boolean => relation !== "apart" && relation !== "doubtful";
const named = ({ words, alternatives, surname, extra }: Face): Named => ({ words, alternatives, surname, loose: extra.loose });

/** How two shown names stand to each other; across a script by the best of their readings. */
export const relationOf = (company: Company, one: Face, other: Face, abroad?: Abroad): Relation => {
  if (abroad === undefined) return relate(named(one), named(other), company.habits);
  let best: Relation = "apart";
  const theirs = abroad.readings(other);
  for (const words of abroad.readings(one)) {
    for (const match of theirs) {
      const relation = relate({ words, surname: one.surname, crossed: true }, { words: match, surname: other.surname, crossed: true }, company.habits);
      if (isDecided(relation)) return relation;
      if (relation === "doubtful") best = relation;
    }
  }
  return best;
};

/** The same of names that two customs of romanising write in two ways; "apart" of all that are of no such language. */
export const relationInOneSpelling = ({ habits }: Company, one: Person, other: Person): Relation => {
  const both = inOneSpelling(one.words, other.words);
  if (both === undefined) return "apart";
  // Where words are put together nobody knows any more which of them begins the surname.
  const named = ({ words, surname }: Person, spelled: readonly string[]): Named => ({ words: spelled, surname: spelled.length === words.length ? surname : undefined });
  return relate(named(one, both[0]), named(other, both[1]), habits);
};

/** Whether some spelling of one is a spelling of the other, in any order of its names and however the words are parted. */
export const sounds = (one: Whole, other: Whole): boolean => {
  const theirs = other.map((words) => words.join(""));
  return one.some((words) => {
    const mine = words.join("");
    return theirs.some((text) => text.length === mine.length && (mine + mine).includes(text));
  });
};

/** "gbear" is a way to shorten "Gary Bear". */
export const shortens = (short: Person, long: Person): boolean => {
  const [word, ...more] = short.handle ? short.words : [];
  return word !== undefined && more.length === 0 && long.words.length > 1 && (shortLogins(long.words, long.surname).includes(word) || word === long.words.join("") || word === [...long.words].reverse().join(""));
};

const allWords = ({ words, extra }: Person): readonly string[] => extra === NOTHING ? words : [...words, ...extra.also, ...Object.values(extra.loose ?? {}), ...Object.values(extra.pieces ?? {}).flat()];

type Fit = "fits" | "partly" | "no" | "unknown";

/** A login of one word; who is written without spaces in another script shows a whole name. */
const isLogin = ({ handle, words }: Person): boolean => handle && words.length === 1 && (words[0] ?? "").charCodeAt(0) < 0x250;

/** Across scripts nothing but the sound is known of a name, unless there are customs for it. */
const fitsAbroad = (company: Company, one: Person, other: Person, scripts: readonly Script[]): Fit => {
  const abroad = company.abroad.find((each) => scripts.includes(each.script));
  const isGuess = scripts.includes("other") || abroad === undefined;
  if (!isGuess && isDecided(relationOf(company, one, other, abroad))) return "fits";
  if (soundKorean(one.words, other.words)) return "fits";
  const agreeing = agreeInSound(one.words, other.words);
  return agreeing === "none" ? "no" : isGuess && agreeing === "all" ? "unknown" : "partly";
};

/** One word of both, or two that resemble each other: Danilo Ladeck is not Daniele Zola. */
const sharesEnough = (one: Person, other: Person): boolean => {
  const [mine, theirs] = [allWords(one), allWords(other)];
  if (!sharesSomething(mine, theirs)) return false;
  const isFull = (word: string): boolean => word.length > 1;
  if ([one, other].some(({ words }) => words.filter(isFull).length < 2) || mine.some((word) => isFull(word) && theirs.some((match) => match === word || sameNick(word, match)))) return true;
  return mine.filter((word) => isFull(word) && (sharesSomething([word], theirs) || shareSound([word], theirs))).length > 1;
};

/** One name by two customs of writing it in Latin letters, which is no evidence but where something else says that two are one. */
const isOneAnywhere = (one: readonly string[], other: readonly string[]): boolean => soundKorean(one, other) || soundChinese(one, other) || areOneCyrillic(one, other);

/** How the shown names stand to each other; "unknown" where one of them shows no name that could be compared. */
export const fits = (company: Company, one: Person, other: Person): Fit => {
  if (one.words.length === 1 && other.words.length === 1 && one.words[0] === other.words[0]) return "fits";
  if (one.words.length === 0 || other.words.length === 0 || isLogin(one) || isLogin(other)) return "unknown";
  const scripts = [scriptOf(one.words), scriptOf(other.words)];
  if (scripts[0] !== scripts[1]) return fitsAbroad(company, one, other, scripts);
  if (isDecided(relationOf(company, one, other)) || sounds(wholeOf(one), wholeOf(other)) || nicknamed(one.words, other.words) || isDecided(relationInOneSpelling(company, one, other)) || isOneAnywhere(one.words, other.words)) return "fits";
  if (sharesEnough(one, other) || soundAsOne(one.words, other.words)) return "partly";
  // D. Nasir may be Dina Nasser.
  return sharesInitial(one.words, other.words) && shareSound(one.words, other.words) ? "partly" : "no";
};

/** Whether they fit by more than a sound that is no evidence by itself: a team's mailbox is none either. */
export const agree = (company: Company, one: Person, other: Person): boolean => fits(company, one, other) === "fits" && (!isOneAnywhere(one.words, other.words) || isDecided(relationOf(company, one, other)));

/** One name is the other with something left out, or with no more than its initial. */
export const covers = (one: Person, other: Person): boolean => {
  const [short, long] = one.words.length > other.words.length ? [other, one] : [one, other];
  const left = [...long.words];
  let whole = 0;
  for (const word of [...short.words].sort((first, second) => second.length - first.length)) {
    const same = left.indexOf(word);
    const at = same >= 0 ? same : left.findIndex((match) => (word.length === 1 || match.length === 1) && match[0] === word[0]);
    if (at < 0) return false;
    if (same >= 0 && word.length > 1) whole++;
    left.splice(at, 1);
  }
  return short.words.length > 1 && whole > 0;
};

/** One name is the other with something left out. */
export const holds = (one: Person, other: Person): boolean => {
  const [short, long] = one.words.length > other.words.length ? [other, one] : [one, other];
  return short.words.length > 1 && short.words.every((word) => word.length > 1 && long.words.includes(word));
};

const isSurname = (company: Company, { words, surname }: Person, word: string): boolean | undefined => {
  const habit = company.habits(word);
  return surname !== undefined && words.includes(word) ? words.indexOf(word) >= surname : habit === 0 ? undefined : habit < 0;
};

const consonants = (word: string): string => word.replace(/[aeiouyhw]/g, "").replace(/(.)\1+/g, "$1") || word;

/** Who is Tsz-Wah Lam to some is Jacky Lam to others, and to their mail: a Chinese surname of both, and Chinese given names beside a single English one. */
const hasEnglishName = ({ words }: Person, { words: chinese, extra }: Person, surname: string): boolean => {
  const english = words.filter((word) => word !== surname);
  const given = chinese.flatMap((word, at) => (word === surname ? [] : (extra.pieces?.[at] ?? [word])));
  return isChineseSurname(surname) && english.length === 1 && english.every(isEnglish) && given.length === 2 && given.every(isSyllable);
};

/** A mailbox that spells out one of two names and at most the surname of the other: who had it left, and somebody else has it now. Who married kept the given name. */
export const isHandedOn = (company: Company, one: Person, other: Person): boolean => {
  const mailbox = one.email.replace(/[+@].*$/, "").split(/[._-]/).map((word) => word.replace(/[^a-z]/g, ""));
  if (mailbox.length < 2 || mailbox.some((word) => word.length < 2) || [one, other].some(({ words }) => words.length < 2 || words.some((word) => word.length < 2) || scriptOf(words) !== "latin")) return false;
  const names = ({ words }: Person, word: string): boolean => words.some((match) => match.startsWith(word) || (match.length > 3 && word.includes(match)) || sameNick(word, match) || distance(word, match, 1) < 2);
  // Do-gyeong is Do-kyung as well.
  const isHeardAs = (word: string, match: string): boolean => soundOf(word).length > 2 && soundOf(word) === soundOf(match);
  // "Ji Hoon" beside jihun@.
  const resembles = ({ words }: Person, word: string): boolean => (words.length === 3 ? [...words, words.slice(1).join(""), words.slice(0, -1).join("")] : words).some((match) => consonants(match) === consonants(word) || isHeardAs(word, match) || (word.length > 4 && distance(word, match, 2) < 3));
  // Beside an equal surname a given name may be spelled in many ways: Layla and Leila, Füruzan with a letter lost; and so may both where one is long.
  const spells = (person: Person): boolean => mailbox.every((word) => names(person, word) || resembles(person, word)) && mailbox.some((word) => names(person, word) || (word.length > 5 && resembles(person, word)));
  if (spells(one) === spells(other)) return false;
  const [owner, guest] = spells(one) ? [one, other] : [other, one];
  const shared = mailbox.filter((word) => names(guest, word));
  if (shared.length === 1 && hasEnglishName(owner, guest, shared[0] ?? "")) return false;
  return shared.every((word) => isSurname(company, guest, word) ?? isSurname(company, owner, word) ?? word === mailbox[mailbox.length - 1]);
};

/** A mailbox of an initial and a surname that both have, and given names of that initial with nothing else in common: j.fox@ was Jenny Fox's, and is Julie's. */
export const haveOneInitial = (one: Person, other: Person): boolean => {
  const mailbox = one.email.replace(/[+@].*$/, "").replace(/[^a-z]/g, "");
  const surname = one.words.find((word) => word.length > 2 && other.words.includes(word) && mailbox.includes(word));
  if (surname === undefined || mailbox.length !== surname.length + 1 || scriptOf(one.words) !== "latin") return false;
  const initial = mailbox.replace(surname, "");
  // A middle initial says nothing of them.
  const givenOf = ({ words }: Person): readonly string[] => words.filter((word, at) => word !== surname && (word.length > 1 || at === 0));
  const [mine, theirs] = [givenOf(one), givenOf(other)];
  const hasGiven = (words: readonly string[]): boolean => words.some((word) => word.startsWith(initial)) && words.every((word) => word.length > 1);
  // Ellie may be an Elizabeth.
  const mayBeCalled = mine.some((word) => theirs.some((match) => word.slice(0, 2) === match.slice(0, 2) && Math.min(word.length, match.length) < 6));
  return hasGiven(mine) && hasGiven(theirs) && !mayBeCalled && !sharesSomething(mine, theirs) && !shareSound(mine, theirs);
};

/** Whether something of a login of one word stands in a mailbox, or begins or ends like one of its parts. */
const isLoginOf = (word: string, parts: readonly string[]): boolean => {
  const mailbox = parts.join("");
  for (let from = 0; from + 4 <= word.length; from++) if (mailbox.includes(word.slice(from, from + 4))) return true;
  return parts.some((part) => word.startsWith(part.charAt(0)) || word.endsWith(part.charAt(0)));
};

/** Whether a mailbox has a word of a name in it. */
const isPartOf = (email: string, words: readonly string[]): boolean => {
  const end = email.search(/[+@]/);
  return words.some((word) => {
    const at = word.length < 3 ? -1 : email.indexOf(word);
    return at >= 0 && (end < 0 || at + word.length <= end) && /^[a-z]+$/.test(word);
  });
};

/** The names of a mailbox, with those that a hyphen joins in one: ji-tae.kang. */
const joinedNames = (email: string): readonly string[] => email.replace(/[+@].*$/, "").replaceAll("-", "").split(/[^a-z]+/).filter((part) => part.length > 2);

/** A mailbox that spells a name out, and nothing of what somebody shows in Latin letters: it was handed on, or is filled in wrongly. Of short mailboxes and logins with numbers nobody can tell. */
export const isSomebodyElses = ({ email }: Person, person: Person): boolean => {
  const isLatin = scriptOf(person.words) === "latin";
  // Most mailboxes are somebody's own.
  if (email === "" || (isLatin && isPartOf(email, person.words))) return false;
  const parts = email.replace(/[+@].*$/, "").split(/[^a-z]+/).filter((part) => part.length > 2);
  const words = [...allWords(person), ...(person.alternatives?.flat() ?? [])].filter((word) => word.length > 2);
  if (!isLatin) return parts.length > 1 && [parts, joinedNames(email)].every((names) => agreeInSound(person.words, names) === "none");
  if (words.length === 0 || (parts.length < 2 && (parts[0] ?? "").length < 5) || (person.handle && person.extra.number !== "" && person.words.length === 1)) return false;
  if (isLogin(person) && isLoginOf(person.words[0] ?? "", parts)) return false;
  const mailbox = parts.join("");
  return !sharesSomething(words, parts) && !words.some((word) => mailbox.includes(word) || parts.some((part) => word.includes(part)));
};

/** Without the zeros before it, which spreadsheets lose. */
const digits = (text: string): string => text.replace(/[^0-9]/g, "").replace(/^0+(?=.)/, "");

/** A remark that repeats the name, as an account or a nickname: "(gbear2)", "(Bob)". */
const isRepeated = ({ words, surname, extra: { tag } }: Person): boolean => tag === words.join(" ") || words.some((word) => sameNick(word, tag)) || shortLogins(words, surname).includes(tag.replace(/[0-9]+$/, ""));

/** The same number in both names; nobody numbers people by their names. */
export const isNumberedAlike = (one: Person, other: Person): boolean => one.extra.staff !== "" && other.extra.staff !== "" && digits(one.extra.staff) === digits(other.extra.staff);

/** A generation or a personnel number that differs keeps two names apart. */
export const atOdds = (one: Extra, other: Extra): string | undefined => {
  if (one === other) return undefined;
  if (one.generation !== "" && other.generation !== "" && one.generation !== other.generation) return "same name, another generation";
  if (one.staff !== "" && other.staff !== "" && digits(one.staff) !== digits(other.staff)) return "same name, but the personnel numbers differ";
  return undefined;
};

/** Of "(Acme, IT)" and "(IT)" one says more than the other, and nothing else. */
const tells = (more: string, less: string): boolean => {
  const words = more.split(" ");
  return less.split(" ").every((word) => words.includes(word));
};

/** Remarks keep two names apart as well, though people change departments: whoever has no other partner may be meant all the same. */
export const haveOtherRemarks = (one: Person, other: Person): boolean => {
  const [mine, theirs] = [one.extra.tag, other.extra.tag];
  return mine !== "" && theirs !== "" && mine !== theirs && !tells(mine, theirs) && !tells(theirs, mine) && !isRepeated(one) && !isRepeated(other);
};

const domainOf = (email: string): string => email.slice(email.lastIndexOf("@") + 1);
const face = (login: Login): { readonly words: readonly string[]; readonly surname: undefined } => ({ words: login.words, surname: undefined });
const isSpelledOut = (login: Login): boolean => login.words.length > 1 && login.words.every((word) => word.length > 1);

const differ = (company: Company, one: Login, other: Named): boolean =>
  !isDecided(relate(face(one), other, company.habits)) && !nicknamed(one.words, other.words);

/** A mailbox that spells out the same surname with another given name than the other side shows. A mailbox of nothing but words of one of them says nothing more. */
const gainsays = (company: Company, one: Person, logins: readonly Login[], other: Person): boolean =>
  other.words.length > 1 && scriptOf(other.words) === "latin" && logins.some((login) => isSpelledOut(login) && ![one, other].some(({ words }) => login.words.every((word) => words.some((match) => isOneCyrillic(word, match)))) && login.words.some((word) => (other.words.includes(word) || one.words.includes(word)) && isSurname(company, other, word) !== false) && differ(company, login, named(other)));

/** gary.bear and gary.bear2: whoever counts namesakes has two. */
const isCounted = (mine: readonly Login[], theirs: readonly Login[]): boolean => {
  const bare = ({ words }: Login): string => words.join("");
  return !mine.some((login) => theirs.some((other) => other.key === login.key)) && mine.some((login) => theirs.some((other) => other.number !== login.number && bare(other) !== "" && bare(other) === bare(login)));
};

/** Names that agree in all that they show. */
const WHOLE: ReadonlySet<Evidence> = new Set(["exact", "folded", "crossed"]);

/** jsmith@ and john.smith@ are two ways to make a mailbox of one name, as long as neither counts namesakes. */
const areOneMade = ({ mine, theirs }: Logins, one: Person, other: Person): boolean => {
  const [first, second] = [parseLogin(one.email), parseLogin(other.email)];
  if (first === undefined || second === undefined || first.key === second.key || [...mine(), ...theirs()].some(({ number }) => number !== "" && number.length <= 5) || first.number !== "" || second.number !== "") return false;
  const isMadeOf = ({ words }: Login, person: Person): boolean => wholeOf(person).some((names) => sounds([names], [words]) || (words.length > 1 && words.every((word) => names.includes(word))) || shortLogins(names, person.surname).includes(words.join("")));
  return [first, second].every((login) => [one, other].some((person) => isMadeOf(login, person)));
};

/** ext.gary.bear@ was Gary Bear's before gary.bear@ was: it says what somebody is, not who. */
const areOneButForStatus = (one: string, other: string): boolean => {
  const [mine, theirs] = [one, other].map((email) => email.replace(/[+@].*$/, "").split(/[._-]/).filter((word) => !STATUS.has(word)).join("."));
  return mine !== "" && mine === theirs;
};

interface Logins {
  readonly mine: () => readonly Login[];
  readonly theirs: () => readonly Login[];
}

/** Same domain, another mailbox: two people, unless one name makes both. Another domain: two people where the mailboxes spell different names. */
export const refutes = (company: Company, one: Person, other: Person, logins: Logins, evidence: Evidence): boolean => {
  if (one.email !== "" && other.email !== "" && addressKey(one.email) !== addressKey(other.email) && !isOffice(one.email) && !isOffice(other.email)) {
    if (domainOf(one.email) === domainOf(other.email)) return !areOneButForStatus(one.email, other.email) && (!WHOLE.has(evidence) || !areOneMade(logins, one, other));
    // Where anybody may have a mailbox, numbers count all who have that name.
    if (!isPublicHost(one.email) && !isPublicHost(other.email) && isCounted(logins.mine(), logins.theirs())) return true;
    const [first, second] = [logins.mine().find(isSpelledOut), logins.theirs().find(isSpelledOut)];
    if (first !== undefined && second !== undefined && differ(company, first, face(second))) return true;
  }
  // A mailbox that spells a name out says whose initials they are not.
  if (evidence === "initial" && (isSomebodyElses(one, other) || isSomebodyElses(other, one))) return true;
  if (evidence === "initial" && logins.mine().length > 0 && isCounted(logins.mine(), logins.theirs())) return true;
  return (evidence === "initial" || evidence === "shorter" || evidence === "login") && (gainsays(company, one, logins.mine(), other) || gainsays(company, other, logins.theirs(), one));
};
