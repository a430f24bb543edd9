// The reporting feeds: revisions in the order of the watermark, links in the order of their changes (sheet §12).

import { type Call, enumOf, flag, type Handlers, listOption, numberOption, objectBody, ok, option, optionsKept, projectIn, readTime, requireScope } from "./call.ts";
import { isInAreas, valueOf } from "./compute.ts";
import { bad, noField } from "./errors.ts";
import { isText, ON_REQUEST_FIELDS } from "./fields.ts";
import type { Item, LinkEvent, Project, Revision } from "./model.ts";
import { identityRef, identityText } from "./people.ts";
import type { Json } from "./render.ts";
import { same } from "./text.ts";
import { splitTags } from "./values.ts";
import { fieldByRef, findField, lastOf, type World } from "./world.ts";
import { filledRefs } from "./compute.ts";

type Reply = ReturnType<typeof ok>;

interface Asked {
  readonly fields: readonly string[] | null;
  readonly types: readonly string[] | null;
  readonly identityRefs: boolean;
  readonly deletedToo: boolean;
  readonly tagRefs: boolean;
  readonly latestOnly: boolean;
  readonly discussionsOnly: boolean;
  readonly longTexts: boolean;
  readonly token: Position | null;
  readonly since: number | null;
  readonly page: number;
}

/** watermark;id;rev: opaque to callers (sheet §12.1, rule 2). */
interface Position {
  readonly watermark: number;
}

const readToken = (text: string | null): Position | null => {
  if (text === null || text === "") return null;
  const parts = /^(\d+)(?:;(\d+);(\d+))?$/.exec(text);
  if (parts === null) throw bad("ReportingWorkItemRevisionsInvalidContinuationTokenException", `VS402339: The continuation token '${text}' is not valid.`);
  return { watermark: Number(parts[1]) };
};

const names = (value: unknown): readonly string[] | null => (Array.isArray(value) && value.length > 0 ? value.map(String) : null);

const readAsked = (call: Call, body: Json | null): Asked => {
  const has = (name: string): boolean => (body === null ? flag(call, name) : body[name] === true);
  const fields = body === null ? listOption(call, "fields") : names(body["fields"]);
  const since = option(call, "startDateTime");
  const token = readToken(option(call, "continuationToken"));
  if (token !== null && since !== null) throw bad("VssPropertyValidationException", "VS402338: continuationToken and startDateTime exclude each other.");
  const { reportPage } = call.world.options;
  return {
    fields: fields === null ? null : fields.map((name) => {
      const field = findField(call.world, name);
      if (field === undefined) throw noField(name);
      return field.referenceName;
    }),
    types: body === null ? listOption(call, "types") : names(body["types"]), identityRefs: has("includeIdentityRef"), deletedToo: has("includeDeleted"), tagRefs: has("includeTagRef"), latestOnly: has("includeLatestOnly"), discussionsOnly: flag(call, "includeDiscussionChangesOnly"),
    longTexts: enumOf(option(call, "$expand"), { none: 0, fields: 1 }, "none", "$expand") === "fields", token, since: since === null ? null : readTime(since, "startDateTime"), page: Math.max(1, Math.min(numberOption(call, "$maxPageSize", reportPage), reportPage)),
  };
};

interface Entry {
  readonly item: Item;
  readonly revision: Revision;
}

const projectsOf = (call: Call): Project | undefined => projectIn(call);

/** A revision belongs to the project and type it had itself; what has left is not told (sheet §12.1, rule 6). */
const isWanted = (call: Call, project: Project | undefined, asked: Asked, { item, revision }: Entry): boolean => {
  const { fields } = revision;
  if (item.deleted !== null && !asked.deletedToo) return false;
  if (project !== undefined && fields["System.TeamProject"] !== project.id) return false;
  if (asked.types !== null && !asked.types.some((type) => same(type, String(fields["System.WorkItemType"])))) return false;
  if (asked.latestOnly && revision !== lastOf(item)) return false;
  if (asked.discussionsOnly && revision.history === undefined) return false;
  if (asked.since !== null && Date.parse(String(fields["System.ChangedDate"])) < asked.since) return false;
  return !isInAreas(call.world, lastOf(item), call.world.options.hiddenAreas);
};

const isVisible = (world: World, at: number): boolean => at <= world.now() - world.lag * 1000;

/** Everything after the token, by watermark. A late commit lies behind it, and is never seen by who has passed. */
const entries = (call: Call, asked: Asked): readonly Entry[] => {
  const project = projectsOf(call);
  const floor = asked.token?.watermark ?? 0;
  const found: Entry[] = [];
  for (const item of call.world.tables.items.values()) {
    for (const revision of item.revisions) {
      const entry = { item, revision };
      if (revision.watermark > floor && isVisible(call.world, revision.visibleAt) && isWanted(call, project, asked, entry)) found.push(entry);
    }
  }
  return found.toSorted((a, b) => a.revision.watermark - b.revision.watermark);
};

const shownField = (call: Call, asked: Asked, ref: string, item: Item, revision: Revision): unknown => {
  const value = valueOf(call.world, item, revision, ref);
  if (value === undefined || value === "") return undefined;
  const user = fieldByRef(call.world, ref)?.type === "identity" ? call.world.tables.users.get(String(value)) : undefined;
  if (user !== undefined) return asked.identityRefs ? identityRef(user, call.base) : identityText(user);
  if (ref === "System.Tags" && asked.tagRefs) {
    const tags = splitTags(String(value));
    return tags.map((name) => [...call.world.tables.tags.values()].find((tag) => same(tag.name, name))?.id ?? name).join("; ");
  }
  return value;
};

/** Long texts stay out unless they are asked for. */
const refsOf = (asked: Asked, world: World, revision: Revision): readonly string[] => {
  if (asked.fields !== null) return [...new Set(asked.fields)];
  return [...filledRefs(revision), "System.IsDeleted"].filter((ref) => !ON_REQUEST_FIELDS.has(ref) && (asked.longTexts || !isText(fieldByRef(world, ref)?.type ?? "string") || ref === "System.Tags"));
};

const shownEntry = (call: Call, asked: Asked, { item, revision }: Entry): Json => {
  const fields = refsOf(asked, call.world, revision).flatMap((ref): readonly (readonly [string, unknown])[] => {
    const value = shownField(call, asked, ref, item, revision);
    return value === undefined ? [] : [[ref, value]];
  });
  const marked = asked.deletedToo && item.deleted !== null && (call.world.options.deletedInFeed === "marked" || revision.fields["System.IsDeleted"] === true) ? { "System.IsDeleted": true } : {};
  const { comment } = revision;
  const ref = comment === undefined ? {} : { commentVersionRef: { commentId: comment.id, version: comment.version, url: `${call.base}/_apis/wit/workItems/${item.id}/comments/${comment.id}/versions/${comment.version}` } };
  return { id: item.id, rev: revision.rev, fields: { ...Object.fromEntries(fields), ...marked }, ...ref };
};

const batch = (call: Call, name: string, values: readonly Json[], token: string, isLast: boolean): Reply => {
  const project = projectIn(call);
  const nextLink = `${call.base}${project === undefined ? "" : `/${project.id}`}/_apis/wit/reporting/${name}?continuationToken=${encodeURIComponent(token)}${optionsKept(call, "continuationToken", "startDateTime")}&api-version=${call.version.text}`;
  return ok({ values, nextLink, continuationToken: token, isLastBatch: isLast });
};

const revisions = (call: Call, body: Json | null, discussions = false): Reply => {
  requireScope(call, "work");
  const read = readAsked(call, body);
  const asked = discussions ? { ...read, discussionsOnly: true } : read;
  const all = entries(call, asked);
  const page = all.slice(0, asked.page);
  const last = page.at(-1);
  const token = last === undefined ? (option(call, "continuationToken") ?? `${newestMark(call.world, asked)};0;0`) : `${last.revision.watermark};${last.item.id};${last.revision.rev}`;
  return batch(call, discussions ? "workItemRevisions/discussions" : "workItemRevisions", page.map((entry) => shownEntry(call, asked, entry)), token, all.length <= asked.page);
};

/** Nothing since a start: the token is where that start is. */
const newestMark = (world: World, asked: Asked): number => {
  const marks = [...world.tables.items.values()].flatMap((item) => item.revisions.filter((revision) => isVisible(world, revision.visibleAt) && (asked.since === null || Date.parse(String(revision.fields["System.ChangedDate"])) < asked.since)).map((revision) => revision.watermark));
  return marks.reduce((most, mark) => Math.max(most, mark), 0);
};

const projectIdOf = (world: World, id: number): string | undefined => {
  const item = world.tables.items.get(id);
  return item === undefined ? undefined : String(lastOf(item).fields["System.TeamProject"]);
};

const typeNameOf = (world: World, id: number): string | undefined => {
  const item = world.tables.items.get(id);
  return item === undefined ? undefined : String(lastOf(item).fields["System.WorkItemType"]);
};

const shownLink = (call: Call, event: LinkEvent): Json => {
  const { world } = call;
  const by = world.tables.users.get(event.by);
  const details = world.options.linkFeedDetails
    ? { ...(by === undefined ? {} : { changedBy: identityRef(by, call.base) }), ...(event.comment === undefined ? {} : { comment: event.comment }), changedOperation: event.active ? "create" : "remove", sourceProjectId: projectIdOf(world, event.sourceId), targetProjectId: projectIdOf(world, event.targetId) }
    : {};
  return { rel: event.type, sourceId: event.sourceId, targetId: event.targetId, changedDate: event.date, isActive: event.active, ...details };
};

const links = (call: Call): Reply => {
  requireScope(call, "work");
  const { world } = call;
  const token = readToken(option(call, "continuationToken"));
  const since = option(call, "startDateTime");
  const project = projectIn(call);
  const linkTypes = listOption(call, "linkTypes");
  const types = listOption(call, "types");
  const fits = (event: LinkEvent): boolean =>
    event.seq > (token?.watermark ?? 0) && isVisible(world, event.savedAt) && (since === null || Date.parse(event.date) >= readTime(since, "startDateTime")) && (project === undefined || projectIdOf(world, event.sourceId) === project.id) &&
    (linkTypes === null || linkTypes.some((type) => same(type.replace(/-(forward|reverse)$/i, ""), event.type))) && (types === null || types.some((type) => same(type, typeNameOf(world, event.sourceId) ?? "")));
  const all = world.linkEvents.filter(fits);
  const page = all.slice(0, world.options.linksPage);
  const mark = page.at(-1)?.seq ?? token?.watermark ?? world.linkEvents.filter((event) => isVisible(world, event.savedAt)).at(-1)?.seq ?? 0;
  return batch(call, "workItemLinks", page.map((event) => shownLink(call, event)), String(mark), all.length <= page.length);
};

export const feedHandlers: Handlers = {
  reportRevisions: { GET: (call) => revisions(call, null), POST: (call) => revisions(call, objectBody(call)) },
  reportDiscussions: { GET: (call) => revisions(call, null, true) },
  reportLinks: { GET: links },
};
