// An issue as GET, search and the bulk reads answer it: the chosen fields, expansions and properties (sheet §7).

import { showHistories } from "./changelog.ts";
import { showComment, visibleComments } from "./comments.ts";
import type { Attachment, Field, Issue } from "./model.ts";
import { htmlOf } from "./rich.ts";
import { editMeta, namesAndSchemas, showTransitions } from "./screens.ts";
import { base, issueStub, linkEntry, showCategory, showPriority, showProject, showStatus, showType, showUser, type Shown, type View } from "./shapes.ts";
import { showValue } from "./showValue.ts";
import { sprintValue } from "./sprintShapes.ts";
import { friendlyDate, friendlyTime, platformTime, workText } from "./time.ts";
import type { World } from "./world.ts";
import { showWork, visibleWork } from "./work.ts";

export interface Wanted {
  readonly fields: readonly string[];
  readonly expand: readonly string[];
  readonly properties: readonly string[];
}

export const showAttachment = (view: View, attachment: Attachment): Shown => {
  const { world } = view;
  const image = attachment.mimeType.startsWith("image/");
  const encoded = encodeURIComponent(attachment.filename);
  const content = world.cloud ? `${base(view)}/attachment/content/${attachment.id}` : `${view.root}/secure/attachment/${attachment.id}/${encoded}`;
  const thumbnail = world.cloud ? `${base(view)}/attachment/thumbnail/${attachment.id}` : `${view.root}/secure/thumbnail/${attachment.id}/_thumb_${attachment.id}.png`;
  return {
    self: `${base(view)}/attachment/${attachment.id}`, id: attachment.id, filename: attachment.filename, author: showUser(view, attachment.author), created: platformTime(attachment.created, world.options.siteZone),
    size: attachment.size, mimeType: attachment.mimeType, content, ...(image ? { thumbnail } : {}),
  };
};

const seconds = (issue: Issue, name: string): number | null => {
  const value = issue.values[name];
  return typeof value === "number" ? value : null;
};

const timetracking = (issue: Issue): Shown => {
  const parts = [["originalEstimate", "timeoriginalestimate"], ["remainingEstimate", "timeestimate"], ["timeSpent", "timespent"]] as const;
  const known = parts.map(([name, field]) => [name, seconds(issue, field)] as const).filter((part): part is readonly [typeof part[0], number] => part[1] !== null);
  return { ...Object.fromEntries(known.map(([name, value]) => [name, workText(value)])), ...Object.fromEntries(known.map(([name, value]) => [`${name}Seconds`, value])) };
};

const progress = (issue: Issue): Shown => {
  const spent = seconds(issue, "timespent") ?? 0;
  const total = spent + (seconds(issue, "timeestimate") ?? 0);
  return { progress: spent, total, ...(total > 0 ? { percent: Math.floor((100 * spent) / total) } : {}) };
};

const commentPage = (view: View, issue: Issue): Shown => {
  const all = visibleComments(view, issue);
  const comments = all.slice(0, 100).map((comment) => showComment(view, issue, comment));
  return { comments, ...(view.world.cloud ? { self: `${base(view)}/issue/${issue.id}/comment` } : {}), maxResults: comments.length, total: all.length, startAt: 0 };
};

const byIdIn = <T>(rows: ReadonlyMap<string, T>, id: unknown, show: (row: T) => unknown): unknown => {
  const row = rows.get(String(id));
  return row ? show(row) : null;
};

const parentOf = (view: View, issue: Issue): unknown => {
  const parent = issue.parentId === null ? undefined : view.world.issues.get(issue.parentId);
  return parent ? issueStub(view, parent) : undefined;
};

const epicKey = (view: View, issue: Issue): unknown => {
  const { world } = view;
  const parent = world.issues.get((world.cloud ? issue.parentId : issue.epicId) ?? -1);
  return parent && world.tables.types.get(parent.typeId)?.hierarchyLevel === 1 ? parent.key : null;
};

type Special = (view: View, issue: Issue) => unknown;

const time = (read: (issue: Issue) => number | null): Special => (view, issue) => {
  const at = read(issue);
  return at === null ? null : platformTime(at, view.world.options.siteZone);
};

const lastStatusChange = (issue: Issue): number => issue.histories.findLast((history) => history.items.some((line) => line.field === "status"))?.created ?? issue.created;

const SPECIALS: Readonly<Record<string, Special>> = {
  issuetype: (view, issue) => byIdIn(view.world.tables.types, issue.typeId, (row) => showType(view, row)),
  project: (view, issue) => byIdIn(view.world.tables.projects, issue.projectId, (row) => showProject(view, row)),
  status: (view, issue) => byIdIn(view.world.tables.statuses, issue.statusId, (row) => showStatus(view, row)),
  priority: (view, issue) => byIdIn(view.world.tables.priorities, issue.values["priority"], (row) => showPriority(view, row)),
  parent: parentOf,
  creator: (view, issue) => showUser(view, issue.creator),
  issuelinks: (view, issue) => view.world.linksOf(issue.id).map((link) => linkEntry(view, link, issue.id)).filter((entry) => entry !== null),
  subtasks: (view, issue) => view.world.childrenOf(issue.id).filter((child) => view.world.tables.types.get(child.typeId)?.subtask).map((child) => issueStub(view, child)),
  attachment: (view, issue) => issue.attachments.flatMap((id) => {
    const found = view.world.tables.attachments.get(id);
    return found ? [showAttachment(view, found)] : [];
  }),
  comment: commentPage,
  worklog: (view, issue) => {
    const all = visibleWork(view, issue);
    return { startAt: 0, maxResults: 20, total: all.length, worklogs: all.slice(0, 20).map((log) => showWork(view, issue, log)) };
  },
  timetracking: (_view, issue) => timetracking(issue),
  created: time((issue) => issue.created),
  updated: time((issue) => issue.updated),
  resolutiondate: time((issue) => issue.resolved),
  statuscategorychangedate: time(lastStatusChange),
  statusCategory: (view, issue) => byIdIn(view.world.tables.statuses, issue.statusId, (row) => showCategory(view, row.category)),
  lastViewed: () => null,
  watches: (view, issue) => ({ self: `${base(view)}/issue/${issue.key}/watchers`, watchCount: issue.watchers.length, isWatching: view.user !== null && issue.watchers.includes(view.user.id) }),
  votes: (view, issue) => ({ self: `${base(view)}/issue/${issue.key}/votes`, votes: issue.votes.length, hasVoted: view.user !== null && issue.votes.includes(view.user.id) }),
  workratio: (_view, issue) => {
    const original = seconds(issue, "timeoriginalestimate");
    return original ? Math.floor((100 * (seconds(issue, "timespent") ?? 0)) / original) : -1;
  },
  progress: (_view, issue) => progress(issue),
  aggregateprogress: (_view, issue) => progress(issue),
};

const fieldValue = (view: View, issue: Issue, field: Field): unknown => {
  const special = field.custom ? undefined : SPECIALS[field.id];
  if (special) return special(view, issue);
  if (field.kind === "sprint") return sprintValue(view.world, issue);
  if (field.kind === "epicLink") return epicKey(view, issue);
  if (field.kind === "rank") return issue.rank;
  return showValue(view, field, issue.values[field.id]);
};

/** Which fields a list of names means: `*all`, `*navigable`, names, and `-name` to leave out. */
export const chosenFields = (world: World, names: readonly string[], usual: string): readonly Field[] => {
  const all = [...world.tables.fields.values()].filter((field) => field.id !== "issuekey" && field.id !== "statusCategory" || names.includes(field.id));
  const dropped = new Set(names.filter((name) => name.startsWith("-")).map((name) => name.slice(1)));
  const kept = names.filter((name) => !name.startsWith("-"));
  const wanted = kept.length > 0 ? kept : [usual];
  return all.filter((field) => !dropped.has(field.id) && wanted.some((name) => name === "*all" || (name === "*navigable" && field.navigable) || name === field.id));
};

/** DC shows a parent on sub-tasks only, and neither flavour where there is none. */
const shownFields = (view: View, issue: Issue, fields: readonly Field[]): Shown => {
  const out: Record<string, unknown> = {};
  for (const field of fields) {
    const value = fieldValue(view, issue, field);
    if (value !== undefined) out[field.id] = value;
  }
  return out;
};

const rendered = (view: View, issue: Issue, fields: readonly Field[]): Shown => {
  const zone = view.user?.timeZone ?? view.world.options.siteZone;
  const out: Record<string, unknown> = {};
  for (const field of fields) {
    const value = issue.values[field.id] ?? null;
    if (field.kind === "rich") out[field.id] = htmlOf(value as never);
    else if (field.kind === "date" && typeof value === "string") out[field.id] = friendlyDate(value);
    else if (field.id === "created" || field.id === "updated") out[field.id] = friendlyTime(issue[field.id], zone);
    else if (field.kind === "comment") out[field.id] = { ...commentPage(view, issue), comments: visibleComments(view, issue).map((comment) => ({ ...showComment(view, issue, comment), body: htmlOf(comment.body), created: friendlyTime(comment.created, zone), updated: friendlyTime(comment.updated, zone) })) };
    else out[field.id] = null;
  }
  return out;
};

const EXPANDS = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";

export const expansions = (view: View, issue: Issue, wanted: Wanted, fields: readonly Field[]): Shown => {
  const has = (name: string): boolean => wanted.expand.includes(name);
  const { names, schema } = namesAndSchemas(view.world, fields.map((field) => field.id));
  return {
    ...(has("renderedFields") ? { renderedFields: rendered(view, issue, fields) } : !view.world.cloud && view.world.options.nullExtras ? { renderedFields: null } : {}),
    ...(has("names") ? { names } : {}), ...(has("schema") ? { schema } : {}),
    ...(has("transitions") ? { transitions: showTransitions(view, issue, has("transitions.fields")) } : {}),
    ...(has("editmeta") ? { editmeta: { fields: editMeta(view, issue) } } : {}),
    ...(has("operations") ? { operations: { linkGroups: [] } } : {}),
    ...(has("changelog") ? { changelog: showHistories(view, issue) } : {}),
    ...(has("versionedRepresentations") ? { versionedRepresentations: Object.fromEntries(fields.map((field) => [field.id, { 1: fieldValue(view, issue, field) }])) } : {}),
  };
};

export const pickedProperties = (issue: Issue, keys: readonly string[]): Shown =>
  Object.fromEntries(Object.entries(issue.properties).filter(([key]) => keys.includes("*all") || keys.includes(key)));

export const showIssue = (view: View, issue: Issue, wanted: Wanted, usual: string): Shown => {
  const fields = chosenFields(view.world, wanted.fields, usual);
  return {
    expand: EXPANDS, id: String(issue.id), self: `${base(view)}/issue/${issue.id}`, key: issue.key, ...expansions(view, issue, wanted, fields),
    ...(wanted.properties.length > 0 ? { properties: pickedProperties(issue, wanted.properties) } : {}), fields: shownFields(view, issue, fields),
  };
};

/** The agile resource shows sprint, closed sprints, epic and flag as objects (sheet §13.5). */
export const agileExtras = (view: View, issue: Issue, showSprint: (id: string) => unknown, showEpic: (epic: Issue) => unknown): Shown => {
  const { world } = view;
  const [open, closed] = [issue.sprints.filter((id) => world.tables.sprints.get(id)?.state !== "closed"), issue.sprints.filter((id) => world.tables.sprints.get(id)?.state === "closed")];
  const epic = world.issues.get((world.cloud ? issue.parentId : issue.epicId) ?? -1);
  const flag = [...world.tables.fields.values()].find((field) => field.name === "Flagged");
  return {
    sprint: open[0] === undefined ? null : showSprint(open[0]), closedSprints: closed.map(showSprint),
    epic: epic && world.tables.types.get(epic.typeId)?.hierarchyLevel === 1 ? showEpic(epic) : null, flagged: Array.isArray(issue.values[flag?.id ?? ""]),
  };
};
