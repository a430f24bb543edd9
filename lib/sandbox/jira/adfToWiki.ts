// ADF written as wiki markup: what the Cloud flavour answers on version 2, and what its change log shows.

import type { AdfMark, AdfNode } from "./model.ts";

/** Escapes only where a sign would act: before a word at a boundary, or as a bracket. */
const escapeText = (text: string): string => text.replace(/([{}[\]|\\])/g, "\\$1").replace(/(^|[\s(])([*_+^~?-])(?=\S)/g, "$1\\$2").replace(/^(#|\*|-|h[1-6]\.|bq\.)(?=\s)/gm, "\\$1");

const WRAPS: Readonly<Record<string, string>> = { strong: "*", em: "_", underline: "+", strike: "-" };

const wrap = (text: string, mark: string): string => {
  const [, lead = "", core = "", tail = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  return core === "" ? text : `${lead}${mark}${core}${mark}${tail}`;
};

const marked = (text: string, marks: readonly AdfMark[]): string => {
  let out = marks.some((mark) => mark.type === "code") ? `{{${text.replace(/([{}])/g, "\\$1")}}}` : escapeText(text);
  for (const mark of marks) {
    const sign = WRAPS[mark.type];
    if (sign) out = wrap(out, sign);
    else if (mark.type === "subsup") out = wrap(out, mark.attrs?.["type"] === "sub" ? "~" : "^");
    else if (mark.type === "textColor") out = `{color:${String(mark.attrs?.["color"])}}${out}{color}`;
  }
  const link = marks.find((mark) => mark.type === "link");
  return link ? `[${out}|${String(link.attrs?.["href"])}]` : out;
};

const attr = (node: AdfNode, name: string): string => String(node.attrs?.[name] ?? "");

const inlineNode = (node: AdfNode): string => {
  switch (node.type) {
    case "text": return marked(node.text ?? "", node.marks ?? []);
    case "hardBreak": return "\n";
    case "mention": return `[~accountid:${attr(node, "id")}]`;
    case "emoji": return attr(node, "text") || attr(node, "shortName");
    case "date": return dayOf(attr(node, "timestamp"));
    case "status": return `*[ ${attr(node, "text").toUpperCase()} ]*`;
    case "inlineCard": return `[${attr(node, "url")}|${attr(node, "url")}|smart-link]`;
    case "mediaInline": return `[^${attr(node, "alt") || attr(node, "id")}]`;
    default: return attr(node, "text");
  }
};

const without = (node: AdfNode, type: string): AdfNode => ({ ...node, marks: (node.marks ?? []).filter((mark) => mark.type !== type) });

/** Neighbours that share a mark are wrapped together: `*bold _and it_*`. */
const run = (nodes: readonly AdfNode[], at: number): { readonly text: string; readonly end: number } | null => {
  const shared = nodes[at]?.marks?.find((mark) => WRAPS[mark.type])?.type;
  if (shared === undefined || nodes[at]?.type !== "text") return null;
  let end = at;
  while (nodes[end]?.type === "text" && nodes[end]?.marks?.some((mark) => mark.type === shared)) end += 1;
  return end - at < 2 ? null : { text: wrap(inline(nodes.slice(at, end).map((node) => without(node, shared))), WRAPS[shared] ?? ""), end };
};

const inline = (nodes: readonly AdfNode[] = []): string => {
  let out = "";
  for (let at = 0; at < nodes.length; ) {
    const node = nodes[at] as AdfNode;
    const group = run(nodes, at);
    const piece = group?.text ?? inlineNode(node);
    // Markup next to letters needs braces (sheet §22.3).
    const sign = piece[0] ?? "";
    const marked = /^[*_+~^-]/.test(piece) && Boolean(node.marks?.length) && piece.at(-1) === sign;
    const touching = /[\p{L}\p{N}]$/u.test(out) || /^[\p{L}\p{N}]/u.test(nodes[group?.end ?? at + 1]?.text ?? "");
    out += marked && touching ? `{${sign}}${piece.slice(1, -1)}{${sign}}` : piece;
    at = group?.end ?? at + 1;
  }
  return out;
};

/** The schema takes any text for a moment; one that is none is shown as it stands. */
export const dayOf = (timestamp: string): string => {
  const at = new Date(Number(timestamp));
  return Number.isNaN(at.getTime()) ? timestamp : at.toISOString().slice(0, 10);
};

const media = (node: AdfNode): string => {
  const name = node.attrs?.["type"] === "external" ? attr(node, "url") : attr(node, "alt") || attr(node, "id");
  const width = node.attrs?.["width"];
  return width === undefined ? `!${name}!` : `!${name}|width=${String(width)}!`;
};

const listLines = (node: AdfNode, prefix: string): readonly string[] => {
  const sign = prefix + (node.type === "orderedList" ? "#" : "*");
  const lines: string[] = [];
  for (const item of node.content ?? []) {
    if (item.type === "taskItem") lines.push(`${sign} ${item.attrs?.["state"] === "DONE" ? "(/)" : "( )"} ${inline(item.content)}`);
    else if (item.type === "decisionItem") lines.push(`${sign} ${inline(item.content)}`);
    else if (item.type === "taskList") lines.push(...listLines(item, sign));
    let first = true;
    for (const block of item.type === "listItem" ? item.content ?? [] : []) {
      if (block.type === "bulletList" || block.type === "orderedList" || block.type === "taskList") lines.push(...listLines(block, sign));
      else {
        lines.push(first ? `${sign} ${blockText(block)}` : blockText(block));
        first = false;
      }
    }
  }
  return lines;
};

const cellText = (node: AdfNode): string => (node.content ?? []).map(blockText).join("\n").replace(/\n{2,}/g, "\n") || " ";

const tableRow = (row: AdfNode): string => {
  let out = "";
  let last = "|";
  for (const cell of row.content ?? []) {
    last = cell.type === "tableHeader" ? "||" : "|";
    out += last + cellText(cell);
  }
  return out + last;
};

const panelWiki = (node: AdfNode): string => {
  const names: Readonly<Record<string, string>> = { info: "info", note: "note", tip: "tip", success: "tip", warning: "note", error: "warning" };
  const name = names[attr(node, "panelType")] ?? "panel";
  return `{${name}}\n${blocks(node.content)}\n{${name}}`;
};

const codeWiki = (node: AdfNode): string => {
  const words = (node.content ?? []).map((child) => child.text ?? "").join("");
  const language = attr(node, "language");
  return language ? `{code:${language}}\n${words}\n{code}` : `{noformat}\n${words}\n{noformat}`;
};

const blockText = (node: AdfNode): string => {
  switch (node.type) {
    case "paragraph": return inline(node.content);
    case "heading": return `h${attr(node, "level")}. ${inline(node.content)}`;
    case "bulletList": case "orderedList": case "taskList": case "decisionList": return listLines(node, "").join("\n");
    case "blockquote": return `{quote}\n${blocks(node.content)}\n{quote}`;
    case "codeBlock": return codeWiki(node);
    case "rule": return "----";
    case "panel": return panelWiki(node);
    case "table": return (node.content ?? []).map(tableRow).join("\n");
    case "mediaSingle": case "mediaGroup": return (node.content ?? []).map((child) => (child.type === "media" ? media(child) : inline(child.content))).join("\n");
    case "blockCard": case "embedCard": return `[${attr(node, "url")}]`;
    case "expand": case "nestedExpand": return [attr(node, "title") ? `*${attr(node, "title")}*` : "", blocks(node.content)].filter((part) => part !== "").join("\n\n");
    default: return node.content ? blocks(node.content) : "";
  }
};

const blocks = (nodes: readonly AdfNode[] | undefined): string => (nodes ?? []).map(blockText).join("\n\n");

export const adfToWiki = (doc: AdfNode): string => blocks(doc.content);
