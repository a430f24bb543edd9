// Projects and the lists of a site: types, statuses, priorities, resolutions, link types, roles, configuration (sheet §12).

import type { SandboxReply } from "../imitation.ts";
import { caller, created, findProject, flag, json, list, noContent, ok, pageBean, param, platformBase, text, type Call, type Route } from "./call.ts";
import type { Project, Status } from "./model.ts";
import { narrowed } from "./narrow.ts";
import { everyone, isLogin } from "./people.ts";
import { holds } from "./permissions.ts";
import { badFields, forbidden, missing } from "./problem.ts";
import { propertyRoutes } from "./properties.ts";
import { addProject, CATEGORIES } from "./seed.ts";
import { fullComponent, fullPriority, fullVersion, showCategory, showLinkType, showProject, showResolution, showStatus, showType, showUser, type Shown } from "./shapes.ts";
import { typesOf, workflowOf } from "./workflow.ts";
import { byId } from "./world.ts";

const workflowCategory = (row: Status): string => ({ 2: "TODO", 3: "DONE", 4: "IN_PROGRESS" }[row.category] ?? "TODO");

/** As the resources for administrators show a status. */
const workflowStatus = (row: Status): Shown => ({ id: row.id, name: row.name, description: row.description, statusCategory: workflowCategory(row), scope: { type: "GLOBAL" } });

const visible = (call: Call): readonly Project[] => (call.user ? [...call.world.tables.projects.values()].filter((project) => !project.archived).sort((one, two) => (one.key < two.key ? -1 : 1)) : []);

const expanded = (call: Call, project: Project, expand: readonly string[]): Shown => ({
  ...(expand.includes("description") ? { description: project.description } : {}), ...(expand.includes("lead") ? { lead: showUser(call, project.lead) } : {}),
  ...(expand.includes("issueTypes") ? { issueTypes: typesOf(call.world, project).map((type) => showType(call, type)) } : {}), ...(expand.includes("url") ? { url: "" } : {}),
  ...(expand.includes("projectKeys") ? { projectKeys: [project.key, ...project.formerKeys] } : {}),
  ...(expand.includes("insight") ? { insight: { totalIssueCount: project.counter, lastIssueUpdateTime: null } } : {}),
});

const listed = (call: Call, project: Project): Shown => ({
  expand: "description,lead,issueTypes,url,projectKeys,permissions,insight", ...showProject(call, project), ...(call.world.cloud ? { style: "classic", isPrivate: false, properties: {} } : {}), ...expanded(call, project, list(call, "expand")),
});

const rows = <T extends { readonly id: string }>(table: ReadonlyMap<string, T>): readonly T[] => [...table.values()];

const search = (call: Call): SandboxReply => {
  const states = list(call, "status");
  const all = states.length === 0 ? visible(call) : call.user ? rows(call.world.tables.projects).filter((project) => states.includes(project.archived ? "archived" : "live")) : [];
  const chosen = narrowed(call, all, {
    any: { keys: (row) => row.key, id: (row) => row.id, typeKey: (row) => row.typeKey }, part: { query: (row) => [row.name, row.key] },
    orders: { key: (row) => row.key, name: (row) => row.name, owner: (row) => row.lead, issueCount: (row) => row.counter },
  });
  return ok(pageBean(call, chosen, { usual: 50, most: 50 }, (project) => listed(call, project)));
};

const one = (call: Call): SandboxReply => {
  const project = findProject(call, param(call, "project"));
  const { tables } = call.world;
  const own = <T extends { readonly projectId: string; readonly id: string }>(rows: Map<string, T>): readonly T[] => [...rows.values()].filter((row) => row.projectId === project.id).sort((first, second) => byId(first.id, second.id));
  return ok({
    expand: "description,lead,issueTypes,url,projectKeys,permissions,insight", ...showProject(call, project), description: project.description, lead: showUser(call, project.lead),
    components: own(tables.components).map((row) => fullComponent(call, row)), issueTypes: typesOf(call.world, project).map((type) => showType(call, type)), assigneeType: "UNASSIGNED",
    versions: versionsOf(call, project).map((row) => fullVersion(call, row)), roles: Object.fromEntries([...tables.roles.values()].map((role) => [role.name, `${platformBase(call)}/project/${project.id}/role/${role.id}`])),
    ...(call.world.cloud ? { style: "classic", isPrivate: false, properties: {}, entityId: project.id, uuid: project.id } : {}), ...(project.archived ? { archived: true } : {}), ...expanded(call, project, list(call, "expand")),
  });
};

export const versionsOf = (call: Call, project: Project) => [...call.world.tables.versions.values()].filter((row) => row.projectId === project.id).sort((first, second) => first.sequence - second.sequence);

const leadOf = (call: Call, body: Readonly<Record<string, unknown>>): string | undefined => {
  const given = body["leadAccountId"] ?? body["lead"];
  return everyone(call.world).find((user) => user.id === given || isLogin(user, given))?.id;
};

const create = (call: Call): SandboxReply => {
  if (!holds(call.world, caller(call), "ADMINISTER")) throw forbidden("You must have global administrator rights in order to modify projects.");
  const body = json(call);
  const [key, name, lead] = [String(body["key"] ?? ""), String(body["name"] ?? ""), leadOf(call, body)];
  const errors: Record<string, string> = {};
  if (!/^[A-Z][A-Z0-9]{1,9}$/.test(key)) errors["projectKey"] = "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters.";
  for (const project of call.world.tables.projects.values()) {
    if (project.key === key) errors["projectKey"] = `Project '${project.name}' uses this project key.`;
    if (project.name === name) errors["projectName"] = "A project with that name already exists.";
  }
  if (name.length < 2) errors["projectName"] = "You must specify a valid project name.";
  if (lead === undefined) errors["projectLead"] = call.world.cloud ? "You must specify a valid project lead." : "You must specify a valid project lead.";
  if (Object.keys(errors).length > 0 || lead === undefined) throw badFields(errors);
  const template = String(body["projectTemplateKey"] ?? "");
  const project = addProject(call.world, { key, name, lead, description: String(body["description"] ?? ""), typeKey: String(body["projectTypeKey"] ?? "software") }, /scrum|kanban|agility/.test(template) ? `${key} board` : null);
  call.world.outdate();
  return created({ self: `${platformBase(call)}/project/${project.id}`, id: Number(project.id), key });
};

const update = (call: Call): SandboxReply => {
  const project = findProject(call, param(call, "project"));
  const body = json(call);
  const given = (name: "name" | "description"): string => (typeof body[name] === "string" ? body[name] : project[name]);
  const next = { ...project, name: given("name"), description: given("description"), lead: leadOf(call, body) ?? project.lead };
  call.world.tables.projects.set(project.id, next);
  call.world.outdate();
  return ok({ expand: "description,lead,issueTypes,url,projectKeys", ...showProject(call, next), description: next.description, lead: showUser(call, next.lead) });
};

const remove = (call: Call): SandboxReply => {
  const { world } = call;
  const project = findProject(call, param(call, "project"));
  if (!holds(world, caller(call), "ADMINISTER")) throw forbidden("You are not authorized to delete this project.");
  for (const issue of [...world.issues.values()]) if (issue.projectId === project.id) world.removeIssue(issue.id);
  for (const table of [world.tables.versions, world.tables.components]) for (const row of [...table.values()]) if (row.projectId === project.id) table.delete(row.id);
  for (const board of [...world.tables.boards.values()]) if (board.projectId === project.id) world.tables.boards.delete(board.id);
  world.tables.projects.delete(project.id);
  return noContent();
};

const archived = (state: boolean, status: number) => (call: Call): SandboxReply => {
  const project = findProject(call, param(call, "project"));
  if (!holds(call.world, caller(call), "ADMINISTER")) throw forbidden("You are not authorized to archive this project.");
  call.world.tables.projects.set(project.id, { ...project, archived: state });
  call.world.outdate();
  return { status };
};

const statuses = (call: Call): SandboxReply => {
  const project = findProject(call, param(call, "project"));
  return ok(typesOf(call.world, project).map((type) => ({
    self: `${platformBase(call)}/issuetype/${type.id}`, id: type.id, name: type.name, subtask: type.subtask,
    statuses: workflowOf(type).statuses.map((id) => call.world.tables.statuses.get(id)).filter((status) => status !== undefined).map((status) => showStatus(call, status)),
  })));
};

const found = <T>(row: T | undefined, what: string): T => {
  if (row === undefined) throw missing(what);
  return row;
};

/** Pages of a list: by id, by names, by a part of one; of priorities and resolutions the one that is the default. */
const listedRows = <T extends { readonly id: string; readonly name: string }>(call: Call, table: ReadonlyMap<string, T>): readonly T[] => {
  const chosen = narrowed(call, rows(table), { any: { id: (row) => row.id, priorityName: (row) => row.name }, part: { query: (row) => row.name } });
  return flag(call, "onlyDefault", false) ? chosen.filter((row) => call.request.path.includes("/priority") && row.id === "3") : chosen;
};

/** Lists that exist bare, paged and one by one. */
const listRoutes = <T extends { readonly id: string; readonly name: string }>(path: string, table: (call: Call) => ReadonlyMap<string, T>, show: (call: Call, row: T) => Shown, paged: { readonly cloud: string | null; readonly dc: string | null }): readonly Route[] => [
  { method: "GET", path, anonymous: true, run: (call) => ok(rows(table(call)).map((row) => show(call, row))) },
  { method: "GET", path: `${path}/{id}`, anonymous: true, run: (call) => ok(show(call, found(table(call).get(param(call, "id")) ?? rows(table(call)).find((row) => row.name === param(call, "id")), `The ${path.slice(1)} with id '${param(call, "id")}' does not exist`))) },
  ...(paged.cloud ? [{ method: "GET", path: paged.cloud, only: "cloud", run: (call: Call) => ok(pageBean(call, listedRows(call, table(call)), { usual: 50, most: 100 }, (row) => show(call, row))) } as const] : []),
  ...(paged.dc ? [{ method: "GET", path: paged.dc, only: "dc", run: (call: Call) => ok(pageBean(call, listedRows(call, table(call)), { usual: 50, most: 100 }, (row) => show(call, row))) } as const] : []),
];

const CONFIGURATION = {
  votingEnabled: true, watchingEnabled: true, unassignedIssuesAllowed: true, subTasksEnabled: true, issueLinkingEnabled: true, timeTrackingEnabled: true, attachmentsEnabled: true,
  timeTrackingConfiguration: { workingHoursPerDay: 8, workingDaysPerWeek: 5, timeFormat: "pretty", defaultUnit: "minute" },
};

const linkTypes = (call: Call): SandboxReply => ok({ issueLinkTypes: rows(call.world.tables.linkTypes).map((type) => showLinkType(call, type)) });

const typesOfProject = (call: Call): SandboxReply => ok(typesOf(call.world, findProject(call, text(call, "projectId") ?? "")).map((type) => showType(call, type)));

const SHELF = {
  path: "/project/{project}", find: (call: Call) => findProject(call, param(call, "project")), read: (project: Project) => project.properties,
  write: (call: Call, project: Project, properties: Readonly<Record<string, unknown>>) => void call.world.tables.projects.set(project.id, { ...project, properties }),
};

export const projectRoutes: readonly Route[] = [
  { method: "GET", path: "/project", anonymous: true, run: (call) => ok(visible(call).map((project) => listed(call, project))) },
  { method: "POST", path: "/project", run: create },
  { method: "GET", path: "/project/search", only: "cloud", anonymous: true, run: search },
  { method: "GET", path: "/project/recent", run: (call) => ok(visible(call).map((project) => listed(call, project))) },
  { method: "GET", path: "/project/type", anonymous: true, run: () => ok([{ key: "software", formattedKey: "Software", descriptionI18nKey: "", color: "#3b7fc4", icon: "" }]) },
  { method: "GET", path: "/project/{project}", anonymous: true, run: one },
  { method: "PUT", path: "/project/{project}", run: update },
  { method: "DELETE", path: "/project/{project}", run: remove },
  { method: "PUT", path: "/project/{project}/archive", only: "dc", run: archived(true, 204) },
  { method: "PUT", path: "/project/{project}/restore", only: "dc", run: archived(false, 202) },
  { method: "POST", path: "/project/{project}/archive", only: "cloud", run: archived(true, 204) },
  { method: "POST", path: "/project/{project}/restore", only: "cloud", run: archived(false, 200) },
  { method: "GET", path: "/project/{project}/statuses", anonymous: true, run: statuses },
  ...propertyRoutes(SHELF),
  ...listRoutes("/issuetype", (call) => call.world.tables.types, (call, row) => showType(call, row), { cloud: null, dc: "/issuetype/page" }),
  { method: "GET", path: "/issuetype/project", only: "cloud", anonymous: true, run: typesOfProject },
  ...listRoutes("/priority", (call) => call.world.tables.priorities, (call, row) => fullPriority(call, row), { cloud: "/priority/search", dc: "/priority/page" }),
  ...listRoutes("/status", (call) => call.world.tables.statuses, (call, row) => showStatus(call, row), { cloud: null, dc: "/status/page" }),
  { method: "GET", path: "/statuses/search", only: "cloud", run: (call) => ok(pageBean(call, narrowed(call, rows(call.world.tables.statuses), { any: { statusCategory: (row) => workflowCategory(row) }, part: { searchString: (row) => row.name } }), { usual: 200, most: 200 }, workflowStatus)) },
  { method: "GET", path: "/statuses/byNames", only: "cloud", run: (call) => ok(narrowed(call, rows(call.world.tables.statuses), { any: { name: (row) => row.name } }).map(workflowStatus)) },
  { method: "GET", path: "/statuses", only: "cloud", run: (call) => ok(list(call, "id").flatMap((id) => call.world.tables.statuses.get(id) ?? []).map(workflowStatus)) },
  ...listRoutes("/resolution", (call) => call.world.tables.resolutions, (call, row) => showResolution(call, row), { cloud: "/resolution/search", dc: "/resolution/page" }),
  { method: "GET", path: "/statuscategory", anonymous: true, run: (call) => ok(CATEGORIES.map((row) => showCategory(call, row.id))) },
  { method: "GET", path: "/statuscategory/{id}", anonymous: true, run: (call) => ok(showCategory(call, found(CATEGORIES.find((row) => String(row.id) === param(call, "id") || row.key === param(call, "id")), "The status category does not exist.").id)) },
  { method: "GET", path: "/issueLinkType", anonymous: true, run: linkTypes },
  { method: "GET", path: "/issueLinkType/{id}", anonymous: true, run: (call) => ok(showLinkType(call, found(call.world.tables.linkTypes.get(param(call, "id")), `No issue link type with id '${param(call, "id")}' found.`))) },
  { method: "GET", path: "/configuration", run: () => ok(CONFIGURATION) },
  { method: "GET", path: "/configuration/timetracking", only: "cloud", run: () => ok({ key: "JIRA", name: "JIRA provided time tracking" }) },
  { method: "GET", path: "/configuration/timetracking/options", only: "cloud", run: () => ok(CONFIGURATION.timeTrackingConfiguration) },
];

