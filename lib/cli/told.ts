// An iteration with people told how it ended, where somebody wants to hear. Never changes the end itself.

import { slicesOf } from "../core/mapping/slices.ts";
import type { Doors, Log } from "../run/context.ts";
import type { IterationResult } from "../run/syncIteration.ts";
import type { ConnectionDefinition, Definitions } from "./config.ts";
import { exitCodeOf } from "./exit.ts";
import { audienceOf } from "./notices.ts";
import { createTeller, type TellHere } from "./teller.ts";

/** `reach` gives the doors where the iteration ended before it had any. */
export const told = async (log: Log, definitions: Definitions, connection: ConnectionDefinition, reach: (work: (doors: Doors) => Promise<void>) => Promise<void>, work: (tellHere: TellHere) => Promise<IterationResult>): Promise<IterationResult> => {
  const audience = audienceOf(definitions, connection);
  if (audience === undefined) return work(async () => undefined);
  const teller = createTeller(audience, connection.file.name, slicesOf(connection.file));
  try {
    return await work(teller.ofResult);
  } catch (error) {
    if (!teller.isDone() && exitCodeOf(error) !== 75) await reach((doors) => teller.ofError(doors, error)).catch((failure: unknown) => log.warn(`nobody was told: ${failure instanceof Error ? failure.message : String(failure)}`));
    throw error;
  }
};
