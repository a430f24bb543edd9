// Entities as items of the normal form, and the `fields` parameter that asks for them. Pure.

import { RemoteError } from "../../core/errors.ts";
import type { Fields, Item, Value } from "../../core/types.ts";
import type { ListedItem } from "../connector.ts";
import { ALWAYS, type Field, type OctaneType, type Workspace } from "./model.ts";
import { readValue } from "./values.ts";
import { instantOf, type Json, numberAt, objectsOf, own, textAt } from "./wire.ts";

/** Without `fields` almost nothing comes (octane.md §7.1). People are expanded: their e-mail saves a look-up each. */
export const fieldsParam = (type: OctaneType, names: readonly string[]): string => {
  const always = ALWAYS.filter((name) => type.known.has(name));
  const marker = type.intentField === undefined ? [] : [type.intentField];
  const wanted = [...new Set([...always, ...marker, ...names])].filter((name) => name !== "id" && name !== "type");
  return ["id", ...wanted.map((name) => (type.fields.get(name)?.codec === "person" ? `${name}{id,name,full_name,email}` : name))].join(",");
};

/** Field names checked against the metadata: an unknown one means that the schema changed under the mapping. */
export const demandFields = (type: OctaneType, names: readonly string[], place: string): readonly string[] => {
  const unknown = names.filter((name) => !type.fields.has(name));
  if (unknown.length > 0) throw new RemoteError(`${place}: ${type.name} has no field ${unknown.join(", ")}`, "was it renamed or deleted? correct the field mappings, then check the connection");
  return names;
};

/** version_stamp for every change, client_lock_stamp for a conditional write: both in one opaque text (octane.md §11). */
const versionOf = (entity: Json): string => [textAt(entity, "version_stamp") || textAt(entity, "last_modified"), textAt(entity, "client_lock_stamp")].join("/");

/** undefined where the type has none. */
export const lockStampOf = (version: string): number | undefined => {
  const stamp = version.slice(version.lastIndexOf("/") + 1);
  return stamp === "" || Number.isNaN(Number(stamp)) ? undefined : Number(stamp);
};

export const urlOf = (server: string, space: string, workspace: string, page: string, id: string): string => `${server.replace(/\/+$/, "")}/ui/?p=${space}/${workspace}#/entity-navigation?entityType=${page}&id=${id}`;

export interface ItemPlace {
  readonly server: string;
  readonly space: string;
  readonly workspace: Workspace;
  readonly type: OctaneType;
}

const valueOf = (field: Field | undefined, raw: unknown): Value => (field === undefined ? null : readValue(field, raw));

/** References of which the server shows only some, or tags that nobody names: what stands there is not told, nor what was taken away (octane.md §5.1). */
const isCut = (field: Field | undefined, raw: unknown): boolean => {
  if (field?.schema.multiple !== true) return false;
  const shown = objectsOf(own(raw, "data"));
  return own(raw, "exceeds_total_count") === true || (numberAt(raw, "total_count") ?? 0) > shown.length || (field.codec === "tag" && shown.some((tag) => textAt(tag, "name") === ""));
};

/** Memos as an entity holds them, or as it was sent, which may be cut. */
export const memosIn = (type: OctaneType, entity: Json): Fields => Object.fromEntries([...type.fields].flatMap(([name, field]) => (field.codec === "memo" && own(entity, name) !== undefined ? [[name, readValue(field, entity[name])] as const] : [])));

/** undefined when the answer lacks what every item must have. `telling`: the server spells out what is empty. */
export const itemOf = (place: ItemPlace, entity: Json, names: readonly string[], telling = true): Item | undefined => {
  const { server, space, workspace, type } = place;
  const id = textAt(entity, "id");
  const changedAt = instantOf(textAt(entity, "last_modified"));
  if (id === "" || changedAt === undefined) return undefined;
  const createdAt = instantOf(textAt(entity, "creation_time"));
  const intent = type.intentField === undefined ? "" : textAt(entity, type.intentField);
  const unseen = names.filter((name) => (telling && !Object.hasOwn(entity, name)) || isCut(type.fields.get(name), entity[name]));
  return {
    type: type.name,
    id,
    url: urlOf(server, space, workspace.id, type.page, id),
    project: workspace.id,
    name: textAt(entity, "name"),
    version: versionOf(entity),
    changedAt,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(intent === "" ? {} : { intent }),
    fields: Object.fromEntries(names.filter((name) => !unseen.includes(name)).map((name) => [name, valueOf(type.fields.get(name), entity[name])])),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
};

export const listedOf = (entity: Json): ListedItem => ({ id: textAt(entity, "id"), version: versionOf(entity), name: textAt(entity, "name") });
