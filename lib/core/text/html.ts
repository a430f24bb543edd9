// Any HTML → tree → normal form. Parsed by parse5 as a browser would, reduced to the closed list: scripts, styles,
// handlers and unknown addresses are gone, their readable text stays. Never throws for any input.

import { type DefaultTreeAdapterMap, parseFragment } from "parse5";
import { type Block, type Cell, type Doc, type Inline, type Marks, PANELS, type PanelKind, tidyBlocks } from "./node.ts";
import { printNormal } from "./printHtml.ts";

type Node = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

const DROPPED = new Set(["script", "style", "head", "title", "template", "noscript", "iframe", "object", "embed", "svg", "math", "select", "textarea", "meta", "link"]);
const CONTAINERS = new Set(["div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center", "form", "fieldset", "figure", "figcaption", "details", "summary", "html", "body", "dl", "dt", "dd"]);
const MAX_DEPTH = 60;

const isElement = (node: Node): node is Element => "tagName" in node;
const attr = (element: Element, name: string): string | undefined => element.attrs.find((candidate) => candidate.name === name)?.value;

/** Addresses that cannot run anything. Relative ones are kept: they name attachments. */
export const safeAddress = (text: string): string | undefined => {
  const address = text.replace(/[\u0000-\u0020]+/g, (match) => (match.includes("\n") || match.includes("\t") ? "" : match)).trim();
  if (address === "") return undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  return scheme === undefined || ["http", "https", "mailto", "ftp", "tel"].includes(scheme) ? address : undefined;
};

const NAMED: Readonly<Record<string, string>> = { red: "#ff0000", green: "#008000", blue: "#0000ff", black: "#000000", white: "#ffffff", gray: "#808080", grey: "#808080", orange: "#ffa500", yellow: "#ffff00", purple: "#800080", navy: "#000080", maroon: "#800000" };

/** #rrggbb in lower case, or nothing. */
export const colourOf = (text: string): string | undefined => {
  const value = text.trim().toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(value)) return value;
  if (/^#[0-9a-f]{3}$/.test(value)) return `#${[...value.slice(1)].map((digit) => digit + digit).join("")}`;
  const rgb = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(value);
  if (rgb !== null) return `#${rgb.slice(1).map((part) => Math.min(Number(part), 255).toString(16).padStart(2, "0")).join("")}`;
  return Object.hasOwn(NAMED, value) ? NAMED[value] : undefined;
};

const styled = (element: Element, marks: Marks): Marks => {
  const result: { -readonly [K in keyof Marks]: Marks[K] } = { ...marks };
  for (const part of (attr(element, "style") ?? "").split(";")) {
    const [name, value = ""] = part.split(":").map((text) => text.trim().toLowerCase());
    const colour = name === "color" ? colourOf(value) : undefined;
    if (colour !== undefined) result.colour = colour;
    if (name === "font-weight" && (value === "bold" || Number(value) >= 600)) result.strong = true;
    if (name === "font-style" && value === "italic") result.em = true;
    if (name?.startsWith("text-decoration") && value.includes("line-through")) result.strike = true;
    if (name?.startsWith("text-decoration") && value.includes("underline")) result.underline = true;
  }
  return result;
};

const MARK_OF: Readonly<Record<string, Marks>> = {
  b: { strong: true },
  strong: { strong: true },
  i: { em: true },
  em: { em: true },
  cite: { em: true },
  u: { underline: true },
  ins: { underline: true },
  s: { strike: true },
  del: { strike: true },
  strike: { strike: true },
  sub: { sub: true },
  sup: { sup: true },
  code: { code: true },
  tt: { code: true },
  kbd: { code: true },
  samp: { code: true },
};

/** Builds blocks while walking: loose inline content gathers into paragraphs. */
class Builder {
  readonly blocks: Block[] = [];
  #loose: Inline[] = [];
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
  end(): readonly Block[] {
    this.flush();
    return this.blocks;
  }
}

const plain = (node: Node): string => {
  if (node.nodeName === "#text") return (node as DefaultTreeAdapterMap["textNode"]).value;
  if (node.nodeName === "br") return "\n";
  return "childNodes" in node ? node.childNodes.map(plain).join("") : "";
};

const inside = (element: Element, marks: Marks, depth: number): readonly Block[] => {
  const builder = new Builder();
  for (const child of element.childNodes) walk(child, builder, marks, depth + 1);
  return builder.end();
};

/** Inline content only: blocks met on the way are joined by breaks. */
const inlinesOf = (element: Element, marks: Marks, depth: number): readonly Inline[] => {
  const inlines: Inline[] = [];
  for (const block of inside(element, marks, depth)) {
    if (inlines.length > 0) inlines.push({ t: "break" });
    if (block.t === "paragraph" || block.t === "heading") inlines.push(...block.inlines);
    else inlines.push({ t: "text", text: plainOfBlock(block), marks: {} });
  }
  return inlines;
};

const plainOfBlock = (block: Block): string => {
  if (block.t === "code") return block.text;
  if (block.t === "list") return block.items.flatMap((item) => item.map(plainOfBlock)).join(" ");
  if (block.t === "table") return block.rows.flatMap((row) => row.flatMap((cell) => cell.blocks.map(plainOfBlock))).join(" ");
  if (block.t === "quote" || block.t === "panel") return block.blocks.map(plainOfBlock).join(" ");
  if (block.t === "rule") return "";
  return block.inlines.map((inline) => (inline.t === "text" ? inline.text : " ")).join("");
};

const listOf = (element: Element, ordered: boolean, marks: Marks, depth: number): Block => {
  const items: (readonly Block[])[] = [];
  for (const child of element.childNodes) {
    if (!isElement(child)) {
      const text = plain(child).trim();
      if (text !== "") items.push([{ t: "paragraph", inlines: [{ t: "text", text, marks }] }]);
    } else if (child.tagName === "li") items.push(inside(child, marks, depth));
    else if (child.tagName === "ul" || child.tagName === "ol") {
      // A list directly inside a list belongs to the item before it.
      const nested = listOf(child, child.tagName === "ol", marks, depth + 1);
      const last = items.pop();
      items.push([...(last ?? []), nested]);
    } else items.push(inside(child, marks, depth));
  }
  return { t: "list", ordered, items };
};

const span = (element: Element, name: string): number => {
  const value = Number(attr(element, name) ?? "1");
  return Number.isInteger(value) && value > 1 && value <= 100 ? value : 1;
};

const tableOf = (element: Element, marks: Marks, depth: number): Block => {
  const rows: Cell[][] = [];
  const visit = (node: Element): void => {
    for (const child of node.childNodes) {
      if (!isElement(child)) continue;
      if (child.tagName !== "tr") {
        if (["thead", "tbody", "tfoot"].includes(child.tagName)) visit(child);
        continue;
      }
      const cells = child.childNodes.filter((cell): cell is Element => isElement(cell) && (cell.tagName === "td" || cell.tagName === "th"));
      rows.push(cells.map((cell) => ({ header: cell.tagName === "th", colspan: span(cell, "colspan"), rowspan: span(cell, "rowspan"), blocks: inside(cell, marks, depth) })));
    }
  };
  visit(element);
  return { t: "table", rows };
};

const codeOf = (element: Element): Block => {
  const only = element.childNodes.find((child): child is Element => isElement(child) && child.tagName === "code");
  const language = /(?:^|\s)language-([\w+#.-]{1,40})/.exec(`${attr(element, "class") ?? ""} ${only === undefined ? "" : (attr(only, "class") ?? "")}`)?.[1] ?? "";
  return { t: "code", language, text: plain(element) };
};

const panelKind = (element: Element): PanelKind | undefined => {
  const name = /(?:^|\s)panel-(\w+)/.exec(attr(element, "class") ?? "")?.[1];
  return PANELS.find((kind) => kind === name);
};

const walkBlock = (element: Element, builder: Builder, marks: Marks, depth: number): boolean => {
  const tag = element.tagName;
  if (tag === "p") builder.block({ t: "paragraph", inlines: inlinesOf(element, marks, depth) });
  else if (/^h[1-6]$/.test(tag)) builder.block({ t: "heading", level: Number(tag[1]), inlines: inlinesOf(element, marks, depth) });
  else if (tag === "ul" || tag === "ol" || tag === "menu" || tag === "dir") builder.block(listOf(element, tag === "ol", marks, depth));
  else if (tag === "table") builder.block(tableOf(element, marks, depth));
  else if (tag === "pre" || tag === "listing" || tag === "xmp") builder.block(codeOf(element));
  else if (tag === "blockquote") builder.block({ t: "quote", blocks: inside(element, marks, depth) });
  else if (tag === "hr") builder.block({ t: "rule" });
  else return false;
  return true;
};

const walkInline = (element: Element, builder: Builder, marks: Marks, depth: number): void => {
  const tag = element.tagName;
  if (tag === "br") return builder.inline({ t: "break" });
  if (tag === "img") {
    const src = safeAddress(attr(element, "src") ?? "");
    if (src !== undefined) builder.inline({ t: "image", src, alt: (attr(element, "alt") ?? "").replace(/\s+/g, " ").trim() });
    return;
  }
  const person = attr(element, "data-person");
  if (tag === "span" && person !== undefined) return builder.inline({ t: "mention", id: person, name: plain(element).replace(/\s+/g, " ").trim().replace(/^@/, "") });
  const link = tag === "a" ? safeAddress(attr(element, "href") ?? "") : undefined;
  const colour = tag === "font" ? colourOf(attr(element, "color") ?? "") : undefined;
  const own = Object.hasOwn(MARK_OF, tag) ? MARK_OF[tag] : undefined;
  const merged = styled(element, { ...marks, ...own, ...(link === undefined ? {} : { link }), ...(colour === undefined ? {} : { colour }) });
  for (const child of element.childNodes) walk(child, builder, merged, depth + 1);
};

const walk = (node: Node, builder: Builder, marks: Marks, depth: number): void => {
  if (node.nodeName === "#text") {
    const { value } = node as DefaultTreeAdapterMap["textNode"];
    if (value !== "") builder.inline({ t: "text", text: value, marks });
    return;
  }
  if (!isElement(node) || DROPPED.has(node.tagName)) return;
  if (depth > MAX_DEPTH) return builder.inline({ t: "text", text: plain(node), marks });
  if (walkBlock(node, builder, marks, depth)) return;
  const panel = node.tagName === "div" ? panelKind(node) : undefined;
  if (panel !== undefined) return builder.block({ t: "panel", kind: panel, blocks: inside(node, marks, depth) });
  if (!CONTAINERS.has(node.tagName)) return walkInline(node, builder, marks, depth);
  builder.flush();
  const merged = styled(node, marks);
  for (const child of node.childNodes) walk(child, builder, merged, depth + 1);
  builder.flush();
};

/** Control characters have no place in any system's text; NUL would stop databases. */
const clean = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000e-\u001f\ufffe\uffff]/g, "");

export const parseHtml = (html: string): Doc => {
  const builder = new Builder();
  for (const child of parseFragment(clean(html)).childNodes) walk(child, builder, {}, 0);
  return tidyBlocks(builder.end());
};

/** Normal form of any HTML. */
export const fromHtml = (html: string): string => printNormal(parseHtml(html));

/** The normal form is HTML already. */
export const toHtml = (normal: string): string => normal;
