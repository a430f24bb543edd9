// Records created, changed and deleted (sheet §6–§8): drops silently what is unknown or forbidden, runs the rules, stamps, appends to journals, keeps the audit.

import { may, mayField } from "./access.ts";
import { auditChange, auditDelete, isAudited } from "./audit.ts";
import { applyLogic, type Draft, nextNumber } from "./logic.ts";
import { isSysId, JOURNALS, noRecord, operationFailed, type Row } from "./model.ts";
import { checkPolicies, runRules } from "./policies.ts";
import { hiddenUntil, type Scope } from "./scope.ts";
import { evaluate } from "./script.ts";
import { stamp } from "./time.ts";
import { fillDefaults, takeValue } from "./values.ts";

export interface WriteMode {
  readonly byDisplay: boolean;
  /** Leaves sys_updated_* and the count of updates as they are. */
  readonly silent: boolean;
  /** People of the control interface and the import are not held to access rules. */
  readonly unchecked: boolean;
}

export const PLAIN: WriteMode = { byDisplay: false, silent: false, unchecked: false };

export interface Written {
  readonly table: string;
  readonly row: Row;
}

const UNSETTABLE = /^sys_(id|created_on|created_by|updated_on|updated_by|mod_count|class_name|domain|domain_path|tags)$/;

interface Entry {
  readonly element: string;
  readonly value: string;
}

interface Given {
  readonly values: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
}

/** What is left of a body once unknown, forbidden and senseless fields are gone. */
const takeAll = (scope: Scope, table: string, row: Row | null, body: Readonly<Record<string, unknown>>, mode: WriteMode): Given => {
  const values: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const [name, given] of Object.entries(body)) {
    const column = scope.schema.columns(table).get(name);
    if (!column || UNSETTABLE.test(name)) continue;
    if (!mode.unchecked && !mayField(scope, row === null ? "create" : "write", table, row, name)) continue;
    if (!mode.unchecked && row === null && !mayField(scope, "write", table, row, name)) continue;
    const value = takeValue(scope, table, column, given, mode.byDisplay);
    if (value === undefined) continue;
    if (!JOURNALS.has(column.type)) values[name] = value;
    else if (value.trim() !== "" && column.type !== "journal_list") entries.push({ element: name, value });
  }
  return { values, entries };
};

const append = (scope: Scope, table: string, row: Row, entries: readonly Entry[]): void => {
  const { world, person } = scope;
  const now = stamp(scope.now);
  for (const { element, value } of entries) {
    const entry = { sys_id: world.newSysId(), name: table, element_id: row.sys_id ?? "", element, value, order: String(world.next("journal")) };
    world.put("sys_journal_field", { ...entry, sys_created_on: now, sys_created_by: person.login, sys_updated_on: now, sys_updated_by: person.login, sys_mod_count: "0" }, hiddenUntil(scope));
  }
};

const checkUnique = (scope: Scope, table: string, row: Row): void => {
  for (const column of scope.schema.columns(table).values()) {
    const value = row[column.name] ?? "";
    if (!column.unique || column.name === "sys_id" || value === "") continue;
    const twin = scope.schema.rows(column.table === "" ? table : column.table).find((other) => other[column.name]?.toLowerCase() === value.toLowerCase() && other.sys_id !== row.sys_id);
    if (twin) throw operationFailed(`Unique Key violation detected by database: ${table}.${column.name} '${value}' is taken`);
  }
};

/** The platform refuses what has no table: rows of "task" may name the class they are to be of. */
const classOf = (scope: Scope, table: string, body: Readonly<Record<string, unknown>>): string => {
  const wanted = body.sys_class_name;
  return typeof wanted === "string" && scope.schema.has(wanted) && scope.schema.isA(wanted, table) ? wanted : table;
};

const newId = (scope: Scope, table: string, given: unknown): string => {
  if (scope.options.suppliedSysId === "ignore" || typeof given !== "string" || !isSysId(given)) return scope.world.newSysId();
  const root = scope.schema.chain(table).at(-1) ?? table;
  if (scope.schema.find(root, given)) throw operationFailed(`Error during insert of ${table} (${given}): Unique Key violation detected by database (Duplicate entry '${given}' for key 'PRIMARY')`, scope.options.duplicateSysIdStatus);
  return given;
};

export const insert = (scope: Scope, asked: string, body: Readonly<Record<string, unknown>>, mode: WriteMode): Written => {
  const { world, schema, person } = scope;
  const table = classOf(scope, asked, body);
  if (!mode.unchecked && !may(scope, "create", table, null)) throw operationFailed("ACL Exception Insert Failed due to security constraints");
  const sysId = newId(scope, table, body.sys_id);
  const { values, entries } = takeAll(scope, table, null, body, mode);
  const columns = schema.columns(table);
  const draft: Draft = { table, before: null, values: { ...fillDefaults(scope, table, { ...values, sys_id: sysId }, (script) => evaluate(scope, script)) } };
  if (columns.has("sys_class_name")) draft.values.sys_class_name = table;
  applyLogic(scope, draft);
  runRules(scope, draft, "insert");
  checkPolicies(scope, withJournals(draft, entries));
  if (columns.has("number")) draft.values.number ||= nextNumber(scope, table);
  const now = stamp(scope.now);
  const row: Row = { ...draft.values, sys_id: sysId, sys_created_on: now, sys_created_by: person.login, sys_updated_on: now, sys_updated_by: person.login, sys_mod_count: "0" };
  checkUnique(scope, table, row);
  world.put(table, row, hiddenUntil(scope));
  append(scope, table, row, entries);
  return { table, row };
};

/** A journal just written counts as filled for policies. */
const withJournals = (draft: Draft, entries: readonly Entry[]): Draft => ({ ...draft, values: { ...draft.values, ...Object.fromEntries(entries.map(({ element, value }) => [element, value])) } });

const same = (before: Row, after: Row): boolean => Object.keys({ ...before, ...after }).every((key) => (before[key] ?? "") === (after[key] ?? ""));

const moved = (scope: Scope, table: string, body: Readonly<Record<string, unknown>>): string => (scope.options.changeClass === "allow" ? classOf(scope, scope.schema.chain(table).at(-1) ?? table, { sys_class_name: body.sys_class_name ?? table }) : table);

export const update = (scope: Scope, asked: string, sysId: string, body: Readonly<Record<string, unknown>>, mode: WriteMode): Written => {
  const { world, schema, person } = scope;
  const found = schema.find(asked, sysId);
  if (!found || (!mode.unchecked && !may(scope, "read", found.table, found.row))) throw noRecord();
  const { row: before } = found;
  if (!mode.unchecked && !may(scope, "write", found.table, before)) throw operationFailed("ACL Exception Update Failed due to security constraints");
  const table = schema.columns(found.table).has("sys_class_name") ? moved(scope, found.table, body) : found.table;
  const { values, entries } = takeAll(scope, table, before, body, mode);
  const draft: Draft = { table, before, values: { ...before, ...values, ...(table === found.table ? {} : { sys_class_name: table }) } };
  if (same(before, draft.values) && entries.length === 0) return found;
  applyLogic(scope, draft);
  runRules(scope, draft, "update");
  checkPolicies(scope, withJournals(draft, entries));
  const touched = !same(before, draft.values) || (entries.length > 0 && scope.options.journalTouches);
  const stamps = mode.silent || !touched ? {} : { sys_updated_on: stamp(scope.now), sys_updated_by: person.login, sys_mod_count: String(Number(before.sys_mod_count ?? "0") + 1) };
  const row: Row = { ...draft.values, ...stamps };
  checkUnique(scope, table, row);
  if (touched) {
    if (table !== found.table) world.remove(found.table, sysId);
    world.put(table, row, hiddenUntil(scope));
    if (isAudited(scope, table)) auditChange(scope, table, before, row);
  }
  append(scope, table, row, entries);
  return { table, row: world.get(table, sysId) ?? row };
};

export const remove = (scope: Scope, asked: string, sysId: string, mode: WriteMode): void => {
  const { world, schema } = scope;
  const found = schema.find(asked, sysId);
  if (!found || (!mode.unchecked && !may(scope, "read", found.table, found.row))) throw noRecord();
  if (!mode.unchecked && !may(scope, "delete", found.table, found.row)) throw operationFailed("ACL Exception Delete Failed due to security constraints");
  runRules(scope, { table: found.table, before: found.row, values: { ...found.row } }, "delete");
  world.remove(found.table, sysId, hiddenUntil(scope));
  auditDelete(scope, found.table, found.row);
  const id = found.row.sys_id ?? "";
  for (const file of world.by("sys_attachment", id)) world.remove("sys_attachment", file.sys_id ?? "");
  for (const entry of world.by("sys_journal_field", id)) world.remove("sys_journal_field", entry.sys_id ?? "");
};
