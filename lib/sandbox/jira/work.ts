// Logged work: it changes the time fields of its issue, and two feeds tell what changed (sheet §15.3).

import { change, item } from "./change.ts";
import type { Issue, Stored, Worklog } from "./model.ts";
import { demand } from "./permissions.ts";
import { checkProperties } from "./properties.ts";
import { bad, badField, missing, ValueProblem } from "./problem.ts";
import { readRich, showRich, type Actor } from "./rich.ts";
import { maySee, readVisibility } from "./comments.ts";
import { base, showUser, showVisibility, type Shown, type View } from "./shapes.ts";
import { parseTime, parseWork, platformTime, workText } from "./time.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

const secondsOf = (input: Json): number | undefined => {
  const { timeSpentSeconds: given } = input as { timeSpentSeconds?: unknown };
  if (typeof given === "number") return given;
  // The vendor's JSON reader takes a text of digits for a number, and pycontribs' client sends one.
  if (typeof given === "string" && /^\d+$/.test(given)) return Number(given);
  if (typeof input["timeSpent"] !== "string") return undefined;
  const seconds = parseWork(input["timeSpent"]);
  if (seconds === null || seconds <= 0) throw badField("timeLogged", "Invalid time duration entered.");
  return seconds;
};

const startedOf = (world: World, input: Json): number | undefined => {
  if (input["started"] === undefined || input["started"] === null) return undefined;
  const at = parseTime(String(input["started"]));
  if (at === null) throw bad(world.cloud ? "Invalid request payload. Refer to the REST API documentation and try again." : `Unable to parse date '${String(input["started"])}'.`);
  return at;
};

const commentOf = (actor: Actor, input: Json, now: Worklog["comment"]): Worklog["comment"] => {
  if (input["comment"] === undefined) return now;
  try {
    return readRich(actor, input["comment"], actor.world.cloud && actor.api === 3 ? "Comment body is not valid!" : undefined);
  } catch (problem) {
    if (problem instanceof ValueProblem) throw badField("comment", problem.message);
    throw problem;
  }
};

export interface Adjustment {
  readonly mode: string;
  readonly newEstimate: string | null;
  readonly amount: string | null;
}

const demandWork = (words: string | null, field: string): number => {
  const seconds = words === null ? null : parseWork(words);
  if (seconds === null) throw badField(field, "You must supply a valid new estimate.");
  return seconds;
};

/** auto lowers the remaining estimate by what was logged (none counts as 0), leave keeps it, new sets it, manual moves it by an amount. */
const remainingAfter = (now: Stored | undefined, logged: number, adjust: Adjustment): Stored => {
  const current = typeof now === "number" ? now : null;
  switch (adjust.mode) {
    case "leave": return current;
    case "new": return demandWork(adjust.newEstimate, "adjustEstimate");
    case "manual": return Math.max(0, (current ?? 0) - Math.sign(logged) * demandWork(adjust.amount, "adjustEstimate"));
    default: return Math.max(0, (current ?? 0) - logged);
  }
};

const save = (actor: Actor, issue: Issue, worklogs: readonly Worklog[], logged: number, adjust: Adjustment, id: string): void => {
  const { world } = actor;
  const spent = worklogs.reduce((sum, log) => sum + log.seconds, 0);
  const values = { ...issue.values, timespent: worklogs.length > 0 ? spent : null, timeestimate: remainingAfter(issue.values["timeestimate"], logged, adjust) };
  change(world, actor.user.id, issue, { ...issue, worklogs, values }, { extra: [item("WorklogId", id, id, null, null)], moves: world.options.worklogMovesUpdated });
};

const tell = (world: World, worklogId: string, deleted: boolean): void => {
  const id = String(world.next("worklogEvent"));
  world.tables.worklogEvents.set(id, { id, worklogId, deleted, at: world.now() });
};

export const addWork = (actor: Actor, issue: Issue, input: Json, adjust: Adjustment): Worklog => {
  const { world, user } = actor;
  demand(actor, "WORK_ON_ISSUES", "You do not have the permission to associate a worklog to this issue.");
  const seconds = secondsOf(input);
  if (seconds === undefined || seconds <= 0) throw badField("timeLogged", "You must indicate the time spent working.");
  const visibility = readVisibility(world, input["visibility"]);
  const at = world.now();
  const log: Worklog = {
    id: String(world.next("worklog")), author: user.id, updateAuthor: user.id, comment: commentOf(actor, input, null), created: at, updated: at, started: startedOf(world, input) ?? at, seconds, ...(visibility ? { visibility } : {}), properties: checkProperties(input["properties"]),
  };
  save(actor, issue, [...issue.worklogs, log], seconds, adjust, log.id);
  tell(world, log.id, false);
  return log;
};

export const visibleWork = (view: Pick<View, "world" | "user">, issue: Issue): readonly Worklog[] => issue.worklogs.filter((log) => maySee(view.world, issue, view.user, log.visibility));

export const findWork = (view: Pick<View, "world" | "user">, issue: Issue, id: string): Worklog => {
  const found = visibleWork(view, issue).find((log) => log.id === id);
  if (!found) throw missing(`Cannot find worklog with id: '${id}'.`);
  return found;
};

export const editWork = (actor: Actor, issue: Issue, log: Worklog, input: Json, adjust: Adjustment): Worklog => {
  const { world, user } = actor;
  demand(actor, log.author === user.id ? "EDIT_OWN_WORKLOGS" : "EDIT_ALL_WORKLOGS", "You do not have permission to edit this worklog.");
  const next: Worklog = {
    ...log, updateAuthor: user.id, updated: world.now(), seconds: secondsOf(input) ?? log.seconds, started: startedOf(world, input) ?? log.started, comment: commentOf(actor, input, log.comment),
    properties: { ...log.properties, ...checkProperties(input["properties"]) },
  };
  save(actor, issue, issue.worklogs.map((one) => (one.id === log.id ? next : one)), next.seconds - log.seconds, adjust, log.id);
  tell(world, log.id, false);
  return next;
};

export const removeWork = (actor: Actor, issue: Issue, log: Worklog, adjust: Adjustment): void => {
  const { world, user } = actor;
  demand(actor, log.author === user.id ? "DELETE_OWN_WORKLOGS" : "DELETE_ALL_WORKLOGS", "You do not have permission to delete this worklog.");
  save(actor, issue, issue.worklogs.filter((one) => one.id !== log.id), -log.seconds, adjust, log.id);
  tell(world, log.id, true);
};

export const showWork = (view: View, issue: Issue, log: Worklog, expand: readonly string[] = []): Shown => {
  const zone = view.world.options.siteZone;
  return {
    self: `${base(view)}/issue/${issue.id}/worklog/${log.id}`, author: showUser(view, log.author), updateAuthor: showUser(view, log.updateAuthor),
    ...(log.comment === null ? (view.world.cloud ? {} : { comment: "" }) : { comment: showRich(view.world, view.api, log.comment) }),
    created: platformTime(log.created, zone), updated: platformTime(log.updated, zone), ...(log.visibility ? { visibility: showVisibility(view, log.visibility) } : {}),
    started: platformTime(log.started, zone), timeSpent: workText(log.seconds), timeSpentSeconds: log.seconds, id: log.id, issueId: String(issue.id),
    ...(expand.includes("properties") ? { properties: Object.entries(log.properties ?? {}).map(([key, value]) => ({ key, value })) } : {}),
  };
};
