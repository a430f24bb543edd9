// Makes the next iteration compare everything again.

import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { confirm } from "../lib/cli/script/ask.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { clearWatermarks } from "../lib/run/clearWatermarks.ts";

const definition: ScriptDefinition = {
  name: "clearWatermarks",
  summary: "Makes the next iteration compare everything again. Cross references stay: nothing is created twice.",
  options: ["connection", "group", "all", "syncSet", "side", "dryRun", "detailedExitCode", "yes", "lockWait"],
  examples: ["npx tandem clearWatermarks --connection octane-jira --yes", "npx tandem clearWatermarks --connection octane-jira --side target --dry-run"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const chosen = chosenConnections(definitions, call.options);
    const names = chosen.map(({ file }) => file.name).join(", ");
    if (call.options.dryRun !== true && !(await confirm(call, `Clear the watermarks of ${names}? The next iteration reads everything.`))) return 0;
    const results = await withStore(call, definitions, async (doors) => {
      const cleared = [];
      for (const { file } of chosen) {
        const only = { ...(call.options.syncSet === undefined ? {} : { syncSetKey: call.options.syncSet }), ...(call.options.side === undefined ? {} : { side: call.options.side }), dryRun: call.options.dryRun === true };
        cleared.push(await clearWatermarks(doors, file.name, only));
      }
      return cleared;
    });
    for (const { connection, cleared } of results) call.output.summary(`${connection}: ${cleared} watermarks ${call.options.dryRun === true ? "would be " : ""}cleared`);
    call.output.json(results);
    return pendingCode(call.options, results.some(({ cleared }) => cleared > 0));
  },
};

export default definition;
await main(import.meta, definition);
