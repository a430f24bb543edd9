// How the imitated server refuses: one class, the codes that are known, and the three forms of an error body (sheet, section 9).
// The vendor publishes no full list of codes: those marked "guess" stand in for unpublished ones.

import { createHash } from "node:crypto";

export const CODES = {
  notFound: "platform.entity_not_found",
  noPath: "platform.web_application",
  readOnly: "platform.modify_non_editable_field",
  duplicate: "platform.duplicate_entity_error",
  unknownField: "platform.unknown_field",
  illegalValue: "illegal_field_value",
  general: "platform.general_error",
  /** guess */
  noRight: "platform.insufficient_permissions",
  /** guess */
  badQuery: "platform.query_parsing_error",
  /** guess */
  badParameter: "platform.illegal_parameter",
  /** guess */
  badBody: "platform.malformed_request",
} as const;

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly text: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly business: boolean;
}

export class OctaneError extends Error {
  readonly refusal: Refusal;
  constructor(status: number, code: string, text: string, properties: Readonly<Record<string, unknown>> = {}, business = false) {
    super(text);
    this.refusal = { status, code, text, properties, business };
  }
}

export const notFound = (type: string, id: string): OctaneError =>
  new OctaneError(404, CODES.notFound, `The entity ${type} with id ${id} does not exist, or you have no right to see it.`, { entity_type: type, entity_id: id }, true);

export const noSuchPath = (path: string): OctaneError => new OctaneError(404, CODES.noPath, `HTTP 404 Not Found: ${path}`, { path });

export const illegal = (field: string, why: string): OctaneError =>
  new OctaneError(400, CODES.illegalValue, `The value of the field ${field} is not allowed: ${why}.`, { field_name: field }, true);

export const unknownField = (type: string, field: string): OctaneError =>
  new OctaneError(400, CODES.unknownField, `The field ${field} does not exist on the entity ${type}.`, { entity_type: type, field_name: field });

/** A broken rule between entities: documented as 409 with the general code (sheet, section 8). */
export const brokenRule = (text: string, business = false): OctaneError => new OctaneError(409, CODES.general, text, {}, business);

export const badQuery = (text: string): OctaneError => new OctaneError(400, CODES.badQuery, text);

/** Base-36 names as the server makes them; from a hash so that runs can be repeated. */
export const token = (seed: string, length = 25): string => {
  const digits = BigInt(`0x${createHash("sha256").update(seed).digest("hex")}`).toString(36);
  return digits.padStart(length, "0").slice(-length);
};

const bodyOf = (refusal: Refusal, correlation: string, stackTrace: string | null): Record<string, unknown> => ({
  error_code: refusal.code,
  correlation_id: correlation,
  description: refusal.text,
  description_translated: refusal.text,
  properties: refusal.properties,
  stack_trace: stackTrace,
  business_error: refusal.business,
});

export const singleForm = (refusal: Refusal, correlation: string): Record<string, unknown> => bodyOf(refusal, correlation, "");

export const elementForm = (refusal: Refusal, correlation: string, index: number | null): Record<string, unknown> => ({
  ...(index === null ? {} : { index }),
  ...bodyOf(refusal, correlation, null),
});

/** Anything that is not a refusal is a mistake of the sandbox and must be seen. */
export const refusalOf = (error: unknown): Refusal => {
  if (error instanceof OctaneError) return error.refusal;
  throw error;
};
