// JSON Patch as the system takes it: paths, operations, and what each may point at (sheet §8 and §10).

import { AdoError, argument, bad, noItem } from "./errors.ts";
import { attachmentKey, type Draft, newResource, setField, setFormat } from "./draft.ts";
import { valueOf } from "./compute.ts";
import type { Attachment, Resource, Value } from "./model.ts";
import { endOf, type Relation, RESOURCE_RELS } from "./relations.ts";
import { lowerFirst, same } from "./text.ts";
import { findField, lastOf } from "./world.ts";

export interface PatchOp {
  readonly op: "add" | "replace" | "remove" | "test" | "copy" | "move";
  readonly path: string;
  readonly value?: unknown;
  readonly from?: string;
}

/** The Node client's own enumeration of operations. */
const OP_NUMBERS = ["add", "remove", "replace", "move", "copy", "test"] as const;

export const readPatch = (body: unknown): readonly PatchOp[] => {
  if (!Array.isArray(body)) throw bad("VssPropertyValidationException", "You must pass a valid patch document in the body of the request.");
  if (body.length === 0) throw bad("VssPropertyValidationException", "You must pass a valid patch document in the body of the request.");
  return body.map((entry: unknown) => {
    const { op, path, value, from } = lowerFirst((entry ?? {}) as Readonly<Record<string, unknown>>);
    const name = typeof op === "number" ? OP_NUMBERS[op] : OP_NUMBERS.find((one) => one === String(op).toLowerCase());
    if (name === undefined || typeof path !== "string") throw bad("VssPropertyValidationException", "You must pass a valid patch document in the body of the request.");
    return { op: name, path, value, ...(typeof from === "string" ? { from } : {}) };
  });
};

const segmentsOf = (path: string): readonly string[] => path.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

const notPatchable = (name: string): AdoError => bad("InvalidPatchOperationException", `VS403659: The top-level property '${name}' may not be patched.`);

const testFailed = (draft: Draft, path: string, message: string): AdoError => new AdoError(draft.world.options.conflictStatus, "TestPatchOperationFailedException", `VS403351: Test Operation for path ${path} failed. ${message}`);

const test = (draft: Draft, path: string, [first = "", second = ""]: readonly string[], value: unknown): void => {
  const { item, world } = draft;
  if (same(first, "rev")) {
    const rev = item === null ? 0 : lastOf(item).rev;
    if (Number(value) !== rev) throw testFailed(draft, path, `The value ${String(value)} does not match the current revision ${rev}.`);
    return;
  }
  if (same(first, "id")) {
    if (Number(value) !== item?.id) throw testFailed(draft, path, `The value ${String(value)} does not match ${item?.id ?? -1}.`);
    return;
  }
  if (!same(first, "fields")) throw notPatchable(first);
  const ref = findField(world, second)?.referenceName ?? second;
  const current = item === null ? draft.fields[ref] : valueOf(world, item, lastOf(item), ref);
  const user = world.tables.users.get(String(current));
  const matches = user === undefined ? String(current ?? "") === String(value ?? "") : [user.id, user.uniqueName, user.name, `${user.name} <${user.uniqueName}>`].some((text) => same(text, String(value)));
  if (!matches) throw testFailed(draft, path, `The value '${String(value)}' does not match the current value '${String(current ?? "")}'.`);
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const targetOf = (draft: Draft, url: string): number => {
  const last = /\/(-?\d+)\/?(?:\?.*)?$/.exec(url.trim())?.[1];
  if (last === undefined) throw bad("VssPropertyValidationException", `VS403357: The url '${url}' is no address of a work item.`);
  const id = Number(last);
  const found = draft.world.tables.items.get(id);
  if (found === undefined || found.deleted !== null) {
    const { deletedLinkStatus } = draft.world.options;
    throw deletedLinkStatus === 404 ? noItem(id) : new AdoError(deletedLinkStatus, "WorkItemLinkEndUnauthorizedAccessException", `TF401232: Work item ${id} does not exist, or you do not have permissions to read it.`);
  }
  return id;
};

const attachmentAt = (draft: Draft, url: string): Attachment => {
  const id = /\/attachments\/([0-9a-f-]{36})/i.exec(url)?.[1]?.toLowerCase();
  const found = id === undefined ? undefined : draft.world.tables.attachments.get(id);
  if (found === undefined || !found.complete) throw new AdoError(400, "WorkItemResourceLinkException", `TF401243: The attachment '${url}' cannot be found.`);
  return found;
};

const textOf = (value: unknown): string | undefined => (value === undefined || value === null ? undefined : String(value));

const addResource = (draft: Draft, rel: Resource["rel"], sent: string, attributes: Readonly<Record<string, unknown>>): void => {
  const file = rel === "AttachedFile" ? attachmentAt(draft, sent) : undefined;
  const url = file === undefined ? sent : attachmentKey(file.id);
  const { options } = draft.world;
  const name = textOf(attributes["name"]);
  const comment = textOf(attributes["comment"]);
  if (rel === "ArtifactLink" && (name === undefined || name === "")) throw argument("attributes", "The attribute 'name' of an artifact link is compulsory.");
  if (rel === "ArtifactLink" && !/^vstfs:\/\/\//i.test(url)) throw argument("url", `'${url}' is no artifact address.`);
  if (rel === "Hyperlink" && !/^[a-z][a-z0-9+.-]*:/i.test(url) && !url.startsWith("\\\\")) throw argument("url", `'${url}' is no address.`);
  const own = draft.relations.filter((relation) => relation.kind === "resource" && relation.resource.rel === rel);
  if (rel === "AttachedFile" && own.length >= options.maxAttachments) throw bad("WorkItemAttachmentLimitExceededException", `VS403656: A work item can have at most ${options.maxAttachments} attachments.`);
  const twin = own.some((relation) => relation.kind === "resource" && same(relation.resource.url, url) && (rel !== "AttachedFile" || relation.resource.name === name));
  if (twin) throw new AdoError(options.duplicateLinkStatus, "RelationAlreadyExistsException", "TF401367: Relation already exists.");
  const shown = name ?? (file === undefined ? undefined : new URLSearchParams(sent.split("?")[1] ?? "").get("fileName") ?? file.name);
  const resource = newResource(draft, rel, url, { ...(shown === undefined ? {} : { name: shown }), ...(comment === undefined ? {} : { comment }), ...(file === undefined ? {} : { size: file.size }) });
  draft.relations.push({ kind: "resource", resource, order: Number.MAX_SAFE_INTEGER });
  draft.changedResources.add(resource.id);
};

const addRelation = (draft: Draft, value: unknown): void => {
  if (!isObject(value) || typeof value["rel"] !== "string" || typeof value["url"] !== "string") throw argument("relations", "The relation must have rel and url.");
  const { rel, url } = value as { readonly rel: string; readonly url: string };
  const attributes = isObject(value["attributes"]) ? value["attributes"] : {};
  const resource = RESOURCE_RELS.find((one) => same(one, rel));
  if (resource !== undefined) return addResource(draft, resource, url, attributes);
  const end = endOf(rel);
  if (end === undefined || end.type.remote === true) throw bad("WorkItemLinkTypeNotFoundException", `TF51534: The relation type ${rel} is not known.`);
  const comment = textOf(attributes["comment"]);
  draft.newLinks.push({ rel: end.rel, targetId: targetOf(draft, url), locked: attributes["isLocked"] === true, ...(comment === undefined ? {} : { comment }) });
  return undefined;
};

const relationAt = (draft: Draft, index: string): Relation => {
  const found = /^\d+$/.test(index) ? draft.relations[Number(index)] : undefined;
  if (found === undefined) throw bad("InvalidPatchOperationException", `VS403652: There is no relation at index ${index}.`);
  return found;
};

const removeRelation = (draft: Draft, index: string): void => {
  const relation = relationAt(draft, index);
  draft.relations.splice(Number(index), 1);
  if (relation.kind === "link") draft.removedLinks.add(relation.link.id);
  else draft.changedResources.add(relation.resource.id);
};

const editRelation = (draft: Draft, index: string, path: readonly string[], value: unknown): void => {
  const relation = relationAt(draft, index);
  const [first, second] = path;
  const attributes = first === undefined ? (isObject(value) && isObject(value["attributes"]) ? value["attributes"] : {}) : first === "attributes" && second === undefined && isObject(value) ? value : { [second ?? ""]: value };
  const comment = textOf(attributes["comment"]);
  if (relation.kind === "link") {
    if (comment !== undefined) draft.linkComments.set(relation.link.id, comment);
    return;
  }
  const name = textOf(attributes["name"]);
  const resource: Resource = { ...relation.resource, ...(comment === undefined ? {} : { comment }), ...(name === undefined ? {} : { name }) };
  draft.relations[Number(index)] = { ...relation, resource };
  draft.changedResources.add(resource.id);
};

const applyRelation = (draft: Draft, op: PatchOp, [index, ...rest]: readonly string[]): void => {
  if (index === undefined || index === "") throw notPatchable("relations");
  if (index === "-") {
    if (op.op !== "add") throw bad("InvalidPatchOperationException", "VS403653: Only add may address the end of the relations.");
    return addRelation(draft, op.value);
  }
  if (op.op === "remove" && rest.length === 0) return removeRelation(draft, index);
  return editRelation(draft, index, rest, op.op === "remove" ? "" : op.value);
};

const fieldAt = (draft: Draft, path: string): Value | undefined => {
  const [first = "", second = ""] = segmentsOf(path);
  if (!same(first, "fields")) throw notPatchable(first);
  return draft.fields[findField(draft.world, second)?.referenceName ?? second];
};

const apply = (draft: Draft, op: PatchOp): void => {
  if (!op.path.startsWith("/")) throw bad("VssPropertyValidationException", "You must pass a valid patch document in the body of the request.");
  const [first = "", ...rest] = segmentsOf(op.path);
  if (op.op === "test") return test(draft, op.path, [first, ...rest], op.value);
  if (same(first, "id") && draft.item === null && Number(op.value) < 0) {
    draft.temporaryId = Number(op.value);
    return undefined;
  }
  if (same(first, "relations")) return applyRelation(draft, op, rest);
  const [name] = rest;
  if (same(first, "multilineFieldsFormat") && name !== undefined) return setFormat(draft, name, op.value);
  if (!same(first, "fields") || name === undefined || name === "") throw notPatchable(first);
  if (op.op === "copy" || op.op === "move") {
    setField(draft, name, fieldAt(draft, op.from ?? ""), "replace");
    if (op.op === "move") setField(draft, segmentsOf(op.from ?? "")[1] ?? "", null, "remove");
    return undefined;
  }
  return setField(draft, name, op.value, op.op);
};

/** Formats first, whatever their place: they say how the texts beside them are read. */
export const applyPatch = (draft: Draft, ops: readonly PatchOp[]): void => {
  const isFormat = (op: PatchOp): boolean => /^\/multilineFieldsFormat\//i.test(op.path);
  for (const op of ops.filter((one) => one.op === "test")) apply(draft, op);
  for (const op of ops.filter(isFormat)) apply(draft, op);
  for (const op of ops.filter((one) => one.op !== "test" && !isFormat(one))) apply(draft, op);
};
