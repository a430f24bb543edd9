// One value from Octane's JSON into the normal form and back. Pure. What cannot be written is a reason.

import { cutText } from "../../core/text/cut.ts";
import { fromHtml, toHtml } from "../../core/text/html.ts";
import { asList, isChoice, isItemRef, isPerson, type Person, type Single, type Value } from "../../core/types.ts";
import type { Field, Node, OctaneType } from "./model.ts";
import { instantOf, isObject, type Json, numberAt, objectsOf, own, textAt, wireTime } from "./wire.ts";

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const personOf = (raw: unknown): Person | null => {
  const id = textAt(raw, "id");
  if (id === "") return null;
  const [login, full, email] = [textAt(raw, "name"), textAt(raw, "full_name"), textAt(raw, "email")];
  return { person: id, ...(full || login ? { name: full || login } : {}), ...(login === "" ? {} : { login }), ...(email === "" ? {} : { email }) };
};

const choiceOf = (field: Field, raw: Json): Single => {
  const id = textAt(raw, "id");
  const node = field.nodes.find((candidate) => candidate.id === id);
  return { choice: node?.name ?? (textAt(raw, "name") || textAt(raw, "logical_name") || id), id };
};

const referenceOf = (raw: Json): Single | null => {
  const id = textAt(raw, "id");
  const type = textAt(raw, "type");
  // The root of the backlog is nobody's item: below it means below nothing.
  if (id === "" || type.endsWith("_root")) return null;
  const concrete = textAt(raw, "subtype") || type;
  const name = textAt(raw, "name");
  return { ref: id, ...(concrete === "" ? {} : { type: concrete }), ...(name === "" ? {} : { name }) };
};

const singleOf = (field: Field, raw: unknown): Single | null => {
  switch (field.codec) {
    case "string":
      return raw === "" || raw === null || raw === undefined ? null : String(raw);
    case "memo":
      return (typeof raw === "string" ? fromHtml(raw) : "") || null;
    case "number":
      return numberAt({ raw }, "raw") ?? null;
    case "boolean":
      return typeof raw === "boolean" ? raw : null;
    case "dateTime":
      return instantOf(raw) ?? null;
    case "date":
    case "day":
      return typeof raw === "string" && /^\d{4}-\d\d-\d\d/.test(raw) ? raw.slice(0, 10) : null;
    case "person":
      return personOf(raw);
    case "choice":
      return isObject(raw) ? choiceOf(field, raw) : null;
    case "reference":
      return isObject(raw) ? referenceOf(raw) : null;
    case "tag":
      return textAt(raw, "name") || null;
  }
};

export const readValue = (field: Field, raw: unknown): Value => {
  if (!field.schema.multiple) return singleOf(field, raw);
  return objectsOf(own(raw, "data")).flatMap((member) => singleOf(field, member) ?? []);
};

// ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────

export type Encoded = { readonly json: unknown } | { readonly reason: string };

const fail = (reason: string): Encoded => ({ reason });

/** Memos are whole documents (octane.md §18). */
export const memoOf = (normal: string): string => `<html><body>\n${toHtml(normal)}\n</body></html>`;

const memo = (field: Field, normal: string): Encoded => {
  const { maxLength } = field;
  return { json: memoOf(maxLength === undefined ? normal : cutText(normal, maxLength, (text) => memoOf(text).length)) };
};

/** How long a memo may be is not published: limits a site may have. */
const ROOMS = [65_000, 32_000, 16_000, 8_000, 4_000, 2_000];

/** The next shorter form of a memo that was refused as `sent`, which may be too long there; undefined: it is short. */
export const shorterMemo = (normal: string, sent: string): string | undefined => {
  const room = ROOMS.find((most) => most < sent.length);
  return room === undefined ? undefined : memoOf(cutText(normal, room, (text) => memoOf(text).length));
};

const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** By name; a logical name will do too, names of list values are the workspace's own (octane.md §13). */
const nodeFor = (nodes: readonly Node[], wanted: { readonly choice: string; readonly id?: string }): Node | undefined => {
  const active = nodes.filter((node) => node.active);
  const { choice, id } = wanted;
  return (
    active.find((node) => node.name === choice && node.id === id) ??
    active.find((node) => node.name === choice) ??
    active.find((node) => sameName(node.name, choice)) ??
    active.find((node) => node.logicalName === choice || node.id === choice) ??
    nodes.find((node) => node.name === choice)
  );
};

const choice = (field: Field, value: Single): Encoded => {
  const wanted = isChoice(value) ? value : { choice: String(value) };
  const node = nodeFor(field.nodes, wanted);
  return node === undefined ? fail(`there is no value "${wanted.choice}"`) : { json: { type: node.type, id: node.id } };
};

/** The type is always sent: some references may point at several (octane.md §8). */
const reference = (field: Field, value: Single, types: ReadonlyMap<string, OctaneType>): Encoded => {
  if (!isItemRef(value)) return fail("holds no reference");
  const given = value.type !== undefined && (types.has(value.type) || field.targets.includes(value.type)) ? value.type : undefined;
  const type = given ?? field.targets.find((target) => !target.endsWith("_root"));
  return type === undefined ? fail("its type is unknown") : { json: { type, id: value.ref } };
};

const dateOf = (value: Single): string | undefined => /^\d{4}-\d\d-\d\d/.exec(String(value))?.[0];

export interface WriteContext {
  readonly types: ReadonlyMap<string, OctaneType>;
  /** Name of a user tag → its id. */
  readonly tags: ReadonlyMap<string, string>;
}

const one = (field: Field, value: Single, context: WriteContext): Encoded => {
  switch (field.codec) {
    case "string":
      return { json: String(value) };
    case "memo":
      return memo(field, String(value));
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? { json: value } : fail("is no number");
    case "boolean":
      return typeof value === "boolean" ? { json: value } : fail("is neither true nor false");
    case "dateTime": {
      const at = Date.parse(String(value));
      return Number.isNaN(at) ? fail("is no time") : { json: wireTime(at) };
    }
    case "date":
    case "day": {
      const date = dateOf(value);
      return date === undefined ? fail("is no date") : { json: field.codec === "day" ? `${date}T00:00:00Z` : date };
    }
    case "person":
      return isPerson(value) ? { json: { type: "workspace_user", id: value.person } } : fail("holds no person");
    case "choice":
      return choice(field, value);
    case "reference":
      return reference(field, value, context.types);
    case "tag": {
      const id = context.tags.get(String(value));
      return id === undefined ? fail(`there is no tag "${String(value)}", and the account may not make it`) : { json: { type: "user_tag", id } };
    }
  }
};

export const writeValue = (field: Field, value: Value, context: WriteContext): Encoded => {
  const members = asList(value);
  if (!field.schema.multiple) {
    const [first] = members;
    if (first === undefined || first === "") return field.root === undefined ? { json: null } : field.root.id === "" ? fail("cannot be emptied: the root is unknown") : { json: field.root };
    return one(field, first, context);
  }
  const encoded = members.map((member) => one(field, member, context));
  const bad = encoded.find((member) => "reason" in member);
  return bad ?? { json: { data: encoded.map((member) => ("json" in member ? member.json : null)) } };
};
