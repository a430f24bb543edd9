// One value from the representation of one side into that of the other: tables of what goes over, and of what is held and why.

import { describe, expect, it } from "vitest";
import type { FieldMapping, ValuePair } from "../../../lib/core/mapping/model.ts";
import type { TransformFunction } from "../../../lib/core/mapping/transform.ts";
import { convert, type Lookups } from "../../../lib/core/sync/convert.ts";
import { dayIn, midnightIn, sameHour } from "../../../lib/core/sync/days.ts";
import type { FieldKind, FieldSchema, Side, Value } from "../../../lib/core/types.ts";

const field = (kind: FieldKind, more: Partial<FieldSchema> = {}): FieldSchema => ({ name: "f", label: kind, kind, multiple: false, onCreate: true, onUpdate: true, required: false, ...more });

const mapping = (master: FieldSchema, target: FieldSchema, more: Partial<FieldMapping> = {}): FieldMapping => ({ key: "f~f", master, target, direction: "biDirectional", conflict: "master", userMap: false, ...more });

const lookups = (zones: Readonly<Record<Side, string>> = { master: "UTC", target: "UTC" }): Lookups => ({
  person: (_from, person) => (person.person === "anna" ? { person: { person: "u1", name: "Berg, Anna" } } : { reason: `${person.person} is unknown` }),
  partner: () => "type not mapped",
  mention: (_from, id) => (id === "anna" ? { person: "u1", name: "Berg, Anna" } : undefined),
  zone: (side) => zones[side],
});

const many = (field: FieldSchema): FieldSchema => ({ ...field, multiple: true });
const ok = (value: Value) => ({ ok: true, value });

const SCALARS: readonly (readonly [string, FieldSchema, FieldSchema, Value, Value | RegExp])[] = [
  ["a number as text", field("number"), field("string"), 3, "3"],
  ["a fraction as text", field("number"), field("string"), 0.25, "0.25"],
  ["text as a number", field("string"), field("number"), " 3.50 ", 3.5],
  ["text with an exponent", field("string"), field("number"), "1e3", 1000],
  ["a fraction where none may be is held", field("number"), field("number", { label: "Points", whole: true }), 2.5, /^Points takes whole numbers only, not 2\.5$/],
  ["a text with a fraction, too", field("string"), field("number", { whole: true }), "0.5", /takes whole numbers only, not 0\.5$/],
  ["a whole number, however it is written", field("string"), field("number", { whole: true }), "3.0", 3],
  ["text with a comma is no number", field("string"), field("number"), "1,5", /"1,5" of string is no number/],
  ["hexadecimal is no number", field("string"), field("number"), "0x10", /is no number/],
  ["blank is no number", field("string"), field("number"), "  ", /is no number/],
  ["words are no number", field("string"), field("number"), "Infinity", /is no number/],
  ["nothing is nothing", field("string"), field("number"), null, null],
  ["zero is not nothing", field("number"), field("string"), 0, "0"],
  ["a text that looks like a date stays text", field("string"), field("string"), "2026-01-02", "2026-01-02"],
  ["a text that looks like a date is no date", field("string"), field("date"), "2026-01-02", /string is no date/],
  ["a date as text", field("date"), field("string"), "2026-01-02", "2026-01-02"],
  ["yes", field("string"), field("boolean"), "Yes", true],
  ["0", field("string"), field("boolean"), "0", false],
  ["perhaps", field("string"), field("boolean"), "perhaps", /neither true nor false/],
  ["a boolean as text", field("boolean"), field("string"), false, "false"],
  ["labels stay labels", many(field("string")), many(field("string")), ["b", "a"], ["b", "a"]],
  ["one label more", field("string"), many(field("string")), "x", ["x"]],
  ["one of one label", many(field("string")), field("string"), ["x"], "x"],
  ["no label", many(field("string")), field("string"), [], null],
  ["two labels for one place", many(field("string")), field("string"), ["x", "y"], /holds 2 values, string takes one/],
  ["labels that become one are one", many(field("string")), many(field("string", { maxLength: 3 })), ["abcd", "abce"], ["ab…"]],
  ["plain text as rich text", field("string"), field("text"), "a < b\n\nc", "<p>a &lt; b</p><p>c</p>"],
  ["rich text as plain text", field("text"), field("string"), "<p>a <b>b</b></p><p>c</p>", "a b c"],
  ["a long text is cut with a mark", field("string"), field("string", { maxLength: 5 }), "abcdefgh", "abcd…"],
  ["half a letter is none", field("string"), field("string", { maxLength: 3 }), "a🙂bc", "a…"],
];

describe("a single value", () => {
  it.each(SCALARS)("%s", (_title, from, to, value, expected) => {
    const converted = convert(value, mapping(from, to), "master", lookups());
    if (expected instanceof RegExp) expect(converted.ok ? "" : converted.reason).toMatch(expected);
    else expect(converted).toEqual(ok(expected));
  });
});

const PAIRS: readonly ValuePair[] = [
  { master: "New", target: "To Do" },
  { master: "Open", target: "To Do" },
  { master: "Ready", target: "Doing", default: true },
  { master: "In Progress", target: "Doing" },
];
const listed = (names: readonly string[], more: Partial<FieldSchema> = {}): FieldSchema => field("choice", { choices: names.map((name) => ({ id: name, name })), ...more });
const MASTER = listed(["New", "Open", "Ready", "In Progress", "Odd"]);
const TARGET = listed(["To Do", "Doing", "Other"]);

const VALUES: readonly (readonly [string, Side, Value, Value | RegExp])[] = [
  ["one of several to their common one", "master", { choice: "Open" }, { choice: "To Do" }],
  ["the common one to the lowest", "target", { choice: "To Do" }, { choice: "Open" }],
  ["the common one to the marked one", "target", { choice: "Doing" }, { choice: "Ready" }],
  ["an unmapped one is held", "master", { choice: "Odd" }, /value "Odd" of choice is not in the value map/],
  ["an unmapped one is held on the way back", "target", { choice: "Other" }, /is not in the value map/],
  ["none is none", "master", null, null],
];

describe("a value map", () => {
  it.each(VALUES)("%s", (_title, from, value, expected) => {
    const converted = convert(value, mapping(MASTER, TARGET, { values: PAIRS }), from, lookups());
    if (expected instanceof RegExp) expect(converted.ok ? "" : converted.reason).toMatch(expected);
    else expect(converted).toEqual(ok(expected));
  });

  it("carries every value of a list, those that become one once", () => {
    const lists = mapping(many(MASTER), many(TARGET), { values: PAIRS });
    expect(convert([{ choice: "New" }, { choice: "Open" }, { choice: "Ready" }], lists, "master", lookups())).toEqual(ok([{ choice: "To Do" }, { choice: "Doing" }]));
    expect(convert([{ choice: "New" }, { choice: "Odd" }], lists, "master", lookups())).toMatchObject({ ok: false });
  });

  it("is not needed where both lists have the name, ignoring case, and never guesses", () => {
    const bare = mapping(listed(["High", "low"]), listed(["high", "Low"]));
    expect(convert({ choice: "High" }, bare, "master", lookups())).toEqual(ok({ choice: "high" }));
    expect(convert({ choice: "Hi" }, bare, "target", lookups())).toMatchObject({ ok: false, reason: 'choice has no value "Hi"; add a value map' });
  });
});

const BERLIN = { master: "Europe/Berlin", target: "America/New_York" };

const DAYS: readonly (readonly [string, FieldKind, FieldKind, Side, string, string])[] = [
  ["late in the evening it is the next day in Berlin", "dateTime", "date", "master", "2026-03-01T23:30:00.000Z", "2026-03-02"],
  ["early in the morning it is the day before in New York", "date", "dateTime", "target", "2026-03-02T03:00:00.000Z", "2026-03-01"],
  ["a day begins at midnight in Berlin", "dateTime", "date", "target", "2026-07-01", "2026-06-30T22:00:00.000Z"],
  ["and an hour earlier in winter", "dateTime", "date", "target", "2026-01-01", "2025-12-31T23:00:00.000Z"],
  ["a day begins at midnight in New York", "date", "dateTime", "master", "2026-07-01", "2026-07-01T04:00:00.000Z"],
  ["an instant stays one", "dateTime", "dateTime", "master", "2026-07-01T12:00:00.000Z", "2026-07-01T12:00:00.000Z"],
];

describe("a day against an instant", () => {
  it.each(DAYS)("%s", (_title, master, target, from, value, expected) => {
    expect(convert(value, mapping(field(master), field(target)), from, lookups(BERLIN))).toEqual(ok(expected));
  });

  it("comes back as the same day everywhere, also where clocks jump over midnight", () => {
    for (const zone of ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia"])
      for (const day of ["2018-11-04", "2026-03-29", "2026-04-24", "2026-10-25", "2026-12-31", "2011-12-31"]) expect([zone, dayIn(zone, midnightIn(zone, day))]).toEqual([zone, day]);
  });

  it("leaves the hour when the day is changed", () => {
    expect(sameHour("Europe/Berlin", "2026-07-02", "2026-01-01T16:00:00.000Z")).toBe("2026-07-02T15:00:00.000Z");
  });
});

const functions: Readonly<Record<string, TransformFunction>> = {
  strip: (value) => (typeof value === "string" ? value.replace(/^\[.*?\]\s*/, "") : value),
  level: (value) => ({ choice: typeof value === "number" && value > 5 ? "high" : "Low" }),
  odd: () => ({ choice: "Strange" }),
  day: (value) => String(value).split(".").toReversed().join("-"),
  nothing: () => undefined,
  later: async () => "x",
  throws: () => {
    throw new Error("no idea");
  },
  meddles: (value) => {
    (value as string[]).push("more");
    return value;
  },
};

const TRANSFORMS: readonly (readonly [string, FieldSchema, FieldSchema, Value, Value | RegExp])[] = [
  ["strip", field("string"), field("string"), "[X-1] Title", "Title"],
  ["level", field("number"), listed(["high", "Low"]), 8, { choice: "high" }],
  ["odd", field("number"), listed(["high", "Low"]), 8, /choice has no value "Strange"/],
  ["day", field("string"), field("date"), "02.01.2026", "2026-01-02"],
  ["nothing", field("string"), field("string"), "x", /the transform nothing answered nothing, which is no value/],
  ["later", field("string"), field("string"), "x", /answered a promise/],
  ["throws", field("string"), field("string"), "x", /the transform throws failed: no idea/],
  ["meddles", many(field("string")), many(field("string")), ["a"], ["a", "more"]],
];

describe("a site's own function", () => {
  it.each(TRANSFORMS)("%s: its answer is carried on like any value", (name, from, to, value, expected) => {
    const apply = functions[name] as TransformFunction;
    const before = JSON.stringify(value);
    const converted = convert(value, mapping(from, to, { transform: { target: { name, apply, digest: "d" } } }), "master", lookups());
    if (expected instanceof RegExp) expect(converted.ok ? "" : converted.reason).toMatch(expected);
    else expect(converted).toEqual(ok(expected));
    expect(JSON.stringify(value)).toBe(before);
  });

  it("works in its own direction only", () => {
    const one = mapping(field("string"), field("string"), { transform: { target: { name: "strip", apply: functions.strip as TransformFunction, digest: "d" } } });
    expect(convert("[X] a", one, "target", lookups())).toEqual(ok("[X] a"));
  });
});

describe("a rich text", () => {
  const text = mapping(field("text"), field("text"));
  it.each([
    ["mentions whom the user maps name", '<p>ask <span data-person="anna">@Anna</span></p>', '<p>ask <span data-person="u1">@Berg, Anna</span></p>'],
    ["keeps the name of somebody unknown as text", '<p>ask <span data-person="zoe">@Zoe</span></p>', "<p>ask @Zoe</p>"],
    ["shows an attachment by the name its copy has", '<p><img src="a?b.png"><img src="c.png"></p>', '<p><img src="a_b.png"><img src="c.png"></p>'],
    ["shows a picture of the web as it is", '<p><img src="https://x.y/a?b.png"></p>', '<p><img src="https://x.y/a?b.png"></p>'],
    ["without either is left as it is", "<p>a <b>b</b>\n</p>", "<p>a <b>b</b>\n</p>"],
  ])("%s", (_title, from, to) => {
    expect(convert(from, text, "master", lookups())).toEqual(ok(to));
  });
});
