// The death of a process that talks to real connectors: before one of its calls or commits, or right after one. Whoever is
// dead makes no further call and no further commit, however much of him still runs.

import { Killed } from "./killing.ts";

export type When = "before" | "after" | "after write";

export interface Death {
  /** Asked before each call and each commit. Throws Killed where the process is dead. */
  step(): void;
  /** A system has carried out a call; the reply is on its way. */
  executed(isWrite?: boolean): void;
  /** The store has taken a commit. Throws Killed where the process died of it. */
  committed(): void;
  /** Dies at this step from now on, or after so many calls that count as writes. */
  arm(at: number, when: When): void;
  /** Another process, which lives on. Answers whether the one before it died. */
  revive(): boolean;
}

export const createDeath = (): Death => {
  const state = { begun: 0, done: 0, at: Number.POSITIVE_INFINITY, when: "before" as When, dead: false };
  const executed = (isWrite = false): void => {
    if ((state.when === "after" || (state.when === "after write" && isWrite)) && ++state.done === state.at) state.dead = true;
  };
  const alive = (): void => {
    if (state.dead) throw new Killed();
  };
  return {
    step: () => {
      alive();
      if (state.when === "before" && ++state.begun === state.at) state.dead = true;
      alive();
    },
    executed,
    committed: () => {
      executed();
      alive();
    },
    arm: (at, when) => void Object.assign(state, { begun: 0, done: 0, at, when, dead: false }),
    revive: () => {
      const { dead } = state;
      Object.assign(state, { at: Number.POSITIVE_INFINITY, dead: false });
      return dead;
    },
  };
};
