// Compares both sides of a connection and draws the result.

import { resolve } from "node:path";
import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { writePrivate } from "../lib/cli/files/files.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withConnection } from "../lib/cli/doors/wiring.ts";
import type { ExitCode } from "../lib/core/errors.ts";
import { type AuditFacts, countStates, openCount } from "../lib/core/report/auditFacts.ts";

const render = async (facts: AuditFacts, format: "html" | "csv" | "json"): Promise<string> => {
  if (format === "html") return (await import("../lib/core/report/auditHtml.ts")).auditHtml(facts);
  return format === "csv" ? (await import("../lib/core/report/auditCsv.ts")).auditCsv(facts) : `${JSON.stringify(facts, null, 2)}\n`;
};

const definition: ScriptDefinition = {
  name: "auditReport",
  summary: "Compares both sides as they are now and shows what is in step, pending, held, failed or unpaired.",
  details: "The HTML file is self-contained. Reads only: nothing is changed on either side.",
  options: ["connection", "group", "all", "format", "out", "detailedExitCode", "lockWait"],
  examples: ["npx tandem auditReport --connection octane-jira", "npx tandem auditReport --connection octane-jira --format csv --out -"],
  run: async (call) => {
    const { auditReport } = await import("../lib/run/auditReport.ts");
    const definitions = await loadDefinitions(call.options);
    const format = call.options.format ?? "html";
    const documents: unknown[] = [];
    let open = 0;
    for (const connection of chosenConnections(definitions, call.options)) {
      const facts = await withConnection(call, definitions, connection, auditReport);
      const counts = countStates(facts.sets);
      open += openCount(facts);
      const path = call.options.out === "-" ? undefined : resolve(call.options.out ?? `audit-${facts.connection}.${format}`);
      if (path === undefined) call.output.raw(await render(facts, format));
      else writePrivate(path, await render(facts, format));
      const states = Object.entries(counts).filter(([, n]) => n > 0).map(([state, n]) => `${n} ${state}`).join(", ");
      if (path !== undefined) call.output.summary(`${facts.connection}: ${states === "" ? "no items" : states}${facts.conflicts.length > 0 ? `, ${facts.conflicts.length} conflicts` : ""}; report in ${path}`);
      documents.push({ connection: facts.connection, counts, conflicts: facts.conflicts.length, ...(path === undefined ? {} : { report: path }) });
    }
    if (call.options.out !== "-") call.output.json(documents.length === 1 ? documents[0] : documents);
    return (open > 0 ? (call.options.detailedExitCode === true ? 2 : 1) : 0) as ExitCode;
  },
};

export default definition;
await main(import.meta, definition);
