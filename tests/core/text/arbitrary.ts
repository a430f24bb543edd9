// Random documents and hostile texts for the property tests of rich text, and how many runs they make.

import fc from "fast-check";
import type { Block, Cell, Inline, Marks } from "../../../lib/core/text/node.ts";
import { PANELS } from "../../../lib/core/text/node.ts";
import { printNormal } from "../../../lib/core/text/printHtml.ts";
import { tidyDoc } from "../../../lib/core/text/tidy.ts";
import { anyCharacter } from "../../support/anyCharacter.ts";

/** FC_RUNS=750 in CI (.ci/run), more for the long run; FC_SEED to repeat one (fast-check prints the seed of a failure). */
export const runs = (share = 1): { numRuns: number; seed?: number } => ({
  numRuns: Math.max(Math.round(Number(process.env["FC_RUNS"] ?? 100) * share), 10),
  ...(process.env["FC_SEED"] === undefined ? {} : { seed: Number(process.env["FC_SEED"]) }),
});

const SHARP = ["*", "_", "-", "+", "^", "~", "?", "??", "{", "}", "{{", "}}", "[", "]", "|", "||", "!", "#", "\\", "\\\\", "&", "&amp;", "&#42;", "<", ">", "`", "``", "@", "%", "(", ")", ":", ":)", "(!)", "=", "==", "\"", "'", ".", ",", "1.", "h1.", "bq.", "----", "--", "{code}", "{quote}", "{color:red}", "https://x.y/a_b", "a@b.de", "\u00a0", "é", "日本", "🙂", "$", "&nbsp;", "http://", "[~bob]", "![a](b)", "<b>", "</p>", "- x", "# x", "> x", "p. ", "\t", "~~", "**", "__", "user#1", "\u200b"];
const word = fc.oneof({ weight: 3, arbitrary: fc.stringMatching(/^[a-z]{1,5}$/) }, { weight: 3, arbitrary: fc.constantFrom(...SHARP) }, { weight: 1, arbitrary: fc.string({ maxLength: 6, unit: anyCharacter }) });
const words = fc.array(fc.tuple(word, fc.constantFrom("", " ", " ")), { minLength: 1, maxLength: 5 }).map((list) => list.map(([a, b]) => a + b).join(""));

const yes = fc.option(fc.constant(true as const), { nil: undefined, freq: 3 });
const colour = fc.constantFrom("#ff0000", "#00ff00", "#123456");
const marks: fc.Arbitrary<Marks> = fc
  .oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: fc.record({ strong: yes, em: yes, underline: yes, strike: yes, sub: yes, sup: yes, code: yes, colour: fc.option(colour, { nil: undefined, freq: 3 }), background: fc.option(colour, { nil: undefined, freq: 3 }), link: fc.option(fc.constantFrom("https://x.y/z?a=b&c=(d)_e", "mailto:a@b.de", "file.txt", "#top", "/a/b*c_d", "http://[::1]/~x!y", "https://e.org/a%20b|c]d"), { nil: undefined, freq: 3 }) }) })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Marks);

const inline: fc.Arbitrary<Inline> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ t: fc.constant("text" as const), text: words, marks }) },
  { weight: 1, arbitrary: fc.constant({ t: "break" as const }) },
  { weight: 1, arbitrary: fc.record({ t: fc.constant("mention" as const), id: fc.constantFrom("bob", "557058:11111111-2222-3333-4444-555555555555", "a b", "x]y"), name: fc.constantFrom("Bob Ö.", "x") }) },
  { weight: 1, arbitrary: fc.record({ t: fc.constant("image" as const), src: fc.constantFrom("a.png", "screen shot (1).png", "we|ird!.png", "https://x.y/i.png?a=1&b=2"), alt: fc.constantFrom("", "alt text", "a!b|c]") }) },
  { weight: 1, arbitrary: fc.constantFrom<Inline>({ t: "chip", kind: "date", value: "2026-11-24", text: "2026-11-24" }, { t: "chip", kind: "status", value: "green", text: "DONE" }, { t: "chip", kind: "emoji", value: ":slight_smile:", text: "🙂" }, { t: "chip", kind: "emoji", value: ":party:", text: ":party:" }) },
);
const inlines = fc.array(inline, { minLength: 1, maxLength: 4 });
const codeText = fc.array(fc.oneof(words, fc.constantFrom("", "  x", "{code}", "{noformat}", "```", "~~~", "</pre>", "</code>", "`")), { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));

const { blocks } = fc.letrec<{ block: Block; blocks: readonly Block[] }>((tie) => ({
  blocks: fc.array(tie("block"), { minLength: 1, maxLength: 3 }),
  block: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 5, arbitrary: fc.record({ t: fc.constant("paragraph" as const), inlines }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant("heading" as const), level: fc.integer({ min: 1, max: 6 }), inlines }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant("code" as const), language: fc.constantFrom("", "java", "c++"), text: codeText }) },
    { weight: 1, arbitrary: fc.constant({ t: "rule" as const }) },
    { weight: 2, arbitrary: fc.record({ t: fc.constant("list" as const), ordered: fc.boolean(), items: fc.array(tie("blocks"), { minLength: 1, maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant("table" as const), rows: fc.array(fc.array(fc.record<Cell>({ header: fc.boolean(), colspan: fc.constantFrom(1, 1, 2), rowspan: fc.constantFrom(1, 1, 2), blocks: fc.oneof(fc.constant([]), tie("blocks")) as fc.Arbitrary<readonly Block[]> }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant("quote" as const), blocks: tie("blocks") }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant("panel" as const), kind: fc.constantFrom(...PANELS), blocks: tie("blocks") }) },
  ) as fc.Arbitrary<Block>,
}));

/** Trees as a reader may give them, not tidy. */
export const wildDocs = blocks;
/** Normal forms. */
export const normals = blocks.map((doc) => printNormal(tidyDoc(doc)));
/** Source texts of any line-based format: sharp letters and lines in any order. */
export const sources = fc.array(fc.tuple(fc.oneof(word, fc.constantFrom("* a", "** b", "# c", "|a|b|", "||h||", "{code}", "{quote}", "{panel:title=x}", "{noformat}", "{color}", "> q", "```", "~~~", "    x", "1. a", "- b", "  - c", "|---|---|", "---", "===", "<pre>", "</pre>", "h2. x", "p(x). y", "\"t\":http://u", "!i.png!", "[t|u]", "[t](u)", "<b>", "</b>", "<br>", "%{color:red}x%", "@c@")), fc.constantFrom("", " ", "\n", "\n", "\n\n", "\r\n")), { maxLength: 14 }).map((list) => list.map(([a, b]) => a + b).join(""));

const HUGE = 10_000;
/** 100 kB of whatever is known to drive naive readers to quadratic work. */
export const hostile: readonly string[] = [...SHARP, "* a\n", "****", "|a", "|a|\n", "||", "{code}\n", "{quote}", "{panel}", "{color:red}", "[a|", "[[", "](", "![", "!a", "<b>", "<div>", "<table>", "<font color=1>", "<p>x", "> ", ">", "```\n", "1. a\n", "  - a\n", "\"a\":", "\"", "%{color:red}", "*a ", "*a_b ", "a*", " -", "{*}", "&", "&#", "https://", "\n", "\n\n", " ", "<", "</", "<!--", "- a\n\n", "<a href=\"", "=", "`a", "h1. a\n", "* a\n** b\n", "a@", "\\"].map((piece) => piece.repeat(Math.ceil(HUGE / piece.length)));
