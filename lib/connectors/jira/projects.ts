// Projects and the schema of one: its issue types with all fields and lists, its board. Read once per connector.

import { RemoteError } from "../../core/errors.ts";
import type { ProjectInfo, TypeSchema } from "../../core/types.ts";
import { encoded } from "../json.ts";
import { chooseBoard } from "./boards.ts";
import { customKey } from "./fieldKinds.ts";
import { bindFields, type FieldSources } from "./fieldSchemas.ts";
import { allOf, quoted } from "./jql.ts";
import type { Board, IssueType, Project, Status } from "./model.ts";
import { type CreateMeta, readCreateMeta } from "./createMeta.ts";
import { readAll } from "./pages.ts";
import { askSearch, firstRows } from "./query.ts";
import type { Site } from "./session.ts";
import { type Json, listOf, mapLimit, numberOf, objectsOf, own, textAt } from "./wire.ts";

/** Cloud pages the list, Data Center gives it whole (jira.md §12). Archived projects are left out. */
export const readProjects = async (site: Site): Promise<readonly ProjectInfo[]> => {
  const found = site.cloud ? await readAll(site.client, { path: `${site.api}/project/search` }, 50) : objectsOf(await site.client.must({ method: "GET", path: `${site.api}/project` }));
  return found.filter((project) => own(project, "archived") !== true).map((project) => ({ id: textAt(project, "key"), key: textAt(project, "key"), name: textAt(project, "name") }));
};

const optional = async (site: Site, path: string): Promise<unknown> => {
  const reply = await site.client.ask({ method: "GET", path: `${site.api}${path}`, mayLack: true });
  return reply.status < 300 ? reply.body : undefined;
};

/** One issue of each type, for the edit screen; the freshest, because an old one may be closed for editing. */
const samples = async (site: Site, key: string): Promise<ReadonlyMap<string, string>> => {
  const json = { jql: `project = ${quoted(key)} ORDER BY updated DESC`, fields: ["issuetype"] };
  const recent = await firstRows(site.cloud, json, 100, async (page) => (await askSearch(site.client, site, page)).body);
  const found = new Map<string, string>();
  for (const issue of recent) {
    const type = textAt(own(own(issue, "fields"), "issuetype"), "id");
    if (!found.has(type)) found.set(type, textAt(issue, "id"));
  }
  return found;
};

/** The edit screen of a sample; undefined when there is none or it may not be edited now, which says nothing about others. */
const editFields = async (site: Site, sample: string | undefined): Promise<ReadonlyMap<string, Json> | undefined> => {
  if (sample === undefined) return undefined;
  const fields = own(await optional(site, `/issue/${sample}/editmeta`), "fields");
  const entries = Object.entries(typeof fields === "object" && fields !== null ? fields : {});
  return entries.length === 0 ? undefined : new Map(entries.map(([id, meta]) => [id, meta as Json]));
};

const statusOf = (status: Json): Status => {
  const category = textAt(own(status, "statusCategory"), "key");
  return { id: textAt(status, "id"), name: textAt(status, "name"), ...(category === "" ? {} : { category }) };
};

const statusesOf = ({ statuses, everyStatus }: Pick<Shared, "statuses" | "everyStatus">, typeId: string): readonly Status[] => (everyStatus ?? objectsOf(own(statuses.find((type) => textAt(type, "id") === typeId), "statuses"))).map(statusOf);

const isSubtask = (type: Json): boolean => own(type, "subtask") === true;
const levelOf = (type: Json): number | undefined => numberOf(own(type, "hierarchyLevel"));

/** Cloud counts levels (−1 sub-task, 0 standard, 1 epic …); Data Center knows sub-tasks only (jira.md §11). */
const parentsOf = (cloud: boolean, types: readonly Json[], type: Json): readonly string[] => {
  const level = levelOf(type);
  const fits = (other: Json): boolean => (cloud && level !== undefined ? levelOf(other) === level + 1 : isSubtask(type) && !isSubtask(other));
  return types.filter(fits).map((other) => textAt(other, "name"));
};

interface Shared {
  readonly site: Site;
  readonly projectId: string;
  readonly types: readonly Json[];
  readonly all: readonly Json[];
  readonly statuses: readonly Json[];
  /** All of the site's, where a project does not tell those of its types. */
  readonly everyStatus?: readonly Json[];
  readonly linkTypes: readonly Json[];
  readonly resolutions: FieldSources["resolutions"];
  readonly samples: ReadonlyMap<string, string>;
  readonly board: Board | undefined;
  readonly canCreate: ReadonlySet<string>;
  readonly screenOf: CreateMeta["screenOf"];
}

type Creates = ReadonlyMap<string, ReadonlyMap<string, Json>>;

/** What each type's create screen offers, by the type's id. */
const readCreates = async (shared: Shared): Promise<Creates> => {
  const read = async (type: Json): Promise<readonly [string, ReadonlyMap<string, Json>]> => {
    const id = textAt(type, "id");
    return [id, shared.canCreate.has(id) ? await shared.screenOf(id) : new Map()];
  };
  return new Map(await mapLimit(shared.types, shared.site.width, read));
};

interface Epics {
  readonly names: readonly string[];
  /** The field a new epic must fill on Data Center. */
  readonly field?: string;
}

/** Cloud says so by level. On Data Center an epic is what has an epic's name; type names are translated (jira.md §24.30). */
const epicsOf = (shared: Shared, creates: Creates): Epics => {
  if (shared.site.cloud) return { names: shared.types.filter((type) => levelOf(type) === 1).map((type) => textAt(type, "name")) };
  const field = [...creates.values()].flatMap((fields) => [...fields]).find(([, meta]) => customKey(own(meta, "schema")) === "gh-epic-label")?.[0];
  const named = shared.types.filter((type) => field !== undefined && creates.get(textAt(type, "id"))?.has(field) === true);
  const epics = named.length > 0 ? named : shared.types.filter((type) => /^epic$/i.test(textAt(type, "name")));
  return { names: epics.map((type) => textAt(type, "name")), ...(field === undefined ? {} : { field }) };
};

const readType = async (shared: Shared, type: Json, creates: Creates, epics: Epics): Promise<IssueType> => {
  const { site } = shared;
  const id = textAt(type, "id");
  const name = textAt(type, "name");
  const statuses = statusesOf(shared, id);
  const fields = bindFields({
    cloud: site.cloud,
    projectId: shared.projectId,
    subtask: isSubtask(type),
    all: shared.all,
    create: creates.get(id) ?? new Map(),
    edit: await editFields(site, shared.samples.get(id)),
    statuses,
    linkTypes: shared.linkTypes,
    typeNames: shared.types.map((other) => textAt(other, "name")),
    parents: parentsOf(site.cloud, shared.types, type),
    epics: epics.names,
    hasSprints: shared.board !== undefined && !isSubtask(type),
    resolutions: shared.resolutions,
  });
  const canCreate = shared.canCreate.has(id);
  const schema: TypeSchema = { name, label: name, fields: [...fields.values()].map((field) => field.schema), nameField: "summary", statusField: "status", canCreate, canDelete: true };
  const level = levelOf(type);
  return { id, name, jqlName: textAt(type, "untranslatedName") || name, subtask: isSubtask(type), ...(level === undefined ? {} : { level }), fields, statuses, schema };
};

const linkTypesOf = (body: unknown): readonly Json[] => objectsOf(own(body, "issueLinkTypes"));

/** Without the right to create, the types come from the project itself and nothing can be created. */
const readShared = async (site: Site, project: unknown, key: string, projectId: string): Promise<Shared> => {
  const [creating, all, statuses, links, resolutions] = await Promise.all([
    readCreateMeta(site, key, projectId),
    site.client.must({ method: "GET", path: `${site.api}/field` }),
    optional(site, `/project/${encoded(key)}/statuses`),
    optional(site, "/issueLinkType"),
    optional(site, "/resolution"),
  ]);
  const board = await chooseBoard(site, key);
  const everyStatus = statuses === undefined ? objectsOf(listOf(await optional(site, "/status"))) : undefined;
  const named = objectsOf(own(project, "issueTypes"));
  const offered = creating?.types ?? [];
  const levels = new Map(offered.map((type) => [textAt(type, "id"), type]));
  const types = named.length > 0 ? named.map((type) => ({ ...levels.get(textAt(type, "id")), ...type })) : offered;
  return {
    site,
    projectId,
    types,
    all: objectsOf(all),
    statuses: objectsOf(listOf(statuses)),
    ...(everyStatus === undefined ? {} : { everyStatus }),
    linkTypes: linkTypesOf(links),
    resolutions: objectsOf(listOf(resolutions)).map((one) => ({ id: textAt(one, "id"), name: textAt(one, "name") })),
    samples: await samples(site, key),
    board,
    canCreate: new Set(offered.map((type) => textAt(type, "id"))),
    screenOf: creating?.screenOf ?? (async () => new Map()),
  };
};

const fieldByKey = (all: readonly Json[], key: string): string | undefined => {
  const found = all.find((field) => customKey(own(field, "schema")) === key);
  return found === undefined ? undefined : textAt(found, "id");
};

/** The project mappings name, by its present key. Throws RemoteError when it does not exist or may not be seen. */
export const readProject = async (site: Site, named: string): Promise<Project> => {
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/project/${encoded(named)}` });
  // A project without access shows as missing (jira.md §16).
  if (reply.status >= 300) throw new RemoteError(`${site.name}: there is no project "${named}", or the account may not see it`, "check the key in the project mapping and the account's permission to browse the project");
  const id = textAt(reply.body, "id");
  const key = textAt(reply.body, "key");
  if (id === "" || key === "") throw new RemoteError(`${site.name}: the question for project "${named}" was answered without a project`, "does a proxy or a login page in between answer in Jira's place?");
  const shared = await readShared(site, reply.body, key, id);
  const creates = await readCreates(shared);
  const epics = epicsOf(shared, creates);
  const types = await mapLimit(shared.types, site.width, (type) => readType(shared, type, creates, epics));
  const sprintField = fieldByKey(shared.all, "gh-sprint");
  return {
    named,
    id,
    key,
    types,
    ...(shared.board === undefined ? {} : { board: shared.board }),
    ...(site.cloud || epics.field === undefined ? {} : { epicNameField: epics.field }),
    ...(sprintField === undefined ? {} : { sprintField }),
  };
};

/** Restriction to one type of the project; by name, because not every server takes an id there. */
export const scopeOf = (project: Project, type: IssueType): string => allOf(`project = ${quoted(project.key)}`, `issuetype = ${quoted(type.jqlName)}`);
