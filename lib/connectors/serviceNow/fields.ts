// Columns of a table → fields of the normal form. Pure.

import type { FieldKind, FieldSchema, TypeSchema } from "../../core/types.ts";
import type { Catalog, Choice, Column, Table } from "./metadata.ts";
import type { ServiceNowOptions } from "./options.ts";

/** How a stored value is read and written. `named`: a row of a table that is no item type, known by its shown name. */
export type Codec = "string" | "plain" | "html" | "number" | "boolean" | "date" | "dateTime" | "hours" | "choice" | "person" | "reference" | "named";

export interface Field {
  readonly schema: FieldSchema;
  readonly codec: Codec;
  readonly column: Column;
  readonly choices: readonly Choice[];
}

export interface TypeDef {
  readonly table: Table;
  readonly schema: TypeSchema;
  readonly fields: ReadonlyMap<string, Field>;
  readonly nameField: string;
  /** Column with the number people know: INC0010001. */
  readonly keyField: string | undefined;
  /** Column of the project, where the table has it. */
  readonly projectField: string | undefined;
  /** Column that carries the intent; undefined: the sys_id does. */
  readonly markerField: string | undefined;
  /** Rows of other classes can be told apart. */
  readonly classed: boolean;
}

const MADE_FOR_INTEGRATIONS = "correlation_id";

/** Carries the intent where an instance keeps no sys_id that is given to it (servicenow.md §6.1), and nobody named a column. */
export const spareMarker = (type: TypeDef): string | undefined => (type.markerField === undefined && type.table.columns.has(MADE_FOR_INTEGRATIONS) ? MADE_FOR_INTEGRATIONS : undefined);

/** Journals are comments; the rest is machinery or secret. */
const HIDDEN = new Set(["journal", "journal_input", "journal_list", "password", "password2", "user_image", "image", "conditions", "script", "script_plain", "xml", "domain_id", "document_id", "collection", "workflow", "variables", "glide_var", "name_values", "related_tags", "compressed"]);
const HIDDEN_COLUMNS = new Set(["sys_domain", "sys_domain_path", "sys_tags", "sys_class_path", "sys_mod_count", "comments_and_work_notes"]);
const NUMBERS = new Set(["integer", "decimal", "float", "longint", "percent_complete", "order_index", "auto_increment", "numeric"]);
const WHOLE = new Set(["integer", "longint", "order_index", "auto_increment"]);
/** More than one line fits in. */
const LONG = 255;

const PEOPLE = "sys_user";

const KINDS: Readonly<Record<Codec, FieldKind>> = { string: "string", plain: "text", html: "text", number: "number", boolean: "boolean", date: "date", dateTime: "dateTime", hours: "number", choice: "choice", person: "person", reference: "reference", named: "choice" };

const referred = (column: Column, offered: ReadonlyMap<string, Table>): readonly string[] => [...offered.values()].filter((table) => table.chain.includes(column.reference)).map((table) => table.name);

const codecOf = (column: Column, choices: readonly Choice[], offered: ReadonlyMap<string, Table>): Codec => {
  const { type } = column;
  if (type === "reference" || type === "glide_list") return column.reference === PEOPLE ? "person" : column.reference === "" ? "string" : referred(column, offered).length > 0 ? "reference" : "named";
  if (type === "boolean") return "boolean";
  if (choices.length > 0 && (column.choice !== "0" || type === "choice")) return "choice";
  if (NUMBERS.has(type)) return "number";
  if (type === "glide_date" || type === "date") return "date";
  if (["glide_date_time", "due_date", "datetime", "glide_precise_time"].includes(type)) return "dateTime";
  if (type === "glide_duration" || type === "timer") return "hours";
  if (type === "html" || type === "translated_html") return "html";
  return ["string", "translated_text", "multi_two_lines", "string_full_utf8"].includes(type) && (column.maxLength ?? 40) > LONG ? "plain" : "string";
};

/** Types whose texts are written as they are; of the others we only know how to read them. */
const TEXTS = new Set(["string", "translated_text", "translated_field", "multi_two_lines", "string_full_utf8", "url", "email", "ph_number", "phone_number_e164", "currency", "currency2", "price", "ip_addr", "choice", "glide_list"]);

const fieldOf = (column: Column, choices: readonly Choice[], offered: ReadonlyMap<string, Table>, plainName: boolean, forbidden: boolean): Field => {
  const found = codecOf(column, choices, offered);
  const codec = plainName && found === "plain" ? "string" : found;
  const able = !column.readOnly && !forbidden && !column.name.startsWith("sys_") && (codec !== "string" || TEXTS.has(column.type));
  const active = choices.filter((choice) => choice.active);
  const cuts = column.maxLength !== undefined && ["string", "plain", "html"].includes(codec);
  return {
    codec,
    column,
    choices: codec === "choice" ? choices : [],
    schema: {
      name: column.name,
      label: column.label,
      kind: KINDS[codec],
      multiple: column.type === "glide_list" && codec !== "string",
      onCreate: able,
      onUpdate: able,
      required: able && column.mandatory && column.defaultValue === "",
      ...(codec === "number" && WHOLE.has(column.type) ? { whole: true } : {}),
      ...(cuts && column.maxLength !== undefined ? { maxLength: column.maxLength } : {}),
      ...(codec === "choice" ? { choices: active.map((choice) => ({ id: choice.value, name: choice.label })) } : {}),
      ...(codec === "reference" ? { refersTo: referred(column, offered) } : {}),
    },
  };
};

const NAMES = ["short_description", "name", "title", "u_name", "number"];

const nameFieldOf = (table: Table): string => {
  if (table.columns.has("short_description")) return "short_description";
  const display = [...table.columns.values()].find((column) => column.display && column.name !== "sys_id")?.name;
  return display ?? NAMES.find((name) => table.columns.has(name)) ?? "sys_id";
};

const projectFieldFor = (options: ServiceNowOptions, table: Table): string | undefined => {
  const field = options.projectField[table.name] ?? options.projectField[""] ?? "";
  return table.columns.has(field) ? field : undefined;
};

/** `offered`: every table that is an item type. */
export const typeOf = (catalog: Catalog, table: Table, offered: ReadonlyMap<string, Table>, options: ServiceNowOptions): TypeDef => {
  const nameField = nameFieldOf(table);
  const projectField = projectFieldFor(options, table);
  const markerField = options.marker === "sysId" ? undefined : options.marker;
  const fields = new Map<string, Field>();
  for (const column of table.columns.values()) {
    if (HIDDEN.has(column.type) || HIDDEN_COLUMNS.has(column.name)) continue;
    const forbidden = column.name === markerField || column.name === projectField;
    fields.set(column.name, fieldOf(column, catalog.choices(table, column.name), offered, column.name === nameField, forbidden));
  }
  const schemas = [...fields.values()].map((field) => field.schema).map((schema) => (schema.name === nameField && schema.onCreate ? { ...schema, required: true } : schema));
  for (const schema of schemas) fields.set(schema.name, { ...(fields.get(schema.name) as Field), schema });
  return {
    table,
    fields,
    nameField,
    keyField: table.columns.has("number") && nameField !== "number" ? "number" : undefined,
    projectField,
    markerField,
    classed: table.columns.has("sys_class_name"),
    schema: { name: table.name, label: table.label, fields: schemas, nameField, ...(fields.get("state")?.codec === "choice" ? { statusField: "state" } : {}), canCreate: true, canDelete: true },
  };
};

/** What must stand in sysparm_fields to read a field: who a person is, and what class a reference has, come with it. */
export const wireNames = (field: Field): readonly string[] => {
  const { name, multiple, refersTo } = field.schema;
  if (multiple) return [name];
  if (field.codec === "person") return [name, `${name}.user_name`, `${name}.email`];
  if (field.codec === "reference" && (refersTo?.length ?? 0) > 1) return [name, `${name}.sys_class_name`];
  return [name];
};
