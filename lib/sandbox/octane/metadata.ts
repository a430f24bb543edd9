// Metadata of types and fields as the server tells them (sheet, section 12): always whole, with the query language over name, entity_name and flags.

import { badQuery } from "./errors.ts";
import type { EntityType, Field } from "./model.ts";
import type { OctaneOptions } from "./options.ts";
import { type Operand, parseQuery, type Query } from "./query.ts";
import { envelope, type Page } from "./render.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

const PARENTS: Readonly<Record<string, { readonly field: string; readonly root: string; readonly depth: number }>> = {
  work_item: { field: "parent", root: "work_item_root", depth: 1 },
  requirement: { field: "parent", root: "requirement_root", depth: 10 },
  product_area: { field: "parent", root: "product_area", depth: 10 },
};

const hierarchy = (world: World, type: EntityType, ws: number, options: OctaneOptions): readonly Json[] => {
  const about = PARENTS[type.table];
  const parents = type.fields.get(about?.field ?? "")?.targets.map((target) => target.type) ?? [];
  const children = [...world.schema.types.values()].filter((other) => !other.subtypes && other.fields.get("parent")?.targets.some((target) => target.type === type.name)).map((other) => other.name);
  if (!about || (parents.length === 0 && children.length === 0)) return [];
  const root = world.rows(about.root, ws)[0];
  const name = options.metadataDialect === "old" ? "hierarchical_entity" : "hierarchy";
  return [{ name, parent_types: parents, child_types: children, max_depth: about.depth, ...(root ? { root: { type: root.type, id: root.id } } : {}) }];
};

const featuresOf = (world: World, type: EntityType, ws: number, options: OctaneOptions): readonly Json[] => {
  const old = options.metadataDialect === "old";
  const has = (field: string): boolean => type.fields.has(field);
  const owned = (what: "comments" | "attachments"): readonly Json[] => (has(what) ? [old ? { name: `has_${what}`, relation_name: `${type.table}_to_${what}` } : { name: what }] : []);
  const udf = [...type.fields.values()].some((field) => field.userDefined);
  return [
    { name: "rest", url: type.collections[0], methods: type.methods, access_level: "PUBLIC" },
    ...(type.subtypes ? [{ name: "subtypes", types: type.subtypes }] : []),
    ...(type.subtypeOf ? [{ name: "subtype_of", type: type.subtypeOf }] : []),
    ...hierarchy(world, type, ws, options),
    ...(has("phase") && !type.subtypes ? [{ name: "phases" }] : []),
    ...owned("comments"),
    ...owned("attachments"),
    ...(udf ? [{ name: "user_defined_fields" }] : []),
    ...(has("phase") ? [{ name: "business_rules" }, { name: "mailing", url: "mails" }, { name: "history" }] : []),
    ...(has("ordering") ? [{ name: "ordering", aspects: [] }] : []),
  ];
};

const entityJson = (world: World, type: EntityType, ws: number, options: OctaneOptions): Json => ({
  type: "entity_metadata",
  name: type.name,
  label: type.label,
  can_modify_label: type.fields.has("phase"),
  description: `${type.label} of the workspace`,
  features: featuresOf(world, type, ws, options),
});

const limits = (field: Field): Json => {
  if (field.kind === "string") return { max_length: field.maxLength };
  if (field.kind === "integer") return { min_value: -2_147_483_648, max_value: 2_147_483_647 };
  return {};
};

const targetJson = ({ kind, multiple, targets }: Field): Json => {
  if (kind !== "reference") return {};
  return { field_type_data: { multiple, targets: targets.map(({ type, logicalName }) => ({ type, ...(logicalName ? { logical_name: logicalName } : {}) })) } };
};

const fieldJson = (type: EntityType, field: Field): Json => ({
  type: "field_metadata",
  entity_name: type.name,
  name: field.name,
  label: field.label,
  field_type: field.kind,
  ...targetJson(field),
  ...limits(field),
  required: field.required,
  editable: field.editable,
  final: field.final,
  filterable: field.filterable,
  sortable: field.sortable,
  groupable: field.kind === "reference" || field.kind === "boolean",
  unique: field.unique,
  returned_by_default: field.byDefault,
  visible_in_ui: field.visible,
  is_user_defined: field.userDefined,
  access_level: "PUBLIC",
  sanitization: field.kind === "memo" ? "HTML" : "NONE",
  field_features: [],
  auto_generated: false,
  description: field.label,
});

const holds = (value: unknown, operand: Operand): boolean => {
  if (operand.is === "null") return value === null || value === undefined;
  if (operand.is !== "text") throw badQuery("Metadata is asked by plain values only.");
  const pattern = operand.parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${pattern}$`).test(String(value));
};

/** The document forbids `||` here, its own clients send it and IN (sheet, section 12). */
const matches = (json: Json, query: Query): boolean => {
  if (query.op === "not") return !matches(json, query.of);
  if (query.op === "and") return query.of.every((part) => matches(json, part));
  if (query.op === "or") return query.of.some((part) => matches(json, part));
  if (!(query.field in json)) {
    if (query.field === "field_type_data" || query.field === "max_length") return false;
    throw badQuery(`Metadata cannot be asked by ${query.field}.`);
  }
  if (query.op !== "EQ" && query.op !== "IN") throw badQuery("Metadata is asked with EQ and IN only.");
  return query.operands.some((operand) => holds(json[query.field], operand));
};

const pick = (rows: readonly Json[], queryText: string | undefined): Page => {
  const query = queryText === undefined || queryText.trim() === "" ? null : parseQuery(queryText);
  return envelope(query ? rows.filter((row) => matches(row, query)) : rows);
};

export const entityMetadata = (world: World, ws: number, options: OctaneOptions, query: string | undefined): Page =>
  pick([...world.schema.types.values()].map((type) => entityJson(world, type, ws, options)), query);

export const fieldMetadata = (world: World, query: string | undefined): Page =>
  pick([...world.schema.types.values()].flatMap((type) => [...type.fields.values()].map((field) => fieldJson(type, field))), query);
