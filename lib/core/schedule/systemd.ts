// Jobs as systemd services and timers. Pure.

import type { Job, Place } from "./job.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** systemd expands % and $, and splits at blanks. */
const quote = (word: string): string => {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./$-]+$/.test(plain) ? plain : `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
};

const two = (value: number): string => String(value).padStart(2, "0");
const list = (values: readonly number[], all: number): string => (values.length === all ? "*" : values.map(two).join(","));

/** One expression, or two where cron joins day and weekday by "or". */
export const calendarOf = ({ fields, second, zone }: Job): readonly string[] => {
  const time = `${list(fields.hour, 24)}:${list(fields.minute, 60)}:${two(second)} ${zone}`;
  const month = list(fields.month, 12);
  const weekdays = fields.weekday.length === 7 ? "" : `${fields.weekday.map((day) => DAYS[day] ?? "").join(",")} `;
  const both = `${weekdays}*-${month}-${list(fields.day, 31)} ${time}`;
  return fields.anyDay || fields.anyWeekday ? [both] : [`*-${month}-${list(fields.day, 31)} ${time}`, `${weekdays}*-${month}-* ${time}`];
};

const serviceOf = (job: Job, place: Place): string => `[Unit]
Description=${job.about.replaceAll("%", "%%") || job.name}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot${place.account === undefined ? "" : `\nUser=${place.account}`}
WorkingDirectory=${place.directory.replaceAll("%", "%%")}
ExecStart=${job.words.map(quote).join(" ")}
TimeoutStartSec=${place.limitSeconds}
KillSignal=SIGTERM
TimeoutStopSec=15
# Another run holds the lock: the next start goes on.
SuccessExitStatus=75
`;

/** On top of the place within the minute that the name gives: many machines with the same site do not start at once. Never into the next minute, which may be one in which nothing is to run. */
const delayOf = ({ fields, second }: Job): number => Math.min(fields.minute.length === 60 ? 5 : 30, 59 - second);

const timerOf = (job: Job): string => `[Unit]
Description=${job.name}

[Timer]
${calendarOf(job).map((text) => `OnCalendar=${text}`).join("\n")}
Persistent=true
AccuracySec=1s
RandomizedDelaySec=${delayOf(job)}
FixedRandomDelay=true

[Install]
WantedBy=timers.target
`;

/** File name → content. */
export const renderSystemd = (jobs: readonly Job[], place: Place): Readonly<Record<string, string>> => Object.fromEntries(jobs.flatMap((job) => [[`${job.name}.service`, serviceOf(job, place)], [`${job.name}.timer`, timerOf(job)]]));
