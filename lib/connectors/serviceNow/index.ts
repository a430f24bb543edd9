// The door to ServiceNow by its table interface. An item type is a table, an item a row of exactly that class; what a
// project is, is an option. Docs: docs/systems/serviceNow.md.

import { AccessError } from "../../core/errors.ts";
import type { Account, Instant, Item, PersonRecord, ProjectInfo, TypeSchema } from "../../core/types.ts";
import type { Attachment, AttachmentDoor, Capabilities, ChangePage, ChangeQuery, CommentDoor, Connector, DataSourceSettings, Draft, FindResult, GetQuery, Inspection, Keeping, ListedItem, Overwritten, Patch, PeopleQuery, SoughtIntent, WriteResult } from "../connector.ts";
import type { Stop } from "../left.ts";
import type { Http } from "../http.ts";
import { encoded } from "../json.ts";
import { withAddresses } from "../shownFiles.ts";
import { attachmentDoor } from "./attachments.ts";
import { commentDoor } from "./comments.ts";
import { logIsReadable, provedDeleted } from "./deletions.ts";
import { replacedBy } from "./evidence.ts";
import { findIntents, ownRows } from "./find.ts";
import { bulkGet, columnsFor, demandFields, demandShown, IDS_PER_CALL, itemOf, listedOf, rowsAnywhere, rowsById } from "./items.ts";
import { readOptions, type ServiceNowOptions } from "./options.ts";
import { readById, readByTime } from "./pages.ts";
import { readMe } from "./people.ts";
import { demandOurs, misreadDates, readProjects, type Scope, scopeOf, whereOf } from "./scope.ts";
import { Session } from "./session.ts";
import { DEFAULT_PROJECT, once, Site } from "./site.ts";
import { createAll, removeAll, updateAll, type Writing } from "./writes.ts";

const ID_PAGE = 1000;

const capabilitiesOf = (options: ServiceNowOptions): Omit<Capabilities, "deletionEvidence"> => ({
  marker: "create",
  pageSize: options.pageSize,
  idPageSize: ID_PAGE,
  bulkGet: bulkGet(options.batch),
  bulkCreate: options.batch ? options.bulkSize : 1,
  bulkUpdate: options.batch ? options.bulkSize : 1,
  // Not after but before: whose values are there now?
  readBackCalls: (n) => Math.ceil(n / bulkGet(options.batch)),
  overlapSeconds: options.overlapSeconds,
  conditionalUpdate: false,
  comments: true,
  attachments: true,
  filesByAddress: true,
  extrasPerCall: IDS_PER_CALL,
  // The answer does not tell the entry: the journal is read again.
  callsPerComment: 2,
  movable: () => true,
  makers: ["opened_by"],
  doers: ["resolved_by", "closed_by"],
});

/** There is no session: only connections, and what is known of the instance. */
const REST_SECONDS = 150;

class ServiceNow implements Connector {
  readonly system = "serviceNow";
  readonly dataSource: string;
  readonly comments: CommentDoor;
  readonly attachments: AttachmentDoor;
  readonly #options: ServiceNowOptions;
  readonly #session: Session;
  readonly #site: Site;
  #readable: () => Promise<boolean>;
  /** Fields read so far per type: what the answer of a write shall hold. */
  readonly #wanted = new Map<string, readonly string[]>();
  #evidence: "none" | "audit";

  constructor(settings: DataSourceSettings, http: Http) {
    this.#options = readOptions(settings);
    this.#session = new Session(http, settings, this.#options);
    this.#site = new Site(this.#session);
    this.dataSource = settings.name;
    this.#evidence = this.#options.deletionEvidence === "none" ? "none" : "audit";
    this.#readable = once(() => logIsReadable(this.#site));
    const opened = async (type: string, project: string) => ({ site: this.#site, scope: await scopeOf(this.#site, type, project) });
    this.comments = commentDoor(this.#options.settleSeconds, opened);
    this.attachments = attachmentDoor(this.#options.settleSeconds, opened);
  }

  /** Known for certain once a list was read: only then the log of deletions was asked for. */
  get capabilities(): Capabilities {
    return { ...capabilitiesOf(this.#options), deletionEvidence: this.#evidence };
  }

  async account(): Promise<Account> {
    const { login: _login, ...account } = await this.#site.me();
    return account;
  }

  readonly keeping: Keeping = {
    restSeconds: REST_SECONDS,
    renew: async () => {
      const before = await this.#site.me();
      if ((await readMe(this.#session)).id !== before.id) throw new AccessError(`${this.dataSource}: the login belongs to another account by now`, "the next iteration signs in anew");
      this.#site.forget();
      this.#wanted.clear();
      this.#readable = once(() => logIsReadable(this.#site));
    },
  };

  now(): Promise<Instant> {
    return this.#site.now();
  }

  projects(): Promise<readonly ProjectInfo[]> {
    return readProjects(this.#site);
  }

  async types(project: string): Promise<readonly TypeSchema[]> {
    const types = [...(await this.#site.types()).values()];
    return types.filter((type) => (type.projectField === undefined) === (project === DEFAULT_PROJECT)).map((type) => type.schema);
  }

  #names(scope: Scope, fields: readonly string[]): readonly string[] {
    const names = demandFields(this.#site, scope.type, fields);
    this.#wanted.set(scope.type.table.name, [...new Set([...(this.#wanted.get(scope.type.table.name) ?? []), ...names])]);
    return names;
  }

  async *changes(query: ChangeQuery): AsyncGenerator<ChangePage> {
    const scope = await scopeOf(this.#site, query.type, query.project);
    const names = this.#names(scope, query.fields);
    const where = await whereOf(this.#site, scope, query.filter);
    const reading = { path: `table/${query.type}`, fields: columnsFor(scope.type, names), where, limit: Math.min(query.pageSize ?? this.#options.pageSize, this.#options.pageSize), shown: true };
    for await (const rows of readByTime(this.#session, reading, "sys_updated_on", query.since)) {
      demandOurs(this.#site, scope, rows);
      await demandShown(this.#site, scope, rows, names);
      yield { items: rows.map((row) => itemOf(this.#site, scope, row, names)) };
    }
  }

  async get(query: GetQuery): Promise<readonly Item[]> {
    const scope = await scopeOf(this.#site, query.type, query.project);
    const names = this.#names(scope, query.fields);
    const rows = await rowsById(this.#site, scope, query.ids, names, query.fresh);
    await demandShown(this.#site, scope, rows, names);
    return rows.map((row) => itemOf(this.#site, scope, row, names));
  }

  async *list(query: Parameters<Connector["list"]>[0]): AsyncGenerator<readonly ListedItem[]> {
    const scope = await scopeOf(this.#site, query.type, query.project);
    const where = await whereOf(this.#site, scope, query.filter);
    if (this.#options.deletionEvidence === "auto") this.#evidence = (await this.#readable()) ? "audit" : "none";
    for await (const rows of readById(this.#session, { path: `table/${query.type}`, fields: columnsFor(scope.type, []), where, limit: ID_PAGE })) {
      demandOurs(this.#site, scope, rows);
      yield rows.map((row) => listedOf(scope.type, row));
    }
  }

  async #writing(type: string, project: string, stop?: Stop): Promise<Writing> {
    const scope = await scopeOf(this.#site, type, project);
    return { site: this.#site, scope, wanted: this.#wanted.get(type) ?? [...scope.type.fields.keys()], ...(stop === undefined ? {} : { stop }) };
  }

  async create(type: string, project: string, drafts: readonly Draft[], stop?: Stop): Promise<readonly WriteResult[]> {
    return drafts.length === 0 ? [] : createAll(await this.#writing(type, project, stop), drafts);
  }

  async update(type: string, project: string, patches: readonly Patch[], stop?: Stop): Promise<readonly WriteResult[]> {
    if (patches.length === 0) return [];
    const writing = await this.#writing(type, project, stop);
    // servicenow.md §10: images of a text are addresses of files.
    const addressOf = (file: Attachment): string => `${this.#site.session.base}/sys_attachment.do?sys_id=${encoded(file.id)}`;
    return updateAll(writing, await withAddresses(this.attachments, (await this.#site.type(type)).schema, project, patches, addressOf));
  }

  async replaced({ type, updates }: Parameters<NonNullable<Connector["replaced"]>>[0]): Promise<ReadonlyMap<string, readonly Overwritten[]>> {
    return replacedBy(this.#site, await this.#site.type(type), updates);
  }

  async find(type: string, project: string, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult> {
    return findIntents(this.#site, await scopeOf(this.#site, type, project), intents, taken);
  }

  async ownItems({ type, project, ids }: Parameters<NonNullable<Connector["ownItems"]>>[0]): Promise<ReadonlySet<string>> {
    return ownRows(this.#site, await scopeOf(this.#site, type, project), ids);
  }

  async remove(type: string, project: string, ids: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> {
    return removeAll(await this.#writing(type, project, stop), ids);
  }

  async deleted(query: Parameters<NonNullable<Connector["deleted"]>>[0]): Promise<ReadonlySet<string>> {
    return provedDeleted(this.#site, await this.#site.type(query.type), query.ids);
  }

  async elsewhere(query: Parameters<NonNullable<Connector["elsewhere"]>>[0]): Promise<ReadonlySet<string>> {
    return rowsAnywhere(this.#site, await this.#site.type(query.type), query.ids);
  }

  async inspect({ filter }: { readonly filter?: string }): Promise<Inspection> {
    const misread = misreadDates(filter, (await this.#site.me()).zone);
    return { untold: "what guards a state are rules of the instance, scripts that nobody can be asked about", hiding: [], ...(misread === undefined ? {} : { misread }) };
  }

  people(how?: PeopleQuery): AsyncIterable<readonly PersonRecord[]> {
    return this.#site.people.all(how);
  }

  findPeople(text: string): Promise<readonly PersonRecord[]> {
    return this.#site.people.find(text);
  }

  calls = (): number => this.#session.http.calls();
  close = (): Promise<void> => this.#session.close();
}

/** Opens nothing yet: the first call signs in. Throws ConfigError for options that make no sense, AccessError without credentials. */
export const createServiceNow = (settings: DataSourceSettings, http: Http): Connector => new ServiceNow(settings, http);
