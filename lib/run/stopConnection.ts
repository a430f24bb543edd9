// Stops a connection: no iteration begins until it is started again. One that runs finishes; watermarks keep its place.

import type { ConnectionState } from "../store/store.ts";
import type { Doors } from "./context.ts";

export interface SwitchHow {
  readonly note?: string;
  /** Answers what the state would be, and leaves it. */
  readonly dryRun?: boolean;
}

/** `by`: whom connectionStatus names. Iterations that run are not ended; none begins until startConnection. */
export const stopConnection = async (doors: Pick<Doors, "store" | "now">, name: string, by: string, { note, dryRun }: SwitchHow = {}): Promise<ConnectionState> => {
  const state: ConnectionState = { name, started: false, changedAt: doors.now(), changedBy: by, ...(note === undefined ? {} : { note }) };
  if (dryRun !== true) await doors.store.connections.set(state);
  return state;
};
