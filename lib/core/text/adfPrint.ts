// Tree → ADF, valid against the schema published in @atlaskit/adf-schema (json-schema/v1/full.json). Pure.

import { isAbsolute } from "./address.ts";
import { type Block, type Cell, type Doc, type Inline, MARK_NAMES, type Marks, paragraph } from "./node.ts";
import { type Capabilities, reduceDoc } from "./reduce.ts";

export interface AdfNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly AdfNode[];
  readonly marks?: readonly AdfNode[];
  readonly text?: string;
}

/** A file that the item already shows, as its own ADF names it. */
export interface Media {
  readonly id: string;
  readonly collection: string;
}

/** What printing knows and counts on its way. */
interface Out {
  readonly lost: string[];
  readonly media: (name: string) => Media | undefined;
}

const CAN: Capabilities = {
  marks: MARK_NAMES,
  chips: ["emoji", "date", "status"],
  mentions: true,
  blocks: {
    text: ["heading", "list", "table", "code", "quote", "panel", "rule"],
    "list item": ["list", "code"],
    "table cell": ["heading", "list", "code", "quote", "panel", "rule"],
    quote: ["list", "code"],
    panel: ["heading", "list", "code", "rule"],
  },
  joined: [],
  columnSpans: true,
  rowSpans: true,
  listsLast: false,
};

const MARKS: Readonly<Record<keyof Marks, (value: string) => AdfNode>> = {
  link: (href) => ({ type: "link", attrs: { href } }),
  colour: (color) => ({ type: "textColor", attrs: { color } }),
  background: (color) => ({ type: "backgroundColor", attrs: { color } }),
  strong: () => ({ type: "strong" }),
  em: () => ({ type: "em" }),
  underline: () => ({ type: "underline" }),
  strike: () => ({ type: "strike" }),
  sub: () => ({ type: "subsup", attrs: { type: "sub" } }),
  sup: () => ({ type: "subsup", attrs: { type: "sup" } }),
  code: () => ({ type: "code" }),
};

const marksOf = (marks: Marks, out: Out): readonly AdfNode[] =>
  MARK_NAMES.flatMap((name) => {
    const value = marks[name];
    if (value === undefined) return [];
    // The schema allows code together with link only.
    if (marks.code === true && name !== "code" && name !== "link") {
      out.lost.push("formatting of inline code");
      return [];
    }
    return [MARKS[name](String(value))];
  });

const textNode = (value: string, marks: readonly AdfNode[]): AdfNode => ({ type: "text", text: value, ...(marks.length === 0 ? {} : { marks }) });

const printInline = (inline: Inline, out: Out): AdfNode => {
  switch (inline.t) {
    case "text":
      return textNode(inline.text, marksOf(inline.marks, out));
    case "break":
      return { type: "hardBreak" };
    case "mention":
      return { type: "mention", attrs: { id: inline.id, text: `@${inline.name}` } };
    case "image":
      return textNode(`[${inline.alt || inline.src}]`, marksOf(inline.link === undefined ? {} : { link: inline.link }, out));
    case "chip": {
      if (inline.kind === "emoji") return { type: "emoji", attrs: { shortName: inline.value, text: inline.text } };
      if (inline.kind === "status") return { type: "status", attrs: { text: inline.text, color: inline.value } };
      const timestamp = Date.parse(`${inline.value}T00:00:00Z`);
      return Number.isNaN(timestamp) ? textNode(inline.text, []) : { type: "date", attrs: { timestamp: String(timestamp) } };
    }
  }
};

const imageBlock = (image: Inline & { t: "image" }, out: Out): AdfNode | undefined => {
  const file = out.media(image.src);
  if (file === undefined && !isAbsolute(image.src)) return undefined;
  const attrs = file === undefined ? { type: "external", url: image.src, ...(image.alt === "" ? {} : { alt: image.alt }) } : { type: "file", id: file.id, collection: file.collection, alt: image.src };
  return { type: "mediaSingle", attrs: { layout: "center" }, content: [{ type: "media", attrs, ...(image.link === undefined ? {} : { marks: [MARKS.link(image.link)] }) }] };
};

/** Images are blocks in ADF: a paragraph is parted around those that can be shown. */
const printParagraph = (inlines: readonly Inline[], out: Out): readonly AdfNode[] => {
  const nodes: AdfNode[] = [];
  let run: Inline[] = [];
  const flush = (): void => {
    const [block] = run.length === 0 ? [] : reduceDoc([paragraph(run)], CAN, []);
    if (block?.t === "paragraph") nodes.push({ type: "paragraph", content: block.inlines.map((inline) => printInline(inline, out)) });
    run = [];
  };
  for (const inline of inlines) {
    const image = inline.t === "image" ? imageBlock(inline, out) : undefined;
    if (image === undefined) {
      if (inline.t === "image") out.lost.push("image");
      run.push(inline);
      continue;
    }
    flush();
    nodes.push(image);
  }
  flush();
  return nodes;
};

const headingInlines = (inlines: readonly Inline[], out: Out): readonly AdfNode[] =>
  inlines.map((inline) => {
    if (inline.t === "image") out.lost.push("image in a heading");
    return printInline(inline, out);
  });

const EMPTY: AdfNode = { type: "paragraph", content: [] };

const printBlocks = (blocks: readonly Block[], out: Out): readonly AdfNode[] => blocks.flatMap((block) => printBlock(block, out));

/** Containers of ADF must not be empty. */
const filled = (blocks: readonly Block[], out: Out): readonly AdfNode[] => {
  const nodes = printBlocks(blocks, out);
  return nodes.length === 0 ? [EMPTY] : nodes;
};

const printItem = (item: readonly Block[], out: Out): AdfNode => {
  const content = filled(item, out);
  // Jira wants something to stand beside the bullet before an inner list.
  const first = content[0]?.type ?? "";
  return { type: "listItem", content: first.endsWith("List") ? [EMPTY, ...content] : content };
};

const printCell = (cell: Cell, out: Out): AdfNode => ({
  type: cell.header ? "tableHeader" : "tableCell",
  attrs: { ...(cell.colspan > 1 ? { colspan: cell.colspan } : {}), ...(cell.rowspan > 1 ? { rowspan: cell.rowspan } : {}) },
  content: filled(cell.blocks, out),
});

const printBlock = (block: Block, out: Out): readonly AdfNode[] => {
  switch (block.t) {
    case "paragraph":
      return printParagraph(block.inlines, out);
    case "heading":
      return [{ type: "heading", attrs: { level: block.level }, content: headingInlines(block.inlines, out) }];
    case "list":
      return [{ type: block.ordered ? "orderedList" : "bulletList", content: block.items.map((item) => printItem(item, out)) }];
    case "table":
      return [{ type: "table", attrs: { isNumberColumnEnabled: false, layout: "default" }, content: block.rows.map((row) => ({ type: "tableRow", content: row.map((cell) => printCell(cell, out)) })) }];
    case "code":
      return [{ type: "codeBlock", attrs: block.language === "" ? {} : { language: block.language }, content: [textNode(block.text, [])] }];
    case "quote":
      return [{ type: "blockquote", content: filled(block.blocks, out) }];
    case "panel":
      return [{ type: "panel", attrs: { panelType: block.kind }, content: filled(block.blocks, out) }];
    case "rule":
      return [{ type: "rule" }];
  }
};

/** The content of an ADF document. */
export const printAdf = (doc: Doc, lost: string[], media: Out["media"] = () => undefined): readonly AdfNode[] => printBlocks(reduceDoc(doc, CAN, lost), { lost, media });
