// A site's own functions between two fields. They are given as plain functions (cli reads the file); what they answer is
// checked as if it came from an endpoint, and what they throw is a reason to hold the field, never an end of the run.

import { type Scalar, type Side, type Single, type Value, isChoice, isItemRef, isPerson } from "../types.ts";

/** Told to a function beside the value: the side that is written, and the names of both fields. */
export interface TransformInfo {
  readonly to: Side;
  readonly master: string;
  readonly target: string;
}

/** Pure: the same answer for the same value. The answer is carried on like any value of the other side, value map included. */
export type TransformFunction = (value: Value, info: TransformInfo) => unknown;

export interface Transforms {
  readonly functions: Readonly<Record<string, TransformFunction>>;
  /** Changes when the file does: what it touches is compared again. */
  readonly digest: string;
  /** Where they stand, for messages. */
  readonly file: string;
}

export interface Transform {
  readonly name: string;
  readonly apply: TransformFunction;
  readonly digest: string;
}

export type Transformed = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

const isScalar = (value: unknown): value is Scalar => typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));

const isSingle = (value: unknown): value is Single =>
  isScalar(value) || (isChoice(value) && typeof value.choice === "string") || (isPerson(value) && typeof value.person === "string") || (isItemRef(value) && typeof value.ref === "string");

const isValue = (value: unknown): value is Value => value === null || isSingle(value) || (Array.isArray(value) && value.every(isSingle));

const shown = (value: unknown): string => (value instanceof Promise ? "a promise" : value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value).slice(0, 80));

/** Never throws: what the function throws, or answers that is no value (a promise, a date, nothing), is the reason of a field that is held. */
export const transformValue = (transform: Transform, value: Value, info: TransformInfo): Transformed => {
  try {
    // A copy: a function that changes what it is given must not change the item.
    const result = transform.apply(structuredClone(value), info);
    return isValue(result) ? { ok: true, value: result } : { ok: false, reason: `the transform ${transform.name} answered ${shown(result)}, which is no value` };
  } catch (error) {
    return { ok: false, reason: `the transform ${transform.name} failed: ${error instanceof Error ? error.message : String(error)}` };
  }
};
