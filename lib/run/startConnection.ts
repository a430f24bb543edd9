// Lets a stopped connection run again. Iterations then start as they are scheduled; this starts none itself.

import type { ConnectionState } from "../store/store.ts";
import type { Doors } from "./context.ts";

export const startConnection = async (doors: Pick<Doors, "store" | "now">, name: string, by: string, note?: string): Promise<ConnectionState> => {
  const state: ConnectionState = { name, started: true, changedAt: doors.now(), changedBy: by, ...(note === undefined ? {} : { note }) };
  await doors.store.connections.set(state);
  return state;
};
