// Moving many issues to another project (Cloud, sheet §17.3). The document names the resource only: bodies and answers are as the
// vendor's public interface has them.

import type { SandboxReply } from "../imitation.ts";
import { doAll } from "./bulkTasks.ts";
import { isObject, json, stringsOf, type Call, type Route } from "./call.ts";
import { editIssue, moveIssue } from "./issueDeeds.ts";
import type { Issue, Project } from "./model.ts";
import { bad } from "./problem.ts";
import { actorOf } from "./routesIssue.ts";
import type { World } from "./world.ts";

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
  return doAll(call, wishes.map((wish) => ({ names: wish.names, run: (issue) => moveOne(call, issue, wish) })), "moved");
};

export const bulkRoutes: readonly Route[] = [{ method: "POST", path: "/bulk/issues/move", only: "cloud", run: move }];
