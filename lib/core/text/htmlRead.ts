// HTML nodes → blocks and inlines of the closed list. Not yet tidy; addresses and colours are checked in tidy.ts. Pure.

import { colourOf } from "./address.ts";
import { readMarks } from "./htmlMarks.ts";
import { type Block, type Cell, CHIP_VALUES, CHIPS, type Inline, type Marks, PANELS, type PanelKind, textOf } from "./node.ts";
import { attr, type Element, isElement, type Node, parseNodes, type TextNode, textInside } from "./parseHtml.ts";
import { leavesOf } from "./tidy.ts";

// Nothing a reader sees is lost with the first set; what the second set shows cannot be carried, and is counted.
const SILENT = new Set(["script", "style", "head", "title", "template", "noscript", "meta", "link", "base", "param", "source", "track", "col", "colgroup"]);
const COUNTED = new Set(["iframe", "object", "embed", "applet", "svg", "math", "select", "audio", "video", "canvas", "frameset", "frame"]);
const CONTAINERS = new Set(["div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center", "form", "fieldset", "legend", "figure", "figcaption", "details", "summary", "html", "body", "dl", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "li", "hgroup", "search"]);
const INSIDE_TABLE = new Set(["thead", "tbody", "tfoot"]);

/** Builds blocks while walking: loose inline content gathers into paragraphs. */
class Builder {
  readonly blocks: Block[] = [];
  readonly lost: string[];
  #loose: Inline[] = [];
  constructor(lost: string[]) {
    this.lost = lost;
  }
  inline(inline: Inline): void {
    this.#loose.push(inline);
  }
  flush(): void {
    if (this.#loose.length > 0) this.blocks.push({ t: "paragraph", inlines: this.#loose });
    this.#loose = [];
  }
  block(block: Block): void {
    this.flush();
    this.blocks.push(block);
  }
}

const inside = (element: Element, marks: Marks, lost: string[]): readonly Block[] => {
  const builder = new Builder(lost);
  for (const child of element.childNodes) walk(child, builder, marks);
  builder.flush();
  return builder.blocks;
};

/** Inline content only: blocks met on the way are joined by breaks. */
const inlinesOf = (element: Element, marks: Marks, lost: string[]): readonly Inline[] => {
  const inlines: Inline[] = [];
  for (const block of leavesOf(inside(element, marks, lost))) {
    if (inlines.length > 0) inlines.push({ t: "break" });
    if (block.t === "paragraph" || block.t === "heading") inlines.push(...block.inlines);
    else if (block.t === "code") inlines.push({ t: "text", text: block.text, marks: { ...marks, code: true } });
  }
  return inlines;
};

const listOf = (element: Element, ordered: boolean, marks: Marks, lost: string[]): Block => {
  const items: (readonly Block[])[] = [];
  for (const child of element.childNodes) {
    if (isElement(child) && child.tagName === "li") {
      items.push(inside(child, marks, lost));
      continue;
    }
    const builder = new Builder(lost);
    walk(child, builder, marks);
    builder.flush();
    const nested = builder.blocks.length > 0 && builder.blocks.every((block) => block.t === "list");
    // A list directly inside a list belongs to the item before it: old editors write nesting so.
    if (nested && items.length > 0) items.push([...(items.pop() ?? []), ...builder.blocks]);
    else if (builder.blocks.some((block) => block.t !== "paragraph" || textOf(block.inlines).trim() !== "")) items.push(builder.blocks);
  }
  return { t: "list", ordered, items };
};

const span = (element: Element, name: string): number => Number.parseInt(attr(element, name) ?? "1", 10) || 1;

const cellsOf = (row: Element, marks: Marks, lost: string[]): readonly Cell[] =>
  row.childNodes
    .filter((cell): cell is Element => isElement(cell) && (cell.tagName === "td" || cell.tagName === "th"))
    .map((cell) => ({ header: cell.tagName === "th", colspan: span(cell, "colspan"), rowspan: span(cell, "rowspan"), blocks: inside(cell, readMarks(cell, marks), lost) }));

/** A caption becomes a paragraph before the table. */
const walkTable = (element: Element, builder: Builder, marks: Marks): void => {
  const rows: (readonly Cell[])[] = [];
  const visit = (node: Element): void => {
    for (const child of node.childNodes) {
      if (!isElement(child)) continue;
      if (child.tagName === "tr") rows.push(cellsOf(child, marks, builder.lost));
      else if (INSIDE_TABLE.has(child.tagName)) visit(child);
      else if (child.tagName === "caption") for (const block of inside(child, marks, builder.lost)) builder.block(block);
    }
  };
  visit(element);
  builder.block({ t: "table", rows });
};

const codeOf = (element: Element): Block => {
  const only = element.childNodes.find((child): child is Element => isElement(child) && child.tagName === "code");
  const names = `${attr(element, "class") ?? ""} ${only === undefined ? "" : (attr(only, "class") ?? "")}`;
  const language = names.split(/\s+/).find((name) => name.startsWith("language-") || name.startsWith("brush:"))?.replace(/^(language-|brush:)/, "") ?? "";
  return { t: "code", language, text: textInside(element) };
};

const walkBlock = (element: Element, builder: Builder, marks: Marks): boolean => {
  const { lost } = builder;
  const tag = element.tagName;
  const own = readMarks(element, marks);
  if (tag === "p") {
    builder.flush();
    for (const block of inside(element, own, lost)) builder.block(block);
  } else if (/^h[1-6]$/.test(tag)) builder.block({ t: "heading", level: Number(tag[1]), inlines: inlinesOf(element, own, lost) });
  else if (tag === "ul" || tag === "ol" || tag === "menu" || tag === "dir") builder.block(listOf(element, tag === "ol", own, lost));
  else if (tag === "table") walkTable(element, builder, own);
  else if (tag === "pre" || tag === "listing" || tag === "xmp" || tag === "plaintext") builder.block(codeOf(element));
  else if (tag === "blockquote") builder.block({ t: "quote", blocks: inside(element, own, lost) });
  else if (tag === "hr") builder.block({ t: "rule" });
  else return false;
  return true;
};

const panelKind = (element: Element): PanelKind | undefined => {
  const names = (attr(element, "class") ?? "").split(/\s+/);
  return PANELS.find((kind) => names.includes(`panel-${kind}`));
};

/** Azure DevOps: `<a href="#" data-vss-mention="version:2.0,{guid}">@Name</a>` (work item comments, mentions). */
const mentionOf = (element: Element): Inline | undefined => {
  const azure = attr(element, "data-vss-mention")?.split(",").at(-1);
  const id = attr(element, "data-person") ?? azure;
  return id === undefined ? undefined : { t: "mention", id, name: textInside(element) };
};

// Other tools use such attributes for purposes of their own: only our own values count.
const chipOf = (element: Element): Inline | undefined => {
  for (const kind of CHIPS) {
    const value = attr(element, kind === "date" ? "datetime" : `data-${kind}`);
    if (value !== undefined && CHIP_VALUES[kind].test(value)) return { t: "chip", kind, value, text: textInside(element) };
  }
  return undefined;
};

const walkInline = (element: Element, builder: Builder, marks: Marks): void => {
  const tag = element.tagName;
  if (tag === "br") return builder.inline({ t: "break" });
  if (tag === "img") {
    const source = attr(element, "src") ?? "";
    // Pictures inside the text itself are not attachments and would fill any field.
    if (source.startsWith("data:")) builder.lost.push("image inside the text");
    return builder.inline({ t: "image", src: source, alt: attr(element, "alt") ?? "", ...(marks.link === undefined ? {} : { link: marks.link }) });
  }
  if (tag === "input") {
    if (attr(element, "type") === "checkbox") builder.inline({ t: "text", text: attr(element, "checked") === undefined ? "[ ] " : "[x] ", marks });
    return;
  }
  const atom = mentionOf(element) ?? chipOf(element);
  if (atom !== undefined) return builder.inline(atom);
  const link = tag === "a" ? attr(element, "href") : undefined;
  const colour = tag === "font" ? colourOf(attr(element, "color") ?? "") : undefined;
  const merged = readMarks(element, { ...marks, ...(link === undefined ? {} : { link }), ...(colour === undefined ? {} : { colour }) });
  for (const child of element.childNodes) walk(child, builder, merged);
};

const walk = (node: Node, builder: Builder, marks: Marks): void => {
  if (node.nodeName === "#text") {
    builder.inline({ t: "text", text: (node as TextNode).value, marks });
    return;
  }
  if (!isElement(node) || SILENT.has(node.tagName)) return;
  if (COUNTED.has(node.tagName)) {
    builder.lost.push(`HTML ${node.tagName}`);
    return;
  }
  if (walkBlock(node, builder, marks)) return;
  if (!CONTAINERS.has(node.tagName)) return walkInline(node, builder, marks);
  const panel = panelKind(node);
  if (panel !== undefined) return builder.block({ t: "panel", kind: panel, blocks: inside(node, marks, builder.lost) });
  builder.flush();
  const merged = readMarks(node, marks);
  for (const child of node.childNodes) walk(child, builder, merged);
  builder.flush();
};

/** Blocks of any HTML, not yet tidy. */
export const readHtml = (html: string, lost: string[]): readonly Block[] => {
  const { nodes, whole } = parseNodes(html);
  if (!whole) lost.push("formatting of broken HTML");
  const builder = new Builder(lost);
  for (const node of nodes) walk(node, builder, {});
  builder.flush();
  return builder.blocks;
};
