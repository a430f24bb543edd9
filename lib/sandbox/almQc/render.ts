// Rows as the wire shows them, in XML and JSON, with all the forms of "empty" (sheet, section 4).

import { valuesOf } from "./computed.ts";
import { shownMemo } from "./memo.ts";
import type { EntityType, Field, Row } from "./model.ts";
import type { AlmQcOptions } from "./options.ts";
import type { Schema } from "./schema.ts";
import type { Doc } from "./wire.ts";
import type { Project } from "./world.ts";
import { element, escapeXml } from "./xml.ts";

export interface Shown {
  readonly project: Project;
  readonly schema: Schema;
  readonly options: AlmQcOptions;
}

export interface Related {
  readonly alias: string;
  readonly rows: readonly Row[];
  readonly fields: readonly string[];
}

const hash = (text: string): number => {
  let value = 7;
  for (let at = 0; at < text.length; at += 1) value = (value * 31 + text.charCodeAt(at)) % 1_000_003;
  return value;
};

const orders = new WeakMap<EntityType, readonly Field[]>();

/** Answers come in the order of a hash, not of the schema. */
const ordered = (type: EntityType, { fieldOrder }: AlmQcOptions): readonly Field[] => {
  if (fieldOrder === "schema") return [...type.fields.values()];
  const known = orders.get(type);
  if (known) return known;
  const made = [...type.fields.values()].sort((a, b) => hash(a.name) - hash(b.name));
  orders.set(type, made);
  return made;
};

export const belongs = (type: EntityType, row: Row, field: Field): boolean => field.subtypes === null || (type.subtypeField !== null && field.subtypes.includes(row.v[type.subtypeField]?.[0] ?? ""));

const fieldsOf = ({ options }: Shown, type: EntityType, row: Row, asked: ReadonlySet<string> | null): readonly Field[] =>
  ordered(type, options).filter((field) => (asked === null || asked.has(field.name) || (field.name === "id" && options.idAlways)) && belongs(type, row, field));

/** What a person reads in place of an id. */
export const displayOf = ({ project, schema }: Shown, field: Field, value: string): string | undefined => {
  if (field.refers === null) return undefined;
  if (field.refers === "requirement-type") return schema.typeNamed("requirement").subtypes.find((subtype) => subtype.id === value)?.name;
  return project.get(field.refers, Number(value))?.v.name?.[0];
};

/** These come as an element without a value, the others as an empty value. */
const isBareWhenEmpty = (field: Field): boolean => field.type === "Number" || field.type === "Date" || field.type === "DateTime" || (field.type === "Reference" && field.multi);

/** The filter text of the desktop client: one paragraph per condition, with the names of tables and columns. */
const desktopFilter = (schema: Schema, module: string, filter: string): string => {
  const type = schema.types.get(module);
  const parts = [...filter.matchAll(/([\w-]+)\[((?:[^\]"]|"[^"]*")*)\]/g)].map(([, name = "", condition = ""]) => {
    const column = type?.fields.get(name)?.physical ?? name;
    const said = condition.replaceAll('"', '\\"');
    return `{\nTableName:${column.split("_")[0]},\nColumnName:${column},\nLogicalFilter:${said},\nVisualFilter:${said},\nNO_CASE:\n}`;
  });
  return `[Filter]${parts.join("")}`;
};

/** Where a favorite keeps its filter and in which words is a switch (sheet, section 19). */
const favoriteValues = ({ schema, options }: Shown, row: Row, field: Field, values: readonly string[]): readonly string[] => {
  const filter = row.v["filter-data"] ?? [];
  if (field.name === "layout-data") return options.favoriteFilter === "layout" ? filter : values;
  if (field.name !== "filter-data" || options.favoriteFilter === "query") return values;
  return options.favoriteFilter === "layout" ? [] : filter.map((text) => desktopFilter(schema, row.v["module"]?.[0] ?? "", text));
};

const shownValues = (shown: Shown, row: Row, field: Field): readonly string[] => {
  if (row.type === "favorite") return favoriteValues(shown, row, field, valuesOf(shown.project, row, field.name));
  const values = valuesOf(shown.project, row, field.name);
  return field.type === "Memo" ? values.map((value) => shownMemo(value, shown.options)) : values;
};

const fieldXml = (shown: Shown, row: Row, field: Field): string => {
  const values = shownValues(shown, row, field);
  if (values.length === 0) return isBareWhenEmpty(field) ? `<Field Name="${field.name}"/>` : `<Field Name="${field.name}"><Value></Value></Field>`;
  const inner = values.map((value) => {
    const display = displayOf(shown, field, value);
    return `<Value${display === undefined ? "" : ` ReferenceValue="${escapeXml(display)}"`}>${escapeXml(value)}</Value>`;
  });
  return `<Field Name="${field.name}">${inner.join("")}</Field>`;
};

const EMPTY_JSON: Readonly<Record<AlmQcOptions["emptyJson"], readonly unknown[]>> = { object: [{}], null: [{ value: null }], text: [{ value: "" }] };

const fieldJson = (shown: Shown, row: Row, field: Field): unknown => {
  const values = shownValues(shown, row, field);
  if (values.length === 0) return { Name: field.name, values: isBareWhenEmpty(field) ? [] : EMPTY_JSON[shown.options.emptyJson] };
  return {
    Name: field.name,
    values: values.map((value) => {
      const display = shown.options.jsonReferenceValue ? displayOf(shown, field, value) : undefined;
      return display === undefined ? { value } : { value, ReferenceValue: display };
    }),
  };
};

export type Answering = "read" | "write";

const relatedXml = (shown: Shown, related: readonly Related[]): string =>
  element("RelatedEntities", [], related.map(({ alias, rows, fields }) => element("Relation", [["Alias", alias]], rows.map((row) => entityXml(shown, row, new Set(fields), "read")).join(""))).join(""));

export const entityXml = (shown: Shown, row: Row, asked: ReadonlySet<string> | null, answering: Answering, related: readonly Related[] = []): string => {
  const type = shown.schema.typeNamed(row.type);
  const fields = fieldsOf(shown, type, row, asked).map((field) => fieldXml(shown, row, field));
  const status = answering === "write" && shown.options.writeStatus ? ([["EntityStatus", "Success"], ["ErrorMessage", ""]] as const) : [];
  const children = shown.options.childrenCount ? "<ChildrenCount><Value>0</Value></ChildrenCount>" : "";
  return element("Entity", [...status, ["Type", row.type]], `${children}<Fields>${fields.join("")}</Fields>${relatedXml(shown, related)}`);
};

export const entityJson = (shown: Shown, row: Row, asked: ReadonlySet<string> | null, answering: Answering, related: readonly Related[] = []): unknown => {
  const type = shown.schema.typeNamed(row.type);
  const more = related.length === 0 ? {} : { RelatedEntities: related.map(({ alias, rows, fields }) => ({ Alias: alias, entities: rows.map((one) => entityJson(shown, one, new Set(fields), "read")) })) };
  return {
    Type: row.type,
    Fields: fieldsOf(shown, type, row, asked).map((field) => fieldJson(shown, row, field)),
    ...(answering === "read" ? { ErrorMessage: "", EntityStatus: "Success" } : {}),
    ...(shown.options.childrenCount ? { "children-count": 0 } : {}),
    ...more,
  };
};

/** A bare entity: what a call for one answers. */
export const entityDoc = (shown: Shown, row: Row, answering: Answering, asked: ReadonlySet<string> | null = null): Doc => ({
  xml: () => entityXml(shown, row, asked, answering),
  json: () => entityJson(shown, row, asked, answering),
});

export interface Listing {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly asked: ReadonlySet<string> | null;
  readonly answering: Answering;
  readonly related?: (row: Row) => readonly Related[];
}

export const collectionDoc = (shown: Shown, { rows, total, asked, answering, related }: Listing): Doc => ({
  xml: () => element("Entities", [["TotalResults", total]], rows.map((row) => entityXml(shown, row, asked, answering, related?.(row))).join("")),
  json: () => ({ entities: rows.map((row) => entityJson(shown, row, asked, answering, related?.(row))), TotalResults: total }),
});
