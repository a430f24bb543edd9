// Maps new pairs of projects like a pair that a connection maps already.

import { chosenConnections, type ConnectionDefinition, type Definitions, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { connectionPath } from "../lib/cli/definitions/directory.ts";
import { readInput } from "../lib/cli/files/files.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { compile, withConnectors } from "../lib/cli/doors/wiring.ts";
import type { ProjectPair } from "../lib/core/config/copyPairs.ts";
import { readSyncSetsBag, type SyncSetsBag } from "../lib/core/config/syncSetsBag.ts";
import { ConfigError, DataError, UsageError } from "../lib/core/errors.ts";
import type { CopySyncSetsResult } from "../lib/run/copySyncSets.ts";

const pairOf = (flag: string, text: string): ProjectPair => {
  const [master, target, ...more] = text.split("~");
  if (master === undefined || target === undefined || master === "" || target === "" || more.length > 0) throw new UsageError(`${flag} ${text}: is no pair`, "write it as master~target, e.g. 1003~SHOP");
  return { master, target };
};

/** Bytes that are no letter: a bag in the code page of Windows would name projects that nobody has. */
const refuseStrangeBytes = async (file: string, text: string): Promise<void> => {
  const at = text.indexOf("\ufffd");
  if (at < 0) return;
  const { advance } = await import("../lib/core/users/decode.ts");
  const { line, column } = advance({ line: 1, column: 1 }, text.slice(0, at));
  throw new DataError(`${file}, line ${line}, column ${column}: the file is not UTF-8`, "save the file as UTF-8");
};

const bagOf = async (file: string): Promise<SyncSetsBag> => {
  const text = readInput(file);
  await refuseStrangeBytes(file, text);
  const { isSyncSetsYaml, readSyncSetsYaml } = await import("../lib/core/config/syncSetsYaml.ts");
  try {
    return isSyncSetsYaml(text) ? readSyncSetsYaml(text) : readSyncSetsBag(text);
  } catch (error) {
    if (error instanceof DataError) throw new DataError(`${file}, ${error.message}`, error.advice);
    throw error;
  }
};

const toldIn = async (call: ScriptCall): Promise<Omit<SyncSetsBag, "connection"> & { readonly connection?: string }> => {
  const [file] = call.args;
  const { template, to = [] } = call.options;
  if (file !== undefined && (template !== undefined || to.length > 0)) throw new UsageError("--template and --to take no file", "use one of them");
  if (file !== undefined) return bagOf(file);
  if (template === undefined || to.length === 0) throw new UsageError("needs a file, or --template and --to", "npx tandem copySyncSets --help shows its options");
  return { template: pairOf("--template", template), to: to.map((text) => pairOf("--to", text)) };
};

const chosen = (call: ScriptCall, definitions: Definitions, named: string | undefined): ConnectionDefinition => {
  const { connection = [] } = call.options;
  if (named !== undefined && connection.some((name) => name !== named)) throw new UsageError(`the file is for ${named}, --connection names ${connection.join(", ")}`, "leave --connection out");
  const [one, ...more] = chosenConnections(definitions, named === undefined ? call.options : { ...call.options, connection: [named] });
  if (one === undefined || more.length > 0) throw new UsageError("new pairs belong to one connection", "name it with --connection");
  return one;
};

/** Refused before it is written: what could not run would stop the pairs that run now. */
const checked = async (path: string, text: string): Promise<ConnectionDefinition> => {
  const { parseFile } = await import("../lib/core/config/parse.ts");
  const { connectionSchema } = await import("../lib/core/config/schema.ts");
  const parsed = parseFile(path, text, connectionSchema);
  if (!parsed.ok) throw new ConfigError(parsed.problems);
  return { file: parsed.value, place: parsed.place };
};

const definition: ScriptDefinition = {
  name: "copySyncSets",
  summary: "Maps new pairs of projects like a pair that is mapped: all its types, fields, calculated values, criteria and filters.",
  details: "Writes the connection's file; all else in it stays as it is. The file is a copysyncsets.property.bag.txt or YAML; without one, --template and --to.",
  args: [{ name: "file", text: "a property bag or YAML; - reads standard input", optional: true }],
  options: ["connection", "template", "to", "local", "dryRun", "detailedExitCode"],
  examples: ["npx tandem copySyncSets --connection octane-jira --template 1002~DEMO --to 1003~SHOP --to 1004~CRM --dry-run", "npx tandem copySyncSets copysyncsets.property.bag.txt", "npx tandem copySyncSets shops.yaml --dry-run"],
  run: async (call) => {
    const { copySyncSets } = await import("../lib/run/copySyncSets.ts");
    const { options, output } = call;
    const { template, to, connection } = await toldIn(call);
    const definitions = await loadDefinitions(options);
    const one = chosen(call, definitions, connection);
    const { name } = one.file;
    const path = connectionPath(definitions.directory, name) ?? "";
    const text = readInput(path);
    const told = { text, file: one.file, template, to };
    const result: CopySyncSetsResult =
      options.local === true
        ? await copySyncSets(told)
        : await withConnectors(definitions, one, async (connectors) => {
            const copied = await copySyncSets({ ...told, connectors });
            if (copied.added.length > 0) await compile(definitions, await checked(path, copied.text), connectors);
            return copied;
          });
    await checked(path, result.text);
    if (options.dryRun !== true && result.added.length > 0) await (await import("../lib/cli/definitions/writeDefinitions.ts")).rewriteDefinition(definitions.directory, path, text, result.text);
    for (const set of result.added) output.detail(`  new: ${set.masterType}~${set.targetType} ${set.master}~${set.target}`);
    for (const { master, target, reason } of result.refused) output.line(`  refused: ${master}~${target}: ${reason}`);
    output.summary(`${name}: ${result.added.length} sync sets ${options.dryRun === true ? "would be " : ""}added, ${result.refused.length} pairs refused`);
    if (options.dryRun !== true && result.added.length > 0) output.note(`before the next iteration: pair what is there already (matchByName), then look with syncIteration --connection ${name} --dry-run`);
    const { text: _, ...rest } = result;
    output.json(rest);
    if (result.refused.length > 0) return 1;
    return options.dryRun === true && options.detailedExitCode === true ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
