// The tree of rich text: the closed set of blocks and inlines that Tandem carries between systems. Every format is parsed
// into it and printed from it; what has no place in it becomes text.

/** Marks of a run of text, in one fixed order. */
export interface Marks {
  readonly link?: string;
  readonly colour?: string;
  readonly strong?: true;
  readonly em?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly sub?: true;
  readonly sup?: true;
  readonly code?: true;
}

export type Inline =
  | { readonly t: "text"; readonly text: string; readonly marks: Marks }
  | { readonly t: "break" }
  /** A person, by the id of the side the text comes from, and as shown. */
  | { readonly t: "mention"; readonly id: string; readonly name: string }
  /** `src` is an address, or the name of an attachment of the item. */
  | { readonly t: "image"; readonly src: string; readonly alt: string };

export const PANELS = ["info", "note", "success", "warning", "error"] as const;
export type PanelKind = (typeof PANELS)[number];

export interface Cell {
  readonly header: boolean;
  readonly colspan: number;
  readonly rowspan: number;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly t: "paragraph"; readonly inlines: readonly Inline[] }
  | { readonly t: "heading"; readonly level: number; readonly inlines: readonly Inline[] }
  | { readonly t: "list"; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly t: "table"; readonly rows: readonly (readonly Cell[])[] }
  | { readonly t: "code"; readonly language: string; readonly text: string }
  | { readonly t: "quote"; readonly blocks: readonly Block[] }
  | { readonly t: "panel"; readonly kind: PanelKind; readonly blocks: readonly Block[] }
  | { readonly t: "rule" };

export type Doc = readonly Block[];

const MARK_NAMES = ["link", "colour", "strong", "em", "underline", "strike", "sub", "sup", "code"] as const;

export const sameMarks = (a: Marks, b: Marks): boolean => MARK_NAMES.every((name) => a[name] === b[name]);

/** Joins neighbours of equal marks, folds white space as HTML does, trims the ends and around breaks. NBSP is kept. */
export const tidyInlines = (inlines: readonly Inline[]): readonly Inline[] => {
  const result: Inline[] = [];
  let glue = true;
  for (const inline of inlines) {
    if (inline.t !== "text") {
      if (inline.t === "break") trimEnd(result);
      result.push(inline);
      glue = inline.t === "break";
      continue;
    }
    let text = inline.text.replace(/[ \t\r\n\f]+/g, " ");
    if (glue) text = text.replace(/^ /, "");
    if (text === "") continue;
    glue = text.endsWith(" ");
    const last = result.at(-1);
    if (last?.t === "text" && sameMarks(last.marks, inline.marks)) result[result.length - 1] = { ...last, text: last.text + text };
    else result.push({ ...inline, text });
  }
  while (result.at(-1)?.t === "break") result.pop();
  trimEnd(result);
  while (result[0]?.t === "break") result.shift();
  return result;
};

const trimEnd = (inlines: Inline[]): void => {
  for (let last = inlines.at(-1); last?.t === "text"; last = inlines.at(-1)) {
    const text = last.text.replace(/ $/, "");
    inlines.pop();
    if (text !== "") {
      inlines.push({ ...last, text });
      return;
    }
  }
};

const tidyCell = (cell: Cell): Cell => ({ ...cell, blocks: tidyBlocks(cell.blocks) });

const tidyBlock = (block: Block): Block | undefined => {
  switch (block.t) {
    case "paragraph":
    case "heading": {
      const inlines = tidyInlines(block.inlines);
      return inlines.length === 0 ? undefined : { ...block, inlines };
    }
    case "list": {
      const items = block.items.map(tidyBlocks).filter((item) => item.length > 0);
      return items.length === 0 ? undefined : { ...block, items };
    }
    case "table": {
      const rows = block.rows.map((row) => row.map(tidyCell)).filter((row) => row.length > 0);
      return rows.length === 0 ? undefined : { ...block, rows };
    }
    case "code": {
      const text = block.text.replace(/\r\n?/g, "\n").replace(/^\n+|\s+$/g, "");
      return text === "" ? undefined : { ...block, text };
    }
    case "quote":
    case "panel": {
      const blocks = tidyBlocks(block.blocks);
      return blocks.length === 0 ? undefined : { ...block, blocks };
    }
    case "rule":
      return block;
  }
};

/** The canonical form of a document: nothing empty, neighbouring lists of one kind joined. */
export const tidyBlocks = (blocks: readonly Block[]): readonly Block[] => {
  const result: Block[] = [];
  for (const block of blocks) {
    const tidy = tidyBlock(block);
    if (tidy === undefined) continue;
    const last = result.at(-1);
    if (tidy.t === "list" && last?.t === "list" && last.ordered === tidy.ordered) result[result.length - 1] = { ...last, items: [...last.items, ...tidy.items] };
    else result.push(tidy);
  }
  return result;
};

export const textOf = (inlines: readonly Inline[]): string =>
  inlines.map((inline) => (inline.t === "text" ? inline.text : inline.t === "break" ? "\n" : inline.t === "mention" ? `@${inline.name}` : inline.alt || inline.src)).join("");
