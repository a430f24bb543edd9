// Lenient access to what Octane answers, and the text of its queries. Nothing here trusts a shape.

import { type Json, numberOf, objectsOf, own } from "../json.ts";

export { instantOf, isObject, type Json, listOf, objectsOf, own, textAt } from "../json.ts";

export const numberAt = (value: unknown, name: string): number | undefined => numberOf(own(value, name));

interface Envelope {
  readonly data: readonly Json[];
  /** undefined where the server itself says that there are more. */
  readonly total: number | undefined;
  readonly errors: readonly Json[];
}

/** `total` undefined where the server says that it stopped counting. */
export const envelopeOf = (body: unknown): Envelope => ({ data: objectsOf(own(body, "data")), total: own(body, "exceeds_total_count") === true ? undefined : numberAt(body, "total_count"), errors: objectsOf(own(body, "errors")) });

/** A collection that was read; undefined when the answer is none: nothing said is not "there is nothing". */
export const collectionOf = (body: unknown): Envelope | undefined => {
  const data = own(body, "data");
  return Array.isArray(data) || (data === null && numberAt(body, "total_count") === 0) ? envelopeOf(body) : undefined;
};

/** Whole seconds, as Octane writes them. */
export const wireTime = (ms: number): string => `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;

// ── queries (octane.md §7.4): free text of items never gets here, there is no safe way to escape it ────────────────

const SAFE = /^[\w.:@+-]+$/;

/** A quoted text. Only ids, uuids and times may pass; anything else would change the meaning of the query. */
export const quoted = (text: string): string => {
  if (!SAFE.test(text)) throw new RangeError(`${JSON.stringify(text)} cannot stand in a query`);
  return `^${text}^`;
};

/** Whether a text can stand in a query at all. */
export const isSafe = (text: string): boolean => SAFE.test(text);

/** Throws RangeError for an id that is not safe. */
export const idsIn = (ids: readonly string[]): string => `id IN ${ids.map(quoted).join(",")}`;

/** Conditions that must all hold; each is put in parentheses, because a filter of the user may hold an "or". */
export const allOf = (...conditions: readonly (string | undefined)[]): string | undefined => {
  const given = conditions.filter((condition) => condition !== undefined && condition !== "");
  return given.length === 0 ? undefined : given.length === 1 ? given[0] : given.map((condition) => `(${condition})`).join(";");
};

/** The parameter: the double quotes belong to it. A filter copied from a browser brings its own pair. */
export const queryOf = (condition: string | undefined): string | undefined => (condition === undefined ? undefined : `"${condition}"`);

/** Without the quotation marks that the address bar of a browser has around it. */
export const bareFilter = (filter: string | undefined): string | undefined => filter?.trim().replace(/^"(.*)"$/s, "$1");
