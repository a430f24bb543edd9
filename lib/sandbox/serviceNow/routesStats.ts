// The Aggregate API (sheet §16): counts and figures, whole or by groups, over what the caller may read.

import { order } from "./compare.ts";
import { answer, type Call, isTrue, listParam, type Reply, wrongMethod, wrongPath } from "./call.ts";
import { findRows, queryText, readable } from "./list.ts";
import { NUMERIC, type Row } from "./model.ts";
import { type Path, pathOf } from "./path.ts";
import { knownTable } from "./routesTable.ts";
import type { Scope } from "./scope.ts";
import { displayOf, valueOf } from "./show.ts";

interface Stats {
  readonly count?: string;
  readonly [figure: string]: string | Readonly<Record<string, string>> | undefined;
}

interface Group {
  readonly rows: readonly Row[];
  /** Value and display of each field that groups. */
  readonly keys: readonly { readonly field: string; readonly value: string; readonly shown: string }[];
}

const FIGURES = ["min", "max", "sum", "avg"] as const;

const valueAt = (table: string, path: Path, row: Row): string => {
  const end = path.follow({ table: row.sys_class_name ?? table, row });
  return end ? valueOf(end.row, path.column) : "";
};

const shownAt = (scope: Scope, table: string, path: Path, row: Row): string => {
  const end = path.follow({ table: row.sys_class_name ?? table, row });
  return end ? displayOf(scope, end.table, end.row, path.column, end.row[path.column.name] ?? "") : "";
};

const rounded = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(4));

const figure = (name: (typeof FIGURES)[number], path: Path, values: readonly string[]): string => {
  const filled = values.filter((value) => value !== "");
  if (filled.length === 0) return "";
  if (name === "min" || name === "max") {
    const sorted = filled.toSorted((a, b) => order(path.column, a, b));
    return (name === "min" ? sorted[0] : sorted.at(-1)) ?? "";
  }
  if (!NUMERIC.has(path.column.type) && path.column.type !== "currency" && path.column.type !== "price") return "";
  const sum = filled.reduce((total, value) => total + Number(value.split(";").at(-1)), 0);
  return name === "sum" ? rounded(sum) : (sum / filled.length).toFixed(4);
};

const statsOf = (call: Call, scope: Scope, table: string, rows: readonly Row[]): Stats => {
  const stats: Record<string, string | Record<string, string>> = {};
  if (isTrue(call, "sysparm_count")) stats.count = String(rows.length);
  for (const name of FIGURES) {
    const paths = listParam(call, `sysparm_${name}_fields`).flatMap((field) => {
      const path = pathOf(scope, table, field);
      return path ? [[field, path] as const] : [];
    });
    if (paths.length > 0) stats[name] = Object.fromEntries(paths.map(([field, path]) => [field, figure(name, path, rows.map((row) => valueAt(table, path, row)))]));
  }
  return stats;
};

const groupsOf = (scope: Scope, table: string, fields: readonly string[], rows: readonly Row[]): readonly Group[] => {
  const paths = fields.flatMap((field) => {
    const path = pathOf(scope, table, field);
    return path ? [{ field, path }] : [];
  });
  const groups = new Map<string, { rows: Row[]; keys: Group["keys"] }>();
  for (const row of rows) {
    const values = paths.map(({ path }) => valueAt(table, path, row));
    const key = JSON.stringify(values);
    const known = groups.get(key);
    if (known) known.rows.push(row);
    else groups.set(key, { rows: [row], keys: paths.map(({ field, path }, at) => ({ field, value: values[at] ?? "", shown: shownAt(scope, table, path, row) })) });
  }
  const columns = paths.map(({ path }) => path.column);
  return [...groups.values()].toSorted((a, b) => columns.map((column, at) => order(column, a.keys[at]?.value ?? "", b.keys[at]?.value ?? "")).find((by) => by !== 0) ?? 0);
};

const numberIn = (stats: Stats, aggregate: string, field: string): number => {
  if (aggregate === "count") return Number(stats.count ?? "0");
  const figures = stats[aggregate];
  return typeof figures === "object" ? Number(figures[field] ?? "") : Number.NaN;
};

/** "count^state^>^3", several with commas. */
const having = (call: Call, all: (rows: readonly Row[]) => Stats): ((group: Group) => boolean) => {
  const conditions = listParam(call, "sysparm_having").map((text) => text.split("^"));
  const compare: Readonly<Record<string, (a: number, b: number) => boolean>> = { ">": (a, b) => a > b, "<": (a, b) => a < b, ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, "=": (a, b) => a === b, "!=": (a, b) => a !== b };
  return (group) => conditions.every(([aggregate = "", field = "", operator = "", value = ""]) => compare[operator]?.(numberIn(all(group.rows), aggregate.toLowerCase(), field), Number(value)) ?? true);
};

/** "AVG^priority", "count", a grouped field; a second part DESC turns it round. */
const sorted = (call: Call, groups: readonly Group[], all: (rows: readonly Row[]) => Stats): readonly Group[] => {
  const orders = listParam(call, "sysparm_order_by").map((text) => text.split("^"));
  return groups.toSorted((a, b) => {
    for (const parts of orders) {
      const [name = "", field = ""] = parts;
      const down = parts.some((part) => part.toUpperCase() === "DESC") ? -1 : 1;
      const grouped = a.keys.findIndex((key) => key.field === name);
      const by = grouped >= 0 ? (a.keys[grouped]?.value ?? "").localeCompare(b.keys[grouped]?.value ?? "", "en", { numeric: true }) : numberIn(all(a.rows), name.toLowerCase(), field) - numberIn(all(b.rows), name.toLowerCase(), field);
      if (by !== 0 && !Number.isNaN(by)) return by * down;
    }
    return 0;
  });
};

const groupField = (call: Call, { field, value, shown }: Group["keys"][number]): unknown => {
  const mode = call.params.get("sysparm_display_value")?.toLowerCase();
  return mode === "all" ? { field, display_value: shown, value } : { field, value: mode === "true" ? shown : value };
};

export const statsRoute = (call: Call, scope: Scope): Reply => {
  const [, name, ...more] = call.segments;
  if (name === undefined || more.length > 0) throw wrongPath(call, scope.options);
  if (call.method !== "GET" && call.method !== "HEAD") throw wrongMethod(call);
  const table = knownTable(scope, name);
  const found = findRows(scope, table, queryText(call, scope, table));
  const rows = found.rows.filter((row) => readable(scope, table, row));
  const fields = [...listParam(call, "sysparm_group_by"), ...found.groupBy];
  const all = (of: readonly Row[]): Stats => statsOf(call, scope, table, of);
  if (fields.length === 0) return answer(call.form, { result: { stats: all(rows) } });
  const groups = sorted(call, groupsOf(scope, table, [...new Set(fields)], rows).filter(having(call, all)), all);
  const result = groups.map((group) => ({ stats: all(group.rows), groupby_fields: group.keys.map((key) => groupField(call, key)) }));
  return answer(call.form, { result }, 200, { "X-Total-Count": String(result.length) });
};
