// Waiting before a call is sent again, which ends when somebody is told to stop.

import { setTimeout as pause } from "node:timers/promises";

/** What is over by then may still be waited for. */
export const MOST_AFTER_STOP_MS = 2_000;

/** Waits so many milliseconds, or until the signal aborts. Whoever waits throws then, or just returns. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<unknown>;

const sleeping: Sleep = (ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal });

/** Waits; told to stop, two seconds more at the most. Answers whether it has waited to the end. Throws what `sleep` throws. */
export const waitedOut = async (ms: number, stop: AbortSignal | undefined, sleep: Sleep = sleeping): Promise<boolean> => {
  const end = new AbortController();
  let last: NodeJS.Timeout | undefined;
  const told = (): void => void (last ??= setTimeout(() => end.abort(), MOST_AFTER_STOP_MS));
  if (stop?.aborted === true && ms > MOST_AFTER_STOP_MS) return false;
  stop?.addEventListener("abort", told, { once: true });
  try {
    await sleep(ms, end.signal);
  } catch (error) {
    if (!end.signal.aborted) throw error;
  } finally {
    clearTimeout(last);
    stop?.removeEventListener("abort", told);
  }
  return !end.signal.aborted;
};
