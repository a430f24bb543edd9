// Everything one imitated Azure DevOps holds, with its lookups; state() and load() are each other's inverse. Knows nothing of HTTP.

import type { SandboxClock } from "../imitation.ts";
import { STOCK_FIELDS } from "./fields.ts";
import type { Attachment, Comment, CustomField, FieldDef, Item, LinkEvent, LinkRow, Node, Operation, Plan, ProcessDef, Project, Query, Revision, Tag, Team, Template, TypeDef, User } from "./model.ts";
import type { AdoOptions } from "./options.ts";
import { PROCESSES } from "./processes.ts";
import { isGuid, same } from "./text.ts";

/** What is counted up, each by itself. */
export type Counter = "item" | "watermark" | "node" | "link" | "linkEvent" | "resource" | "comment" | "guid";

interface Tables {
  readonly users: Map<string, User>;
  readonly projects: Map<string, Project>;
  readonly teams: Map<string, Team>;
  readonly nodes: Map<number, Node>;
  readonly customFields: Map<string, CustomField>;
  readonly items: Map<number, Item>;
  readonly links: Map<number, LinkRow>;
  readonly comments: Map<number, Comment>;
  readonly attachments: Map<string, Attachment>;
  readonly tags: Map<string, Tag>;
  readonly queries: Map<string, Query>;
  readonly templates: Map<string, Template>;
  readonly operations: Map<string, Operation>;
  readonly plans: Map<string, Plan>;
}

export interface World {
  readonly options: AdoOptions;
  readonly tables: Tables;
  readonly linkEvents: LinkEvent[];
  now(): number;
  next(counter: Counter): number;
  clear(): void;
  state(): unknown;
  load(state: unknown): void;
  /** Types as they are made of process, options and added fields; to be forgotten when a field changes. */
  readonly typeCache: Map<string, TypeDef>;
  setField(field: CustomField): void;
  /** Seconds a save stays invisible to searches. */
  lag: number;
  linksOf(itemId: number): readonly LinkRow[];
  addLink(link: LinkRow): void;
  dropLink(id: number): void;
  commentsOf(itemId: number): readonly Comment[];
  putComment(comment: Comment): void;
}

const TABLES = ["users", "projects", "teams", "nodes", "customFields", "items", "links", "comments", "attachments", "tags", "queries", "templates", "operations", "plans"] as const;

interface Row {
  readonly id?: unknown;
  readonly referenceName?: unknown;
}

const newTables = (): Tables => ({
  users: new Map(), projects: new Map(), teams: new Map(), nodes: new Map(), customFields: new Map(), items: new Map(), links: new Map(), comments: new Map(), attachments: new Map(), tags: new Map(), queries: new Map(), templates: new Map(), operations: new Map(), plans: new Map(),
});

const push = (index: Map<number, Set<number>>, key: number, value: number): void => {
  const set = index.get(key) ?? new Set();
  set.add(value);
  index.set(key, set);
};

const keyOf = (row: Row): unknown => row.id ?? String(row.referenceName).toLowerCase();

const readTables = (tables: Tables, state: Readonly<Record<string, unknown>>): void => {
  for (const name of TABLES) {
    const rows = state[name];
    if (!Array.isArray(rows)) throw new Error(`This is no content of a sandbox Azure DevOps: the list "${name}" is missing.`);
    const table = tables[name] as Map<unknown, unknown>;
    table.clear();
    for (const row of structuredClone(rows) as readonly Row[]) table.set(keyOf(row), row);
  }
};

/** Which links and comments an item has; kept beside the tables, made anew after load. */
const createIndex = (tables: Tables): Pick<World, "linksOf" | "addLink" | "dropLink" | "commentsOf" | "putComment"> & { rebuild(): void } => {
  const linksByItem = new Map<number, Set<number>>();
  const commentsByItem = new Map<number, Set<number>>();
  const rows = <T>(set: ReadonlySet<number> | undefined, table: ReadonlyMap<number, T>): readonly T[] => [...(set ?? [])].flatMap((id) => table.get(id) ?? []);
  const noteLink = (link: LinkRow): void => {
    for (const end of [link.sourceId, link.targetId]) push(linksByItem, end, link.id);
  };
  return {
    rebuild: () => {
      linksByItem.clear();
      commentsByItem.clear();
      for (const link of tables.links.values()) noteLink(link);
      for (const comment of tables.comments.values()) push(commentsByItem, comment.workItemId, comment.id);
    },
    linksOf: (id) => rows(linksByItem.get(id), tables.links),
    addLink: (link) => {
      tables.links.set(link.id, link);
      noteLink(link);
    },
    dropLink: (id) => {
      const link = tables.links.get(id);
      tables.links.delete(id);
      for (const end of link === undefined ? [] : [link.sourceId, link.targetId]) linksByItem.get(end)?.delete(id);
    },
    commentsOf: (id) => rows(commentsByItem.get(id), tables.comments),
    putComment: (comment) => {
      tables.comments.set(comment.id, comment);
      push(commentsByItem, comment.workItemId, comment.id);
    },
  };
};

export const createWorld = (options: AdoOptions, clock: SandboxClock): World => {
  const tables = newTables();
  const counters = new Map<string, number>();
  const linkEvents: LinkEvent[] = [];
  const typeCache = new Map<string, TypeDef>();
  const { rebuild, ...index } = createIndex(tables);
  const clear = (): void => {
    for (const name of TABLES) tables[name].clear();
    counters.clear();
    linkEvents.length = 0;
    typeCache.clear();
    rebuild();
  };
  const load = (given: unknown): void => {
    const state = (given ?? {}) as Readonly<Record<string, unknown>>;
    // Read before anything is thrown away: a bad content leaves the old one.
    const fresh = newTables();
    readTables(fresh, state);
    clear();
    for (const name of TABLES) for (const [key, row] of fresh[name]) (tables[name] as Map<unknown, unknown>).set(key, row);
    for (const [name, value] of Object.entries(state["counters"] ?? {})) counters.set(name, Number(value));
    linkEvents.push(...(structuredClone(state["linkEvents"] ?? []) as LinkEvent[]));
    rebuild();
  };
  const next = (counter: Counter): number => {
    const value = (counters.get(counter) ?? 0) + 1;
    counters.set(counter, value);
    return value;
  };
  const setField = (field: CustomField): void => {
    tables.customFields.set(field.referenceName.toLowerCase(), field);
    typeCache.clear();
  };
  const state = (): unknown => structuredClone({ counters: Object.fromEntries(counters), linkEvents, ...Object.fromEntries(TABLES.map((name) => [name, [...tables[name].values()]])) });
  return { options, tables, linkEvents, typeCache, lag: 0, now: () => clock.now().getTime(), next, clear, state, load, setField, ...index };
};

export const findProject = (world: World, nameOrId: string): Project | undefined => world.tables.projects.get(nameOrId.toLowerCase()) ?? [...world.tables.projects.values()].find((project) => same(project.name, nameOrId));

export const findTeam = (world: World, project: Project, nameOrId: string): Team | undefined => {
  const own = [...world.tables.teams.values()].filter((team) => team.projectId === project.id);
  return own.find((team) => (isGuid(nameOrId) ? same(team.id, nameOrId) : same(team.name, nameOrId)));
};

export const projectOf = (world: World, id: string): Project => {
  const found = world.tables.projects.get(id);
  if (found === undefined) throw new Error(`the sandbox lost the project ${id}`);
  return found;
};

export const processOf = (project: Project): ProcessDef => PROCESSES[project.process];

const lowered = (types: readonly string[]): readonly string[] => types.map((type) => type.toLowerCase());
const isUsedBy = (field: CustomField, type: string): boolean => field.types.includes("*") || lowered(field.types).includes(type.toLowerCase());

/** A type with everything the options and later calls added to it. */
export const typeOf = (world: World, project: Project, name: string): TypeDef | undefined => {
  const key = `${project.process}/${name.toLowerCase()}`;
  const cached = world.typeCache.get(key);
  if (cached !== undefined) return cached;
  const made = makeType(world, project, name);
  if (made !== undefined) world.typeCache.set(key, made);
  return made;
};

const makeType = (world: World, project: Project, name: string): TypeDef | undefined => {
  const found = processOf(project).types.find((type) => same(type.name, name) || same(type.referenceName, name));
  if (found === undefined) return undefined;
  const { options, tables } = world;
  const required = options.requiredFields[found.name] ?? [];
  const locked = options.readOnlyFields[found.name] ?? [];
  const own = found.fields.map((field) => ({ ...field, ...(required.includes(field.ref) ? { required: true } : {}), ...(locked.includes(field.ref) ? { readOnly: true } : {}) }));
  const more = [...tables.customFields.values()].filter((field) => isUsedBy(field, found.name) && !field.isDeleted).map((field) => ({
    ref: field.referenceName, required: field.required || required.includes(field.referenceName), readOnly: locked.includes(field.referenceName), suggested: field.isPicklistSuggested,
    ...(field.default === undefined ? {} : { default: field.default }), ...(field.allowed === undefined ? {} : { allowed: field.allowed }),
  }));
  return { ...found, disabled: options.disabledTypes.includes(found.name), fields: [...own, ...more] };
};

export const typesOf = (world: World, project: Project): readonly TypeDef[] => processOf(project).types.flatMap((type) => typeOf(world, project, type.name) ?? []);

const STOCK_BY_REF = new Map(STOCK_FIELDS.map((field) => [field.referenceName.toLowerCase(), field]));
const STOCK_BY_NAME = new Map(STOCK_FIELDS.map((field) => [field.name.toLowerCase(), field]));

export const fieldByRef = (world: World, ref: string): FieldDef | undefined => STOCK_BY_REF.get(ref.toLowerCase()) ?? world.tables.customFields.get(ref.toLowerCase());

export const findField = (world: World, nameOrRef: string): FieldDef | undefined =>
  fieldByRef(world, nameOrRef) ?? STOCK_BY_NAME.get(nameOrRef.toLowerCase()) ?? [...world.tables.customFields.values()].find((field) => same(field.name, nameOrRef));

export const allFields = (world: World): readonly FieldDef[] => [...STOCK_FIELDS.filter((field) => field.referenceName !== "System.Links.LinkType"), ...world.tables.customFields.values()];

export const lastOf = (item: Item): Revision => {
  const last = item.revisions.at(-1);
  if (last === undefined) throw new Error(`the sandbox lost the revisions of ${item.id}`);
  return last;
};

export const projectOfItem = (world: World, item: Item): Project => projectOf(world, String(lastOf(item).fields["System.TeamProject"]));
