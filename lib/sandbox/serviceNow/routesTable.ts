// The Table API (sheet §3): lists, records, and their writing.

import { answer, type Call, countParam, empty, isTrue, type Reply, readBody, wrongMethod, wrongPath } from "./call.ts";
import { findRows, linkHeader, queryText, readable } from "./list.ts";
import { badRequest, errorBody, noRecord, type Row } from "./model.ts";
import { shapeOf, showRow } from "./record.ts";
import type { Scope } from "./scope.ts";
import { afterInsert, afterRemove } from "./tables.ts";
import { insert, remove, update, type WriteMode, type Written } from "./write.ts";

const MOST = 10_000;

const listHeaders = (call: Call, limit: number, offset: number, total: number, more: boolean): Record<string, string> => {
  const counted = !isTrue(call, "sysparm_no_count");
  const linked = !isTrue(call, "sysparm_suppress_pagination_header");
  return { ...(counted ? { "X-Total-Count": String(total) } : {}), ...(linked ? { Link: linkHeader(call, limit, offset, counted ? total : null, more) } : {}) };
};

/** The transaction is cancelled while rows are being streamed: the status has been sent already (sheet §13). */
const cutShort = (call: Call, scope: Scope, records: readonly unknown[], headers: Record<string, string>): Reply => {
  const part = records.slice(0, scope.options.streamQuota ?? 0);
  if (scope.options.streamBreak === "errorKey") return answer(call.form, { result: part, ...(errorBody("Transaction cancelled: maximum execution time exceeded", "maximum execution time exceeded Check logs for error trace or enable glide.rest.debug property to verify REST request processing") as object) }, 200, headers);
  const whole = JSON.stringify({ result: part });
  return { status: 200, headers: { "Content-Type": "application/json;charset=UTF-8", ...headers }, body: Buffer.from(whole.slice(0, -2)) };
};

const listRows = (call: Call, scope: Scope, table: string): Reply => {
  const limit = countParam(call, "sysparm_limit", MOST);
  const offset = countParam(call, "sysparm_offset", 0);
  const found = findRows(scope, table, queryText(call, scope, table)).rows;
  const rows = scope.options.countHidden ? found : found.filter((row) => readable(scope, table, row));
  if (rows.length === 0 && call.version === "v1" && scope.options.emptyListInV1 === 404) throw noRecord();
  // The limit works before access rules: a page may be short or empty though more follow.
  const page = rows.slice(offset, offset + limit).filter((row) => readable(scope, table, row));
  const shape = shapeOf(call, scope, table);
  const records = page.map((row) => showRow(scope, shape, row.sys_class_name ?? table, row));
  const headers = listHeaders(call, limit, offset, rows.length, offset + limit < rows.length && limit > 0);
  const { streamQuota } = scope.options;
  return streamQuota !== null && records.length > streamQuota ? cutShort(call, scope, records, headers) : answer(call.form, { result: records }, 200, headers);
};

const oneRow = (scope: Scope, table: string, sysId: string): { readonly table: string; readonly row: Row } => {
  const found = scope.schema.find(table, sysId);
  if (!found || !scope.mayRead(found.table, found.row)) throw noRecord();
  return found;
};

const shown = (call: Call, scope: Scope, { table, row }: Written, status: number, headers: Record<string, string> = {}): Reply => {
  if (isTrueHeader(call, "x-no-response-body")) return empty(status, headers);
  return answer(call.form, { result: showRow(scope, shapeOf(call, scope, table), table, row) }, status, headers);
};

const isTrueHeader = (call: Call, name: string): boolean => call.headers[name]?.toLowerCase() === "true";

const modeOf = (call: Call, scope: Scope): WriteMode => ({
  byDisplay: isTrue(call, "sysparm_input_display_value"),
  silent: scope.options.suppressAutoSysField === "honour" && isTrue(call, "sysparm_suppress_auto_sys_field"),
  unchecked: false,
});

const collection = (call: Call, scope: Scope, table: string): Reply => {
  if (call.method === "GET" || call.method === "HEAD") return listRows(call, scope, table);
  if (call.method !== "POST") throw wrongMethod(call);
  const written = insert(scope, table, readBody(call), modeOf(call, scope));
  afterInsert(scope, written);
  return shown(call, scope, written, 201, { Location: `${call.base}${call.api}/table/${table}/${written.row.sys_id}` });
};

const record = (call: Call, scope: Scope, table: string, sysId: string): Reply => {
  if (call.method === "GET" || call.method === "HEAD") return shown({ ...call, headers: {} }, scope, oneRow(scope, table, sysId), 200);
  if (call.method === "PUT" || call.method === "PATCH") return shown(call, scope, update(scope, table, sysId, readBody(call), modeOf(call, scope)), 200);
  if (call.method !== "DELETE") throw wrongMethod(call);
  remove(scope, table, sysId, modeOf(call, scope));
  afterRemove(scope, table);
  return empty(204);
};

/** An unknown table is told before anything else (sheet §13). */
export const knownTable = (scope: Scope, table: string): string => {
  if (!scope.schema.has(table)) throw badRequest(`Invalid table ${table}`);
  return table;
};

export const tableRoute = (call: Call, scope: Scope): Reply => {
  const [, name, sysId, ...more] = call.segments;
  if (name === undefined || more.length > 0) throw wrongPath(call, scope.options);
  const table = knownTable(scope, name);
  return sysId === undefined ? collection(call, scope, table) : record(call, scope, table, sysId);
};
