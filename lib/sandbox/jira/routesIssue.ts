// The issue resource: create, read, edit, delete, transitions, assignment, history, watchers, votes (sheet §7, §9, §10, §17).

import type { SandboxReply } from "../imitation.ts";
import { anyJson, caller, created, findIssue, flag, isObject, json, list, lookUpIssue, noContent, ok, pageBean, platformBase, sees, stringsOf, text, type Call, type Json, type Route } from "./call.ts";
import { ordered, showHistory } from "./changelog.ts";
import { change } from "./change.ts";
import { archive, createIssue, deleteIssue, editIssue, tryCreate } from "./issueDeeds.ts";
import type { Issue } from "./model.ts";
import { everyone, isLogin, readUser, requireAssignable } from "./people.ts";
import { demand, holds } from "./permissions.ts";
import { bad, badField, JiraProblem, missing, refuse, ValueProblem } from "./problem.ts";
import type { Actor } from "./rich.ts";
import { allTransitions, editMeta, showTransitions } from "./screens.ts";
import { issueStub, showUser } from "./shapes.ts";
import { showIssue, type Wanted } from "./showIssue.ts";
import { takeTransition } from "./transitions.ts";

export const actorOf = (call: Call): Actor => ({ world: call.world, user: caller(call), api: call.api, person: false });

const wantedOf = (call: Call): Wanted => ({ fields: list(call, "fields"), expand: list(call, "expand"), properties: list(call, "properties") });

const get = (call: Call): SandboxReply => ok(showIssue(call, findIssue(call), wantedOf(call), "*all"));

const shortForm = (call: Call, issue: Issue): Json => ({ id: String(issue.id), key: issue.key, self: `${platformBase(call)}/issue/${issue.id}` });

const create = (call: Call): SandboxReply => {
  const body = json(call);
  const issue = createIssue(actorOf(call), body);
  if (!isObject(body["transition"])) return created(shortForm(call, issue));
  const done = attempt(() => takeTransition(actorOf(call), call.world.issues.get(issue.id) ?? issue, { transition: body["transition"] }));
  const transition = done instanceof JiraProblem ? { status: done.status, errorCollection: done.body } : { status: 200, errorCollection: { errorMessages: [], errors: {} } };
  return created(call.world.cloud ? { ...shortForm(call, issue), transition } : shortForm(call, issue));
};

const attempt = (deed: () => unknown): JiraProblem | null => {
  try {
    deed();
    return null;
  } catch (problem) {
    if (problem instanceof JiraProblem) return problem;
    throw problem;
  }
};

const provoked = (): JiraProblem => refuse(400, ["The issue could not be created."]);

/** 201 as soon as one succeeded, 400 if none; errors tell their place in the request (sheet §9.2). */
const createBulk = (call: Call): SandboxReply => {
  const updates = json(call)["issueUpdates"];
  if (!Array.isArray(updates)) throw bad("issueUpdates is required.");
  if (call.world.cloud && updates.length > 50) throw bad("The maximum number of issues that can be created in one request is 50.");
  const issues: Json[] = [];
  const errors: Json[] = [];
  for (const [at, update] of updates.entries()) {
    const result = call.runtime.failingEntries.has(at) ? provoked() : tryCreate(actorOf(call), isObject(update) ? update : {});
    if (result instanceof JiraProblem) errors.push({ status: result.status, elementErrors: result.body, failedElementNumber: at });
    else issues.push(shortForm(call, result));
  }
  call.runtime.failingEntries.clear();
  return { status: issues.length > 0 || updates.length === 0 ? 201 : 400, body: { issues, errors } };
};

const edit = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const body = json(call);
  editIssue(actorOf(call), issue, body, { notifyUsers: flag(call, "notifyUsers", true), ...(body["historyMetadata"] === undefined ? {} : { metadata: body["historyMetadata"] }) });
  if (!call.world.cloud || !flag(call, "returnIssue", false)) return noContent();
  return ok(showIssue(call, call.world.issues.get(issue.id) ?? issue, { ...wantedOf(call), fields: [] }, "*all"));
};

const remove = (call: Call): SandboxReply => {
  deleteIssue(actorOf(call), findIssue(call), flag(call, "deleteSubtasks", false));
  return noContent();
};

const transitions = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const only = text(call, "transitionId");
  const allowed = holds(call.world, call.user, "TRANSITION_ISSUES") ? (call.world.cloud && flag(call, "includeUnavailableTransitions", false) ? allTransitions : showTransitions)(call, issue, list(call, "expand").includes("transitions.fields")) : [];
  return ok({ expand: "transitions", transitions: only === null ? allowed : allowed.filter((one) => one["id"] === only) });
};

const transit = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  if (call.world.cloud && call.runtime.conflicts > 0) {
    call.runtime.conflicts -= 1;
    throw refuse(409, ["The issue was transitioned by somebody else at the same time. Please try again."]);
  }
  takeTransition(actorOf(call), issue, json(call));
  return noContent();
};

const assign = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const actor = actorOf(call);
  demand(actor, "ASSIGN_ISSUES", "You do not have permission to assign this issue.");
  try {
    const body = json(call);
    const assignee = requireAssignable(call.world, readUser(actor, body, issue.projectId));
    change(call.world, actor.user.id, issue, { ...issue, values: { ...issue.values, assignee } });
  } catch (problem) {
    if (problem instanceof ValueProblem) throw badField("assignee", problem.message);
    throw problem;
  }
  return noContent();
};

const changelog = (call: Call): SandboxReply => ok(pageBean(call, ordered(call, findIssue(call)), { usual: 100, most: 100 }, (history) => showHistory(call, history)));

const changelogByIds = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const ids = new Set(stringsOf(json(call)["changelogIds"]));
  const found = issue.histories.filter((history) => ids.has(history.id));
  return ok({ startAt: 0, maxResults: found.length, total: found.length, histories: found.map((history) => showHistory(call, history)) });
};

/** All histories of many issues in one cursor (sheet §17.1). */
const bulkChangelog = (call: Call): SandboxReply => {
  const body = json(call);
  const asked = stringsOf(body["issueIdsOrKeys"]);
  const fieldIds = stringsOf(body["fieldIds"]);
  if (asked.length === 0 || asked.length > 1000) throw bad("issueIdsOrKeys must hold between 1 and 1000 issues.");
  if (fieldIds.length > 10) throw bad("fieldIds must hold at most 10 fields.");
  const issues = [...new Set(asked.map((id) => lookUpIssue(call.world, call.user, id)).filter((issue) => issue !== undefined))];
  const rows = issues.flatMap((issue) => issue.histories.filter((history) => fieldIds.length === 0 || history.items.some((line) => fieldIds.includes(line.fieldId ?? line.field))).map((history) => ({ issue, history })));
  const size = Math.min(typeof body["maxResults"] === "number" && body["maxResults"] > 0 ? Math.floor(body["maxResults"]) : 1000, 10_000);
  const from = typeof body["nextPageToken"] === "string" ? Number(Buffer.from(body["nextPageToken"], "base64url").toString("utf8")) || 0 : 0;
  const page = rows.slice(from, from + size);
  const ids = [...new Set(page.map((row) => row.issue.id))];
  const issueChangeLogs = ids.map((id) => ({
    issueId: String(id), changeHistories: page.filter((row) => row.issue.id === id).map((row) => ({ ...showHistory(call, row.history), created: row.history.created })),
  }));
  return ok({ issueChangeLogs, ...(from + size < rows.length ? { nextPageToken: Buffer.from(String(from + size)).toString("base64url") } : {}) });
};

const HEAVY = new Set(["changelog", "editmeta", "operations", "renderedFields", "transitions", "versionedRepresentations"]);
const WIDE = new Set(["comment", "worklog", "attachment"]);

/** Missing or invisible issues are left out (sheet §5.4). */
const bulkFetch = (call: Call): SandboxReply => {
  const body = json(call);
  const wanted: Wanted = { fields: stringsOf(body["fields"]), expand: stringsOf(body["expand"]), properties: stringsOf(body["properties"]) };
  const asked = stringsOf(body["issueIdsOrKeys"]);
  if (asked.length === 0) throw bad("issueIdsOrKeys must not be empty.");
  const light = wanted.fields.length > 0 && wanted.fields.length <= 100 && !wanted.fields.some((name) => name.startsWith("*") || WIDE.has(name)) && !wanted.expand.some((name) => HEAVY.has(name));
  if (asked.length > (light ? 1000 : 100)) throw bad(`The maximum number of issues that can be fetched is ${light ? 1000 : 100}.`);
  const found = new Set(asked.map((id) => lookUpIssue(call.world, call.user, id)).filter((issue) => issue !== undefined));
  const issues = [...found].sort((one, two) => one.id - two.id);
  return ok({ issues: issues.map((issue) => showIssue(call, issue, wanted, "*navigable")), issueErrors: [] });
};

const watchers = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const isWatching = call.user !== null && issue.watchers.includes(call.user.id);
  return ok({ self: `${platformBase(call)}/issue/${issue.key}/watchers`, isWatching, watchCount: issue.watchers.length, watchers: issue.watchers.map((id) => showUser(call, id)) });
};

const watcherGiven = (call: Call, given: unknown): string => {
  if (given === undefined || given === null || given === "") return caller(call).id;
  const found = everyone(call.world).find((user) => user.id === given || (!call.world.cloud && isLogin(user, given)));
  if (!found) throw missing(`The user "${String(given)}" does not exist.`);
  return found.id;
};

const listChange = (call: Call, name: "watchers" | "votes", id: string, present: boolean): SandboxReply => {
  const issue = findIssue(call);
  const others = issue[name].filter((one) => one !== id);
  change(call.world, caller(call).id, issue, { ...issue, [name]: present ? [...others, id] : others }, { moves: call.world.options.voteMovesUpdated });
  return noContent();
};

const unwatch = (call: Call): SandboxReply => listChange(call, "watchers", watcherGiven(call, call.world.cloud ? text(call, "accountId") : text(call, "username")), false);

const votes = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  return ok({ self: `${platformBase(call)}/issue/${issue.key}/votes`, votes: issue.votes.length, hasVoted: call.user !== null && issue.votes.includes(call.user.id), voters: issue.votes.map((id) => showUser(call, id)) });
};

const vote = (call: Call): SandboxReply => {
  if (findIssue(call).values["reporter"] === caller(call).id) throw missing("You cannot vote for an issue you have reported.");
  return listChange(call, "votes", caller(call).id, true);
};

const subtasks = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  return ok(call.world.childrenOf(issue.id).filter((child) => call.world.tables.types.get(child.typeId)?.subtask).map((child) => issueStub(call, child)));
};

const archiveOne = (archived: boolean) => (call: Call): SandboxReply => {
  archive(actorOf(call), findIssue(call), archived);
  return noContent();
};

const archiveMany = (archived: boolean) => (call: Call): SandboxReply => {
  const found = stringsOf(json(call)["issueIdsOrKeys"]).map((id) => lookUpIssue(call.world, call.user, id)).filter((issue) => issue !== undefined);
  for (const issue of found) archive(actorOf(call), issue, archived);
  return ok({ numberOfIssuesUpdated: found.length, errors: {} });
};

const picker = (call: Call): SandboxReply => {
  const words = (text(call, "query") ?? "").toLowerCase();
  const seen = [...call.world.issues.values()].filter((issue) => sees(call.world, call.user, issue));
  const found = seen.filter((issue) => issue.key.toLowerCase().includes(words) || String(issue.values["summary"] ?? "").toLowerCase().includes(words));
  const issues = found.slice(0, 20).map((issue) => ({ id: issue.id, key: issue.key, keyHtml: issue.key, img: "", summary: issue.values["summary"], summaryText: issue.values["summary"] }));
  return ok({ sections: [{ label: "Current Search", sub: `Showing ${issues.length} of ${found.length} matching issues`, id: "cs", issues }] });
};

const limitReport = (): SandboxReply => ok({ issuesApproachingLimit: {}, issuesBreachingLimit: {}, limits: { comment: 5000, worklog: 10_000, attachment: 2000, remoteIssueLinks: 2000, issuelinks: 2000 } });

const notify = (call: Call): SandboxReply => {
  findIssue(call);
  return noContent();
};

export const issueRoutes: readonly Route[] = [
  { method: "POST", path: "/issue", run: create },
  { method: "POST", path: "/issue/bulk", run: createBulk },
  { method: "POST", path: "/issue/bulkfetch", only: "cloud", anonymous: true, run: bulkFetch },
  { method: "POST", path: "/changelog/bulkfetch", only: "cloud", anonymous: true, run: bulkChangelog },
  { method: "GET", path: "/issue/picker", anonymous: true, run: picker },
  { method: "GET", path: "/issue/limit/report", only: "cloud", run: limitReport },
  { method: "PUT", path: "/issue/archive", only: "cloud", run: archiveMany(true) },
  { method: "PUT", path: "/issue/unarchive", only: "cloud", run: archiveMany(false) },
  { method: "GET", path: "/issue/{key}", anonymous: true, run: get },
  { method: "PUT", path: "/issue/{key}", run: edit },
  { method: "DELETE", path: "/issue/{key}", run: remove },
  { method: "GET", path: "/issue/{key}/editmeta", anonymous: true, run: (call) => ok({ fields: holds(call.world, call.user, "EDIT_ISSUES") ? editMeta(call, findIssue(call)) : {} }) },
  { method: "GET", path: "/issue/{key}/transitions", anonymous: true, run: transitions },
  { method: "POST", path: "/issue/{key}/transitions", run: transit },
  { method: "PUT", path: "/issue/{key}/assignee", run: assign },
  { method: "GET", path: "/issue/{key}/changelog", only: "cloud", anonymous: true, run: changelog },
  { method: "POST", path: "/issue/{key}/changelog/list", only: "cloud", anonymous: true, run: changelogByIds },
  { method: "GET", path: "/issue/{key}/watchers", anonymous: true, run: watchers },
  { method: "POST", path: "/issue/{key}/watchers", run: (call) => listChange(call, "watchers", watcherGiven(call, anyJson(call)), true) },
  { method: "DELETE", path: "/issue/{key}/watchers", run: unwatch },
  { method: "GET", path: "/issue/{key}/votes", anonymous: true, run: votes },
  { method: "POST", path: "/issue/{key}/votes", run: vote },
  { method: "DELETE", path: "/issue/{key}/votes", run: (call) => listChange(call, "votes", caller(call).id, false) },
  { method: "GET", path: "/issue/{key}/subtask", only: "dc", anonymous: true, run: subtasks },
  { method: "POST", path: "/issue/{key}/notify", run: notify },
  { method: "PUT", path: "/issue/{key}/archive", only: "dc", run: archiveOne(true) },
  { method: "PUT", path: "/issue/{key}/restore", only: "dc", run: archiveOne(false) },
];
