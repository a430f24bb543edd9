// What a text has lost on its way: the formatting of what was written that is not in what came back, counted by kind. Pure.

import { type Block, childrenOf, type Inline, MARK_NAMES, type MarkName } from "./node.ts";
import { parseNormal } from "./normal.ts";

const MARK_WORDS: Readonly<Record<MarkName, string>> = { link: "link", colour: "text colour", background: "background colour", strong: "bold", em: "italic", underline: "underline", strike: "strike-through", sub: "subscript", sup: "superscript", code: "inline code" };
const BLOCK_WORDS: Readonly<Partial<Record<Block["t"], string>>> = { list: "list", table: "table", code: "code block", quote: "quote", panel: "panel", rule: "rule" };

type Counts = Map<string, number>;

const add = (counts: Counts, word: string, n = 1): void => void counts.set(word, (counts.get(word) ?? 0) + n);

/** Letters count, not runs: a format that parts a bold word in two has lost nothing. */
const countInlines = (counts: Counts, inlines: readonly Inline[]): void => {
  for (const inline of inlines) {
    if (inline.t === "image") add(counts, "image");
    else if (inline.t === "mention") add(counts, "mention");
    else if (inline.t === "chip" && inline.kind === "status") add(counts, "status lozenge");
    else if (inline.t === "text") for (const name of MARK_NAMES) if (inline.marks[name] !== undefined) add(counts, MARK_WORDS[name], inline.text.replace(/\s/g, "").length);
  }
};

const countBlocks = (counts: Counts, blocks: readonly Block[]): void => {
  for (const block of blocks) {
    const word = block.t === "heading" ? `heading ${block.level}` : BLOCK_WORDS[block.t];
    if (word !== undefined) add(counts, word);
    if (block.t === "paragraph" || block.t === "heading") countInlines(counts, block.inlines);
    for (const inner of childrenOf(block)) countBlocks(counts, inner);
  }
};

const countsOf = (normal: string): Counts => {
  const counts: Counts = new Map();
  countBlocks(counts, parseNormal(normal));
  return counts;
};

/** Kinds of formatting of which less came back than was written; where only blocks or things are counted, how many. */
export const lossBetween = (written: string, read: string): readonly string[] => {
  if (written === read) return [];
  const marks = new Set<string>(Object.values(MARK_WORDS));
  const [before, after] = [countsOf(written), countsOf(read)];
  return [...before].flatMap(([word, n]) => {
    const missing = n - (after.get(word) ?? 0);
    return missing <= 0 ? [] : [marks.has(word) || missing === 1 ? word : `${missing} × ${word}`];
  });
};
