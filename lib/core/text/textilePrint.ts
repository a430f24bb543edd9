// Tree → Redmine's Textile. Textile has no escape sign; a letter that would be read as a sign is written as an entity.
// How many letters are so written is a matter of `care`: textile.ts takes the least that reads back right. Pure.

import { isAbsolute } from "./address.ts";
import { type Block, type Cell, type Doc, type Inline, mapInlines, MARK_NAMES, type Marks } from "./node.ts";
import { type Capabilities, reduceDoc } from "./reduce.ts";

/** 0: letters as they are. 1: signs at the edges of words as entities. 2: every sign. */
export type Care = 0 | 1 | 2;

const CAN: Capabilities = {
  marks: MARK_NAMES,
  chips: [],
  mentions: false,
  blocks: {
    text: ["heading", "list", "table", "code", "quote", "rule"],
    "list item": ["list", "code"],
    "table cell": [],
    quote: ["heading", "list", "table", "code", "quote"],
    panel: [],
  },
  joined: ["list item", "table cell"],
  columnSpans: true,
  rowSpans: true,
  listsLast: true,
};

const entity = (letter: string): string => `&#${letter.codePointAt(0)};`;

/** Always read as something else: an entity written out; a tag, whose quotes would be written out to its end. */
const ALWAYS = /&(?=#?[a-z0-9]+;)|<(?=[/!\w])/gi;
const EDGE = /(?<=^|[^\p{L}\p{N}])[*_?\-+^~%@!"|#>=<[{(.]|[)](?=$)|(?<=[A-Za-z0-9])[.:(](?=[\s\S])/gmu;
const SIGNS = /[!-/:-@[-`{-~]/g;

const escapeText = (value: string, care: Care): string => (care === 2 ? value.replace(SIGNS, entity) : care === 1 ? value.replace(ALWAYS, entity).replace(EDGE, (sign, offset: number, whole: string) => (/&#\d*$/.test(whole.slice(Math.max(offset - 8, 0), offset)) ? sign : entity(sign))) : value.replace(ALWAYS, entity));

/** Nothing for a reader, but an edge for Redmine: signs count only at the edges of words. */
const EDGE_MARK = "<notextile></notextile>";

/** From the outside to the inside, in the order in which Redmine looks for them. */
const SIGN_OF: readonly (readonly [keyof Marks, string])[] = [
  ["strong", "*"],
  ["strike", "-"],
  ["em", "_"],
  ["underline", "+"],
  ["sup", "^"],
  ["sub", "~"],
];

/** Addresses that Redmine takes for a link, without those that a sign or a full stop at their end would change. */
const canLink = (address: string): boolean => /^(?:\/|[a-zA-Z]+:\/\/|mailto:)[\p{L}\p{N}_/]./u.test(address) && !/[\s<"]/.test(address) && /[\p{L}\p{N}_=/;-]$/u.test(address);

interface Out {
  readonly care: Care;
  readonly lost: string[];
  /** A bar would end the cell. */
  readonly inTable: boolean;
  /** Some sign could end what a lone "@" of the text would begin as code. */
  readonly hasCode: boolean;
}

const styleOf = ({ colour, background }: Marks): string => [...(colour === undefined ? [] : [`color:${colour}`]), ...(background === undefined ? [] : [`background-color:${background}`])].join(";");

const plainOf = (value: string, out: Out, care: Care = out.care): string => {
  const plain = escapeText(value, care);
  const escaped = out.hasCode ? plain.replaceAll("@", entity("@")) : plain;
  return out.inTable ? escaped.replaceAll("|", entity("|")) : escaped;
};

/** Signs at the edges of marked words would be taken for signs of the marks. */
const edged = (words: string): string => words.replace(/^[*_?+^~%-]|(?<!^)[*_?+^~%-]$/g, entity);

/** A single letter is taken as marked only if it belongs to a word. */
const filled = (inside: string): string => (inside.length === 1 && !/[\p{L}\p{N}]/u.test(inside) ? entity(inside) : inside);

/** Code is not read beside an underline sign, which is part of a word. */
const apart = (inside: string): string => `${inside.startsWith("@") ? EDGE_MARK : ""}${inside}${inside.endsWith("@") ? EDGE_MARK : ""}`;

const wordsOf = (value: string, marks: Marks, out: Out): string => {
  if (marks.code === true) {
    // Inside code only entities and the end are read.
    return `@${value.replace(out.care === 2 ? SIGNS : /[@!|&<=]/g, entity)}@`;
  }
  // Redmine marks words before it looks for links: no sign inside a link may find its end outside.
  const words = plainOf(value, out, marks.link !== undefined && out.care === 0 ? 1 : out.care);
  const quoted = edged(marks.link === undefined ? words : words.replaceAll('"', entity('"')));
  // On its way through Redmine a bare ampersand holds per cent signs, which would end a style.
  return styleOf(marks) === "" ? quoted : quoted.replace(/&(?!#\d+;)/g, entity);
};

/** What Redmine makes a link by itself. */
const isBare = (value: string, { link, code }: Marks, out: Out): boolean =>
  code !== true && ((value === link && /^(?:https?|s?ftps?):/.test(value)) || (link === `mailto:${value}` && !out.hasCode && /^[\w.+-]{1,60}@[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,60})+$/.test(value)));

/** One run of equal marks, without the blanks at its edges. */
const printRun = (value: string, marks: Marks, out: Out): string => {
  let inside = wordsOf(value, marks, out);
  if (marks.link !== undefined) {
    inside = isBare(value, marks, out) ? value : `"${inside}":${marks.link}`;
  }
  for (const [name, sign] of SIGN_OF.toReversed()) {
    const style = name === "em" ? styleOf(marks) : "";
    if (style !== "") inside = `%{${style}}${inside}%`;
    if (marks[name] === true) inside = `${sign}${sign === "_" ? apart(filled(inside)) : filled(inside)}${sign}`;
  }
  return inside;
};

/** Redmine unwraps names that are written like addresses. */
const sourceOf = (source: string): string => (isAbsolute(source) ? source.replace(/[()!\s]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`) : source.replace(/[%()!\s|"<>]/g, (letter) => encodeURIComponent(letter).replace(/^[()!]$/, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)));

const printImage = (image: Inline & { t: "image" }, out: Out): string => {
  const alt = image.alt.replaceAll("(", "[").replaceAll(")", "]").replaceAll("!", "");
  return `!${sourceOf(image.src)}${alt.trim() === "" ? "" : `(${out.inTable ? alt.replaceAll("|", "/") : alt})`}!${image.link === undefined ? "" : `:${image.link}`}`;
};

const isMarked = (marks: Marks): boolean => MARK_NAMES.some((name) => marks[name] !== undefined);

const BLOCK_START = /^(?:[#*>|{(=+\s-]|(?:h[1-6]|p|bq|fn\d+)[^\s]*\.|table|_{2,})/;
const FIRST_SIGN = /^(?:(h[1-6]|p|bq|fn\d+|table)([^\s.]*)\.|([!-%'-/:-@[-`{-~]))/;

/** The first letters of a line must not begin a block. */
const guard = (words: string, care: Care): string =>
  care === 0 || !BLOCK_START.test(words) ? words : words.replace(FIRST_SIGN, (_, word: string | undefined, rest: string | undefined, sign: string | undefined) => (sign === undefined ? `${word ?? ""}${rest ?? ""}${entity(".")}` : entity(sign)));

/** `inside`: the first line begins behind a marker and can begin no block. */
const printInlines = (inlines: readonly Inline[], around: Out, inside: boolean): string => {
  const out: Out = { ...around, hasCode: inlines.some((inline) => inline.t === "text" && (inline.marks.code === true || /@(?![\p{L}\p{N}])/u.test(inline.text))) };
  let line = "";
  /** What was printed last ends with a sign, which needs an edge before a letter. */
  let open = false;
  const add = (piece: string, isSign: boolean): void => {
    const touches = line !== "" && !/[ \n(]$/.test(line);
    if (touches && (isSign || (open && !/^(?: |[.,;:!?)](?: |$))/.test(piece)))) line += EDGE_MARK;
    const starts = line === "" ? !inside : line.endsWith("\n");
    line += starts && !isSign ? guard(piece, out.care) : piece;
    open = isSign;
  };
  for (const inline of inlines) {
    if (inline.t === "break") {
      line += "\n";
      open = false;
    } else if (inline.t === "image") add(printImage(inline, out), true);
    else if (inline.t === "text" && !isMarked(inline.marks)) add(plainOf(inline.text, out), false);
    else if (inline.t === "text") {
      const [, before = "", words = "", after = ""] = /^( *)([^]*?)( *)$/.exec(inline.text) ?? [];
      if (before !== "") add(before, false);
      if (words !== "") add(printRun(words, inline.marks, out), true);
      if (after !== "") add(after, false);
    }
  }
  return line;
};

const printCode = (block: Block & { t: "code" }, out: Out): string => {
  if (/<\/?(?:pre|code|kbd|notextile)\b/i.test(block.text)) out.lost.push("tags inside code");
  const body = block.text.replace(/<(?=\/?(?:pre|code|kbd|notextile)\b)/gi, "< ");
  const language = block.language === "c++" ? "cpp" : block.language;
  if (/[^\w]/.test(language)) out.lost.push("language of code");
  return language === "" || /[^\w]/.test(language) ? `<pre>\n${body}\n</pre>` : `<pre><code class="${language}">\n${body}\n</code></pre>`;
};

const printItem = (item: readonly Block[], marker: string, out: Out): readonly string[] => {
  const lists = item.filter((block) => block.t === "list");
  const own = item.filter((block) => block.t !== "list").map((block) => (block.t === "code" ? printCode(block, out) : block.t === "paragraph" ? printInlines(block.inlines, out, true) : ""));
  const [first] = lists;
  const nested = lists.flatMap((list) => {
    if (first?.t === "list" && list.t === "list" && list.ordered !== first.ordered) out.lost.push("kind of an inner list");
    return list.t === "list" ? printList({ ...list, ordered: first?.t === "list" ? first.ordered : list.ordered }, marker, out) : [];
  });
  return [`${marker} ${own.join("\n")}`, ...nested];
};

const printList = (list: Block & { t: "list" }, above: string, out: Out): readonly string[] => {
  const marker = `${above}${list.ordered ? "#" : "*"}`;
  return list.items.flatMap((item) => printItem(item, marker, out));
};

const printCell = (cell: Cell, out: Out): string => {
  const [block] = cell.blocks;
  const words = block?.t === "paragraph" ? printInlines(block.inlines, { ...out, inTable: true }, true) : "";
  const modifiers = `${cell.header ? "_" : ""}${cell.colspan > 1 ? `\\${cell.colspan}` : ""}${cell.rowspan > 1 ? `/${cell.rowspan}` : ""}`;
  // A cell that begins with an empty line is read as no cell at all.
  const safe = /^[\u00a0 ]+\n/.test(words) ? words.trimStart().replace(/^/, "&nbsp;\n") : words;
  return `${modifiers === "" ? "" : `${modifiers}. `}${safe === "" ? " " : safe}`;
};

const printBlock = (block: Block, out: Out): string => {
  switch (block.t) {
    case "paragraph":
      return printInlines(block.inlines, out, false);
    case "heading":
      return `h${block.level}. ${printInlines(block.inlines, out, true)}`;
    case "list":
      return printList(block, "", out).join("\n");
    case "table":
      return block.rows.map((row) => `|${row.map((cell) => printCell(cell, out)).join("|")}|`).join("\n");
    case "code":
      return printCode(block, out);
    case "quote":
      return quoted(block.blocks.map((inner) => printBlock(inner, out)).join("\n\n"));
    case "panel":
      return "";
    case "rule":
      return "---";
  }
};

/** The lines of a block of code stay as they are: it is cut out before quotes are read. */
const quoted = (lines: string): string => {
  let inCode = false;
  return lines.split("\n").map((line) => {
    const held = inCode;
    if (/<pre>/.test(line)) inCode = true;
    if (/<\/pre>/.test(line)) inCode = false;
    return held ? line : line.startsWith(">") ? `>${line}` : line === "" ? ">" : `> ${line}`;
  }).join("\n");
};

/** The tree as Textile can hold it; `lost` gets the name of each thing that had no counterpart. */
export const fitTextile = (doc: Doc, lost: string[]): Doc => {
  const fit = (inline: Inline): Inline => {
    const link = inline.t === "image" ? inline.link : inline.t === "text" ? inline.marks.link : undefined;
    if (link === undefined || canLink(link)) return inline;
    lost.push("link");
    if (inline.t === "image") return { t: "image", src: inline.src, alt: inline.alt };
    if (inline.t !== "text") return inline;
    const { link: _link, ...marks } = inline.marks;
    return { ...inline, marks };
  };
  return reduceDoc(doc.map((block) => mapInlines(block, (inlines) => inlines.map(fit))), CAN, lost);
};

/** One block of a tree that was fitted. */
export const printTextileBlock = (block: Block, care: Care, lost: string[]): string => printBlock(block, { care, lost, inTable: false, hasCode: false });
