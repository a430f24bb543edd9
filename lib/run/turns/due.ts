// Whose turn it is: from start to start by the connection's frequency, never two at once, never one that a person stopped. Each
// slice of a connection has turns of its own; a start of the whole is one of each of them.

import { isDue, secondsUntil } from "../../core/schedule/turn.ts";
import { latestBy } from "../../core/time.ts";
import type { Doors } from "../context.ts";

export const factOf = (connection: string, slice?: string): string => `start:${connection}${slice === undefined ? "" : `/${slice}`}`;

export const lockOf = (connection: string): string => `connection:${connection}`;

/** What is in the way of a turn, by the names of locks: its own, and for a slice that of the whole. */
export const locksOf = (connection: string, slice?: string): readonly string[] => [lockOf(connection), ...(slice === undefined ? [] : [`${lockOf(connection)}/${slice}`])];

/** `inSeconds`: when to ask again; undefined while another run is at work, which nobody can tell. */
export type Turn = { readonly due: true } | { readonly due: false; readonly why: string; readonly inSeconds?: number };

type TurnDoors = Pick<Doors, "store" | "now">;

const takeTurn = ({ store, now }: TurnDoors, connection: string, slice?: string): Promise<void> => store.facts.set([{ name: factOf(connection, slice), value: {}, at: now() }]);

/** With `take` the turn is noted as taken: another process that asks now is told to wait. */
export const turnOf = async (doors: TurnDoors, connection: string, frequencySeconds: number, take: boolean, slice?: string): Promise<Turn> => {
  const { store, now } = doors;
  const locks = locksOf(connection, slice);
  const facts = [factOf(connection), ...(slice === undefined ? [] : [factOf(connection, slice)])];
  const { state, factAt, startedAt, isHeld } = await store.connections.standing(connection, { facts, script: "syncIteration", locks, until: latestBy(now()), ...(slice === undefined ? {} : { slice }) });
  if (state?.started === false) return { due: false, why: "stopped by a person", inSeconds: frequencySeconds };
  const holder = isHeld ? (await store.locks.holders()).find(({ name }) => locks.includes(name)) : undefined;
  if (holder !== undefined) return { due: false, why: `at work (process ${holder.pid} on ${holder.host}, since ${holder.since})` };
  // A start that failed before its run began counts as well: it is in the fact.
  const last = [factAt, startedAt].filter((at) => at !== undefined).toSorted().at(-1);
  if (!isDue(last, frequencySeconds, now())) return { due: false, why: `started ${last ?? ""}, every ${frequencySeconds} s`, inSeconds: secondsUntil(last, frequencySeconds, now()) };
  if (take) await takeTurn(doors, connection, slice);
  return { due: true };
};

/** Of a connection with slices, for who works on the whole: it is due when one of them is, and none is at work. */
export const turnOfAll = async (doors: TurnDoors, connection: string, slices: readonly string[], frequencySeconds: number, take: boolean): Promise<Turn> => {
  const turns: Turn[] = [];
  for (const slice of slices) turns.push(await turnOf(doors, connection, frequencySeconds, false, slice));
  const waiting = turns.flatMap((turn) => (turn.due ? [] : [turn]));
  const busy = waiting.find(({ inSeconds }) => inSeconds === undefined) ?? waiting.find(({ inSeconds }) => waiting.length === turns.length && inSeconds === Math.min(...waiting.map((turn) => turn.inSeconds ?? 0)));
  if (busy !== undefined) return busy;
  if (take) await takeTurn(doors, connection);
  return { due: true };
};
