// Every operator of the sync criteria, over single values, lists, choices, people and references.

import { describe, expect, it } from "vitest";
import { type Ancestors, matches, meets } from "../../../lib/core/mapping/criteria.ts";
import { fieldsOf, hierarchiesOf, readyCriterion } from "../../../lib/core/mapping/criterion.ts";
import type { Criterion, Operator } from "../../../lib/core/mapping/model.ts";
import type { Item, TypeSchema } from "../../../lib/core/types.ts";

const item: Item = {
  type: "story",
  id: "7",
  key: "P-7",
  project: "P",
  name: "Login fails",
  version: "1",
  changedAt: "2026-01-01T00:00:00.000Z",
  fields: {
    title: "Login fails",
    phase: { choice: "In Progress", id: "phase.2" },
    owner: { person: "u1", name: "Anna Berg", email: "anna@x.com" },
    points: 8,
    due: "2026-03-01",
    tags: ["web", "urgent"],
    empty: null,
    blank: "",
    body: "<p>One <b>bold</b> word</p>",
    at: "2026-03-29T08:00:00.000Z",
    none: [],
    done: false,
    parent: { ref: "f1", type: "feature", name: "Sign in" },
  },
};

const ancestors: Ancestors = (_item, field) => (field === "parent" ? [{ ref: "e1", type: "epic", name: "Security" }, { ref: "r0", name: "Backlog" }] : []);

const CASES: readonly (readonly [string, Operator, string | number | boolean | null | readonly string[], boolean])[] = [
  ["title", "equals", "Login fails", true],
  ["title", "equals", "login fails", false],
  ["phase", "equals", "In Progress", true],
  ["phase", "equals", "phase.2", true],
  ["owner", "equals", "anna@x.com", true],
  ["points", "equals", 8, true],
  ["done", "equals", false, true],
  ["empty", "equals", null, true],
  ["none", "equals", "", true],
  ["title", "equals", null, false],
  ["id", "equals", "7", true],
  ["key", "equals", "P-7", true],
  ["name", "startsWith", "Log", true],
  ["title", "startsWith", "fails", false],
  ["title", "endsWith", "fails", true],
  ["phase", "containedInString", "New, In Progress, Done", true],
  ["phase", "containedInString", "New, Done", false],
  ["blank", "containedInString", "New", false],
  ["empty", "containedInString", "New", false],
  ["title", "contains", "fails", true],
  ["title", "contains", "FAILS", false],
  ["title", "contains", "", false],
  ["phase", "contains", "Prog", true],
  ["tags", "contains", "urg", true],
  ["empty", "contains", "x", false],
  ["phase", "containedInSet", ["New", "In Progress"], true],
  ["phase", "containedInSet", ["New", "Done"], false],
  ["tags", "containedInSet", ["urgent"], true],
  ["empty", "containedInSet", ["x"], false],
  ["tags", "includes", ["web", "urgent"], true],
  ["tags", "includes", ["web", "slow"], false],
  ["tags", "includes", "web", true],
  ["points", "greaterThan", 5, true],
  ["points", "greaterThan", 8, false],
  ["points", "greaterThan", "10", false],
  ["points", "lessThan", 10, true],
  ["points", "greaterThanOrEquals", 8, true],
  ["points", "lessThanOrEquals", 7, false],
  ["due", "greaterThan", "2026-02-28", true],
  ["due", "lessThan", "2026-02-28", false],
  ["due", "lessThanOrEquals", "2026-03-01", true],
  ["empty", "lessThan", 3, false],
  ["blank", "lessThan", 3, false],
  ["blank", "equals", null, true],
  ["parent", "isDescendantOf", "Sign in", true],
  ["parent", "isDescendantOf", "e1", true],
  ["parent", "isDescendantOf", "Security", true],
  ["parent", "isDescendantOf", ["Other", "Backlog"], true],
  ["parent", "isDescendantOf", "Other", false],
  ["empty", "isDescendantOf", "Security", false],
];

describe("a sync criterion", () => {
  it.each(CASES)("%s %s %j: %s", (field, operator, value, expected) => {
    expect(matches({ field, operator, value }, item, ancestors)).toBe(expected);
    expect(matches({ not: { field, operator, value } }, item, ancestors)).toBe(!expected);
  });

  const yes: Criterion = { field: "points", operator: "equals", value: 8 };
  const no: Criterion = { field: "points", operator: "equals", value: 9 };

  it.each<readonly [string, Criterion, boolean]>([
    ["all of none", { all: [] }, true],
    ["any of none", { any: [] }, false],
    ["all", { all: [yes, no] }, false],
    ["any", { any: [no, yes] }, true],
    ["nested", { all: [yes, { any: [no, { not: no }] }] }, true],
  ])("joins terms: %s", (_title, criterion, expected) => {
    expect(matches(criterion, item)).toBe(expected);
  });

  it("is false of an item that is not there", () => {
    expect([matches(yes, undefined), matches({ not: yes }, undefined)]).toEqual([false, true]);
  });

  const schema: TypeSchema = {
    name: "story",
    label: "Story",
    fields: (["body", "at", "title"] as const).map((name) => ({ name, label: name, kind: name === "body" ? "text" : name === "at" ? "dateTime" : "string", multiple: false, onCreate: true, onUpdate: true, required: false })),
    canCreate: true,
    canDelete: true,
  };

  it.each<readonly [string, Criterion, boolean]>([
    ["the words of formatted text", { field: "body", operator: "equals", value: "One bold word" }, true],
    ["the words of formatted text where it begins", { any: [{ field: "body", operator: "startsWith", value: "One bold" }] }, true],
    ["no mark of formatted text", { not: { field: "body", operator: "startsWith", value: "<p>" } }, true],
    ["an instant written with another offset", { all: [{ field: "at", operator: "equals", value: "2026-03-29T10:00:00+02:00" }, { field: "at", operator: "lessThan", value: "2026-03-29T04:30:00-04:00" }] }, true],
    ["a part of an instant as it stands", { field: "at", operator: "startsWith", value: "2026-03-29" }, true],
    ["one instant of several", { field: "at", operator: "containedInSet", value: ["2026-03-29T10:00:00+02:00"] }, true],
    ["other text as it stands", { field: "title", operator: "equals", value: "Login fails" }, true],
  ])("is made ready for the kind of its field: %s", (_title, criterion, expected) => {
    expect(matches(readyCriterion(criterion, schema), item)).toBe(expected);
  });

  it("is made ready by the schema of the item that a term speaks of", () => {
    const other: TypeSchema = { ...schema, fields: [] };
    const term: Criterion = { field: "own.body", operator: "equals", value: "One bold word" };
    expect([meets(readyCriterion(term, other, schema), { own: item, partner: item }), meets(readyCriterion(term, schema, other), { own: item, partner: item })]).toEqual([true, false]);
  });

  it("tells which fields it looks at, and on which item", () => {
    const criterion: Criterion = { all: [yes, { not: { field: "own.phase", operator: "equals", value: "x" } }, { field: "id", operator: "equals", value: "1" }, { field: "parent", operator: "isDescendantOf", value: "x" }] };
    expect([fieldsOf(criterion), fieldsOf(criterion, "own"), hierarchiesOf(criterion)]).toEqual([["points", "parent"], ["phase"], ["parent"]]);
  });

  it("asks the written item where a condition says own", () => {
    const own = { ...item, fields: { points: 1 } };
    expect([meets({ field: "own.points", operator: "equals", value: 1 }, { own, partner: item }), meets({ field: "own.points", operator: "equals", value: 1 }, { own: undefined, partner: item }), meets(yes, { own, partner: item })]).toEqual([true, false, true]);
  });
});
