// Reading a collection: which rows, in which order, which page (sheet, sections 7.2 to 7.5). The order by id costs nothing; other orders are kept until the next write.

import { valueOf } from "./computed.ts";
import { type Entity, type EntityType, type Field, isRef } from "./model.ts";
import { compileQuery, type QueryScope, type Test } from "./match.ts";
import type { OctaneOptions } from "./options.ts";
import type { Operand, Query } from "./query.ts";
import type { Order } from "./selection.ts";
import { firstFrom, SHARED, type World } from "./world.ts";

/** Types that the space shares with its workspaces through the pseudo-workspace. */
const SHARED_TYPES = new Set(["release", "sprint", "epic", "program", "work_item"]);

/** History asked at the space or the site is that of all workspaces. */
const workspacesOf = (world: World, type: EntityType, ws: number): readonly number[] => {
  const all = ws === 0 && type.table === "history_record" ? [SHARED, ...world.rows("workspace", 0).map((one) => one.num)] : [];
  return [...new Set([0, ...(SHARED_TYPES.has(type.name) ? [SHARED] : []), ...all, ws])];
};

const isVisible = (entity: Entity, ws: number): boolean =>
  entity.ws === ws || entity.ws === 0 || (entity.ws === SHARED && (entity.type === "release" || entity.type === "sprint" || entity.type === "epic" || entity.type === "program"));

export const findVisible = (world: World, type: EntityType, ws: number, id: string): Entity | undefined => {
  const entity = world.get(type.table, id);
  if (!entity || !isVisible(entity, ws)) return undefined;
  return type.subtypes || !type.subtypeOf || entity.type === type.name ? entity : undefined;
};

const byNum = (a: Entity, b: Entity): number => a.num - b.num;

export const rowsOf = (world: World, type: EntityType, ws: number): readonly Entity[] => {
  const parts = workspacesOf(world, type, ws).map((one) => {
    const rows = world.rows(type.name, one);
    return one === SHARED && ws !== SHARED && type.name === "work_item" ? rows.filter((row) => row.type === "epic") : rows;
  }).filter((rows) => rows.length > 0);
  return parts.length <= 1 ? (parts[0] ?? []) : parts.flat().sort(byNum);
};

const conjuncts = (query: Query): readonly Query[] => (query.op === "and" ? query.of.flatMap(conjuncts) : [query]);

const digits = (operand: Operand | undefined): number | null => (operand?.is === "text" && /^\d+$/.test(operand.text) ? Number(operand.text) : null);

/** A condition on ids that every match must meet saves reading the rest: ids stand in order. */
const narrowed = (rows: readonly Entity[], query: Query): readonly Entity[] => {
  for (const part of conjuncts(query)) {
    if (!("field" in part) || part.field !== "id") continue;
    const numbers = part.operands.map(digits);
    if (numbers.some((number) => number === null)) continue;
    const [from = 0, to = 0] = numbers as number[];
    if (part.op === "GT" || part.op === "GE") return rows.slice(firstFrom(rows, part.op === "GT" ? from + 1 : from));
    if (part.op === "BTW") return rows.slice(firstFrom(rows, from), firstFrom(rows, to + 1));
    if (part.op === "EQ" || part.op === "IN") {
      // In the place of an id that is gone stands the next one, which may be asked for by itself.
      return [...new Set(numbers as number[])].sort((a, b) => a - b).flatMap((number) => rows[firstFrom(rows, number)] ?? []).filter((row, at, all) => numbers.includes(row.num) && row !== all[at - 1]);
    }
  }
  return rows;
};

const numericIds = (rows: readonly Entity[]): boolean => rows.length === 0 || rows[0]!.id === String(rows[0]!.num);

const sortKey = (world: World, field: Field, now: number) => (entity: Entity): string | number | null => {
  if (field.name === "id") return entity.num;
  const value = valueOf(world, entity, field.name, now);
  if (value === null || value === undefined) return null;
  if (field.kind === "date_time" || field.kind === "date") return Date.parse(String(value));
  if (isRef(value)) {
    const target = world.get(world.schema.tableOf(value.type), value.id);
    if (value.type === "list_node" || value.type === "phase") return Number(target?.v.index ?? 0);
    return String(target?.v.full_name ?? target?.v.name ?? value.id).toLowerCase();
  }
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" ? value : String(value).toLowerCase();
};

const compareKeys = (a: string | number | null, b: string | number | null): number => {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
};

/** Empty values first, ties by id: an order must be total or pages would shift. */
const sorted = (world: World, options: OctaneOptions, type: EntityType, rows: readonly Entity[], order: readonly Order[], now: number): readonly Entity[] => {
  // Names for ids stand in the order in which a condition compares them.
  const textual = options.idOrder === "text" || !numericIds(rows);
  const first = order[0];
  // Nobody asked for an order: as they were made.
  if (first === undefined) return rows;
  if (!textual && first.field === "id") return first.descending ? [...rows].reverse() : rows;
  const keys = order.map((one) => {
    const field = type.fields.get(one.field)!;
    return textual && field.name === "id" ? (entity: Entity): string => entity.id : sortKey(world, field, now);
  });
  const keyed = rows.map((row) => ({ row, keys: keys.map((key) => key(row)) }));
  keyed.sort((a, b) => {
    for (let at = 0; at < keys.length; at += 1) {
      const sign = compareKeys(a.keys[at] ?? null, b.keys[at] ?? null);
      if (sign !== 0) return order[at]!.descending ? -sign : sign;
    }
    return byNum(a.row, b.row);
  });
  return keyed.map((one) => one.row);
};

export interface Listing {
  readonly key: string;
  readonly type: EntityType;
  readonly query: Query | null;
  readonly order: readonly Order[];
  readonly keep: Test | null;
}

const KEPT = 8;

/** Matches in order, remembered until the next write, so that paging does not sort once per page. */
export const createLister = (world: World, options: OctaneOptions) => {
  const kept = new Map<string, readonly Entity[]>();
  let keptAt = -1;
  const compute = (scope: QueryScope, listing: Listing): readonly Entity[] => {
    const shadowed = world.shadowed(scope.now);
    const test = listing.query && compileQuery(scope, listing.type, listing.query);
    const all = rowsOf(world, listing.type, scope.ws);
    const near = listing.query && !shadowed && numericIds(all) ? narrowed(all, listing.query) : all;
    const seen = shadowed ? near.flatMap((row) => world.seenBySearch(row, scope.now) ?? []) : near;
    const matched = test || listing.keep ? seen.filter((row) => (!test || test(row)) && (!listing.keep || listing.keep(row))) : seen;
    return sorted(world, options, listing.type, matched, listing.order, scope.now);
  };
  return (scope: QueryScope, listing: Listing): readonly Entity[] => {
    if (world.shadowed(scope.now)) return compute(scope, listing);
    if (keptAt !== world.version()) kept.clear();
    keptAt = world.version();
    const key = `${scope.ws}/${scope.user.id}/${Math.floor(scope.now / 60_000)}/${listing.key}`;
    const known = kept.get(key);
    if (known) return known;
    const made = compute(scope, listing);
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
    kept.set(key, made);
    return made;
  };
};

export type Lister = ReturnType<typeof createLister>;
