// CommonMark with GitHub's tables, strikes and addresses (Redmine's newer Markdown), and Redmine's older Markdown ⇄ normal
// form. Never throws for any input. Held against a real Redmine in tests/proof/connectors/redmineText.test.ts. Pure.

import { blockHtml } from "./commonMarkBlocks.ts";
import type { Flavour } from "./commonMarkInline.ts";
import { asHtml, printMarkdownBlock, WITH_HTML, WITHOUT_HTML } from "./commonMarkPrint.ts";
import { withoutBareLinks } from "./bareLinks.ts";
import { parseHtml, resolveInlines } from "./html.ts";
import { type Block, type Converted, type Doc, type Inline, mapInlines, type TextOptions } from "./node.ts";
import { plainDoc } from "./normal.ts";
import { printNormal } from "./printHtml.ts";
import { reduceDoc } from "./reduce.ts";
import { cleanText, tidyDoc } from "./tidy.ts";

/** Each pass takes a step down; there are not more. */
const MOST_PASSES = 3;

/** Redmine's newer Markdown breaks lines where the source does, unless its configuration says otherwise. */
export type MarkdownKind = "commonMark" | "commonMarkSoftBreaks" | "markdown";

const FLAVOURS: Readonly<Record<MarkdownKind, Flavour>> = {
  commonMark: { hardBreaks: true, html: true, underline: false },
  commonMarkSoftBreaks: { hardBreaks: false, html: true, underline: false },
  markdown: { hardBreaks: true, html: false, underline: true },
};

const read = (source: string, kind: MarkdownKind): Doc => parseHtml(blockHtml(cleanText(source), FLAVOURS[kind]));

const fromMarkdownWithLoss = (source: string, kind: MarkdownKind = "commonMark", options: TextOptions = {}): Converted => {
  const lost: string[] = [];
  return { text: printNormal(resolveInlines(read(source, kind), options, "read", lost)), lost };
};

/** Normal form of a text in Markdown; HTML in it is reduced to the closed list. */
export const fromMarkdown = (source: string, kind: MarkdownKind = "commonMark"): string => fromMarkdownWithLoss(source, kind).text;

const compared = (doc: Doc): string => printNormal(tidyDoc(doc.map((block) => mapInlines(block, withoutBareLinks))));

const withoutInnerMarks = (inlines: readonly Inline[]): readonly Inline[] =>
  inlines.map((inline) => {
    if (inline.t !== "text") return inline;
    const { em: _em, underline: _underline, ...marks } = inline.marks;
    return { ...inline, marks };
  });

/** As Markdown where that reads back right, else with tags for the marks, else as HTML whole; without HTML, without what its signs cannot say. */
const printCarefully = (block: Block, kind: MarkdownKind, lost: string[]): { readonly source: string; readonly exact: boolean } => {
  const style = FLAVOURS[kind];
  const signs = (addresses: boolean) => () => printMarkdownBlock(block, style, { asTags: false, addresses });
  const ways = [signs(true), signs(false), ...(style.html ? [() => printMarkdownBlock(block, style, { asTags: true, addresses: false }), () => asHtml(block)] : [])];
  const wanted = compared([block]);
  let printed = "";
  for (const way of ways) {
    const before = printed;
    printed = way();
    if (printed !== before && compared(read(printed, kind)) === wanted) return { source: printed, exact: true };
  }
  if (style.html || plainDoc(read(printed, kind)) === plainDoc([block])) return { source: printed, exact: false };
  lost.push("formatting inside a word");
  return { source: printMarkdownBlock(mapInlines(block, withoutInnerMarks), style, { asTags: false, addresses: false }), exact: false };
};

const joined = (blocks: readonly { readonly source: string }[]): string => blocks.map(({ source }) => source).join("\n\n");

/** What does not read back as it is, or is fitted otherwise once it is read, would be written otherwise the next time: it is written so at once. */
const settled = (text: string, kind: MarkdownKind, isExact: boolean): string => {
  const can = FLAVOURS[kind].html ? WITH_HTML : WITHOUT_HTML;
  let last = text;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const seen = read(last, kind);
    const fitted = reduceDoc(seen, can, []);
    if (compared(fitted) === compared(seen) && (isExact || pass > 0)) break;
    last = joined(fitted.map((block) => printCarefully(block, kind, [])));
  }
  return last;
};

/** What is answered reads back as it was written: what would not is written as the plainer form that does. */
export const toMarkdownWithLoss = (normal: string, kind: MarkdownKind = "commonMark", options: TextOptions = {}): Converted => {
  const lost: string[] = [];
  const { html } = FLAVOURS[kind];
  const blocks = reduceDoc(resolveInlines(parseHtml(normal), options, "write", lost), html ? WITH_HTML : WITHOUT_HTML, lost).map((block) => printCarefully(block, kind, lost));
  const isExact = blocks.every(({ exact }) => exact);
  return { text: html && isExact ? joined(blocks) : settled(joined(blocks), kind, isExact), lost };
};

/** Markdown of a normal form. */
export const toMarkdown = (normal: string, kind: MarkdownKind = "commonMark"): string => toMarkdownWithLoss(normal, kind).text;
