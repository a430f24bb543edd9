// Lets a stopped connection run again. Iterations then start as they are scheduled; this starts none itself.

import type { ConnectionState } from "../store/store.ts";
import type { Doors } from "./context.ts";
import { demandFinished } from "./steps/guards/heldBack.ts";
import type { SwitchHow } from "./stopConnection.ts";

/** Throws GuardError where a script was ended before it had recorded all pairs. */
export const startConnection = async (doors: Pick<Doors, "store" | "now">, name: string, by: string, { note, dryRun }: SwitchHow = {}): Promise<ConnectionState> => {
  await demandFinished(doors, name);
  const state: ConnectionState = { name, started: true, changedAt: doors.now(), changedBy: by, ...(note === undefined ? {} : { note }) };
  if (dryRun !== true) await doors.store.connections.set(state);
  return state;
};
