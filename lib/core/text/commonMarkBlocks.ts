// Blocks of CommonMark with GitHub's tables → HTML, not yet safe. After the CommonMark specification 0.30, sections 4 and 5,
// with laziness of lines as far as people write it. Pure; never throws for any input.

import { escapeHtml, type Flavour, inlineHtml, labelOf, type Reference } from "./commonMarkInline.ts";

/** Quotes and lists inside one another, at most; deeper lines are one paragraph. */
const MOST_DEEP = 40;

interface Context {
  readonly flavour: Flavour;
  readonly references: Map<string, Reference>;
  readonly depth: number;
}

const BLANK = /^[ \t]*$/;
const FENCE = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-+*]|(\d{1,9})[.)])(?=[ \t]|$)([ \t]*)/;
const INDENTED = /^(?: {4}| {0,3}\t)/;
const SETEXT = /^ {0,3}(=+|-+)[ \t]*$/;
const DEFINITION = /^ {0,3}\[((?:\\[^]|[^[\]\\]){1,999})\]:[ \t]*(?:<([^<>]*)>|(\S+))(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$/;
const HTML_START = /^ {0,3}<(?:\/?(?:address|article|aside|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|nav|ol|optgroup|option|p|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?=[\s/>]|$)|(?:script|pre|style|textarea)(?=[\s>]|$)|!--)/i;
/** Any other tag that stands alone; it does not end a paragraph. */
const HTML_ALONE = /^ {0,3}<(?:\/[A-Za-z][A-Za-z0-9-]*\s*|[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?)>[ \t]*$/;
const RAW_END: readonly (readonly [RegExp, RegExp])[] = [
  [/^ {0,3}<(?:script|pre|style|textarea)(?=[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^ {0,3}<!--/, /-->/],
];
const DELIMITERS = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

const expand = (line: string): string => (line.startsWith("\t") || / \t/.test(line.slice(0, 5)) ? line.replace(/^[ \t]+/, (blank) => blank.replaceAll("\t", "    ")) : line);

const startsItem = (line: string): boolean => {
  const found = ITEM.exec(line);
  // An empty item or a number other than one does not end a paragraph.
  return found !== null && (found[3] === undefined || found[3] === "1") && line.length > found[0].length;
};

const interrupts = (line: string, html: boolean): boolean => FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || startsItem(line) || (html && HTML_START.test(line));

class Blocks {
  readonly #lines: readonly string[];
  readonly #context: Context;
  readonly #out: string[] = [];
  #at = 0;

  constructor(lines: readonly string[], context: Context) {
    this.#lines = lines;
    this.#context = context;
  }

  read(): string {
    while (this.#at < this.#lines.length) this.#block(this.#lines[this.#at] ?? "");
    return this.#out.join("\n");
  }

  #block(line: string): void {
    if (BLANK.test(line)) this.#at++;
    else if (INDENTED.test(line)) this.#indented();
    else if (FENCE.test(line)) this.#fenced(line);
    else if (HEADING.test(line)) this.#heading(line);
    else if (RULE.test(line)) {
      this.#out.push("<hr>");
      this.#at++;
    } else if (QUOTE.test(line) && this.#context.depth < MOST_DEEP) this.#quote();
    else if (ITEM.test(line) && this.#context.depth < MOST_DEEP) this.#list(line);
    else if (this.#context.flavour.html && (HTML_START.test(line) || HTML_ALONE.test(line))) this.#html(line);
    else this.#paragraph();
  }

  #inner(lines: readonly string[]): string {
    return new Blocks(lines, { ...this.#context, depth: this.#context.depth + 1 }).read();
  }

  #inline(source: string): string {
    return inlineHtml(source, this.#context.flavour, this.#context.references);
  }

  #indented(): void {
    const code: string[] = [];
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? "";
      if (!INDENTED.test(line) && !BLANK.test(line)) break;
      code.push(line.replace(INDENTED, ""));
    }
    while (BLANK.test(code.at(-1) ?? "x")) code.pop();
    this.#out.push(`<pre><code>${escapeHtml(code.join("\n"))}</code></pre>`);
  }

  #fenced(first: string): void {
    const [, indent = "", fence = "", info = ""] = FENCE.exec(first) ?? [];
    const end = new RegExp(`^ {0,3}${fence[0] === "~" ? "~" : "`"}{${fence.length},}[ \\t]*$`);
    const code: string[] = [];
    for (this.#at++; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? "";
      if (end.test(line)) break;
      code.push(line.replace(new RegExp(`^ {0,${indent.length}}`), ""));
    }
    this.#at++;
    const language = info.trim().split(/\s/)[0] ?? "";
    this.#out.push(`<pre><code${language === "" ? "" : ` class="language-${escapeHtml(language)}"`}>${escapeHtml(code.join("\n"))}</code></pre>`);
  }

  #heading(line: string): void {
    const [, signs = "#", words = ""] = HEADING.exec(line) ?? [];
    this.#out.push(`<h${signs.length}>${this.#inline(/^#+$/.test(words) ? "" : words)}</h${signs.length}>`);
    this.#at++;
  }

  /** Does this line go on with the paragraph that the lines before end in, though it lacks their signs? */
  #isLazy(before: readonly string[], line: string): boolean {
    const last = before.at(-1) ?? "";
    return !BLANK.test(last) && !BLANK.test(line) && !interrupts(line, this.#context.flavour.html) && !INDENTED.test(last) && !FENCE.test(last) && !HEADING.test(last) && !RULE.test(last);
  }

  #quote(): void {
    const inside: string[] = [];
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? "";
      if (QUOTE.test(line)) inside.push(expand(line.replace(QUOTE, "")));
      else if (this.#isLazy(inside, line)) inside.push(line.trimStart());
      else break;
    }
    this.#out.push(`<blockquote>${this.#inner(inside)}</blockquote>`);
  }

  #list(first: string): void {
    const kind = ITEM.exec(first)?.[2]?.at(-1) ?? "-";
    const items: string[] = [];
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at] ?? "";
      const found = ITEM.exec(line);
      if (found === null || found[2]?.at(-1) !== kind || RULE.test(line)) break;
      items.push(this.#inner(this.#item(line, found)));
      while (BLANK.test(this.#lines[this.#at] ?? "x") && ITEM.test(this.#lines[this.#nextFull()] ?? "")) this.#at++;
    }
    const tag = /[-+*]/.test(kind) ? "ul" : "ol";
    this.#out.push(`<${tag}>${items.map((item) => `<li>${item}</li>`).join("")}</${tag}>`);
  }

  #nextFull(): number {
    let index = this.#at;
    while (BLANK.test(this.#lines[index] ?? "x")) index++;
    return index;
  }

  /** The item's lines without their indent. */
  #item(line: string, found: RegExpExecArray): readonly string[] {
    const [whole, indent = "", marker = "", , gap = ""] = found;
    const space = gap.replaceAll("\t", "    ").length;
    const offset = indent.length + marker.length + (space === 0 || space > 4 || line.length === whole.length ? 1 : space);
    const rest = line.slice(indent.length + marker.length);
    const inside = [expand(rest).slice(Math.min(offset - indent.length - marker.length, expand(rest).length))];
    for (this.#at++; this.#at < this.#lines.length; this.#at++) {
      const next = expand(this.#lines[this.#at] ?? "");
      const depth = next.length - next.trimStart().length;
      if (BLANK.test(next)) {
        const following = expand(this.#lines[this.#nextFull()] ?? "");
        if (following.length - following.trimStart().length < offset || following === "" || (inside.length === 1 && BLANK.test(inside[0] ?? ""))) break;
        inside.push("");
      } else if (depth >= offset) inside.push(next.slice(offset));
      else if (this.#isLazy(inside, next) && !ITEM.test(next)) inside.push(next.trimStart());
      else break;
    }
    return inside;
  }

  #html(first: string): void {
    const end = RAW_END.find(([start]) => start.test(first))?.[1];
    const lines: string[] = [];
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? "";
      if (end === undefined && BLANK.test(line)) break;
      lines.push(line);
      if (end?.test(line) === true) {
        this.#at++;
        break;
      }
    }
    this.#out.push(lines.join("\n"));
  }

  #paragraph(): void {
    const lines: string[] = [];
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? "";
      if (BLANK.test(line)) break;
      if (lines.length > 0 && SETEXT.test(line)) {
        this.#at++;
        const level = line.includes("=") ? 1 : 2;
        this.#out.push(`<h${level}>${this.#inline(lines.join("\n").trim())}</h${level}>`);
        return;
      }
      if (lines.length > 0 && interrupts(line, this.#context.flavour.html)) break;
      if (line.includes("|") && DELIMITERS.test(this.#lines[this.#at + 1] ?? "") && this.#isTable(line)) {
        this.#flush(lines);
        this.#table();
        return;
      }
      lines.push(line.trimStart());
    }
    this.#flush(lines);
  }

  #flush(lines: readonly string[]): void {
    const words = lines.filter((line) => !DEFINITION.test(line));
    if (words.length > 0) this.#out.push(`<p>${this.#inline(words.join("\n").trimEnd())}</p>`);
  }

  #isTable(header: string): boolean {
    return cellsOf(header).length === cellsOf(this.#lines[this.#at + 1] ?? "").length;
  }

  #table(): void {
    const header = cellsOf(this.#lines[this.#at] ?? "");
    const row = (cells: readonly string[], tag: string): string => `<tr>${header.map((_, index) => `<${tag}>${this.#inline(cells[index] ?? "")}</${tag}>`).join("")}</tr>`;
    const rows = [row(header, "th")];
    for (this.#at += 2; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? "";
      if (BLANK.test(line) || interrupts(line, this.#context.flavour.html)) break;
      rows.push(row(cellsOf(line), "td"));
    }
    this.#out.push(`<table>${rows.join("")}</table>`);
  }
}

/** Cells of a row; a bar behind a backslash is a letter. */
const cellsOf = (line: string): readonly string[] => {
  const cells: string[] = [];
  let cell = "";
  const row = line.trim().replace(/^\|/, "");
  for (let index = 0; index < row.length; index++) {
    const letter = row[index] ?? "";
    if (letter === "\\" && index + 1 < row.length) {
      cell += row[index + 1] === "|" ? "|" : `\\${row[index + 1] ?? ""}`;
      index++;
    } else if (letter === "|") {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return cell.trim() === "" ? cells : [...cells, cell.trim()];
};

const unescape = (text: string): string => text.replace(/\\([!-/:-@[-`{-~])/g, "$1");

/** HTML of a text in Markdown. */
export const blockHtml = (source: string, flavour: Flavour): string => {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const references = new Map<string, Reference>();
  for (const line of lines) {
    const found = DEFINITION.exec(line);
    if (found !== null && !references.has(labelOf(found[1] ?? ""))) references.set(labelOf(found[1] ?? ""), { address: unescape(found[2] ?? found[3] ?? "") });
  }
  return new Blocks(lines, { flavour, references, depth: 0 }).read();
};
