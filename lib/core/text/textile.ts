// Textile as Redmine reads it ⇄ normal form. Never throws for any input. Redmine's own reading is the measure: the tests
// hold both directions against a real one (tests/proof/connectors/redmineText.test.ts). Pure.

import { withoutBareLinks } from "./bareLinks.ts";
import { resolveInlines, parseHtml } from "./html.ts";
import { type Block, type Converted, type Doc, mapInlines, type TextOptions } from "./node.ts";
import { printNormal } from "./printHtml.ts";
import { type Care, fitTextile, printTextileBlock } from "./textilePrint.ts";
import { readTextile } from "./textileRead.ts";
import { tidyDoc } from "./tidy.ts";

const fromTextileWithLoss = (source: string, options: TextOptions = {}): Converted => {
  const lost: string[] = [];
  return { text: printNormal(resolveInlines(tidyDoc(readTextile(source)), options, "read", lost)), lost };
};

/** Normal form of a Textile text. `@login`, `#12`, `[[page]]` and macros stay the words they are. */
export const fromTextile = (source: string): string => fromTextileWithLoss(source).text;

const compared = (doc: Doc): string => printNormal(tidyDoc(tidyDoc(doc).map((block) => mapInlines(block, withoutBareLinks))));

const readsAs = (source: string, doc: Doc): boolean => compared(readTextile(source)) === compared(doc);

/** The block with as few entities as read back right; what reads right with none of the ways is written with the most care. */
const printCarefully = (block: Block): { readonly source: string; readonly lost: readonly string[]; readonly exact: boolean } => {
  let printed = { source: "", lost: [] as string[], exact: false };
  for (const care of [0, 1, 2] as const satisfies readonly Care[]) {
    const lost: string[] = [];
    const source = printTextileBlock(block, care, lost);
    printed = { source, lost, exact: readsAs(source, [block]) };
    if (printed.exact) break;
  }
  return printed;
};

const joined = (blocks: readonly { readonly source: string }[]): string => blocks.map(({ source }) => source).join("\n\n");

/** What is answered reads back as it was written. */
export const toTextileWithLoss = (normal: string, options: TextOptions = {}): Converted => {
  const lost: string[] = [];
  const doc = fitTextile(resolveInlines(parseHtml(normal), options, "write", lost), lost);
  const blocks = doc.map(printCarefully);
  const text = joined(blocks);
  // What does not read back as it is would be written otherwise the next time: it is written so at once.
  const settled = blocks.every(({ exact }) => exact) ? text : joined(fitTextile(tidyDoc(readTextile(text)), []).map(printCarefully));
  return { text: settled, lost: [...lost, ...blocks.flatMap((block) => block.lost)] };
};

/** Textile of a normal form. */
export const toTextile = (normal: string): string => toTextileWithLoss(normal).text;
