// What counts as ours after a write: an edit of somebody between our write and our reading back is a change, never an echo.

import { describe, expect, it } from "vitest";
import type { ReadBack } from "../../lib/connectors/connector.ts";
import type { FieldMapping } from "../../lib/core/mapping/model.ts";
import type { FieldKind, FieldSchema, Value } from "../../lib/core/types.ts";
import { valueAfterWrite } from "../../lib/run/steps/keep.ts";

const field = (kind: FieldKind, multiple: boolean): FieldSchema => ({ name: "f", label: "f", kind, multiple, onCreate: true, onUpdate: true, required: false });
const mapping = (kind: FieldKind, multiple = false): FieldMapping => ({ key: "f~f", master: field(kind, multiple), target: field(kind, multiple), direction: "biDirectional", conflict: "master", userMap: false });
const shown = (value: Value, others: readonly string[] | null): ReadBack => ({ item: { type: "t", id: "1", project: "P", name: "n", version: "2", changedAt: "2026-01-01T00:00:00.000Z", fields: { f: value } }, others });

/** title, kind, written, read back, who else wrote, what counts */
const CASES: readonly (readonly [string, FieldMapping, Value, ReadBack | undefined, Value])[] = [
  ["nothing was read back", mapping("string"), "ours", undefined, "ours"],
  ["nobody else wrote: as the endpoint shows it", mapping("string"), "ours ", shown("ours", []), "ours"],
  ["nobody else wrote this field", mapping("string"), "ours ", shown("ours", ["other"]), "ours"],
  ["somebody else wrote it since", mapping("string"), "ours", shown("theirs", ["f"]), "ours"],
  ["nobody can tell, and it is the same", mapping("string"), "ours", shown("ours", null), "ours"],
  ["nobody can tell, and it is another", mapping("string"), "ours", shown("theirs", null), "ours"],
  ["nobody can tell, but a text reads the same", mapping("text"), "<p>a <u>b</u></p>", shown("<p>a b</p>", null), "<p>a b</p>"],
  ["nobody can tell, and a text reads otherwise", mapping("text"), "<p>a <u>b</u></p>", shown("<p>a c</p>", null), "<p>a <u>b</u></p>"],
  ["nobody can tell, but labels are only spelt otherwise", mapping("string", true), ["two words", "b"], shown(["b", "two_words"], null), ["b", "two_words"]],
  ["nobody can tell, and a label is another", mapping("string", true), ["two words"], shown(["three_words"], null), ["two words"]],
];

describe("the value that counts after a write", () => {
  it.each(CASES)("%s", (_title, one, written, back, expected) => {
    expect(valueAfterWrite(one, "target", written, { problems: [], ...(back === undefined ? {} : { after: back }) })).toEqual(expected);
  });

  const given = { f: "<p>a</p>" };

  it("is the one the endpoint was given where it was given less than was asked for", () => {
    expect(valueAfterWrite(mapping("text"), "target", "<p>a</p><p>b</p>", { problems: [], given })).toBe("<p>a</p>");
    expect(valueAfterWrite(mapping("text"), "target", "<p>a</p><p>b</p>", { problems: [], given, after: shown("<p>a </p>", null) })).toBe("<p>a </p>");
    expect(valueAfterWrite(mapping("text"), "target", "<p>a</p><p>b</p>", { problems: [], given, after: shown("<p>theirs</p>", null) })).toBe("<p>a</p>");
    expect(valueAfterWrite(mapping("text"), "target", "<p>a</p>", { problems: [], given: { other: "<p>b</p>" } })).toBe("<p>a</p>");
  });
});
