// The tree of rich text: the closed set of blocks and inlines that Tandem carries between systems. Every format is parsed
// into it and printed from it; what has no place in it becomes text. Only shapes and small questions about them: the
// canonical form is made in tidy.ts, printed in printHtml.ts.

/** Marks of a run of text, printed in one fixed order. Sub and sup exclude each other. */
export interface Marks {
  readonly link?: string;
  readonly colour?: string;
  readonly background?: string;
  readonly strong?: true;
  readonly em?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly sub?: true;
  readonly sup?: true;
  readonly code?: true;
}

export const CHIPS = ["emoji", "date", "status"] as const;
export type ChipKind = (typeof CHIPS)[number];

/** What a chip's value looks like; anything else is plain text. The status colours are those of ADF. */
export const CHIP_VALUES: Readonly<Record<ChipKind, RegExp>> = {
  emoji: /^:[^\s:<>]{1,60}:$/,
  date: /^\d{4}-\d\d-\d\d$/,
  status: /^(neutral|purple|blue|red|yellow|green)$/,
};

export type Inline =
  | { readonly t: "text"; readonly text: string; readonly marks: Marks }
  | { readonly t: "break" }
  /** A person, by the id of the side the text comes from, and as shown (without "@"). */
  | { readonly t: "mention"; readonly id: string; readonly name: string }
  /** `src` is an address, or the name of an attachment of the item; `link` where a click leads. */
  | { readonly t: "image"; readonly src: string; readonly alt: string; readonly link?: string }
  /** A small thing that is more than its text: emoji (value ":smile:"), date (yyyy-mm-dd), status lozenge (a colour name). */
  | { readonly t: "chip"; readonly kind: ChipKind; readonly value: string; readonly text: string };

export const PANELS = ["info", "note", "tip", "success", "warning", "error"] as const;
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

/** A text in another form, and the name of each thing in it that had no counterpart there (one entry per occurrence). */
export interface Converted<T = string> {
  readonly text: T;
  readonly lost: readonly string[];
}

export interface TextOptions {
  /** The other side's id and name of a person; undefined leaves the mention as read, and writes it as plain "@name". */
  readonly resolveMention?: (id: string, name: string) => { readonly id: string; readonly name: string } | undefined;
  /** The other side's address or attachment name of an image; undefined keeps it as it is. */
  readonly resolveImage?: (src: string) => string | undefined;
}

export const MARK_NAMES = ["link", "colour", "background", "strong", "em", "underline", "strike", "sub", "sup", "code"] as const;
export type MarkName = (typeof MARK_NAMES)[number];

/** While a run of marks is being put together. */
export type OpenMarks = { -readonly [K in keyof Marks]: Marks[K] };

export const sameMarks = (a: Marks, b: Marks): boolean => MARK_NAMES.every((name) => a[name] === b[name]);

/** The marks that both have, with the same value. */
export const commonMarks = (a: Marks, b: Marks): Marks => {
  const common: Record<string, unknown> = {};
  for (const name of MARK_NAMES) if (a[name] !== undefined && a[name] === b[name]) common[name] = a[name];
  return common as Marks;
};

export const text = (value: string, marks: Marks = {}): Inline => ({ t: "text", text: value, marks });

export const paragraph = (inlines: readonly Inline[]): Block => ({ t: "paragraph", inlines });

/** What a reader sees of some inlines. */
export const textOf = (inlines: readonly Inline[]): string =>
  inlines.map((inline) => {
    if (inline.t === "text" || inline.t === "chip") return inline.text;
    if (inline.t === "break") return "\n";
    return inline.t === "mention" ? `@${inline.name}` : inline.alt || inline.src;
  }).join("");

/** The blocks right inside a block; none for those that hold inlines or text. */
export const childrenOf = (block: Block): readonly (readonly Block[])[] => {
  if (block.t === "list") return block.items;
  if (block.t === "table") return block.rows.flatMap((row) => row.map((cell) => cell.blocks));
  return block.t === "quote" || block.t === "panel" ? [block.blocks] : [];
};

/** The same block with each group of inner blocks replaced. */
export const mapChildren = (block: Block, change: (blocks: readonly Block[]) => readonly Block[]): Block => {
  if (block.t === "list") return { ...block, items: block.items.map(change) };
  if (block.t === "table") return { ...block, rows: block.rows.map((row) => row.map((cell) => ({ ...cell, blocks: change(cell.blocks) }))) };
  return block.t === "quote" || block.t === "panel" ? { ...block, blocks: change(block.blocks) } : block;
};

/** The same block with its inlines, here and in all blocks inside, replaced. */
export const mapInlines = (block: Block, change: (inlines: readonly Inline[]) => readonly Inline[]): Block =>
  block.t === "paragraph" || block.t === "heading"
    ? { ...block, inlines: change(block.inlines) }
    : mapChildren(block, (blocks) => blocks.map((inner) => mapInlines(inner, change)));
