// Turns a crontab of ours into what another scheduler reads.

import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readInput, writePieces } from "../lib/cli/files.ts";
import { ROOT } from "../lib/cli/root.ts";
import { main, type ScriptDefinition } from "../lib/cli/script.ts";
import { OutputError, UsageError } from "../lib/core/errors.ts";
import { type WrittenSchedule, writeSchedule } from "../lib/run/writeSchedule.ts";

const DEFAULT_LIMIT_MINUTES = 240;
const DEFAULT_IMAGE = "tandem:latest";

/** The task scheduler of Windows wants UTF-16 with a byte order mark. */
const bytesOf = (file: WrittenSchedule["files"][number]): Buffer => Buffer.from(file.encoding === "utf16le" ? `\uFEFF${file.content}` : file.content, file.encoding);

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Nothing is written where one file is in the way. Answers how many changed. */
const writeFiles = async (folder: string, written: WrittenSchedule, force: boolean): Promise<number> => {
  const changed = written.files.map((file) => ({ path: join(folder, file.name), bytes: bytesOf(file) })).filter(({ path, bytes }) => !existsSync(path) || !readFileSync(path).equals(bytes));
  const inTheWay = changed.filter(({ path }) => !force && existsSync(path));
  if (inTheWay.length > 0) throw new OutputError(`${inTheWay.map(({ path }) => path).join(", ")} would be replaced by something else`, "add --force, or name another folder");
  for (const { path, bytes } of changed) {
    await writePieces(path, once(bytes));
    // No secret is in it, and schedulers read it under other accounts.
    chmodSync(path, 0o644);
  }
  return changed.length;
};

const definition: ScriptDefinition = {
  name: "writeSchedule",
  summary: "Turns a crontab into what cron, systemd, Windows or Kubernetes reads.",
  details: "Starts never overlap, a missed start is caught up, and minutes are spread by the connection's name. Nothing is installed.",
  args: [{ name: "crontab", text: "the crontab, - reads standard input; default: the crontab.example that comes with Tandem", optional: true }],
  options: ["for", "outFolder", "force", "workingDirectory", "program", "timeLimit", "image"],
  required: ["for"],
  examples: ["npx tandem writeSchedule --for systemd crontab --out schedules", "npx tandem writeSchedule --for cron crontab", String.raw`npx tandem writeSchedule --for windows crontab --out tasks --working-directory C:\tandem --program "C:\Program Files\nodejs\node.exe" --program C:\tandem\node_modules\tandem\scripts\tandem.js`],
  run: async (call) => {
    const { out, program, timeLimit, workingDirectory, image } = call.options;
    const scheduler = call.options.for ?? "cron";
    if (scheduler === "windows" && out === undefined && call.options.json !== true) throw new UsageError("Windows tasks are files in UTF-16: they cannot go to standard output", "name a folder with --out DIR");
    const inside = scheduler === "kubernetes";
    const file = call.args[0] ?? join(ROOT, "crontab.example");
    const written = writeSchedule(file, readInput(file), {
      scheduler,
      directory: workingDirectory ?? (inside ? "/app" : process.cwd()),
      program: program ?? (inside ? ["npx", "tandem"] : [process.execPath, join(ROOT, "scripts", "tandem.js")]),
      limitSeconds: Math.max(1, Math.round((timeLimit ?? DEFAULT_LIMIT_MINUTES) * 60)),
      image: image ?? DEFAULT_IMAGE,
    });
    for (const note of written.notes) call.output.log.warn(note);
    if (out !== undefined) call.output.summary(`${resolve(out)}: ${written.jobs.length} schedules for ${scheduler}, ${await writeFiles(out, written, call.options.force === true)} of ${written.files.length} files changed`);
    else if (call.options.json !== true) for (const { name, content } of written.files) call.output.raw(`${written.files.length === 1 ? "" : `${inside ? "---\n" : ""}# ${name}\n`}${content}`);
    call.output.json(written);
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
