// Brings the database to the schema this version of Tandem needs.

import { loadDefinitions } from "../lib/cli/definitions/config.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withSchema } from "../lib/cli/doors/wiring.ts";
import { migrateDatabase } from "../lib/run/migrateDatabase.ts";

const definition: ScriptDefinition = {
  name: "migrateDatabase",
  summary: "Brings the database to the schema this version of Tandem needs: all that is missing, or nothing.",
  details: "Run it once after updating Tandem, with the role that owns the tables. Several at once do no harm.",
  options: ["dryRun", "detailedExitCode", "lockWait"],
  examples: ["npx tandem migrateDatabase --dry-run", "DATABASE_URL=postgres://tandem_owner:…@db:5432/tandem npx tandem migrateDatabase"],
  run: async (call) => {
    const dryRun = call.options.dryRun === true;
    const result = await withSchema(call, await loadDefinitions(call.options), (schema) => migrateDatabase({ schema }, { dryRun }));
    for (const file of result.files) call.output.summary(`${dryRun ? "would apply" : "applied"} ${file}`);
    call.output.summary(result.files.length === 0 ? `${result.location}: schema ${result.to}, nothing to do` : `${result.location}: schema ${result.from} → ${result.to}${dryRun ? " (dry run, nothing was changed)" : ""}`);
    call.output.json(result);
    return dryRun && call.options.detailedExitCode === true && result.files.length > 0 ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
