// Texts from elsewhere name nobody in Redmine, and read as the same.

import { describe, expect, it } from "vitest";
import { namingNobody } from "../../../lib/connectors/redmine/mentions.ts";
import { TEXT_FORMATS, type TextFormat } from "../../../lib/connectors/redmine/options.ts";
import { textsOf } from "../../../lib/connectors/redmine/texts.ts";

/** As Redmine 5.0 finds them; the real one is asked in tests/proof/connectors/redmineMentions.test.ts. */
const named = (source: string): readonly string[] => [...source.matchAll(/(?:^|[^A-Za-z0-9_])@([A-Za-z0-9_.@-]*?)(?=[\p{P}$+<=>^`|~][^A-Za-z0-9_/]|,|\.+$|\s|\]|<|$)/gmu)].map(([, login = ""]) => login).filter((login) => login !== "");

const FORMATTED = TEXT_FORMATS.filter((format) => format !== "plain");

const written = (format: TextFormat, normal: string, before?: string): string => namingNobody(textsOf(format).write(normal), format, before);

describe.each(FORMATTED)("a text in %s", (format) => {
  it.each(["<p>@anna, please look</p>", "<p>ask <b>@anna</b>, (@bert) or @a.b-c. @anna again</p>", "<ul><li>@anna</li><li>x<br>@bert</li></ul>", "<blockquote><p>@anna</p></blockquote>", "<table><tr><th>@anna</th></tr><tr><td>@bert</td></tr></table>", "<h1>@anna</h1>"])("names nobody and reads as the same: %s", (normal) => {
    const source = written(format, normal);
    expect(named(source)).toEqual([]);
    expect(textsOf(format).read(source)).toBe(textsOf(format).read(textsOf(format).write(normal)));
  });

  it("leaves addresses of mail and lone signs as they are", () => {
    for (const normal of ["<p>write to a@b.de</p>", "<p>5 @ 3, a @ b</p>", "<p>no sign</p>"]) expect(written(format, normal)).toBe(textsOf(format).write(normal));
  });

  it("leaves those that are named already, as people wrote them: they are told nothing new", () => {
    const before = "Hello @anna, see\r\n\r\n<pre>@bert</pre> ```@carl``` @dora/x";
    expect(written(format, "<p>Hello @anna, see this</p>", before)).toContain("@anna");
    for (const login of ["bert", "carl", "dora"]) expect(named(written(format, `<p>Hello @${login}, see</p>`, before))).toEqual([]);
  });
});

describe("code", () => {
  it.each(["textile", "commonMark", "commonMarkSoftBreaks"] as const)("in %s names nobody either", (format) => {
    for (const normal of ["<p>run <code>@admin</code> now</p>", "<p>run <code>sudo @admin x</code> and @anna</p>", "<pre><code>@admin\nx</code></pre>"]) {
      const source = written(format, normal);
      // Redmine does not look into blocks of code.
      expect(named(source.replace(/<pre>[^]*<\/pre>|```[^]*```/, ""))).toEqual([]);
      expect(textsOf(format).read(source)).toBe(textsOf(format).read(textsOf(format).write(normal)));
    }
  });

  it("in Textile is marked with the sign itself", () => {
    expect(written("textile", "<p>run <code>admin</code> now</p>")).toBe("run <code>admin</code> now");
  });
});

describe.each(["textile", "commonMark"] as const)("a long text in %s", (format) => {
  const lines = (count: number, line: string): string => `<p>${Array.from({ length: count }, () => line).join(" ")}</p>`;

  it("names nobody, however many it names", () => {
    const source = written(format, lines(3000, "@anna says hello to @bert."));
    expect(named(source)).toEqual([]);
    expect(textsOf(format).read(source)).toBe(lines(3000, "@anna says hello to @bert."));
  });

  it("names nobody beside code that does", () => {
    const normal = lines(40, "@anna runs <code>@admin</code>, and");
    const source = written(format, normal);
    expect(named(source)).toEqual([]);
    expect(textsOf(format).read(source)).toBe(normal);
  });

  it("of signs and code only comes to its end", () => {
    for (const normal of [lines(20_000, "@").replaceAll(" ", ""), lines(1000, "<code>@a</code> @b")]) {
      const plain = textsOf(format).write(normal);
      expect(textsOf(format).read(namingNobody(plain, format))).toBe(textsOf(format).read(plain));
    }
  });
});

it("plain texts have no other way to be written", () => {
  expect(written("plain", "<p>@anna</p>")).toBe("@anna");
});
