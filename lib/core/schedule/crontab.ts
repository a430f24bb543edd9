// Reads a crontab of ours: five fields, names, CRON_TZ, comments that explain. Every mistake with its line. Pure.
// We read the fields ourselves: the library takes three fields for five and 70 minutes for an hour (dependencies.md §8).

import type { Problem } from "../errors.ts";
import { DEFAULT_ZONE, isNamedZone } from "./zone.ts";

/** Allowed values per field, ascending. */
export interface CronFields {
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly day: readonly number[];
  readonly month: readonly number[];
  /** 0 is Sunday. */
  readonly weekday: readonly number[];
  /** Written as a star: cron joins day and weekday by "or" only where both are restricted. */
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
}

export interface Schedule {
  readonly line: number;
  /** The five fields as written, single spaces. */
  readonly expression: string;
  readonly fields: CronFields;
  readonly zone: string;
  readonly command: string;
  /** The comment lines directly above, without their sign. */
  readonly comment: string;
}

export interface Crontab {
  readonly schedules: readonly Schedule[];
  /** NAME=value lines other than CRON_TZ, in order. */
  readonly variables: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

interface FieldRule {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const RULES = [
  { name: "minute", from: 0, to: 59 },
  { name: "hour", from: 0, to: 23 },
  { name: "day of the month", from: 1, to: 31 },
  { name: "month", from: 1, to: 12, names: MONTHS },
  { name: "day of the week", from: 0, to: 7, names: DAYS },
] as const satisfies readonly FieldRule[];

const MACROS: Readonly<Record<string, string>> = { "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *" };

const numberOf = (rule: FieldRule, word: string): number => {
  const named = rule.names?.indexOf(word.toLowerCase()) ?? -1;
  if (named >= 0) return named + rule.from;
  const value = /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  if (!(value >= rule.from && value <= rule.to)) throw new Error(`"${word}" is no ${rule.name} (${rule.from} to ${rule.to}${rule.names === undefined ? "" : ` or ${rule.names.join(" ")}`})`);
  return value;
};

const partValues = (rule: FieldRule, part: string): number[] => {
  const match = /^(\*|[^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(part);
  if (match === null || (match[1] === "*" && match[2] !== undefined)) throw new Error(`"${part}" is no ${rule.name}`);
  const [, head = "", end, every] = match;
  const from = head === "*" ? rule.from : numberOf(rule, head);
  // Sunday is 7 only where it is written.
  const last = head === "*" ? Math.min(rule.to, rule.name === "day of the week" ? 6 : rule.to) : end === undefined ? (every === undefined ? from : rule.to) : numberOf(rule, end);
  const step = every === undefined ? 1 : Number(every);
  if (last < from) throw new Error(`"${part}" runs backwards`);
  if (step < 1 || step > rule.to - rule.from) throw new Error(`"/${every ?? ""}" is no step of a ${rule.name}: 1 to ${rule.to - rule.from}`);
  return Array.from({ length: Math.floor((last - from) / step) + 1 }, (_, at) => from + at * step);
};

const fieldValues = (rule: FieldRule, text: string): number[] => {
  const values = text.split(",").flatMap((part) => partValues(rule, part));
  const folded = rule.name === "day of the week" ? values.map((value) => value % 7) : values;
  return [...new Set(folded)].toSorted((a, b) => a - b);
};

const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The fields of a cron expression. Throws an Error for people. */
export const parseExpression = (expression: string): CronFields => {
  const words = expression.trim().split(/\s+/);
  if (words.length !== 5) throw new Error(`"${expression.trim()}" has ${words.length === 1 && words[0] === "" ? 0 : words.length} fields, a schedule has 5: minute, hour, day, month, weekday`);
  const [minute = [], hour = [], day = [], month = [], weekday = []] = RULES.map((rule, at) => fieldValues(rule, words[at] ?? ""));
  const fields = { minute, hour, day, month, weekday, anyDay: words[2]?.startsWith("*") === true, anyWeekday: words[4]?.startsWith("*") === true };
  if (fields.anyWeekday && !month.some((which) => day.some((date) => date <= (LONGEST_MONTH[which - 1] ?? 0)))) throw new Error(`"${expression.trim()}" is a day that never comes`);
  return fields;
};

const splitLine = (text: string): { readonly expression: string; readonly command: string } => {
  if (text.startsWith("@")) {
    const [macro = "", ...rest] = text.split(/\s+/);
    const expression = MACROS[macro.toLowerCase()];
    if (expression === undefined) throw new Error(`"${macro}" is no schedule: there are ${Object.keys(MACROS).join(" ")}`);
    return { expression, command: rest.join(" ") };
  }
  const match = /^(\S+\s+\S+\s+\S+\s+\S+\s+\S+)(?:\s+(.*))?$/.exec(text);
  if (match === null) throw new Error("this is no schedule: five fields (minute, hour, day, month, weekday) and a command");
  return { expression: (match[1] ?? "").replace(/\s+/g, " "), command: (match[2] ?? "").trim() };
};

const unquote = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;

/** The schedules of a crontab; with problems none should be used. */
export const parseCrontab = (file: string, text: string): Crontab => {
  const schedules: Schedule[] = [];
  const variables: Record<string, string> = {};
  const problems: Problem[] = [];
  let zone = DEFAULT_ZONE;
  let comment: string[] = [];
  const take = (line: number, content: string): void => {
    const assignment = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(content);
    if (assignment !== null) {
      const [, name = "", value = ""] = assignment;
      if (name !== "CRON_TZ") variables[name] = unquote(value);
      else if (isNamedZone(unquote(value))) zone = unquote(value);
      else throw new Error(`"${unquote(value)}" is no time zone: write e.g. UTC or Europe/Berlin`);
      return;
    }
    const { expression, command } = splitLine(content);
    const fields = parseExpression(expression);
    if (command === "") throw new Error("the schedule has no command");
    schedules.push({ line, expression, fields, zone, command, comment: comment.join(" ") });
  };
  for (const [at, raw] of text.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    const content = raw.trim();
    if (content.startsWith("#")) {
      comment.push(content.replace(/^#+\s*/, ""));
      continue;
    }
    try {
      if (content !== "") take(at + 1, content);
    } catch (error) {
      problems.push({ file, line: at + 1, message: error instanceof Error ? error.message : String(error) });
    }
    comment = [];
  }
  return { schedules, variables, problems };
};
