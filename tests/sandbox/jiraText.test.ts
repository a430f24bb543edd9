// Rich text in the imitated Jira: documents against the vendor's published schema, wiki markup against the vendor's own parser.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { adfProblem, tidyAdf } from "../../lib/sandbox/jira/adf.ts";
import { adfToHtml } from "../../lib/sandbox/jira/adfToHtml.ts";
import { adfToWiki } from "../../lib/sandbox/jira/adfToWiki.ts";
import type { AdfNode } from "../../lib/sandbox/jira/model.ts";
import { wikiToAdf } from "../../lib/sandbox/jira/wikiToAdf.ts";

const schemaFile = createRequire(import.meta.url).resolve("@atlaskit/adf-schema/json-schema/v1/full.json");
const { $schema: _draft4, ...schema } = JSON.parse(readFileSync(schemaFile, "utf8")) as Record<string, unknown>;
const vendor = new Ajv({ strict: false, validateSchema: false }).compile(schema);

const t = (text: string, ...marks: readonly string[]): AdfNode => ({ type: "text", text, ...(marks.length > 0 ? { marks: marks.map((type) => ({ type })) } : {}) });
const p = (...content: readonly AdfNode[]): AdfNode => ({ type: "paragraph", content });
const d = (...content: readonly AdfNode[]): AdfNode => ({ type: "doc", version: 1, content });
const n = (type: string, content: readonly AdfNode[] | undefined, attrs?: Record<string, unknown>): AdfNode => ({ type, ...(attrs ? { attrs } : {}), ...(content ? { content } : {}) });

describe("documents", () => {
  it.each<[string, unknown]>([
    ["nothing", d()], ["a paragraph", d(p(t("x")))], ["an empty paragraph", d(n("paragraph", undefined))], ["marks", d(p(t("x", "strong", "em", "underline", "strike")))], ["code with a link", d(p({ ...t("x", "code"), marks: [{ type: "code" }, { type: "link", attrs: { href: "https://x.y" } }] }))],
    ["a heading", d(n("heading", [t("h")], { level: 6 }))], ["lists", d(n("bulletList", [n("listItem", [p(t("a")), n("orderedList", [n("listItem", [p(t("b"))])], { order: 1 })])]))], ["a quote", d(n("blockquote", [p(t("q"))]))],
    ["code", d(n("codeBlock", [t("a\nb")], { language: "java" }))], ["a rule", d(n("rule", undefined))], ["a panel", d(n("panel", [p(t("x"))], { panelType: "info" }))],
    ["a table", d(n("table", [n("tableRow", [n("tableHeader", [p(t("h"))], {}), n("tableCell", [p(t("c"))], { colspan: 2 })])], { isNumberColumnEnabled: false, layout: "default" }))],
    ["inline things", d(p(n("hardBreak", undefined), n("mention", undefined, { id: "a", text: "@A" }), n("emoji", undefined, { shortName: ":)" }), n("date", undefined, { timestamp: "1" }), n("status", undefined, { text: "x", color: "red" }), n("inlineCard", undefined, { url: "https://x.y" })))],
    ["tasks", d(n("taskList", [n("taskItem", [t("x")], { localId: "1", state: "TODO" })], { localId: "0" }))], ["an outside picture", d(n("mediaSingle", [n("media", undefined, { type: "external", url: "https://x.y/z.png" })], { layout: "center" }))],
    ["an empty text", d(p(t("")))], ["an unknown node", d(n("nonsense", []))], ["no level", d(n("heading", [t("h")]))], ["a high level", d(n("heading", [t("h")], { level: 7 }))], ["an empty list", d(n("bulletList", []))], ["text in a document", d(t("x"))],
    ["a table in a panel", d(n("panel", [n("table", [n("tableRow", [])])], { panelType: "info" }))], ["an unknown panel", d(n("panel", [p(t("x"))], { panelType: "loud" }))], ["strong code", d(p(t("x", "code", "strong")))], ["marks in code", d(n("codeBlock", [t("x", "strong")]))],
    ["a heading in a quote", d(n("blockquote", [n("heading", [t("h")], { level: 1 })]))], ["a list item alone", d(n("listItem", [p(t("x"))]))], ["no version", { type: "doc", content: [] }], ["a status without colour", d(p(n("status", undefined, { text: "x" })))], ["an unknown mark", d(p(t("x", "loud")))], ["a link to nowhere", d(p(t("x", "link")))],
  ])("with %s are taken or refused as the published schema says", (_what, document) => {
    expect(adfProblem(document) === null).toBe(vendor(document));
  });

  it("are tidied into others that the schema takes, once and for all", () => {
    const document = d(p(t("a"), t("b"), t("c", "strong")), n("bulletList", [n("listItem", [p(t("x"))])]), n("paragraph", []));
    const tidy = tidyAdf(document);
    expect([vendor(tidy), adfProblem(tidy), JSON.stringify(tidyAdf(tidy))]).toEqual([true, null, JSON.stringify(tidy)]);
    expect(tidy).toMatchObject({ content: [{ attrs: { localId: expect.stringMatching(/^[0-9a-f]{12}$/) }, content: [{ text: "ab" }, { text: "c" }] }, {}, {}] });
  });
});

const WIKI: readonly [string, string][] = [
  ["headings", "h1. One\n\nh3. Three"], ["marks", "*b* _i_ +u+ -s- ^p^ ~q~ {{mono}}"], ["nested marks", "*bold _and it_*"], ["a link", "[here|https://x.y/z]"], ["a plain line break", "a\nb"], ["bullets", "* a\n** b\n* c"], ["numbers", "# a\n# b"],
  ["mixed lists", "* a\n*# b\n*# c"], ["a table", "||H||I||\n|a|b|"], ["code", "{code:java}\nint *x*;\n{code}"], ["no format", "{noformat}\n*raw*\n{noformat}"], ["a quote", "{quote}\nq\n{quote}"], ["a rule", "a\n\n----\n\nb"], ["escapes", "\\*no* \\{x\\}"], ["an address before braces", "[https://x.y/a_b|https://x.y/a_b]\\}\\}"], ["escaped underscores", "\\_no_ \\__init"], ["not marks", "a*b*c 5 - 3 - 1 snake_case_name"],
  ["colour", "{color:#ff0000}red{color}"], ["a picture", "!https://x.y/p.png|width=200!"], ["paragraphs", "one\n\ntwo"],
];

describe("wiki markup", () => {
  it.each(WIKI)("with %s becomes a document and comes back", (_what, wiki) => {
    const document = wikiToAdf(wiki);
    expect([adfProblem(document), vendor(document)]).toEqual([null, true]);
    const again = adfToWiki(document);
    expect([again, adfToWiki(wikiToAdf(again))]).toEqual([wiki, wiki]);
  });

  it.each<[string, string]>([
    ["{quote}q{quote} after", "{quote}\nq\n{quote}\n\n after"], ["a {code}x{code} b", "a \n\n{code:java}\nx\n{code}\n\n b"], ["a\nb {noformat}\nx\n{noformat} c\nd", "a\nb \n\n{noformat}\nx\n{noformat}\n\n c\nd"], ["{code}a{code}{code}b{code}", "{code:java}\na\n{code}\n\n{code:java}\nb\n{code}"],
    ["{panel:title=T|bgColor=#fff}\nx\n{panel}", "{info}\n*T*\n\nx\n{info}"], ["an open {code} alone", "an open \\{code\\} alone"],
  ])("keeps what stands beside and above a macro: %j", (wiki, expected) => expect(adfToWiki(wikiToAdf(wiki))).toBe(expected));

  it("is read as the vendor's own parser reads it", async () => {
    const { WikiMarkupTransformer } = await import("@atlaskit/editor-wikimarkup-transformer");
    const { JSONTransformer } = await import("@atlaskit/editor-json-transformer");
    const words = (node: AdfNode): unknown => {
      if (node.type === "text") return [node.text, (node.marks ?? []).map((mark) => mark.type).sort()];
      return node.content ? [node.type, node.content.map(words)] : [node.type];
    };
    const theirs = (wiki: string): unknown => words(new JSONTransformer().encode(new WikiMarkupTransformer().parse(wiki)) as unknown as AdfNode);
    const same = WIKI.filter(([what]) => !["a quote", "a picture", "mixed lists", "a table"].includes(what));
    for (const [, wiki] of same) expect(words(tidyAdf(wikiToAdf(wiki)))).toEqual(theirs(wiki));
  });

  it("shows decisions, and a date whose moment is none", () => {
    expect(adfToWiki(d(n("decisionList", [n("decisionItem", [t("yes")], { localId: "1", state: "DECIDED" })], { localId: "0" })))).toBe("* yes");
    const date = d(p(n("date", undefined, { timestamp: "soon" })));
    expect([adfToWiki(date), adfToHtml(date)]).toEqual(["soon", "<p>soon</p>"]);
  });

  it("renders as HTML", () => {
    expect(adfToHtml(wikiToAdf("h2. A & B\n\n* x\n\n||h||\n|c|"))).toBe('<h2>A &amp; B</h2>\n\n<ul>\n\t<li>x</li>\n</ul>\n\n<div class="table-wrap"><table class="confluenceTable"><tbody><tr><th class="confluenceTh">h</th></tr><tr><td class="confluenceTd">c</td></tr></tbody></table></div>');
  });
});
