// Brings the user maps to what a file says.

import { join } from "node:path";
import { confirm } from "../lib/cli/ask.ts";
import { type Definitions, loadDefinitions } from "../lib/cli/config.ts";
import { openInput, writePieces, writePrivate } from "../lib/cli/files.ts";
import { mapFormat } from "../lib/cli/mapFormat.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script.ts";
import { withStore } from "../lib/cli/wiring.ts";
import { UsageError } from "../lib/core/errors.ts";
import { isDecisionTable } from "../lib/core/match/decisions.ts";
import { csvLine } from "../lib/core/users/csvRows.ts";
import type { Store } from "../lib/store/store.ts";
import type { CheckedMaps, ImportUserMapsResult } from "../lib/run/importUserMaps.ts";

const firstOf = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  for await (const piece of chunks) return piece;
  return new Uint8Array();
};

const show = (call: ScriptCall, result: ImportUserMapsResult): void => {
  for (const decision of result.shown) {
    const names = decision.map.users.map((user) => `${user.dataSource}/${user.name}`).join(", ");
    call.output.line(`  ${decision.kind} ${JSON.stringify(decision.map.name)}: ${decision.kind === "refused" ? decision.reason : names}`);
  }
};

/** "octane~jira": what two tables of people were matched for, without a connection. */
const sourcesIn = (name: string, definitions: Definitions): { readonly master: string; readonly target: string } | undefined => {
  const [master = "", target = "", ...more] = name.split("~");
  return more.length === 0 && [master, target].every((source) => definitions.dataSources[source] !== undefined) ? { master, target } : undefined;
};

const check = async (call: ScriptCall, file: string, definitions: Definitions): Promise<CheckedMaps> => {
  const { checkDecisions, checkUserMaps } = await import("../lib/run/importUserMaps.ts");
  const open = openInput(file);
  const head = await firstOf(open());
  const how = mapFormat(call.options, file, head);
  if ((how.format !== "csv" && how.format !== "json") || !isDecisionTable(new TextDecoder().decode(head.subarray(0, 400).filter((byte) => byte !== 0)))) return checkUserMaps(open, how);
  if (call.options.replace === true) throw new UsageError("--replace takes whole lists of people: decisions only add", "leave --replace out");
  return checkDecisions(open, how.format, (name) => definitions.connections.find((connection) => connection.file.name === name)?.file ?? sourcesIn(name, definitions));
};

const read = async (call: ScriptCall, file: string, definitions: Definitions): Promise<CheckedMaps> => {
  const maps = await check(call, file, definitions);
  const isList = call.options.remote !== undefined;
  if (maps.rejected.length > 0 && call.options.rejects === undefined && !isList) throw (await import("../lib/run/importUserMaps.ts")).rejectedError(file, maps.rejected);
  if (call.options.rejects !== undefined) writePrivate(call.options.rejects, csvLine(["line", "reason"]) + maps.rejected.map(({ line, reason }) => csvLine([String(line), reason])).join(""));
  for (const { line, reason } of [...maps.rejected, ...maps.notes].slice(0, 20)) call.output.log.warn(`${file} line ${line}: ${reason}`);
  for (const [side, name] of Object.entries(maps.fallbacks)) call.output.note(`Default row: ${name} (${side}); name it as fallback user in the connection's file`);
  return maps;
};

const agree = async (call: ScriptCall, store: Store, found: ImportUserMapsResult, backup: string): Promise<boolean> => {
  if (call.interactive) show(call, found);
  if (!(await confirm(call, `Write these user maps (${found.counts.removed} people removed)?`))) return false;
  if (call.options.replace !== true) return true;
  const { exportUserMaps } = await import("../lib/run/exportUserMaps.ts");
  await writePieces(backup, exportUserMaps({ store, progress: call.output.progress }, { format: "xml" }));
  call.output.note(`the maps as they were: ${backup}`);
  return true;
};

const definition: ScriptDefinition = {
  name: "importUserMaps",
  summary: "Brings the user maps to what a file says: XML, a table, a Synchronizer's list, or JSON.",
  details: "Adds by default; nobody and no name goes. Damaged files change nothing. --dry-run shows the differences.",
  args: [{ name: "file", text: "the file; - reads standard input" }],
  options: ["fileFormat", "remote", "octane", "replace", "backup", "rejects", "acceptEmpty", "dryRun", "detailedExitCode", "yes", "lockWait"],
  examples: ["npx tandem importUserMaps people.csv --dry-run", "npx tandem importUserMaps UserMaps.xml --replace --yes", "npx tandem importUserMaps users.csv --remote jira --octane octane"],
  run: async (call) => {
    const { options, output } = call;
    const [file = ""] = call.args;
    if (options.replace === true && options.rejects !== undefined) throw new UsageError("--replace takes whole files only: a refused record would lose its names", "leave --rejects out");
    const definitions = await loadDefinitions(options);
    const maps = await read(call, file, definitions);
    const backup = options.backup ?? join(definitions.directory, "backups", `userMaps-${new Date().toISOString().replace(/[:.]/g, "-")}.xml`);
    const { importUserMaps } = await import("../lib/run/importUserMaps.ts");
    const result = await withStore(call, definitions, ({ store }) =>
      importUserMaps(store, maps, {
        mode: options.replace === true ? "replace" : "merge",
        dryRun: options.dryRun === true,
        acceptEmpty: options.acceptEmpty === true,
        ...(options.replace === true || call.interactive ? { goAhead: (found: ImportUserMapsResult) => agree(call, store, found, backup) } : {}),
      }),
    );
    if (result === undefined) return 0;
    const { added, changed, kept, removed, refused } = result.counts;
    if (result.dryRun || refused > 0) show(call, result);
    output.summary(`${result.dryRun ? "would be: " : ""}${added} people added, ${changed} changed, ${kept} kept, ${removed} removed, ${refused + maps.rejected.length} refused${maps.nameless > 0 ? `, ${maps.nameless} without any name left out` : ""}`);
    output.json({ ...result, rejected: maps.rejected, nameless: maps.nameless, fallbacks: maps.fallbacks });
    if (refused + maps.rejected.length > 0) return 1;
    return result.dryRun && options.detailedExitCode === true && added + changed + removed > 0 ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
