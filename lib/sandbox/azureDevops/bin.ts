// The recycle bin (sheet §15): entries, restoring, destroying. Its dates are in the form of the United States, ids may be text.

import { type Call, canSee, type Handlers, listed, listOption, nothing, objectBody, ok, projectIn, requireScope } from "./call.ts";
import { AdoError, bad, noItem } from "./errors.ts";
import type { Item } from "./model.ts";
import { identityText } from "./people.ts";
import { type Json, PLAIN, shownItem } from "./render.ts";
import { setDeleted } from "./save.ts";
import { usDate } from "./text.ts";
import { lastOf, projectOfItem, type World } from "./world.ts";

export const binEntry = (call: Call, item: Item, withResource: boolean): Json => {
  const { fields } = lastOf(item);
  const project = projectOfItem(call.world, item);
  const by = call.world.tables.users.get(item.deleted?.by ?? "");
  return {
    id: item.id, type: fields["System.WorkItemType"], name: fields["System.Title"], project: project.name, deletedDate: item.deleted === null ? undefined : usDate(item.deleted.at), deletedBy: by === undefined ? undefined : identityText(by), code: 200,
    url: `${call.base}/${project.id}/_apis/wit/recyclebin/${item.id}`, ...(withResource ? { resource: shownItem(call.view, item, lastOf(item), PLAIN) } : {}),
  };
};

/** For ever: with links, comments and history. */
export const destroyItem = (world: World, item: Item): void => {
  for (const link of world.linksOf(item.id)) world.dropLink(link.id);
  for (const comment of world.commentsOf(item.id)) world.tables.comments.delete(comment.id);
  world.tables.items.delete(item.id);
};

const deletedItems = (call: Call): readonly Item[] => {
  const project = projectIn(call);
  return [...call.world.tables.items.values()].filter((item) => item.deleted !== null && canSee(call, { ...item, deleted: null }) && (project === undefined || projectOfItem(call.world, item).id === project.id));
};

const one = (call: Call): Item => {
  const id = call.params["id"] ?? "";
  const found = deletedItems(call).find((item) => item.id === Number(id));
  if (found === undefined) throw noItem(id);
  return found;
};

const read = (call: Call): ReturnType<typeof ok> => {
  requireScope(call, "work");
  if (call.params["id"] !== undefined) return ok(binEntry(call, one(call), false));
  const ids = listOption(call, "ids");
  if (ids === null) return listed(deletedItems(call).map((item) => ({ id: item.id, url: `${call.base}/${projectOfItem(call.world, item).id}/_apis/wit/recyclebin/${item.id}` })));
  const found = deletedItems(call);
  return listed(ids.map((id) => {
    const item = found.find((candidate) => candidate.id === Number(id));
    return item === undefined ? { id: Number(id), code: 404, message: noItem(id).message } : { ...binEntry(call, item, false), id: String(item.id) };
  }));
};

const restore = (call: Call): ReturnType<typeof ok> => {
  const item = one(call);
  if (objectBody(call)["isDeleted"] !== false) throw bad("VssPropertyValidationException", "VS403355: isDeleted must be false to restore a work item.");
  setDeleted(call.world, item, call.user.id, false);
  return ok({ ...binEntry(call, item, true), deletedDate: undefined, deletedBy: undefined });
};

const destroy = (call: Call): ReturnType<typeof ok> => {
  if (!call.world.options.destroyPermission) throw new AdoError(403, "AccessDeniedException", "TF237113: You do not have the permission to delete work items permanently.");
  destroyItem(call.world, one(call));
  return nothing();
};

export const binHandlers: Handlers = { recycleBin: { GET: read, PATCH: restore, DELETE: destroy } };
