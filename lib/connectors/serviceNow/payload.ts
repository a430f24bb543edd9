// Fields in the normal form → the body of a write, and back: was what we sent taken? ServiceNow leaves out silently what
// rights or rules forbid, and answers as if all were well (servicenow.md §6).

import { sameValue } from "../../core/sync/fingerprint.ts";
import { asList, type Fields, isChoice, type Item } from "../../core/types.ts";
import type { FieldProblem } from "../connector.ts";
import type { Field, TypeDef } from "./fields.ts";
import type { Lookups, Named } from "./lookups.ts";
import { readValue, writeValue } from "./values.ts";
import { type Json, storedAt } from "./wire.ts";

/** What one item's write holds: column → text. */
export type Body = Readonly<Record<string, string>>;

/** Looks up every name that these fields refer to, a call per table. */
export const lookUpNames = async (lookups: Lookups, type: TypeDef, all: readonly Fields[]): Promise<ReadonlyMap<string, Named>> => {
  const wanted = new Map<string, string[]>();
  for (const fields of all)
    for (const [name, value] of Object.entries(fields)) {
      const field = type.fields.get(name);
      if (field?.codec !== "named") continue;
      const names = asList(value).map((member) => (isChoice(member) ? member.choice : String(member)));
      wanted.set(field.column.reference, [...(wanted.get(field.column.reference) ?? []), ...names]);
    }
  const found = new Map<string, Named>();
  for (const [table, names] of wanted) found.set(table, await lookups.find(table, names));
  return found;
};

/** Stored text of a column as the item was read, for choices that depend on it. */
const heldText = (item: Item | undefined, column: string): string => {
  const value = item?.fields[column];
  return isChoice(value) ? (value.id ?? value.choice) : typeof value === "string" ? value : "";
};

export const encode = (type: TypeDef, fields: Fields, phase: "onCreate" | "onUpdate", named: ReadonlyMap<string, Named>, before: Item | undefined): { readonly body: Body; readonly problems: readonly FieldProblem[] } => {
  const body: Record<string, string> = {};
  const problems: FieldProblem[] = [];
  // What decides about others goes first.
  const decides = new Set([...type.fields.values()].map((field) => field.column.dependsOn));
  const ordered = Object.entries(fields).toSorted(([a], [b]) => Number(decides.has(b)) - Number(decides.has(a)));
  for (const [name, value] of ordered) {
    const field = type.fields.get(name);
    if (field === undefined || !field.schema[phase]) {
      problems.push({ field: name, reason: field === undefined ? `${type.schema.label} has no field ${name}` : `${field.schema.label} can only be read` });
      continue;
    }
    // A new row has what the instance gives it.
    const beside = (column: string): string => body[column] ?? (phase === "onCreate" ? (type.table.columns.get(column)?.defaultValue ?? "") : heldText(before, column));
    const encoded = writeValue(field, value, { named, beside });
    if ("reason" in encoded) problems.push({ field: name, reason: encoded.reason });
    // What is empty at birth need not be said.
    else if (phase === "onUpdate" || encoded.wire !== "") body[name] = encoded.wire;
  }
  return { body, problems };
};

const lines = (text: string): string => text.replace(/\r\n?/g, "\n").trim();

const sameStored = (field: Field, wire: string, held: string): boolean => {
  if (held === wire) return true;
  const { schema, codec } = field;
  if (schema.multiple) {
    const members = (text: string): string => text.toLowerCase().split(",").map((id) => id.trim()).filter((id) => id !== "").toSorted().join();
    return members(held) === members(wire);
  }
  if (codec === "string") return lines(held) === lines(wire);
  if (["choice", "person", "reference", "named"].includes(codec)) return held.toLowerCase() === wire.toLowerCase();
  const { name } = schema;
  return sameValue(readValue(field, { [name]: held }), readValue(field, { [name]: wire }), schema) || lines(held) === lines(wire);
};

const MOST_SHOWN = 60;
const shown = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);

/** Fields of the row that do not hold what was sent. */
export const differencesOf = (type: TypeDef, sent: Body, row: Json, before: Item | undefined): readonly FieldProblem[] =>
  Object.entries(sent).flatMap(([name, wire]): readonly FieldProblem[] => {
    const field = type.fields.get(name);
    if (field === undefined) return [];
    const { label } = field.schema;
    const held = storedAt(row, name);
    if (held === undefined) return [{ field: name, reason: `${label} was sent but is not shown to the account: nobody can say whether it was stored; let the account read the field` }];
    if (sameStored(field, wire, held)) return [];
    const old = before?.fields[name];
    const unchanged = before === undefined ? held === "" : old !== undefined && sameValue(old, readValue(field, row), field.schema);
    return [{ field: name, reason: unchanged ? `ServiceNow left ${label} out silently: the account may not write it, or a rule keeps it` : `ServiceNow stored "${shown(held)}" for ${label} instead of "${shown(wire)}": a rule of the instance computes it` }];
  });
