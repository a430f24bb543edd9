// Rows of tables that are no item types (groups, products, services), found by the name people see. Compared here, because
// nobody says how the instance compares. Never guesses between two.

import { folded } from "../json.ts";
import { atLeast, condition, type Groups, isSafe } from "./encodedQuery.ts";
import type { Catalog } from "./metadata.ts";
import { readAll } from "./pages.ts";
import type { Session } from "./session.ts";
import { chunks } from "../paging.ts";
import { type Json, storedText } from "./wire.ts";

/** Name in small letters → ids of the rows called so. */
export type Named = ReadonlyMap<string, readonly string[]>;

export interface Lookups {
  find(table: string, names: readonly string[]): Promise<Named>;
  /** Every row with its shown name. */
  all(table: string): Promise<readonly { readonly id: string; readonly name: string }[]>;
}

const PAGE = 1000;
const NAMES_PER_CALL = 25;

const demand = (column: string, name: string): readonly string[] => (isSafe(name) ? [condition(column, "=", name)] : [atLeast(column, name) ?? `${column}ISNOTEMPTY`]);

export const createLookups = (session: Session, catalog: Catalog): Lookups => {
  const known = new Map<string, readonly string[]>();
  const keyOf = (table: string, name: string): string => `${table} ${folded(name)}`;
  const rowsOf = async (table: string, column: string, where: Groups): Promise<readonly Json[]> => readAll(session, { path: `table/${table}`, where, fields: ["sys_id", column], limit: PAGE });
  return {
    find: async (table, names) => {
      const missing = [...new Set(names.map((name) => name.trim()))].filter((name) => name !== "" && !known.has(keyOf(table, name)));
      const column = missing.length === 0 ? undefined : await catalog.displayColumn(table);
      if (column !== undefined)
        for (const part of chunks(missing, NAMES_PER_CALL)) {
          const rows = await rowsOf(table, column, part.map((name) => demand(column, name)));
          for (const name of part) {
            const ids = rows.filter((row) => folded(storedText(row, column)) === folded(name)).map((row) => storedText(row, "sys_id"));
            // What is not there yet may be made later.
            if (ids.length > 0) known.set(keyOf(table, name), ids);
          }
        }
      return new Map(names.map((name) => [folded(name), known.get(keyOf(table, name)) ?? []]));
    },
    all: async (table) => {
      const column = await catalog.displayColumn(table);
      if (column === undefined) return [];
      return (await rowsOf(table, column, [[]])).map((row) => ({ id: storedText(row, "sys_id"), name: storedText(row, column) || storedText(row, "sys_id") }));
    },
  };
};
