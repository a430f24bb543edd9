// Sprints and what issues do in them: the state machine, moving, ranking (sheet §13).

import { change } from "./change.ts";
import type { Board, Issue, Sprint } from "./model.ts";
import { demand } from "./permissions.ts";
import { bad, badField, forbidden, missing, refuse } from "./problem.ts";
import { rankBeside } from "./rank.ts";
import type { Actor } from "./rich.ts";
import { withSprint } from "./setFields.ts";
import { parseTime } from "./time.ts";
import { typeOf } from "./workflow.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

const checkedName = (world: World, raw: unknown): string => {
  const name = typeof raw === "string" ? raw.trim() : "";
  if (name === "") throw badField("name", "The sprint name must be specified.");
  if (name.length > world.options.sprintNameLimit) throw badField("name", `The sprint name must be shorter than ${world.options.sprintNameLimit} characters.`);
  return name;
};

const instant = (body: Json, name: "startDate" | "endDate", now: number | null, full: boolean): number | null => {
  const given = body[name];
  if (given === undefined) return full ? null : now;
  if (given === null || given === "") return null;
  const at = parseTime(String(given), true);
  if (at === null) throw badField(name, `The date '${String(given)}' is not valid.`);
  return at;
};

const ordered = (start: number | null, end: number | null): void => {
  if (start !== null && end !== null && end <= start) throw badField("endDate", "The end date must be after the start date.");
};

const boardOf = (world: World, raw: unknown): Board => {
  const board = world.tables.boards.get(String(raw));
  if (!board) throw bad("The board does not exist or you do not have permission to view it.");
  if (board.type === "kanban") throw bad("The board does not support sprints");
  return board;
};

export const createSprint = (actor: Actor, body: Json): Sprint => {
  const { world } = actor;
  const name = checkedName(world, body["name"]);
  if (body["originBoardId"] === undefined || body["originBoardId"] === null) throw badField("originBoardId", "The origin board must be specified.");
  const board = boardOf(world, body["originBoardId"]);
  demand(actor, "MANAGE_SPRINTS_PERMISSION", "You do not have permission to create sprints.");
  const [startDate, endDate] = [instant(body, "startDate", null, true), instant(body, "endDate", null, true)];
  ordered(startDate, endDate);
  const id = String(world.next("sprint"));
  const sprint: Sprint = {
    id, name, state: "future", boardId: board.id, goal: String(body["goal"] ?? ""), startDate, endDate, completeDate: null, activatedDate: null, createdDate: world.now(), sequence: Number(id), properties: {},
  };
  world.tables.sprints.set(id, sprint);
  world.outdate();
  return sprint;
};

/** future → active (needs both dates) → closed; nothing else. */
const advanced = (world: World, sprint: Sprint, next: Sprint): Sprint => {
  if (next.state === sprint.state) return next;
  if (sprint.state === "future" && next.state === "active") {
    if (next.startDate === null || next.endDate === null) throw bad("The sprint must have a start date and an end date before it can be started.");
    const others = [...world.tables.sprints.values()].some((row) => row.id !== sprint.id && row.boardId === sprint.boardId && row.state === "active");
    if (others && !world.options.parallelSprints) throw bad("Cannot start the sprint as another sprint is already active on this board.");
    return { ...next, activatedDate: world.now() };
  }
  if (sprint.state === "active" && next.state === "closed") return { ...next, completeDate: world.now() };
  throw bad(`Invalid sprint state transition: from '${sprint.state}' to '${next.state}'.`);
};

const STATES = new Set(["future", "active", "closed"]);

const readState = (body: Json, now: Sprint["state"]): Sprint["state"] => {
  const given = body["state"];
  if (given === undefined || given === null) return now;
  const state = String(given).toLowerCase();
  if (!STATES.has(state)) throw badField("state", `The state '${String(given)}' is not valid.`);
  return state as Sprint["state"];
};

/** `full` is PUT: what is missing becomes null; name and state are demanded. */
export const updateSprint = (actor: Actor, sprint: Sprint, body: Json, full: boolean): Sprint => {
  const { world } = actor;
  demand(actor, "MANAGE_SPRINTS_PERMISSION", "You do not have permission to manage sprints.");
  if (full && (body["name"] === undefined || body["state"] === undefined)) throw bad("The name and the state of the sprint must be specified.");
  const name = body["name"] === undefined ? sprint.name : checkedName(world, body["name"]);
  const goal = body["goal"] === undefined ? (full ? "" : sprint.goal) : String(body["goal"] ?? "");
  const state = readState(body, sprint.state);
  if (sprint.state === "closed") return closedEdit(actor, sprint, { ...sprint, name, goal }, body, state);
  const [startDate, endDate] = [instant(body, "startDate", sprint.startDate, full), instant(body, "endDate", sprint.endDate, full)];
  ordered(startDate, endDate);
  const next = advanced(world, sprint, { ...sprint, name, goal, startDate, endDate, state });
  world.tables.sprints.set(sprint.id, next);
  world.outdate();
  return next;
};

const closedEdit = (actor: Actor, sprint: Sprint, next: Sprint, body: Json, state: Sprint["state"]): Sprint => {
  const { world } = actor;
  if (!world.options.closedSprintEditable) throw bad("A closed sprint cannot be updated.");
  if (state !== "closed") throw bad(`Invalid sprint state transition: from 'closed' to '${state}'.`);
  const same = (name: "startDate" | "endDate"): boolean => body[name] === undefined || body[name] === null || parseTime(String(body[name]), true) === sprint[name];
  if (!same("startDate") || !same("endDate")) throw bad("Only the name and the goal of a closed sprint can be updated.");
  world.tables.sprints.set(sprint.id, next);
  world.outdate();
  return next;
};

const leave = (actor: Actor, issue: Issue, sprintId: string): void => {
  change(actor.world, actor.user.id, issue, { ...issue, sprints: issue.sprints.filter((id) => id !== sprintId) });
};

export const deleteSprint = (actor: Actor, sprint: Sprint): void => {
  const { world } = actor;
  demand(actor, "MANAGE_SPRINTS_PERMISSION", "You do not have permission to manage sprints.");
  if (!world.cloud && sprint.state !== "future") throw bad("A started or closed sprint cannot be deleted.");
  for (const issue of [...world.issues.values()]) if (issue.sprints.includes(sprint.id)) leave(actor, issue, sprint.id);
  world.tables.sprints.delete(sprint.id);
  world.outdate();
};

export const swapSprints = (actor: Actor, sprint: Sprint, other: Sprint): void => {
  const { sprints } = actor.world.tables;
  sprints.set(sprint.id, { ...sprint, sequence: other.sequence });
  sprints.set(other.id, { ...other, sequence: sprint.sequence });
};

export const issuesNamed = (actor: Actor, raw: unknown, status = 400): readonly Issue[] => {
  const { world } = actor;
  if (!Array.isArray(raw) || raw.length === 0) throw bad("The list of issues must not be empty.");
  if (raw.length > 50) throw bad("The number of issues must not exceed 50.");
  return raw.map((one) => {
    const found = typeof one === "number" || /^\d+$/.test(String(one)) ? world.issues.get(Number(one)) : world.byKey(String(one));
    if (!found) throw refuse(status, [`Issue does not exist or you do not have permission to see it: ${String(one)}`]);
    return found;
  });
};

const demandMove = (actor: Actor): void => {
  demand(actor, "SCHEDULE_ISSUES", "You do not have permission to schedule issues.");
  demand(actor, "EDIT_ISSUES", "You do not have permission to edit issues.");
};

export const moveToSprint = (actor: Actor, sprint: Sprint, issues: readonly Issue[]): void => {
  const { world } = actor;
  demandMove(actor);
  if (sprint.state === "closed") throw bad("Issues can be moved to a future or active sprint only.");
  const child = issues.find((issue) => typeOf(world, issue).subtask);
  if (child) throw bad(`Issue ${child.key} is a sub-task and cannot be moved to a sprint on its own.`);
  for (const issue of issues) if (!issue.sprints.includes(sprint.id)) change(world, actor.user.id, issue, { ...issue, sprints: withSprint(world, issue.sprints, sprint.id) });
};

export const moveToBacklog = (actor: Actor, issues: readonly Issue[]): void => {
  demandMove(actor);
  for (const issue of issues) change(actor.world, actor.user.id, issue, { ...issue, sprints: withSprint(actor.world, issue.sprints, null) });
};

/** Ranking an issue against itself changes nothing and is accepted. */
export const rankIssues = (actor: Actor, issues: readonly Issue[], body: Json): void => {
  const { world } = actor;
  const [before, after] = [body["rankBeforeIssue"], body["rankAfterIssue"]];
  if ((before === undefined || before === null) && (after === undefined || after === null)) return;
  demand(actor, "SCHEDULE_ISSUES", "You do not have permission to rank issues.");
  const name = String(before ?? after);
  let anchor = /^\d+$/.test(name) ? world.issues.get(Number(name)) : world.byKey(name);
  if (!anchor) throw missing(`Issue does not exist or you do not have permission to see it: ${name}`);
  const list = issues.filter((issue) => issue.id !== anchor?.id);
  const moving = new Set(list.map((issue) => issue.id));
  const line = before === undefined || before === null ? list : [...list].reverse();
  for (const issue of line) {
    moving.delete(issue.id);
    const current = world.issues.get(issue.id) ?? issue;
    const rank = rankBeside(world, anchor, before === undefined || before === null ? "after" : "before", new Set([...moving, issue.id]));
    anchor = change(world, actor.user.id, current, { ...current, rank }, { moves: world.options.rankMovesUpdated });
  }
};

/** Epics: membership is `parent` on Cloud, the Epic Link on Data Center. */
export const moveToEpic = (actor: Actor, epic: Issue | null, issues: readonly Issue[]): void => {
  const { world } = actor;
  demand(actor, "EDIT_ISSUES", "You do not have permission to edit issues.");
  const wrong = issues.find((issue) => typeOf(world, issue).hierarchyLevel !== 0);
  if (wrong) throw forbidden(`Issue ${wrong.key} cannot be assigned to an epic.`);
  for (const issue of issues) change(world, actor.user.id, issue, world.cloud ? { ...issue, parentId: epic?.id ?? null } : { ...issue, epicId: epic?.id ?? null });
};
