import { describe, expect, it } from "vitest";
import { linkCsvHead, linkCsvLine, linkJsonLine, readLinkCsv, readLinkJson } from "../../../lib/core/links/linkCsv.ts";
import { read, utf8 } from "./arbitrary.ts";

const PAIRS = [
  { action: "add" as const, set: { key: "story|Story", masterType: "story", targetProject: "P,1" }, masterId: "=1", targetId: "A-1" },
  { action: "remove" as const, set: { guid: "G" }, masterId: '2"', targetId: "B" },
];

describe("cross references as a table and as JSON", () => {
  it("read what they write", async () => {
    const csv = await read(readLinkCsv(utf8(linkCsvHead() + PAIRS.map(linkCsvLine).join(""))));
    expect(csv.instructions).toMatchObject(PAIRS);
    expect(csv.instructions.map(({ line }) => line)).toEqual([2, 3]);
    expect((await read(readLinkJson(utf8(PAIRS.map(linkJsonLine).join(""))))).instructions).toMatchObject(PAIRS);
    expect((await read(readLinkJson(utf8(`[${PAIRS.map(linkJsonLine).join(",")}]`)))).instructions).toMatchObject(PAIRS);
  });

  it("take the two ids alone, in any order of columns, and tell columns nobody knows", async () => {
    const { instructions, notes } = await read(readLinkCsv(utf8("Target Id;note;master_id\nA-1;x;1\n")));
    expect(instructions).toMatchObject([{ action: "add", set: {}, masterId: "1", targetId: "A-1", line: 2 }]);
    expect(notes).toEqual([{ line: 1, column: 2, reason: 'the column "note" is not known and left out' }]);
  });

  it.each([
    ["a table whose columns were moved", "masterId;masterName;targetId;decision;situation;\r\n1;a;A-1;yes;found;\r\n2;b;A-2;no;found;\r\n3;c;A-3;;near;\r\n4;d;A-4;ja;near;\r\n"],
    ["lines of JSON", ["yes", "no", "", "ja"].map((decision, at) => `${JSON.stringify({ connection: "c", decision, masterId: String(at + 1), targetId: `A-${at + 1}` })}\n`).join("")],
    ["a list of JSON", `[${["yes", "no", "", "ja"].map((decision, at) => JSON.stringify({ connection: "c", decision, masterId: String(at + 1), targetId: `A-${at + 1}` })).join(",")}]`],
  ])("never take a pair nobody has said yes to: %s", async (_, text) => {
    const { instructions, notes } = await read((text.startsWith("m") ? readLinkCsv : readLinkJson)(utf8(text)));
    expect(instructions.map(({ masterId, targetId }) => [masterId, targetId])).toEqual([["1", "A-1"]]);
    expect(notes.map(({ reason }) => reason)).toEqual(['the decision is "ja"; it is yes, no or nothing']);
  });

  it.each([
    ["an unknown action", "action,masterId,targetId\nmove,1,2\nadd,1,2\n", { line: 2, column: 1, reason: 'the action is "move"; it is one of add, remove' }],
    ["no id", "action,masterId,targetId\nadd,,2\nadd,1,2\n", { line: 2, column: 1, reason: "the master id is empty" }],
    ["too many cells", "masterId,targetId\n1,2,3\n1,2\n", { line: 2, column: 1, reason: "3 cells where the first line has 2" }],
  ])("tell a row with %s and go on", async (_, text, note) => {
    const { instructions, notes } = await read(readLinkCsv(utf8(text)));
    expect(notes).toEqual([note]);
    expect(instructions).toHaveLength(1);
  });

  it.each([
    ["", "line 1, column 1: the file is empty"],
    ["a,b\n1,2\n", "line 1, column 1: no column masterId"],
    ["masterId,targetId,targetid\n", "line 1, column 3: two columns are headed targetId"],
    ["situation,masterId,targetId\nnear,1,2\n", "line 1, column 1: a table of matchByName without its column decision: nobody knows which of its pairs are wanted"],
    ["masterId,targetId\n1,2\n3", "line 3, column 1: the last row is shorter than the first"],
  ])("refuse a table whole: %j", async (text, message) => {
    await expect(read(readLinkCsv(utf8(text)))).rejects.toThrow(message);
  });

  it("refuse broken JSON with its place and tell what is no record", async () => {
    await expect(read(readLinkJson(utf8('{"masterId":"1","targetId":"2"}\n{"masterId":\n')))).rejects.toThrow(/line 2, column \d+: not JSON/);
    expect((await read(readLinkJson(utf8('[\n {"masterId": "1", "targetId": "2"}, 1]')))).notes).toEqual([{ line: 2, column: 38, reason: "not an object" }]);
    expect(await read(readLinkJson(utf8('{"situation":"near","masterId":"1","targetId":"2"}\n')))).toEqual({ instructions: [], notes: [{ line: 1, column: 1, reason: expect.stringContaining("without its column decision") }] });
    expect(await read(readLinkJson(utf8(" \n")))).toEqual({ instructions: [], notes: [] });
  });
});
