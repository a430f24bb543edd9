// Whether an item fulfils a condition of a query. Text is compared without case; what is empty differs from every value.

import { valueOf } from "./compute.ts";
import { isText } from "./fields.ts";
import type { FieldDef, Item, LinkRow, Revision, Value } from "./model.ts";
import { fieldPath, isUnder } from "./nodes.ts";
import { endOf } from "./relations.ts";
import { plain } from "./text.ts";
import { splitTags } from "./values.ts";
import { wiqlError } from "./wiqlLex.ts";
import type { Condition, Expression, Operator } from "./wiqlParse.ts";
import { type Scope, type Wanted, wantedOf } from "./wiqlValues.ts";
import { processOf, projectOf, type World } from "./world.ts";

export interface Candidate {
  readonly item: Item;
  readonly revision: Revision;
}

/** A link query looks at both ends and the link; a flat one at the item alone. */
export interface Row {
  readonly item: Candidate | null;
  readonly target: Candidate | null;
  readonly rel: string | null;
  readonly link: LinkRow | null;
}

export type Test = (row: Row) => boolean;

const text = (value: Value | undefined): string => String(value ?? "").toLowerCase();

const compare = (a: Value, b: Value): number => {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;
};

const ORDERED: Readonly<Record<string, (order: number) => boolean>> = { "=": (order) => order === 0, "<>": (order) => order !== 0, "<": (order) => order < 0, ">": (order) => order > 0, "<=": (order) => order <= 0, ">=": (order) => order >= 0 };

const timeTest = (operator: Operator, at: number | null, from: number, to: number): boolean => {
  if (at === null) return operator === "<>";
  switch (operator) {
    case "=":
      return at >= from && at < to;
    case "<>":
      return at < from || at >= to;
    case "<":
      return at < from;
    case ">":
      return at >= to;
    case "<=":
      return at < to;
    default:
      return at >= from;
  }
};

const personName = (world: World, value: Value): string => world.tables.users.get(String(value))?.name ?? String(value);

/** A node stands for its number where trees are compared. */
const nodeIdOf = (field: FieldDef, revision: Revision): number => Number(revision.fields[field.referenceName === "System.AreaPath" ? "System.AreaId" : "System.IterationId"]);

interface At {
  readonly world: World;
  readonly field: FieldDef;
  readonly candidate: Candidate;
}

const ordered = (at: At, operator: Operator, wanted: Wanted): boolean => {
  const { world, field, candidate } = at;
  // What has never been deleted says so, though nothing is kept.
  const value = valueOf(world, candidate.item, candidate.revision, field.referenceName) ?? (field.referenceName === "System.IsDeleted" ? false : undefined);
  if (wanted.kind === "none") return operator === "=" ? value === undefined || value === "" : operator === "<>" ? value !== undefined && value !== "" : false;
  if (wanted.kind === "time") return timeTest(operator, value === undefined ? null : Date.parse(String(value)), wanted.from, wanted.to);
  if (wanted.kind === "node") {
    const sameNode = field.type === "treePath" ? nodeIdOf(field, candidate.revision) === wanted.node.id : text(value) === text(fieldPath(world, wanted.node.id));
    return operator === "<>" ? !sameNode : operator === "=" && sameNode;
  }
  const other = wanted.kind === "field" ? valueOf(world, candidate.item, candidate.revision, wanted.field.referenceName) : wanted.value;
  if (value === undefined || other === undefined) return operator === "<>" ? value !== other : operator === "=" && value === other;
  // Persons are sorted and compared by name where no equality is asked.
  if (field.type === "identity" && operator !== "=" && operator !== "<>") return ORDERED[operator]?.(compare(personName(world, value), personName(world, other))) ?? false;
  return ORDERED[operator]?.(compare(value, other)) ?? false;
};

const words = (value: string): readonly string[] => value.toLowerCase().split(/[^\p{L}\p{N}_]+/u).filter((word) => word !== "");

/** Words in their order, the last one as a beginning when it ends with an asterisk. */
const hasWords = (whole: string, wanted: string): boolean => {
  const own = words(plain(whole));
  const asked = wanted.split(/\s+/).flatMap((part) => words(part).map((word) => ({ word, open: part.endsWith("*") })));
  if (asked.length === 0) return false;
  return own.some((_, start) => asked.every(({ word, open }, at) => (open ? own[start + at]?.startsWith(word) === true : own[start + at] === word)));
};

const contains = ({ world, field, candidate }: At, wanted: Wanted, asWords: boolean): boolean => {
  if (wanted.kind !== "value") return false;
  const asked = String(wanted.value);
  if (field.type === "history") return candidate.item.revisions.some((revision) => revision.history !== undefined && (asWords ? hasWords(revision.history, asked) : text(plain(revision.history)).includes(asked.toLowerCase())));
  const value = valueOf(world, candidate.item, candidate.revision, field.referenceName);
  if (value === undefined) return false;
  if (field.referenceName === "System.Tags") return splitTags(String(value)).some((tag) => tag.toLowerCase() === asked.toLowerCase());
  const shown = field.type === "identity" ? `${personName(world, value)} ${world.tables.users.get(String(value))?.uniqueName ?? ""}` : String(value);
  return asWords ? hasWords(shown, asked) : text(isText(field.type) ? plain(shown) : shown).includes(asked.toLowerCase());
};

const inGroup = ({ world, field, candidate }: At, wanted: Wanted): boolean => {
  if (wanted.kind !== "value") return false;
  const name = String(wanted.value).toLowerCase();
  if (field.referenceName === "System.WorkItemType") {
    const project = projectOf(world, String(candidate.revision.fields["System.TeamProject"]));
    const category = processOf(project).categories.find((one) => one.referenceName.toLowerCase() === name || one.name.toLowerCase() === name);
    return category?.types.includes(String(candidate.revision.fields["System.WorkItemType"])) ?? false;
  }
  const value = valueOf(world, candidate.item, candidate.revision, field.referenceName);
  const team = [...world.tables.teams.values()].find((one) => [one.name.toLowerCase(), `[${projectOf(world, one.projectId).name}]\\${one.name}`.toLowerCase()].includes(name));
  return team?.members.some((member) => member.userId === value) ?? false;
};

const one = (at: At, operator: Operator, wanted: readonly Wanted[]): boolean => {
  const { field, candidate, world } = at;
  const [first = { kind: "none" } as const] = wanted;
  switch (operator) {
    case "in":
      return wanted.some((value) => ordered(at, "=", value));
    case "contains":
    case "containsWords":
      return contains(at, first, operator === "containsWords");
    case "under":
      return first.kind === "node" && isUnder(world, nodeIdOf(field, candidate.revision), first.node.id);
    case "ever":
      return candidate.item.revisions.some((revision) => revision.rev <= candidate.revision.rev && ordered({ ...at, candidate: { ...candidate, revision } }, "=", first));
    case "isEmpty":
      return text(valueOf(world, candidate.item, candidate.revision, field.referenceName)) === "";
    case "inGroup":
      return inGroup(at, first);
    default:
      return wanted.length === 0 ? ordered(at, operator, { kind: "none" }) : ordered(at, operator, first);
  }
};

const FULL_TEXT = new Set(["=", "<>", "<", ">", "<=", ">=", "in"]);

const checkOperator = ({ field, operator, fragment }: Condition): void => {
  const tree = field.type === "treePath" || field.referenceName === "System.AreaId";
  if (operator === "under" && !tree) throw wiqlError("TF51014", "The operator UNDER can only be used with tree paths.", fragment);
  if (FULL_TEXT.has(operator) && (field.type === "html" || field.type === "history")) throw wiqlError("TF51012", "The operator cannot be used with long text fields.", fragment);
  if (tree && ["<", ">", "<=", ">="].includes(operator)) throw wiqlError("TF51014", "The operator cannot be used with tree paths.", fragment);
};

const linkTest = (condition: Condition, wanted: readonly Wanted[]): Test => {
  const rels = wanted.flatMap((value) => (value.kind === "value" && value.value !== "" ? [String(value.value).toLowerCase()] : []));
  // Different from nothing: every link.
  if (rels.length === 0) return () => true;
  const namesOf = (rel: string): readonly string[] => [rel.toLowerCase(), rel.toLowerCase().replace(/-(forward|reverse)$/, ""), (endOf(rel)?.name ?? rel).toLowerCase()];
  const fits = ({ rel }: Row): boolean => rel !== null && namesOf(rel).some((name) => rels.includes(name));
  const negated = condition.negated !== (condition.operator === "<>");
  return (row) => row.rel === null || fits(row) !== negated;
};

const conditionTest = (scope: Scope, condition: Condition): Test => {
  checkOperator(condition);
  const wanted = wantedOf(scope, condition);
  if (condition.side === "link") return linkTest(condition, wanted);
  const { field, operator, negated } = condition;
  return (row) => {
    const candidate = condition.side === "target" ? row.target : row.item;
    // The other end is not in sight: only the ends that are can refuse.
    if (candidate === null) return true;
    return one({ world: scope.world, field, candidate }, operator, wanted) !== negated;
  };
};

export const testOf = (scope: Scope, expression: Expression): Test => {
  if (expression.kind === "condition") return conditionTest(scope, expression);
  if (expression.kind === "not") {
    const inner = testOf(scope, expression.part);
    return (row) => !inner(row);
  }
  const tests = expression.parts.map((part) => testOf(scope, part));
  return expression.kind === "and" ? (row) => tests.every((test) => test(row)) : (row) => tests.some((test) => test(row));
};

/** For sorting: what a field shows. */
export const sortKey = (world: World, { item, revision }: Candidate, field: FieldDef): Value | undefined => {
  const value = valueOf(world, item, revision, field.referenceName);
  if (value === undefined) return undefined;
  if (field.type === "identity") return personName(world, value);
  return field.type === "dateTime" ? Date.parse(String(value)) : value;
};

export { compare };
