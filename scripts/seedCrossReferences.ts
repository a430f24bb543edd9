// Takes pairs of items that belong together from a file.

import { chosenConnections, loadDefinitions } from "../lib/cli/config.ts";
import { openInput } from "../lib/cli/files.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script.ts";
import { withConnection, withLockedConnection } from "../lib/cli/wiring.ts";
import { BusyError, UsageError } from "../lib/core/errors.ts";
import { readCrossReferences } from "../lib/core/links/crossReferencesXml.ts";
import { readLinkCsv, readLinkJson } from "../lib/core/links/linkCsv.ts";
import type { Instruction, Note, ReadLink } from "../lib/core/links/model.ts";
import { isDecisionTable, readDecisions } from "../lib/core/match/decisions.ts";
import { seedCrossReferences } from "../lib/run/seedCrossReferences.ts";

const reader = (open: () => AsyncIterable<Uint8Array>, head: string, told: string | undefined): AsyncIterable<readonly ReadLink[]> => {
  const first = /[!-~]/.exec(head)?.[0];
  const format = told ?? (first === "<" ? "xml" : first === "[" || first === "{" ? "json" : "csv");
  if (format === "xml") return readCrossReferences(open());
  if (format !== "csv" && format !== "json") throw new UsageError(`--file-format ${format}: cross references are read as xml, csv or json`, "see --help");
  if (isDecisionTable(head)) return readDecisions(open(), format);
  return format === "csv" ? readLinkCsv(open()) : readLinkJson(open());
};

const readFile = async (call: ScriptCall): Promise<{ readonly instructions: readonly Instruction[]; readonly notes: readonly Note[] }> => {
  const open = openInput(call.args[0] ?? "-");
  let head = "";
  for await (const piece of open()) {
    // Zeros of UTF-16 would hide the words.
    head = new TextDecoder().decode(piece.subarray(0, 400).filter((byte) => byte !== 0));
    break;
  }
  const [instructions, notes]: [Instruction[], Note[]] = [[], []];
  for await (const batch of reader(open, head, call.options.fileFormat)) for (const read of batch) "note" in read ? notes.push(read.note) : instructions.push(read.instruction);
  return { instructions, notes };
};

const definition: ScriptDefinition = {
  name: "seedCrossReferences",
  summary: "Takes pairs of items from a file, so that the next iteration adopts them and creates nothing for them.",
  details: "Both items must exist. A pair that contradicts another is refused, the rest is taken. Nothing is written to an endpoint.",
  args: [{ name: "file", text: "CSV, JSON or CrossReferences.xml; - reads standard input" }],
  options: ["connection", "fileFormat", "dryRun", "detailedExitCode", "lockWait"],
  examples: ["npx tandem seedCrossReferences pairs.csv --connection octane-jira --dry-run", "npx tandem matchByName --type release --json | npx tandem seedCrossReferences -"],
  run: async (call) => {
    const { options, output } = call;
    const { instructions, notes } = await readFile(call);
    const definitions = loadDefinitions(options);
    const [connection, ...more] = chosenConnections(definitions, options);
    if (connection === undefined || more.length > 0) throw new UsageError("a file belongs to one connection", "name it with --connection");
    const dryRun = options.dryRun === true;
    const result = dryRun ? await withConnection(call, definitions, connection, (context) => seedCrossReferences(context, instructions, { dryRun })) : await withLockedConnection(call, definitions, connection, (context, lease) => seedCrossReferences(context, instructions, { dryRun }, lease), { evenIfStopped: true });
    const { add, remove, unchanged, refused } = result.counts;
    for (const { line, reason } of notes) output.line(`  line ${line}: ${reason}`);
    for (const decision of result.decisions) {
      const { instruction } = decision;
      if (decision.kind === "refused" || (dryRun && decision.kind !== "unchanged")) output.line(`  ${decision.kind} ${instruction.masterId} ~ ${instruction.targetId}${decision.kind === "refused" ? ` (line ${instruction.line}): ${decision.reason}` : ""}`);
    }
    output.summary(`${result.connection}: ${dryRun ? "would be: " : ""}${add} pairs added, ${remove} removed, ${unchanged} there already, ${refused} refused`);
    output.json({ ...result, notes });
    if (result.stopped) throw new BusyError("stopped before all pairs were recorded", "the same file again goes on");
    if (refused + notes.length > 0) return 1;
    return dryRun && options.detailedExitCode === true && add + remove > 0 ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
