// From an address to a deed (sheet, sections 1 and 4): site, space, workspace; collections, groups, single entities, bytes and scripts.

import type { SandboxReply } from "../imitation.ts";
import { type ChangeScope, deleteMany, deleteOne, postMany, putMany, putOne } from "./change.ts";
import { CODES, noSuchPath, notFound, OctaneError } from "./errors.ts";
import { entityMetadata, fieldMetadata } from "./metadata.ts";
import { type EntityType, refsOf } from "./model.ts";
import { json, listEntities, listGroups, needPreview, oneEntity, showEntity, wantedFields } from "./read.ts";
import { envelope, render } from "./render.ts";
import { accepts, jsonBody, mediaType } from "./request.ts";
import { SPACE } from "./seedData.ts";
import { userItems } from "./userItems.ts";
import { SHARED } from "./world.ts";

const PREVIEWED: Readonly<Record<string, "previewAttachments" | "previewHistory">> = { attachments: "previewAttachments", history_records: "previewHistory", history_logs: "previewHistory" };

const notAllowed = (method: string, path: string): OctaneError => new OctaneError(405, CODES.noPath, `HTTP 405 Method Not Allowed: ${method} ${path}`);

const needJson = (scope: ChangeScope): void => {
  if (!accepts(scope.request, ["application/json"])) throw new OctaneError(406, CODES.noPath, "HTTP 406 Not Acceptable: only application/json can be had here.");
};

const mayWrite = (scope: ChangeScope): void => {
  if (scope.request.method === "GET") return;
  const names = refsOf(scope.user.v.roles).map((role) => scope.world.get("workspace_role", role.id)?.v.logical_name);
  if (names.every((name) => name === "role.workspace.viewer")) throw new OctaneError(403, CODES.noRight, `The user ${String(scope.user.v.name)} may only read.`, {}, true);
};

const bytes = (scope: ChangeScope, id: string): SandboxReply => {
  const entity = oneEntity(scope, scope.world.schema.typeNamed("attachment"), id);
  const content = scope.world.files.get(entity.id) ?? Buffer.alloc(0);
  const name = encodeURIComponent(String(entity.v.name));
  return { status: 200, headers: { "content-type": "application/octet-stream", "content-disposition": `attachment; filename="${name}"; filename*=UTF-8''${name}` }, body: content };
};

/** Steps of a manual test, text of a Gherkin test (sheet, section 4). */
const script = (scope: ChangeScope, type: EntityType, id: string): SandboxReply => {
  const entity = oneEntity(scope, type, id);
  const known = scope.world.scripts.get(entity.id) ?? { script: "", comment: null, revision_type: "Major" };
  if (scope.request.method === "GET") return json(known);
  if (scope.request.method !== "PUT") throw notAllowed(scope.request.method, scope.request.path);
  const body = jsonBody(scope.request);
  const next = { script: typeof body.script === "string" ? body.script : "", comment: body.comment ?? null, revision_type: body.revision_type ?? "Minor" };
  scope.world.scripts.set(entity.id, next);
  return json(next);
};

const onCollection = (scope: ChangeScope, type: EntityType): SandboxReply => {
  needJson(scope);
  if (scope.request.method === "GET") return listEntities(scope, type);
  if (scope.request.method === "POST") return postMany(scope, type);
  if (scope.request.method === "PUT") return putMany(scope, type);
  return deleteMany(scope, type);
};

const onEntity = (scope: ChangeScope, type: EntityType, id: string): SandboxReply => {
  const wantsBytes = scope.request.header("accept")?.split(",").map(mediaType)[0] === "application/octet-stream";
  if (type.name === "attachment" && scope.request.method === "GET" && wantsBytes) return bytes(scope, id);
  needJson(scope);
  if (scope.request.method === "GET") return showEntity(scope, type, id);
  if (scope.request.method === "PUT") return putOne(scope, type, id);
  if (scope.request.method === "DELETE") return deleteOne(scope, type, id);
  throw notAllowed(scope.request.method, scope.request.path);
};

const inCollection = (scope: ChangeScope, name: string, rest: readonly string[]): SandboxReply => {
  const type = scope.world.schema.byCollection.get(name);
  const atSpace = !/\/workspaces\/\d+\/./.test(scope.request.path);
  if (!type || (atSpace ? type.level === "workspace" : type.level === "space")) throw noSuchPath(scope.request.path);
  const preview = PREVIEWED[name];
  if (preview && scope.options[preview]) needPreview(scope, `The collection ${name}`);
  if (!type.methods.includes(scope.request.method) && rest[1] !== "script") throw notAllowed(scope.request.method, scope.request.path);
  mayWrite(scope);
  if (type.name === "user_item") return userItems(scope, type);
  const [id, more, ...tooMuch] = rest;
  if (id === undefined) return onCollection(scope, type);
  if (tooMuch.length > 0) throw noSuchPath(scope.request.path);
  if (id === "groups" && more === undefined && scope.request.method === "GET") return listGroups(scope, type);
  if (more === undefined) return onEntity(scope, type, id);
  if (type.name === "attachment" && scope.request.method === "GET") return bytes(scope, id);
  if (type.table === "test" && more === "script") return script(scope, type, id);
  throw noSuchPath(scope.request.path);
};

/** What workspaces share is made at the space but lives in its pseudo-workspace (sheet, section 1). */
const shared = (scope: ChangeScope, name: string): ChangeScope => (scope.ws === 0 && (name === "releases" || name === "programs") ? { ...scope, ws: SHARED } : scope);

const inContext = (scope: ChangeScope, rest: readonly string[]): SandboxReply => {
  const [name, second, ...more] = rest;
  if (name !== "metadata") return inCollection(shared(scope, name ?? ""), name ?? "", rest.slice(1));
  if (scope.request.method !== "GET") throw notAllowed(scope.request.method, scope.request.path);
  needJson(scope);
  // One type or field has no address of its own: it is asked for by a query.
  if (more.length > 0) throw noSuchPath(scope.request.path);
  const query = scope.request.params.get("query");
  if (second === "entities") return json(entityMetadata(scope.world, scope.ws, scope.options, query));
  if (second === "fields") return json(fieldMetadata(scope.world, query));
  throw noSuchPath(scope.request.path);
};

const space = { type: "shared_space", id: SPACE.id, name: SPACE.name, logical_name: "default_shared_space", activity_level: 0, isolated: false };

const getOnly = (scope: ChangeScope, body: unknown): SandboxReply => {
  if (scope.request.method !== "GET") throw notAllowed(scope.request.method, scope.request.path);
  return json(body);
};

/** The address after `/api`; the scope stands at the space until a workspace is named. */
export const route = (scope: ChangeScope, segments: readonly string[]): SandboxReply => {
  const [first, spaceId, second, workspaceId, ...rest] = segments;
  if (first === "current_user" && spaceId === undefined) {
    const type = scope.world.schema.typeNamed("sharedspace_user");
    return getOnly(scope, render(scope, type, scope.user, wantedFields(scope, type)));
  }
  if (first === "audits" && spaceId === undefined) return inCollection(scope, "audits", []);
  if (first !== "shared_spaces") throw noSuchPath(scope.request.path);
  if (spaceId === undefined) return getOnly(scope, envelope([space]));
  if (spaceId !== SPACE.id) throw notFound("shared_space", spaceId);
  if (second === undefined) return getOnly(scope, space);
  if (second !== "workspaces" || workspaceId === undefined || rest.length === 0) return inContext(scope, segments.slice(2));
  const known = workspaceId === "500" || scope.world.get("workspace", workspaceId);
  if (!known) throw notFound("workspace", workspaceId);
  return inContext({ ...scope, ws: Number(workspaceId) }, rest);
};
