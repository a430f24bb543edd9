// Turns a crontab of ours into what another scheduler reads.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readCommands } from "../lib/cli/script/commands.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import { readInput } from "../lib/cli/files/files.ts";
import { installing, pausedText, scheduleBytes, writeScheduleFile } from "../lib/cli/schedule/installing.ts";
import { ROOT } from "../lib/cli/script/root.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { OutputError, UsageError } from "../lib/core/errors.ts";
import type { WrittenSchedule } from "../lib/run/writeSchedule.ts";

const DEFAULT_LIMIT_MINUTES = 240;
const DEFAULT_IMAGE = "tandem:latest";

/** Nothing is written where one file is in the way, or in a dry run. Answers how many change. */
const writeFiles = async (folder: string, written: WrittenSchedule, { force = false, dryRun = false }: ScriptCall["options"]): Promise<number> => {
  const changed = written.files.map((file) => ({ path: join(folder, file.name), bytes: scheduleBytes(file.content, file.encoding) })).filter(({ path, bytes }) => !existsSync(path) || !readFileSync(path).equals(bytes));
  const inTheWay = changed.filter(({ path }) => !force && existsSync(path));
  if (inTheWay.length > 0) throw new OutputError(`${inTheWay.map(({ path }) => path).join(", ")} would be replaced by something else`, "add --force, or name another folder");
  if (!dryRun) for (const { path, bytes } of changed) await writeScheduleFile(path, bytes);
  return changed.length;
};

const writtenFor = async (call: ScriptCall): Promise<{ readonly written: WrittenSchedule; readonly directory: string }> => {
  const { atClockChange, program, timeLimit, workingDirectory, image, account } = call.options;
  const scheduler = call.options.for ?? "cron";
  const inside = scheduler === "kubernetes";
  const file = call.args[0] ?? join(ROOT, "crontab.example");
  const directory = workingDirectory ?? (inside ? "/app" : process.cwd());
  if (account !== undefined && !/^[\p{L}\p{N}_.\\@$-]+( [\p{L}\p{N}_.\\@$-]+)*$/u.test(account)) throw new UsageError(`--account: "${account}" is no name of an account`, "see --help");
  const { writeSchedule } = await import("../lib/run/writeSchedule.ts");
  const written = writeSchedule(file, readInput(file), {
    scheduler,
    directory,
    program: program ?? (inside ? ["npx", "tandem"] : [process.execPath, join(ROOT, "scripts", "tandem.js")]),
    limitSeconds: Math.max(1, Math.round((timeLimit ?? DEFAULT_LIMIT_MINUTES) * 60)),
    image: image ?? DEFAULT_IMAGE,
    commands: await readCommands(import.meta.url, definition),
    machineZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(account === undefined ? {} : { account }),
    ...(atClockChange === undefined ? {} : { atChange: atClockChange }),
  });
  return { written, directory };
};

/** Answers how many files change. */
const write = async (call: ScriptCall, written: WrittenSchedule): Promise<number> => {
  const { out } = call.options;
  const changed = out === undefined ? 0 : await writeFiles(out, written, call.options);
  if (out !== undefined) call.output.summary(`${resolve(out)}: ${written.jobs.length} schedules for ${written.scheduler}, ${changed} of ${written.files.length} files ${call.options.dryRun === true ? "would be changed" : "changed"}${pausedText(written)}`);
  else if (call.options.json !== true) for (const { name, content } of written.files) call.output.raw(`${written.files.length === 1 ? "" : `${written.scheduler === "kubernetes" ? "---\n" : ""}# ${name}\n`}${content}`);
  call.output.json(written);
  return changed;
};

const definition: ScriptDefinition = {
  name: "writeSchedule",
  summary: "Turns a crontab into what cron, systemd, Windows or Kubernetes reads, and puts it in place.",
  details: "Starts never overlap, a missed start is caught up, minutes are spread by the connection's name, and nothing starts from 01:00 to 03:00 of its zone, when clocks change. Without --install or --uninstall nothing but files is written. What is put in place carries the name of the working directory: other sites, and schedules of others, are left alone.",
  args: [{ name: "crontab", text: "the crontab, - reads standard input; default: the crontab.example that comes with Tandem", optional: true }],
  options: ["for", "install", "uninstall", "outFolder", "force", "workingDirectory", "program", "timeLimit", "atClockChange", "user", "account", "image", "dryRun", "detailedExitCode", "yes"],
  required: ["for"],
  examples: ["npx tandem writeSchedule --for systemd crontab --out schedules", "npx tandem writeSchedule --for cron crontab --install", "npx tandem writeSchedule --for systemd crontab --install --user --yes", String.raw`npx tandem writeSchedule --for windows crontab --out tasks --working-directory C:\tandem --program "C:\Program Files\nodejs\node.exe" --program C:\tandem\node_modules\tandem\scripts\tandem.js`],
  run: async (call) => {
    const { install, uninstall, out } = call.options;
    if (install === true && uninstall === true) throw new UsageError("--install and --uninstall exclude each other", "take one of them");
    const isInstalling = install === true || uninstall === true;
    if (!isInstalling && call.options.for === "windows" && out === undefined && call.options.json !== true) throw new UsageError("Windows tasks are files in UTF-16: they cannot go to standard output", "name a folder with --out DIR");
    const { written, directory } = await writtenFor(call);
    for (const note of written.notes) call.output.log.warn(note);
    if (!isInstalling) return pendingCode(call.options, (await write(call, written)) > 0);
    const installed = await installing(call, written, directory);
    call.output.json(installed);
    return pendingCode(call.options, installed.steps.length > 0);
  },
};

export default definition;
await main(import.meta, definition);
