// What the instance tells of its tables: inheritance, columns, overrides, choices (servicenow.md §12). A column is defined
// once, on the highest table; the nearest definition wins. Asked once per connector.

import { AccessError } from "../../core/errors.ts";
import { type Groups, inList } from "./encodedQuery.ts";
import { readAll, readMaybe } from "./pages.ts";
import type { Session } from "./session.ts";
import { isId, type Json, storedText } from "./wire.ts";

export interface Column {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly maxLength: number | undefined;
  readonly mandatory: boolean;
  readonly readOnly: boolean;
  /** Table a reference points at. */
  readonly reference: string;
  /** 0 none, 1 and 3 from a list, 2 suggestions. */
  readonly choice: string;
  readonly defaultValue: string;
  readonly display: boolean;
  /** Column that decides which choices fit. */
  readonly dependsOn: string;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly active: boolean;
  readonly dependent: string;
}

export interface Table {
  readonly name: string;
  readonly label: string;
  /** Itself first, then what it extends. */
  readonly chain: readonly string[];
  readonly columns: ReadonlyMap<string, Column>;
  /** "part": nothing of the table at the top, where most are defined. */
  readonly told: "all" | "part" | "nothing";
}

interface Row {
  readonly name: string;
  readonly label: string;
  readonly parent: string;
}

const PAGE = 1000;
/** Of the base system: what no list of another language says is shown in it. */
const SPARE_LANGUAGE = "en";
const RIGHTS = "give the account read access to sys_db_object, sys_dictionary and sys_choice (role personalize_dictionary, or rules of their own)";
const COLUMN_FIELDS = ["sys_id", "name", "element", "column_label", "internal_type", "internal_type.name", "max_length", "mandatory", "read_only", "reference", "reference.name", "choice", "default_value", "display", "dependent_on_field", "virtual"];
const OVERRIDE_FIELDS = ["sys_id", "name", "element", "mandatory_override", "mandatory", "read_only_override", "read_only", "default_value_override", "default_value"];

const isSameLanguage = (one: string, two: string): boolean => one.toLowerCase() === two.toLowerCase();

const yes = (row: Json, name: string): boolean => ["true", "1"].includes(storedText(row, name));

/** These refer by name or by sys_id (unconfirmed, servicenow.md §12): the name of what they refer to is asked for beside. */
const nameIn = (row: Json, name: string): string => storedText(row, `${name}.name`) || storedText(row, name);

const columnOf = (row: Json): Column => ({
  name: storedText(row, "element"),
  label: storedText(row, "column_label") || storedText(row, "element"),
  type: nameIn(row, "internal_type") || "string",
  maxLength: Number(storedText(row, "max_length")) || undefined,
  mandatory: yes(row, "mandatory"),
  readOnly: yes(row, "read_only") || yes(row, "virtual"),
  reference: nameIn(row, "reference"),
  choice: storedText(row, "choice") || "0",
  defaultValue: storedText(row, "default_value"),
  display: yes(row, "display"),
  dependsOn: storedText(row, "dependent_on_field"),
});

/** Each …_override says whether the value beside it counts (unconfirmed in detail, servicenow.md §12). */
const overridden = (column: Column, row: Json): Column => ({
  ...column,
  ...(yes(row, "mandatory_override") ? { mandatory: yes(row, "mandatory") } : {}),
  ...(yes(row, "read_only_override") ? { readOnly: yes(row, "read_only") } : {}),
  ...(yes(row, "default_value_override") ? { defaultValue: storedText(row, "default_value") } : {}),
});

/** Every table has them, whether its dictionary tells or not (servicenow.md §7). */
const SYSTEM: Readonly<Record<string, string>> = { sys_id: "GUID", sys_created_on: "glide_date_time", sys_created_by: "string", sys_updated_on: "glide_date_time", sys_updated_by: "string", sys_mod_count: "integer" };
const SYSTEM_COLUMNS: readonly Column[] = Object.entries(SYSTEM).map(([name, type]) => ({ name, label: name, type, maxLength: undefined, mandatory: false, readOnly: true, reference: "", choice: "0", defaultValue: "", display: false, dependsOn: "" }));

export class Catalog {
  readonly #session: Session;
  readonly #known = new Map<string, Row>();
  readonly #tables = new Map<string, Table>();
  readonly #choices = new Map<string, readonly Json[]>();

  constructor(session: Session) {
    this.#session = session;
  }

  #read(table: string, where: Groups, fields: readonly string[]): Promise<readonly Json[]> {
    return readAll(this.#session, { path: `table/${table}`, where, fields, limit: PAGE });
  }

  /** Rows of sys_db_object for these tables and everything they extend, a call per level. */
  async #learn(names: readonly string[]): Promise<void> {
    let missing = names.filter((name) => !this.#known.has(name));
    while (missing.length > 0) {
      const rows = await this.#read("sys_db_object", [[inList("name", missing)]], ["sys_id", "name", "label", "super_class", "super_class.name"]);
      const found = rows.filter((row) => missing.includes(storedText(row, "name")));
      const parents = await this.#parents(found);
      for (const row of found) this.#known.set(storedText(row, "name"), { name: storedText(row, "name"), label: storedText(row, "label") || storedText(row, "name"), parent: storedText(row, "super_class.name") || (parents.get(storedText(row, "super_class")) ?? "") });
      missing = [...new Set(found.map((row) => this.#known.get(storedText(row, "name"))?.parent ?? ""))].filter((name) => name !== "" && !this.#known.has(name));
    }
  }

  /** Names of parents that the row itself did not tell. */
  async #parents(rows: readonly Json[]): Promise<ReadonlyMap<string, string>> {
    const ids = rows.filter((row) => storedText(row, "super_class.name") === "").map((row) => storedText(row, "super_class")).filter(isId);
    if (ids.length === 0) return new Map();
    const parents = await this.#read("sys_db_object", [[inList("sys_id", [...new Set(ids)])]], ["sys_id", "name"]);
    return new Map(parents.map((row) => [storedText(row, "sys_id"), storedText(row, "name")]));
  }

  #chain(name: string): readonly string[] {
    const chain: string[] = [];
    for (let at = name; at !== "" && !chain.includes(at); at = this.#known.get(at)?.parent ?? "") chain.push(at);
    return chain;
  }

  /** Those of these tables that the instance has. Throws AccessError where the dictionary cannot be read. */
  async tables(names: readonly string[]): Promise<ReadonlyMap<string, Table>> {
    const missing = names.filter((name) => !this.#tables.has(name));
    await this.#learn(missing);
    const there = missing.filter((name) => this.#known.has(name));
    const all = [...new Set(there.flatMap((name) => this.#chain(name)))];
    if (all.length > 0) {
      const columns = await this.#read("sys_dictionary", [[inList("name", all), "elementISNOTEMPTY", "active=true"]], COLUMN_FIELDS);
      const overrides = await readMaybe(this.#session, { path: "table/sys_dictionary_override", where: [[inList("name", all)]], fields: OVERRIDE_FIELDS, limit: PAGE });
      for (const name of there) this.#tables.set(name, this.#tableOf(name, columns, overrides));
    }
    return new Map(names.flatMap((name) => {
      const table = this.#tables.get(name);
      return table === undefined ? [] : [[name, table] as const];
    }));
  }

  #tableOf(name: string, rows: readonly Json[], overrides: readonly Json[]): Table {
    const chain = this.#chain(name);
    const own = rows.filter((row) => chain.includes(storedText(row, "name")) && storedText(row, "element") !== "");
    const isWhole = own.some((row) => storedText(row, "element") === "sys_id" || storedText(row, "name") === chain.at(-1));
    const columns = new Map<string, Column>();
    // From the base down, so that the nearest comes last.
    for (const table of chain.toReversed()) {
      for (const row of own) if (storedText(row, "name") === table) columns.set(storedText(row, "element"), columnOf(row));
      for (const row of overrides) {
        const column = storedText(row, "name") === table ? columns.get(storedText(row, "element")) : undefined;
        if (column !== undefined) columns.set(column.name, overridden(column, row));
      }
    }
    for (const column of SYSTEM_COLUMNS) if (!columns.has(column.name)) columns.set(column.name, column);
    return { name, label: this.#known.get(name)?.label ?? name, chain, columns, told: isWhole ? "all" : own.length > 0 ? "part" : "nothing" };
  }

  async table(name: string): Promise<Table | undefined> {
    return (await this.tables([name])).get(name);
  }

  /** Throws AccessError where none of these can be seen, or not whole. */
  async demandSome(names: readonly string[]): Promise<ReadonlyMap<string, Table>> {
    const tables = await this.tables(names);
    const unknown = [...tables.values()].find((table) => table.told !== "all");
    if (unknown !== undefined) throw new AccessError(`${this.#session.name}: ${unknown.told === "part" ? "only a part of the columns" : "the columns"} of ${unknown.name} ${unknown.told === "part" ? "can" : "cannot"} be read`, RIGHTS);
    if (tables.size === 0) throw new AccessError(`${this.#session.name}: none of the tables ${names.join(", ")} can be seen`, RIGHTS);
    return tables;
  }

  /** Loads the choices of these tables and what they extend: a list nobody translated is shown to all in the language of the base system. */
  async learnChoices(tables: readonly Table[]): Promise<void> {
    const names = [...new Set(tables.flatMap((table) => table.chain))].filter((name) => !this.#choices.has(name));
    if (names.length === 0) return;
    const { language } = this.#session.options;
    const rows = await this.#read("sys_choice", [[inList("name", names), inList("language", [...new Set([language, SPARE_LANGUAGE])])]], ["sys_id", "name", "element", "language", "value", "label", "sequence", "inactive", "dependent_value"]);
    const told = (row: Json): string => `${storedText(row, "name")}.${storedText(row, "element")}`;
    const spoken = rows.filter((row) => isSameLanguage(storedText(row, "language"), language));
    const translated = new Set(spoken.map(told));
    const lists = [...spoken, ...rows.filter((row) => !translated.has(told(row)))];
    for (const name of names) this.#choices.set(name, lists.filter((row) => storedText(row, "name") === name));
  }

  /** A table's own choices for a column replace its parent's (unconfirmed, servicenow.md §12). */
  choices(table: Table, column: string): readonly Choice[] {
    const rows = table.chain.map((name) => (this.#choices.get(name) ?? []).filter((row) => storedText(row, "element") === column)).find((some) => some.length > 0) ?? [];
    const sequence = (row: Json): number => (storedText(row, "sequence") === "" ? Number.MAX_SAFE_INTEGER : Number(storedText(row, "sequence")));
    return rows
      .toSorted((a, b) => sequence(a) - sequence(b))
      .map((row) => ({ value: storedText(row, "value"), label: storedText(row, "label") || storedText(row, "value"), active: !yes(row, "inactive"), dependent: storedText(row, "dependent_value") }));
  }

  /** Column that shows a row of a table to people (servicenow.md §5). */
  async displayColumn(name: string): Promise<string | undefined> {
    const table = await this.table(name);
    if (table === undefined) return undefined;
    // Where the dictionary keeps it to itself, most are called so; what comes back is compared.
    return [...table.columns.values()].find((column) => column.display)?.name ?? ["name", "number", "short_description"].find((column) => table.columns.has(column)) ?? "name";
  }
}
