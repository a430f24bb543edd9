// Keeps a finished draft: one revision for fields, comment and resource links; links between work items beside it (sheet §8 and §10).

import { liveLinks } from "./compute.ts";
import { type Draft, type NewLink, newTagId } from "./draft.ts";
import { AdoError, bad } from "./errors.ts";
import type { Comment, Item, LinkRow, RelationNote, Resource, Revision, Update } from "./model.ts";
import { endOf, LINK_TYPES, noteOf, type Relation, relationsOf } from "./relations.ts";
import { applyRules } from "./rules.ts";
import { wireDate } from "./text.ts";
import { splitTags } from "./values.ts";
import { lastOf, type World } from "./world.ts";

export interface SaveOptions {
  readonly validateOnly?: boolean;
  readonly silent?: boolean;
  /** By a person: such changes may commit late (switch lateCommitSeconds). */
  readonly person?: boolean;
}

const resourcesOf = (draft: Draft): readonly Resource[] => draft.relations.flatMap((relation) => (relation.kind === "resource" ? [relation.resource] : [])).toSorted((a, b) => (a.id < 0 || b.id < 0 ? b.id - a.id : a.id - b.id));

const isChanged = (draft: Draft): boolean => {
  const keys = new Set([...Object.keys(draft.before), ...Object.keys(draft.fields)]);
  return draft.item === null || draft.history !== null || draft.changedResources.size > 0 || [...keys].some((key) => draft.before[key] !== draft.fields[key]) || draft.markdown.size !== lastOf(draft.item).markdown.length;
};

/** Every revision is later than the one before it, even within one tick of the clock. */
const changedDate = (draft: Draft): string => {
  const last = draft.item === null ? undefined : String(lastOf(draft.item).fields["System.ChangedDate"]);
  const given = draft.bypass && draft.given.has("System.ChangedDate") ? draft.fields["System.ChangedDate"] : undefined;
  const now = draft.world.now();
  if (given === undefined) return wireDate(last === undefined ? now : Math.max(now, Date.parse(last) + 3));
  const floor = last ?? draft.fields["System.CreatedDate"];
  const early = floor !== undefined && (last === undefined ? Date.parse(String(given)) < Date.parse(String(floor)) : Date.parse(String(given)) <= Date.parse(String(floor)));
  if (early) throw new AdoError(400, "RuleValidationException", "VS402625: Dates must be increasing with each revision.", { ReferenceName: "System.ChangedDate" }, 600171);
  return String(given);
};

const stampFields = (draft: Draft, date: string): void => {
  const { fields, user, bypass, given } = draft;
  if (!(bypass && given.has("System.ChangedBy") && fields["System.ChangedBy"] !== undefined)) fields["System.ChangedBy"] = user.id;
  fields["System.ChangedDate"] = date;
  if (draft.item !== null) return;
  if (!(bypass && fields["System.CreatedDate"] !== undefined)) fields["System.CreatedDate"] = date;
  if (!(bypass && fields["System.CreatedBy"] !== undefined)) fields["System.CreatedBy"] = user.id;
};

const keepTags = (draft: Draft): void => {
  const { tables } = draft.world;
  for (const name of splitTags(String(draft.fields["System.Tags"] ?? ""))) {
    const id = newTagId(draft.project, name);
    const known = [...tables.tags.values()].some((tag) => tag.projectId === draft.project.id && tag.name.toLowerCase() === name.toLowerCase());
    if (!known) tables.tags.set(id, { id, projectId: draft.project.id, name, lastUpdated: wireDate(draft.world.now()) });
  }
};

const link = (draft: Draft, id: number, wanted: NewLink, now: string): LinkRow => {
  const end = endOf(wanted.rel);
  if (end === undefined) throw bad("WorkItemLinkTypeNotFoundException", `TF51534: The relation type ${wanted.rel} is not known.`);
  const [sourceId, targetId] = end.forward ? [id, wanted.targetId] : [wanted.targetId, id];
  return { id: 0, type: end.type.ref, sourceId, targetId, locked: wanted.locked, createdBy: draft.user.id, createdDate: now, ...(wanted.comment === undefined ? {} : { comment: wanted.comment }) };
};

const reaches = (world: World, type: string, from: number, to: number, without: ReadonlySet<number>): boolean => {
  const seen = new Set<number>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const row of world.linksOf(at)) if (row.type === type && row.sourceId === at && !without.has(row.id)) open.push(row.targetId);
  }
  return false;
};

const checkLink = (draft: Draft, row: LinkRow, made: readonly LinkRow[]): void => {
  const { world } = draft;
  const type = LINK_TYPES.find((one) => one.ref === row.type);
  if (row.sourceId === row.targetId) throw bad("WorkItemLinkInvalidException", `TF201062: You cannot link work item ${row.sourceId} to itself.`);
  const rows = [...world.linksOf(row.sourceId), ...world.linksOf(row.targetId), ...made].filter((other) => other.type === row.type && !draft.removedLinks.has(other.id));
  const isTwin = (other: LinkRow): boolean => (other.sourceId === row.sourceId && other.targetId === row.targetId) || (type?.names.length === 1 && other.sourceId === row.targetId && other.targetId === row.sourceId);
  if (rows.some(isTwin)) throw new AdoError(world.options.duplicateLinkStatus, "RelationAlreadyExistsException", "TF401367: Relation already exists.");
  if (type?.singleTarget === true && rows.some((other) => other.targetId === row.targetId)) {
    const name = type.names[1] ?? type.names[0];
    throw bad("WorkItemLinkInvalidException", `TF201036: You cannot add a ${type.names[0]} link between work items ${row.sourceId} and ${row.targetId} because a work item can have only one ${name} link.`);
  }
  if (type?.acyclic === true && reaches(world, row.type, row.targetId, row.sourceId, draft.removedLinks)) throw bad("WorkItemLinkInvalidException", `TF201035: You cannot add a ${type.names[0]} link between work items ${row.sourceId} and ${row.targetId} because the link would create a circular relationship.`);
  if (world.linksOf(row.sourceId).length >= world.options.maxLinks) throw bad("WorkItemLinkLimitExceededException", `VS403656: A work item can have at most ${world.options.maxLinks} links.`);
};

const nextUpdate = (item: Item): number => (item.updates.at(-1)?.id ?? 0) + 1;

const addUpdate = (item: Item, update: Omit<Update, "id">): void => void item.updates.push({ id: nextUpdate(item), ...update });

const event = (world: World, row: LinkRow, active: boolean, by: string, date: string, comment: string | undefined): void => {
  world.linkEvents.push({ seq: world.next("linkEvent"), type: row.type, sourceId: row.sourceId, targetId: row.targetId, active, by, date, savedAt: world.now(), ...(comment === undefined ? {} : { comment }) });
};

const noteFor = (world: World, itemId: number, row: LinkRow): RelationNote => noteOf(relationsOf(world, itemId, [row], [])[0] as Relation);

type Notes = Readonly<Record<"added" | "removed" | "updated", RelationNote[]>>;
const isEmpty = (notes: Notes): boolean => notes.added.length + notes.removed.length + notes.updated.length === 0;
const shortened = (notes: Notes): Pick<Update, "added" | "removed" | "updated"> => Object.fromEntries(Object.entries(notes).filter(([, list]) => list.length > 0));

/** Makes, removes and comments links; answers what each touched item's history says of it. */
const keepLinks = (draft: Draft, id: number, rows: readonly LinkRow[], date: string): ReadonlyMap<number, Notes> => {
  const { world, user } = draft;
  const notes = new Map<number, Notes>();
  const note = (kind: keyof Notes, row: LinkRow): void => {
    for (const end of new Set([row.sourceId, row.targetId])) {
      const own = notes.get(end) ?? { added: [], removed: [], updated: [] };
      own[kind].push(noteFor(world, end, row));
      notes.set(end, own);
    }
  };
  for (const linkId of draft.removedLinks) {
    const row = world.tables.links.get(linkId);
    if (row === undefined) continue;
    note("removed", row);
    world.dropLink(linkId);
    event(world, row, false, user.id, date, row.comment);
  }
  for (const [linkId, comment] of draft.linkComments) {
    const row = world.tables.links.get(linkId);
    if (row === undefined) continue;
    const edited = { ...row, comment };
    world.tables.links.set(linkId, edited);
    note("updated", edited);
    event(world, edited, true, user.id, date, comment);
  }
  for (const wanted of rows) {
    const row = { ...wanted, id: world.next("link"), ...(wanted.sourceId === 0 ? { sourceId: id } : {}), ...(wanted.targetId === 0 ? { targetId: id } : {}) };
    world.addLink(row);
    note("added", row);
    event(world, row, true, user.id, date, row.comment);
  }
  return notes;
};

const resourceNotes = (draft: Draft, resources: readonly Resource[]): Notes => {
  const old = draft.item === null ? [] : lastOf(draft.item).resources;
  const note = (resource: Resource): RelationNote => noteOf({ kind: "resource", resource, order: 0 });
  return {
    added: resources.filter((one) => !old.some((other) => other.id === one.id)).map(note),
    removed: old.filter((one) => !resources.some((other) => other.id === one.id)).map(note),
    updated: resources.filter((one) => old.some((other) => other.id === one.id && (other.comment !== one.comment || other.name !== one.name))).map(note),
  };
};

const revise = (draft: Draft, id: number, date: string, options: SaveOptions): Revision => {
  const { world } = draft;
  const preview = options.validateOnly === true;
  stampFields(draft, date);
  const resources = resourcesOf(draft).map((resource) => (resource.id < 0 && !preview ? { ...resource, id: world.next("resource") + 1000 } : resource));
  const old = draft.item === null ? undefined : lastOf(draft.item);
  if (world.commentsOf(id).length >= world.options.maxComments && draft.history !== null) throw bad("WorkItemCommentLimitExceededException", `VS403656: A work item can have at most ${world.options.maxComments} comments.`);
  const comment = draft.history === null || preview ? undefined : { id: world.next("comment"), version: 1 };
  return {
    rev: preview ? (old?.rev ?? 1) : (old?.rev ?? 0) + 1, fields: { ...draft.fields }, resources, markdown: [...draft.markdown].filter((ref) => draft.fields[ref] !== undefined && ref !== "System.History"), watermark: preview ? (old?.watermark ?? 0) : world.next("watermark"), savedAt: world.now(),
    visibleAt: world.now() + (options.person === true ? world.options.lateCommitSeconds * 1000 : 0), ...(draft.history === null ? {} : { history: draft.history }), ...(comment === undefined ? {} : { comment }), authorizedAs: draft.user.id,
  };
};

const keepComment = (draft: Draft, id: number, revision: Revision): void => {
  const { comment: ref, history } = revision;
  if (ref === undefined || history === undefined) return;
  const by = String(revision.fields["System.ChangedBy"]);
  const date = String(revision.fields["System.ChangedDate"]);
  const comment: Comment = { id: ref.id, workItemId: id, createdBy: by, createdDate: date, reactions: {}, versions: [{ version: 1, text: history, format: draft.markdown.has("System.History") ? "markdown" : "html", by, date, deleted: false }] };
  draft.world.putComment(comment);
};

const keepRevision = (draft: Draft, item: Item, revision: Revision, notes: Notes, options: SaveOptions): void => {
  item.revisions.push(revision);
  keepComment(draft, item.id, revision);
  keepTags(draft);
  addUpdate(item, { rev: revision.rev, by: draft.user.id, date: String(revision.fields["System.ChangedDate"]), revised: true, ...shortened(notes), ...(options.silent === true ? { silent: true } : {}) });
};

const keepOtherEnds = (draft: Draft, item: Item, notes: ReadonlyMap<number, Notes>, date: string, moves: boolean): void => {
  for (const [id, own] of notes) {
    const other = draft.world.tables.items.get(id);
    if (other === undefined || id === item.id || isEmpty(own)) continue;
    if (moves) bump(draft.world, other, draft.user.id, shortened(own));
    else addUpdate(other, { rev: lastOf(other).rev, by: draft.user.id, date, revised: false, ...shortened(own) });
  }
};

/** A revision that changes no field but those that every revision changes. */
export const bump = (world: World, item: Item, by: string, more: Partial<Update> = {}, part: Partial<Revision> = {}): Revision => {
  const last = lastOf(item);
  const date = wireDate(Math.max(world.now(), Date.parse(String(last.fields["System.ChangedDate"])) + 3));
  const { history: _history, comment: _comment, ...kept } = last;
  const revision: Revision = { ...kept, rev: last.rev + 1, watermark: world.next("watermark"), savedAt: world.now(), visibleAt: world.now(), authorizedAs: by, ...part, fields: { ...(part.fields ?? last.fields), "System.ChangedBy": by, "System.ChangedDate": date } };
  item.revisions.push(revision);
  addUpdate(item, { rev: revision.rev, by, date, revised: true, ...more });
  return revision;
};

const checkLimits = (draft: Draft): void => {
  const { item, world } = draft;
  if (item !== null && item.revisions.length >= world.options.maxRevisions) throw bad("WorkItemRevisionLimitExceededException", `VS403655: The work item ${item.id} has reached the limit of ${world.options.maxRevisions} revisions.`);
};

const linkMoves = (world: World, options: SaveOptions): boolean => world.options.linkMovesRev || (options.person === true && world.options.webLinksMoveRev);

export interface Saved {
  readonly item: Item;
  readonly revision: Revision;
}

/** Checks everything, then keeps everything; a refusal leaves nothing behind. */
export const save = (draft: Draft, options: SaveOptions = {}): Saved => {
  const { world } = draft;
  applyRules(draft, world.now());
  const now = wireDate(world.now());
  // A new item has no number while its links are checked.
  const rows: LinkRow[] = [];
  for (const wanted of draft.newLinks) {
    const row = link(draft, draft.item?.id ?? 0, wanted, now);
    checkLink(draft, row, rows);
    rows.push(row);
  }
  const linked = rows.length + draft.removedLinks.size + draft.linkComments.size > 0;
  const moves = linkMoves(world, options);
  const revised = isChanged(draft) || (linked && moves) || (!linked && world.options.emptyPatchMovesRev);
  if (!revised && draft.item !== null) return saveLinks(draft, draft.item, rows, now, options);
  checkLimits(draft);
  const date = changedDate(draft);
  if (options.validateOnly === true) return previewOf(draft, date);
  const item = draft.item ?? { id: world.next("item"), revisions: [], updates: [], deleted: null };
  const revision = revise(draft, item.id, date, options);
  const own = resourceNotes(draft, revision.resources);
  world.tables.items.set(item.id, item);
  const notes = keepLinks(draft, item.id, rows, date);
  const mine = notes.get(item.id);
  keepRevision(draft, item, revision, { added: [...own.added, ...(mine?.added ?? [])], removed: [...own.removed, ...(mine?.removed ?? [])], updated: [...own.updated, ...(mine?.updated ?? [])] }, options);
  keepOtherEnds(draft, item, notes, date, moves);
  return { item, revision };
};

const previewOf = (draft: Draft, date: string): Saved => {
  const revision = revise(draft, draft.item?.id ?? -1, date, { validateOnly: true });
  const shell = draft.item ?? { id: -1, revisions: [], updates: [], deleted: null };
  return { item: { ...shell, revisions: [...shell.revisions.slice(0, -1), revision] }, revision };
};

/** Links alone move neither revision nor date nor watermark of either end (sheet §10). */
const saveLinks = (draft: Draft, item: Item, rows: readonly LinkRow[], now: string, options: SaveOptions): Saved => {
  if (options.validateOnly !== true) {
    const notes = keepLinks(draft, item.id, rows, now);
    const mine = notes.get(item.id);
    if (mine !== undefined && !isEmpty(mine)) addUpdate(item, { rev: lastOf(item).rev, by: draft.user.id, date: now, revised: false, ...shortened(mine), ...(options.silent === true ? { silent: true } : {}) });
    keepOtherEnds(draft, item, notes, now, false);
  }
  return { item, revision: lastOf(item) };
};

/** Into the recycle bin or out of it: links vanish from the other ends, and come back. */
export const setDeleted = (world: World, item: Item, by: string, deleted: boolean): void => {
  const date = wireDate(world.now());
  for (const row of liveLinks(world, item.id)) event(world, row, !deleted, by, date, row.comment);
  item.deleted = deleted ? { at: date, by } : null;
  if (!world.options.deleteMovesRev) return;
  const { "System.IsDeleted": _, ...fields } = lastOf(item).fields;
  bump(world, item, by, {}, { fields: deleted ? { ...fields, "System.IsDeleted": true } : fields });
};
