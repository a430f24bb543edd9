// Markdown as Redmine reads it, both ways. What Redmine itself makes of it is held in tests/proof/connectors/redmineText.test.ts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromMarkdown, toMarkdown, toMarkdownWithLoss } from "../../../lib/core/text/commonMark.ts";
import { normalText, plainText } from "../../../lib/core/text/normal.ts";
import { hostile, normals, runs, sources } from "./arbitrary.ts";

const BOTH: readonly (readonly [name: string, normal: string, markdown: string])[] = [
  ["nothing", "", ""],
  ["paragraphs and breaks", "<p>a<br>b</p><p>c</p>", "a  \nb\n\nc"],
  ["marks", "<p><b>a</b> <i>b</i> <s>c</s> <code>d`e</code> <u>f</u> x<sup>2</sup></p>", "**a** _b_ ~~c~~ ``d`e`` <ins>f</ins> x<sup>2</sup>"],
  ["marks inside a word", "<p>a<b>b</b>c<i>d</i>e</p>", "a<strong>b</strong>c<em>d</em>e"],
  ["links and images", '<p><a href="https://x.y/a?b=c">a <b>b</b></a> https://x.y <img src="b (1).png" alt="two"></p>', "[a **b**](https://x.y/a?b=c) https://x.y ![two](<b (1).png>)"],
  ["headings and rules", "<h1>a</h1><hr><h6>b</h6>", "# a\n\n---\n\n###### b"],
  ["lists", "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul><ol><li>d</li></ol>", "- a\n  1. b\n- c\n\n1. d"],
  ["code", '<pre><code class="language-ruby">a &lt; 1\n\n```</code></pre>', "~~~ruby\na < 1\n\n```\n~~~"],
  ["quotes", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>", "> a\n>\n> > b"],
  ["a table", "<table><tr><th>a</th><th>b</th></tr><tr><td>c|d</td><td><b>e</b></td></tr></table>", "| a | b |\n| --- | --- |\n| c\\|d | **e** |"],
  ["a table beyond Markdown", '<table><tr><td colspan="2">a</td></tr></table>', '<table><tr><td colspan="2">a</td></tr></table>'],
  ["what looks like a sign and is none", "<p>e-mail, a_b_c, x - y, C#, 50%, R&amp;D, #12 @anna [[page]]</p>", "e-mail, a_b_c, x - y, C#, 50%, R&D, #12 @anna \\[\\[page\\]\\]"],
  ["line starts", "<p># a<br>- b<br>1. c<br>&gt; d</p>", "\\# a  \n\\- b  \n1\\. c  \n\\> d"],
];

const READ: readonly (readonly [name: string, markdown: string, normal: string])[] = [
  ["setext headings and references", "a\n===\n\n[b][1] [c]\n\n[1]: http://x.y\n[c]: <http://z.y> 'd'", '<h1>a</h1><p><a href="http://x.y">b</a> <a href="http://z.y">c</a></p>'],
  ["lazy lines, loose lists and code in items", "> a\nb\n\n- c\n\n  d\n\n      e\n- f", "<blockquote><p>a<br>b</p></blockquote><ul><li><p>c</p><p>d</p><pre><code>e</code></pre></li><li>f</li></ul>"],
  ["emphasis by the rules", "*a**b**c* **d*e*** a*b f_g_h ***i***", "<p><i>a</i><b><i>b</i></b><i>c</i> <b>d<i>e</i></b> a*b f_g_h <b><i>i</i></b></p>"],
  ["addresses", "http://x.y/a_b. (www.x.y) <http://u.v/?a&b> a@b.de", '<p><a href="http://x.y/a_b">http://x.y/a_b</a>. (<a href="http://www.x.y">www.x.y</a>) <a href="http://u.v/?a&amp;b">http://u.v/?a&amp;b</a> <a href="mailto:a@b.de">a@b.de</a></p>'],
  ["HTML, and nothing unsafe in it", '<div>a <b>b</b></div>\n\n<script>alert(1)</script>\n\n[c](javascript:alert(1)) <img src=x onerror=alert(1)>', '<p>a <b>b</b></p><p>c <img src="x"></p>'],
];

describe("Markdown", () => {
  it.each(BOTH)("carries %s both ways", (_, normal, markdown) => {
    expect(toMarkdown(normal)).toBe(markdown);
    expect(fromMarkdown(markdown).replace(/<a href="(https:..x.y)">\1<.a>/, "$1")).toBe(normalText(normal));
  });

  it.each(READ)("reads %s", (_, markdown, normal) => expect(fromMarkdown(markdown)).toBe(normal));

  it("reads line ends as blanks where the instance is set so", () => {
    expect(fromMarkdown("a\nb  \nc", "commonMarkSoftBreaks")).toBe("<p>a b<br>c</p>");
  });

  it("writes the older Markdown without HTML, and counts what that loses", () => {
    expect(toMarkdownWithLoss('<p><i>a</i> <u>b</u> <span style="color:#ff0000">c</span></p>', "markdown")).toEqual({ text: "*a* _b_ c", lost: ["text colour"] });
    expect(fromMarkdown("*a* _b_ <b>c</b>", "markdown")).toBe("<p><i>a</i> <u>b</u> c</p>");
  });

  it("leaves bare addresses as they are, and says what it cannot write inside a word", () => {
    for (const kind of ["commonMark", "markdown"] as const) {
      expect(toMarkdown("<p>see http://x.y/a_b*c*?d=[e] *f*</p>", kind)).toBe("see http://x.y/a_b*c*?d=[e] \\*f\\*");
      expect(plainText(fromMarkdown(toMarkdown("<p>see http://x.y/a*c*?d=[e]</p>", kind), kind))).toBe("see http://x.y/a*c*?d=[e]");
    }
    expect(toMarkdownWithLoss("<p>a<u>b</u>c</p>", "markdown")).toEqual({ text: "abc", lost: ["formatting inside a word"] });
  });

  it("keeps every word of any document, and is stable from the second pass on", () => {
    const unlinked = (text: string): string => normalText(text.replace(/<a href="(?:mailto:|http:\/\/(?=www))?([^"]*)">((?:<[^a][^>]*>)*)\1((?:<\/\w+>)*?)<\/a>/g, "$2$1$3"));
    const words = (text: string): string => plainText(text).replace(/[\s|\u00a0-]|\d+\./g, "");
    fc.assert(
      fc.property(normals, (normal) => {
        const once = fromMarkdown(toMarkdown(normal));
        expect(words(once)).toBe(words(normal));
        expect(unlinked(fromMarkdown(toMarkdown(once)))).toBe(unlinked(once));
      }),
      runs(0.2),
    );
  });

  it("reads anything as a normal form", () => {
    fc.assert(fc.property(sources, (source) => {
      expect(normalText(fromMarkdown(source))).toBe(fromMarkdown(source));
      expect(typeof fromMarkdown(source, "markdown")).toBe("string");
    }), runs());
  });

  it("takes hostile texts of any length", () => {
    for (const text of hostile) {
      const normal = fromMarkdown(text);
      toMarkdown(`<p>${text.slice(0, 20_000).replaceAll("<", "&lt;")}</p>`);
      expect(normalText(normal), text.slice(0, 12)).toBe(normal);
    }
  });
});
