// Jira wiki markup → blocks, line by line. Jira sheet, section 22.3; any text is accepted. Pure; linear in its length.

import { type Block, type Cell, type Inline, paragraph, text } from "./node.ts";
import { Brackets, linkParts, MOST_LINK, readInlines } from "./wikiInline.ts";
import { liftMacros, type Macro, TOKEN } from "./wikiMacros.ts";
import { tidyInlines } from "./tidy.ts";
import { IMAGE, isImageName, isTarget } from "./wikiSigns.ts";

/** A piece of text with the macros that its tokens stand for. */
interface Piece {
  readonly text: string;
  readonly macros: readonly Macro[];
}

interface ListLine {
  readonly signs: string;
  piece: Piece;
}

interface State {
  readonly blocks: Block[];
  readonly lost: string[];
  readonly depth: number;
  words: Piece | undefined;
  list: ListLine[];
  rows: Piece[];
  /** The list that the blocks end with, still growing. */
  lists: OpenList | undefined;
}

const MOST_DEEP = 16;
/** NBSP is a letter here as everywhere in the normal form. */
const BLANK = /^[ \t\n]*$/;
/** Deeper lists than any system shows. */
const MOST_SIGNS = 16;

const joined = (a: Piece | undefined, b: Piece): Piece => (a === undefined ? b : { text: `${a.text}\n${b.text}`, macros: [...a.macros, ...b.macros] });

const strong = (title: string): readonly Block[] => (title === "" ? [] : [paragraph([text(title, { strong: true })])]);

const macroBlocks = (macro: Macro, lost: string[], depth: number): readonly Block[] => {
  switch (macro.t) {
    case "code":
      if (macro.title !== "") lost.push("title of code");
      return [...strong(macro.title), { t: "code", language: macro.language, text: macro.text }];
    case "quote":
      return [{ t: "quote", blocks: readBlocks(macro.body, lost, depth + 1) }];
    case "panel":
      if (!macro.exact) lost.push("custom panel");
      return [{ t: "panel", kind: macro.kind, blocks: [...strong(macro.title), ...readBlocks(macro.body, lost, depth + 1)] }];
  }
};

/** Words and macros in the order they stand. */
const pieceBlocks = (piece: Piece, state: State): readonly Block[] => {
  if (piece.macros.length === 0) return [paragraph(readInlines(piece.text, state.lost))];
  const parts = piece.text.split(TOKEN);
  return parts.flatMap((part, index): readonly Block[] => {
    const macro = piece.macros[index];
    const words: readonly Block[] = BLANK.test(part) ? [] : [paragraph(readInlines(part.replace(/^[ \t]*\n|\n[ \t]*$/g, ""), state.lost))];
    return macro === undefined ? words : [...words, ...macroBlocks(macro, state.lost, state.depth)];
  });
};

const isOrdered = (line: ListLine, level: number): boolean => line.signs[level] === "#";

interface OpenList {
  readonly t: "list";
  readonly ordered: boolean;
  readonly items: Block[][];
}

const says = (block: Block): boolean => block.t !== "paragraph" || tidyInlines(block.inlines).length > 0;

/** An item of nothing but inner lists belongs to the item before: there is no way to write it apart. */
const addItem = (lists: OpenList[], ordered: boolean, words: readonly Block[], inner: readonly Block[]): void => {
  const last = lists.at(-1);
  const before = last?.items.at(-1);
  if (before !== undefined && inner.length > 0 && !words.some(says)) before.push(...inner);
  else if (last !== undefined && last.ordered === ordered) last.items.push([...words, ...inner]);
  else lists.push({ t: "list", ordered, items: [[...words, ...inner]] });
};

/** Lists of one kind that only a blank line parts are one, as everywhere in the normal form. */
const addLists = (state: State, lists: readonly OpenList[]): void => {
  for (const list of lists) {
    const last = state.lists?.ordered === list.ordered && state.blocks.at(-1) === state.lists ? state.lists : undefined;
    if (last === undefined) {
      state.blocks.push(list);
      state.lists = list;
      continue;
    }
    const [first, ...rest] = list.items;
    if (first?.every((block) => block.t === "list") === true) last.items.at(-1)?.push(...first);
    else if (first !== undefined) last.items.push(first);
    for (const item of rest) last.items.push(item);
  }
};

/** Lines of one level and deeper → lists; a deeper line belongs to the item before it. */
const listBlocks = (lines: readonly ListLine[], level: number, state: State): readonly OpenList[] => {
  const lists: OpenList[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at];
    if (line === undefined) break;
    const own = line.signs.length === level + 1;
    let end = own ? at + 1 : at;
    while (end < lines.length && (lines[end]?.signs.length ?? 0) > level + 1) end++;
    const words = own ? pieceBlocks(line.piece, state) : [];
    addItem(lists, isOrdered(line, level), words, listBlocks(lines.slice(own ? at + 1 : at, end), level + 1, state));
    at = end;
  }
  return lists;
};

/** Where the bar after `from` is that ends a cell: not one that is escaped, or inside a link or an image. */
const cellEnd = (row: string, from: number, brackets: Brackets): number => {
  for (let at = from; at < row.length; at++) {
    const letter = row[at];
    if (letter === "\\") at++;
    else if (letter === "|") return at;
    else if (letter === "[") {
      const end = brackets.after(at);
      const inside = end < 0 || end - at > MOST_LINK ? "" : row.slice(at + 1, end);
      if (inside.includes("|") && !/(?<!\\)\[/.test(inside) && isTarget(linkParts(inside).target)) at = end;
    } else if (letter === "!") {
      IMAGE.lastIndex = at;
      const image = IMAGE.exec(row);
      if (image?.[1] !== undefined && isImageName(image[1])) at += image[0].length - 1;
    }
  }
  return row.length;
};

const cellsOf = (piece: Piece, state: State): readonly Cell[] => {
  const row = piece.text;
  const cells: Cell[] = [];
  const brackets = new Brackets(row);
  let macro = 0;
  for (let at = 0; at < row.length; ) {
    const header = row[at + 1] === "|";
    const from = at + (header ? 2 : 1);
    const end = cellEnd(row, from, brackets);
    const inside = row.slice(from, end);
    // Nothing after the last bar is no cell.
    if (end >= row.length && BLANK.test(inside)) break;
    const tokens = inside.split(TOKEN).length - 1;
    const cell = { text: inside.replace(/^[ \t\n]+|[ \t\n]+$/g, ""), macros: piece.macros.slice(macro, macro + tokens) };
    macro += tokens;
    cells.push({ header, colspan: 1, rowspan: 1, blocks: state.depth >= MOST_DEEP ? [paragraph(readInlines(cell.text, state.lost))] : readLines(cell, state.lost, state.depth + 1) });
    at = end;
  }
  return cells;
};

const flush = (state: State): void => {
  const { words, list, rows } = state;
  [state.words, state.list, state.rows] = [undefined, [], []];
  if (words !== undefined) state.blocks.push(...pieceBlocks(words, state));
  if (list.length > 0) addLists(state, listBlocks(list, 0, state));
  if (rows.length > 0) state.blocks.push({ t: "table", rows: rows.map((row) => cellsOf(row, state)) });
};

const HEADING = /^h([1-6])\.[ \t]+([\s\S]*)$/i;
const QUOTE = /^bq\.[ \t]+([\s\S]*)$/i;
const LIST = /^([*#]+|-)[ \t]+([^ \t][\s\S]*)$/;
const RULE = /^-{4,5}$/;

/** A row goes on over lines until one ends with a bar. */
const isOpenRow = (row: Piece | undefined): boolean => row !== undefined && !/(?<!\\)\|[ \t]*$/.test(row.text.slice(-200));

const inlinesOf = (words: string, piece: Piece, state: State): readonly Inline[] => {
  const [first, ...rest] = pieceBlocks({ text: words, macros: piece.macros }, state);
  if (first?.t !== "paragraph") state.blocks.push(...(first === undefined ? [] : [first]));
  state.blocks.push(...rest);
  return first?.t === "paragraph" ? first.inlines : [];
};

/** A line that begins something of its own. False: it goes on with what is open. */
const begins = (state: State, piece: Piece): boolean => {
  if (!piece.text.startsWith("|") && isOpenRow(state.rows.at(-1))) return false;
  const heading = HEADING.exec(piece.text);
  const quote = heading === null ? QUOTE.exec(piece.text) : null;
  if (heading !== null || quote !== null) {
    flush(state);
    const at = state.blocks.length;
    const inlines = inlinesOf(heading?.[2] ?? quote?.[1] ?? "", piece, state);
    state.blocks.splice(at, 0, heading !== null ? { t: "heading", level: Number(heading[1]), inlines } : { t: "quote", blocks: [paragraph(inlines)] });
    return true;
  }
  if (RULE.test(piece.text)) {
    flush(state);
    state.blocks.push({ t: "rule" });
    return true;
  }
  const list = LIST.exec(piece.text);
  if (list !== null) {
    if (state.list.length === 0) flush(state);
    state.list.push({ signs: (list[1] ?? "*").slice(0, MOST_SIGNS), piece: { text: list[2] ?? "", macros: piece.macros } });
    return true;
  }
  if (!piece.text.startsWith("|")) return false;
  if (state.rows.length === 0) flush(state);
  state.rows.push(piece);
  return true;
};

const goOn = (state: State, piece: Piece): void => {
  const item = state.list.at(-1);
  const row = state.rows.at(-1);
  if (item !== undefined) item.piece = joined(item.piece, piece);
  else if (row !== undefined && isOpenRow(row)) state.rows[state.rows.length - 1] = joined(row, piece);
  else {
    if (state.rows.length > 0) flush(state);
    state.words = joined(state.words, piece);
  }
};

const readLines = (piece: Piece, lost: string[], depth: number): readonly Block[] => {
  const state: State = { blocks: [], lost, depth, words: undefined, list: [], rows: [], lists: undefined };
  let macro = 0;
  for (const line of piece.text.split("\n")) {
    const bare = line.replace(/^[ \t]+|[ \t]+$/g, "");
    const tokens = bare.includes(TOKEN) ? bare.split(TOKEN).length - 1 : 0;
    const own: Piece = { text: bare, macros: tokens === 0 ? [] : piece.macros.slice(macro, macro + tokens) };
    macro += tokens;
    if (bare === "") flush(state);
    else if (!begins(state, own)) goOn(state, own);
  }
  flush(state);
  return state.blocks;
};

const readBlocks = (wiki: string, lost: string[], depth: number): readonly Block[] => {
  if (depth > MOST_DEEP) return [paragraph([text(wiki)])];
  return readLines(liftMacros(wiki), lost, depth);
};

/** Blocks of any text, not yet tidy. */
export const readWiki = (wiki: string, lost: string[]): readonly Block[] => readBlocks(wiki.replace(/\r\n?/g, "\n").replaceAll(TOKEN, "\ufffd"), lost, 0);
