// Rich text as Azure DevOps holds it ⇄ normal form: HTML, or Markdown where a field of a newer Services item is set to it
// (azure-devops.md §9.4). Pure.

import { fromMarkdown, toMarkdown } from "../../core/text/commonMark.ts";
import { cutText } from "../../core/text/cut.ts";
import { fromHtml, toHtml } from "../../core/text/html.ts";

export type TextForm = "html" | "markdown";

/** Longest long text (§21). */
export const MOST_TEXT = 1_048_576;

/** §14: a mention is a link that names the person's id; anything else would be a word that notifies nobody. */
const withMentions = (html: string): string => html.replace(/<span data-person="([0-9a-fA-F-]{36})">(@[^<]*)<\/span>/g, (_all, id: string, name: string) => `<a href="#" data-vss-mention="version:2.0,${id}">${name}</a>`);

export const readText = (raw: string, form: TextForm = "html"): string => (form === "markdown" ? fromMarkdown(raw) : fromHtml(raw));

export const writeText = (normal: string, form: TextForm = "html"): string => (form === "markdown" ? toMarkdown(normal) : withMentions(toHtml(normal)));

/** Cut at a safe place where it is longer than the field takes; how long it is counts as it is written. */
export const fittingText = (normal: string, form: TextForm = "html", most = MOST_TEXT): string => writeText(cutText(normal, most, (text) => writeText(text, form).length), form);
