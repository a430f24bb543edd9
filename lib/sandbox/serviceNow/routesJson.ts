// The older interface that clients for bulk export still speak: POST or GET /{table}.do?JSONv2 with an action. Not in the sheet; kept small.

import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import { answer, readJson } from "./call.ts";
import { findRows, readable } from "./list.ts";
import { type Row, SnowError } from "./model.ts";
import type { Scope } from "./scope.ts";
import { displayOf, valueOf } from "./show.ts";
import { insert, PLAIN, remove, update } from "./write.ts";

type Params = Readonly<Record<string, unknown>>;

export const isJsonCall = (request: SandboxRequest): boolean => /^\/[a-z0-9_]+\.do$/.test(request.path) && (request.query.has("JSONv2") || request.query.has("JSON"));

const paramsOf = (request: SandboxRequest): Params => {
  const text = request.body.toString("utf8");
  const body = text.trim() === "" ? {} : readJson(text);
  return { ...Object.fromEntries(request.query), ...(typeof body === "object" && body !== null && !Array.isArray(body) ? body : {}) };
};

const textIn = (params: Params, name: string): string => (typeof params[name] === "string" || typeof params[name] === "number" ? String(params[name]) : "");

const record = (scope: Scope, table: string, row: Row, display: string): Params => {
  const fields: Record<string, string> = {};
  for (const column of scope.schema.columns(table).values()) {
    if (!scope.mayRead(table, row, column.name)) continue;
    const value = valueOf(row, column);
    const shown = display === "" ? "" : displayOf(scope, table, row, column, row[column.name] ?? "");
    fields[column.name] = display === "true" ? shown : value;
    if (display === "all") fields[`dv_${column.name}`] = shown;
  }
  return { ...fields, __status: "success" };
};

const found = (scope: Scope, table: string, params: Params): readonly Row[] => {
  const id = textIn(params, "sysparm_sys_id");
  const query = id === "" ? textIn(params, "sysparm_query") : `sys_id=${id}`;
  const most = Number(textIn(params, "sysparm_record_count") || "10000");
  return findRows(scope, table, query).rows.filter((row) => readable(scope, table, row)).slice(0, Number.isFinite(most) ? most : 10_000);
};

const fieldsIn = (params: Params): Params => Object.fromEntries(Object.entries(params).filter(([name]) => !/^(sysparm_|JSON|displayvalue|records$)/.test(name)));

const bodies = (params: Params): readonly Params[] => (Array.isArray(params.records) ? (params.records as readonly unknown[]).map((one) => (typeof one === "object" && one !== null ? (one as Params) : {})) : [fieldsIn(params)]);

const ACTIONS: Readonly<Record<string, (scope: Scope, table: string, params: Params, show: (row: Row) => unknown) => readonly unknown[]>> = {
  getKeys: (scope, table, params) => found(scope, table, params).map((row) => row.sys_id),
  getRecords: (scope, table, params, show) => found(scope, table, params).map(show),
  get: (scope, table, params, show) => found(scope, table, params).map(show),
  insert: (scope, table, params, show) => bodies(params).map((body) => show(insert(scope, table, body, PLAIN).row)),
  insertMultiple: (scope, table, params, show) => bodies(params).map((body) => show(insert(scope, table, body, PLAIN).row)),
  update: (scope, table, params, show) => found(scope, table, params).map((row) => show(update(scope, table, row.sys_id ?? "", fieldsIn(params), PLAIN).row)),
  deleteRecord: (scope, table, params, show) =>
    found(scope, table, params).map((row) => {
      remove(scope, table, row.sys_id ?? "", PLAIN);
      return show(row);
    }),
};

export const jsonRoute = (request: SandboxRequest, scope: Scope): SandboxReply => {
  const table = request.path.slice(1, -3);
  const params = paramsOf(request);
  const action = textIn(params, "sysparm_action") || "getRecords";
  const carryOut = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!scope.schema.has(table) || !carryOut) throw new SnowError(400, carryOut ? `Invalid table ${table}` : `Unknown action ${action}`);
  const display = textIn(params, "displayvalue");
  return answer("json", { records: carryOut(scope, table, params, (row) => record(scope, row.sys_class_name ?? table, row, display)) });
};
