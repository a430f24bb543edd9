// The only place that writes to stdout and stderr: results on stdout, all else on stderr, secrets on neither, and nothing that
// steers a terminal.

import { OutputError } from "../../core/errors.ts";
import { visible } from "../../core/visible.ts";
import type { Log, Progress } from "../../run/context.ts";
import { appendLog, type LogSettings } from "./logFile.ts";
import type { Options } from "../script/options.ts";
import { redact, redactJson } from "./redact.ts";
import { isFile, writeWhole } from "../files/whole.ts";

export interface Output {
  /** A line of the result, for people; dropped with --json. */
  line(text: string): void;
  /** A line of the result that nobody misses where all went well; dropped with -q and with --json. */
  detail(text: string): void;
  /** A line of the result that says something is wrong: the log file holds it as a warning. */
  alarm(text: string): void;
  /** The summary line; dropped with -q and with --json. */
  summary(text: string): void;
  /** The one JSON document; nothing without --json. */
  json(value: unknown): void;
  /** A JSON document of many, on a line of its own; nothing without --json. */
  jsonLine(value: unknown): void;
  /** Text as it is, e.g. a file's content for `-o -`; on a terminal its control signs are written out. */
  raw(text: string): void;
  note(text: string): void;
  readonly log: Log;
  readonly progress: Progress;
  /** The progress of one of several works at the same time. */
  progressOf(name: string): Progress;
}

export interface Streams {
  readonly out: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean };
}

const PAUSE_MS = 30_000;

/** Too early to tell: nothing. */
const secondsLeft = (done: number, total: number | undefined, sinceMs: number): number | undefined =>
  total === undefined || done === 0 || done > total || sinceMs < 3000 ? undefined : Math.round(((sinceMs / done) * (total - done)) / 1000);

const remaining = (seconds: number | undefined): string => {
  if (seconds === undefined) return "";
  return seconds < 90 ? `, about ${seconds} s left` : `, about ${Math.round(seconds / 60)} min left`;
};

/** For people, and for JSON that people may see. */
const shownText = (text: string): string => visible(redact(text));

const shownJson = (text: string): string => visible(redactJson(text));

const createProgress = (streams: Streams, quiet: boolean, toFile: ToFile): Progress => {
  let what = "";
  let startedAt = 0;
  let printedAt = 0;
  let keptAt = 0;
  let shown = false;
  const clear = (): void => {
    if (shown) streams.err.write("\r\u001b[K");
    shown = false;
  };
  return {
    update: (now, done, total) => {
      const at = Date.now();
      if (now !== what) [what, startedAt, printedAt, keptAt] = [now, at, streams.err.isTTY === true ? 0 : at, at];
      const left = secondsLeft(done, total, at - startedAt);
      if (at - keptAt >= PAUSE_MS) {
        keptAt = at;
        toFile("info", what, { done, ...(total === undefined ? {} : { total }), ...(left === undefined ? {} : { secondsLeft: left }) });
      }
      if (quiet) return;
      if (at - printedAt < (streams.err.isTTY === true ? 100 : PAUSE_MS)) return;
      printedAt = at;
      const text = shownText(`${what}: ${done}${total === undefined ? "" : ` of ${total}${remaining(left)}`}`);
      streams.err.write(streams.err.isTTY === true ? `\r\u001b[K${text}` : `${text}\n`);
      shown = streams.err.isTTY === true;
    },
    done: clear,
  };
};

/** What a message says to the log file, where there is one. */
export type ToFile = (level: "debug" | "info" | "warn" | "error", message: string, details?: Readonly<Record<string, unknown>>) => void;

/** Does nothing without settings. */
export const createToFile =
  (settings: LogSettings | undefined, script: string, run: string): ToFile =>
  (level, message, details) => {
    if (settings !== undefined) appendLog(settings, { time: new Date().toISOString(), level, script, pid: process.pid, run, message, ...details });
  };

const createLog = (streams: Streams, options: Options, toFile: ToFile, progress: Progress): Log => {
  const write = (level: "debug" | "info" | "warn", message: string, details?: Readonly<Record<string, unknown>>): void => {
    toFile(level, message, details);
    const visible = level === "warn" || (level === "info" && options.quiet !== true && options.verbose === true) || (level === "debug" && options.verbose === true);
    if (!visible) return;
    progress.done();
    streams.err.write(`${shownText(message)}\n`);
  };
  return { debug: (message, details) => write("debug", message, details), info: (message, details) => write("info", message, details), warn: (message, details) => write("warn", message, details), about: (bound) => createLog(streams, options, (level, message, details) => toFile(level, message, { ...bound, ...details }), progress) };
};

const cannotWrite = (error: unknown): OutputError => new OutputError(`standard output cannot be written: ${error instanceof Error ? error.message : String(error)}`, "see the program that reads it, or write to a file with --out");

/** Bytes of a result that is no text, e.g. a backup for `-o -`. */
export const writeBytes = async (piece: Uint8Array): Promise<void> => {
  if (!isFile(process.stdout.fd)) return new Promise((done, fail) => process.stdout.write(piece, (error) => (error === null || error === undefined ? done() : fail(cannotWrite(error)))));
  try {
    writeWhole(process.stdout.fd, piece);
  } catch (error) {
    throw cannotWrite(error);
  }
};

/** Results to `out`, all else to `err`; secrets to neither. */
export const createOutput = (streams: Streams, options: Options, toFile: ToFile): Output => {
  const progress = createProgress(streams, options.quiet === true, toFile);
  const toOut = (text: string): void => {
    progress.done();
    streams.out.write(text);
  };
  const line = (text: string): void => {
    if (options.json !== true) toOut(`${shownText(text)}\n`);
  };
  return {
    line,
    detail: (text) => {
      if (options.quiet !== true) line(text);
    },
    alarm: (text) => {
      toFile("warn", text);
      line(text);
    },
    summary: (text) => {
      toFile("info", text);
      if (options.json !== true && options.quiet !== true) toOut(`${shownText(text)}\n`);
    },
    json: (value) => {
      if (options.json === true) toOut(`${shownJson(JSON.stringify(value, null, 2))}\n`);
    },
    jsonLine: (value) => {
      if (options.json === true) toOut(`${shownJson(JSON.stringify(value))}\n`);
    },
    raw: (text) => toOut(streams.out.isTTY === true ? shownText(text) : redact(text)),
    note: (text) => {
      toFile("info", text);
      progress.done();
      if (options.quiet !== true) streams.err.write(`${shownText(text)}\n`);
    },
    progress,
    progressOf: (name) => {
      const own = createProgress(streams, options.quiet === true, toFile);
      return { update: (what, done, total) => own.update(`${name}: ${what}`, done, total), done: own.done };
    },
    log: createLog(streams, options, toFile, progress),
  };
};
