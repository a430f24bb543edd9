// Reading a field's value from a request: one reader per kind of field. A refusal is a ValueProblem with the vendor's wording;
// the caller knows the field and collects.

import type { Field, FieldOption, Issue, Kind, Stored } from "./model.ts";
import { isList, operationsOf } from "./operations.ts";
import { readUser, requireAssignable } from "./people.ts";
import { ValueProblem } from "./problem.ts";
import { readRich, type Actor } from "./rich.ts";
import { isDate, parseTime } from "./time.ts";

export interface Place {
  readonly projectId: string;
  /** The issue as it is; absent on create. */
  readonly issue?: Issue;
}

type Json = Readonly<Record<string, unknown>>;
type Reader = (actor: Actor, raw: unknown, field: Field, place: Place) => Stored;

const refuse = (message: string): never => {
  throw new ValueProblem(message);
};

const asObject = (raw: unknown): Json => (typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Json) : refuse("data was not an object"));
const asArray = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : refuse("data was not an array"));

const readString: Reader = (_actor, raw, field) => {
  if (raw === null || raw === undefined) return null;
  if (typeof raw !== "string") return refuse("Operation value must be a string");
  if (field.id === "summary") {
    if (/[\r\n]/.test(raw)) return refuse("The summary is invalid because it contains newline characters.");
    if (raw.trim() === "") return null;
    if (raw.length > 255) return refuse("Summary must be less than 255 characters.");
    return raw.trim();
  }
  if (raw.length > 255) return refuse("The entered text is too long. It exceeds the allowed limit of 255 characters.");
  if (field.custom?.endsWith(":url") && raw !== "" && !/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(raw)) return refuse("Not a valid URL");
  if (/[\r\n]/.test(raw)) return refuse("The text is invalid because it contains newline characters.");
  return raw === "" ? null : raw;
};

const readNumber: Reader = (_actor, raw) => {
  if (raw === null || raw === undefined) return null;
  return typeof raw === "number" && Number.isFinite(raw) ? raw : refuse("Operation value must be a number");
};

const readDate: Reader = (_actor, raw) => {
  if (raw === null || raw === undefined || raw === "") return null;
  if (typeof raw !== "string") return refuse("Operation value must be a string");
  return isDate(raw) ? raw : refuse(`Error parsing date string: ${raw}`);
};

const readDatetime: Reader = (actor, raw) => {
  if (raw === null || raw === undefined || raw === "") return null;
  if (typeof raw !== "string") return refuse("Operation value must be a string");
  return parseTime(raw, actor.person || actor.world.cloud) ?? refuse(`Error parsing time: ${raw}`);
};

const optionOf = (field: Field, raw: unknown, among: readonly FieldOption[] | undefined, person: boolean): FieldOption => {
  const own = typeof raw === "string" && person ? { value: raw } : asObject(raw);
  const { id, value } = own as { id?: unknown; value?: unknown };
  if (id === undefined && value === undefined) return refuse(`Specify a valid 'id' or 'name' for ${field.name}`);
  const found = (among ?? []).find((option) => (id === undefined ? option.value === value : option.id === String(id)));
  if (!found || found.disabled) return refuse(id === undefined ? `Option value '${String(value)}' is not valid` : `Option id '${String(id)}' is not valid`);
  return found;
};

const readOption: Reader = (actor, raw, field) => (raw === null || raw === undefined ? null : optionOf(field, raw, field.options, actor.person).id);

const unique = (ids: readonly string[]): readonly string[] | null => (ids.length > 0 ? [...new Set(ids)] : null);

const readOptions: Reader = (actor, raw, field) => (raw === null || raw === undefined ? null : unique(asArray(raw).map((one) => optionOf(field, one, field.options, actor.person).id)));

const readCascade: Reader = (actor, raw, field) => {
  if (raw === null || raw === undefined) return null;
  const parent = optionOf(field, raw, field.options, actor.person);
  const child = typeof raw === "object" ? (raw as Json)["child"] : undefined;
  return { parent: parent.id, child: child === null || child === undefined ? null : optionOf(field, child, parent.children, actor.person).id };
};

const readLabels: Reader = (_actor, raw) => {
  if (raw === null || raw === undefined) return [];
  return [...new Set(asArray(raw).map((label) => {
    if (typeof label !== "string") return refuse("string expected at index 0");
    if (/\s/.test(label)) return refuse(`The label '${label}' contains spaces which is invalid.`);
    if (label.length > 255) return refuse(`The label '${label}' exceeds the maximum length of 255 characters.`);
    return label;
  }))].filter((label) => label !== "").sort();
};

const readOneUser: Reader = (actor, raw, field, place) => {
  const id = readUser(actor, raw, place.projectId);
  return field.id === "assignee" ? requireAssignable(actor.world, id) : id;
};

const readUsers: Reader = (actor, raw, _field, place) => {
  if (raw === null || raw === undefined) return null;
  return unique(asArray(raw).map((one) => readUser(actor, one, place.projectId)).filter((id) => id !== null));
};

/** By id or name out of a list of named things. */
const pick = <T extends { readonly id: string; readonly name: string }>(actor: Actor, what: string, raw: unknown, rows: Iterable<T>): T => {
  const own = typeof raw === "string" && actor.person ? { name: raw } : asObject(raw);
  const { id, name } = own as { id?: unknown; name?: unknown };
  for (const row of rows) if (id !== undefined ? row.id === String(id) : row.name === name) return row;
  if (id === undefined && name === undefined) return refuse(`Specify a valid 'id' or 'name' for ${what}`);
  return refuse(id !== undefined ? `${what} id '${String(id)}' is not valid` : `${what} name '${String(name)}' is not valid`);
};

const ofProject = <T extends { readonly projectId: string }>(rows: Map<string, T>, place: Place): readonly T[] => [...rows.values()].filter((row) => row.projectId === place.projectId);

const readVersions: Reader = (actor, raw, _field, place) =>
  raw === null || raw === undefined ? [] : unique(asArray(raw).map((one) => pick(actor, "Version", one, ofProject(actor.world.tables.versions, place)).id)) ?? [];
const readComponents: Reader = (actor, raw, _field, place) =>
  raw === null || raw === undefined ? [] : unique(asArray(raw).map((one) => pick(actor, "Component", one, ofProject(actor.world.tables.components, place)).id)) ?? [];
const readVersion: Reader = (actor, raw, _field, place) => (raw === null || raw === undefined ? null : pick(actor, "Version", raw, ofProject(actor.world.tables.versions, place)).id);

const readPriority: Reader = (actor, raw) => (raw === null || raw === undefined ? null : pick(actor, "Priority", raw, actor.world.tables.priorities.values()).id);
const readResolution: Reader = (actor, raw) => (raw === null || raw === undefined ? null : pick(actor, "Resolution", raw, actor.world.tables.resolutions.values()).id);
const readSecurity: Reader = (actor, raw) => (raw === null || raw === undefined ? null : pick(actor, "Security level", raw, actor.world.tables.securityLevels.values()).id);

const readGroup: Reader = (actor, raw) => {
  if (raw === null || raw === undefined) return null;
  const own = typeof raw === "string" && actor.person ? { name: raw } : asObject(raw);
  const { name, groupId } = own as { name?: unknown; groupId?: unknown };
  const found = [...actor.world.tables.groups.values()].find((group) => (groupId === undefined ? group.name === name : group.id === groupId));
  return found?.id ?? refuse(`Could not find group with name '${String(name ?? groupId)}'.`);
};
const readGroups: Reader = (actor, raw, field, place) =>
  raw === null || raw === undefined ? null : unique(asArray(raw).map((one) => readGroup(actor, one, field, place)).filter((id) => typeof id === "string"));

const readProject: Reader = (actor, raw) => {
  if (raw === null || raw === undefined) return null;
  const own = typeof raw === "string" && actor.person ? { key: raw } : asObject(raw);
  const { id, key } = own as { id?: unknown; key?: unknown };
  const found = [...actor.world.tables.projects.values()].find((project) => (id === undefined ? project.key === key : project.id === String(id)));
  return found?.id ?? refuse("valid project is required");
};

const never: Reader = (_actor, _raw, field) => refuse(`Field '${field.id}' cannot be set. It is not on the appropriate screen, or unknown.`);

const READERS: Readonly<Partial<Record<Kind, Reader>>> = {
  string: readString, rich: (actor, raw) => readRich(actor, raw), number: readNumber, date: readDate, datetime: readDatetime, option: readOption, options: readOptions, cascade: readCascade,
  labels: readLabels, user: readOneUser, users: readUsers, group: readGroup, groups: readGroups, project: readProject, version: readVersion, versions: readVersions, components: readComponents,
  priority: readPriority, resolution: readResolution, security: readSecurity,
};

/** Kinds whose value is kept in `Issue.values`; the rest have their own way of being set. */
export const isPlain = (kind: Kind): boolean => READERS[kind] !== undefined;

export const readValue = (actor: Actor, raw: unknown, field: Field, place: Place): Stored => (READERS[field.kind] ?? never)(actor, raw, field, place);

/** One operation of `update`: set for all, add and remove for lists. */
export const applyOperation = (actor: Actor, operation: Json, now: Stored, field: Field, place: Place): Stored => {
  const [name, raw] = Object.entries(operation)[0] ?? ["", undefined];
  if (name === "set") return readValue(actor, raw, field, place);
  if ((name !== "add" && name !== "remove") || !isList(field.kind)) return refuse(`Field '${field.id}' does not support operation '${name}'. Supported operation(s) are: '${operationsOf(field.kind).join(",")}'`);
  const one = readValue(actor, [raw], field, place) as readonly string[] | null;
  const current = Array.isArray(now) ? (now as readonly string[]) : [];
  const changed = name === "add" ? [...new Set([...current, ...(one ?? [])])] : current.filter((value) => !one?.includes(value));
  if (field.kind === "labels") return [...changed].sort();
  return field.custom && changed.length === 0 ? null : changed;
};

export const isEmpty = (value: Stored | undefined): boolean => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
