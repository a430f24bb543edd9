// Runs a script in the test's own process: the same words, streams, environment and exit code, without the start of a process.

import { forgetSecrets } from "../../../lib/cli/output/redact.ts";
import { type ScriptDefinition, runScript } from "../../../lib/cli/script/script.ts";
import type { Ended } from "./process.ts";

let busy = false;

/** Puts another environment in place of the process's. The real one: a program is looked for in its PATH, not in that of another object in its place. */
const putEnvironment = (env: NodeJS.ProcessEnv): void => {
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined && process.env[name] !== value) process.env[name] = value;
};

/** There is one environment per process: one script at a time. */
export const isHereBusy = (): boolean => busy;

export const runHere = async (name: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> => {
  busy = true;
  const own = { ...process.env };
  const told = { out: "", err: "" };
  const stream = (to: "out" | "err") => ({ write: (text: string) => void (told[to] += text) });
  try {
    const { default: definition } = (await import(`../../../scripts/${name}.ts`)) as { readonly default: ScriptDefinition };
    putEnvironment(env);
    const code = await runScript(definition, words, { out: stream("out"), err: stream("err") });
    return { code, ...told };
  } finally {
    forgetSecrets();
    putEnvironment(own);
    busy = false;
  }
};
