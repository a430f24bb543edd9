// The meaning of a query: a tree and a type become a test of entities (sheet, section 7.4). Mistakes in the query are found before the first entity is looked at.

import { targetOf, valueOf } from "./computed.ts";
import { badQuery, illegal, OctaneError, unknownField } from "./errors.ts";
import { type Entity, type EntityType, type Field, type Ref, refsOf } from "./model.ts";
import type { OctaneOptions } from "./options.ts";
import type { Operand, Operator, Query } from "./query.ts";
import { readTime } from "./time.ts";
import type { World } from "./world.ts";

export type Test = (entity: Entity) => boolean;

export interface QueryScope {
  readonly world: World;
  readonly options: OctaneOptions;
  readonly user: Entity;
  readonly ws: number;
  readonly now: number;
}

type Comparison = Exclude<Query, { readonly op: "and" | "or" | "not" }>;

const ORDER: Readonly<Record<"EQ" | "LT" | "GT" | "LE" | "GE", (sign: number) => boolean>> = {
  EQ: (sign) => sign === 0,
  LT: (sign) => sign < 0,
  GT: (sign) => sign > 0,
  LE: (sign) => sign <= 0,
  GE: (sign) => sign >= 0,
};

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const current = (scope: QueryScope, type: "release" | "sprint"): readonly string[] =>
  scope.world.rows(type, scope.ws).filter((one) => Date.parse(String(one.v.start_date)) <= scope.now && scope.now <= Date.parse(String(one.v.end_date)) + 86_400_000).map((one) => one.id);

const tokenValues = (scope: QueryScope, name: string): readonly string[] => {
  if (name === "current_user") return [scope.user.id];
  if (name === "current_release") return current(scope, "release");
  if (name === "current_sprint") return current(scope, "sprint");
  if (name === "today") return [new Date(scope.now).toISOString().slice(0, 10)];
  throw badQuery(`The token [${name}] is not known.`);
};

const texts = (scope: QueryScope, field: string, operand: Operand): readonly string[] => {
  if (operand.is === "token") return tokenValues(scope, operand.name);
  if (operand.is === "text") return [operand.text];
  throw badQuery(`The field ${field} is no reference: a plain value is expected.`);
};

const single = (scope: QueryScope, field: string, operand: Operand): string => {
  const [value] = texts(scope, field, operand);
  if (value === undefined) throw badQuery(`The token for ${field} has no value now.`);
  return value;
};

/** Ids compare as numbers where both are; list values and phases answer to their logical names too. */
const idTest = (scope: QueryScope, query: Comparison): Test => {
  const sign = (id: string, text: string): number => (/^\d+$/.test(id) && /^\d+$/.test(text) ? compare(Number(id), Number(text)) : compare(id, text));
  if (query.op === "EQ" || query.op === "IN") {
    const wanted = new Set(query.operands.flatMap((operand) => (operand.is === "null" ? [] : texts(scope, query.field, operand))));
    const byName = scope.options.listIds === "number";
    return (entity) => wanted.has(entity.id) || (byName && wanted.has(String(entity.v.logical_name)));
  }
  const [from, to] = query.operands.map((operand) => single(scope, query.field, operand));
  if (query.op === "BTW") return (entity) => sign(entity.id, from!) >= 0 && sign(entity.id, to!) <= 0;
  const holds = ORDER[query.op];
  return (entity) => holds(sign(entity.id, from!));
};

const textTest = (scope: QueryScope, operand: Operand, field: string): ((value: string) => boolean) => {
  const fold = scope.options.textMatch === "ignoreCase" ? (text: string): string => text.toLowerCase() : (text: string): string => text;
  if (operand.is !== "text" || operand.parts.length === 1) {
    const wanted = texts(scope, field, operand).map(fold);
    return (value) => wanted.includes(fold(value));
  }
  const pattern = operand.parts.map((part) => fold(part).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*");
  const whole = new RegExp(`^${pattern}$`, "u");
  return (value) => whole.test(fold(value));
};

type Reader = (text: string) => string | number | boolean;

const readerOf = (field: Field): Reader => {
  const refuse = (text: string): never => {
    throw illegal(field.name, `"${text}" is no ${field.kind}`);
  };
  if (field.kind === "integer" || field.kind === "float") return (text) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : refuse(text));
  if (field.kind === "boolean") return (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : refuse(text));
  if (field.kind === "date_time" || field.kind === "date") return (text) => readTime(text) ?? refuse(text);
  return (text) => text.toLowerCase();
};

const storedAs = (field: Field): ((value: unknown) => string | number) => {
  if (field.kind === "date_time" || field.kind === "date") return (value) => Date.parse(String(value));
  if (field.kind === "integer" || field.kind === "float" || field.kind === "boolean") return Number;
  return (value) => String(value).toLowerCase();
};

const plainTest = (scope: QueryScope, field: Field, query: Comparison): Test => {
  const get = (entity: Entity): unknown => valueOf(scope.world, entity, field.name, scope.now);
  if (query.operands.some((operand) => operand.is === "nested" || operand.is === "none")) throw badQuery(`The field ${field.name} is no reference: braces are for references only.`);
  if (query.op === "EQ" || query.op === "IN") {
    const tests = query.operands.map((operand): ((value: unknown) => boolean) => {
      if (operand.is === "null") return (value) => value === null || value === "";
      if (field.kind === "string" || field.kind === "memo") {
        const test = textTest(scope, operand, field.name);
        return (value) => value !== null && test(String(value));
      }
      const wanted = texts(scope, field.name, operand).map(readerOf(field)).map(Number);
      const asStored = storedAs(field);
      return (value) => value !== null && wanted.includes(Number(asStored(value)));
    });
    return (entity) => {
      const value = get(entity);
      return tests.some((test) => test(value));
    };
  }
  return rangeTest(scope, field, query.op, query.operands, get);
};

const rangeTest = (scope: QueryScope, field: Field, op: Exclude<Operator, "EQ" | "IN">, operands: readonly Operand[], get: (entity: Entity) => unknown): Test => {
  const read = readerOf(field);
  const asStored = storedAs(field);
  const [from, to] = operands.map((operand) => read(single(scope, field.name, operand)) as string | number);
  if (op === "BTW") return (entity) => get(entity) !== null && asStored(get(entity)) >= from! && asStored(get(entity)) <= to!;
  const holds = ORDER[op];
  return (entity) => {
    const value = get(entity);
    return value !== null && holds(compare(asStored(value), from!));
  };
};

const onlyId = (query: Query): boolean => (query.op === "not" ? onlyId(query.of) : "of" in query ? query.of.every(onlyId) : query.field === "id");

/** A nested condition per target type; a field need only exist on one of them. */
const nestedTests = (scope: QueryScope, field: Field, query: Query): ((ref: Ref) => boolean) => {
  if (scope.options.userFilters === "idOnly" && field.targets[0]?.type === "workspace_user" && !onlyId(query)) throw badQuery(`The field ${field.name} refers to users: only {id …} is possible.`);
  const tests = new Map<string, Test>();
  let last: unknown;
  for (const target of field.targets) {
    const type = scope.world.schema.types.get(target.type);
    if (!type) continue;
    try {
      tests.set(type.name, compileQuery(scope, type, query));
    } catch (error) {
      if (!(error instanceof OctaneError)) throw error;
      last = error;
    }
  }
  if (tests.size === 0) throw last ?? badQuery(`The field ${field.name} has no target that can be asked.`);
  return (ref) => {
    const test = tests.get(ref.type);
    const entity = test && targetOf(scope.world, ref);
    return entity !== undefined && test!(entity);
  };
};

const referenceTest = (scope: QueryScope, field: Field, query: Comparison): Test => {
  if (query.op !== "EQ" && query.op !== "IN") throw badQuery(`The field ${field.name} is a reference: only EQ and IN are possible.`);
  const tests = query.operands.map((operand): ((refs: readonly Ref[]) => boolean) => {
    if (operand.is === "none") return (refs) => refs.length === 0;
    if (operand.is !== "nested") throw badQuery(`The field ${field.name} is a reference: a condition in braces is expected, {null} for empty.`);
    const test = nestedTests(scope, field, operand.query);
    return (refs) => refs.some(test);
  });
  return (entity) => {
    const refs = refsOf(valueOf(scope.world, entity, field.name, scope.now));
    return tests.some((test) => test(refs));
  };
};

export function compileQuery(scope: QueryScope, type: EntityType, query: Query): Test {
  if (query.op === "not") {
    const test = compileQuery(scope, type, query.of);
    return (entity) => !test(entity);
  }
  if (query.op === "and" || query.op === "or") {
    const tests = query.of.map((part) => compileQuery(scope, type, part));
    return query.op === "and" ? (entity) => tests.every((test) => test(entity)) : (entity) => tests.some((test) => test(entity));
  }
  const field = type.fields.get(query.field);
  if (!field) throw unknownField(type.name, query.field);
  if (!field.filterable) throw badQuery(`The field ${field.name} of ${type.name} cannot be used in a query.`);
  if (field.name === "id") return idTest(scope, query);
  return field.kind === "reference" ? referenceTest(scope, field, query) : plainTest(scope, field, query);
}
