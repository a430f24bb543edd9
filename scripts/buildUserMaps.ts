// Joins tables of people into user maps.

import { loadDefinitions } from "../lib/cli/definitions/config.ts";
import { inFile, keepInputs, openInput, writePieces } from "../lib/cli/files/files.ts";
import { mapFormat } from "../lib/cli/files/mapFormat.ts";
import { keyValues } from "../lib/cli/script/options.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { tellParts } from "../lib/cli/output/tellMaps.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import type { BuildResult } from "../lib/run/buildUserMaps.ts";
import type { UserRow } from "../lib/run/exportUsers.ts";
import { inLine } from "../lib/core/visible.ts";

/** Where the maps go: like what exportUsers and exportUserMaps write, to standard output where nothing else is said. */
const outOf = ({ options }: ScriptCall): string | undefined => options.out ?? (options.json === true ? undefined : "-");

const report = (call: ScriptCall, result: BuildResult): void => {
  // Without a file standard output is the next script's.
  const say = outOf(call) === "-" || call.options.json === true ? call.output.note : call.output.line;
  for (const { dataSource, key, names } of result.doubles) say(`  several people of ${dataSource} have the key ${key}: ${names.join(", ")}`);
  const detail = say === call.output.note ? say : call.output.detail;
  for (const { dataSource, key, name } of result.alone) detail(`  only in ${dataSource}: ${name} (${key})`);
  for (const { dataSource, row, who, reason } of result.incomplete) detail(`  left out: ${who === "" ? "" : `${inLine(who)}, `}row ${row} of ${dataSource}: ${reason}`);
  for (const decision of result.changes.shown) if (decision.kind === "refused") say(`  would be refused: ${inLine(decision.map.name)}: ${decision.reason}`);
  const { added, changed, kept, refused } = result.changes.counts;
  const text = `${result.maps.length} people joined, ${result.alone.length} in one data source only, ${result.doubles.length} keys of several people, ${result.incomplete.length} left out; importing would add ${added}, change ${changed}, keep ${kept}, refuse ${refused}`;
  if (say === call.output.note) say(text);
  else call.output.summary(text);
};

const definition: ScriptDefinition = {
  name: "buildUserMaps",
  summary: "Joins tables of people, one or more per data source, into user maps by a key that is the same everywhere.",
  details: "Reads what exportUsers writes; importUserMaps reads what this writes. Doubts are listed, never resolved.",
  args: [{ name: "files...", text: "tables with a column dataSource, CSV or JSON; - reads standard input" }],
  options: ["key", "identifier", "label", "out", "fileFormat", "lockWait"],
  examples: ["npx tandem buildUserMaps octane.csv jira.csv --out people.csv", "npx tandem exportUsers | npx tandem buildUserMaps - | npx tandem importUserMaps -"],
  run: async (call) => {
    const { buildUserMaps, readPeople } = await import("../lib/run/buildUserMaps.ts");
    const { options, output, args } = call;
    keepInputs("--out", options.out, args);
    const definitions = await loadDefinitions(options);
    const how = { keys: keyValues("--key", options.key), identifiers: keyValues("--identifier", options.identifier), label: options.label ?? "name" };
    const people: UserRow[] = [];
    for (const file of args) for (const row of await inFile(file, () => readPeople(openInput(file)))) people.push(row);
    const result = await withStore(call, definitions, ({ store }) => buildUserMaps(store, people, how));
    report(call, result);
    const out = outOf(call);
    if (out !== undefined) {
      const { mapPieces } = await import("../lib/run/exportUserMaps.ts");
      const parts: string[] = [];
      const pieces = mapPieces([result.maps], mapFormat(options, out), [...new Set(people.map((row) => row.dataSource ?? ""))].map((dataSource) => ({ dataSource, isReadOnly: false })), (label) => void parts.push(label));
      if (out !== "-") await writePieces(out, pieces);
      else for await (const piece of pieces) output.raw(piece);
      tellParts(call, parts);
    }
    if (out !== "-") output.json(result.maps);
    return result.doubles.length + result.changes.counts.refused > 0 ? 1 : 0;
  },
};

export default definition;
await main(import.meta, definition);
