// ADF → blocks. Node names after the Jira sheet, section 22.2; any JSON is accepted, unknown nodes give their text. Pure.

import { isObject } from "../isObject.ts";
import { type Block, type Cell, type Inline, type Marks, type OpenMarks, PANELS, type PanelKind, paragraph, text } from "./node.ts";

interface Node {
  readonly type: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly content: readonly unknown[];
  readonly marks: readonly unknown[];
  readonly text: string;
}

/** Deeper than any document that Jira accepts; below it only the words are read. */
const MOST_DEEP = 120;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const string = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");

const nodeOf = (value: unknown): Node | undefined => {
  if (!isObject(value)) return undefined;
  const { type, attrs, content, marks } = value;
  return { type: string(type), attrs: isObject(attrs) ? attrs : {}, content: list(content), marks: list(marks), text: string(value["text"]) };
};

const nodesOf = (values: readonly unknown[]): readonly Node[] => values.map(nodeOf).filter((node) => node !== undefined);

const MARKS: Readonly<Record<string, (marks: OpenMarks, attrs: Node["attrs"]) => void>> = {
  strong: (marks) => void (marks.strong = true),
  em: (marks) => void (marks.em = true),
  underline: (marks) => void (marks.underline = true),
  strike: (marks) => void (marks.strike = true),
  code: (marks) => void (marks.code = true),
  subsup: (marks, attrs) => void (marks[attrs["type"] === "sub" ? "sub" : "sup"] = true),
  textColor: (marks, attrs) => void (marks.colour = string(attrs["color"])),
  backgroundColor: (marks, attrs) => void (marks.background = string(attrs["color"])),
  link: (marks, attrs) => void (marks.link = string(attrs["href"])),
};
// Comment anchors, alignment and the like say nothing about the words.
const SILENT_MARKS = new Set(["annotation", "alignment", "indentation", "breakout", "dataConsumer", "fragment", "border", "fontSize", "typeAheadQuery", "unsupportedMark"]);

const marksOf = (node: Node, lost: string[]): Marks => {
  const marks: OpenMarks = {};
  for (const mark of nodesOf(node.marks)) {
    if (Object.hasOwn(MARKS, mark.type)) MARKS[mark.type]?.(marks, mark.attrs);
    else if (!SILENT_MARKS.has(mark.type)) lost.push(`ADF mark ${mark.type}`);
  }
  return marks;
};

const dateOf = (attrs: Node["attrs"]): Inline => {
  const date = new Date(Number(string(attrs["timestamp"])));
  const iso = Number.isNaN(date.getTime()) || string(attrs["timestamp"]) === "" ? "" : date.toISOString().slice(0, 10);
  return { t: "chip", kind: "date", value: iso, text: iso || string(attrs["timestamp"]) };
};

const imageOf = (node: Node, lost: string[]): Inline => {
  const { attrs } = node;
  const link = marksOf(node, lost).link;
  const alt = string(attrs["alt"]);
  const src = attrs["type"] === "external" ? string(attrs["url"]) : alt || string(attrs["id"]);
  return { t: "image", src, alt, ...(link === undefined ? {} : { link }) };
};

const cardOf = (attrs: Node["attrs"]): Inline => {
  const data = isObject(attrs["data"]) ? attrs["data"] : {};
  const address = string(attrs["url"]) || string(data["url"]);
  return text(string(data["name"]) || address, address === "" ? {} : { link: address });
};

const INLINES: Readonly<Record<string, (node: Node, lost: string[]) => Inline>> = {
  text: (node, lost) => text(node.text, marksOf(node, lost)),
  hardBreak: () => ({ t: "break" }),
  mention: ({ attrs }) => ({ t: "mention", id: string(attrs["id"]), name: string(attrs["text"]) }),
  emoji: ({ attrs }) => ({ t: "chip", kind: "emoji", value: string(attrs["shortName"]), text: string(attrs["text"]) || string(attrs["shortName"]) }),
  date: ({ attrs }) => dateOf(attrs),
  status: ({ attrs }) => ({ t: "chip", kind: "status", value: string(attrs["color"]) || "neutral", text: string(attrs["text"]) }),
  inlineCard: ({ attrs }) => cardOf(attrs),
  mediaInline: imageOf,
  media: imageOf,
  placeholder: ({ attrs }) => text(string(attrs["text"])),
};

/** All words below a value, in order, without recursion. */
const wordsOf = (value: unknown): string => {
  const words: string[] = [];
  const stack: unknown[] = [value];
  while (stack.length > 0) {
    const node = nodeOf(stack.pop());
    if (node === undefined) continue;
    if (node.text !== "") words.push(node.text);
    for (const child of node.content.toReversed()) stack.push(child);
  }
  return words.join(" ");
};

/** What an unknown node says of itself: its words, else its name in brackets. */
const unknown = (node: Node, lost: string[]): Inline => {
  lost.push(`ADF ${node.type || "node without type"}`);
  const shown = node.text || string(node.attrs["text"]) || string(node.attrs["title"]) || string(node.attrs["extensionTitle"]) || string(node.attrs["url"]);
  return text(shown !== "" ? shown : `[${node.type || "?"}${string(node.attrs["extensionKey"]) === "" ? "" : ` ${string(node.attrs["extensionKey"])}`}]`);
};

const isInline = (node: Node): boolean => Object.hasOwn(INLINES, node.type) || node.type.startsWith("inline") || (node.text !== "" && node.content.length === 0);

const readInline = (node: Node, lost: string[]): Inline => (Object.hasOwn(INLINES, node.type) ? INLINES[node.type]?.(node, lost) : undefined) ?? unknown(node, lost);

/** Line ends inside a text node are shown as line ends. */
const splitLines = (inline: Inline): readonly Inline[] => {
  if (inline.t !== "text" || !inline.text.includes("\n")) return [inline];
  return inline.text.split(/\r?\n/).flatMap((line, index): Inline[] => (index === 0 ? [{ ...inline, text: line }] : [{ t: "break" }, { ...inline, text: line }]));
};

const readInlines = (nodes: readonly Node[], lost: string[]): readonly Inline[] =>
  nodes.flatMap((node) => {
    if (isInline(node) || node.content.length === 0) return splitLines(readInline(node, lost));
    lost.push(`ADF ${node.type || "node without type"}`);
    return [text(wordsOf({ content: node.content }))];
  });

const strong = (title: string): readonly Block[] => (title === "" ? [] : [paragraph([text(title, { strong: true })])]);

const readCell = (node: Node, lost: string[], depth: number): Cell => ({
  header: node.type === "tableHeader",
  colspan: Number(node.attrs["colspan"]) || 1,
  rowspan: Number(node.attrs["rowspan"]) || 1,
  blocks: readBlocks(node.content, lost, depth),
});

/** Task and decision lists: their state is shown as Markdown shows it. */
const readTasks = (node: Node, lost: string[], depth: number): Block => ({
  t: "list",
  ordered: false,
  items: nodesOf(node.content).map((item) => {
    if (item.type.endsWith("List")) return [readTasks(item, lost, depth + 1)];
    lost.push(`ADF ${item.type}`);
    const state = item.type !== "taskItem" && item.type !== "blockTaskItem" ? "" : item.attrs["state"] === "DONE" ? "[x] " : "[ ] ";
    const [first, ...rest] = readBlocks(item.content, lost, depth + 1);
    return first?.t === "paragraph" ? [paragraph([text(state), ...first.inlines]), ...rest] : [paragraph([text(state)]), ...(first === undefined ? [] : [first]), ...rest];
  }),
});

const panelKind = (attrs: Node["attrs"], lost: string[]): PanelKind => {
  const kind = PANELS.find((name) => name === attrs["panelType"]);
  if (kind === undefined) lost.push("custom panel");
  return kind ?? "info";
};

type BlockReader = (node: Node, lost: string[], depth: number) => readonly Block[];

const itemsOf: (ordered: boolean) => BlockReader = (ordered) => (node, lost, depth) => [{ t: "list", ordered, items: nodesOf(node.content).map((item) => (item.type === "listItem" ? readBlocks(item.content, lost, depth) : readBlocks([item], lost, depth))) }];

const framed: BlockReader = (node, lost, depth) => {
  lost.push(`ADF ${node.type}`);
  return [...strong(string(node.attrs["title"])), ...readBlocks(node.content, lost, depth)];
};

const BLOCKS: Readonly<Record<string, BlockReader>> = {
  doc: (node, lost, depth) => readBlocks(node.content, lost, depth),
  paragraph: (node, lost) => [paragraph(readInlines(nodesOf(node.content), lost))],
  heading: (node, lost) => [{ t: "heading", level: Number(node.attrs["level"]) || 1, inlines: readInlines(nodesOf(node.content), lost) }],
  bulletList: itemsOf(false),
  orderedList: itemsOf(true),
  taskList: (node, lost, depth) => [readTasks(node, lost, depth)],
  decisionList: (node, lost, depth) => [readTasks(node, lost, depth)],
  blockquote: (node, lost, depth) => [{ t: "quote", blocks: readBlocks(node.content, lost, depth) }],
  panel: (node, lost, depth) => [{ t: "panel", kind: panelKind(node.attrs, lost), blocks: readBlocks(node.content, lost, depth) }],
  codeBlock: (node) => [{ t: "code", language: string(node.attrs["language"]), text: nodesOf(node.content).map((child) => child.text).join("") }],
  rule: () => [{ t: "rule" }],
  table: (node, lost, depth) => [{ t: "table", rows: nodesOf(node.content).map((row) => nodesOf(row.content).map((cell) => readCell(cell, lost, depth))) }],
  mediaSingle: (node, lost, depth) => readBlocks(node.content, lost, depth),
  mediaGroup: (node, lost, depth) => readBlocks(node.content, lost, depth),
  caption: (node, lost) => [paragraph(readInlines(nodesOf(node.content), lost))],
  blockCard: (node) => [paragraph([cardOf(node.attrs)])],
  embedCard: (node) => [paragraph([cardOf(node.attrs)])],
  expand: framed,
  nestedExpand: framed,
  layoutSection: framed,
  layoutColumn: framed,
  bodiedExtension: framed,
  bodiedSyncBlock: framed,
};

const readBlocks = (values: readonly unknown[], lost: string[], depth: number): readonly Block[] => {
  const nodes = nodesOf(values);
  if (depth > MOST_DEEP) {
    lost.push("ADF nested too deep");
    return [paragraph([text(wordsOf({ content: values }))])];
  }
  const blocks: Block[] = [];
  let loose: Node[] = [];
  const flush = (): void => {
    if (loose.length > 0) blocks.push(paragraph(readInlines(loose, lost)));
    loose = [];
  };
  for (const node of nodes) {
    const reader = Object.hasOwn(BLOCKS, node.type) ? BLOCKS[node.type] : undefined;
    if (reader === undefined && (isInline(node) || node.content.length === 0)) {
      loose.push(node);
      continue;
    }
    flush();
    blocks.push(...(reader ?? framed)(node, lost, depth + 1));
  }
  flush();
  return blocks;
};

/** Blocks of any JSON value; a string is taken as plain text (older Jira fields), not yet tidy. */
export const readAdf = (adf: unknown, lost: string[]): readonly Block[] => {
  if (typeof adf === "string") return adf.split(/\n{2,}/).map((part) => paragraph(splitLines(text(part))));
  return readBlocks(Array.isArray(adf) ? adf : [adf], lost, 0);
};
