// Reads both sample projects, proposes types, fields and values, and writes connections/<name>.yaml for a person to read.

import { existsSync } from "node:fs";
import { answerTo } from "../lib/cli/script/ask.ts";
import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import { writePrivate } from "../lib/cli/files/files.ts";
import { pairsOf } from "../lib/cli/script/options.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { compile, readSchemas, signIn, withConnector, withConnectors } from "../lib/cli/doors/wiring.ts";
import type { Connector } from "../lib/connectors/connector.ts";
import { nameProblem } from "../lib/core/config/connectionName.ts";
import { type ExitCode, OutputError, UsageError } from "../lib/core/errors.ts";

/** The worksheet of a connection that is defined already. */
const worksheet = async (call: ScriptCall, name: string, file: string): Promise<ExitCode> => {
  const { dryRun, force } = call.options;
  // People tick its boxes: what they wrote is not written over.
  if (file !== "-" && dryRun !== true && force !== true && existsSync(file)) throw new OutputError(`${file} exists already`, "people may have filled it in: name another file, or --force to write it anew");
  const definitions = await loadDefinitions(call.options);
  const [connection] = chosenConnections(definitions, { ...call.options, connection: [name] });
  if (connection === undefined) return 0;
  const { worksheetText } = await import("../lib/core/report/worksheet.ts");
  const text = await withConnectors(definitions, connection, async (connectors) => {
    const schemas = await readSchemas(definitions, connection, connectors);
    return worksheetText(await compile(definitions, connection, connectors), (side, project, type) => schemas(side, project)?.find((candidate) => candidate.name === type));
  });
  if (file === "-") call.output.raw(text);
  else if (dryRun !== true) writePrivate(file, text);
  const open = text.match(/\[ \]/g)?.length ?? 0;
  call.output.summary(`${name}: planning worksheet with ${open} open boxes${file === "-" ? "" : ` ${dryRun === true ? "would be " : ""}written to ${file}`}`);
  call.output.json({ name, open, ...(file === "-" ? {} : { file }) });
  return pendingCode(call.options, file !== "-");
};

const definition: ScriptDefinition = {
  name: "initConnection",
  summary: "Proposes a connection: types, fields and list values mapped by name and kind, every doubt as a comment.",
  details: "Nothing is changed at an endpoint. Read the file, then try `npx tandem checkConnection` and `npx tandem syncIteration --dry-run`.",
  args: [{ name: "name", text: "name of the connection; it cannot be changed later" }],
  options: ["master", "target", "projects", "types", "direction", "dryRun", "detailedExitCode", "force", "worksheet"],
  examples: ["npx tandem initConnection octane-jira --master octane --target jira --projects 1002~DEMO", "npx tandem initConnection octane-jira --master octane --target jira --projects 1002~DEMO --types story~Story --types defect~Bug", "npx tandem initConnection octane-jira --worksheet octane-jira.md"],
  run: async (call) => {
    const name = call.args[0] ?? "";
    if (call.options.worksheet !== undefined) return worksheet(call, name, call.options.worksheet);
    const problem = nameProblem(name);
    if (problem !== undefined) throw new UsageError(`"${name}" ${problem}: a connection's file is called after it`, "take another name, e.g. octane-jira");
    const definitions = await loadDefinitions(call.options);
    const { refuseTakenConnection, writeConnection } = await import("../lib/cli/definitions/writeDefinitions.ts");
    const writes = call.options.dryRun !== true;
    const force = call.options.force === true;
    if (writes && !force) refuseTakenConnection(definitions.directory, name);
    const known = Object.keys(definitions.dataSources).join(", ");
    const master = await answerTo(call, call.options.master, `Master (${known})`, "--master");
    const target = await answerTo(call, call.options.target, `Target (${known})`, "--target");
    const projects = pairsOf("--projects", call.options.projects ?? [await answerTo(call, undefined, "Projects, as master~target", "--projects")]);
    const { initConnection } = await import("../lib/run/initConnection.ts");
    const open = <T>(source: string, work: (connector: Connector) => Promise<T>): Promise<T> =>
      withConnector(definitions, source, async (connector) => {
        await signIn(connector, definitions.dataSources[source]?.url ?? "", definitions.dataSourcePlace(["dataSources", source, "url"]));
        return work(connector);
      });
    const result = await open(master, (masterDoor) =>
      open(target, (targetDoor) =>
        initConnection({ master: masterDoor, target: targetDoor }, { name, master, target, projects, types: pairsOf("--types", call.options.types ?? []), direction: call.options.direction ?? "biDirectional", schemaPath: "../schemas/connection.json" }),
      ),
    );
    const path = writes ? await writeConnection(definitions.directory, name, result.text, force) : undefined;
    if (path === undefined) call.output.raw(call.options.json === true ? "" : result.text);
    const doubts = result.types.reduce((sum, type) => sum + type.doubts, 0);
    for (const type of result.types) call.output.detail(`  ${type.master} ~ ${type.target}: ${type.fields} fields mapped, ${type.doubts} doubts`);
    call.output.summary(`${name}: ${result.types.length} types mapped, ${doubts} doubts${path === undefined ? "; nothing written" : `; written to ${path}`}`);
    call.output.json({ name, types: result.types, ...(path === undefined ? {} : { file: path }) });
    return pendingCode(call.options, true);
  },
};

export default definition;
await main(import.meta, definition);
