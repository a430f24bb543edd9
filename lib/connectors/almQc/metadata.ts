// Types and fields of a project from its customization, read at once and kept for the life of the connector. Always asked
// for as XML: JSON spells the same things differently per resource (alm-qc.md §11, §24).

import { isForbidden, RemoteError } from "../../core/errors.ts";
import type { FieldKind, FieldSchema, TypeSchema } from "../../core/types.ts";
import { linkFields } from "./links.ts";
import { type AlmType, type Codec, type Field, type Kind, kindsWith, type Project } from "./model.ts";
import { readEveryone } from "./people.ts";
import { queryText, where } from "./query.ts";
import type { Session } from "./session.ts";
import { LINK_TYPE_LIST, SHIPPED_LINK_TYPES } from "./unconfirmed.ts";
import { type Body, envelopeOf, textAt } from "./wire.ts";
import { allNamed, childNamed, childrenNamed, childText, type Tag } from "./xml.ts";

const FIELD_KINDS: Readonly<Record<Codec, FieldKind>> = { string: "string", memo: "text", number: "number", date: "date", dateTime: "dateTime", choice: "choice", person: "person", reference: "reference", subtype: "choice" };

/** Ours to know, not to map: bookkeeping of the server, and memos that hold comments. */
const KEPT_BACK = /^(ver-stamp|last-modified|attachment|has-.*|no-of-sons|order-id|hierarchical-path|father-name|istemplate|extended-reference|.*-count|vc-.*|check-out-user-name|req-type|request-.*|to-mail|cycle-id|(test|run|step|cycle)-reference|subject)$/;

/** Computed, whatever the metadata says (alm-qc.md §6, §12). */
const COMPUTED: Readonly<Record<string, readonly string[]>> = { requirement: ["id", "status"] };

/** Filled in by us where a draft says nothing: the server does not (alm-qc.md §8). */
const FILLED_IN = new Set(["creation-time", "detected-by"]);

const TARGETS: readonly (readonly [RegExp, string])[] = [
  [/-rel$/, "release"],
  [/-rcyc$/, "release-cycle"],
];

interface Sources {
  readonly fields: ReadonlyMap<string, readonly Tag[]>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly linkTypes: readonly string[];
  readonly kinds: readonly Kind[];
  /** Type → its subtypes. */
  readonly subtypes: ReadonlyMap<string, readonly { readonly id: string; readonly name: string }[]>;
  readonly versioned: ReadonlySet<string>;
  readonly requirementRoots: readonly string[];
  readonly releaseFolder: string | undefined;
  readonly session: Session;
}

const says = (tag: Tag, name: string): boolean => childText(tag, name).toLowerCase() === "true";
const denies = (tag: Tag, name: string): boolean => childText(tag, name).toLowerCase() === "false";
const nameOf = (tag: Tag): string => tag.attributes["Name"] ?? "";

/** The field that holds the subtype. */
const SUBTYPES: Readonly<Record<string, string>> = { requirement: "type-id", test: "subtype-id" };

const targetOf = (kind: Kind, tag: Tag, kinds: readonly Kind[]): string | undefined => {
  const name = nameOf(tag);
  if (name === "parent-id") return kind.name === "release-cycle" ? "release" : kind.name === "requirement" ? "requirement" : undefined;
  const told = allNamed(tag, "RelationReference").map((reference) => reference.attributes["ReferencedEntityType"] ?? "");
  return told.find((type) => kinds.some((candidate) => candidate.name === type)) ?? (told.length === 0 ? TARGETS.find(([form]) => form.test(name))?.[1] : undefined);
};

const codecOf = (kind: Kind, tag: Tag, target: string | undefined): Codec | undefined => {
  if (nameOf(tag) === "id") return "string";
  if (SUBTYPES[kind.name] === nameOf(tag)) return "subtype";
  if (nameOf(tag) === "parent-id") return target === undefined ? undefined : "reference";
  switch (childText(tag, "Type")) {
    case "String":
      return "string";
    case "Memo":
      return "memo";
    case "Number":
      return "number";
    case "Date":
      return "date";
    case "DateTime":
      return "dateTime";
    case "LookupList":
      return "choice";
    case "UsersList":
      return "person";
    case "Reference":
      return target === undefined ? undefined : "reference";
    default:
      return undefined;
  }
};

const listOf = (tag: Tag, sources: Sources): readonly string[] => sources.lists.get(childText(tag, "List-Id")) ?? [];

const choicesOf = (kind: Kind, codec: Codec, tag: Tag, sources: Sources): FieldSchema["choices"] => {
  if (codec === "subtype") return sources.subtypes.get(kind.name) ?? [];
  return codec === "choice" ? listOf(tag, sources).map((value) => ({ id: value, name: value })) : undefined;
};

/** Figures that stand for "no limit" are no lengths (alm-qc.md §11). */
const lengthOf = (tag: Tag): number | undefined => {
  const size = Number(childText(tag, "Size"));
  return Number.isInteger(size) && size > 0 && size < 99_999 ? size : undefined;
};

const isOpen = (kind: Kind, tag: Tag): boolean => !denies(tag, "Editable") && !says(tag, "Virtual") && nameOf(tag) !== "id" && COMPUTED[kind.name]?.includes(nameOf(tag)) !== true;

const fieldOf = (kind: Kind, tag: Tag, sources: Sources): Field | undefined => {
  const name = nameOf(tag);
  const target = targetOf(kind, tag, sources.kinds);
  const codec = codecOf(kind, tag, target);
  const { options } = sources.session;
  if (codec === undefined || KEPT_BACK.test(name) || denies(tag, "Active") || name === kind.commentField || name === options.intentFields[kind.name]) return undefined;
  const open = isOpen(kind, tag);
  const roots = name === "parent-id" && kind.name === "requirement" ? sources.requirementRoots : [];
  const filled = FILLED_IN.has(name) || (kind.name === "test" && codec === "subtype") || options.defaults[kind.name]?.[name] !== undefined || roots.length > 0;
  const maxLength = codec === "string" ? lengthOf(tag) : undefined;
  const choices = choicesOf(kind, codec, tag, sources);
  const schema: FieldSchema = {
    name,
    label: tag.attributes["Label"] || name,
    kind: FIELD_KINDS[codec],
    multiple: says(tag, "SupportsMultivalue"),
    onCreate: open,
    onUpdate: open,
    // Name and parent are demanded whatever the metadata says (alm-qc.md §12, §13).
    required: open && !filled && (says(tag, "Required") || name === "name" || codec === "subtype" || (name === "parent-id" && kind.name === "release-cycle")),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(choices === undefined ? {} : { choices }),
    ...(target === undefined ? {} : { refersTo: [target] }),
  };
  return { schema, codec, column: tag.attributes["PhysicalName"] ?? "", verified: says(tag, "Verify"), roots, ...(target === undefined ? {} : { target }) };
};

const typeOf = (kind: Kind, sources: Sources): AlmType | undefined => {
  const tags = sources.fields.get(kind.name) ?? [];
  const known = new Map(tags.map((tag) => [nameOf(tag), { column: tag.attributes["PhysicalName"] ?? "", choices: listOf(tag, sources), filterable: !denies(tag, "Filterable") }]));
  if (!known.has("name") || !known.has("last-modified")) return undefined;
  const fields = new Map(tags.flatMap((tag) => {
    const field = fieldOf(kind, tag, sources);
    return field === undefined ? [] : [[field.schema.name, field] as const];
  }));
  for (const field of linkFields(kind, sources.linkTypes, (type) => (sources.fields.get(type) ?? []).length > 0)) fields.set(field.schema.name, field);
  const intentField = sources.session.options.intentFields[kind.name];
  const marker = tags.find((tag) => nameOf(tag) === intentField && childText(tag, "Type") === "String" && !denies(tag, "Filterable") && (lengthOf(tag) ?? 36) >= 36);
  const subtypeField = SUBTYPES[kind.name];
  const status = sources.session.options.statusFields[kind.name] ?? kind.statusField;
  const schema: TypeSchema = {
    name: kind.name,
    label: kind.label,
    fields: [...fields.values()].map((field) => field.schema),
    nameField: "name",
    ...(status !== undefined && fields.get(status)?.codec === "choice" ? { statusField: status } : {}),
    canCreate: true,
    canDelete: true,
    ...(marker === undefined && intentField !== undefined ? { noMarker: intentField } : {}),
  };
  return {
    schema,
    name: kind.name,
    collection: kind.collection,
    fields,
    known,
    roots: kind.name === "requirement" ? sources.requirementRoots : [],
    versioned: sources.versioned.has(kind.name),
    below: kind.below,
    ...(subtypeField === undefined || !known.has(subtypeField) ? {} : { subtypeField }),
    ...(marker === undefined || intentField === undefined ? {} : { intentField }),
    ...(kind.commentField !== undefined && known.has(kind.commentField) ? { commentField: kind.commentField } : {}),
  };
};

const rootTag = (body: Body): Tag | undefined => (body.kind === "xml" ? body.root : undefined);

/** Values of a list with those nested below them: entities hold the bare text (alm-qc.md §11). */
const valuesIn = (tag: Tag | undefined): readonly string[] => childrenNamed(tag, "Item").flatMap((item) => [item.attributes["value"] ?? "", ...valuesIn(item), ...valuesIn(childNamed(item, "Items"))]).filter((value) => value !== "");

const listsOf = (body: Body): ReadonlyMap<string, readonly string[]> => new Map(allNamed(rootTag(body), "List").map((list) => [childText(list, "Id"), valuesIn(childNamed(list, "Items"))]));

const linkTypesOf = (body: Body): readonly string[] => {
  const values = valuesIn(childNamed(allNamed(rootTag(body), "List").find((list) => childText(list, "Name") === LINK_TYPE_LIST), "Items"));
  return values.length === 0 ? SHIPPED_LINK_TYPES : values;
};

const subtypesOf = (body: Body | string): readonly { readonly id: string; readonly name: string }[] => allNamed(typeof body === "string" ? undefined : rootTag(body), "type").map((type) => ({ id: type.attributes["id"] ?? "", name: type.attributes["name"] ?? "" })).filter((type) => type.id !== "" && type.name !== "");

/** What says no to us is left out of the project, with its reason; the rest goes on. */
const orReason = async <T>(work: Promise<T>): Promise<T | string> => {
  try {
    return await work;
  } catch (error) {
    if (isForbidden(error) || error instanceof RemoteError) return error.message;
    throw error;
  }
};

/** Where a server does not say which lists are in use, all of them do (alm-qc.md §11). */
const readLists = async (session: Session, own: string): Promise<Body> => {
  const ask = { method: "GET", path: `${own}/used-lists` } as const;
  const reply = await session.ask(ask);
  if (reply.status >= 300 && reply.status !== 403) return session.read(`${own}/lists`);
  if (reply.status >= 300) throw session.failure(ask, reply);
  return reply.body;
};

/** Rows directly below nothing, which is told by another number for each tree (alm-qc.md §12). Ids differ per project. */
const readRoots = async (session: Session, path: string, collection: string, nothing: "-1" | "0"): Promise<readonly string[]> => {
  const query = queryText(where("parent-id", nothing));
  const envelope = envelopeOf(await session.read(`${path}/${collection}`, { fields: "id,parent-id", query, "page-size": 100, "start-index": 1 }));
  if (envelope === undefined) throw new RemoteError(`${session.name}: GET ${path}/${collection} was answered with something else than entities`, "is there a login page or a proxy in between?");
  return envelope.entities.map((entity) => textAt(entity, "id")).filter((id) => id !== "");
};

const isVersioned = (body: Body | string): boolean => typeof body !== "string" && allNamed({ name: "", attributes: {}, children: body.kind === "xml" ? [body.root] : [], text: "" }, "SupportsVC").some((tag) => tag.text.trim().toLowerCase() === "true");

/** What only those pay for who synchronize tests. */
const readTests = async (session: Session, path: string, own: string): Promise<{ readonly subtypes: Body | string; readonly entity: Body | string; readonly folder: string | undefined }> => {
  const { tests, testFolder } = session.options;
  if (!tests) return { subtypes: "", entity: "", folder: undefined };
  // Below 0 there is the tree's root, and what was cut off from it with an id below 0 (alm-qc.md §12).
  const [subtypes, entity, folders] = await Promise.all([orReason(session.read(`${own}/entities/test/types`)), orReason(session.read(`${own}/entities/test`)), testFolder === undefined ? orReason(readRoots(session, path, "test-folders", "0")) : [testFolder]]);
  return { subtypes, entity, folder: typeof folders === "string" ? undefined : folders.find((id) => Number(id) > 0) };
};

/** Reads everything at once. Throws AccessError, RemoteError. */
export const readProject = async (session: Session, id: string): Promise<Project> => {
  const path = session.projectPath(id);
  const own = `${path}/customization`;
  const kinds = kindsWith(session.options.tests);
  const fieldsOf = async (kind: Kind): Promise<readonly Tag[]> => childrenNamed(rootTag(await session.read(`${own}/entities/${kind.name}/fields`)), "Field");
  const [defectFields, ...otherFields] = await Promise.all([fieldsOf(kinds[0] as Kind), ...kinds.slice(1).map((kind) => orReason(fieldsOf(kind)))]);
  const all: (readonly Tag[] | string)[] = [defectFields, ...otherFields];
  const [lists, subtypes, people, versioned, requirementRoots, folders, tests] = await Promise.all([
    readLists(session, own),
    orReason(session.read(`${own}/entities/requirement/types`)),
    readEveryone(session, id),
    orReason(session.read(`${own}/entities/requirement`)),
    orReason(readRoots(session, path, "requirements", "-1")),
    session.options.releaseFolder === undefined ? orReason(readRoots(session, path, "release-folders", "-1")) : [session.options.releaseFolder],
    readTests(session, path, own),
  ]);
  // With unknown roots they would be taken for items of somebody.
  const requirements = kinds.findIndex(({ name }) => name === "requirement");
  if (typeof requirementRoots === "string") all[requirements] = requirementRoots;
  const releaseFolder = typeof folders === "string" ? undefined : folders[0];
  const sources: Sources = {
    session,
    kinds,
    fields: new Map(kinds.map((kind, index) => [kind.name, typeof all[index] === "string" ? [] : (all[index] ?? [])])),
    lists: listsOf(lists),
    linkTypes: linkTypesOf(lists),
    subtypes: new Map([["requirement", subtypesOf(subtypes)], ["test", subtypesOf(tests.subtypes)]]),
    versioned: new Set([...(isVersioned(versioned) ? ["requirement"] : []), ...(isVersioned(tests.entity) ? ["test"] : [])]),
    requirementRoots: typeof requirementRoots === "string" ? [] : requirementRoots,
    releaseFolder,
  };
  const types = new Map(kinds.flatMap((kind) => {
    const type = typeOf(kind, sources);
    return type === undefined ? [] : [[kind.name, type] as const];
  }));
  if (types.size === 0) throw new RemoteError(`${session.name}: the customization of project ${id} names no type that can be synchronized`, `is there this project in the domain ${session.options.domain}, and may the account enter it?`);
  return {
    id,
    path,
    types,
    unavailable: new Map(kinds.flatMap((kind, index) => (typeof all[index] === "string" ? [[kind.name, all[index]] as const] : []))),
    people,
    byLogin: new Map(people.map((person) => [person.id.toLowerCase(), person])),
    ...(releaseFolder === undefined ? {} : { releaseFolder }),
    ...(tests.folder === undefined ? {} : { testFolder: tests.folder }),
  };
};
