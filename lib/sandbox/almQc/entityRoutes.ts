// Collections and single entities: what each method does (sheet, sections 5, 8, 9, 16, 21).

import type { SandboxReply } from "../imitation.ts";
import { detach, download, findFile, replace, upload } from "./attach.ts";
import { bulk, type Entry } from "./bulk.ts";
import type { ProjectCall } from "./call.ts";
import { checkLock, create, setVersion, update } from "./deeds.ts";
import { badBody, forbidden, noSuchPath, notFound, QcError, wrongMethod } from "./errors.ts";
import { auditsDoc } from "./history.ts";
import { type Input, readInputs, readOne } from "./input.ts";
import { groups, list } from "./list.ts";
import { listItemsRoute } from "./listItems.ts";
import { first, type EntityType, type Row } from "./model.ts";
import { attachmentsOf, remove } from "./remove.ts";
import { collectionDoc, entityDoc } from "./render.ts";
import { answer, type Doc, jsonOf, xmlOf } from "./wire.ts";
import { childText, element, leaf } from "./xml.ts";

const rowIn = ({ scope }: ProjectCall, type: EntityType, id: string): Row => {
  const row = /^-?\d+$/.test(id) ? scope.project.get(type.name, Number(id)) : undefined;
  if (!row) throw notFound(type.name, id);
  return row;
};

const checkType = (type: EntityType, input: Input): Input => {
  if (input.type !== null && input.type !== type.name) throw badBody(`the type ${input.type} is not ${type.name}`);
  return input;
};

/** Favorites are a user's own, or public. */
const visible = ({ scope, request }: ProjectCall, type: EntityType): readonly Row[] | undefined => {
  if (type.name !== "favorite" && type.name !== "favorite-folder") return undefined;
  const shared = request.params.get("include-shared-with-me")?.toLowerCase() !== "n";
  return scope.project.rows(type.name).filter((row) => first(row, "owner") === scope.user.name || (shared && first(row, "is-public") === "Y"));
};

const listReply = (call: ProjectCall, type: EntityType, among: readonly Row[] | undefined): SandboxReply => {
  const search = { params: call.request.params, now: call.now, ...(among === undefined ? {} : { among }) };
  return answer(call.request, collectionDoc(call.scope, list(call.scope, type, search)));
};

const post = (call: ProjectCall, type: EntityType, extra: readonly (readonly [string, readonly string[]])[] = []): SandboxReply => {
  const { request, scope } = call;
  if (!type.writable) throw wrongMethod("POST");
  const { many, entities } = readInputs(request);
  const withExtra = (input: Input): Input["fields"] => [...input.fields, ...extra.filter(([name]) => !input.fields.some(([known]) => known === name))];
  for (const input of entities) checkType(type, input);
  if (many) return bulk(request, scope, type, entities.map((input) => ({ id: null, work: () => create(scope, type, withExtra(input)) })), call.takeFailures());
  const [input] = entities;
  if (!input) throw badBody("an entity is expected");
  const row = create(scope, type, withExtra(input));
  return answer(request, entityDoc(scope, row, "write"), 201, { Location: `${call.address}/${type.collection}/${row.id}` });
};

/** Without ids every row is changed: as dangerous as on a real server. */
const putMany = (call: ProjectCall, type: EntityType): SandboxReply => {
  const { request, scope } = call;
  if (!type.writable) throw wrongMethod("PUT");
  const { entities } = readInputs(request);
  const entries = entities.flatMap((given): readonly Entry[] => {
    const input = checkType(type, given);
    const { id } = input;
    if (id !== null) return [{ id: Number(id), work: () => update(scope, rowIn(call, type, id), input.fields) }];
    return scope.project.rows(type.name).map((row) => ({ id: row.id, work: () => update(scope, rowIn(call, type, String(row.id)), input.fields) }));
  });
  return bulk(request, scope, type, entries, call.takeFailures());
};

const isForced = ({ request }: ProjectCall): boolean => request.params.get("force-delete-children")?.toLowerCase() === "y";

const removed = (call: ProjectCall, type: EntityType, id: string): Row => {
  const row = rowIn(call, type, id);
  if (type.name === "attachment") detach(call.scope, row);
  else remove(call.scope, row, isForced(call));
  return row;
};

const deleteMany = (call: ProjectCall, type: EntityType): SandboxReply => {
  const ids = (call.request.params.get("ids-to-delete") ?? "").split(",").map((id) => id.trim()).filter((id) => id !== "");
  if (ids.length === 0) throw new QcError(400, "general-error", "The parameter ids-to-delete is missing.");
  return bulk(call.request, call.scope, type, ids.map((id) => ({ id: Number(id), work: () => removed(call, type, id) })), call.takeFailures());
};

const groupsReply = (call: ProjectCall, type: EntityType, field: string): SandboxReply => {
  const found = groups(call.scope, type, field, { params: call.request.params, now: call.now });
  return answer(call.request, {
    xml: () => element("GroupByResult", [], found.map(({ value, size }) => element("subLevel", [["Name", field], ["Value", value], ["Expression", value], ["size", size]], "")).join("")),
    json: () => ({ subLevel: found.map(({ value, display, size }) => ({ Name: field, Value: value, ReferenceValue: display, Expression: value, size, subLevel: [] })) }),
  });
};

const collection = (call: ProjectCall, type: EntityType): SandboxReply => {
  const { method } = call.request;
  if (method === "GET" || method === "HEAD") return listReply(call, type, visible(call, type));
  if (method === "POST") return post(call, type);
  if (method === "PUT") return putMany(call, type);
  if (method === "DELETE") return deleteMany(call, type);
  throw wrongMethod(method);
};

const checkOwn = ({ scope }: ProjectCall, row: Row): void => {
  if ((row.type === "favorite" || row.type === "favorite-folder") && first(row, "owner") !== scope.user.name) throw forbidden("A favorite is changed by its owner only.");
};

const single = (call: ProjectCall, type: EntityType, id: string): SandboxReply => {
  const { request, scope } = call;
  const row = rowIn(call, type, id);
  if (request.method === "GET" || request.method === "HEAD") return type.name === "attachment" ? download(scope, request, row) : answer(request, entityDoc(scope, row, "read"));
  checkOwn(call, row);
  if (request.method === "PUT") {
    if (type.name === "attachment") return answer(request, entityDoc(scope, replace(scope, request, row), "write"));
    return answer(request, entityDoc(scope, update(scope, row, checkType(type, readOne(request)).fields), "write"));
  }
  if (request.method !== "DELETE") throw wrongMethod(request.method);
  // What it was, flags and all, is rendered before it goes.
  const last = answer(request, entityDoc(scope, row, "write"));
  removed(call, type, id);
  return last;
};

const filesRoute = (call: ProjectCall, owner: Row, name: string | undefined): SandboxReply => {
  const { request, scope } = call;
  const { method } = request;
  const type = scope.schema.typeNamed("attachment");
  if (!scope.schema.typeNamed(owner.type).attachable) throw noSuchPath(request.path);
  if (name === undefined) {
    if (method === "GET" || method === "HEAD") return listReply(call, type, attachmentsOf(scope, owner));
    if (method !== "POST") throw wrongMethod(method);
    const made = upload(scope, request, owner);
    return answer(request, entityDoc(scope, made, "write"), 201, { Location: `${call.address}/${scope.schema.typeNamed(owner.type).collection}/${owner.id}/attachments/${encodeURIComponent(first(made, "name"))}` });
  }
  const byId = ["true", "y"].includes(request.params.get("by-id")?.toLowerCase() ?? "");
  const file = findFile(scope, owner, name, byId);
  if (method === "GET" || method === "HEAD") return download(scope, request, file);
  if (method === "PUT") return answer(request, entityDoc(scope, replace(scope, request, file), "write"));
  if (method !== "DELETE") throw wrongMethod(method);
  detach(scope, file);
  return answer(request, entityDoc(scope, file, "write"));
};

const lockRoute = (call: ProjectCall, row: Row): SandboxReply => {
  const { locks, request, scope, signed } = call;
  const key = `${scope.project.domain}/${scope.project.name}`;
  if (request.method !== "GET") checkLock(scope, row);
  if (request.method === "POST") locks.take(key, row, signed.session.key, signed.user.name);
  else if (request.method === "DELETE") locks.free(key, row);
  else if (request.method !== "GET") throw wrongMethod(request.method);
  return answer(request, locks.doc(key, row, signed.session.key));
};

/** The comment of a check-out or check-in; the body may be missing. */
const commentIn = ({ request }: ProjectCall): string => {
  const text = request.body.toString("utf8").trim();
  if (text === "") return "";
  if (!text.startsWith("{")) return childText(xmlOf(text), "Comment") ?? "";
  const body = jsonOf(text) as { readonly Comment?: unknown } | null;
  return typeof body?.Comment === "string" ? body.Comment : "";
};

const versionsRoute = (call: ProjectCall, row: Row, deed: string | undefined): SandboxReply => {
  const { request, scope } = call;
  if (deed === undefined) {
    if (request.method !== "GET") throw wrongMethod(request.method);
    const doc: Doc = { xml: () => element("Versions", [], leaf("Version", first(row, "vc-version-number"))), json: () => ({ Versions: [{ Version: first(row, "vc-version-number") }] }) };
    return answer(request, doc);
  }
  if (deed !== "check-out" && deed !== "check-in" && deed !== "undo-check-out") throw noSuchPath(request.path);
  if (request.method !== "POST") throw wrongMethod(request.method);
  return answer(request, entityDoc(scope, setVersion(scope, row, deed, commentIn(call)), "write"));
};

/** Collections that also stand below their owner. */
const NESTED: Readonly<Record<string, readonly string[]>> = { run: ["run-steps"], test: ["design-steps", "test-parameters"], "design-step": ["step-parameters"] };

const nested = (call: ProjectCall, owner: Row, name: string, id: string | undefined): SandboxReply => {
  const type = call.scope.schema.byCollection.get(name);
  if (!type || !NESTED[owner.type]?.includes(name)) throw noSuchPath(call.request.path);
  if (id !== undefined) return single(call, type, id);
  if (call.request.method === "GET" || call.request.method === "HEAD") return listReply(call, type, call.scope.project.pointing(type.name, "parent-id", owner.id));
  if (call.request.method === "POST") return post(call, type, [["parent-id", [String(owner.id)]]]);
  throw wrongMethod(call.request.method);
};

export const collectionRoute = (call: ProjectCall, [name = "", id, what, more, ...rest]: readonly string[]): SandboxReply => {
  const { request, scope } = call;
  const type = scope.schema.byCollection.get(name);
  if (!type || type.name === "audit" || rest.length > 0) throw noSuchPath(request.path);
  if (type.name === "list-item") return listItemsRoute(call, [id, what, more].filter((part) => part !== undefined), false);
  if (id === undefined) return collection(call, type);
  if (id === "groups" && what !== undefined) return groupsReply(call, type, what);
  if (id === "copy") throw new QcError(501, "general-error", "Copying is not part of this server.");
  if (what === undefined) return single(call, type, id);
  const row = rowIn(call, type, id);
  if (what === "attachments") return filesRoute(call, row, more);
  if (what === "lock" && more === undefined) return lockRoute(call, row);
  if (what === "audits" && more === undefined) {
    if (request.method !== "GET") throw wrongMethod(request.method);
    return answer(request, auditsDoc(scope, request.params, call.now, row));
  }
  if (what === "versions") return versionsRoute(call, row, more);
  if (what === "mail" && request.method === "POST") return { status: 200 };
  return nested(call, row, what, more);
};
