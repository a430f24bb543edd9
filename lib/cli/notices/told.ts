// An iteration with people told how it ended, where somebody wants to hear, and one that failed before it began kept in the record:
// who looks in the morning must find it. Never changes the end itself.

import { slicesOf } from "../../core/mapping/slices.ts";
import { latestBy } from "../../core/time.ts";
import type { Doors, Log } from "../../run/context.ts";
import type { IterationResult } from "../../run/syncIteration.ts";
import type { ConnectionDefinition, Definitions } from "../definitions/config.ts";
import { exitCodeOf } from "../script/exit.ts";
import { audienceOf } from "./notices.ts";
import { redact } from "../output/redact.ts";
import { createTeller, type TellHere } from "./teller.ts";

const messageOf = (error: unknown): string => redact(error instanceof Error ? error.message : String(error));

/** A login that is refused, or a definition that is wrong, ends an iteration before it has a run: the run is noted here. */
const noteFailure = async ({ store, now, newId, host, pid }: Doors, connection: string, slice: string | undefined, since: string, error: unknown): Promise<void> => {
  const [last] = await store.runs.list(connection, 1, slice, latestBy(now()));
  if (last !== undefined && last.startedAt >= since) return;
  const id = newId();
  await store.runs.start({ id, connection, ...(slice === undefined ? {} : { slice }), script: "syncIteration", host, pid, at: since });
  await store.runs.end(id, { at: now(), status: exitCodeOf(error) === 1 ? "refused" : "failed", counts: {}, message: messageOf(error) });
};

/** `reach` gives the doors where the iteration ended before it had any. */
export const told = async (log: Log, definitions: Definitions, connection: ConnectionDefinition, reach: (work: (doors: Doors) => Promise<void>) => Promise<void>, work: (tellHere: TellHere) => Promise<IterationResult>, slice?: string): Promise<IterationResult> => {
  const { name } = connection.file;
  const audience = audienceOf(definitions, connection);
  const teller = audience === undefined ? undefined : createTeller(audience, name, slicesOf(connection.file));
  const since = new Date().toISOString();
  try {
    return await work(teller?.ofResult ?? (async () => undefined));
  } catch (error) {
    const ended = async (doors: Doors): Promise<void> => {
      // Wrong words say nothing of the connection.
      if (exitCodeOf(error) !== 64) await noteFailure(doors, name, slice, since, error);
      if (teller?.isDone() === false) await teller.ofError(doors, error);
    };
    const untold = (failure: unknown): void => {
      if (teller === undefined) log.info(`the failure is in no record: ${messageOf(failure)}`);
      else log.warn(`nobody was told: ${messageOf(failure)}`);
    };
    if (exitCodeOf(error) !== 75) await reach(ended).catch(untold);
    throw error;
  }
};
