// Schedules for each scheduler, from the same few lines.

import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseCrontab, parseExpression } from "../../../lib/core/schedule/crontab.ts";
import { renderCron } from "../../../lib/core/schedule/cron.ts";
import { awayFromChange, isAtChange, jitter, jobsOf, spread, wordsOf } from "../../../lib/core/schedule/job.ts";
import { renderKubernetes } from "../../../lib/core/schedule/kubernetes.ts";
import { calendarOf } from "../../../lib/core/schedule/systemd.ts";
import { quoteArgument, renderWindowsTask } from "../../../lib/core/schedule/windowsTask.ts";

const place = { directory: "/srv/my tandem", program: ["/usr/bin/node", "/srv/t.js"], limitSeconds: 600 };
const jobs = (text: string) => jobsOf(parseCrontab("f", text).schedules, place.program);
const one = (text: string) => {
  const [job] = jobs(text);
  if (job === undefined) throw new Error(`no job in ${text}`);
  return job;
};
const task = (expression: string): string => renderWindowsTask(one(`${expression} npx tandem x`), place);

describe("words and names", () => {
  it.each([
    ['a  "b c" d\'e f\'g', ["a", "b c", "de fg"]],
    ['x ""', ["x", ""]],
    ["npx tandem x --note=50%", ["npx", "tandem", "x", "--note=50%"]],
  ])("%s is split", (command, words) => expect(wordsOf(command)).toEqual(words));
  it.each(["a | b", "a > f", "a && b", "echo $HOME", 'echo "$HOME"', "echo `id`", "a; b", 'a "b', "ls *"])("%s needs a shell and is refused", (command) => expect(() => wordsOf(command)).toThrow("needs a shell"));

  it("takes the place of npx tandem, and gives names that differ", () => {
    const made = jobs("* * * * * npx tandem syncIteration --connection A_b\n1 4 * * * npx tandem syncIteration --connection A_b --sweep\n* * * * * npx tandem syncIteration --connection a-b\n* * * * * /opt/own.sh x\n");
    expect(made.map(({ name }) => name)).toEqual(["tandem-sync-iteration-a-b", "tandem-sync-iteration-a-b-sweep", "tandem-sync-iteration-a-b-2", "tandem-own-sh"]);
    expect(made.map(({ words }) => words.slice(0, 3))).toEqual([[...place.program, "syncIteration"], [...place.program, "syncIteration"], [...place.program, "syncIteration"], ["/opt/own.sh", "x"]]);
  });
});

describe("minutes", () => {
  it.each([[[0]], [[59]], [[0, 30]], [[0, 15, 30, 45]], [[5, 25, 45]], [[55, 58]], [[0, 1, 2]]])("%j stay in their hour and step, whatever the name", (minutes) => {
    for (let n = 0; n < 200; n++) {
      const moved = spread(minutes, `c${n}`);
      expect(moved).toHaveLength(minutes.length);
      expect(moved.every((minute, at) => minute >= (minutes[at] ?? 0) && minute < 60 && minute < (minutes[at] ?? 0) + 10)).toBe(true);
    }
  });

  it("are always the same for a name, and differ between names", () => {
    expect(spread([0], "octane-jira")).toEqual(spread([0], "octane-jira"));
    expect(new Set(Array.from({ length: 50 }, (_, n) => jitter(`c${n}`, 10))).size).toBeGreaterThan(6);
  });

  it.each([["0 2 * * *", true], ["0 1-4 * * *", true], ["0 3 * * *", false], ["* * * * *", false]])("%s at the change of clocks: %s", (text, expected) => expect(isAtChange(parseExpression(text))).toBe(expected));
});

describe("work at the hours in which clocks change", () => {
  const hours = (expression: string, how: "shift" | "allow" | "pause"): readonly number[] => awayFromChange(parseExpression(expression), how).hour;
  it.each([
    ["0 2 * * *", [3], [2], [3]],
    ["30 1 * * sun", [3], [1], [3]],
    ["0 2,14 * * *", [3, 14], [2, 14], [3, 14]],
    ["0 1-5 * * *", [3, 4, 5], [1, 2, 3, 4, 5], [3, 4, 5]],
    ["0 4 * * *", [4], [4], [4]],
  ])("%s is moved behind them, or left where it is", (expression, shift, allow, pause) => expect([hours(expression, "shift"), hours(expression, "allow"), hours(expression, "pause")]).toEqual([shift, allow, pause]));

  it("of what runs all day goes on, or pauses too", () => {
    expect([hours("* * * * *", "shift").length, hours("* * * * *", "pause")]).toEqual([24, [0, ...Array.from({ length: 21 }, (_, at) => at + 3)]]);
    const [paused] = jobsOf(parseCrontab("f", "* * * * * npx tandem x\n").schedules, place.program, "pause");
    if (paused === undefined) throw new Error("no job");
    expect(calendarOf(paused)[0]).toMatch(/^\*-\*-\* 00,03,04,/);
    expect(renderWindowsTask(paused, place)).toContain("<Repetition><Interval>PT1M</Interval><Duration>PT21H59M</Duration><StopAtDurationEnd>false</StopAtDurationEnd></Repetition><StartBoundary>2024-01-01T03:00:");
  });
});

describe("cron", () => {
  it("quotes, escapes percent signs and keeps zones and comments", () => {
    expect(renderCron(jobs("# why\n* * * * * npx tandem x --note \"50% a'b\"\nCRON_TZ=Europe/Berlin\n* 4 * jan 1-5 npx tandem y\n"), place)).toBe(
      "CRON_TZ=UTC\n\n# why\n* * * * * cd '/srv/my tandem' && /usr/bin/node /srv/t.js x --note '50\\% a'\\''b'\n\nCRON_TZ=Europe/Berlin\n\n* 4 * 1 1,2,3,4,5 cd '/srv/my tandem' && /usr/bin/node /srv/t.js y\n",
    );
  });
});

describe("systemd", () => {
  it.each([
    ["* * * * *", ["*-*-* *:*:SS UTC"]],
    ["1,3 4 * * mon-tue", ["Mon,Tue *-*-* 04:01,03:SS UTC"]],
    ["1,3 4 13 2 *", ["*-02-13 04:01,03:SS UTC"]],
    ["1,3 4 13 * fri", ["*-*-13 04:01,03:SS UTC", "Fri *-*-* 04:01,03:SS UTC"]],
  ])("%s", (text, calendar) => expect(calendarOf({ ...one(`${text} npx tandem x`), second: 7 })).toEqual(calendar.map((line) => line.replace("SS", "07"))));
});

describe("a Kubernetes CronJob", () => {
  it("forbids overlap, names its zone, and ends a job that hangs", () => {
    const files = renderKubernetes(jobs("# Why: so\nCRON_TZ=Europe/Berlin\n* * * * * npx tandem syncIteration --connection c\n"), place, "r/t:1");
    expect(parse(files["tandem-sync-iteration-c.yaml"] ?? "")).toMatchObject({
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "tandem-sync-iteration-c" },
      spec: { schedule: "* * * * *", timeZone: "Europe/Berlin", concurrencyPolicy: "Forbid", startingDeadlineSeconds: 60, jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: 600, template: { spec: { restartPolicy: "Never", containers: [{ image: "r/t:1", workingDir: place.directory, command: ["/usr/bin/node", "/srv/t.js", "syncIteration", "--connection", "c"] }] } } } } },
    });
  });
});

describe("a Windows task", () => {
  it("is well-formed, never overlaps, catches up, and ends a job that hangs", () => {
    const text = renderWindowsTask(one('# a < b & c\n* * * * * npx tandem x --note "a b"\n'), place);
    expect(XMLValidator.validate(text)).toBe(true);
    const { Task } = new XMLParser({ ignoreAttributes: false, parseTagValue: false }).parse(text);
    expect(Task).toMatchObject({
      "@_version": "1.2",
      Settings: { MultipleInstancesPolicy: "IgnoreNew", StartWhenAvailable: "true", ExecutionTimeLimit: "PT600S" },
      Triggers: { CalendarTrigger: { Repetition: { Interval: "PT1M", Duration: "P1D" }, StartBoundary: expect.stringMatching(/^2024-01-01T00:00:\d\dZ$/), ScheduleByDay: { DaysInterval: "1" } } },
      Actions: { Exec: { Command: "/usr/bin/node", Arguments: '/srv/t.js x --note "a b"', WorkingDirectory: "/srv/my tandem" } },
    });
    expect(Object.keys(Task)).toEqual(["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions", "@_version", "@_xmlns"]);
  });

  it.each([
    ["1,3 4 * * *", 2, "<ScheduleByDay>"],
    ["1,3 4 * * mon", 2, "<DaysOfWeek><Monday /></DaysOfWeek></ScheduleByWeek>"],
    ["1,3 4 13 2 *", 2, "<DaysOfMonth><Day>13</Day></DaysOfMonth><Months><February /></Months>"],
    ["1,3 4 * 2 fri", 2, "<ScheduleByMonthDayOfWeek>"],
    ["1,3 4 13 * fri", 4, "<ScheduleByMonth>"],
  ])("%s needs %d triggers with %s", (text, count, holds) => {
    const xml = task(text);
    expect(xml.match(/<CalendarTrigger>/g)).toHaveLength(count);
    expect(xml).toContain(holds);
  });

  it("refuses what it cannot say", () => {
    expect(() => task("*/5 0-22 * * *")).toThrow("takes 48");
    expect(() => task("0 0 */2 * mon")).toThrow("at once");
  });

  it("is in the machine's own time for any zone but UTC", () => expect(renderWindowsTask(one("CRON_TZ=Europe/Berlin\n1,3 4 * * * npx tandem x"), place)).toMatch(/T04:01:\d\d</));

  it.each([["a", "a"], ["a b", '"a b"'], ["", '""'], ['a"b', '"a\\"b"'], ["C:\\a b\\", '"C:\\a b\\\\"'], ["C:\\a\\", "C:\\a\\"]])("quotes %j as %j", (word, quoted) => expect(quoteArgument(word)).toBe(quoted));
});
