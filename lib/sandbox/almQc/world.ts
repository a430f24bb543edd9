// The content of the imitated server: projects with rows, lists, audits and files; people and keys. It keeps no rules.
// Rows stand in the order of their ids, so that the usual order costs nothing.

import type { ApiKey, Audit, Row, User, Values, ValueList } from "./model.ts";

/** Fields by which rows are found from the other end. */
const INDEXED: Readonly<Record<string, readonly string[]>> = {
  "requirement-coverage": ["requirement-id", "test-id"],
  "req-trace": ["from-req-id", "to-req-id"],
  "defect-link": ["first-endpoint-id", "second-endpoint-id"],
  "test-instance": ["cycle-id", "test-id"],
  run: ["testcycl-id", "test-id"],
};

const indexed = (type: string): readonly string[] => INDEXED[type] ?? ["parent-id"];

interface ProjectState {
  readonly domain: string;
  readonly name: string;
  readonly uid: string;
  readonly counters: Readonly<Record<string, number>>;
  readonly lists: readonly ValueList[];
  readonly rows: readonly Row[];
  readonly audits: readonly Audit[];
  /** By attachment id, base64. */
  readonly files: Readonly<Record<string, string>>;
  /** What a checked-out row held before, by "type/id". */
  readonly checkedIn: Readonly<Record<string, Values>>;
}

export interface WorldState {
  readonly users: readonly User[];
  readonly keys: readonly ApiKey[];
  readonly projects: readonly ProjectState[];
}

export interface Project {
  readonly domain: string;
  readonly name: string;
  readonly uid: string;
  lists: readonly ValueList[];
  readonly audits: Audit[];
  readonly files: Map<number, Buffer>;
  readonly checkedIn: Map<string, Values>;
  /** Grows with every write: what was computed from older content is stale. */
  version(): number;
  nextId(type: string): number;
  add(row: Row, hiddenUntil?: number): Row;
  set(row: Row, values: Values, hiddenUntil?: number): Row;
  remove(row: Row): void;
  get(type: string, id: number): Row | undefined;
  rows(type: string): readonly Row[];
  /** Rows of a type whose field names this id. */
  pointing(type: string, field: string, id: number): readonly Row[];
  /** As a search sees it now: the row, an older version of it, or nothing. */
  seen(row: Row, now: number): Row | undefined;
}

interface Shadow {
  readonly until: number;
  readonly row: Row | null;
}

interface Content {
  readonly tables: Map<string, Map<number, Row>>;
  readonly sorted: Map<string, readonly Row[]>;
  readonly back: Map<string, Set<number>>;
  readonly counters: Map<string, number>;
  /** By row, a version for each write that searches do not know yet: none is hidden for longer than the lag. */
  readonly shadows: Map<string, readonly Shadow[]>;
  version: number;
}

export const rowKey = (row: { readonly type: string; readonly id: number }): string => `${row.type}/${row.id}`;

const link = (content: Content, row: Row, on: boolean): void => {
  for (const field of indexed(row.type)) {
    const target = row.v[field]?.[0];
    if (target === undefined) continue;
    const key = `${row.type}.${field}>${target}`;
    const set = content.back.get(key) ?? new Set<number>();
    if (on) set.add(row.id);
    else set.delete(row.id);
    content.back.set(key, set);
  }
};

const tableOf = (content: Content, type: string): Map<number, Row> => {
  const known = content.tables.get(type);
  if (known) return known;
  const made = new Map<number, Row>();
  content.tables.set(type, made);
  return made;
};

const sortedRows = (content: Content, type: string): readonly Row[] => {
  const known = content.sorted.get(type);
  if (known) return known;
  const made = [...tableOf(content, type).values()].sort((a, b) => a.id - b.id);
  content.sorted.set(type, made);
  return made;
};

const shade = (content: Content, row: Row, hiddenUntil: number | undefined, before: Row | null): void => {
  const key = rowKey(row);
  if (hiddenUntil === undefined) content.shadows.delete(key);
  else content.shadows.set(key, [...(content.shadows.get(key) ?? []), { until: hiddenUntil, row: before }]);
};

const put = (content: Content, row: Row): Row => {
  tableOf(content, row.type).set(row.id, row);
  content.sorted.delete(row.type);
  link(content, row, true);
  content.version += 1;
  return row;
};

const createProject = (domain: string, name: string, uid: string): Project & { readonly counters: Map<string, number>; readonly types: () => readonly string[] } => {
  const content: Content = { tables: new Map(), sorted: new Map(), back: new Map(), counters: new Map(), shadows: new Map(), version: 0 };
  return {
    ...{ domain, name, uid, lists: [], audits: [], files: new Map(), checkedIn: new Map(), counters: content.counters },
    types: () => [...content.tables.keys()].sort(),
    version: () => content.version,
    nextId: (type) => {
      const next = (content.counters.get(type) ?? 0) + 1;
      content.counters.set(type, next);
      return next;
    },
    add: (row, hiddenUntil) => {
      shade(content, row, hiddenUntil, null);
      return put(content, row);
    },
    set: (row, values, hiddenUntil) => {
      const stored = content.tables.get(row.type)?.get(row.id);
      if (!stored) throw new Error(`sandbox almQc: ${rowKey(row)} is not in the world`);
      link(content, stored, false);
      shade(content, stored, hiddenUntil, stored);
      return put(content, { type: row.type, id: row.id, v: values });
    },
    remove: (row) => {
      const stored = content.tables.get(row.type)?.get(row.id);
      if (!stored) return;
      link(content, stored, false);
      content.tables.get(row.type)?.delete(row.id);
      content.sorted.delete(row.type);
      content.shadows.delete(rowKey(row));
      content.version += 1;
    },
    get: (type, id) => content.tables.get(type)?.get(id),
    rows: (type) => sortedRows(content, type),
    pointing: (type, field, id) => [...(content.back.get(`${type}.${field}>${id}`) ?? [])].sort((a, b) => a - b).flatMap((one) => content.tables.get(type)?.get(one) ?? []),
    seen: (row, now) => {
      if (content.shadows.size === 0) return row;
      const left = content.shadows.get(rowKey(row))?.filter(({ until }) => until > now) ?? [];
      const [oldest] = left;
      if (oldest !== undefined) content.shadows.set(rowKey(row), left);
      else content.shadows.delete(rowKey(row));
      return oldest === undefined ? row : (oldest.row ?? undefined);
    },
  };
};

type FullProject = ReturnType<typeof createProject>;

export interface World {
  users: readonly User[];
  keys: readonly ApiKey[];
  projects(): readonly Project[];
  project(domain: string, name: string): Project | undefined;
  addProject(domain: string, name: string, uid: string): Project;
  user(name: string): User | undefined;
  state(): WorldState;
  load(state: WorldState): void;
  clear(): void;
}

const sortedKeys = <T>(entries: Iterable<readonly [string, T]>): Record<string, T> => Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

const stateOf = (project: FullProject): ProjectState => ({
  domain: project.domain,
  name: project.name,
  uid: project.uid,
  counters: sortedKeys(project.counters),
  lists: project.lists,
  rows: project.types().flatMap((type) => project.rows(type).map((row) => ({ type, id: row.id, v: sortedKeys(Object.entries(row.v)) }))),
  audits: project.audits,
  files: sortedKeys([...project.files].map(([id, bytes]) => [String(id), bytes.toString("base64")] as const)),
  checkedIn: sortedKeys([...project.checkedIn].map(([key, values]) => [key, sortedKeys(Object.entries(values))] as const)),
});

const loaded = (state: ProjectState): FullProject => {
  const project = createProject(state.domain, state.name, state.uid);
  project.lists = state.lists;
  for (const [type, count] of Object.entries(state.counters)) project.counters.set(type, count);
  for (const row of state.rows) {
    project.add(row);
    if (row.id > (project.counters.get(row.type) ?? 0)) project.counters.set(row.type, row.id);
  }
  project.audits.push(...(state.audits ?? []));
  for (const [id, bytes] of Object.entries(state.files ?? {})) project.files.set(Number(id), Buffer.from(bytes, "base64"));
  for (const [key, values] of Object.entries(state.checkedIn ?? {})) project.checkedIn.set(key, values);
  return project;
};

const isRow = (row: unknown): boolean => {
  if (typeof row !== "object" || row === null) return false;
  const { type, id, v } = row as Partial<Row>;
  return typeof type === "string" && Number.isInteger(id) && typeof v === "object" && v !== null && Object.values(v).every((values) => Array.isArray(values) && values.every((value) => typeof value === "string"));
};

const checkState = (state: unknown): void => {
  const fail = (why: string): never => {
    throw new Error(`sandbox almQc: this is no state: ${why}`);
  };
  if (typeof state !== "object" || state === null) fail("an object is expected");
  const { users, keys, projects } = state as Partial<Record<keyof WorldState, unknown>>;
  if (!Array.isArray(users) || !Array.isArray(keys) || !Array.isArray(projects)) fail("users, keys and projects are lists");
  for (const project of projects as readonly Partial<ProjectState>[]) {
    if (typeof project?.name !== "string" || typeof project.domain !== "string" || !Array.isArray(project.lists) || !Array.isArray(project.rows)) fail("a project has domain, name, lists and rows");
    if (typeof project.counters !== "object") fail("a project has counters");
    for (const row of project.rows ?? []) if (!isRow(row)) fail(`this is no row: ${JSON.stringify(row).slice(0, 80)}`);
  }
};

export const createWorld = (): World => {
  let projects: FullProject[] = [];
  const world: World = {
    users: [],
    keys: [],
    projects: () => projects,
    project: (domain, name) => projects.find((one) => one.domain.toLowerCase() === domain.toLowerCase() && one.name.toLowerCase() === name.toLowerCase()),
    addProject: (domain, name, uid) => {
      const made = createProject(domain, name, uid);
      projects.push(made);
      return made;
    },
    user: (name) => world.users.find((one) => one.name.toLowerCase() === name.toLowerCase()),
    state: () => ({ users: world.users, keys: world.keys, projects: projects.map(stateOf) }),
    load: (state) => {
      checkState(state);
      const copy = structuredClone(state);
      projects = copy.projects.map(loaded);
      world.users = copy.users;
      world.keys = copy.keys;
    },
    clear: () => {
      projects = [];
      world.users = [];
      world.keys = [];
    },
  };
  return world;
};
