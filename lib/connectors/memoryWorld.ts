// The content of an imagined ALM system, for tests of everything above a connector: items with their history, edited by
// people or through the memory connector. It outlives connectors, as a real server outlives our processes.

import type { Attachment, Comment, Overwritten } from "./connector.ts";
import { type Fields, type Instant, isPerson, type Item, type Person, type PersonRecord, type ProjectInfo, type Single, type TypeSchema, type Value } from "../core/types.ts";

export interface MemoryChange {
  readonly field: string;
  readonly before: Value;
  readonly by: string;
  readonly at: Instant;
  readonly revision: number;
}

export interface MemoryItem {
  readonly type: string;
  readonly id: string;
  project: string;
  fields: Record<string, Value>;
  revision: number;
  changedAt: Instant;
  readonly createdAt: Instant;
  changedBy: string;
  readonly createdBy: string;
  readonly intent?: string;
  deleted: boolean;
  readonly history: MemoryChange[];
  readonly comments: Comment[];
  readonly attachments: (Attachment & { readonly content: Uint8Array })[];
}

export interface WorldSettings {
  readonly prefix: string;
  /** Of its addresses, in place of a host; not given: the prefix. */
  readonly site?: string;
  readonly projects: readonly ProjectInfo[];
  readonly types: readonly TypeSchema[];
  readonly people: readonly PersonRecord[];
  /** Milliseconds since 1970 by this system's own clock. */
  readonly clock: () => number;
  /** What this system makes of a value it is given: models conversions that lose something. */
  readonly storedAs?: (field: string, value: Value) => Value;
  /** This system's own language of filters: does an item pass? Without it everything does. */
  readonly passes?: (filter: string, item: MemoryItem) => boolean;
  /** Why a value is refused, if it is. */
  readonly refuses?: (type: string, field: string, value: Value, item: MemoryItem | undefined) => string | undefined;
  /** May our account not see a field in this item? */
  readonly unseen?: (field: string, item: MemoryItem) => boolean;
  /** Fields in which whoever makes an item stands, where the item is not given another name. */
  readonly makers?: readonly string[];
}

export interface MemoryWorld extends WorldSettings {
  readonly items: Map<string, MemoryItem>;
  /** Seconds a write stays invisible to searches. */
  searchLag: number;
  now(): Instant;
  create(by: string, type: string, project: string, fields: Fields, intent?: string): MemoryItem;
  update(by: string, item: MemoryItem, fields: Fields): void;
  remove(item: MemoryItem): void;
  /** Items of a scope as a search for what changed sees them. */
  search(type: string, project: string): readonly MemoryItem[];
  /** Items of a scope of which an index knows: an edit hides none that it knew before. */
  known(type: string, project: string): readonly MemoryItem[];
}

const key = (type: string, id: string): string => `${type}\0${id}`;

/** Where a person would look at it. */
export const addressOf = ({ prefix, site = prefix }: Pick<WorldSettings, "prefix" | "site">, id: string): string => `memory://${site}/${id}`;

export const createWorld = (settings: WorldSettings): MemoryWorld => {
  const items = new Map<string, MemoryItem>();
  let serial = 0;
  const now = (): Instant => new Date(settings.clock()).toISOString();
  const stored = settings.storedAs ?? ((_field, value) => value);
  const indexed = (type: string, project: string, since: (item: MemoryItem) => Instant): readonly MemoryItem[] => {
    const horizon = new Date(settings.clock() - world.searchLag * 1000).toISOString();
    return [...items.values()].filter((item) => item.type === type && item.project === project && !item.deleted && (world.searchLag === 0 || since(item) <= horizon));
  };
  const world: MemoryWorld = {
    ...settings,
    items,
    searchLag: 0,
    now,
    create: (by, type, project, fields, intent) => {
      const id = `${settings.prefix}${++serial}`;
      const at = now();
      const made = Object.fromEntries((settings.makers ?? []).filter((field) => (fields[field] ?? null) === null).map((field) => [field, { person: by }]));
      const kept = Object.fromEntries(Object.entries({ ...fields, ...made }).map(([field, value]) => [field, stored(field, value)]));
      const item: MemoryItem = { type, id, project, fields: kept, revision: 1, changedAt: at, createdAt: at, changedBy: by, createdBy: by, deleted: false, history: [], comments: [], attachments: [], ...(intent === undefined ? {} : { intent }) };
      items.set(key(type, id), item);
      return item;
    },
    update: (by, item, fields) => {
      item.revision++;
      item.changedAt = now();
      item.changedBy = by;
      for (const [field, value] of Object.entries(fields)) {
        item.history.push({ field, before: item.fields[field] ?? null, by, at: item.changedAt, revision: item.revision });
        item.fields[field] = stored(field, value);
      }
    },
    remove: (item) => {
      item.deleted = true;
    },
    search: (type, project) => indexed(type, project, (item) => item.changedAt),
    known: (type, project) => indexed(type, project, (item) => item.createdAt),
  };
  return world;
};

/** An item by its id, or by its key: the project before its id. */
export const itemOf = (world: MemoryWorld, type: string, id: string): MemoryItem | undefined => {
  const [, project, number] = /^(.+)-([^-]+)$/.exec(id) ?? [];
  const byKey = number === undefined ? undefined : world.items.get(key(type, number));
  const item = world.items.get(key(type, id)) ?? (byKey?.project === project ? byKey : undefined);
  return item?.deleted === false ? item : undefined;
};

export const personOf = (world: MemoryWorld, id: string): Person => {
  const record = world.people.find((candidate) => candidate.id === id);
  return record === undefined ? { person: id } : { person: id, name: record.name, ...(record.login === undefined ? {} : { login: record.login }), ...(record.email === undefined ? {} : { email: record.email }) };
};

/** The item in the normal form, with the fields asked for. */
export const asItem = (world: MemoryWorld, item: MemoryItem, fields: readonly string[]): Item => {
  const hidden = world.unseen === undefined ? [] : fields.filter((field) => world.unseen?.(field, item) === true);
  const open = asOpenItem(world, item, fields.filter((field) => !hidden.includes(field)));
  return hidden.length === 0 ? open : { ...open, unseen: hidden };
};

const asOpenItem = (world: MemoryWorld, item: MemoryItem, fields: readonly string[]): Item => ({
  type: item.type,
  id: item.id,
  key: `${item.project}-${item.id}`,
  url: addressOf(world, item.id),
  project: item.project,
  name: String(item.fields.name ?? ""),
  version: String(item.revision),
  changedAt: item.changedAt,
  createdAt: item.createdAt,
  changedBy: personOf(world, item.changedBy),
  ...(item.intent === undefined ? {} : { intent: item.intent }),
  fields: Object.fromEntries(fields.map((field) => [field, shown(world, item.fields[field] ?? (field === "id" ? item.id : emptyOf(world, item.type, field)))])),
});

/** People are shown with what the system knows of them. */
const shown = (world: MemoryWorld, value: Value): Value => {
  if (Array.isArray(value)) return (value as readonly Single[]).map((member) => (isPerson(member) ? personOf(world, member.person) : member));
  return isPerson(value) ? personOf(world, value.person) : value;
};

const emptyOf = (world: MemoryWorld, type: string, field: string): Value => (world.types.find((schema) => schema.name === type)?.fields.find((candidate) => candidate.name === field)?.multiple === true ? [] : null);

/** What others wrote since a revision: the proof an endpoint's change log gives. */
export const changesSince = (item: MemoryItem, revision: number, account: string): readonly MemoryChange[] => item.history.filter((change) => change.revision > revision && change.by !== account);

/** Values of others that came after a revision and that our last write replaced. */
export const overwrittenBy = (item: MemoryItem, before: number, fields: readonly string[], account: string): readonly Overwritten[] =>
  fields.flatMap((field) => {
    const ours = item.history.findLast((change) => change.field === field && change.by === account);
    const theirs = changesSince(item, before, account).findLast((change) => change.field === field && change.revision < (ours?.revision ?? 0));
    return ours === undefined || theirs === undefined ? [] : [{ field, value: ours.before, by: theirs.by, at: theirs.at }];
  });

/** The newest revision that a reading with this changed-at and these values can have shown. */
export const revisionRead = (item: MemoryItem, at: Instant, fields: Fields): number => {
  const isNews = (change: MemoryChange): boolean => change.at > at || (change.at === at && JSON.stringify(change.before) === JSON.stringify(fields[change.field]));
  return (item.history.find((change) => change.field in fields && isNews(change))?.revision ?? item.revision + 1) - 1;
};
