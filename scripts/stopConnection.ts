// Stops a connection: no iteration begins until it is started again.

import { userInfo } from "node:os";
import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { stopConnection } from "../lib/run/stopConnection.ts";

const definition: ScriptDefinition = {
  name: "stopConnection",
  summary: "Stops a connection: no iteration begins until it is started again.",
  options: ["connection", "group", "all", "note", "dryRun", "detailedExitCode", "lockWait"],
  examples: ["npx tandem stopConnection --connection octane-jira --note 'upgrade of Jira'", "npx tandem stopConnection --group nightly"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const chosen = chosenConnections(definitions, call.options);
    let isPending = false;
    const states = await withStore(call, definitions, async (doors) => {
      const results = [];
      for (const { file } of chosen) isPending ||= (await doors.store.connections.get(file.name))?.started !== false;
      for (const { file } of chosen) results.push(await stopConnection(doors, file.name, userInfo().username, call.options));
      return results;
    });
    for (const state of states) call.output.summary(call.options.dryRun === true ? `${state.name} would be stopped (dry run, nothing was changed)` : `${state.name} is stopped; a running iteration still finishes`);
    call.output.json(states);
    return pendingCode(call.options, isPending);
  },
};

export default definition;
await main(import.meta, definition);
