// Writes the cross references into a file that seedCrossReferences reads.

import { chosenConnections, loadDefinitions } from "../lib/cli/config.ts";
import { writePieces } from "../lib/cli/files.ts";
import { main, type ScriptDefinition } from "../lib/cli/script.ts";
import { withStore } from "../lib/cli/wiring.ts";
import { UsageError } from "../lib/core/errors.ts";

const definition: ScriptDefinition = {
  name: "exportCrossReferences",
  summary: "Writes the cross references of a connection as CSV, JSON lines or XML; seedCrossReferences reads them.",
  options: ["connection", "group", "all", "out", "fileFormat", "lockWait"],
  examples: ["npx tandem exportCrossReferences --connection octane-jira --out pairs.csv", "npx tandem exportCrossReferences --all --json"],
  run: async (call) => {
    const { exportCrossReferences } = await import("../lib/run/exportCrossReferences.ts");
    const { options, output } = call;
    const definitions = await loadDefinitions(options);
    const names = chosenConnections(definitions, options).map(({ file }) => file.name);
    const { out = "-" } = options;
    const ending = /\.(xml|json)l?$/i.exec(out)?.[1]?.toLowerCase();
    const format = options.fileFormat ?? (ending === "xml" || ending === "json" ? ending : options.json === true && out === "-" ? "json" : "csv");
    if (format === "synchronizer" || format === "linkIdsMap") throw new UsageError(`--file-format ${format}: cross references are written as csv, json or xml`, "see --help");
    await withStore(call, definitions, async (doors) => {
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
