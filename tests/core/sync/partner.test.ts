// What identifies the partner, in fields of different kinds.

import { describe, expect, it } from "vitest";
import { setValue } from "../../../lib/core/sync/pair.ts";
import type { FieldKind, Item, Value } from "../../../lib/core/types.ts";
import { field } from "../../support/engine/worlds.ts";

const partner: Item = { type: "Story", id: "10042", key: "DEMO-7", url: "https://jira/DEMO-7", project: "DEMO", name: "A", version: "1", changedAt: "2026-03-02T08:00:00.000Z", fields: {} };

describe("what identifies the partner", () => {
  it.each<[string, "id" | "key" | "url", FieldKind, boolean, Partial<Item>, Value]>([
    ["an id as text", "id", "string", false, {}, "10042"],
    ["an id as a number", "id", "number", false, {}, 10042],
    ["an id that is no number stays what it is", "id", "number", false, { id: "5f1e2d3c" }, "5f1e2d3c"],
    ["an id longer than numbers are sure stays what it is", "id", "number", false, { id: "12345678901234567890" }, "12345678901234567890"],
    ["a key", "key", "string", false, {}, "DEMO-7"],
    ["an id as one of several texts", "id", "string", true, {}, ["10042"]],
    ["a key as a word of an open list", "key", "choice", false, {}, { choice: "DEMO-7" }],
    ["an address", "url", "text", false, {}, "https://jira/DEMO-7"],
  ])("%s", (_, part, kind, multiple, more, value) => {
    expect(setValue({ side: "master", field: field("f", kind, { multiple }), onCreate: false, value: { kind: "partner", part } }, undefined, { ...partner, ...more })).toEqual(value);
  });

  it("an address that there is not is nothing", () => {
    const { url: _, ...without } = partner;
    expect(setValue({ side: "master", field: field("f", "string"), onCreate: false, value: { kind: "partner", part: "url" } }, undefined, without)).toBeNull();
  });
});
