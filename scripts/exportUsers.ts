// Writes everybody a data source knows into a table.

import { loadDefinitions } from "../lib/cli/definitions/config.ts";
import { writePrivate } from "../lib/cli/files/files.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withConnector } from "../lib/cli/doors/wiring.ts";
import { UsageError } from "../lib/core/errors.ts";
import { closest } from "../lib/core/mapping/closest.ts";
import { type ExportedUsers, exportUsers, usersCsv } from "../lib/run/exportUsers.ts";

const definition: ScriptDefinition = {
  name: "exportUsers",
  summary: "Writes everybody a data source knows, with every attribute, as CSV or JSON.",
  details: "Without --data-source, of all data sources. buildUserMaps joins such tables. Cells a spreadsheet would run begin with an apostrophe.",
  options: ["dataSource", "out", "fileFormat"],
  examples: ["npx tandem exportUsers --data-source jira --out jira.csv", "npx tandem exportUsers --json"],
  run: async (call) => {
    const { options, output } = call;
    const definitions = await loadDefinitions(options);
    const known = Object.keys(definitions.dataSources);
    for (const name of options.dataSource ?? []) if (!known.includes(name)) throw new UsageError(`no data source is called "${name}"`, `dataSources.yaml has ${closest(name, known)}`);
    const { out = "-" } = options;
    const format = options.fileFormat ?? (out.endsWith(".json") ? "json" : "csv");
    if (format !== "csv" && format !== "json") throw new UsageError(`--file-format ${format}: people are written as csv or json`, "see --help");
    const found: ExportedUsers[] = [];
    for (const name of options.dataSource ?? known) found.push(await withConnector(definitions, name, (connector) => exportUsers(connector, output.progress)));
    const users = found.flatMap((each) => each.users);
    const text = format === "json" ? `${JSON.stringify(users, null, 2)}\n` : usersCsv(users);
    if (out !== "-") writePrivate(out, text);
    else if (options.json !== true) output.raw(text);
    for (const each of found) output.note(`${each.dataSource}: ${each.users.length} people${out === "-" ? "" : ` → ${out}`}`);
    output.json(users);
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
