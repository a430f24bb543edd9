// The machine as installSchedule needs it: programs, unit files; and the conversation about it with a person.

import { spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type Step, stepText } from "../../core/schedule/install.ts";
import { environmentFor } from "../../core/shell/environment.ts";
import { UsageError } from "../../core/errors.ts";
import { type InstallDoors, type InstallOptions, installSchedule, planInstall, type ProgramEnd } from "../../run/installSchedule.ts";
import type { WrittenSchedule } from "../../run/writeSchedule.ts";
import { confirm } from "../script/ask.ts";
import { writePieces } from "../files/files.ts";
import type { ScriptCall } from "../script/script.ts";

const run = (program: string, words: readonly string[], input?: string): Promise<ProgramEnd | undefined> =>
  new Promise((done, fail) => {
    const child = spawn(program, words, { env: environmentFor(process.env) as NodeJS.ProcessEnv, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
    let [out, err] = ["", ""];
    child.stdout.on("data", (part: Buffer) => (out += part.toString("utf8")));
    child.stderr.on("data", (part: Buffer) => (err += part.toString("utf8")));
    child.once("error", (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? done(undefined) : fail(error)));
    child.once("close", (code) => done({ code: code ?? 1, out, err }));
    // A program that ends before it has read all says why on stderr.
    child.stdin.on("error", () => undefined).end(input ?? "");
  });

/** The task scheduler of Windows wants UTF-16 with a byte order mark. */
export const scheduleBytes = (content: string, encoding: "utf8" | "utf16le"): Buffer => Buffer.from(encoding === "utf16le" ? `\uFEFF${content}` : content, encoding);

/** No secret is in it, and schedulers read it under other accounts. */
export const writeScheduleFile = async (path: string, bytes: Uint8Array): Promise<void> => {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  await writePieces(path, once());
  chmodSync(path, 0o644);
};

const doors: InstallDoors = {
  run,
  list: (folder, prefix) => (existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(prefix) && /\.(service|timer)$/.test(name)).map((name) => ({ name, content: readFileSync(join(folder, name), "utf8") })) : []),
  write: (path, content, encoding) => writeScheduleFile(path, scheduleBytes(content, encoding)),
  remove: (path) => rmSync(path),
  join,
};

const unitFolder = (user: boolean): string => (user ? join(process.env.XDG_CONFIG_HOME ?? join(process.env.HOME ?? homedir(), ".config"), "systemd", "user") : "/etc/systemd/system");

const optionsOf = (call: ScriptCall, written: WrittenSchedule, site: string): InstallOptions => {
  const { scheduler } = written;
  const { out } = call.options;
  const user = call.options.user === true;
  if (scheduler === "kubernetes") throw new UsageError("a cluster is not this machine", "kubectl apply -f the files that --out writes, kubectl delete -f takes them out");
  if (user && scheduler !== "systemd") throw new UsageError("--user belongs to systemd", "leave it out");
  return { scheduler, site, uninstall: call.options.uninstall === true, units: { folder: unitFolder(user), user }, tasks: { folder: resolve(out ?? "schedules") } };
};

/** What a person who watches the clock may wonder about. */
export const pausedText = ({ paused }: WrittenSchedule): string => (paused === 0 ? "" : `; ${paused} of them pause${paused === 1 ? "s" : ""} from 01:00 to 03:00 (--at-clock-change shift lets ${paused === 1 ? "it" : "them"} go on)`);

const isElsewhere = (written: WrittenSchedule): boolean => written.scheduler === "windows" && process.platform !== "win32";

/** Shows the steps, asks, carries them out; where the scheduler is another machine's, only shows them. Answers the steps. */
export const installing = async (call: ScriptCall, written: WrittenSchedule, site: string): Promise<{ readonly steps: readonly Step[]; readonly done: boolean }> => {
  const options = optionsOf(call, written, site);
  const steps = await planInstall(doors, written, options);
  const word = options.uninstall ? "taken out" : "in place";
  if (steps.length === 0) {
    call.output.summary(`nothing to do: ${options.uninstall ? `no schedule of ${site} is in place` : `${written.jobs.length} schedules are in place already`}`);
    return { steps, done: true };
  }
  if (call.options.dryRun === true || isElsewhere(written)) {
    for (const step of steps) call.output.line(stepText(step));
    if (call.options.dryRun !== true) call.output.log.warn("this is no Windows: run these commands there");
    return { steps, done: false };
  }
  if (call.options.yes !== true) for (const step of steps) call.output.note(`  ${stepText(step)}`);
  if (!(await confirm(call, `Do this, so that the schedules of ${site} are ${word}?`))) return { steps, done: false };
  await installSchedule(doors, steps, (text) => call.output.log.info(text));
  call.output.summary(options.uninstall ? `the schedules of ${site} are taken out of ${options.scheduler}` : `${written.jobs.length} schedules of ${site} are in place with ${options.scheduler}${pausedText(written)}`);
  return { steps, done: true };
};
