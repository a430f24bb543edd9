// A value from the wire, checked and brought into the form that is kept: persons as ids, dates as UTC text, HTML without scripts.

import { fieldError } from "./errors.ts";
import type { FieldDef, Value } from "./model.ts";
import { findUser } from "./people.ts";
import { readDate, sanitise, wireDate } from "./text.ts";
import type { World } from "./world.ts";

const invalid = (field: FieldDef, status: string): Error => fieldError(field.referenceName, `TF401326: Invalid field status '${status}' for field '${field.referenceName}'.`);

const identityValue = (world: World, field: FieldDef, given: unknown): Value => {
  const found = findUser(world, given);
  // Groups are identities, but nobody one could assign something to.
  if (found !== "unknown" && found !== "ambiguous" && found.user.kind !== "group") return found.user.id;
  const shown = typeof given === "string" ? given : String((given as Readonly<Record<string, unknown>>)["uniqueName"] ?? (given as Readonly<Record<string, unknown>>)["displayName"] ?? (given as Readonly<Record<string, unknown>>)["id"] ?? "");
  throw fieldError(field.referenceName, found !== "ambiguous" ? `The identity value '${shown}' for field '${field.name}' is an unknown identity.` : `The identity value '${shown}' for field '${field.name}' is an ambiguous identity.`);
};

const numberValue = (field: FieldDef, given: unknown): Value => {
  const value = typeof given === "number" ? given : typeof given === "string" && given.trim() !== "" ? Number(given.trim()) : Number.NaN;
  const whole = field.type === "integer" || field.type === "picklistInteger";
  if (Number.isNaN(value) || (whole && (!Number.isInteger(value) || Math.abs(value) > 2147483647))) throw invalid(field, "InvalidType");
  return value;
};

const dateValue = (field: FieldDef, given: unknown): Value => {
  const at = typeof given === "string" ? readDate(given) : Number.NaN;
  if (Number.isNaN(at) || at < Date.parse("1753-01-01T00:00:00Z")) throw invalid(field, "InvalidType");
  return wireDate(at);
};

const booleanValue = (field: FieldDef, given: unknown): Value => {
  if (typeof given === "boolean") return given;
  if (given === 1 || /^(true|1)$/i.test(String(given))) return true;
  if (given === 0 || /^(false|0)$/i.test(String(given))) return false;
  throw invalid(field, "InvalidType");
};

const textValue = (world: World, field: FieldDef, given: unknown, markdown: boolean): Value => {
  if (typeof given === "object") throw invalid(field, "InvalidType");
  const text = typeof given === "boolean" ? (given ? "True" : "False") : String(given);
  const long = field.type === "html" || field.type === "plainText" || field.type === "history";
  if (text.length > (long ? world.options.textLimit : 255)) throw invalid(field, "InvalidTooLong");
  return (field.type === "html" || field.type === "history") && !markdown ? sanitise(text) : text;
};

/** null: the field is emptied. */
export const readValue = (world: World, field: FieldDef, given: unknown, markdown = false): Value | null => {
  if (given === null || given === undefined || given === "") return null;
  switch (field.type) {
    case "identity":
      return identityValue(world, field, given);
    case "integer":
    case "double":
    case "picklistInteger":
    case "picklistDouble":
      return numberValue(field, given);
    case "dateTime":
      return dateValue(field, given);
    case "boolean":
      return booleanValue(field, given);
    default:
      return textValue(world, field, given, markdown);
  }
};

/** Commas and semicolons separate; the first spelling wins (sheet §11). */
export const splitTags = (text: string): readonly string[] => {
  const found = new Map<string, string>();
  for (const part of text.split(/[;,]/)) {
    const tag = part.trim();
    if (tag !== "" && !found.has(tag.toLowerCase())) found.set(tag.toLowerCase(), tag);
  }
  return [...found.values()];
};
