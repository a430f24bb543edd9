// A text that is cut keeps as much as fits, ends with its pointer, and is measured a few times only.

import { describe, expect, it } from "vitest";
import { cutText } from "../../../lib/core/text/cut.ts";
import { toHtml } from "../../../lib/core/text/html.ts";
import { normalText, plainText } from "../../../lib/core/text/normal.ts";
import { toWiki } from "../../../lib/core/text/wiki.ts";

const POINTER = "… (cut)";

const MEASURES: Readonly<Record<string, (normal: string) => number>> = {
  "its normal form": (normal) => normal.length,
  "what people read": (normal) => plainText(normal).length,
  "wiki markup": (normal) => toWiki(normal).length,
  "HTML in a frame": (normal) => `<html><body>${toHtml(normal)}</body></html>`.length,
};

const SMALL: readonly string[] = [
  "<p>one two three four five six seven eight nine ten eleven twelve</p>",
  "<p>first</p><ul><li>a longer point</li><li>another one<ul><li>deep inside</li></ul></li></ul><p>last words</p>",
  '<p><b>bold and</b> plain and <i>slanted words</i> and <a href="https://example.com/a">a link</a></p><pre><code>if (a) {\n  b();\n}</code></pre>',
  "<table><tbody><tr><th>Boat</th><th>Seats</th></tr><tr><td>Seagull of the sea</td><td>60</td></tr></tbody></table><p>behind it</p>",
  "<p>Donaudampfschifffahrtsgesellschaftskapitän 🎉🎉🎉🎉🎉 漢字漢字漢字</p>",
].map(normalText);

const LARGE = normalText(Array.from({ length: 100 }, (_, n) => `<h2>Part ${n}</h2><p>${"word ".repeat(n % 40)}<b>and bold</b> {braces} *stars*</p><ul><li>one</li><li>two ${n}</li></ul>`).join(""));

describe("a text that is too long", () => {
  it.each(Object.entries(MEASURES))("keeps a head that fits, and more where more fits, by %s", (_title, measure) => {
    for (const whole of SMALL) {
      const most = measure(whole);
      // The more may stand there, the more does.
      let before = 0;
      for (let max = 0; max <= most; max += 19) {
        const cut = cutText(whole, max, measure, POINTER);
        if (cut === "") continue;
        const kept = cut === whole ? whole.length : plainText(cut).length;
        expect([measure(cut) <= max, cut === whole || plainText(cut).endsWith(POINTER), kept >= before]).toEqual([true, true, true]);
        before = kept;
      }
      expect([cutText(whole, most, measure, POINTER), before > 0]).toEqual([whole, true]);
    }
  });

  it("loses less than a word of what would fit", () => {
    const whole = SMALL[0] ?? "";
    const sizes = Array.from({ length: 20 }, (_, index) => 20 + 3 * index);
    for (const max of sizes.filter((size) => size < whole.length)) {
      const cut = cutText(whole, max, (normal) => normal.length, POINTER);
      const next = plainText(whole).slice(plainText(cut).length - POINTER.length - 2).trimStart().split(" ")[0] ?? "";
      expect([max, max - cut.length <= next.length + 12]).toEqual([max, true]);
    }
  });

  it.each(Object.entries(MEASURES))("is measured a few times, by %s", (_title, measure) => {
    for (const max of [500, 5_000]) {
      let times = 0;
      const cut = cutText(LARGE, max, (normal) => (times++, measure(normal)), POINTER);
      expect([measure(cut) <= max, measure(cut) > max - 60, times <= 9, times]).toEqual([true, true, true, times]);
    }
  });

  it("is nothing where not even the pointer fits", () => {
    expect(cutText(LARGE, 5, (normal) => normal.length, POINTER)).toBe("");
  });
});
