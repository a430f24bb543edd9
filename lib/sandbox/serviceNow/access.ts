// Access rules: rows of sys_security_acl, named "table", "table.*" or "table.field" (sheet §5, §13). Their roles stand as names in the column "roles", not in a table of
// their own as on the platform: a test can then write a rule in one row. The nearest name in the line of parents decides; admin passes everywhere.

import type { Row } from "./model.ts";
import { type Compiled, compile } from "./match.ts";
import type { Person, Scope } from "./scope.ts";
import type { World } from "./world.ts";

export type Operation = "read" | "write" | "create" | "delete";

interface Rule {
  readonly roles: readonly string[];
  readonly condition: string;
}

interface Index {
  readonly version: number;
  readonly metadata: number;
  readonly rules: ReadonlyMap<string, readonly Rule[]>;
  /** Rules in force by operation, table and field; null where there is none. */
  readonly memo: Map<string, readonly Rule[] | null>;
}

const indexes = new WeakMap<World, Index>();

const indexOf = (world: World): Index => {
  const known = indexes.get(world);
  const [version, metadata] = [world.version("sys_security_acl"), world.metadataVersion()];
  if (known?.version === version && known.metadata === metadata) return known;
  const rules = new Map<string, Rule[]>();
  for (const row of world.rows("sys_security_acl")) {
    if (row.active === "false") continue;
    const key = `${row.operation} ${row.name}`;
    rules.set(key, [...(rules.get(key) ?? []), { roles: (row.roles ?? "").split(",").map((role) => role.trim()).filter((role) => role !== ""), condition: row.condition ?? "" }]);
  }
  const index: Index = { version, metadata, rules, memo: new Map() };
  indexes.set(world, index);
  return index;
};

const namesOf = (chain: readonly string[], field: string | undefined): readonly string[] =>
  field === undefined ? [...chain, "*"] : [...chain.map((name) => `${name}.${field}`), ...chain.map((name) => `${name}.*`), `*.${field}`];

/** The rules of the nearest name that has any. */
const inForce = (scope: Scope, operation: Operation, table: string, field?: string): readonly Rule[] | null => {
  const index = indexOf(scope.world);
  const key = `${operation} ${table} ${field ?? ""}`;
  const known = index.memo.get(key);
  if (known !== undefined) return known;
  const found = namesOf(scope.schema.chain(table), field).map((name) => index.rules.get(`${operation} ${name}`)).find((rules) => rules !== undefined) ?? null;
  index.memo.set(key, found);
  return found;
};

/** Conditions compiled for one call: its person is made anew for each. They are judged without access rules of their own, which would ask each other for ever. */
const compiled = new WeakMap<Person, Map<string, Compiled>>();

const judged = (scope: Scope, table: string, condition: string): Compiled => {
  const known = compiled.get(scope.person) ?? new Map<string, Compiled>();
  compiled.set(scope.person, known);
  const key = `${table} ${condition}`;
  const made = known.get(key) ?? compile({ ...scope, mayRead: () => true, mayQuery: () => true }, table, condition);
  known.set(key, made);
  return made;
};

const passes = (scope: Scope, rule: Rule, table: string, row: Row | null): boolean => {
  if (rule.roles.length > 0 && !rule.roles.some((role) => scope.person.roles.has(role))) return false;
  if (rule.condition === "") return true;
  return row !== null && judged(scope, table, rule.condition).test({ table, row });
};

const isAdmin = (scope: Scope): boolean => scope.person.roles.has("admin");

export const may = (scope: Scope, operation: Operation, table: string, row: Row | null): boolean => isAdmin(scope) || (inForce(scope, operation, table)?.some((rule) => passes(scope, rule, table, row)) ?? true);

export const mayField = (scope: Scope, operation: Operation, table: string, row: Row | null, field: string): boolean => isAdmin(scope) || (inForce(scope, operation, table, field)?.some((rule) => passes(scope, rule, table, row)) ?? true);

/** False where no row of the table can be read, whatever stands in it. */
export const mayReadAny = (scope: Scope, table: string): boolean =>
  isAdmin(scope) || (inForce(scope, "read", table)?.some((rule) => rule.condition !== "" || rule.roles.length === 0 || rule.roles.some((role) => scope.person.roles.has(role))) ?? true);

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
