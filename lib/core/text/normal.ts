// The normal form of rich text: a canonical string of closed HTML. "" is the empty text. Pure.

import { parseHtml } from "./html.ts";
import { type Block, type Doc, textOf } from "./node.ts";
import { printNormal } from "./printHtml.ts";

export const parseNormal = (normal: string): Doc => parseHtml(normal);

const cache = new Map<string, string>();
const MOST_CACHED = 500;

/** Canonical form; idempotent. Texts without markup need no parser; the last ones are remembered: each is asked for often. */
export const normalText = (text: string): string => {
  if (text === "") return "";
  const known = cache.get(text);
  if (known !== undefined) return known;
  // Printing may let marks meet that the parser then folds: the second pass is the fixed point.
  const result = printNormal(parseHtml(printNormal(parseHtml(text))));
  if (text.length < 20_000) {
    if (cache.size >= MOST_CACHED) cache.delete(cache.keys().next().value ?? "");
    cache.set(text, result);
  }
  return result;
};

const plainBlock = (block: Block): string => {
  switch (block.t) {
    case "paragraph":
    case "heading":
      return textOf(block.inlines);
    case "list":
      return block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : "-"} ${item.map(plainBlock).join("\n  ")}`).join("\n");
    case "table":
      return block.rows.map((row) => row.map((cell) => cell.blocks.map(plainBlock).join(" ")).join(" | ")).join("\n");
    case "code":
      return block.text;
    case "quote":
    case "panel":
      return block.blocks.map(plainBlock).join("\n");
    case "rule":
      return "----";
  }
};

/** What a reader sees, without formatting; blocks separated by a blank line. */
export const plainText = (normal: string): string => parseNormal(normal).map(plainBlock).join("\n\n");

export const sameText = (a: string, b: string): boolean => normalText(a) === normalText(b);

/** The longest head of the blocks for which `fits` holds; fits is monotonic. */
const longestHead = (count: number, fits: (n: number) => boolean): number => {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
};

/**
 * Cuts between blocks (the first block, if it alone is too long, between words) so that `measure` of the result is at most
 * `max`; `pointer` says where the whole text is. Answers the text unchanged if it fits.
 */
export const cutText = (normal: string, max: number, measure: (normal: string) => number, pointer = "… (cut; the whole text is in the original)"): string => {
  if (measure(normal) <= max) return normal;
  const blocks = parseNormal(normal);
  const tail: Block = { t: "paragraph", inlines: [{ t: "text", text: pointer, marks: {} }] };
  const whole = longestHead(blocks.length, (n) => measure(printNormal([...blocks.slice(0, n), tail])) <= max);
  const next = blocks[whole];
  const kept = blocks.slice(0, whole);
  if (next === undefined) return printNormal([...kept, tail]);
  const words = [...plainBlock(next)];
  const partial = (n: number): Doc => {
    const text = words.slice(0, n).join("");
    const block: Block = next.t === "code" ? { ...next, text } : { t: "paragraph", inlines: [{ t: "text", text, marks: {} }] };
    return text.trim() === "" ? [...kept, tail] : [...kept, block, tail];
  };
  const letters = longestHead(words.length, (n) => measure(printNormal(partial(n))) <= max);
  const cut = printNormal(partial(letters));
  return measure(cut) <= max ? cut : "";
};
