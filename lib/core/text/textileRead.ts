// Blocks of Redmine's Textile → the tree. Line by line; not yet tidy. Never throws for any input. Pure.

import { type Block, type Cell, type Inline, paragraph, text } from "./node.ts";
import { readTextileInlines, type Stashed } from "./textileInline.ts";
import { cleanText, MOST_NESTED } from "./tidy.ts";

/** Only plain blanks: a no-break space is a letter. */
const trim = (source: string): string => source.replace(/^[ \n]+/, "").replace(/(?<![ \n])[ \n]+$/, "");

const OPEN = /<(pre|code|kbd|notextile)\b([^<>]*)>/gi;

const stashOf = (tag: string, attributes: string, inside: string): Stashed => {
  if (tag === "notextile") return { kind: "literal", text: inside };
  if (tag !== "pre") return { kind: "code", text: inside };
  const code = /^\s*<code(?:\s+class=["']([^"'<>]*)["'])?[^<>]*>/.exec(inside);
  const language = code?.[1] ?? /class=["']([^"'<>]*)["']/.exec(attributes)?.[1] ?? "";
  return { kind: "pre", text: inside.slice(code?.[0].length ?? 0).replace(code === null ? /$^/ : /<\/code>\s*$/, ""), language };
};

/** An end without its beginning is nothing. */
const STRAY = /<\/(?:pre|code|kbd|notextile)>/gi;

/** Cuts out what is not read as Textile. An open tag without its end holds all the rest. */
const cutOut = (source: string): { readonly rest: string; readonly stash: readonly Stashed[] } => {
  const stash: Stashed[] = [];
  const parts: string[] = [];
  const lower = source.toLowerCase();
  let from = 0;
  OPEN.lastIndex = 0;
  for (let open = OPEN.exec(source); open !== null; open = OPEN.exec(source)) {
    const [whole, name = "", attributes = ""] = open;
    const tag = name.toLowerCase();
    const start = open.index + whole.length;
    const end = lower.indexOf(`</${tag}>`, start);
    const stop = end < 0 ? source.length : end;
    parts.push(source.slice(from, open.index).replace(STRAY, ""), `\u0001${stash.length}\u0002`);
    stash.push(stashOf(tag, attributes, source.slice(start, stop)));
    from = end < 0 ? source.length : end + tag.length + 3;
    OPEN.lastIndex = from;
  }
  parts.push(source.slice(from).replace(STRAY, ""));
  return { rest: parts.join(""), stash };
};

const ATTRIBUTES = String.raw`(?:[<>=()^~-]|\([^")\n]{1,60}\)|\{[^{}"\n]{1,120}\}|\[[a-z_-]{1,20}\]){0,6}`;
const PREFIX = new RegExp(String.raw`^(h([1-6])|p|bq|fn(\d{1,4}))${ATTRIBUTES}\.(?::\S+)? ([\s\S]*)$`);
const LIST = /^([#*]+)(?:\([^")\n]{1,60}\)|\{[^{}"\n]{1,120}\}|\[[a-z_-]{1,20}\])? (.*)$/;
const TABLE = /^(?:table(?:[^\n]{0,80})\. ?$|(?:[<>=()^~-]|\{[^{}"\n]{1,120}\}){0,4}\.? ?\|)/;
const CELL = new RegExp(String.raw`^(_?)((?:[\\/]\d{1,3}){0,2})${ATTRIBUTES}\. ?`);
const RULE = /^ ?(?:(?:\* ?){3,}|(?:- ?){3,}|(?:_ ?){3,})$/;

/** Inlines with blocks of code among them: each of these parts the paragraph. */
const readText = (source: string, stash: readonly Stashed[]): readonly Block[] => {
  const blocks: Block[] = [];
  const parts = source.split(/\u0001(\d+)\u0002/);
  let loose = parts[0] ?? "";
  const flush = (): void => {
    const words = trim(loose);
    if (words !== "") blocks.push(paragraph(readTextileInlines(words, stash)));
    loose = "";
  };
  for (let index = 1; index < parts.length; index += 2) {
    const held = stash[Number(parts[index])];
    if (held?.kind === "pre") {
      flush();
      blocks.push({ t: "code", language: held.language, text: held.text });
    } else loose += `\u0001${parts[index] ?? ""}\u0002`;
    loose += parts[index + 1] ?? "";
  }
  flush();
  return blocks;
};

type OpenList = { readonly level: number; readonly ordered: boolean; readonly items: Block[][] };

const readList = (lines: readonly string[], stash: readonly Stashed[]): readonly Block[] => {
  const roots: OpenList[] = [];
  const stack: OpenList[] = [];
  const lists = new Map<OpenList, Block>();
  const blockOf = (list: OpenList): Block => {
    const block: Block = { t: "list", ordered: list.ordered, items: list.items };
    lists.set(list, block);
    return block;
  };
  const open = (level: number, ordered: boolean): OpenList => {
    const list: OpenList = { level, ordered, items: [] };
    const item = stack.at(-1)?.items.at(-1);
    if (item === undefined) roots.push(list);
    else item.push(blockOf(list));
    stack.push(list);
    return list;
  };
  for (const group of itemsOf(lines)) {
    const level = Math.min(group.marker.length, MOST_NESTED);
    const ordered = group.marker.endsWith("#");
    while ((stack.at(-1)?.level ?? 0) > level) stack.pop();
    if (stack.at(-1)?.level === level && stack.at(-1)?.ordered !== ordered) stack.pop();
    const list = stack.at(-1)?.level === level ? stack.at(-1) : open(level, ordered);
    list?.items.push([...readText(group.text, stash)]);
  }
  return roots.map((list) => lists.get(list) ?? blockOf(list));
};

/** Lines that begin no item go on with the one before. */
const itemsOf = (lines: readonly string[]): readonly { readonly marker: string; readonly text: string }[] => {
  const items: { marker: string; lines: string[] }[] = [];
  for (const line of lines) {
    const found = LIST.exec(line);
    if (found !== null) items.push({ marker: found[1] ?? "*", lines: [found[2] ?? ""] });
    else items.at(-1)?.lines.push(line);
  }
  return items.map((item) => ({ marker: item.marker, text: item.lines.join("\n") }));
};

/** Parts a row at its bars; those inside a wiki link are none. */
const cellsOf = (row: string): readonly string[] => {
  const cells: string[] = [];
  let from = row.indexOf("|") + 1;
  for (let index = from; index < row.length; index++) {
    if (row.startsWith("[[", index)) {
      const link = /^\[\[[^|\]\n]*\|[^|\]\n]*\]\]/.exec(row.slice(index, index + 500));
      if (link !== null) index += link[0].length - 1;
    } else if (row[index] === "|") {
      cells.push(row.slice(from, index));
      from = index + 1;
    }
  }
  return cells;
};

const readCell = (source: string, stash: readonly Stashed[]): Cell => {
  const found = CELL.exec(source);
  const span = (sign: string): number => Number(found?.[2]?.split(/(?=[\\/])/).find((part) => part.startsWith(sign))?.slice(1) ?? 1);
  return { header: found?.[1] === "_", colspan: span("\\"), rowspan: span("/"), blocks: readText(source.slice(found?.[0].length ?? 0), stash) };
};

const readTable = (lines: readonly string[], stash: readonly Stashed[]): Block => {
  const rows: string[] = [];
  let row: string | undefined;
  for (const line of lines) {
    if (row === undefined && !line.includes("|")) continue;
    row = row === undefined ? line : `${row}\n${line}`;
    if (!line.trimEnd().endsWith("|")) continue;
    rows.push(row);
    row = undefined;
  }
  return { t: "table", rows: rows.map((one) => cellsOf(one).map((cell) => readCell(cell, stash))) };
};

const readPrefixed = (source: string, stash: readonly Stashed[]): readonly Block[] | undefined => {
  const found = PREFIX.exec(source);
  if (found === null) return undefined;
  const [, tag, level, footnote, content = ""] = found;
  if (level !== undefined) return [{ t: "heading", level: Number(level), inlines: readTextileInlines(content, stash) }];
  if (tag === "bq") return [{ t: "quote", blocks: readText(content, stash) }];
  if (footnote === undefined) return readText(content, stash);
  const note: readonly Inline[] = [text(footnote, { sup: true }), text(" ")];
  return [paragraph([...note, ...readTextileInlines(content, stash)])];
};

/** Lines without a blank one among them. */
const readChunk = (lines: readonly string[], stash: readonly Stashed[]): readonly Block[] => {
  const source = lines.join("\n");
  const prefixed = readPrefixed(source, stash);
  if (prefixed !== undefined) return prefixed;
  if (lines.length === 1 && RULE.test(source) && !LIST.test(source)) return [{ t: "rule" }];
  const isTable = source.trimEnd().endsWith("|");
  const start = lines.findIndex((line) => LIST.test(line) || (isTable && TABLE.test(line)));
  if (start < 0) return readText(source, stash);
  const rest = lines.slice(start);
  return [...readText(lines.slice(0, start).join("\n"), stash), ...(LIST.test(rest[0] ?? "") ? readList(rest, stash) : [readTable(rest, stash)])];
};

interface Quoted {
  readonly level: number;
  readonly line: string;
}

const readQuoted = (lines: readonly Quoted[], level: number, stash: readonly Stashed[]): readonly Block[] => {
  const blocks: Block[] = [];
  for (let from = 0; from < lines.length; ) {
    const deeper = (lines[from]?.level ?? 0) > level;
    let to = from;
    while (to < lines.length && (lines[to]?.level ?? 0) > level === deeper) to++;
    const part = lines.slice(from, to);
    if (deeper) blocks.push({ t: "quote", blocks: readQuoted(part, level + 1, stash) });
    else blocks.push(...readLines(part.map(({ line }) => line), stash));
    from = to;
  }
  return blocks;
};

const quotedLine = (line: string): Quoted => {
  const marks = /^[> ]+/.exec(line)?.[0] ?? "";
  return { level: Math.min(marks.split(">").length - 1, MOST_NESTED), line: line.slice(marks.length) };
};

const readLines = (lines: readonly string[], stash: readonly Stashed[]): readonly Block[] => {
  const blocks: Block[] = [];
  let plain = false;
  for (let from = 0; from < lines.length; ) {
    const kindOf = (line: string | undefined): "blank" | "quote" | "text" => (line === undefined || /^ *$/.test(line) ? "blank" : line.startsWith(">") ? "quote" : "text");
    const kind = kindOf(lines[from]);
    let to = from;
    while (to < lines.length && kindOf(lines[to]) === kind) to++;
    const part = lines.slice(from, to);
    if (kind === "quote") blocks.push(...readQuoted(part.map(quotedLine), 0, stash));
    else if (kind === "text") {
      // Lines moved in behind a paragraph are shown as code.
      const moved: boolean = plain && part[0]?.startsWith(" ") === true && !part.some((line) => line.includes("\u0001"));
      blocks.push(...(moved ? [{ t: "code" as const, language: "", text: flushLeft(part).join("\n") }] : readChunk(part, stash)));
      plain = moved || !/^[#*> ]/.test(part[0] ?? "");
    }
    from = to;
  }
  return blocks;
};

/** Text that is indented as a whole is not indented. */
const flushLeft = (lines: readonly string[]): readonly string[] => {
  const indent = lines.reduce((least, line) => (/^ *$/.test(line) ? least : Math.min(least, line.search(/[^ ]/))), Number.POSITIVE_INFINITY);
  return Number.isFinite(indent) && indent > 0 ? lines.map((line) => line.slice(indent)) : lines;
};

const withoutComments = (source: string): string => {
  const parts: string[] = [];
  let from = 0;
  for (let open = source.indexOf("<!--"); open >= 0; open = source.indexOf("<!--", from)) {
    const close = source.indexOf("-->", open + 4);
    if (close < 0) break;
    parts.push(source.slice(from, open));
    from = close + 3;
  }
  return parts.join("") + source.slice(from);
};

/** Blocks of any Textile, not yet tidy. */
export const readTextile = (source: string): readonly Block[] => {
  const clean = cleanText(source.replace(/\r\n?/g, "\n"));
  const { rest, stash } = cutOut(clean);
  return readLines(flushLeft(withoutComments(rest).replaceAll("\t", "    ").split("\n")), stash);
};
