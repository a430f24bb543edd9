// Work items as the wire shows them: which fields, how identities look, relations and addresses (sheet §6).

import { columnField } from "./boards.ts";
import { filledRefs, liveLinks, valueOf } from "./compute.ts";
import { HIDDEN_FIELDS, isText, ON_REQUEST_FIELDS } from "./fields.ts";
import type { Item, RelationNote, Revision, Value } from "./model.ts";
import { identityRef, identityText } from "./people.ts";
import { noteOf, relationsOf } from "./relations.ts";
import { fieldByRef, lastOf, projectOf, type World } from "./world.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface View {
  readonly world: World;
  /** Address of the collection, without a slash at the end. */
  readonly base: string;
  /** Version 4.x and older write identities as text (sheet §6). */
  readonly identitiesAsText: boolean;
  readonly versionNumber: number;
}

export interface Wanted {
  readonly fields: readonly string[] | null;
  readonly everything: boolean;
  readonly relations: boolean;
  readonly links: boolean;
}

export const PLAIN: Wanted = { fields: null, everything: false, relations: false, links: false };

export const shownValue = ({ world, base, identitiesAsText }: View, ref: string, value: Value): unknown => {
  if (fieldByRef(world, ref)?.type !== "identity") return value;
  const user = world.tables.users.get(String(value));
  if (user === undefined) return value;
  return identitiesAsText ? identityText(user) : identityRef(user, base);
};

const shownFields = (view: View, item: Item, revision: Revision, wanted: Pick<Wanted, "fields" | "everything">): Json => {
  const { world } = view;
  const refs = wanted.fields ?? filledRefs(revision).filter((ref) => wanted.everything || !HIDDEN_FIELDS.has(ref));
  const entries = refs.flatMap((ref): readonly (readonly [string, unknown])[] => {
    if (wanted.fields === null && ON_REQUEST_FIELDS.has(ref)) return [];
    const value = valueOf(world, item, revision, ref);
    return value === undefined || value === "" ? [] : [[ref, shownValue(view, ref, value)]];
  });
  if (wanted.fields === null) {
    const project = projectOf(world, String(revision.fields["System.TeamProject"]));
    const field = columnField(world, project, String(revision.fields["System.WorkItemType"]));
    const column = valueOf(world, item, revision, "System.BoardColumn");
    if (field !== undefined && column !== undefined) entries.push([field, column]);
  }
  return Object.fromEntries(entries);
};

const projectBase = (view: View, projectId: string): string => `${view.base}/${projectId}`;

const itemUrl = (view: View, id: number): string => {
  const item = view.world.tables.items.get(id);
  return `${item === undefined ? view.base : projectBase(view, String(lastOf(item).fields["System.TeamProject"]))}/_apis/wit/workItems/${id}`;
};

const noteUrl = (view: View, note: RelationNote): string | undefined => {
  // The vendor's command line finds a link by comparing this with the other item's own address.
  if (note.targetId !== undefined) return view.world.options.relationUrls === "project" ? itemUrl(view, note.targetId) : `${view.base}/_apis/wit/workItems/${note.targetId}`;
  const id = /^attachment:(.+)$/.exec(note.url ?? "")?.[1];
  if (id === undefined) return note.url;
  const project = view.world.tables.attachments.get(id)?.projectId ?? null;
  return `${view.base}${project === null ? "" : `/${project}`}/_apis/wit/attachments/${id}`;
};

export const shownNote = (view: View, note: RelationNote): Json => ({ rel: note.rel, url: noteUrl(view, note), attributes: note.attributes });

const shownRelations = (view: View, item: Item, revision: Revision): readonly Json[] => {
  const links = revision === lastOf(item) ? liveLinks(view.world, item.id) : [];
  return relationsOf(view.world, item.id, links, revision.resources).map((relation) => shownNote(view, noteOf(relation)));
};

const linksOf = (view: View, item: Item, revision: Revision): Json => {
  const { fields } = revision;
  const projectId = String(fields["System.TeamProject"]);
  const own = `${projectBase(view, projectId)}/_apis/wit/workItems/${item.id}`;
  return {
    self: { href: own }, workItemUpdates: { href: `${own}/updates` }, workItemRevisions: { href: `${own}/revisions` }, workItemComments: { href: `${own}/comments` },
    html: { href: `${projectBase(view, projectId)}/_workitems/edit/${item.id}` }, workItemType: { href: `${projectBase(view, projectId)}/_apis/wit/workItemTypes/${encodeURIComponent(String(fields["System.WorkItemType"]))}` },
    fields: { href: `${projectBase(view, projectId)}/_apis/wit/fields` },
  };
};

const formats = (view: View, revision: Revision, shown: Json): Json => {
  if (!view.world.options.multilineFieldsFormat || view.versionNumber < 7.1) return {};
  const texts = Object.keys(shown).filter((ref) => ref !== "System.History" && isText(fieldByRef(view.world, ref)?.type ?? "string") && fieldByRef(view.world, ref)?.type === "html");
  return texts.length === 0 ? {} : { multilineFieldsFormat: Object.fromEntries(texts.map((ref) => [ref, revision.markdown.includes(ref) ? "markdown" : "html"])) };
};

const commentVersionUrl = (view: View, projectId: string, itemId: number, comment: { readonly id: number; readonly version: number }): string =>
  `${projectBase(view, projectId)}/_apis/wit/workItems/${itemId}/comments/${comment.id}/versions/${comment.version}`;

/** One work item, or one of its revisions. */
export const shownItem = (view: View, item: Item, revision: Revision, wanted: Wanted, urlSuffix = ""): Json => {
  const fields = shownFields(view, item, revision, wanted);
  const projectId = String(revision.fields["System.TeamProject"]);
  const relations = wanted.relations ? shownRelations(view, item, revision) : [];
  const { comment } = revision;
  return {
    id: item.id, rev: revision.rev, fields, ...formats(view, revision, fields), ...(relations.length === 0 ? {} : { relations }),
    ...(comment === undefined ? {} : { commentVersionRef: { commentId: comment.id, version: comment.version, url: commentVersionUrl(view, projectId, item.id, comment) } }),
    ...(wanted.links ? { _links: linksOf(view, item, revision) } : {}),
    url: `${projectBase(view, projectId)}/_apis/wit/workItems/${item.id}${urlSuffix}`,
  };
};

export const shortRef = (view: View, id: number): Json => ({ id, url: `${view.base}/_apis/wit/workItems/${id}` });
