// The Atlassian Document Format as the imitation accepts it: which node may hold which, demanded attributes, rules of marks (sheet §22.2).
// Also the server's habit of normalising what it is given, and the plain text of a document.

import type { AdfMark, AdfNode } from "./model.ts";

const INLINE = ["text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard", "mediaInline", "inlineExtension", "placeholder"] as const;
const LISTS = ["bulletList", "orderedList", "taskList"] as const;
const MEDIA = ["mediaSingle", "mediaGroup"] as const;
const OPAQUE = new Set(["extension", "bodiedExtension", "inlineExtension", "multiBodiedExtension", "syncBlock", "bodiedSyncBlock"]);
const TOP = [
  "paragraph", "heading", ...LISTS, "decisionList", "blockquote", "codeBlock", "rule", "panel", "table", "expand", ...MEDIA, "blockCard", "embedCard", "extension", "bodiedExtension", "syncBlock",
] as const;
const CELL = ["paragraph", "heading", ...LISTS, "decisionList", "blockquote", "codeBlock", "rule", "panel", "nestedExpand", ...MEDIA, "blockCard", "embedCard", "extension"] as const;

interface Spec {
  readonly children: readonly string[];
  readonly least: number;
  readonly attrs?: Readonly<Record<string, (value: unknown) => boolean>>;
  readonly needs?: readonly string[];
}

const text = (value: unknown): boolean => typeof value === "string";
const filled = (value: unknown): boolean => typeof value === "string" && value !== "";
const number = (value: unknown): boolean => typeof value === "number";
const bool = (value: unknown): boolean => typeof value === "boolean";
const oneOf = (...allowed: readonly string[]) => (value: unknown): boolean => typeof value === "string" && allowed.includes(value);
const anything = (): boolean => true;

const cell: Spec = { children: CELL, least: 1, attrs: { colspan: number, rowspan: number, colwidth: Array.isArray, background: text, valign: text } };
const expandSpec: Spec = { children: [...CELL.filter((type) => type !== "nestedExpand"), "nestedExpand"], least: 1, attrs: { title: text } };
const items: Spec = { children: ["paragraph", ...LISTS, "codeBlock", "mediaSingle", "extension"], least: 1 };

const SPECS: Readonly<Record<string, Spec>> = {
  doc: { children: [...TOP, "layoutSection", "multiBodiedExtension"], least: 0 },
  paragraph: { children: INLINE, least: 0 },
  heading: { children: INLINE, least: 0, attrs: { level: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 6 }, needs: ["level"] },
  bulletList: { children: ["listItem"], least: 1 },
  orderedList: { children: ["listItem"], least: 1, attrs: { order: (value) => typeof value === "number" && value >= 0 } },
  listItem: items,
  blockquote: { children: ["paragraph", "bulletList", "orderedList", "codeBlock", ...MEDIA, "extension"], least: 1 },
  codeBlock: { children: ["text"], least: 0, attrs: { language: text, uniqueId: text } },
  rule: { children: [], least: 0 },
  panel: {
    children: ["paragraph", "heading", ...LISTS, "decisionList", "codeBlock", "rule", ...MEDIA, "blockCard", "extension"], least: 1,
    attrs: { panelType: oneOf("info", "note", "tip", "warning", "error", "success", "custom"), panelIcon: text, panelIconId: text, panelIconText: text, panelColor: text }, needs: ["panelType"],
  },
  table: { children: ["tableRow"], least: 1, attrs: { isNumberColumnEnabled: bool, layout: text, width: number, displayMode: text } },
  tableRow: { children: ["tableHeader", "tableCell"], least: 0 },
  tableHeader: cell,
  tableCell: cell,
  expand: expandSpec,
  nestedExpand: { ...expandSpec, children: expandSpec.children.filter((type) => type !== "nestedExpand") },
  mediaSingle: { children: ["media", "caption"], least: 1, attrs: { layout: text, width: number, widthType: text } },
  mediaGroup: { children: ["media"], least: 1 },
  caption: { children: INLINE, least: 0 },
  media: {
    children: [], least: 0, needs: ["type"],
    attrs: { type: oneOf("file", "link", "external"), id: filled, collection: text, url: text, alt: text, width: number, height: number, occurrenceKey: text },
  },
  mediaInline: { children: [], least: 0, attrs: { id: filled, collection: text, type: text, alt: text, width: number, height: number, occurrenceKey: text, data: anything }, needs: ["id", "collection"] },
  taskList: { children: ["taskItem", "taskList", "blockTaskItem"], least: 1, attrs: {}, needs: ["localId"] },
  taskItem: { children: INLINE, least: 0, attrs: { state: oneOf("TODO", "DONE") }, needs: ["localId", "state"] },
  decisionList: { children: ["decisionItem"], least: 1, needs: ["localId"] },
  decisionItem: { children: INLINE, least: 0, attrs: { state: text }, needs: ["localId", "state"] },
  blockCard: { children: [], least: 0, attrs: { url: text, data: anything, datasource: anything, width: number, layout: text } },
  embedCard: { children: [], least: 0, attrs: { url: text, layout: text, width: number, originalHeight: number, originalWidth: number }, needs: ["url", "layout"] },
  layoutSection: { children: ["layoutColumn"], least: 1, attrs: { columnRuleStyle: text } },
  layoutColumn: { children: [...TOP], least: 1, attrs: { width: number, valign: text }, needs: ["width"] },
  text: { children: [], least: 0 },
  hardBreak: { children: [], least: 0, attrs: { text } },
  mention: { children: [], least: 0, attrs: { id: text, text, accessLevel: text, userType: text }, needs: ["id"] },
  emoji: { children: [], least: 0, attrs: { shortName: text, id: text, text }, needs: ["shortName"] },
  date: { children: [], least: 0, attrs: { timestamp: filled }, needs: ["timestamp"] },
  status: { children: [], least: 0, attrs: { text: filled, color: oneOf("neutral", "purple", "blue", "red", "yellow", "green"), style: text }, needs: ["text", "color"] },
  inlineCard: { children: [], least: 0, attrs: { url: text, data: anything } },
  placeholder: { children: [], least: 0, attrs: { text }, needs: ["text"] },
};

const colour = (value: unknown): boolean => typeof value === "string" && /^#[0-9a-fA-F]{6}$/.test(value);
const MARKS: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  strong: {}, em: {}, underline: {}, strike: {}, code: {}, subsup: { type: oneOf("sub", "sup") }, textColor: { color: colour }, backgroundColor: { color: colour },
  link: { href: text }, annotation: { id: text },
};
const BLOCK_MARKS = new Set(["alignment", "indentation", "breakout", "border", "link", "annotation", "dataConsumer", "fragment", "fontSize"]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const badMarks = (node: AdfNode, inCode: boolean): string | null => {
  if (node.marks === undefined) return null;
  if (!Array.isArray(node.marks)) return "marks must be a list";
  const seen = new Set<string>();
  for (const mark of node.marks as readonly AdfMark[]) {
    if (!isObject(mark) || typeof mark["type"] !== "string") return "a mark needs a type";
    if (seen.has(mark.type)) return `the mark ${mark.type} stands twice`;
    seen.add(mark.type);
    if (node.type !== "text") {
      if (!BLOCK_MARKS.has(mark.type)) return `${node.type} cannot carry the mark ${mark.type}`;
      continue;
    }
    const demands = MARKS[mark.type];
    if (!demands) return `unknown mark ${mark.type}`;
    for (const [name, holds] of Object.entries(demands)) if (!holds(mark.attrs?.[name])) return `the mark ${mark.type} needs ${name}`;
  }
  if (inCode && seen.size > 0) return "text in a code block has no marks";
  if (seen.has("code") && [...seen].some((type) => type !== "code" && type !== "link" && type !== "annotation")) return "code combines only with link";
  return null;
};

const badAttrs = (node: AdfNode, spec: Spec): string | null => {
  if (node.attrs !== undefined && !isObject(node.attrs)) return "attrs must be an object";
  for (const name of spec.needs ?? []) if (node.attrs?.[name] === undefined) return `${node.type} needs the attribute ${name}`;
  for (const [name, value] of Object.entries(node.attrs ?? {})) {
    if (name === "localId") continue;
    const holds = spec.attrs?.[name];
    if (!holds) return `${node.type} has no attribute ${name}`;
    if (value !== null && value !== undefined && !holds(value)) return `${node.type}.${name} cannot be ${JSON.stringify(value)}`;
  }
  if (node.type === "media" && node.attrs?.["type"] !== "external" && (!filled(node.attrs?.["id"]) || !text(node.attrs?.["collection"]))) return "media needs id and collection";
  if (node.type === "media" && node.attrs?.["type"] === "external" && !text(node.attrs["url"])) return "media needs url";
  return null;
};

const badNode = (node: unknown, parent: string, depth: number): string | null => {
  if (!isObject(node) || typeof node["type"] !== "string") return "a node needs a type";
  if (depth > 60) return "nested too deeply";
  const own = node as unknown as AdfNode;
  if (OPAQUE.has(own.type)) return null;
  const spec = SPECS[own.type];
  if (!spec || own.type === "doc" && parent !== "") return `unknown node ${own.type}`;
  if (own.type === "text" && (typeof own.text !== "string" || own.text === "")) return "empty text";
  if (own.type !== "text" && own.text !== undefined) return `${own.type} has no text`;
  const wrong = badMarks(own, parent === "codeBlock") ?? badAttrs(own, spec);
  if (wrong) return wrong;
  if (own.content !== undefined && !Array.isArray(own.content)) return "content must be a list";
  const content = own.content ?? [];
  if (content.length < spec.least) return `${own.type} must hold something`;
  for (const child of content) {
    if (!isObject(child) || !spec.children.includes(String(child["type"])) && !(own.type !== "codeBlock" && spec.children.length > 0 && OPAQUE.has(String(child["type"])))) {
      return `${own.type} cannot hold ${isObject(child) ? String(child["type"]) : typeof child}`;
    }
    const inner = badNode(child, own.type, depth + 1);
    if (inner) return inner;
  }
  return null;
};

export const isAdf = (value: unknown): value is AdfNode => isObject(value) && value["type"] === "doc" && value["version"] === 1 && Array.isArray(value["content"]);

/** What is wrong with a document; null when it is one. */
export const adfProblem = (value: unknown): string | null => (isAdf(value) ? badNode(value, "", 0) : "not a document");

const WITH_ID = new Set(["paragraph", "heading", "bulletList", "orderedList", "listItem", "blockquote", "codeBlock", "panel", "table", "tableRow", "tableCell", "tableHeader", "rule"]);

/** Twelve hex digits made from the place of a node and what it says: repeatable, unlike the vendor's. */
const localId = (path: string): string => {
  let one = 0x811c9dc5;
  let two = 0x1b873593;
  for (const letter of path) {
    one = Math.imul(one ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    two = Math.imul(two + one, 0x85ebca6b) >>> 0;
  }
  return one.toString(16).padStart(8, "0") + (two & 0xffff).toString(16).padStart(4, "0");
};

const sameMarks = (one: AdfNode, two: AdfNode): boolean => JSON.stringify(one.marks ?? []) === JSON.stringify(two.marks ?? []);

const tidyNode = (node: AdfNode, path: string): AdfNode => {
  if (OPAQUE.has(node.type)) return node;
  const content: AdfNode[] = [];
  for (const [at, child] of (node.content ?? []).entries()) {
    const last = content.at(-1);
    if (last && child.type === "text" && last.type === "text" && sameMarks(last, child)) content[content.length - 1] = { ...last, text: (last.text ?? "") + (child.text ?? "") };
    else content.push(tidyNode(child, `${path}/${at}${child.type}`));
  }
  const attrs = WITH_ID.has(node.type) && node.attrs?.["localId"] === undefined ? { ...node.attrs, localId: localId(path) } : node.attrs;
  const kept: AdfNode = { ...node };
  return {
    ...Object.fromEntries(Object.entries(kept).filter(([name]) => name !== "content" && name !== "attrs" && name !== "marks")) as { type: string },
    ...(attrs && Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(node.marks && node.marks.length > 0 ? { marks: node.marks } : {}),
    ...(content.length > 0 || node.type === "doc" ? { content } : {}),
  };
};

/** The document as the server keeps it: adjacent text merged, empty marks dropped, local ids added (sheet §22.1). */
export const tidyAdf = (doc: AdfNode): AdfNode => tidyNode(doc, plainOf(doc).slice(0, 80));

const BLOCKS = new Set(["paragraph", "heading", "codeBlock", "rule", "tableRow", "listItem", "taskItem", "decisionItem", "caption", "blockCard", "embedCard"]);

/** The words of a document, a line per block. */
export const plainOf = (node: AdfNode): string => {
  const parts: string[] = [];
  const walk = (one: AdfNode): void => {
    if (one.type === "text") parts.push(one.text ?? "");
    else if (one.type === "hardBreak") parts.push("\n");
    else if (one.type === "mention" || one.type === "emoji" || one.type === "status") parts.push(String(one.attrs?.["text"] ?? one.attrs?.["shortName"] ?? ""));
    else if (one.type === "inlineCard" || one.type === "blockCard" || one.type === "embedCard") parts.push(String(one.attrs?.["url"] ?? ""));
    for (const child of one.content ?? []) walk(child);
    if (BLOCKS.has(one.type)) parts.push("\n");
  };
  walk(node);
  return parts.join("").replace(/\n+$/, "");
};

export const paragraphsOf = (words: string): AdfNode => ({
  type: "doc", version: 1,
  content: words.split(/\n/).map((line) => (line === "" ? { type: "paragraph" } : { type: "paragraph", content: [{ type: "text", text: line }] })),
});
