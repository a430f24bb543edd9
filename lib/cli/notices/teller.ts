// How an iteration ended, as an event for those who want to hear. Once per iteration, whichever way it ends.

import { TandemError } from "../../core/errors.ts";
import type { NoticeEvent } from "../../core/notify/decide.ts";
import type { Doors } from "../../run/context.ts";
import { isWellAgain, tell, waitingOf } from "../../run/sendNotifications.ts";
import type { IterationResult } from "../../run/syncIteration.ts";
import type { Audience } from "./notices.ts";

type TellDoors = Pick<Doors, "store" | "now" | "log">;
export type TellHere = (doors: TellDoors, result: IterationResult) => Promise<void>;

const failureOf = (result: IterationResult): Pick<NoticeEvent, "message" | "advice"> => {
  const advice = result.failedSets[0]?.advice;
  return { message: result.failedSets.map(({ syncSet, message }) => `${syncSet}: ${message}`).join("\n"), ...(advice === undefined ? {} : { advice }) };
};

/** One for each iteration: it tells of its end once, and never throws where people cannot be reached. */
export const createTeller = ({ notifier, rules }: Audience, connection: string, slices: readonly string[] = []): { readonly ofResult: TellHere; ofError(doors: TellDoors, error: unknown): Promise<void>; isDone(): boolean } => {
  let done = false;
  const say = async (doors: TellDoors, event: Omit<NoticeEvent, "at" | "waiting">): Promise<void> => {
    done = true;
    try {
      await tell({ ...doors, notifier }, connection, { at: doors.now(), waiting: await waitingOf(doors.store, connection), ...event }, rules);
    } catch (error) {
      // What the iteration did is done and recorded, whether people hear of it or not.
      if (!(error instanceof TandemError)) throw error;
      doors.log.warn(`${connection}: nobody was told: ${error.message}`);
    }
  };
  return {
    isDone: () => done,
    ofResult: async (doors, result) => {
      if (result.status === "stopped") return;
      if (result.slice !== undefined && result.failedSets.length === 0 && !(await isWellAgain(doors, connection, slices))) {
        done = true;
        return;
      }
      await say(doors, { good: result.failedSets.length === 0, run: result.run, ...(result.failedSets.length === 0 ? {} : failureOf(result)) });
    },
    ofError: (doors, error) => say(doors, { good: false, message: error instanceof Error ? error.message : String(error), ...(error instanceof TandemError && error.advice !== undefined ? { advice: error.advice } : {}) }),
  };
};
