// What counts as the same value of a field, and so as no change.

import { describe, expect, it } from "vitest";
import { fingerprint, sameValue, UNKNOWN } from "../../../lib/core/sync/fingerprint.ts";
import type { FieldKind, Value } from "../../../lib/core/types.ts";

const CASES: readonly (readonly [string, FieldKind, boolean, Value | undefined, Value | undefined, boolean])[] = [
  ["nothing, null and an empty text", "string", false, null, "", true],
  ["a field that was not read and an empty one", "string", false, undefined, null, true],
  ["an empty list and nothing", "string", true, [], null, true],
  ["one letter in two codings", "string", false, "Caf\u00e9", "Cafe\u0301", true],
  ["texts of different case", "string", false, "a", "A", false],
  ["a blank at the end", "string", false, "a", "a ", false],
  ["0 and nothing", "number", false, 0, null, false],
  ["0 and -0", "number", false, 0, -0, true],
  ["1 and 1.0", "number", false, 1, 1.0, true],
  ["a number and its text", "number", false, 1, "1", false],
  ["no and nothing", "boolean", false, false, null, false],
  ["one choice under two ids", "choice", false, { choice: "High", id: "1" }, { choice: "High", id: "2" }, true],
  ["two choices", "choice", false, { choice: "High" }, { choice: "Low" }, false],
  ["one person under two names", "person", false, { person: "u1", name: "Anna" }, { person: "u1", name: "Anna Berg" }, true],
  ["two people of one name", "person", false, { person: "u1", name: "Anna" }, { person: "u2", name: "Anna" }, false],
  ["a choice and a text of its name", "choice", false, { choice: "u1" }, "u1", false],
  ["one reference under two names", "reference", false, { ref: "7", name: "old" }, { ref: "7", name: "new" }, true],
  ["a list in another order", "string", true, ["a", "b"], ["b", "a"], true],
  ["a member twice", "string", true, ["a", "a"], ["a"], true],
  ["a list with a member less", "string", true, ["a", "b"], ["a"], false],
  ["two members and one that looks like both", "string", true, ["a", "b"], ['a","s:b'], false],
  ["rich text of other markup alone", "text", false, "<p>a <strong>b</strong></p>", "<p>a <b>b</b></p>", true],
  ["rich text that mentions one person under two names", "text", false, '<p>ask <span data-person="u1">@Anna</span></p>', '<p>ask <span data-person="u1">@Anna &lt;Berg&gt;</span></p>', true],
  ["rich text that mentions another person of the name", "text", false, '<p>ask <span data-person="u1">@Anna</span></p>', '<p>ask <span data-person="u2">@Anna</span></p>', false],
  ["a mention and its words", "text", false, '<p>ask <span data-person="u1">@Anna</span></p>', "<p>ask @Anna</p>", false],
  ["rich text with a mark less", "text", false, "<p>a <b>b</b></p>", "<p>a b</p>", false],
];

describe("values that are the same have one fingerprint, others have two", () => {
  it.each(CASES)("%s", (_title, kind, multiple, a, b, same) => {
    const field = { kind, multiple };
    expect([sameValue(a, b, field), sameValue(b, a, field), fingerprint(a, field) === fingerprint(b, field)]).toEqual([same, same, same]);
  });

  it("no value looks like the one that must be compared again", () => {
    expect(CASES.map(([, kind, multiple, a]) => fingerprint(a, { kind, multiple })).filter((print) => print === UNKNOWN || (print.length !== 22 && print !== ""))).toEqual([]);
    expect(fingerprint("?", { kind: "string", multiple: false })).not.toBe(UNKNOWN);
  });
});
