// The normal form: canonical, closed, idempotent.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHtml, fromHtmlWithLoss, parseHtml, toHtml } from "../../../lib/core/text/html.ts";
import { fromPlain, normalText, plainText, printNormal } from "../../../lib/core/text/normal.ts";
import { tidyDoc } from "../../../lib/core/text/tidy.ts";
import { anyCharacter } from "../../support/anyCharacter.ts";
import { hostile, runs, sources, wildDocs } from "./arbitrary.ts";

const CASES: readonly (readonly [string, string, string])[] = [
  ["an Octane memo", "<html><body>\n<p>Seen  again</p>\n</body></html>", "<p>Seen again</p>"],
  ["an ALM memo with breaks", "<html><body>a<br />b<br></body></html>", "<p>a<br>b</p>"],
  ["nothing but space and NBSP", "<html><body> <p>&nbsp;</p>\n</body></html>", ""],
  ["NBSP inside", "<p>a&nbsp;&#160;b</p>", "<p>a&nbsp;&nbsp;b</p>"],
  ["an empty line between paragraphs is kept", "<p>a</p><p>&nbsp;</p><p>b</p>", "<p>a</p><p>&nbsp;</p><p>b</p>"],
  ["entities", "<p>&eacute; &lt; &amp;amp; &quot;x&quot;</p>", '<p>é &lt; &amp;amp; "x"</p>'],
  ["marks are put in one order", "<p><i><b>x</b></i> <strong><em>y</em></strong></p>", "<p><b><i>x y</i></b></p>"],
  ["a space at the end of a mark leaves it", "<p><b>a </b>b</p>", "<p><b>a</b> b</p>"],
  ["marks across paragraphs", "<b><p>a</p><p>b</p></b>", "<p><b>a</b></p><p><b>b</b></p>"],
  ["colours from style and font", '<p><span style="COLOR: rgb(255, 0, 0)">a</span><font color=navy>b</font><span style="background:#ff0">c</span></p>', '<p><span style="color:#ff0000">a</span><span style="color:#000080">b</span><span style="background-color:#ffff00">c</span></p>'],
  ["a transparent background is none", '<p style="background-color:rgba(0, 0, 0, 0)">a</p>', "<p>a</p>"],
  ["weight by style, and its absence", '<p><span style="font-weight:700">a</span><b style="font-weight:normal">b</b></p>', "<p><b>a</b>b</p>"],
  ["scripts and handlers", '<p onclick="x()">a<script>alert(1)</script><style>p{}</style></p>', "<p>a</p>"],
  ["addresses that run", '<a href="java\nscript:alert(1)">a</a><a href=" JAVASCRIPT:x">b</a><a href="vbscript:x">c</a><a href="data:text/html,x">d</a>', "<p>abcd</p>"],
  ["addresses that do not", '<a href="https://x.y/a b?c=d&amp;e=&quot;">a</a><a href="/r/1">b</a>', '<p><a href="https://x.y/a%20b?c=d&amp;e=%22">a</a><a href="/r/1">b</a></p>'],
  ["a list inside a list", "<ul><li>a</li><ul><li>b</li></ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"],
  ["items with paragraphs", "<ol><li><p>a</p></li><li><p>b</p><p>c</p></li></ol>", "<ol><li>a</li><li><p>b</p><p>c</p></li></ol>"],
  ["a table with spans and caption", '<table border=1><caption>t</caption><thead><tr><th colspan="2">a</th></tr></thead><tbody><tr><td>b</td><td rowspan=2><p>c</p></td></tr></tbody></table>', '<p>t</p><table><tr><th colspan="2">a</th></tr><tr><td>b</td><td rowspan="2">c</td></tr></table>'],
  ["code", '<pre class="language-java">  int a;\n\n  b < c;  \n</pre>', '<pre><code class="language-java">  int a;\n\n  b &lt; c;</code></pre>'],
  ["quote, rule, heading", "<blockquote>a</blockquote><hr/><h3>b <b>c</b></h3>", "<blockquote><p>a</p></blockquote><hr><h3>b <b>c</b></h3>"],
  ["a panel", '<div class="panel-warning"><p>a</p></div>', '<div class="panel-warning"><p>a</p></div>'],
  ["an image and a linked one", '<img src="a b.png" alt="x"><a href="https://x.y"><img src="c.png"></a>', '<p><img src="a b.png" alt="x"><a href="https://x.y"><img src="c.png"></a></p>'],
  ["a mention of Azure DevOps", '<a href="#" data-vss-mention="version:2.0,6f8-1">@Ann Lee</a>', '<p><span data-person="6f8-1">@Ann Lee</span></p>'],
  ["date and status", '<p><time datetime="2026-11-24">24 Nov</time> <span data-status="green">DONE</span></p>', '<p><time datetime="2026-11-24">24 Nov</time> <span data-status="green">DONE</span></p>'],
  ["check boxes", '<ul><li><input type="checkbox" checked>a</li></ul>', "<ul><li>[x] a</li></ul>"],
  ["control letters and half letters", "<p>a\u0000\u0008b\ud800c</p>", "<p>ab\ufffdc</p>"],
];

describe("the normal form", () => {
  it.each(CASES)("reads %s", (_, html, normal) => {
    expect(fromHtml(html)).toBe(normal);
    expect(normalText(normal)).toBe(normal);
  });

  it("is the same however often it is made", () => {
    fc.assert(
      fc.property(wildDocs, (blocks) => {
        const doc = tidyDoc(blocks);
        expect(tidyDoc(doc)).toEqual(doc);
        expect(parseHtml(printNormal(doc))).toEqual(doc);
      }),
      runs(),
    );
  });

  it("never throws and is idempotent for any text", () => {
    fc.assert(
      fc.property(fc.oneof(sources, fc.string({ unit: anyCharacter })), (source) => {
        const normal = normalText(source);
        expect(normalText(normal)).toBe(normal);
        expect(toHtml(normal)).toBe(normal);
      }),
      runs(),
    );
  });

  it("shows plain text with numbers, dashes and bars", () => {
    expect(plainText("<h1>T</h1><ol><li>a<ul><li>b</li></ul></li><li>c</li></ol><table><tr><td>x</td><td>y</td></tr></table>")).toBe("T\n\n1. a\n  - b\n2. c\n\nx | y");
    expect(plainText(fromPlain("a < b\n\nc\nd"))).toBe("a < b\n\nc\nd");
  });

  it("compares by what is said, not how it is written", () => {
    expect(normalText("<html><body><p>a <B>b</B></p></body></html>")).toBe(normalText("<p>a <strong>b</strong>\n</p>"));
    expect(normalText("<p>a</p>")).not.toBe(normalText("<p><b>a</b></p>"));
  });

  it("counts what it cannot carry", () => {
    expect(fromHtmlWithLoss('<p>a<svg></svg><iframe src="x"></iframe><img src="data:image/png;base64,x"></p>').lost).toEqual(["HTML svg", "HTML iframe", "image inside the text"]);
  });
});

const OPENING = /<(?!\/)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>/g;
const CLOSED = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "tr", "td", "th", "pre", "code", "blockquote", "div", "hr", "br", "a", "span", "b", "i", "u", "s", "sub", "sup", "img", "time"]);
const ATTRIBUTES = new Set(["href", "src", "alt", "style", "class", "colspan", "rowspan", "datetime", "data-person", "data-emoji", "data-status"]);

const assertClosed = (normal: string): void => {
  for (const [, tag, attributes] of normal.matchAll(OPENING)) {
    expect(CLOSED).toContain(tag);
    for (const [, name, value] of (attributes ?? "").matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
      expect(ATTRIBUTES).toContain(name);
      if (name === "style") expect(value).toMatch(/^(background-)?color:#[0-9a-f]{6}$/);
      if (name === "href" || name === "src") expect(value).not.toMatch(/^\s*(javascript|vbscript|data):/i);
    }
  }
  expect(normal.replace(OPENING, "").replace(/<\/[a-z0-9]+>/g, "")).not.toMatch(/[<>]/);
};

describe("hostile HTML", () => {
  const HOSTILE = [
    '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '<a href="&#106;avascript:alert(1)">x</a>', '<a href="java&#9;script:alert(1)">x</a>', "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<div style="background:url(javascript:alert(1))">x</div>', '<p style="color:red;position:fixed;top:0">x', "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", '<a href="\u0001javascript:alert(1)">x</a>',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>', '<iframe srcdoc="<script>alert(1)</script>">', '<span data-person="x&quot; onclick=&quot;alert(1)">@a</span>', "<!--><img src=x onerror=alert(1)>-->", '<base href="javascript:/">', '<a href="//evil.example">x</a>', "<xmp><script>alert(1)</script></xmp>", '<template><img src=x onerror=alert(1)></template>',
  ];
  it.each(HOSTILE)("is closed: %s", (html) => assertClosed(fromHtml(html)));

  it("is closed for any tags in any order", () => {
    const tag = fc.tuple(fc.constantFrom("<", "</", "<!"), fc.constantFrom("b", "p", "svg", "math", "style", "script", "a", "table", "td", "li", "template", "img", "form", "select", "noscript", "plaintext", "title"), fc.constantFrom("", " onclick=x", ' href="javascript:x"', " style='color:red;x:y'", ' src="x" onerror="y"', " class=panel-info"), fc.constantFrom(">", "/>", "")).map((parts) => parts.join(""));
    fc.assert(fc.property(fc.array(fc.oneof(tag, fc.constantFrom("x", '"', "'", "&lt;")), { maxLength: 20 }), (parts) => {
      const normal = fromHtml(parts.join(""));
      assertClosed(normal);
      expect(normalText(normal)).toBe(normal);
    }), runs());
  });

  it("takes hostile texts of any length", () => {
    for (const source of [...hostile, Array.from({ length: 5000 }, (_, i) => `<font color=${i}>`).join("") + "<p>x".repeat(5000)]) {
      const normal = fromHtml(source);
      expect(normalText(normal), source.slice(0, 20)).toBe(normal);
    }
  });
});
