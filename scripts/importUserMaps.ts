// Brings the user maps to what a file says.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { confirm } from "../lib/cli/script/ask.ts";
import { type Definitions, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { beginningOf, keepInputs, openInput, writePieces } from "../lib/cli/files/files.ts";
import { mapFormat } from "../lib/cli/files/mapFormat.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { MOST_REFUSED, settling, showPeople, tellReadOnly, writeRejects } from "../lib/cli/output/tellMaps.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { BusyError, DataError, OutputError, UsageError } from "../lib/core/errors.ts";
import { closest } from "../lib/core/mapping/closest.ts";
import { holdsDecisions } from "../lib/core/links/holdsDecisions.ts";
import { isPairSheet } from "../lib/core/users/pairSheet.ts";
import type { Store } from "../lib/store/store.ts";
import type { ImportUserMapsResult } from "../lib/run/importUserMaps.ts";
import type { MapsFile } from "../lib/run/userMaps/mapsFile.ts";

/** "octane~jira": what two tables of people were matched for, without a connection. */
const sourcesIn = (name: string, definitions: Definitions): { readonly master: string; readonly target: string } | undefined => {
  const [master = "", target = "", ...more] = name.split("~");
  return more.length === 0 && [master, target].every((source) => definitions.dataSources[source] !== undefined) ? { master, target } : undefined;
};

/** May be read any number of times, standard input too. */
type Open = ReturnType<typeof openInput>;

/** The data sources of a connection, or of two tables. */
const sourcesOf = (definitions: Definitions) => (name: string): { readonly master: string; readonly target: string } | undefined => definitions.connections.find((connection) => connection.file.name === name)?.file ?? sourcesIn(name, definitions);

const fileOf = async (call: ScriptCall, file: string, open: Open, definitions: Definitions): Promise<MapsFile> => {
  const { decisionsFile, pairsFile, userMapsFile } = await import("../lib/run/userMaps/mapsFile.ts");
  const head = await beginningOf(open);
  const how = mapFormat(call.options, file, head);
  if (how.format === "csv" && isPairSheet(head)) return pairsFile(open);
  if ((how.format !== "csv" && how.format !== "json") || !holdsDecisions(head)) return userMapsFile(open, how);
  if (call.options.replace === true) throw new UsageError("--replace takes whole lists of people: decisions only add", "leave --replace out");
  return decisionsFile(open, how.format, sourcesOf(definitions));
};

/** What somebody said no to, so that a match by night does not write it. */
const remember = async (call: ScriptCall, store: Store, file: string, open: Open, definitions: Definitions): Promise<number> => {
  const head = await beginningOf(open);
  const { format } = mapFormat(call.options, file, head);
  if ((format !== "csv" && format !== "json") || !holdsDecisions(head)) return 0;
  const { peopleScope, rememberDecisions } = await import("../lib/run/match/declinedFacts.ts");
  const scopeOf = (connection: string, syncSet: string): string | undefined => {
    const sources = syncSet === "user" ? sourcesOf(definitions)(connection) : undefined;
    return sources === undefined ? undefined : peopleScope(sources);
  };
  return rememberDecisions({ store }, open(), format, scopeOf, new Date().toISOString());
};

const agree = async (call: ScriptCall, store: Store, found: ImportUserMapsResult, backup: string): Promise<boolean> => {
  if (call.interactive) showPeople(call, found);
  if (!(await confirm(call, `Write these user maps (${found.counts.removed} people removed)?`))) return false;
  if (call.options.replace !== true) return true;
  const { exportUserMaps } = await import("../lib/run/exportUserMaps.ts");
  await writePieces(backup, exportUserMaps({ store, progress: call.output.progress }, { format: "xml" }));
  call.output.note(`the maps as they were: ${backup}`);
  if (call.stop.aborted) throw new BusyError("stopped before anything was written: the user maps are as they were", "run it again");
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
    keepInputs("--rejects", options.rejects, [file]);
    if (options.replace === true && options.backup !== undefined && existsSync(options.backup)) throw new OutputError(`--backup ${options.backup}: there is such a file`, "a backup takes the place of nothing: name another file");
    const definitions = await loadDefinitions(options);
    const open = openInput(file);
    const maps = await fileOf(call, file, open, definitions);
    const backup = options.backup ?? join(definitions.directory, "backups", `userMaps-${new Date().toISOString().replace(/[:.]/g, "-")}.xml`);
    const { importUserMaps, lookAhead, rejectedError } = await import("../lib/run/importUserMaps.ts");
    const settle = settling(call, file, rejectedError);
    const told = [...(await lookAhead(maps, settle))];
    const known = Object.keys(definitions.dataSources);
    const unknown = told.filter((name) => definitions.dataSources[name] === undefined);
    // A table of another tool, most likely: its titles would be data sources, and everybody whom the maps know would go.
    if (options.replace === true && unknown.length > 0 && unknown.length === told.length && known.length > 0) throw new DataError(`${file}: no data source is called ${unknown.map((name) => `"${name}"`).join(", ")}: replacing would leave user maps that mean nobody`, `its columns, or what it names, must be data sources: ${closest(unknown[0] ?? "", known)}`);
    if (unknown.length > 0 && known.length > 0) output.log.warn(`${file}: no data source is called ${unknown.map((name) => `"${name}"`).join(", ")}: names there are kept, and mean nobody until one is; dataSources.yaml has ${closest(unknown[0] ?? "", known)}`);
    const declined = { count: 0 };
    const result = await withStore(call, definitions, async ({ store }) => {
      const brought = await importUserMaps(store, maps, {
        mode: options.replace === true ? "replace" : "merge",
        dryRun: options.dryRun === true,
        acceptEmpty: options.acceptEmpty === true,
        settle,
        ...(options.rejects === undefined ? {} : { mostRefused: MOST_REFUSED }),
        ...(options.replace === true || call.interactive ? { goAhead: (found: ImportUserMapsResult) => agree(call, store, found, backup) } : {}),
      });
      if (brought !== undefined && !brought.dryRun) declined.count = await remember(call, store, file, open, definitions);
      return brought;
    });
    if (result === undefined) return 0;
    if (declined.count > 0) output.note(`pairs that matchByName leaves alone from now on, as somebody said no: ${declined.count}`);
    const { found, lines, ...rest } = result;
    const { added, changed, kept, removed, refused } = result.counts;
    const left = found.rejected.length + found.contradicting.length;
    if (result.dryRun || refused > 0) showPeople(call, result, result.dryRun ? undefined : "refused");
    tellReadOnly(call, file, result);
    if (options.rejects !== undefined && refused > 0) writeRejects(options.rejects, found, result);
    output.summary(`${result.dryRun ? "would be: " : ""}${added} people added, ${changed} changed, ${kept} kept, ${removed} removed, ${refused + left} refused${found.nameless > 0 ? `, ${found.nameless} without any name left out` : ""}`);
    output.json({ ...rest, shown: result.shown.map((decision) => ({ ...decision, ...(decision.kind === "refused" && lines.has(decision.map.name) ? { line: lines.get(decision.map.name) } : {}) })), rejected: [...found.rejected, ...found.contradicting], nameless: found.nameless, fallbacks: found.fallbacks });
    if (refused + left > 0) return 1;
    return result.dryRun && options.detailedExitCode === true && added + changed + removed > 0 ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
