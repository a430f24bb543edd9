// What only a check asks: which statuses may follow where issues stand, told issue by issue from Redmine 5.0 on. The workflow
// itself, and what it lets a new issue begin with, is no part of the interface. Writes nothing.

import type { Inspection } from "../connector.ts";
import type { Project, Site } from "./session.ts";
import type { TypeDef } from "./types.ts";
import { idOf, type Json, objectsAt, own, textAt } from "./wire.ts";

const MOST_STATUSES = 20;
/** Issues looked at of each status: what may follow also hangs on who made it and who has it. */
const EACH = 2;

const standing = async (site: Site, project: Project, type: TypeDef, status: string): Promise<readonly Json[]> =>
  objectsAt(await site.client.must({ method: "GET", path: "/issues.json", query: { project_id: project.number, tracker_id: type.tracker, status_id: status, sort: "updated_on:desc", limit: EACH } }), "issues");

/** undefined: gone since, or a Redmine that does not tell. */
const followers = async (site: Site, issue: Json): Promise<readonly string[] | undefined> => {
  const reply = await site.client.ask({ method: "GET", path: `/issues/${idOf(issue)}.json`, query: { include: "allowed_statuses" } });
  const told = own(own(reply.body, "issue"), "allowed_statuses");
  return reply.status < 300 && Array.isArray(told) ? told.map((status) => textAt(status, "name")) : undefined;
};

export const inspectTracker = async (site: Site, project: Project, type: TypeDef): Promise<Inspection> => {
  const statuses = (type.schema.fields.find(({ name }) => name === "status")?.choices ?? []).slice(0, MOST_STATUSES);
  const workflow = new Map<string, readonly string[]>();
  // One after the other: small instances on SQLite refuse calls that come at the same time.
  for (const { id = "", name } of statuses) {
    for (const issue of await standing(site, project, type, id)) {
      const told = await followers(site, issue);
      if (told !== undefined) workflow.set(name, [...new Set([...(workflow.get(name) ?? []), ...told])]);
    }
  }
  const untold = "Redmine tells its workflow only by the issues that stand there, from 5.0 on";
  return workflow.size === 0 ? { untold, hiding: [] } : { workflow, unseen: statuses.map(({ name }) => name).filter((name) => !workflow.has(name)), untold, hiding: [] };
};
