// Real texts through every format, and between every two of them: no word lost, stable from the second pass on, and one word
// edited on one side is one word on the other. What random documents find stands in the tests beside this one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromAdf, toAdf } from "../../../lib/core/text/adf.ts";
import { fromMarkdown, type MarkdownKind, toMarkdown } from "../../../lib/core/text/commonMark.ts";
import { cutText } from "../../../lib/core/text/cut.ts";
import { fromHtml, toHtml } from "../../../lib/core/text/html.ts";
import { mergeTexts } from "../../../lib/core/text/merge.ts";
import { type Block, type Cell, mapInlines } from "../../../lib/core/text/node.ts";
import { fromPlain, normalText, parseNormal, plainText, printNormal } from "../../../lib/core/text/normal.ts";
import { fromTextile, toTextile } from "../../../lib/core/text/textile.ts";
import { tidyDoc } from "../../../lib/core/text/tidy.ts";
import { fromWiki, toWiki } from "../../../lib/core/text/wiki.ts";
import { runs } from "./arbitrary.ts";
import { REAL_LIFE } from "./realLife.ts";

const markdown = (kind: MarkdownKind) => (normal: string) => fromMarkdown(toMarkdown(normal, kind), kind);

/** What a system gives back of what it is given; each text is asked for once. */
const remembered = (render: (normal: string) => string): ((normal: string) => string) => {
  const known = new Map<string, string>();
  return (normal) => {
    const before = known.get(normal);
    if (before !== undefined) return before;
    const result = render(normal);
    known.set(normal, result);
    return result;
  };
};

/** Wiki markup knows a login alone; the connector knows the people. */
const PEOPLE = new Map([["anna.berg", "Anna Berg"], ["557058:11111111-2222-3333-4444-555555555555", "Bo Chen (ext.)"]]);

type Format = readonly [string, (normal: string) => string];

const FORMATS: readonly Format[] = (
  [
    ["HTML", (normal) => fromHtml(toHtml(normal))],
    ["Jira wiki markup", (normal) => fromWiki(toWiki(normal), { resolveMention: (id) => ({ id, name: PEOPLE.get(id) ?? id }) })],
    ["ADF", (normal) => fromAdf(toAdf(normal))],
    ["Textile", (normal) => fromTextile(toTextile(normal))],
    ["CommonMark", markdown("commonMark")],
    ["CommonMark with soft breaks", markdown("commonMarkSoftBreaks")],
    ["the older Markdown", markdown("markdown")],
    ["plain text", (normal) => fromPlain(plainText(normal))],
  ] satisfies readonly Format[]
).map(([name, render]): Format => [name, remembered(render)]);

const TEXTS = REAL_LIFE.map(([title, html]) => [title, fromHtml(html)] as const);

/** Numbers of items are written by the format itself. */
const words = (normal: string): readonly string[] => (plainText(normal).match(/[\p{L}\p{N}\p{M}_]+/gu) ?? []).filter((word) => !/^\d+$/.test(word)).toSorted();

const WORD = /(?<![\p{L}\p{N}\p{M}_])\p{L}{2,}(?![\p{L}\p{N}\p{M}_])/gu;

/** The word in the middle replaced; undefined where a text has none. */
const withOtherWord = (normal: string): { readonly edited: string; readonly word: string } | undefined => {
  const all: string[] = [];
  const each = (change: (word: string) => string): string => printNormal(tidyDoc(parseNormal(normal).map((block): Block => mapInlines(block, (inlines) => inlines.map((inline) => (inline.t === "text" ? { ...inline, text: inline.text.replace(WORD, change) } : inline))))));
  each((word) => {
    all.push(word);
    return word;
  });
  const word = all[all.length >> 1];
  if (word === undefined) return undefined;
  let seen = 0;
  return { word, edited: each((old) => (seen++ === all.length >> 1 ? "Edited7" : old)) };
};

describe("texts as people have them", () => {
  it.each(FORMATS)("keep every word in %s and are stable from the second pass on", (_name, render) => {
    for (const [title, normal] of TEXTS) {
      const once = render(normal);
      expect([title, words(once)]).toEqual([title, words(normal)]);
      expect([title, render(once)]).toEqual([title, once]);
    }
  });

  it.each(FORMATS)("come to rest between %s and every other format, and an edit of one word changes one word", (name, render) => {
    for (const [title, normal] of TEXTS) {
      const held = render(normal);
      for (const [other, rendersThere] of FORMATS) {
        if (other === name) continue;
        const there = rendersThere(held);
        const back = render(rendersThere(render(there)));
        expect([title, other, render(rendersThere(back))]).toEqual([title, other, back]);
        const edit = withOtherWord(there);
        if (edit === undefined) continue;
        const merged = mergeTexts(there, edit.edited, held);
        if (merged.whole || merged.lost > 0) continue;
        expect([title, other, normalText(render(merged.text).replaceAll("Edited7", edit.word))]).toEqual([title, other, held]);
      }
    }
  });

  it.each([
    ["a cell that begins with an empty line", "<table><tr><td>&nbsp;<br>Hello</td><td>b</td></tr></table>"],
    ["an empty line in a quote inside an item", "<blockquote><ul><li>Hello<blockquote><p>&nbsp;</p><p>again</p></blockquote></li></ul></blockquote>"],
  ])("keep their words and come to rest at once: %s", (_title, html) => {
    const normal = fromHtml(html);
    for (const [name, render] of FORMATS) {
      const once = render(normal);
      expect([name, words(once)]).toEqual([name, words(normal)]);
      expect([name, render(once)]).toEqual([name, once]);
    }
  });

  it("stay stable from the second pass on, and keep their words, when their parts stand inside one another", () => {
    const parts = TEXTS.flatMap(([, normal]) => parseNormal(normal));
    const part = fc.constantFrom(...parts);
    const { block } = fc.letrec<{ block: Block; blocks: readonly Block[] }>((tie) => ({
      blocks: fc.array(tie("block"), { minLength: 1, maxLength: 2 }),
      block: fc.oneof(
        { maxDepth: 3 },
        { weight: 2, arbitrary: part },
        { weight: 1, arbitrary: fc.record({ t: fc.constant("list" as const), ordered: fc.boolean(), items: fc.array(tie("blocks"), { minLength: 1, maxLength: 3 }) }) },
        { weight: 1, arbitrary: fc.record({ t: fc.constant("quote" as const), blocks: tie("blocks") }) },
        { weight: 1, arbitrary: fc.record({ t: fc.constant("panel" as const), kind: fc.constant("warning" as const), blocks: tie("blocks") }) },
        { weight: 1, arbitrary: fc.record({ t: fc.constant("table" as const), rows: fc.array(fc.array(fc.record<Cell>({ header: fc.boolean(), colspan: fc.constant(1), rowspan: fc.constant(1), blocks: tie("blocks") as fc.Arbitrary<readonly Block[]> }), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }) }) },
      ) as fc.Arbitrary<Block>,
    }));
    const letters = (normal: string): string => (plainText(normal).match(/\p{L}{2,}/gu) ?? []).toSorted().join(" ");
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 2 }), (blocks) => {
        const normal = printNormal(tidyDoc(blocks));
        for (const [name, render] of FORMATS) {
          const once = render(normal);
          expect([name, render(once)]).toEqual([name, once]);
          expect([name, letters(once)]).toEqual([name, letters(normal)]);
        }
      }),
      { seed: 777, ...runs(0.1) },
    );
  });

  it("are cut for Jira's 32,767 letters at a safe place, wherever that lies", () => {
    const whole = TEXTS.map(([, normal]) => normal);
    for (const from of [0, 7, 19, 31]) {
      const order = [...whole.slice(from), ...whole.slice(0, from)].join("");
      const cut = cutText(normalText(order.repeat(8)), 32_700, (text) => toWiki(text).length);
      const wiki = toWiki(cut);
      expect([wiki.length > 30_000, wiki.length <= 32_700]).toEqual([true, true]);
      expect(fromWiki(wiki)).toMatch(/cut; the whole text is in the original\)<\/p>$/);
      expect(fromWiki(toWiki(fromWiki(wiki)))).toBe(fromWiki(wiki));
    }
  });
});
