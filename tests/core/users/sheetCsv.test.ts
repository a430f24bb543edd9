import { describe, expect, it } from "vitest";
import { createColumns, readUserMapsCsv, sheetRows, writeUserMapsCsv } from "../../../lib/core/users/sheetCsv.ts";
import { collect, joined, utf8 } from "./arbitrary.ts";

const read = async (text: string, separator?: string) => collect(readUserMapsCsv(utf8(text), separator === undefined ? {} : { separator }));

describe("user maps as a table", () => {
  it("give one row per person, and further rows for further names", () => {
    const map = { name: "Gary", users: [{ dataSource: "jira", name: "gbear" }, { dataSource: "jira", name: "gary.bear" }, { dataSource: "octane", name: "=cmd" }] };
    expect(sheetRows(map, ["jira", "octane"].map((dataSource) => ({ dataSource, isReadOnly: false })))).toBe("Gary,gary.bear,'=cmd\r\nGary,gbear,\r\n");
  });

  it("have a column of their own for names that are read only, where there are some", async () => {
    const maps = [{ name: "Gary", users: [{ dataSource: "jira", name: "gbear", readOnly: true as const }, { dataSource: "octane", name: "g@x" }] }, { name: "Zoe", users: [{ dataSource: "jira (written)", name: "z" }, { dataSource: "octane", name: "old", readOnly: true as const }, { dataSource: "octane", name: "zoe" }] }];
    const columns = createColumns();
    for (const map of maps) for (const user of map.users) columns.add(user);
    const csv = await joined(writeUserMapsCsv([maps], columns.all()));
    expect(csv).toBe("name,jira (read only),jira (written) (written),octane,octane (read only)\r\nGary,gbear,,g@x,\r\nZoe,,z,zoe,old\r\n");
    expect(await read(csv)).toMatchObject(maps.map((map) => ({ map })));
  });

  it("take the mark of a column as people write it, and a name that stands in both columns for written", async () => {
    expect(await read("name,jira,jira (Read-Only)\r\nGary,gbear,gbear\r\nGary,,gary\r\n")).toEqual([{ line: 2, column: 1, map: { name: "Gary", users: [{ dataSource: "jira", name: "gary", readOnly: true }, { dataSource: "jira", name: "gbear" }] } }]);
    await expect(read("name,jira (read only),jira (readonly)\n")).rejects.toThrow('line 1, column 3: two columns are headed "jira (readonly)"');
  });

  it("read rows of one person together", async () => {
    expect(await read("name,jira,octane\r\nGary,gbear,g@x\r\nGary,gary,\r\nZoe,,zoe\r\n")).toEqual([
      { line: 2, column: 1, map: { name: "Gary", users: [{ dataSource: "jira", name: "gary" }, { dataSource: "jira", name: "gbear" }, { dataSource: "octane", name: "g@x" }] } },
      { line: 4, column: 1, map: { name: "Zoe", users: [{ dataSource: "octane", name: "zoe" }] } },
    ]);
  });

  it("part a cell by a separator where one is given", async () => {
    expect(await read("name;jira\nGary;gbear | gary\n", "|")).toMatchObject([{ map: { users: [{ name: "gary" }, { name: "gbear" }] } }]);
  });

  it.each([
    ["a label that stood before", "Gary,a,\nZoe,b,\nGary,c,\n", 'the label "Gary" stands in the file before'],
    ["a name of another person", "Gary,a,\nZoe,a,\nX,y,\n", '"a" in jira belongs to another person further up'],
    ["no label", ",a,\nX,y,\n", "the label is empty"],
    ["too many cells", "Gary,a,b,c\nX,y,\n", "4 cells where the first line has 3"],
    ["too few cells", "Gary\nX,y,\n", "1 cells where the first line has 3"],
    ["a number that a spreadsheet rounded", 'Gary,a,"1,23457E+14"\nX,y,\n', '"1,23457E+14" is a long number that a spreadsheet has rounded: have the column as text there'],
  ])("reject a row with %s and go on", async (_, rows, reason) => {
    const found = await read(`name,jira,octane\n${rows}`);
    expect(found.filter((each) => "reason" in each)).toMatchObject([{ reason }]);
    expect(found.some((each) => "map" in each)).toBe(true);
  });

  it("read past a column that a spreadsheet emptied and goes on writing, and not past one that is used", async () => {
    const found = await read("name;jira;;\r\nGary;gbear;;\r\n;;;\r\nZoe;zoe;;x\r\n");
    expect(found).toMatchObject([{ map: { name: "Gary", users: [{ dataSource: "jira", name: "gbear" }] } }, { line: 4, reason: "4 cells where the first line has 2" }]);
  });

  it.each([
    ["", "line 1, column 1: the file is empty"],
    ["jira,octane\na,b\n", 'line 1, column 1: the first column is "jira"'],
    ["name,jira,jira\n", 'line 1, column 3: two columns are headed "jira"'],
    ["name,,octane\n", "line 1, column 2: column 2 has no name"],
    ["name,jira,octane\nGary,a,b\nZoe,", "line 3, column 1: the last row is shorter than the first"],
  ])("refuse a file whole that is no such table: %j", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
