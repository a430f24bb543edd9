// Written values: do they fit their field (sheet, sections 8 and 17)? Answers them as they are kept.

import { badValue, brokenRule, forbidden, QcError, unknownField } from "./errors.ts";
import { keptMemo } from "./memo.ts";
import { type EntityType, type Field, flatItems, type User } from "./model.ts";
import type { Shown } from "./render.ts";
import { isDate, isDateTime } from "./time.ts";
import type { World } from "./world.ts";

export interface WriteScope extends Shown {
  readonly world: World;
  readonly user: User;
  readonly now: number;
  readonly lag: number;
  /** Session that writes; null for a person at the desk. */
  readonly session: string | null;
  /** Header of section 3. */
  readonly ignoreCustomRequired: boolean;
  /** A person may name targets instead of giving their ids. */
  readonly byName: boolean;
  /** Does a foreign session hold this row. */
  lockedBy(type: string, id: number): string | null;
}

const listCheck = ({ project }: Shown, field: Field, value: string): string => {
  const list = project.lists.find((one) => one.name === field.list);
  if (field.verify && list && !flatItems(list.items).includes(value)) throw new QcError(400, "invalid-list-field-value", `The value '${value}' is not in the list of the field '${field.label}'.`);
  return value;
};

const userCheck = ({ world, byName }: WriteScope, field: Field, value: string): string => {
  const user = world.user(value) ?? (byName ? world.users.find((one) => one.fullName === value) : undefined);
  if (field.verify && !user) throw new QcError(400, "invalid-list-field-value", `The user '${value}' of the field '${field.label}' is not a user of the project.`);
  return user?.name ?? value;
};

const referenceCheck = (scope: WriteScope, field: Field, value: string): string => {
  const { project, schema, byName } = scope;
  if (field.refers === null) return value;
  if (field.refers === "requirement-type") {
    const subtype = schema.typeNamed("requirement").subtypes.find((one) => one.id === value || (byName && one.name === value));
    if (!subtype) throw badValue(field.label, `there is no type ${value}`);
    return subtype.id;
  }
  if (/^-?\d+$/.test(value)) {
    if (!project.get(field.refers, Number(value))) throw brokenRule(`The ${field.refers} with id ${value}, named by '${field.label}', does not exist.`);
    return String(Number(value));
  }
  const named = byName ? project.rows(field.refers).find((row) => row.v.name?.[0] === value) : undefined;
  if (!named) throw badValue(field.label, `'${value}' is no id`);
  return String(named.id);
};

const plainCheck = (scope: WriteScope, field: Field, value: string): string => {
  if (field.type === "Number" && !/^-?\d+(?:\.\d+)?$/.test(value)) {
    const named = scope.byName && field.name === "parent-id" ? scope.project.rows("requirement").find((row) => row.v.name?.[0] === value) : undefined;
    if (!named) throw badValue(field.label, `'${value}' is no number`);
    return String(named.id);
  }
  if (field.type === "Date" && !isDate(value)) throw badValue(field.label, `'${value}' is no date (yyyy-MM-dd)`);
  if (field.type === "DateTime" && !isDateTime(value)) throw badValue(field.label, `'${value}' is no time (yyyy-MM-dd HH:mm:ss)`);
  if (field.size > 0 && value.length > field.size && ["String", "LookupList", "UsersList"].includes(field.type)) throw badValue(field.label, `it is longer than ${field.size} characters`);
  return value;
};

const checked = (scope: WriteScope, field: Field, value: string): string => {
  if (field.type === "Memo") return keptMemo(value, scope.options);
  if (field.type === "Reference") return referenceCheck(scope, field, value);
  plainCheck(scope, field, value);
  if (field.type === "LookupList") return listCheck(scope, field, value);
  if (field.type === "UsersList") return userCheck(scope, field, value);
  return plainCheck(scope, field, value);
};

const keptValues = (scope: WriteScope, field: Field, given: readonly string[]): readonly string[] => {
  const parts = field.multi ? given.flatMap((value) => value.split(";")) : given;
  const values = parts.filter((value) => value !== "");
  if (values.length > 1 && !field.multi) throw badValue(field.label, "it takes one value");
  return [...new Set(values.map((value) => checked(scope, field, value)))].filter((value) => value !== "");
};

/** Sent and ignored: a stale stamp protects nothing. */
const IGNORED = new Set(["ver-stamp"]);

export const checkedFields = (scope: WriteScope, type: EntityType, fields: readonly (readonly [string, readonly string[]])[]): ReadonlyMap<string, readonly string[]> => {
  const kept = new Map<string, readonly string[]>();
  for (const [name, given] of fields) {
    const field = type.fields.get(name);
    if (!field) throw unknownField(type.name, name);
    if (IGNORED.has(name)) continue;
    if (field.serverOwned) {
      if (scope.options.readOnlyWrite === "ignore") continue;
      throw forbidden(`The field '${field.label}' is read-only.`);
    }
    kept.set(name, keptValues(scope, field, given));
  }
  return kept;
};

/** Fields that do not belong to the subtype are refused. */
export const checkSubtype = (type: EntityType, subtype: string, names: Iterable<string>): void => {
  // Test sets and runs come with kinds of other tools, and instances without any.
  if (["requirement", "test"].includes(type.name) && !type.subtypes.some(({ id }) => id === subtype)) throw badValue("Type", `there is no type ${subtype}`);
  for (const name of names) {
    const field = type.fields.get(name);
    if (field && field.subtypes !== null && !field.subtypes.includes(subtype)) throw new QcError(400, "unknown-field-name", `The field '${field.label}' does not belong to this type of ${type.name}.`);
  }
};

/** The title names the field by its label (sheet, section 10). */
export const checkRequired = (scope: WriteScope, type: EntityType, values: Readonly<Record<string, readonly string[]>>, only: ReadonlySet<string> | null): void => {
  for (const field of type.fields.values()) {
    const empty = (values[field.name] ?? []).length === 0;
    if (!empty || field.serverOwned || (only !== null && !only.has(field.name))) continue;
    const binding = field.required === "system" || (field.required === "custom" && !scope.ignoreCustomRequired);
    if (binding) throw new QcError(400, "required-field-missing", `The required field '${field.label}' is missing.`);
    if (scope.options.hiddenRequired[type.name]?.includes(field.name)) throw brokenRule(`Failed to post: missing required field ${field.physical}`);
  }
};

const ORDER = (type: EntityType, name: string): number => {
  if (name === "name") return 0;
  if (name === "parent-id") return 1;
  return name === type.subtypeField ? 2 : 3;
};

/** Switch: name, then parents, then types; another order is an opaque refusal. */
export const checkOrder = ({ options }: Shown, type: EntityType, names: readonly string[]): void => {
  if (options.writeOrder === "any") return;
  const ranks = names.map((name) => ORDER(type, name));
  if (ranks.some((rank, at) => rank < (ranks[at - 1] ?? 0))) throw brokenRule("null");
};
