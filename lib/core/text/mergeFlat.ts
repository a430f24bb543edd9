// Carries an edit between runs that are built differently (a table here, lines there) by their words alone: the other side's
// build stays, words change in place. Pure.

import { leafInlines, mergeTokens, type Token, tokensOf } from "./mergeTokens.ts";
import { leavesIn, mapLeaves, type Node } from "./mergeNode.ts";
import type { Block } from "./node.ts";

/** All words of a run; between two leaves stands an edge, which reads like a line break. */
const flatten = (nodes: readonly Node[]): readonly Token[] =>
  nodes.flatMap(leavesIn).flatMap((leaf, index): readonly Token[] => [
    ...(index === 0 ? [] : [{ key: "\n", inline: { t: "break" } as const, leaf: index - 1, edge: true as const }]),
    ...tokensOf(leafInlines(leaf)).map((token) => ({ ...token, leaf: index })),
  ]);

/** A word the edit brought into code has its blanks as code has them. */
const codeText = ({ inline, leaf }: Token): string => (inline.t === "break" ? "\n" : inline.t !== "text" ? "" : leaf === undefined ? inline.text.replaceAll("\u00a0", " ") : inline.text);

const fill = (leaf: Block, tokens: readonly Token[]): Block => {
  if (leaf.t === "code") return { ...leaf, text: tokens.map(codeText).join("") };
  return leaf.t === "paragraph" || leaf.t === "heading" ? { ...leaf, inlines: tokens.map((token) => token.inline) } : leaf;
};

/** undefined: the edit changed the build itself (a line more or less), which words alone cannot follow. */
export const flatMerge = (base: readonly Node[], edited: readonly Node[], other: readonly Node[]): { readonly nodes: readonly Node[]; readonly lost: boolean } | undefined => {
  const lines = (nodes: readonly Token[]): number => nodes.filter((token) => token.key === "\n").length;
  const tokens = { base: flatten(base), edited: flatten(edited).map(({ leaf: _leaf, edge: _edge, ...token }): Token => token), other: flatten(other) };
  if (lines(tokens.base) !== lines(tokens.edited)) return undefined;
  const merged = mergeTokens(tokens.base, tokens.edited, tokens.other);
  const edges = merged.tokens.filter((token) => token.edge === true).map((token) => token.leaf);
  const wanted = tokens.other.filter((token) => token.edge === true).map((token) => token.leaf);
  if (edges.length !== wanted.length || edges.some((leaf, index) => leaf !== wanted[index])) return undefined;
  const filled: Token[][] = [[]];
  for (const token of merged.tokens) {
    if (token.edge === true) filled.push([]);
    else filled.at(-1)?.push(token);
  }
  let at = 0;
  return { nodes: other.map((node) => mapLeaves(node, (leaf) => fill(leaf, filled[at++] ?? []))), lost: merged.lost };
};
