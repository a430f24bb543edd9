// Brings the user maps to what a file says.

import { join } from "node:path";
import { confirm } from "../lib/cli/ask.ts";
import { type Definitions, loadDefinitions } from "../lib/cli/config.ts";
import { openInput, writePieces, writePrivate } from "../lib/cli/files.ts";
import { mapFormat } from "../lib/cli/mapFormat.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script.ts";
import { withStore } from "../lib/cli/wiring.ts";
import { UsageError } from "../lib/core/errors.ts";
import { closest } from "../lib/core/mapping/closest.ts";
import { isDecisionTable } from "../lib/core/match/decisions.ts";
import { csvLine } from "../lib/core/users/csvRows.ts";
import type { Store } from "../lib/store/store.ts";
import type { FoundInFile, ImportUserMapsResult, MapsFile, Rejected } from "../lib/run/importUserMaps.ts";

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

const fileOf = async (call: ScriptCall, file: string, definitions: Definitions): Promise<MapsFile> => {
  const { decisionsFile, userMapsFile } = await import("../lib/run/importUserMaps.ts");
  const open = openInput(file);
  const head = await firstOf(open());
  const how = mapFormat(call.options, file, head);
  if ((how.format !== "csv" && how.format !== "json") || !isDecisionTable(new TextDecoder().decode(head.subarray(0, 400).filter((byte) => byte !== 0)))) return userMapsFile(open, how);
  if (call.options.replace === true) throw new UsageError("--replace takes whole lists of people: decisions only add", "leave --replace out");
  return decisionsFile(open, how.format, (name) => definitions.connections.find((connection) => connection.file.name === name)?.file ?? sourcesIn(name, definitions));
};

/** Refused records end it all, unless there is a file for them: the rest is taken. A file may be read twice: it is told once. */
const settling = (call: ScriptCall, file: string, rejectedError: (file: string, rejected: readonly Rejected[]) => Error): ((found: FoundInFile) => void) => {
  const { options, output } = call;
  let isTold = false;
  return ({ rejected, notes, fallbacks }) => {
    if (rejected.length > 0 && options.rejects === undefined && options.remote === undefined) throw rejectedError(file, rejected);
    if (options.rejects !== undefined) writePrivate(options.rejects, csvLine(["line", "reason"]) + rejected.map(({ line, reason }) => csvLine([String(line), reason])).join(""));
    if (isTold) return;
    isTold = true;
    for (const { line, reason } of [...rejected, ...notes].slice(0, 20)) output.log.warn(`${file} line ${line}: ${reason}`);
    for (const [side, name] of Object.entries(fallbacks)) output.note(`Default row: ${name} (${side}); name it as fallback user in the connection's file`);
  };
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
    const maps = await fileOf(call, file, definitions);
    const backup = options.backup ?? join(definitions.directory, "backups", `userMaps-${new Date().toISOString().replace(/[:.]/g, "-")}.xml`);
    const { importUserMaps, lookAhead, rejectedError } = await import("../lib/run/importUserMaps.ts");
    const settle = settling(call, file, rejectedError);
    const unknown = [...(await lookAhead(maps, settle))].filter((name) => definitions.dataSources[name] === undefined);
    if (unknown.length > 0 && Object.keys(definitions.dataSources).length > 0) output.log.warn(`${file}: no data source is called ${unknown.map((name) => `"${name}"`).join(", ")}: names there are kept, and mean nobody until one is; dataSources.yaml has ${closest(unknown[0] ?? "", Object.keys(definitions.dataSources))}`);
    const result = await withStore(call, definitions, ({ store }) =>
      importUserMaps(store, maps, {
        mode: options.replace === true ? "replace" : "merge",
        dryRun: options.dryRun === true,
        acceptEmpty: options.acceptEmpty === true,
        settle,
        ...(options.replace === true || call.interactive ? { goAhead: (found: ImportUserMapsResult) => agree(call, store, found, backup) } : {}),
      }),
    );
    if (result === undefined) return 0;
    const { found, ...rest } = result;
    const { added, changed, kept, removed, refused } = result.counts;
    if (result.dryRun || refused > 0) show(call, result);
    output.summary(`${result.dryRun ? "would be: " : ""}${added} people added, ${changed} changed, ${kept} kept, ${removed} removed, ${refused + found.rejected.length} refused${found.nameless > 0 ? `, ${found.nameless} without any name left out` : ""}`);
    output.json({ ...rest, rejected: found.rejected, nameless: found.nameless, fallbacks: found.fallbacks });
    if (refused + found.rejected.length > 0) return 1;
    return result.dryRun && options.detailedExitCode === true && added + changed + removed > 0 ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
