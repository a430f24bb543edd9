// Takes pairs of items that belong together from a file or from a field of the items.

import { chosenConnections, loadDefinitions } from "../lib/cli/config.ts";
import { beginningOf, inFile, openInput } from "../lib/cli/files.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script.ts";
import { withConnection, withLockedConnection } from "../lib/cli/wiring.ts";
import { BusyError, DataError, UsageError } from "../lib/core/errors.ts";
import { holdsDecisions } from "../lib/core/links/holdsDecisions.ts";
import { readLinkCsv, readLinkJson } from "../lib/core/links/linkCsv.ts";
import type { Instruction, Note, ReadLink } from "../lib/core/links/model.ts";
import { readDecisions } from "../lib/core/match/decisions.ts";
import { closest } from "../lib/core/mapping/closest.ts";
import type { Side } from "../lib/core/types.ts";
import type { ConnectionContext } from "../lib/run/context.ts";

const reader = async (open: () => AsyncIterable<Uint8Array>, head: string, told: string | undefined): Promise<AsyncIterable<readonly ReadLink[]>> => {
  const first = /[!-~]/.exec(head)?.[0];
  const format = told ?? (first === "<" ? "xml" : first === "[" || first === "{" ? "json" : "csv");
  if (format === "linkIdsMap" || (told === undefined && first === "<" && /<LinkIdsMap\b/i.test(head))) return (await import("../lib/core/links/synchronizerLinks.ts")).readLinkIdsMap(open());
  if (format === "xml") return (await import("../lib/core/links/crossReferencesXml.ts")).readCrossReferences(open());
  if (format !== "csv" && format !== "json") throw new UsageError(`--file-format ${format}: cross references are read as xml, csv or json`, "see --help");
  if (holdsDecisions(head)) return readDecisions(open(), format);
  return format === "csv" ? readLinkCsv(open()) : readLinkJson(open());
};

interface Told {
  readonly instructions: readonly Instruction[];
  readonly notes: readonly Note[];
}

/** Issue keys of a synchronizer's links, as the ids its own files give them. */
const keysOf = async (files: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const ids = new Map<string, string>();
  for (const file of files) {
    const { readJiraKeys } = await import("../lib/core/links/synchronizerLinks.ts");
    const { ids: found, notes } = await readJiraKeys(openInput(file)());
    const [note] = notes;
    if (note !== undefined) throw new DataError(`${file}, line ${note.line}, column ${note.column}: ${note.reason}`);
    for (const [key, id] of found) ids.set(key, id);
  }
  return ids;
};

const readFile = async (call: ScriptCall): Promise<Told> => {
  const [file] = call.args;
  if (file === undefined) throw new UsageError("names no file", "name one, - for standard input, or --from-field");
  const open = openInput(file);
  const head = await inFile(file, () => beginningOf(open));
  const [instructions, notes]: [Instruction[], Note[]] = [[], []];
  await inFile(file, async () => {
    for await (const batch of await reader(open, head, call.options.fileFormat)) for (const read of batch) "note" in read ? notes.push(read.note) : instructions.push(read.instruction);
  });
  const ids = await keysOf(call.options.jiraKeys ?? []);
  const { syncSet } = call.options;
  // A synchronizer's links name no types: one file belongs to one of our sync sets.
  const ours = ({ set, ...rest }: Instruction): Instruction => ({ ...rest, masterId: ids.get(rest.masterId.toUpperCase()) ?? rest.masterId, targetId: ids.get(rest.targetId.toUpperCase()) ?? rest.targetId, set: syncSet === undefined ? set : { key: syncSet } });
  return { instructions: instructions.map(ours), notes };
};

const fieldOf = (text: string): { readonly side: Side; readonly field: string } => {
  const [, side, field] = /^(master|target)\.(.+)$/.exec(text) ?? [];
  if ((side !== "master" && side !== "target") || field === undefined) throw new UsageError(`--from-field ${text}: is not understood`, 'write it as "target.customfield_10050" or "master.Jira key"');
  return { side, field };
};

const definition: ScriptDefinition = {
  name: "seedCrossReferences",
  summary: "Takes pairs of items from a file, so that the next iteration adopts them and creates nothing for them.",
  details: "Both items must exist. A pair that contradicts another is refused, the rest is taken. Nothing is written to an endpoint. Ids or, where a system has them, keys.",
  args: [{ name: "file", text: "CSV, JSON, CrossReferences.xml or LinkIdsMap.xml; - reads standard input", optional: true }],
  options: ["connection", "fromField", "syncSet", "fileFormat", "jiraKeys", "dryRun", "detailedExitCode", "lockWait"],
  examples: ["npx tandem seedCrossReferences pairs.csv --connection octane-jira --dry-run", "npx tandem matchByName --type release --json | npx tandem seedCrossReferences -"],
  run: async (call) => {
    const { instructionsFromField, seedCrossReferences } = await import("../lib/run/seedCrossReferences.ts");
    const { options, output } = call;
    if (options.fromField !== undefined && call.args.length > 0) throw new UsageError("--from-field takes no file", "use one of them");
    const source = options.fromField === undefined ? undefined : fieldOf(options.fromField);
    const { instructions, notes } = source === undefined ? await readFile(call) : { instructions: [], notes: [] };
    const definitions = await loadDefinitions(options);
    const [connection, ...more] = chosenConnections(definitions, options);
    if (connection === undefined || more.length > 0) throw new UsageError("a file belongs to one connection", "name it with --connection");
    const dryRun = options.dryRun === true;
    const leftOut: string[] = [];
    const told = async (context: ConnectionContext): Promise<readonly Instruction[]> => {
      const keys = context.connection.syncSets.map(({ key }) => key);
      if (options.syncSet !== undefined && !keys.includes(options.syncSet)) throw new UsageError(`--sync-set ${options.syncSet}: ${connection.file.name} has no such sync set`, `it has ${closest(options.syncSet, keys)}`);
      if (source === undefined) return instructions;
      const read = await instructionsFromField(context, source.side, source.field);
      leftOut.push(...read.leftOut);
      return read.instructions;
    };
    const result = dryRun ? await withConnection(call, definitions, connection, async (context) => seedCrossReferences(context, await told(context), { dryRun })) : await withLockedConnection(call, definitions, connection, async (context, lease) => seedCrossReferences(context, await told(context), { dryRun }, lease), { evenIfStopped: true });
    const { add, remove, unchanged, refused } = result.counts;
    for (const { line, reason } of notes) output.line(`  line ${line}: ${reason}`);
    for (const text of leftOut) output.line(`  ${text}: left out`);
    for (const decision of result.decisions) {
      const { instruction } = decision;
      if (decision.kind === "refused" || (dryRun && decision.kind !== "unchanged")) output.line(`  ${decision.kind} ${instruction.masterId} ~ ${instruction.targetId}${decision.kind === "refused" ? `${instruction.line > 0 ? ` (line ${instruction.line})` : ""}: ${decision.reason}` : ""}`);
    }
    output.summary(`${result.connection}: ${dryRun ? "would be: " : ""}${add} pairs added, ${remove} removed, ${unchanged} there already, ${refused} refused`);
    output.json({ ...result, notes, leftOut });
    if (result.stopped) throw new BusyError("stopped before all pairs were recorded", "the same file again goes on");
    if (refused + notes.length + leftOut.length > 0) return 1;
    return dryRun && options.detailedExitCode === true && add + remove > 0 ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
