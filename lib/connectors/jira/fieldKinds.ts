// What each kind of Jira field is in the normal form: the tables of jira.md §8.1-8.3 in one place. Fields are known by
// their id and by the type an app declares, never by their name: names are translated and need not be unique. Pure.

import type { FieldKind } from "../../core/types.ts";
import { numberOf, objectOf, own, textAt } from "./wire.ts";

/**
 * How a value is read and written. named: {id, name}; option: {id, value}; group: {name}; cascade: option with child;
 * estimate: one part of time tracking; links: one direction of one link type; opaque: an app's own form, read only.
 */
export type Codec =
  | "string" | "text" | "number" | "date" | "dateTime" | "label"
  | "named" | "option" | "group" | "project" | "cascade" | "status"
  | "user" | "version" | "parent" | "epic" | "sprint" | "estimate" | "links" | "opaque";

export interface FieldForm {
  readonly codec: Codec;
  readonly kind: FieldKind;
  readonly multiple: boolean;
  readonly maxLength?: number;
  /** Can never be written through `fields`. */
  readonly readOnly?: boolean;
}

const one = (codec: Codec, kind: FieldKind, more: Partial<FieldForm> = {}): FieldForm => ({ codec, kind, multiple: false, ...more });
const many = (codec: Codec, kind: FieldKind, more: Partial<FieldForm> = {}): FieldForm => ({ codec, kind, multiple: true, ...more });
const readOnly = { readOnly: true } as const;

const SYSTEM: Readonly<Record<string, FieldForm>> = {
  summary: one("string", "string", { maxLength: 255 }),
  description: one("text", "text"),
  environment: one("text", "text"),
  issuetype: one("named", "choice", readOnly),
  priority: one("named", "choice"),
  resolution: one("named", "choice"),
  security: one("named", "choice"),
  status: one("status", "choice"),
  assignee: one("user", "person"),
  reporter: one("user", "person"),
  creator: one("user", "person", readOnly),
  labels: many("label", "string", { maxLength: 255 }),
  components: many("named", "choice"),
  fixVersions: many("version", "reference"),
  versions: many("version", "reference"),
  duedate: one("date", "date"),
  parent: one("parent", "reference"),
  created: one("dateTime", "dateTime", readOnly),
  updated: one("dateTime", "dateTime", readOnly),
  resolutiondate: one("dateTime", "dateTime", readOnly),
};

const CUSTOM: Readonly<Record<string, FieldForm>> = {
  textfield: one("string", "string", { maxLength: 255 }),
  url: one("string", "string"),
  readonlyfield: one("string", "string", readOnly),
  textarea: one("text", "text"),
  float: one("number", "number"),
  importid: one("number", "number"),
  datepicker: one("date", "date"),
  datetime: one("dateTime", "dateTime"),
  select: one("option", "choice"),
  radiobuttons: one("option", "choice"),
  multiselect: many("option", "choice"),
  multicheckboxes: many("option", "choice"),
  cascadingselect: one("cascade", "choice"),
  labels: many("label", "string", { maxLength: 255 }),
  userpicker: one("user", "person"),
  multiuserpicker: many("user", "person"),
  grouppicker: one("group", "choice"),
  multigrouppicker: many("group", "choice"),
  project: one("project", "choice"),
  version: one("version", "reference"),
  multiversion: many("version", "reference"),
  // The agile fields, under an app's prefix of their own.
  "gh-sprint": one("sprint", "reference"),
  "gh-epic-link": one("epic", "reference"),
  "gh-epic-label": one("string", "string", { maxLength: 255 }),
  "gh-epic-status": one("option", "choice"),
  "gh-epic-color": one("string", "string"),
  "gh-lexo-rank": one("string", "string", readOnly),
  "jsw-story-points": one("number", "number"),
};

/** Shapes of unknown apps' fields that speak a plain type; everything else is shown but never written. */
const BY_TYPE: Readonly<Record<string, FieldForm>> = {
  string: one("string", "string"),
  number: one("number", "number"),
  date: one("date", "date"),
  datetime: one("dateTime", "dateTime"),
  option: one("option", "choice"),
  user: one("user", "person"),
  version: one("version", "reference"),
  group: one("group", "choice"),
};

const byType = (schema: unknown): FieldForm => {
  const type = textAt(schema, "type");
  const form = BY_TYPE[type === "array" ? textAt(schema, "items") : type];
  if (form === undefined) return one("opaque", "string", readOnly);
  if (type !== "array") return form;
  return form.codec === "string" ? many("label", "string") : { ...form, multiple: true };
};

/** The last part of an app's type key: "com.pyxis.greenhopper.jira:gh-sprint" → "gh-sprint". */
export const customKey = (schema: unknown): string => textAt(schema, "custom").split(":").at(-1) ?? "";

const KNOWN_APPS = /^com\.(atlassian\.jira|pyxis\.greenhopper)\b/;

/** The form of a field of /field, createmeta or editmeta; undefined where its content is none of the item's own fields. */
export const formOf = (id: string, schema: unknown): FieldForm | undefined => {
  const custom = textAt(schema, "custom");
  if (custom === "" && !id.startsWith("customfield_")) return Object.hasOwn(SYSTEM, id) ? SYSTEM[id] : undefined;
  const key = customKey(schema);
  if (KNOWN_APPS.test(custom) && Object.hasOwn(CUSTOM, key)) return CUSTOM[key];
  return byType(schema);
};

export const isSystemField = (id: string): boolean => Object.hasOwn(SYSTEM, id);

/** Parts of time tracking as fields of their own, in hours: durations in days depend on the site's working hours (§15.3). */
export const ESTIMATES = [
  { name: "timetracking.originalEstimate", label: "Original Estimate", part: "originalEstimate" },
  { name: "timetracking.remainingEstimate", label: "Remaining Estimate", part: "remainingEstimate" },
  { name: "timetracking.timeSpent", label: "Time Spent", part: "timeSpent" },
] as const;

export interface Option {
  readonly id: string;
  readonly name: string;
  /** Of a cascading list: ids of the parent and, where chosen, the child. */
  readonly path?: readonly string[];
}

const optionName = (option: unknown): string => textAt(option, "name") || textAt(option, "value");

const SEPARATOR = " > ";

/** A cascading value as one choice: "Parent" or "Parent > Child". */
export const cascadeName = (parent: string, child: string | undefined): string => (child === undefined ? parent : `${parent}${SEPARATOR}${child}`);

/** The values a field may take, from `allowedValues`; undefined where the server names none. */
export const optionsOf = (meta: unknown, form: FieldForm): readonly Option[] | undefined => {
  const allowed = own(meta, "allowedValues");
  if (!Array.isArray(allowed) || form.kind !== "choice") return undefined;
  return allowed.flatMap((option): Option[] => {
    const id = textAt(option, "id");
    const name = optionName(option);
    if (name === "" || own(option, "disabled") === true) return [];
    const children = form.codec === "cascade" ? (own(option, "children") as unknown) : undefined;
    const own_ = { id, name, ...(form.codec === "cascade" ? { path: [id] } : {}) };
    if (!Array.isArray(children)) return [own_];
    return [own_, ...children.map((child): Option => ({ id: textAt(child, "id"), name: cascadeName(name, optionName(child)), path: [id, textAt(child, "id")] }))];
  });
};

/** Seconds of a part of time tracking as hours. */
export const hoursOf = (tracking: unknown, part: string): number | null => {
  const seconds = numberOf(own(objectOf(tracking), `${part}Seconds`));
  return seconds === undefined ? null : Math.round((seconds / 3600) * 10_000) / 10_000;
};
