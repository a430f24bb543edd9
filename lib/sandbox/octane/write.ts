// Creating, changing and deleting one entity: values, what the server fills in, rules, counters, links from the other side, history (sheet, sections 8, 11, 17).

import { CODES, illegal, OctaneError, token, unknownField } from "./errors.ts";
import { filled, phaseDates } from "./fill.ts";
import { type Entity, type EntityType, type Ref, refOf, refsOf, type Values } from "./model.ts";
import { checkRules } from "./rules.ts";
import { wireTime } from "./time.ts";
import { storedValue, type ValueScope, type WriteScope } from "./values.ts";

export type Input = Readonly<Record<string, unknown>>;

/** Clients send these back as they read them; they name the entity and change nothing. */
const IDENTITY = new Set(["id", "type", "subtype", "workspace_id", "client_lock_stamp", "global_text_search_result"]);

const stamp = (scope: WriteScope): string => wireTime(new Date(scope.now), scope.options.timePrecision);

const hiddenUntil = (scope: WriteScope): number | undefined => (scope.lag > 0 ? scope.now + scope.lag * 1000 : undefined);

const put = (scope: WriteScope, entity: Entity, values: Values): Entity => scope.world.set(entity, values, hiddenUntil(scope));

const count = (value: unknown): number => (typeof value === "number" ? value : 0);

/** One line of history (sheet, section 19). */
export const remember = (scope: WriteScope, entity: Entity, action: "create" | "update" | "delete", change?: { readonly field: string; readonly from: unknown; readonly to: unknown }): void => {
  if (scope.world.schema.tableOf(entity.type) === "history_record") return;
  const num = scope.world.nextNum("history_record");
  const ids = (value: unknown): string => refsOf(value).map((ref) => ref.id).join(",");
  const shown = (value: unknown): string | null => (value === null || value === undefined ? null : ids(value) || String(value));
  const at = stamp(scope);
  const what = change ? { field_name: change.field, old_value: shown(change.from), new_value: shown(change.to) } : {};
  const v = { timestamp: at, creation_time: at, last_modified: at, version_stamp: 1, entity_type: entity.type, entity_id: entity.id, entity_name: entity.v.name ?? null, action, user: refOf(scope.user), ...what };
  scope.world.add({ type: "history_record", id: String(num), num, ws: entity.ws, v });
};

const accepted = (scope: WriteScope, type: EntityType, name: string, creating: boolean): "take" | "skip" => {
  if (IDENTITY.has(name)) return "skip";
  const field = type.fields.get(name);
  if (!field) throw unknownField(type.name, name);
  if (name === "logical_name" && !(type.name === "list_node" && creating)) return "skip";
  if (name === "author" && scope.options.authorOnCreate === "ignored") return "skip";
  const refused = !field.editable || (name === "author" && scope.options.authorOnCreate === "refuse");
  if (refused && !(scope.byName && name === "author")) throw new OctaneError(403, CODES.readOnly, `The field ${name} of ${type.name} cannot be changed.`, { entity_type: type.name, field_name: name }, true);
  return "take";
};

const readInput = (scope: WriteScope, type: EntityType, input: Input, before: Entity | undefined): Values => {
  const values: Record<string, unknown> = {};
  for (const [name, raw] of Object.entries(input)) {
    if (raw === undefined || accepted(scope, type, name, !before) === "skip") continue;
    const field = type.fields.get(name)!;
    if (name === "attachments") throw illegal(name, "attachments are made and deleted in their own collection");
    const own = type.name;
    const value = storedValue(scope, field, own, raw, before?.v[name]);
    const kept = before && scope.append && field.multiple ? refsOf(before.v[name]) : [];
    values[name] = kept.length === 0 ? value : [...kept, ...refsOf(value).filter((ref) => !kept.some((other) => other.id === ref.id && other.type === ref.type))];
    if (before && field.final && JSON.stringify(values[name]) !== JSON.stringify(before.v[name] ?? null) && type.name !== "sprint")
      throw new OctaneError(403, CODES.readOnly, `The field ${name} of ${type.name} cannot be changed after creation.`, { entity_type: type.name, field_name: name }, true);
  }
  return values;
};

/** Fields that hold the same link seen from its two ends. */
const MIRRORS: readonly (readonly [string, string])[] = [
  ["linked_items1", "linked_items2"],
  ["depends_on", "dependence"],
  ["requirements", "features"],
  ["related_from_requirements", "related_to_requirement"],
  ["test", "covered_content"],
];

const mirrorOf = (field: string): string | undefined => MIRRORS.flatMap(([a, b]) => (a === field ? [b] : b === field ? [a] : []))[0];

const same = (a: Ref, b: Ref): boolean => a.id === b.id && a.type === b.type;

export const touched = (scope: WriteScope, entity: Entity, values: Values, grows: boolean): Entity =>
  put(scope, entity, { ...entity.v, ...values, version_stamp: count(entity.v.version_stamp) + 1, ...(grows ? { last_modified: stamp(scope) } : {}) });

const mirror = (scope: WriteScope, entity: Entity, field: string, before: readonly Ref[], after: readonly Ref[]): void => {
  const inverse = mirrorOf(field);
  if (!inverse) return;
  const self = refOf(entity);
  for (const ref of [...before, ...after]) {
    const other = scope.world.get(scope.world.schema.tableOf(ref.type), ref.id);
    const otherField = other && scope.world.schema.typeNamed(other.type).fields.get(inverse);
    if (!other || !otherField?.multiple) continue;
    const linked = refsOf(other.v[inverse]);
    const wanted = after.some((one) => same(one, ref));
    if (wanted === linked.some((one) => same(one, self))) continue;
    touched(scope, other, { [inverse]: wanted ? [...linked, self] : linked.filter((one) => !same(one, self)) }, scope.options.touchOnLink);
  }
};

/** What hangs on an item may make the item younger: switches (sheet, section 18). */
const touchOwners = (scope: WriteScope, entity: Entity, fields: readonly string[]): void => {
  const grows = entity.type === "comment" ? scope.options.touchOnComment : entity.type === "attachment" ? scope.options.touchOnAttachment : scope.options.touchOnChild;
  if (!grows) return;
  for (const name of fields.filter((field) => field === "parent" || field === "story" || field.startsWith("owner_"))) {
    const ref = refsOf(entity.v[name])[0];
    const owner = ref && scope.world.get(scope.world.schema.tableOf(ref.type), ref.id);
    if (owner) touched(scope, owner, {}, true);
  }
};

const afterWrite = (scope: WriteScope, entity: Entity, before: Values, changed: readonly string[]): void => {
  for (const field of changed) mirror(scope, entity, field, refsOf(before[field]), refsOf(entity.v[field]));
  touchOwners(scope, entity, changed);
};

const concreteType = (scope: ValueScope, type: EntityType, input: Input): EntityType => {
  if (!type.subtypes) return scope.world.schema.typeNamed(type.table === type.name || type.subtypeOf ? type.name : type.table);
  const named = [input.subtype, input.type].find((one): one is string => typeof one === "string" && type.subtypes!.includes(one));
  if (!named) throw illegal("subtype", `one of ${type.subtypes.join(", ")} is expected`);
  return scope.world.schema.typeNamed(named);
};

const newId = (scope: WriteScope, type: EntityType, num: number, values: Values): { readonly id: string; readonly logical_name: unknown } => {
  const logical_name = values.logical_name ?? token(`${scope.ws}/${type.name}/${num}`);
  const byName = (type.name === "list_node" || type.name === "phase") && scope.options.listIds === "logicalName";
  return { id: byName ? String(logical_name) : String(num), logical_name };
};

export const createEntity = (scope: WriteScope, collection: EntityType, input: Input): Entity => {
  const type = concreteType(scope, collection, input);
  if (!type.methods.includes("POST")) throw new OctaneError(403, CODES.noRight, `Entities of type ${type.name} cannot be created.`);
  const { password, ...values } = filled(scope, type, readInput(scope, type, input, undefined)) as Record<string, unknown>;
  checkRules(scope, { type, before: undefined, after: values });
  const num = scope.world.nextNum(type.table);
  const { id, logical_name } = newId(scope, type, num, values);
  const at = stamp(scope);
  const v = { creation_time: at, last_modified: at, version_stamp: 1, client_lock_stamp: 1, ...values, logical_name };
  const ws = type.name === "workspace_user" || type.name === "workspace" ? 0 : scope.ws;
  const entity = scope.world.add({ type: type.name, id, num, ws, v }, hiddenUntil(scope));
  if (typeof password === "string") scope.world.passwords.set(id, password);
  remember(scope, entity, "create");
  afterWrite(scope, entity, {}, Object.keys(values));
  return entity;
};

const checkLock = (entity: Entity, input: Input, status: 500 | 409): void => {
  const sent = input.client_lock_stamp;
  if (sent === undefined || sent === null || Number(sent) === entity.v.client_lock_stamp) return;
  const text = `The entity ${entity.type} ${entity.id} was changed by another client: its client_lock_stamp is ${String(entity.v.client_lock_stamp)}, not ${String(sent)}.`;
  throw new OctaneError(status, CODES.general, text, { entity_type: entity.type, entity_id: entity.id });
};

export const updateEntity = (scope: WriteScope, entity: Entity, input: Input): Entity => {
  const type = scope.world.schema.typeNamed(entity.type);
  if (!type.methods.includes("PUT")) throw new OctaneError(403, CODES.noRight, `Entities of type ${type.name} cannot be changed.`);
  checkLock(entity, input, scope.options.lockMismatchStatus);
  const { password, ...sent } = readInput(scope, type, input, entity) as Record<string, unknown>;
  if (typeof password === "string") scope.world.passwords.set(entity.id, password);
  const before = entity.v;
  const after = phaseDates(scope, type, before, filled(scope, type, { ...before, ...sent }));
  checkRules(scope, { type, before: entity, after });
  const changed = Object.keys(after).filter((name) => JSON.stringify(after[name] ?? null) !== JSON.stringify(before[name] ?? null));
  if (changed.length === 0 && !scope.options.touchOnNoChange) return entity;
  const matters = changed.some((name) => name !== "ordering");
  const stamps = { version_stamp: count(before.version_stamp) + 1, client_lock_stamp: count(before.client_lock_stamp) + (matters ? 1 : 0), last_modified: stamp(scope) };
  const next = put(scope, entity, { ...after, ...stamps });
  for (const field of changed) remember(scope, next, "update", { field, from: before[field], to: after[field] });
  afterWrite(scope, next, before, changed);
  return next;
};
