// Worklogs of an issue and the feeds of what changed among them (sheet §15.3).

import type { SandboxReply } from "../imitation.ts";
import { created, findIssue, integer, json, list, noContent, ok, paged, param, sees, stringsOf, text, type Call, type Json, type Route } from "./call.ts";
import type { Issue, Worklog } from "./model.ts";
import { bad } from "./problem.ts";
import { propertyRoutes, type Properties } from "./properties.ts";
import { actorOf } from "./routesIssue.ts";
import { addWork, editWork, findWork, removeWork, showWork, visibleWork, type Adjustment } from "./work.ts";

const adjustment = (call: Call, amount: "reduceBy" | "increaseBy"): Adjustment => ({ mode: text(call, "adjustEstimate") ?? "auto", newEstimate: text(call, "newEstimate"), amount: text(call, amount) });

const all = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const [after, before] = [integer(call, "startedAfter", Number.MIN_SAFE_INTEGER), integer(call, "startedBefore", Number.MAX_SAFE_INTEGER)];
  const rows = visibleWork(call, issue).filter((log) => !call.world.cloud || (log.started >= after && log.started < before));
  const startAt = call.world.cloud ? Math.max(0, integer(call, "startAt", 0)) : 0;
  const maxResults = call.world.cloud ? Math.min(Math.max(1, integer(call, "maxResults", 5000)), 5000) : rows.length;
  return ok({ startAt, maxResults, total: rows.length, worklogs: paged(rows, startAt, maxResults).map((log) => showWork(call, issue, log, list(call, "expand"))) });
};

const post = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  return created(showWork(call, issue, addWork(actorOf(call), issue, json(call), adjustment(call, "reduceBy"))));
};

const put = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  return ok(showWork(call, issue, editWork(actorOf(call), issue, findWork(call, issue, param(call, "id")), json(call), adjustment(call, "reduceBy"))));
};

const remove = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  removeWork(actorOf(call), issue, findWork(call, issue, param(call, "id")), adjustment(call, "increaseBy"));
  return noContent();
};

/** Oldest first, a thousand a page, and nothing of the last minute. */
const feed = (deleted: boolean, name: string) => (call: Call): SandboxReply => {
  const since = integer(call, "since", 0);
  const limit = call.world.now() - call.world.options.worklogFeedDelaySeconds * 1000;
  const rows = [...call.world.tables.worklogEvents.values()].filter((row) => row.deleted === deleted && row.at >= since && row.at <= limit).sort((one, two) => one.at - two.at);
  const page = rows.slice(0, 1000);
  const last = rows.length <= 1000;
  const until = page.at(-1)?.at ?? limit;
  const self = `${call.root}/rest/api/${call.api}/worklog/${name}`;
  const values = page.map((row): Json => ({ worklogId: Number(row.worklogId), updatedTime: row.at, properties: [] }));
  return ok({ values, since, until, self: `${self}?since=${since}`, ...(last ? {} : { nextPage: `${self}?since=${until}` }), lastPage: last, ...(call.world.cloud ? {} : { isLastPage: last }) });
};

const byIds = (call: Call): SandboxReply => {
  const ids = new Set(stringsOf(json(call)["ids"]));
  if (ids.size > 1000) throw bad("At most 1000 worklog ids can be given.");
  return ok([...call.world.issues.values()].filter((issue) => sees(call.world, call.user, issue)).flatMap((issue) => visibleWork(call, issue).filter((log) => ids.has(log.id)).map((log) => showWork(call, issue, log))));
};

const shelf = {
  path: "/issue/{key}/worklog/{id}",
  find: (call: Call) => {
    const issue = findIssue(call);
    return { issue, log: findWork(call, issue, param(call, "id")) };
  },
  read: ({ log }: { readonly log: Worklog }): Properties => log.properties ?? {},
  write: (call: Call, { issue, log }: { readonly issue: Issue; readonly log: Worklog }, properties: Properties) => call.world.save({ ...issue, worklogs: issue.worklogs.map((one) => (one === log ? { ...log, properties } : one)) }),
};

export const workRoutes: readonly Route[] = [
  { method: "GET", path: "/issue/{key}/worklog", anonymous: true, run: all },
  { method: "POST", path: "/issue/{key}/worklog", run: post },
  { method: "GET", path: "/issue/{key}/worklog/{id}", anonymous: true, run: (call) => ok(showWork(call, findIssue(call), findWork(call, findIssue(call), param(call, "id")), list(call, "expand"))) },
  { method: "PUT", path: "/issue/{key}/worklog/{id}", run: put },
  { method: "DELETE", path: "/issue/{key}/worklog/{id}", run: remove },
  ...propertyRoutes(shelf),
  { method: "GET", path: "/worklog/updated", run: feed(false, "updated") },
  { method: "GET", path: "/worklog/deleted", run: feed(true, "deleted") },
  { method: "POST", path: "/worklog/list", run: byIds },
];
