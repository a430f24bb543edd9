// Jira wiki markup both ways.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalText, plainText } from "../../../lib/core/text/normal.ts";
import { fromWiki, fromWikiWithLoss, toWiki, toWikiWithLoss } from "../../../lib/core/text/wiki.ts";
import { hostile, normals, runs, sources } from "./arbitrary.ts";

const SEED = 20_261_124;
const often = (share: number): ReturnType<typeof runs> => ({ seed: SEED, ...runs(share) });

describe("wiki markup", () => {
  it("is empty for the empty text", () => {
    expect(toWiki("")).toBe("");
    for (const nothing of ["", " ", "\r\n\r\n", "{color:red}{color}"]) expect(fromWiki(nothing)).toBe("");
  });

  const BOTH: readonly (readonly [string, string, string])[] = [
    ["paragraphs and a line break", "<p>a<br>b</p><p>c</p>", "a\nb\n\nc"],
    ["empty lines", "<p>a<br><br>b</p>", "a\\\\ \\\\ b"],
    ["marks", "<p><b>a</b> <i>b</i> <u>c</u> <s>d</s> <sup>e</sup> <sub>f</sub> <code>g</code></p>", "*a* _b_ +c+ -d- ^e^ ~f~ {{g}}"],
    ["marks inside one another", "<p><b><i>a</i></b></p>", "*_a_*"],
    ["marks beside letters", "<p>x<b>a</b>y<sup>2</sup></p>", "x{*}a{*}y{^}2{^}"],
    ["colours", '<p><span style="color:#ff0000">a</span></p>', "{color:#ff0000}a{color}"],
    ["headings", "<h1>a</h1><h6>b</h6>", "h1. a\n\nh6. b"],
    ["nested and mixed lists", "<ul><li>a<ol><li>b</li><li>c<ul><li>d</li></ul></li></ol></li><li>e</li></ul>", "* a\n*# b\n*# c\n*#* d\n* e"],
    ["lists of two kinds side by side", "<ul><li>a</li></ul><ol><li>b</li></ol>", "* a\n\n# b"],
    ["code inside an item", '<ol><li><p>a</p><pre><code class="language-java">x\n y</code></pre></li><li>b</li></ol>', "# a\n{code:java}\nx\n y\n{code}\n# b"],
    ["tables", "<table><tr><th>h</th><th>i</th></tr><tr><td>a | b</td><td>c<br>d</td></tr><tr><td></td><td>e</td></tr></table>", "|| h || i ||\n| a \\| b | c\\\\ d |\n|  | e |"],
    ["a link with a bar inside a cell", '<table><tr><td><a href="https://x.y">t</a></td></tr></table>', "| [t|https://x.y] |"],
    ["code with and without language", '<pre><code class="language-c++">a{b}</code></pre><pre><code>*x*</code></pre>', "{code:c++}\na{b}\n{code}\n\n{noformat}\n*x*\n{noformat}"],
    ["code that holds a closing tag", "<pre><code>{noformat}</code></pre>", "{code:none}\n{noformat}\n{code}"],
    ["quotes with blocks in them", "<blockquote><p>a</p><ul><li>b</li></ul></blockquote>", "{quote}\na\n\n* b\n{quote}"],
    ["panels", '<div class="panel-info"><p>a</p></div><div class="panel-error"><p>b</p></div>', "{info}\na\n{info}\n\n{panel:bgColor=#ffebe6}\nb\n{panel}"],
    ["links", '<p><a href="https://x.y/a_b">t</a> <a href="https://x.y">https://x.y</a> <a href="mailto:a@b.de">m</a> <a href="f.txt">f</a> <a href="#top">up</a></p>', "[t|https://x.y/a_b] [https://x.y] [m|mailto:a@b.de] [f|^f.txt] [up|#top]"],
    ["a mention", '<p><span data-person="bob">@bob</span> x</p>', "[~bob] x"],
    ["images", '<p><img src="a b.png"> <img src="https://x.y/i.png" alt="an i"></p>', "!a b.png! !https://x.y/i.png|alt=an i!"],
    ["an image that is a link", '<p><a href="https://x.y"><img src="a.png"></a></p>', "[!a.png!|https://x.y]"],
    ["emoticons", '<p>a <span data-emoji=":slight_smile:">🙂</span> <span data-emoji=":check_mark:">:check_mark:</span></p>', "a :) (/)"],
    ["a rule", "<p>a</p><hr><p>b</p>", "a\n\n----\n\nb"],
    ["signs that are words", "<p>*a* _b_ {c} [d] !e.png! :) (x) -f- h1. C++ well-known snake_case 2 - 1</p>", "\\*a\\* \\_b\\_ \\{c\\} \\[d] \\!e.png! \\:) \\(x) \\-f\\- h1. C\\+\\+ well-known snake_case 2 - 1"],
    ["lines that look like blocks", "<p>h1. a<br>* b<br># c<br>- d<br>|e|<br>----<br>bq. f</p>", "h1&#46; a\n\\* b\n\\# c\n\\- d\n\\|e|\n\\-\\-\\-\\-\nbq&#46; f"],
    ["backslashes and entities", "<p>C:\\temp \\ \\\\x &amp;amp; &amp; b</p>", "C:\\temp \\ &#92;\\x &#38;amp; & b"],
  ];
  it.each(BOTH)("carries %s both ways", (_, normal, wiki) => {
    expect(toWiki(normal)).toBe(wiki);
    expect(fromWiki(wiki)).toBe(normal);
    expect(fromWiki(wiki.replaceAll("\n", "\r\n"))).toBe(normal);
  });

  const READ: readonly (readonly [string, string, string])[] = [
    ["bq.", "bq. a *b*", "<blockquote><p>a <b>b</b></p></blockquote>"],
    ["dashes as bullets", "- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
    ["lines after an item", "* a\nb\n* c", "<ul><li>a<br>b</li><li>c</li></ul>"],
    ["a list right after words", "words\n* a", "<p>words</p><ul><li>a</li></ul>"],
    ["a list that begins too deep", "** a\n* b", "<ul><li><ul><li>a</li></ul></li><li>b</li></ul>"],
    ["code in the middle of a line", "see {code}x{code} there", "<p>see</p><pre><code>x</code></pre><p>there</p>"],
    ["a title of code", "{code:title=A.java|java}\nx\n{code}", '<p><b>A.java</b></p><pre><code class="language-java">x</code></pre>'],
    ["a titled panel", "{panel:title=T|borderStyle=dashed}\na\n{panel}", '<div class="panel-info"><p><b>T</b></p><p>a</p></div>'],
    ["tags inside code", "{quote}\n{code}\n{quote}\n{code}\n{quote}", "<blockquote><pre><code>{quote}</code></pre></blockquote>"],
    ["a macro that is never closed", "{quote} a {code}", "<p>{quote} a {code}</p>"],
    ["a macro nobody knows", "{toc} a {status:colour=Red}", "<p>{toc} a {status:colour=Red}</p>"],
    ["marks that are none", "2*3*4 a_b_c - x - *open snake_case_name", "<p>2*3*4 a_b_c - x - *open snake_case_name</p>"],
    ["a mark over two lines", "*a\nb*", "<p>*a<br>b*</p>"],
    ["marks crossing", "*a _b* c_", "<p><b>a _b</b> c_</p>"],
    ["citations", "??a??", "<p><i>a</i></p>"],
    ["a colour over two lines", "{color:red}a\nb{color}", '<p><span style="color:#ff0000">a</span><br><span style="color:#ff0000">b</span></p>'],
    ["a bare address and the stop after it", "see https://x.y/a_b_c.", '<p>see <a href="https://x.y/a_b_c">https://x.y/a_b_c</a>.</p>'],
    ["a link with a tip", "[t|https://x.y|tip]", '<p><a href="https://x.y">t</a></p>'],
    ["brackets that are no link", "[a|b] [c] a[0]", "<p>[a|b] [c] a[0]</p>"],
    ["a link to a script", "[t|javascript:alert(1)]", "<p>t</p>"],
    ["a thumbnail", "!a.png|thumbnail!", '<p><img src="a.png"></p>'],
    ["exclamations", "wow! great! yes!", "<p>wow! great! yes!</p>"],
    ["a person of Cloud", "[~accountid:557:1]", '<p><span data-person="557:1">@557:1</span></p>'],
    ["a forced line break", "a\\\\b\\\\\nc", "<p>a<br>b<br>c</p>"],
    ["entities", "a&nbsp;b &lt;c&gt; &#123;", "<p>a&nbsp;b &lt;c&gt; {</p>"],
    ["rows over several lines", "|a\nb|c|\n|d|e|", "<table><tr><td>a<br>b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>"],
    ["a list inside a cell", "|* a\n* b|c|", "<table><tr><td><ul><li>a</li><li>b</li></ul></td><td>c</td></tr></table>"],
    ["words after a table", "|a|\nb", "<table><tr><td>a</td></tr></table><p>b</p>"],
    ["an anchor", "{anchor:x}a", "<p>a</p>"],
  ];
  it.each(READ)("reads %s", (_, wiki, normal) => {
    expect(fromWiki(wiki)).toBe(normal);
  });

  it("steps down what cannot stand where it is, and counts it", () => {
    const { text, lost } = toWikiWithLoss('<table><tr><td colspan="2"><ul><li>a</li></ul></td></tr></table><p><span style="background-color:#ff0000">x</span> <span data-status="green">OK</span></p>');
    expect(text).toBe("| \\- a |  |\n\nx OK");
    expect(lost).toEqual(["list in a table cell", "joined table cells", "background colour", "status lozenge"]);
    expect(fromWikiWithLoss("{panel:title=T}\nx\n{panel}").lost).toEqual(["custom panel"]);
  });

  it("maps people, and writes an unknown one as plain text", () => {
    const resolveMention = (id: string, name: string): { id: string; name: string } | undefined => (id === "k1" ? { id: "bob", name } : id === "bob" ? { id: "k1", name: "Bob B." } : undefined);
    expect(toWiki('<p><span data-person="k1">@Bob</span> <span data-person="k2">@Eve [x]</span></p>', { resolveMention })).toBe("[~bob] @Eve \\[x]");
    expect(fromWiki("[~bob] [~eve]", { resolveMention })).toBe('<p><span data-person="k1">@Bob B.</span> <span data-person="eve">@eve</span></p>');
  });

  it("keeps the words that a sandbox's worst text holds", () => {
    const words = "<script>alert(1)</script> *not bold* {code} h1. _x_ | y | [z]";
    const normal = "<p>&lt;script&gt;alert(1)&lt;/script&gt; *not bold* {code} h1. _x_ | y | [z]</p>";
    expect(plainText(fromWiki(toWiki(normal)))).toBe(words);
  });

  it("loses no word and is stable from the second pass on", () => {
    const words = (normal: string): string => plainText(normal).replace(/[^\p{L}\p{N}]|\d+\.|none/gu, "");
    fc.assert(fc.property(normals, (normal) => {
      const once = fromWiki(toWiki(normal));
      if (!/<img|data-person|<li|language-/.test(normal)) expect(words(once)).toBe(words(normal));
      expect(fromWiki(toWiki(once))).toBe(once);
    }), often(1));
  }, 120_000);

  it("never throws for any text, and what it reads is stable from the second pass on", () => {
    fc.assert(fc.property(sources, (source) => {
      const once = fromWiki(toWiki(fromWiki(source)));
      expect(fromWiki(toWiki(once))).toBe(once);
    }), often(2));
  }, 120_000);

  it("reads hostile texts", () => {
    for (const text of hostile) {
      const normal = fromWiki(text);
      expect(normalText(normal), text.slice(0, 20)).toBe(normal);
    }
  }, 120_000);
});
