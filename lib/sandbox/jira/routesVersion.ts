// The resources of versions and components (sheet §12).

import type { SandboxReply } from "../imitation.ts";
import { created, findProject, json, noContent, ok, pageBean, param, platformBase, text, type Call, type Route } from "./call.ts";
import type { Component, Version } from "./model.ts";
import { narrowed, type Narrowing } from "./narrow.ts";
import { missing } from "./problem.ts";
import { actorOf } from "./routesIssue.ts";
import { versionsOf } from "./routesProject.ts";
import { fullComponent, fullVersion, type Shown } from "./shapes.ts";
import { createVersion, moveVersion, removeComponent, removeVersion, saveComponent, updateVersion } from "./versions.ts";
import { byId } from "./world.ts";

const version = (call: Call): Version => {
  const found = call.user ? call.world.tables.versions.get(param(call, "id")) : undefined;
  if (!found) throw missing(`Could not find version for id '${param(call, "id")}'`);
  return found;
};

const component = (call: Call): Component => {
  const found = call.user ? call.world.tables.components.get(param(call, "id")) : undefined;
  if (!found) throw missing(`The component with id ${param(call, "id")} does not exist.`);
  return found;
};

const status = (row: Version): string => (row.archived ? "archived" : row.released ? "released" : "unreleased");

const VERSIONS: Narrowing<Version> = {
  any: { status, projectIds: (row) => row.projectId }, part: { query: (row) => [row.name, row.description] },
  orders: { name: (row) => row.name, description: (row) => row.description, sequence: (row) => row.sequence, releaseDate: (row) => row.releaseDate, startDate: (row) => row.startDate },
};

const allVersions = (call: Call): SandboxReply =>
  ok(pageBean(call, narrowed(call, [...call.world.tables.projects.values()].flatMap((project) => versionsOf(call, project)), VERSIONS), { usual: 100, most: 1000 }, (row) => fullVersion(call, row)));

const pageOfVersions = (call: Call): SandboxReply => {
  return ok(pageBean(call, narrowed(call, versionsOf(call, findProject(call, param(call, "project"))), VERSIONS), { usual: 50, most: 50 }, (row) => fullVersion(call, row)));
};

const counts = (call: Call): SandboxReply => {
  const row = version(call);
  const having = (field: string): number => [...call.world.issues.values()].filter((issue) => Array.isArray(issue.values[field]) && (issue.values[field] as readonly string[]).includes(row.id)).length;
  return ok({ self: `${platformBase(call)}/version/${row.id}`, issuesFixedCount: having("fixVersions"), issuesAffectedCount: having("versions"), issueCountWithCustomFieldsShowingVersion: 0, customFieldUsage: [] });
};

const unresolved = (call: Call): SandboxReply => {
  const row = version(call);
  const fixed = [...call.world.issues.values()].filter((issue) => Array.isArray(issue.values["fixVersions"]) && (issue.values["fixVersions"] as readonly string[]).includes(row.id));
  return ok({ self: `${platformBase(call)}/version/${row.id}`, issuesUnresolvedCount: fixed.filter((issue) => typeof issue.values["resolution"] !== "string").length, issuesCount: fixed.length });
};

const swapOut = (call: Call): SandboxReply => {
  const body = json(call);
  removeVersion(actorOf(call), version(call), body["moveFixIssuesTo"], body["moveAffectedIssuesTo"]);
  return noContent();
};

const merge = (call: Call): SandboxReply => {
  if (!call.world.tables.versions.has(param(call, "other"))) throw missing(`Could not find version for id '${param(call, "other")}'`);
  removeVersion(actorOf(call), version(call), param(call, "other"), param(call, "other"));
  return noContent();
};

const drop = (call: Call): SandboxReply => {
  removeVersion(actorOf(call), version(call), text(call, "moveFixIssuesTo"), text(call, "moveAffectedIssuesTo"));
  return noContent();
};

const componentsOf = (call: Call): readonly Component[] => {
  const project = findProject(call, param(call, "project"));
  return [...call.world.tables.components.values()].filter((row) => row.projectId === project.id).sort((one, two) => byId(one.id, two.id));
};

/** A page of components: of one project, or of those that are named. */
const pageOfComponents = (call: Call, rows: readonly Component[]): SandboxReply => {
  const keyOf = (row: Component): readonly string[] => [row.projectId, call.world.tables.projects.get(row.projectId)?.key ?? ""];
  const chosen = narrowed(call, rows, {
    any: { projectIds: (row) => row.projectId, projectIdsOrKeys: keyOf }, part: { query: (row) => [row.name, row.description] }, orders: { name: (row) => row.name, description: (row) => row.description },
  });
  return ok(pageBean(call, chosen, { usual: 50, most: call.world.cloud ? 50 : 100 }, (row) => shown(call, row)));
};

const allComponents = (call: Call): SandboxReply => pageOfComponents(call, [...call.world.tables.components.values()].sort((one, two) => byId(one.id, two.id)));

const dropComponent = (call: Call): SandboxReply => {
  removeComponent(actorOf(call), component(call), text(call, "moveIssuesTo"));
  return noContent();
};

const componentCounts = (call: Call): SandboxReply => {
  const row = component(call);
  return ok({ self: `${platformBase(call)}/component/${row.id}`, issueCount: [...call.world.issues.values()].filter((issue) => Array.isArray(issue.values["components"]) && (issue.values["components"] as readonly string[]).includes(row.id)).length });
};

const shown = (call: Call, row: Component): Shown => fullComponent(call, row);

export const versionRoutes: readonly Route[] = [
  { method: "GET", path: "/project/{project}/versions", anonymous: true, run: (call) => ok(versionsOf(call, findProject(call, param(call, "project"))).map((row) => fullVersion(call, row))) },
  { method: "GET", path: "/project/{project}/version", anonymous: true, run: pageOfVersions },
  { method: "POST", path: "/version", run: (call) => created(fullVersion(call, createVersion(actorOf(call), json(call)))) },
  { method: "GET", path: "/version/{id}", anonymous: true, run: (call) => ok(fullVersion(call, version(call))) },
  { method: "PUT", path: "/version/{id}", run: (call) => ok(fullVersion(call, updateVersion(actorOf(call), version(call), json(call)))) },
  { method: "DELETE", path: "/version/{id}", run: drop },
  { method: "POST", path: "/version/{id}/move", run: (call) => ok(fullVersion(call, moveVersion(actorOf(call), version(call), json(call)))) },
  { method: "PUT", path: "/version/{id}/mergeto/{other}", run: merge },
  { method: "POST", path: "/version/{id}/removeAndSwap", run: swapOut },
  { method: "GET", path: "/version/{id}/relatedIssueCounts", anonymous: true, run: counts },
  { method: "GET", path: "/version/{id}/unresolvedIssueCount", anonymous: true, run: unresolved },
  { method: "GET", path: "/project/{project}/components", anonymous: true, run: (call) => ok(componentsOf(call).map((row) => shown(call, row))) },
  { method: "GET", path: "/project/{project}/component", only: "cloud", anonymous: true, run: (call) => pageOfComponents(call, componentsOf(call)) },
  { method: "GET", path: "/component/page", only: "dc", anonymous: true, run: allComponents },
  { method: "GET", path: "/component", only: "cloud", anonymous: true, run: allComponents },
  { method: "GET", path: "/version", only: "dc", anonymous: true, run: allVersions },
  { method: "POST", path: "/component", run: (call) => created(shown(call, saveComponent(actorOf(call), json(call), null))) },
  { method: "GET", path: "/component/{id}", anonymous: true, run: (call) => ok(shown(call, component(call))) },
  { method: "PUT", path: "/component/{id}", run: (call) => ok(shown(call, saveComponent(actorOf(call), json(call), component(call)))) },
  { method: "DELETE", path: "/component/{id}", run: dropComponent },
  { method: "GET", path: "/component/{id}/relatedIssueCounts", anonymous: true, run: componentCounts },
];
