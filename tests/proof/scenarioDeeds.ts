// What is done with a scenario, whatever disturbs it: its deed, iterations until both sides are at rest, and what waits then.

import type { Stage } from "./killing.ts";
import type { Scenario } from "./scenarios.ts";

export const iterate = (stage: Stage) => stage.w.iterate({}, { ...stage.how, store: stage.store });

export const act = (scenario: Scenario, stage: Stage, prepared: unknown): Promise<unknown> => (scenario.act ?? iterate)(stage, prepared);

/** Iterations until both are at rest; most scenarios need none. */
export const rest = async (stage: Stage): Promise<void> => {
  for (let n = 0; n < 3; n++) {
    stage.w.time.ms += 60_000;
    await iterate(stage);
  }
};

/** The rows of the store, by table. */
export const rowsOf = (stage: Stage): Readonly<Record<string, readonly unknown[]>> => stage.store.content() as Readonly<Record<string, readonly unknown[]>>;

/** How much waits, for the next run or for a person. */
export const waiting = (stage: Stage): unknown => {
  const { quarantine, pending, conflicts, intents } = rowsOf(stage);
  return { quarantine: quarantine?.length, pending: pending?.length, conflicts: conflicts?.length, intents: intents?.length };
};
