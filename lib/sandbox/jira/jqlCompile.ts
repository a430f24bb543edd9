// A JQL tree made into one test per issue. Values are resolved once, and every mistake is told in the vendor's words.

import { instantOf, JqlDateProblem } from "./jqlDates.ts";
import { historyTest } from "./jqlHistory.ts";
import { keyTest } from "./jqlIssues.ts";
import { opposite } from "./jqlNegate.ts";
import { parseJql, type Clause, type Node, type Operand, type Single } from "./jqlParse.ts";
import { propertyTest } from "./jqlProperty.ts";
import { complain, unsupported, type Compiler, type Ids, type Spec, type Test } from "./jqlSpec.ts";
import { textTest } from "./jqlWords.ts";
import type { Issue } from "./model.ts";
import { localDate, parseWork } from "./time.ts";

const singles = (operand: Operand): readonly Single[] => (operand.kind === "list" ? operand.items : [operand]);

const NEVER: Test = () => false;

type IdsSpec = Extract<Spec, { kind: "ids" }>;

/** The ids an operand means; null among them stands for EMPTY. */
const idsOf = (compiler: Compiler, clause: Clause, spec: IdsSpec, operand: Operand): ReadonlySet<string | null> => {
  const found = new Set<string | null>();
  for (const one of singles(operand)) {
    if (one.kind === "empty") found.add(null);
    else if (one.kind === "function") {
      const call = spec.functions?.[one.name.toLowerCase()];
      if (call) for (const id of call(compiler.context, one.args)) found.add(id);
      else complain(compiler, `Unable to find JQL function '${one.name}(${one.args.join(", ")})'.`);
    } else {
      const ids = spec.resolve(compiler.context, one);
      const unknown = ids === null || (ids.length === 0 && spec.unknown === undefined && compiler.context.user !== null);
      if (unknown) complain(compiler, spec.unknown?.(one.text, clause.field) ?? `The value '${one.text}' does not exist for the field '${clause.field}'.`);
      for (const id of ids ?? []) found.add(id === "" ? null : id);
    }
  }
  return found;
};

const memberTest = (values: (doc: Issue) => Ids, wanted: ReadonlySet<string | null>): Test => {
  const empty = wanted.has(null);
  return (doc) => {
    const own = values(doc);
    return own.length === 0 ? empty : own.some((id) => wanted.has(id));
  };
};

const nameTest = (clause: Clause, spec: IdsSpec, names: (id: string) => string | undefined): Test => {
  const words = clause.operand.kind === "value" ? clause.operand.text : "";
  const pattern = new RegExp(`^${words.toLowerCase().replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "u");
  const any: Test = (doc) => spec.values(doc).some((id) => pattern.test(names(id)?.toLowerCase() ?? ""));
  return clause.operator === "~" ? any : (doc) => spec.values(doc).length > 0 && !any(doc);
};

const orderTest = (compiler: Compiler, clause: Clause, spec: IdsSpec, order: (id: string) => number): Test => {
  const bounds = [...idsOf(compiler, clause, spec, clause.operand)].filter((id) => id !== null).map(order);
  const bound = bounds[0];
  if (bound === undefined) return NEVER;
  const holds = comparison(clause.operator);
  return (doc) => spec.values(doc).some((id) => holds(order(id), bound));
};

const comparison = (operator: Clause["operator"]): ((one: number, two: number) => boolean) => {
  switch (operator) {
    case "<": return (one, two) => one < two;
    case "<=": return (one, two) => one <= two;
    case ">": return (one, two) => one > two;
    case ">=": return (one, two) => one >= two;
    default: return (one, two) => one === two;
  }
};

const idsTest = (compiler: Compiler, clause: Clause, spec: IdsSpec): Test => {
  const { operator, operand } = clause;
  if (operator.startsWith("was") || operator === "changed") {
    return spec.history ? historyTest(compiler.context, clause, spec.history, spec.values, (value) => idsOf(compiler, clause, spec, value)) : unsupported(compiler, clause);
  }
  if (operator === "~" || operator === "!~") return spec.names ? nameTest(clause, spec, spec.names) : unsupported(compiler, clause);
  if (["<", "<=", ">", ">="].includes(operator)) return spec.order ? orderTest(compiler, clause, spec, spec.order) : unsupported(compiler, clause);
  const wanted = idsOf(compiler, clause, spec, operand);
  const positive = memberTest(spec.values, wanted);
  if (operator === "=" || operator === "in" || operator === "is") return positive;
  // "!=" and "not in" leave out issues without any value, as the vendor does.
  return (doc) => !positive(doc) && (wanted.has(null) || spec.values(doc).length > 0);
};

const emptyTest = <Doc>(clause: Clause, isEmpty: (doc: Doc) => boolean): ((doc: Doc) => boolean) | null => {
  const emptyAsked = clause.operand.kind === "empty";
  if (!emptyAsked) return null;
  if (clause.operator === "is" || clause.operator === "=") return isEmpty;
  return clause.operator === "is not" || clause.operator === "!=" ? (doc) => !isEmpty(doc) : null;
};

const textClause = (compiler: Compiler, clause: Clause, spec: Extract<Spec, { kind: "text" }>): Test => {
  const filled: Test = (doc) => spec.texts(doc).some((text) => text !== "");
  const { operator, operand } = clause;
  if (operand.kind === "empty" && (operator === "is" || operator === "is not")) return operator === "is" ? (doc) => !filled(doc) : filled;
  if (spec.exact && (operator === "=" || operator === "!=" || operator === "in" || operator === "not in")) {
    const wanted = new Set(singles(operand).map((one) => (one.kind === "value" ? one.text : "")));
    return operator === "=" || operator === "in" ? (doc) => spec.texts(doc).some((text) => wanted.has(text)) : (doc) => filled(doc) && !spec.texts(doc).some((text) => wanted.has(text));
  }
  if (operator !== "~" && operator !== "!~") return unsupported(compiler, clause);
  if (operand.kind !== "value" || operand.text.trim() === "") {
    complain(compiler, `The field '${clause.field}' does not support searching for an empty string.`);
    return NEVER;
  }
  const hit = textTest(operand.text);
  return operator === "~" ? (doc) => hit(spec.texts(doc).join(" \u0001 ")) : (doc) => filled(doc) && !hit(spec.texts(doc).join(" \u0001 "));
};

const scalarTest = <T, Doc>(compiler: Compiler, clause: Clause, read: (doc: Doc) => T | null, value: (single: Single) => T, compare: (one: T, two: T) => number): ((doc: Doc) => boolean) => {
  const empty = emptyTest(clause, (doc: Doc) => read(doc) === null);
  if (empty) return empty;
  const { operator } = clause;
  if (operator === "~" || operator === "!~" || operator.startsWith("was") || operator === "changed" || operator === "is" || operator === "is not") {
    unsupported(compiler, clause);
    return () => false;
  }
  const wanted = singles(clause.operand).map(value);
  const equal = operator === "=" || operator === "in" || operator === "!=" || operator === "not in";
  const positive = operator === "=" || operator === "in";
  const holds = comparison(operator);
  return (doc) => {
    const own = read(doc);
    if (own === null) return false;
    return equal ? wanted.some((one) => compare(own, one) === 0) === positive : holds(compare(own, wanted[0] as T), 0);
  };
};

const numberOf = (compiler: Compiler, clause: Clause, duration: boolean) => (single: Single): number => {
  const text = single.kind === "value" ? single.text : "";
  const parsed = duration ? parseWork(text) ?? Number.NaN : Number(text);
  if (text === "" || Number.isNaN(parsed)) complain(compiler, `Value '${text}' is invalid for the field '${clause.field}'. A number is required.`);
  return parsed;
};

const compareText = (one: string, two: string): number => (one < two ? -1 : one > two ? 1 : 0);

const minus = (one: number, two: number): number => one - two;

const dayText = (compiler: Compiler, clause: Clause) => (single: Single): string => localDate(instantOf(compiler.context, single, clause.field), compiler.context.zone);

/** One moment, or any of several days. */
const dateTest = (compiler: Compiler, clause: Clause, spec: Extract<Spec, { kind: "date" }>): Test => {
  const { each } = spec;
  if (!each) return scalarTest(compiler, clause, spec.at, (single) => instantOf(compiler.context, single, clause.field), minus);
  const test = scalarTest(compiler, clause, (at: number | null) => (at === null ? null : localDate(at, compiler.context.zone)), dayText(compiler, clause), compareText);
  return (doc) => {
    const all = each(doc);
    return all.length === 0 ? test(null) : all.some(test);
  };
};

const specTest = (compiler: Compiler, clause: Clause, spec: Spec): Test => {
  switch (spec.kind) {
    case "ids": return idsTest(compiler, clause, spec);
    case "text": return textClause(compiler, clause, spec);
    case "date": return dateTest(compiler, clause, spec);
    case "day": return scalarTest(compiler, clause, spec.day, dayText(compiler, clause), compareText);
    case "number": return scalarTest(compiler, clause, spec.number, numberOf(compiler, clause, spec.duration ?? false), minus);
    case "key": return keyTest(compiler, clause);
  }
};

const filterTest = (compiler: Compiler, clause: Clause): Test => {
  const { world } = compiler.context;
  const tests = singles(clause.operand).map((one): Test => {
    const words = one.kind === "value" ? one.text : "";
    const filter = [...world.tables.filters.values()].find((row) => row.id === words || row.name.toLowerCase() === words.toLowerCase());
    if (!filter || compiler.depth > 10) {
      complain(compiler, `The value '${words}' does not exist for the field '${clause.field}'.`);
      return NEVER;
    }
    return compileNode({ ...compiler, depth: compiler.depth + 1 }, parseJql(world, filter.jql).where);
  });
  if (clause.operator === "=" || clause.operator === "in") return (doc) => tests.some((test) => test(doc));
  return clause.operator === "!=" || clause.operator === "not in" ? (doc) => !tests.some((test) => test(doc)) : unsupported(compiler, clause);
};

const clauseTest = (compiler: Compiler, clause: Clause): Test => {
  const name = clause.field.toLowerCase();
  if (["filter", "savedfilter", "request", "searchrequest"].includes(name)) return filterTest(compiler, clause);
  if (name.startsWith("issue.property[")) return propertyTest(compiler, clause);
  const specs = compiler.fields(clause.field);
  if (specs.length === 0) {
    complain(compiler, `Field '${clause.field}' does not exist or you do not have permission to view it.`);
    return NEVER;
  }
  try {
    const tests = specs.map((spec) => specTest(compiler, clause, spec));
    return tests.length === 1 ? (tests[0] as Test) : (doc) => tests.some((test) => test(doc));
  } catch (problem) {
    if (!(problem instanceof JqlDateProblem)) throw problem;
    complain(compiler, problem.message);
    return NEVER;
  }
};

export const compileNode = (compiler: Compiler, node: Node | null): Test => {
  if (node === null) return () => true;
  if (node.kind === "clause") return clauseTest(compiler, node);
  if (node.kind === "not") {
    const inner = compileNode(compiler, node.part);
    const turned = opposite(node.part);
    // Mistakes are told of what was written, not of its opposite.
    return turned.kind === "not" ? (doc) => !inner(doc) : compileNode({ ...compiler, errors: [], context: { ...compiler.context, warnings: [] } }, turned);
  }
  const tests = node.parts.map((part) => compileNode(compiler, part));
  return node.kind === "and" ? (doc) => tests.every((test) => test(doc)) : (doc) => tests.some((test) => test(doc));
};
