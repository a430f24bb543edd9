// An iteration over two imagined systems that are in step.

import { expect } from "vitest";
import { revisions, total, type Worlds } from "./worlds.ts";

/** Runs one more iteration, a minute later: it writes to nothing. */
export const quiet = async (w: Worlds): Promise<void> => {
  const before = revisions(w);
  w.time.ms += 60_000;
  const result = await w.iterate();
  expect(revisions(w)).toBe(before);
  expect([total(result, "created"), total(result, "updated")]).toEqual([0, 0]);
};
