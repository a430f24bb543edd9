// Schedules for each scheduler, from the same few lines.

import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseCrontab, parseExpression } from "../../../lib/core/schedule/crontab.ts";
import { renderCron } from "../../../lib/core/schedule/cron.ts";
import { awayFromChange, isAtChange, jitter, type Job, jobsOf, spread, wordsOf } from "../../../lib/core/schedule/job.ts";
import { renderKubernetes } from "../../../lib/core/schedule/kubernetes.ts";
import { calendarOf, renderSystemd } from "../../../lib/core/schedule/systemd.ts";
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
    ["0 1 * * *", [3], [1], [3]],
    ["0 2 * * *", [3], [2], [3]],
    ["30 1 * * sun", [3], [1], [3]],
    ["0 2,14 * * *", [3, 14], [2, 14], [3, 14]],
    ["0 1-5 * * *", [3, 4, 5], [1, 2, 3, 4, 5], [3, 4, 5]],
    ["*/5 0-2 * * *", [0, 3], [0, 1, 2], [0, 3]],
    ["0 22,23,0,1,2 * * *", [0, 3, 22, 23], [0, 1, 2, 22, 23], [0, 3, 22, 23]],
    ["0 */2 * * *", [0, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22], [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22], [0, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]],
    ["0 4 * * *", [4], [4], [4]],
  ])("%s is moved behind them, or left where it is", (expression, shift, allow, pause) => expect([hours(expression, "shift"), hours(expression, "allow"), hours(expression, "pause")]).toEqual([shift, allow, pause]));

  it("of what runs all day pauses too, unless it is to go on", () => {
    expect([hours("* * * * *", "shift").length, hours("* * * * *", "allow").length, hours("* * * * *", "pause")]).toEqual([24, 24, [0, ...Array.from({ length: 21 }, (_, at) => at + 3)]]);
  });

  /** Local minutes of a day at which what is written starts, seconds and delay of chance included; read from the file as its scheduler reads it. */
  const startsIn: Readonly<Record<string, (job: Job) => readonly number[]>> = {
    cron: (job) => cronStarts(renderCron([job], place).split("\n").find((line) => line.includes("cd ")) ?? ""),
    kubernetes: (job) => {
      const { spec } = parse(renderKubernetes([job], place, "i")[`${job.name}.yaml`] ?? "") as { readonly spec: { readonly schedule: string; readonly startingDeadlineSeconds: number } };
      const starts = cronStarts(spec.schedule);
      return [...starts, ...starts.filter((at) => at < 60).map((at) => at + (spec.startingDeadlineSeconds - 1) / 60)];
    },
    systemd: (job) => {
      const delay = Number(/^RandomizedDelaySec=(\d+)$/m.exec(renderSystemd([job], place)[`${job.name}.timer`] ?? "")?.[1]);
      return calendarOf(job).flatMap((text) => {
        const [, hour = "", minute = "", second] = / ([\d,*]+):([\d,*]+):(\d+) /.exec(text) ?? [];
        return cronStarts(`${minute} ${hour} * * *`).map((at) => at + (Number(second) + delay) / 60);
      });
    },
    windows: (job) =>
      [...renderWindowsTask(job, place).matchAll(/<CalendarTrigger>(?:<Repetition><Interval>PT(?:(\d+)H)?(?:(\d+)M)?<\/Interval><Duration>(?:P1D|PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)<\/Duration>.*?<\/Repetition>)?<StartBoundary>2024-01-01T(\d\d):(\d\d)/g)].flatMap(([all, ...parts]) => {
        const [everyHours = 0, everyMinutes = 0, hours = 0, minutes = 0, seconds = 0, hour = 0, minute = 0] = parts.map((part) => Number(part ?? 0));
        const every = everyHours * 60 + everyMinutes;
        const lasts = all.includes("P1D<") ? 1440 : hours * 60 + minutes + seconds / 60;
        const first = hour * 60 + minute;
        return every === 0 ? [first] : Array.from({ length: Math.ceil(lasts / every) }, (_, at) => first + at * every);
      }),
  };
  const cronStarts = (line: string): readonly number[] => {
    const { hour, minute } = parseExpression(line.split(" ").slice(0, 5).join(" "));
    return hour.flatMap((at) => minute.map((part) => at * 60 + part));
  };
  const EXPRESSIONS = ["* * * * *", "*/10 * * * *", "5,15,25,35,45,55 * * * *", "@hourly", "59 0 * * *", "50-59 0 * * *", "30 1 * * *", "0 2 * * sun", "*/5 0-2 * * *", "* 22,23,0-4 * * mon-fri", "*/30 */2 * * *", "0 1-5 1 * *"];
  it.each(Object.keys(startsIn))("is none in what is written for %s, whatever the line and the name", (scheduler) => {
    for (const expression of EXPRESSIONS) {
      for (let n = 0; n < 6; n++) {
        for (const zone of ["UTC", "Europe/Berlin"]) {
          const [job] = jobs(`CRON_TZ=${zone}\n${expression} npx tandem x --connection c${n}\n`);
          const starts = job === undefined ? [] : (startsIn[scheduler]?.(job) ?? []);
          expect(starts.length).toBeGreaterThan(0);
          expect([expression, n, starts.filter((at) => at % 1440 >= 60 && at % 1440 < 180)]).toEqual([expression, n, []]);
          expect(starts.every((at) => at < 1440)).toBe(true);
        }
      }
    }
  });

  it("loses no other start of what pauses", () => {
    for (const scheduler of ["cron", "windows"]) expect([scheduler, new Set(startsIn[scheduler]?.(one("* * * * * npx tandem x"))).size]).toEqual([scheduler, 22 * 60]);
    expect(startsIn.windows?.(one("*/10 * * * mon-fri npx tandem x --connection c"))).toEqual(startsIn.cron?.(one("*/10 * * * mon-fri npx tandem x --connection c")));
    expect(task("* * * * *")).toContain("<Repetition><Interval>PT1M</Interval><Duration>PT20H59M30S</Duration><StopAtDurationEnd>false</StopAtDurationEnd></Repetition><StartBoundary>2024-01-01T03:00:");
  });
});

describe("cron", () => {
  it("quotes, escapes percent signs and keeps zones and comments", () => {
    expect(renderCron(jobs("# why\n* * * * * npx tandem x --note \"50% a'b\"\nCRON_TZ=Europe/Berlin\n* 4 * jan 1-5 npx tandem y\n"), place)).toBe(
      "CRON_TZ=UTC\n\n# why\n* 0,3-23 * * * cd '/srv/my tandem' && /usr/bin/node /srv/t.js x --note '50\\% a'\\''b'\n\nCRON_TZ=Europe/Berlin\n\n* 4 * 1 1-5 cd '/srv/my tandem' && /usr/bin/node /srv/t.js y\n",
    );
  });
});

describe("systemd", () => {
  it.each([
    ["* * * * *", ["*-*-* 00,03,04,05,06,07,08,09,10,11,12,13,14,15,16,17,18,19,20,21,22,23:*:SS UTC"]],
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
      spec: { schedule: "* 0,3-23 * * *", timeZone: "Europe/Berlin", concurrencyPolicy: "Forbid", startingDeadlineSeconds: 60, jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: 600, template: { spec: { restartPolicy: "Never", containers: [{ image: "r/t:1", workingDir: place.directory, command: ["/usr/bin/node", "/srv/t.js", "syncIteration", "--connection", "c"] }] } } } } },
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
      Triggers: { CalendarTrigger: [{ Repetition: { Interval: "PT1M", Duration: "PT59M30S" }, StartBoundary: expect.stringMatching(/^2024-01-01T00:00:\d\dZ$/), ScheduleByDay: { DaysInterval: "1" } }, { StartBoundary: expect.stringMatching(/^2024-01-01T03:00:\d\dZ$/) }] },
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
    expect(() => task("1,2,4 4-22 * * *")).toThrow("takes 48");
    expect(() => task("0 0 */2 * mon")).toThrow("at once");
  });

  it("is in the machine's own time for any zone but UTC", () => expect(renderWindowsTask(one("CRON_TZ=Europe/Berlin\n1,3 4 * * * npx tandem x"), place)).toMatch(/T04:01:\d\d</));

  it.each([["a", "a"], ["a b", '"a b"'], ["", '""'], ['a"b', '"a\\"b"'], ["C:\\a b\\", '"C:\\a b\\\\"'], ["C:\\a\\", "C:\\a\\"]])("quotes %j as %j", (word, quoted) => expect(quoteArgument(word)).toBe(quoted));
});
