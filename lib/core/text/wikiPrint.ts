// Tree → Jira wiki markup. A sign is escaped only where it would act; marks beside letters are written in braces
// (Jira sheet, section 22.3). Pure.

import { isAbsolute } from "./address.ts";
import { type Block, type Cell, type Doc, type Inline, MARK_NAMES, type MarkName, type Marks } from "./node.ts";
import { type Capabilities, reduceDoc } from "./reduce.ts";
import { escapeWiki } from "./wikiEscape.ts";
import { PANEL_COLOURS } from "./wikiMacros.ts";
import { EMOTICONS, isImageName, isWord, PHRASES } from "./wikiSigns.ts";

const CAN: Capabilities = {
  marks: MARK_NAMES.filter((name) => name !== "background"),
  chips: ["emoji"],
  mentions: true,
  blocks: {
    text: ["heading", "list", "table", "code", "quote", "panel", "rule"],
    "list item": ["list", "code"],
    "table cell": [],
    // A macro ends at the next tag of its name, so none may stand inside itself.
    quote: ["heading", "list", "table", "code", "rule"],
    panel: ["heading", "list", "table", "code", "quote", "rule"],
  },
  joined: ["list item", "table cell"],
  columnSpans: false,
  rowSpans: false,
  listsLast: true,
};

/** Where inlines stand: what a line break is there, and whether bars part cells. */
interface Place {
  readonly lineBreak: string;
  readonly cell: boolean;
  /** Can the first letter begin a list, a heading …? */
  readonly lineStart: boolean;
}

const FORCED = "\\\\ ";

interface Out {
  readonly lost: string[];
  readonly place: Place;
  readonly parts: string[];
  inLink: boolean;
  /** Nothing stands in this line yet but signs that lists begin with, too. */
  atHead: boolean;
}

/** "" is the border of the line. */
const lastOf = (out: Out): string => out.parts.findLast((part) => part !== "")?.at(-1) ?? "";

const emit = (out: Out, wiki: string): void => {
  out.parts.push(wiki);
  if (wiki === "\n") out.atHead = true;
  else if (!/^[*-]*$/.test(wiki)) out.atHead = false;
};

/** Marks stand without braces only beside what cannot be part of a word, an address or another sign. */
const OPEN_BESIDE = /^[ \t\n("'.,]?$/;
const CLOSE_BESIDE = /^[ \t\n)"'.,;:!?]?$/;

const firstOf = (inline: Inline | undefined): string => (inline === undefined || inline.t === "break" ? "" : inline.t === "text" && MARK_NAMES.every((name) => inline.marks[name] === undefined) ? (inline.text[0] ?? "") : "x");

const textMarks = (inline: Inline): Marks => (inline.t === "text" ? inline.marks : inline.t === "image" && inline.link !== undefined ? { link: inline.link } : {});

const target = (href: string): string => {
  const safe = href.replaceAll("[", "%5B").replaceAll("]", "%5D").replaceAll("|", "%7C");
  return isAbsolute(safe) || /^[/#]/.test(safe) ? safe : `^${safe}`;
};

/** A thing that acts only apart from words gets room. */
const spaced = (out: Out, sign: string): void => {
  const last = lastOf(out);
  emit(out, isWord(last) || /[/_~+:?=&-]/.test(last) ? ` ${sign}` : sign);
};

const altOf = (alt: string): string => alt.replace(/[!|,\\{}[\]"\s]+/g, " ").trim();

const mention = (inline: Inline & { t: "mention" }, out: Out): void => {
  if (/^[^[\]|\\{}\n\ue000^~\s](?:[^[\]|\\{}\n\ue000]*[^[\]|\\{}\s\ue000])?$/.test(inline.id) && !/^accountid:/i.test(inline.id)) return void emit(out, `[~${inline.id}]`);
  out.lost.push("mention");
  put(out, `@${inline.name}`, undefined);
};

const image = (inline: Inline & { t: "image" }, out: Out): void => {
  if (!isImageName(inline.src)) {
    out.lost.push("image");
    return put(out, `[${inline.alt || inline.src}]`, undefined);
  }
  const alt = altOf(inline.alt);
  spaced(out, `!${inline.src}${alt === "" ? "" : `|alt=${alt}`}!`);
};

const put = (out: Out, words: string, after: Inline | undefined): void => {
  emit(out, escapeWiki(words, { before: lastOf(out), after: after === undefined ? "" : firstOf(after), lineStart: out.atHead, cell: out.place.cell, link: out.inLink }));
};

const leaf = (inline: Inline, after: Inline | undefined, out: Out): void => {
  switch (inline.t) {
    case "text":
      // An image is none beside a word.
      if (isWord(inline.text[0] ?? "") && /^ ?![^!\n]+!$/.test(out.parts.at(-1) ?? "")) emit(out, " ");
      return put(out, inline.text, after);
    case "break":
      // An empty line would end the paragraph.
      return void emit(out, after?.t === "break" || out.parts.at(-1) === FORCED ? FORCED : out.place.lineBreak);
    case "mention":
      return mention(inline, out);
    case "image":
      return image(inline, out);
    case "chip": {
      const sign = EMOTICONS.find(({ value }) => value === inline.value)?.sign;
      if (inline.kind !== "emoji" || sign === undefined) return put(out, inline.text, after);
      spaced(out, sign);
      if (isWord(firstOf(after))) emit(out, " ");
    }
  }
};

interface Side {
  readonly open: boolean;
  readonly close: boolean;
}

/** Runs of inlines that share a mark are wrapped together, outer marks first. */
const printMarked = (inlines: readonly Inline[], marks: readonly MarkName[], side: Side, after: Inline | undefined, out: Out): void => {
  const [name, ...rest] = marks;
  if (name === undefined) {
    inlines.forEach((inline, index) => leaf(inline, inlines[index + 1] ?? after, out));
    return;
  }
  for (let at = 0; at < inlines.length; ) {
    const value = textMarks(inlines[at] as Inline)[name];
    let end = at + 1;
    while (end < inlines.length && textMarks(inlines[end] as Inline)[name] === value) end++;
    const next = inlines[end] ?? after;
    const beside: Side = { open: at === 0 ? side.open : OPEN_BESIDE.test(lastOf(out)), close: end === inlines.length ? side.close : CLOSE_BESIDE.test(firstOf(next)) };
    const run = inlines.slice(at, end);
    if (value === undefined) printMarked(run, rest, beside, next, out);
    else printMark(name, String(value), run, rest, beside, out);
    at = end;
  }
};

const FREE: Side = { open: true, close: true };
const BRACED: Side = { open: false, close: false };

/** A sign with a blank behind it is none: the blank goes before it. It carries no mark of its own, so nothing is lost. */
const withoutFirstBlank = (run: readonly Inline[]): readonly Inline[] | undefined => {
  const [first, ...others] = run;
  return first?.t === "text" && first.text.startsWith(" ") && first.text.trim() !== "" ? [{ ...first, text: first.text.trimStart() }, ...others] : undefined;
};

const printMark = (name: MarkName, value: string, run: readonly Inline[], rest: readonly MarkName[], beside: Side, out: Out): void => {
  const unblanked = name === "link" || name === "colour" || name === "code" ? undefined : withoutFirstBlank(run);
  if (unblanked !== undefined) {
    emit(out, " ");
    return printMark(name, value, unblanked, rest, { ...beside, open: true }, out);
  }
  if (name === "link") return printLink(value, run, rest, out);
  if (name === "colour") {
    emit(out, `{color:${value}}`);
    printMarked(run, rest, BRACED, undefined, out);
    return void emit(out, "{color}");
  }
  const phrase = PHRASES.find(({ mark, sign }) => mark === name && sign !== "??");
  if (phrase === undefined) return printMarked(run, rest, beside, undefined, out);
  const plain = name === "code" || (beside.open && beside.close && !endsInAddress(run));
  emit(out, plain ? phrase.sign : `{${phrase.sign}}`);
  printMarked(run, rest, plain && name !== "code" ? FREE : BRACED, undefined, out);
  emit(out, plain ? phrase.close : `{${phrase.close}}`);
};

/** An address would swallow the sign after it. */
const endsInAddress = (run: readonly Inline[]): boolean => {
  const last = run.at(-1);
  return last?.t === "text" && last.marks.link === undefined && /:\/\/\S*$/.test(last.text);
};

const printLink = (href: string, run: readonly Inline[], rest: readonly MarkName[], out: Out): void => {
  const to = target(href);
  const [only] = run;
  const same = run.length === 1 && only?.t === "text" && only.text === href && to === href && MARK_NAMES.every((name) => name === "link" || only.marks[name] === undefined);
  if (same) return void emit(out, `[${to}]`);
  emit(out, "[");
  out.inLink = true;
  printMarked(run, rest, BRACED, undefined, out);
  out.inLink = false;
  emit(out, `|${to}]`);
};

const printInlines = (inlines: readonly Inline[], place: Place, lost: string[]): string => {
  const out: Out = { lost, place, parts: [], inLink: false, atHead: place.lineStart };
  // Marks end with a line, so lines are printed one after the other.
  printMarked(inlines, MARK_NAMES, FREE, undefined, out);
  return out.parts.join("");
};

const TEXT: Place = { lineBreak: "\n", cell: false, lineStart: true };
const HEADING: Place = { lineBreak: FORCED, cell: false, lineStart: false };
const ITEM: Place = { lineBreak: FORCED, cell: false, lineStart: true };
const CELL: Place = { lineBreak: FORCED, cell: true, lineStart: true };

/** Code is raw: where it holds its own closing tag another one is used, or the tag is broken by a space without width. */
const printCode = (block: Block & { t: "code" }, lost: string[]): string => {
  const holds = (tag: string): boolean => block.text.includes(`{${tag}}`);
  if (block.language !== "" && !holds("code")) return `{code:${block.language}}\n${block.text}\n{code}`;
  if (block.language !== "") lost.push("language of code");
  if (!holds("noformat")) return `{noformat}\n${block.text}\n{noformat}`;
  if (!holds("code")) return `{code:none}\n${block.text}\n{code}`;
  lost.push("closing tag in code");
  return `{noformat}\n${block.text.replaceAll("{noformat}", "{\u200bnoformat}")}\n{noformat}`;
};

const printItem = (item: readonly Block[], signs: string, lost: string[]): string => {
  const own = item.filter((block) => block.t !== "list").map((block) => (block.t === "paragraph" ? printInlines(block.inlines, ITEM, lost) : printBlock(block, lost, signs)));
  const inner = item.filter((block) => block.t === "list").map((block) => printBlock(block, lost, signs));
  return [...(own.length === 0 ? [] : [`${signs} ${own.join("\n")}`]), ...inner].join("\n");
};

const printRow = (row: readonly Cell[], lost: string[]): string => {
  const cells = row.map((cell) => {
    const words = cell.blocks.map((block) => (block.t === "paragraph" ? printInlines(block.inlines, CELL, lost) : "")).join(FORCED);
    return `${cell.header ? "||" : "|"} ${words} `;
  });
  return `${cells.join("")}${row.at(-1)?.header === true ? "||" : "|"}`;
};

const framed = (tag: string, close: string, blocks: readonly Block[], lost: string[]): string => `{${tag}}\n${printBlocks(blocks, lost)}\n{${close}}`;

const printBlock = (block: Block, lost: string[], signs = ""): string => {
  switch (block.t) {
    case "paragraph":
      return printInlines(block.inlines, TEXT, lost);
    case "heading":
      return `h${block.level}. ${printInlines(block.inlines, HEADING, lost)}`;
    case "list":
      return block.items.map((item) => printItem(item, `${signs}${block.ordered ? "#" : "*"}`, lost)).join("\n");
    case "table":
      return block.rows.map((row) => printRow(row, lost)).join("\n");
    case "code":
      return printCode(block, lost);
    case "quote":
      return framed("quote", "quote", block.blocks, lost);
    case "panel": {
      const colour = PANEL_COLOURS[block.kind];
      return colour === undefined ? framed(block.kind, block.kind, block.blocks, lost) : framed(`panel:bgColor=${colour}`, "panel", block.blocks, lost);
    }
    case "rule":
      return "----";
  }
};

const printBlocks = (blocks: readonly Block[], lost: string[]): string => blocks.map((block) => printBlock(block, lost)).join("\n\n");

/** Adds to `lost` what the markup cannot hold. */
export const printWiki = (doc: Doc, lost: string[]): string => printBlocks(reduceDoc(doc, CAN, lost), lost);
