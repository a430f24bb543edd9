// When each connection should start: from the crontab that was given or that settings.yaml names, else from its frequency.

import { join, resolve } from "node:path";
import { DataError, problemText, TandemError } from "../../core/errors.ts";
import { parseCrontab, type Schedule } from "../../core/schedule/crontab.ts";
import { DEFAULT_AT_CHANGE } from "../../core/schedule/job.ts";
import { type Timetable, timetableOf } from "../../core/schedule/timetable.ts";
import type { ConnectionDefinition, Definitions } from "../definitions/config.ts";
import { readInput } from "../files/files.ts";
import type { ScriptCall } from "../script/script.ts";

const schedulesOf = (file: string): readonly Schedule[] => {
  const { schedules, problems } = parseCrontab(file, readInput(file));
  if (problems.length > 0) throw new DataError(problems.map(problemText).join("\n"), "name the crontab from which writeSchedule wrote");
  return schedules;
};

/** One that settings.yaml names and that is not there, or wrong, holds up nobody: what else would tell of it? */
const schedulesOfSettings = ({ directory, settings }: Definitions, warn: (text: string) => void): readonly Schedule[] => {
  if (settings.schedule?.crontab === undefined) return [];
  try {
    return schedulesOf(resolve(directory, settings.schedule.crontab));
  } catch (error) {
    if (!(error instanceof TandemError)) throw error;
    warn(`${error.message}: starts are expected by the frequency of each connection; see schedule.crontab in ${join(directory, "settings.yaml")}`);
    return [];
  }
};

/** Throws MissingInputError or DataError for a crontab that was given. */
export const timetables = ({ options, output }: ScriptCall, definitions: Definitions, crontab?: string): ((definition: ConnectionDefinition) => Timetable) => {
  const schedules = crontab === undefined ? schedulesOfSettings(definitions, output.log.warn) : schedulesOf(crontab);
  const zone = schedules[0]?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const atChange = options.atClockChange ?? definitions.settings.schedule?.atClockChange ?? DEFAULT_AT_CHANGE;
  return ({ file: { name, groups = [] } }) => timetableOf(schedules, { name, groups, only: definitions.connections.length === 1 }, atChange, zone);
};
