// What stands between two spaces in a name that is looked at closely. Few words make many names: each is taken apart once.

import type { Lexicon } from "./lexicon.ts";
import { createDraft, splitToken, takeNumbers, type Token, wordsOf } from "./nameParts.ts";
import { FILIATIONS, mayBeService, TITLES } from "./words.ts";

export interface Chunk {
  readonly tokens: readonly Token[];
  /** No number stands in it. */
  readonly isPlain: boolean;
  /** An account with it may be one of a machine or office. */
  readonly mayServe: boolean;
}

/** By its text. */
export type Chunks = (raw: string) => Chunk;

/** Letters and nothing else that stand for nothing but a name: all of it is known already. */
const plainChunk = (raw: string, lexicon: Lexicon): Chunk | undefined => {
  const key = lexicon.usual(raw);
  const small = raw.toLowerCase();
  if (key === undefined || TITLES.has(small) || FILIATIONS.has(key)) return undefined;
  const isSmall = raw === small;
  const token: Token = { text: raw, dotted: false, key, isAround: false, isTitle: false, isSmall, isLoud: !isSmall && raw === raw.toUpperCase(), mayJoin: false, word: { text: raw, loose: undefined, pieces: undefined, form: undefined } };
  return { tokens: [token], isPlain: true, mayServe: mayBeService(small, [small]) };
};

/** Bounded: titles and given names come again and again, surnames do not. */
const MOST = 8_000;

export const createChunks = (lexicon: Lexicon): Chunks => {
  const known = new Map<string, Chunk>();
  const make = (raw: string): Chunk => {
    const plain = plainChunk(raw, lexicon);
    if (plain !== undefined) return plain;
    const draft = createDraft();
    const tokens = splitToken(raw, false);
    return { tokens, isPlain: tokens.every((token) => takeNumbers(token, draft) === token), mayServe: mayBeService(raw.toLowerCase(), wordsOf(raw)) };
  };
  return (raw) => {
    const before = known.get(raw);
    if (before !== undefined) return before;
    const made = make(raw);
    if (known.size >= MOST) known.clear();
    known.set(raw, made);
    return made;
  };
};
