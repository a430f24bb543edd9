// Atlassian Document Format (Jira Cloud v3) ⇄ normal form. Jira sheet, section 22.2. Never throws for any JSON.

import { type AdfNode, type Media, printAdf } from "./adfPrint.ts";
import { readAdf } from "./adfRead.ts";
import { parseHtml, resolveInlines } from "./html.ts";
import type { Converted, TextOptions } from "./node.ts";
import { printNormal } from "./printHtml.ts";
import { tidyDoc } from "./tidy.ts";

export type { AdfNode, Media } from "./adfPrint.ts";

export interface AdfOptions extends TextOptions {
  /** The media file that an attachment's name stands for; known only from the item's own ADF, see `mediaOf`. */
  readonly resolveMedia?: (name: string) => Media | undefined;
}

/** What `toAdf` gives: a document valid against the published schema. */
export interface AdfDoc {
  readonly version: 1;
  readonly type: "doc";
  readonly content: readonly AdfNode[];
}

/** `adf`: a document, or anything at all. `lost`: what had no counterpart, in words. */
export const fromAdfWithLoss = (adf: unknown, options: TextOptions = {}): Converted => {
  const lost: string[] = [];
  const doc = tidyDoc(readAdf(adf, lost));
  return { text: printNormal(resolveInlines(doc, options, "read", lost)), lost };
};

/**
 * Normal form of an ADF document, given as JSON value; null (a cleared field) is the empty text. What has no counterpart
 * is kept as text. Media are named by their `alt` (Jira puts the file's name there), else by their id.
 */
export const fromAdf = (adf: unknown, options: TextOptions = {}): string => fromAdfWithLoss(adf, options).text;

/** A document of version 1. Throws nothing; what ADF cannot hold is kept as text and told in `lost`. */
export const toAdfWithLoss = (normal: string, options: AdfOptions = {}): Converted<AdfDoc> => {
  const lost: string[] = [];
  const doc = resolveInlines(parseHtml(normal), options, "write", lost);
  return { text: { version: 1, type: "doc", content: printAdf(doc, lost, options.resolveMedia) }, lost };
};

/**
 * ADF of a normal form. The empty text is a document without content; clear a field with null instead. Images with an
 * address become external media; REST does not give the media ids of attachments, so these are kept as their bracketed
 * names unless `resolveMedia` knows them.
 */
export const toAdf = (normal: string, options: AdfOptions = {}): AdfDoc => toAdfWithLoss(normal, options).text;

/** The media files shown in an ADF document by the names that `fromAdf` gives them, to write them back as they were. */
export const mediaOf = (adf: unknown): ReadonlyMap<string, Media> => {
  const files = new Map<string, Media>();
  const stack: unknown[] = [adf];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value !== "object" || value === null) continue;
    const { type, attrs, content } = value as Readonly<Record<string, unknown>>;
    if (Array.isArray(content)) stack.push(...content);
    if (type !== "media" && type !== "mediaInline") continue;
    const { id, collection, alt } = (attrs ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof id === "string" && id !== "" && typeof collection === "string") files.set(typeof alt === "string" && alt !== "" ? alt : id, { id, collection });
  }
  return files;
};
