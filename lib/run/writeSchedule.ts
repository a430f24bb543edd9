// Turns a crontab of ours into what another scheduler reads. Reads and writes no file itself.

import { DataError, type Problem, problemText } from "../core/errors.ts";
import { renderCron } from "../core/schedule/cron.ts";
import { type Crontab, parseCrontab, type Schedule } from "../core/schedule/crontab.ts";
import { type AtChange, awayFromChange, DEFAULT_AT_CHANGE, expressionOf, isAtChange, isOurs, isPaused, type Job, jobsOf, type Place, wordsOf } from "../core/schedule/job.ts";
import { renderKubernetes } from "../core/schedule/kubernetes.ts";
import { renderSystemd } from "../core/schedule/systemd.ts";
import { renderWindowsTask } from "../core/schedule/windowsTask.ts";
import type { Command } from "../core/shell/command.ts";
import { unknownWord } from "../core/shell/known.ts";

export type Scheduler = "cron" | "systemd" | "windows" | "kubernetes";

export interface WriteScheduleOptions extends Place {
  readonly scheduler: Scheduler;
  readonly image: string;
  /** What becomes of work between 01:00 and 03:00; default: there is none. */
  readonly atChange?: AtChange;
  /** Our scripts: their lines are held to what they take. */
  readonly commands?: readonly Command[];
  /** Of this machine. */
  readonly machineZone?: string;
}

export interface WrittenSchedule {
  readonly scheduler: Scheduler;
  readonly jobs: readonly Job[];
  readonly files: readonly { readonly name: string; readonly content: string; readonly encoding: "utf8" | "utf16le" }[];
  /** How many that run all day pause from 01:00 to 03:00. */
  readonly paused: number;
  /** What a person should know: said once, changes nothing. */
  readonly notes: readonly string[];
}

const renderAll = (jobs: readonly Job[], lines: readonly number[], options: WriteScheduleOptions, file: string): Readonly<Record<string, string>> => {
  if (options.scheduler === "cron") return { crontab: renderCron(jobs, options) };
  if (options.scheduler === "systemd") return renderSystemd(jobs, options);
  if (options.scheduler === "kubernetes") return renderKubernetes(jobs, options, options.image);
  return Object.fromEntries(jobs.map((job, at) => [`${job.name}.xml`, located(file, lines[at] ?? 0, () => renderWindowsTask(job, options))]));
};

/** A complaint about one line becomes one with its place. */
const located = <T>(file: string, line: number, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw new DataError(problemText({ file, line, message: error instanceof Error ? error.message : String(error) }), "nothing was written");
  }
};

const changeNote = ({ line, expression, fields }: Schedule, how: AtChange): string =>
  how === "allow"
    ? `line ${line}: ${expression} works between 01:00 and 03:00, when clocks change: it may come late, or twice`
    : `line ${line}: ${expression} would work between 01:00 and 03:00, when clocks change: it is written as ${expressionOf(awayFromChange(fields, how))}; --at-clock-change allow leaves it`;

const notesOf = ({ schedules, variables }: Crontab, { scheduler, machineZone, atChange = DEFAULT_AT_CHANGE }: WriteScheduleOptions): string[] => {
  const notes = schedules.filter(({ fields }) => isAtChange(fields)).map((schedule) => changeNote(schedule, atChange));
  const zones = [...new Set(schedules.map(({ zone }) => zone))].filter((zone) => zone !== "UTC");
  if (scheduler === "windows" && zones.length > 0) notes.push(`Windows tasks know no zones: times of ${zones.join(", ")} are written as local times of the machine that runs them`);
  const elsewhere = [...new Set(schedules.map(({ zone }) => zone))].filter((zone) => machineZone !== undefined && zone !== machineZone);
  if (scheduler === "cron" && elsewhere.length > 0) notes.push(`cron must know CRON_TZ to work in ${elsewhere.join(", ")} on a machine that keeps ${machineZone ?? ""}: cronie does, Debian's and Ubuntu's own cron does not and takes the times as the machine's: use --for systemd there, or set the machine's zone`);
  const names = Object.keys(variables);
  if (names.length > 0) notes.push(`left out: ${names.join(", ")}: put variables into the .env of the configuration folder`);
  return notes;
};

/** Names and options of our scripts that do not exist would be noticed at night, if at all. */
const unknownWords = (schedules: readonly Schedule[], file: string, commands: readonly Command[]): readonly Problem[] =>
  schedules.flatMap(({ command, line }) => {
    const words = located(file, line, () => wordsOf(command));
    const message = isOurs(words) ? unknownWord(words.slice(2), commands) : undefined;
    return message === undefined ? [] : [{ file, line, message }];
  });

/** Throws DataError with every mistake of the crontab and its line. */
export const writeSchedule = (file: string, text: string, options: WriteScheduleOptions): WrittenSchedule => {
  const crontab = parseCrontab(file, text);
  if (crontab.problems.length > 0) throw new DataError(crontab.problems.map(problemText).join("\n"), "nothing was written");
  if (crontab.schedules.length === 0) throw new DataError(`${file} holds no schedule`, "begin with a copy of crontab.example");
  const unknown = options.commands === undefined ? [] : unknownWords(crontab.schedules, file, options.commands);
  if (unknown.length > 0) throw new DataError(unknown.map(problemText).join("\n"), "nothing was written");
  for (const schedule of crontab.schedules) located(file, schedule.line, () => jobsOf([schedule], options.program));
  const jobs = jobsOf(crontab.schedules, options.program, options.atChange);
  const encoding = options.scheduler === "windows" ? "utf16le" : "utf8";
  const files = Object.entries(renderAll(jobs, crontab.schedules.map(({ line }) => line), options, file)).map(([name, content]) => ({ name, content, encoding }) as const);
  const paused = crontab.schedules.filter(({ fields }) => isPaused(fields, options.atChange ?? DEFAULT_AT_CHANGE)).length;
  return { scheduler: options.scheduler, jobs, files, paused, notes: notesOf(crontab, options) };
};
