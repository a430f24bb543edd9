// Work on many issues at once (Cloud). The vendor works in the background and answers a task at once; here the work is done by then.

import type { SandboxReply } from "../imitation.ts";
import { caller, created, lookUpIssue, ok, param, type Call, type Json, type Route } from "./call.ts";
import type { Issue } from "./model.ts";
import { bad, JiraProblem, missing } from "./problem.ts";
import type { World } from "./world.ts";

interface Task {
  readonly id: string;
  readonly by: string;
  readonly at: number;
  readonly done: readonly number[];
  readonly failed: Readonly<Record<string, readonly string[]>>;
  readonly unknown: number;
}

const tasks = new WeakMap<World, Map<string, Task>>();

const MOST = 1000;

/** One deed for each of the issues named; what one refuses is told of it alone. */
export interface Deed {
  readonly names: readonly string[];
  readonly run: (issue: Issue) => void;
}

/** Does them all, and answers the task that tells of them. `what`: done to them, for people. */
export const doAll = (call: Call, deeds: readonly Deed[], what: string): SandboxReply => {
  const count = deeds.reduce((sum, { names }) => sum + names.length, 0);
  if (count === 0 || count > MOST) throw bad(`Between 1 and ${MOST} issues can be ${what} at once.`);
  const done: number[] = [];
  const failed: Record<string, readonly string[]> = {};
  let unknown = 0;
  for (const { names, run } of deeds)
    for (const name of names) {
      const issue = lookUpIssue(call.world, call.user, name);
      if (issue === undefined) {
        unknown++;
        continue;
      }
      try {
        run(issue);
        done.push(Number(issue.id));
      } catch (problem) {
        if (!(problem instanceof JiraProblem)) throw problem;
        failed[String(issue.id)] = [problem.message];
      }
    }
  const known = tasks.get(call.world) ?? new Map<string, Task>();
  tasks.set(call.world, known);
  const id = String(10_001 + known.size);
  known.set(id, { id, by: caller(call).id, at: call.world.now(), done, failed, unknown });
  return created({ taskId: id });
};

const progress = (call: Call): SandboxReply => {
  const task = tasks.get(call.world)?.get(param(call, "task"));
  if (task === undefined) throw missing("The task was not found.");
  const total = task.done.length + Object.keys(task.failed).length + task.unknown;
  const shown: Json = { taskId: task.id, status: "COMPLETE", progressPercent: 100, submittedBy: { accountId: task.by }, created: task.at, started: task.at, updated: task.at, invalidOrInaccessibleIssueCount: task.unknown, processedAccessibleIssues: task.done, failedAccessibleIssues: task.failed, totalIssueCount: total };
  return ok(shown);
};

export const taskRoutes: readonly Route[] = [{ method: "GET", path: "/bulk/queue/{task}", only: "cloud", run: progress }];
