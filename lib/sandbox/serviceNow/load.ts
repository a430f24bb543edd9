// Contents from outside: a whole state, or rows of any tables on top of a fresh instance, new tables and columns among them.

import type { Row } from "./model.ts";
import type { Scope } from "./scope.ts";
import { stamp } from "./time.ts";
import { completeTable } from "./tables.ts";
import { FORMAT, hashId, type WorldState } from "./world.ts";

type Given = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

export const isWhole = (content: unknown): content is WorldState => isRecord(content) && content.format === FORMAT;

/** {"tables": {"incident": [{…}]}}, or the tables alone. */
export const rowsIn = (content: unknown): Given => {
  const tables = isRecord(content) ? (isRecord(content.tables) ? content.tables : content) : null;
  const bad = tables === null || Object.keys(tables).length === 0 || Object.values(tables).some((rows) => !Array.isArray(rows) || rows.some((row) => !isRecord(row)));
  if (bad) throw new Error('sandbox servicenow: this is no state: give a whole one as GET /_sandbox/state answers it, or rows: {"tables": {"incident": [{"short_description": "…"}]}}');
  return tables as Given;
};

/** Metadata first: the columns say what the rows of other tables mean. */
const FIRST = ["sys_glide_object", "sys_db_object", "sys_dictionary", "sys_dictionary_override", "sys_choice", "sys_number", "sys_user_role", "sys_user_group", "sys_user"];
const rank = (table: string): number => (FIRST.includes(table) ? FIRST.indexOf(table) : FIRST.length);

const textOf = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (isRecord(value)) return textOf(value.value ?? value.display_value);
  return String(value);
};

/** A reference may be given by name; internal types and tables by theirs. */
const resolved = (scope: Scope, table: string, name: string, value: string): string => {
  const column = scope.schema.columns(table).get(name);
  if (!column || column.reference === "" || column.type !== "reference" || value === "" || scope.schema.find(column.reference, value)) return value;
  const target = scope.schema.rows(column.reference).find((row) => [row.name, row.user_name, row.email, row.number, row[scope.schema.displayColumn(column.reference)]].includes(value));
  return target?.[column.key] ?? value;
};

const stored = (scope: Scope, table: string, given: Readonly<Record<string, unknown>>, position: number): Row => {
  const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, resolved(scope, table, name, textOf(value))]));
  const now = stamp(scope.now);
  const stamps = { sys_created_on: now, sys_created_by: "admin", sys_updated_on: values.sys_created_on ?? now, sys_updated_by: values.sys_created_by ?? "admin", sys_mod_count: "0" };
  const known = scope.world.get(table, values.sys_id ?? "");
  const classed = scope.schema.columns(table).has("sys_class_name") ? { sys_class_name: table } : {};
  return { ...stamps, ...classed, ...known, ...values, sys_id: values.sys_id ?? hashId(`loaded ${table} ${position} ${JSON.stringify(given)}`) };
};

const withUsual = (row: Row): Row => ({ active: "true", column_label: row.element ?? "", internal_type: "string", max_length: "40", choice: "0", ...row });

/** Rows go in as they are: no rules, no stamps but those that are missing. */
export const addRows = (scope: Scope, given: Given): void => {
  for (const [table, rows] of Object.entries(given).toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))) {
    if (!scope.schema.has(table)) throw new Error(`sandbox servicenow: there is no table ${table}; give it a row in sys_db_object first`);
    for (const [position, one] of rows.entries()) {
      const row = stored(scope, table, one, position);
      scope.world.put(table, table === "sys_dictionary" ? withUsual(row) : row);
      if (table === "sys_db_object") completeTable(scope, row);
    }
  }
};
