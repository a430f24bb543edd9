// The Import Set API (sheet §11): rows land in a staging table, transform maps carry them over; coalesce fields make it an upsert.

import { may } from "./access.ts";
import { answer, type Call, type Reply, readBody, wrongMethod, wrongPath } from "./call.ts";
import { badRequest, noRecord, operationFailed, type Row, SnowError, truthy } from "./model.ts";
import { knownTable } from "./routesTable.ts";
import type { Scope } from "./scope.ts";
import { nameOfRow } from "./show.ts";
import { insert, PLAIN, update, type Written } from "./write.ts";

type Result = Readonly<Record<string, string>>;

const UNCHECKED = { ...PLAIN, unchecked: true } as const;

interface Field {
  readonly from: string;
  readonly to: string;
  readonly coalesce: boolean;
}

const fieldsOf = (scope: Scope, map: Row): readonly Field[] =>
  scope.world.rows("sys_transform_entry").filter((entry) => entry.map === map.sys_id).map((entry) => ({ from: entry.source_field ?? "", to: entry.target_field ?? "", coalesce: truthy(entry.coalesce) }));

/** The record that all coalesce fields agree on; an empty key finds nothing. */
const existing = (scope: Scope, table: string, fields: readonly Field[], row: Row): Row | undefined => {
  const keys = fields.filter(({ coalesce }) => coalesce);
  if (keys.length === 0 || keys.some(({ from }) => (row[from] ?? "") === "")) return undefined;
  return scope.schema.rows(table).find((target) => keys.every(({ from, to }) => (target[to] ?? "").toLowerCase() === (row[from] ?? "").toLowerCase()));
};

const describe = (call: Call, scope: Scope, map: Row, table: string, target: Written, status: string): Result => {
  const field = scope.schema.displayColumn(target.table);
  return {
    transform_map: map.name ?? "", table, display_name: field, display_value: nameOfRow(scope, target.table, target.row), record_link: `${call.base}/api/now/table/${table}/${target.row.sys_id}`, status, sys_id: target.row.sys_id ?? "",
  };
};

const transform = (call: Call, scope: Scope, map: Row, row: Row): Result => {
  const table = map.target_table ?? "";
  const fields = fieldsOf(scope, map);
  const values = Object.fromEntries(fields.filter(({ from }) => row[from] !== undefined).map(({ from, to }) => [to, row[from]]));
  try {
    const found = existing(scope, table, fields, row);
    if (!found) return describe(call, scope, map, table, insert(scope, table, values, UNCHECKED), "inserted");
    const before = found.sys_mod_count;
    const written = update(scope, table, found.sys_id ?? "", values, UNCHECKED);
    return describe(call, scope, map, table, written, written.row.sys_mod_count === before ? "ignored" : "updated");
  } catch (error) {
    if (!(error instanceof SnowError)) throw error;
    return { transform_map: map.name ?? "", table, status: "error", error_message: error.detail ?? error.message };
  }
};

const newSet = (scope: Scope, staging: string): Row => insert(scope, "sys_import_set", { table_name: staging, state: "loaded", mode: "import_set_table" }, UNCHECKED).row;

/** The staging row remembers what became of it. */
const stage = (call: Call, scope: Scope, staging: string, set: Row, body: Readonly<Record<string, unknown>>, position: number): readonly Result[] => {
  const { row } = insert(scope, staging, { ...body, sys_import_set: set.sys_id, sys_import_row: String(position) }, UNCHECKED);
  const maps = scope.world.rows("sys_transform_map").filter((map) => map.source_table === staging && map.active !== "false").toSorted((a, b) => Number(a.order ?? "100") - Number(b.order ?? "100"));
  const results = maps.map((map) => transform(call, scope, map, row));
  const [first] = results;
  const outcome = first === undefined ? {} : { sys_import_state: first.status ?? "", sys_import_state_comment: first.error_message ?? "", sys_target_table: first.table ?? "", sys_target_sys_id: first.sys_id ?? "", sys_transform_map: maps[0]?.sys_id ?? "" };
  update(scope, staging, row.sys_id ?? "", outcome, UNCHECKED);
  return results;
};

const several = (call: Call, scope: Scope, staging: string, failing: readonly number[]): Reply => {
  const { records } = readBody(call);
  if (!Array.isArray(records)) throw badRequest("Invalid request", "records is missing");
  const set = newSet(scope, staging);
  const results = (records as readonly Readonly<Record<string, unknown>>[]).flatMap((body, at): readonly Result[] => (failing.includes(at) ? [{ status: "error", error_message: "Row could not be loaded" }] : stage(call, scope, staging, set, body, at)));
  if (scope.options.insertMultiple === "sync") return answer(call.form, { import_set: set.number ?? "", staging_table: staging, result: results }, 201);
  return answer(call.form, { import_set_id: set.sys_id ?? "", multi_import_set_id: scope.world.newSysId() }, 201);
};

const oneRow = (call: Call, scope: Scope, staging: string, sysId: string): Reply => {
  const row = scope.world.get(staging, sysId);
  if (!row || !may(scope, "read", staging, row)) throw noRecord();
  const map = scope.world.get("sys_transform_map", row.sys_transform_map ?? "");
  const target = scope.schema.find(row.sys_target_table ?? "", row.sys_target_sys_id ?? "");
  const result = map && target ? [describe(call, scope, map, row.sys_target_table ?? "", target, row.sys_import_state ?? "")] : [{ status: row.sys_import_state ?? "", ...(row.sys_import_state_comment === undefined ? {} : { error_message: row.sys_import_state_comment }) }];
  return answer(call.form, { import_set: scope.world.get("sys_import_set", row.sys_import_set ?? "")?.number ?? "", staging_table: staging, result });
};

export const importRoute = (call: Call, scope: Scope, failing: readonly number[]): Reply => {
  const [, name, more, ...rest] = call.segments;
  if (name === undefined || rest.length > 0) throw wrongPath(call, scope.options);
  const staging = knownTable(scope, name);
  if (!scope.schema.isA(staging, "sys_import_set_row")) throw badRequest(`Invalid staging table ${staging}`);
  if (more !== undefined && more !== "insertMultiple") {
    if (call.method !== "GET") throw wrongMethod(call);
    return oneRow(call, scope, staging, more);
  }
  if (call.method !== "POST") throw wrongMethod(call);
  if (!may(scope, "create", staging, null)) throw operationFailed("ACL Exception Insert Failed due to security constraints");
  if (more === "insertMultiple") return several(call, scope, staging, failing);
  const set = newSet(scope, staging);
  return answer(call.form, { import_set: set.number ?? "", staging_table: staging, result: stage(call, scope, staging, set, readBody(call), 0) }, 201);
};
