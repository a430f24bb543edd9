// What a real Redmine makes of our Textile, and of people's, is what we read it as.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromMarkdown, type MarkdownKind, toMarkdown } from "../../../lib/core/text/commonMark.ts";
import { fromHtml } from "../../../lib/core/text/html.ts";
import { normalText } from "../../../lib/core/text/normal.ts";
import { fromTextile, toTextile } from "../../../lib/core/text/textile.ts";
import { normals, sources } from "../../core/text/arbitrary.ts";
import { type Redmine, redmineAvailable, startRedmine } from "../../support/systems/redmine.ts";

const DOCS: readonly string[] = [
  "<p>One <b>bold</b>, <i>italic</i>, <u>under</u>, <s>struck</s>, <code>code *x*</code>; a<b>b</b>c, <b><i>both</i></b>.</p>",
  '<p><span style="color:#ff0000"><b>red</b></span> and <a href="https://example.com/a_b?c=d">a link</a>, https://example.com/x. <b><a href="/issues/1">bold link</a></b></p>',
  "<h1>Title</h1><p>a<br>b</p><ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul><ol><li>e</li></ol><hr><blockquote><p>q</p><ul><li>r</li></ul><blockquote><p>s</p></blockquote></blockquote>",
  '<table><tr><th colspan="2">h</th></tr><tr><td rowspan="2">a|b</td><td></td></tr><tr><td><b>c</b><br>d</td></tr></table><pre><code>if (a &lt; b) {\n  *x*;\n\n}</code></pre>',
  "<p>* no list<br># none<br>h1. no heading<br>| no | table |</p><p>- x</p><p>&gt; no quote</p><p>p. x</p><p>&amp;amp; &lt;b&gt; &lt;pre&gt; &lt;!-- x --&gt; \"a\":b @x@ !x! ==x== %x% ??x??</p>",
];

const MARKDOWN: readonly string[] = [
  "# Steps\n\n1. *Open* the __page__\n2. Press `Save`\n   - twice\n   - or more\n\nExpected:\n- it **saves**\n\n> quoted\nlazy\n\nSee http://example.com/a_b, [this](http://example.com/ \"title\"), [that][1] and ![](x.png)\n\n[1]: http://example.com/that",
  "| a | b |\n|---|:-:|\n| x \\| y | *z* |\n\n```ruby\nputs 1 < 2\n```\n\n    moved in\n\n~~gone~~ <ins>new</ins> x<sup>2</sup> &copy; \\*x\\* snake_case_word a@b.de\nnext line\n\nTitle\n-----\n***\n<table><tr><td>raw</td></tr></table>",
];

const PEOPLES: readonly string[] = [
  "h2(x). Steps\n\n# *Open* the _page_\n# Press @Save@\n## twice\n\nExpected:\n* it saves\n\n> quoted\n> more\n\nSee http://example.com/a_b, \"this\":http://example.com/ and !http://example.com/x.png!",
  "|_. a|_. b|\n|\\2. both|\n|/2. x|*y*|\n|z|\n\n<pre><code class=\"ruby\">\nputs 1 < 2\n</code></pre>\n\nbq. said\n\n%{color:red}red% -gone- +new+ x^2^ ~low~ **b** __i__ ??c?? <notextile>*raw*</notextile> &copy; &#42;x&#42;",
  "a *b\n\n* c*\n\nd - e - f 3*4*5 snake_case_word e-mail--x\n\n    moved in\n\nABC(title) [1] a@b.de <b>html</b>",
];

/** Redmine names the language of code in another way, unwraps no names of pictures, and links what looks like an address. */
const compared = (normal: string): string =>
  normalText(
    normal
      .replace(/<a href="(?:mailto:)?([^"]*)">\1<\/a>/g, "$1")
      .replace(/ class="language-[^"]*"/g, "")
      .replaceAll("\t", "    ")
      .replace(/%5B/g, "[")
      .replace(/%5D/g, "]")
      .replace(/(<img src=")(?!https?:)([^"]*)/g, (_, head: string, source: string) => head + source.replace(/%(20|21|25|28|29|7C|22|3C|3E)/g, (sign) => decodeURIComponent(sign).replace("<", "&lt;").replace('"', "&quot;"))),
  );

describe.skipIf(!redmineAvailable())("Textile in a real Redmine", () => {
  let server: Redmine;
  beforeAll(async () => {
    server = await startRedmine();
  });
  afterAll(() => server.close());

  const render = async (texts: readonly string[], formatter = "textile"): Promise<readonly string[]> => {
    const sent = Buffer.from(JSON.stringify(texts)).toString("base64");
    return (await server.ruby(`JSON.parse("${sent}".unpack1("m").force_encoding("UTF-8")).map { |text| Redmine::WikiFormatting.to_html("${formatter}", text) }`)) as readonly string[];
  };

  it("shows what we write as what it was", async () => {
    const shown = await render(DOCS.map(toTextile));
    expect(shown.map((html) => compared(fromHtml(html)))).toEqual(DOCS.map((normal) => compared(normal)));
  });

  it("shows what people write as what we read", async () => {
    const shown = await render(PEOPLES);
    expect(PEOPLES.map((text) => compared(fromTextile(text)))).toEqual(shown.map((html) => compared(fromHtml(html)).replace(/<p>ABC/, "<p>ABC(title)").replace("ABC(title)(title)", "ABC(title)")));
  });

  // Redmine seeks each sign through the whole text, one after the other; a reader from left to right differs where signs
  // are strewn at random. These shares are what it is held to.
  it.each([
    ["writing", normals, 0.98, (text: string) => toTextile(text)],
    ["reading", sources, 0.92, (text: string) => text.replaceAll("http://u", "http://u.v")],
  ] as const)("agrees on random texts while %s", async (_, arbitrary, share, textileOf) => {
    const texts = fc.sample(arbitrary, { numRuns: 200, seed: 20261124 }).map(textileOf);
    const shown = await render(texts);
    const same = texts.filter((text, index) => compared(fromTextile(text)) === compared(fromHtml(shown[index] ?? "")));
    expect(same.length / texts.length).toBeGreaterThan(share);
  });

  it.each([["commonMark", "common_mark"], ["markdown", "markdown"]] as const)("shows what we write in %s as what it was", async (kind, formatter) => {
    // The older Markdown has no HTML, so no colours, joined cells or marks inside a word.
    const docs = kind === "commonMark" ? DOCS : DOCS.filter((normal) => !/<span|colspan/.test(normal)).map((normal) => normal.replace("a<b>b</b>c", "abc"));
    const shown = await render(docs.map((normal) => toMarkdown(normal, kind)), formatter);
    expect(shown.map((html) => compared(fromHtml(html)))).toEqual(docs.map((normal) => compared(normal)));
  });

  it("shows what people write in CommonMark as what we read, and agrees on random texts", async () => {
    const shown = await render(MARKDOWN, "common_mark");
    expect(MARKDOWN.map((text) => compared(fromMarkdown(text)))).toEqual(shown.map((html) => compared(fromHtml(html))));
    const agreed = async (texts: readonly string[]): Promise<number> => {
      const html = await render(texts, "common_mark");
      return texts.filter((text, index) => compared(fromMarkdown(text)) === compared(fromHtml(html[index] ?? ""))).length / texts.length;
    };
    const kind: MarkdownKind = "commonMark";
    expect(await agreed(fc.sample(normals, { numRuns: 200, seed: 20261124 }).map((normal) => toMarkdown(normal, kind)))).toBeGreaterThan(0.98);
    expect(await agreed(fc.sample(sources, { numRuns: 200, seed: 20261124 }))).toBeGreaterThan(0.92);
  });
});
