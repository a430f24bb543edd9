// Comments: adding, changing, removing, and how they look (sheet §15.1). No history is written for them.

import { change } from "./change.ts";
import type { Comment, Issue, Rich, User, Visibility } from "./model.ts";
import { demand, isAdmin } from "./permissions.ts";
import { badField, missing, ValueProblem } from "./problem.ts";
import { htmlOf, readRich, showRich, type Actor } from "./rich.ts";
import { base, showUser, showVisibility, type Shown, type View } from "./shapes.ts";
import { platformTime } from "./time.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

const readBody = (actor: Actor, raw: unknown): Rich => {
  try {
    const body = readRich(actor, raw, actor.world.cloud && actor.api === 3 ? "Comment body is not valid!" : undefined);
    if (body === null || (typeof body === "string" && body.trim() === "") || (typeof body !== "string" && (body.content ?? []).length === 0)) throw badField("comment", "Comment body can not be empty!");
    return body;
  } catch (problem) {
    if (problem instanceof ValueProblem) throw badField("comment", problem.message);
    throw problem;
  }
};

export const readVisibility = (world: World, raw: unknown): Visibility | undefined => {
  if (raw === null || raw === undefined) return undefined;
  const { type, value, identifier } = raw as { type?: unknown; value?: unknown; identifier?: unknown };
  if (type !== "role" && type !== "group") throw badField("commentLevel", "Invalid visibility type. Must be 'role' or 'group'.");
  const rows = type === "role" ? [...world.tables.roles.values()] : [...world.tables.groups.values()];
  const found = rows.find((row) => row.name === value || row.id === identifier);
  if (!found) throw badField("commentLevel", type === "role" ? `Role: ${String(value)} does not exist.` : `Group: ${String(value)} does not exist.`);
  return { type, value: found.name, identifier: found.id };
};

const readProperties = (raw: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries((Array.isArray(raw) ? (raw as unknown[]).filter((one): one is Json => typeof one === "object" && one !== null) : []).map((entry) => [String(entry["key"]), entry["value"]]));

/** Who holds a role of a project is what was set for it; until then an administrator holds every one, the others are developers and users. */
const holdsRole = (world: World, issue: Issue, user: User, name: string): boolean => {
  const role = [...world.tables.roles.values()].find((row) => row.name === name);
  const set = role && world.tables.projects.get(issue.projectId)?.actors?.[role.id];
  return set ? set.users.includes(user.id) || set.groups.some((id) => user.groups.includes(world.tables.groups.get(id)?.name ?? id)) : isAdmin(user) || name !== "Administrators";
};

/** Roles and groups restrict who reads a comment or a worklog. */
export const maySee = (world: World, issue: Issue, user: User | null, visibility: Visibility | undefined): boolean => {
  if (!visibility) return true;
  if (!user) return false;
  return visibility.type === "group" ? isAdmin(user) || user.groups.includes(visibility.value) : holdsRole(world, issue, user, visibility.value);
};

export const visibleComments = (view: View, issue: Issue): readonly Comment[] => issue.comments.filter((comment) => maySee(view.world, issue, view.user, comment.visibility));

export const showComment = (view: View, issue: Issue, comment: Comment, expand: readonly string[] = []): Shown => ({
  self: `${base(view)}/issue/${issue.id}/comment/${comment.id}`, id: comment.id, author: showUser(view, comment.author), body: showRich(view.world, view.api, comment.body),
  updateAuthor: showUser(view, comment.updateAuthor), created: platformTime(comment.created, view.world.options.siteZone), updated: platformTime(comment.updated, view.world.options.siteZone),
  ...(comment.visibility ? { visibility: showVisibility(view, comment.visibility) } : {}), ...(view.world.cloud ? { jsdPublic: true } : {}),
  ...(expand.includes("renderedBody") ? { renderedBody: htmlOf(comment.body) } : {}),
  ...(expand.includes("properties") ? { properties: Object.entries(comment.properties).map(([key, value]) => ({ key, value })) } : {}),
});

export const addComment = (actor: Actor, issue: Issue, input: Json): { readonly issue: Issue; readonly comment: Comment } => {
  const { world, user } = actor;
  demand(actor, "ADD_COMMENTS", `${user.displayName}, you do not have the permission to comment on this issue.`);
  const body = readBody(actor, input["body"]);
  const visibility = readVisibility(world, input["visibility"]);
  const at = world.now();
  const comment: Comment = {
    id: String(world.next("comment")), author: user.id, updateAuthor: user.id, body, created: at, updated: at, properties: readProperties(input["properties"]), ...(visibility ? { visibility } : {}),
  };
  return { issue: change(world, user.id, issue, { ...issue, comments: [...issue.comments, comment] }, { moves: true }), comment };
};

export const findComment = (world: World, user: User | null, issue: Issue, id: string): Comment => {
  const found = issue.comments.find((comment) => comment.id === id && maySee(world, issue, user, comment.visibility));
  if (!found) throw missing(`Can not find a comment for the id: ${id}.`);
  return found;
};

export const editComment = (actor: Actor, issue: Issue, comment: Comment, input: Json): Comment => {
  const { world, user } = actor;
  if (comment.author !== user.id) demand(actor, "EDIT_ALL_COMMENTS", "You do not have permission to edit this comment.");
  else demand(actor, "EDIT_OWN_COMMENTS", "You do not have permission to edit this comment.");
  const body = input["body"] === undefined ? comment.body : readBody(actor, input["body"]);
  const kept = world.options.visibilityKeptOnUpdate && !("visibility" in input) ? comment.visibility : readVisibility(world, input["visibility"]);
  const { visibility: _old, ...rest } = comment;
  const next: Comment = {
    ...rest, body, updateAuthor: user.id, updated: world.now(), properties: { ...comment.properties, ...readProperties(input["properties"]) }, ...(kept ? { visibility: kept } : {}),
  };
  change(world, user.id, issue, { ...issue, comments: issue.comments.map((one) => (one.id === comment.id ? next : one)) }, { moves: world.options.commentEditMovesUpdated });
  return next;
};

export const removeComment = (actor: Actor, issue: Issue, comment: Comment): void => {
  const { world, user } = actor;
  if (comment.author !== user.id) demand(actor, "DELETE_ALL_COMMENTS", "You do not have permission to delete this comment.");
  else demand(actor, "DELETE_OWN_COMMENTS", "You do not have permission to delete this comment.");
  change(world, user.id, issue, { ...issue, comments: issue.comments.filter((one) => one.id !== comment.id) }, { moves: world.options.commentDeleteMovesUpdated });
};

/** A property is stored or taken away without moving anything. */
export const saveComment = (world: World, issue: Issue, comment: Comment): void => world.save({ ...issue, comments: issue.comments.map((one) => (one.id === comment.id ? comment : one)) });
