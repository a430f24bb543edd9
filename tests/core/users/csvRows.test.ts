import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine, csvRows, defuse, refuse } from "../../../lib/core/users/csvRows.ts";
import { collect, pieces, utf8 } from "./arbitrary.ts";

const cellsOf = async (text: string, size = 1_000_000): Promise<readonly (readonly string[])[]> => (await collect(csvRows(pieces(Buffer.from(text), size), ","))).map((row) => row.cells);

describe("rows of a CSV file", () => {
  it("are those a well-known parser finds, however the bytes arrive", async () => {
    const cell = fc.array(fc.constantFrom("a", "b ", '"', ",", "\n", "\r\n", ";", "ü", "👩", "'", " "), { maxLength: 4 }).map((parts) => parts.join(""));
    const quoted = cell.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(quoted, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }), fc.constantFrom("\n", "\r\n"), fc.boolean(), fc.integer({ min: 1, max: 9 }), async (rows, end, last, size) => {
        const text = rows.map((row) => row.join(",")).join(end) + (last ? end : "");
        const theirs = parse(text, { relax_column_count: true, skip_empty_lines: true, record_delimiter: ["\r\n", "\n"], relax_quotes: true }) as string[][];
        expect(await cellsOf(text, size)).toEqual(theirs.filter((row) => row.some((each) => each !== "")));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["rows that a spreadsheet left of nothing", ";;\r\nname;jira;\r\n;;\r\n\"\";;\r\nAnn;ann;\r\n", [["name", "jira", ""], ["Ann", "ann", ""]], [2, 5]],
    ["a spreadsheet's own word for what parts the cells", "sep=;\r\nname;jira\r\na,b;c\r\n", [["name", "jira"], ["a,b", "c"]], [2, 3]],
    ["its word alone on a first line of quotes", 'sep=\t\n"name"\tjira\n', [["name", "jira"]], [2]],
  ])("leave out %s", async (_, text, cells, lines) => {
    for (const size of [3, 1000]) {
      const rows = await collect(csvRows(pieces(Buffer.from(text), size)));
      expect([rows.map((row) => row.cells), rows.map((row) => row.line)]).toEqual([cells, lines]);
    }
  });

  it("say of lines that end with CR alone what they are", async () => {
    await expect(collect(csvRows(utf8("name,jira\rAnn,ann\r")))).rejects.toThrow("line 1, column 10: a line that ends with CR alone");
    await expect(collect(csvRows(utf8('name,jira\r"B, Ann",ann\r')))).rejects.toThrow("line 1, column 10: a line that ends with CR alone");
    await expect(collect(csvRows(utf8('name,"jira"\r"B, Ann",ann\r')))).rejects.toThrow("line 1, column 12: a line that ends with CR alone");
  });

  it.each([
    ["an .xlsx or .ods", [0x50, 0x4b, 0x03, 0x04, 0x14, 0]],
    ["an .xls", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]],
  ])("tell %s from a damaged table", async (_, bytes) => {
    await expect(collect(csvRows([Uint8Array.from(bytes)]))).rejects.toThrow("this is a workbook of a spreadsheet");
  });

  it.each([
    ["a,b\n\nc,d\n", [1, 3]],
    ['"a\nb",c\nd,e', [1, 3]],
    ['a,b\r\n"x\r\ny","z"\r\nq,r\r\n', [1, 2, 4]],
  ])("know the line they begin on: %j", async (text, lines) => {
    expect((await collect(csvRows(utf8(text)))).map((row) => row.line)).toEqual(lines);
  });

  it.each([
    ["name;jira\na;b", ["a", "b"]],
    ["name\tjira\na\tb", ["a", "b"]],
    ["name,jira\na;b,c", ["a;b", "c"]],
  ])("are parted by what parts the first row: %j", async (text, cells) => {
    expect((await collect(csvRows(utf8(text))))[1]?.cells).toEqual(cells);
  });

  it.each([
    ['a,b\nc,"d', "line 2, column 3: a quote is opened and never closed"],
    ['a,b\n"c"d,e', "line 2, column 4: text after a closing quote"],
    ["a\nb\u0000c", "line 2, column 2: a NUL character"],
  ])("end with a clear error where the file is damaged: %j", async (text, message) => {
    await expect(collect(csvRows(utf8(text)))).rejects.toThrow(message);
  });

  it("say where bytes are not of the encoding", async () => {
    await expect(collect(csvRows([Buffer.from("ab\nc"), Uint8Array.of(0x64, 0xff, 0x65), Buffer.alloc(300, 0x61)]))).rejects.toThrow("line 2, column 3: the file is not UTF-8");
  });

  it("do not fill the memory for a quote that is never closed", async () => {
    const endless = function* (): Generator<Uint8Array> {
      yield Buffer.from('a,"');
      for (;;) yield Buffer.alloc(65_536, 0x61);
    };
    await expect(collect(csvRows(endless()))).rejects.toThrow("more than");
  });

  it("never hand a spreadsheet something it would run, and lose nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("=", "+", "-", "@", "\t", "\r", "'", "a", "1"), { maxLength: 5 }).map((parts) => parts.join("")), (text) => {
        expect(/^[=+\-@\t\r]/.test(defuse(text))).toBe(false);
        expect(refuse(defuse(text))).toBe(text);
      }),
    );
    expect(csvLine(["=1+1", "a", ""])).toBe("'=1+1,a,\r\n");
  });

  it("are quoted where they hold what parts cells or rows, and otherwise as they are", () => {
    const letters = [..."aZ09éпΩ’", " ", "\u00a0", "\u3000", ",", ";", "\t", "\n", '"', "'", "=", "+", "-", "@", ".", "/", "_", "(", "~", "\u007f"];
    const byRule = (text: string): string => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    fc.assert(fc.property(fc.array(fc.constantFrom(...letters), { maxLength: 4 }), (parts) => {
      expect(csvLine([parts.join("")])).toBe(`${byRule(defuse(parts.join("")))}\r\n`);
    }), { numRuns: 2000 });
  });
});
