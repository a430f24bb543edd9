// Reading texts made to be slow to read: four times the length must not take much more than four times as long. Three figures a
// format, of its slowest texts.

import { it } from "vitest";
import { fromHtml } from "../../lib/core/text/html.ts";
import { fromMarkdown } from "../../lib/core/text/commonMark.ts";
import { fromTextile } from "../../lib/core/text/textile.ts";
import { fromWiki } from "../../lib/core/text/wiki.ts";
import { hostile } from "../core/text/arbitrary.ts";
import { keep } from "./measure.ts";

const FORMATS: readonly (readonly [string, (text: string) => string])[] = [["HTML", fromHtml], ["wiki markup", fromWiki], ["Textile", fromTextile], ["Markdown", fromMarkdown]];
const [SHORT, LONG] = [25_000, 100_000];

const once = (read: (text: string) => string, text: string): number => {
  const begin = performance.now();
  read(text);
  return performance.now() - begin;
};

/** The quickest of three: what a busy machine adds is not the text's fault. */
const milliseconds = (read: (text: string) => string, text: string): number => Math.min(once(read, text), once(read, text), once(read, text));

it.each(FORMATS)("hostile %s", { timeout: 600_000 }, (format, read) => {
  const texts = hostile.map((piece) => piece.repeat(Math.ceil(LONG / piece.length)).slice(0, LONG));
  const slowest = texts.map((text) => ({ text, long: once(read, text) })).toSorted((a, b) => b.long - a.long).slice(0, 3);
  for (const { text } of slowest) {
    const [short, long] = [milliseconds(read, text.slice(0, SHORT)), milliseconds(read, text)];
    keep({ bench: "text", what: `${format} ${JSON.stringify(text.slice(0, 8))}`, ours: `100 kB ${Math.round(long)} ms`, theirs: `25 kB ${Math.round(short)} ms`, ratio: long / short, asked: "<= 6" });
  }
});
