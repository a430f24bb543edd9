// Starts tests/support/store/storeChild.ts and listens to what it says.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { compiledChild } from "../testRun/compiled.ts";
import { SHORT_LIVED } from "../scripts/process.ts";

export interface Child {
  readonly pid: number;
  /** The next line it says. */
  next(): Promise<Readonly<Record<string, unknown>>>;
  /** kill -9; answers when it is gone. */
  kill(): Promise<void>;
  readonly ended: Promise<number | null>;
}

const started = new Set<ChildProcess>();

export const startChild = async (...words: readonly string[]): Promise<Child> => {
  const child = spawn(process.execPath, [...SHORT_LIVED, await compiledChild("support/store/storeChild"), ...words], { stdio: ["ignore", "pipe", "inherit"] });
  started.add(child);
  const ended = new Promise<number | null>((done) =>
    child.once("exit", (code) => {
      started.delete(child);
      done(code);
    }),
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    next: async () => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the child (${words.join(" ")}) ended without a word, exit code ${await ended}`);
      return JSON.parse(value) as Readonly<Record<string, unknown>>;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    ended,
  };
};

/** Nothing a test started stays. */
export const killChildren = (): void => {
  for (const child of started) child.kill("SIGKILL");
};
