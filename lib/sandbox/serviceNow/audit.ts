// What is remembered of changes and deletions: sys_audit and sys_audit_delete, for audited tables only (sheet §7).

import { isReference, JOURNALS, type Row, truthy } from "./model.ts";
import type { Scope } from "./scope.ts";
import { nameOfRow } from "./show.ts";
import { stamp } from "./time.ts";

/** The dictionary's lines of the table and its parents themselves say whether it is audited. */
const linesOf = (scope: Scope, table: string): readonly Row[] => {
  const chain = scope.schema.chain(table);
  return scope.world.rows("sys_dictionary").filter((row) => row.element === undefined && chain.includes(row.name ?? ""));
};

export const isAudited = (scope: Scope, table: string): boolean => linesOf(scope, table).some((line) => truthy(line.audit));

const note = (scope: Scope, table: string, row: Readonly<Record<string, string>>): void => {
  const now = stamp(scope.now);
  const by = scope.person.login;
  scope.world.put(table, { sys_id: scope.world.newSysId(), ...row, sys_created_on: now, sys_created_by: by, ...(table === "sys_audit" ? {} : { sys_updated_on: now, sys_updated_by: by, sys_mod_count: "0" }) });
};

const UNNOTED = /^sys_(updated_on|updated_by|mod_count)$/;

export const auditChange = (scope: Scope, table: string, before: Row, after: Row): void => {
  for (const [name, column] of scope.schema.columns(table)) {
    const [oldValue, newValue] = [before[name] ?? "", after[name] ?? ""];
    if (oldValue === newValue || UNNOTED.test(name) || JOURNALS.has(column.type)) continue;
    note(scope, "sys_audit", { tablename: table, fieldname: name, documentkey: after.sys_id ?? "", oldvalue: oldValue, newvalue: newValue, user: scope.person.login, record_checkpoint: after.sys_mod_count ?? "0" });
  }
};

const xmlText = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const payload = (scope: Scope, table: string, row: Row): string => {
  const fields = [...scope.schema.columns(table).values()].flatMap((column) => {
    const value = row[column.name] ?? "";
    if (value === "") return [];
    const shown = isReference(column) ? ` display_value="${xmlText(scope.schema.find(column.reference, value)?.row.name ?? "").replace(/"/g, "&quot;")}"` : "";
    return [`<${column.name}${shown}>${xmlText(value)}</${column.name}>`];
  });
  return `<?xml version="1.0" encoding="UTF-8"?><record_update><${table} action="INSERT_OR_UPDATE">${fields.join("")}</${table}></record_update>`;
};

export const auditDelete = (scope: Scope, table: string, row: Row): void => {
  if (!isAudited(scope, table)) return;
  const key = row.sys_id ?? "";
  note(scope, "sys_audit", { tablename: table, fieldname: "DELETED", documentkey: key, oldvalue: "", newvalue: "DELETED", user: scope.person.login, record_checkpoint: "-1" });
  if (linesOf(scope, table).some((line) => /\bno_audit_delete(=true)?\b/.test(line.attributes ?? ""))) return;
  note(scope, "sys_audit_delete", { tablename: table, documentkey: key, display_value: nameOfRow(scope, table, row), payload: payload(scope, table, row) });
};
