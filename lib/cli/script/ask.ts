// Questions to a person at a terminal. Without one, the answer must have come as an option.

import { createInterface } from "node:readline/promises";
import { UsageError } from "../../core/errors.ts";
import { visible } from "../../core/visible.ts";
import type { ScriptCall } from "./script.ts";

const ask = async (question: string): Promise<string> => {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await reader.question(visible(question));
  } finally {
    reader.close();
  }
};

/** Whether to go ahead: with --yes, or a "y" at the terminal. Throws UsageError where nobody can be asked. */
export const confirm = async (call: ScriptCall, question: string): Promise<boolean> => {
  if (call.options.yes === true) return true;
  if (!call.interactive) throw new UsageError(`${question} Nobody is there to be asked.`, "add --yes to go ahead, or --dry-run to look first");
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
};

/** The option's value, or a person's answer. */
export const answerTo = async (call: ScriptCall, given: string | undefined, question: string, flag: string): Promise<string> => {
  if (given !== undefined && given !== "") return given;
  if (!call.interactive) throw new UsageError(`needs ${flag}`, "there is no terminal to ask at");
  return (await ask(`${question}: `)).trim();
};
