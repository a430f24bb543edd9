// Work items: read one or many, create and change by JSON Patch, delete (sheet §6 to §8, §15).

import { setDeleted, save } from "./save.ts";
import { binEntry, destroyItem } from "./bin.ts";
import { type Call, checkWritable, findItem, type Handlers, itemIn, jsonBody, listed, listOption, neededProject, nothing, objectBody, ok, option, readTime, requireScope } from "./call.ts";
import { type Draft, draftOf, newDraft } from "./draft.ts";
import { AdoError, bad, NoController, noItem, noType } from "./errors.ts";
import type { Item, Project } from "./model.ts";
import { applyPatch, readPatch } from "./patch.ts";
import { isInAreas } from "./compute.ts";
import { initialView } from "./initialView.ts";
import { TEST_TYPES } from "./processParts.ts";
import { type Json, shownItem } from "./render.ts";
import { asOfIn, ERROR_POLICY, readWanted, revisionFor, wantedIn, writeFlags } from "./wanted.ts";
import { enumOf } from "./call.ts";
import { lastOf, typeOf } from "./world.ts";

type Reply = ReturnType<typeof ok>;

const tooMany = (count: number, limit: number): AdoError => bad("VssPropertyValidationException", `VS403474: You requested ${count} work items which exceeds the limit of ${limit}. Reduce the number of ids and try again.`);

interface Request {
  readonly ids: readonly number[];
  readonly fields: readonly string[] | null;
  readonly expand: unknown;
  readonly asOf: number | null;
  readonly policy: unknown;
}

/** `omit` leaves null in the place of what is not there (sheet §7). */
const many = (call: Call, request: Request): Reply => {
  const { batchLimit } = call.world.options;
  if (request.ids.length > batchLimit) throw tooMany(request.ids.length, batchLimit);
  const wanted = readWanted(call, request, false);
  const policy = enumOf(request.policy, ERROR_POLICY, "fail", "errorPolicy");
  const rows = request.ids.map((id): Json | null => {
    const item = findItem(call, id);
    const revision = item && revisionFor(item, request.asOf);
    if (item !== undefined && revision !== undefined) return shownItem(call.view, item, revision, wanted);
    if (policy === "fail") throw noItem(id);
    return null;
  });
  return listed(rows);
};

const readId = (value: unknown): number => {
  const id = typeof value === "number" || (typeof value === "string" && value.trim() !== "") ? Number(value) : Number.NaN;
  if (!Number.isInteger(id)) throw bad("VssPropertyValidationException", `The value '${String(value)}' is not valid for ids.`);
  return id;
};

const getList = (call: Call): Reply => {
  const ids = listOption(call, "ids");
  if (ids === null) throw bad("VssPropertyValidationException", "VS403472: You must pass the ids of the work items in the query parameter ids.");
  return many(call, { ids: ids.map(readId), fields: listOption(call, "fields"), expand: option(call, "$expand"), asOf: asOfIn(call), policy: option(call, "errorPolicy") });
};

const get = (call: Call): Reply => {
  requireScope(call, "work");
  const { id } = call.params;
  if (id === undefined) return getList(call);
  if (Number(id) === 0) throw new NoController();
  const item = itemIn(call, id);
  const revision = revisionFor(item, asOfIn(call));
  if (revision === undefined) throw noItem(id);
  return ok(shownItem(call.view, item, revision, wantedIn(call, true)));
};

const batchRead = (call: Call): Reply => {
  requireScope(call, "work");
  const body = objectBody(call);
  if (!Array.isArray(body["ids"])) throw bad("VssPropertyValidationException", "Value cannot be null. Parameter name: ids");
  const fields = Array.isArray(body["fields"]) ? (body["fields"] as readonly unknown[]).map(String) : null;
  const asOf = typeof body["asOf"] === "string" ? readTime(body["asOf"], "asOf") : null;
  return many(call, { ids: (body["ids"] as readonly unknown[]).map(readId), fields, expand: body["$expand"], asOf, policy: body["errorPolicy"] });
};

const requirePatchType = (call: Call): void => {
  const type = call.request.headers["content-type"] ?? "";
  if (/^application\/json-patch\+json\b/i.test(type)) return;
  throw bad("VssRequestContentTypeNotSupportedException", `The request indicated a Content-Type of "${type.split(";")[0]}" for method type "${call.request.method}" which is not supported. Valid content types for this method are: application/json-patch+json.`);
};

const requireBypass = (call: Call, bypass: boolean): void => {
  const { options } = call.world;
  if (bypass && !options.bypassPermission) throw new AdoError(options.bypassRefusal, "AccessDeniedException", "TF237124: Work item is not ready to save: you need the permission 'Bypass rules on work item updates'.");
};

const requireArea = (draft: Draft): void => {
  const { world } = draft;
  const { options } = world;
  if (options.readOnlyAreas.length + options.hiddenAreas.length === 0) return;
  const revision = { rev: 0, fields: draft.fields, resources: [], markdown: [], watermark: 0, savedAt: 0, visibleAt: 0, authorizedAs: draft.user.id };
  if (isInAreas(world, revision, [...options.readOnlyAreas, ...options.hiddenAreas])) throw new AdoError(options.areaRefusal, "WorkItemUnauthorizedAccessException", "TF237111: The current user does not have permissions to save work items under the specified area path.");
};

const finish = (call: Call, draft: Draft, status: number): Reply => {
  const { validateOnly, silent } = writeFlags(call);
  applyPatch(draft, readPatch(jsonBody(call)));
  requireArea(draft);
  const { item, revision } = save(draft, { validateOnly, silent });
  const wanted = wantedIn(call, true);
  // The answer to a change shows relations unasked (sheet §10).
  return ok(shownItem(call.view, item, revision, { ...wanted, relations: true }), status);
};

const createIn = (call: Call, project: Project, typeName: string): Reply => {
  requireScope(call, "work");
  requirePatchType(call);
  const { bypass } = writeFlags(call);
  requireBypass(call, bypass);
  const type = typeOf(call.world, project, typeName);
  if (type === undefined) throw noType(typeName, project.name);
  return finish(call, newDraft(call.world, call.user, project, type, bypass), call.world.options.createStatus);
};

const update = (call: Call): Reply => {
  requireScope(call, "work");
  requirePatchType(call);
  const { bypass } = writeFlags(call);
  requireBypass(call, bypass);
  if (Number(call.params["id"]) === 0 || call.params["id"] === undefined) throw new NoController();
  const item = itemIn(call, call.params["id"]);
  checkWritable(call, item);
  if (call.runtime.conflicts > 0) {
    call.runtime.conflicts -= 1;
    throw new AdoError(409, "WorkItemRevisionMismatchException", "TF26071: This work item has been changed by someone else since you opened it.");
  }
  return finish(call, draftOf(call.world, call.user, item, bypass), 200);
};

const requireDestroy = (call: Call, destroy: boolean): void => {
  if (destroy && !call.world.options.destroyPermission) throw new AdoError(403, "AccessDeniedException", "TF237113: You do not have the permission to delete work items permanently.");
};

const deleteItem = (call: Call, item: Item, destroy: boolean): Json => {
  checkWritable(call, item);
  requireDestroy(call, destroy);
  const type = String(lastOf(item).fields["System.WorkItemType"]);
  if (TEST_TYPES.includes(type)) throw bad("WorkItemDeleteNotAllowedException", `TF401376: Work items of the type ${type} cannot be deleted by this call; use the test management API.`);
  if (item.deleted === null) setDeleted(call.world, item, call.user.id, true);
  const entry = binEntry(call, item, true);
  if (destroy) destroyItem(call.world, item);
  return entry;
};

const remove = (call: Call): Reply => {
  requireScope(call, "work");
  const { id } = call.params;
  if (id === undefined || Number(id) === 0) throw new NoController();
  const entry = deleteItem(call, itemIn(call, id), /^(true|1)$/i.test(option(call, "destroy") ?? ""));
  return call.world.options.deleteStatus === 204 ? nothing() : ok(entry, call.world.options.deleteStatus);
};

/** Many at once: each for itself. */
const removeMany = (call: Call): Reply => {
  const body = objectBody(call);
  const ids = Array.isArray(body["ids"]) ? (body["ids"] as readonly unknown[]).map(readId) : [];
  const { batchLimit } = call.world.options;
  if (ids.length > batchLimit) throw tooMany(ids.length, batchLimit);
  const failing = call.runtime.failingEntries;
  const results = ids.map((id, at): Json => {
    const item = findItem(call, id);
    if (item === undefined || failing.includes(at)) return { id, code: item === undefined ? 404 : 500, message: item === undefined ? noItem(id).message : "TF30063: The entry could not be carried out." };
    return deleteItem(call, item, body["destroy"] === true);
  });
  return ok({ results });
};

export const itemHandlers: Handlers = {
  workItems: { GET: get, PATCH: update, DELETE: remove },
  workItemsOfType: { GET: (call) => ok(initialView(call, neededProject(call), call.params["type"] ?? "")), POST: (call) => createIn(call, neededProject(call), call.params["type"] ?? ""), PATCH: (call) => createIn(call, neededProject(call), call.params["type"] ?? "") },
  workItemsBatch: { POST: batchRead },
  workItemsDelete: { POST: removeMany },
};
