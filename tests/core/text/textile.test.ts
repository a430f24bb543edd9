// Redmine's Textile both ways. What Redmine itself makes of it is held in tests/proof/connectors/redmineText.test.ts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalText, plainText } from "../../../lib/core/text/normal.ts";
import { fromTextile, toTextile, toTextileWithLoss } from "../../../lib/core/text/textile.ts";
import { hostile, normals, runs, sources } from "./arbitrary.ts";

const BOTH: readonly (readonly [name: string, normal: string, textile: string])[] = [
  ["nothing", "", ""],
  ["paragraphs and breaks", "<p>a<br>b</p><p>c</p>", "a\nb\n\nc"],
  ["marks", "<p><b>a</b> <i>b</i> <u>c</u> <s>d</s> x <sup>e</sup> <sub>f</sub> <code>g</code></p>", "*a* _b_ +c+ -d- x ^e^ ~f~ @g@"],
  ["marks inside marks", "<p><b>a <i>b</i></b></p>", "*a* *_b_*"],
  ["marks inside a word", "<p>a<b>b</b>c</p>", "a<notextile></notextile>*b*<notextile></notextile>c"],
  ["marks before a full stop", "<p><b>a</b>. (<i>b</i>)</p>", "*a*. (_b_)"],
  ["colours", '<p><span style="color:#ff0000">a</span> <span style="background-color:#00ff00"><b>b</b></span></p>', "%{color:#ff0000}a% *%{background-color:#00ff00}b%*"],
  ["links", '<p><a href="https://x.y/a?b=c">a <b>b</b></a> <a href="https://x.y">https://x.y</a></p>', '"a":https://x.y/a?b=c *"b":https://x.y/a?b=c* https://x.y'],
  ["images", '<p><img src="a.png"> <img src="b (1).png" alt="two"></p>', "!a.png! !b%20%281%29.png(two)!"],
  ["headings", "<h1>a</h1><h6>b</h6>", "h1. a\n\nh6. b"],
  ["lists", "<ul><li>a<ol><li>b<br>c</li></ol></li><li>d</li></ul><ol><li>e</li></ol>", "* a\n*# b\nc\n* d\n\n# e"],
  ["code", '<pre><code class="language-ruby">a &lt; 1\n\n  b</code></pre>', '<pre><code class="ruby">\na < 1\n\n  b\n</code></pre>'],
  ["quotes", "<blockquote><p>a</p><blockquote><p>b</p></blockquote><p>c</p></blockquote>", "> a\n>\n>> b\n>\n> c"],
  ["a rule", "<hr>", "---"],
  ["tables", '<table><tr><th colspan="2">a</th></tr><tr><td rowspan="2">b|c</td><td></td></tr><tr><td>d<br>e</td></tr></table>', "|_\\2. a|\n|/2. b&#124;c| |\n|d\ne|"],
  ["what looks like a sign and is none", "<p>e-mail, 3*4*5, a_b, x - y - z, C#, 50% off + 10%, R&amp;D</p>", "e-mail, 3*4*5, a_b, x - y - z, C#, 50% off + 10%, R&D"],
  ["what Redmine makes of words", "<p>#12 and @anna, [[page|text]] and {{toc}}</p>", "#12 and @anna, [[page|text]] and {{toc}}"],
];

const READ: readonly (readonly [name: string, textile: string, normal: string])[] = [
  ["Windows line ends, tabs, indents of all", "  a\r\n  b\r\n\r\n  c", "<p>a<br>b</p><p>c</p>"],
  ["doubled signs and cited work", "**a** __b__ ??c??", "<p><b>a</b> <i>b c</i></p>"],
  ["attributes", "p(note#x){color:red}. a\n\nh2>. b\n\n%(x){background:yellow}c%", '<p>a</p><h2>b</h2><p><span style="background-color:#ffff00">c</span></p>'],
  ["bq. and footnotes", "bq. a\nb\n\nfn1. c", "<blockquote><p>a<br>b</p></blockquote><p><sup>1</sup> c</p>"],
  ["untouched places", "<notextile>*a*</notextile> ==_b_== <code>*c*</code>", "<p>*a* _b_ <code>*c*</code></p>"],
  ["open ends", "*a\n<pre>\nb\n\nc", "<p>*a</p><pre><code>b\n\nc</code></pre>"],
  ["HTML as words, and no comments", "<b>a</b> <!-- b --> <script>c</script>", "<p>&lt;b&gt;a&lt;/b&gt; &lt;script&gt;c&lt;/script&gt;</p>"],
  ["addresses without their stop", 'see http://x.y/a_b_c. (www.x.y/z) "t":/a/b, a@b.de.', '<p>see <a href="http://x.y/a_b_c">http://x.y/a_b_c</a>. (<a href="http://www.x.y/z">www.x.y/z</a>) <a href="/a/b">t</a>, <a href="mailto:a@b.de">a@b.de</a>.</p>'],
  ["entities", "&#42;a&#42; &amp; &copy; &nosuch;", "<p>*a* &amp; © &amp;nosuch;</p>"],
  ["code among the lines of an item", "* a\n<pre>\nb\n</pre>\n* c", "<ul><li><p>a</p><pre><code>b</code></pre></li><li>c</li></ul>"],
  ["a list right behind a line, and a table", "a:\n* b\n\nc\n|d|e|", "<p>a:</p><ul><li>b</li></ul><p>c</p><table><tr><td>d</td><td>e</td></tr></table>"],
  ["a quote among lines", "a\n> b\n>> c\nd", "<p>a</p><blockquote><p>b</p><blockquote><p>c</p></blockquote></blockquote><p>d</p>"],
  ["no scripts", '"a":javascript://x.y/%0aalert(1) !javascript:alert(1)!', '<p>"a":javascript://x.y/%0aalert(1) !javascript:alert(1)!</p>'],
];

describe("Textile", () => {
  it.each(BOTH)("carries %s both ways", (_, normal, textile) => {
    expect(toTextile(normal)).toBe(textile);
    expect(fromTextile(textile)).toBe(normalText(normal));
  });

  it.each(READ)("reads %s", (_, textile, normal) => expect(fromTextile(textile)).toBe(normal));

  it("writes as entities no more than it must", () => {
    expect(toTextile("<p>*a* b_c</p><p>* d</p>")).toBe("&#42;a* b_c\n\n&#42; d");
    expect(toTextile("<p>h1. a</p><p>&lt;pre&gt;</p>")).toBe("h1&#46; a\n\n&#60;pre>");
  });

  it("counts what has no counterpart", () => {
    expect(toTextileWithLoss('<div class="panel-info"><p>a <span data-person="1">@Bob</span></p></div><p><a href="x.txt">f</a></p>')).toEqual({ text: "> a @Bob\n\nf", lost: ["link", "panel", "mention"] });
  });

  it("keeps every word of any document, and is stable from the second pass on", () => {
    // A bare address is a link or not, depending on how carefully its neighbours had to be written.
    const unlinked = (text: string): string => normalText(text.replace(/<a href="(?:mailto:|http:\/\/(?=www))?([^"]*)">((?:<[^a][^>]*>)*)\1((?:<\/\w+>)*?)<\/a>/g, "$2$1$3"));
    const words = (text: string): string => plainText(text).replace(/[\s|#.\u00a0-]|\d/g, "");
    fc.assert(
      fc.property(normals, (normal) => {
        const once = fromTextile(toTextile(normal));
        if (!/<img|<pre|:\/\//.test(normal)) expect(words(once)).toBe(words(normal));
        expect(unlinked(fromTextile(toTextile(once)))).toBe(unlinked(once));
      }),
      runs(0.2),
    );
  });

  it("reads anything as a normal form", () => {
    fc.assert(fc.property(sources, (source) => {
      expect(normalText(fromTextile(source))).toBe(fromTextile(source));
    }), runs());
  });

  it("takes hostile texts of any length", () => {
    for (const text of hostile) {
      const normal = fromTextile(text);
      toTextile(`<p>${text.slice(0, 20_000).replaceAll("<", "&lt;")}</p>`);
      expect(normalText(normal), text.slice(0, 12)).toBe(normal);
    }
  });
});
