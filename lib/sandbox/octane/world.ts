// The content of the imitated server: entities in tables, indexes by id, by owner and by logical name, files. It keeps no rules.
// Rows stand in the order of their ids, so that the usual order costs nothing (100,000 items).

import { type Entity, type Ref, refsOf, type Values } from "./model.ts";
import type { Schema } from "./schema.ts";

/** Nobody asks these who points at them, except lists for their values; leaving them out keeps 100,000 items small. */
const NOT_INDEXED = new Set(["workspace_user", "list_node", "phase", "metaphase", "user_tag", "workspace_role"]);

const indexedFields = (schema: Schema): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...schema.types.values()].map((type) => [
      type.name,
      [...type.fields.values()].filter((field) => field.name === "list_root" || (field.targets.length > 0 && !field.targets.every((target) => NOT_INDEXED.has(target.type)))).map((field) => field.name),
    ]),
  );

export const SHARED = 500;

interface Shadow {
  readonly until: number;
  /** What searches still see; null: nothing. */
  readonly v: Values | null;
}

interface Row {
  readonly type: string;
  readonly id: string;
  readonly num: number;
  readonly ws: number;
  v: Values;
}

export interface WorldState {
  readonly counters: Readonly<Record<string, number>>;
  readonly entities: readonly { readonly type: string; readonly id: string; readonly num: number; readonly ws: number; readonly v: Values }[];
  readonly files: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, unknown>>;
  readonly passwords: Readonly<Record<string, string>>;
}

export interface World {
  readonly schema: Schema;
  /** Grows with every write: what was computed from older content is stale. */
  version(): number;
  nextNum(table: string): number;
  add(entity: Entity, hiddenUntil?: number): Entity;
  set(entity: Entity, values: Values, hiddenUntil?: number): Entity;
  remove(entity: Entity): void;
  get(table: string, id: string): Entity | undefined;
  /** Rows of a concrete type or an aggregate in one workspace, by id. */
  rows(type: string, ws: number): readonly Entity[];
  pointing(field: string, target: Ref): readonly Entity[];
  /** Every reference to an entity that is about to go: field and holder. */
  referrers(target: Ref): readonly (readonly [string, Entity])[];
  isPointedAt(field: string, target: Ref): boolean;
  byLogicalName(name: string, ws: number): Entity | undefined;
  /** As a search sees it now: the entity, an older version of it, or nothing. */
  seenBySearch(entity: Entity, now: number): Entity | undefined;
  shadowed(now: number): boolean;
  readonly files: Map<string, Buffer>;
  readonly scripts: Map<string, unknown>;
  readonly passwords: Map<string, string>;
  state(): WorldState;
  load(state: WorldState): void;
  clear(): void;
}

const sortedKeys = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));

const isSorted = (rows: readonly Entity[], num: number): boolean => rows.length === 0 || rows[rows.length - 1]!.num < num;

const positionOf = (rows: readonly Entity[], num: number): number => {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.num < num) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The first row whose number is not below `num`. */
export const firstFrom = positionOf;

const insertRow = (rows: Entity[], row: Entity): void => {
  if (isSorted(rows, row.num)) rows.push(row);
  else rows.splice(positionOf(rows, row.num), 0, row);
};

export const createWorld = (schema: Schema): World => {
  const ids = new Map<string, Map<string, Row>>();
  const lists = new Map<string, Entity[]>();
  const back = new Map<string, Set<Entity>>();
  const logical = new Map<string, Entity>();
  const counters = new Map<string, number>();
  const shadows = new Map<Entity, Shadow[]>();
  const files = new Map<string, Buffer>();
  const scripts = new Map<string, unknown>();
  const passwords = new Map<string, string>();
  const indexed = indexedFields(schema);
  const allIndexed = [...new Set([...indexed.values()].flat())];
  let version = 0;

  const listKeys = (row: Entity): readonly string[] => {
    const table = schema.tableOf(row.type);
    return table === row.type ? [`${row.type}@${row.ws}`] : [`${row.type}@${row.ws}`, `${table}@${row.ws}`];
  };
  const listOf = (key: string): Entity[] => {
    const known = lists.get(key);
    if (known) return known;
    const made: Entity[] = [];
    lists.set(key, made);
    return made;
  };
  const backKey = (field: string, target: Ref): string => `${field}>${schema.tableOf(target.type)}/${target.id}`;
  const link = (row: Entity): void => {
    for (const field of indexed.get(row.type) ?? [])
      for (const target of refsOf(row.v[field])) {
        const key = backKey(field, target);
        const set = back.get(key) ?? new Set();
        back.set(key, set.add(row));
      }
    if (typeof row.v.logical_name === "string") logical.set(`${row.v.logical_name}@${row.ws}`, row);
  };
  const unlink = (row: Entity): void => {
    for (const field of indexed.get(row.type) ?? []) for (const target of refsOf(row.v[field])) back.get(backKey(field, target))?.delete(row);
    if (typeof row.v.logical_name === "string") logical.delete(`${row.v.logical_name}@${row.ws}`);
  };
  const shade = (row: Entity, until: number | undefined, v: Values | null): void => {
    if (until !== undefined) shadows.set(row, [...(shadows.get(row) ?? []), { until, v }]);
  };
  const add = (entity: Entity, hiddenUntil?: number): Entity => {
    const table = schema.tableOf(entity.type);
    const row: Row = { ...entity };
    const known = ids.get(table) ?? new Map<string, Row>();
    ids.set(table, known.set(row.id, row));
    for (const key of listKeys(row)) insertRow(listOf(key), row);
    counters.set(table, Math.max(counters.get(table) ?? 1000, row.num));
    link(row);
    shade(row, hiddenUntil, null);
    version += 1;
    return row;
  };
  const clear = (): void => {
    for (const map of [ids, lists, back, logical, counters, shadows, files, scripts, passwords]) map.clear();
    version += 1;
  };
  const shadowed = (now: number): boolean => {
    for (const [row, list] of shadows) if (list.every((shadow) => shadow.until <= now)) shadows.delete(row);
    return shadows.size > 0;
  };
  const state = (): WorldState => ({
    counters: sortedKeys(Object.fromEntries(counters)),
    entities: [...ids.keys()].sort().flatMap((table) => [...ids.get(table)!.values()].sort((a, b) => a.num - b.num).map((row) => ({ type: row.type, id: row.id, num: row.num, ws: row.ws, v: sortedKeys(row.v) }))),
    files: sortedKeys(Object.fromEntries([...files].map(([id, bytes]) => [id, bytes.toString("base64")]))),
    scripts: sortedKeys(Object.fromEntries(scripts)),
    passwords: sortedKeys(Object.fromEntries(passwords)),
  });

  return {
    schema,
    files,
    scripts,
    passwords,
    version: () => version,
    nextNum: (table) => {
      const next = (counters.get(table) ?? 1000) + 1;
      counters.set(table, next);
      return next;
    },
    add,
    set: (entity, values, hiddenUntil) => {
      const row = ids.get(schema.tableOf(entity.type))?.get(entity.id);
      if (!row) throw new Error(`sandbox octane: ${entity.type} ${entity.id} is not in the world`);
      unlink(row);
      shade(row, hiddenUntil, row.v);
      row.v = values;
      link(row);
      version += 1;
      return row;
    },
    remove: (entity) => {
      const row = ids.get(schema.tableOf(entity.type))?.get(entity.id);
      if (!row) return;
      unlink(row);
      ids.get(schema.tableOf(row.type))!.delete(row.id);
      for (const key of listKeys(row)) {
        const rows = listOf(key);
        rows.splice(positionOf(rows, row.num), 1);
      }
      shadows.delete(row);
      files.delete(row.type === "attachment" ? row.id : "");
      version += 1;
    },
    get: (table, id) => ids.get(table)?.get(id),
    rows: (type, ws) => lists.get(`${schema.typeNamed(type).subtypeOf ? type : schema.tableOf(type)}@${ws}`) ?? [],
    referrers: (target) => allIndexed.flatMap((field) => [...(back.get(backKey(field, target)) ?? [])].map((row) => [field, row] as const)),
    pointing: (field, target) => [...(back.get(backKey(field, target)) ?? [])].sort((a, b) => a.num - b.num),
    isPointedAt: (field, target) => (back.get(backKey(field, target))?.size ?? 0) > 0,
    byLogicalName: (name, ws) => logical.get(`${name}@${ws}`) ?? logical.get(`${name}@0`),
    seenBySearch: (entity, now) => {
      const shadow = shadows.get(entity)?.find((one) => one.until > now);
      if (!shadow) return entity;
      return shadow.v === null ? undefined : { ...entity, v: shadow.v };
    },
    shadowed,
    state,
    load: (given) => {
      clear();
      for (const entity of given.entities) add({ ...entity });
      for (const [table, num] of Object.entries(given.counters)) counters.set(table, num);
      for (const [id, base64] of Object.entries(given.files)) files.set(id, Buffer.from(base64, "base64"));
      for (const [id, script] of Object.entries(given.scripts)) scripts.set(id, script);
      for (const [id, password] of Object.entries(given.passwords)) passwords.set(id, password);
    },
    clear,
  };
};
