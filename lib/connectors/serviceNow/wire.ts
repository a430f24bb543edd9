// Lenient access to what ServiceNow answers: every value is a text, plain or with its shown form beside it. Nothing here
// trusts a shape.

import { folded, instantOf as anyInstantOf, isObject, type Json, own } from "../json.ts";

export { isObject, type Json, objectsOf, own } from "../json.ts";

/** Text or number as text, "" for everything else. */
export const textAt = (value: unknown, name: string): string => {
  const found = own(value, name);
  return typeof found === "number" || typeof found === "boolean" ? String(found) : typeof found === "string" ? found : "";
};

/** The stored value, whatever display mode the row came in; undefined where the key is missing, which is not "empty" (servicenow.md §5). */
export const storedAt = (row: Json, name: string): string | undefined => {
  const found = own(row, name);
  if (found === undefined) return undefined;
  return isObject(found) ? textAt(found, "value") : textAt(row, name);
};

export const storedText = (row: Json, name: string): string => storedAt(row, name) ?? "";

/** What people see; never parsed, only shown. */
export const shownAt = (row: Json, name: string): string => textAt(own(row, name), "display_value");

// ── times: UTC in whole seconds, without a zone (servicenow.md §15) ────────────────────────────────────────────────

/** 2026-03-01 09:00:00 → 2026-03-01T09:00:00.000Z; undefined when it is no time. */
export const instantOf = (stored: string | undefined): string | undefined => {
  const parts = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(stored ?? "");
  // Another form with its zone, as interfaces of a site's own give it.
  if (parts === null || /[zZ]$|[+-]\d\d:?\d\d$/.test(stored ?? "")) return anyInstantOf(stored);
  const at = Date.parse(`${parts[1]}T${parts[2]}Z`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
};

/** Rounded down: a later second would be a time that has not come. */
export const wireTime = (instant: string | number): string => new Date(Math.floor(new Date(instant).getTime() / 1000) * 1000).toISOString().slice(0, 19).replace("T", " ");

// ── ids ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const ID = /^\w{1,64}$/;

/** Anything that could be a sys_id, hand-made ones too. Nothing else may stand in a query or an address. */
export const isId = (text: string): boolean => ID.test(text);

export const sameWord = (a: string, b: string): boolean => folded(a) === folded(b);

/** Uuid of an intent → the sys_id given at the create, and back. */
export const idOfIntent = (intent: string): string => intent.replaceAll("-", "").toLowerCase();

/** undefined for ids that no random uuid (version 4) can have given. */
export const intentOfId = (id: string): string | undefined => {
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})(4[0-9a-f]{3})([89ab][0-9a-f]{3})([0-9a-f]{12})$/i.exec(id);
  return parts === null ? undefined : parts.slice(1).join("-").toLowerCase();
};
