// Errors into exit codes and words: what happened, where, what to do next. A stack trace only for our own bugs.

import { ConfigError, type ExitCode, problemText, TandemError } from "../../core/errors.ts";
import { visible } from "../../core/visible.ts";
import type { Options } from "./options.ts";
import { redact } from "../output/redact.ts";
import { siteFault } from "./siteFault.ts";

export const EXIT_CODES: Readonly<Record<ExitCode, string>> = {
  0: "done",
  1: "done, but some items failed, conflict or need a person; or a guard refused",
  2: "a dry run or check found pending changes (only with --detailed-exit-code)",
  64: "usage: an option or argument is wrong",
  65: "bad data in an input file; nothing was changed",
  66: "input missing",
  69: "an endpoint or the database cannot be reached",
  70: "a bug of ours, or of a script of the site, which is then named",
  73: "the output cannot be written, or stands there already",
  75: "try again later: locked by another run, interrupted and resumable, or rate-limited past the time allowed",
  77: "login or permission refused",
  78: "configuration wrong: all problems are listed",
  130: "interrupted twice",
};

/** What a dry run that went well ends with, where something is pending. */
export const pendingCode = ({ dryRun, detailedExitCode }: Pick<Options, "dryRun" | "detailedExitCode">, isPending: boolean): 0 | 2 => (isPending && dryRun === true && detailedExitCode === true ? 2 : 0);

/** 70, a bug of ours, for whatever is no TandemError. */
export const exitCodeOf = (error: unknown): ExitCode => (error instanceof TandemError ? error.exitCode : 70);

const wordsOf = (script: string, error: unknown, file: string | undefined): string => {
  if (error instanceof ConfigError) return [...error.problems.map(problemText), ...(error.advice === undefined ? [] : [`→ ${error.advice}`])].join("\n");
  if (error instanceof TandemError) return `${script}: ${error.message}${error.advice === undefined ? "" : `\n→ ${error.advice}`}`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const place = siteFault(error, file);
  if (place === undefined) return `${script}: this is a bug of Tandem; please report it with these lines:\n${stack}`;
  return `${script}: the script of this site failed: ${error instanceof Error ? error.message : String(error)}\n→ see ${place}; docs/customScripts.md tells what a script may throw so that its end has a code and advice of its own\n${stack}`;
};

/** The words for stderr. `file`: that of the script which was started. */
export const errorText = (script: string, error: unknown, file?: string): string => visible(redact(wordsOf(script, error, file)));
