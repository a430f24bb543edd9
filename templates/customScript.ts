// A site's own script: sprints of the master whose end has passed are reported with what is still open in them, and the
// connection then runs one iteration. Copy it, change it, run it with: npx tsx closeOfSprint.ts --connection octane-jira

import { chosenConnections, type ExitCode, loadDefinitions, main, printIteration, type ScriptDefinition, syncIteration, withLockedConnection } from "tandem";

const definition: ScriptDefinition = {
  name: "closeOfSprint",
  summary: "Lists what is still open in sprints that have ended, then runs one iteration.",
  options: ["connection", "group", "all", "dryRun", "lockWait"],
  examples: ["npx tsx closeOfSprint.ts --connection octane-jira"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    let code: ExitCode = 0;
    for (const definition of chosenConnections(definitions, call.options)) {
      const result = await withLockedConnection(call, definitions, definition, async (context, lease) => {
        for (const set of context.connection.syncSets.filter(({ master }) => master.type === "sprint")) {
          for await (const { items } of context.connectors.master.changes({ type: "sprint", project: set.master.project, fields: ["end_date"] })) {
            for (const { name, fields } of items) if (String(fields["end_date"] ?? "9") < context.now()) call.output.line(`${name} ended on ${String(fields["end_date"]).slice(0, 10)}`);
          }
        }
        return syncIteration(context, { dryRun: call.options.dryRun === true }, lease);
      });
      printIteration(call.output, result, []);
      if (result.status !== "done") code = 1;
    }
    return code;
  },
};

export default definition;
// Not awaited: a folder as `npm init -y` leaves it takes no await out here in a .ts file.
void main(import.meta, definition);
