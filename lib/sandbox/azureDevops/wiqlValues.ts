// Values of a query: macros, dates in the caller's zone, persons, paths (sheet §17).

import type { FieldDef, Node, Project, Team, User, Value } from "./model.ts";
import { isNumber } from "./fields.ts";
import { findByFieldPath } from "./nodes.ts";
import { findUser } from "./people.ts";
import { same } from "./text.ts";
import { wiqlError } from "./wiqlLex.ts";
import type { Condition, Operand } from "./wiqlParse.ts";
import { findProject, findTeam, lastOf, type World } from "./world.ts";

export interface Scope {
  readonly world: World;
  readonly user: User;
  readonly project: Project | undefined;
  /** The team of the address; the project's own only where a macro says so. */
  readonly team: Team | undefined;
  readonly timePrecision: boolean;
}

/** What a condition compares with. */
export type Wanted =
  | { readonly kind: "none" }
  | { readonly kind: "value"; readonly value: Value }
  /** A whole day, or one instant. */
  | { readonly kind: "time"; readonly from: number; readonly to: number }
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "field"; readonly field: FieldDef };

const DAY = 86_400_000;

/** Minutes that the zone is ahead of UTC at a time. */
const offsetOf = (zone: string, at: number): number => {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return (Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - Math.floor(at / 1000) * 1000) / 60_000;
};

const fromLocal = (zone: string, local: number): number => {
  const first = local - offsetOf(zone, local) * 60_000;
  return local - offsetOf(zone, first) * 60_000;
};

const localDay = (zone: string, at: number): number => Math.floor((at + offsetOf(zone, at) * 60_000) / DAY) * DAY;

const dayOf = (zone: string, local: number): Wanted => ({ kind: "time", from: fromLocal(zone, local), to: fromLocal(zone, local + DAY) });

const DATE_ONLY = /^(\d{4})-(\d{1,2})-(\d{1,2})$|^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;

const localTime = (text: string): number => {
  const parts = DATE_ONLY.exec(text);
  if (parts !== null) return parts[1] === undefined ? Date.UTC(Number(parts[6]), Number(parts[4]) - 1, Number(parts[5])) : Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
  return Date.parse(/(Z|[+-]\d\d:?\d\d|GMT)$/i.test(text) ? text : `${text.replace(" ", "T")}Z`);
};

const timeOf = (scope: Scope, text: string, fragment: string): Wanted => {
  const { userZone: zone } = scope.world.options;
  const local = localTime(text.trim());
  if (Number.isNaN(local)) throw wiqlError("TF51010", "The value is no date.", fragment);
  const zoned = /(Z|[+-]\d\d:?\d\d|GMT)$/i.test(text.trim());
  const at = zoned ? local : fromLocal(zone, local);
  if (scope.timePrecision) return { kind: "time", from: at, to: at + 1 };
  const midnight = !/\d:\d/.test(text) || (zoned ? at % DAY === 0 && /T00:00/.test(text) : local % DAY === 0);
  if (!midnight) throw wiqlError("TF51013", "You cannot supply a time with the date when running a query using date precision.", fragment);
  return dayOf(zone, zoned && /\d:\d/.test(text) ? at : localDay("UTC", local));
};

const nodeOf = (scope: Scope, field: FieldDef, path: string, fragment: string): Wanted => {
  const kind = field.referenceName === "System.AreaPath" ? "area" : "iteration";
  const node = findByFieldPath(scope.world, kind, path.replace(/^\\+/, ""));
  if (node === undefined) throw wiqlError("TF51011", `The specified ${kind} path does not exist.`, fragment);
  return { kind: "node", node };
};

/** Somebody unknown equals nobody: such a query finds nothing. */
const personOf = (scope: Scope, text: string): Wanted => {
  const found = findUser(scope.world, text);
  return { kind: "value", value: typeof found === "string" ? `?${text}` : found.user.id };
};

const textValue = (scope: Scope, field: FieldDef, text: string, fragment: string): Wanted => {
  if (text === "") return { kind: "none" };
  if (field.type === "dateTime") return timeOf(scope, text, fragment);
  if (field.type === "treePath") return nodeOf(scope, field, text, fragment);
  if (field.type === "identity") return personOf(scope, text);
  if (isNumber(field.type)) {
    const value = Number(text);
    if (Number.isNaN(value)) throw wiqlError("TF51009", "The value is no number.", fragment);
    return { kind: "value", value };
  }
  if (field.type === "boolean") return { kind: "value", value: /^(true|1|yes)$/i.test(text) };
  return { kind: "value", value: text };
};

const shifted = (zone: string, day: number, argument: string | null, offset: number, unit: "d" | "w" | "M" | "y"): Wanted => {
  const [, sign = "+", amount = "0", given] = /^([+-]?)(\d+)([dwMyhm]?)$/.exec(argument ?? "") ?? [];
  const count = (sign === "-" ? -1 : 1) * Number(amount);
  const at = new Date(day);
  const move = (by: number, step: string): void => {
    if (step === "d") at.setUTCDate(at.getUTCDate() + by);
    else if (step === "w") at.setUTCDate(at.getUTCDate() + 7 * by);
    else if (step === "M") at.setUTCMonth(at.getUTCMonth() + by);
    else if (step === "y") at.setUTCFullYear(at.getUTCFullYear() + by);
  };
  move(count, given || unit);
  move(offset, unit);
  return dayOf(zone, at.getTime());
};

const startOf = (day: number, unit: "d" | "w" | "M" | "y"): number => {
  const at = new Date(day);
  if (unit === "w") at.setUTCDate(at.getUTCDate() - at.getUTCDay());
  if (unit === "M") at.setUTCDate(1);
  if (unit === "y") at.setUTCMonth(0, 1);
  return at.getTime();
};

const UNITS: Readonly<Record<string, "d" | "w" | "M" | "y">> = { today: "d", startofday: "d", startofweek: "w", startofmonth: "M", startofyear: "y" };

const timeMacro = (scope: Scope, name: string, argument: string | null, offset: number): Wanted => {
  const { userZone: zone } = scope.world.options;
  const unit = UNITS[name] ?? "d";
  const day = shifted(zone, startOf(localDay(zone, scope.world.now()), unit), argument, offset, unit);
  return scope.timePrecision && day.kind === "time" ? { ...day, to: day.from + 1 } : day;
};

/** Sprints of a team by date; "current" is the one that today lies in. */
const currentIteration = (scope: Scope, argument: string | null, offset: number, fragment: string): Wanted => {
  const named = /^\[(.+?)\]\\(.+?)(?:\s*<id:[^>]*>)?$/.exec(argument ?? "");
  const project = named === null ? scope.project : findProject(scope.world, named[1] ?? "");
  const team = named === null || project === undefined ? scope.team : findTeam(scope.world, project, named[2] ?? "");
  if (team === undefined) throw wiqlError("VS402612", "The macro '@currentIteration' is not supported without a team context.", fragment);
  const today = new Date(scope.world.now()).toISOString().slice(0, 10);
  const sprints = [...scope.world.tables.nodes.values()].filter((node) => team.iterations.includes(node.identifier) && node.startDate !== undefined).toSorted((a, b) => ((a.startDate ?? "") < (b.startDate ?? "") ? -1 : 1));
  const current = sprints.findIndex((node) => (node.startDate ?? "").slice(0, 10) <= today && today <= (node.finishDate ?? "").slice(0, 10));
  const node = current < 0 ? undefined : sprints[current + offset];
  if (node === undefined) throw wiqlError("VS402481", "The team has no such iteration.", fragment);
  return { kind: "node", node };
};

const ids = (list: readonly number[]): readonly Wanted[] => list.map((value) => ({ kind: "value", value }));

const MONTH = 30 * DAY;
const recent = (scope: Scope, mine: boolean): readonly Wanted[] =>
  ids([...scope.world.tables.items.values()].filter((item) => {
    const { fields } = lastOf(item);
    return Date.parse(String(fields["System.ChangedDate"])) > scope.world.now() - MONTH && (mine ? item.updates.some((update) => update.by === scope.user.id) : scope.project === undefined || fields["System.TeamProject"] === scope.project.id);
  }).map((item) => item.id));

const mentioned = (scope: Scope): readonly Wanted[] => ids([...scope.world.tables.comments.values()].filter((comment) => comment.versions.at(-1)?.text.includes(scope.user.id)).map((comment) => comment.workItemId));

const teamAreas = (scope: Scope, fragment: string): readonly Wanted[] => {
  const { team } = scope;
  if (team === undefined) throw wiqlError("VS402612", "The macro '@teamAreas' is not supported without a team context.", fragment);
  return team.areas.flatMap((area): readonly Wanted[] => {
    const node = scope.world.tables.nodes.get(area.nodeId);
    return node === undefined ? [] : [{ kind: "node", node }];
  });
};

const macro = (scope: Scope, operand: Extract<Operand, { kind: "macro" }>, fragment: string): readonly Wanted[] => {
  const { name, argument, offset } = operand;
  if (UNITS[name] !== undefined) return [timeMacro(scope, name, argument, offset)];
  switch (name) {
    case "me":
      return [{ kind: "value", value: scope.user.id }];
    case "project":
      if (scope.project === undefined) throw wiqlError("TF51015", "The macro '@project' has no value: the address of the query names no project.", fragment);
      return [{ kind: "value", value: scope.project.name }];
    case "currentiteration":
      return [currentIteration(scope, argument, offset, fragment)];
    case "teamareas":
      return teamAreas(scope, fragment);
    case "recentprojectactivity":
      return recent(scope, false);
    case "myrecentactivity":
      return recent(scope, true);
    case "recentmentions":
      return mentioned(scope);
    case "follows":
      return [];
    default:
      throw wiqlError("TF51016", `The macro '@${name}' is not known.`, fragment);
  }
};

/** Everything a condition's operands stand for. */
export const wantedOf = (scope: Scope, condition: Condition): readonly Wanted[] =>
  condition.operands.flatMap((operand): readonly Wanted[] => {
    const { field, fragment } = condition;
    if (operand.kind === "macro") return macro(scope, operand, fragment);
    if (operand.kind === "field") return [{ kind: "field", field: operand.field }];
    if (operand.kind === "boolean") return [{ kind: "value", value: operand.value }];
    if (operand.kind === "number") return isNumber(field.type) || field.type === "boolean" ? [{ kind: "value", value: operand.value }] : [textValue(scope, field, String(operand.value), fragment)];
    if (condition.operator === "contains" || condition.operator === "containsWords" || condition.operator === "inGroup" || same(field.referenceName, "System.Links.LinkType")) return [{ kind: "value", value: operand.text }];
    return [textValue(scope, field, operand.text, fragment)];
  });

export const timeOfOperand = (scope: Scope, operand: Operand): number => {
  if (operand.kind === "text") {
    const wanted = timeOf({ ...scope, timePrecision: true }, operand.text, `ASOF '${operand.text}'`);
    return wanted.kind === "time" ? wanted.from : 0;
  }
  const wanted = operand.kind === "macro" ? timeMacro(scope, operand.name, operand.argument, operand.offset) : undefined;
  if (wanted?.kind !== "time") throw wiqlError("TF51010", "The value is no date.", "ASOF");
  return wanted.from;
};

