// The door to Azure DevOps, Services and Server from 2019 on, by its REST interface. Item types are the project's work item
// types by name, and its iterations and areas as "release", "sprint", "area". Docs: docs/systems/azureDevops.md.

import { AccessError } from "../../core/errors.ts";
import type { Account, Instant, Item, PersonRecord, ProjectInfo, TypeSchema } from "../../core/types.ts";
import type { Attachment, AttachmentDoor, Capabilities, ChangePage, ChangeQuery, CommentDoor, Connector, DataSourceSettings, Draft, FindResult, GetQuery, Inspection, Keeping, ListedItem, Patch, SoughtIntent, WantedExtras, WriteResult } from "../connector.ts";
import type { Stop } from "../left.ts";
import type { Http } from "../http.ts";
import { encoded } from "../json.ts";
import { chunks } from "../paging.ts";
import { MOST_IDS } from "./assumed.ts";
import { withAddresses } from "../shownFiles.ts";
import { type Tellers, telling } from "../told.ts";
import { attachmentDoor, attachmentsIn } from "./attachments.ts";
import { readChanges } from "./changes.ts";
import { AzureClient, type Sleep } from "./client.ts";
import { commentDoor, commentsIn } from "./comments.ts";
import { CREATED_BY } from "./fields.ts";
import { findIntents, ownItems } from "./find.ts";
import { whyUnnameable } from "./inName.ts";
import { demandFields, itemsOf, listed, readWanted } from "./items.ts";
import { AREA, RELEASE, SPRINT } from "./levels.ts";
import { createNodes, deletedNodes, findNodes, inspectNodes, nodeItems, type NodePlace, removeNodes, updateNodes } from "./nodeItems.ts";
import { type AzureOptions, readOptions } from "./options.ts";
import { People } from "./people.ts";
import { binnedItems, removeItems } from "./remove.ts";
import { connect, serverNow, type Site } from "./session.ts";
import { readMe } from "./whoAmI.ts";
import { createTypes, type ItemPlace, type Types } from "./types.ts";
import { idsInScope } from "./wiql.ts";
import { createItems, updateItems } from "./writes.ts";
import type { Json } from "./wire.ts";

const capabilitiesOf = (options: AzureOptions): Capabilities => ({
  marker: options.intentField !== undefined || options.intentLink ? "create" : "search",
  pageSize: MOST_IDS,
  idPageSize: MOST_IDS,
  bulkGet: MOST_IDS,
  bulkCreate: options.bulkSize,
  bulkUpdate: options.bulkSize,
  // The answer of a write shows the item.
  readBackCalls: () => 0,
  overlapSeconds: options.overlapSeconds,
  conditionalUpdate: true,
  comments: true,
  attachments: true,
  extrasPerCall: 1,
  idsFirst: (type) => ![AREA, RELEASE, SPRINT].includes(type),
  // The file, and the change of the item that takes it.
  callsPerAttachment: 2,
  filesByAddress: true,
  movable: (type) => ![AREA, RELEASE, SPRINT].includes(type),
  deletionEvidence: "bin",
  makers: [CREATED_BY],
  doers: ["ActivatedBy", "ResolvedBy", "ClosedBy"].map((name) => `Microsoft.VSTS.Common.${name}`),
  ...(options.unsafeBypassRules ? { impersonation: CREATED_BY } : {}),
});

/** Ids whose revisions are asked for together. */
const LISTED_AT_ONCE = MOST_IDS * 10;

/** There is no session: only connections, and what is known of the site. */
const REST_SECONDS = 150;

class AzureDevops implements Connector {
  readonly system = "azureDevops";
  readonly dataSource: string;
  readonly capabilities: Capabilities;
  readonly comments: CommentDoor;
  readonly attachments: AttachmentDoor;
  readonly #http: Http;
  readonly #client: AzureClient;
  readonly #options: AzureOptions;
  readonly #people: People;
  readonly #types: Types;
  /** Projects in use; people are members of their teams. */
  readonly #used = new Set<string>();
  /** Fields last read per project and type: what a read-back shall hold. */
  readonly #wanted = new Map<string, readonly string[]>();
  #site: Promise<Site> | undefined;

  constructor(settings: DataSourceSettings, http: Http, sleep?: Sleep) {
    this.#options = readOptions(settings);
    this.#http = http;
    this.#client = new AzureClient(http, settings, sleep);
    this.dataSource = settings.name;
    this.capabilities = capabilitiesOf(this.#options);
    if (settings.sampleProject !== undefined) this.#used.add(settings.sampleProject);
    this.#people = new People(() => this.#open(), () => this.#home());
    this.#types = createTypes(() => this.#open(), this.#people);
    const items = async (type: string, project: string): Promise<ItemPlace | undefined> => {
      const place = await this.#at(type, project);
      return "type" in place ? place : undefined;
    };
    this.comments = commentDoor(items);
    this.attachments = attachmentDoor(items);
  }

  /** Signs in with the first call that needs it. A failure is not kept: the next call tries again. */
  #open(): Promise<Site> {
    this.#site ??= connect(this.#client, this.#options).catch((error: unknown) => {
      this.#site = undefined;
      throw error;
    });
    return this.#site;
  }

  async #home(): Promise<readonly string[]> {
    return this.#used.size > 0 ? [...this.#used] : (await (await this.#open()).projects()).map(({ name }) => name);
  }

  #at(type: string, project: string): Promise<ItemPlace | NodePlace> {
    this.#used.add(project);
    return this.#types.one(project, type);
  }

  #keepWanted(place: ItemPlace, names: readonly string[]): readonly string[] {
    const demanded = demandFields(place, names);
    this.#wanted.set(`${place.project.id} ${place.type.name}`, demanded);
    return demanded;
  }

  #wantedOf(place: ItemPlace): readonly string[] {
    return this.#wanted.get(`${place.project.id} ${place.type.name}`) ?? [...place.type.fields.keys()];
  }

  async account(): Promise<Account> {
    const { me } = await this.#open();
    return { id: me.id, name: me.name };
  }

  readonly keeping: Keeping = {
    restSeconds: REST_SECONDS,
    renew: async () => {
      const { me } = await this.#open();
      if ((await readMe(this.#client)).me.id !== me.id) throw new AccessError(`${this.dataSource}: the login belongs to another account by now`, "the next iteration signs in anew");
      this.#people.forget();
      this.#types.forgetItems();
      this.#wanted.clear();
    },
  };

  async now(): Promise<Instant> {
    return serverNow(await this.#open());
  }

  async projects(): Promise<readonly ProjectInfo[]> {
    return (await this.#open()).projects();
  }

  async types(project: string): Promise<readonly TypeSchema[]> {
    this.#used.add(project);
    return this.#types.of(project);
  }

  async inspect(query: { readonly type: string; readonly project: string }): Promise<Inspection> {
    const place = await this.#at(query.type, query.project);
    if (!("type" in place)) return inspectNodes(place);
    const unnameable = place.type.fields.get(CREATED_BY)?.schema.onCreate === true ? await whyUnnameable(place) : undefined;
    return { ...(place.type.steps.size > 0 ? { workflow: place.type.steps } : {}), ...(unnameable === undefined ? {} : { unnameable }), hiding: [] };
  }

  async *changes(query: ChangeQuery): AsyncGenerator<ChangePage> {
    const place = await this.#at(query.type, query.project);
    if (!("type" in place)) {
      for (const items of chunks(await nodeItems(place), query.pageSize ?? MOST_IDS)) yield { items };
      return;
    }
    const names = this.#keepWanted(place, query.fields);
    const { since, filter, pageSize, extras } = query;
    for await (const raws of readChanges(place, { names, ...(extras === undefined ? {} : { extras }), ...(since === undefined ? {} : { since }), ...(filter === undefined ? {} : { filter }), ...(pageSize === undefined ? {} : { pageSize }) }))
      if (raws.length > 0) yield { items: await this.#told(place, raws, names, extras) };
  }

  async get(query: GetQuery): Promise<readonly Item[]> {
    const place = await this.#at(query.type, query.project);
    if (!("type" in place)) return nodeItems(place, query.ids);
    const names = this.#keepWanted(place, query.fields);
    return this.#told(place, await readWanted(place, query.ids, names, query.extras), names, query.extras);
  }

  async #told(place: ItemPlace, raws: readonly Json[], names: readonly string[], extras: WantedExtras = {}): Promise<readonly Item[]> {
    const tellers = (raw: Json): Tellers => ({ ...(extras.comments === true ? { comments: () => commentsIn(place, raw) } : {}), ...(extras.attachments === true ? { attachments: () => attachmentsIn(place, raw) } : {}) });
    return (await itemsOf(place, raws, names)).map((item, index) => telling(item, tellers(raws[index] as Json)));
  }

  async *list(query: Parameters<Connector["list"]>[0]): AsyncGenerator<readonly ListedItem[]> {
    const place = await this.#at(query.type, query.project);
    // A question answers ids alone; the revision finds what the feed did not tell: a late commit, a right that came later (§12.1).
    if ("type" in place) for await (const ids of idsInScope(place, query.filter, "id")) for (const part of chunks(ids, LISTED_AT_ONCE)) yield await listed(place, part);
    else yield (await nodeItems(place)).map(({ id, version, name }) => ({ id, version, name }));
  }

  async create(type: string, project: string, drafts: readonly Draft[], stop?: Stop): Promise<readonly WriteResult[]> {
    if (drafts.length === 0) return [];
    const place = await this.#at(type, project);
    return "type" in place ? createItems(place, drafts, this.#wantedOf(place), stop) : createNodes(place, drafts, stop);
  }

  async update(type: string, project: string, patches: readonly Patch[], stop?: Stop): Promise<readonly WriteResult[]> {
    if (patches.length === 0) return [];
    const place = await this.#at(type, project);
    if (!("type" in place)) return updateNodes(place, patches, stop);
    // azure-devops.md §9.4: images of a text are addresses of files.
    const addressOf = (file: Attachment): string => `${place.site.base}/${encoded(place.project.id)}/_apis/wit/attachments/${encoded(file.id)}?fileName=${encoded(file.name)}`;
    return updateItems(place, await withAddresses(this.attachments, place.type.schema, project, patches, addressOf), this.#wantedOf(place), stop);
  }

  async find(type: string, project: string, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult> {
    const place = await this.#at(type, project);
    return "type" in place ? findIntents(place, intents, taken) : findNodes(place, intents);
  }

  async ownItems({ type, project, ids }: Parameters<NonNullable<Connector["ownItems"]>>[0]): Promise<ReadonlySet<string> | undefined> {
    const place = await this.#at(type, project);
    return "type" in place ? ownItems(place, ids) : undefined;
  }

  async remove(type: string, project: string, ids: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> {
    const place = await this.#at(type, project);
    return "type" in place ? removeItems(place, ids, stop) : removeNodes(place, ids, stop);
  }

  async deleted(query: Parameters<NonNullable<Connector["deleted"]>>[0]): Promise<ReadonlySet<string>> {
    const place = await this.#at(query.type, query.project);
    return "type" in place ? binnedItems(place, query.ids) : deletedNodes(place, query.ids);
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
export const createAzureDevops = (settings: DataSourceSettings, http: Http, sleep?: Sleep): Connector => new AzureDevops(settings, http, sleep);
