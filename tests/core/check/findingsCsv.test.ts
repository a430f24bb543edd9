// The table of findings, edited by a person and given back.

import { describe, expect, it } from "vitest";
import type { Finding } from "../../../lib/core/check/finding.ts";
import { findingsCsv, pairsOfDecisions, readDecisions } from "../../../lib/core/check/findingsCsv.ts";
import { addValues } from "../../../lib/core/check/valueMaps.ts";
import type { FieldMapping, SyncSet } from "../../../lib/core/mapping/model.ts";
import type { FieldSchema } from "../../../lib/core/types.ts";

const list = (name: string, label: string, ...choices: readonly string[]): FieldSchema => ({ name, label, kind: "choice", multiple: false, onCreate: true, onUpdate: true, required: false, choices: choices.map((choice) => ({ id: choice, name: choice })) });
const mapping: FieldMapping = { key: "severity~priority", master: list("severity", "Severity", "High", "Low", "Odd, \"x\""), target: list("priority", "Priority", "high", "Lowest"), direction: "biDirectional", conflict: "hold", userMap: false };
const set = { key: "c/defect~Bug/1~P", master: { type: "defect" }, target: { type: "Bug" }, fields: [mapping] } as unknown as SyncSet;
const finding = (value: string, more: Partial<Finding> = {}): Finding => ({ severity: "warning", category: "values", syncSet: set.key, side: "master", field: "Severity", mapping: mapping.key, value, items: 3, example: "7", message: "m", repair: "r", ...more });

const edited = (findings: readonly Finding[], becomes: readonly string[]): string =>
  findingsCsv(findings).split("\r\n").map((line, at) => (at === 0 || line === "" ? line : line.replace(/,,3,7,/, `,${becomes[at - 1] ?? ""},3,7,`))).join("\r\n");

describe("the table of findings", () => {
  it("comes back with what people decided, and leaves out what they left empty", async () => {
    const { decisions, refused } = await readDecisions(edited([finding("Low"), finding('Odd, "x"'), finding("none"), finding("Emil", { category: "people" })], ["Lowest", "high", "", "x"]));
    expect(decisions.map(({ line, value, becomes }) => [line, value, becomes])).toEqual([[2, "Low", "Lowest"], [3, 'Odd, "x"', "high"]]);
    expect(refused).toEqual([{ line: 5, reason: "people go by matchByName --type user and importUserMaps" }]);
    await expect(readDecisions("a,b\r\n1,2\r\n")).rejects.toThrow("the first line names no column category");
    await expect(readDecisions("")).rejects.toThrow("the file is empty");
  });

  it("gives a value one partner that is there", () => {
    const one = { line: 2, syncSet: set.key, side: "master" as const, mapping: mapping.key };
    const { pairs, refused } = pairsOfDecisions([set], [
      { ...one, value: "Low", becomes: "LOWEST" },
      { ...one, line: 3, value: "Low", becomes: "high" },
      { ...one, line: 4, value: "High", becomes: "nothing like it" },
      { ...one, line: 5, value: "x", becomes: "y", mapping: "other~other" },
      { ...one, line: 6, side: "target", value: "high", becomes: "High" },
    ]);
    expect(pairs.map(({ master, target }) => [master, target])).toEqual([["Low", "Lowest"], ["High", "high"]]);
    expect(refused.map(({ line, reason }) => [line, reason])).toEqual([[3, '"Low" becomes "Lowest" already'], [4, 'Priority has no value "nothing like it"'], [5, `the connection has no mapping other~other in ${set.key}`]]);
  });
});

describe("the file of the connection", () => {
  const FILE = `# why\nname: c\ntypes:\n  - master: defect\n    target: Bug\n    fields:\n      - { master: name, target: summary }\n      # weighed by people\n      - master: Severity\n        target: priority\nVALUES`;
  const pair = { set, mapping, master: "Low", target: "Lowest" };

  it("gets the pair at the end of its map, once, and keeps every comment", () => {
    const text = FILE.replace("VALUES", "        values:\n          - { master: High, target: high } # as ever\n");
    const first = addValues(text, [pair]);
    expect([first.added, first.lost]).toEqual([1, []]);
    expect(first.text).toBe(text.replace("# as ever\n", "# as ever\n          - { master: Low, target: Lowest }\n"));
    expect(addValues(first.text, [pair])).toEqual({ text: first.text, added: 0, lost: [] });
  });

  it("gets a map that holds what met by its name so far, where there was none", () => {
    expect(addValues(FILE.replace("VALUES", ""), [pair]).text).toContain("        values:\n          - master: High\n            target: high\n          - { master: Low, target: Lowest }\n");
  });

  it("is left alone where the field cannot be told", () => {
    expect(addValues("name: c\ntypes: []\n", [pair])).toEqual({ text: "name: c\ntypes: []\n", added: 0, lost: [pair] });
  });
});
