// Prints the manual of a script, or writes all of it as man pages.

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readCommands } from "../lib/cli/script/commands.ts";
import { EXIT_CODES } from "../lib/cli/script/exit.ts";
import { VERSION } from "../lib/cli/script/root.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { OutputError, UsageError } from "../lib/core/errors.ts";
import { closest } from "../lib/core/mapping/closest.ts";
import { help, manPages } from "../lib/run/help.ts";

const FACTS = { version: VERSION, exitCodes: EXIT_CODES };

const writePages = (folder: string, pages: Readonly<Record<string, string>>): void => {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(pages)) writeFileSync(join(folder, name), content);
  } catch (error) {
    throw new OutputError(`cannot write into ${folder}: ${error instanceof Error ? error.message : String(error)}`, "name another folder");
  }
};

const definition: ScriptDefinition = {
  name: "help",
  summary: "Prints the manual of a script with examples, exit codes, files and environment; without one, what each script is for.",
  args: [{ name: "script", text: "whose manual", optional: true, takes: "script" }],
  options: ["outFolder"],
  examples: ["npx tandem help", "npx tandem help syncIteration", "npx tandem help --out ~/.local/share/man/man1 && man tandem-syncIteration"],
  run: async (call) => {
    const commands = await readCommands(import.meta.url, definition);
    const { out } = call.options;
    if (out !== undefined) {
      const pages = manPages(commands, FACTS);
      writePages(out, pages);
      call.output.summary(`${resolve(out)}: ${Object.keys(pages).length} man pages`);
      call.output.json({ folder: resolve(out), pages: Object.keys(pages) });
      return 0;
    }
    const [script] = call.args;
    const text = help(commands, FACTS, script);
    const names = commands.map(({ name }) => name);
    if (text === undefined) throw new UsageError(`there is no script "${script ?? ""}"`, `there is ${closest(script ?? "", names)}`);
    if (call.options.json !== true) call.output.raw(text);
    call.output.json(script === undefined ? { scripts: names } : { script, text });
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
