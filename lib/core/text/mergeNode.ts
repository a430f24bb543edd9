// One way to look at every part of a rich text: blocks, items, rows and cells as nodes with nodes inside. For the merge. Pure.

import { leafInlines } from "./mergeTokens.ts";
import { type Block, type Cell, type Inline, textOf } from "./node.ts";
import { printBlock } from "./printHtml.ts";

export type Node =
  | { readonly kind: "block"; readonly block: Block }
  | { readonly kind: "item"; readonly blocks: readonly Block[] }
  | { readonly kind: "row"; readonly cells: readonly Cell[] }
  | { readonly kind: "cell"; readonly cell: Cell };

const asNodes = (blocks: readonly Block[]): readonly Node[] => blocks.map((block) => ({ kind: "block", block }));

/** None in a leaf: leaves are told apart word by word. */
export const nodesIn = (node: Node): readonly Node[] => {
  if (node.kind === "item") return asNodes(node.blocks);
  if (node.kind === "row") return node.cells.map((cell) => ({ kind: "cell", cell }));
  if (node.kind === "cell") return asNodes(node.cell.blocks);
  const { block } = node;
  if (block.t === "list") return block.items.map((blocks) => ({ kind: "item", blocks }));
  if (block.t === "table") return block.rows.map((cells) => ({ kind: "row", cells }));
  return block.t === "quote" || block.t === "panel" ? asNodes(block.blocks) : [];
};

const blocksOf = (nodes: readonly Node[]): readonly Block[] => nodes.flatMap((node) => (node.kind === "block" ? [node.block] : []));

/** The same node with other nodes inside. */
export const withNodes = (node: Node, nodes: readonly Node[]): Node => {
  if (node.kind === "item") return { kind: "item", blocks: blocksOf(nodes) };
  if (node.kind === "row") return { kind: "row", cells: nodes.flatMap((inner) => (inner.kind === "cell" ? [inner.cell] : [])) };
  if (node.kind === "cell") return { kind: "cell", cell: { ...node.cell, blocks: blocksOf(nodes) } };
  const { block } = node;
  if (block.t === "list") return { kind: "block", block: { ...block, items: nodes.flatMap((inner) => (inner.kind === "item" ? [inner.blocks] : [])) } };
  if (block.t === "table") return { kind: "block", block: { ...block, rows: nodes.flatMap((inner) => (inner.kind === "row" ? [inner.cells] : [])) } };
  return block.t === "quote" || block.t === "panel" ? { kind: "block", block: { ...block, blocks: blocksOf(nodes) } } : node;
};

/** A block of words, without blocks inside. */
export interface Leaf {
  readonly kind: "block";
  readonly block: Block & { readonly t: "paragraph" | "heading" | "code" };
}

export const isLeaf = (node: Node): node is Leaf => node.kind === "block" && ["paragraph", "heading", "code"].includes(node.block.t);

/** Nodes of one kind have the same sort of nodes inside. A quote and a panel are both frames around blocks. */
export const kindOf = (node: Node): string => {
  if (node.kind !== "block") return node.kind;
  if (isLeaf(node)) return "leaf";
  return node.block.t === "panel" || node.block.t === "quote" ? "frame" : node.block.t;
};

/** Two nodes have the same key exactly if they are the same. */
export const keyOf = (node: Node): string => {
  if (node.kind === "block") return printBlock(node.block);
  if (node.kind === "item") return `item ${node.blocks.map(printBlock).join("")}`;
  if (node.kind === "row") return `row ${node.cells.map((cell) => keyOf({ kind: "cell", cell })).join("")}`;
  return `cell ${node.cell.header} ${node.cell.colspan} ${node.cell.rowspan} ${node.cell.blocks.map(printBlock).join("")}`;
};

/** Equal for equal nodes: to be compared, not shown. */
export const printed = (nodes: readonly Node[]): string => nodes.map(keyOf).join("\n");

/** The leaves of a node in reading order. */
export const leavesIn = (node: Node): readonly Block[] => (isLeaf(node) ? [node.block] : nodesIn(node).flatMap(leavesIn));

/** The same node with each leaf replaced, in reading order. */
export const mapLeaves = (node: Node, change: (leaf: Block) => Block): Node =>
  isLeaf(node) ? { kind: "block", block: change(node.block) } : withNodes(node, nodesIn(node).map((inner) => mapLeaves(inner, change)));

const shown = (inlines: readonly Inline[]): string => textOf(inlines);

/** What a reader sees, on one line, whatever frames it stands in. A rule is a rule. */
export const wordsOf = (node: Node | readonly Node[]): string => {
  if (Array.isArray(node)) return (node as readonly Node[]).map(wordsOf).join(" ");
  const one = node as Node;
  if (one.kind === "block" && one.block.t === "rule") return "----";
  return leavesIn(one).map((leaf) => shown(leafInlines(leaf))).join(" ").replace(/[\s\u00a0]+/g, " ").trim();
};

const bag = (words: string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const word of words.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
};

const sizeOf = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

/** How many words both have. */
export const commonWords = (a: Node | readonly Node[], b: Node | readonly Node[]): number => {
  const [one, two] = [bag(wordsOf(a)), bag(wordsOf(b))];
  return [...one].reduce((sum, [word, count]) => sum + Math.min(count, two.get(word) ?? 0), 0);
};

/** Share of words that both have: 0 to 1. */
export const likeness = (a: Node | readonly Node[], b: Node | readonly Node[]): number => {
  const total = sizeOf(bag(wordsOf(a))) + sizeOf(bag(wordsOf(b)));
  return total === 0 ? (wordsOf(a) === wordsOf(b) ? 1 : 0) : (2 * commonWords(a, b)) / total;
};
