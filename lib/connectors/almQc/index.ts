// ALM/Quality Center (Application Quality Management) by its Core REST interface. A project is one of the domain in scope,
// named by its name; types and fields come from the customization.

import PQueue from "p-queue";
import { RemoteError } from "../../core/errors.ts";
import type { Account, Instant, Item, PersonRecord, ProjectInfo, TypeSchema } from "../../core/types.ts";
import type { Attachment, AttachmentDoor, Capabilities, ChangePage, ChangeQuery, CommentDoor, Connector, DataSourceSettings, Draft, FindResult, GetQuery, Inspection, LicenceNote, ListedItem, Overwritten, Patch, SoughtIntent, WantedExtras, WriteResult } from "../connector.ts";
import type { Stop } from "../left.ts";
import type { Http } from "../http.ts";
import { encoded } from "../json.ts";
import { askMissing } from "../ownAddress.ts";
import { chunks } from "../paging.ts";
import { withAddresses } from "../shownFiles.ts";
import { type Tellers, telling } from "../told.ts";
import { ClockWatch, readAccount, serverNow } from "./account.ts";
import { replacedBy } from "./audits.ts";
import { attachmentsIn, createAttachments } from "./attachments.ts";
import { commentsIn, createComments, MOST_IDS } from "./comments.ts";
import { filterOf } from "./favorites.ts";
import { findIntents, findMade } from "./find.ts";
import { notGone } from "./hidden.ts";
import { askedFor, demandFields, itemOf, listedOf, type Place, pathOf, readSingly } from "./items.ts";
import { bookOf, joined, type LinkBook, linkedFields, readLinkRows } from "./links.ts";
import { readProject } from "./metadata.ts";
import type { Project } from "./model.ts";
import { type AlmOptions, readOptions } from "./options.ts";
import { readAll, readById, readChanges } from "./pages.ts";
import { peopleNamed, personOf } from "./people.ts";
import { anyId, isId, where } from "./query.ts";
import { removeIds } from "./remove.ts";
import { Session } from "./session.ts";
import { unseenIn } from "./unseen.ts";
import { type Entity, textAt } from "./wire.ts";
import { createAll, updateAll, type Writing } from "./write.ts";
import { allNamed } from "./xml.ts";

/** Longer lists of ids make longer addresses than some web servers take (alm-qc.md §7.4). */
const idsPerCall = (options: AlmOptions): number => Math.min(MOST_IDS, options.pageSize);

const capabilitiesOf = (options: AlmOptions): Capabilities => ({
  marker: Object.keys(options.intentFields).length === 0 ? "search" : "create",
  pageSize: options.pageSize,
  idPageSize: options.pageSize,
  bulkGet: idsPerCall(options),
  bulkCreate: options.bulkSize,
  bulkUpdate: options.bulkSize,
  // Each item is read again right before it is written; its lock costs two calls more.
  readBackCalls: (n) => Math.ceil(n / idsPerCall(options)) + (options.locking === "always" ? 2 * n : 0),
  overlapSeconds: options.overlapSeconds,
  conditionalUpdate: options.locking === "always",
  comments: true,
  // The memo is read and written whole; its lock costs two calls more.
  callsPerComment: options.locking === "never" ? 2 : 4,
  attachments: true,
  filesByAddress: true,
  deletionEvidence: "none",
});

class AlmQc implements Connector {
  readonly system = "almQc";
  readonly dataSource: string;
  readonly capabilities: Capabilities;
  readonly comments: CommentDoor;
  readonly attachments: AttachmentDoor;
  readonly #session: Session;
  readonly #options: AlmOptions;
  readonly #clock: ClockWatch;
  readonly #projects = new Map<string, Promise<Project>>();
  /** Fields last read per project and type: what the result of a write shall hold. */
  readonly #wanted = new Map<string, readonly string[]>();
  /** Items this process made with their intents, per project and type: numbers count for each. */
  readonly #made = new Map<string, Map<string, string>>();
  /** Links are looked at and then made: two doing so at once would make one twice. */
  readonly #linking = new PQueue({ concurrency: 1 });
  #me: Promise<Account> | undefined;
  #listed: Promise<readonly ProjectInfo[]> | undefined;

  constructor(settings: DataSourceSettings, http: Http) {
    this.#options = readOptions(settings);
    this.#session = new Session(http, settings, this.#options);
    this.#clock = new ClockWatch(this.#session);
    this.dataSource = settings.name;
    this.capabilities = capabilitiesOf(this.#options);
    const extras = { session: this.#session, placeOf: (type: string, project: string) => this.#placeOf(type, project), me: () => this.#writer(), self: async () => (await this.account()).id, now: () => this.now() };
    this.comments = createComments(extras);
    this.attachments = createAttachments(extras);
  }

  account(): Promise<Account> {
    this.#me ??= readAccount(this.#session);
    this.#me.catch(() => {
      this.#me = undefined;
    });
    return this.#me;
  }

  /** Our account as the head of a comment names it. */
  async #writer(): Promise<PersonRecord> {
    const { id } = await this.account();
    const loaded = await Promise.all(this.#projects.values());
    const known = loaded.map((project) => project.byLogin.get(id.toLowerCase())).find((person) => person !== undefined);
    return known ?? { id, name: personOf(new Map(), id).login ?? id, active: true, attributes: {} };
  }

  now = (): Promise<Instant> => serverNow(this.#session);

  projects(): Promise<readonly ProjectInfo[]> {
    this.#listed ??= this.#session.read(`/rest/domains/${encoded(this.#options.domain)}/projects`).then((body) => {
      const named = allNamed(body.kind === "xml" ? body.root : undefined, "Project").map((project) => project.attributes["Name"] ?? "");
      return named.filter((name) => name !== "").map((name) => ({ id: name, name }));
    });
    this.#listed.catch(() => {
      this.#listed = undefined;
    });
    return this.#listed;
  }

  #project(id: string): Promise<Project> {
    if (id.trim() === "") throw new RemoteError(`${this.dataSource}: a project without a name`, "name projects as the login window of ALM shows them");
    const known = this.#projects.get(id) ?? readProject(this.#session, id);
    this.#projects.set(id, known);
    known.catch(() => this.#projects.delete(id));
    return known;
  }

  async #placeOf(name: string, id: string): Promise<Place> {
    const project = await this.#project(id);
    const type = project.types.get(name);
    if (type === undefined) throw new RemoteError(`${this.dataSource}: project ${id} has no type ${name}${project.unavailable.has(name) ? `: ${project.unavailable.get(name)}` : ""}`, `known are ${[...project.types.keys()].join(", ")}`);
    return { session: this.#session, project, type };
  }

  async types(project: string): Promise<readonly TypeSchema[]> {
    return [...(await this.#project(project)).types.values()].map((type) => type.schema);
  }

  /** The links of these entities, read for all of them at once; `book`: read already. */
  async #withLinks(place: Place, entities: readonly Entity[], names: readonly string[], book?: LinkBook): Promise<readonly Entity[]> {
    const fields = linkedFields(place.type, names);
    if (fields.length === 0 || entities.length === 0) return entities;
    return joined(fields, entities, book ?? bookOf((await readLinkRows(place, fields, entities.map((entity) => textAt(entity, "id")))).rows));
  }

  /** All links of the project, where all items are read: fewer calls than by their ids. */
  async #allLinks(place: Place, names: readonly string[]): Promise<LinkBook | undefined> {
    const fields = linkedFields(place.type, names);
    return fields.length === 0 ? undefined : bookOf((await readLinkRows(place, fields, undefined)).rows);
  }

  async #itemsOf(place: Place, entities: readonly Entity[], names: readonly string[], extras: WantedExtras = {}): Promise<readonly Item[]> {
    const self = extras.comments === true ? (await this.account()).id : "";
    const tellers = (entity: Entity): Tellers => ({ ...(extras.comments === true ? { comments: () => commentsIn(place, entity, self) } : {}), ...(extras.attachments === true ? { attachments: () => attachmentsIn(place, entity) } : {}) });
    const unseen = await unseenIn(place, entities, names);
    return entities.flatMap((entity) => {
      if (place.type.roots.includes(textAt(entity, "id"))) return [];
      const item = itemOf(place, entity, names, unseen.get(entity));
      if (item === undefined) throw new RemoteError(`${this.dataSource}: ${place.type.name} ${textAt(entity, "id")} came without id or last-modified`, "may the account see these fields, and does a proxy change what ALM answers? run it again");
      this.#clock.seen(item.changedAt, false);
      return [telling(item, tellers(entity))];
    });
  }

  async *changes(query: ChangeQuery): AsyncGenerator<ChangePage> {
    this.#clock.demand();
    const place = await this.#placeOf(query.type, query.project);
    const names = demandFields(place.type, query.fields, this.dataSource);
    this.#wanted.set(`${query.project} ${query.type}`, names);
    const conditions = await filterOf(place, query.filter);
    const limit = Math.min(query.pageSize ?? this.#options.pageSize, this.#options.pageSize);
    const reading = { path: pathOf(place), fields: askedFor(place.type, names, query.extras), limit, ...(conditions === undefined ? {} : { where: conditions }) };
    const book = query.since === undefined && conditions === undefined ? await this.#allLinks(place, names) : undefined;
    for await (const page of readChanges(this.#session, reading, query.since === undefined ? undefined : this.#session.zone.bound(query.since))) {
      const items = await this.#itemsOf(place, await this.#withLinks(place, page, names, book), names, query.extras);
      this.#clock.demand();
      if (items.length > 0) yield { items };
    }
  }

  async get(query: GetQuery): Promise<readonly Item[]> {
    const place = await this.#placeOf(query.type, query.project);
    const names = demandFields(place.type, query.fields, this.dataSource);
    this.#wanted.set(`${query.project} ${query.type}`, names);
    return this.#read(place, query.ids, names, query.fresh, query.extras);
  }

  /** Those that are wanted as they are now, and those a query does not show, at their own addresses. */
  async #read(place: Place, ids: readonly string[], names: readonly string[], fresh = false, extras: WantedExtras = {}): Promise<readonly Item[]> {
    const asked = [...new Set(ids)].filter(isId);
    const entities = fresh ? await readSingly(place, asked) : await this.#readMany(place, asked, names, extras);
    return this.#itemsOf(place, await this.#withLinks(place, entities, names), names, extras);
  }

  async #readMany(place: Place, ids: readonly string[], names: readonly string[], extras: WantedExtras): Promise<readonly Entity[]> {
    const limit = this.capabilities.bulkGet;
    const parts = chunks(ids, limit).map((part) => readAll(this.#session, { path: pathOf(place), fields: askedFor(place.type, names, extras), where: where("id", anyId(part)), limit, most: part.length }));
    const found = (await Promise.all(parts)).flat();
    const told = new Set(found.map((entity) => textAt(entity, "id")));
    return [...found, ...(await askMissing(ids.filter((id) => !told.has(id)), (left) => readSingly(place, left)))];
  }

  async *list(query: Parameters<Connector["list"]>[0]): AsyncGenerator<readonly ListedItem[]> {
    const place = await this.#placeOf(query.type, query.project);
    const conditions = await filterOf(place, query.filter);
    const reading = { path: pathOf(place), fields: askedFor(place.type, []), limit: this.#options.pageSize, ...(conditions === undefined ? {} : { where: conditions }) };
    // Versions tell of the links that the items were last read with.
    const names = this.#wanted.get(`${query.project} ${query.type}`) ?? [];
    const book = await this.#allLinks(place, names);
    for await (const page of readById(this.#session, reading)) yield (await this.#withLinks(place, page.filter((entity) => !place.type.roots.includes(textAt(entity, "id"))), names, book)).map((entity) => listedOf(place.type, entity));
  }

  #madeAt({ project, type }: Place): Map<string, string> {
    const made = this.#made.get(`${project.id} ${type.name}`) ?? new Map<string, string>();
    this.#made.set(`${project.id} ${type.name}`, made);
    return made;
  }

  async #writing(place: Place): Promise<Writing> {
    const now = await this.now();
    return {
      place,
      now,
      me: (await this.account()).id,
      clock: this.#clock,
      wanted: this.#wanted.get(`${place.project.id} ${place.type.name}`) ?? [],
      get: (ids, names, fresh) => this.#read(place, ids, names, fresh),
      inTurn: (work) => this.#linking.add(work),
      findMade: (drafts) => findMade({ place, now, made: this.#madeAt(place) }, drafts),
    };
  }

  async create(type: string, project: string, drafts: readonly Draft[], stop?: Stop): Promise<readonly WriteResult[]> {
    if (drafts.length === 0) return [];
    const place = await this.#placeOf(type, project);
    const results = await createAll({ ...(await this.#writing(place)), ...(stop === undefined ? {} : { stop }) }, drafts);
    results.forEach((result, index) => {
      const draft = drafts[index];
      if (result.ok && draft !== undefined) this.#madeAt(place).set(result.id, draft.intent);
    });
    return results;
  }

  async update(type: string, project: string, patches: readonly Patch[], stop?: Stop): Promise<readonly WriteResult[]> {
    if (patches.length === 0) return [];
    const place = await this.#placeOf(type, project);
    // The project's own address of a file: its item's number need not be known.
    const addressOf = (file: Attachment): string => this.#session.addressOf(`${place.project.path}/attachments/${encoded(file.id)}`);
    return updateAll({ ...(await this.#writing(place)), ...(stop === undefined ? {} : { stop }) }, await withAddresses(this.attachments, place.type.schema, project, patches, addressOf));
  }

  async replaced({ type, project, updates }: Parameters<NonNullable<Connector["replaced"]>>[0]): Promise<ReadonlyMap<string, readonly Overwritten[]>> {
    return replacedBy(await this.#placeOf(type, project), (await this.account()).id, updates);
  }

  async find(type: string, project: string, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult> {
    const place = await this.#placeOf(type, project);
    return findIntents({ place, now: await this.now(), made: this.#madeAt(place), taken }, intents);
  }

  async remove(type: string, project: string, ids: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> {
    const place = await this.#placeOf(type, project);
    return removeIds(place, ids, async (left) => new Set((await this.#read(place, left, [])).map((item) => item.id)), stop);
  }

  /** Hidden is not deleted, as far as the difference shows. */
  async elsewhere(query: Parameters<NonNullable<Connector["elsewhere"]>>[0]): Promise<ReadonlySet<string>> {
    return notGone(await this.#placeOf(query.type, query.project), query.ids);
  }

  /** People belong to projects: the sample project's, else those of one in use. */
  async #home(): Promise<Project> {
    const home = this.#session.settings.sampleProject ?? [...this.#projects.keys()][0] ?? (await this.projects())[0]?.id;
    if (home === undefined) throw new RemoteError(`${this.dataSource}: the account sees no project of the domain ${this.#options.domain}`, "add it to the projects to be synchronized, in Site Administration");
    return this.#project(home);
  }

  // alm-qc.md §2: a session of this interface takes none.
  licence = async (): Promise<LicenceNote> => ({ says: "a session by REST takes no licence", lacking: false });

  // alm-qc.md §8: scripts of the workflow do not run for this interface.
  inspect = async (): Promise<Inspection> => ({ workflow: "any", hiding: [] });

  async *people(): AsyncGenerator<readonly PersonRecord[]> {
    yield (await this.#home()).people;
  }

  async findPeople(text: string): Promise<readonly PersonRecord[]> {
    return peopleNamed((await this.#home()).people, text);
  }

  calls = (): number => this.#session.http.calls();
  close = (): Promise<void> => this.#session.close();
}

export const createAlmQc = (settings: DataSourceSettings, http: Http): Connector => new AlmQc(settings, http);
