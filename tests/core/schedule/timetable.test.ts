// Whether a connection ran as often as it should, by a crontab in its zone or by its frequency alone, also where clocks change.

import { describe, expect, it } from "vitest";
import { parseCrontab } from "../../../lib/core/schedule/crontab.ts";
import type { AtChange } from "../../../lib/core/schedule/job.ts";
import { type Punctuality, punctuality } from "../../../lib/core/schedule/missed.ts";
import { pausedBetween, type Timetable, timetableOf } from "../../../lib/core/schedule/timetable.ts";
import { localText } from "../../../lib/core/schedule/zone.ts";

const BERLIN = "Europe/Berlin";
const table = (crontab: string, atChange: AtChange = "pause", connection = { name: "c", groups: ["g"], only: false }): Timetable => timetableOf(parseCrontab("f", crontab).schedules, connection, atChange, BERLIN);
const judge = (timetable: Timetable, lastSuccess: string, now: string, frequencySeconds = 60): Punctuality => punctuality({ started: true, lastSuccess: `${lastSuccess}.000Z`, now: `${now}.000Z`, frequencySeconds, timetable });

describe("the lines that start a connection", () => {
  it.each([
    ["* * * * * npx tandem syncIteration --connection c -q", 1],
    ["* * * * * npx tandem syncIteration --connection=c", 1],
    ["* * * * * npx tandem syncIteration --connection b --connection c", 1],
    ["* * * * * npx tandem syncIteration --group g", 1],
    ["* * * * * npx tandem syncIteration --all --due", 1],
    ["* * * * * npx tandem syncIteration --connection b", 0],
    ["* * * * * npx tandem syncIteration --group other", 0],
    ["* * * * * npx tandem syncIteration", 0],
    ["* * * * * npx tandem syncIteration --all --dry-run", 0],
    ["* * * * * npx tandem syncIteration --all --plan x", 0],
    ["* * * * * npx tandem checkSchedule --all", 0],
    ["* * * * * npx tandem syncIteration --all | mail me", 0],
    ["* * * * * npx tandem syncIteration --all\n30 3 * * * npx tandem syncIteration --all --sweep", 1],
    ["30 3 * * * npx tandem syncIteration --all --sweep", 1],
    ["0 6 * * * npx tandem syncIteration --all\n0 18 * * * npx tandem syncIteration --connection c", 2],
  ])("%s: %d", (crontab, count) => expect(table(crontab).lines).toHaveLength(count));

  it("mean the only connection where they name none", () => expect(table("* * * * * npx tandem syncIteration", "pause", { name: "c", groups: [], only: true }).lines).toHaveLength(1));
});

describe("the pause of the night", () => {
  const none = table("");
  it.each([
    ["an ordinary night", "2026-01-10T12:00:00", "2026-01-11T12:00:00", 2],
    ["a night that loses an hour", "2026-03-28T12:00:00", "2026-03-29T12:00:00", 1],
    ["a night that has one twice", "2026-10-24T12:00:00", "2026-10-25T12:00:00", 3],
    ["half of it", "2026-01-11T01:00:00", "2026-01-11T12:00:00", 1],
    ["two nights", "2026-01-10T12:00:00", "2026-01-12T12:00:00", 4],
    ["a day", "2026-01-10T05:00:00", "2026-01-10T23:00:00", 0],
  ])("%s: %s to %s are %d h", (_, from, to, hours) => {
    const [at, until] = [Date.parse(`${from}Z`), Date.parse(`${to}Z`)];
    expect(pausedBetween(none, at, until) / 3_600_000).toBe(hours);
    expect(pausedBetween(table("", "shift"), at, until)).toBe(0);
  });

  const LINE = "CRON_TZ=Europe/Berlin\n* * * * * npx tandem syncIteration --all --due -q\n";
  const all = ["by the frequency", none, "by the crontab", table(LINE)] as const;
  it.each([
    ["in the pause", "2026-01-10T23:59:04", "2026-01-11T01:30:00", 60, "fine", 0, "2026-01-11T02:00:00"],
    ["just behind it", "2026-01-10T23:59:04", "2026-01-11T02:03:00", 60, "fine", 0, undefined],
    ["well behind it", "2026-01-10T23:59:04", "2026-01-11T02:30:30", 60, "late", 28, undefined],
    ["stopped before it", "2026-01-10T23:00:04", "2026-01-11T00:30:30", 60, "late", 58, undefined],
    ["in that of the spring", "2026-03-28T23:59:04", "2026-03-29T00:59:00", 60, "fine", 0, "2026-03-29T01:00:00"],
    ["in that of the autumn", "2026-10-24T22:59:04", "2026-10-25T01:59:00", 60, "fine", 0, "2026-10-25T02:00:00"],
    ["of every four hours", "2026-01-10T22:00:04", "2026-01-11T02:30:30", 14_400, "fine", 0, undefined],
  ])("is no missed start: %s", (_, last, now, frequency, state, missed, next) => {
    for (const [name, timetable] of [all.slice(0, 2), all.slice(2)] as [string, Timetable][]) {
      const found = judge(timetable, last, now, frequency);
      expect([name, found.state, Math.abs(found.missed - missed) <= 4]).toEqual([name, state, true]);
      if (next !== undefined) expect([name, found.nextDue]).toEqual([name, `${next}.000Z`]);
    }
  });

  it("is one where what runs all day should go on", () => {
    for (const timetable of [table("", "shift"), table(LINE, "shift")]) expect(judge(timetable, "2026-01-10T23:59:04", "2026-01-11T01:30:00").state).toBe("late");
  });
});

describe("by the crontab", () => {
  const OFFICE = "CRON_TZ=Europe/Berlin\n*/15 8-17 * * mon-fri npx tandem syncIteration --connection c\n";
  const DAILY = "CRON_TZ=Europe/Berlin\n1,3 4 * * * npx tandem syncIteration --connection c\n";
  it.each([
    ["nothing is due at the weekend", OFFICE, "2026-01-09T16:50:00", "2026-01-11T20:00:00", "fine", 0],
    ["Monday's first is missed", OFFICE, "2026-01-09T16:50:00", "2026-01-12T08:00:00", "late", 4],
    ["a start that just was is no miss", OFFICE, "2026-01-12T08:00:30", "2026-01-12T08:20:00", "fine", 1],
    ["what starts once a day is told of within hours", DAILY, "2026-01-09T03:03:04", "2026-01-10T06:00:00", "late", 2],
    ["and is fine before", DAILY, "2026-01-09T03:03:04", "2026-01-10T02:59:00", "fine", 0],
    ["over the change of clocks in spring", DAILY, "2026-03-28T03:03:04", "2026-03-29T02:00:30", "fine", 0],
    ["an hour earlier by UTC after it", DAILY, "2026-03-28T03:03:04", "2026-03-29T02:30:00", "late", 2],
    ["in autumn, an hour later by UTC", DAILY, "2026-10-24T02:03:04", "2026-10-25T03:00:30", "fine", 0],
  ])("%s", (_, crontab, last, now, state, missed) => {
    const found = judge(table(crontab), last, now);
    expect([found.state, Math.abs(found.missed - missed) <= (crontab === OFFICE ? 1 : 0)]).toEqual([state, true]);
  });

  it("--due starts only what its frequency says", () => {
    const timetable = table("* * * * * npx tandem syncIteration --all --due\n", "allow");
    expect(judge(timetable, "2026-01-10T12:00:03", "2026-01-10T12:50:00", 3600)).toEqual({ state: "fine", missed: 0, nextDue: "2026-01-10T13:00:00.000Z" });
    expect(judge(timetable, "2026-01-10T12:00:03", "2026-01-10T16:30:00", 3600)).toMatchObject({ state: "late", missed: 4 });
  });

  it("counts a thousand and no more, and still tells the next", () => {
    const found = judge(table("* * * * * npx tandem syncIteration --all\n"), "2016-01-10T12:00:03", "2026-01-10T12:50:30");
    expect(found).toEqual({ state: "late", missed: 1000, nextDue: "2026-01-10T12:51:00.000Z" });
  });

  it("a connection that never succeeded is due at its next start", () => expect(punctuality({ started: true, frequencySeconds: 60, now: "2026-01-11T00:30:00.000Z", timetable: table("") })).toEqual({ state: "never", missed: 0, nextDue: "2026-01-11T02:00:00.000Z" }));
});

describe("a time as people of a zone read it", () => {
  it.each([
    ["UTC", "2026-11-24T12:00:03.500Z", "2026-11-24T12:00:03Z"],
    [BERLIN, "2026-03-29T00:59:59.000Z", "2026-03-29T01:59:59+01:00"],
    [BERLIN, "2026-03-29T01:00:00.000Z", "2026-03-29T03:00:00+02:00"],
    ["America/St_Johns", "2026-01-01T00:00:00.000Z", "2025-12-31T20:30:00-03:30"],
    ["Asia/Kathmandu", "2026-01-01T00:00:00.000Z", "2026-01-01T05:45:00+05:45"],
  ])("%s, %s: %s", (zone, instant, text) => expect(localText(zone, instant)).toBe(text));
});
