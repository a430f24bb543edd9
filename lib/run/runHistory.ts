// What ran, when, and how it ended; with a run named, everything it did. From records alone.

import { UsageError } from "../core/errors.ts";
import type { Outcome, RunRow, Store } from "../store/store.ts";
import type { Doors } from "./context.ts";

/** The latest first. `connection` undefined: of all. */
export const runHistory = (doors: Pick<Doors, "store">, connection: string | undefined, most: number): Promise<readonly RunRow[]> => doors.store.runs.list(connection, most);

/** The run with this id, or the only one whose id begins so. Throws UsageError where there is none, or more than one. */
export const namedRun = async (store: Pick<Store, "runs">, words: string): Promise<RunRow> => {
  const [id, another] = await store.runs.beginning(words);
  if (another !== undefined) throw new UsageError(`several runs begin with ${words}, such as ${id} and ${another}`, "write more of the id");
  const run = id === undefined ? undefined : await store.runs.get(id);
  if (run === undefined) throw new UsageError(`there is no run ${words}`, "runHistory without --run lists the runs that are kept");
  return run;
};

/** Throws UsageError for a run that is not kept. */
export const runDetails = async (doors: Pick<Doors, "store">, words: string): Promise<{ readonly run: RunRow; readonly outcomes: readonly Outcome[] }> => {
  const run = await namedRun(doors.store, words);
  const outcomes: Outcome[] = [];
  for await (const page of doors.store.outcomes.ofRun(run.id)) outcomes.push(...page);
  return { run, outcomes };
};
