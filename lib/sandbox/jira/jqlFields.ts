// The fields of JQL: what each holds in an issue, how its values are named, which operators it takes (sheet §5.3).

import { customSpecs } from "./jqlCustom.ts";
import type { Value } from "./jqlParse.ts";
import { byName, epicOf, epicSpec, idOf, issueSpec, one, people, same, userByWords, versionSpec, type Catalogue, type Ids, type JqlContext, type Spec } from "./jqlSpec.ts";
import type { Issue } from "./model.ts";
import { holds, PERMISSIONS } from "./permissions.ts";
import { plainText } from "./rich.ts";
import { CATEGORIES } from "./seed.ts";
import type { World } from "./world.ts";

/** What somebody leads: the caller, or the user named. */
const ledBy = (rows: ReadonlyMap<string, { readonly id: string; readonly lead: string | null }>) => (context: JqlContext, args: readonly string[]): Ids => {
  const users = args[0] === undefined ? one(context.user?.id ?? null) : userByWords(context, { kind: "value", text: args[0], quoted: true }) ?? [];
  return [...rows.values()].filter((row) => row.lead !== null && users.includes(row.lead)).map((row) => row.id);
};

const projectFunctions = (world: World) => {
  const { projects, roles } = world.tables;
  const allowed = (context: JqlContext, test: (key: string) => boolean): Ids => (PERMISSIONS.some((row) => test(row.key) || test(row.name)) && context.user ? [...projects.keys()] : []);
  return {
    projectsleadbyuser: ledBy(projects),
    projectswhereuserhaspermission: (context: JqlContext, args: readonly string[]): Ids => allowed(context, (name) => same(name, args[0] ?? "") && PERMISSIONS.some((row) => (row.name === name || row.key === name) && holds(world, context.user, row.key))),
    projectswhereuserhasrole: (context: JqlContext, args: readonly string[]): Ids => {
      const role = [...roles.values()].find((row) => same(row.name, args[0] ?? "") || row.id === args[0]);
      return role && context.user ? [...projects.values()].filter((row) => row.actors?.[role.id]?.users.includes(context.user?.id ?? "") ?? true).map((row) => row.id) : [];
    },
  };
};

const listFields = (world: World): Readonly<Record<string, Spec>> => {
  const { tables } = world;
  const projectIds = (_context: JqlContext, value: Value): Ids | null => {
    const found = [...tables.projects.values()].filter((row) => row.id === value.text || same(row.key, value.text) || same(row.name, value.text) || row.formerKeys.some((key) => same(key, value.text)));
    return found.length > 0 && _context.user ? found.map((row) => row.id) : _context.user ? null : [];
  };
  const category = (doc: Issue): Ids => one(tables.statuses.get(doc.statusId)?.category ?? null);
  return {
    project: { kind: "ids", values: (doc) => [doc.projectId], resolve: projectIds, functions: projectFunctions(world), sort: (doc) => tables.projects.get(doc.projectId)?.name ?? null },
    projecttype: { kind: "ids", values: (doc) => one(tables.projects.get(doc.projectId)?.typeKey ?? null), resolve: (_context, value) => [value.text.toLowerCase()] },
    category: { kind: "ids", values: () => [], resolve: () => null },
    issuetype: {
      kind: "ids", values: (doc) => [doc.typeId], resolve: byName(tables.types), history: ["issuetype"], sort: (doc) => tables.types.get(doc.typeId)?.name ?? null,
      functions: { standardissuetypes: () => [...tables.types.values()].filter((type) => !type.subtask).map((type) => type.id), subtaskissuetypes: () => [...tables.types.values()].filter((type) => type.subtask).map((type) => type.id) },
    },
    status: { kind: "ids", values: (doc) => [doc.statusId], resolve: byName(tables.statuses), history: ["status"], sort: (doc) => Number(doc.statusId) },
    statuscategory: {
      kind: "ids", values: category, sort: (doc) => Number(category(doc)[0] ?? 0),
      resolve: (_context, value) => CATEGORIES.filter((row) => same(row.name, value.text) || same(row.key, value.text) || String(row.id) === value.text).map((row) => String(row.id)),
    },
    priority: { kind: "ids", values: (doc) => idOf(doc, "priority"), resolve: byName(tables.priorities), order: (id) => -Number(id), history: ["priority"], sort: (doc) => -Number(idOf(doc, "priority")[0] ?? 99) },
    resolution: {
      kind: "ids", values: (doc) => idOf(doc, "resolution"), history: ["resolution"], sort: (doc) => Number(idOf(doc, "resolution")[0] ?? 0),
      resolve: (context, value) => (same(value.text, "unresolved") ? [""] : byName(tables.resolutions)(context, value)),
    },
    labels: { kind: "ids", values: (doc) => idOf(doc, "labels").map((label) => label.toLowerCase()), resolve: (_context, value) => [value.text.toLowerCase()], sort: (doc) => idOf(doc, "labels")[0] ?? null },
    component: { kind: "ids", values: (doc) => idOf(doc, "components"), resolve: byName(tables.components), names: (id) => tables.components.get(id)?.name, functions: { componentsleadbyuser: ledBy(tables.components) }, sort: (doc) => tables.components.get(idOf(doc, "components")[0] ?? "")?.name ?? null },
    fixversion: versionSpec(world, (doc) => idOf(doc, "fixVersions"), ["Fix Version"]),
    affectedversion: versionSpec(world, (doc) => idOf(doc, "versions"), ["Version"]),
    level: { kind: "ids", values: (doc) => idOf(doc, "security"), resolve: byName(tables.securityLevels) },
  };
};

const linkWords = (world: World, doc: Issue): Ids => world.linksOf(doc.id).flatMap((link) => {
  const type = world.tables.linkTypes.get(link.typeId);
  return type ? [type.name.toLowerCase(), (link.from === doc.id ? type.outward : type.inward).toLowerCase()] : [];
});

const treeFields = (world: World): Readonly<Record<string, Spec>> => ({
  parent: issueSpec((doc) => one(doc.parentId)),
  "epic link": epicSpec(world),
  parentepic: issueSpec((doc) => one(epicOf(world, doc))),
  issuelinktype: { kind: "ids", values: (doc) => linkWords(world, doc), resolve: (_context, value) => [value.text.toLowerCase()] },
  issuelink: issueSpec((doc) => world.linksOf(doc.id).map((link) => String(link.from === doc.id ? link.to : link.from))),
  subtasks: issueSpec((doc) => world.childrenOf(doc.id).map((child) => String(child.id))),
});

const day = (doc: Issue, name: string): string | null => {
  const value = doc.values[name];
  return typeof value === "string" ? value : null;
};

/** Work done in percent of the first estimate. */
const ratio = (doc: Issue): number | null => {
  const [spent, estimate] = [doc.values["timespent"], doc.values["timeoriginalestimate"]];
  return typeof estimate === "number" && estimate > 0 ? Math.round((100 * (typeof spent === "number" ? spent : 0)) / estimate) : null;
};

const statusSince = (doc: Issue): number => doc.histories.findLast((history) => history.items.some((line) => line.field === "status"))?.created ?? doc.created;

const plainFields = (world: World): Readonly<Record<string, Spec>> => {
  const rich = (doc: Issue, name: string): string => plainText((doc.values[name] ?? null) as never);
  const summary = (doc: Issue): string => String(doc.values["summary"] ?? "");
  const comments = (doc: Issue): readonly string[] => doc.comments.map((comment) => plainText(comment.body));
  const customTexts = [...world.tables.fields.values()].filter((field) => field.custom && (field.kind === "string" || field.kind === "rich")).map((field) => field.id);
  const duration = (name: string): Spec => ({ kind: "number", duration: true, number: (doc) => (typeof doc.values[name] === "number" ? (doc.values[name] as number) : null) });
  return {
    summary: { kind: "text", texts: (doc) => [summary(doc)], sort: (doc) => summary(doc).toLowerCase() },
    description: { kind: "text", texts: (doc) => [rich(doc, "description")], sort: (doc) => rich(doc, "description").toLowerCase() || null },
    environment: { kind: "text", texts: (doc) => [rich(doc, "environment")] },
    comment: { kind: "text", texts: comments },
    text: { kind: "text", texts: (doc) => [summary(doc), rich(doc, "description"), rich(doc, "environment"), ...comments(doc), ...customTexts.map((id) => rich(doc, id))] },
    created: { kind: "date", at: (doc) => doc.created, sort: (doc) => doc.created },
    updated: { kind: "date", at: (doc) => doc.updated, sort: (doc) => doc.updated },
    resolved: { kind: "date", at: (doc) => doc.resolved, sort: (doc) => doc.resolved },
    due: { kind: "day", day: (doc) => day(doc, "duedate"), sort: (doc) => day(doc, "duedate") },
    originalestimate: duration("timeoriginalestimate"), remainingestimate: duration("timeestimate"), timespent: duration("timespent"),
    votes: { kind: "number", number: (doc) => doc.votes.length, sort: (doc) => doc.votes.length },
    watchers: { kind: "number", number: (doc) => doc.watchers.length, sort: (doc) => doc.watchers.length },
    attachments: { kind: "ids", values: (doc) => doc.attachments, resolve: (_context, value) => [value.text] },
    issuekey: { kind: "key" }, hierarchylevel: { kind: "number", number: (doc) => world.tables.types.get(doc.typeId)?.hierarchyLevel ?? null },
    assignee: people((doc) => idOf(doc, "assignee"), "assignee", world), reporter: people((doc) => idOf(doc, "reporter"), "reporter", world), creator: people((doc) => one(doc.creator), "creator", world),
    watcher: people((doc) => doc.watchers, "watcher", world), voter: people((doc) => doc.votes, "voter", world), worklogauthor: people((doc) => doc.worklogs.flatMap((log) => one(log.author)), "worklogauthor", world),
    worklogcomment: { kind: "text", texts: (doc) => doc.worklogs.map((log) => plainText(log.comment)) }, worklogdate: { kind: "date", at: (doc) => doc.worklogs.at(-1)?.started ?? null, each: (doc) => doc.worklogs.map((log) => log.started) },
    lastviewed: { kind: "date", at: () => null, sort: () => null }, workratio: { kind: "number", number: ratio },
    statuscategorychangeddate: { kind: "date", at: statusSince, sort: statusSince },
  };
};

const ALIASES: Readonly<Record<string, string>> = {
  key: "issuekey", id: "issuekey", issue: "issuekey", type: "issuetype", createddate: "created", updateddate: "updated", resolutiondate: "resolved", duedate: "due", fixversions: "fixversion",
  versions: "affectedversion", components: "component", label: "labels", timeoriginalestimate: "originalestimate", timeestimate: "remainingestimate", epiclink: "epic link", security: "level",
};


export const catalogue = (world: World): Catalogue => {
  const system: Readonly<Record<string, Spec>> = { ...listFields(world), ...treeFields(world), ...plainFields(world) };
  const custom = customSpecs(world);
  return (name) => {
    const lower = name.toLowerCase();
    const known = system[ALIASES[lower] ?? lower];
    return known ? [known] : custom.get(lower) ?? [];
  };
};
