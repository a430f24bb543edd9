// The rate of calls to an endpoint, kept by all processes together: tokens in the store. Those of one process that wait at
// the same time take theirs with one statement.

import type { HttpPace } from "../../connectors/http.ts";
import { type Sleep, waitedOut } from "../../connectors/httpPause.ts";
import { BusyError } from "../../core/errors.ts";
import type { TokenTable } from "../../store/store.ts";

export interface PaceSettings {
  /** For people. */
  readonly name: string;
  readonly url: string;
  readonly callsPerSecond: number;
  /** Longest that a call may have to wait for its leave. */
  readonly maxWaitSeconds: number;
}

/** The address counts, however often and under whichever name it is configured. */
export const endpointOf = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
};

interface Waiting {
  readonly go: (ms: number) => void;
  readonly fail: (error: unknown) => void;
}

/** Throws BusyError (from the calls that wait) where their turn would come later than `maxWaitSeconds`, or too late for whoever is told to stop. */
export const createPace = (tokens: TokenTable, { name, url, callsPerSecond, maxWaitSeconds }: PaceSettings, stop?: AbortSignal, sleep?: Sleep): HttpPace => {
  const endpoint = endpointOf(url);
  const gapMs = 1000 / callsPerSecond;
  const waiting: Waiting[] = [];
  let asking = false;

  const askFor = async (calls: readonly Waiting[]): Promise<void> => {
    try {
      const first = await tokens.take(endpoint, calls.length, gapMs, maxWaitSeconds * 1000);
      if (first === undefined) throw new BusyError(`${name}: no more calls may be made for longer than may be waited`, "try again later; network.maxWaitSeconds allows more; fewer workers, or a higher network.callsPerSecond, ask less of it");
      for (const [place, { go }] of calls.entries()) go(first + place * gapMs);
    } catch (error) {
      for (const { fail } of calls) fail(error);
    }
  };

  const ask = async (): Promise<void> => {
    asking = true;
    while (waiting.length > 0) await askFor(waiting.splice(0));
    asking = false;
  };

  return {
    leave: async () => {
      const ms = await new Promise<number>((go, fail) => {
        waiting.push({ go, fail });
        if (!asking) void ask();
      });
      // Rounded up: a timer that fires early would break the rate.
      if (ms > 0 && !(await waitedOut(Math.ceil(ms), stop, sleep))) throw new BusyError(`${name}: told to stop before a call might be made`, "the next run goes on where this one was");
    },
    hold: (ms) => tokens.hold(endpoint, ms),
  };
};

/** One pace an endpoint for as long as this lives, so that its connectors ask together. */
export const createPaces = (tokens: TokenTable, stop?: AbortSignal): ((settings: PaceSettings) => HttpPace) => {
  const known = new Map<string, HttpPace>();
  return (settings) => {
    const key = JSON.stringify([endpointOf(settings.url), settings.callsPerSecond, settings.maxWaitSeconds]);
    const pace = known.get(key) ?? createPace(tokens, settings, stop);
    known.set(key, pace);
    return pace;
  };
};
