// Takes turns of connections, or of slices of them, from the queue that all workers share. The queue wakes, a lock and its fence
// decide: a turn that comes twice finds the lock held, one whose worker was killed comes again by itself.

import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type ExitCode, FencedError, LockedError } from "../core/errors.ts";
import { secondsUntil } from "../core/schedule/turn.ts";
import type { Instant } from "../core/types.ts";
import type { Queue } from "../store/queue/queue.ts";
import type { Doors } from "./context.ts";
import { factOf, locksOf, turnOf } from "./turns/due.ts";

export interface Served {
  /** Of its turns in the queue. */
  readonly name: string;
  readonly connection: string;
  /** Not given: the whole connection. */
  readonly slice?: string;
  readonly frequencySeconds: number;
}

/** The queue takes no longer names than this. */
const LONGEST_NAME = 110;

/** A turn of each slice, or of the connection where it has none. */
export const servedOf = (connection: string, frequencySeconds: number, slices: readonly string[]): readonly Served[] => {
  if (slices.length === 0) return [{ name: connection, connection, frequencySeconds }];
  return slices.map((slice) => {
    const name = `${connection}/${slice}`;
    // A connection's name has no slash, and at most a hundred letters.
    const short = `${connection.slice(0, 80)}/${createHash("sha256").update(name).digest("base64url").slice(0, 22)}`;
    return { name: name.length > LONGEST_NAME ? short : name, connection, slice, frequencySeconds };
  });
};

export interface WorkerOptions {
  /** The connections that are served, as they are defined now, or their slices. */
  readonly serves: () => readonly Served[];
  /** One iteration under the lock of what is served; throws as the deed does. */
  readonly iterate: (served: Served) => Promise<ExitCode>;
  /** What an iteration threw, for whoever reads the log. Answers its exit code. */
  readonly onError: (served: Served, error: unknown) => ExitCode;
  readonly concurrency: number;
  /** End when nothing is due any more. */
  readonly untilEmpty: boolean;
}

export interface WorkerResult {
  readonly iterations: number;
  /** Iterations that ended with another exit code than 0. */
  readonly unfinished: number;
  /** Turns that found the connection at work elsewhere. */
  readonly busy: number;
  /** Iterations that lost their lock and were refused to write. */
  readonly fenced: number;
  readonly stopped: boolean;
  /** The highest of all iterations. */
  readonly code: ExitCode;
}

type WorkerDoors = Pick<Doors, "store" | "now" | "log" | "stop"> & { readonly queue: Queue };

const LONGEST_PAUSE = 30;
/** A worker that has taken a turn takes the lock, or asks for the next turn, long before. */
const LOST_AFTER = 15;

/** Between two looks at a connection that is at work elsewhere: twice within its frequency. */
const pauseOf = (frequencySeconds: number): number => Math.min(LONGEST_PAUSE, Math.max(1, frequencySeconds / 2));

/** Asks for what nobody has asked for: new connections, and turns that were lost with their worker before it had begun. */
const feed = async ({ store, queue, now }: WorkerDoors, { serves, untilEmpty }: WorkerOptions): Promise<void> => {
  const [waiting, starts, holders] = [await queue.waiting(), await store.facts.list(factOf("")), await store.locks.holders()];
  const startOf = new Map(starts.map(({ name, at }) => [name, at]));
  const isHeld = ({ connection, slice }: Served): boolean => holders.some((holder) => locksOf(connection, slice).includes(holder.name));
  const lastOf = ({ connection, slice }: Served): Instant | undefined => [startOf.get(factOf(connection)), startOf.get(factOf(connection, slice))].filter((at) => at !== undefined).toSorted().at(-1);
  const missing = serves().filter((served) => {
    const { name } = served;
    const turn = waiting.get(name);
    if (turn === undefined) return true;
    // Who starts this by a schedule may be some seconds early, and wants what a schedule would get.
    return turn.takenSeconds === undefined ? untilEmpty : turn.takenSeconds > LOST_AFTER && !isHeld(served);
  });
  const soon = (seconds: number, frequencySeconds: number): number => (untilEmpty ? seconds - Math.min(20, frequencySeconds / 10) : seconds);
  await queue.ask(missing.map((served) => ({ name: served.name, inSeconds: soon(secondsUntil(lastOf(served), served.frequencySeconds, now()), served.frequencySeconds) })));
};

const keepFeeding = async (doors: WorkerDoors, options: WorkerOptions, end: AbortSignal): Promise<void> => {
  while (!end.aborted) {
    const shortest = Math.min(...options.serves().map(({ frequencySeconds }) => frequencySeconds));
    await pause(pauseOf(shortest) * 1000, undefined, { signal: end }).catch(() => undefined);
    if (!end.aborted) await feed(doors, options).catch((error: unknown) => doors.log.warn(`the queue cannot be looked at: ${error instanceof Error ? error.message : String(error)}`));
  }
};

interface Sums {
  iterations: number;
  unfinished: number;
  busy: number;
  fenced: number;
  code: ExitCode;
}

/** Answers whether it was an iteration. */
const iterateOnce = async (doors: WorkerDoors, options: WorkerOptions, served: Served, sums: Sums): Promise<boolean> => {
  const { name, frequencySeconds } = served;
  const before = doors.now();
  let code: ExitCode;
  try {
    code = await options.iterate(served);
  } catch (error) {
    // Locked in the blink between asking and beginning: the other start does the work.
    if (error instanceof LockedError && !doors.stop.aborted) {
      sums.busy++;
      return false;
    }
    if (error instanceof FencedError) sums.fenced++;
    code = options.onError(served, error);
  }
  sums.iterations++;
  if (code !== 0) sums.unfinished++;
  if (code > sums.code) sums.code = code;
  // Its next turn came while it was still at work, and was put off.
  if (secondsUntil(before, frequencySeconds, doors.now()) === 0) await doors.queue.ask([{ name, inSeconds: 0 }]);
  return true;
};

/** Answers whether it was an iteration. */
const takeTurn = async (doors: WorkerDoors, options: WorkerOptions, name: string, sums: Sums): Promise<boolean> => {
  const served = options.serves().find((one) => one.name === name);
  // Its definition is gone: nobody asks for it again.
  if (served === undefined) return false;
  const { connection, slice, frequencySeconds } = served;
  // First of all: whoever takes this next turn takes over, should this process be killed.
  await doors.queue.ask([{ name, inSeconds: frequencySeconds }]);
  const turn = doors.stop.aborted ? ({ due: false, why: "this worker is ending", inSeconds: 0 } as const) : await turnOf(doors, connection, frequencySeconds, true, slice);
  if (turn.due) return iterateOnce(doors, options, served, sums);
  doors.log.debug(`${name}: not its turn: ${turn.why}`);
  if (turn.inSeconds === undefined) sums.busy++;
  await doors.queue.ask([{ name, inSeconds: turn.inSeconds ?? pauseOf(frequencySeconds) }]);
  return false;
};

/** Works until it is stopped, or until nothing is due. */
export const worker = async (doors: WorkerDoors, options: WorkerOptions): Promise<WorkerResult> => {
  const sums: Sums = { iterations: 0, unfinished: 0, busy: 0, fenced: 0, code: 0 };
  await feed(doors, options);
  const ended = new AbortController();
  // Until empty: each connection once, however long its turn took and however soon the next would be due.
  const done = new Set<string>();
  const names = (): readonly string[] => options.serves().flatMap(({ name }) => (done.has(name) ? [] : [name]));
  const take = async (name: string): Promise<void> => {
    const iterated = await takeTurn(doors, options, name, sums);
    if (!options.untilEmpty || !iterated) return;
    done.add(name);
    if (names().length === 0) ended.abort();
  };
  const feeding = options.untilEmpty ? Promise.resolve() : keepFeeding(doors, options, AbortSignal.any([ended.signal, doors.stop]));
  try {
    await doors.queue.work({
      serves: names,
      concurrency: options.concurrency,
      untilEmpty: options.untilEmpty,
      stop: AbortSignal.any([ended.signal, doors.stop]),
      take,
      log: (level, message) => doors.log[level](message),
    });
  } finally {
    ended.abort();
    await feeding;
  }
  return { ...sums, stopped: doors.stop.aborted };
};
