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

interface Tables {
  readonly schema: Schema;
  readonly ids: Map<string, Map<string, Row>>;
  /** Rows of a type or an aggregate in a workspace. */
  readonly lists: Map<string, Entity[]>;
  /** Who points at a target with which field. */
  readonly back: Map<string, Set<Entity>>;
  readonly logical: Map<string, Entity>;
  readonly counters: Map<string, number>;
  readonly indexed: ReadonlyMap<string, readonly string[]>;
}

const listKeys = ({ schema }: Tables, row: Entity): readonly string[] => {
  const table = schema.tableOf(row.type);
  return table === row.type ? [`${row.type}@${row.ws}`] : [`${row.type}@${row.ws}`, `${table}@${row.ws}`];
};

const listOf = ({ lists }: Tables, key: string): Entity[] => {
  const known = lists.get(key);
  if (known) return known;
  const made: Entity[] = [];
  lists.set(key, made);
  return made;
};

const backKey = ({ schema }: Tables, field: string, target: Ref): string => `${field}>${schema.tableOf(target.type)}/${target.id}`;

const link = (tables: Tables, row: Entity): void => {
  for (const field of tables.indexed.get(row.type) ?? [])
    for (const target of refsOf(row.v[field])) {
      const key = backKey(tables, field, target);
      const set = tables.back.get(key) ?? new Set();
      tables.back.set(key, set.add(row));
    }
  if (typeof row.v.logical_name === "string") tables.logical.set(`${row.v.logical_name}@${row.ws}`, row);
};

const unlink = (tables: Tables, row: Entity): void => {
  for (const field of tables.indexed.get(row.type) ?? []) for (const target of refsOf(row.v[field])) tables.back.get(backKey(tables, field, target))?.delete(row);
  if (typeof row.v.logical_name === "string") tables.logical.delete(`${row.v.logical_name}@${row.ws}`);
};

const insert = (tables: Tables, entity: Entity): Row => {
  const table = tables.schema.tableOf(entity.type);
  const row: Row = { ...entity };
  const known = tables.ids.get(table) ?? new Map<string, Row>();
  tables.ids.set(table, known.set(row.id, row));
  for (const key of listKeys(tables, row)) insertRow(listOf(tables, key), row);
  tables.counters.set(table, Math.max(tables.counters.get(table) ?? 1000, row.num));
  link(tables, row);
  return row;
};

const drop = (tables: Tables, row: Row): void => {
  unlink(tables, row);
  tables.ids.get(tables.schema.tableOf(row.type))?.delete(row.id);
  for (const key of listKeys(tables, row)) {
    const rows = listOf(tables, key);
    rows.splice(positionOf(rows, row.num), 1);
  }
};

/** What searches do not know yet (fault "search lag"). */
const createShadows = () => {
  const shadows = new Map<Entity, Shadow[]>();
  return {
    clear: (): void => shadows.clear(),
    drop: (row: Entity): boolean => shadows.delete(row),
    shade: (row: Entity, until: number | undefined, v: Values | null): void => {
      if (until !== undefined) shadows.set(row, [...(shadows.get(row) ?? []), { until, v }]);
    },
    seen: (entity: Entity, now: number): Entity | undefined => {
      const shadow = shadows.get(entity)?.find((one) => one.until > now);
      if (!shadow) return entity;
      return shadow.v === null ? undefined : { ...entity, v: shadow.v };
    },
    any: (now: number): boolean => {
      for (const [row, list] of shadows) if (list.every((shadow) => shadow.until <= now)) shadows.delete(row);
      return shadows.size > 0;
    },
  };
};

interface Attic {
  readonly files: Map<string, Buffer>;
  readonly scripts: Map<string, unknown>;
  readonly passwords: Map<string, string>;
}

const stateOf = ({ ids, counters }: Tables, { files, scripts, passwords }: Attic): WorldState => ({
  counters: sortedKeys(Object.fromEntries(counters)),
  entities: [...ids.keys()].sort().flatMap((table) => [...ids.get(table)!.values()].sort((a, b) => a.num - b.num).map(({ type, id, num, ws, v }) => ({ type, id, num, ws, v: sortedKeys(v) }))),
  files: sortedKeys(Object.fromEntries([...files].map(([id, bytes]) => [id, bytes.toString("base64")]))),
  scripts: sortedKeys(Object.fromEntries(scripts)),
  passwords: sortedKeys(Object.fromEntries(passwords)),
});

/** Anything but a state is refused before the old content goes. */
const checkState = (given: WorldState): void => {
  const isState = typeof given === "object" && given !== null && Array.isArray(given.entities) && [given.counters, given.files, given.scripts, given.passwords].every((part) => typeof part === "object" && part !== null);
  if (!isState) throw new Error("sandbox octane: this is no state; it needs entities, counters, files, scripts and passwords as state() gives them");
};

const fill = (tables: Tables, { files, scripts, passwords }: Attic, given: WorldState): void => {
  for (const entity of given.entities) insert(tables, entity);
  for (const [table, num] of Object.entries(given.counters)) tables.counters.set(table, num);
  for (const [id, base64] of Object.entries(given.files)) files.set(id, Buffer.from(base64, "base64"));
  for (const [id, script] of Object.entries(given.scripts)) scripts.set(id, script);
  for (const [id, password] of Object.entries(given.passwords)) passwords.set(id, password);
};

/** Reading only: what depends on the tables and on nothing else. */
const readers = (tables: Tables): Pick<World, "get" | "rows" | "pointing" | "referrers" | "isPointedAt" | "byLogicalName"> => {
  const { schema, ids, lists, back, logical } = tables;
  const allIndexed = [...new Set([...tables.indexed.values()].flat())];
  return {
    get: (table, id) => ids.get(table)?.get(id),
    rows: (type, ws) => lists.get(`${schema.typeNamed(type).subtypeOf ? type : schema.tableOf(type)}@${ws}`) ?? [],
    pointing: (field, target) => [...(back.get(backKey(tables, field, target)) ?? [])].sort((a, b) => a.num - b.num),
    referrers: (target) => allIndexed.flatMap((field) => [...(back.get(backKey(tables, field, target)) ?? [])].map((row) => [field, row] as const)),
    isPointedAt: (field, target) => (back.get(backKey(tables, field, target))?.size ?? 0) > 0,
    byLogicalName: (name, ws) => logical.get(`${name}@${ws}`) ?? logical.get(`${name}@0`),
  };
};

interface Content {
  readonly tables: Tables;
  readonly attic: Attic;
  readonly shadows: ReturnType<typeof createShadows>;
  version: number;
}

const writers = (content: Content): Pick<World, "nextNum" | "add" | "set" | "remove"> => {
  const { tables, attic, shadows } = content;
  const stored = (entity: Entity): Row | undefined => tables.ids.get(tables.schema.tableOf(entity.type))?.get(entity.id);
  return {
    nextNum: (table) => {
      const next = (tables.counters.get(table) ?? 1000) + 1;
      tables.counters.set(table, next);
      return next;
    },
    add: (entity, hiddenUntil) => {
      const row = insert(tables, entity);
      shadows.shade(row, hiddenUntil, null);
      content.version += 1;
      return row;
    },
    set: (entity, values, hiddenUntil) => {
      const row = stored(entity);
      if (!row) throw new Error(`sandbox octane: ${entity.type} ${entity.id} is not in the world`);
      unlink(tables, row);
      shadows.shade(row, hiddenUntil, row.v);
      row.v = values;
      link(tables, row);
      content.version += 1;
      return row;
    },
    remove: (entity) => {
      const row = stored(entity);
      if (!row) return;
      drop(tables, row);
      shadows.drop(row);
      if (row.type === "attachment") attic.files.delete(row.id);
      content.version += 1;
    },
  };
};

export const createWorld = (schema: Schema): World => {
  const tables: Tables = { schema, ids: new Map(), lists: new Map(), back: new Map(), logical: new Map(), counters: new Map(), indexed: indexedFields(schema) };
  const attic: Attic = { files: new Map(), scripts: new Map(), passwords: new Map() };
  const content: Content = { tables, attic, shadows: createShadows(), version: 0 };
  const clear = (): void => {
    for (const map of [tables.ids, tables.lists, tables.back, tables.logical, tables.counters, attic.files, attic.scripts, attic.passwords]) map.clear();
    content.shadows.clear();
    content.version += 1;
  };
  return {
    schema,
    ...attic,
    ...readers(tables),
    ...writers(content),
    version: () => content.version,
    seenBySearch: content.shadows.seen,
    shadowed: content.shadows.any,
    state: () => stateOf(tables, attic),
    load: (given) => {
      checkState(given);
      clear();
      fill(tables, attic, given);
    },
    clear,
  };
};
