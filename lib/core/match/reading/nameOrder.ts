// The order of a name: what a comma or capital letters say of given names and surname, and which particles belong to which
// word. Where nothing says it the words stay as they are.

import type { Chunks } from "./chunks.ts";
import { type Draft, generationOf, splitToken, strip, takeNumbers, takeRemark, type Token, type Word } from "./nameParts.ts";
import { plain } from "../words/spell.ts";
import { COMPANIES, FILIATIONS, LOOSE_PARTICLES, NAMELIKE_GENERATIONS, NAMELIKE_OPENERS, NAMELIKE_TITLES, OPENERS, PARTICLES, STATUS, SUFFIXES, TITLES, VIETNAMESE } from "../words/words.ts";

const wordOf = (token: Token, held: string, heldLoosely: boolean): Word => {
  const parts = token.text.split("-").filter((part) => part !== "");
  const particle = parts.length === 2 && /^(?:al|el|ul|abd)$/i.test(parts[0] ?? "");
  const loose = held !== "" && heldLoosely ? parts.join("") : particle ? (parts[1] ?? "") : undefined;
  return { text: held + parts.join(""), loose: loose === undefined ? undefined : plain(loose), pieces: parts.length > 1 && !particle ? parts.map(plain) : undefined, form: undefined };
};

/** Most words stand alone, and most tokens come again. */
export const wordAlone = (token: Token): Word => (token.word ??= wordOf(token, "", true));

/** Particles are drawn to the word after them; "Nguyen Van An" has none. */
const join = (tokens: readonly Token[], first: boolean): readonly Word[] => {
  if (!tokens.some((token) => token.mayJoin)) return tokens.map(wordAlone);
  const words: Word[] = [];
  let held = "";
  let heldLoosely = true;
  const hasCapitals = tokens.some((token) => !token.isSmall);
  const vietnamese = tokens.some((token) => VIETNAMESE.has(token.key) && !(token.isSmall && hasCapitals));
  tokens.forEach((token, index) => {
    const { key: lower, isSmall: written } = token;
    if (FILIATIONS.has(lower) && written && hasCapitals && index > 0 && index < tokens.length - 1) return;
    const opens = index === 0 && first;
    const joins = PARTICLES.has(lower) && index < tokens.length - 1 && !vietnamese && !token.dotted && (lower.length > 1 || (written && index > 0)) && (!opens || (written && tokens.length > 1 && hasCapitals) || (tokens.length > 2 && (OPENERS.has(lower) || PARTICLES.has(tokens[1]?.key ?? ""))));
    if (joins) {
      heldLoosely &&= LOOSE_PARTICLES.has(lower);
      held += token.text;
      return;
    }
    words.push(held === "" ? wordAlone(token) : wordOf(token, held, heldLoosely));
    held = "";
    heldLoosely = true;
  });
  return words;
};

const capitals = (tokens: readonly Token[]): { readonly from: number; readonly to: number } | undefined => {
  const loud = tokens.map((token) => token.isLoud);
  const from = loud.indexOf(true);
  if (from < 0) return undefined;
  const to = loud.lastIndexOf(true);
  if (loud.slice(from, to + 1).includes(false)) return undefined;
  const quiet = tokens.filter((token, index) => !loud[index] && token.text.length > 1);
  // Beside initials one word in capitals is a surname; of two, one may be a given name.
  const isBesideInitials = quiet.length === 0 && loud.includes(false) && tokens.filter((token, index) => loud[index] && !PARTICLES.has(token.key)).length === 1;
  if (!isBesideInitials && (quiet.length === 0 || quiet.every((token) => token.isSmall))) return undefined;
  return from === 0 || to === tokens.length - 1 ? { from, to } : undefined;
};

export interface Order {
  readonly words: readonly Word[];
  readonly surname: number | undefined;
}

/** "Bin Ali Sheikha": a surname with its particle stands first where it is followed by one name. */
const opened = ([first]: readonly Token[], words: readonly Word[]): Order => {
  const [family, given] = words;
  if (words.length !== 2 || family === undefined || given === undefined || first === undefined || !OPENERS.has(first.key) || NAMELIKE_OPENERS.has(first.key) || plain(family.text) === first.key) return { words, surname: undefined };
  return { words: [given, family], surname: 1 };
};

const arrange = (segments: readonly (readonly Token[])[]): Order => {
  const [family = [], given] = segments;
  if (given === undefined || given.length === 0) {
    const loud = capitals(family);
    if (loud === undefined) return opened(family, join(family, true));
    const first = join([...family.slice(0, loud.from), ...family.slice(loud.to + 1)], true);
    return { words: [...first, ...join(family.slice(loud.from, loud.to + 1), false)], surname: first.length };
  }
  // "Berg, Jan van der": what trails the given names belongs to the surname.
  let cut = given.length;
  while (cut > 1 && PARTICLES.has(given[cut - 1]?.key ?? "") && given[cut - 1]?.isSmall === true) cut--;
  const first = join(given.slice(0, cut), true);
  return { words: [...first, ...join([...given.slice(cut), ...family], false)], surname: first.length };
};

const COMMA = /\s*[,;]\s*/;

const tokensOf = (segment: string, isAlone: boolean, draft: Draft, chunks: Chunks): readonly Token[] => {
  // Two spaces have nothing between them.
  const raws = segment.split(" ");
  if (isAlone && raws.length === 1) return splitToken(segment, true).flatMap((token) => takeNumbers(token, draft) ?? []);
  const all: Token[] = [];
  for (const raw of raws) {
    const { tokens, isPlain, mayServe } = chunks(raw);
    draft.mayServe ||= mayServe;
    for (const token of tokens) {
      const left = isPlain ? token : takeNumbers(token, draft);
      if (left !== undefined) all.push(left);
    }
  }
  return all;
};

/** The words of a name in one order, given names first where a comma or capitals tell. */
export const nameWords = (text: string, draft: Draft, isAlone: boolean, chunks: Chunks): Order => {
  const segments = (/[,;]/.test(text) ? text.split(COMMA).filter((part) => part !== "") : [text]).map((part) => tokensOf(part, isAlone, draft, chunks));
  if (segments.length < 2) return arrange([strip(segments[0] ?? [], draft, 1)]);
  // A segment of nothing but titles, degrees or remarks is no part of the name.
  const isRemark = (tokens: readonly Token[], index: number): boolean => index > 0 && !(segments[0]?.length === 1 && segments.length === 2 && tokens.every(({ key }) => NAMELIKE_GENERATIONS.has(key) || NAMELIKE_TITLES.has(key))) && tokens.every((token) => token.isTitle || [TITLES, SUFFIXES, STATUS, COMPANIES].some((set) => set.has(token.key)) || generationOf(token) !== undefined);
  const named = segments.filter((tokens, index) => {
    if (!isRemark(tokens, index)) return tokens.length > 0;
    for (const token of tokens) draft.generation = generationOf(token) ?? draft.generation;
    return false;
  });
  const [family = [], given, ...rest] = named;
  for (const tokens of rest) takeRemark(tokens.map((token) => token.text).join(" "), draft);
  if (given === undefined) return arrange([strip(family, draft, 1)]);
  return arrange([strip(family, draft, 1, given.length), strip(given, draft, 1, 0, family.length)]);
};

/** What some words have, by their place; most names have nothing of it. */
export const byIndex = <T>(words: readonly (Word | undefined)[], pick: (word: Word) => T | undefined): Readonly<Record<number, T>> | undefined => {
  let found: Record<number, T> | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const value = word === undefined ? undefined : pick(word);
    if (value !== undefined) (found ??= {})[index] = value;
  }
  return found;
};
