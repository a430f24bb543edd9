// Prints the tree as the normal form: canonical closed HTML. Pure.

import type { Block, Cell, Doc, Inline, Marks } from "./node.ts";

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const attribute = (text: string): string => escape(text).replaceAll('"', "&quot;");

const TAGS: readonly (readonly [keyof Marks, string])[] = [
  ["strong", "b"],
  ["em", "i"],
  ["underline", "u"],
  ["strike", "s"],
  ["sub", "sub"],
  ["sup", "sup"],
  ["code", "code"],
];

interface Wrap {
  readonly key: string;
  readonly open: string;
  readonly close: string;
}

const wraps = (marks: Marks): readonly Wrap[] => {
  const list: Wrap[] = [];
  if (marks.link !== undefined) list.push({ key: `link ${marks.link}`, open: `<a href="${attribute(marks.link)}">`, close: "</a>" });
  if (marks.colour !== undefined) list.push({ key: `colour ${marks.colour}`, open: `<span style="color:${attribute(marks.colour)}">`, close: "</span>" });
  for (const [name, tag] of TAGS) if (marks[name] !== undefined) list.push({ key: name, open: `<${tag}>`, close: `</${tag}>` });
  return list;
};

const leaf = (inline: Inline): string => {
  if (inline.t === "text") return escape(inline.text);
  if (inline.t === "break") return "<br>";
  if (inline.t === "mention") return `<span data-person="${attribute(inline.id)}">@${escape(inline.name)}</span>`;
  return `<img src="${attribute(inline.src)}"${inline.alt === "" ? "" : ` alt="${attribute(inline.alt)}"`}>`;
};

/** Marks are opened and closed as late as possible, so that equal texts print equally however they were written. */
export const printInlines = (inlines: readonly Inline[]): string => {
  let html = "";
  let open: readonly Wrap[] = [];
  for (const inline of inlines) {
    const wanted = inline.t === "text" ? wraps(inline.marks) : [];
    let keep = 0;
    while (keep < open.length && open[keep]?.key === wanted[keep]?.key) keep++;
    for (const wrap of open.slice(keep).toReversed()) html += wrap.close;
    for (const wrap of wanted.slice(keep)) html += wrap.open;
    open = wanted;
    html += leaf(inline);
  }
  return html + open.toReversed().map((wrap) => wrap.close).join("");
};

/** A single paragraph inside an item or cell is printed without its tags. */
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

const printBlock = (block: Block): string => {
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

export const printNormal = (doc: Doc): string => doc.map(printBlock).join("");
