// Runs a script in the test's own process: the same words, streams, environment and exit code, without the start of a process.

import { forgetSecrets } from "../../lib/cli/redact.ts";
import { type ScriptDefinition, runScript } from "../../lib/cli/script.ts";
import type { Ended } from "./process.ts";

let busy = false;

/** There is one environment per process: one script at a time. */
export const isHereBusy = (): boolean => busy;

export const runHere = async (name: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> => {
  busy = true;
  const own = process.env;
  const told = { out: "", err: "" };
  const stream = (to: "out" | "err") => ({ write: (text: string) => void (told[to] += text) });
  try {
    const { default: definition } = (await import(`../../scripts/${name}.ts`)) as { readonly default: ScriptDefinition };
    process.env = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
    const code = await runScript(definition, words, { out: stream("out"), err: stream("err") });
    return { code, ...told };
  } finally {
    forgetSecrets();
    process.env = own;
    busy = false;
  }
};
