// Dot-walking: a path of columns from a row over its references (sheet §4, §5). Answers null where the dictionary knows no such path.

import { type Column, isReference, type Row } from "./model.ts";
import type { Scope } from "./scope.ts";

export interface Spot {
  readonly table: string;
  readonly row: Row;
}

export interface Path {
  /** The last column. */
  readonly column: Column;
  /** The table the last column is read on, before anything is known of rows. */
  readonly table: string;
  /** Columns on the way, with the tables they are read on. */
  readonly hops: readonly { readonly table: string; readonly column: Column }[];
  /** The row that holds the last column; null where a reference on the way is empty or points nowhere. */
  follow(spot: Spot): Spot | null;
}

const DEEPEST = 8;

export const pathOf = (scope: Scope, table: string, field: string): Path | null => {
  const names = field.split(".");
  const hops: { readonly table: string; readonly column: Column }[] = [];
  let at = table;
  for (const name of names.slice(0, -1)) {
    const column = scope.schema.columns(at).get(name);
    if (!column || !isReference(column) || hops.length >= DEEPEST) return null;
    hops.push({ table: at, column });
    at = column.reference;
  }
  const column = scope.schema.columns(at).get(names[names.length - 1] ?? "");
  if (!column) return null;
  const follow = (spot: Spot): Spot | null => {
    let here: Spot | null = spot;
    for (const hop of hops) {
      const target: string = here?.row[hop.column.name] ?? "";
      here = target === "" ? null : scope.schema.find(hop.column.reference, target);
      if (!here) return null;
    }
    return here;
  };
  return { column, table: at, hops, follow };
};
