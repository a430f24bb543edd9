// What an endpoint tells of a person beside what connectors read anyway: columns by which a site may know the same person
// elsewhere, an employee's number for one. Pure.

import { isObject } from "../core/isObject.ts";

/** Secrets are nobody's attribute, nor are addresses of pictures and of the record itself. */
const NEVER = /passw|secret|token|api_?key|salt|hash|twofa|certificate|avatar|photo|image|picture|^self$|^_?links?$|^expand$|^url$/i;

/** Of a reference the words that people see. */
const textOf = (value: unknown): string => {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map(textOf).filter((text) => text !== "").join(", ");
  if (!isObject(value)) return "";
  return ["display_value", "name", "value"].map((part) => textOf(value[part])).find((text) => text !== "") ?? "";
};

/** Name → text of everything this record says, but for `known`, what is empty, and what is nobody's business. */
export const attributesOf = (record: unknown, known: readonly string[]): Readonly<Record<string, string>> => {
  if (!isObject(record)) return {};
  const found = Object.entries(record).flatMap(([name, value]) => (known.includes(name) || NEVER.test(name) ? [] : [[name, textOf(value)] as const]));
  return Object.fromEntries(found.filter(([, text]) => text !== ""));
};
