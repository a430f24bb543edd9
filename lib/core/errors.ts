// The few kinds of error, named by what the reader can do about them. cli/script/exit.ts turns each into its exit code.
// A message says what and where; `advice` says what to do next. Expected outcomes are values, not errors.

/** How a script ends: the same table for all of them (docs/exitCodes.md). */
export type ExitCode = 0 | 1 | 2 | 64 | 65 | 66 | 69 | 70 | 73 | 75 | 77 | 78 | 130;

const MOST_SAID = 10_000;

/** Systems put whole pages into their refusals; what is said is for people, and is kept in records, logs and messages. */
export const said = (text: string): string => (text.length <= MOST_SAID ? text : `${text.slice(0, MOST_SAID).replace(/[\ud800-\udbff]$/, "")}… (${text.length - MOST_SAID} more letters)`);

/** An error for people: `message` says what and where, `advice` what to do next. All that a script throws on purpose is one. */
export abstract class TandemError extends Error {
  abstract readonly exitCode: ExitCode;
  readonly advice: string | undefined;
  constructor(message: string, advice?: string, options?: ErrorOptions) {
    super(said(message), options);
    this.name = new.target.name;
    this.advice = advice;
  }
}

/** Wrong options or arguments. */
export class UsageError extends TandemError {
  readonly exitCode = 64;
}

/** Bad data in an input file; nothing was changed. Line and column count from 1. */
export class DataError extends TandemError {
  readonly exitCode = 65;
}

/** A file or piece of input is missing. */
export class MissingInputError extends TandemError {
  readonly exitCode = 66;
}

/** An endpoint or the database cannot be reached, or answers what makes no sense. */
export class RemoteError extends TandemError {
  readonly exitCode = 69;
}

/** The output cannot be written. */
export class OutputError extends TandemError {
  readonly exitCode = 73;
}

/** Try again later: locked by another run, interrupted and resumable, rate-limited past the time allowed. */
export class BusyError extends TandemError {
  readonly exitCode = 75;
}

/** Another run holds the lock. */
export class LockedError extends BusyError {}

/** A run whose lock went to another one: what it still wanted to write was refused. */
export class FencedError extends BusyError {}

/** Login or permission refused. */
export class AccessError extends TandemError {
  readonly exitCode = 77;
}

/** The account itself is not let in: no further call of its will be, and each may count against it. */
export class LoginError extends AccessError {}

/** The account is let in, and may not do or see this one thing. */
export const isForbidden = (error: unknown): error is AccessError => error instanceof AccessError && !(error instanceof LoginError);

/** Nothing further of the connection may be tried: it is stopped, has lost its lock or may wait no longer, or is not let in. */
export const endsRun = (error: TandemError): boolean => error.exitCode === 75 || error instanceof LoginError;

/** A guard refused the implausible; the advice names the option that insists. */
export class GuardError extends TandemError {
  readonly exitCode = 1;
}

/** The same, with a further line of advice: for who knows more of the circumstances. Other errors as they are. */
export const advised = (error: unknown, more: string): unknown => {
  if (!(error instanceof RemoteError || error instanceof AccessError)) return error;
  const advice = error.advice === undefined ? more : `${error.advice}\n  ${more}`;
  const Kind = error instanceof LoginError ? LoginError : error instanceof AccessError ? AccessError : RemoteError;
  return new Kind(error.message, advice, { cause: error });
};

export interface Problem {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** types[0].fields[2].target */
  readonly path?: string;
  readonly message: string;
  readonly advice?: string;
}

/** One line: `file:line:column path: message → advice`, as far as each is known. */
export const problemText = (problem: Problem): string => {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const head = [place, problem.path].filter((part) => part !== undefined && part !== "").join(" ");
  return `${head === "" ? "" : `${head}: `}${problem.message}${problem.advice === undefined ? "" : ` → ${problem.advice}`}`;
};

/** Wrong configuration: lists all problems at once, each with its place. */
export class ConfigError extends TandemError {
  readonly exitCode = 78;
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[], advice?: string) {
    super(problems.map(problemText).join("\n"), advice);
    // All of them are listed, however many.
    this.problems = problems;
  }
}

/** The code that the system, Node or a database gave an error; empty where there is none. */
export const codeOf = (error: unknown): string => (typeof error === "object" && error !== null && "code" in error ? String(error.code) : "");
