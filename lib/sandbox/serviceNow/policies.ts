// Rules that are rows: business rules without scripts (sys_script: abort or set values) and data policies (sys_data_policy2). Both answer 403 (sheet §6, §13).

import type { Draft } from "./logic.ts";
import { assignments, holds } from "./match.ts";
import { operationFailed, type Row, truthy } from "./model.ts";
import type { Scope } from "./scope.ts";

export type Deed = "insert" | "update" | "delete";

const before = (scope: Scope, table: string, deed: Deed): readonly Row[] => {
  const chain = scope.schema.chain(table);
  return scope.world
    .rows("sys_script")
    .filter((rule) => rule.active !== "false" && chain.includes(rule.collection ?? "") && (rule.when ?? "before") === "before" && truthy(rule[`action_${deed}`]))
    .toSorted((a, b) => Number(a.order ?? "100") - Number(b.order ?? "100"));
};

/** Runs what is due, in order; a rule may change the values that the next one sees. */
export const runRules = (scope: Scope, draft: Draft, deed: Deed): void => {
  const { table, values } = draft;
  for (const rule of before(scope, table, deed)) {
    if (!holds(scope, table, values, rule.filter_condition ?? "")) continue;
    for (const [field, value] of assignments(scope, rule.template ?? "")) values[field] = value;
    if (truthy(rule.abort_action)) throw operationFailed(`Operation against file '${table}' was aborted by Business Rule '${rule.name ?? ""}^${rule.sys_id ?? ""}'. Error: ${rule.message ?? "Operation aborted"}`);
  }
};

const missing = (scope: Scope, draft: Draft): readonly string[] => {
  const { world, schema } = scope;
  const { table, values } = draft;
  const chain = schema.chain(table);
  const policies = world.rows("sys_data_policy2").filter((policy) => policy.active !== "false" && policy.enforce_ui !== "only" && (policy.model_table === table || (chain.includes(policy.model_table ?? "") && policy.inherit !== "false")));
  const due = policies.filter((policy) => holds(scope, table, values, policy.conditions ?? "")).map((policy) => policy.sys_id);
  const fields = world.rows("sys_data_policy_rule").filter((rule) => due.includes(rule.sys_data_policy) && truthy(rule.mandatory)).map((rule) => rule.field ?? "");
  const byDictionary = scope.options.dictionaryMandatory === "enforce" ? [...schema.columns(table).values()].filter((column) => column.mandatory).map((column) => column.name) : [];
  return [...new Set([...fields, ...byDictionary])].filter((field) => (values[field] ?? "") === "").toSorted();
};

/** Throws 403 naming the fields that a data policy demands. */
export const checkPolicies = (scope: Scope, draft: Draft): void => {
  const fields = missing(scope, draft);
  if (fields.length === 0) return;
  const labels = fields.map((field) => scope.schema.columns(draft.table).get(field)?.label ?? field);
  throw operationFailed(`Data Policy Exception: The following fields are mandatory: ${labels.join(", ")}`);
};
