// Checks a connection before it runs: its definition, its endpoints, and what is in actual use there.

import { chosenConnections, type ConnectionDefinition, type Definitions, loadDefinitions } from "../lib/cli/config.ts";
import { main, type ScriptDefinition } from "../lib/cli/script.ts";
import { withConnection } from "../lib/cli/wiring.ts";
import type { ExitCode } from "../lib/core/errors.ts";
import { type CheckResult, checkConnection, type Finding, type Samples } from "../lib/run/checkConnection.ts";

const findingLine = (finding: Finding): string => {
  const place = [finding.syncSet, finding.side, finding.field].filter((part) => part !== undefined).join(" ");
  const items = finding.items === undefined ? "" : ` (${finding.items} items, e.g. ${finding.example ?? "?"})`;
  return `  ${finding.severity}: ${finding.category}: ${place === "" ? "" : `${place}: `}${finding.message}${items}\n    → ${finding.repair}`;
};

const samplesOf = (definitions: Definitions, { file }: ConnectionDefinition): Samples =>
  Object.fromEntries((["master", "target"] as const).flatMap((side) => {
    const sample = definitions.dataSources[file[side]]?.sampleProject;
    return sample === undefined ? [] : [[side, sample]];
  }));

const definition: ScriptDefinition = {
  name: "checkConnection",
  summary: "Checks a connection before it runs: definition, logins, clocks, rights, and values and people in actual use.",
  details: "A wrong definition exits 78 with every problem. Reads only: nothing is changed on either side.",
  options: ["connection", "group", "all", "live", "detailedExitCode", "lockWait"],
  examples: ["npx tandem checkConnection --connection octane-jira", "npx tandem checkConnection --all --json"],
  run: async (call) => {
    const definitions = loadDefinitions(call.options);
    const results: CheckResult[] = [];
    for (const connection of chosenConnections(definitions, call.options)) {
      const result = await withConnection(call, definitions, connection, (context) => checkConnection(context, { everything: call.options.live === true, samples: samplesOf(definitions, connection) }));
      for (const finding of result.findings) call.output.line(findingLine(finding));
      const errors = result.findings.filter((finding) => finding.severity === "error").length;
      call.output.summary(`${result.connection}: ${errors} errors, ${result.findings.length - errors} warnings; ${result.itemsRead} items looked at`);
      results.push(result);
    }
    call.output.json(results.length === 1 ? results[0] : results);
    const findings = results.flatMap((result) => result.findings);
    if (findings.some((finding) => finding.severity === "error")) return 1;
    return (call.options.detailedExitCode === true && findings.length > 0 ? 2 : 0) as ExitCode;
  },
};

export default definition;
await main(import.meta, definition);
