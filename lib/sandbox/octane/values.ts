// From the JSON a client sends to the value the server stores, or a refusal (sheet, sections 5.2 and 8).

import { brokenRule, illegal, notFound } from "./errors.ts";
import { keepMemo } from "./memo.ts";
import { type Entity, type Field, type Ref, refOf, refsOf } from "./model.ts";
import type { OctaneOptions } from "./options.ts";
import { findVisible } from "./list.ts";
import { readTime, wireTime } from "./time.ts";
import type { World } from "./world.ts";

export interface ValueScope {
  readonly world: World;
  readonly options: OctaneOptions;
  readonly ws: number;
  /** Edits by a person may name a target instead of giving its id. */
  readonly byName: boolean;
}

export interface WriteScope extends ValueScope {
  readonly user: Entity;
  readonly now: number;
  /** Seconds that searches do not see this write (fault "search lag"). */
  readonly lag: number;
  /** `reference_update_mode=append`: several references are added to, not replaced. */
  readonly append: boolean;
}

const textOf = (field: Field, raw: unknown, options: OctaneOptions): string => {
  if (typeof raw !== "string") throw illegal(field.name, "a text is expected");
  if (field.kind === "memo") {
    if (options.maxMemoLength !== null && raw.length > options.maxMemoLength) throw illegal(field.name, `it is longer than ${options.maxMemoLength} characters`);
    return keepMemo(raw, options);
  }
  if (field.maxLength !== null && raw.length > field.maxLength) throw illegal(field.name, `it is longer than ${field.maxLength} characters`);
  return raw;
};

const timeOf = (field: Field, raw: unknown, options: OctaneOptions): string => {
  const at = typeof raw === "string" ? readTime(raw) : null;
  if (at === null) throw illegal(field.name, "a time in ISO 8601 is expected");
  return field.kind === "date" ? new Date(at).toISOString().slice(0, 10) : wireTime(new Date(at), options.timePrecision);
};

const plain = (field: Field, raw: unknown, options: OctaneOptions): unknown => {
  if (field.kind === "string" || field.kind === "memo") return textOf(field, raw, options);
  if (field.kind === "date_time" || field.kind === "date") return timeOf(field, raw, options);
  if (field.kind === "boolean") {
    if (typeof raw !== "boolean") throw illegal(field.name, "true or false is expected");
    return raw;
  }
  if (field.kind === "object") return raw;
  if (typeof raw !== "number" || !Number.isFinite(raw)) throw illegal(field.name, "a number is expected");
  if (field.kind === "integer" && (!Number.isInteger(raw) || Math.abs(raw) > 2_147_483_647)) throw illegal(field.name, "a whole number is expected");
  return raw;
};

const isNamed = (entity: Entity, name: string): boolean => [entity.v.name, entity.v.full_name, entity.v.email, entity.v.logical_name].includes(name);

const rootName = (world: World, node: Entity): unknown => world.get("list_node", refsOf(node.v.list_root)[0]?.id ?? "")?.v.logical_name;

/** For edits by people: the first target of the field that carries the name, within the entity's own phases or the field's own list. */
const findNamed = (scope: ValueScope, field: Field, ownType: string, name: string): Entity | undefined => {
  const { world, ws } = scope;
  for (const target of field.targets) {
    if (!world.schema.types.has(target.type)) continue;
    const rows = [...world.rows(target.type, ws), ...world.rows(target.type, 0)];
    const found = rows.find((row) => isNamed(row, name) && (row.type !== "phase" || row.v.entity === ownType) && (!target.logicalName || rootName(world, row) === target.logicalName));
    if (found) return found;
  }
  return undefined;
};

const tablesFor = (scope: ValueScope, field: Field, typeName: unknown): readonly string[] => {
  if (typeof typeName === "string" && scope.world.schema.types.has(typeName)) return [scope.world.schema.tableOf(typeName)];
  return [...new Set(field.targets.map((target) => scope.world.schema.tableOf(target.type)))];
};

const findTarget = (scope: ValueScope, field: Field, raw: Readonly<Record<string, unknown>>): Entity => {
  if (typeof raw.id !== "string" && typeof raw.id !== "number") throw illegal(field.name, "a reference needs type and id");
  const id = String(raw.id);
  const { world, ws } = scope;
  for (const table of tablesFor(scope, field, raw.type)) {
    const type = world.schema.types.get(table);
    const found = (type && findVisible(world, type, ws, id)) ?? (table === "list_node" || table === "phase" || table === "metaphase" ? world.byLogicalName(id, ws) : undefined);
    if (found) return found;
  }
  throw notFound(typeof raw.type === "string" ? raw.type : (field.targets[0]?.type ?? "entity"), id);
};

const checkTarget = (scope: ValueScope, field: Field, ownType: string, target: Entity, known: boolean): void => {
  const fits = field.targets.filter((one) => one.type === target.type);
  if (fits.length === 0) throw brokenRule(`The field ${field.name} of ${ownType} cannot refer to an entity of type ${target.type}.`);
  const roots = fits.flatMap((one) => one.logicalName ?? []);
  if (roots.length > 0 && !roots.includes(String(rootName(scope.world, target)))) throw illegal(field.name, `${target.id} is no value of the list ${roots.join(", ")}`);
  if (target.type === "phase" && field.name === "phase" && target.v.entity !== ownType) throw brokenRule(`The phase ${target.id} does not belong to the entity ${ownType}.`);
  if (!known && target.type !== "workspace_user" && Number(target.v.activity_level ?? 0) > 0) throw illegal(field.name, `${String(target.v.name)} is no longer active`);
};

const reference = (scope: ValueScope, field: Field, ownType: string, raw: unknown, before: readonly Ref[]): Ref => {
  const asName = scope.byName ? (typeof raw === "string" ? raw : typeof raw === "object" && raw !== null && !("id" in raw) && "name" in raw ? String(raw.name) : undefined) : undefined;
  if (asName === undefined && (typeof raw !== "object" || raw === null)) throw illegal(field.name, "a reference is expected");
  const target = asName === undefined ? findTarget(scope, field, raw as Record<string, unknown>) : findNamed(scope, field, ownType, asName);
  if (!target) throw notFound(field.targets[0]?.type ?? "entity", String(asName));
  checkTarget(scope, field, ownType, target, before.some((ref) => ref.id === target.id));
  return refOf(target);
};

const manyOf = (field: Field, raw: unknown): readonly unknown[] => {
  if (Array.isArray(raw)) return raw;
  if (typeof raw === "object" && raw !== null && "data" in raw && Array.isArray(raw.data)) return raw.data;
  throw illegal(field.name, "several references are expected: {\"data\": […]}");
};

/** `before`: the stored value; a reference that was there already may stay although its target was switched off. */
export const storedValue = (scope: ValueScope, field: Field, ownType: string, raw: unknown, before: unknown): unknown => {
  if (raw === null) return field.multiple ? [] : null;
  if (field.kind !== "reference") return plain(field, raw, scope.options);
  const known = refsOf(before);
  if (!field.multiple) return reference(scope, field, ownType, raw, known);
  const refs = manyOf(field, raw).map((one) => reference(scope, field, ownType, one, known));
  return refs.filter((ref, at) => refs.findIndex((other) => other.id === ref.id && other.type === ref.type) === at);
};
