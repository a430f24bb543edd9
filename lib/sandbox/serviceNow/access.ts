// Access rules: rows of sys_security_acl, named "table", "table.*" or "table.field" (sheet §5, §13). Their roles stand as names in the column "roles", not in a table of
// their own as on the platform: a test can then write a rule in one row. The nearest name in the line of parents decides; admin passes everywhere.

import type { Row } from "./model.ts";
import { compile } from "./match.ts";
import type { Scope } from "./scope.ts";
import type { World } from "./world.ts";

export type Operation = "read" | "write" | "create" | "delete";

interface Rule {
  readonly roles: readonly string[];
  readonly condition: string;
}

const indexes = new WeakMap<World, { readonly version: number; readonly rules: ReadonlyMap<string, readonly Rule[]> }>();

const rulesOf = (world: World): ReadonlyMap<string, readonly Rule[]> => {
  const version = world.version("sys_security_acl");
  const known = indexes.get(world);
  if (known?.version === version) return known.rules;
  const rules = new Map<string, Rule[]>();
  for (const row of world.rows("sys_security_acl")) {
    if (row.active === "false") continue;
    const key = `${row.operation} ${row.name}`;
    rules.set(key, [...(rules.get(key) ?? []), { roles: (row.roles ?? "").split(",").map((role) => role.trim()).filter((role) => role !== ""), condition: row.condition ?? "" }]);
  }
  indexes.set(world, { version, rules });
  return rules;
};

const passes = (scope: Scope, rule: Rule, table: string, row: Row | null): boolean => {
  if (rule.roles.length > 0 && !rule.roles.some((role) => scope.person.roles.has(role))) return false;
  if (rule.condition === "") return true;
  // A condition is judged without access rules of its own: they would ask each other for ever.
  return row !== null && compile({ ...scope, mayRead: () => true, mayQuery: () => true }, table, rule.condition).test({ table, row });
};

const decide = (scope: Scope, operation: Operation, names: readonly string[], table: string, row: Row | null): boolean => {
  const rules = rulesOf(scope.world);
  for (const name of names) {
    const found = rules.get(`${operation} ${name}`);
    if (found) return found.some((rule) => passes(scope, rule, table, row));
  }
  return true;
};

export const may = (scope: Scope, operation: Operation, table: string, row: Row | null): boolean => {
  if (scope.person.roles.has("admin")) return true;
  return decide(scope, operation, [...scope.schema.chain(table), "*"], table, row);
};

export const mayField = (scope: Scope, operation: Operation, table: string, row: Row | null, field: string): boolean => {
  if (scope.person.roles.has("admin")) return true;
  const chain = scope.schema.chain(table);
  return decide(scope, operation, [...chain.map((name) => `${name}.${field}`), ...chain.map((name) => `${name}.*`), `*.${field}`], table, row);
};

/** False where no row of the table can be read, whatever stands in it. */
export const mayReadAny = (scope: Scope, table: string): boolean => {
  if (scope.person.roles.has("admin")) return true;
  const rules = rulesOf(scope.world);
  const found = [...scope.schema.chain(table), "*"].map((name) => rules.get(`read ${name}`)).find((list) => list !== undefined);
  return found === undefined || found.some((rule) => rule.condition !== "" || rule.roles.length === 0 || rule.roles.some((role) => scope.person.roles.has(role)));
};

/** True where every step of the path may be read, as far as that can be told without a row. */
const mayQuery = (scope: Scope, table: string, field: string): boolean => {
  let at = table;
  return field.split(".").every((name) => {
    const open = mayField(scope, "read", at, null, name) && (at === table || mayReadAny(scope, at));
    at = scope.schema.columns(at).get(name)?.reference ?? "";
    return open;
  });
};

/** The scope with the access rules of its own person. */
export const guarded = (scope: Omit<Scope, "mayRead" | "mayQuery">): Scope => {
  const whole: Scope = {
    ...scope,
    mayRead: (table, row, field) => (field === undefined ? may(whole, "read", table, row) : mayField(whole, "read", table, row, field)),
    mayQuery: (table, field) => mayQuery(whole, table, field),
  };
  return whole;
};
