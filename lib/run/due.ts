// Whose turn it is: from start to start by the connection's frequency, never two at once, never one that a person stopped.

import { isDue, secondsUntil } from "../core/schedule/turn.ts";
import type { Instant } from "../core/types.ts";
import type { Doors } from "./context.ts";

export const factOf = (connection: string): string => `start:${connection}`;

/** A start that failed before its run began counts as well: it is in the fact. */
const lastStart = async ({ store }: Pick<Doors, "store">, connection: string): Promise<Instant | undefined> => {
  const fact = (await store.facts.get(factOf(connection)))?.at;
  const run = (await store.runs.list(connection, 50)).find(({ script }) => script === "syncIteration")?.startedAt;
  return [fact, run].filter((at) => at !== undefined).toSorted().at(-1);
};

/** `inSeconds`: when to ask again; undefined while another run is at work, which nobody can tell. */
export type Turn = { readonly due: true } | { readonly due: false; readonly why: string; readonly inSeconds?: number };

/** With `take` the turn is noted as taken: another process that asks now is told to wait. */
export const turnOf = async (doors: Pick<Doors, "store" | "now">, connection: string, frequencySeconds: number, take: boolean): Promise<Turn> => {
  const { store, now } = doors;
  if ((await store.connections.get(connection))?.started === false) return { due: false, why: "stopped by a person", inSeconds: frequencySeconds };
  const holder = (await store.locks.holders()).find(({ name }) => name === `connection:${connection}`);
  if (holder !== undefined) return { due: false, why: `at work (process ${holder.pid} on ${holder.host}, since ${holder.since})` };
  const last = await lastStart(doors, connection);
  if (!isDue(last, frequencySeconds, now())) return { due: false, why: `started ${last ?? ""}, every ${frequencySeconds} s`, inSeconds: secondsUntil(last, frequencySeconds, now()) };
  if (take) await store.facts.set([{ name: factOf(connection), value: {}, at: now() }]);
  return { due: true };
};
