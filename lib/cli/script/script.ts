// Runs a script: parses its words, hands it what it needs, turns its end into an exit code. The contract of every script
// (design.md §6) is kept here and nowhere else.

import { randomUUID } from "node:crypto";
import { realpathSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isatty } from "node:tty";
import { Command, Option } from "commander";
import { type ExitCode, OutputError, UsageError } from "../../core/errors.ts";
import type { Taken } from "../../core/shell/command.ts";
import { setEngineFlags } from "./engineFlags.ts";
import { refuseBlindness } from "../definitions/blindness.ts";
import { errorText, exitCodeOf } from "./exit.ts";
import { logSettings } from "../output/logFile.ts";
import { COMMON, OPTIONS, type OptionDeclaration, type OptionName, type Options } from "./options.ts";
import { createOutput, createToFile, type Output, type Streams, type ToFile } from "../output/output.ts";
import { hearStreams } from "./readers.ts";
import { VERSION } from "./root.ts";
import { signalsOf } from "./signals.ts";
import { wholeStream } from "../files/whole.ts";

/** What a script is given: its words, taken apart, and where it speaks. */
export interface ScriptCall {
  readonly script: string;
  /** In seconds, days or numbers as --help says; what was not given is undefined. */
  readonly options: Options;
  /** In the order in which they were given; none is empty. */
  readonly args: readonly string[];
  /** Results, and beside them log and progress. Secrets that were resolved are taken out of all of it. */
  readonly output: Output;
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
  /** True where a person sits at a terminal and may be asked. */
  readonly interactive: boolean;
}

/** A script as its help tells it, and its one deed. */
export interface ScriptDefinition {
  /** As people call it: `npx tandem <name>`, or the file. */
  readonly name: string;
  /** One line: what it is for. */
  readonly summary: string;
  readonly details?: string;
  /** A name that ends in "..." takes any number. */
  readonly args?: readonly { readonly name: string; readonly text: string; readonly optional?: boolean; readonly takes?: Taken }[];
  /** Beside those that every script has (--config, --json, -v, -q, --log, --help, --version). */
  readonly options: readonly OptionName[];
  /** Options without which it makes no sense. */
  readonly required?: readonly OptionName[];
  /** Whole lines to be pasted. */
  readonly examples: readonly string[];
  /** Answers the exit code. A TandemError that is thrown ends the script with its own code, anything else with 70. */
  run(call: ScriptCall): Promise<ExitCode>;
}

/** The reader of HTTP and the embedded store are WebAssembly. To compile what they use most a second time, better, pays only after
 * seconds of such work; the engine begins after a few milliseconds, which was a quarter of an iteration without changes. */
const COMPILE_AGAIN_LATER = "--wasm-tiering-budget=2000000000";

/** Milliseconds between the first signal and leaving at all costs. */
const GRACE_MS = 9_500;

/** How the text of a flag becomes its value; undefined: it stays text. */
const parserOf = ({ values, parse }: OptionDeclaration): ((text: string) => unknown) | undefined => {
  if (values === undefined) return parse;
  return (text) => {
    if (!values.includes(text)) throw new Error(`"${text}" is none of ${values.join(", ")}`);
    return text;
  };
};

const addOption = (command: Command, declaration: OptionDeclaration): void => {
  const option = new Option(declaration.flags, declaration.text);
  if (declaration.env !== undefined) option.env(declaration.env);
  if (declaration.repeatable === true) option.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
  const parse = parserOf(declaration);
  if (declaration.repeatable !== true && parse !== undefined) {
    option.argParser((text: string) => {
      try {
        return parse(text);
      } catch (error) {
        throw new UsageError(`${declaration.flags.replace(/ .*/, "")}: ${error instanceof Error ? error.message : String(error)}`, "see --help");
      }
    });
  }
  command.addOption(option);
};

const exitHelp = ({ options }: ScriptDefinition): string =>
  options.includes("detailedExitCode")
    ? "\nExit codes: 0 done · 1 some items need a person · 2 changes pending (--detailed-exit-code) · 64 usage · 65 bad input ·\n69 unreachable · 75 try again later · 77 access refused · 78 configuration wrong. All of them: docs/exitCodes.md"
    : "\nExit codes: 0 done · 1 some items need a person · 64 usage · 65 bad input · 69 unreachable · 75 try again later ·\n77 access refused · 78 configuration wrong. All of them: docs/exitCodes.md";

/** The commander command of a definition; never exits by itself. */
export const commandOf = (definition: ScriptDefinition): Command => {
  const command = new Command(definition.name)
    .description(definition.details === undefined ? definition.summary : `${definition.summary}\n\n${definition.details}`)
    .version(VERSION, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .allowExcessArguments(false)
    .configureHelp({ helpWidth: 110 })
    .exitOverride();
  for (const arg of definition.args ?? []) command.argument(arg.optional === true ? `[${arg.name}]` : `<${arg.name}>`, arg.text);
  for (const name of [...new Set([...definition.options, ...COMMON])]) addOption(command, OPTIONS[name]);
  command.addHelpText("after", `\nExamples:\n${definition.examples.map((example) => `  ${example}`).join("\n")}\n${exitHelp(definition)}`);
  return command;
};

/** Nobody waits for a stream any more. */
const leave = (name: string): never => {
  try {
    writeSync(2, `${name}: was told to stop, and what it waits for did not end within ${GRACE_MS / 1000} s: it leaves\n→ everything done is recorded; the next start goes on\n`);
  } catch {
    // Where nobody reads stderr any more the exit code has to do.
  }
  process.exit(75);
};

const listen = (name: string): { readonly stop: AbortSignal; readonly end: () => void } => {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    timer = setTimeout(() => leave(name), GRACE_MS);
    timer.unref();
  };
  const onIgnored = (): void => undefined;
  // To ask process.stdin would make a pipe non-blocking, and reading it fail until the first words arrive.
  const signals = signalsOf(process.platform, isatty(0));
  for (const signal of signals.stop) process.on(signal, onSignal);
  for (const signal of signals.ignore) process.on(signal, onIgnored);
  return {
    stop: controller.signal,
    end: () => {
      clearTimeout(timer);
      for (const signal of signals.stop) process.off(signal, onSignal);
      for (const signal of signals.ignore) process.off(signal, onIgnored);
    },
  };
};

interface Parsed {
  readonly options: Options;
  readonly args: readonly string[];
}

const isCommanderEnd = (error: unknown): error is { readonly code: string; readonly exitCode: number; readonly message: string } => typeof error === "object" && error !== null && "code" in error && String(error.code).startsWith("commander.");

const parse = async (definition: ScriptDefinition, argv: readonly string[], streams: Streams): Promise<Parsed | ExitCode> => {
  const command = commandOf(definition);
  try {
    command.configureOutput({ writeOut: (text) => void streams.out.write(text), writeErr: (text) => void streams.err.write(text.replace(/^error: /, `${definition.name}: `)) }).showHelpAfterError(`→ npx tandem ${definition.name} --help shows its options`);
    command.parse([...argv], { from: "user" });
  } catch (error) {
    if (isCommanderEnd(error)) return error.exitCode === 0 ? 0 : 64;
    throw error;
  }
  const options = command.opts() as Options;
  const missing = (definition.required ?? []).filter((name) => options[name] === undefined);
  if (missing.length > 0) throw new UsageError(`needs ${missing.map((name) => OPTIONS[name].flags).join(", ")}`, `npx tandem ${definition.name} --help shows its options`);
  const args = command.processedArgs.flat().filter((arg) => arg !== undefined) as string[];
  if (args.some((arg) => arg.trim() === "")) throw new UsageError("an argument is empty, and names nothing", "was a variable of the shell not set?");
  return { options, args };
};

/** Runs a script with these words and answers its exit code. Other streams: for a script that runs scripts. `file`: where it stands. */
export const runScript = async (definition: ScriptDefinition, argv: readonly string[], streams: Streams = { out: process.stdout, err: process.stderr }, file?: string): Promise<ExitCode> => {
  const signals = listen(definition.name);
  const startedAt = performance.now();
  let toFile: ToFile = () => undefined;
  try {
    const parsed = await parse(definition, argv, streams);
    if (typeof parsed === "number") return parsed;
    refuseBlindness(process.env);
    toFile = createToFile(await logSettings(parsed.options), definition.name, randomUUID());
    toFile("debug", "started", { version: VERSION });
    const output = createOutput(streams, parsed.options, toFile);
    const interactive = isatty(0) && process.stderr.isTTY === true && process.env.CI === undefined;
    const call: ScriptCall = { script: definition.name, ...parsed, output, stop: signals.stop, interactive };
    const code = await definition.run(call);
    output.progress.done();
    toFile("debug", "ended", { code, ms: Math.round(performance.now() - startedAt) });
    return code;
  } catch (error) {
    const text = errorText(definition.name, error, file);
    streams.err.write(`${text}\n`);
    // The log file itself may be what failed.
    if (!(error instanceof OutputError)) toFile("error", text, { code: exitCodeOf(error), ms: Math.round(performance.now() - startedAt) });
    return exitCodeOf(error);
  } finally {
    signals.end();
  }
};

/** Last line of every script file: runs it where the file itself was started, and sets the exit code. */
export const main = async (meta: ImportMeta, definition: ScriptDefinition): Promise<void> => {
  const started = process.argv[1];
  // As the system itself spells them: Windows does not mind the case of a drive letter or a folder.
  const file = fileURLToPath(meta.url);
  if (started === undefined || realpathSync.native(started) !== realpathSync.native(file)) return;
  // A folder of definitions that anybody may write into holds code of anybody: whatever the account's mask, nothing of ours is so.
  process.umask(process.umask() | 0o002);
  setEngineFlags([COMPILE_AGAIN_LATER]);
  const lost = hearStreams(definition.name);
  const code = await runScript(definition, process.argv.slice(2), { out: wholeStream(process.stdout), err: wholeStream(process.stderr) }, file);
  process.exitCode = lost() ? 73 : code;
};
