import { describe, expect, it } from "vitest";
import type { ReadLink } from "../../../lib/core/links/model.ts";
import { DECISION_COLUMNS, eachDecision, readDecisions } from "../../../lib/core/match/decisions.ts";
import { pairByName } from "../../../lib/core/match/pairByName.ts";
import { csvLine } from "../../../lib/core/users/csvRows.ts";

const utf8 = (text: string): readonly Uint8Array[] => [new TextEncoder().encode(text)];
const read = async (text: string, format: "csv" | "json" = "csv"): Promise<readonly ReadLink[]> => {
  const all: ReadLink[] = [];
  for await (const batch of readDecisions(utf8(text), format)) all.push(...batch);
  return all;
};

const result = pairByName(["Gary Bear", "John Smith", "John Smith", "Zed"].map((name, at) => ({ id: `m${at}`, name })), ["Bear, Gary", "Smith, John", "=Amy"].map((name, at) => ({ id: `t${at}`, name })), { kind: "person" });

describe("verdicts as a table a person decides in", () => {
  it("take a row per candidate and decide what was found", () => {
    const rows = [...eachDecision({ connection: "c", syncSet: "user", verdicts: result.verdicts })];
    expect(rows.map(({ decision, situation, masterId, targetId }) => [decision, situation, masterId, targetId])).toEqual([["yes", "found", "m0", "t0"], ["", "ambiguous", "m1", "t1"], ["", "ambiguous", "m2", "t1"], ["", "absent", "m3", ""], ["", "absent", "", "t2"]]);
    const csv = csvLine(DECISION_COLUMNS) + rows.map((row) => csvLine(DECISION_COLUMNS.map((column) => row[column]))).join("");
    expect(csv).toContain("'=Amy");
  });

  it("come back as the pairs somebody said yes to, with their lines", async () => {
    const head = csvLine(DECISION_COLUMNS);
    const line = (decision: string, master: string, target: string): string => csvLine([decision, "ambiguous", "c", "s", master, "x", target, "y", "0.9", "r"]);
    expect(await read(head + line("yes", "1", "A") + line("", "2", "B") + line("no", "3", "C") + line("YES", "4", "") + line("maybe", "5", "E"))).toEqual([
      { instruction: { action: "add", set: { key: "s" }, masterId: "1", targetId: "A", line: 2, column: 1 } },
      { note: { line: 5, column: 1, reason: "the decision is yes but an id is missing" } },
      { note: { line: 6, column: 1, reason: 'the decision is "maybe"; it is yes, no or nothing' } },
    ]);
    expect(await read('[{"decision":"yes","syncSet":"s","masterId":"1","targetId":"A"}]', "json")).toMatchObject([{ instruction: { masterId: "1" } }]);
    await expect(read('[{"decision":', "json")).rejects.toThrow("not a JSON list");
  });

  it("are read by their columns' names in any letters, and a row without a sync set leaves it to the connection", async () => {
    expect(await read("Decision,Master ID,target id\nYes,1,A\n")).toEqual([{ instruction: { action: "add", set: {}, masterId: "1", targetId: "A", line: 2, column: 1 } }]);
    await expect(read("decision,masterId,targetId,DECISION\nyes,1,A,no\n")).rejects.toThrow("line 1, column 4: two columns are headed decision");
  });
});
