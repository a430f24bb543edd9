// Comments over HTTP: preview in every version, a list of its own shape, versions, reactions, and the read-only form of old (sheet §14).

import { type Call, checkWritable, enumOf, flag, type Handlers, itemIn, listed, listOption, neededProject, nothing, numberOption, objectBody, ok, option, optionsKept, requireScope, textOf } from "./call.ts";
import { isDeleted, editComment, makeComment, removeComment, versionOf } from "./comments.ts";
import { AdoError, bad } from "./errors.ts";
import type { Comment, CommentFormat, Item } from "./model.ts";
import { identityRef } from "./people.ts";
import type { Json } from "./render.ts";
import { byTime, markdownToHtml, wireDate } from "./text.ts";
import { projectOfItem } from "./world.ts";

type Reply = ReturnType<typeof ok>;

const EXPAND = { none: 0, reactions: 1, renderedText: 8, renderedTextOnly: 16, all: -17 } as const;
const ORDER = { asc: 1, desc: 2 } as const;

const person = (call: Call, id: string): Json | undefined => {
  const user = call.world.tables.users.get(id);
  return user && identityRef(user, call.base);
};

const urlOf = (call: Call, comment: Comment): string => {
  const item = call.world.tables.items.get(comment.workItemId);
  return `${call.base}/${item === undefined ? "" : projectOfItem(call.world, item).id}/_apis/wit/workItems/${comment.workItemId}/comments/${comment.id}`;
};

const MENTION = /data-vss-mention="version:2\.0,([0-9a-f-]{36})"/gi;

const reactionsOf = (call: Call, comment: Comment): readonly Json[] =>
  Object.entries(comment.reactions).filter(([, users]) => users.length > 0).map(([type, users]) => ({ type, count: users.length, isCurrentUserEngaged: users.includes(call.user.id), commentId: comment.id, url: `${urlOf(call, comment)}/reactions/${type}` }));

const shown = (call: Call, comment: Comment, number = versionOf(comment).version): Json => {
  const version = comment.versions.find((one) => one.version === number) ?? versionOf(comment);
  const expand = enumOf(option(call, "$expand"), EXPAND, "none", "$expand");
  const rendered = version.format === "markdown" ? markdownToHtml(version.text) : version.text;
  const mentions = [...version.text.matchAll(MENTION)].map(([, id]) => ({ artifactId: id, artifactType: "Person", commentId: comment.id, targetId: String(comment.workItemId), url: `${urlOf(call, comment)}/mentions` }));
  const early = call.version.revision !== null && call.version.revision < 3 && call.version.number < 6;
  return {
    ...(mentions.length === 0 || version.deleted ? {} : { mentions }), workItemId: comment.workItemId, [early ? "commentId" : "id"]: comment.id, version: version.version, ...(expand === "renderedTextOnly" ? {} : { text: version.deleted ? "" : version.text }),
    ...(expand === "renderedText" || expand === "renderedTextOnly" || expand === "all" ? { renderedText: version.deleted ? "" : rendered } : {}), ...(expand === "reactions" || expand === "all" ? { reactions: reactionsOf(call, comment) } : {}),
    createdBy: person(call, comment.createdBy), createdDate: comment.createdDate, modifiedBy: person(call, version.by), modifiedDate: version.date, ...(version.deleted ? { isDeleted: true } : {}), ...(call.version.revision === null || call.version.revision >= 4 || call.version.number >= 7.1 ? { format: version.format } : {}), url: urlOf(call, comment),
  };
};

const owner = (call: Call): Item => {
  requireScope(call, "work");
  neededProject(call);
  return itemIn(call, call.params["workItemId"]);
};

const noComment = (id: string): AdoError => new AdoError(404, "CommentNotFoundException", `VS403663: The comment with id ${id} does not exist.`);

const one = (call: Call, item: Item, deletedToo = false): Comment => {
  const id = call.params["commentId"] ?? "";
  const found = call.world.commentsOf(item.id).find((comment) => comment.id === Number(id));
  if (found === undefined || (isDeleted(found) && !deletedToo)) throw noComment(id);
  return found;
};

const list = (call: Call, item: Item): Reply => {
  const all = call.world.commentsOf(item.id);
  const wanted = all.filter((comment) => flag(call, "includeDeleted") || !isDeleted(comment)).toSorted((a, b) => byTime(a.createdDate, b.createdDate) || a.id - b.id);
  const ids = listOption(call, "ids");
  const order = enumOf(option(call, "order"), ORDER, call.world.options.commentOrder, "order");
  const own = ids === null ? (order === "asc" ? wanted : wanted.toReversed()) : wanted.filter((comment) => ids.includes(String(comment.id)));
  const start = Number(Buffer.from(option(call, "continuationToken") ?? "", "base64").toString("utf8")) || 0;
  const top = Math.min(numberOption(call, "$top", call.world.options.commentPage), call.world.options.commentPage);
  const page = own.slice(start, start + top);
  const token = Buffer.from(String(start + top)).toString("base64");
  const next = start + top < own.length ? { continuationToken: token, nextPage: `${call.base}/${projectOfItem(call.world, item).id}/_apis/wit/workItems/${item.id}/comments?continuationToken=${encodeURIComponent(token)}${optionsKept(call, "continuationToken")}&api-version=${call.version.text}` } : {};
  return ok({ totalCount: wanted.length, count: page.length, comments: page.map((comment) => shown(call, comment)), ...next });
};

const read = (call: Call): Reply => {
  const item = owner(call);
  return call.params["commentId"] === undefined ? list(call, item) : ok(shown(call, one(call, item, flag(call, "includeDeleted"))));
};

const formatIn = (call: Call, fallback: CommentFormat): CommentFormat => {
  const given = option(call, "format");
  if (given === null) return fallback;
  if (!call.world.options.markdown || (call.version.revision !== null && call.version.revision < 4)) throw bad("VssPropertyValidationException", "VS403682: The format of a comment cannot be chosen in this version.");
  return enumOf(given, { markdown: 0, html: 1 }, "html", "format");
};

const textIn = (call: Call): string => {
  const text = textOf(objectBody(call)["text"]);
  if (text === undefined) throw bad("VssPropertyValidationException", "Value cannot be null. Parameter name: text");
  return text;
};

const add = (call: Call): Reply => {
  const item = owner(call);
  checkWritable(call, item);
  return ok(shown(call, makeComment(call.world, item, call.user.id, { text: textIn(call), format: formatIn(call, "html") })));
};

const edit = (call: Call): Reply => {
  const item = owner(call);
  checkWritable(call, item);
  const comment = one(call, item);
  return ok(shown(call, editComment(call.world, item, comment, call.user.id, { text: textIn(call), format: formatIn(call, versionOf(comment).format) })));
};

const remove = (call: Call): Reply => {
  const item = owner(call);
  checkWritable(call, item);
  removeComment(call.world, item, one(call, item), call.user.id);
  return nothing();
};

const versions = (call: Call): Reply => {
  const comment = one(call, owner(call), true);
  const number = call.params["version"];
  if (number === undefined) return listed(comment.versions.toReversed().map((version) => shown(call, comment, version.version)));
  if (!comment.versions.some((version) => version.version === Number(number))) throw noComment(`${comment.id}, version ${number}`);
  return ok(shown(call, comment, Number(number)));
};

const REACTIONS = { like: 0, dislike: 1, heart: 2, hooray: 3, smile: 4, confused: 5 } as const;

const react = (call: Call, on: boolean): Reply => {
  const comment = one(call, owner(call));
  const type = enumOf(call.params["reactionType"] ?? "0", REACTIONS, "like", "reactionType");
  const others = (comment.reactions[type] ?? []).filter((id) => id !== call.user.id);
  const users = on ? [...others, call.user.id] : others;
  call.world.tables.comments.set(comment.id, { ...comment, reactions: { ...comment.reactions, [type]: users } });
  return ok({ type, count: users.length, isCurrentUserEngaged: on, commentId: comment.id, url: `${urlOf(call, comment)}/reactions/${type}` });
};

const engaged = (call: Call): Reply => {
  const comment = one(call, owner(call));
  const type = enumOf(call.params["reactionType"] ?? "0", REACTIONS, "like", "reactionType");
  return listed((comment.reactions[type] ?? []).flatMap((id) => person(call, id) ?? []));
};

/** Versions 3.0 to 5.0: comments of revisions, to be read only. */
const byRevision = (call: Call): Reply => {
  const item = itemIn(call, call.params["id"]);
  const rows = item.revisions.filter((revision) => revision.history !== undefined).map((revision) => ({
    revision: revision.rev, text: revision.history, revisedBy: person(call, String(revision.fields["System.ChangedBy"])), revisedDate: revision.fields["System.ChangedDate"], url: `${call.base}/_apis/wit/workItems/${item.id}/comments/${revision.rev}`,
  }));
  const number = call.params["revision"];
  if (number === undefined) return ok({ totalCount: rows.length, fromRevisionCount: 0, count: rows.length, comments: rows });
  const found = rows.find((row) => row.revision === Number(number));
  if (found === undefined) throw noComment(number);
  return ok(found);
};

/** Listed by OPTIONS, described nowhere: it answers, and nobody should build on it. */
const reporting = (call: Call): Reply => {
  const rows = [...call.world.tables.comments.values()].filter((comment) => call.world.tables.items.get(comment.workItemId)?.deleted === null);
  return ok({ values: rows.map((comment) => shown(call, comment)), isLastBatch: true, continuationToken: wireDate(call.world.now()) });
};

export const commentHandlers: Handlers = {
  comments: { GET: read, POST: add, PATCH: edit, DELETE: remove },
  commentsByRevision: { GET: byRevision },
  commentVersions: { GET: versions },
  commentReactions: { GET: (call) => listed(reactionsOf(call, one(call, owner(call)))), PUT: (call) => react(call, true), DELETE: (call) => react(call, false) },
  engagedUsers: { GET: engaged },
  reportComments: { GET: reporting },
};
