// ALM Octane (ValueEdge, Core Software Delivery Platform). A project is a workspace of the shared space; types and fields
// come from the metadata.

import { AccessError, RemoteError } from "../../core/errors.ts";
import type { Account, Instant, Item, PersonRecord, ProjectInfo, TypeSchema } from "../../core/types.ts";
import type { AttachmentDoor, Capabilities, ChangePage, ChangeQuery, CommentDoor, Connector, DataSourceSettings, Draft, FindResult, GetQuery, Inspection, Keeping, ListedItem, Patch, PeopleQuery, SoughtIntent, WriteResult } from "../connector.ts";
import type { Stop } from "../left.ts";
import type { Http } from "../http.ts";
import { askMissing } from "../ownAddress.ts";
import { chunks } from "../paging.ts";
import { type Authors, createAuthors, type Me, readMe, serverNow } from "./account.ts";
import { createAttachments } from "./attachments.ts";
import { createComments } from "./comments.ts";
import { findIntents, ownEntities } from "./find.ts";
import { demandFields, fieldsParam, itemOf, type ItemPlace, listedOf } from "./items.ts";
import { readWorkspace } from "./metadata.ts";
import type { OctaneType, Workspace } from "./model.ts";
import { type OctaneOptions, readOptions } from "./options.ts";
import { readAll, readById, readChanges, readSingly } from "./pages.ts";
import { createPeople, readPeople } from "./people.ts";
import { createPhases } from "./phases.ts";
import { removeIds } from "./remove.ts";
import { Session } from "./session.ts";
import { besideSprint, waitingSprints } from "./sprints.ts";
import { createTags, withTagNames } from "./tags.ts";
import { isTelling } from "./unseen.ts";
import { bareFilter, idsIn, isSafe, type Json, textAt } from "./wire.ts";
import { writeParts } from "./write.ts";
import { draftPart, type Part, patchPart, type Writing } from "./writePart.ts";

/** Vendor clients cut lists of ids here (octane.md §7.4). */
const MOST_IDS = 100;
/** A session without anybody at work. An API access needs no licence. */
const REST_SECONDS = 150;

const capabilitiesOf = (options: OctaneOptions): Capabilities => ({
  marker: options.intentField === undefined ? "search" : "create",
  pageSize: options.pageSize,
  idPageSize: options.pageSize,
  bulkGet: Math.min(MOST_IDS, options.pageSize),
  bulkCreate: options.bulkSize,
  bulkUpdate: options.bulkSize,
  readBackCalls: () => 0,
  overlapSeconds: options.overlapSeconds,
  conditionalUpdate: true,
  comments: true,
  attachments: true,
  deletionEvidence: "none",
  impersonation: "author",
  makers: ["author"],
});

class Octane implements Connector {
  readonly system = "octane";
  readonly dataSource: string;
  readonly capabilities: Capabilities;
  readonly comments: CommentDoor;
  readonly attachments: AttachmentDoor;
  readonly #session: Session;
  readonly #options: OctaneOptions;
  #tags: ReturnType<typeof createTags>;
  #phases: ReturnType<typeof createPhases>;
  #people: ReturnType<typeof createPeople>;
  readonly #authors: Authors;
  readonly #workspaces = new Map<string, Promise<Workspace>>();
  /** Fields last read per workspace and type: what a reply to a write shall hold. */
  readonly #wanted = new Map<string, readonly string[]>();
  /** Items this process made with their intents, per workspace and type: numbers count for each. */
  readonly #made = new Map<string, Map<string, string>>();
  #me: Promise<Me> | undefined;
  #projects: Promise<readonly ProjectInfo[]> | undefined;

  constructor(settings: DataSourceSettings, http: Http) {
    this.#options = readOptions(settings);
    this.#session = new Session(http, settings, this.#options);
    this.dataSource = settings.name;
    this.capabilities = capabilitiesOf(this.#options);
    this.#tags = createTags(this.#session);
    this.#phases = createPhases(this.#session);
    this.#people = createPeople(this.#session, () => this.#peoplePaths());
    this.#authors = createAuthors(() => this.#who(), (text) => this.#people(text));
    const extras = { session: this.#session, typeOf: (type: string, project: string) => this.#typeOf(type, project), authors: this.#authors };
    this.comments = createComments(extras);
    this.attachments = createAttachments(extras);
  }

  #who(): Promise<Me> {
    this.#me ??= readMe(this.#session, this.findPeople);
    this.#me.catch(() => {
      this.#me = undefined;
    });
    return this.#me;
  }

  async account(): Promise<Account> {
    const { login, ...account } = await this.#who();
    // Numbers of users are counted anew below a space.
    return { ...account, id: login };
  }

  readonly keeping: Keeping = {
    restSeconds: REST_SECONDS,
    renew: async () => {
      const before = await this.#who();
      this.#tags = createTags(this.#session);
      this.#phases = createPhases(this.#session);
      this.#people = createPeople(this.#session, () => this.#peoplePaths());
      this.#wanted.clear();
      this.#made.clear();
      this.#projects = undefined;
      this.#me = undefined;
      if ((await this.#who()).id !== before.id) throw new AccessError(`${this.dataSource}: the session belongs to another account by now`, "the next iteration signs in anew");
    },
  };

  now = (): Promise<Instant> => serverNow(this.#session);

  projects(): Promise<readonly ProjectInfo[]> {
    this.#projects ??= readAll(this.#session, "workspaces", "id,name").then((all) => all.map((workspace) => ({ id: textAt(workspace, "id"), name: textAt(workspace, "name") })));
    this.#projects.catch(() => {
      this.#projects = undefined;
    });
    return this.#projects;
  }

  #workspace(project: string): Promise<Workspace> {
    if (!isSafe(project)) throw new RemoteError(`${this.dataSource}: ${project} is no id of a workspace`, "name workspaces by their ids: the second number behind ?p= in the browser's address");
    const known = this.#workspaces.get(project) ?? readWorkspace(this.#session, project);
    this.#workspaces.set(project, known);
    known.catch(() => this.#workspaces.delete(project));
    return known;
  }

  async #typeOf(name: string, project: string): Promise<{ readonly workspace: Workspace; readonly type: OctaneType }> {
    const workspace = await this.#workspace(project);
    const type = workspace.types.get(name);
    if (type === undefined) throw new RemoteError(`${this.dataSource}: workspace ${project} has no type ${name}`, `known are ${[...workspace.types.keys()].join(", ")}; options.types offers more`);
    return { workspace, type };
  }

  async #placeOf(name: string, project: string): Promise<ItemPlace> {
    const { settings } = this.#session;
    return { server: settings.url, space: this.#options.space, ...(await this.#typeOf(name, project)) };
  }

  /** People are members of workspaces: the sample project's and those of the workspaces in use. */
  async #peoplePaths(): Promise<readonly string[]> {
    const { sampleProject } = this.#session.settings;
    const inUse = new Set([...(sampleProject === undefined ? [] : [sampleProject]), ...this.#workspaces.keys()]);
    const first = inUse.size > 0 ? undefined : (await this.projects())[0]?.id;
    const homes = first === undefined ? [...inUse] : [first];
    if (homes.length === 0) throw new RemoteError(`${this.dataSource}: the account sees no workspace of space ${this.#options.space}`, "give it a role in the workspaces to be synchronized");
    return homes.map((home) => `workspaces/${home}`);
  }

  async types(project: string): Promise<readonly TypeSchema[]> {
    return [...(await this.#workspace(project)).types.values()].map((type) => type.schema);
  }

  async #itemsOf(place: ItemPlace, entities: readonly Json[], names: readonly string[]): Promise<readonly Item[]> {
    const telling = await isTelling(this.#session, place, entities, names);
    return (await withTagNames(this.#session, place.workspace.path, place.type, entities)).map((entity) => {
      const item = itemOf(place, entity, names, telling);
      if (item === undefined) throw new RemoteError(`${this.dataSource}: ${place.type.name} ${textAt(entity, "id")} came without id or last_modified`, "may the account see these fields, and does a proxy change what Octane answers? run it again");
      return item;
    });
  }

  async *changes(query: ChangeQuery): AsyncGenerator<ChangePage> {
    const place = await this.#placeOf(query.type, query.project);
    const names = demandFields(place.type, query.fields, this.dataSource);
    this.#wanted.set(`${query.project} ${query.type}`, names);
    const reading = { path: `${place.workspace.path}/${place.type.collection}`, fields: fieldsParam(place.type, names), where: bareFilter(query.filter), limit: Math.min(query.pageSize ?? this.#options.pageSize, this.#options.pageSize) };
    for await (const page of readChanges(this.#session, reading, query.since)) yield { items: await this.#itemsOf(place, page, names) };
  }

  async get(query: GetQuery): Promise<readonly Item[]> {
    const place = await this.#placeOf(query.type, query.project);
    const names = demandFields(place.type, query.fields, this.dataSource);
    this.#wanted.set(`${query.project} ${query.type}`, names);
    return this.#read(place, query.ids, names, query.fresh);
  }

  /** One alone, those that are wanted as they are now, and those a query does not show: at their own addresses. */
  async #read(place: ItemPlace, ids: readonly string[], names: readonly string[], fresh = false): Promise<readonly Item[]> {
    const limit = this.capabilities.bulkGet;
    const reading = { path: `${place.workspace.path}/${place.type.collection}`, fields: fieldsParam(place.type, names), limit };
    const asked = [...new Set(ids)].filter(isSafe);
    if (fresh || asked.length === 1) return this.#itemsOf(place, await readSingly(this.#session, reading, asked), names);
    const parts = chunks(asked, limit).map(async (part) => {
      const items: Item[] = [];
      for await (const page of readById(this.#session, { ...reading, where: idsIn(part), most: part.length })) items.push(...(await this.#itemsOf(place, page, names)));
      return items;
    });
    const found = (await Promise.all(parts)).flat();
    const told = new Set(found.map(({ id }) => id));
    const rest = await askMissing(asked.filter((id) => !told.has(id)), (left) => readSingly(this.#session, reading, left));
    return rest.length === 0 ? found : [...found, ...(await this.#itemsOf(place, rest, names))];
  }

  async inspect(query: { readonly type: string; readonly project: string }): Promise<Inspection> {
    const { workspace, type } = await this.#typeOf(query.type, query.project);
    const steps = await this.#phases.steps(workspace.path, type.name);
    const phases = type.schema.fields.find(({ name }) => name === type.schema.statusField)?.choices ?? [];
    const nameOf = (id: string): string => phases.find((phase) => phase.id === id)?.name ?? id;
    return { ...(steps === undefined ? {} : { workflow: new Map([...steps].map(([from, to]) => [nameOf(from), to.map(nameOf)])) }), hiding: [] };
  }

  async *list(query: Parameters<Connector["list"]>[0]): AsyncGenerator<readonly ListedItem[]> {
    const { workspace, type } = await this.#typeOf(query.type, query.project);
    const reading = { path: `${workspace.path}/${type.collection}`, fields: fieldsParam(type, []), where: bareFilter(query.filter), limit: this.#options.pageSize };
    for await (const page of readById(this.#session, reading)) yield page.map(listedOf);
  }

  async #writing(place: ItemPlace, writes: readonly (Draft | Patch)[]): Promise<Writing> {
    const { type, workspace } = place;
    const tags = await this.#tags(workspace.path, type, writes.map((write) => write.fields));
    return {
      session: this.#session,
      place,
      context: { types: workspace.types, tags },
      wanted: this.#wanted.get(`${workspace.id} ${type.name}`) ?? [...type.fields.keys()],
      get: (ids, names) => this.#read(place, ids, names, true),
      besideSprint: (parts) => besideSprint(this.#session, place, parts),
      phasePath: (from, to) => this.#phases.path(workspace.path, type.name, from, to),
    };
  }

  #madeAt({ workspace, type }: ItemPlace): Map<string, string> {
    const made = this.#made.get(`${workspace.id} ${type.name}`) ?? new Map<string, string>();
    this.#made.set(`${workspace.id} ${type.name}`, made);
    return made;
  }

  async create(type: string, project: string, drafts: readonly Draft[], stop?: Stop): Promise<readonly WriteResult[]> {
    if (drafts.length === 0) return [];
    const place = await this.#placeOf(type, project);
    const writing = await this.#writing(place, drafts);
    const waiting = type === "sprint" ? await waitingSprints(this.#session, place, drafts, this.#madeAt(place)) : new Map<Draft, Json>();
    const results = new Map<Draft, WriteResult>();
    const send = async (chosen: readonly Draft[], method: "POST" | "PUT", partOf: (draft: Draft) => Part): Promise<void> => {
      const answers = await writeParts(writing, chosen.map(partOf), method, stop);
      chosen.forEach((draft, index) => {
        const result = answers[index];
        if (result === undefined) return;
        if (result.ok) this.#madeAt(place).set(result.id, draft.intent);
        results.set(draft, !result.ok && (result.kind === "changed" || result.kind === "missing") ? { ...result, kind: "refused" } : result);
      });
    };
    await send(drafts.filter((draft) => !waiting.has(draft)), "POST", (draft) => draftPart(writing, draft));
    await send([...waiting.keys()], "PUT", (draft) => takeOver(draftPart(writing, draft), waiting.get(draft) ?? {}));
    return drafts.map((draft) => results.get(draft) ?? { ok: false, kind: "doubtful", reason: "nobody knows what became of it", problems: [] });
  }

  async update(type: string, project: string, patches: readonly Patch[], stop?: Stop): Promise<readonly WriteResult[]> {
    if (patches.length === 0) return [];
    const writing = await this.#writing(await this.#placeOf(type, project), patches);
    return writeParts(writing, patches.map((patch) => patchPart(writing, patch)), "PUT", stop);
  }

  async find(type: string, project: string, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult> {
    const place = await this.#placeOf(type, project);
    return findIntents({ session: this.#session, place, authors: this.#authors, self: (await this.account()).id, now: await this.now(), made: this.#madeAt(place), taken }, intents);
  }

  async ownItems({ type, project, ids }: Parameters<NonNullable<Connector["ownItems"]>>[0]): Promise<ReadonlySet<string> | undefined> {
    const place = await this.#placeOf(type, project);
    return ownEntities({ session: this.#session, place, authors: this.#authors, self: (await this.account()).id, now: await this.now(), made: this.#madeAt(place) }, ids);
  }

  async remove(type: string, project: string, ids: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> {
    const place = await this.#placeOf(type, project);
    return removeIds(this.#session, `${place.workspace.path}/${place.type.collection}`, ids, async (left) => new Set((await this.#read(place, left, [])).map((item) => item.id)), stop);
  }

  async *people(how?: PeopleQuery): AsyncGenerator<readonly PersonRecord[]> {
    yield* readPeople(this.#session, await this.#peoplePaths(), how);
  }

  findPeople = (text: string): Promise<readonly PersonRecord[]> => this.#people(text);

  calls = (): number => this.#session.http.calls();
  close = (): Promise<void> => this.#session.close();
}

/** A sprint stays in its release and keeps its days; the rest becomes the draft's. */
const takeOver = (part: Part, sprint: Json): Part => {
  const { release: _release, ...json } = part.json;
  const stamp = sprint["client_lock_stamp"];
  return { ...part, json: { ...json, id: textAt(sprint, "id"), ...(typeof stamp === "number" ? { client_lock_stamp: stamp } : {}) } };
};

export const createOctane = (settings: DataSourceSettings, http: Http): Connector => new Octane(settings, http);
