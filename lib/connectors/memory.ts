// The reference connector: an imagined system in memory. Tests of everything above connectors run on it, and the contract
// suite holds it to the same promises as the real ones. `step` is called before and after each call, as the proof needs.

import { Buffer } from "node:buffer";
import { BusyError } from "../core/errors.ts";
import type { Fields, Instant, Item, PersonRecord } from "../core/types.ts";
import { LEFT, type Stop } from "./left.ts";
import type { AttachmentDoor, Capabilities, CommentDoor, Connector, Draft, FieldProblem, FindResult, GetQuery, Overwritten, Patch, SoughtIntent, WriteResult } from "./connector.ts";
import { addressOf, asItem, changesSince, itemOf, type MemoryItem, type MemoryWorld, overwrittenBy, personOf, revisionRead } from "./memoryWorld.ts";
import { chunks } from "./paging.ts";
import { telling } from "./told.ts";

export interface MemoryHooks {
  /** Throwing here means: the call was never sent. */
  readonly before?: (call: string) => void | Promise<void>;
  /** Throwing here means: the call was executed and its reply lost. */
  readonly after?: (call: string) => void | Promise<void>;
}

/** How it tells of comments and files: when they are read, with their item, or by a list of what changed, which their item does not show. */
export type Talk = "read" | "told" | "apart";

export interface MemorySettings {
  readonly name: string;
  /** Id of the account this connector writes as. */
  readonly account: string;
  readonly capabilities?: Partial<Capabilities>;
  /** Does the endpoint prove who changed what? */
  readonly evidence?: boolean;
  readonly hooks?: MemoryHooks;
  /** Not given: read. */
  readonly talk?: Talk;
}

const DEFAULTS: Capabilities = {
  marker: "create",
  pageSize: 50,
  idPageSize: 200,
  bulkGet: 50,
  bulkCreate: 20,
  bulkUpdate: 20,
  readBackCalls: () => 0,
  overlapSeconds: 5,
  conditionalUpdate: false,
  comments: true,
  attachments: true,
  movable: () => true,
  deletionEvidence: "bin",
};

/** A reply that got lost on the way: the caller knows nothing. */
export class LostReply extends Error {}


const byChange = (a: MemoryItem, b: MemoryItem): number => (a.changedAt < b.changedAt ? -1 : a.changedAt > b.changedAt ? 1 : Number(a.id.replace(/\D/g, "")) - Number(b.id.replace(/\D/g, "")));

const doubtful = (reason: string): WriteResult => ({ ok: false, kind: "doubtful", reason, problems: [] });

class Memory implements Connector {
  readonly system = "memory";
  readonly dataSource: string;
  readonly capabilities: Capabilities;
  readonly comments?: CommentDoor;
  readonly attachments?: AttachmentDoor;
  readonly replaced?: NonNullable<Connector["replaced"]>;
  readonly #world: MemoryWorld;
  readonly #settings: MemorySettings;
  #calls = 0;

  constructor(world: MemoryWorld, settings: MemorySettings) {
    this.#world = world;
    this.#settings = settings;
    this.dataSource = settings.name;
    this.capabilities = { ...DEFAULTS, ...settings.capabilities };
    if (this.capabilities.comments) this.comments = commentDoor(world, settings, (call, work) => this.#call(call, work));
    if (settings.evidence !== false) this.replaced = (query) => this.#replaced(query);
    if (this.capabilities.attachments) this.attachments = attachmentDoor(world, settings, (call, work) => this.#call(call, work));
  }

  /** One call to the endpoint, as the outside sees it. */
  async #call<T>(call: string, work: () => T): Promise<T> {
    await this.#settings.hooks?.before?.(call);
    this.#calls++;
    const answer = work();
    await this.#settings.hooks?.after?.(call);
    return answer;
  }

  async account() {
    const record = this.#world.people.find((person) => person.id === this.#settings.account);
    return { id: this.#settings.account, name: record?.name ?? this.#settings.account };
  }

  now = async (): Promise<Instant> => this.#world.now();
  projects = async () => this.#world.projects;
  types = async () => this.#world.types;

  async *changes(query: Parameters<Connector["changes"]>[0]) {
    const size = query.pageSize ?? this.capabilities.pageSize;
    let last: { readonly at: Instant; readonly item: MemoryItem } | undefined;
    for (;;) {
      const page = await this.#call("changes", () => {
        const found = this.#world
          .search(query.type, query.project)
          .filter((item) => this.#passes(query.filter, item))
          .filter((item) => query.since === undefined || item.changedAt >= query.since)
          .filter((item) => last === undefined || item.changedAt > last.at || (item.changedAt === last.at && byChange(item, last.item) > 0))
          .toSorted(byChange)
          .slice(0, size);
        return found.map((item) => ({ item, at: item.changedAt, shown: this.#shown(item, query) }));
      });
      if (page.length > 0) yield { items: page.map(({ shown }) => shown) };
      if (page.length < size) return;
      const end = page.at(-1);
      if (end !== undefined) last = { at: end.at, item: end.item };
    }
  }

  /** As it is now, also of what it tells. */
  #shown(item: MemoryItem, { fields, extras }: Pick<GetQuery, "fields" | "extras">): Item {
    const shown = asItem(this.#world, item, fields);
    if (this.#settings.talk !== "told" || extras === undefined) return shown;
    const [comments, attachments] = [[...item.comments], item.attachments.map(({ content: _content, ...rest }) => rest)];
    return telling(shown, { ...(extras.comments === true ? { comments: () => comments } : {}), ...(extras.attachments === true ? { attachments: () => attachments } : {}) });
  }

  #passes(filter: string | undefined, item: MemoryItem): boolean {
    return filter === undefined || this.#world.passes?.(filter, item) !== false;
  }

  async get(query: Parameters<Connector["get"]>[0]) {
    const found = [];
    for (const part of chunks(query.ids, this.capabilities.bulkGet))
      found.push(...(await this.#call("get", () => part.flatMap((id) => itemOf(this.#world, query.type, id) ?? []).filter((item) => item.project === query.project).map((item) => this.#shown(item, query)))));
    return found;
  }

  async *list(query: Parameters<Connector["list"]>[0]) {
    const all = await this.#call("list", () => this.#world.known(query.type, query.project).filter((item) => this.#passes(query.filter, item)).map((item) => ({ id: item.id, key: `${item.project}-${item.id}`, version: String(item.revision), name: String(item.fields.name ?? "") })));
    for (const part of chunks(all, this.capabilities.idPageSize)) yield part;
  }

  #problems(type: string, fields: Fields, item: MemoryItem | undefined): FieldProblem[] {
    return Object.entries(fields).flatMap(([field, value]) => {
      const reason = this.#world.refuses?.(type, field, value, item);
      return reason === undefined ? [] : [{ field, reason }];
    });
  }

  #able(fields: Fields, problems: readonly FieldProblem[]): Fields {
    return Object.fromEntries(Object.entries(fields).filter(([field]) => !problems.some((problem) => problem.field === field)));
  }

  #createOne(type: string, project: string, draft: Draft): WriteResult {
    const problems = this.#problems(type, draft.fields, undefined);
    const schema = this.#world.types.find((candidate) => candidate.name === type);
    const missing = schema?.fields.filter((field) => field.required && (draft.fields[field.name] ?? null) === null) ?? [];
    if (missing.length > 0) return { ok: false, kind: "refused", reason: `${missing.map((field) => field.label).join(", ")} is required`, problems };
    const item = this.#world.create(this.#settings.account, type, project, this.#able(draft.fields, problems), this.capabilities.marker === "create" ? draft.intent : undefined);
    return this.#written(item, problems, 0, []);
  }

  #written(item: MemoryItem, problems: readonly FieldProblem[], before: number, fields: readonly string[]): WriteResult {
    const shown = asItem(this.#world, item, this.#world.types.find((type) => type.name === item.type)?.fields.map((field) => field.name) ?? []);
    const others = this.#settings.evidence === false ? null : changesSince(item, before, this.#settings.account).map((change) => change.field);
    const overwritten = this.#settings.evidence === false ? [] : overwrittenBy(item, before, fields, this.#settings.account);
    return { ok: true, id: item.id, ...(shown.key === undefined ? {} : { key: shown.key }), ...(shown.url === undefined ? {} : { url: shown.url }), problems, after: { item: shown, others: others === null ? null : others.filter((field) => !overwritten.some((lost) => lost.field === field)) }, ...(overwritten.length === 0 ? {} : { overwritten }) };
  }

  async create(type: string, project: string, drafts: readonly Draft[], stop?: Stop) {
    const results: WriteResult[] = [];
    for (const part of chunks(drafts, this.capabilities.bulkCreate)) results.push(...(await this.#write("create", stop, part, (draft) => this.#createOne(type, project, draft))));
    return results;
  }

  /** A write whose reply is lost leaves doubt about everything that travelled with it. */
  async #write<T>(call: string, stop: Stop | undefined, part: readonly T[], one: (entry: T) => WriteResult): Promise<readonly WriteResult[]> {
    if (stop?.aborted === true) return part.map(() => LEFT);
    try {
      return await this.#call(call, () => part.map(one));
    } catch (error) {
      if (error instanceof LostReply) return part.map(() => doubtful("the reply was lost"));
      throw error;
    }
  }

  #updateOne(type: string, project: string, patch: Patch): WriteResult {
    const item = itemOf(this.#world, type, patch.id);
    if (item === undefined || item.project !== project) return { ok: false, kind: "missing", reason: `${type} ${patch.id} does not exist`, problems: [] };
    const before = Number(patch.before.version);
    if (this.capabilities.conditionalUpdate && item.revision !== before) return { ok: false, kind: "changed", reason: "changed meanwhile", problems: [] };
    const problems = this.#problems(type, patch.fields, item);
    const able = this.#able(patch.fields, problems);
    if (Object.keys(able).length > 0) this.#world.update(this.#settings.account, item, able);
    return this.#written(item, problems, before, Object.keys(able));
  }

  async update(type: string, project: string, patches: readonly Patch[], stop?: Stop) {
    const results: WriteResult[] = [];
    for (const part of chunks(patches, this.capabilities.bulkUpdate)) results.push(...(await this.#write("update", stop, part, (patch) => this.#updateOne(type, project, patch))));
    return results;
  }

  async #replaced({ type, updates }: Parameters<NonNullable<Connector["replaced"]>>[0]): Promise<ReadonlyMap<string, readonly Overwritten[]>> {
    return this.#call("replaced", () => {
      const found = updates.flatMap((update) => {
        const item = itemOf(this.#world, type, update.id);
        return item === undefined ? [] : [[update.id, overwrittenBy(item, revisionRead(item, update.at, update.before), Object.keys(update.after), this.#settings.account)] as const];
      });
      return new Map(found);
    });
  }

  async ownItems({ type, ids }: { readonly type: string; readonly ids: readonly string[] }): Promise<ReadonlySet<string>> {
    return this.#call("find", () => new Set(ids.filter((id) => itemOf(this.#world, type, id)?.createdBy === this.#settings.account)));
  }

  async find(type: string, project: string, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult> {
    const found = new Map<string, { id: string; key?: string; url?: string }>();
    const undecided = new Set<string>();
    const candidates = new Map<string, readonly string[]>();
    const renamed = new Set<string>();
    await this.#call("find", () => {
      // A marker is found wherever somebody moved what carries it.
      const visible = this.capabilities.marker === "create" ? this.#world.projects.flatMap(({ id }) => this.#world.known(type, id)) : this.#world.known(type, project);
      for (const sought of intents) {
        const hits = visible.filter((item) => (this.capabilities.marker === "create" ? item.intent === sought.intent : taken?.has(item.id) !== true && item.createdBy === this.#settings.account && item.createdAt >= sought.since && item.fields.name === sought.name));
        const [hit] = hits;
        // Copies carry the mark too: of those that do, the first that was made is the one.
        if ((hits.length === 1 || this.capabilities.marker === "create") && hit !== undefined) found.set(sought.intent, { id: hit.id, key: `${hit.project}-${hit.id}`, url: addressOf(this.#world, hit.id) });
        else if (hits.length > 1 || Date.parse(sought.since) + this.#world.searchLag * 1000 > this.#world.clock()) undecided.add(sought.intent);
        if (undecided.has(sought.intent)) candidates.set(sought.intent, hits.map(({ id }) => id));
      }
      if (this.capabilities.marker === "create") return;
      const since = intents.map((sought) => sought.since).toSorted()[0] ?? "";
      for (const item of visible) if (item.createdBy === this.#settings.account && item.createdAt >= since && !intents.some(({ name }) => name === item.fields.name)) renamed.add(item.id);
    });
    return { found, undecided, candidates, ...(renamed.size === 0 ? {} : { renamed }) };
  }

  async remove(type: string, _project: string, ids: readonly string[], stop?: Stop) {
    const results: WriteResult[] = [];
    for (const part of chunks(ids, this.capabilities.bulkUpdate))
      results.push(
        ...(await this.#write("remove", stop, part, (id): WriteResult => {
          const item = itemOf(this.#world, type, id);
          if (item === undefined) return { ok: false, kind: "missing", reason: `${type} ${id} does not exist`, problems: [] };
          this.#world.remove(item);
          return { ok: true, id, problems: [] };
        })),
      );
    return results;
  }

  async elsewhere(query: Parameters<NonNullable<Connector["elsewhere"]>>[0]) {
    return this.#call("elsewhere", () => new Set(query.ids.filter((id) => itemOf(this.#world, query.type, id) !== undefined)));
  }

  async *people() {
    yield await this.#call("people", () => this.#world.people);
  }

  async findPeople(text: string): Promise<readonly PersonRecord[]> {
    const lower = text.toLowerCase();
    return this.#call("findPeople", () => this.#world.people.filter((person) => [person.id, person.login, person.email, person.name].some((name) => name?.toLowerCase() === lower)));
  }

  calls = (): number => this.#calls;
  close = async (): Promise<void> => undefined;
}

type Calling = <T>(call: string, work: () => T) => Promise<T>;

const demand = (world: MemoryWorld, type: string, id: string): MemoryItem => {
  const item = itemOf(world, type, id);
  if (item === undefined) throw new BusyError(`${type} ${id} is gone`, "read it anew");
  return item;
};

const touch = (world: MemoryWorld, item: MemoryItem, { talk }: MemorySettings): Instant => {
  if (talk === "apart") return world.now();
  item.revision++;
  item.changedAt = world.now();
  return item.changedAt;
};

/** After the last one, also where one before it is gone. */
const nextId = (begin: string, entries: readonly { readonly id: string }[]): string => `${begin}${Math.max(entries.length, ...entries.map(({ id }) => (id.startsWith(begin) ? Number(id.slice(begin.length)) : 0))) + 1}`;

/** Of all types and projects: whoever asks looks for his own. */
const changedApart = (world: MemoryWorld, settings: MemorySettings, call: Calling, kind: "comments" | "attachments"): Pick<CommentDoor & AttachmentDoor, "changedSince" | "askedWith"> =>
  settings.talk !== "apart"
    ? {}
    : {
        askedWith: async () => "all",
        changedSince: ({ since }) =>
          call(`${kind}.changed`, () => [...world.items.values()].flatMap((item) => item[kind].filter((one) => ("changedAt" in one ? one.changedAt : one.createdAt) >= since).map((one) => ({ item: item.id, type: item.type, id: one.id, ...("text" in one ? { text: one.text } : {}) })))),
      };

const commentDoor = (world: MemoryWorld, settings: MemorySettings, call: Calling): CommentDoor => ({
  ...changedApart(world, settings, call, "comments"),
  read: ({ type, ids }) => call("comments.read", () => new Map(ids.map((id) => [id, [...(itemOf(world, type, id)?.comments ?? [])]]))),
  add: (type, _project, id, text) =>
    call("comments.add", () => {
      const item = demand(world, type, id);
      const at = touch(world, item, settings);
      const comment = { id: nextId(`${id}c`, item.comments), author: personOf(world, settings.account), createdAt: at, changedAt: at, text, restricted: false };
      item.comments.push(comment);
      return comment;
    }),
  change: (type, _project, id, commentId, text) =>
    call("comments.change", () => {
      const item = demand(world, type, id);
      const index = item.comments.findIndex((comment) => comment.id === commentId);
      const before = item.comments[index];
      if (before === undefined) throw new BusyError(`comment ${commentId} is gone`, "read the comments anew");
      const comment = { ...before, text, changedAt: touch(world, item, settings) };
      item.comments[index] = comment;
      return comment;
    }),
  remove: (type, _project, id, commentId) =>
    call("comments.remove", () => {
      const item = demand(world, type, id);
      const index = item.comments.findIndex((comment) => comment.id === commentId);
      if (index >= 0) item.comments.splice(index, 1);
      touch(world, item, settings);
    }),
});

const attachmentDoor = (world: MemoryWorld, settings: MemorySettings, call: Calling): AttachmentDoor => ({
  ...changedApart(world, settings, call, "attachments"),
  list: ({ type, ids }) => call("attachments.list", () => new Map(ids.map((id) => [id, (itemOf(world, type, id)?.attachments ?? []).map(({ content: _content, ...rest }) => rest)]))),
  open: (type, _project, id, attachment) =>
    call("attachments.open", () => {
      const content = demand(world, type, id).attachments.find((candidate) => candidate.id === attachment.id)?.content ?? new Uint8Array();
      return (async function* () {
        yield content;
      })();
    }),
  add: async (type, _project, id, file) => {
    const parts: Uint8Array[] = [];
    for await (const part of file.content) parts.push(part);
    const content = Buffer.concat(parts);
    return call("attachments.add", () => {
      const item = demand(world, type, id);
      const added = { id: nextId(`${id}a`, item.attachments), name: file.name, size: content.length, contentType: file.contentType, author: personOf(world, settings.account), createdAt: touch(world, item, settings), content };
      item.attachments.push(added);
      const { content: _content, ...rest } = added;
      return rest;
    });
  },
  remove: (type, _project, id, attachmentId) =>
    call("attachments.remove", () => {
      const item = demand(world, type, id);
      const index = item.attachments.findIndex((candidate) => candidate.id === attachmentId);
      if (index >= 0) item.attachments.splice(index, 1);
      touch(world, item, settings);
    }),
});

export const createMemory = (world: MemoryWorld, settings: MemorySettings): Connector => new Memory(world, settings);
