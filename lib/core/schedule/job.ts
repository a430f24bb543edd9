// A schedule as schedulers need it: a name, words instead of a shell line, and its place within the minute. Pure.

import { createHash } from "node:crypto";
import type { CronFields, Schedule } from "./crontab.ts";

export interface Job {
  /** Unique among the jobs; letters, digits and dashes. */
  readonly name: string;
  readonly about: string;
  readonly words: readonly string[];
  /** Minutes are spread: several sites and connections do not all start at once. */
  readonly fields: CronFields;
  /** 0 to 59, for schedulers that know seconds. */
  readonly second: number;
  readonly zone: string;
}

/** Where and how jobs run; all paths absolute. */
export interface Place {
  readonly directory: string;
  /** Takes the place of `npx tandem`. */
  readonly program: readonly string[];
  readonly limitSeconds: number;
  /** The account that runs them, where the scheduler must be told. */
  readonly account?: string;
}

/** The words of a command line. Throws an Error for people where only a shell could run it. */
export const wordsOf = (command: string): readonly string[] => {
  const words: string[] = [];
  let rest = command.trim();
  while (rest !== "") {
    const match = /^(?:[^\s"'\\|&;<>()$`*?]|"[^"\\$`]*"|'[^']*')+/.exec(rest);
    if (match === null) throw new Error(`"${rest.slice(0, 12)}" of the command needs a shell: put the line into a script of your own`);
    words.push(match[0].replace(/"([^"]*)"|'([^']*)'/g, (_, double: string | undefined, single: string | undefined) => double ?? single ?? ""));
    const after = rest.slice(match[0].length);
    if (after !== "" && !/^\s/.test(after)) throw new Error(`"${after.slice(0, 12)}" of the command needs a shell: put the line into a script of your own`);
    rest = after.trim();
  }
  return words;
};

/** 0 to below `most`, always the same for a name. */
export const jitter = (name: string, most: number): number => createHash("sha256").update(name).digest().readUInt32BE(0) % most;

/** Of each `--flag VALUE` or `--flag=VALUE`. */
export const valuesAfter = (words: readonly string[], flag: string): readonly string[] => words.flatMap((word, at) => (word.startsWith(`${flag}=`) ? [word.slice(flag.length + 1)] : word === flag && words[at + 1] !== undefined ? [words[at + 1] ?? ""] : []));

/** Of the first `--flag VALUE` or `--flag=VALUE`. */
const valueAfter = (words: readonly string[], flag: string): string | undefined => valuesAfter(words, flag)[0];

const SPREAD_MINUTES = 10;

/** The step of minutes that are evenly spread over the hour. */
export const minuteStep = (minutes: readonly number[]): number | undefined => {
  const step = 60 / minutes.length;
  return Number.isInteger(step) && minutes.every((minute, at) => minute === (minutes[0] ?? 0) + at * step) ? step : undefined;
};

/** Moves minutes by up to ten, within their step and hour; other patterns were meant as they are. */
export const spread = (minutes: readonly number[], key: string): readonly number[] => {
  const step = minuteStep(minutes);
  if (step === undefined || minutes[0] === undefined) return minutes;
  const room = Math.min(SPREAD_MINUTES, step, 60 - (minutes.at(-1) ?? 0));
  const by = jitter(key, room);
  return minutes.map((minute) => minute + by);
};

const slug = (text: string): string => text.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");

/** A line of a crontab that starts a script of this package. */
export const isOurs = (words: readonly string[]): boolean => words[0] === "npx" && words[1] === "tandem";

const nameOf = (words: readonly string[], taken: ReadonlySet<string>): string => {
  const script = isOurs(words) ? words[2] : words[0]?.split(/[\\/]/).at(-1);
  const parts = ["tandem", script, valueAfter(words, "--connection") ?? valueAfter(words, "--group"), words.includes("--sweep") ? "sweep" : undefined];
  const base = slug(parts.filter((part) => part !== undefined).join("-")).slice(0, 48).replace(/-+$/, "");
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(name)) return name;
  }
};

const isChanging = (hour: number): boolean => hour === 1 || hour === 2;

const isAllDay = ({ hour }: CronFields): boolean => hour.length === 24;

/** Works at the hours in which clocks change, although it does not run all day: it may come late, twice, or seem to be missed. */
export const isAtChange = (fields: CronFields): boolean => !isAllDay(fields) && fields.hour.some(isChanging);

const AFTER_CHANGE = 3;

/** What becomes of work at these hours: none is done (what runs all day pauses, other work is moved behind them), only other work is moved, or all is left. */
const AT_CHANGE = ["pause", "shift", "allow"] as const;
export type AtChange = (typeof AT_CHANGE)[number];
export const DEFAULT_AT_CHANGE: AtChange = "pause";

/** Work of every hour, where it is to rest in those in which clocks change. */
export const isPaused = (fields: CronFields, how: AtChange): boolean => how === "pause" && isAllDay(fields);

/** Under "pause" work of every hour rests in these hours; work of some hours is moved to the one behind them; "allow" leaves all as it is. */
export const awayFromChange = (fields: CronFields, how: AtChange): CronFields => {
  const others = fields.hour.filter((hour) => !isChanging(hour));
  if (isPaused(fields, how)) return { ...fields, hour: others };
  if (how === "allow" || !isAtChange(fields)) return fields;
  return { ...fields, hour: [...new Set([...others, AFTER_CHANGE])].toSorted((a, b) => a - b) };
};

/** Throws an Error for people with the line. */
export const jobsOf = (schedules: readonly Schedule[], program: readonly string[], atChange: AtChange = DEFAULT_AT_CHANGE): readonly Job[] => {
  const taken = new Set<string>();
  return schedules.map((schedule) => {
    const words = wordsOf(schedule.command);
    const key = valueAfter(words, "--connection") ?? schedule.command;
    const name = nameOf(words, taken);
    taken.add(name);
    return { name, about: schedule.comment, words: isOurs(words) ? [...program, ...words.slice(2)] : words, fields: { ...awayFromChange(schedule.fields, atChange), minute: spread(schedule.fields.minute, key) }, second: jitter(`${key} second`, 50), zone: schedule.zone };
  });
};

/** 0,3,4,5 as 0,3-5. */
const ranges = (values: readonly number[]): string => {
  const runs: number[][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1) === value - 1) last.push(value);
    else runs.push([value]);
  }
  return runs.map((run) => (run.length < 3 ? run.join(",") : `${run[0] ?? ""}-${run.at(-1) ?? ""}`)).join(",");
};

const list = (values: readonly number[], all: number): string => (values.length === all ? "*" : ranges(values));

/** The five fields. */
export const expressionOf = ({ minute, hour, day, month, weekday, anyDay, anyWeekday }: CronFields): string =>
  [list(minute, 60), list(hour, 24), anyDay ? list(day, 31) : ranges(day), list(month, 12), anyWeekday ? list(weekday, 7) : ranges(weekday)].join(" ");
