// Encoded queries carried out: from terms to tests on rows. What the dictionary does not know is left out silently and reported to the caller of this file (sheet §4).

import { normal, order, same } from "./compare.ts";
import { apart, datePart, onSpan, relative, type DateTest } from "./dates.ts";
import { type Column, isReference, isSysId, MOMENTS, NUMERIC, type Row } from "./model.ts";
import { type Path, pathOf, type Spot } from "./path.ts";
import { type Condition, type Join, parseQuery, type Query, type Related, type Term } from "./query.ts";
import type { Scope } from "./scope.ts";
import { evaluate, scripted } from "./script.ts";
import { displayOf, entriesOf, nameOfRow, valueOf } from "./show.ts";
import { parseStamp } from "./time.ts";

export type RowTest = (spot: Spot) => boolean;

export interface Compiled {
  readonly test: RowTest;
  readonly compare: (a: Spot, b: Spot) => number;
  readonly groupBy: readonly string[];
  /** What was left out: unknown or unreadable fields, operators, scripts. */
  readonly invalid: readonly string[];
}

interface Work {
  readonly scope: Scope;
  readonly table: string;
  readonly invalid: string[];
}

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

const TEXT_TESTS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  LIKE: contains,
  "NOT LIKE": (text, part) => !contains(text, part),
  STARTSWITH: (text, part) => text.toLowerCase().startsWith(part.toLowerCase()),
  ENDSWITH: (text, part) => text.toLowerCase().endsWith(part.toLowerCase()),
};

type ValueTest = (value: string, spot: Spot) => boolean;

/** Texts are sought in what a reference shows as well as in its id; in journals, in their entries. */
const textTest = (work: Work, column: Column, operator: string, asked: string): ValueTest | null => {
  const test = TEXT_TESTS[operator];
  if (!test) return null;
  const { scope } = work;
  const emptyCounts = operator === "NOT LIKE" && scope.options.notEqualsFindsEmpty === "booleans";
  const texts = (value: string, spot: Spot): readonly string[] => {
    if (column.type.startsWith("journal")) return [entriesOf(scope.world, spot.row.sys_id ?? "").filter((entry) => column.type === "journal_list" || entry.element === column.name).map((entry) => entry.value ?? "").join("\n")];
    return isReference(column) || column.type === "glide_list" ? [value, displayOf(scope, spot.table, spot.row, column, value)] : [value];
  };
  return (value, spot) => {
    if (emptyCounts && value === "" && !column.type.startsWith("journal")) return false;
    return operator === "NOT LIKE" ? texts(value, spot).every((text) => test(text, asked)) : texts(value, spot).some((text) => test(text, asked));
  };
};

const isNothing = (asked: string): boolean => asked === "" || asked === "NULL";

const setTest = (work: Work, column: Column, operator: string, asked: string): ValueTest | null => {
  const emptyToo = work.scope.options.notEqualsFindsEmpty === "all" || column.type === "boolean";
  const list = asked.split(",").map((one) => one.trim());
  const byName = isReference(column) && work.scope.options.referenceEquals === "display" && !isNothing(asked) && !isSysId(asked) ? asked.toLowerCase() : null;
  const equals = (value: string, spot: Spot): boolean => same(column, value, normal(column, asked)) || (byName !== null && value !== "" && displayOf(work.scope, spot.table, spot.row, column, value).toLowerCase() === byName);
  const among = (value: string): boolean => list.some((one) => same(column, value, one));
  const tests: Readonly<Record<string, ValueTest>> = {
    "=": (value, spot) => (isNothing(asked) ? value === "" : equals(value, spot)),
    "!=": (value, spot) => (isNothing(asked) ? value !== "" : value === "" ? emptyToo && !same(column, value, asked) : !equals(value, spot)),
    IN: among,
    "NOT IN": (value) => (value === "" ? emptyToo && !among(value) : !among(value)),
    ISEMPTY: (value) => value === "",
    ISNOTEMPTY: (value) => value !== "",
    EMPTYSTRING: (value) => value === "",
    ANYTHING: () => true,
  };
  return Object.hasOwn(tests, operator) ? (tests[operator] ?? null) : null;
};

const rangeTest = (column: Column, operator: string, asked: string): ValueTest | null => {
  const tests: Readonly<Record<string, (by: number) => boolean>> = { ">": (by) => by > 0, ">=": (by) => by >= 0, "<": (by) => by < 0, "<=": (by) => by <= 0 };
  const test = tests[operator];
  const edge = normal(column, asked);
  if (test && NUMERIC.has(column.type) && Number.isNaN(Number(edge))) return () => false;
  if (test) return (value) => value !== "" && test(order(column, value, edge));
  if (operator !== "BETWEEN") return null;
  const [from = "", to = ""] = asked.split("@");
  // The last day of a range counts to its end.
  const upper = MOMENTS.has(column.type) && /^\d{4}-\d{2}-\d{2}$/.test(to) ? `${to} 23:59:59` : normal(column, to);
  return (value) => value !== "" && order(column, value, normal(column, from)) >= 0 && order(column, value, upper) <= 0;
};

const atTest = (test: DateTest | null): ValueTest | null =>
  test &&
  ((value) => {
    const at = parseStamp(value);
    return at !== null && test(at);
  });

const dateTest = (work: Work, operator: string, asked: string): ValueTest | null => {
  if (operator === "DATEPART") return atTest(datePart(work.scope, asked));
  if (operator.startsWith("RELATIVE")) return atTest(relative(work.scope, operator, asked));
  if (operator === "ON") return atTest(onSpan(work.scope, asked));
  if (operator === "NOTON") {
    const on = onSpan(work.scope, asked);
    return on && atTest((at) => !on(at));
  }
  return null;
};

const FIELD_TESTS: Readonly<Record<string, (by: number) => boolean>> = {
  SAMEAS: (by) => by === 0, NSAMEAS: (by) => by !== 0, GT_FIELD: (by) => by > 0, LT_FIELD: (by) => by < 0, GT_OR_EQUALS_FIELD: (by) => by >= 0, LT_OR_EQUALS_FIELD: (by) => by <= 0,
};

const otherValue = (path: Path, spot: Spot): string => {
  const end = path.follow(spot);
  return end ? valueOf(end.row, path.column) : "";
};

/** Field against field: the other one is read from the row that the query began at. */
const fieldTest = (work: Work, column: Column, operator: string, asked: string): ((value: string, start: Spot) => boolean) | null => {
  const test = FIELD_TESTS[operator];
  const away = operator === "MORETHAN" || operator === "LESSTHAN" ? apart(operator, asked) : null;
  const other = test || away ? pathOf(work.scope, work.table, (away?.field ?? asked).split("@")[0] ?? "") : null;
  if (!other) return null;
  if (test) return (value, start) => test(order(column, value, otherValue(other, start)));
  return (value, start) => {
    const [at, then] = [parseStamp(value), parseStamp(otherValue(other, start))];
    return at !== null && then !== null && away?.test(at, then) === true;
  };
};

const inHierarchy = (work: Work, column: Column, asked: string): ValueTest | null => {
  const { schema } = work.scope;
  const table = isReference(column) ? column.reference : work.table;
  if (!schema.columns(table).has("parent")) return null;
  return (value) => {
    const met = new Set<string>();
    for (let at = value; at !== "" && !met.has(at); at = schema.find(table, at)?.row.parent ?? "") {
      if (at.toLowerCase() === asked.toLowerCase()) return true;
      met.add(at);
    }
    return false;
  };
};

const dynamic = (work: Work, column: Column, asked: string): ValueTest | null => {
  const script = work.scope.world.get("sys_filter_option_dynamic", asked)?.script;
  const value = script === undefined ? null : evaluate(work.scope, script);
  // Who is in no group asks for the work of no group, not for the work without one.
  return value === null ? null : value === "" ? () => false : setTest(work, column, "IN", value);
};

const special = (work: Work, column: Column, operator: string, asked: string): ValueTest | null => {
  if (operator === "INSTANCEOF") return (value) => work.scope.schema.isA(value, asked);
  if (operator === "IN_HIERARCHY") return inHierarchy(work, column, asked);
  return operator === "DYNAMIC" ? dynamic(work, column, asked) : null;
};

const valueTest = (work: Work, column: Column, operator: string, asked: string): ValueTest | null =>
  setTest(work, column, operator, asked) ?? textTest(work, column, operator, asked) ?? rangeTest(column, operator, asked) ?? dateTest(work, operator, asked) ?? special(work, column, operator, asked);

const SEARCHED: ReadonlySet<string> = new Set(["string", "html", "journal_input", "translated_text", "translated_html", "email"]);

const everywhere = (work: Work, asked: string): RowTest => {
  const columns = [...work.scope.schema.columns(work.table).values()].filter((column) => SEARCHED.has(column.type) && !column.name.startsWith("sys_"));
  const words = asked.split(/\s+/).filter((word) => word !== "");
  return (spot) => {
    const text = [...columns.map((column) => spot.row[column.name] ?? ""), ...entriesOf(work.scope.world, spot.row.sys_id ?? "").map((entry) => entry.value ?? "")].join("\n");
    return words.every((word) => contains(text, word));
  };
};

const conditionTest = (work: Work, { field, operator, value }: Condition): RowTest | null => {
  if (field === "123TEXTQUERY321") return everywhere(work, value);
  const path = pathOf(work.scope, work.table, field);
  const asked = operator === "DATEPART" ? value : scripted(work.scope, value);
  if (!path || asked === null || !work.scope.mayQuery(work.table, field)) return null;
  const { column } = path;
  const against = fieldTest(work, column, operator, asked);
  const test = against ? null : valueTest(work, column, operator, asked);
  if (!against && !test) return null;
  return (spot) => {
    const end = path.follow(spot);
    // A path that leads nowhere reads as empty.
    const value = end ? (column.type === "boolean" ? (end.row[column.name] ?? "") : valueOf(end.row, column)) : "";
    return against ? against(value, spot) : (test?.(value, end ?? spot) ?? false);
  };
};

const subTest = (work: Work, table: string, query: Query): RowTest => {
  const inner = compileQuery(work.scope, table, query);
  work.invalid.push(...inner.invalid);
  return inner.test;
};

const joinTest = (work: Work, term: Join): RowTest | null => {
  const { schema } = work.scope;
  if (!schema.has(term.table) || !schema.columns(term.table).has(term.tableField) || !schema.columns(work.table).has(term.field)) return null;
  const test = subTest(work, term.table, term.query);
  const values = new Set(schema.rows(term.table).filter((row) => test({ table: term.table, row })).map((row) => row[term.tableField] ?? ""));
  return ({ row }) => (row[term.field] ?? "") !== "" && values.has(row[term.field] ?? "");
};

const relatedTest = (work: Work, term: Related): RowTest | null => {
  const { schema } = work.scope;
  if (!schema.has(term.table) || !schema.columns(term.table).has(term.field)) return null;
  const test = subTest(work, term.table, term.query);
  const counts = new Map<string, number>();
  for (const row of schema.rows(term.table)) if (test({ table: term.table, row })) counts.set(row[term.field] ?? "", (counts.get(row[term.field] ?? "") ?? 0) + 1);
  const compare: Readonly<Record<string, (count: number) => boolean>> = {
    ">=": (count) => count >= term.count, "<=": (count) => count <= term.count, "=": (count) => count === term.count, "!=": (count) => count !== term.count, ">": (count) => count > term.count, "<": (count) => count < term.count,
  };
  return ({ row }) => compare[term.operator]?.(counts.get(row.sys_id ?? "") ?? 0) ?? false;
};

const termText = (term: Term): string => (term.kind === "condition" ? `${term.field}${term.operator}${term.value}` : term.kind === "unreadable" ? term.text : `${term.kind} ${term.table}`);

const termTest = (work: Work, term: Term): RowTest | null => {
  const test = term.kind === "condition" ? conditionTest(work, term) : term.kind === "join" ? joinTest(work, term) : term.kind === "related" ? relatedTest(work, term) : null;
  if (!test) work.invalid.push(termText(term));
  return test;
};

const isTest = (test: RowTest | null): test is RowTest => test !== null;

/** A clause all of whose terms vanish vanishes itself: more rows are found, not fewer. */
const groupTest = (work: Work, clauses: readonly (readonly Term[])[]): RowTest => {
  const tests = clauses.map((terms) => terms.map((term) => termTest(work, term)).filter(isTest)).filter((terms) => terms.length > 0);
  return (spot) => tests.every((terms) => terms.some((test) => test(spot)));
};

const sortKey = (scope: Scope, path: Path, spot: Spot): string => {
  const end = path.follow(spot);
  if (!end) return "";
  const value = valueOf(end.row, path.column);
  if (!isReference(path.column) || value === "") return value;
  const target = scope.schema.find(path.column.reference, value);
  return target ? nameOfRow(scope, target.table, target.row) : value;
};

const comparator = (work: Work, query: Query): Compiled["compare"] => {
  const parts = query.orders.flatMap(({ field, descending }) => {
    const path = pathOf(work.scope, work.table, field);
    if (!path) {
      work.invalid.push(`ORDERBY${field}`);
      return [];
    }
    const column = isReference(path.column) ? { ...path.column, type: "string" } : path.column;
    const keys = new Map<Row, string>();
    const keyOf = (spot: Spot): string => {
      const known = keys.get(spot.row);
      if (known !== undefined) return known;
      const key = sortKey(work.scope, path, spot);
      keys.set(spot.row, key);
      return key;
    };
    return [(a: Spot, b: Spot) => order(column, keyOf(a), keyOf(b)) * (descending ? -1 : 1)];
  });
  return (a, b) => {
    for (const part of parts) {
      const by = part(a, b);
      if (by !== 0) return by;
    }
    return 0;
  };
};

const compileQuery = (scope: Scope, table: string, query: Query): Compiled => {
  const work: Work = { scope, table, invalid: [] };
  const written = query.groups.filter((clauses) => clauses.length > 0);
  const groups = written.map((clauses) => groupTest(work, clauses));
  const compare = comparator(work, query);
  return { test: (spot) => groups.length === 0 || groups.some((test) => test(spot)), compare, groupBy: query.groupBy, invalid: work.invalid };
};

export const compile = (scope: Scope, table: string, text: string): Compiled => compileQuery(scope, table, parseQuery(text, scope.options.caretEscape));

/** Filters of rules and policies: an empty one holds always. */
export const holds = (scope: Scope, table: string, row: Row, query: string): boolean => query === "" || compile({ ...scope, mayQuery: () => true }, table, query).test({ table, row });

/** For values that a query writes: "state=2^assigned_to=…". */
export const assignments = (scope: Scope, text: string): readonly (readonly [string, string])[] =>
  parseQuery(text, scope.options.caretEscape).groups.flatMap((clauses) => clauses.flatMap((terms) => terms.flatMap((term): (readonly [string, string])[] => (term.kind === "condition" && term.operator === "=" ? [[term.field, scripted(scope, term.value) ?? ""]] : []))));

