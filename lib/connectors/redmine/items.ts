// An item as Redmine shows it → the normal form. Pure.

import { createHash } from "node:crypto";
import type { Item } from "../../core/types.ts";
import { type FieldDef, otherEnd } from "./fields.ts";
import type { TypeDef } from "./types.ts";
import { idOf, instantOf, isObject, type Json, objectsAt, own, textAt, textOf } from "./wire.ts";

/** What makes a new version. What a look from another account, a subtask or a logged hour changes is not in it. */
const COUNTED = ["project", "tracker", "status", "priority", "assigned_to", "category", "fixed_version", "parent", "subject", "name", "description", "start_date", "due_date", "done_ratio", "is_private", "estimated_hours", "sharing", "wiki_page_title"];

const bare = (value: unknown): unknown => (isObject(value) ? idOf(value) : (value ?? ""));

/**
 * The time of the last change tells seconds only: two edits within one would look like one. So the content is counted
 * too. The list of items and one item's own page must give the same.
 */
export const versionOf = (item: Json): string => {
  const custom = objectsAt(item, "custom_fields").map((field) => [idOf(field), own(field, "value") ?? ""]).sort(([a], [b]) => Number(a) - Number(b));
  const content = createHash("sha256").update(JSON.stringify([...COUNTED.map((name) => bare(own(item, name))), custom])).digest("base64url").slice(0, 10);
  return `${textAt(item, "updated_on")}/${content}`;
};

/** Where an issue's whole list of relations is kept beside those it shows (relations.ts). */
export const ALL_RELATIONS = "all_relations";

/** Every relation of the kind is shown: those to issues that the account may not see are left out (relations.ts). */
const isWhole = (name: string, item: Json): boolean => {
  const ends = (list: string): readonly string[] => objectsAt(item, list).flatMap((relation) => otherEnd(relation, idOf(item), name) ?? []);
  const shown = new Set(ends("relations"));
  return ends(ALL_RELATIONS).every((end) => shown.has(end));
};

/**
 * Redmine shows a custom field that is empty, and leaves out one that is hidden from the account's roles, taken from the tracker or the
 * project, or deleted since the types were read: that one is not empty, only not told.
 */
const isTold = (field: FieldDef, item: Json): boolean => field.place.kind === "relation" ? isWhole(field.place.name, item) : field.place.kind !== "custom" || objectsAt(item, "custom_fields").some((one) => idOf(one) === field.place.name);

const fieldsOf = (type: TypeDef, item: Json, names: readonly string[]): Pick<Item, "fields" | "unseen"> => {
  const fields: Record<string, ReturnType<FieldDef["read"]>> = {};
  const unseen: string[] = [];
  for (const name of names) {
    const field = type.fields.get(name);
    if (field === undefined) continue;
    if (isTold(field, item)) fields[name] = field.read(item);
    else unseen.push(name);
  }
  return { fields, ...(unseen.length === 0 ? {} : { unseen }) };
};

const addressOf = (base: string, type: TypeDef, id: string): string => `${base}/${type.tracker === undefined ? "versions" : "issues"}/${id}`;

export const linkOf = (base: string, type: TypeDef, id: string): { readonly id: string; readonly url: string } => ({ id, url: addressOf(base, type, id) });

const intentOf = (type: TypeDef, item: Json): string | undefined => {
  const field = objectsAt(item, "custom_fields").find((one) => idOf(one) === type.intentField?.id);
  return textOf(own(field, "value"));
};

/** `project` as the caller named it. */
export const itemOf = (base: string, type: TypeDef, project: string, raw: Json, names: readonly string[]): Item => {
  const id = idOf(raw);
  const intent = intentOf(type, raw);
  const createdAt = instantOf(own(raw, "created_on"));
  return {
    type: type.schema.name,
    ...linkOf(base, type, id),
    project,
    name: (textAt(raw, type.tracker === undefined ? "name" : "subject")).trim(),
    version: versionOf(raw),
    changedAt: instantOf(own(raw, "updated_on")) ?? createdAt ?? "1970-01-01T00:00:00.000Z",
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(intent === undefined ? {} : { intent }),
    ...fieldsOf(type, raw, names),
  };
};

/** Does reading these fields need the relations too? */
export const includeFor = (type: TypeDef, names: readonly string[]): string | undefined => (names.some((name) => type.fields.get(name)?.place.kind === "relation") ? "relations" : undefined);
