// Puts schedules in place, or takes them out: asks the scheduler what is there, plans, and carries the plan out step by step.

import { DataError, MissingInputError, OutputError, RemoteError } from "../core/errors.ts";
import { cronSteps, type Step, stepText, systemdSteps, type UnitFile, type UnitPlace, windowsFolder, windowsPresent, windowsRemoval, windowsSteps } from "../core/schedule/install.ts";
import type { WrittenSchedule } from "./writeSchedule.ts";

export interface ProgramEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface InstallDoors {
  /** undefined: there is no such program. */
  run(program: string, words: readonly string[], input?: string): Promise<ProgramEnd | undefined>;
  /** Files of a folder whose names begin so; none where there is no folder. */
  list(folder: string, prefix: string): readonly UnitFile[];
  write(path: string, content: string, encoding: "utf8" | "utf16le"): Promise<void>;
  remove(path: string): void;
  join(folder: string, name: string): string;
}

export interface InstallOptions {
  readonly scheduler: "cron" | "systemd" | "windows";
  /** Names the site in the marks: the folder in which the jobs run. */
  readonly site: string;
  readonly uninstall: boolean;
  /** Of systemd: the folder of units, and whether they are the account's own. */
  readonly units: Pick<UnitPlace, "folder" | "user">;
  /** Of Windows: where the XML files go. */
  readonly tasks: { readonly folder: string };
}

const mustRun = async (doors: InstallDoors, program: string, words: readonly string[], input?: string): Promise<string> => {
  const ended = await doors.run(program, words, input);
  if (ended === undefined) throw new MissingInputError(`there is no ${program} on this machine`, "choose the scheduler that it has with --for");
  if (ended.code !== 0) throw new RemoteError(`${[program, ...words].join(" ")} failed: ${ended.err.trim() || ended.out.trim() || `exit code ${ended.code}`}`, "see the message; what was done before stays, the same again goes on");
  return ended.out;
};

/** An account without a crontab has an empty one. */
const currentCrontab = async (doors: InstallDoors): Promise<string> => {
  const ended = await doors.run("crontab", ["-l"]);
  if (ended !== undefined && ended.code !== 0 && /no crontab/i.test(ended.err)) return "";
  return mustRun(doors, "crontab", ["-l"]);
};

/** undefined on a machine that is no Windows: what stands on the one that will run the commands is not known. */
const currentTasks = async (doors: InstallDoors, folder: string): Promise<readonly string[] | undefined> => {
  const ended = await doors.run("schtasks", ["/Query", "/FO", "CSV", "/NH"]);
  if (ended === undefined) return undefined;
  // Without any task at all it fails; that it is not allowed is told by what follows.
  return ended.code === 0 ? windowsPresent(ended.out, folder) : [];
};

const planned = async (doors: InstallDoors, written: WrittenSchedule, options: InstallOptions): Promise<readonly Step[]> => {
  const { scheduler, site, uninstall, units, tasks } = options;
  if (scheduler === "cron") return cronSteps(await currentCrontab(doors), site, uninstall ? undefined : written.files[0]?.content);
  if (scheduler === "systemd") return systemdSteps(uninstall ? [] : written.files, doors.list(units.folder, "tandem-"), { ...units, site, join: doors.join });
  const names = written.jobs.map(({ name }) => name);
  const folder = windowsFolder(site);
  const present = await currentTasks(doors, folder);
  if (uninstall) return windowsRemoval(folder, present ?? names);
  return windowsSteps(folder, written.files.map((file, at) => ({ name: names[at] ?? "", path: doors.join(tasks.folder, file.name), content: file.content })), present ?? []);
};

/** Asks and reads, changes nothing. Throws DataError for marks that were damaged. */
export const planInstall = async (doors: InstallDoors, written: WrittenSchedule, options: InstallOptions): Promise<readonly Step[]> => {
  try {
    return await planned(doors, written, options);
  } catch (error) {
    if (!(error instanceof Error) || "exitCode" in error) throw error;
    throw new DataError(error.message, "nothing was changed");
  }
};

const carryOut = async (doors: InstallDoors, step: Step): Promise<void> => {
  if (step.do === "run") await mustRun(doors, step.program, step.words, step.input);
  else if (step.do === "write") await doors.write(step.path, step.content, step.encoding);
  else {
    try {
      doors.remove(step.path);
    } catch (error) {
      throw new OutputError(`cannot remove ${step.path}: ${error instanceof Error ? error.message : String(error)}`, "run it under an account that may");
    }
  }
};

/** In order; stops at the first that fails. The same again goes on. */
export const installSchedule = async (doors: InstallDoors, steps: readonly Step[], onStep: (text: string) => void): Promise<void> => {
  for (const step of steps) {
    onStep(stepText(step));
    await carryOut(doors, step);
  }
};
