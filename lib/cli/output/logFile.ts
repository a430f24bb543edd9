// The log file: one JSON object per line, opened by its name for every line, so that logrotate (or anybody) may move it away at
// any time; when it grows too large it is moved aside by ourselves. Several processes write and rotate the same file.

import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { decodeText } from "../../core/decode.ts";
import { codeOf, OutputError } from "../../core/errors.ts";
import { visible } from "../../core/visible.ts";
import { isDevice } from "../files/devices.ts";
import { configDirectory } from "../definitions/directory.ts";
import type { Options } from "../script/options.ts";
import { redactJson } from "./redact.ts";

export interface LogSettings {
  readonly file: string;
  /** 0: never moved aside by us. */
  readonly maxBytes: number;
  readonly keep: number;
}

const DEFAULT_MEGABYTES = 50;
const DEFAULT_KEEP = 5;
const MB = 1_000_000;
/** Who has been moving files for so long has died at it. */
const STALE_MS = 60_000;

const sizeOf = (file: string): number => {
  try {
    return statSync(file).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw error;
  }
};

/** One process at a time moves files; the others go on writing. */
const withTurn = (file: string, work: () => void): void => {
  const turn = `${file}.rotating`;
  try {
    mkdirSync(turn);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    if (existsSync(turn) && Date.now() - statSync(turn).mtimeMs > STALE_MS) rmdirSync(turn);
    return;
  }
  try {
    work();
  } finally {
    rmdirSync(turn);
  }
};

/** file → file.1 → file.2 …; the oldest goes. Where a killed process left a gap it is filled, and nothing goes. */
const moveAside = ({ file, maxBytes, keep }: LogSettings): void => {
  // Looked at again: another process may have been faster.
  if (sizeOf(file) < maxBytes) return;
  const name = (n: number): string => (n === 0 ? file : `${file}.${n}`);
  let free = 0;
  while (free < keep && existsSync(name(free))) free++;
  rmSync(name(free), { force: true });
  for (let n = free; n > 0; n--) renameSync(name(n - 1), name(n));
};

const rotate = (settings: LogSettings): void => {
  if (settings.maxBytes === 0 || sizeOf(settings.file) < settings.maxBytes || isDevice(settings.file)) return;
  try {
    withTurn(settings.file, () => moveAside(settings));
  } catch (error) {
    // Windows moves no file that another process is just writing to: the next line tries again.
    if (!["EPERM", "EBUSY", "EACCES", "ENOENT", "EEXIST", "ENOTEMPTY"].includes(codeOf(error))) throw error;
  }
};

/** Appends one line; private to its owner. Throws OutputError. */
export const appendLog = (settings: LogSettings, entry: Readonly<Record<string, unknown>>): void => {
  try {
    rotate(settings);
    appendFileSync(settings.file, `${visible(redactJson(JSON.stringify(entry)))}\n`, { mode: 0o600 });
  } catch (error) {
    throw new OutputError(`cannot write the log file ${settings.file}: ${error instanceof Error ? error.message : String(error)}`, "check the path given with --log or by log in settings.yaml");
  }
};

/** --log or TANDEM_LOG, else `log` of settings.yaml. A wrong settings.yaml is told by whoever loads the definitions. */
/** Why it cannot be read is told by whoever reads the definitions. */
const settingsText = (path: string): string => {
  try {
    return decodeText(readFileSync(path));
  } catch {
    return "";
  }
};

/** undefined: no log file is wanted, or settings.yaml is wrong, which is told by whoever reads the definitions. */
export const logSettings = async (options: Options): Promise<LogSettings | undefined> => {
  const path = join(configDirectory(options), "settings.yaml");
  const text = settingsText(path);
  const own = /^log\s*:/m.test(text) ? await parsed(path, text) : undefined;
  const file = options.log ?? (own?.file === undefined ? undefined : resolve(configDirectory(options), own.file));
  if (file === undefined) return undefined;
  if (options.log === undefined) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return { file, maxBytes: (own?.maxMegabytes ?? DEFAULT_MEGABYTES) * MB, keep: own?.keep ?? DEFAULT_KEEP };
};

const parsed = async (path: string, text: string): Promise<{ readonly file?: string | undefined; readonly maxMegabytes?: number | undefined; readonly keep?: number | undefined } | undefined> => {
  const { parseFile } = await import("../../core/config/parse.ts");
  const { settingsSchema } = await import("../../core/config/schema.ts");
  const read = parseFile(path, text, settingsSchema);
  return read.ok ? read.value.log : undefined;
};
