// What a parsed query means: a test for rows, over own fields and over those of related rows (sheet, section 7.4).

import { valuesOf } from "./computed.ts";
import { type Clause, type Condition, FilterProblem, type Operator } from "./filterParse.ts";
import type { EntityType, Field, Row } from "./model.ts";
import { displayOf, type Shown } from "./render.ts";
import type { Relation } from "./schema.ts";
import { isDate, isDateTime } from "./time.ts";

type ValuesTest = (values: readonly string[]) => boolean;
export type RowTest = (row: Row) => boolean;

const holds = (operator: Operator, order: number): boolean => {
  if (operator === "=") return order === 0;
  if (operator === "<>") return order !== 0;
  if (operator === "<") return order < 0;
  if (operator === ">") return order > 0;
  return operator === "<=" ? order <= 0 : order >= 0;
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One value that fits is enough; "not equal" wants none that is equal. */
const some = (operator: Operator, fits: (value: string, operator: Operator) => boolean): ValuesTest =>
  operator === "<>" ? (values) => values.length > 0 && !values.some((value) => fits(value, "=")) : (values) => values.some((value) => fits(value, operator));

const NUMBER = /^-?\d+(?:\.\d+)?$/;

const numberTest = (field: Field, operator: Operator, text: string): ValuesTest => {
  if (!NUMBER.test(text)) throw new FilterProblem(`"${text}" is no number for ${field.name}`);
  const wanted = Number(text);
  return some(operator, (value, how) => holds(how, Number(value) - wanted));
};

const dateTest = (field: Field, operator: Operator, text: string): ValuesTest => {
  if (!isDate(text) && !isDateTime(text)) throw new FilterProblem(`"${text}" is no date for ${field.name}`);
  const wanted = field.type === "Date" ? text.slice(0, 10) : text.padEnd(19, " 00:00:00");
  return some(operator, (value, how) => holds(how, compareText(value, wanted)));
};

const pattern = (text: string, ignoreCase: boolean): RegExp =>
  new RegExp(`^${text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\/-]/g, "\\$&")).join("[^]*")}$`, ignoreCase ? "i" : "");

const textTest = ({ options }: Shown, operator: Operator, text: string): ValuesTest => {
  const ignoreCase = options.textMatch === "ignoreCase";
  const fold = (value: string): string => (ignoreCase ? value.toLowerCase() : value);
  if (operator !== "=" && operator !== "<>") return some(operator, (value, how) => holds(how, compareText(fold(value), fold(text))));
  if (text.includes("*")) {
    const expression = pattern(text, ignoreCase);
    return some(operator, (value) => expression.test(value));
  }
  const wanted = fold(text);
  return some(operator, (value) => fold(value) === wanted);
};

const compareTest = (shown: Shown, field: Field, condition: Condition & { readonly kind: "compare" }): ValuesTest => {
  const { operator, text } = condition;
  if (condition.quoted && text === "") return operator === "<>" ? (values) => values.length > 0 : (values) => values.length === 0;
  if (field.type === "Number") return numberTest(field, operator, text);
  if (field.type === "Date" || field.type === "DateTime") return dateTest(field, operator, text);
  if (field.type !== "Reference" || field.refers === null) return textTest(shown, operator, text);
  if (NUMBER.test(text)) return numberTest(field, operator, text);
  const byName = textTest(shown, operator, text);
  return (values) => byName(values.map((value) => displayOf(shown, field, value) ?? value));
};

const conditionTest = (shown: Shown, field: Field, condition: Condition): ValuesTest => {
  if (condition.kind === "compare") return compareTest(shown, field, condition);
  if (condition.kind === "not") {
    const inner = conditionTest(shown, field, condition.part);
    return (values) => !inner(values);
  }
  const parts = condition.parts.map((part) => conditionTest(shown, field, part));
  return condition.kind === "and" ? (values) => parts.every((part) => part(values)) : (values) => parts.some((part) => part(values));
};

const fieldTest = (shown: Shown, type: EntityType, clause: Clause): RowTest => {
  const field = type.fields.get(clause.field);
  if (!field) throw new FilterProblem(`there is no field ${clause.field} on ${type.name}`);
  if (!field.filterable) throw new FilterProblem(`the field ${field.name} cannot be filtered`);
  const test = conditionTest(shown, field, clause.condition);
  return (row) => test(valuesOf(shown.project, row, field.name));
};

/** Ids of the rows of `relation.from` that are related to one of these rows of `relation.to`. */
const relatedIds = ({ project }: Shown, { from, to, way }: Relation, found: readonly Row[]): ReadonlySet<string> => {
  const ids = new Set(found.map((row) => String(row.id)));
  if (way.kind === "back") return new Set(found.flatMap((row) => row.v[way.field] ?? []));
  if (way.kind === "field") return new Set(project.rows(from).filter((row) => (row.v[way.field] ?? []).some((id) => ids.has(id))).map((row) => String(row.id)));
  return new Set(
    project.rows(way.entity).flatMap(({ v }): readonly string[] => {
      const [one = "", other = "", type = ""] = ["first-endpoint-id", "second-endpoint-id", "second-endpoint-type"].map((name) => v[name]?.[0]);
      if (from === "defect" && to === "defect") return type === "defect" ? [...(ids.has(other) ? [one] : []), ...(ids.has(one) ? [other] : [])] : [];
      if (from === "defect") return type === to && ids.has(other) ? [one] : [];
      return type === from && ids.has(one) ? [other] : [];
    }),
  );
};

export const relationOf = ({ schema }: Shown, type: EntityType, alias: string): Relation | undefined => schema.relations.find((relation) => relation.from === type.name && relation.alias === alias);

const isSwitch = (clause: Clause): boolean => clause.field === "inclusive-filter";

const aliasTest = (shown: Shown, type: EntityType, alias: string, clauses: readonly Clause[]): RowTest => {
  const own = clauses.filter((clause) => !isSwitch(clause)).map((clause) => ({ ...clause, alias: null }));
  const inverted = clauses.some((clause) => isSwitch(clause) && clause.condition.kind === "compare" && clause.condition.text.toLowerCase() === "false");
  const relation = relationOf(shown, type, alias);
  if (!relation) {
    if (alias !== type.name) throw new FilterProblem(`there is no relation ${alias} from ${type.name}`);
    return compileFilter(shown, type, own);
  }
  const test = compileFilter(shown, shown.schema.typeNamed(relation.to), own);
  const ids = relatedIds(shown, relation, shown.project.rows(relation.to).filter(test));
  return (row) => ids.has(String(row.id)) !== inverted;
};

/** Throws FilterProblem where a field or a value does not fit. */
export const compileFilter = (shown: Shown, type: EntityType, clauses: readonly Clause[]): RowTest => {
  const aliases = [...new Set(clauses.flatMap((clause) => clause.alias ?? []))];
  const tests = [
    ...clauses.filter((clause) => clause.alias === null).map((clause) => fieldTest(shown, type, clause)),
    ...aliases.map((alias) => aliasTest(shown, type, alias, clauses.filter((clause) => clause.alias === alias))),
  ];
  return (row) => tests.every((test) => test(row));
};

const idsIn = (condition: Condition): readonly number[] | null => {
  if (condition.kind === "compare") return condition.operator === "=" && NUMBER.test(condition.text) ? [Number(condition.text)] : null;
  if (condition.kind !== "or") return null;
  const parts = condition.parts.map(idsIn);
  return parts.every((part) => part !== null) ? parts.flat() : null;
};

/** The only ids a query can match, where it names them; saves looking at every row. */
export const namedIds = (clauses: readonly Clause[]): readonly number[] | null => {
  const clause = clauses.find((one) => one.alias === null && one.field === "id");
  return clause ? idsIn(clause.condition) : null;
};
