// Jira wiki markup (Data Center, and version 2 of the interface on Cloud) ⇄ normal form. Jira sheet, sections 22.1, 22.3.
// Never throws for any text.

import { parseHtml, resolveInlines } from "./html.ts";
import type { Converted, TextOptions } from "./node.ts";
import { printNormal } from "./printHtml.ts";
import { tidyDoc } from "./tidy.ts";
import { printWiki } from "./wikiPrint.ts";
import { readWiki } from "./wikiRead.ts";

/** Never throws, whatever it is given. `lost` as of HTML. */
export const fromWikiWithLoss = (wiki: string, options: TextOptions = {}): Converted => {
  const lost: string[] = [];
  const doc = tidyDoc(readWiki(wiki, lost));
  return { text: printNormal(resolveInlines(doc, options, "read", lost)), lost };
};

/** Normal form of wiki markup. Unknown macros stay as text. A mention has the login it is written with, and no other name. */
export const fromWiki = (wiki: string, options: TextOptions = {}): string => fromWikiWithLoss(wiki, options).text;

/** `lost`: what the markup has no sign for, in words. */
export const toWikiWithLoss = (normal: string, options: TextOptions = {}): Converted => {
  const lost: string[] = [];
  return { text: printWiki(resolveInlines(parseHtml(normal), options, "write", lost), lost), lost };
};

/** Wiki markup of a normal form; read again it is the same from the second pass on. */
export const toWiki = (normal: string, options: TextOptions = {}): string => toWikiWithLoss(normal, options).text;
