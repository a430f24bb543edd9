// The order of a name: what a comma or capital letters say of given names and surname, and which particles belong to which
// word. Where nothing says it the words stay as they are.

import { bare, type Draft, generationOf, strip, takeNumbers, takeRemark, type Token, tokensOf } from "./nameParts.ts";
import { plain } from "./spell.ts";
import { COMPANIES, FILIATIONS, LOOSE_PARTICLES, PARTICLES, STATUS, SUFFIXES, TITLES, VIETNAMESE } from "./words.ts";

export interface Word {
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
  const hasCapitals = tokens.some(({ text }) => text !== text.toLowerCase());
  tokens.forEach((token, index) => {
    const lower = bare(token.text);
    const written = token.text === token.text.toLowerCase();
    if (FILIATIONS.has(lower) && written && hasCapitals && index > 0 && index < tokens.length - 1) return;
    const opens = index === 0 && first;
    const joins = PARTICLES.has(lower) && index < tokens.length - 1 && !vietnamese && !token.dotted && (lower.length > 1 || (written && index > 0)) && (!opens || (written && tokens.length > 1 && tokens.some((other) => other.text !== other.text.toLowerCase())) || (tokens.length > 2 && PARTICLES.has(bare(tokens[1]?.text ?? ""))));
    if (joins) {
      heldLoosely &&= LOOSE_PARTICLES.has(lower);
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

export interface Order {
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

const COMMA = /\s*[,;]\s*/;

/** The words of a name in one order, given names first where a comma or capitals tell. */
export const nameWords = (text: string, draft: Draft, alone: boolean): Order => {
  const segments = text.split(COMMA).filter((part) => part !== "").map((part) => tokensOf(part, alone).map((token) => takeNumbers(token, draft)).filter((token) => token !== undefined));
  if (segments.length < 2) return arrange([strip(segments[0] ?? [], draft, 1)]);
  // A segment of nothing but titles, degrees or remarks is no part of the name.
  const isRemark = (tokens: readonly Token[], index: number): boolean => index > 0 && tokens.every((token) => [TITLES, SUFFIXES, STATUS, COMPANIES].some((set) => set.has(bare(token.text))) || generationOf(token) !== undefined);
  const named = segments.filter((tokens, index) => {
    if (!isRemark(tokens, index)) return tokens.length > 0;
    for (const token of tokens) draft.generation = generationOf(token) ?? draft.generation;
    return false;
  });
  const [family = [], given, ...rest] = named;
  for (const tokens of rest) takeRemark(tokens.map((token) => token.text).join(" "), draft);
  if (given === undefined) return arrange([strip(family, draft, 1)]);
  return arrange([strip(family, draft, 1), strip(given, draft, 1)]);
};

export const byIndex = <T>(words: readonly Word[], pick: (word: Word) => T | undefined): Readonly<Record<number, T>> | undefined => {
  const found: Record<number, T> = {};
  words.forEach((word, index) => {
    const value = pick(word);
    if (value !== undefined) found[index] = value;
  });
  return Object.keys(found).length === 0 ? undefined : found;
};
