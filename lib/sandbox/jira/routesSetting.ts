// Settings of the site, its schemes, link types, avatars and dashboards: what administrators' scripts and client suites look at.

import type { SandboxReply } from "../imitation.ts";
import { caller, created, findProject, integer, json, noContent, ok, pageBean, paged, param, platformBase, text, type Call, type Route } from "./call.ts";
import type { LinkType } from "./model.ts";
import { narrowed } from "./narrow.ts";
import { isAdmin } from "./permissions.ts";
import { badField, forbidden, missing } from "./problem.ts";
import { showLinkType, showStatus, type Shown } from "./shapes.ts";
import { workflows } from "./workflow.ts";

const admin = (call: Call): void => {
  if (!isAdmin(caller(call))) throw forbidden("You do not have permission to administer this site.");
};

const PROPERTIES: readonly { readonly id: string; readonly name: string; readonly type: string; readonly value: string }[] = [
  { id: "jira.title", name: "Title", type: "string", value: "Jira" }, { id: "jira.baseurl", name: "Base URL", type: "string", value: "" },
  { id: "jira.clone.prefix", name: "The prefix added to the Summary field of cloned issues", type: "string", value: "CLONE -" },
  { id: "jira.date.picker.java.format", name: "Date Picker Format (Java)", type: "string", value: "d/MMM/yy" }, { id: "jira.date.time.picker.java.format", name: "Date Time Picker Format (Java)", type: "string", value: "dd/MMM/yy h:mm a" },
  { id: "jira.issue.actions.order", name: "Issue action order", type: "enum", value: "asc" }, { id: "jira.table.cols.subtasks", name: "Sub-task columns", type: "string", value: "issuetype, status, assignee, progress" },
  { id: "jira.lf.favicon.hires.url", name: "jira.lf.favicon.hires.url", type: "string", value: "/images/64jira.png" }, { id: "jira.text.field.character.limit", name: "Text field character limit", type: "uint", value: "32767" },
  { id: "jira.search.views.default.max", name: "Default maximum of search views", type: "uint", value: "1000" },
];

const property = (call: Call, row: (typeof PROPERTIES)[number]): Shown => {
  const { options, tables } = call.world;
  const own: Readonly<Record<string, string>> = { "jira.title": options.serverTitle, "jira.baseurl": call.root, "jira.text.field.character.limit": String(options.textLimit), "jira.search.views.default.max": String(options.searchMax) };
  return { id: row.id, key: row.id, value: tables.settings.get(row.id)?.value ?? own[row.id] ?? row.value, name: row.name, desc: "", type: row.type, defaultValue: row.value };
};

const properties = (call: Call): SandboxReply => {
  admin(call);
  const [key, pattern] = [text(call, "key"), text(call, "keyFilter")];
  if (key !== null) {
    const row = PROPERTIES.find((one) => one.id === key);
    if (!row) throw missing(`No property with key '${key}' found.`);
    return ok(property(call, row));
  }
  const wanted = pattern === null ? "" : pattern.replace(/\.\*|\*/g, "");
  return ok(PROPERTIES.filter((row) => row.id.includes(wanted)).map((row) => property(call, row)));
};

const setProperty = (call: Call): SandboxReply => {
  admin(call);
  const row = PROPERTIES.find((one) => one.id === param(call, "id"));
  if (!row) throw missing(`No property with key '${param(call, "id")}' found.`);
  call.world.tables.settings.set(row.id, { id: row.id, value: String(json(call)["value"] ?? "") });
  return ok(property(call, row));
};

const scheme = (call: Call, path: string, id: number, name: string): Shown => ({ id, self: `${platformBase(call)}/${path}/${id}`, name, description: name });

interface Scheme {
  readonly path: string;
  readonly id: number;
  readonly name: string;
}

const SCHEMES = {
  permission: { path: "permissionscheme", id: 0, name: "Default Permission Scheme" }, notification: { path: "notificationscheme", id: 10000, name: "Default Notification Scheme" },
  security: { path: "issuesecurityschemes", id: 10000, name: "Default Issue Security Scheme" }, priority: { path: "priorityschemes", id: 10000, name: "Default priority scheme" }, workflow: { path: "workflowscheme", id: 10000, name: "Default Workflow Scheme" },
  types: { path: "issuetypescheme", id: 10000, name: "Default Issue Type Scheme" }, screens: { path: "screens", id: 1, name: "Default Screen" },
} as const satisfies Readonly<Record<string, Scheme>>;

const shown = (call: Call, one: Scheme): Shown => scheme(call, one.path, one.id, one.name);

const levels = (call: Call): readonly Shown[] => [...call.world.tables.securityLevels.values()].map((row) => ({ self: `${platformBase(call)}/securitylevel/${row.id}`, id: row.id, name: row.name, description: row.description }));

const level = (call: Call): SandboxReply => {
  const found = levels(call).find((row) => row["id"] === param(call, "id"));
  if (!found) throw missing(`The security level with id '${param(call, "id")}' does not exist.`);
  return ok(found);
};

const ofProject = (one: Scheme, more: (call: Call) => Shown = () => ({})) => (call: Call): SandboxReply => {
  findProject(call, param(call, "project"));
  return ok({ ...shown(call, one), ...more(call) });
};

const byItself = (one: Scheme, more: (call: Call) => Shown = () => ({})) => (call: Call): SandboxReply => {
  if (param(call, "id") !== String(one.id)) throw missing(`No ${one.path} with id '${param(call, "id")}' found.`);
  return ok({ ...shown(call, one), ...more(call) });
};

const graph = (call: Call, one: (typeof workflows)[number]): Shown => ({
  id: { name: one.name, entityId: one.name === "Bug Workflow" ? "bug-workflow" : "software-workflow" }, description: "", transitions: one.transitions.map((step) => ({ id: step.id, name: step.name, from: step.from ?? [], to: step.to, type: step.from ? "directed" : "global" })),
  statuses: one.statuses.flatMap((id) => {
    const row = call.world.tables.statuses.get(id);
    return row ? [{ id, name: showStatus(call, row)["name"] }] : [];
  }),
});

const workflowList = (call: Call): SandboxReply => {
  admin(call);
  return ok(workflows.map((one) => ({ name: one.name, description: "", lastModifiedDate: "", lastModifiedUser: "", steps: one.statuses.length, default: false })));
};

const AVATAR = { id: "10122", isSystemAvatar: true, isSelected: true, isDeletable: false } as const;

const avatar = (call: Call): Shown => ({ ...AVATAR, urls: { "16x16": `${call.root}/secure/useravatar?size=xsmall&avatarId=10122`, "48x48": `${call.root}/secure/useravatar?avatarId=10122` } });

const board = (call: Call): Shown => ({
  id: "10000", name: "System dashboard", description: "", isFavourite: false, popularity: 1, self: `${platformBase(call)}/dashboard/10000`, view: call.world.cloud ? `${call.root}/jira/dashboards/10000` : `${call.root}/secure/Dashboard.jspa?selectPageId=10000`, sharePermissions: [{ id: 10000, type: "global" }],
});

const dashboards = (call: Call): SandboxReply => {
  const [startAt, maxResults] = [Math.max(0, integer(call, "startAt", 0)), Math.min(Math.max(1, integer(call, "maxResults", 20)), 1000)];
  const rows = text(call, "filter") === null ? [board(call)] : [];
  return ok({ startAt, maxResults, total: rows.length, dashboards: paged(rows, startAt, maxResults) });
};

const dashboard = (call: Call): SandboxReply => {
  if (param(call, "id") !== "10000") throw missing(`The dashboard with id '${param(call, "id")}' does not exist.`);
  return ok(board(call));
};

const linkType = (call: Call): LinkType => {
  const found = call.world.tables.linkTypes.get(param(call, "id"));
  if (!found) throw missing(`No issue link type with id '${param(call, "id")}' found.`);
  return found;
};

const saveLinkType = (call: Call, old: LinkType | null): LinkType => {
  admin(call);
  const body = json(call);
  const part = (name: "name" | "inward" | "outward"): string => String(body[name] ?? old?.[name] ?? "").trim();
  const row: LinkType = { id: old?.id ?? String(call.world.next("linkType") + 100), name: part("name"), inward: part("inward"), outward: part("outward") };
  if (row.name === "" || row.inward === "" || row.outward === "") throw badField("name", "name, inward and outward must be specified.");
  if ([...call.world.tables.linkTypes.values()].some((one) => one.id !== row.id && one.name === row.name)) throw badField("name", "Another link type with this name already exists.");
  call.world.tables.linkTypes.set(row.id, row);
  call.world.outdate();
  return row;
};

const removeLinkType = (call: Call): SandboxReply => {
  admin(call);
  const { id } = linkType(call);
  for (const link of [...call.world.tables.links.values()]) if (link.typeId === id) call.world.removeLink(link.id);
  call.world.tables.linkTypes.delete(id);
  call.world.outdate();
  return noContent();
};

const NAMES = /^[A-Z][A-Z0-9_]{1,9}$/;

const validKey = (call: Call): SandboxReply => {
  const key = (text(call, "key") ?? "").toUpperCase();
  const used = [...call.world.tables.projects.values()].find((row) => row.key === key);
  const errors = !NAMES.test(key) ? { projectKey: "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters." } : used ? { projectKey: `Project '${used.name}' uses this project key.` } : {};
  return ok({ errorMessages: [], errors });
};

export const settingRoutes: readonly Route[] = [
  { method: "GET", path: "/application-properties", run: properties },
  { method: "GET", path: "/application-properties/advanced-settings", run: properties },
  { method: "PUT", path: "/application-properties/{id}", run: setProperty },
  { method: "GET", path: "/permissionscheme", run: (call) => ok({ permissionSchemes: [{ expand: "permissions,user,group,projectRole,field,all", ...shown(call, SCHEMES.permission) }] }) },
  { method: "GET", path: "/permissionscheme/{id}", run: byItself(SCHEMES.permission, () => ({ permissions: [] })) },
  { method: "GET", path: "/notificationscheme", run: (call) => ok(pageBean(call, [shown(call, SCHEMES.notification)], { usual: 50, most: 50 }, (row) => row)) },
  { method: "GET", path: "/notificationscheme/{id}", run: byItself(SCHEMES.notification, () => ({ notificationSchemeEvents: [] })) },
  { method: "GET", path: "/issuesecurityschemes", run: (call) => ok({ issueSecuritySchemes: [shown(call, SCHEMES.security)] }) },
  { method: "GET", path: "/issuesecurityschemes/{id}", run: byItself(SCHEMES.security, (call) => ({ levels: levels(call) })) },
  { method: "GET", path: "/priorityschemes", run: (call) => ok({ startAt: 0, maxResults: 100, total: 1, schemes: [shown(call, SCHEMES.priority)] }) },
  { method: "GET", path: "/issuetypescheme", run: (call) => ok(call.world.cloud ? pageBean(call, [{ id: "10000", name: SCHEMES.types.name, description: SCHEMES.types.name, isDefault: true }], { usual: 50, most: 50 }, (row) => row) : { schemes: [shown(call, SCHEMES.types)] }) },
  { method: "GET", path: "/workflowscheme", only: "cloud", run: (call) => ok(pageBean(call, [shown(call, SCHEMES.workflow)], { usual: 50, most: 50 }, (row) => row)) },
  { method: "GET", path: "/workflow", run: workflowList },
  { method: "GET", path: "/workflow/search", only: "cloud", run: (call) => ok(pageBean(call, workflows, { usual: 50, most: 50 }, (one) => graph(call, one))) },
  { method: "GET", path: "/screens", run: (call) => ok(call.world.cloud ? pageBean(call, [shown(call, SCHEMES.screens)], { usual: 100, most: 100 }, (row) => row) : [shown(call, SCHEMES.screens)]) },
  { method: "GET", path: "/securitylevel/{id}", anonymous: true, run: level },
  { method: "GET", path: "/project/{project}/permissionscheme", run: ofProject(SCHEMES.permission) },
  { method: "GET", path: "/project/{project}/notificationscheme", run: ofProject(SCHEMES.notification, () => ({ notificationSchemeEvents: [] })) },
  { method: "GET", path: "/project/{project}/issuesecuritylevelscheme", run: ofProject(SCHEMES.security, (call) => ({ levels: levels(call) })) },
  { method: "GET", path: "/project/{project}/priorityscheme", only: "dc", run: ofProject(SCHEMES.priority, (call) => ({ defaultOptionId: "3", optionIds: [...call.world.tables.priorities.keys()] })) },
  { method: "GET", path: "/project/{project}/workflowscheme", only: "dc", run: ofProject(SCHEMES.workflow, () => ({ defaultWorkflow: workflows[0].name })) },
  { method: "GET", path: "/project/{project}/securitylevel", anonymous: true, run: (call) => ok({ levels: levels(call) }) },
  { method: "GET", path: "/project/{project}/avatars", run: (call) => ok({ system: [avatar(call)], custom: [] }) },
  { method: "GET", path: "/user/avatars", only: "dc", run: (call) => ok({ system: [avatar(call)], custom: [] }) },
  { method: "GET", path: "/avatar/{type}/system", run: (call) => ok({ system: [avatar(call)] }) },
  { method: "GET", path: "/projectCategory", run: () => ok([]) },
  { method: "GET", path: "/projectvalidate/key", run: validKey },
  { method: "GET", path: "/dashboard", anonymous: true, run: dashboards },
  { method: "GET", path: "/dashboard/{id}", anonymous: true, run: dashboard },
  { method: "GET", path: "/dashboard/search", only: "cloud", anonymous: true, run: (call) => ok(pageBean(call, narrowed(call, [board(call)], { any: { id: (row) => String(row["id"]) }, part: { dashboardName: (row) => String(row["name"]) } }), { usual: 50, most: 50 }, (row) => row)) },
  { method: "POST", path: "/issueLinkType", run: (call) => created(showLinkType(call, saveLinkType(call, null))) },
  { method: "PUT", path: "/issueLinkType/{id}", run: (call) => ok(showLinkType(call, saveLinkType(call, linkType(call)))) },
  { method: "DELETE", path: "/issueLinkType/{id}", run: removeLinkType },
];
