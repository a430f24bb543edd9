// Where a run may end between two items: told to stop, or without its lock.

import { BusyError, FencedError } from "../../core/errors.ts";
import type { SetRun } from "./setRun.ts";

/** Throws BusyError when told to stop, FencedError when the lock is lost. */
export const stopIfAsked = (run: Pick<SetRun, "context">): void => {
  if (run.context.stop.aborted) throw new BusyError("stopped as asked; everything done so far is recorded", "run it again: it goes on where it was");
  if (run.context.lease?.lost.aborted === true) throw new FencedError("the lock of this connection was lost to another run", "look at connectionStatus; the next run goes on where this one was");
};
