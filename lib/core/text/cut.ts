// Cutting a text that a field cannot hold: at a safe place, formatting kept, with a pointer to the original. Pure.

import { parseHtml } from "./html.ts";
import { type Block, type Doc, type Inline, mapChildren, paragraph, text } from "./node.ts";
import { printNormal } from "./printHtml.ts";
import { tidyDoc } from "./tidy.ts";

/** Letters still to be kept; counts down while the head of a document is taken. */
interface Room {
  left: number;
}

/** At most `room` letters, never half a letter, back to the end of the word before if there is one. */
const headOfText = (whole: string, room: Room): string => {
  if (whole.length <= room.left) {
    room.left -= whole.length;
    return whole;
  }
  const head = whole.slice(0, room.left).replace(/[\ud800-\udbff]$/, "");
  room.left = 0;
  const space = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\n"));
  return space > 0 ? head.slice(0, space) : head;
};

const headOfInlines = (inlines: readonly Inline[], room: Room): readonly Inline[] =>
  inlines.flatMap((inline): Inline[] => {
    if (room.left <= 0) return [];
    if (inline.t === "text") return [{ ...inline, text: headOfText(inline.text, room) }];
    room.left -= 1;
    return [inline];
  });

const headOf = (blocks: readonly Block[], room: Room): readonly Block[] =>
  blocks.flatMap((block): Block[] => {
    if (room.left <= 0) return [];
    room.left -= 1;
    if (block.t === "code") return [{ ...block, text: headOfText(block.text, room) }];
    if (block.t === "paragraph" || block.t === "heading") return [{ ...block, inlines: headOfInlines(block.inlines, room) }];
    if (block.t !== "table") return [mapChildren(block, (inner) => headOf(inner, room))];
    const rows = block.rows.map((row) => (room.left <= 0 ? [] : row.map((cell) => ({ ...cell, blocks: headOf(cell.blocks, room) }))));
    return [{ ...block, rows }];
  });

/** The greatest n up to `most` for which `fits` holds; fits is monotonic. */
const greatest = (most: number, fits: (n: number) => boolean): number => {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
};

/**
 * The text unchanged if `measure` of it is at most `max`; else its longest head, cut between words, followed by `pointer`
 * (which says where the whole text is). "" if not even the pointer fits. `measure` is the length in the form that is
 * written: Jira counts its own markup against the limit of 32,767 (Jira sheet, section 21).
 */
export const cutText = (normal: string, max: number, measure: (normal: string) => number, pointer = "… (cut; the whole text is in the original)"): string => {
  if (measure(normal) <= max) return normal;
  const doc = parseHtml(normal);
  const tail = paragraph([text(pointer)]);
  const cut = (n: number): string => printNormal(tidyDoc([...headOf(doc, { left: n }), tail] as Doc));
  for (let most = normal.length; ; ) {
    const kept = greatest(most, (n) => measure(cut(n)) <= max);
    const result = cut(kept);
    if (measure(result) <= max) return result;
    if (kept === 0) return "";
    most = Math.floor(kept / 2);
  }
};
