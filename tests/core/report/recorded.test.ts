import { describe, expect, it } from "vitest";
import { asRecorded, fieldNames, recordedLines } from "../../../lib/core/report/recorded.ts";
import type { FieldMapping } from "../../../lib/core/mapping/model.ts";
import type { FieldSchema } from "../../../lib/core/types.ts";

const field = (name: string, label: string): FieldSchema => ({ name, label, kind: "string", multiple: false, required: false, onCreate: true, onUpdate: true });

const mapping = (master: FieldSchema, target: FieldSchema): FieldMapping => ({ key: `${master.name}~${target.name}`, master, target, direction: "biDirectional", conflict: "master", userMap: false });

describe("what is recorded of fields, in words", () => {
  const rows: readonly (readonly [string, Parameters<typeof recordedLines>[0], readonly string[]])[] = [
    ["a write", { side: "target", action: "update", before: { summary: "a" }, after: { summary: "b" } }, ["summary: a → b"]],
    ["a creation", { side: "target", action: "create", after: { summary: "b" } }, ["summary: (empty) → b"]],
    ["a conflict of both sides", { side: "target", action: "conflict", before: { "master:name": "m", "target:summary": "t" } }, ["name ~ summary: master m, target t"]],
    ["a conflict where one side is empty", { side: "master", action: "conflict", before: { "master:name": "m", "target:summary": null } }, ["name ~ summary: master m, target (empty)"]],
    ["what somebody's value was", { side: "target", action: "conflict", before: { summary: "theirs" } }, ["summary: was theirs"]],
    ["what was deleted", { side: "target", action: "delete", before: { summary: "a", text: "b" } }, ["summary: was a", "text: was b"]],
    ["nothing", { side: "target", action: "skip" }, []],
  ];
  for (const [what, row, lines] of rows) it(what, () => expect(recordedLines(row, asRecorded)).toEqual(lines));

  it("fields have their labels, and their names where two share one", () => {
    const names = fieldNames({ fields: [mapping(field("name", "Name"), field("summary", "Summary")), mapping(field("team", "Team"), field("customfield_1", "Team")), mapping(field("crew", "Crew"), field("customfield_2", "Team"))], sets: [{ side: "target", field: field("customfield_3", "Origin"), onCreate: true, value: { kind: "constant", value: "x" } }] });
    expect(names.master).toEqual({ name: "Name", team: "Team", crew: "Crew" });
    expect(names.target).toEqual({ summary: "Summary", customfield_1: "Team (customfield_1)", customfield_2: "Team (customfield_2)", customfield_3: "Origin" });
    expect(names.mappings).toEqual({ "name~summary": "Name ~ Summary", "team~customfield_1": "Team ~ Team (customfield_1)", "crew~customfield_2": "Crew ~ Team (customfield_2)" });
  });
});
