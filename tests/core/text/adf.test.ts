// ADF both ways, against the schema that Atlassian publishes.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromAdf, fromAdfWithLoss, mediaOf, toAdf, toAdfWithLoss } from "../../../lib/core/text/adf.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import { normals, runs } from "./arbitrary.ts";
import { REAL_LIFE } from "./realLife.ts";

const schemaFile = createRequire(import.meta.url).resolve("@atlaskit/adf-schema/json-schema/v1/full.json");
const compile = (): ValidateFunction => {
  // Draft 4 in name; it uses nothing that draft 7 reads differently.
  const { $schema: _, ...schema } = JSON.parse(readFileSync(schemaFile, "utf8")) as Record<string, unknown>;
  return new Ajv({ strict: false }).compile(schema);
};
const valid = compile();
const assertValid = (adf: unknown): void => {
  if (!valid(adf)) throw new Error(`${JSON.stringify(valid.errors?.slice(0, 3))} in ${JSON.stringify(adf)}`);
};
const doc = (...content: unknown[]): unknown => ({ version: 1, type: "doc", content });
const p = (...content: unknown[]): unknown => ({ type: "paragraph", content });
const t = (text: string, ...marks: unknown[]): unknown => ({ type: "text", text, ...(marks.length === 0 ? {} : { marks }) });

describe("ADF", () => {
  it("is empty for the empty text, and null is the empty text", () => {
    expect(toAdf("")).toEqual({ version: 1, type: "doc", content: [] });
    for (const nothing of [null, undefined, "", doc(), doc(p())]) expect(fromAdf(nothing)).toBe("");
  });

  const BOTH: readonly (readonly [string, string, unknown])[] = [
    ["marks", '<p>a <b>b</b><a href="https://x.y"><i>c</i></a><span style="color:#ff0000">d</span><sub>e</sub></p>', doc(p(t("a "), t("b", { type: "strong" }), t("c", { type: "link", attrs: { href: "https://x.y" } }, { type: "em" }), t("d", { type: "textColor", attrs: { color: "#ff0000" } }), t("e", { type: "subsup", attrs: { type: "sub" } })))],
    ["a break", "<p>a<br>b</p>", doc(p(t("a"), { type: "hardBreak" }, t("b")))],
    ["a mention", '<p><span data-person="id1">@Bob</span> x</p>', doc(p({ type: "mention", attrs: { id: "id1", text: "@Bob" } }, t(" x")))],
    ["chips", '<p><time datetime="2026-11-24">2026-11-24</time><span data-status="green">OK</span><span data-emoji=":smile:">😄</span></p>', doc(p({ type: "date", attrs: { timestamp: "1795478400000" } }, { type: "status", attrs: { text: "OK", color: "green" } }, { type: "emoji", attrs: { shortName: ":smile:", text: "😄" } }))],
    ["lists", "<ul><li>a<ol><li>b</li></ol></li></ul>", doc({ type: "bulletList", content: [{ type: "listItem", content: [p(t("a")), { type: "orderedList", content: [{ type: "listItem", content: [p(t("b"))] }] }] }] })],
    ["code", '<pre><code class="language-java">a\n b</code></pre>', doc({ type: "codeBlock", attrs: { language: "java" }, content: [t("a\n b")] })],
    ["an outside image", '<p><img src="https://x.y/i.png" alt="i"></p>', doc({ type: "mediaSingle", attrs: { layout: "center" }, content: [{ type: "media", attrs: { type: "external", url: "https://x.y/i.png", alt: "i" } }] })],
    ["a table", '<table><tr><th colspan="2">a</th></tr><tr><td>b</td><td></td></tr></table>', doc({ type: "table", attrs: { isNumberColumnEnabled: false, layout: "default" }, content: [{ type: "tableRow", content: [{ type: "tableHeader", attrs: { colspan: 2 }, content: [p(t("a"))] }] }, { type: "tableRow", content: [{ type: "tableCell", attrs: {}, content: [p(t("b"))] }, { type: "tableCell", attrs: {}, content: [p()] }] }] })],
    ["panel, quote, rule, heading", '<div class="panel-tip"><p>a</p></div><blockquote><p>b</p></blockquote><hr><h2>c</h2>', doc({ type: "panel", attrs: { panelType: "tip" }, content: [p(t("a"))] }, { type: "blockquote", content: [p(t("b"))] }, { type: "rule" }, { type: "heading", attrs: { level: 2 }, content: [t("c")] })],
  ];
  it.each(BOTH)("carries %s both ways", (_, normal, adf) => {
    expect(toAdf(normal)).toEqual(adf);
    expect(fromAdf(adf)).toBe(normal);
    assertValid(adf);
  });

  it("keeps the words of what it does not know, and counts it", () => {
    const adf = doc({ type: "expand", attrs: { title: "More" }, content: [p(t("in"))] }, { type: "taskList", attrs: { localId: "1" }, content: [{ type: "taskItem", attrs: { localId: "2", state: "DONE" }, content: [t("do")] }] }, { type: "extension", attrs: { extensionType: "x", extensionKey: "toc" } }, p({ type: "inlineCard", attrs: { url: "https://x.y" } }, { type: "newThing", content: [t("deep")] }));
    expect(fromAdfWithLoss(adf)).toEqual({ text: '<p><b>More</b></p><p>in</p><ul><li>[x] do</li></ul><p>[extension toc]</p><p><a href="https://x.y">https://x.y</a>deep</p>', lost: ["ADF expand", "ADF taskItem", "ADF extension", "ADF newThing"] });
  });

  it("maps people, and writes an unknown one as plain text", () => {
    const one = (id: string): { id: string; name: string } | undefined => (id === "bob" ? { id: "557:1", name: "Bob B." } : undefined);
    expect(toAdfWithLoss('<p><span data-person="bob">@b</span> <span data-person="eve">@Eve</span></p>', { resolveMention: one })).toEqual({ text: doc(p({ type: "mention", attrs: { id: "557:1", text: "@Bob B." } }, t(" @Eve"))), lost: ["mention of an unknown person"] });
  });

  it("writes the files back that the item shows, and others as their names", () => {
    const adf = doc({ type: "mediaSingle", attrs: { layout: "center" }, content: [{ type: "media", attrs: { type: "file", id: "u-1", collection: "c", alt: "a.png" } }] });
    expect(fromAdf(adf)).toBe('<p><img src="a.png"></p>');
    const files = mediaOf(adf);
    expect(toAdf('<p><img src="a.png"></p>', { resolveMedia: (name) => files.get(name) })).toEqual(adf);
    expect(toAdfWithLoss('<p>x <img src="a.png"></p>')).toEqual({ text: doc(p(t("x "), t("[a.png]"))), lost: ["image"] });
  });

  it("steps down what cannot stand where it is", () => {
    const { text, lost } = toAdfWithLoss("<blockquote><h1>a</h1><hr><table><tr><td>x</td><td>y</td></tr></table></blockquote>");
    assertValid(text);
    expect(fromAdf(text)).toBe("<blockquote><p><b>a</b></p><p>x | y</p></blockquote>");
    expect(lost).toEqual(["heading in a quote", "rule in a quote", "table in a quote"]);
  });

  it("is valid for every text that people have", () => {
    for (const [, html] of REAL_LIFE) assertValid(toAdf(html));
  });

  it("is valid, loses no word, and is stable from the second pass on", () => {
    fc.assert(fc.property(normals, (normal) => {
      const first = toAdf(normal);
      assertValid(first);
      const once = fromAdf(first);
      const words = (text: string): string => plainText(text).replace(/[\s|[\]-]|\d+\./g, "");
      if (!normal.includes("<img")) expect(words(once)).toContain(words(normal).slice(0, 5));
      expect(fromAdf(toAdf(once))).toBe(once);
      expect(toAdf(once)).toEqual(toAdf(fromAdf(toAdf(once))));
    }), runs());
  });

  it("never throws for any JSON, and what it reads can be written", () => {
    const name = fc.constantFrom("doc", "paragraph", "text", "bulletList", "listItem", "table", "tableRow", "tableCell", "panel", "media", "mediaSingle", "taskList", "taskItem", "mention", "date", "status", "emoji", "expand", "codeBlock", "heading", "nope", "inlineCard", "toString", "__proto__");
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 5 }, fc.jsonValue(), fc.record({ type: name, text: fc.oneof(fc.string(), fc.jsonValue()), attrs: fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom("level", "id", "text", "timestamp", "color", "url", "panelType", "alt", "shortName", "colspan"), fc.jsonValue())), content: fc.oneof(fc.jsonValue(), fc.array(tie("node"))), marks: fc.array(fc.oneof(fc.jsonValue(), fc.record({ type: fc.constantFrom("strong", "link", "textColor", "nope", "code", "subsup"), attrs: fc.jsonValue() }))) }, { requiredKeys: ["type"] })),
    }));
    fc.assert(fc.property(node, (value) => {
      const once = fromAdf(value);
      assertValid(toAdf(once));
    }), runs());
  });

  it("reads any depth", () => {
    let value: unknown = t("deep");
    for (let i = 0; i < 50_000; i++) value = { type: i % 2 === 0 ? "blockquote" : "panel", content: [value] };
    expect(plainText(fromAdf(value))).toBe("deep");
  });
});
