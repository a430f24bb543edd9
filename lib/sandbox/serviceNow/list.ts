// Finding rows: the query of a request carried out, with what happens to senseless parts, the order of equals and the counting before access rules (sheet §3, §4).

import { mayReadAny } from "./access.ts";
import type { Call } from "./call.ts";
import { type Compiled, compile } from "./match.ts";
import { type Row, SnowError, truthy } from "./model.ts";
import type { Spot } from "./path.ts";
import { property, type Scope } from "./scope.ts";
import { hashId } from "./world.ts";

/** Without sysparm_query, pairs of field and value filter. */
export const queryText = (call: Call, scope: Scope, table: string): string => {
  const given = call.params.get("sysparm_query");
  if (given !== null) return given;
  const columns = scope.schema.columns(table);
  return [...call.params].filter(([name]) => !name.startsWith("sysparm_") && columns.has(name.split(".")[0] ?? "")).map(([name, value]) => `${name}=${value}`).join("^");
};

const checked = (scope: Scope, compiled: Compiled): Compiled | null => {
  if (compiled.invalid.length === 0) return compiled;
  if (scope.options.invalidQuery === "forbid") throw new SnowError(403, "Insufficient rights to query records", "Fields present in the query do not have permission to be read");
  const noRows = scope.options.invalidQuery === "noRows" || truthy(property(scope.world, "glide.invalid_query.returns_no_rows"));
  // An order by an unknown field hides no condition.
  return noRows && compiled.invalid.some((text) => !text.startsWith("ORDERBY")) ? null : compiled;
};

const spotOf = (table: string, row: Row): Spot => ({ table: row.sys_class_name ?? table, row });

const tie = (scope: Scope): ((a: Row, b: Row) => number) => {
  if (scope.options.tieOrder === "stable") return (a, b) => ((a.sys_id ?? "") < (b.sys_id ?? "") ? -1 : 1);
  const salt = scope.world.next("tie");
  return (a, b) => (hashId(`${salt} ${a.sys_id}`) < hashId(`${salt} ${b.sys_id}`) ? -1 : 1);
};

export interface Found {
  readonly rows: readonly Row[];
  readonly groupBy: readonly string[];
}

/** All rows that the query finds, in order, access rules not yet asked. */
export const findRows = (scope: Scope, table: string, text: string): Found => {
  if (scope.options.unreadableTable === "forbid" && !mayReadAny(scope, table)) throw new SnowError(403, "Insufficient rights to query records");
  const compiled = checked(scope, compile(scope, table, text));
  if (!compiled) return { rows: [], groupBy: [] };
  const equal = tie(scope);
  const rows = scope.schema.seen(table, scope.now).filter((row) => compiled.test(spotOf(table, row)));
  return { rows: rows.toSorted((a, b) => compiled.compare(spotOf(table, a), spotOf(table, b)) || equal(a, b)), groupBy: compiled.groupBy };
};

export const readable = (scope: Scope, table: string, row: Row): boolean => scope.mayRead(row.sys_class_name ?? table, row);

/** The pages before and after, with the request's own parameters. */
export const linkHeader = (call: Call, limit: number, offset: number, total: number | null, more: boolean): string => {
  const address = (at: number): string => {
    const params = new URLSearchParams(call.params);
    params.set("sysparm_limit", String(limit));
    params.set("sysparm_offset", String(at));
    return `<${call.base}${call.path}?${params.toString()}>`;
  };
  const parts: string[] = [];
  if (more) parts.push(`${address(offset + limit)};rel="next"`);
  if (offset > 0) parts.push(`${address(Math.max(0, offset - limit))};rel="prev"`);
  parts.push(`${address(0)};rel="first"`);
  if (total !== null && limit > 0) parts.push(`${address(Math.max(0, Math.ceil(total / limit) - 1) * limit)};rel="last"`);
  return parts.join(",");
};
