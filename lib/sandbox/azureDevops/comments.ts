// Comments as things: made, edited, deleted, with all their versions; which of it moves the item's revision is a switch (sheet §14).

import { AdoError, bad } from "./errors.ts";
import type { Comment, CommentFormat, CommentVersion, Item } from "./model.ts";
import { bump } from "./save.ts";
import { sanitise, wireDate } from "./text.ts";
import { lastOf, type World } from "./world.ts";

export const versionOf = (comment: Comment): CommentVersion => {
  const last = comment.versions.at(-1);
  if (last === undefined) throw new Error(`the sandbox lost the versions of comment ${comment.id}`);
  return last;
};

export const isDeleted = (comment: Comment): boolean => versionOf(comment).deleted;

export interface CommentText {
  readonly text: string;
  readonly format: CommentFormat;
}

const checkText = (world: World, { text, format }: CommentText): string => {
  if (text.trim() === "") throw bad("VssPropertyValidationException", "VS403680: The text of a comment must not be empty.");
  if (text.length > world.options.textLimit) throw bad("WorkItemCommentTooLongException", `VS403681: The text of a comment can have at most ${world.options.textLimit} characters.`);
  return format === "html" ? sanitise(text) : text;
};

const now = (world: World, item: Item): string => wireDate(Math.max(world.now(), Date.parse(String(lastOf(item).fields["System.ChangedDate"])) + 3));

/** A new comment is a revision of the item, unless switched off. */
export const makeComment = (world: World, item: Item, by: string, given: CommentText, person = false): Comment => {
  if (world.commentsOf(item.id).length >= world.options.maxComments) throw bad("WorkItemCommentLimitExceededException", `VS403656: A work item can have at most ${world.options.maxComments} comments.`);
  const text = checkText(world, given);
  const date = now(world, item);
  const comment: Comment = { id: world.next("comment"), workItemId: item.id, createdBy: by, createdDate: date, reactions: {}, versions: [{ version: 1, text, format: given.format, by, date, deleted: false }] };
  world.putComment(comment);
  const late = person ? world.options.lateCommitSeconds * 1000 : 0;
  if (world.options.commentMovesRev) bump(world, item, by, {}, { comment: { id: comment.id, version: 1 }, history: text, visibleAt: world.now() + late });
  return comment;
};

const addVersion = (world: World, comment: Comment, version: CommentVersion): Comment => {
  const changed = { ...comment, versions: [...comment.versions, version] };
  world.tables.comments.set(comment.id, changed);
  return changed;
};

export const editComment = (world: World, item: Item, comment: Comment, by: string, given: CommentText): Comment => {
  if (isDeleted(comment)) throw new AdoError(404, "CommentNotFoundException", `VS403663: The comment with id ${comment.id} does not exist.`);
  const text = checkText(world, given);
  const version = { version: versionOf(comment).version + 1, text, format: given.format, by, date: now(world, item), deleted: false };
  const changed = addVersion(world, comment, version);
  if (world.options.commentEditMovesRev) bump(world, item, by, {}, { comment: { id: comment.id, version: version.version } });
  return changed;
};

export const removeComment = (world: World, item: Item, comment: Comment, by: string): void => {
  if (isDeleted(comment)) throw new AdoError(404, "CommentNotFoundException", `VS403663: The comment with id ${comment.id} does not exist.`);
  const last = versionOf(comment);
  addVersion(world, comment, { ...last, version: last.version + 1, by, date: now(world, item), deleted: true });
  if (world.options.commentDeleteMovesRev) bump(world, item, by, {}, { comment: { id: comment.id, version: last.version + 1 } });
};
