// Comments, worklogs, links, remote links and issue properties: what hangs on an issue (sheet §14, §15).

import type { SandboxReply } from "../imitation.ts";
import { caller, created, findIssue, integer, json, list, lookUpIssue, noContent, ok, paged, param, sees, stringsOf, text, type Call, type Route } from "./call.ts";
import { change } from "./change.ts";
import { addComment, editComment, findComment, removeComment, saveComment, showComment, visibleComments } from "./comments.ts";
import { issueOfLink, linkFromRequest, putRemote, removeLink, removeRemote, replaceRemote, showLink, showRemote } from "./links.ts";
import type { Comment, Issue, IssueLink, RemoteLink } from "./model.ts";
import { demand } from "./permissions.ts";
import { bad, JiraProblem, missing } from "./problem.ts";
import { propertyRoutes, type Properties } from "./properties.ts";
import { actorOf } from "./routesIssue.ts";
import { showUser } from "./shapes.ts";
import { platformTime } from "./time.ts";

const comments = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const all = visibleComments(call, issue);
  const sorted = (text(call, "orderBy") ?? "").startsWith("-") ? [...all].reverse() : all;
  const startAt = Math.max(0, integer(call, "startAt", 0));
  const cap = call.world.options.commentPage || 5000;
  const maxResults = Math.min(Math.max(0, integer(call, "maxResults", cap)), call.world.cloud ? cap : 5000);
  return ok({ startAt, maxResults, total: all.length, comments: paged(sorted, startAt, maxResults).map((comment) => showComment(call, issue, comment, list(call, "expand"))) });
};

const one = (call: Call): { readonly issue: Issue; readonly comment: Comment } => {
  const issue = findIssue(call);
  return { issue, comment: findComment(call.world, call.user, issue, param(call, "id")) };
};

const getComment = (call: Call): SandboxReply => {
  const { issue, comment } = one(call);
  return ok(showComment(call, issue, comment, list(call, "expand")));
};

const postComment = (call: Call): SandboxReply => {
  const { issue, comment } = addComment(actorOf(call), findIssue(call), json(call));
  return created(showComment(call, issue, comment, list(call, "expand")));
};

const putComment = (call: Call): SandboxReply => {
  const { issue, comment } = one(call);
  return ok(showComment(call, issue, editComment(actorOf(call), issue, comment, json(call)), list(call, "expand")));
};

const deleteComment = (call: Call): SandboxReply => {
  const { issue, comment } = one(call);
  removeComment(actorOf(call), issue, comment);
  return noContent();
};

const owner = (call: Call, id: string): { readonly issue: Issue; readonly comment: Comment } => {
  for (const issue of call.world.issues.values()) {
    const comment = sees(call.world, call.user, issue) ? visibleComments(call, issue).find((row) => row.id === id) : undefined;
    if (comment) return { issue, comment };
  }
  throw missing(`Can not find a comment for the id: ${id}.`);
};

const commentList = (call: Call): SandboxReply => {
  const ids = new Set(stringsOf(json(call)["ids"]));
  if (ids.size > 1000) throw bad("At most 1000 comment ids can be given.");
  const rows = [...call.world.issues.values()].filter((issue) => sees(call.world, call.user, issue)).flatMap((issue) => visibleComments(call, issue).filter((comment) => ids.has(comment.id)).map((comment) => ({ issue, comment })));
  return ok({ startAt: 0, maxResults: 1000, total: rows.length, isLast: true, values: rows.map((row) => showComment(call, row.issue, row.comment, list(call, "expand"))) });
};

/** The body is a bare true or false; without one it pins. */
const pin = (call: Call): SandboxReply => {
  const { issue, comment } = one(call);
  const wanted = call.request.body.toString("utf8").trim() !== "false";
  const { pinned: _was, ...rest } = comment;
  saveComment(call.world, issue, wanted ? { ...rest, pinned: true } : rest);
  return noContent();
};

const pinned = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const rows = visibleComments(call, issue).filter((comment) => comment.pinned);
  return ok(rows.map((comment) => ({ comment: showComment(call, issue, comment), pinnedBy: showUser(call, comment.updateAuthor), pinnedDate: platformTime(comment.updated, call.world.options.siteZone) })));
};

const link = (call: Call): IssueLink => {
  const found = call.world.tables.links.get(param(call, "id"));
  if (!found || !call.user) throw missing(`No issue link with id '${param(call, "id")}' exists.`);
  return found;
};

const postLink = (call: Call): SandboxReply => {
  const body = json(call);
  for (const end of ["inwardIssue", "outwardIssue"]) {
    const issue = issueOfLink(call.world, body[end]);
    if (!sees(call.world, call.user, issue)) throw missing(`No issue can be found for key '${issue.key}'.`);
  }
  linkFromRequest(actorOf(call), body);
  return created();
};

const deleteLink = (call: Call): SandboxReply => {
  removeLink(actorOf(call), link(call));
  return { status: call.world.options.linkDeleteStatus };
};

const remote = (call: Call, issue: Issue): RemoteLink => {
  const found = issue.remoteLinks.find((row) => row.id === param(call, "id"));
  if (!found) throw missing(`The remote issue link with id '${param(call, "id")}' does not exist.`);
  return found;
};

const remotes = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const globalId = text(call, "globalId");
  if (globalId === null) return ok(issue.remoteLinks.map((row) => showRemote(call, issue, row)));
  const found = issue.remoteLinks.find((row) => row.globalId === globalId);
  if (!found) throw missing(`The remote issue link with globalId '${globalId}' does not exist.`);
  return ok(call.world.options.remoteLinkByGlobalId === "list" ? [showRemote(call, issue, found)] : showRemote(call, issue, found));
};

const postRemote = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const { link: saved, fresh } = putRemote(actorOf(call), issue, json(call));
  return { status: fresh ? 201 : 200, body: { id: Number(saved.id), self: showRemote(call, issue, saved)["self"] } };
};

const putRemoteById = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  replaceRemote(actorOf(call), issue, remote(call, issue), json(call));
  return noContent();
};

/** Cloud wants a content type even here, where there is no body (sheet §3). */
const typed = (call: Call): void => {
  const type = call.request.headers["content-type"] ?? "";
  if (call.world.cloud && call.world.options.remoteLinkDeleteNeedsContentType && !type.startsWith("application/json")) throw new JiraProblem(415, { errorMessages: ["Unsupported Media Type"], errors: {} });
};

const deleteRemote = (call: Call): SandboxReply => {
  typed(call);
  const issue = findIssue(call);
  removeRemote(actorOf(call), issue, remote(call, issue));
  return noContent();
};

const deleteByGlobalId = (call: Call): SandboxReply => {
  typed(call);
  const issue = findIssue(call);
  const found = issue.remoteLinks.find((row) => row.globalId === text(call, "globalId"));
  if (!found) throw missing(`The remote issue link with globalId '${text(call, "globalId") ?? ""}' does not exist.`);
  removeRemote(actorOf(call), issue, found);
  return noContent();
};

const mayEdit = (call: Call): void => demand(actorOf(call), "EDIT_ISSUES", "You do not have permission to edit issues in this project.");

const issueShelf = {
  path: "/issue/{key}", find: (call: Call) => findIssue(call), read: (issue: Issue) => issue.properties, mayWrite: mayEdit,
  write: (call: Call, issue: Issue, properties: Properties) => void change(call.world, caller(call).id, issue, { ...issue, properties }, { moves: call.world.options.propertyMovesUpdated }),
};

const commentShelf = {
  path: "/comment/{id}", find: (call: Call) => owner(call, param(call, "id")), read: (found: ReturnType<typeof owner>) => found.comment.properties,
  write: (call: Call, found: ReturnType<typeof owner>, properties: Properties) => saveComment(call.world, found.issue, { ...found.comment, properties }),
};

/** Sets one property on many issues. The vendor answers with a task; here it is done at once. */
const bulkProperty = (call: Call): SandboxReply => {
  const body = json(call);
  const filter = (body["filter"] ?? {}) as Readonly<Record<string, unknown>>;
  for (const id of stringsOf(filter["entityIds"])) {
    const issue = lookUpIssue(call.world, call.user, id);
    if (issue) call.world.save({ ...issue, properties: { ...issue.properties, [param(call, "property")]: body["value"] } });
  }
  return { status: 303, headers: { Location: `${call.root}/rest/api/${call.api}/task/10000` } };
};

export const commentRoutes: readonly Route[] = [
  { method: "GET", path: "/issue/{key}/comment", anonymous: true, run: comments },
  { method: "POST", path: "/issue/{key}/comment", run: postComment },
  { method: "GET", path: "/issue/{key}/comment/{id}", anonymous: true, run: getComment },
  { method: "PUT", path: "/issue/{key}/comment/{id}", run: putComment },
  { method: "DELETE", path: "/issue/{key}/comment/{id}", run: deleteComment },
  { method: "PUT", path: "/issue/{key}/comment/{id}/pin", only: "dc", run: pin },
  { method: "GET", path: "/issue/{key}/pinned-comments", only: "dc", anonymous: true, run: pinned },
  { method: "POST", path: "/comment/list", only: "cloud", anonymous: true, run: commentList },
  { method: "POST", path: "/issueLink", run: postLink },
  { method: "GET", path: "/issueLink/{id}", anonymous: true, run: (call) => ok(showLink(call, link(call))) },
  { method: "DELETE", path: "/issueLink/{id}", run: deleteLink },
  { method: "GET", path: "/issue/{key}/remotelink", anonymous: true, run: remotes },
  { method: "POST", path: "/issue/{key}/remotelink", run: postRemote },
  { method: "DELETE", path: "/issue/{key}/remotelink", run: deleteByGlobalId },
  { method: "GET", path: "/issue/{key}/remotelink/{id}", anonymous: true, run: (call) => ok(showRemote(call, findIssue(call), remote(call, findIssue(call)))) },
  { method: "PUT", path: "/issue/{key}/remotelink/{id}", run: putRemoteById },
  { method: "DELETE", path: "/issue/{key}/remotelink/{id}", run: deleteRemote },
  { method: "PUT", path: "/issue/properties/{property}", only: "cloud", run: bulkProperty },
  ...propertyRoutes(issueShelf),
  ...propertyRoutes(commentShelf),
];
