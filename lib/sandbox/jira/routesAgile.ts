// The agile resources: boards, sprints, epics, backlog, rank, estimation and issue lists (sheet §13).

import type { SandboxReply } from "../imitation.ts";
import { agileBase, created, findIssue, findProject, integer, json, list, noContent, ok, pageBean, param, text, type Call, type Json, type Route } from "./call.ts";
import { change } from "./change.ts";
import { compileBoard } from "./boardScope.ts";
import type { Board, Issue, Sprint } from "./model.ts";
import { narrowed } from "./narrow.ts";
import { bad, badField, missing } from "./problem.ts";
import { propertyRoutes, type Properties } from "./properties.ts";
import { actorOf } from "./routesIssue.ts";
import { versionsOf } from "./routesProject.ts";
import { offsetPage, tokenPage } from "./routesSearch.ts";
import type { Ask } from "./search.ts";
import { fieldOfType, storyPoints } from "./seedFields.ts";
import { fullVersion, showProject, type Shown } from "./shapes.ts";
import { agileExtras, showIssue, type Wanted } from "./showIssue.ts";
import { createSprint, deleteSprint, issuesNamed, moveToBacklog, moveToEpic, moveToSprint, rankIssues, swapSprints, updateSprint } from "./sprints.ts";
import { showSprint } from "./sprintShapes.ts";
import { workflows } from "./workflow.ts";
import { byId } from "./world.ts";

const board = (call: Call): Board => {
  const found = call.user ? call.world.tables.boards.get(param(call, "board")) : undefined;
  if (!found) throw missing("The requested board cannot be viewed because it either does not exist or you do not have permission to view it.");
  return found;
};

const location = (call: Call, row: Board): Shown => {
  const project = row.projectId === null ? undefined : call.world.tables.projects.get(row.projectId);
  if (!call.world.cloud || !project) return {};
  return { location: { projectId: Number(project.id), displayName: `${project.name} (${project.key})`, projectName: project.name, projectKey: project.key, projectTypeKey: project.typeKey, avatarURI: `${call.root}/secure/projectavatar?size=small&avatarId=10122`, name: `${project.name} (${project.key})` } };
};

const showBoard = (call: Call, row: Board): Shown => ({ id: Number(row.id), self: `${agileBase(call)}/board/${row.id}`, name: row.name, type: row.type, ...location(call, row), ...(call.world.cloud ? { isPrivate: false } : {}) });

const boards = (call: Call): SandboxReply => {
  const project = text(call, "projectKeyOrId");
  const projectId = project === null ? null : findProject(call, project).id;
  const rows = (call.user ? [...call.world.tables.boards.values()] : []).filter((row) => projectId === null || row.projectId === projectId).sort((one, two) => byId(one.id, two.id));
  const chosen = narrowed(call, rows, { any: { type: (row) => row.type, filterId: (row) => row.filterId }, part: { name: (row) => row.name }, orders: { name: (row) => row.name } });
  return ok(pageBean(call, chosen, { usual: 50, most: 50 }, (row) => showBoard(call, row)));
};

const createBoard = (call: Call): SandboxReply => {
  const body = json(call);
  const name = String(body["name"] ?? "").trim();
  if (name === "") throw badField("name", "The board name must be specified.");
  const type = body["type"];
  if (type !== "scrum" && type !== "kanban" && type !== "agility") throw badField("type", "The board type must be 'scrum' or 'kanban'.");
  const filter = call.world.tables.filters.get(String(body["filterId"]));
  if (!filter || filter.created + call.world.options.filterDelaySeconds * 1000 > call.world.now()) throw badField("filterId", "The filter does not exist or you do not have permission to view it.");
  const given = (body["location"] as Json | undefined)?.["projectKeyOrId"];
  const key = /project\s*=\s*"?(\w+)"?/i.exec(filter.jql)?.[1];
  const project = [...call.world.tables.projects.values()].find((row) => row.id === String(given ?? key) || row.key === String(given ?? key) || row.name === key);
  const row: Board = { id: String(call.world.next("board")), name, type: type === "agility" ? "simple" : type, filterId: filter.id, projectId: project?.id ?? null, properties: {} };
  call.world.tables.boards.set(row.id, row);
  return created(showBoard(call, row));
};

const configuration = (call: Call): SandboxReply => {
  const row = board(call);
  const points = storyPoints(call.world);
  const column = (name: string, category: number): Shown => {
    const ids = [...new Set(workflows.flatMap((graph) => graph.statuses))].filter((id) => call.world.tables.statuses.get(id)?.category === category);
    return { name, statuses: ids.map((id) => ({ id, self: `${call.root}/rest/api/2/status/${id}` })) };
  };
  return ok({
    id: Number(row.id), name: row.name, type: row.type, self: `${agileBase(call)}/board/${row.id}/configuration`, ...location(call, row), filter: { id: row.filterId, self: `${call.root}/rest/api/2/filter/${row.filterId}` },
    ...(row.type === "kanban" ? { subQuery: { query: "fixVersion in unreleasedVersions() OR fixVersion is EMPTY" } } : {}), columnConfig: { columns: [column("To Do", 2), column("In Progress", 4), column("Done", 3)], constraintType: "none" },
    ...(row.type === "scrum" && points ? { estimation: { type: "field", field: { fieldId: points.id, displayName: points.name } } } : {}), ranking: { rankCustomFieldId: Number(fieldOfType(call.world, "gh-lexo-rank")?.id.slice(12)) },
  });
};

const STATE_ORDER = { closed: 0, active: 1, future: 2 } as const;

const sprintsOfBoard = (call: Call): SandboxReply => {
  const row = board(call);
  if (row.type === "kanban") throw bad("The board does not support sprints");
  const states = list(call, "state");
  const unknown = states.find((state) => !(state in STATE_ORDER));
  if (unknown !== undefined) throw bad(`The state '${unknown}' is not valid.`);
  const rows = [...call.world.tables.sprints.values()].filter((sprint) => sprint.boardId === row.id && (states.length === 0 || states.includes(sprint.state)));
  rows.sort((one, two) => STATE_ORDER[one.state] - STATE_ORDER[two.state] || one.sequence - two.sequence);
  const page = pageBean(call, rows, { usual: 50, most: 50 }, (sprint) => showSprint(call, sprint));
  return ok(call.world.cloud ? page : Object.fromEntries(Object.entries(page).filter(([name]) => name !== "total")));
};

const sprint = (call: Call, id = param(call, "sprint")): Sprint => {
  const found = call.user ? call.world.tables.sprints.get(id) : undefined;
  if (!found) throw missing("Sprint does not exist.");
  return found;
};

const agileIssue = (call: Call, issue: Issue, wanted: Wanted, usual: string): Shown => {
  const shown = showIssue(call, issue, wanted, usual);
  const all = wanted.fields.length === 0 || wanted.fields.some((name) => name.startsWith("*"));
  const extras = agileExtras(call, issue, (id) => {
    const found = call.world.tables.sprints.get(id);
    return found ? showSprint(call, found) : null;
  }, (epic) => showEpic(call, epic));
  const chosen = Object.fromEntries(Object.entries(extras).filter(([name]) => all || wanted.fields.includes(name)));
  return { ...shown, fields: { ...(shown["fields"] as Shown), ...chosen } };
};

/** Issue lists exist twice on Cloud: with offset, and with a token under another root. */
const issueList = (call: Call, also: Ask["also"]): SandboxReply => {
  const extra = { ...(also ? { also } : {}), usualSort: [{ field: "Rank", down: false }] };
  const wanted: Wanted = { fields: list(call, "fields"), expand: list(call, "expand"), properties: [] };
  const jql = text(call, "jql") ?? "";
  const show = (issue: Issue, chosen: Wanted): Shown => agileIssue(call, issue, chosen, "*navigable");
  if (/\/rest\/software\//.test(call.request.path)) return ok(tokenPage(call, { jql, token: text(call, "nextPageToken"), maxResults: integer(call, "maxResults", 50), wanted, reconcile: new Set() }, extra, show, 5000));
  return ok(offsetPage(call, { jql, startAt: Math.max(0, integer(call, "startAt", 0)), maxResults: integer(call, "maxResults", 50), wanted, strict: text(call, "validateQuery")?.toLowerCase() !== "false" }, extra, show, call.world.cloud ? 5000 : 1000));
};

const counted = (call: Call, also: Ask["also"]): SandboxReply => ok({ count: offsetPage(call, { jql: text(call, "jql") ?? "", startAt: 0, maxResults: 0, wanted: { fields: [], expand: [], properties: [] }, strict: true }, also ? { also } : {}, () => ({}), 0)["total"] });

const onBoard = (call: Call): ((issue: Issue) => boolean) => compileBoard(call, board(call));

/** Neither done nor in an open sprint. */
const inBacklog = (call: Call): ((issue: Issue) => boolean) => {
  const own = onBoard(call);
  return (issue) => own(issue) && call.world.tables.statuses.get(issue.statusId)?.category !== 3 && !issue.sprints.some((id) => call.world.tables.sprints.get(id)?.state !== "closed") && call.world.tables.types.get(issue.typeId)?.hierarchyLevel === 0;
};

const inSprint = (id: string) => (issue: Issue): boolean => issue.sprints.includes(id);

const upOf = (call: Call, issue: Issue): number | null => (call.world.cloud ? issue.parentId : issue.epicId);

const epic = (call: Call): Issue => {
  const issue = findIssue(call, param(call, "epic"));
  if (call.world.tables.types.get(issue.typeId)?.hierarchyLevel !== 1) throw missing(`The requested epic cannot be viewed because it either does not exist or you do not have permission to view it.`);
  return issue;
};

const nameOfEpic = (call: Call, issue: Issue): string => {
  const field = fieldOfType(call.world, "gh-epic-label");
  return String(issue.values[field?.id ?? ""] ?? (call.world.cloud ? issue.values["summary"] : ""));
};

const showEpic = (call: Call, issue: Issue): Shown => ({
  id: issue.id, key: issue.key, self: `${agileBase(call)}/epic/${issue.id}`, name: nameOfEpic(call, issue), summary: issue.values["summary"], color: { key: issue.epic?.color ?? "color_1" }, done: issue.epic?.done ?? false,
});

const updateEpic = (call: Call): SandboxReply => {
  const issue = epic(call);
  const body = json(call);
  const label = fieldOfType(call.world, "gh-epic-label")?.id;
  const values = { ...issue.values, ...(typeof body["summary"] === "string" ? { summary: body["summary"] } : {}), ...(typeof body["name"] === "string" && label ? { [label]: body["name"] } : {}) };
  const colour = (body["color"] as Json | undefined)?.["key"];
  const kept = { color: typeof colour === "string" ? colour : issue.epic?.color ?? "color_1", done: typeof body["done"] === "boolean" ? body["done"] : issue.epic?.done ?? false };
  return ok(showEpic(call, change(call.world, actorOf(call).user.id, issue, { ...issue, values, epic: kept })));
};

const epicsOfBoard = (call: Call): SandboxReply => {
  const [own, done] = [onBoard(call), text(call, "done")];
  const rows = [...call.world.issues.values()].filter((issue) => own(issue) && call.world.tables.types.get(issue.typeId)?.hierarchyLevel === 1 && (done === null || String(issue.epic?.done ?? false) === done));
  return ok(pageBean(call, rows, { usual: 50, most: 50 }, (issue) => showEpic(call, issue)));
};

const projectsOfBoard = (call: Call): SandboxReply => {
  const row = board(call);
  const project = row.projectId === null ? undefined : call.world.tables.projects.get(row.projectId);
  return ok(pageBean(call, project ? [project] : [], { usual: 50, most: 50 }, (one) => showProject(call, one)));
};

const versionsOfBoard = (call: Call): SandboxReply => {
  const row = board(call);
  const project = row.projectId === null ? undefined : call.world.tables.projects.get(row.projectId);
  const released = text(call, "released");
  const rows = project ? versionsOf(call, project).filter((version) => released === null || String(version.released) === released) : [];
  return ok(pageBean(call, rows, { usual: 50, most: 50 }, (version) => ({ ...fullVersion(call, version), id: Number(version.id) })));
};

const moved = (call: Call, deed: (issues: readonly Issue[]) => void): SandboxReply => {
  const body = json(call);
  const actor = actorOf(call);
  const issues = issuesNamed(actor, body["issues"]);
  deed(issues);
  rankIssues(actor, issues.map((issue) => call.world.issues.get(issue.id) ?? issue), body);
  return noContent();
};

const rank = (call: Call): SandboxReply => {
  const body = json(call);
  if (body["rankBeforeIssue"] === undefined && body["rankAfterIssue"] === undefined) throw bad("Either 'rankBeforeIssue' or 'rankAfterIssue' must be specified.");
  const asked = Array.isArray(body["issues"]) ? (body["issues"] as unknown[]) : [];
  const failing = asked.filter((_one, at) => call.runtime.failingEntries.has(at));
  call.runtime.failingEntries.clear();
  const issues = issuesNamed(actorOf(call), asked);
  rankIssues(actorOf(call), issues.filter((issue) => !failing.includes(issue.key) && !failing.includes(String(issue.id))), body);
  if (failing.length === 0) return noContent();
  const entries = issues.map((issue) => {
    const failed = failing.includes(issue.key) || failing.includes(String(issue.id));
    return { issueId: issue.id, issueKey: issue.key, status: failed ? 503 : 200, ...(failed ? { errors: ["Jira Agile cannot execute the rank operation at this time. Please try again later."] } : {}) };
  });
  return { status: 207, body: { entries } };
};

const estimation = (call: Call, write: boolean): SandboxReply => {
  const issue = findIssue(call);
  if (text(call, "boardId") === null) throw bad("The board must be specified.");
  const field = storyPoints(call.world);
  if (!field) throw bad("The board has no estimation field.");
  if (!write) return ok({ fieldId: field.id, value: issue.values[field.id] ?? null });
  const given = json(call)["value"];
  const value = given === null || given === "" ? null : Number(given);
  if (Number.isNaN(value)) throw bad(`The value '${String(given)}' is not a number.`);
  change(call.world, actorOf(call).user.id, issue, { ...issue, values: { ...issue.values, [field.id]: value } });
  return ok({ fieldId: field.id, value });
};

const swap = (call: Call): SandboxReply => {
  swapSprints(actorOf(call), sprint(call), sprint(call, String(json(call)["sprintToSwapWith"])));
  return noContent();
};

const done = (deed: () => void): SandboxReply => {
  deed();
  return noContent();
};

const withIds = (call: Call): Ask["also"] => {
  const id = sprint(call).id;
  return inSprint(id);
};

const lists: readonly { readonly path: string; readonly scope: (call: Call) => Ask["also"] }[] = [
  { path: "/board/{board}/issue", scope: onBoard },
  { path: "/board/{board}/backlog", scope: inBacklog },
  { path: "/sprint/{sprint}/issue", scope: withIds },
  { path: "/board/{board}/sprint/{sprint}/issue", scope: (call) => (board(call) ? withIds(call) : undefined) },
  { path: "/epic/none/issue", scope: (call) => (issue) => upOf(call, issue) === null && call.world.tables.types.get(issue.typeId)?.hierarchyLevel === 0 },
  { path: "/epic/{epic}/issue", scope: (call) => (({ id }) => (issue: Issue) => upOf(call, issue) === id)(epic(call)) },
  { path: "/board/{board}/epic/none/issue", scope: (call) => ((own) => (issue: Issue) => own(issue) && upOf(call, issue) === null && call.world.tables.types.get(issue.typeId)?.hierarchyLevel === 0)(onBoard(call)) },
  { path: "/board/{board}/epic/{epic}/issue", scope: (call) => (({ id }) => (issue: Issue) => upOf(call, issue) === id)(epic(call)) },
];

export const listRoutes: readonly Route[] = lists.flatMap(({ path, scope }) => [
  { method: "GET" as const, path, anonymous: true, run: (call: Call) => issueList(call, scope(call)) },
  { method: "GET" as const, path: `${path}/approximate-count`, anonymous: true, run: (call: Call) => counted(call, scope(call)) },
]);

/** The boards of the imitation have none. */
const quickFilters = (call: Call): SandboxReply => {
  board(call);
  return ok(pageBean(call, [], { usual: 50, most: 50 }, (row) => row));
};

const boardShelf = { path: "/board/{board}", find: board, read: (row: Board): Properties => row.properties, write: (call: Call, row: Board, properties: Properties) => void call.world.tables.boards.set(row.id, { ...row, properties }) };
const sprintShelf = { path: "/sprint/{sprint}", find: (call: Call) => sprint(call), read: (row: Sprint): Properties => row.properties, write: (call: Call, row: Sprint, properties: Properties) => void call.world.tables.sprints.set(row.id, { ...row, properties }) };

export const agileRoutes: readonly Route[] = [
  { method: "GET", path: "/board", anonymous: true, run: boards },
  { method: "POST", path: "/board", run: createBoard },
  { method: "GET", path: "/board/filter/{filter}", anonymous: true, run: (call) => ok(pageBean(call, [...call.world.tables.boards.values()].filter((row) => row.filterId === param(call, "filter")), { usual: 50, most: 50 }, (row) => showBoard(call, row))) },
  { method: "GET", path: "/board/{board}", anonymous: true, run: (call) => ok(showBoard(call, board(call))) },
  { method: "DELETE", path: "/board/{board}", run: (call) => done(() => void call.world.tables.boards.delete(board(call).id)) },
  { method: "GET", path: "/board/{board}/configuration", anonymous: true, run: configuration },
  { method: "GET", path: "/board/{board}/sprint", anonymous: true, run: sprintsOfBoard },
  { method: "GET", path: "/board/{board}/epic", anonymous: true, run: epicsOfBoard },
  { method: "GET", path: "/board/{board}/project", anonymous: true, run: projectsOfBoard },
  { method: "GET", path: "/board/{board}/project/full", anonymous: true, run: projectsOfBoard },
  { method: "GET", path: "/board/{board}/version", anonymous: true, run: versionsOfBoard },
  { method: "GET", path: "/board/{board}/quickfilter", anonymous: true, run: quickFilters },
  ...propertyRoutes(boardShelf),
  { method: "POST", path: "/board/{board}/issue", run: (call) => moved(call, () => void board(call)) },
  { method: "POST", path: "/sprint", run: (call) => created(showSprint(call, createSprint(actorOf(call), json(call)))) },
  { method: "GET", path: "/sprint/{sprint}", anonymous: true, run: (call) => ok(showSprint(call, sprint(call))) },
  { method: "POST", path: "/sprint/{sprint}", run: (call) => ok(showSprint(call, updateSprint(actorOf(call), sprint(call), json(call), false))) },
  { method: "PUT", path: "/sprint/{sprint}", run: (call) => ok(showSprint(call, updateSprint(actorOf(call), sprint(call), json(call), true))) },
  { method: "DELETE", path: "/sprint/{sprint}", run: (call) => done(() => deleteSprint(actorOf(call), sprint(call))) },
  { method: "POST", path: "/sprint/{sprint}/swap", run: swap },
  { method: "POST", path: "/sprint/{sprint}/issue", run: (call) => moved(call, (issues) => moveToSprint(actorOf(call), sprint(call), issues)) },
  ...propertyRoutes(sprintShelf),
  { method: "POST", path: "/backlog/issue", run: (call) => moved(call, (issues) => moveToBacklog(actorOf(call), issues)) },
  { method: "POST", path: "/backlog/{board}/issue", run: (call) => moved(call, (issues) => moveToBacklog(actorOf(call), issues)) },
  { method: "GET", path: "/epic/{epic}", anonymous: true, run: (call) => ok(showEpic(call, epic(call))) },
  { method: "POST", path: "/epic/{epic}", run: updateEpic },
  { method: "POST", path: "/epic/none/issue", run: (call) => moved(call, (issues) => moveToEpic(actorOf(call), null, issues)) },
  { method: "POST", path: "/epic/{epic}/issue", run: (call) => moved(call, (issues) => moveToEpic(actorOf(call), epic(call), issues)) },
  { method: "PUT", path: "/epic/{epic}/rank", run: (call) => done(() => rankIssues(actorOf(call), [epic(call)], { rankBeforeIssue: json(call)["rankBeforeEpic"], rankAfterIssue: json(call)["rankAfterEpic"] })) },
  { method: "PUT", path: "/issue/rank", run: rank },
  { method: "GET", path: "/issue/{key}", anonymous: true, run: (call) => ok(agileIssue(call, findIssue(call), { fields: list(call, "fields"), expand: list(call, "expand"), properties: [] }, "*all")) },
  { method: "GET", path: "/issue/{key}/estimation", anonymous: true, run: (call) => estimation(call, false) },
  { method: "PUT", path: "/issue/{key}/estimation", run: (call) => estimation(call, true) },
];

