// Tree → CommonMark. What Markdown has no sign for is written as HTML where that is allowed. Pure.

import { type Block, type Cell, type Inline, MARK_NAMES, type MarkName } from "./node.ts";
import { printBlock as printHtml } from "./printHtml.ts";
import type { Capabilities } from "./reduce.ts";
import { printRuns, type Wrap } from "./runs.ts";

const BLOCKS: Capabilities["blocks"] = {
  text: ["heading", "list", "table", "code", "quote", "rule"],
  "list item": ["heading", "list", "code", "quote"],
  "table cell": [],
  quote: ["heading", "list", "table", "code", "quote", "rule"],
  panel: [],
};

/** With HTML nearly everything has its place; cells may hold blocks because a table can be HTML as well. */
export const WITH_HTML: Capabilities = { marks: MARK_NAMES, chips: [], mentions: false, blocks: { ...BLOCKS, "table cell": ["heading", "list", "code", "quote"] }, joined: [], columnSpans: true, rowSpans: true, listsLast: false };

/** Redmine's older Markdown leaves HTML out. */
export const WITHOUT_HTML: Capabilities = { marks: ["link", "strong", "em", "underline", "strike", "code"], chips: [], mentions: false, blocks: { ...BLOCKS, "list item": ["list"], quote: ["heading", "list", "code", "quote"] }, joined: ["table cell", "list item"], columnSpans: false, rowSpans: false, listsLast: false };

export interface Style {
  readonly html: boolean;
  /** `*x*` for emphasis, because `_x_` underlines. */
  readonly underline: boolean;
}

const escapeSigns = (text: string): string =>
  text
    .replace(/[\\`*[\]<]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/~(?=~)|(?<=~)~/g, "\\~")
    .replace(/&(?=#?[A-Za-z0-9]+;)/g, "\\&")
    .replace(/!(?=\\\[)/g, "\\!");

/** Signs inside a bare address are read as they stand, and so is a backslash before them. */
const escapeText = (text: string, addresses: boolean): string =>
  addresses ? text.split(/((?<![^\s*_~(])(?:https?|ftp):\/\/[^\s<]+)/).map((part, index) => (index % 2 === 0 ? escapeSigns(part) : part)).join("") : escapeSigns(text);

/** The first letters of a line must begin no block. */
const guardLine = (line: string): string => line.replace(/^(#{1,6}(?= |$)|>|[-+](?= |$)|[-=]+$|~{3}|\|)/, "\\$1").replace(/^(\d{1,9})([.)])(?= |$)/, "$1\\$2");

const longest = (text: string, sign: string): number => Math.max(0, ...(text.match(new RegExp(`${sign}+`, "g")) ?? []).map((run) => run.length));

const codeSpan = (text: string, inTable: boolean): string => {
  const fence = "`".repeat(longest(text, "`") + 1);
  const pad = /^`|`$|^ .*[^ ].* $/.test(text) ? " " : "";
  const code = `${fence}${pad}${text}${pad}${fence}`;
  return inTable ? code.replaceAll("|", "\\|") : code;
};

const TAGS: Readonly<Partial<Record<MarkName, string>>> = { strong: "strong", em: "em", underline: "ins", strike: "del", sub: "sub", sup: "sup" };

const wrapFor = (style: Style, asHtml: boolean) => (name: MarkName, value: string): Wrap => {
  if (name === "code") return { open: "", close: "" };
  if (name === "link") return { open: "[", close: `](${/[\s()<>]/.test(value) ? `<${value}>` : value})` };
  if (name === "colour") return { open: `<span style="color:${value}">`, close: "</span>" };
  if (name === "background") return { open: `<span style="background-color:${value}">`, close: "</span>" };
  if (!asHtml && name === "strong") return { open: "**", close: "**" };
  if (!asHtml && name === "strike") return { open: "~~", close: "~~" };
  if (!asHtml && name === "em") return style.underline ? { open: "*", close: "*" } : { open: "_", close: "_" };
  if (!asHtml && name === "underline" && style.underline) return { open: "_", close: "_" };
  const tag = TAGS[name] ?? "span";
  return { open: `<${tag}>`, close: `</${tag}>` };
};

/** One way to write a block. */
export interface Way {
  /** Tags in place of the signs for marks. */
  readonly asTags: boolean;
  /** Addresses that stand for themselves are left as they are. */
  readonly addresses: boolean;
}

interface Out {
  readonly style: Style;
  readonly asHtml: boolean;
  readonly addresses: boolean;
  readonly inTable: boolean;
}

const leaf = (inline: Inline, out: Out): string => {
  if (inline.t === "break") return out.inTable ? (out.style.html ? "<br>" : " ") : out.style.html ? "  \n" : "\n";
  if (inline.t === "image") return `![${escapeSigns(inline.alt)}](${/[\s()<>]/.test(inline.src) ? `<${inline.src}>` : inline.src})`;
  if (inline.t !== "text") return "";
  if (inline.marks.code === true) return codeSpan(inline.text, out.inTable);
  const words = escapeText(inline.text, out.addresses && inline.marks.link === undefined);
  return out.inTable ? words.replaceAll("|", "\\|") : words;
};

/** An address that stands for itself is written as it is. */
const bare = (inline: Inline): Inline => {
  if (inline.t !== "text" || inline.marks.link === undefined || inline.text !== inline.marks.link || !/^https?:\/\/[\w./~%?=&#:+-]*[\w/]$/.test(inline.text)) return inline;
  const { link: _link, ...marks } = inline.marks;
  return { t: "text", text: inline.text, marks: { ...marks, link: BARE } };
};
const BARE = "\u0003";

const printInlines = (inlines: readonly Inline[], out: Out): string => {
  const wrap = wrapFor(out.style, out.asHtml);
  const shown = printRuns(inlines.map(bare), (name, value) => (name === "link" && value === BARE ? { open: BARE, close: BARE } : wrap(name, value)), (inline) => (inline.t === "text" && inline.marks.link === BARE && inline.marks.code !== true ? inline.text : leaf(inline, out)));
  return shown.replaceAll(BARE, "");
};

const printLines = (inlines: readonly Inline[], out: Out): string => printInlines(inlines, out).split("\n").map(guardLine).join("\n");

const printCode = (text: string, language: string): string => {
  // The older Markdown ends a fence at any three of its signs.
  const sign = longest(text, "`") > 2 && longest(text, "~") < 3 ? "~" : "`";
  const fence = sign.repeat(Math.max(3, longest(text, sign) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
};

const indent = (lines: string, by: string): string => lines.split("\n").map((line) => (line === "" ? "" : by + line)).join("\n");

const printItem = (item: readonly Block[], marker: string, out: Out): string => {
  const inside = item.map((block, index) => `${index === 0 ? "" : block.t === "list" && item[index - 1]?.t === "paragraph" ? "\n" : "\n\n"}${printOne(block, out)}`).join("");
  // The older Markdown takes four blanks for the inside of an item, whatever its sign.
  const begin = out.style.html ? `${marker} ` : marker.padEnd(4);
  return `${begin}${indent(inside, " ".repeat(begin.length)).trimStart()}`;
};

const isSimple = (cell: Cell): boolean => cell.colspan === 1 && cell.rowspan === 1 && (cell.blocks.length === 0 || (cell.blocks.length === 1 && cell.blocks[0]?.t === "paragraph"));

const printCell = (cell: Cell, out: Out): string => {
  const [block] = cell.blocks;
  return block?.t === "paragraph" ? printInlines(block.inlines, { ...out, inTable: true }).replaceAll("\n", " ") : "";
};

/** One head row, then plain rows of the same width; everything else is HTML. */
const printTable = (rows: readonly (readonly Cell[])[], out: Out): string => {
  const [head = []] = rows;
  const width = Math.max(...rows.map((row) => row.length));
  const line = (cells: readonly string[]): string => `| ${Array.from({ length: width }, (_, index) => cells[index] ?? "").join(" | ")} |`;
  const isPlain = rows.every((row, index) => row.length === width && row.every((cell) => isSimple(cell) && cell.header === (index === 0)));
  if (out.style.html && !isPlain) return asHtml({ t: "table", rows });
  return [line(head.map((cell) => printCell(cell, out))), line(head.map(() => "---")), ...rows.slice(1).map((row) => line(row.map((cell) => printCell(cell, out))))].join("\n");
};

/** HTML as a block ends at a blank line; only <pre> may hold one. Underlining has another name there. */
export const asHtml = (block: Block): string => printHtml(block).replaceAll("<u>", "<ins>").replaceAll("</u>", "</ins>").replace(/\n(?=\n)/g, "&#10;").replaceAll("\n", "&#10;");

const printOne = (block: Block, out: Out): string => {
  switch (block.t) {
    case "paragraph":
      return printLines(block.inlines, out);
    case "heading":
      return `${"#".repeat(block.level)} ${printInlines(block.inlines, { ...out, inTable: true }).replace(/(#+)$/, "\\$1")}`;
    case "list":
      return block.items.map((item, index) => printItem(item, block.ordered ? `${index + 1}.` : "-", out)).join(block.items.some((item) => item.length > 1 && item.some((inner) => inner.t !== "list" && inner !== item[0])) ? "\n\n" : "\n");
    case "table":
      return printTable(block.rows, out);
    case "code":
      return printCode(block.text, block.language);
    case "quote":
      return block.blocks.map((inner) => printOne(inner, out)).join("\n\n").split("\n").map((line) => (line === "" ? ">" : `> ${line}`)).join("\n");
    case "rule":
      return "---";
    case "panel":
      return "";
  }
};

/** A block with Markdown's signs, or with tags in place of the signs for marks. */
export const printMarkdownBlock = (block: Block, style: Style, { asTags, addresses }: Way): string => printOne(block, { style, asHtml: asTags, addresses, inTable: false });

