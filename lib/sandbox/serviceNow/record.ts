// A row as the Table API answers it: which fields, under which keys, in which of the display modes (sheet §3, §5).

import { type Call, isTrue, listParam } from "./call.ts";
import { isReference, type Row } from "./model.ts";
import { type Path, pathOf, type Spot } from "./path.ts";
import type { Scope } from "./scope.ts";
import { displayOf, valueOf } from "./show.ts";

export interface Shape {
  readonly fields: readonly (readonly [key: string, path: Path])[];
  readonly display: "false" | "true" | "all";
  readonly links: boolean;
  /** "https://host/api/now" */
  readonly api: string;
}

const viewFields = (scope: Scope, table: string, name: string): readonly string[] => {
  const { world } = scope;
  const views = world.rows("sys_ui_view").filter((view) => (view.name ?? "") === name || (view.title ?? "").toLowerCase() === name.toLowerCase()).map((view) => view.sys_id);
  const list = scope.schema.chain(table).map((one) => world.rows("sys_ui_list").find((row) => row.name === one && views.includes(row.view))).find((row) => row !== undefined);
  if (!list) return [];
  const elements = world.rows("sys_ui_list_element").filter((row) => row.list_id === list.sys_id).toSorted((a, b) => Number(a.position ?? "0") - Number(b.position ?? "0"));
  return [...elements.map((row) => row.element ?? ""), "sys_id"];
};

/** sysparm_fields goes before sysparm_view; names that are not there are left out. */
export const shapeOf = (call: Call, scope: Scope, table: string): Shape => {
  const asked = listParam(call, "sysparm_fields");
  const view = call.params.get("sysparm_view");
  const named = asked.length > 0 ? asked : view === null ? [] : viewFields(scope, table, view);
  const names = named.length > 0 ? [...new Set(named)] : [...scope.schema.columns(table).keys()];
  const mode = call.params.get("sysparm_display_value")?.toLowerCase();
  return {
    fields: names.flatMap((name) => {
      const path = pathOf(scope, table, name);
      return path ? [[name, path] as const] : [];
    }),
    display: mode === "true" || mode === "all" ? mode : "false",
    links: !isTrue(call, "sysparm_exclude_reference_link"),
    api: `${call.base}${call.api}`,
  };
};

const linkOf = (shape: Shape, path: Path, value: string): { readonly link?: string } => {
  if (!shape.links || value === "") return {};
  if (path.column.type === "domain_id") return { link: `${shape.api}/table/sys_user_group/${value}` };
  if (!isReference(path.column)) return {};
  return { link: path.column.key === "sys_id" ? `${shape.api}/table/${path.column.reference}/${value}` : `${shape.api}/table/${path.column.reference}?${path.column.key}=${value}` };
};

/** undefined: the caller may not read something on the way. */
const readEnd = (scope: Scope, path: Path, spot: Spot): Spot | null | undefined => {
  const first = path.hops[0]?.column.name ?? path.column.name;
  if (!scope.mayRead(spot.table, spot.row, first)) return undefined;
  const end = path.follow(spot);
  if (!end || path.hops.length === 0) return end;
  return scope.mayRead(end.table, end.row) && scope.mayRead(end.table, end.row, path.column.name) ? end : undefined;
};

const cell = (scope: Scope, shape: Shape, path: Path, end: Spot | null): unknown => {
  const value = end ? valueOf(end.row, path.column) : "";
  const shown = (): string => (end ? displayOf(scope, end.table, end.row, path.column, path.column.type === "boolean" ? value : (end.row[path.column.name] ?? "")) : "");
  const link = linkOf(shape, path, value);
  if (shape.display === "all") return { display_value: shown(), ...link, value };
  if (shape.display === "true") return link.link === undefined ? shown() : { display_value: shown(), ...link };
  return link.link === undefined ? value : { ...link, value };
};

export const showRow = (scope: Scope, shape: Shape, table: string, row: Row): Readonly<Record<string, unknown>> => {
  const record: Record<string, unknown> = {};
  for (const [key, path] of shape.fields) {
    const end = readEnd(scope, path, { table, row });
    if (end !== undefined) record[key] = cell(scope, shape, path, end);
    else if (scope.options.unreadableFields === "empty") record[key] = shape.display === "all" ? { display_value: "", value: "" } : "";
  }
  return record;
};
