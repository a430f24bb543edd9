// The parts of a written name: remarks in brackets, the segment that is the name, tokens, and what leaves them: titles,
// suffixes, status words, generations and numbers.

import { agreeInSound } from "../words/sound.ts";
import { isAscii, plain } from "../words/spell.ts";
import { ABSENCES, COMPANIES, DEPARTMENTS, DOTTED_TITLES, FILIATIONS, FORMERLY, GENERATIONS, isAround, isIberian, isService, isServiceWord, NAMELIKE_COMPANIES, NAMELIKE_GENERATIONS, NAMELIKE_STATUS, NAMELIKE_TITLES, PARTICLES, SHY_TITLES, STATUS, SUFFIXES, TITLES } from "../words/words.ts";

const BRACKETS = /[([{<]([^()[\]{}<>]*)[)\]}>]/g;
/** "Frieda Favre (DevO": some systems cut a name off where it gets too long, and what is left of a remark says nothing any more. */
const CUT = /(?<=\S)\s+[([{](?<=\S\s+\S+\s+.)[^()[\]{}0-9]*$/;
const QUOTED = /"([^"]*)"|(?<=\s)'([^']+)'(?=\s|$)/g;
const MAIDEN = /^(?:née|nee|né|geb\.?|geboren|born|formerly|fka|ehem\.?|früher|vormals|ur\.?|rozená|roz\.?|урожд\.?|урожденная)\s+/iu;
const BEFORE = [...FORMERLY].join("|");
/** "Anna Weber née Schmidt": behind a whole name, and written small. What stands before is looked at last: at each letter it would take time with the square of a name's length. */
const MAIDEN_BEHIND = new RegExp(`(?<=\\S)\\s+(?:${BEFORE})(?<=\\S\\s+\\S+\\s+(?:${BEFORE}))\\.?\\s+(\\p{L}.*)$`, "u");
/** [C]ontractor, [E]xternal, [I]ntern, as directories abbreviate it, and [X] for who left; any other letter alone, and one in round brackets, counts namesakes. */
const EMPLOYED = /^\[\s*[ceix]\s*\]$/i;
/** "zzz_Gary Bear", "X_Bear, Gary": how directories send who left to the end of the list. */
const LEFT = /^(?:z{2,3}[\s._-]*|[xz][_-])(?=\p{L}{2,}[,.\s]|\p{L}[-.])/iu;
/** CI/OSD1, IT/DE: where in the company somebody works, whatever its letters may mean elsewhere. */
const UNIT = /^[\p{Lu}\p{N}&]+(?:-[\p{Lu}\p{N}&]+)*(?:\/[\p{Lu}\p{N}&]+(?:-[\p{Lu}\p{N}&]+)*)+$/u;
/** A name as directories store it: CN=Gary Bear,OU=Users,DC=acme. */
const DISTINGUISHED = /^(?:cn|uid)=((?:\\.|[^,\\])+),\s*(?:cn|ou|dc|o|c|l)=/i;
const SEGMENT = /\s+(?:-+|\||\/|@|•|:|::|~)\s+|\s*[|]\s*|\s+(?:at|c\/o|bei|chez|via)\s+(?=[A-Z])/;
/** Most names hold nothing of it. */
const MAY_PART = /[|/@•:~]|\s-|\s(?:at|bei|chez|via)\s/;
const LETTERS = /\p{L}/u;
const NUMBER = /\p{N}+/gu;
/** Nobody counts namesakes so far. */
const STAFF = /^[a-z]{0,3}[0-9]{5,}$/i;
/** Five digits and more, behind three letters at the most, number people: E130595. */
export const isStaffNumber = (text: string): boolean => STAFF.test(text);
const STAFF_WITHIN = /(^|[\s,])([a-z]{0,3}[0-9]{5,})(?=[\s,]|$)/gi;

const bare = (token: string): string => plain(token.replaceAll(".", "").replaceAll("'", ""));
const isTag = (word: string): boolean => STATUS.has(word) || COMPANIES.has(word);
export const wordsOf = (text: string): string[] => text.toLowerCase().split(isAscii(text) ? /[^a-z0-9']+/ : /[^\p{L}\p{M}\p{N}']+/u).filter((word) => word !== "");

/** What is found around the words, while a name is taken apart. */
export interface Draft {
  number: string;
  /** A personnel number: says who among namesakes, and may be left out. */
  staff: string;
  generation: string;
  tag: string[];
  also: string[];
  service: boolean;
  /** Some word of it may be one for machines and offices. */
  mayServe: boolean;
}

export const createDraft = (): Draft => ({ number: "", staff: "", generation: "", tag: [], also: [], service: false, mayServe: false });

/** HR in capitals is no Swedish Herr. */
const isDepartment = (text: string, words: readonly string[]): boolean => text === text.toUpperCase() && words.every((word) => DEPARTMENTS.has(word));

/** "T-Systems" behind a name is where somebody works; t-bear is what an account is called. */
const isCompany = (text: string, words: readonly string[]): boolean => /^[AT]-\p{Lu}\p{Ll}/u.test(text) && !words.some(isServiceWord);

export const takeRemark = (remark: string, draft: Draft): void => {
  const text = remark.trim();
  if (text === "") return;
  const maiden = text.replace(MAIDEN, "");
  if (maiden !== text) return void draft.also.push(...wordsOf(maiden).map(plain));
  const rest = text.replace(STAFF_WITHIN, (_, before: string, number: string) => ((draft.staff = number.toLowerCase()), before));
  if (rest !== text && rest.trim() !== "") return takeRemark(rest.trim().replace(/,$/, ""), draft);
  const words = wordsOf(text);
  if (words.length === 1 && STAFF.test(text)) return void (draft.staff = text.toLowerCase());
  if (words.every((word) => /^\p{N}+$/u.test(word)) || /^\p{L}$/u.test(text)) return void (draft.number += `#${plain(text)}`);
  if (!text.split(/\s*,\s*/).some((part) => UNIT.test(part)) && !words.every((word) => DEPARTMENTS.has(word)) && !isCompany(text, words) && isService(text, words)) return void (draft.service = true);
  if (words.some((word) => isTag(plain(word)) || ABSENCES.has(plain(word))) || (!isDepartment(text, words) && words.every((word) => TITLES.has(plain(word)) || SUFFIXES.has(plain(word)))) || SUFFIXES.has(bare(text))) return;
  draft.tag.push(words.map(plain).join(" "));
};

/** Scripts of which nothing is known but the sound. */
const HEARD_ONLY = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}\p{Script=Hebrew}\p{M}\s・ー·'-]+$/u;
/** A whole name in Latin letters, each word of which begins with a capital: 田村 蓮 (Tamura Ren). */
const WRITTEN_OUT = /^(\S.*?)\s*[(（]\s*((?:\p{Lu}[\p{L}\p{M}'-]+,?\s+){1,3}\p{Lu}[\p{L}\p{M}'-]+)\s*[)）]$/u;
const PLACES = /^(?:hong kong|ho chi minh|tai po|kwun tong)\b/i;

/** Who writes the own name in Latin letters behind it is called so: "Tamura Ren (田村 蓮)" of 田村 蓮 (Tamura Ren). A remark in brackets sounds otherwise. */
const withLatinFirst = (text: string): string => {
  const [, name = "", latin = ""] = WRITTEN_OUT.exec(text) ?? [];
  if (latin === "" || !HEARD_ONLY.test(name) || PLACES.test(latin)) return text;
  const words = wordsOf(latin).map(plain);
  if (words.some((word) => isTag(word) || DEPARTMENTS.has(word)) || isService(latin, words) || agreeInSound(wordsOf(name), words) !== "all") return text;
  return `${latin} (${name})`;
};

export const takeRemarks = (shown: string, draft: Draft): string => {
  if (!/[([{<"'（]/.test(shown)) return shown;
  const text = withLatinFirst(shown);
  const open = text.replace(BRACKETS, (whole, inside: string) => (EMPLOYED.test(whole) ? undefined : takeRemark(inside, draft), " "));
  return open.replace(CUT, "").replace(QUOTED, (_, double: string | undefined, single: string | undefined) => {
    draft.also.push(...wordsOf(double ?? single ?? "").map(plain));
    return " ";
  });
};

/** "Anna Weber née Schmidt" without what she was called before. */
export const takeMaiden = (text: string, draft: Draft): string => text.replace(MAIDEN_BEHIND, (_, maiden: string) => {
  draft.also.push(...wordsOf(maiden).map(plain));
  return "";
});

/** The name of a directory's entry: without where it is stored, and without what marks who left. */
export const storedName = (text: string): string => (DISTINGUISHED.exec(text)?.[1]?.replace(/\\(.)/g, "$1") ?? text).replace(LEFT, "");

/** "Gary Bear, IT": behind a whole name a department, which is no part of it. */
export const takeDepartments = (text: string, draft: Draft): string => {
  if (!text.includes(",")) return text;
  const parts = text.split(/\s*,\s*/);
  while (parts.length > 1) {
    const last = parts[parts.length - 1] ?? "";
    if (!UNIT.test(last) && !(last === last.toUpperCase() && DEPARTMENTS.has(plain(last))) && !(parts[0]?.includes(" ") === true && DEPARTMENTS.has(plain(last)))) break;
    if (parts.length === 2 && parts[0]?.includes(" ") !== true) break;
    takeRemark(last, draft);
    parts.pop();
  }
  return parts.join(", ");
};

/** Of "Gary Bear - Acme" and "Acme | Gary Bear" the part that is the name. */
export const takeSegment = (text: string, draft: Draft): string => {
  if (!MAY_PART.test(text)) return text;
  const parts = text.split(SEGMENT).map((part) => part.trim()).filter((part) => LETTERS.test(part) || /\p{N}/u.test(part));
  if (parts.length < 2) return text;
  const status = parts.map((part) => wordsOf(part).every((word) => isTag(plain(word))));
  const name = parts.findIndex((part, index) => status[index] !== true && /\s/.test(part));
  const chosen = name >= 0 ? name : Math.max(status.indexOf(false), 0);
  parts.forEach((part, index) => index !== chosen && takeRemark(part, draft));
  return parts[chosen] ?? text;
};

/** A word of a name, with what was drawn to it. */
export interface Word {
  readonly text: string;
  /** In the usual spelling, without particles that only join. */
  readonly loose: string | undefined;
  readonly pieces: readonly string[] | undefined;
  /** Its number among the words that are read, once it is known. */
  form: number | undefined;
}

export interface Token {
  /** As written, without dots and apostrophes. */
  readonly text: string;
  readonly dotted: boolean;
  /** As tables of words have it. */
  readonly key: string;
  /** It is, or may be, anything but a name. */
  readonly isAround: boolean;
  readonly isTitle: boolean;
  /** Written small, and in capitals throughout. */
  readonly isSmall: boolean;
  readonly isLoud: boolean;
  /** It may be drawn to the word after it. */
  readonly mayJoin: boolean;
  /** As a word by itself, once it was one. */
  word: Word | undefined;
}

const tokenOf = (text: string, dotted: boolean, isDegree = false): Token => {
  const [key, small] = [bare(text), text.toLowerCase()];
  const isSmall = text === small;
  const isTitle = isDegree || ((TITLES.has(key) || TITLES.has(small)) && (!NAMELIKE_TITLES.has(key) || dotted || /^[A-Z]{2}[a-z]/.test(text)));
  return { text, dotted, key, isAround: isTitle || isAround(key), isTitle, isSmall, isLoud: !isSmall && text.length > 1 && text === text.toUpperCase(), mayJoin: PARTICLES.has(key) || FILIATIONS.has(key), word: undefined };
};

const SIMPLE_TOKEN = /^[A-Za-z]+$/;

/** García-López: the two surnames of one person, which others write apart. */
const isDouble = (text: string): boolean => {
  const at = text.indexOf("-");
  return at > 0 && text.indexOf("-", at + 1) < 0 && isIberian(plain(text.slice(0, at))) && isIberian(plain(text.slice(at + 1)));
};

/** "G.L." are two initials, "Dr.Anna" and "gary.bear" two words, "Ph.D." one. */
export const splitToken = (raw: string, alone: boolean): readonly Token[] => {
  if (SIMPLE_TOKEN.test(raw) && !alone) return [tokenOf(raw, false)];
  const dotted = raw.endsWith(".");
  const text = raw.replace(/^[.'"-]+|[.'"-]+$/g, "");
  if (text === "") return [];
  if (alone && isAscii(text) && /^[A-Z][a-z]*[A-Z][a-z]+$/.test(text) && !/^(?:Mc|Mac|De|Di|La|Le|O)[A-Z]/.test(text)) {
    return text.split(/(?=[A-Z])/).map((part) => tokenOf(part, false));
  }
  const parts = text.split(alone ? /[._+-]+/ : isDouble(text) ? /-/ : /[._/+]+/).filter((part) => part !== "");
  // "_ext" is what is written there, behind a space as well.
  if (parts.length < 2) return [tokenOf((text.startsWith("_") ? (parts[0] ?? text) : text).replaceAll("'", ""), dotted)];
  const joined = parts.join("");
  if (!alone && text.includes(".") && DOTTED_TITLES.has(plain(joined))) return [tokenOf(joined, true, true)];
  const isOneWord = !alone && (TITLES.has(plain(joined)) || SUFFIXES.has(plain(joined)) || TITLES.has(plain(text.replaceAll(".", ""))));
  if (isOneWord) return [tokenOf(joined, true)];
  return parts.map((part) => tokenOf(part.replaceAll("'", ""), part.length === 1));
};

/** Jun and Sen are names, too: juniors by them are abbreviated. */
export const generationOf = (token: Token | undefined): string | undefined => {
  if (token?.isAround !== true) return undefined;
  const { key } = token;
  return (key === "jun" || key === "sen") && !token.dotted ? undefined : GENERATIONS[key];
};

/** Titles, suffixes, status words and generations leave, as long as a name of `least` words remains; so many words stand elsewhere, and behind a comma before these. */
export const strip = (tokens: readonly Token[], draft: Draft, least: number, elsewhere = 0, before = 0): readonly Token[] => {
  if (!tokens.some((token) => token.isAround)) return tokens;
  // Whatever is asked of a key here is asked of words that stand around names.
  const keys = tokens.map((token) => (token.isAround ? token.key : ""));
  const kept: boolean[] = [];
  let left = tokens.length;
  for (const [index, token] of tokens.entries()) {
    const generation = index > 0 ? generationOf(token) : undefined;
    kept[index] = left <= least || !(token.isTitle || generation !== undefined) || (NAMELIKE_GENERATIONS.has(token.key) && left + elsewhere + before < 3);
    if (kept[index]) continue;
    left--;
    if (!token.isTitle) draft.generation = generation ?? "";
  }
  for (let first = kept.indexOf(true); left > least && SHY_TITLES.has(keys[first] ?? "") && (tokens[first]?.dotted === true || left > 2); first = kept.indexOf(true)) (kept[first] = false), left--;
  for (let index = tokens.length - 1; index > 0 && left > least; index--) {
    if (!kept[index]) continue;
    if (!trails(tokens[index], keys[index] ?? "", left, tokens)) break;
    kept[index] = false;
    left--;
  }
  const front = kept.indexOf(true);
  if (left > least && left + elsewhere > 2 && STATUS.has(keys[front] ?? "")) kept[front] = false;
  return tokens.filter((_, index) => kept[index]);
};

const trails = (token: Token | undefined, key: string, left: number, all: readonly Token[]): boolean => {
  if (STATUS.has(key)) return left > 2 || !NAMELIKE_STATUS.has(key);
  if (left < 3) return false;
  if (NAMELIKE_COMPANIES.has(key) && !(token?.isLoud === true && all.some(({ isLoud, text }) => !isLoud && text.length > 1))) return false;
  return COMPANIES.has(key) || (SUFFIXES.has(key) && key.length > 1 && token?.text === token?.text.toUpperCase());
};

/** Digits leave a word and are kept: Smith2 is not Smith. */
export const takeNumbers = (token: Token, draft: Draft): Token | undefined => {
  if (SIMPLE_TOKEN.test(token.text)) return token;
  if (STAFF.test(token.text)) return void (draft.staff = token.text.toLowerCase());
  if (!/\p{N}/u.test(token.text)) return LETTERS.test(token.text) ? token : undefined;
  for (const digits of token.text.match(NUMBER) ?? []) draft.number += `#${plain(digits)}`;
  const rest = token.text.replace(NUMBER, "");
  return LETTERS.test(rest) ? tokenOf(rest, token.dotted) : undefined;
};
