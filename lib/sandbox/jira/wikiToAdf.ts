// Wiki markup read into an ADF document, block by block: version 2 of the Cloud flavour, and what Data Center renders.

import type { AdfNode } from "./model.ts";
import { inlineNodes } from "./wikiInline.ts";

interface Cursor {
  readonly lines: string[];
  at: number;
}

const paragraph = (text: string): AdfNode => {
  const content = inlineNodes(text);
  return content.length > 0 ? { type: "paragraph", content } : { type: "paragraph" };
};

const uuid = (name: string): string => {
  let hash = 0;
  for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  const hex = hash.toString(16).padStart(8, "0");
  return `${hex}-${hex.slice(0, 4)}-4${hex.slice(1, 4)}-8${hex.slice(4, 7)}-${hex}${hex.slice(0, 4)}`;
};

const image = (line: string): AdfNode | null => {
  const found = /^!([^!|\s][^!|]*)(\|[^!]*)?!$/.exec(line.trim());
  if (!found) return null;
  const name = found[1] ?? "";
  const width = /width=(\d+)/.exec(found[2] ?? "")?.[1];
  const size = width ? { width: Number(width) } : {};
  const attrs = /^https?:/.test(name) ? { type: "external", url: name, ...size } : { type: "file", id: uuid(name), collection: "", alt: name, ...size };
  return { type: "mediaSingle", attrs: { layout: "center" }, content: [{ type: "media", attrs }] };
};

/** What stands behind a macro on its line is a line of its own. */
const putBack = (cursor: Cursor, rest: string): void => {
  if (rest.trim() !== "") cursor.lines.splice(cursor.at, 0, rest);
};

/** Everything to the closing tag, the rest of that line put back. */
const macroBody = (cursor: Cursor, name: string, rest: string): string => {
  const close = `{${name}}`;
  const lines: string[] = [];
  let line: string | undefined = rest;
  while (line !== undefined) {
    const end: number = line.indexOf(close);
    if (end >= 0) {
      lines.push(line.slice(0, end));
      putBack(cursor, line.slice(end + close.length));
      break;
    }
    lines.push(line);
    line = cursor.lines[cursor.at];
    if (line !== undefined) cursor.at += 1;
  }
  return lines.join("\n").replace(/^\n/, "").replace(/\n$/, "");
};

const PANELS: Readonly<Record<string, string>> = { info: "info", note: "note", tip: "success", warning: "error", panel: "info" };
const IN_QUOTE = new Set(["paragraph", "bulletList", "orderedList", "codeBlock", "mediaSingle"]);
const IN_PANEL = new Set(["paragraph", "heading", "bulletList", "orderedList", "codeBlock", "rule", "mediaSingle"]);

const only = (nodes: readonly AdfNode[], allowed: ReadonlySet<string>): readonly AdfNode[] => {
  const kept = nodes.flatMap((node) => (allowed.has(node.type) ? [node] : node.type === "heading" ? [{ type: "paragraph", ...(node.content ? { content: node.content } : {}) }] : (node.content ?? []).filter((child) => allowed.has(child.type))));
  return kept.length > 0 ? kept : [{ type: "paragraph" }];
};

const macro = (cursor: Cursor, line: string): readonly AdfNode[] | null => {
  const open = /^\s*\{(code|noformat|quote|panel|info|note|tip|warning)(?::([^}]*))?\}(.*)$/.exec(line);
  if (!open) return null;
  const [, name = "", parameters = "", rest = ""] = open;
  cursor.at += 1;
  const body = macroBody(cursor, name, rest);
  // A document has no place for a title: it stands above the text, as the vendor's own converter puts it.
  const title = /(?:^|\|)title=([^|]*)/.exec(parameters)?.[1]?.trim() ?? "";
  const above: readonly AdfNode[] = title === "" ? [] : [{ type: "paragraph", content: [{ type: "text", text: title, marks: [{ type: "strong" }] }] }];
  if (name === "code" || name === "noformat") {
    const language = name === "code" ? parameters.split("|").find((part) => part !== "" && !part.includes("=")) ?? "java" : "";
    return [...above, { type: "codeBlock", ...(language ? { attrs: { language } } : {}), ...(body === "" ? {} : { content: [{ type: "text", text: body }] }) }];
  }
  const inner = blocksOf(body);
  if (name === "quote") return [{ type: "blockquote", content: only(inner, IN_QUOTE) }];
  return [{ type: "panel", attrs: { panelType: PANELS[name] ?? "info" }, content: [...above, ...only(inner, IN_PANEL)] }];
};

const LIST = /^\s*([*#-]+)\s+(.*)$/;

interface Item {
  readonly signs: string;
  readonly text: string;
}

const listNode = (items: readonly Item[], depth: number): readonly AdfNode[] => {
  const lists: AdfNode[] = [];
  let at = 0;
  while (at < items.length) {
    const ordered = items[at]?.signs[depth] === "#";
    const content: AdfNode[] = [];
    while (at < items.length && (items[at]?.signs[depth] === "#") === ordered) {
      const item = items[at] as Item;
      const own = item.signs.length === depth + 1;
      if (own) at += 1;
      const nested: Item[] = [];
      while (at < items.length && (items[at] as Item).signs.length > depth + 1) nested.push(items[at++] as Item);
      content.push({ type: "listItem", content: [paragraph(own ? item.text : ""), ...(nested.length > 0 ? listNode(nested, depth + 1) : [])] });
    }
    lists.push(ordered ? { type: "orderedList", attrs: { order: 1 }, content } : { type: "bulletList", content });
  }
  return lists;
};

const endsList = (line: string): boolean => line.trim() === "" || /^\s*(h[1-6]\.|bq\.|\{|\||-{4,5}\s*$)/.test(line);

const list = (cursor: Cursor): readonly AdfNode[] | null => {
  const items: Item[] = [];
  for (let line = cursor.lines[cursor.at]; line !== undefined && !endsList(line); line = cursor.lines[cursor.at]) {
    const found = LIST.exec(line);
    const last = items.at(-1);
    if (found) items.push({ signs: found[1] ?? "", text: found[2] ?? "" });
    else if (last) items[items.length - 1] = { ...last, text: `${last.text}\n${line}` };
    else break;
    cursor.at += 1;
  }
  return items.length > 0 ? listNode(items, 0) : null;
};

/** Cells of one row; a pipe inside a link or behind a backslash does not part them. */
const cells = (line: string): readonly AdfNode[] => {
  const row: AdfNode[] = [];
  for (const found of line.trim().matchAll(/(\|\|?)((?:\\.|\[[^\]\n]*\]|\{\{[^}]*\}\}|[^|\\[]|\[)*)/g)) {
    if (found[2] === "" && (found.index ?? 0) + found[0].length >= line.trim().length) break;
    row.push({ type: found[1] === "||" ? "tableHeader" : "tableCell", attrs: {}, content: [paragraph((found[2] ?? "").trim())] });
  }
  return row;
};

const table = (cursor: Cursor): AdfNode | null => {
  const rows: AdfNode[] = [];
  for (let line = cursor.lines[cursor.at]; line?.trim().startsWith("|"); line = cursor.lines[cursor.at]) {
    let whole = line;
    cursor.at += 1;
    for (let more = cursor.lines[cursor.at]; !whole.trimEnd().endsWith("|") && more !== undefined && more.trim() !== ""; more = cursor.lines[cursor.at]) {
      whole += `\n${more}`;
      cursor.at += 1;
    }
    rows.push({ type: "tableRow", content: cells(whole) });
  }
  return rows.length > 0 ? { type: "table", attrs: { isNumberColumnEnabled: false, layout: "default" }, content: rows } : null;
};

const oneLine = (line: string): AdfNode | null => {
  const heading = /^\s*h([1-6])\.\s*(.*)$/.exec(line);
  if (heading) {
    const content = inlineNodes(heading[2] ?? "");
    return { type: "heading", attrs: { level: Number(heading[1]) }, ...(content.length > 0 ? { content } : {}) };
  }
  if (/^\s*-{4,5}\s*$/.test(line)) return { type: "rule" };
  const quote = /^\s*bq\.\s*(.*)$/.exec(line);
  if (quote) return { type: "blockquote", content: [paragraph(quote[1] ?? "")] };
  return image(line);
};

const startsBlock = (line: string): boolean =>
  line.trim() === "" || LIST.test(line) || /^\s*(\||h[1-6]\.|bq\.|-{4,5}\s*$|\{(code|noformat|quote|panel|info|note|tip|warning)[:}])/.test(line) || image(line) !== null;

const WITHIN = /[^{\\](?=\{(code|noformat|quote|panel|info|note|tip|warning)(?::[^}]*)?\})/;

/** The words before a macro that opens in the middle of a line and is closed somewhere; the macro starts a line of its own. */
const upToMacro = (cursor: Cursor, line: string): string => {
  const found = WITHIN.exec(line);
  if (!found || line.trimStart().startsWith("|") || LIST.test(line)) return line;
  const at = found.index + 1;
  const after = [line.slice(at).replace(/^\{[^}]*\}/, ""), ...cursor.lines.slice(cursor.at + 1)].join("\n");
  if (!after.includes(`{${found[1] ?? ""}}`)) return line;
  cursor.lines.splice(cursor.at, 1, line.slice(0, at), line.slice(at));
  return line.slice(0, at);
};

const block = (cursor: Cursor): readonly AdfNode[] => {
  const line = upToMacro(cursor, cursor.lines[cursor.at] ?? "");
  if (line.trim() === "") {
    cursor.at += 1;
    return [];
  }
  const known = macro(cursor, line);
  if (known) return known;
  const single = oneLine(line);
  if (single) {
    cursor.at += 1;
    return [single];
  }
  const found = list(cursor);
  if (found) return found;
  const grid = table(cursor);
  if (grid) return [grid];
  const lines = [line];
  cursor.at += 1;
  for (let next = cursor.lines[cursor.at]; next !== undefined && !startsBlock(next); next = cursor.lines[cursor.at]) {
    lines.push(upToMacro(cursor, next));
    cursor.at += 1;
  }
  return [paragraph(lines.join("\n"))];
};

const blocksOf = (text: string): readonly AdfNode[] => {
  const cursor: Cursor = { lines: text.split("\n"), at: 0 };
  const nodes: AdfNode[] = [];
  while (cursor.at < cursor.lines.length) nodes.push(...block(cursor));
  return nodes;
};

export const wikiToAdf = (wiki: string): AdfNode => ({ type: "doc", version: 1, content: blocksOf(wiki.replace(/\r\n?/g, "\n")) });
