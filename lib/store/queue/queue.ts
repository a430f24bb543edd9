// The queue of turns of workers: graphile-worker's, in the same database, in a schema of its own. It only wakes workers; who
// may work on a connection, its lock decides. A job's lock outlives a killed worker by hours: never wait for one.

import type { Problem } from "../../core/errors.ts";

export interface AskedTurn {
  /** Of a connection, or of a slice of one. */
  readonly name: string;
  /** From now, by the database's clock; 0 or less: at once. */
  readonly inSeconds: number;
}

export interface WaitingTurn {
  /** Since when a worker has it, alive or not; undefined while none has. */
  readonly takenSeconds?: number;
}

export interface TakeHow {
  /** Names of which turns are taken; asked again and again. */
  readonly serves: () => readonly string[];
  readonly concurrency: number;
  /** Ends when nothing is due and nobody here is at work. */
  readonly untilEmpty: boolean;
  readonly stop: AbortSignal;
  /** A turn. Throwing puts it back for later. */
  readonly take: (name: string) => Promise<void>;
  readonly log: (level: "debug" | "warn", message: string) => void;
}

export interface Queue {
  /** One turn of a name waits at most: asking again moves it. One that was taken stays with its worker, beside it. */
  ask(turns: readonly AskedTurn[]): Promise<void>;
  /** Turns asked for that are not done, by name. */
  waiting(): Promise<ReadonlyMap<string, WaitingTurn>>;
  /** Hands out turns, each to one worker, until it is stopped; returns when everybody here has ended. */
  work(how: TakeHow): Promise<void>;
  close(): Promise<void>;
}

export const NO_SERVER: Problem = {
  path: "DATABASE_URL",
  message: "is not set: workers share a PostgreSQL server; the embedded store serves one process at a time and needs no queue",
  advice: "set DATABASE_URL (docs/database.md), or schedule `npx tandem syncIteration --all --due` instead",
};

export const SCHEMA = "tandem_queue";
/** A task of the library's for each name, its one job by the same name: a worker asks for those it serves. */
export const PREFIX = "iteration:";
