// The door to Jira, Cloud and Data Center: signs in when first used, learns a project once, and hands each question to the
// part that knows its answer. Issue types are types by their name; versions and sprints are types beside them.

import { AccessError, ConfigError, RemoteError } from "../../core/errors.ts";
import type { Account, Item, PersonRecord, ProjectInfo, TypeSchema } from "../../core/types.ts";
import type { AttachmentDoor, Capabilities, ChangePage, ChangeQuery, CommentDoor, Connector, DataSourceSettings, Draft, FindResult, GetQuery, Inspection, Keeping, LicenceNote, ListedItem, Overwritten, Patch, SoughtIntent, WriteResult } from "../connector.ts";
import { LEFT, type Stop } from "../left.ts";
import { type Http, isDoubtful } from "../http.ts";
import { encoded } from "../json.ts";
import { attachmentDoor } from "./attachments.ts";
import { complaintText, JiraClient } from "./client.ts";
import { commentDoor } from "./comments.ts";
import { CREATE_AT_ONCE, createIssues } from "./creates.ts";
import { FETCH_AT_ONCE, fetchIssues, stillThere } from "./fetch.ts";
import { findIssues, findSprints, findVersions, INDEX_LAG_SECONDS, lagSeconds, ownIssues } from "./find.ts";
import { LOGS_AT_ONCE } from "./history.ts";
import { inspectType, readLicence } from "./inspect.ts";
import { INTENT, itemsOf, restFields } from "./issues.ts";
import { type IssueType, type Jira, type Project, SPRINT, VERSION } from "./model.ts";
import { type Flavour, type JiraOptions, readOptions } from "./options.ts";
import { replacedBy } from "./readBack.ts";
import { readRemoteLinks } from "./remoteLinks.ts";
import { readProject, readProjects } from "./projects.ts";
import { Refs } from "./refs.ts";
import { IDS_AT_ONCE, listIssues, PAGE_SIZE, readChanges } from "./search.ts";
import { connect, guessFlavour, readMe, serverNow, type Site } from "./session.ts";
import { createSprint, removeSprint, SPRINT_TYPE, sprintItems, updateSprint } from "./sprints.ts";
import { findPeople, readPeople, Users } from "./users.ts";
import { updateIssues } from "./writes.ts";
import { createVersion, removeVersion, updateVersion, VERSION_TYPE, versionItems } from "./versions.ts";
import { mapLimit } from "./wire.ts";
import { Workflows } from "./workflow.ts";

/** A place asked for: the project and, unless it is versions or sprints, the issue type. */
interface Place {
  readonly jira: Jira;
  readonly project: Project;
  readonly list?: typeof VERSION | typeof SPRINT;
  readonly type?: IssueType;
}

/** There is no session: only connections, and what is known of the site. */
const REST_SECONDS = 150;

const knowing = (site: Site): Jira => ({ site, refs: new Refs(), users: new Users(), sprints: new Map(), workflows: new Workflows(), written: [], read: new Map(), tellsEmpty: false, hidden: new Map() });

const noteRead = (jira: Jira, type: IssueType, names: readonly string[]): void => {
  const unknown = names.filter((name) => !type.fields.has(name));
  if (unknown.length > 0) throw new RemoteError(`${jira.site.name}: ${type.name} has no field ${unknown.join(", ")}`, "was it renamed or removed? correct the field mappings, then check the connection");
  jira.read.set(type.id, new Set([...(jira.read.get(type.id) ?? []), ...names]));
};

class JiraConnector implements Connector {
  readonly system = "jira";
  readonly dataSource: string;
  readonly comments: CommentDoor;
  readonly attachments: AttachmentDoor;
  readonly #settings: DataSourceSettings;
  readonly #options: JiraOptions;
  readonly #client: JiraClient;
  #flavour: Flavour | undefined;
  #jira: Promise<Jira> | undefined;
  readonly #projects = new Map<string, Promise<Project>>();

  constructor(settings: DataSourceSettings, http: Http) {
    this.#settings = settings;
    this.dataSource = settings.name;
    this.#options = readOptions(settings);
    this.#client = new JiraClient(http, settings);
    const issues = async (type: string, project: string): Promise<Jira | undefined> => {
      const place = await this.#place(type, project);
      return place.type === undefined ? undefined : place.jira;
    };
    // Issues of Data Center are read by search, in a cluster one by one.
    const lag = (): number => ((this.#flavour ?? guessFlavour(settings, this.#options)) === "cloud" || this.#client.clustered ? 0 : (this.#options.searchLagSeconds ?? INDEX_LAG_SECONDS.dataCenter));
    this.comments = commentDoor(lag, issues);
    this.attachments = attachmentDoor(lag, issues);
  }

  get capabilities(): Capabilities {
    const cloud = (this.#flavour ?? guessFlavour(this.#settings, this.#options)) === "cloud";
    return {
      marker: "create",
      pageSize: PAGE_SIZE,
      idPageSize: cloud ? IDS_AT_ONCE.cloud : IDS_AT_ONCE.dataCenter,
      bulkGet: FETCH_AT_ONCE,
      bulkCreate: CREATE_AT_ONCE,
      bulkUpdate: 1,
      readBackCalls: (n) => (cloud ? Math.ceil(n / FETCH_AT_ONCE) + Math.ceil(n / LOGS_AT_ONCE) : this.#client.clustered ? n : Math.ceil(n / FETCH_AT_ONCE)),
      // jira.md §6: index lag, and bounds of whole minutes.
      overlapSeconds: this.#options.overlapSeconds ?? (cloud ? 600 : this.#client.clustered ? 300 : 120),
      conditionalUpdate: false,
      comments: true,
      attachments: true,
      // jira.md §5: an index may show issues as they were, so a search is asked for ids.
      idsFirst: (type) => cloud && type !== VERSION && type !== SPRINT,
      // A sprint stands in every project of its board.
      movable: (type) => type !== VERSION && type !== SPRINT,
      deletionEvidence: "none",
      impersonation: "reporter",
      makers: ["reporter", "creator"],
    };
  }

  #open(): Promise<Jira> {
    this.#jira ??= connect(this.#client, this.#settings, this.#options).then(
      (site): Jira => {
        this.#flavour = site.flavour;
        return knowing(site);
      },
      (error: unknown) => {
        // Not remembered: the next question tries again.
        this.#jira = undefined;
        throw error;
      },
    );
    return this.#jira;
  }

  async #project(named: string): Promise<{ readonly jira: Jira; readonly project: Project }> {
    const jira = await this.#open();
    const project = this.#projects.get(named) ?? readProject(jira.site, named);
    this.#projects.set(named, project);
    try {
      return { jira, project: await project };
    } catch (error) {
      this.#projects.delete(named);
      throw error;
    }
  }

  async #place(type: string, named: string): Promise<Place> {
    const { jira, project } = await this.#project(named);
    if (type === VERSION || type === SPRINT) return { jira, project, list: type };
    const found = project.types.find((candidate) => candidate.name === type) ?? project.types.find((candidate) => candidate.name.toLowerCase() === type.toLowerCase());
    if (found !== undefined) return { jira, project, type: found };
    throw new ConfigError([{ message: `${this.dataSource}: project ${named} has no issue type "${type}"`, advice: `it has ${[...project.types.map((one) => one.name), VERSION, SPRINT].join(", ")}` }]);
  }

  async account(): Promise<Account> {
    const { me } = (await this.#open()).site;
    return { id: me.id, name: me.name, ...(me.zone === undefined ? {} : { zone: me.zone }), ...(me.language === undefined ? {} : { language: me.language }) };
  }

  readonly keeping: Keeping = {
    restSeconds: REST_SECONDS,
    renew: async () => {
      const { site } = await this.#open();
      // The zone decides how dates are asked for.
      if (JSON.stringify(await readMe(site.client, site.name, site.api)) !== JSON.stringify(site.me)) throw new AccessError(`${this.dataSource}: the account is another, or was changed`, "the next iteration asks about it anew");
      this.#jira = Promise.resolve(knowing(site));
    },
  };

  async now(): Promise<string> {
    await this.#open();
    return serverNow(this.#client, this.dataSource);
  }

  async projects(): Promise<readonly ProjectInfo[]> {
    return readProjects((await this.#open()).site);
  }

  async types(named: string): Promise<readonly TypeSchema[]> {
    const { project } = await this.#project(named);
    return [...project.types.map((type) => type.schema), VERSION_TYPE, ...(project.board === undefined ? [] : [SPRINT_TYPE])];
  }

  async *changes(query: ChangeQuery): AsyncIterable<ChangePage> {
    const { jira, project, list, type } = await this.#place(query.type, query.project);
    if (type !== undefined) {
      noteRead(jira, type, query.fields);
      return yield* readChanges(jira, project, type, query);
    }
    const items = list === VERSION ? await versionItems(jira, project) : await sprintItems(jira, project);
    if (items.length > 0) yield { items };
  }

  async get(query: GetQuery): Promise<readonly Item[]> {
    const { jira, project, list, type } = await this.#place(query.type, query.project);
    if (query.ids.length === 0) return [];
    if (type === undefined) return list === VERSION ? versionItems(jira, project, query.ids) : sprintItems(jira, project, query.ids);
    noteRead(jira, type, query.fields);
    const issues = await fetchIssues(jira.site, query.ids, { fields: restFields(type, query.fields, query.extras), ...(jira.site.cloud ? { properties: [INTENT] } : {}) }, query.fresh);
    return itemsOf(jira, project, type, issues, query.fields, query.extras);
  }

  async *list(query: { readonly type: string; readonly project: string; readonly filter?: string }): AsyncIterable<readonly ListedItem[]> {
    const { jira, project, list, type } = await this.#place(query.type, query.project);
    if (type !== undefined) return yield* listIssues(jira, project, type, query.filter);
    const items = list === VERSION ? await versionItems(jira, project) : await sprintItems(jira, project);
    yield items.map(({ id, version, name }) => ({ id, version, name }));
  }

  /** What was moved or made another type is read by its id all the same, and says so itself. */
  async elsewhere({ type: typeName, project: named, ids }: Parameters<NonNullable<Connector["elsewhere"]>>[0]): Promise<ReadonlySet<string>> {
    const { jira, type } = await this.#place(typeName, named);
    return type === undefined ? new Set() : stillThere(jira.site, ids);
  }

  async licence(): Promise<LicenceNote | undefined> {
    return readLicence(await this.#open());
  }

  async inspect(query: { readonly type: string; readonly project: string }): Promise<Inspection> {
    const { jira, project, type } = await this.#place(query.type, query.project);
    return type === undefined ? { hiding: [] } : inspectType(jira, project, type);
  }

  async remoteLinks({ type: typeName, project: named, ids }: Parameters<NonNullable<Connector["remoteLinks"]>>[0]): Promise<ReadonlyMap<string, readonly string[]>> {
    const { jira, type } = await this.#place(typeName, named);
    return type === undefined ? new Map() : readRemoteLinks(jira, ids);
  }

  async create(typeName: string, named: string, drafts: readonly Draft[], stop?: Stop): Promise<readonly WriteResult[]> {
    const { jira, project, list, type } = await this.#place(typeName, named);
    if (drafts.length === 0) return [];
    if (type !== undefined) return createIssues(jira, project, type, drafts, stop);
    const one = list === VERSION ? createVersion : createSprint;
    // Nobody knows what became of a create that was answered by somebody else: it is looked for, never sent again at once.
    return this.#each(drafts, 1, stop, (draft) => one(jira, project, draft.fields), "doubtful");
  }

  async update(typeName: string, named: string, patches: readonly Patch[], stop?: Stop): Promise<readonly WriteResult[]> {
    const { jira, project, list, type } = await this.#place(typeName, named);
    if (patches.length === 0) return [];
    if (type !== undefined) return updateIssues(jira, project, type, patches, stop);
    const one = list === VERSION ? updateVersion : updateSprint;
    return this.#each(patches, 1, stop, (patch) => one(jira, project, patch.id, patch.fields, patch.before));
  }

  async replaced({ type: typeName, project: named, updates }: Parameters<NonNullable<Connector["replaced"]>>[0]): Promise<ReadonlyMap<string, readonly Overwritten[]>> {
    const { jira, type } = await this.#place(typeName, named);
    return type === undefined ? new Map() : replacedBy(jira, type, updates);
  }

  async find(typeName: string, named: string, intents: readonly SoughtIntent[]): Promise<FindResult> {
    const { jira, project, list, type } = await this.#place(typeName, named);
    const lag = lagSeconds(jira, this.#settings.network.maxWaitSeconds);
    if (type !== undefined) return findIssues(jira, project, type, intents, lag);
    return list === VERSION ? findVersions(jira, project, intents) : findSprints(jira, project, intents, lag);
  }

  async ownItems({ type: typeName, project: named, ids }: Parameters<NonNullable<Connector["ownItems"]>>[0]): Promise<ReadonlySet<string> | undefined> {
    const { jira, type } = await this.#place(typeName, named);
    return type === undefined ? undefined : ownIssues(jira, ids);
  }

  async remove(typeName: string, named: string, ids: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> {
    const { jira, list, type } = await this.#place(typeName, named);
    if (type === undefined) return this.#each(ids, 1, stop, (id) => (list === VERSION ? removeVersion(jira, id) : removeSprint(jira, id)));
    return this.#each(ids, jira.site.width, stop, (id) => removeIssue(jira, id));
  }

  /** One call each; doubt about one says nothing about the others. `broken`: what an answer that is none means. */
  #each<T>(all: readonly T[], width: number, stop: Stop | undefined, work: (member: T) => Promise<WriteResult>, broken: "doubtful" | "refused" = "refused"): Promise<readonly WriteResult[]> {
    return mapLimit(all, width, async (member): Promise<WriteResult> => {
      if (stop?.aborted === true) return LEFT;
      try {
        return await work(member);
      } catch (error) {
        if (isDoubtful(error)) return { ok: false, kind: "doubtful", reason: error.message, problems: [] };
        if (error instanceof RemoteError) return { ok: false, kind: broken, reason: error.message, problems: [] };
        throw error;
      }
    });
  }

  async *people(): AsyncIterable<readonly PersonRecord[]> {
    yield* readPeople((await this.#open()).site);
  }

  async findPeople(text: string): Promise<readonly PersonRecord[]> {
    const { site, users } = await this.#open();
    return findPeople(site, users, text);
  }

  calls(): number {
    return this.#client.http.calls();
  }

  close(): Promise<void> {
    return this.#client.http.close();
  }
}

/** Sub-tasks are items of their own: an issue that has some is not removed with them (jira.md §17.3). */
const removeIssue = async (jira: Jira, id: string): Promise<WriteResult> => {
  const reply = await jira.site.client.ask({ method: "DELETE", path: `${jira.site.api}/issue/${encoded(id)}` });
  if (reply.status < 300) return { ok: true, id, problems: [] };
  return { ok: false, kind: reply.status === 404 ? "missing" : "refused", reason: complaintText(reply), problems: [] };
};

export const createJira = (settings: DataSourceSettings, http: Http): Connector => new JiraConnector(settings, http);
