// What Octane says when it refuses: single form, collection form, the web container's form and the session's (octane.md
// §9, §2.2). Branches on codes and positions, never on wording, with one marked exception.

import { parseJson } from "../json.ts";
import { envelopeOf, isObject, type Json, numberAt, own, textAt } from "./wire.ts";

export interface Refusal {
  readonly code: string;
  readonly reason: string;
  /** Position in the request, from 0; may be missing. */
  readonly index?: number;
  readonly entityId?: string;
  /** Every text among the properties: one of them may name a field. */
  readonly names: readonly string[];
  readonly missing: boolean;
  /** The lock stamp sent is not the item's any more. */
  readonly stale: boolean;
}

const firstText = (body: unknown, ...names: readonly string[]): string => names.map((name) => textAt(body, name)).find((text) => text !== "") ?? "";

/** The container wraps our JSON, escaped, into its own message. */
const unwrapped = (body: unknown): unknown => {
  const message = textAt(body, "message");
  if (textAt(body, "error_code") !== "" || !message.includes('{"')) return body;
  try {
    const inner: unknown = parseJson(message.slice(message.indexOf("{")));
    return isObject(inner) ? inner : body;
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
};

/** The code of a lock mismatch is not published, only its status 500: here the wording has to help (octane.md §11). What is blocked is not locked. */
const isStale = (code: string, reason: string): boolean => /(?<!b)lock|stale|concurren/i.test(code) || /client_?lock_?(stamp|version)|lock stamp/i.test(reason);

const textsOf = (value: unknown): readonly string[] => (typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(textsOf) : isObject(value) ? Object.values(value).flatMap(textsOf) : []);

export const refusalOf = (error: unknown, status: number): Refusal => {
  const body = unwrapped(error);
  const code = firstText(body, "error_code", "errorCode");
  const reason = firstText(body, "description_translated", "description", "accumulatedMessage", "message") || code || `answered ${status} without a reason`;
  const index = numberAt(body, "index") ?? numberAt(body, "entity_index");
  const properties = own(body, "properties");
  const entityId = textAt(properties, "entity_id");
  return {
    code,
    reason,
    ...(index === undefined ? {} : { index }),
    ...(entityId === "" ? {} : { entityId }),
    names: textsOf(properties),
    missing: code === "platform.entity_not_found",
    stale: isStale(code, reason),
  };
};

/** Refusals of a collection request; undefined when the answer has no such form. */
export const refusalsOf = (body: unknown, status: number): readonly Refusal[] | undefined => (Array.isArray(own(body, "errors")) ? envelopeOf(body).errors.map((error) => refusalOf(error, status)) : undefined);

/** One line of everything that was said. */
export const reasonOf = (body: unknown, status: number): string => {
  const refusals = refusalsOf(body, status);
  return refusals === undefined || refusals.length === 0 ? refusalOf(body, status).reason : refusals.map((refusal) => refusal.reason).join("; ");
};

export type Answer = { readonly entity: Json } | { readonly refusal: Refusal };

/** Hands `answers` to the open places they fit. */
const place = (results: (Answer | undefined)[], answers: readonly Answer[], placeOf: (answer: Answer) => number): readonly Answer[] =>
  answers.filter((answer) => {
    const at = placeOf(answer);
    if (at < 0 || at >= results.length || results[at] !== undefined) return true;
    results[at] = answer;
    return false;
  });

/** Those that are left, in order, if they are exactly as many as the open places. */
const placeRest = (results: (Answer | undefined)[], answers: readonly Answer[]): void => {
  const open = results.flatMap((result, index) => (result === undefined ? [index] : []));
  if (open.length === answers.length) open.forEach((at, index) => results.splice(at, 1, answers[index]));
};

/** In the order of the request, an entity never bears the name of another part (octane.md §8). */
const isShuffled = (results: readonly (Answer | undefined)[], entities: readonly Answer[], sent: readonly { readonly name?: string }[]): boolean => {
  const open = sent.filter((_part, index) => results[index] === undefined);
  return entities.some((answer, index) => {
    const name = "entity" in answer ? textAt(answer.entity, "name") : "";
    return name !== "" && name !== open[index]?.name && open.some((part) => part.name === name);
  });
};

/**
 * Which answer belongs to which part of a bulk write (octane.md §9.3); undefined where nobody can say. `sent`: ids for
 * updates, names for creates. The index of a refusal may be missing; then ids or names tell, else the only way the numbers fit.
 */
export const sortAnswers = (body: unknown, status: number, sent: readonly { readonly id?: string; readonly name?: string }[]): readonly (Answer | undefined)[] => {
  const results: (Answer | undefined)[] = sent.map(() => undefined);
  const entities = envelopeOf(body).data.map((entity): Answer => ({ entity }));
  const refusals = (refusalsOf(body, status) ?? []).map((refusal): Answer => ({ refusal }));
  const loose = place(results, refusals, (answer) => ("refusal" in answer ? (answer.refusal.index ?? sent.findIndex((one) => one.id !== undefined && one.id === answer.refusal.entityId)) : -1));
  const byId = sent.some((one) => one.id !== undefined);
  if (!byId && loose.length === 0 && !isShuffled(results, entities, sent)) {
    placeRest(results, entities);
    return results;
  }
  const named = (name: string): number => (sent.filter((one) => one.name === name).length === 1 ? sent.findIndex((one) => one.name === name) : -1);
  place(results, entities, (answer) => ("entity" in answer ? (byId ? sent.findIndex((one) => one.id === textAt(answer.entity, "id")) : named(textAt(answer.entity, "name"))) : -1));
  placeRest(results, loose);
  return results;
};

/** Names of sent fields that a refusal points at. */
export const fieldsNamed = (refusal: Refusal, sent: readonly string[]): readonly string[] => sent.filter((name) => refusal.names.includes(name));

