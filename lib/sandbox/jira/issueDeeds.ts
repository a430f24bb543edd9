// Creating, editing, deleting and moving issues. The same rules serve requests and people's edits.

import { announce, change, item, stamp } from "./change.ts";
import { addComment } from "./comments.ts";
import { linkFromRequest, removeLink } from "./links.ts";
import type { Issue, IssueType, Project } from "./model.ts";
import { demand, isAdmin } from "./permissions.ts";
import { bad, badField, badFields, forbidden, JiraProblem, refuse } from "./problem.ts";
import { checkProperties } from "./properties.ts";
import { newRank } from "./rank.ts";
import { isEmpty } from "./readValue.ts";
import type { Actor } from "./rich.ts";
import { editFields, projectOf, screenFields, typeIn } from "./screens.ts";
import { setFields, type Additions, type Draft, type Json, type Request } from "./setFields.ts";
import { addWork } from "./work.ts";
import { typeOf, workflowOf } from "./workflow.ts";

const objectOr = (raw: unknown, name: string): Json => {
  if (raw === undefined || raw === null) return {};
  if (typeof raw !== "object" || Array.isArray(raw)) throw bad(`'${name}' must be an object.`);
  return raw as Json;
};

export const requestOf = (body: Json): Request => ({ fields: objectOr(body["fields"], "fields"), update: objectOr(body["update"], "update") });

const LEAVE = { mode: "leave", newEstimate: null, amount: null } as const;

/** Comments, links and work that came inside `update`. */
export const addAll = (actor: Actor, issueId: number, additions: Additions): void => {
  const current = (): Issue => actor.world.issues.get(issueId) as Issue;
  for (const comment of additions.comments) addComment(actor, current(), comment);
  for (const link of additions.links) linkFromRequest(actor, link, current());
  for (const worklog of additions.worklogs) addWork(actor, current(), worklog, LEAVE);
};

const projectIn = (actor: Actor, raw: unknown): Project | undefined => {
  const own = typeof raw === "string" ? { key: raw } : ((raw ?? {}) as { id?: unknown; key?: unknown });
  return [...actor.world.tables.projects.values()].find((project) => (own.id !== undefined ? project.id === String(own.id) : project.key === String(own.key).toUpperCase()));
};

const whereAndWhat = (actor: Actor, fields: Json): { readonly project: Project; readonly type: IssueType } => {
  const project = projectIn(actor, fields["project"]);
  const noType = fields["issuetype"] === undefined || fields["issuetype"] === null;
  const type = project && !noType ? typeIn(actor.world, project, fields["issuetype"]) : undefined;
  const errors: Record<string, string> = {};
  if (!project || project.archived) errors["project"] = "valid project is required";
  if (noType) errors["issuetype"] = "Specify an issue type";
  else if (project && !type) errors["issuetype"] = "The issue type selected is invalid.";
  if (!project || !type || Object.keys(errors).length > 0) throw badFields(errors);
  return { project, type };
};

const EMPTY: Draft = { values: { labels: [], components: [], fixVersions: [], versions: [] }, parentId: null, epicId: null, sprints: [] };

const needsParent = (type: IssueType, draft: Draft): void => {
  if (type.subtask && draft.parentId === null) throw badField("issuetype", "Issue type is a sub-task but parent issue key or id not specified.");
};

/** What the system fills in. */
const withDefaults = (actor: Actor, draft: Draft): Draft["values"] => ({
  ...draft.values,
  ...(isEmpty(draft.values["priority"]) ? { priority: "3" } : {}),
  ...(draft.values["reporter"] === undefined ? { reporter: actor.user.id } : {}),
});

const nextKey = (actor: Actor, project: Project): string => {
  const counter = (actor.world.tables.projects.get(project.id)?.counter ?? project.counter) + 1;
  actor.world.tables.projects.set(project.id, { ...(actor.world.tables.projects.get(project.id) ?? project), counter });
  return `${project.key}-${counter}`;
};

export const createIssue = (actor: Actor, body: Json): Issue => {
  const { world, user } = actor;
  const request = requestOf(body);
  const { project, type } = whereAndWhat(actor, request.fields);
  demand(actor, "CREATE_ISSUES", "You do not have permission to create issues in this project.");
  const properties = checkProperties(body["properties"]);
  const { draft, additions } = setFields(actor, request, EMPTY, type, { projectId: project.id }, screenFields(world, type, "create"));
  needsParent(type, draft);
  const at = stamp(world);
  const issue: Issue = {
    id: world.next("issue"), key: nextKey(actor, project), formerKeys: [], projectId: project.id, typeId: type.id, statusId: workflowOf(type).initial, creator: user.id, created: at, updated: at, resolved: null,
    parentId: draft.parentId, epicId: draft.epicId, sprints: draft.sprints, rank: newRank(world), values: withDefaults(actor, draft), comments: [], worklogs: [], attachments: [], histories: [], remoteLinks: [],
    properties, watchers: [user.id], votes: [],
  };
  world.save(issue);
  announce(world, issue);
  addAll(actor, issue.id, additions);
  return world.issues.get(issue.id) ?? issue;
};

/** Another type is allowed only where the workflow stays the same (sheet §8.1); people may change freely, as the move wizard does. */
const retyped = (actor: Actor, issue: Issue, fields: Json): IssueType => {
  const now = typeOf(actor.world, issue);
  if (fields["issuetype"] === undefined) return now;
  const next = typeIn(actor.world, projectOf(actor.world, issue), fields["issuetype"]);
  if (!next || next.subtask !== now.subtask) throw badField("issuetype", "The issue type selected is invalid.");
  if (!actor.person && workflowOf(next) !== workflowOf(now)) throw badField("issuetype", "Changing the issue type to one with another workflow is not possible: use the move operation.");
  return next;
};

const resolvedAt = (actor: Actor, before: Issue, resolution: unknown): number | null => {
  const had = before.values["resolution"];
  if (resolution === null || resolution === undefined) return null;
  return had === resolution ? before.resolved : stamp(actor.world);
};

const silent = (actor: Actor, notifyUsers: boolean): void => {
  if (notifyUsers || actor.person || (isAdmin(actor.user) && !actor.world.options.deniedPermissions.includes("ADMINISTER_PROJECTS"))) return;
  throw refuse(actor.world.options.notifyUsersStatus, ["To discard the user notification either admin or project admin permissions are required."]);
};

interface EditOptions {
  readonly notifyUsers: boolean;
  readonly metadata?: unknown;
}

export const editIssue = (actor: Actor, issue: Issue, body: Json, how: EditOptions = { notifyUsers: true }): Issue => {
  const { world, user } = actor;
  const request = requestOf(body);
  const properties = checkProperties(body["properties"]);
  if (Object.keys(request.fields).length === 0 && Object.keys(request.update).length === 0 && Object.keys(properties).length === 0 && body["fields"] === undefined && body["update"] === undefined) throw bad("one of 'fields' or 'update' required");
  silent(actor, how.notifyUsers);
  demand(actor, "EDIT_ISSUES", "You do not have permission to edit issues in this project.");
  const type = retyped(actor, issue, request.fields);
  const before: Draft = { values: issue.values, parentId: issue.parentId, epicId: issue.epicId, sprints: issue.sprints };
  const { draft, additions } = setFields(actor, request, before, type, { projectId: issue.projectId, issue }, actor.person ? screenFields(world, type, "edit") : editFields(world, { ...issue, typeId: type.id }));
  needsParent(type, draft);
  const statusId = workflowOf(type).statuses.includes(issue.statusId) ? issue.statusId : workflowOf(type).initial;
  const after: Issue = { ...issue, ...draft, typeId: type.id, statusId, resolved: resolvedAt(actor, issue, draft.values["resolution"]), properties: { ...issue.properties, ...properties } };
  const moved = Object.keys(properties).length > 0 && world.options.propertyMovesUpdated ? { moves: true } : {};
  change(world, user.id, issue, after, { ...moved, ...(how.metadata === undefined ? {} : { metadata: how.metadata }) });
  addAll(actor, issue.id, additions);
  return world.issues.get(issue.id) ?? after;
};

export const deleteIssue = (actor: Actor, issue: Issue, withSubtasks: boolean): void => {
  const { world } = actor;
  demand(actor, "DELETE_ISSUES", "You do not have permission to delete issues in this project.");
  const children = world.childrenOf(issue.id);
  const subtasks = children.filter((child) => typeOf(world, child).subtask);
  if (subtasks.length > 0 && !withSubtasks) throw bad(`The issue '${issue.key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.`);
  for (const subtask of subtasks) deleteIssue(actor, subtask, true);
  for (const child of children) {
    const orphan = world.issues.get(child.id);
    if (orphan) change(world, actor.user.id, orphan, { ...orphan, parentId: orphan.parentId === issue.id ? null : orphan.parentId, epicId: orphan.epicId === issue.id ? null : orphan.epicId });
  }
  for (const link of world.linksOf(issue.id)) removeLink({ ...actor, person: true }, link);
  for (const id of issue.attachments) world.tables.attachments.delete(id);
  world.removeIssue(issue.id);
};

/** Another project: the id stays, the key changes, the old key keeps leading here (sheet §17.3). What the new project lacks is dropped. */
export const moveIssue = (actor: Actor, issue: Issue, to: Project): Issue => {
  const { world } = actor;
  if (to.id === issue.projectId) return issue;
  if (typeOf(world, issue).subtask) throw forbidden("A sub-task moves with its parent only.");
  const values = { ...issue.values, components: [], fixVersions: [], versions: [] };
  const after = change(world, actor.user.id, issue, { ...issue, projectId: to.id, key: nextKey(actor, to), formerKeys: [...issue.formerKeys, issue.key], values });
  for (const child of world.childrenOf(issue.id)) {
    if (!typeOf(world, child).subtask) continue;
    change(world, actor.user.id, child, { ...child, projectId: to.id, key: nextKey(actor, to), formerKeys: [...child.formerKeys, child.key], values: { ...child.values, components: [], fixVersions: [], versions: [] } });
  }
  return after;
};

export const archive = (actor: Actor, issue: Issue, archived: boolean): void => {
  const { archived: _old, ...rest } = issue;
  change(actor.world, actor.user.id, issue, archived ? { ...rest, archived } : rest, { extra: [item("Archive", null, null, null, archived ? "archived" : "restored")] });
};

/** One entry of a bulk create: the issue, or why not. */
export const tryCreate = (actor: Actor, body: Json): Issue | JiraProblem => {
  try {
    return createIssue(actor, body);
  } catch (problem) {
    if (problem instanceof JiraProblem) return problem;
    throw problem;
  }
};
