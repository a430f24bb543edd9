// Types and fields of a workspace from its metadata, lists and phases: four calls, kept for the life of the connector.

import { RemoteError } from "../../core/errors.ts";
import type { FieldKind, FieldSchema, TypeSchema } from "../../core/types.ts";
import type { Codec, Field, Node, OctaneType, Workspace } from "./model.ts";
import { readAll } from "./pages.ts";
import type { Session } from "./session.ts";
import { collectionOf, envelopeOf, type Json, numberAt, objectsOf, own, textAt } from "./wire.ts";

const BACKLOG = ["defect", "story", "quality_story", "feature", "epic"];
const OFFERED = [...BACKLOG, "task", "requirement_document", "requirement_folder", "release", "sprint", "milestone", "team", "product_area"];

/** Collections are plurals (octane.md §4), for metadata that names no address of its own. */
const addressOf = (entity: Json | undefined, name: string): string => textAt(featureOf(entity, "rest"), "url") || (name.endsWith("story") ? `${name.slice(0, -1)}ies` : `${name}s`);

/** Ours to know, not to map: they change with every write, by reordering alone, or never mean anything elsewhere. */
const KEPT_BACK = new Set(["type", "subtype", "workspace_id", "version_stamp", "client_lock_stamp", "last_modified", "ordering", "logical_name", "attachments", "comments", "global_text_search_result"]);

/** Filled in by the server when they are not sent, whatever the metadata says (octane.md §6). */
const FILLED_IN = new Set(["phase", "author", "logical_name"]);

const DAYS: Readonly<Record<string, readonly string[]>> = { release: ["start_date", "end_date"], sprint: ["start_date", "end_date"], milestone: ["date"] };

const KINDS: Readonly<Record<Codec, FieldKind>> = { string: "string", memo: "text", number: "number", boolean: "boolean", date: "date", day: "date", dateTime: "dateTime", choice: "choice", person: "person", reference: "reference", tag: "string" };

interface Target {
  readonly type: string;
  readonly logicalName: string;
}

const targetsOf = (meta: Json): readonly Target[] => objectsOf(own(own(meta, "field_type_data"), "targets")).map((target) => ({ type: textAt(target, "type"), logicalName: textAt(target, "logical_name") }));

const codecOf = (type: string, meta: Json, targets: readonly Target[]): Codec | undefined => {
  const name = textAt(meta, "name");
  if (name === "id") return "string";
  switch (textAt(meta, "field_type")) {
    case "string":
      return "string";
    case "memo":
      return "memo";
    case "integer":
    case "float":
      return "number";
    case "boolean":
      return "boolean";
    case "date":
      return "date";
    case "date_time":
      return DAYS[type]?.includes(name) === true ? "day" : "dateTime";
    case "reference": {
      const first = targets[0]?.type ?? "";
      if (["list_node", "phase", "metaphase"].includes(first)) return "choice";
      if (["workspace_user", "sharedspace_user"].includes(first)) return "person";
      return first === "user_tag" ? "tag" : first === "" ? undefined : "reference";
    }
    default:
      return undefined;
  }
};

/** Everything a type is made from. */
interface Sources {
  readonly entities: ReadonlyMap<string, Json>;
  readonly fields: ReadonlyMap<string, readonly Json[]>;
  readonly lists: ReadonlyMap<string, readonly Node[]>;
  readonly phases: ReadonlyMap<string, readonly Node[]>;
  readonly offered: readonly string[];
  /** Type of a root → its id. */
  readonly roots: ReadonlyMap<string, string>;
  readonly intentField: string | undefined;
  readonly defaultRelease: boolean;
}

const featureOf = (entity: Json | undefined, name: string): Json | undefined => objectsOf(own(entity, "features")).find((feature) => textAt(feature, "name") === name);

/** An aggregate target stands for the types below it. Roots are nobody's item. */
const referable = (targets: readonly Target[], sources: Sources): readonly string[] =>
  [...new Set(targets.flatMap(({ type }) => [type, ...sources.offered.filter((name) => textAt(featureOf(sources.entities.get(name), "subtype_of"), "type") === type)]))].filter((type) => sources.offered.includes(type));

const rootOf = (targets: readonly Target[], sources: Sources): Field["root"] => {
  const target = targets.find((candidate) => candidate.type.endsWith("_root"));
  return target === undefined ? undefined : { type: target.type, id: sources.roots.get(target.type) ?? "" };
};

const nodesOf = (type: string, targets: readonly Target[], sources: Sources): readonly Node[] => {
  const [target] = targets;
  if (target?.type === "list_node") return sources.lists.get(target.logicalName) ?? [];
  return target?.type === "phase" ? (sources.phases.get(type) ?? []) : [];
};

const maxLengthOf = (meta: Json, codec: Codec): number | undefined => {
  const told = numberAt(meta, "max_length");
  return told !== undefined && told > 0 ? told : codec === "string" && textAt(meta, "name") === "name" ? 255 : undefined;
};

const fieldOf = (type: string, meta: Json, sources: Sources): Field | undefined => {
  const name = textAt(meta, "name");
  const targets = targetsOf(meta);
  const codec = codecOf(type, meta, targets);
  if (codec === undefined || KEPT_BACK.has(name) || name === sources.intentField) return undefined;
  const editable = own(meta, "editable") !== false && !["id", "creation_time"].includes(name);
  // A sprint stays in its release for ever (octane.md §14).
  const final = own(meta, "final") === true || (type === "sprint" && name === "release");
  const root = rootOf(targets, sources);
  const filled = FILLED_IN.has(name) || root !== undefined || (type === "sprint" && name === "release" && sources.defaultRelease);
  const nodes = nodesOf(type, targets, sources);
  const maxLength = maxLengthOf(meta, codec);
  const refersTo = codec === "reference" ? referable(targets, sources) : [];
  const choices = nodes.filter((node) => node.active).map((node) => ({ id: node.id, name: node.name }));
  const schema: FieldSchema = {
    name,
    label: textAt(meta, "label") || name,
    kind: KINDS[codec],
    multiple: own(own(meta, "field_type_data"), "multiple") === true,
    onCreate: editable || (final && own(meta, "required") === true),
    onUpdate: editable && !final,
    required: own(meta, "required") === true && editable && !filled,
    ...(codec === "number" && textAt(meta, "field_type") === "integer" ? { whole: true } : {}),
    ...(maxLength === undefined || codec === "memo" ? {} : { maxLength }),
    ...(codec === "choice" ? { choices } : {}),
    ...(refersTo.length === 0 ? {} : { refersTo }),
  };
  return { schema, codec, nodes, targets: targets.map((target) => target.type), ...(root === undefined ? {} : { root }), ...(maxLength === undefined ? {} : { maxLength }) };
};

/** The `owner_…` field of comments or attachments whose targets include the type or what it is a kind of. */
const ownerField = (resource: "comment" | "attachment", type: string, sources: Sources): string | undefined => {
  const kinds = [type, textAt(featureOf(sources.entities.get(type), "subtype_of"), "type")].filter((kind) => kind !== "");
  const owners = (sources.fields.get(resource) ?? []).filter((meta) => textAt(meta, "name").startsWith("owner_"));
  const [found] = owners.filter((meta) => targetsOf(meta).some((target) => kinds.includes(target.type)));
  return found === undefined ? undefined : textAt(found, "name");
};

const typeOf = (name: string, sources: Sources): OctaneType | undefined => {
  const entity = sources.entities.get(name);
  const rest = featureOf(entity, "rest");
  const collection = addressOf(entity, name);
  const metas = sources.fields.get(name) ?? [];
  const known = new Set(metas.map((meta) => textAt(meta, "name")));
  if (entity === undefined || !known.has("last_modified") || !known.has("name")) return undefined;
  const fields = new Map(metas.flatMap((meta) => {
    const field = fieldOf(name, meta, sources);
    return field === undefined ? [] : [[field.schema.name, field] as const];
  }));
  const methods = own(rest, "methods");
  const may = (method: string): boolean => !Array.isArray(methods) || methods.includes(method);
  const marker = metas.find((meta) => textAt(meta, "name") === sources.intentField && textAt(meta, "field_type") === "string" && own(meta, "editable") !== false);
  const schema: TypeSchema = {
    name,
    label: textAt(entity, "label") || name,
    fields: [...fields.values()].map((field) => field.schema),
    nameField: "name",
    ...(fields.get("phase")?.codec === "choice" ? { statusField: "phase" } : {}),
    canCreate: may("POST"),
    canDelete: may("DELETE"),
    ...(marker === undefined && sources.intentField !== undefined ? { noMarker: sources.intentField } : {}),
  };
  const commentOwner = ownerField("comment", name, sources);
  const attachmentOwner = ownerField("attachment", name, sources);
  return {
    schema,
    name,
    collection,
    fields,
    known,
    page: BACKLOG.includes(name) ? "work_item" : name.startsWith("requirement") ? "requirement" : name,
    ...(marker === undefined || sources.intentField === undefined ? {} : { intentField: sources.intentField }),
    ...(commentOwner === undefined ? {} : { commentOwner }),
    ...(attachmentOwner === undefined ? {} : { attachmentOwner }),
  };
};

const grouped = <T>(entries: readonly (readonly [string, T])[]): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const [key, entry] of entries) groups.set(key, [...(groups.get(key) ?? []), entry]);
  return groups;
};

const byIndex = (a: Json, b: Json): number => (numberAt(a, "index") ?? 0) - (numberAt(b, "index") ?? 0);

/** Values by the logical name and by the id of their list: metadata names the one, values the other. */
const listsOf = (entries: readonly Json[]): Map<string, readonly Node[]> => {
  const roots = entries.filter((entry) => own(entry, "list_root") === null || own(entry, "list_root") === undefined);
  const values = grouped(
    entries
      .filter((entry) => !roots.includes(entry))
      .toSorted(byIndex)
      .map((entry): readonly [string, Node] => [
        textAt(own(entry, "list_root"), "id"),
        { type: "list_node", id: textAt(entry, "id"), logicalName: textAt(entry, "logical_name"), name: textAt(entry, "name"), active: (numberAt(entry, "activity_level") ?? 0) === 0 },
      ]),
  );
  return new Map(roots.flatMap((root) => [textAt(root, "logical_name"), textAt(root, "id")].filter((key) => key !== "").map((key) => [key, values.get(textAt(root, "id")) ?? []] as const)));
};

const phasesOf = (entries: readonly Json[]): Map<string, readonly Node[]> =>
  grouped(entries.toSorted(byIndex).map((entry): readonly [string, Node] => [textAt(entry, "entity"), { type: "phase", id: textAt(entry, "id"), logicalName: textAt(entry, "logical_name"), name: textAt(entry, "name"), active: own(entry, "is_hidden") !== true }]));

/** The metadata names most roots; older servers do not, then they are asked for. */
const readRoots = async (session: Session, path: string, entities: readonly Json[]): Promise<ReadonlyMap<string, string>> => {
  const told = new Map(entities.map((entity) => own(featureOf(entity, "hierarchy"), "root")).map((root) => [textAt(root, "type"), textAt(root, "id")]));
  const unknown = entities.filter((entity) => textAt(entity, "name").endsWith("_root") && (told.get(textAt(entity, "name")) ?? "") === "");
  const asked = await Promise.all(
    unknown.map(async (entity) => {
      const [root] = envelopeOf(await session.readOne(`${path}/${addressOf(entity, textAt(entity, "name"))}`, { fields: "id", order_by: "id", limit: 1 })).data;
      return [textAt(entity, "name"), textAt(root, "id")] as const;
    }),
  );
  return new Map([...told, ...asked]);
};

/** Reads everything at once. Throws AccessError, RemoteError. */
export const readWorkspace = async (session: Session, id: string): Promise<Workspace> => {
  const path = `workspaces/${id}`;
  const read = async (what: string): Promise<unknown> => {
    const body = await session.read(`${path}/metadata/${what}`);
    if (collectionOf(body) === undefined) throw new RemoteError(`${session.name}: GET ${path}/metadata/${what} was answered without a collection`, "does a proxy in between answer in Octane's place?");
    return body;
  };
  const [entities, fields, lists, phases] = await Promise.all([
    read("entities"),
    read("fields"),
    readAll(session, `${path}/list_nodes`, "id,name,logical_name,list_root,index,activity_level"),
    readAll(session, `${path}/phases`, "id,name,logical_name,entity,index,is_hidden"),
  ]);
  const sources: Sources = {
    roots: await readRoots(session, path, envelopeOf(entities).data),
    entities: new Map(envelopeOf(entities).data.map((entity) => [textAt(entity, "name"), entity])),
    fields: grouped(envelopeOf(fields).data.map((field) => [textAt(field, "entity_name"), field])),
    lists: listsOf(lists),
    phases: phasesOf(phases),
    offered: [...new Set([...OFFERED, ...session.options.types])],
    intentField: session.options.intentField,
    defaultRelease: session.options.defaultRelease !== undefined,
  };
  const types = new Map(sources.offered.flatMap((name) => {
    const type = typeOf(name, sources);
    return type === undefined ? [] : [[name, type] as const];
  }));
  if (types.size === 0) throw new RemoteError(`${session.name}: the metadata of workspace ${id} names no type that can be synchronized`, "may the account enter this workspace?");
  return { id, path, types };
};
