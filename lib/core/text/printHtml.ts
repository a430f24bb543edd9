// Prints the tree as the normal form: canonical closed HTML. Printing a tidy tree and reading it gives the same tree. Pure.

import type { Block, Cell, Doc, Inline, MarkName } from "./node.ts";
import { printRuns, type Wrap } from "./runs.ts";

// NBSP by name: raw it cannot be told from a space in a terminal, a diff or a report.
const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\u00a0", "&nbsp;");
const attribute = (text: string): string => escape(text).replaceAll('"', "&quot;");

const TAGS: Readonly<Partial<Record<MarkName, string>>> = { strong: "b", em: "i", underline: "u", strike: "s", sub: "sub", sup: "sup", code: "code" };

const wrap = (name: MarkName, value: string): Wrap => {
  if (name === "link") return { open: `<a href="${attribute(value)}">`, close: "</a>" };
  if (name === "colour") return { open: `<span style="color:${attribute(value)}">`, close: "</span>" };
  if (name === "background") return { open: `<span style="background-color:${attribute(value)}">`, close: "</span>" };
  return { open: `<${TAGS[name]}>`, close: `</${TAGS[name]}>` };
};

const leaf = (inline: Inline): string => {
  if (inline.t === "text") return escape(inline.text);
  if (inline.t === "break") return "<br>";
  if (inline.t === "mention") return `<span data-person="${attribute(inline.id)}">@${escape(inline.name)}</span>`;
  if (inline.t === "image") return `<img src="${attribute(inline.src)}"${inline.alt === "" ? "" : ` alt="${attribute(inline.alt)}"`}>`;
  return inline.kind === "date" ? `<time datetime="${attribute(inline.value)}">${escape(inline.text)}</time>` : `<span data-${inline.kind}="${attribute(inline.value)}">${escape(inline.text)}</span>`;
};

const printInlines = (inlines: readonly Inline[]): string => printRuns(inlines, wrap, leaf);

/** A first paragraph inside an item or cell is printed without its tags where that cannot be misread. */
const printInside = (blocks: readonly Block[]): string => {
  const [first, ...rest] = blocks;
  if (first?.t === "paragraph" && rest.every((block) => block.t === "list")) return printInlines(first.inlines) + rest.map(printBlock).join("");
  return blocks.map(printBlock).join("");
};

const printCell = (cell: Cell): string => {
  const tag = cell.header ? "th" : "td";
  const spans = `${cell.colspan > 1 ? ` colspan="${cell.colspan}"` : ""}${cell.rowspan > 1 ? ` rowspan="${cell.rowspan}"` : ""}`;
  return `<${tag}${spans}>${printInside(cell.blocks)}</${tag}>`;
};

/** One block of a tidy tree. */
export const printBlock = (block: Block): string => {
  switch (block.t) {
    case "paragraph":
      return `<p>${printInlines(block.inlines)}</p>`;
    case "heading":
      return `<h${block.level}>${printInlines(block.inlines)}</h${block.level}>`;
    case "list": {
      const tag = block.ordered ? "ol" : "ul";
      return `<${tag}>${block.items.map((item) => `<li>${printInside(item)}</li>`).join("")}</${tag}>`;
    }
    case "table":
      return `<table>${block.rows.map((row) => `<tr>${row.map(printCell).join("")}</tr>`).join("")}</table>`;
    case "code":
      return `<pre><code${block.language === "" ? "" : ` class="language-${attribute(block.language)}"`}>${escape(block.text)}</code></pre>`;
    case "quote":
      return `<blockquote>${block.blocks.map(printBlock).join("")}</blockquote>`;
    case "panel":
      return `<div class="panel-${block.kind}">${block.blocks.map(printBlock).join("")}</div>`;
    case "rule":
      return "<hr>";
  }
};

/** The normal form of a tidy tree. */
export const printNormal = (doc: Doc): string => doc.map(printBlock).join("");
