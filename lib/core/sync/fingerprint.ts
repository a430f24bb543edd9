// Fingerprints of values: what a cross reference keeps per side and field to tell a change from an echo.
// Two values of one side have the same fingerprint exactly if the endpoint would show them as the same.

import { hash } from "node:crypto";
import { comparedText } from "../text/normal.ts";
import { type FieldSchema, type Single, type Value, isChoice, isItemRef, isPerson } from "../types.ts";

/** A field that must be compared again: no fingerprint ever equals it. */
export const UNKNOWN = "?";

const single = (value: Single, kind: FieldSchema["kind"]): string => {
  if (isChoice(value)) return `c:${value.choice}`;
  if (isPerson(value)) return `p:${value.person}`;
  if (isItemRef(value)) return `r:${value.ref}`;
  if (kind === "text" && typeof value === "string") return `t:${comparedText(value)}`;
  if (kind === "string" && typeof value === "string") return `s:${value.normalize("NFC")}`;
  if (typeof value === "number") return `n:${Object.is(value, -0) ? 0 : value}`;
  return `${(typeof value)[0]}:${String(value)}`;
};

/** Order of a multiple field carries no meaning in any endpoint we know; equal members in another order are no change. */
const canonical = (value: Value, field: Pick<FieldSchema, "kind" | "multiple">): string => {
  if (value === null || value === "") return "";
  if (!Array.isArray(value)) return single(value as Single, field.kind);
  const members = (value as readonly Single[]).map((member) => single(member, field.kind));
  if (members.length === 0) return "";
  return JSON.stringify([...new Set(members)].sort());
};

/** Fingerprint of a value: 22 characters, or "" for an empty field. */
export const fingerprint = (value: Value | undefined, field: Pick<FieldSchema, "kind" | "multiple">): string => {
  const text = canonical(value ?? null, field);
  return text === "" ? "" : hash("sha256", text, "base64url").slice(0, 22);
};

/** Would a reader take both for the same value? Both in the representation of one side. */
export const sameValue = (a: Value | undefined, b: Value | undefined, field: Pick<FieldSchema, "kind" | "multiple">): boolean =>
  canonical(a ?? null, field) === canonical(b ?? null, field);
