// The clock of one sandbox server: real time plus an offset, or frozen and moved by hand. Faults may make it wrong.

import * as z from "zod";
import type { SandboxClock } from "./imitation.ts";

/** Farther away no date can be written any more. */
const FARTHEST = 10_000_000_000;
const seconds = z.number().min(-FARTHEST).max(FARTHEST);

/** The body of POST /_sandbox/clock. */
export const clockOrder = z.union(
  [
    z.strictObject({ offsetSeconds: seconds }),
    z.strictObject({ freeze: z.iso.datetime({ offset: true }) }),
    z.strictObject({ advanceSeconds: seconds }),
    z.strictObject({ real: z.literal(true) }),
  ],
  { error: 'give exactly one of {"offsetSeconds": number}, {"freeze": "2026-01-01T00:00:00Z"}, {"advanceSeconds": number}, {"real": true}' },
);
export type ClockOrder = z.infer<typeof clockOrder>;

export interface ClockState {
  readonly now: string;
  readonly mode: "real" | "frozen";
  readonly offsetSeconds: number;
  /** What a fault adds; 0 without one. */
  readonly wrongBySeconds: number;
}

export interface ControlledClock extends SandboxClock {
  /** Stands still at this time until it is moved. */
  freeze(at: Date): void;
  /** Moves a frozen clock, or the offset of a running one. Negative goes back. */
  advance(by: number): void;
  /** Runs, this many seconds away from real time. */
  offset(by: number): void;
  real(): void;
  order(order: ClockOrder): void;
  /** For the fault "wrong clock": stays on top of everything else. */
  wrong(by: number): void;
  /** As it was when the server started. */
  reset(): void;
  state(): ClockState;
}

export const createClock = (start: "real" | Date): ControlledClock => {
  let frozenMs: number | undefined;
  let offsetMs = 0;
  let wrongMs = 0;
  const now = (): Date => new Date((frozenMs ?? Date.now() + offsetMs) + wrongMs);
  const freeze = (at: Date): void => {
    if (Number.isNaN(at.getTime())) throw new RangeError("a clock cannot be frozen at an invalid date");
    frozenMs = at.getTime();
  };
  const advance = (by: number): void => {
    if (frozenMs === undefined) offsetMs += by * 1000;
    else frozenMs += by * 1000;
  };
  const offset = (by: number): void => {
    frozenMs = undefined;
    offsetMs = by * 1000;
  };
  const reset = (): void => {
    offset(0);
    wrongMs = 0;
    if (start !== "real") freeze(start);
  };
  const order = (given: ClockOrder): void => {
    if ("offsetSeconds" in given) offset(given.offsetSeconds);
    else if ("freeze" in given) freeze(new Date(given.freeze));
    else if ("advanceSeconds" in given) advance(given.advanceSeconds);
    else offset(0);
  };
  const wrong = (by: number): void => {
    wrongMs = by * 1000;
  };
  const state = (): ClockState => ({ now: now().toISOString(), mode: frozenMs === undefined ? "real" : "frozen", offsetSeconds: frozenMs === undefined ? offsetMs / 1000 : 0, wrongBySeconds: wrongMs / 1000 });
  reset();
  return { now, freeze, advance, offset, real: () => offset(0), order, wrong, reset, state };
};
