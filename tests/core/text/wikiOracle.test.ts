// Our reading of wiki markup beside the vendor's own converter, on one corpus. Where that one is known to differ (header
// cells in bold, a dash before citations, entities, escaped bars in cells) the corpus leaves it out: wiki.test.ts has those.

import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { fromAdf } from "../../../lib/core/text/adf.ts";
import { fromHtml } from "../../../lib/core/text/html.ts";
import { fromWiki, toWiki } from "../../../lib/core/text/wiki.ts";
import { REAL_LIFE } from "./realLife.ts";

interface Transformer {
  parse(wiki: string): unknown;
}
interface Encoder {
  encode(node: unknown): unknown;
}
// Its types need a browser's library.
const load = createRequire(import.meta.url) as (name: string) => Record<string, new () => Transformer & Encoder>;
const made = (name: string, type: string): Transformer & Encoder => {
  const Made = load(name)[type];
  if (Made === undefined) throw new Error(`${name} has no ${type}`);
  return new Made();
};
const vendor = made("@atlaskit/editor-wikimarkup-transformer", "WikiMarkupTransformer");
const json = made("@atlaskit/editor-json-transformer", "JSONTransformer");
const theirs = (wiki: string): string => fromAdf(json.encode(vendor.parse(wiki)));

const CORPUS: readonly string[] = [
  "a\nb\n\nc",
  "*a* _b_ +c+ -d- ^e^ ~f~ {{g}}",
  "x{*}a{*}y",
  "*_a_* {*}a{*}{_}b{_} (*a*) \"_b_\"",
  "{color:#ff0000}a{color}",
  "{color:red}a\nb{color}",
  "h1. a\n\nh6. b",
  "* a\n*# b\n*# c\n*#* d\n* e",
  "* a\n\n# b",
  "- a\n- b",
  "* a\nb\n* c",
  "words\n* a",
  "# a\n{code:java}\nx\n y\n{code}\n# b",
  "|a|c|\n|d|e|",
  "{code:java}\na{b}\n{code}",
  "{noformat}\n*x*\n{noformat}",
  "see {noformat}x{noformat} there",
  "{quote}\na\n\nb\n{quote}",
  "bq. a *b*",
  "{panel:bgColor=#ffebe6}\nb\n{panel}",
  "[t|https://x.y/a_b] [https://x.y] [m|mailto:a@b.de]",
  "see https://x.y/a_b_c.",
  "[a|b] [c] a[0]",
  "!https://x.y/i.png!",
  "a :) (/)",
  "a\n\n----\n\nb",
  "\\*a\\* \\_b\\_ \\{c\\} \\[d] \\(x) \\-f\\-",
  "2*3*4 a_b_c - x - snake_case_name",
  "*a _b* c_",
  "*a\nb*",
  "wow! great! yes!",
  "C:\\temp",
  "*one _two_* _three_",
];

/** Texts that differ only where the two are known to. */
const PLAIN = REAL_LIFE.filter(([title]) => !/table|cells|paths|panel|quote in|by habit|emoji|addresses|images|entities|begins with signs/.test(title));

describe("wiki markup beside the vendor's converter", () => {
  it.each(CORPUS)("reads %j as the vendor does", (wiki) => {
    expect(fromWiki(wiki)).toBe(theirs(wiki));
  });

  it.each(PLAIN)("writes %s so that the vendor reads the same", (_title, html) => {
    const wiki = toWiki(fromHtml(html));
    expect(theirs(wiki)).toBe(fromWiki(wiki));
  });

  it.each(CORPUS)("writes what it read of %j so that the vendor reads the same", (wiki) => {
    const normal = fromWiki(wiki);
    expect(theirs(toWiki(normal))).toBe(normal);
  });
});
