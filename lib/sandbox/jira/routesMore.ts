// Small things that client suites look at on their way: completion data, templates, bulk properties.

import type { SandboxReply } from "../imitation.ts";
import { caller, json, lookUpIssue, objectsOf, ok, param, platformBase, stringsOf, text, type Call, type Json, type Route } from "./call.ts";
import { holds } from "./permissions.ts";
import { checkProperties } from "./properties.ts";
import { bad, missing } from "./problem.ts";

const templates = (): SandboxReply => ok({
  projectTemplatesGroupedByType: [{ projectTypeBean: { projectTypeKey: "software" }, projectTemplates: ["scrum", "kanban", "basic"].map((name) => ({ projectTemplateModuleCompleteKey: `com.pyxis.greenhopper.jira:gh-${name}-template`, name: `${name[0]?.toUpperCase() ?? ""}${name.slice(1)} software development`, projectTypeKey: "software" })) }],
});

const completion = (call: Call): SandboxReply => {
  const fields = [...call.world.tables.fields.values()].filter((field) => field.clauseNames.length > 0);
  const functions = ["currentUser()", "now()", "startOfDay()", "endOfDay()", "startOfWeek()", "startOfMonth()", "openSprints()", "closedSprints()", "futureSprints()", "membersOf(\"\")", "releasedVersions()", "unreleasedVersions()"];
  return ok({
    visibleFieldNames: fields.map((field) => ({ value: field.clauseNames[0], displayName: field.custom ? `${field.name} - cf[${field.id.slice(12)}]` : field.name, orderable: "true", searchable: "true", operators: ["=", "!=", "in", "not in", "is", "is not"], types: ["java.lang.String"], ...(field.custom ? { cfid: field.clauseNames[0] } : {}) })),
    visibleFunctionNames: functions.map((name) => ({ value: name, displayName: name, types: ["java.lang.String"] })), jqlReservedWords: ["and", "or", "not", "in", "is", "empty", "null", "order", "by", "was", "changed"],
  });
};

const suggestions = (call: Call): SandboxReply => {
  const [name, start] = [(text(call, "fieldName") ?? "").toLowerCase(), (text(call, "fieldValue") ?? "").toLowerCase()];
  const { tables } = call.world;
  const rows: Readonly<Record<string, Iterable<{ readonly name: string }>>> = { status: tables.statuses.values(), issuetype: tables.types.values(), priority: tables.priorities.values(), resolution: tables.resolutions.values(), fixversion: tables.versions.values(), component: tables.components.values() };
  return ok({ results: [...(rows[name] ?? [])].filter((row) => row.name.toLowerCase().startsWith(start)).map((row) => ({ value: row.name, displayName: row.name })) });
};

const task = (call: Call): SandboxReply => ({ status: 303, headers: { Location: `${platformBase(call)}/task/10000` } });

const keep = (call: Call, id: string, properties: Json): void => {
  const issue = lookUpIssue(call.world, call.user, id);
  if (issue) call.world.save({ ...issue, properties: { ...issue.properties, ...checkProperties(Object.entries(properties).map(([key, value]) => ({ key, value }))) } });
};

/** The same properties on many issues, or each its own. The vendor works in the background; here it is done at once. */
const setMany = (call: Call): SandboxReply => {
  const body = json(call);
  const ids = stringsOf(body["entitiesIds"]);
  if (ids.length === 0 || ids.length > 10_000) throw bad("entitiesIds must hold between 1 and 10000 issues.");
  for (const id of ids) keep(call, id, (body["properties"] ?? {}) as Json);
  return task(call);
};

const setEach = (call: Call): SandboxReply => {
  const issues = json(call)["issues"];
  if (!Array.isArray(issues) || issues.length > 100) throw bad("issues must hold at most 100 issues.");
  for (const entry of objectsOf(issues)) keep(call, String(entry["issueID"]), (entry["properties"] ?? {}) as Json);
  return task(call);
};

const TYPES = [{ key: "software", formattedKey: "Software", descriptionI18nKey: "", color: "#3b7fc4", icon: "" }] as const;

const typeOf = (call: Call): SandboxReply => {
  const found = TYPES.find((one) => one.key === param(call, "type"));
  if (!found) throw missing(`The project type '${param(call, "type")}' does not exist.`);
  return ok(found);
};

/** Nothing personal stands in the imitation's queries, so there is nothing to hide. */
const sanitize = (call: Call): SandboxReply => ok({ queries: objectsOf(json(call)["queries"]).map((row) => ({ initialQuery: row["query"], sanitizedQuery: row["query"], ...(row["accountId"] === undefined ? {} : { accountId: row["accountId"] }) })) });

const permitted = (call: Call): SandboxReply => {
  const wanted = stringsOf(json(call)["permissions"]);
  if (wanted.length === 0) throw bad("No permissions were given.");
  const all = wanted.every((name) => call.user !== null && holds(call.world, call.user, name));
  return ok({ projects: all ? [...call.world.tables.projects.values()].map((project) => ({ id: Number(project.id), key: project.key })) : [] });
};

const watching = (call: Call): SandboxReply => ok({
  issuesIsWatching: Object.fromEntries(stringsOf(json(call)["issueIds"]).flatMap((id) => {
    const issue = lookUpIssue(call.world, call.user, id);
    return issue ? [[id, issue.watchers.includes(caller(call).id)]] : [];
  })),
});

export const moreRoutes: readonly Route[] = [
  { method: "GET", path: "/applicationrole", run: () => ok([{ key: "jira-software", groups: ["jira-software-users"], name: "Jira Software", defaultGroups: ["jira-software-users"], selectedByDefault: true, defined: true, numberOfSeats: -1, remainingSeats: -1, hasUnlimitedSeats: true, platform: false }]) },
  { method: "GET", path: "/jql/autocompletedata", anonymous: true, run: completion },
  { method: "POST", path: "/jql/autocompletedata", only: "cloud", anonymous: true, run: completion },
  { method: "GET", path: "/jql/autocompletedata/suggestions", anonymous: true, run: suggestions },
  { method: "GET", path: "/project/type/{type}", anonymous: true, run: typeOf },
  { method: "GET", path: "/project/type/{type}/accessible", run: typeOf },
  { method: "GET", path: "/project/type/accessible", only: "cloud", run: () => ok(TYPES) },
  { method: "POST", path: "/jql/sanitize", only: "cloud", run: sanitize },
  { method: "POST", path: "/permissions/project", only: "cloud", anonymous: true, run: permitted },
  { method: "POST", path: "/issue/watching", only: "cloud", run: watching },
  { method: "GET", path: "/mypreferences/locale", run: () => ok({ locale: "en_US" }) },
  { method: "POST", path: "/issue/properties", only: "cloud", run: setMany },
  { method: "POST", path: "/issue/properties/multi", only: "cloud", run: setEach },
];

/** From the root of the site. */
export const templateRoutes: readonly Route[] = [{ method: "GET", path: "/rest/project-templates/latest/templates", run: templates }];
