// What stands between two spaces in a name that is looked at closely. Few words make many names: each is taken apart once.

import type { Lexicon } from "../words/lexicon.ts";
import { createDraft, splitToken, takeNumbers, type Token, type Word, wordsOf } from "./nameParts.ts";
import { mayBeService, TITLES } from "../words/words.ts";

export interface Chunk {
  readonly tokens: readonly Token[];
  /** No number stands in it. */
  readonly isPlain: boolean;
  /** An account with it may be one of a machine or office. */
  readonly mayServe: boolean;
}

/** By its text. */
export type Chunks = (raw: string) => Chunk;

/** Letters and nothing else that stand for nothing but a name. */
class PlainToken implements Token {
  readonly dotted = false;
  readonly isAround = false;
  readonly isTitle = false;
  readonly mayJoin = false;
  readonly text: string;
  readonly isSmall: boolean;
  readonly isLoud: boolean;
  readonly word: Word;
  readonly #lexicon: Lexicon;
  constructor(text: string, isSmall: boolean, isLoud: boolean, lexicon: Lexicon) {
    this.text = text;
    this.isSmall = isSmall;
    this.isLoud = isLoud;
    this.word = { text, loose: undefined, pieces: undefined, form: undefined };
    this.#lexicon = lexicon;
  }
  /** Hardly ever asked for. */
  get key(): string {
    return this.#lexicon.usual(this.text) ?? "";
  }
}

const plainChunk = (raw: string, lexicon: Lexicon): Chunk | undefined => {
  const small = raw.toLowerCase();
  if (!lexicon.isPlain(raw) || TITLES.has(small)) return undefined;
  const isSmall = raw === small;
  return { tokens: [new PlainToken(raw, isSmall, !isSmall && raw === raw.toUpperCase(), lexicon)], isPlain: true, mayServe: small.startsWith("s") && mayBeService(small, [small]) };
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
