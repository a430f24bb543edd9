// Instants in JQL: literals in the caller's zone to the minute, durations from now, bare epoch milliseconds, functions (sheet §6).

import type { JqlContext } from "./jqlSpec.ts";
import type { Single } from "./jqlParse.ts";
import { fromLocal, parseDuration, startOf } from "./time.ts";

export class JqlDateProblem extends Error {}

const LITERAL = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:\s+(\d{1,2}):(\d{2}))?$/;

const literal = (text: string, zone: string): number | null => {
  const parts = LITERAL.exec(text.trim());
  if (!parts) return null;
  const [year, month, day, hour, minute] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number];
  const wall = Date.UTC(year, month - 1, day, hour, minute);
  const back = new Date(wall);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59) return null;
  return fromLocal(zone, wall);
};

const UNITS: Readonly<Record<string, "day" | "week" | "month" | "year">> = { day: "day", week: "week", month: "month", year: "year" };

/** startOfDay("-1d"), endOfMonth(+1): the increment is in the function's own unit unless it names one. */
const rounded = (context: JqlContext, name: string, argument: string | undefined): number | null => {
  const parts = /^(start|end)of(day|week|month|year)$/.exec(name);
  const unit = UNITS[parts?.[2] ?? ""];
  if (!parts || !unit) return null;
  const move = argument === undefined ? null : /^([+-]?\d+)([yMwdhm]?)$/.exec(argument.trim());
  if (argument !== undefined && !move) throw new JqlDateProblem(`Unable to parse the increment '${argument}' of function '${name}'.`);
  const count = Number(move?.[1] ?? 0);
  const other = move?.[2] ?? "";
  const end = parts[1] === "end" ? 1 : 0;
  if (other === "" || other === unit[0] || (other === "M" && unit === "month")) return startOf(unit, context.now, context.zone, count + end) - end;
  const base = startOf(unit, context.now, context.zone, end) - end;
  if (other === "M") return startOf("month", base, context.zone, count) + (base - startOf("month", base, context.zone, 0));
  if (other === "y") return startOf("year", base, context.zone, count) + (base - startOf("year", base, context.zone, 0));
  return base + (parseDuration(`${count < 0 ? "-" : ""}${Math.abs(count)}${other}`, false) ?? 0);
};

const value = (context: JqlContext, text: string, quoted: boolean, field: string): number => {
  const { options } = context.world;
  const known = literal(text, context.zone);
  if (known !== null) return known;
  const duration = parseDuration(text, options.combinedDurations);
  if (duration !== null) return context.now + duration;
  if (/^-?\d+$/.test(text) && options.epochMillis) return Number(text);
  throw new JqlDateProblem(
    quoted || !/^\d/.test(text)
      ? `Date value '${text}' for field '${field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`
      : `Date value '${text}' for field '${field}' is invalid.`,
  );
};

export const instantOf = (context: JqlContext, operand: Single, field: string): number => {
  if (operand.kind === "value") return value(context, operand.text, operand.quoted, field);
  if (operand.kind === "empty") throw new JqlDateProblem(`The field '${field}' cannot be compared with EMPTY.`);
  const name = operand.name.toLowerCase();
  if (name === "now") return context.now;
  if (name === "currentlogin" || name === "lastlogin") return context.now;
  const found = rounded(context, name, operand.args[0]);
  if (found === null) throw new JqlDateProblem(`Unable to find JQL function '${operand.name}(${operand.args.join(", ")})'.`);
  return found;
};

/** Answers that change by themselves must not be kept. */
export const usesClock = (jql: string): boolean => /\b(now|startof\w+|endof\w+|currentlogin|lastlogin)\s*\(|["'\s=<>(,][+-]?\d+\s*[wdhm]\b/i.test(jql);
