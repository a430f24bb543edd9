// Writes that are not begun any more: whoever was told to stop finishes what is in hand and leaves the rest as it was.

import { BusyError } from "../core/errors.ts";
import type { Stop, WriteResult } from "./connector.ts";

export type { Stop } from "./connector.ts";

type Refusal = Extract<WriteResult, { readonly ok: false }>;

const refusal = (kind: Refusal["kind"], reason: string): Refusal => ({ ok: false, kind, reason, problems: [] });

/** Of what was not begun. */
export const LEFT: Refusal = refusal("left", "told to stop before it was begun");

export const isLeft = (result: WriteResult | undefined): result is Refusal & { readonly kind: "left" } => result?.ok === false && result.kind === "left";

/**
 * One after the other, a result each, in order; once told to stop, the rest is left. Where a system is too busy for one of them after
 * others were written, nobody knows about that one, and the rest is left too: what was written is not forgotten for its sake. All
 * other errors, and that of a system too busy from the first on, are thrown.
 */
export const eachUntil = async <T>(all: readonly T[], stop: Stop | undefined, work: (one: T) => Promise<WriteResult>): Promise<readonly WriteResult[]> => {
  const results: WriteResult[] = [];
  let left = LEFT;
  for (const one of all) {
    if (left !== LEFT || stop?.aborted === true) {
      results.push(left);
      continue;
    }
    try {
      results.push(await work(one));
    } catch (error) {
      if (!(error instanceof BusyError) || !results.some((result) => result.ok)) throw error;
      left = refusal("left", error.message);
      results.push(refusal("doubtful", error.message));
    }
  }
  return results;
};
