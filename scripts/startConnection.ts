// Lets a stopped connection run again.

import { userInfo } from "node:os";
import { chosenConnections, loadDefinitions } from "../lib/cli/config.ts";
import { main, type ScriptDefinition } from "../lib/cli/script.ts";
import { withStore } from "../lib/cli/wiring.ts";
import { startConnection } from "../lib/run/startConnection.ts";

const definition: ScriptDefinition = {
  name: "startConnection",
  summary: "Lets a stopped connection run again.",
  options: ["connection", "group", "all", "note", "dryRun", "lockWait"],
  examples: ["npx tandem startConnection --connection octane-jira --note 'upgrade of Jira'", "npx tandem startConnection --group nightly"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const chosen = chosenConnections(definitions, call.options);
    const states = await withStore(call, definitions, async (doors) => {
      const results = [];
      for (const { file } of chosen) results.push(await startConnection(doors, file.name, userInfo().username, call.options));
      return results;
    });
    for (const state of states) call.output.summary(`${state.name} ${call.options.dryRun === true ? "would be let run again (dry run, nothing was changed)" : "may run again"}`);
    call.output.json(states);
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
