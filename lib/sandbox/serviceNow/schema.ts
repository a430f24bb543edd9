// The dictionary as the rows of sys_db_object, sys_dictionary, sys_dictionary_override and sys_choice say it (sheet §12): tables, their line of parents, columns, choices.
// It is read anew whenever one of them changes, so that a table made by a row is a table.

import { type Choice, type Column, type Row, truthy } from "./model.ts";
import type { World } from "./world.ts";

export interface Schema {
  has(table: string): boolean;
  label(table: string): string;
  /** The table and its parents, nearest first. */
  chain(table: string): readonly string[];
  /** The table and everything that extends it. */
  family(table: string): readonly string[];
  isA(table: string, ancestor: string): boolean;
  columns(table: string): ReadonlyMap<string, Column>;
  /** The column that stands for a row where it is referred to; "" where there is none. */
  displayColumn(table: string): string;
  /** In order, in a language or else in English; empty where the column has none. */
  choices(table: string, element: string, language: string): readonly Choice[];
  /** By sys_id; tables and types of fields also by their name. */
  find(table: string, sysId: string): { readonly table: string; readonly row: Row } | null;
  /** The class of each row with it: a row lies in the table that it is of. */
  rows(table: string): readonly Row[];
  seen(table: string, now: number): readonly Row[];
}

const SYSTEM: readonly (readonly [name: string, type: string, label: string, length: number])[] = [
  ["sys_id", "GUID", "Sys ID", 32],
  ["sys_created_by", "string", "Created by", 40],
  ["sys_created_on", "glide_date_time", "Created", 40],
  ["sys_mod_count", "integer", "Updates", 40],
  ["sys_updated_by", "string", "Updated by", 40],
  ["sys_updated_on", "glide_date_time", "Updated", 40],
  ["sys_tags", "related_tags", "Tags", 40],
];

export const SYSTEM_COLUMNS: readonly Column[] = SYSTEM.map(([name, type, label, length]) => ({
  name, type, label, length, table: "", mandatory: false, readOnly: true, reference: "", key: "sys_id", choice: "0", byDefault: "", display: false, unique: name === "sys_id", dependsOn: "",
}));

const columnOf = (row: Row, refName: (value: string) => string): Column => ({
  name: row.element ?? "",
  table: row.name ?? "",
  label: row.column_label ?? row.element ?? "",
  type: refName(row.internal_type ?? "string"),
  length: Number(row.max_length ?? "40") || 40,
  mandatory: truthy(row.mandatory),
  readOnly: truthy(row.read_only),
  reference: refName(row.reference ?? ""),
  key: row.reference_key ?? "sys_id",
  choice: row.choice ?? "0",
  byDefault: row.default_value ?? "",
  display: truthy(row.display),
  unique: truthy(row.unique),
  dependsOn: row.dependent_on_field ?? row.dependent ?? "",
});

const overridden = (column: Column, override: Row): Column => ({
  ...column,
  ...(truthy(override.default_value_override) ? { byDefault: override.default_value ?? "" } : {}),
  ...(truthy(override.mandatory_override) ? { mandatory: truthy(override.mandatory) } : {}),
  ...(truthy(override.read_only_override) ? { readOnly: truthy(override.read_only) } : {}),
  ...(truthy(override.display_override) ? { display: true } : {}),
});

interface Index {
  readonly tables: ReadonlyMap<string, Row>;
  readonly types: ReadonlyMap<string, Row>;
  readonly parents: ReadonlyMap<string, string>;
  readonly children: ReadonlyMap<string, readonly string[]>;
  readonly columns: ReadonlyMap<string, readonly Column[]>;
  readonly overrides: ReadonlyMap<string, readonly Row[]>;
  readonly choices: ReadonlyMap<string, readonly Choice[]>;
  readonly memo: Map<string, unknown>;
}

const gather = <T>(pairs: Iterable<readonly [string, T]>): Map<string, T[]> => {
  const lists = new Map<string, T[]>();
  for (const [key, value] of pairs) {
    const list = lists.get(key);
    if (list) list.push(value);
    else lists.set(key, [value]);
  }
  return lists;
};

const choiceOf = (row: Row): Choice => ({ value: row.value ?? "", label: row.label ?? "", dependentValue: row.dependent_value ?? "", sequence: Number(row.sequence ?? "0") });

const buildIndex = (world: World): Index => {
  const objects = world.rows("sys_db_object").filter((row) => row.name !== undefined);
  const tables = new Map(objects.map((row) => [row.name ?? "", row]));
  const nameOf = (value: string): string => (tables.has(value) ? value : (world.get("sys_db_object", value)?.name ?? value));
  const parents = new Map(objects.flatMap((row) => (row.super_class === undefined ? [] : [[row.name ?? "", nameOf(row.super_class)] as const])));
  const words = new Map(world.rows("sys_glide_object").map((row) => [row.sys_id ?? "", row.name ?? ""]));
  const refName = (value: string): string => words.get(value) ?? nameOf(value);
  const dictionary = world.rows("sys_dictionary").filter((row) => row.element !== undefined && row.active !== "false");
  const choices = world.rows("sys_choice").filter((row) => !truthy(row.inactive));
  return {
    tables,
    types: new Map(world.rows("sys_glide_object").map((row) => [row.name ?? "", row])),
    parents,
    children: gather([...parents].map(([child, parent]) => [parent, child] as const)),
    columns: gather(dictionary.map((row) => [row.name ?? "", columnOf(row, refName)] as const)),
    overrides: gather(world.rows("sys_dictionary_override").map((row) => [row.name ?? "", row] as const)),
    choices: new Map([...gather(choices.map((row) => [`${row.language ?? "en"} ${row.name} ${row.element}`, choiceOf(row)] as const))].map(([key, list]) => [key, list.toSorted((a, b) => a.sequence - b.sequence)])),
    memo: new Map(),
  };
};

const chainIn = (index: Index, table: string): readonly string[] => {
  const chain: string[] = [];
  for (let at: string | undefined = table; at !== undefined && !chain.includes(at); at = index.parents.get(at)) chain.push(at);
  return chain;
};

const familyIn = (index: Index, table: string): readonly string[] => {
  const family = [table];
  for (const member of family) for (const child of index.children.get(member) ?? []) if (!family.includes(child)) family.push(child);
  return family;
};

const columnsIn = (index: Index, chain: readonly string[]): ReadonlyMap<string, Column> => {
  const columns = new Map<string, Column>();
  // From the root down: the nearest definition wins, then what its table overrides.
  for (const table of chain.toReversed()) {
    for (const column of index.columns.get(table) ?? []) columns.set(column.name, column);
    for (const override of index.overrides.get(table) ?? []) {
      const column = columns.get(override.element ?? "");
      if (column) columns.set(column.name, overridden(column, override));
    }
  }
  for (const column of SYSTEM_COLUMNS) if (!columns.has(column.name)) columns.set(column.name, column);
  return new Map([...columns].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

const USUAL_NAMES = ["name", "u_name", "number", "short_description"];

const displayIn = (index: Index, chain: readonly string[], columns: ReadonlyMap<string, Column>): string => {
  for (const table of chain) {
    const override = (index.overrides.get(table) ?? []).find((row) => truthy(row.display_override) && columns.has(row.element ?? ""));
    const own = override?.element ?? (index.columns.get(table) ?? []).find((column) => column.display)?.name;
    if (own !== undefined) return own;
  }
  return USUAL_NAMES.find((name) => columns.has(name)) ?? "";
};

export const createSchema = (world: World, choiceInheritance: () => "replace" | "merge"): Schema => {
  let index: Index | undefined;
  let version = -1;
  const fresh = (): Index => {
    const now = world.metadataVersion();
    if (!index || now !== version) {
      index = buildIndex(world);
      version = now;
    }
    return index;
  };
  const remembered = <T>(key: string, make: (current: Index) => T): T => {
    const current = fresh();
    if (!current.memo.has(key)) current.memo.set(key, make(current));
    return current.memo.get(key) as T;
  };
  const chain = (table: string): readonly string[] => remembered(`chain ${table}`, (current) => chainIn(current, table));
  const family = (table: string): readonly string[] => remembered(`family ${table}`, (current) => familyIn(current, table));
  const columns = (table: string): ReadonlyMap<string, Column> => remembered(`columns ${table}`, (current) => columnsIn(current, chain(table)));
  const find = (table: string, sysId: string): { readonly table: string; readonly row: Row } | null => {
    for (const member of family(table)) {
      const row = world.get(member, sysId);
      if (row) return { table: member, row };
    }
    const row = table === "sys_db_object" ? fresh().tables.get(sysId) : table === "sys_glide_object" ? fresh().types.get(sysId) : undefined;
    return row ? { table, row } : null;
  };
  const listOf = (name: string, element: string, language: string): readonly Choice[] => fresh().choices.get(`${language} ${name} ${element}`) ?? (language === "en" ? [] : listOf(name, element, "en"));
  const choices = (table: string, element: string, language: string): readonly Choice[] => {
    const lists = chain(table).map((name) => listOf(name, element, language));
    if (choiceInheritance() === "replace") return lists.find((list) => list.length > 0) ?? [];
    const merged = new Map(lists.toReversed().flatMap((list) => list.map((choice) => [`${choice.dependentValue} ${choice.value}`, choice] as const)));
    return [...merged.values()].toSorted((a, b) => a.sequence - b.sequence);
  };
  return {
    has: (table) => fresh().tables.has(table),
    label: (table) => fresh().tables.get(table)?.label ?? table,
    chain,
    family,
    isA: (table, ancestor) => chain(table).includes(ancestor),
    columns,
    displayColumn: (table) => remembered(`display ${table}`, (current) => displayIn(current, chain(table), columns(table))),
    choices,
    find,
    rows: (table) => {
      const members = family(table);
      return members.length === 1 ? world.rows(table) : members.flatMap((member) => world.rows(member));
    },
    seen: (table, now) => {
      const members = family(table);
      return members.length === 1 ? world.seen(table, now) : members.flatMap((member) => world.seen(member, now));
    },
  };
};
