// Runs a script as a user would: a process of its own with words, environment and input; answers what it printed. It is
// the compiled script, as a scheduler starts it; tests/scripts/tandem.test.ts starts one from its source.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledScript } from "./compiled.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunHow {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** The embedded store's engine is WebAssembly: compiling the most used of it a second time, better, takes longer than these processes live. */
const SHORT_LIVED = "--liftoff-only";

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
  const child = spawn(process.execPath, [SHORT_LIVED, ...words], { cwd: how.cwd ?? ROOT, env: environment(how.env) });
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

export const runScript = async (name: string, words: readonly string[], how: RunHow = {}): Promise<Ended> => (await startScript(name, words, how)).ended;

/** Node itself with these words. */
export const runNode = (words: readonly string[], how: RunHow = {}): Promise<Ended> => start(words, how).ended;

/** The one command, from the checkout: through tsx. */
export const runTandem = (words: readonly string[], how: RunHow = {}): Promise<Ended> => start([join(ROOT, "scripts", "tandem.js"), ...words], how).ended;
