// Edits "by a person": the browser's way in. The system's rules and its history hold; screens and request forms do not.

import type { PersonEdit } from "../imitation.ts";
import { attach, detach, guessType } from "./attachments.ts";
import { change, item } from "./change.ts";
import { addComment, editComment, removeComment } from "./comments.ts";
import { createIssue, deleteIssue, editIssue, moveIssue } from "./issueDeeds.ts";
import { linkFromRequest, putRemote, removeLink, removeRemote } from "./links.ts";
import type { Comment, Issue, User } from "./model.ts";
import { everyone, findPerson } from "./people.ts";
import { JiraProblem, ValueProblem, wording } from "./problem.ts";
import type { Actor } from "./rich.ts";
import { createSprint, deleteSprint, moveToBacklog, moveToSprint, updateSprint } from "./sprints.ts";
import { transit } from "./transitions.ts";
import { createVersion, moveVersion, removeComponent, removeVersion, saveComponent, updateVersion } from "./versions.ts";
import { addWork, editWork, findWork, removeWork } from "./work.ts";
import { typeOf, walk } from "./workflow.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;
type Touched = { readonly id: string; readonly key?: string };

const fail = (message: string): never => {
  throw new Error(message);
};

const authorOf = (world: World, edit: PersonEdit): User => {
  if (edit.author === undefined) return everyone(world).find((user) => user.name === "anna.berg") ?? (everyone(world)[0] as User);
  return findPerson(world, edit.author) ?? fail(`The sandbox Jira knows no single person "${edit.author}".`);
};

const issueOf = (world: World, id: string | undefined): Issue => {
  const found = id === undefined ? undefined : /^\d+$/.test(id) ? world.issues.get(Number(id)) : world.byKey(id);
  return found ?? fail(`There is no issue "${id ?? ""}".`);
};

const touched = (issue: Issue): Touched => ({ id: String(issue.id), key: issue.key });

const statusId = (world: World, raw: unknown): string => {
  const given = typeof raw === "string" ? { name: raw } : ((raw ?? {}) as { id?: unknown; name?: unknown });
  const found = [...world.tables.statuses.values()].find((status) => (given.id !== undefined ? status.id === String(given.id) : status.name.toLowerCase() === String(given.name).toLowerCase()));
  return found?.id ?? fail(`There is no status ${JSON.stringify(raw)}.`);
};

/** Walks to a status, filling a demanded resolution with the given one or "Done". */
const walkTo = (actor: Actor, issue: Issue, raw: unknown, resolution: unknown): Issue => {
  const { world } = actor;
  const target = statusId(world, raw);
  const path = walk(typeOf(world, issue), issue.statusId, target) ?? fail(`No way leads from the present status of ${issue.key} to ${JSON.stringify(raw)}.`);
  let current = issue;
  for (const step of path) {
    const asked = typeof resolution === "string" ? { name: resolution } : resolution ?? { name: "Done" };
    const fields = step.screen?.required.includes("resolution") ? { resolution: asked } : {};
    current = transit(actor, current, step, { fields });
  }
  return current;
};

const updateIssue = (actor: Actor, issue: Issue, fields: Json): Touched => {
  const { world } = actor;
  const { status, project, ...rest } = fields;
  const { resolution, ...plain } = rest;
  let current = issue;
  if (project !== undefined) {
    const given = typeof project === "string" ? { key: project } : (project as { id?: string; key?: string });
    const to = [...world.tables.projects.values()].find((row) => row.id === given.id || row.key === given.key) ?? fail(`There is no project ${JSON.stringify(project)}.`);
    current = moveIssue(actor, current, to);
  }
  const edited = status === undefined && resolution !== undefined ? rest : plain;
  if (Object.keys(edited).length > 0) current = editIssue(actor, current, { fields: edited });
  if (status !== undefined) current = walkTo(actor, current, status, resolution);
  return touched(world.issues.get(current.id) ?? current);
};

const createByPerson = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const { status, resolution, ...plain } = fields;
  const issue = createIssue(actor, { fields: { issuetype: { name: edit.type }, project: { key: edit.project ?? "DEMO" }, ...plain } });
  return touched(status === undefined ? issue : walkTo(actor, issue, status, resolution));
};

const issueEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  if (edit.action === "create") return createByPerson(actor, edit, fields);
  const issue = issueOf(actor.world, edit.id);
  if (edit.action === "comment") return { id: addComment(actor, issue, { ...fields, body: fields["body"] ?? fields["text"] }).comment.id, key: issue.key };
  if (edit.action === "attach") {
    const name = String(fields["name"] ?? fields["filename"] ?? "file.txt");
    const content = fields["content"];
    const body = Buffer.isBuffer(content) ? content : Buffer.from(String(content ?? ""), fields["encoding"] === "base64" ? "base64" : "utf8");
    return { id: attach(actor, issue, { filename: name, mimeType: String(fields["contentType"] ?? guessType(name)), body }).id, key: issue.key };
  }
  if (edit.action === "delete") deleteIssue(actor, issue, true);
  else return updateIssue(actor, issue, fields);
  return touched(issue);
};

const projectField = (edit: PersonEdit, fields: Json): Json => (fields["projectId"] === undefined && fields["project"] === undefined ? { ...fields, project: edit.project ?? "DEMO" } : fields);

const versionEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const { versions } = actor.world.tables;
  if (edit.action === "create") return { id: createVersion(actor, projectField(edit, fields)).id };
  const found = versions.get(edit.id ?? "") ?? [...versions.values()].find((row) => row.name === edit.id) ?? fail(`There is no version "${edit.id ?? ""}".`);
  if (edit.action === "delete") removeVersion(actor, found, fields["moveFixIssuesTo"], fields["moveAffectedIssuesTo"]);
  else if (fields["position"] !== undefined || fields["after"] !== undefined) moveVersion(actor, found, fields);
  else updateVersion(actor, found, fields);
  return { id: found.id };
};

const componentEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const { components } = actor.world.tables;
  if (edit.action === "create") return { id: saveComponent(actor, projectField(edit, fields), null).id };
  const found = components.get(edit.id ?? "") ?? [...components.values()].find((row) => row.name === edit.id) ?? fail(`There is no component "${edit.id ?? ""}".`);
  if (edit.action === "delete") removeComponent(actor, found, null);
  else saveComponent(actor, fields, found);
  return { id: found.id };
};

/** A sprint without a board goes to the first one of the project. */
const boardOf = (world: World, edit: PersonEdit): number => {
  const project = [...world.tables.projects.values()].find((row) => row.key === (edit.project ?? "DEMO") || row.id === edit.project);
  const board = [...world.tables.boards.values()].find((row) => row.projectId === project?.id && row.type === "scrum");
  return Number(board?.id ?? fail(`The project ${edit.project ?? "DEMO"} has no board.`));
};

const sprintEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const { world } = actor;
  const { issues, state, ...plain } = fields;
  if (edit.action === "create") {
    let made = createSprint(actor, { originBoardId: boardOf(world, edit), ...plain });
    if (state === "active" || state === "closed") made = updateSprint(actor, made, { state: "active" }, false);
    if (state === "closed") made = updateSprint(actor, made, { state: "closed" }, false);
    return { id: made.id };
  }
  const found = world.tables.sprints.get(edit.id ?? "") ?? [...world.tables.sprints.values()].find((row) => row.name === edit.id) ?? fail(`There is no sprint "${edit.id ?? ""}".`);
  if (edit.action === "delete") deleteSprint(actor, found);
  else {
    if (Array.isArray(issues)) moveToSprint(actor, found, issues.map((id) => issueOf(world, String(id))));
    if (state !== undefined || Object.keys(plain).length > 0) updateSprint(actor, found, state === undefined ? plain : { ...plain, state }, false);
  }
  return { id: found.id };
};

const commentEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const { world } = actor;
  let found: { readonly issue: Issue; readonly comment: Comment } | undefined;
  for (const issue of world.issues.values()) {
    const comment = issue.comments.find((row) => row.id === edit.id);
    if (comment) found = { issue, comment };
  }
  if (!found) return fail(`There is no comment "${edit.id ?? ""}".`);
  if (edit.action === "delete") removeComment(actor, found.issue, found.comment);
  else editComment(actor, found.issue, found.comment, { ...fields, ...(fields["text"] === undefined ? {} : { body: fields["text"] }), ...("visibility" in fields || !found.comment.visibility ? {} : { visibility: found.comment.visibility }) });
  return { id: found.comment.id, key: found.issue.key };
};

const attachmentEdit = (actor: Actor, edit: PersonEdit): Touched => {
  const found = actor.world.tables.attachments.get(edit.id ?? "") ?? fail(`There is no attachment "${edit.id ?? ""}".`);
  detach(actor, found);
  return { id: found.id };
};

const linkEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const { world } = actor;
  if (edit.action === "create") {
    linkFromRequest(actor, { ...fields, type: typeof fields["type"] === "string" ? { name: fields["type"] } : fields["type"] });
    return { id: [...world.tables.links.keys()].at(-1) ?? "" };
  }
  const found = world.tables.links.get(edit.id ?? "") ?? fail(`There is no link "${edit.id ?? ""}".`);
  removeLink(actor, found);
  return { id: found.id };
};

const remoteEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const issue = issueOf(actor.world, String(fields["issue"] ?? edit.id));
  if (edit.action !== "delete") return { id: putRemote(actor, issue, fields).link.id, key: issue.key };
  const found = issue.remoteLinks.find((row) => row.globalId === fields["globalId"] || row.id === edit.id) ?? fail("There is no such remote link.");
  removeRemote(actor, issue, found);
  return { id: found.id, key: issue.key };
};

const AUTO = { mode: "auto", newEstimate: null, amount: null } as const;

const workEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const issue = issueOf(actor.world, String(fields["issue"] ?? edit.id));
  if (edit.action === "create") return { id: addWork(actor, issue, fields, AUTO).id, key: issue.key };
  const log = findWork(actor, issue, String(edit.id));
  if (edit.action === "delete") removeWork(actor, issue, log, AUTO);
  else editWork(actor, issue, log, fields, AUTO);
  return { id: log.id, key: issue.key };
};

/** Profile changes: zone, name, mail, activity. None of them touches an issue. */
const userEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const user = findPerson(actor.world, edit.id ?? "") ?? fail(`There is no user "${edit.id ?? ""}".`);
  const { captcha: _captcha, ...profile } = fields;
  const allowed = ["name", "email", "emailShown", "displayName", "active", "timeZone", "locale", "groups"];
  const unknown = Object.keys(profile).find((name) => !allowed.includes(name));
  if (unknown !== undefined) fail(`A user has no field "${unknown}". It has: ${allowed.join(", ")}.`);
  actor.world.tables.users.set(user.id, { ...user, ...profile });
  actor.world.outdate();
  return { id: user.id };
};

const projectEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const { world } = actor;
  const project = [...world.tables.projects.values()].find((row) => row.id === edit.id || row.key === edit.id) ?? fail(`There is no project "${edit.id ?? ""}".`);
  const key = fields["key"];
  world.tables.projects.set(project.id, { ...project, ...fields, ...(typeof key === "string" && key !== project.key ? { formerKeys: [...project.formerKeys, project.key] } : {}) });
  if (typeof key === "string" && key !== project.key) {
    for (const issue of [...world.issues.values()]) if (issue.projectId === project.id) world.save({ ...issue, key: issue.key.replace(/^[^-]+/, key), formerKeys: [...issue.formerKeys, issue.key] });
  }
  world.outdate();
  return { id: project.id, key: typeof key === "string" ? key : project.key };
};

const backlogEdit = (actor: Actor, _edit: PersonEdit, fields: Json): Touched => {
  const issues = (Array.isArray(fields["issues"]) ? fields["issues"] : []).map((id) => issueOf(actor.world, String(id)));
  moveToBacklog(actor, issues);
  return { id: issues.map((issue) => String(issue.id)).join(",") };
};

/** Restrictions, properties and other things an issue has beside its fields. */
const propertyEdit = (actor: Actor, edit: PersonEdit, fields: Json): Touched => {
  const issue = issueOf(actor.world, edit.id);
  return touched(change(actor.world, actor.user.id, issue, { ...issue, properties: { ...issue.properties, ...fields } }, { moves: false }));
};

/** A workflow scheme was migrated: an entry in the history, and `updated` stays (sheet §17.2). */
const workflowEdit = (actor: Actor, edit: PersonEdit): Touched => {
  const issue = issueOf(actor.world, edit.id);
  return touched(change(actor.world, actor.user.id, issue, issue, { extra: [item("Workflow", "10000", "Old workflow", "10001", "New workflow")], moves: false }));
};

const KINDS: Readonly<Record<string, (actor: Actor, edit: PersonEdit, fields: Json) => Touched>> = {
  version: versionEdit, component: componentEdit, sprint: sprintEdit, comment: commentEdit, attachment: attachmentEdit, link: linkEdit, issuelink: linkEdit, remotelink: remoteEdit, worklog: workEdit, user: userEdit,
  project: projectEdit, backlog: backlogEdit, property: propertyEdit, workflow: workflowEdit,
};

/** Makes one edit; a refusal is an Error with the system's words. */
export const editByPerson = (world: World, edit: PersonEdit): Touched => {
  const actor: Actor = { world, user: authorOf(world, edit), api: world.cloud ? 3 : 2, person: true };
  if (edit.action === "create" && (edit.type === "comment" || edit.type === "attachment")) return editByPerson(world, { ...edit, action: edit.type === "comment" ? "comment" : "attach" });
  const special = edit.action === "comment" || edit.action === "attach" ? undefined : KINDS[edit.type.toLowerCase()];
  try {
    return (special ?? issueEdit)(actor, edit, edit.fields ?? {});
  } catch (problem) {
    if (problem instanceof JiraProblem) throw new Error(`The sandbox Jira refused the edit of ${edit.type} ${edit.id ?? ""}: ${wording(problem)}`);
    if (problem instanceof ValueProblem) throw new Error(`The sandbox Jira refused the edit of ${edit.type} ${edit.id ?? ""}: ${problem.message}`);
    throw problem;
  }
};
