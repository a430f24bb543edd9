// A crontab of ours, and when its schedules are due, also where clocks change.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseCrontab, parseExpression } from "../../../lib/core/schedule/crontab.ts";
import { dueAfter } from "../../../lib/core/schedule/due.ts";

describe("an expression", () => {
  it.each([
    ["*/15 1-3 * * *", { minute: [0, 15, 30, 45], hour: [1, 2, 3] }],
    ["5,35 0 1 jan,JUL mon-fri", { minute: [5, 35], day: [1], month: [1, 7], weekday: [1, 2, 3, 4, 5], anyDay: false, anyWeekday: false }],
    ["0 0 * * 7", { weekday: [0], anyDay: true }],
    ["0 0 * * 5-7", { weekday: [0, 5, 6] }],
    ["10/20 * * * *", { minute: [10, 30, 50] }],
    ["0 0 29 2 *", { day: [29], month: [2] }],
  ])("%s is understood", (text, fields) => expect(parseExpression(text)).toMatchObject(fields));

  it.each([
    ["", "has 0 fields"],
    ["* * *", "has 3 fields"],
    ["* * * * * *", "has 6 fields"],
    ["*/70 * * * *", '"/70" is no step of a minute: 1 to 59'],
    ["*/0 * * * *", '"/0" is no step'],
    ["60 * * * *", '"60" is no minute (0 to 59)'],
    ["* 24 * * *", '"24" is no hour'],
    ["* * 0 * *", '"0" is no day of the month'],
    ["* * * foo *", '"foo" is no month (1 to 12 or jan'],
    ["* * * * 8", '"8" is no day of the week'],
    ["30-10 * * * *", '"30-10" runs backwards'],
    ["1,,2 * * * *", '"" is no minute'],
    ["0 0 30 2 *", "is a day that never comes"],
    ["0 0 L * *", '"L" is no day of the month'],
  ])("%j is refused: %s", (text, message) => expect(() => parseExpression(text)).toThrow(message));
});

describe("a crontab", () => {
  it("gives schedules with zone, comment and line, and variables", () => {
    const { schedules, variables, problems } = parseCrontab("f", '\uFEFFMAILTO="ops"\r\n* * * * * a\nCRON_TZ=Europe/Berlin\n# one\n# two\n@daily b  c\n\n0 5 * * mon d\n');
    expect(problems).toEqual([]);
    expect(variables).toEqual({ MAILTO: "ops" });
    expect(schedules.map(({ line, expression, zone, command, comment }) => [line, expression, zone, command, comment])).toEqual([
      [2, "* * * * *", "UTC", "a", ""],
      [6, "0 0 * * *", "Europe/Berlin", "b c", "one two"],
      [8, "0 5 * * mon", "Europe/Berlin", "d", ""],
    ]);
  });

  it("names every mistake with its line", () => {
    const { problems } = parseCrontab("f", "* * * a\nCRON_TZ=Mars/Base\nCRON_TZ=+02:00\n@reboot a\n* * * * *\n*/70 * * * * a\n");
    expect(problems.map(({ line, message }) => `${line} ${message.slice(0, 38)}`)).toEqual([
      "1 this is no schedule: five fields (minu",
      '2 "Mars/Base" is no time zone: write e.g',
      '3 "+02:00" is no time zone: write e.g. U',
      '4 "@reboot" is no schedule: there are @h',
      "5 the schedule has no command",
      '6 "/70" is no step of a minute: 1 to 59',
    ]);
  });

  it("the example is in order", () => {
    const { schedules, problems } = parseCrontab("crontab.example", readFileSync(new URL("../../../crontab.example", import.meta.url), "utf8"));
    expect(problems).toEqual([]);
    expect(schedules.length).toBeGreaterThanOrEqual(4);
    expect(schedules.every(({ comment }) => comment !== "")).toBe(true);
  });
});

describe("what is due", () => {
  const berlin = "Europe/Berlin";
  it.each([
    ["an ordinary day", "30 3 * * *", berlin, "2026-01-10T12:00:00Z", "2026-01-11T02:30:00.000Z"],
    ["the minute itself is past", "0 12 * * *", "UTC", "2026-01-10T12:00:00Z", "2026-01-11T12:00:00.000Z"],
    ["a jumped-over time comes an hour later", "30 2 * * *", berlin, "2026-03-29T00:00:00Z", "2026-03-29T01:30:00.000Z"],
    ["a time that comes twice counts once", "30 2 * * *", berlin, "2026-10-25T00:45:00Z", "2026-10-26T01:30:00.000Z"],
    ["every minute runs through both equal hours", "* * * * *", berlin, "2026-10-25T01:10:30Z", "2026-10-25T01:11:00.000Z"],
    ["every hour runs through the gap", "0 * * * *", berlin, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00.000Z"],
    ["half an hour's change", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T14:00:00Z", "2026-10-03T15:45:00.000Z"],
    ["day or weekday where both are given", "0 0 13 * fri", "UTC", "2026-11-07T00:00:00Z", "2026-11-13T00:00:00.000Z"],
    ["the next leap day", "0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["a leap day across 2100", "0 0 29 2 *", "UTC", "2097-01-01T00:00:00Z", "2104-02-29T00:00:00.000Z"],
    ["a zone far east", "0 0 1 1 *", "Pacific/Kiritimati", "2026-06-01T00:00:00Z", "2026-12-31T10:00:00.000Z"],
  ])("%s", (_, expression, zone, at, next) => {
    const [first] = dueAfter(parseExpression(expression), zone, Date.parse(at));
    expect(new Date(first ?? 0).toISOString()).toBe(next);
  });
});
