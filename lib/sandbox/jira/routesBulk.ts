// Moving many issues to another project (Cloud). The vendor works in the background and answers a task at once (sheet §17.3); here
// the work is done by then. The document names the resource only: bodies and answers are as the vendor's public interface has them.

import type { SandboxReply } from "../imitation.ts";
import { caller, created, isObject, json, lookUpIssue, ok, param, stringsOf, type Call, type Json, type Route } from "./call.ts";
import { editIssue, moveIssue } from "./issueDeeds.ts";
import type { Issue, Project } from "./model.ts";
import { bad, JiraProblem, missing } from "./problem.ts";
import { actorOf } from "./routesIssue.ts";
import type { World } from "./world.ts";

interface Task {
  readonly id: string;
  readonly by: string;
  readonly at: number;
  readonly moved: readonly number[];
  readonly failed: Readonly<Record<string, readonly string[]>>;
  readonly unknown: number;
}

const tasks = new WeakMap<World, Map<string, Task>>();

const MOST = 1000;

interface Wish {
  readonly to: Project;
  readonly typeId: string;
  readonly names: readonly string[];
}

/** `PROJECT,type` or `PROJECT,type,parent` → the issues that go there. */
const wishOf = (world: World, target: string, source: unknown): Wish => {
  const [where = "", type = ""] = target.split(",").map((part) => part.trim());
  const to = [...world.tables.projects.values()].find((row) => row.key === where.toUpperCase() || row.id === where);
  if (to === undefined) throw bad(`No project could be found with key or id '${where}'.`);
  if (!to.typeIds.includes(type)) throw bad(`The issue type '${type}' is not valid for the project '${to.key}'.`);
  return { to, typeId: type, names: stringsOf(isObject(source) ? source["issueIdsOrKeys"] : undefined) };
};

const moveOne = (call: Call, issue: Issue, { to, typeId }: Wish): void => {
  const actor = { ...actorOf(call), person: true };
  const moved = moveIssue(actor, issue, to);
  if (moved.typeId !== typeId) editIssue(actor, moved, { fields: { issuetype: { id: typeId } } });
};

const move = (call: Call): SandboxReply => {
  const mapping = json(call)["targetToSourcesMapping"];
  if (!isObject(mapping) || Object.keys(mapping).length === 0) throw bad("targetToSourcesMapping must name at least one target.");
  const wishes = Object.entries(mapping).map(([target, source]) => wishOf(call.world, target, source));
  const count = wishes.reduce((sum, { names }) => sum + names.length, 0);
  if (count === 0 || count > MOST) throw bad(`Between 1 and ${MOST} issues can be moved at once.`);
  const moved: number[] = [];
  const failed: Record<string, readonly string[]> = {};
  let unknown = 0;
  for (const wish of wishes)
    for (const name of wish.names) {
      const issue = lookUpIssue(call.world, call.user, name);
      if (issue === undefined) {
        unknown++;
        continue;
      }
      try {
        moveOne(call, issue, wish);
        moved.push(Number(issue.id));
      } catch (problem) {
        if (!(problem instanceof JiraProblem)) throw problem;
        failed[String(issue.id)] = [problem.message];
      }
    }
  const known = tasks.get(call.world) ?? new Map<string, Task>();
  tasks.set(call.world, known);
  const id = String(10_001 + known.size);
  known.set(id, { id, by: caller(call).id, at: call.world.now(), moved, failed, unknown });
  return created({ taskId: id });
};

const progress = (call: Call): SandboxReply => {
  const task = tasks.get(call.world)?.get(param(call, "task"));
  if (task === undefined) throw missing("The task was not found.");
  const total = task.moved.length + Object.keys(task.failed).length + task.unknown;
  const shown: Json = { taskId: task.id, status: "COMPLETE", progressPercent: 100, submittedBy: { accountId: task.by }, created: task.at, started: task.at, updated: task.at, invalidOrInaccessibleIssueCount: task.unknown, processedAccessibleIssues: task.moved, failedAccessibleIssues: task.failed, totalIssueCount: total };
  return ok(shown);
};

export const bulkRoutes: readonly Route[] = [
  { method: "POST", path: "/bulk/issues/move", only: "cloud", run: move },
  { method: "GET", path: "/bulk/queue/{task}", only: "cloud", run: progress },
];
