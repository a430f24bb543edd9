// parse5 under guard: the standard's error recovery can turn 100 kB of hostile tags into millions of elements or a tree
// too deep to walk. Such a text is read as its words instead. Pure; never throws for any input.

import { type DefaultTreeAdapterMap, defaultTreeAdapter, parseFragment } from "parse5";
import { cleanText } from "./tidy.ts";

export type Node = DefaultTreeAdapterMap["node"];
export type Element = DefaultTreeAdapterMap["element"];
export type TextNode = DefaultTreeAdapterMap["textNode"];

/** Elements inside one another, at most. */
const MOST_DEEP = 400;
/** Elements per opening bracket of the source; ordinary HTML makes one, or a few where marks are closed crosswise. */
const MOST_PER_TAG = 4;

class TooMuch extends Error {}

const guarded = (html: string): typeof defaultTreeAdapter => {
  let budget = 1000;
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at + 1)) budget += MOST_PER_TAG;
  let depth = 0;
  const guard = {
    ...defaultTreeAdapter,
    createElement: (...args: Parameters<typeof defaultTreeAdapter.createElement>): Element => {
      if (--budget < 0) throw new TooMuch();
      return defaultTreeAdapter.createElement(...args);
    },
    onItemPush: (): void => {
      if (++depth > MOST_DEEP) throw new TooMuch();
    },
    onItemPop: (): void => {
      depth--;
    },
  };
  return guard;
};

/** The source without anything between "<" and ">", in one pass. */
const wordsOnly = (html: string): string => {
  const words: string[] = [];
  let from = 0;
  for (let open = html.indexOf("<"); open >= 0; open = html.indexOf("<", from)) {
    words.push(html.slice(from, open), " ");
    const close = html.indexOf(">", open);
    from = close < 0 ? html.length : close + 1;
  }
  words.push(html.slice(from));
  return words.join("");
};

/** The nodes of any HTML; `whole` is false if only the words could be kept. */
export const parseNodes = (source: string): { nodes: readonly Node[]; whole: boolean } => {
  const html = cleanText(source);
  try {
    return { nodes: parseFragment(html, { treeAdapter: guarded(html) }).childNodes, whole: true };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { nodes: parseFragment(wordsOnly(html)).childNodes, whole: false };
  }
};

export const isElement = (node: Node): node is Element => "tagName" in node;

export const attr = (element: Element, name: string): string | undefined => element.attrs.find((candidate) => candidate.name === name)?.value;

/** The text inside, line breaks as letters. */
export const textInside = (node: Node): string => {
  if (node.nodeName === "#text") return (node as TextNode).value;
  if (node.nodeName === "br") return "\n";
  return "childNodes" in node ? node.childNodes.map(textInside).join("") : "";
};
