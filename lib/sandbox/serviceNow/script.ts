// "javascript:" values in queries and defaults: the calls of gs that queries use (sheet §4), computed in the zone of the person who asks. Anything else is no value.

import { type Scope, property } from "./scope.ts";
import { endOf, fromWall, parseWall, shift, stamp, startOf, toWall, type Unit } from "./time.ts";

const argumentsOf = (text: string): readonly string[] =>
  text.trim() === "" ? [] : [...text.matchAll(/'([^']*)'|"([^"]*)"|([^,\s][^,]*)/g)].map((found) => (found[1] ?? found[2] ?? found[3] ?? "").trim());

const capital = (unit: string): Unit => unit.toLowerCase() as Unit;

const ago = (scope: Scope, unit: Unit, edge: string, by: number): string => {
  const { zone } = scope.person;
  const wall = shift(toWall(scope.now, zone), unit, -by);
  const at = edge === "Start" ? startOf(wall, unit) : edge === "End" ? endOf(wall, unit) : wall;
  return stamp(fromWall(at, zone));
};

const NEAR: Readonly<Record<string, number>> = { This: 0, Last: -1, Next: 1, Today: 0, Yesterday: -1, Tomorrow: 1 };

/** beginningOfToday, endOfLastMonth … */
const edgeOf = (scope: Scope, edge: string, which: string, unit: Unit): string => {
  const { zone } = scope.person;
  const wall = shift(startOf(toWall(scope.now, zone), unit), unit, NEAR[which] ?? 0);
  return stamp(fromWall(edge === "beginning" ? startOf(wall, unit) : endOf(wall, unit), zone));
};

/** beginningOfLast7Days: from the start of the day a week ago; endOfLast7Days: to the end of this one. The same for hours, months … */
const lastSpan = (scope: Scope, edge: string, count: number, unit: Unit): string => {
  const { zone } = scope.person;
  const wall = toWall(scope.now, zone);
  const whole: Unit = unit === "month" || unit === "year" || unit === "quarter" ? "day" : unit;
  return stamp(fromWall(edge === "beginning" ? startOf(shift(wall, unit, -count), whole) : endOf(wall, whole), zone));
};

const generated = (scope: Scope, day: string, clock: string): string => {
  // One argument may hold both, as some clients write it.
  const [date = "", time = ""] = clock === "" ? day.split(" ") : [day, clock];
  const hours = { start: "00:00:00", end: "23:59:59" }[time] ?? (time === "" ? "00:00:00" : time);
  const wall = parseWall(`${date} ${hours}`, "yyyy-MM-dd HH:mm:ss");
  return wall === null ? "" : stamp(fromWall(wall, scope.person.zone));
};

const PLAIN: Readonly<Record<string, (scope: Scope, given: readonly string[]) => string>> = {
  getUserID: (scope) => scope.person.sysId,
  getUserName: (scope) => scope.person.login,
  getUserDisplayName: (scope) => scope.person.name,
  getMyGroups: (scope) => scope.person.groups.join(","),
  now: (scope) => stamp(toWall(scope.now, scope.person.zone)).slice(0, 10),
  nowNoTZ: (scope) => stamp(scope.now),
  nowDateTime: (scope) => stamp(scope.now),
  dateGenerate: (scope, [date = "", time = ""]) => generated(scope, date, time),
  getProperty: (scope, [name = "", otherwise = ""]) => property(scope.world, name) || otherwise,
  hasRole: (scope, [role = ""]) => String(scope.person.roles.has(role)),
};

const called = (scope: Scope, name: string, given: readonly string[]): string | null => {
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (plain) return plain(scope, given);
  const back = /^(minutes|hours|days|weeks|months|quarters|years)Ago(Start|End)?$/.exec(name);
  if (back) return ago(scope, capital((back[1] ?? "").slice(0, -1)), back[2] ?? "", Number(given[0] ?? "0") || 0);
  const day = /^(beginning|end)Of(Today|Yesterday|Tomorrow)$/.exec(name);
  if (day) return edgeOf(scope, day[1] ?? "", day[2] ?? "", "day");
  const last = /^(beginning|end)OfLast(\d+)(Minute|Hour|Day|Week|Month|Quarter|Year)s?$/.exec(name);
  if (last) return lastSpan(scope, last[1] ?? "", Number(last[2]), capital(last[3] ?? ""));
  const current = /^(beginning|end)OfCurrent(Minute|Hour)$/.exec(name);
  if (current) return edgeOf(scope, current[1] ?? "", "This", capital(current[2] ?? ""));
  const year = /^(beginning|end)OfOneYearAgo$/.exec(name);
  if (year) return ago(scope, "year", year[1] === "beginning" ? "Start" : "End", 1);
  const span = /^(beginning|end)Of(This|Last|Next)(Minute|Hour|Week|Month|Quarter|Year)$/.exec(name);
  if (span) return edgeOf(scope, span[1] ?? "", span[2] ?? "", capital(span[3] ?? ""));
  return null;
};

/** The value of a script; null where it is not one of those known here. */
export const evaluate = (scope: Scope, script: string): string | null => {
  const text = script.trim().replace(/;$/, "").replace(/^gs\.getUser\(\)\./, "gs.user.").replace(/\.toString\(\)$/, "");
  const found = /^(?:(gs)\.(user\.)?)?(\w+)\((.*)\)$/s.exec(text);
  if (!found) return /^(true|false|-?\d+|'[^']*'|"[^"]*")$/.test(text) ? text.replace(/^['"]|['"]$/g, "") : null;
  const [, host, user, name = "", inside = ""] = found;
  if (user !== undefined) return called(scope, { getID: "getUserID", getName: "getUserName", getMyGroups: "getMyGroups", getFullName: "getUserDisplayName", getDisplayName: "getUserDisplayName" }[name] ?? "", []);
  if (host === undefined && name !== "getMyGroups") return null;
  return called(scope, name, argumentsOf(inside));
};

/** Replaces every "javascript:…" piece between "@" signs; null where one is unknown or scripts are blocked. */
export const scripted = (scope: Scope, value: string): string | null => {
  if (!value.includes("javascript:")) return value;
  if (scope.options.scriptsInQueries === "block") return null;
  const pieces = value.split(/@(?=javascript:|\d{4}-)/).map((piece) => (piece.startsWith("javascript:") ? evaluate(scope, piece.slice(11)) : piece));
  return pieces.includes(null) ? null : pieces.join("@");
};
