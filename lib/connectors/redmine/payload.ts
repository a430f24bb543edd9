// Fields in the normal form → the body of a write, and back: was what we sent taken? Pure.

import { sameValue } from "../../core/sync/fingerprint.ts";
import { asList, type Fields, type Item, type Value } from "../../core/types.ts";
import type { FieldProblem } from "../connector.ts";
import type { FieldDef } from "./fields.ts";
import type { TypeDef } from "./types.ts";
import type { Json } from "./wire.ts";

export interface Sent {
  readonly name: string;
  readonly field: FieldDef;
  readonly wanted: Value;
  readonly wire: unknown;
}

export const encodeAll = (type: TypeDef, fields: Fields, phase: "onCreate" | "onUpdate"): { readonly sent: readonly Sent[]; readonly problems: readonly FieldProblem[] } => {
  const sent: Sent[] = [];
  const problems: FieldProblem[] = [];
  for (const [name, wanted] of Object.entries(fields)) {
    const field = type.fields.get(name);
    if (field === undefined) problems.push({ field: name, reason: `${type.schema.label} has no field ${name}` });
    else if (!field.schema[phase]) problems.push({ field: name, reason: `${field.schema.label} can only be read` });
    else {
      const encoded = field.encode(wanted);
      if (encoded.ok) sent.push({ name, field, wanted, wire: encoded.value });
      else problems.push({ field: name, reason: encoded.reason });
    }
  }
  return { sent, problems };
};

/** Redmine takes an attribute "none" for empty when an issue is changed; a blank beside it is not kept by anybody. */
const guarded = (wire: unknown): unknown => (wire === "none" ? "none " : wire);

/** Attributes and custom fields of the body. Relations are calls of their own. */
export const bodyOf = (sent: readonly Sent[], more: Json = {}, customs: readonly Json[] = []): Json => {
  const attributes = sent.filter(({ field }) => field.place.kind === "attribute").map(({ field, wire }) => [field.place.name, field.schema.kind === "choice" ? wire : guarded(wire)]);
  const custom = [...customs, ...sent.filter(({ field }) => field.place.kind === "custom").map(({ field, wire }) => ({ id: Number(field.place.name), value: wire }))];
  return { ...more, ...Object.fromEntries(attributes), ...(custom.length === 0 ? {} : { custom_fields: custom }) };
};

/** The value in the form that Redmine would show it in, had it taken it. */
const expected = ({ field, wire, wanted }: Sent): Value => {
  if (field.place.kind === "relation") return asList(wanted);
  const decode = (one: unknown): Value => (field.schema.kind === "boolean" && typeof one === "boolean" ? one : one === "" ? null : field.decode(String(one)));
  return Array.isArray(wire) ? (wire as readonly unknown[]).flatMap((one) => asList(decode(one))) : decode(wire);
};

/** Empty for a reader, though Redmine has no empty value for it. */
const isNothing = (value: Value): boolean => value === null || value === 0 || value === false || (Array.isArray(value) && value.length === 0);

/**
 * Of what is to be written, the names of those fields that somebody changed between `before` and `now`, a reading right before the
 * write: they are left alone and planned anew. Of relations nobody's are touched but those that were known.
 */
export const touchedSince = (sent: readonly Sent[], before: Item, now: Json): readonly string[] =>
  sent.filter((one) => {
    const { schema, place } = one.field;
    const [old, held, wish] = [before.fields[one.name], one.field.read(now), expected(one)];
    return place.kind !== "relation" && old !== undefined && !sameValue(old, held, schema) && !sameValue(held, wish, schema) && !(isNothing(held) && isNothing(wish));
  }).map(({ name }) => name);

const statusAdvice = (item: Json): string => {
  const allowed = item["allowed_statuses"];
  const names = Array.isArray(allowed) ? allowed.flatMap((status: unknown) => (typeof status === "object" && status !== null && "name" in status ? [String(status.name)] : [])) : [];
  return names.length === 0 ? "" : `; the workflow allows now: ${names.join(", ")}`;
};

/**
 * Redmine leaves out silently what workflow, role, tracker or subtasks forbid, and answers as if all were well. `item` is
 * the issue as read back, `before` as it was before an update. A value that became something third was taken and changed.
 */
export const droppedOf = (sent: readonly Sent[], item: Json, before: Item | undefined, others: readonly string[]): readonly FieldProblem[] =>
  sent.flatMap((one): readonly FieldProblem[] => {
    const { name, field } = one;
    if (others.includes(name)) return [];
    const { schema } = field;
    const held = field.read(item);
    const wish = expected(one);
    if (sameValue(held, wish, schema) || (isNothing(held) && isNothing(wish))) return [];
    const old = before?.fields[name];
    const unchanged = old === undefined ? !["text", "string", "number"].includes(schema.kind) || isNothing(held) : sameValue(held, old, schema);
    if (!unchanged) return [];
    const why = name === "status" ? `the workflow does not lead there for this account${statusAdvice(item)}` : "forbidden by workflow, role or tracker, or derived from subtasks";
    return [{ field: name, reason: `Redmine left ${schema.label} out silently: ${why}` }];
  });
