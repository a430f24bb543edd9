// The door to Redmine, release 4 and later, by its REST interface. Item types are the project's trackers by name, and its
// versions as "version". Docs: docs/systems/redmine.md.

import type { Instant, Item, PersonRecord, ProjectInfo } from "../../core/types.ts";
import type { AttachmentDoor, Capabilities, ChangeQuery, CommentDoor, Connector, DataSourceSettings, Draft, FindResult, GetQuery, Inspection, Keeping, LicenceNote, ListedItem, Overwritten, Patch, SoughtIntent, WantedExtras } from "../connector.ts";
import { eachUntil, type Stop } from "../left.ts";
import type { Http } from "../http.ts";
import { telling } from "../told.ts";
import { attachmentDoor, attachmentsIn } from "./attachments.ts";
import { RedmineClient } from "./client.ts";
import { commentDoor } from "./comments.ts";
import { AUTHOR } from "./fields.ts";
import { findIntents, ownIssues } from "./find.ts";
import { forgetLogins } from "./inName.ts";
import { includeFor, itemOf, versionOf } from "./items.ts";
import { readOptions, type RedmineOptions } from "./options.ts";
import { issuesById, listIssues, readChanges, type Scope } from "./pages.ts";
import { inspectTracker } from "./inspect.ts";
import { type PeopleDoor, peopleDoor } from "./people.ts";
import { withAllRelations } from "./relations.ts";
import { connect, MOST_PER_PAGE, readMe, type Site, stillSignedIn } from "./session.ts";
import { createTypes, type TypeDef, type Types, VERSION } from "./types.ts";
import { createVersion, readVersions, removeVersion, updateVersion, versionsSince } from "./versions.ts";
import { chunks, idOf, type Json, own, textAt } from "./wire.ts";
import { createIssue, removeIssue, replacedBy, LOOK_AT_ONCE, type Target, updateIssues } from "./writes.ts";

const capabilitiesOf = (options: RedmineOptions): Capabilities => ({
  marker: options.intentField === undefined ? "search" : "create",
  pageSize: MOST_PER_PAGE,
  idPageSize: MOST_PER_PAGE,
  bulkGet: MOST_PER_PAGE,
  bulkCreate: 1,
  bulkUpdate: 1,
  // A look right before at several, and the journal comes with one issue at a time.
  readBackCalls: (n) => n + Math.ceil(n / LOOK_AT_ONCE),
  overlapSeconds: options.overlapSeconds,
  conditionalUpdate: false,
  comments: true,
  attachments: true,
  extrasPerCall: 1,
  // Versions may be shared by projects.
  movable: (type) => type !== VERSION,
  partialReferences: true,
  deletionEvidence: "none",
  makers: [AUTHOR],
  ...(options.impersonate ? { impersonation: AUTHOR } : {}),
});

/** There is no session: only connections, and what is known of the site. */
const REST_SECONDS = 150;

/** Lists of issues tell their files too. */
const withFiles = (include: string | undefined, extras: WantedExtras | undefined): string | undefined => (extras?.attachments === true ? [...(include === undefined ? [] : [include]), "attachments"].join() : include);

const told = (item: Item, raw: Json, extras: WantedExtras | undefined): Item => (extras?.attachments === true ? telling(item, { attachments: () => attachmentsIn(raw) }) : item);

class Redmine implements Connector {
  readonly system = "redmine";
  readonly dataSource: string;
  readonly capabilities: Capabilities;
  readonly attachments: AttachmentDoor;
  readonly #http: Http;
  readonly #client: RedmineClient;
  readonly #settings: DataSourceSettings;
  readonly #options: RedmineOptions;
  #comments: CommentDoor;
  #people: PeopleDoor;
  #opened: Promise<{ readonly site: Site; readonly types: Types }> | undefined;

  constructor(settings: DataSourceSettings, http: Http) {
    this.#settings = settings;
    this.#options = readOptions(settings);
    this.#http = http;
    this.#client = new RedmineClient(http, settings);
    this.dataSource = settings.name;
    this.capabilities = capabilitiesOf(this.#options);
    this.#comments = commentDoor(this.#opening);
    this.attachments = attachmentDoor(this.#opening);
    this.#people = peopleDoor(() => this.#site());
  }

  get comments(): CommentDoor {
    return this.#comments;
  }

  readonly #opening = (type: string, project: string): Promise<Target> => this.#at(type, project);

  /** Signs in with the first call that needs it. A failure is not kept: the next call tries again. */
  #open(): Promise<{ readonly site: Site; readonly types: Types }> {
    this.#opened ??= connect(this.#client, this.#settings, this.#options)
      .then((site) => ({ site, types: createTypes(site) }))
      .catch((error: unknown) => {
        this.#opened = undefined;
        throw error;
      });
    return this.#opened;
  }

  async #site(): Promise<Site> {
    return (await this.#open()).site;
  }

  async #at(type: string, project: string): Promise<Target> {
    const { site, types } = await this.#open();
    return { site, type: await types.one(project, type), project };
  }

  async #scope(target: Target, query: Pick<ChangeQuery, "filter" | "pageSize">, include?: string): Promise<Scope> {
    const { filter, pageSize } = query;
    return { project: await target.site.project(target.project), type: target.type, ...(filter === undefined ? {} : { filter }), ...(pageSize === undefined ? {} : { pageSize }), ...(include === undefined ? {} : { include }) };
  }

  async account() {
    const me = await readMe(this.#client);
    return { id: me.id, name: me.name };
  }

  readonly keeping: Keeping = {
    restSeconds: REST_SECONDS,
    renew: async () => {
      const site = await this.#site();
      await stillSignedIn(site);
      site.clock.forget();
      forgetLogins(site);
      // How far a journal went is no longer so where a backup was put back meanwhile.
      this.#comments = commentDoor(this.#opening);
      this.#people = peopleDoor(() => this.#site());
    },
  };

  async now(): Promise<Instant> {
    return (await this.#site()).clock.now();
  }

  async projects(): Promise<readonly ProjectInfo[]> {
    return (await (await this.#site()).projects()).map(({ id, key, name }) => ({ id, ...(key === undefined ? {} : { key }), name }));
  }

  async types(project: string) {
    return (await (await this.#open()).types.of(project)).map((type) => type.schema);
  }

  async *changes(query: ChangeQuery) {
    const target = await this.#at(query.type, query.project);
    const { site, type, project } = target;
    const shown = (raw: readonly Json[]) => ({ items: raw.map((one) => told(itemOf(site.base, type, project, one, query.fields), one, query.extras)) });
    if (type.tracker === undefined) {
      const versions = await versionsSince(site, project, query.since, query.filter);
      for (const part of chunks(versions, query.pageSize ?? MOST_PER_PAGE)) yield shown(part);
      return;
    }
    for await (const issues of readChanges(site, await this.#scope(target, query, withFiles(includeFor(type, query.fields), query.extras)), query.since)) yield shown(issues);
  }

  async get(query: GetQuery): Promise<readonly Item[]> {
    const { site, type, project } = await this.#at(query.type, query.project);
    const found = type.tracker === undefined ? (await readVersions(site, project)).filter((version) => query.ids.includes(idOf(version))) : await this.#issues(site, type, project, query);
    // A withdrawn key is not refused but shown less.
    if (found.length < new Set(query.ids).size) await stillSignedIn(site);
    return found.map((raw) => told(itemOf(site.base, type, project, raw, query.fields), raw, query.extras));
  }

  async #issues(site: Site, type: TypeDef, project: string, query: GetQuery): Promise<readonly Json[]> {
    const { number } = await site.project(project);
    const found: Json[] = [];
    const include = includeFor(type, query.fields);
    for (const issues of await Promise.all(chunks(query.ids, MOST_PER_PAGE).map((ids) => issuesById(site, ids, withFiles(include, query.extras))))) found.push(...issues);
    const ours = found.filter((issue) => idOf(own(issue, "project")) === number && idOf(own(issue, "tracker")) === type.tracker);
    return include === undefined || query.fresh !== true ? ours : withAllRelations(site, ours);
  }

  async *list(query: Parameters<Connector["list"]>[0]) {
    const target = await this.#at(query.type, query.project);
    const { site, type, project } = target;
    const listed = (raw: Json): ListedItem => ({ id: idOf(raw), version: versionOf(raw), name: textAt(raw, type.tracker === undefined ? "name" : "subject").trim() });
    if (type.tracker === undefined) yield (await versionsSince(site, project, undefined, query.filter)).map(listed);
    else for await (const issues of listIssues(site, await this.#scope(target, query))) if (issues.length > 0) yield issues.map(listed);
    // What is missing from this list may be taken for deleted: nobody may have been looking.
    await stillSignedIn(site);
  }

  async create(type: string, project: string, drafts: readonly Draft[], stop?: Stop) {
    const target = await this.#at(type, project);
    return eachUntil(drafts, stop, (draft) => (target.type.tracker === undefined ? createVersion : createIssue)(target, draft));
  }

  async update(type: string, project: string, patches: readonly Patch[], stop?: Stop) {
    const target = await this.#at(type, project);
    return target.type.tracker === undefined ? eachUntil(patches, stop, (patch) => updateVersion(target, patch)) : updateIssues(target, patches, stop);
  }

  async replaced({ type, project, updates }: Parameters<NonNullable<Connector["replaced"]>>[0]): Promise<ReadonlyMap<string, readonly Overwritten[]>> {
    const target = await this.#at(type, project);
    return target.type.tracker === undefined ? new Map() : replacedBy(target, updates);
  }

  async ownItems({ type, project, ids }: Parameters<NonNullable<Connector["ownItems"]>>[0]): Promise<ReadonlySet<string> | undefined> {
    const target = await this.#at(type, project);
    return ownIssues(target.site, target.type, ids);
  }

  async find(type: string, project: string, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult> {
    const target = await this.#at(type, project);
    return findIntents(target.site, target.type, project, intents, taken);
  }

  async remove(type: string, project: string, ids: readonly string[], stop?: Stop) {
    const target = await this.#at(type, project);
    return eachUntil(ids, stop, (id) => (target.type.tracker === undefined ? removeVersion : removeIssue)(target, id));
  }

  /** An issue of another project or tracker is found by its number all the same. */
  async elsewhere(query: Parameters<NonNullable<Connector["elsewhere"]>>[0]): Promise<ReadonlySet<string>> {
    const { site, type } = await this.#at(query.type, query.project);
    if (type.tracker === undefined) return new Set();
    const found = new Set<string>();
    for (const ids of chunks(query.ids, MOST_PER_PAGE)) for (const issue of await issuesById(site, ids)) found.add(idOf(issue));
    return found;
  }

  licence = async (): Promise<LicenceNote> => ({ says: "Redmine is free software and needs none", lacking: false });

  async inspect(query: { readonly type: string; readonly project: string }): Promise<Inspection> {
    const { site, type, project } = await this.#at(query.type, query.project);
    return type.tracker === undefined ? { workflow: "any", hiding: [] } : inspectTracker(site, await site.project(project), type);
  }

  people(): AsyncIterable<readonly PersonRecord[]> {
    return this.#people.all();
  }

  findPeople(text: string): Promise<readonly PersonRecord[]> {
    return this.#people.find(text);
  }

  calls = (): number => this.#http.calls();
  close = (): Promise<void> => this.#http.close();
}

/** Opens nothing yet: the first call signs in. Throws ConfigError for options that make no sense. */
export const createRedmine = (settings: DataSourceSettings, http: Http): Connector => new Redmine(settings, http);
