// POST, PUT and DELETE, of one and of many (sheet, sections 8 and 9.3): what succeeds stays written, what fails is told per element, and the whole is a 409.

import type { SandboxReply } from "../imitation.ts";
import { CODES, elementForm, OctaneError, notFound, type Refusal, refusalOf, token } from "./errors.ts";
import { attachmentFromPost, checkName, extensionOf } from "./attach.ts";
import { create, remove, update } from "./deeds.ts";
import { findVisible } from "./list.ts";
import type { Entity, EntityType } from "./model.ts";
import { type CallScope, json, matching, oneEntity, wantedFields } from "./read.ts";
import { envelope, render } from "./render.ts";
import { jsonBody } from "./request.ts";
import type { WriteScope } from "./values.ts";
import { SHARED } from "./world.ts";
import type { Input } from "./write.ts";

export interface ChangeScope extends CallScope, WriteScope {
  /** Positions that the next write of many fails at, used up by asking (fault "partial bulk failure"). */
  takeFailures(): readonly number[];
}

interface Failed {
  readonly index: number | null;
  readonly refusal: Refusal;
}

const correlation = (scope: ChangeScope, salt: string): string => token(`${scope.now}/${scope.world.version()}/${salt}`);

const collectionReply = (scope: ChangeScope, shown: readonly unknown[], failed: readonly Failed[], sent: number, status: number, headers: Readonly<Record<string, string>> = {}): SandboxReply => {
  if (failed.length === 0) return json(envelope(shown), status, headers);
  const silent = scope.options.indexInErrors === "whenMany" && (sent === 1 || failed.length === 1);
  const errors = failed.map(({ refusal, index }, at) => elementForm(refusal, correlation(scope, String(at)), silent ? null : index));
  return json({ ...envelope(shown), errors }, 409);
};

const attempt = <T>(deed: () => T): T | Refusal => {
  try {
    return deed();
  } catch (error) {
    return refusalOf(error);
  }
};

const isRefusal = (value: Entity | Refusal): value is Refusal => "status" in value;

const injected: Refusal = { status: 500, code: CODES.general, text: "The server could not process this entity.", properties: {}, business: false };

const eachElement = (scope: ChangeScope, sent: readonly unknown[], deed: (input: Input, index: number) => Entity): { readonly done: readonly Entity[]; readonly failed: readonly Failed[] } => {
  const positions = scope.takeFailures();
  const done: Entity[] = [];
  const failed: Failed[] = [];
  sent.forEach((element, index) => {
    const outcome = positions.includes(index)
      ? injected
      : attempt(() => {
          if (typeof element !== "object" || element === null || Array.isArray(element)) throw new OctaneError(400, CODES.badBody, "An element of data is no object.");
          return deed(element as Input, index);
        });
    if (isRefusal(outcome)) failed.push({ index, refusal: outcome });
    else done.push(outcome);
  });
  return { done, failed };
};

/** The vendor's own example creates a user with a bare object. */
const elements = (scope: ChangeScope, type: EntityType): readonly unknown[] => {
  const body = jsonBody(scope.request);
  const data = type.name === "sharedspace_user" && scope.request.method === "POST" && body.data === undefined ? [body] : body.data;
  if (!Array.isArray(data)) throw new OctaneError(400, CODES.badBody, 'The body needs a list "data".');
  if (scope.options.maxBulk !== null && data.length > scope.options.maxBulk) throw new OctaneError(400, CODES.badBody, `One request takes at most ${scope.options.maxBulk} entities, not ${data.length}.`);
  return data;
};

const shownAll = (scope: ChangeScope, type: EntityType, entities: readonly Entity[]): readonly unknown[] => {
  const wanted = wantedFields(scope, type);
  return entities.map((entity) => render(scope, type, scope.world.get(type.table, entity.id) ?? entity, wanted));
};

const location = (scope: ChangeScope, done: readonly Entity[]): Readonly<Record<string, string>> => {
  const base = scope.request.path.replace(/\/+$/, "");
  return { location: done.length === 1 ? `${base}/${encodeURIComponent(done[0]!.id)}` : base };
};

const postOne = (scope: ChangeScope, type: EntityType): SandboxReply => {
  const outcome = attempt(() => attachmentFromPost(scope, scope.request));
  if (!isRefusal(outcome)) return json(envelope(shownAll(scope, type, [outcome])), 201, location(scope, [outcome]));
  if (outcome.status === 415) throw new OctaneError(outcome.status, outcome.code, outcome.text, outcome.properties, outcome.business);
  return collectionReply(scope, [], [{ index: 0, refusal: outcome }], 1, 409);
};

export const postMany = (scope: ChangeScope, type: EntityType): SandboxReply => {
  wantedFields(scope, type);
  if (type.name === "attachment") return postOne(scope, type);
  const sent = elements(scope, type);
  const { done, failed } = eachElement(scope, sent, (input) => create(scope, type, input));
  return collectionReply(scope, shownAll(scope, type, done), failed, sent.length, 201, location(scope, done));
};

/** What the space shares with its workspaces is changed at the space only (sheet, section 14). */
const own = (scope: ChangeScope, entity: Entity): Entity => {
  if (entity.ws !== SHARED || scope.ws === SHARED) return entity;
  throw new OctaneError(403, CODES.noRight, `The ${entity.type} ${entity.id} is shared by the space: change it there.`, { entity_type: entity.type, entity_id: entity.id }, true);
};

const changeOne = (scope: ChangeScope, entity: Entity, input: Input): Entity => {
  if (entity.type === "attachment" && input.name !== undefined) {
    const name = checkName(input.name, scope.options);
    if (extensionOf(name) !== extensionOf(String(entity.v.name))) throw new OctaneError(400, CODES.illegalValue, "The extension of an attachment cannot change.", { field_name: "name" }, true);
    return update(scope, entity, { ...input, name });
  }
  return update(scope, entity, input);
};

const noFilter = (scope: ChangeScope, what: string): void => {
  if (scope.options.writeWithoutFilter === "allow" || scope.request.params.get("query")?.trim()) return;
  throw new OctaneError(400, CODES.badParameter, `${what} without a filter would reach every entity of the collection: send a query.`);
};

const putMatching = (scope: ChangeScope, type: EntityType, input: Input): SandboxReply => {
  noFilter(scope, "Changing");
  const found = matching(scope, type);
  const { done, failed } = eachElement(scope, found.map(() => input), (change, index) => changeOne(scope, own(scope, found[index]!), change));
  return collectionReply(scope, shownAll(scope, type, done), failed, found.length, 200);
};

export const putMany = (scope: ChangeScope, type: EntityType): SandboxReply => {
  wantedFields(scope, type);
  const sent = elements(scope, type);
  const first = sent[0];
  const byFilter = sent.length === 1 && typeof first === "object" && first !== null && !("id" in first);
  if (byFilter) return putMatching(scope, type, first as Input);
  const { done, failed } = eachElement(scope, sent, (input) => {
    if (typeof input.id !== "string" && typeof input.id !== "number") throw new OctaneError(400, CODES.badBody, "An entity to change needs its id.");
    const entity = findVisible(scope.world, type, scope.ws, String(input.id));
    if (!entity) throw notFound(type.name, String(input.id));
    return changeOne(scope, own(scope, entity), input);
  });
  return collectionReply(scope, shownAll(scope, type, done), failed, sent.length, 200);
};

export const putOne = (scope: ChangeScope, type: EntityType, id: string): SandboxReply => {
  const wanted = wantedFields(scope, type);
  const body = jsonBody(scope.request);
  const input = Array.isArray(body.data) && body.data.length === 1 ? (body.data[0] as Input) : body;
  const entity = changeOne(scope, own(scope, oneEntity(scope, type, id)), input);
  return json(render(scope, type, entity, wanted));
};

export const deleteOne = (scope: ChangeScope, type: EntityType, id: string): SandboxReply => {
  remove(scope, own(scope, oneEntity(scope, type, id)));
  return { status: 200 };
};

export const deleteMany = (scope: ChangeScope, type: EntityType): SandboxReply => {
  noFilter(scope, "Deleting");
  const found = matching(scope, type);
  const { done, failed } = eachElement(scope, found.map(() => ({})), (_, index) => {
    const entity = own(scope, found[index]!);
    if (scope.world.get(type.table, entity.id)) remove(scope, entity);
    return entity;
  });
  return collectionReply(scope, done.map((entity) => ({ type: type.name, id: entity.id })), failed, found.length, 200);
};
