// Pairs by name what stands on both sides already.

import { chosenConnections, loadDefinitions } from "../lib/cli/config.ts";
import { writePrivate } from "../lib/cli/files.ts";
import { main, type ScriptDefinition } from "../lib/cli/script.ts";
import { withConnection, withLockedConnection } from "../lib/cli/wiring.ts";
import { DECISION_COLUMNS, decisionRows, NEEDS_PERSON } from "../lib/core/match/decisions.ts";
import { csvLine } from "../lib/core/users/csvRows.ts";
import { type Match, matchByName } from "../lib/run/matchByName.ts";

const definition: ScriptDefinition = {
  name: "matchByName",
  summary: "Pairs people, releases, sprints or items of any mapped type by name, and says what became of every name.",
  details: "Only names that are equal after folding and unique on both sides are found; everything else is left to a person. Without --apply nothing is written.",
  options: ["connection", "group", "all", "type", "within", "project", "applyFound", "out", "fileFormat", "lockWait"],
  required: ["type"],
  examples: ["npx tandem matchByName --type user --out people.csv", "npx tandem matchByName --type release --apply", "npx tandem matchByName --type sprint --within release --json | npx tandem seedCrossReferences -"],
  run: async (call) => {
    const { options, output } = call;
    const definitions = loadDefinitions(options);
    const apply = options.apply !== undefined;
    const wanted = { type: options.type ?? "", apply, ...(options.within === undefined ? {} : { within: options.within }), ...(options.project === undefined ? {} : { project: options.project }) };
    const matches: Match[] = [];
    for (const connection of chosenConnections(definitions, options))
      matches.push(...(apply ? await withLockedConnection(call, definitions, connection, (context, lease) => matchByName(context, wanted, lease), { evenIfStopped: true }) : await withConnection(call, definitions, connection, (context) => matchByName(context, wanted))));
    const rows = matches.flatMap(({ connection, syncSet, result }) => decisionRows(connection, syncSet, result.verdicts));
    const { out } = options;
    const csv = csvLine(DECISION_COLUMNS) + rows.map((row) => csvLine(DECISION_COLUMNS.map((column) => row[column]))).join("");
    const text = (options.fileFormat ?? (out?.endsWith(".json") === true ? "json" : "csv")) === "json" ? `${JSON.stringify(rows, null, 2)}\n` : csv;
    if (out === "-") output.raw(text);
    else if (out !== undefined) writePrivate(out, text);
    const open = rows.filter((row) => NEEDS_PERSON.some((situation) => situation === row.situation));
    if (out !== "-") for (const row of open) output.line(`  ${row.situation}: ${row.masterName || "?"} (${row.masterId || "?"}) ~ ${row.targetName || "?"} (${row.targetId || "?"}): ${row.reason}`);
    for (const { verdict, reason } of matches.flatMap((match) => match.refused)) output.log.warn(`${verdict.entry.name} (${verdict.entry.id}): ${reason}`);
    const refused = matches.reduce((sum, match) => sum + match.refused.length, 0);
    if (out !== "-") for (const { syncSet, connection, result, written } of matches) output.summary(`${connection} ${syncSet}: ${Object.entries(result.counts).map(([situation, n]) => `${n} ${situation}`).join(", ")}${apply ? `; ${written} written` : ""}`);
    if (out !== "-") output.json(rows);
    return open.length + refused > 0 ? 1 : 0;
  },
};

export default definition;
await main(import.meta, definition);
