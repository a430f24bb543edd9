// When each connection should start: from the crontab that was given or that settings.yaml names, else from its frequency.

import { resolve } from "node:path";
import { DataError, problemText } from "../core/errors.ts";
import { parseCrontab, type Schedule } from "../core/schedule/crontab.ts";
import { type AtChange, DEFAULT_AT_CHANGE } from "../core/schedule/job.ts";
import { type Timetable, timetableOf } from "../core/schedule/timetable.ts";
import type { ConnectionDefinition, Definitions } from "./config.ts";
import { readInput } from "./files.ts";

const schedulesOf = (file: string): readonly Schedule[] => {
  const { schedules, problems } = parseCrontab(file, readInput(file));
  if (problems.length > 0) throw new DataError(problems.map(problemText).join("\n"), "name the crontab from which writeSchedule wrote");
  return schedules;
};

/** Throws MissingInputError or DataError for the crontab. */
export const timetables = (definitions: Definitions, given: { readonly crontab?: string; readonly atClockChange?: AtChange }): ((definition: ConnectionDefinition) => Timetable) => {
  const settings = definitions.settings.schedule ?? {};
  const file = given.crontab ?? (settings.crontab === undefined ? undefined : resolve(definitions.directory, settings.crontab));
  const schedules = file === undefined ? [] : schedulesOf(file);
  const zone = schedules[0]?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const atChange = given.atClockChange ?? settings.atClockChange ?? DEFAULT_AT_CHANGE;
  return ({ file: { name, groups = [] } }) => timetableOf(schedules, { name, groups, only: definitions.connections.length === 1 }, atChange, zone);
};
