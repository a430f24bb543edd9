// Any HTML (Octane and ALM/QC memos, Azure DevOps, ServiceNow) ⇄ normal form. Reduced to the closed list: scripts,
// styles, handlers and unknown addresses are gone, readable text stays. Never throws for any input.

import { readHtml } from "./htmlRead.ts";
import type { Block, Converted, Doc, Inline, TextOptions } from "./node.ts";
import { mapInlines, text } from "./node.ts";
import { printNormal } from "./printHtml.ts";
import { tidyDoc } from "./tidy.ts";

/** The canonical tree of any HTML. */
export const parseHtml = (html: string): Doc => tidyDoc(readHtml(html, []));

/** People and images under the names of the other side. What the resolver does not know stays when read, is text when written. */
export const resolveInlines = (doc: Doc, options: TextOptions, direction: "read" | "write", lost: string[]): Doc => {
  const { resolveMention, resolveImage } = options;
  if (resolveMention === undefined && resolveImage === undefined) return doc;
  const one = (inline: Inline): Inline => {
    if (inline.t === "image" && resolveImage !== undefined) return { ...inline, src: resolveImage(inline.src) ?? inline.src };
    if (inline.t !== "mention" || resolveMention === undefined) return inline;
    const person = resolveMention(inline.id, inline.name);
    if (person !== undefined) return { t: "mention", ...person };
    if (direction === "read") return inline;
    lost.push("mention of an unknown person");
    return text(`@${inline.name}`);
  };
  return tidyDoc(doc.map((block: Block) => mapInlines(block, (inlines) => inlines.map(one))));
};

/** `lost`: what is no part of the normal form, in words. */
export const fromHtmlWithLoss = (html: string, options: TextOptions = {}): Converted => {
  const lost: string[] = [];
  const doc = resolveInlines(tidyDoc(readHtml(html, lost)), options, "read", lost);
  return { text: printNormal(doc), lost };
};

/** Normal form of any HTML. */
export const fromHtml = (html: string, options: TextOptions = {}): string => fromHtmlWithLoss(html, options).text;

const toHtmlWithLoss = (normal: string, options: TextOptions = {}): Converted => {
  const lost: string[] = [];
  return { text: printNormal(resolveInlines(parseHtml(normal), options, "write", lost)), lost };
};

/** The normal form is HTML already; only people and images may need other names. */
export const toHtml = (normal: string, options: TextOptions = {}): string => toHtmlWithLoss(normal, options).text;
