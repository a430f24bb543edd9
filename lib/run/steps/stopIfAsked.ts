// Where a run may end between two items: told to stop, or without its lock.

import { BusyError, FencedError } from "../../core/errors.ts";
import type { WriteResult } from "../../connectors/connector.ts";
import { isLeft } from "../../connectors/left.ts";
import type { SetRun } from "./setRun.ts";

const GO_ON = "run it again: it goes on where it was";

/** Throws BusyError when told to stop, FencedError when the lock is lost. */
export const stopIfAsked = (run: Pick<SetRun, "context">): void => {
  if (run.context.stop.aborted) throw new BusyError("stopped as asked; everything done so far is recorded", GO_ON);
  if (run.context.lease?.lost.aborted === true) throw new FencedError("the lock of this connection was lost to another run", "look at connectionStatus; the next run goes on where this one was");
};

/** Throws, where something of a write was left, what stopIfAsked throws; BusyError too where the system was too busy for it. All else that came of it is recorded by then. */
export const endIfLeft = (run: Pick<SetRun, "context">, results: readonly (WriteResult | undefined)[]): void => {
  const left = results.find(isLeft);
  if (left === undefined) return;
  stopIfAsked(run);
  throw new BusyError(left.reason, GO_ON);
};
