// Metadata: entities, fields, types, lists, relations (sheet, section 11). Each resource has its own spelling, in XML and in JSON.

import { QcError } from "./errors.ts";
import type { EntityType, Field, ListItem, ValueList } from "./model.ts";
import type { Shown } from "./render.ts";
import type { Relation } from "./schema.ts";
import type { Doc } from "./wire.ts";
import { element, escapeXml, leaf } from "./xml.ts";

const flagsOf = (type: EntityType): readonly (readonly [string, boolean])[] => [
  ["SupportsHistory", [...type.fields.values()].some((field) => field.history)],
  ["SupportsWorkflow", type.name === "defect" || type.name === "requirement" || type.name === "test"],
  ["SupportsVC", type.versioned],
  ["SupportsCopying", type.attachable],
  ["SupportsMultiValue", [...type.fields.values()].some((field) => field.multi)],
  ["SupportsSubtypes", type.subtypes.length > 0],
  ["SupportsAttachments", type.attachable],
  ["SupportsLocking", type.writable],
  ["FirstLevelResource", true],
];

const entityXml = (type: EntityType): string =>
  element("EntityResourceDescriptor", [["collectionName", type.collection], ["label", type.label], ["name", type.name]], flagsOf(type).map(([name, value]) => leaf(name, value)).join(""));

const entityJson = (type: EntityType): unknown => ({ Name: type.name, CollectionName: type.collection, Label: type.label, ...Object.fromEntries(flagsOf(type)) });

export const entitiesDoc = (shown: Shown): Doc => {
  const types = [...shown.schema.types.values()];
  return {
    xml: () => element("EntityResourceDescriptors", [], types.map(entityXml).join("")),
    json: () => ({ EntityResourceDescriptor: types.map(entityJson) }),
  };
};

export const entityTypeDoc = (type: EntityType): Doc => ({ xml: () => entityXml(type), json: () => entityJson(type) });

const listOf = ({ project }: Shown, field: Field): ValueList | undefined => project.lists.find((list) => list.name === field.list);

const newFacts = (field: Field): readonly (readonly [string, string | boolean])[] => [
  ["CanChangeRequired", field.required !== "system"],
  ["isTime", field.type === "DateTime"],
  ["Searchable", field.type === "Memo" || field.type === "String"],
  ["VisibleInWebUI", true],
  ["Description", ""],
];

const facts = ({ options }: Shown, field: Field): readonly (readonly [string, string | number | boolean])[] => [
  ["Size", field.size],
  ["History", field.history],
  ["Required", field.required !== null],
  ["System", field.system],
  ["Type", field.type],
  ["Verify", field.verify],
  ["Virtual", false],
  ["Active", true],
  ["Editable", !field.serverOwned],
  ["Filterable", field.filterable],
  ["Groupable", field.filterable && !field.multi && field.type !== "DateTime"],
  ["SupportsMultivalue", field.multi],
  ["Visible", true],
  ["VersionControlled", false],
  ...(options.newFieldFacts ? newFacts(field) : []),
];

const relationsOf = ({ schema }: Shown, type: EntityType, field: Field): readonly Relation[] => schema.relations.filter(({ from, way }) => from === type.name && way.kind === "field" && way.field === field.name);

const fieldXml = (shown: Shown, type: EntityType, field: Field): string => {
  const list = listOf(shown, field);
  const references = relationsOf(shown, type, field).map(({ name, to }) => element("RelationReference", [["RelationName", name], ["ReferencedEntityType", to]], ""));
  return element(
    "Field",
    [["PhysicalName", field.physical], ["Name", field.name], ["Label", field.label]],
    facts(shown, field).map(([name, value]) => leaf(name, value)).join("") + (list ? leaf("List-Id", list.id) : "") + (references.length > 0 ? element("References", [], references.join("")) : ""),
  );
};

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const fieldJson = (shown: Shown, type: EntityType, field: Field): unknown => {
  const list = listOf(shown, field);
  return {
    name: field.name,
    physicalName: field.physical,
    label: field.label,
    ...Object.fromEntries(facts(shown, field).map(([name, value]) => [lowerFirst(name), value])),
    listId: list?.id ?? null,
    fieldRelationReferences: field.type === "Reference" ? { referenceTypeField: null, references: relationsOf(shown, type, field).map(({ name, to }) => ({ referencedEntityType: to, relationName: name })) } : null,
  };
};

const isYes = (text: string | undefined): boolean => text?.toLowerCase() === "true" || text?.toLowerCase() === "y";

export const fieldsDoc = (shown: Shown, type: EntityType, subtype: string | null, params: ReadonlyMap<string, string>): Doc => {
  const fields = [...type.fields.values()].filter(
    (field) => (subtype === null || field.subtypes === null || field.subtypes.includes(subtype)) && (!isYes(params.get("required")) || field.required !== null) && (!isYes(params.get("can-filter")) || field.filterable),
  );
  return { xml: () => element("Fields", [], fields.map((field) => fieldXml(shown, type, field)).join("")), json: () => ({ Fields: { Field: fields.map((field) => fieldJson(shown, type, field)) } }) };
};

export const typesDoc = (type: EntityType): Doc => ({
  xml: () => element("types", [], type.subtypes.map(({ id, name }) => element("type", [["name", name], ["id", id]], "")).join("")),
  json: () => ({ types: type.subtypes.map(({ id, name, more }) => ({ id, name, ...more })) }),
});

const itemXml = ({ value, logicalName, items = [] }: ListItem): string => element("Item", [["value", value], ["logicalName", logicalName ?? ""]], items.map(itemXml).join(""));

const itemJson = ({ value, logicalName, items = [] }: ListItem): unknown => ({ value, logicalName: logicalName ?? "", ...(items.length > 0 ? { Items: items.map(itemJson) } : {}) });

const listXml = ({ id, name, logicalName, items }: ValueList): string => element("List", [], leaf("Name", name) + leaf("Id", id) + leaf("LogicalName", logicalName) + element("Items", [], items.map(itemXml).join("")));

const listJson = ({ id, name, logicalName, items }: ValueList): unknown => ({ Name: name, Id: id, LogicalName: logicalName, Items: items.map(itemJson) });

/** All lists, those of one entity, or those named by `name` or `id` (several with commas). */
export const listsDoc = ({ project }: Shown, type: EntityType | null, params: ReadonlyMap<string, string>): Doc => {
  const used = type === null ? null : new Set([...type.fields.values()].map((field) => field.list));
  const among = (name: string): readonly string[] | null => params.get(name)?.split(",").map((one) => one.trim()) ?? null;
  const [names, ids] = [among("name"), among("id")];
  const lists = project.lists.filter((list) => (used === null || used.has(list.name)) && (names === null || names.includes(list.name)) && (ids === null || ids.includes(String(list.id))));
  return { xml: () => element("Lists", [], lists.map(listXml).join("")), json: () => ({ lists: lists.map(listJson) }) };
};

const storageXml = ({ way }: Relation): string =>
  element("StorageDescriptor", [], way.kind === "link" ? element("AssociationStorage", [], leaf("AssociationEntity", way.entity)) : element("ReferenceStorage", [], leaf("ReferenceField", way.field)));

const storageJson = ({ way }: Relation): unknown => ({
  customizationStorageDescriptor: way.kind === "link" ? { AssociationStorage: { AssociationEntity: way.entity } } : { ReferenceStorage: { ReferenceField: way.field } },
});

const kindOf = ({ way }: Relation): string => (way.kind === "link" ? "connection" : way.kind === "field" ? "reference" : "containment");

const relationXml = (relation: Relation): string =>
  element(
    "Relation",
    [["Name", relation.name], ["Label", relation.label], ["SourceEntity", relation.from], ["TargetEntity", relation.to], ["Type", kindOf(relation)]],
    storageXml(relation) + element("TargetAliases", [], `<TargetAlias Name="${escapeXml(relation.alias)}" Unique="true"/>`),
  );

export const relationsDoc = ({ schema }: Shown, type: EntityType | null): Doc => {
  const relations = schema.relations.filter(({ from }) => type === null || from === type.name);
  return {
    xml: () => element("Relations", [["TotalResults", relations.length]], relations.map(relationXml).join("")),
    json: () => ({
      Relation: relations.map((relation) => ({
        ...{ Name: relation.name, Label: relation.label, SourceEntity: relation.from, TargetEntity: relation.to, Type: kindOf(relation) },
        StorageDescriptor: storageJson(relation),
        TargetAliases: [{ Name: relation.alias, Unique: true }],
      })),
      TotalResults: relations.length,
    }),
  };
};

/** The type named in a customization path: singular. */
export const typeIn = ({ schema }: Shown, name: string | undefined): EntityType => {
  const type = schema.types.get(name ?? "");
  if (!type) throw new QcError(404, "entity-not-found", `There is no entity type ${name ?? ""}.`);
  return type;
};
