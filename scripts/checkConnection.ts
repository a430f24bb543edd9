// Checks a connection before it runs: its definition, its endpoints, and what is in actual use there.

import { confirm } from "../lib/cli/script/ask.ts";
import { findingsBeside } from "../lib/cli/definitions/beside.ts";
import { chosenConnections, type ConnectionDefinition, type Definitions, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { connectionPath } from "../lib/cli/definitions/directory.ts";
import { readInput, writePrivate } from "../lib/cli/files/files.ts";
import { samplesOf } from "../lib/cli/definitions/samples.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withConnection, withLockedConnection } from "../lib/cli/doors/wiring.ts";
import { type Decisions, findingsCsv, pairsOfDecisions, readDecisions } from "../lib/core/check/findingsCsv.ts";
import { DataError, type ExitCode, TandemError, UsageError } from "../lib/core/errors.ts";
import type { Finding, Note } from "../lib/core/check/finding.ts";
import type { CheckResult } from "../lib/run/checkConnection.ts";

const placeOf = ({ syncSet, side, field }: Finding): string => [syncSet, side, field].filter((part) => part !== undefined).join(" ");

const messageOf = ({ items, example, message }: Finding): string => `${message}${items === undefined ? "" : ` (${items} items${example === undefined ? "" : `, e.g. ${example}`})`}`;

/** Findings of one place and kind together, and advice once behind all that it is for. */
const findingLines = (findings: readonly Finding[]): readonly string[] => {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.severity, finding.category, placeOf(finding), finding.repair]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const all = [...groups.values()];
  return all.map((group, at) => {
    const [first] = group;
    const place = placeOf(first);
    const head = `  ${first.severity}: ${first.category}: ${place === "" ? "" : `${place}: `}`;
    const said = group.length === 1 ? `${head}${messageOf(first)}` : [head.trimEnd(), ...group.map((finding) => `      ${messageOf(finding)}`)].join("\n");
    return all[at + 1]?.[0].repair === first.repair ? said : `${said}\n    → ${first.repair}`;
  });
};

const noteLine = ({ about, syncSet, side, told, message }: Note): string => `  ${told ? "told" : "not told"}: ${about}: ${[syncSet, side].filter((part) => part !== undefined).join(" ")}: ${message}`;

const look = async (call: ScriptCall, definitions: Definitions, connection: ConnectionDefinition): Promise<CheckResult> => {
  const [{ checkConnection }, { findingsOfFormerNames }] = await Promise.all([import("../lib/run/checkConnection.ts"), import("../lib/run/check/formerNames.ts")]);
  const looked = await withConnection(call, definitions, connection, async (context) => {
    const found = await checkConnection(context, { everything: call.options.live === true, samples: samplesOf(definitions, connection) });
    return { ...found, findings: [...(await findingsBeside(definitions, connection, context.store)), ...(await findingsOfFormerNames(context)), ...found.findings] };
  });
  if (call.options.tryWrites !== true) return looked;
  const { tryRights } = await import("../lib/run/check/tryRights.ts");
  if (call.options.dryRun === true) {
    const { findings, tried } = await withConnection(call, definitions, connection, (context) => tryRights(context, context.connection.syncSets, { dryRun: true }));
    if (call.options.out !== "-") for (const what of tried) call.output.line(`  would make, change and remove a trial item: ${what}`);
    return { ...looked, findings: [...looked.findings, ...findings] };
  }
  if (!(await confirm(call, `Make, change and remove a trial item of each type that ${connection.file.name} writes?`))) return looked;
  const { findings, tried } = await withLockedConnection(call, definitions, connection, (context) => tryRights(context, context.connection.syncSets), { evenIfStopped: true });
  call.output.log.info(`${tried.length} types tried`);
  return { ...looked, findings: [...looked.findings, ...findings] };
};

const check = async (call: ScriptCall, definitions: Definitions): Promise<ExitCode> => {
  const { out } = call.options;
  const results: CheckResult[] = [];
  for (const connection of chosenConnections(definitions, call.options)) {
    const result = await look(call, definitions, connection);
    if (out !== "-") for (const lines of findingLines(result.findings)) call.output.line(lines);
    if (out !== "-") for (const note of result.notes) call.output.detail(noteLine(note));
    const errors = result.findings.filter((finding) => finding.severity === "error").length;
    if (out !== "-") call.output.summary(`${result.connection}: ${errors} errors, ${result.findings.length - errors} warnings; ${result.itemsRead} items looked at`);
    results.push(result);
  }
  const findings = results.flatMap((result) => result.findings);
  if (out === "-") call.output.raw(findingsCsv(findings));
  else if (out !== undefined) writePrivate(out, `\uFEFF${findingsCsv(findings)}`);
  call.output.json(results.length === 1 ? results[0] : results);
  if (findings.some((finding) => finding.severity === "error")) return 1;
  return call.options.detailedExitCode === true && findings.length > 0 ? 2 : 0;
};

const decisionsIn = async (file: string, text: string): Promise<Decisions> => {
  try {
    return await readDecisions(text);
  } catch (error) {
    if (error instanceof TandemError || !(error instanceof Error)) throw error;
    throw new DataError(`${file}, line 1: ${error.message}`, "give back the table that checkConnection --out wrote; nothing was changed");
  }
};

/** The table of findings comes back from a person. */
const take = async (call: ScriptCall, definitions: Definitions, file: string): Promise<ExitCode> => {
  const [connection, ...more] = chosenConnections(definitions, call.options);
  if (connection === undefined || more.length > 0) throw new UsageError("--findings is for one connection", "name it with --connection");
  const { decisions, refused } = await decisionsIn(file, readInput(file));
  const chosen = await withConnection(call, definitions, connection, async (context) => pairsOfDecisions(context.connection.syncSets, decisions));
  const path = connectionPath(definitions.directory, connection.file.name) ?? "";
  const { addValues } = await import("../lib/core/check/valueMaps.ts");
  const read = readInput(path);
  const { text, added, lost } = addValues(read, chosen.pairs);
  const problems = [...refused, ...chosen.refused].toSorted((a, b) => a.line - b.line);
  for (const { line, reason } of problems) call.output.line(`  ${file}, line ${line}: ${reason}`);
  for (const { mapping } of lost) call.output.line(`  ${path}: the field ${mapping.key} was not found; add the value by hand`);
  if (call.options.dryRun !== true && added > 0) await (await import("../lib/cli/definitions/writeDefinitions.ts")).rewriteDefinition(definitions.directory, path, read, text);
  call.output.summary(`${path}: ${added} values ${call.options.dryRun === true ? "would be added" : "added"}, ${problems.length + lost.length} refused`);
  call.output.json({ connection: connection.file.name, added, refused: problems, lost: lost.map(({ mapping }) => mapping.key), dryRun: call.options.dryRun === true });
  return problems.length + lost.length > 0 ? 1 : 0;
};

const definition: ScriptDefinition = {
  name: "checkConnection",
  summary: "Checks a connection before it runs: definition, logins, clocks, zones, rights, projects, workflows, and values and people in actual use.",
  details: "A wrong definition exits 78 with every problem. Reads only, except with --try-writes. --out writes the findings as a table; --findings takes it back with the partners that people gave to values.",
  options: ["connection", "group", "all", "live", "tryWrites", "out", "findings", "dryRun", "yes", "detailedExitCode", "lockWait"],
  examples: ["npx tandem checkConnection --connection octane-jira", "npx tandem checkConnection --connection octane-jira --out findings.csv", "npx tandem checkConnection --connection octane-jira --findings findings.csv", "npx tandem checkConnection --connection octane-jira --try-writes", "npx tandem checkConnection --all --json"],
  run: async (call) => {
    const { findings, out, tryWrites } = call.options;
    if (findings !== undefined && (out !== undefined || tryWrites === true)) throw new UsageError("--findings takes a table back, --out and --try-writes make one", "take one of them");
    const definitions = await loadDefinitions(call.options);
    return findings === undefined ? check(call, definitions) : take(call, definitions, findings);
  },
};

export default definition;
await main(import.meta, definition);
