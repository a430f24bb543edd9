// One item on its way to Octane: what is sent of it, and what the answer says became of it. Nothing is sent here.

import { sameValue } from "../../core/sync/fingerprint.ts";
import type { Fields, Item } from "../../core/types.ts";
import type { Draft, FieldProblem, Patch, ReadBack, WriteResult } from "../connector.ts";
import { fieldsNamed, type Refusal } from "./answers.ts";
import { itemOf, type ItemPlace, lockStampOf, memosIn, urlOf } from "./items.ts";
import type { Session } from "./session.ts";
import { lacksTagNames } from "./tags.ts";
import { type WriteContext, writeValue } from "./values.ts";
import { type Json, objectsOf, own, textAt } from "./wire.ts";

export interface Writing {
  readonly session: Session;
  readonly place: ItemPlace;
  readonly context: WriteContext;
  /** Fields the replies shall hold besides the written ones. */
  readonly wanted: readonly string[];
  /** Items by id, as they are now. */
  readonly get: (ids: readonly string[], names: readonly string[]) => Promise<readonly Item[]>;
  /** The same parts, with the release of their sprint where they have none. */
  readonly besideSprint: (parts: readonly Part[]) => Promise<readonly Part[]>;
  /** Phase ids from one phase to another over the workflow, without the first; undefined: no way. */
  readonly phasePath: (from: string, to: string) => Promise<readonly string[] | undefined>;
}

/** One item on its way. */
export interface Part {
  readonly json: Json;
  readonly problems: readonly FieldProblem[];
  /** Names of the fields this write is about, problems included. */
  readonly fields: Fields;
  /** What the write rests on; undefined for a create. */
  readonly before?: Item;
}

const encode = (writing: Writing, fields: Fields, creating: boolean): { readonly json: Json; readonly problems: readonly FieldProblem[] } => {
  const json: Record<string, unknown> = {};
  const problems: FieldProblem[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const field = writing.place.type.fields.get(name);
    if (field === undefined || !(creating ? field.schema.onCreate : field.schema.onUpdate)) {
      problems.push({ field: name, reason: field === undefined ? "there is no such field" : creating ? "cannot be set" : "cannot be changed any more" });
      continue;
    }
    // What is empty at birth need not be said.
    if (creating && (value === null || (Array.isArray(value) && value.length === 0))) continue;
    const encoded = writeValue(field, value, writing.context);
    if ("json" in encoded) json[name] = encoded.json;
    else problems.push({ field: name, reason: encoded.reason });
  }
  return { json, problems };
};

export const draftPart = (writing: Writing, draft: Draft): Part => {
  const { type } = writing.place;
  const { json, problems } = encode(writing, draft.fields, true);
  const release = writing.session.options.defaultRelease;
  const home = type.name === "sprint" && json["release"] === undefined && release !== undefined ? { release: { type: "release", id: release } } : {};
  const marker = type.intentField === undefined ? {} : { [type.intentField]: draft.intent };
  return { json: { ...home, ...json, ...marker }, problems, fields: draft.fields };
};

export const patchPart = (writing: Writing, patch: Patch): Part => {
  const { json, problems } = encode(writing, patch.fields, false);
  return { json: { ...json, id: patch.id, ...lockOf(writing, patch.before) }, problems, fields: patch.fields, before: patch.before };
};

/** Nothing where the type has no lock: then the last writer wins. */
export const lockOf = (writing: Writing, item: Item): Json => {
  const stamp = writing.place.type.known.has("client_lock_stamp") ? lockStampOf(item.version) : undefined;
  return stamp === undefined ? {} : { client_lock_stamp: stamp };
};

const OURS = new Set(["id", "client_lock_stamp"]);
export const sentNames = (part: Part): readonly string[] => Object.keys(part.json).filter((name) => !OURS.has(name));

/** What is left out is told as a problem of each field. */
export const without = (part: Part, names: readonly string[], reason: string): Part => ({
  ...part,
  json: Object.fromEntries(Object.entries(part.json).filter(([name]) => !names.includes(name))),
  problems: [...part.problems, ...names.map((field) => ({ field, reason }))],
});

// ── reading back ──────────────────────────────────────────────────────────────────────────────────────────────────

export const namesOf = (writing: Writing, parts: readonly Part[]): readonly string[] =>
  [...new Set([...writing.wanted, ...parts.flatMap((part) => [...Object.keys(part.fields), ...Object.keys(part.before?.fields ?? {})])])].filter((name) => writing.place.type.fields.has(name));

const stampOf = (item: Item): number => Number(item.version.slice(0, item.version.indexOf("/")));

/**
 * Fields of somebody else, proved by the stamps: one step from what we read means that only we wrote (octane.md §11).
 * `base` is the reading the write rested on, `before` the one the change was planned on.
 */
const othersOf = (writing: Writing, part: Part, base: Item | undefined, after: Item): readonly string[] | null => {
  if (part.before === undefined || base === undefined) return [];
  if (stampOf(after) !== stampOf(base) + 1) return null;
  const { before } = part;
  return Object.keys(before.fields).filter((name) => {
    const schema = writing.place.type.fields.get(name)?.schema;
    return schema !== undefined && part.fields[name] === undefined && !sameValue(before.fields[name], after.fields[name], schema);
  });
};

export const done = (writing: Writing, part: Part, base: Item | undefined, entity: Json, names: readonly string[]): WriteResult => {
  const { server, space, workspace, type } = writing.place;
  const id = textAt(entity, "id");
  // A reply that does not hold all that was asked for says nothing of the rest: not told is not empty.
  const item = names.every((name) => own(entity, name) !== undefined) && !lacksTagNames(type, entity) ? itemOf(writing.place, entity, names) : undefined;
  const after: ReadBack | undefined = item === undefined ? undefined : { item, others: othersOf(writing, part, base, item) };
  return { ok: true, id, url: urlOf(server, space, workspace.id, type.page, id), problems: part.problems, given: memosIn(type, part.json), ...(after === undefined ? {} : { after }) };
};

/** Ids a value points at, as it travels. */
const pointsAt = (json: unknown): readonly string[] => [textAt(json, "id"), ...objectsOf(own(json, "data")).map((member) => textAt(member, "id"))];

/** The refusal of something that is not there may be about whom or what a field points at, not about the item. */
export const fieldsBehind = (refusal: Refusal, part: Part): readonly string[] => {
  const { entityId } = refusal;
  if (!refusal.missing || entityId === undefined || entityId === textAt(part.json, "id")) return [];
  const pointing = sentNames(part).filter((name) => pointsAt(part.json[name]).includes(entityId));
  const ofType = pointing.filter((name) => [part.json[name], ...objectsOf(own(part.json[name], "data"))].some((value) => refusal.names.includes(textAt(value, "type"))));
  return ofType.length > 0 ? ofType : pointing;
};

export const failed = (part: Part, refusal: Refusal): WriteResult => ({
  ok: false,
  kind: refusal.missing && part.before !== undefined && [undefined, textAt(part.json, "id")].includes(refusal.entityId) ? "missing" : refusal.stale ? "changed" : "refused",
  reason: refusal.reason,
  problems: [...part.problems, ...[...new Set([...fieldsNamed(refusal, Object.keys(part.fields)), ...fieldsBehind(refusal, part)])].map((field) => ({ field, reason: refusal.reason }))],
});
