// What a list did not show is asked for at its own address before it counts as gone: an index that answers lists may be behind,
// an item's own address is not.

import { chunks } from "./paging.ts";

/** Asked for one by one before the rest is believed to fare alike. */
const ASKED_AT_ONCE = 100;

/** Numbers grow: what was made last, and may be missing in an index, comes first. */
const newestFirst = (ids: readonly string[]): readonly string[] => (ids.every((id) => /^\d+$/.test(id)) ? ids.toSorted((a, b) => Number(b) - Number(a)) : ids);

/**
 * What is there of these ids, which `ask` asks for one by one. A mass that is gone without exception is a matter for the guards,
 * not for a call each: then the rest is not asked for.
 */
export const askMissing = async <T>(ids: readonly string[], ask: (ids: readonly string[]) => Promise<readonly T[]>): Promise<readonly T[]> => {
  const there: T[] = [];
  for (const part of chunks(newestFirst([...new Set(ids)]), ASKED_AT_ONCE)) {
    const found = await ask(part);
    there.push(...found);
    if (found.length === 0) break;
  }
  return there;
};
