// The short way from bytes to lines for the database finds what the long way finds: people, names, rejects and errors.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../lib/core/errors.ts";
import type { Chunks } from "../../../lib/core/users/decode.ts";
import { isPacked, packSheet } from "../../../lib/core/users/packSheet.ts";
import type { UserName } from "../../../lib/core/users/userMap.ts";
import { readUserMapsCsv } from "../../../lib/core/users/sheetCsv.ts";
import { collect, pieces, utf8 } from "./arbitrary.ts";

interface Found {
  /** "label <data source>name", sorted. */
  readonly names: readonly string[];
  readonly people: number;
  readonly nameless: number;
  readonly rejected: readonly string[];
}

const named = (label: string, { dataSource, name, readOnly }: UserName): string => `${label} <${dataSource}>${name}${readOnly === true ? " (read only)" : ""}`;

const shortWay = async (chunks: Chunks): Promise<Found & { readonly plain: number }> => {
  const [names, rejected]: [string[], string[]] = [[], []];
  let [people, nameless, plain] = [0, 0, 0];
  for await (const page of packSheet(chunks)) {
    if (isPacked(page)) {
      people += page.people;
      plain += page.people;
      const lines = new TextDecoder("utf-8", { fatal: true }).decode(page.lines).split("\n");
      expect(lines.pop()).toBe("");
      const held = lines.map((line) => line.split("\t")).flatMap(([label, ...pair]) => [pair.slice(0, 2), pair.slice(2, 4)].filter(([, name]) => name !== "\\N").map(([dataSource, name]) => named(label ?? "", { dataSource: dataSource ?? "", name: name ?? "", ...(pair[4] === "t" ? { readOnly: true } : {}) })));
      expect(held).toHaveLength(page.names);
      names.push(...held);
      continue;
    }
    for (const read of page) {
      if ("reason" in read) rejected.push(`${read.line} ${read.reason}`);
      else if (read.map.users.length === 0) nameless++;
      else people++;
      if ("map" in read) names.push(...read.map.users.map((user) => named(read.map.name, user)));
    }
  }
  return { names: names.toSorted(), people, nameless, rejected, plain };
};

const longWay = async (chunks: Chunks): Promise<Found> => {
  const read = await collect(readUserMapsCsv(chunks));
  const maps = read.flatMap((each) => ("map" in each ? [each.map] : []));
  return {
    names: maps.flatMap((map) => map.users.map((user) => named(map.name, user))).toSorted(),
    people: maps.filter((map) => map.users.length > 0).length,
    nameless: maps.filter((map) => map.users.length === 0).length,
    rejected: read.flatMap((each) => ("reason" in each ? [`${each.line} ${each.reason}`] : [])),
  };
};

const outcome = async (found: Promise<Found>): Promise<Found | string> => {
  try {
    return await found;
  } catch (error) {
    if (error instanceof DataError) return "DataError";
    throw error;
  }
};

/** Few texts, so that many stand twice; some of them no plain row may hold. */
const cell = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 60 }).map((n) => `p${n}`) },
  { weight: 3, arbitrary: fc.constantFrom("", "", "Jürgen", "Иван", "王", "👩‍💻", "a b", " ", "a;b", "1.5E+14", "a+b@x") },
  { weight: 2, arbitrary: fc.constantFrom('"p1"', '"a,b"', '"a\nb"', 'a"b', "'=p1", "'p1", "a\\b", "a\tb", "a\rb", "\ufffd", "\uffff", "\u0001", "\u007f", "=1", "x".repeat(250), "ü".repeat(600)) },
);
const row = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(cell, cell, cell).map((cells) => cells.join(",")) },
  { weight: 1, arbitrary: fc.array(cell, { maxLength: 5 }).map((cells) => cells.join(",")) },
);
const head = fc.constantFrom("name,jira,octane", '\ufeffname,"jira",octane', "Name,Ω,octane", "name,a\\b,octane", "name,jira,octane (read only)", "name,jira (read only),jira");

describe("a table of people on the short way", () => {
  it("gives what the long way gives, however the bytes arrive", async () => {
    await fc.assert(
      fc.asyncProperty(head, fc.array(row, { maxLength: 60 }), fc.constantFrom("\n", "\r\n"), fc.boolean(), fc.constantFrom(3, 60, 400, 100_000), async (first, rows, end, last, size) => {
        const bytes = new TextEncoder().encode([first, ...rows].join(end) + (last ? end : ""));
        const short = await outcome(shortWay(pieces(bytes, size)));
        expect(typeof short === "string" ? short : { ...short, plain: 0 }).toEqual(await outcome(longWay([bytes]).then((found) => ({ ...found, plain: 0 }))));
      }),
      { numRuns: 300 },
    );
  });

  it("takes rows with names that are read only there, too", async () => {
    const people = Array.from({ length: 500 }, (_, n) => `P${n},j${n},${n % 2 === 0 ? `o${n}` : ""},${n % 3 === 0 ? `old${n}` : ""}\n`).join("");
    const bytes = new TextEncoder().encode(`name,jira,octane,jira (read only)\n${people}`);
    const { plain, ...found } = await shortWay([bytes]);
    expect(found).toEqual(await longWay([bytes]));
    expect([found.names.filter((name) => name.endsWith("(read only)")).length, plain > 490]).toEqual([167, true]);
  });

  it("takes plain rows there, all but the ends of what comes at a time", async () => {
    const people = Array.from({ length: 5000 }, (_, n) => `Jürgen ${n},j${n},${n % 2 === 0 ? `o${n}` : ""}\r\n`).join("");
    const bytes = new TextEncoder().encode(`name,jira,octane\r\n${people}`);
    const { plain, ...found } = await shortWay(pieces(bytes, 30_000));
    expect(found).toEqual(await longWay([bytes]));
    expect([found.people, found.rejected, plain > 4900]).toEqual([5000, [], true]);
  });

  it("keeps the rows of one person together where plain ones end and others begin", async () => {
    const rows = Array.from({ length: 300 }, (_, n) => `P${n},a${n},\nP${n},b${n},\n${n % 3 === 0 ? `"P${n}",c${n},\n` : ""}Q${n},q${n},\n`).join("");
    const bytes = new TextEncoder().encode(`name,jira,octane\n${rows}`);
    for (const size of [7, 100, 100_000]) {
      const { plain, ...found } = await shortWay(pieces(bytes, size));
      expect(found).toEqual(await longWay([bytes]));
      expect(found.people).toBe(600);
    }
  });

  it("goes the long way throughout where the file is not UTF-8", async () => {
    const bytes = Buffer.from("\ufeffname,jira\r\nÄnne,a\r\nBo,b\r\n", "utf16le");
    const { plain, ...found } = await shortWay(pieces(bytes, 5));
    expect([found, plain]).toEqual([await longWay([bytes]), 0]);
    expect(found.names).toEqual(["Bo <jira>b", "Änne <jira>a"]);
  });

  const many = Array.from({ length: 200 }, (_, n) => `P${n},a${n}`).join("\n");
  it.each([
    ["", "line 1, column 1: the file is empty"],
    ["jira,octane\na,b\n", 'line 1, column 1: the first column is "jira"'],
    [`name,jira\n${many}\nZoe`, "line 202, column 1: the last row is shorter than the first"],
    [`name,jira\n${many}\nZoe,"z\n${many}`, "line 202, column 5: a quote is opened and never closed"],
    [`name,jira\n${many}\nZoe,"z"z\n${many}\n`, "line 202, column 8: text after a closing quote"],
    [`name,jira\n${many}\nZoe,z\u0000\n${many}\n`, "line 202, column 6: a NUL character"],
  ])("ends like the long way where the file is damaged: %#", async (text, message) => {
    await expect(shortWay(utf8(text))).rejects.toThrow(message);
    await expect(longWay(utf8(text))).rejects.toThrow(message);
  });

  it.each([
    ["in a row that is else plain", [0xff]],
    ["at the very end", [0xc3]],
  ])("says where bytes are no UTF-8: %s", async (what, bytes) => {
    const file = Buffer.concat([Buffer.from(`name,jira\n${many}\nZoe,z`), Uint8Array.from(bytes), Buffer.from(what === "at the very end" ? "" : `\n${many}`)]);
    await expect(shortWay([file])).rejects.toThrow("line 202, column 6: the file is not UTF-8");
    await expect(longWay([file])).rejects.toThrow("line 202, column 6: the file is not UTF-8");
  });

  it("does not fill the memory for a line that never ends", async () => {
    const endless = function* (): Generator<Uint8Array> {
      yield Buffer.from("name,jira\na,b");
      for (;;) yield Buffer.alloc(1_000_000, 0x61);
    };
    await expect(shortWay(endless())).rejects.toThrow("line 2, column 1: a row of more than");
  });
});
