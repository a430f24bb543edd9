// Reading collections: fields, paging, order, query (sheet, section 7).

import { valuesOf } from "./computed.ts";
import { badParameter, QcError, unknownField } from "./errors.ts";
import { compileFilter, namedIds, relationOf } from "./filterMatch.ts";
import { type Clause, FilterProblem, type Order, parseFilter, parseOrder } from "./filterParse.ts";
import type { EntityType, Field, Row } from "./model.ts";
import type { AlmQcOptions } from "./options.ts";
import { displayOf, type Listing, type Related, type Shown } from "./render.ts";

type Params = ReadonlyMap<string, string>;

interface Asked {
  readonly fields: ReadonlySet<string> | null;
  readonly related: ReadonlyMap<string, readonly string[]>;
}

const checkField = (type: EntityType, name: string): string => {
  if (!type.fields.has(name)) throw unknownField(type.name, name);
  return name;
};

const readFields = (shown: Shown, type: EntityType, text: string | undefined): Asked => {
  const names = (text ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length === 0) {
    const left = shown.options.unlessAsked[type.name] ?? [];
    return { fields: left.length === 0 ? null : new Set([...type.fields.keys()].filter((name) => !left.includes(name))), related: new Map() };
  }
  const own = new Set<string>();
  const related = new Map<string, readonly string[]>();
  for (const name of names) {
    const [alias = "", field] = name.split(".");
    if (field === undefined) own.add(checkField(type, alias));
    else if (alias === type.name) own.add(checkField(type, field));
    else {
      const relation = relationOf(shown, type, alias);
      if (!relation) throw unknownField(type.name, name);
      related.set(alias, [...(related.get(alias) ?? []), checkField(shown.schema.typeNamed(relation.to), field)]);
    }
  }
  return { fields: own, related };
};

const relatedRows = ({ project }: Shown, type: EntityType, relation: ReturnType<typeof relationOf>, row: Row): readonly Row[] => {
  if (!relation) return [];
  const { way, to } = relation;
  if (way.kind === "field") return (row.v[way.field] ?? []).flatMap((id) => project.get(to, Number(id)) ?? []);
  if (way.kind === "back") return project.rows(to).filter((one) => (one.v[way.field] ?? []).includes(String(row.id)));
  const pairs = project.rows(way.entity).map(({ v }) => ({ one: v["first-endpoint-id"]?.[0], other: v["second-endpoint-id"]?.[0], kind: v["second-endpoint-type"]?.[0] }));
  const ids = pairs.flatMap(({ one, other, kind }): readonly (string | undefined)[] => [
    ...(type.name === "defect" && kind === to && one === String(row.id) ? [other] : []),
    ...(to === "defect" && kind === type.name && other === String(row.id) ? [one] : []),
  ]);
  return ids.flatMap((id) => project.get(to, Number(id)) ?? []);
};

const pageNumber = (name: string, text: string, least: number): number => {
  if (!/^\d+$/.test(text.trim()) || Number(text) < least) throw badParameter(name, text);
  return Number(text);
};

const readPage = (options: AlmQcOptions, params: Params): { readonly size: number; readonly start: number } => {
  const withAncestors = params.get("ancestors-needed")?.toLowerCase() === "y";
  const most = withAncestors ? 50 : options.maxPageSize;
  const text = params.get("page-size");
  const asked = text === undefined || text === "" ? Math.min(withAncestors ? 30 : options.pageSize, most) : text.toLowerCase() === "max" ? most : pageNumber("page-size", text, 0);
  if (asked > most && options.overMax === "refuse") throw badParameter("page-size", text ?? "");
  const start = params.get("start-index");
  return { size: Math.min(asked, most), start: start === undefined || start === "" ? 1 : pageNumber("start-index", start, 1) };
};

const readOrders = (type: EntityType, text: string | undefined): readonly Order[] => {
  if (text === undefined || text.trim() === "") return [];
  try {
    const orders = parseOrder(text);
    for (const { field } of orders) if (!type.fields.has(field)) throw new FilterProblem(`there is no field ${field}`);
    return orders;
  } catch (error) {
    if (error instanceof FilterProblem) throw badParameter("order-by", text);
    throw error;
  }
};

const keyOf = (shown: Shown, field: Field, ignoreCase: boolean, row: Row): string | number => {
  const value = valuesOf(shown.project, row, field.name)[0];
  if (field.type === "Number") return value === undefined ? Number.NEGATIVE_INFINITY : Number(value);
  const text = value === undefined ? "" : (displayOf(shown, field, value) ?? value);
  return ignoreCase ? text.toLowerCase() : text;
};

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

const sorted = (shown: Shown, type: EntityType, rows: readonly Row[], orders: readonly Order[]): readonly Row[] => {
  if (orders.length === 0) return rows;
  const keyed = rows.map((row) => ({ row, keys: orders.map(({ field, ignoreCase }) => keyOf(shown, type.fields.get(field) as Field, ignoreCase, row)) }));
  keyed.sort((a, b) => {
    for (const [at, order] of orders.entries()) {
      const difference = compare(a.keys[at] ?? "", b.keys[at] ?? "");
      if (difference !== 0) return order.descending ? -difference : difference;
    }
    return a.row.id - b.row.id;
  });
  return keyed.map(({ row }) => row);
};

/** Throws the refusal that the sheet names for a query that cannot be read. */
export const refusing = <T>(options: AlmQcOptions, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof FilterProblem) throw new QcError(options.invalidFilterStatus, "invalid-filter-expression", `The filter is not valid: ${error.message}.`);
    throw error;
  }
};

export const readClauses = (options: AlmQcOptions, text: string | undefined): readonly Clause[] => (text === undefined || text.trim() === "" ? [] : refusing(options, () => parseFilter(text, options)));

export interface Search {
  readonly params: Params;
  readonly now: number;
  /** Narrows what there is at all: files of one owner, favorites of one user. */
  readonly among?: readonly Row[];
}

export const matching = (shown: Shown, type: EntityType, { params, now, among }: Search): readonly Row[] => {
  const clauses = readClauses(shown.options, params.get("query"));
  const test = refusing(shown.options, () => compileFilter(shown, type, clauses));
  const named = among === undefined ? namedIds(clauses) : null;
  const all = named === null ? (among ?? shown.project.rows(type.name)) : [...new Set(named)].sort((a, b) => a - b).flatMap((id) => shown.project.get(type.name, id) ?? []);
  return all.flatMap((row) => {
    const seen = shown.project.seen(row, now);
    return seen && test(seen) ? [seen] : [];
  });
};

export const list = (shown: Shown, type: EntityType, search: Search): Listing => {
  const { params } = search;
  const asked = readFields(shown, type, params.get("fields"));
  const orders = readOrders(type, params.get("order-by"));
  const { size, start } = readPage(shown.options, params);
  const found = matching(shown, type, search);
  if (size === 0) return { rows: [], total: 0, asked: asked.fields, answering: "read" };
  const rows = sorted(shown, type, found, orders).slice(start - 1, start - 1 + size);
  const related = (row: Row): readonly Related[] => [...asked.related].map(([alias, fields]) => ({ alias, fields, rows: relatedRows(shown, type, relationOf(shown, type, alias), row) }));
  return { rows, total: found.length, asked: asked.fields, answering: "read", ...(asked.related.size === 0 ? {} : { related }) };
};

/** GET …/groups/{field}: how often each value stands. */
export const groups = (shown: Shown, type: EntityType, name: string, search: Search): readonly { readonly value: string; readonly display: string | null; readonly size: number }[] => {
  const field = type.fields.get(name);
  if (!field) throw unknownField(type.name, name);
  const counts = new Map<string, number>();
  for (const row of matching(shown, type, search)) {
    const values = valuesOf(shown.project, row, name);
    for (const value of values.length === 0 ? [""] : values) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => compare(a, b)).map(([value, size]) => ({ value, display: displayOf(shown, field, value) ?? null, size }));
};
