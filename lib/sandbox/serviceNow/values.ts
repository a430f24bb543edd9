// What a caller sends, turned into what is stored (sheet §6): by type, in stored or in display values. Unknown fields have been left out before.

import { type Column, DURATIONS, isReference, isSysId, JOURNALS, MOMENTS, MONEY, NUMERIC, type Row } from "./model.ts";
import type { Scope } from "./scope.ts";
import { nameOfRow } from "./show.ts";
import { fromWall, parseDuration, parseStamp, parseWall, stamp } from "./time.ts";

/** undefined: leave the field as it is. */
export type Taken = string | undefined;

const wireText = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const object = value as { readonly value?: unknown; readonly display_value?: unknown };
  if (typeof object.value === "string") return object.value;
  return typeof object.display_value === "string" ? object.display_value : JSON.stringify(value);
};

const badDate = (scope: Scope): Taken => (scope.options.badDate === "empty" ? "" : undefined);

const dateValue = (scope: Scope, column: Column, text: string, byDisplay: boolean): Taken => {
  const { zone, dateFormat, timeFormat } = scope.person;
  const dayOnly = column.type === "glide_date";
  if (byDisplay) {
    const wall = parseWall(text, `${dateFormat} ${timeFormat}`) ?? parseWall(text, dateFormat);
    if (wall === null) return badDate(scope);
    return dayOnly ? stamp(wall).slice(0, 10) : stamp(fromWall(wall, zone));
  }
  const at = /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$/.test(text) ? parseStamp(text) : null;
  if (at === null) return badDate(scope);
  return dayOnly ? stamp(at).slice(0, 10) : stamp(at);
};

const named = (scope: Scope, table: string, text: string): string | null => {
  const { schema } = scope;
  const displays = [schema.displayColumn(table), ...(table === "sys_user" ? ["user_name", "email"] : []), ...(schema.columns(table).has("number") ? ["number"] : [])];
  for (const field of displays) {
    const found = schema.rows(table).filter((row) => row[field]?.toLowerCase() === text.toLowerCase());
    // Only what is unique can be meant; of namesakes the platform takes the first.
    if (found.length > 0) return found[0]?.sys_id ?? null;
  }
  return schema.rows(table).find((row) => nameOfRow(scope, row.sys_class_name ?? table, row).toLowerCase() === text.toLowerCase())?.sys_id ?? null;
};

const referenceValue = (scope: Scope, column: Column, text: string, byDisplay: boolean): Taken => {
  if (text === "") return "";
  const found = scope.schema.find(column.reference, text);
  if (found) return found.row[column.key] ?? found.row.sys_id;
  if (isSysId(text)) return text; // A reference may point nowhere.
  if (!byDisplay && scope.options.referenceByDisplay === "drop") return undefined;
  return named(scope, column.reference, text) ?? "";
};

const listValue = (scope: Scope, column: Column, text: string, byDisplay: boolean): string => {
  if (column.reference === "") return text;
  const parts = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
  return parts.map((part) => (isSysId(part) || part.includes("@") || !byDisplay ? part : (named(scope, column.reference, part) ?? part))).join(",");
};

const choiceValue = (scope: Scope, table: string, column: Column, text: string, byDisplay: boolean): string => {
  if (text === "") return scope.options.clearChoiceWithDefault === "default" ? column.byDefault : "";
  const choices = scope.schema.choices(table, column.name, scope.person.language);
  if (!byDisplay || choices.some((choice) => choice.value === text && choice.label.toLowerCase() === text.toLowerCase())) return text;
  // An unknown choice is stored as it is.
  return choices.find((choice) => choice.label.toLowerCase() === text.toLowerCase())?.value ?? text;
};

const numberValue = (column: Column, text: string): string => {
  const number = Number(text.replace(/,/g, ""));
  if (text.trim() === "" || !Number.isFinite(number)) return "";
  return column.type === "integer" || column.type === "longint" ? String(Math.trunc(number)) : String(number);
};

const isChoice = (column: Column): boolean => column.choice !== "0" && column.choice !== "";

export const takeValue = (scope: Scope, table: string, column: Column, given: unknown, byDisplay: boolean): Taken => {
  if (given === null || given === undefined) {
    if (given === undefined || scope.options.nullValue === "ignore") return undefined;
    return isChoice(column) ? choiceValue(scope, table, column, "", false) : column.type === "boolean" ? "false" : "";
  }
  const text = wireText(given);
  if (isReference(column)) return referenceValue(scope, column, text, byDisplay);
  if (isChoice(column)) {
    const value = choiceValue(scope, table, column, text, byDisplay);
    return NUMERIC.has(column.type) ? numberValue(column, value) || value : value.slice(0, column.length);
  }
  if (column.type === "glide_list") return listValue(scope, column, text, byDisplay);
  if (column.type === "boolean") return /^(true|1|yes|on)$/i.test(text.trim()) ? "true" : "false";
  // Who writes back what he read keeps his password.
  if (column.type.startsWith("password") && text === "********") return undefined;
  if (text === "" || JOURNALS.has(column.type)) return text;
  if (MOMENTS.has(column.type) || column.type === "glide_date") return dateValue(scope, column, text.trim(), byDisplay);
  if (DURATIONS.has(column.type)) return parseDuration(text) ?? "";
  if (MONEY.has(column.type)) return text.includes(";") ? text : `USD;${text}`;
  if (NUMERIC.has(column.type)) return numberValue(column, text);
  return column.type === "conditions" || column.type === "script" ? text : text.slice(0, column.length);
};

/** Default values are fixed texts or calls of gs. */
export const fillDefaults = (scope: Scope, table: string, row: Row, script: (text: string) => string | null): Row => {
  const filled: Record<string, string> = { ...row };
  for (const column of scope.schema.columns(table).values()) {
    if (filled[column.name] !== undefined || column.byDefault === "") continue;
    const value = column.byDefault.startsWith("javascript:") ? (script(column.byDefault.slice(11)) ?? "") : column.byDefault;
    if (value !== "") filled[column.name] = value;
  }
  return filled;
};
