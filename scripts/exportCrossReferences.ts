// Writes the cross references into a file that seedCrossReferences reads.

import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { writePieces } from "../lib/cli/files/files.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { compile, withConnectors, withStore } from "../lib/cli/doors/wiring.ts";
import { UsageError } from "../lib/core/errors.ts";
import type { SyncSet } from "../lib/core/mapping/model.ts";

const definition: ScriptDefinition = {
  name: "exportCrossReferences",
  summary: "Writes the cross references of a connection as CSV, JSON lines or XML; seedCrossReferences reads them.",
  options: ["connection", "group", "all", "out", "fileFormat", "frame", "lockWait"],
  examples: ["npx tandem exportCrossReferences --connection octane-jira --out pairs.csv", "npx tandem exportCrossReferences --all --json"],
  run: async (call) => {
    const { exportCrossReferences, frameOf } = await import("../lib/run/exportCrossReferences.ts");
    const { options, output } = call;
    const definitions = await loadDefinitions(options);
    const connections = chosenConnections(definitions, options);
    const names = connections.map(({ file }) => file.name);
    const { out = "-" } = options;
    const ending = /\.(xml|json)l?$/i.exec(out)?.[1]?.toLowerCase();
    const isFrame = options.frame === true;
    const format = options.fileFormat ?? (isFrame ? "xml" : ending === "xml" || ending === "json" ? ending : options.json === true && out === "-" ? "json" : "csv");
    if (format === "synchronizer" || format === "linkIdsMap") throw new UsageError(`--file-format ${format}: cross references are written as csv, json or xml`, "see --help");
    if (isFrame && format !== "xml") throw new UsageError(`--frame: sets without pairs are written as xml, not ${format}`, "leave --file-format out");
    const sets: SyncSet[] = [];
    for (const connection of isFrame ? connections : []) sets.push(...(await withConnectors(definitions, connection, (connectors) => compile(definitions, connection, connectors))).syncSets);
    if (isFrame) {
      if (out !== "-") await writePieces(out, [frameOf(sets)]);
      else output.raw(frameOf(sets));
    } else await withStore(call, definitions, async (doors) => {
      const pieces = exportCrossReferences(doors, names, format);
      if (out !== "-") await writePieces(out, pieces);
      else for await (const piece of pieces) output.raw(piece);
    });
    if (out !== "-") {
      output.summary(`${names.join(", ")} → ${out}`);
      output.json({ connections: names, file: out });
    }
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
