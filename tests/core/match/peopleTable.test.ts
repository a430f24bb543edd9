import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPeopleTable } from "../../../lib/core/match/reading/peopleTable.ts";
import { csvLine } from "../../../lib/core/users/csvRows.ts";

const encoder = new TextEncoder();
const read = (text: string): ReturnType<typeof readPeopleTable> => readPeopleTable(encoder.encode(text));

/** What a spreadsheet may hold: quotes, delimiters, ends of lines, cells that it would run, letters of two bytes. */
const cell = fc.array(fc.constantFrom("a", "B", "ö", "Ж", " ", '"', ",", ";", "'", "=", "-", "@", "\n", "\r", "1"), { maxLength: 6 }).map((letters) => letters.join(""));

describe("a table of people", () => {
  it("is read as it was written", async () => {
    const row = fc.tuple(cell, cell, cell);
    await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
      const text = csvLine(["dataSource", "id", "name", "login", "email"]) + rows.map(([name, login, email], at) => csvLine(["octane", `p${at}`, name, login, email])).join("");
      const { dataSource, people } = await read(text);
      expect(dataSource).toBe("octane");
      expect(rows.map((_, at) => [people.id(at), people.name(at), people.login(at), people.email(at)])).toEqual(rows.map(([name, login, email], at) => [`p${at}`, name, login, email]));
      expect(people.size).toBe(rows.length);
    }), { numRuns: 200 });
  });

  it.each([
    ["other delimiters", "id;name\r\n1;Ann, B.\r\n2;\"Bo; C.\"\r\n3;\"Cy \"\"x\"\"\"\r\n", ["Ann, B.", "Bo; C.", 'Cy "x"']],
    ["empty lines, no last end of line", "id,name\n\n1,Ann\n\r\n2,Bo\n\n3,Cy", ["Ann", "Bo", "Cy"]],
    ["a quoted cell over two lines", "id,name\n1,Ann\n2,\"Bo\nB.\"\n3,Cy\n", ["Ann", "Bo\nB.", "Cy"]],
    ["columns that nobody asks for, quoted and not", "x,name,\"y\",id\n\"q, r\",Ann,'s,1\nq,\"Bo\",\"'s\",2\nq,Cy,s,3\n", ["Ann", "Bo", "Cy"]],
    ["apostrophes in front of what would run", "id,name\n1,'=Ann\n2,'=Bo\n3,'Cy\n", ["=Ann", "=Bo", "'Cy"]],
    ["a quote within a cell", "id,name\n1,Ann \"A\" B\n2,Bo\"\n3,Cy\n", ['Ann "A" B', 'Bo"', "Cy"]],
  ])("has %s", async (_, text, names) => {
    const { people } = await read(text);
    expect(names.map((__, at) => people.name(at))).toEqual(names);
    expect(people.size).toBe(names.length);
  });

  it.each(["utf16le", "utf8"] as const)("has a byte order mark, in %s", async (encoding) => {
    const bytes = Buffer.from("\ufeffid,name\n1,Жan\n2,\"B\"\"o\"\n", encoding);
    const { people } = await readPeopleTable(bytes);
    expect([people.id(0), people.name(0), people.name(1), people.size]).toEqual(["1", "Жan", 'B"o', 2]);
  });

  it("is good UTF-8 without a NUL; what is not is told with its place", async () => {
    const good = Buffer.from("id,name\n1,Ж\n2,山𠮷");
    for (const [bad, message] of [["ff", "the file is not UTF-8"], ["c080", "the file is not UTF-8"], ["eda080", "the file is not UTF-8"], ["f4908080", "the file is not UTF-8"], ["e0809f", "the file is not UTF-8"], ["e5b1", "the file is not UTF-8"], ["00", "a NUL character"]] as const) {
      const bytes = Buffer.concat([good, Buffer.from(bad, "hex"), Buffer.from("x\n3,Cy\n")]);
      await expect(readPeopleTable(bytes), bad).rejects.toThrow(`line 3, column 6: ${message}`);
    }
    await expect(readPeopleTable(good.subarray(0, good.length - 1))).rejects.toThrow("line 3, column 4: the file is not UTF-8");
  });

  it.each([
    ["id,name\n1,Ann\n2,\"B\no\"\n1,Cy\n", "line 5, column 1: the id 1 stands twice"],
    ["id,name\n1,Ann\n\n,Bo\n", "line 4, column 1: a person without an id"],
    ["id,name\n1,Ann\n2,Bo\n3\n", "line 4, column 1: 1 cells where the first line has 2"],
    ["id,name\n1,Ann\n2,Bo\n3,Cy,x\n", "line 4, column 1: 3 cells where the first line has 2"],
    ["id,name\n1,Ann\n2,\"Bo\"x\n", "line 3, column 7: text after a closing quote"],
    ["id,name\n1,Ann\n2,\"Bo\"\r\n3,\"Cy\n", "line 4, column 3: a quote is opened and never closed"],
    ["id,name,login\n1,Ann,a\n2,\"Bo\"\r,b\n", "line 3, column 7: text after a closing quote"],
    ["name\nAnn\n", "line 1, column 1: there is no column id"],
    ['DN,objectClass,name\n"CN=Ann,DC=x",user,Ann\n', 'there is no column id; there are "DN", "objectClass", "name"'],
    ["\n\n", "line 1, column 1: the file is empty"],
  ])("says what is wrong and where: %j", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
