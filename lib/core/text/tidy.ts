// The canonical form of the tree: one document, one tree, however it was written. Everything that is read passes here,
// so here the list is closed: addresses, colours, control letters, depth. Pure.

import { colourOf, safeAddress, safeSource } from "./address.ts";
import { type Block, CHIP_VALUES, childrenOf, commonMarks, type Doc, type Inline, mapChildren, type Marks, type OpenMarks, sameMarks } from "./node.ts";

/** Containers inside one another, at most; what lies deeper keeps its text and loses its frame. */
export const MOST_NESTED = 16;
const MOST_SPAN = 100;

/** Control letters have no place in any system's text (NUL stops databases); half letters become U+FFFD. */
export const cleanText = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, "").replace(/[\ud800-\udfff]/gu, "\ufffd");

const oneLine = (text: string): string => cleanText(text).replace(/[ \t\r\n\f]+/g, " ").trim();

const cleanMarks = (marks: Marks): Marks => {
  const { link, colour, background, sup, ...rest } = marks;
  const clean: OpenMarks = { ...rest };
  const address = link === undefined ? undefined : safeAddress(link);
  if (address !== undefined) clean.link = address;
  const ink = colour === undefined ? undefined : colourOf(colour);
  if (ink !== undefined) clean.colour = ink;
  const paper = background === undefined ? undefined : colourOf(background);
  if (paper !== undefined) clean.background = paper;
  if (sup === true && clean.sub !== true) clean.sup = true;
  return clean;
};

/** One inline that is not text, made safe; what says nothing becomes empty text. */
const cleanAtom = (inline: Exclude<Inline, { t: "text" }>): Inline => {
  const nothing: Inline = { t: "text", text: "", marks: {} };
  if (inline.t === "break") return inline;
  if (inline.t === "mention") {
    const id = oneLine(inline.id);
    const name = oneLine(inline.name).replace(/^@+\s*/, "") || id;
    return id === "" ? { ...nothing, text: name === "" ? "" : `@${name}` } : { t: "mention", id, name };
  }
  if (inline.t === "chip") {
    const [value, shown] = [oneLine(inline.value), oneLine(inline.text)];
    return shown === "" || !CHIP_VALUES[inline.kind].test(value) ? { ...nothing, text: shown } : { ...inline, value, text: shown };
  }
  const src = safeSource(inline.src);
  const alt = oneLine(inline.alt);
  if (src === undefined) return { ...nothing, text: alt };
  const link = inline.link === undefined ? undefined : safeAddress(inline.link);
  return { t: "image", src, alt: alt === src ? "" : alt, ...(link === undefined ? {} : { link }) };
};

const marksOf = (inline: Inline): Marks => (inline.t === "text" ? inline.marks : inline.t === "image" && inline.link !== undefined ? { link: inline.link } : {});

const append = (result: Inline[], inline: Inline): void => {
  const last = result.at(-1);
  if (inline.t === "text" && last?.t === "text" && sameMarks(last.marks, inline.marks)) result[result.length - 1] = { ...last, text: last.text + inline.text };
  else result.push(inline);
};

/**
 * Folds white space as HTML does, trims both ends and around breaks, joins neighbours of equal marks. A space carries
 * only the marks that the words on both sides of it have: formats that mark by delimiters can say nothing else. NBSP is
 * a letter like others.
 */
export const tidyInlines = (inlines: readonly Inline[]): readonly Inline[] => {
  const result: Inline[] = [];
  let space = false;
  const add = (inline: Inline): void => {
    const last = result.at(-1);
    if (space && last !== undefined && last.t !== "break" && inline.t !== "break") append(result, { t: "text", text: " ", marks: commonMarks(marksOf(last), marksOf(inline)) });
    space = false;
    append(result, inline);
  };
  for (const raw of inlines) {
    const inline = raw.t === "text" ? raw : cleanAtom(raw);
    if (inline.t !== "text") {
      if (inline.t !== "break" || result.length > 0) add(inline);
      continue;
    }
    const marks = cleanMarks(inline.marks);
    cleanText(inline.text).split(/[ \t\r\n\f]+/).forEach((word, index) => {
      if (index > 0) space = true;
      if (word !== "") add({ t: "text", text: word, marks });
    });
  }
  while (result.at(-1)?.t === "break") result.pop();
  return result;
};

const span = (value: number): number => (Number.isInteger(value) && value > 1 ? Math.min(value, MOST_SPAN) : 1);

const tidyTable = (block: Block & { t: "table" }, depth: number): Block | undefined => {
  const rows = block.rows
    .map((row) => row.map((cell) => ({ header: cell.header, colspan: span(cell.colspan), rowspan: span(cell.rowspan), blocks: tidyAt(cell.blocks, depth + 1) })))
    .filter((row) => row.length > 0);
  return rows.length === 0 ? undefined : { t: "table", rows };
};

/** Tabs stay, the ends of lines and of the whole are trimmed: no system keeps those. */
const tidyCode = (text: string): string =>
  cleanText(text).replace(/\r\n?/g, "\n").split("\n").map((line) => line.trimEnd()).join("\n").replace(/^\n+/, "").trimEnd();

const tidyBlock = (block: Block, depth: number): Block | undefined => {
  switch (block.t) {
    case "paragraph":
    case "heading": {
      const inlines = tidyInlines(block.inlines);
      if (inlines.length === 0) return undefined;
      return block.t === "paragraph" ? { t: "paragraph", inlines } : { t: "heading", level: Math.min(Math.max(Math.round(block.level) || 1, 1), 6), inlines };
    }
    case "code": {
      const code = tidyCode(block.text);
      const language = block.language.replace(/[^\w+#.-]/g, "").slice(0, 40);
      return code === "" ? undefined : { t: "code", language, text: code };
    }
    case "rule":
      return { t: "rule" };
    case "table":
      return tidyTable(block, depth);
    case "list":
    case "quote":
    case "panel": {
      const tidy = mapChildren(block, (blocks) => tidyAt(blocks, depth + 1));
      const full = tidy.t === "list" ? { ...tidy, items: tidy.items.filter((item) => item.length > 0) } : tidy;
      return childrenOf(full).some((blocks) => blocks.length > 0) ? full : undefined;
    }
  }
};

/** What is inside, without any frame. An explicit stack: hostile texts nest deeper than ours. */
export const leavesOf = (blocks: readonly Block[]): readonly Block[] => {
  const result: Block[] = [];
  const stack: Block[] = blocks.toReversed();
  for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
    const inner = childrenOf(block);
    if (["list", "table", "quote", "panel"].includes(block.t)) for (const group of inner.toReversed()) for (const child of group.toReversed()) stack.push(child);
    else result.push(block);
  }
  return result;
};

const tidyAt = (blocks: readonly Block[], depth: number): readonly Block[] => {
  const result: Block[] = [];
  for (const block of depth >= MOST_NESTED ? leavesOf(blocks) : blocks) {
    const tidy = tidyBlock(block, depth);
    if (tidy === undefined) continue;
    const last = result.at(-1);
    // Two lists of one kind side by side look like one, and line-based formats cannot tell them apart.
    if (tidy.t === "list" && last?.t === "list" && last.ordered === tidy.ordered) result[result.length - 1] = { ...last, items: [...last.items, ...tidy.items] };
    else result.push(tidy);
  }
  return result;
};

/** Editors leave `<p>&nbsp;</p>` as an empty line; at the ends of a text it is nothing. */
const isBlank = (block: Block | undefined): boolean => block?.t === "paragraph" && block.inlines.every((inline) => inline.t === "text" && /^[\u00a0 ]*$/.test(inline.text));

/** The canonical form of a document: nothing empty, nothing unsafe, nothing deeper than MOST_NESTED. Idempotent. */
export const tidyDoc = (blocks: readonly Block[]): Doc => {
  const result = [...tidyAt(blocks, 0)];
  while (isBlank(result.at(-1))) result.pop();
  while (isBlank(result[0])) result.shift();
  return result;
};
