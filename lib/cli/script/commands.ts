// What all scripts say of themselves, read from their own definitions: for the manual and for shells.

import { readdirSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Command, CommandOption, Taken } from "../../core/shell/command.ts";
import { COMMON, OPTIONS, type OptionDeclaration } from "./options.ts";
import type { ScriptDefinition } from "./script.ts";

const takenBy = ({ values, suggested, names }: OptionDeclaration, placeholder: string): Taken => {
  const fixed = values ?? suggested ?? names;
  if (fixed !== undefined) return fixed;
  if (placeholder === "<file>") return "file";
  return placeholder === "<dir>" ? "folder" : "text";
};

const optionOf = (declaration: OptionDeclaration): CommandOption => {
  const { flags, text, env } = declaration;
  const [, words = flags, placeholder] = /^(.*?)(?: (<.*>))?$/.exec(flags) ?? [];
  const rest = { names: words.split(", "), text, ...(env === undefined ? {} : { env }) };
  return placeholder === undefined ? rest : { ...rest, placeholder, takes: takenBy(declaration, placeholder) };
};

const OF_ALL: readonly CommandOption[] = [
  { names: ["--version"], text: "print the version" },
  { names: ["-h", "--help"], text: "print this help" },
];

const isFile = (name: string): boolean => /^(files?|crontab)\b/.test(name);

const commandOf = ({ name, summary, details, args, options, examples }: ScriptDefinition): Command => ({
  name,
  summary,
  ...(details === undefined ? {} : { details }),
  args: (args ?? []).map((arg) => ({ name: arg.name, text: arg.text, optional: arg.optional === true, takes: arg.takes ?? (isFile(arg.name) ? "file" : "text") })),
  options: [...[...new Set([...options, ...COMMON])].map((option) => optionOf(OPTIONS[option])), ...OF_ALL],
  examples,
});

/** All of them in order of their names. `own`: the one that asks, in the file with this address; it cannot wait for itself. */
export const readCommands = async (address: string, own: ScriptDefinition): Promise<readonly Command[]> => {
  const folder = dirname(fileURLToPath(address));
  const ending = extname(fileURLToPath(address));
  const names = readdirSync(folder).filter((file) => file.endsWith(ending) && file !== "tandem.js").map((file) => file.slice(0, -ending.length));
  const definitions = await Promise.all(names.toSorted().map(async (name) => (name === own.name ? own : ((await import(pathToFileURL(join(folder, `${name}${ending}`)).href)) as { readonly default: ScriptDefinition }).default)));
  return definitions.map(commandOf);
};
