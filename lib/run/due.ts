// Whose turn it is: from start to start by the connection's frequency, never two at once, never one that a person stopped.

import { isDue, secondsUntil } from "../core/schedule/turn.ts";
import type { Doors } from "./context.ts";

export const factOf = (connection: string): string => `start:${connection}`;

/** `inSeconds`: when to ask again; undefined while another run is at work, which nobody can tell. */
export type Turn = { readonly due: true } | { readonly due: false; readonly why: string; readonly inSeconds?: number };

/** With `take` the turn is noted as taken: another process that asks now is told to wait. */
export const turnOf = async (doors: Pick<Doors, "store" | "now">, connection: string, frequencySeconds: number, take: boolean): Promise<Turn> => {
  const { store, now } = doors;
  const lock = `connection:${connection}`;
  const { state, factAt, startedAt, isHeld } = await store.connections.standing(connection, { fact: factOf(connection), script: "syncIteration", lock });
  if (state?.started === false) return { due: false, why: "stopped by a person", inSeconds: frequencySeconds };
  const holder = isHeld ? (await store.locks.holders()).find(({ name }) => name === lock) : undefined;
  if (holder !== undefined) return { due: false, why: `at work (process ${holder.pid} on ${holder.host}, since ${holder.since})` };
  // A start that failed before its run began counts as well: it is in the fact.
  const last = [factAt, startedAt].filter((at) => at !== undefined).toSorted().at(-1);
  if (!isDue(last, frequencySeconds, now())) return { due: false, why: `started ${last ?? ""}, every ${frequencySeconds} s`, inSeconds: secondsUntil(last, frequencySeconds, now()) };
  if (take) await store.facts.set([{ name: factOf(connection), value: {}, at: now() }]);
  return { due: true };
};
