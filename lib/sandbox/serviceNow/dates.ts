// The date operators of encoded queries: ON, DATEPART, RELATIVE…, MORETHAN and LESSTHAN (sheet §4). Relative ones are computed in the zone of who asks.

import type { Scope } from "./scope.ts";
import { endOf, fromWall, parseStamp, shift, startOf, toWall, type Unit } from "./time.ts";

export type DateTest = (at: number) => boolean;

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

const UNITS: Readonly<Record<string, Unit>> = { second: "second", minute: "minute", hour: "hour", day: "day", dayofweek: "day", week: "week", month: "month", quarter: "quarter", year: "year" };

const SPANS: Readonly<Record<string, readonly [Unit, number]>> = {
  today: ["day", 0], yesterday: ["day", -1], tomorrow: ["day", 1], "this week": ["week", 0], "last week": ["week", -1], "next week": ["week", 1], "this month": ["month", 0], "last month": ["month", -1], "next month": ["month", 1],
  "this quarter": ["quarter", 0], "last quarter": ["quarter", -1], "next quarter": ["quarter", 1], "this year": ["year", 0], "last year": ["year", -1], "next year": ["year", 1],
};

const spanOf = (scope: Scope, label: string): readonly [number, number] | null => {
  const span = SPANS[label.trim().toLowerCase()];
  if (!span) return null;
  const { zone } = scope.person;
  const wall = shift(startOf(toWall(scope.now, zone), span[0]), span[0], span[1]);
  return [fromWall(wall, zone), fromWall(endOf(wall, span[0]), zone)];
};

/** "Today@start@end", "Today", "2026-03-01"; the two times have been computed already. */
export const onSpan = (scope: Scope, value: string): DateTest | null => {
  const [label = "", start, end] = value.split("@");
  if (start !== undefined && end !== undefined) {
    const [from, to] = [parseStamp(start), parseStamp(end)];
    return from === null || to === null ? null : (at) => at >= from && at <= (/^\S+$/.test(end) ? to + 86_399_000 : to);
  }
  const day = parseStamp(label);
  if (day !== null) return (at) => startOf(at, "day") === startOf(day, "day");
  const span = spanOf(scope, label);
  return span && ((at) => at >= span[0] && at <= span[1]);
};

const PARTS: Readonly<Record<string, (wall: Date) => number>> = {
  dayofweek: (wall) => wall.getUTCDay(),
  month: (wall) => wall.getUTCMonth(),
  quarter: (wall) => Math.floor(wall.getUTCMonth() / 3) + 1,
  year: (wall) => wall.getUTCFullYear(),
  hour: (wall) => wall.getUTCHours(),
  day: (wall) => wall.getUTCDate(),
};

const partNumber = (part: string, value: string): number => {
  const word = value.toLowerCase();
  const at = part === "dayofweek" ? DAYS.indexOf(word) : part === "month" ? MONTHS.findIndex((name) => name === word || name.startsWith(word)) : -1;
  return at >= 0 ? at : Number(word.replace(/^q/, ""));
};

/** Monday@javascript:gs.datePart('dayofweek','monday','EE') */
export const datePart = (scope: Scope, value: string): DateTest | null => {
  const found = /gs\.datePart\(\s*['"](\w+)['"]\s*,\s*['"]([\w-]+)['"]\s*,\s*['"](\w+)['"]/.exec(value);
  const [, part = "", wanted = "", how = "EE"] = found ?? [];
  const read = PARTS[part];
  const number = partNumber(part, wanted);
  if (!read || Number.isNaN(number)) return null;
  const compare: Readonly<Record<string, (a: number) => boolean>> = { EE: (a) => a === number, LT: (a) => a < number, LE: (a) => a <= number, GT: (a) => a > number, GE: (a) => a >= number };
  const test = compare[how];
  return test ? (at) => test(read(new Date(toWall(at, scope.person.zone)))) : null;
};

/** @hour@ago@2 */
export const relative = (scope: Scope, operator: string, value: string): DateTest | null => {
  const [unitName = "", direction = "", count = ""] = value.split("@").filter((piece) => piece !== "");
  const unit = UNITS[unitName];
  const by = Number(count);
  if (!unit || !Number.isFinite(by) || count === "") return null;
  const { zone } = scope.person;
  const wall = shift(toWall(scope.now, zone), unit, direction === "ago" ? -by : by);
  const edge = fromWall(wall, zone);
  const tests: Readonly<Record<string, DateTest>> = {
    RELATIVEGE: (at) => at >= edge,
    RELATIVEGT: (at) => at > edge,
    RELATIVELE: (at) => at <= edge,
    RELATIVELT: (at) => at < edge,
    RELATIVEEE: (at) => startOf(toWall(at, zone), unit) === startOf(wall, unit),
  };
  return tests[operator] ?? null;
};

/** other@day@after@3: more (or less) than three days after the other time. */
export const apart = (operator: string, value: string): { readonly field: string; readonly test: (at: number, other: number) => boolean } | null => {
  const [field = "", unitName = "", direction = "", count = ""] = value.split("@");
  const unit = UNITS[unitName];
  const by = Number(count);
  if (!unit || !Number.isFinite(by) || field === "") return null;
  const test = (at: number, other: number): boolean => {
    const forward = direction !== "before";
    const edge = shift(other, unit, forward ? by : -by);
    const beyond = forward ? at > edge : at < edge;
    const within = forward ? at >= other && at < edge : at <= other && at > edge;
    return operator === "MORETHAN" ? beyond : within;
  };
  return { field, test };
};
