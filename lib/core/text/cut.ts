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

/** A number of letters, and the size of a text that is cut there. */
interface Tried {
  readonly n: number;
  readonly size: number;
}

/** Letters by which a question lies beyond where the answer seems to be: about a word. */
const MARGIN = 6;
/** Each so many questions the middle is asked for: unevenness is no reason to creep. */
const HALVING = 5;

/**
 * The greatest n below `beyond` whose size is at most `max`. Sizes never shrink, and mostly grow evenly: each question is put
 * where the last answers point to, a little farther so that the place lies between two of them, then nearer and nearer.
 */
const greatest = (beyond: Tried, max: number, sizeOf: (n: number) => number): number => {
  let low: Tried = { n: 0, size: 0 };
  let high = beyond;
  let last = low;
  for (let round = 1; high.n - low.n > 1; round++) {
    const perLetter = Math.max(0.1, (high.size - low.size) / (high.n - low.n));
    const ahead = last.n + (max - last.size) / perLetter + (last.size <= max ? MARGIN : -MARGIN);
    const wanted = round % HALVING === 0 ? (low.n + high.n) / 2 : ahead;
    const n = Math.min(Math.max(Math.round(wanted), low.n + 1), high.n - 1);
    last = { n, size: sizeOf(n) };
    if (last.size <= max) low = last;
    else high = last;
  }
  return low.n;
};

/**
 * The text unchanged if `measure` of it is at most `max`; else its longest head, cut between words, followed by `pointer`
 * (which says where the whole text is). "" if not even the pointer fits. `measure` is the length in the form that is
 * written: Jira counts its own markup against the limit of 32,767 (Jira sheet, section 21).
 */
export const cutText = (normal: string, max: number, measure: (normal: string) => number, pointer = "… (cut; the whole text is in the original)"): string => {
  const whole = measure(normal);
  if (whole <= max) return normal;
  const doc = parseHtml(normal);
  const tail = paragraph([text(pointer)]);
  const cut = (n: number): string => printNormal(tidyDoc([...headOf(doc, { left: n }), tail] as Doc));
  // Whole words are kept: many a number of letters makes the same text. Measuring is what takes time.
  const sizes = new Map<string, number>();
  const sizeOf = (n: number): number => {
    const head = cut(n);
    const size = sizes.get(head) ?? measure(head);
    sizes.set(head, size);
    return size;
  };
  for (let beyond: Tried = { n: normal.length + 1, size: whole }; ; ) {
    const kept = greatest(beyond, max, sizeOf);
    if (sizeOf(kept) <= max) return cut(kept);
    if (kept === 0) return "";
    const half = Math.ceil(kept / 2);
    beyond = { n: half, size: Math.max(max + 1, sizeOf(half)) };
  }
};
