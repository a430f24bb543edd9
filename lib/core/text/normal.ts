// The normal form of rich text: a canonical string of closed HTML. "" is the empty text. Pure: the memory of the last
// answers changes no answer.

import { parseHtml } from "./html.ts";
import { type Block, type Doc, type Inline, paragraph, text, textOf } from "./node.ts";
import { printNormal } from "./printHtml.ts";
import { tidyDoc } from "./tidy.ts";

export { cutText } from "./cut.ts";
export { printNormal };

/** The tree of a normal form (or of any HTML). */
export const parseNormal = (normal: string): Doc => parseHtml(normal);

const known = new Map<string, string>();
const MOST_KNOWN = 500;
const LONGEST_KNOWN = 20_000;

/** Canonical form of any HTML; idempotent. The last texts are remembered: each one is asked for often. */
export const normalText = (html: string): string => {
  if (html === "") return "";
  const before = known.get(html);
  if (before !== undefined) return before;
  const result = printNormal(parseHtml(html));
  if (html.length <= LONGEST_KNOWN) {
    if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value ?? "");
    known.set(html, result);
  }
  return result;
};

/**
 * What texts are compared by: the normal form without the names of those it mentions. Where a text holds the id or login alone (wiki
 * markup), the name is the person's of today, and nobody edits a text by marrying.
 */
export const comparedText = (html: string): string => normalText(html).replaceAll(/(<span data-person="[^"]*">)@[^<]*/g, "$1");

const indent = (lines: string): string => lines.replaceAll("\n", "\n  ");

const plainBlock = (block: Block): string => {
  switch (block.t) {
    case "paragraph":
    case "heading":
      return textOf(block.inlines);
    case "list":
      return block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : "-"} ${indent(item.map(plainBlock).join("\n"))}`).join("\n");
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

/** What a reader sees, without formatting; blocks are separated by a blank line. */
export const plainDoc = (doc: Doc): string => doc.map(plainBlock).join("\n\n");

/** What a reader sees of a text in the normal form, without formatting; blocks are parted by an empty line. */
export const plainText = (normal: string): string => plainDoc(parseNormal(normal));

/** The normal form of plain text: blank lines part paragraphs, other line ends are breaks. */
export const fromPlain = (plain: string): string =>
  printNormal(tidyDoc(plain.replace(/\r\n?/g, "\n").split(/\n(?:[ \t]*\n)+/).map((part) => paragraph(part.split("\n").flatMap((line, index): Inline[] => (index === 0 ? [text(line)] : [{ t: "break" }, text(line)]))))));
