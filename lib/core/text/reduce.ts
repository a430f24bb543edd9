// Fits a tree to what a format can hold, before it is printed: what has no place there becomes the nearest thing that
// has, in reading order, with no word lost; each step down is counted. Pure.

import { type Block, type Cell, type ChipKind, type Doc, type Inline, MARK_NAMES, type MarkName, type Marks, paragraph, text } from "./node.ts";
import { leavesOf, tidyDoc } from "./tidy.ts";

export type Place = "text" | "list item" | "table cell" | "quote" | "panel";
export type BlockKind = Block["t"];

export interface Capabilities {
  readonly marks: readonly MarkName[];
  readonly chips: readonly ChipKind[];
  readonly mentions: boolean;
  /** What may stand directly in each place. Paragraphs may everywhere. */
  readonly blocks: Readonly<Record<Place, readonly BlockKind[]>>;
  /** Places where two paragraphs in a row cannot be told from one with a line break. */
  readonly joined: readonly Place[];
  /** Cells over several columns and rows. */
  readonly columnSpans: boolean;
  readonly rowSpans: boolean;
  /** In an item nothing can follow an inner list but that list's own items. */
  readonly listsLast: boolean;
}

const MARK_WORDS: Readonly<Partial<Record<MarkName, string>>> = { colour: "text colour", background: "background colour", code: "inline code", strong: "bold", em: "italic" };
const BREAK: Inline = { t: "break" };

const withMarks = (inlines: readonly Inline[], marks: Marks): readonly Inline[] => inlines.map((inline) => (inline.t === "text" ? { ...inline, marks: { ...inline.marks, ...marks } } : inline));

const asLines = (blocks: readonly Block[]): readonly (readonly Inline[])[] =>
  leavesOf(blocks).flatMap((block): (readonly Inline[])[] => {
    if (block.t === "paragraph") return [block.inlines];
    if (block.t === "heading") return [withMarks(block.inlines, { strong: true })];
    return block.t === "code" ? block.text.split("\n").map((line) => [text(line.replace(/^[ \t]+/, (blank) => "\u00a0".repeat(blank.length)), { code: true })]) : [];
  });

const joinLines = (lines: readonly (readonly Inline[])[], between: readonly Inline[]): readonly Inline[] => lines.flatMap((line, index) => (index === 0 ? line : [...between, ...line]));

const rowLine = (row: readonly Cell[]): Block => paragraph(joinLines(row.map((cell) => joinLines(asLines(cell.blocks), [text(" ")])), [text(" | ")]));

/** One step down. Ends after at most three: panel → quote → its blocks; the others become paragraphs at once. */
const demote = (block: Block): readonly Block[] => {
  switch (block.t) {
    case "panel":
      return [{ t: "quote", blocks: block.blocks }];
    case "quote":
      return block.blocks;
    case "heading":
      return [paragraph(withMarks(block.inlines, { strong: true }))];
    case "code":
      return [paragraph(joinLines(asLines([block]), [BREAK]))];
    case "table":
      return block.rows.map(rowLine);
    case "list":
      return block.items.map((item, index) => paragraph([text(block.ordered ? `${index + 1}. ` : "- "), ...joinLines(asLines(item), [BREAK])]));
    default:
      return [];
  }
};

const reduceInline = (inline: Inline, can: Capabilities, lost: string[]): Inline => {
  if (inline.t === "chip" && !can.chips.includes(inline.kind)) {
    // An emoji is a letter, a date is its digits; a lozenge loses its frame.
    if (inline.kind === "status") lost.push("status lozenge");
    return text(inline.text);
  }
  if (inline.t === "mention" && !can.mentions) {
    lost.push("mention");
    return text(`@${inline.name}`);
  }
  if (inline.t !== "text") return inline;
  const missing = MARK_NAMES.filter((name) => inline.marks[name] !== undefined && !can.marks.includes(name));
  if (missing.length === 0) return inline;
  const marks: Record<string, unknown> = { ...inline.marks };
  for (const name of missing) {
    delete marks[name];
    lost.push(MARK_WORDS[name] ?? name);
  }
  return { ...inline, marks: marks as Marks };
};

const joinParagraphs = (blocks: readonly Block[], lost: string[], place: Place): readonly Block[] => {
  const result: Block[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    if (block.t === "paragraph" && last?.t === "paragraph") {
      result[result.length - 1] = paragraph([...last.inlines, BREAK, ...block.inlines]);
      lost.push(`paragraphs in a ${place}`);
    } else result.push(block);
  }
  return result;
};

const splitItem = (item: readonly Block[], lost: string[]): readonly (readonly Block[])[] => {
  const parts: Block[][] = [[]];
  for (const block of item) {
    const part = parts.at(-1) ?? [];
    if (block.t !== "list" && part.at(-1)?.t === "list") {
      parts.push([block]);
      lost.push("text after an inner list");
    } else part.push(block);
  }
  return parts;
};

const reduceCell = (cell: Cell, can: Capabilities, lost: string[]): readonly Cell[] => {
  const blocks = reduceBlocks(cell.blocks, "table cell", can, lost);
  const colspan = can.columnSpans ? cell.colspan : 1;
  const rowspan = can.rowSpans ? cell.rowspan : 1;
  if (colspan !== cell.colspan || rowspan !== cell.rowspan) lost.push("joined table cells");
  // The columns stay in line: what was one wide cell is followed by empty ones.
  const fill = Array.from({ length: cell.colspan - colspan }, (): Cell => ({ header: cell.header, colspan: 1, rowspan, blocks: [] }));
  return [{ header: cell.header, colspan, rowspan, blocks }, ...fill];
};

const reduceBlock = (block: Block, can: Capabilities, lost: string[]): Block => {
  switch (block.t) {
    case "paragraph":
    case "heading":
      return { ...block, inlines: block.inlines.map((inline) => reduceInline(inline, can, lost)) };
    case "list": {
      const items = block.items.map((item) => reduceBlocks(item, "list item", can, lost));
      return { ...block, items: can.listsLast ? items.flatMap((item) => splitItem(item, lost)) : items };
    }
    case "table":
      return { ...block, rows: block.rows.map((row) => row.flatMap((cell) => reduceCell(cell, can, lost))) };
    case "quote":
    case "panel":
      return { ...block, blocks: reduceBlocks(block.blocks, block.t, can, lost) };
    default:
      return block;
  }
};

const reduceBlocks = (blocks: readonly Block[], place: Place, can: Capabilities, lost: string[]): readonly Block[] => {
  const result = blocks.flatMap((block): readonly Block[] => {
    if (block.t === "paragraph" || can.blocks[place].includes(block.t)) return [reduceBlock(block, can, lost)];
    lost.push(place === "text" ? block.t : `${block.t} in a ${place}`);
    return reduceBlocks(demote(block), place, can, lost);
  });
  return can.joined.includes(place) ? joinParagraphs(result, lost, place) : result;
};

/** The tree as the format can hold it, tidy; `lost` gets the name of each thing that had no counterpart. */
export const reduceDoc = (doc: Doc, can: Capabilities, lost: string[]): Doc => tidyDoc(reduceBlocks(doc, "text", can, lost));
