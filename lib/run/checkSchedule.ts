// Whether a connection ran as often as it should, from the records of its runs alone.

import { type Punctuality, punctuality } from "../core/schedule/missed.ts";
import type { Timetable } from "../core/schedule/timetable.ts";
import { latestBy } from "../core/time.ts";
import type { Instant } from "../core/types.ts";
import type { Doors } from "./context.ts";

export interface ScheduleCheck extends Punctuality {
  readonly connection: string;
  /** Of a connection in slices the one that is behind most: each has its own starts. */
  readonly slice?: string;
  readonly frequencySeconds: number;
  /** Of the schedule; all instants are UTC. */
  readonly zone: string;
  /** Whether lines of a crontab say when it starts, or its frequency alone. */
  readonly by: "crontab" | "frequency";
  /** When the last run that did its work started. */
  readonly lastSuccess?: Instant;
  /** Status and message of the last run, where it is not a success. */
  readonly lastFailure?: string;
}

const LOOK_BACK = 1000;

const checkOne = async (doors: Pick<Doors, "store" | "now">, connection: string, frequencySeconds: number, timetable: Timetable, slice?: string): Promise<ScheduleCheck> => {
  const runs = (await doors.store.runs.list(connection, LOOK_BACK, slice, latestBy(doors.now()))).filter(({ script }) => script === "syncIteration");
  const success = runs.find(({ status }) => status === "done" || status === "partly");
  const [last] = runs;
  const started = (await doors.store.connections.get(connection))?.started ?? true;
  return {
    connection,
    ...(slice === undefined ? {} : { slice }),
    frequencySeconds,
    zone: timetable.zone,
    by: timetable.lines.length === 0 ? "frequency" : "crontab",
    ...punctuality({ started, timetable, ...(success === undefined ? {} : { lastSuccess: success.startedAt }), frequencySeconds, now: doors.now() }),
    ...(success === undefined ? {} : { lastSuccess: success.startedAt }),
    ...(last === undefined || last === success ? {} : { lastFailure: last.message === undefined ? last.status : `${last.status}: ${last.message}` }),
  };
};

const isBehind = (a: ScheduleCheck, b: ScheduleCheck): boolean => {
  const rank = (check: ScheduleCheck): number => ["disabled", "fine", "late", "never"].indexOf(check.state);
  return rank(a) > rank(b) || (rank(a) === rank(b) && (a.lastSuccess ?? "") < (b.lastSuccess ?? ""));
};

/** `slices`: those its definition cuts it into. */
export const checkSchedule = async (doors: Pick<Doors, "store" | "now">, connection: string, frequencySeconds: number, timetable: Timetable, slices: readonly string[] = []): Promise<ScheduleCheck> => {
  const [first, ...more] = slices;
  let worst = await checkOne(doors, connection, frequencySeconds, timetable, first);
  for (const slice of more) {
    const check = await checkOne(doors, connection, frequencySeconds, timetable, slice);
    if (isBehind(check, worst)) worst = check;
  }
  return worst;
};
