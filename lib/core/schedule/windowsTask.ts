// Jobs as Windows Scheduled Tasks, schema 1.2. Pure.

import { windowsFolder } from "./install.ts";
import { type Job, minuteStep, type Place } from "./job.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
/** A task takes no more. */
const MOST_TRIGGERS = 48;

/** Letters that XML cannot hold are left out. */
const esc = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "&quot;");
const two = (value: number): string => String(value).padStart(2, "0");

/** As the C runtime splits words: quotes where there are blanks, backslashes doubled only before a quote. */
export const quoteArgument = (word: string): string => (word !== "" && !/[\s"]/.test(word) ? word : `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`);

/** The task scheduler puts the values of variables into commands, words and folders, whatever the quotes. */
const VARIABLE = /%[^%\s]+%|\$\([A-Za-z]/;
const refuseVariables = (texts: readonly string[]): void => {
  const found = texts.map((text) => VARIABLE.exec(text)?.[0]).find((match) => match !== undefined);
  if (found !== undefined) throw new Error(`a Windows task would put the value of a variable in the place of "${found}": put the line into a script of your own, or name the folder otherwise`);
};

const empty = (names: readonly string[]): string => names.map((name) => `<${name} />`).join("");
const monthsOf = (months: readonly number[]): string => `<Months>${empty(months.map((month) => MONTHS[month - 1] ?? ""))}</Months>`;
const byWeekday = (weekdays: readonly number[], months: readonly number[]): string => {
  const days = `<DaysOfWeek>${empty(weekdays.map((day) => DAYS[day] ?? ""))}</DaysOfWeek>`;
  if (months.length === 12) return `<ScheduleByWeek><WeeksInterval>1</WeeksInterval>${days}</ScheduleByWeek>`;
  const weeks = ["1", "2", "3", "4", "Last"].map((week) => `<Week>${week}</Week>`).join("");
  return `<ScheduleByMonthDayOfWeek><Weeks>${weeks}</Weeks>${days}${monthsOf(months)}</ScheduleByMonthDayOfWeek>`;
};
const byDate = (days: readonly number[], months: readonly number[]): string => `<ScheduleByMonth><DaysOfMonth>${days.map((day) => `<Day>${day}</Day>`).join("")}</DaysOfMonth>${monthsOf(months)}</ScheduleByMonth>`;

/** Which days; two where cron joins day and weekday by "or". Throws an Error for people where a task cannot say it. */
const daysOf = ({ fields: { day, month, weekday, anyDay, anyWeekday } }: Job): readonly string[] => {
  const [everyDay, everyWeekday] = [day.length === 31, weekday.length === 7];
  if (everyDay && everyWeekday && month.length === 12) return ["<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>"];
  if (everyWeekday) return [byDate(day, month)];
  if (everyDay) return [byWeekday(weekday, month)];
  if (anyDay || anyWeekday) throw new Error("a Windows task cannot demand a day of the month and a weekday at once");
  return [byDate(day, month), byWeekday(weekday, month)];
};

interface Start {
  readonly hour: number;
  readonly minute: number;
  readonly repetition: string;
}

/** Hours that follow each other within a day. */
const runsOf = (hours: readonly number[]): readonly { readonly first: number; readonly count: number }[] =>
  hours
    .filter((hour) => !hours.includes(hour - 1))
    .map((first) => {
      let count = 1;
      while (hours.includes(first + count)) count++;
      return { first, count };
    });

/** Ends half a step after the last start: the end itself is none. */
const durationOf = (hours: number, step: number): string => {
  const seconds = hours * 3600 - step * 30;
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return `PT${h === 0 ? "" : `${h}H`}${m === 0 ? "" : `${m}M`}${s === 0 ? "" : `${s}S`}`;
};

const repeated = (step: number, duration: string): string => `<Repetition><Interval>${step === 60 ? "PT1H" : `PT${step}M`}</Interval><Duration>${duration}</Duration><StopAtDurationEnd>false</StopAtDurationEnd></Repetition>`;

/** A trigger each, or one for all of a run of hours: none reaches over midnight, so that each is of the day it says. */
const startsOf = ({ fields: { hour, minute } }: Job): readonly Start[] => {
  const step = minuteStep(minute);
  if (step === undefined) return hour.flatMap((at) => minute.map((part) => ({ hour: at, minute: part, repetition: "" })));
  if (hour.length === 24) return [{ hour: 0, minute: minute[0] ?? 0, repetition: repeated(step, "P1D") }];
  return runsOf(hour).map(({ first, count }) => ({ hour: first, minute: minute[0] ?? 0, repetition: count * minute.length === 1 ? "" : repeated(step, durationOf(count, step)) }));
};

const triggersOf = (job: Job): readonly string[] => {
  const triggers = daysOf(job).flatMap((days) =>
    startsOf(job).map(({ hour, minute, repetition }) => `      <CalendarTrigger>${repetition}<StartBoundary>2024-01-01T${two(hour)}:${two(minute)}:${two(job.second)}${job.zone === "UTC" ? "Z" : ""}</StartBoundary><Enabled>true</Enabled>${days}</CalendarTrigger>`),
  );
  if (triggers.length > MOST_TRIGGERS) throw new Error(`it would need ${triggers.length} triggers, a Windows task takes ${MOST_TRIGGERS}: use fewer starts, or evenly spread minutes in every hour`);
  return triggers;
};

/** The task as text; the file holds it as UTF-16LE with a byte order mark. Throws an Error for people. */
export const renderWindowsTask = (job: Job, place: Place): string => {
  const [command = "", ...words] = job.words;
  refuseVariables([...job.words, place.directory]);
  const user = place.account === undefined ? "" : `<UserId>${esc(place.account)}</UserId>`;
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    `  <RegistrationInfo><Description>${esc(job.about || job.name)}</Description><URI>${esc(`${windowsFolder(place.directory)}\\${job.name}`)}</URI></RegistrationInfo>`,
    "  <Triggers>",
    ...triggersOf(job),
    "  </Triggers>",
    `  <Principals><Principal id="Author">${user}<LogonType>S4U</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal></Principals>`,
    "  <Settings>",
    "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
    "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
    "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
    "    <StartWhenAvailable>true</StartWhenAvailable>",
    "    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>",
    "    <Enabled>true</Enabled>",
    `    <ExecutionTimeLimit>PT${place.limitSeconds}S</ExecutionTimeLimit>`,
    "  </Settings>",
    `  <Actions Context="Author"><Exec><Command>${esc(command)}</Command><Arguments>${esc(words.map(quoteArgument).join(" "))}</Arguments><WorkingDirectory>${esc(place.directory)}</WorkingDirectory></Exec></Actions>`,
    "</Task>",
    "",
  ].join("\r\n");
};
