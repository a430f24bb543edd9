// GET /api/now/ui/meta/{table}: columns with labels, types and choices in one answer. Not documented; a switch takes it away (sheet §12).

import { answer, type Call, type Reply, wrongMethod, wrongPath } from "./call.ts";
import type { Column } from "./model.ts";
import { knownTable } from "./routesTable.ts";
import type { Scope } from "./scope.ts";

const columnMeta = (scope: Scope, table: string, column: Column): Readonly<Record<string, unknown>> => {
  const choices = scope.schema.choices(table, column.name, scope.person.language);
  return {
    label: column.label,
    name: column.name,
    type: column.type,
    internal_type: column.type,
    max_length: String(column.length),
    mandatory: column.mandatory,
    read_only: column.readOnly,
    default_value: column.byDefault,
    filterable: true,
    ...(column.reference === "" ? {} : { reference: column.reference, reference_display_field: scope.schema.displayColumn(column.reference) }),
    ...(column.choice === "0" || choices.length === 0 ? {} : { choices: choices.map(({ value, label }) => ({ value, label })) }),
  };
};

export const metaRoute = (call: Call, scope: Scope): Reply => {
  const [, kind, name, ...more] = call.segments;
  if (!scope.options.uiMeta || kind !== "meta" || name === undefined || more.length > 0) throw wrongPath(call, scope.options);
  if (call.method !== "GET" && call.method !== "HEAD") throw wrongMethod(call);
  const table = knownTable(scope, name);
  const columns = Object.fromEntries([...scope.schema.columns(table)].map(([column, meta]) => [column, columnMeta(scope, table, meta)]));
  return answer(call.form, { result: { columns, view: { sysId: "", name: "Default view" } } });
};
