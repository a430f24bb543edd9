// What ran, when, and how it ended; with a run named, everything it did. From records alone.

import { UsageError } from "../core/errors.ts";
import type { Outcome, RunRow } from "../store/store.ts";
import type { Doors } from "./context.ts";

export const runHistory = (doors: Pick<Doors, "store">, connection: string | undefined, most: number): Promise<readonly RunRow[]> => doors.store.runs.list(connection, most);

/** Throws UsageError for a run that is not kept. */
export const runDetails = async (doors: Pick<Doors, "store">, id: string): Promise<{ readonly run: RunRow; readonly outcomes: readonly Outcome[] }> => {
  const run = await doors.store.runs.get(id);
  if (run === undefined) throw new UsageError(`there is no run ${id}`, "runHistory without --run lists the runs that are kept");
  const outcomes: Outcome[] = [];
  for await (const page of doors.store.outcomes.ofRun(id)) outcomes.push(...page);
  return { run, outcomes };
};
