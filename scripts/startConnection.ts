// Lets a stopped connection run again.

import { userInfo } from "node:os";
import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { errorText, pendingCode } from "../lib/cli/script/exit.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { GuardError, type TandemError } from "../lib/core/errors.ts";
import { startConnection } from "../lib/run/startConnection.ts";

const definition: ScriptDefinition = {
  name: "startConnection",
  summary: "Lets a stopped connection run again.",
  options: ["connection", "group", "all", "note", "dryRun", "detailedExitCode", "lockWait"],
  examples: ["npx tandem startConnection --connection octane-jira --note 'upgrade of Jira'", "npx tandem startConnection --group nightly"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const chosen = chosenConnections(definitions, call.options);
    const refused: TandemError[] = [];
    let isPending = false;
    const states = await withStore(call, definitions, async (doors) => {
      const results = [];
      for (const { file } of chosen) isPending ||= (await doors.store.connections.get(file.name))?.started === false;
      for (const { file } of chosen) {
        try {
          results.push(await startConnection(doors, file.name, userInfo().username, call.options));
        } catch (error) {
          // One that may not start keeps no other from it.
          if (!(error instanceof GuardError)) throw error;
          refused.push(error);
        }
      }
      return results;
    });
    for (const state of states) call.output.summary(`${state.name} ${call.options.dryRun === true ? "would be let run again (dry run, nothing was changed)" : "may run again"}`);
    for (const error of refused) call.output.log.warn(errorText(call.script, error));
    call.output.json(states);
    return refused[0]?.exitCode ?? pendingCode(call.options, isPending);
  },
};

export default definition;
await main(import.meta, definition);
