// Runs a script as a user would: with words, environment and input; answers what it printed and its exit code. It is the
// compiled script in a process of its own, as a scheduler starts it (tests/scripts/tandem.test.ts starts one from its source).
// Half of the suite's time went into such starts: what a test file has seen a process of once, it may run in its own (here.ts).

import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { compiledScript } from "../testRun/compiled.ts";
import { optimiseLater } from "../testRun/engineFlags.ts";
import { isHereBusy, runHere } from "./here.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunHow {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly cwd?: string;
  /** As a scheduler starts it: without a flag of node's. */
  readonly asScheduled?: boolean;
  /** Where a process of its own works, if it has one; whoever names files relative to it asks for `cwd`. */
  readonly home?: string;
}

/**
 * For processes that live for a second or two. The embedded store's engine is WebAssembly: compiling the most used of it a second time,
 * better, takes longer than they live. So does compiling JavaScript that has run a little: it must run sixty times as long before.
 */
export const SHORT_LIVED: readonly string[] = ["--liftoff-only", ...optimiseLater(60)];

/** No terminal, no colours, nothing of this machine's own settings. */
const environment = (more: RunHow["env"]): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, HOME: process.env.HOME, TERM: "dumb", LANG: "C.UTF-8", ...more });

export interface Running {
  readonly pid: number;
  /** kill -9. */
  kill(): void;
  /** As a service manager asks it to end. */
  terminate(): void;
  readonly ended: Promise<Ended>;
}

const start = (words: readonly string[], how: RunHow): Running => {
  const child = spawn(process.execPath, [...(how.asScheduled === true ? [] : SHORT_LIVED), ...words], { cwd: how.cwd ?? how.home ?? ROOT, env: environment(how.env) });
  const ended = new Promise<Ended>((done, fail) => {
    let out = "";
    let err = "";
    child.stdout.on("data", (part: Buffer) => (out += part.toString("utf8")));
    child.stderr.on("data", (part: Buffer) => (err += part.toString("utf8")));
    child.on("error", fail);
    child.on("close", (code) => done({ code, out, err }));
  });
  child.stdin.end(how.input ?? "");
  return { pid: child.pid ?? 0, kill: () => void child.kill("SIGKILL"), terminate: () => void child.kill("SIGTERM"), ended };
};

/** A script that may be killed. */
export const startScript = async (name: string, words: readonly string[], how: RunHow = {}): Promise<Running> => start([await compiledScript(name), ...words], how);

const started = new Set<string>();

/** What a process alone can show: its help as a whole, what it reads and writes as bytes, what node itself reads of the environment. */
const isForProcess = (words: readonly string[], { input, cwd, env = {} }: RunHow): boolean =>
  input !== undefined || cwd !== undefined || words.some((word) => word === "-" || word === "--help") || Object.keys(env).some((name) => name === "TZ" || name.startsWith("NODE_"));

export const runScript = async (name: string, words: readonly string[], how: RunHow = {}): Promise<Ended> => {
  const file = `${expect.getState().testPath} ${name}`;
  if (isForProcess(words, how) || isHereBusy()) return (await startScript(name, words, how)).ended;
  if (started.has(file)) return runHere(name, words, environment(how.env));
  started.add(file);
  return (await startScript(name, words, how)).ended;
};

/** Node itself with these words. */
export const runNode = (words: readonly string[], how: RunHow = {}): Promise<Ended> => start(words, how).ended;

/** The one command, from the checkout: through tsx. */
export const runTandem = (words: readonly string[], how: RunHow = {}): Promise<Ended> => start([join(ROOT, "scripts", "tandem.js"), ...words], how).ended;
