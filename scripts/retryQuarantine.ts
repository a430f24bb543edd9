// Makes items in quarantine due now.

import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { type RetryResult, retryQuarantine } from "../lib/run/retryQuarantine.ts";
import { inLine } from "../lib/core/visible.ts";

const definition: ScriptDefinition = {
  name: "retryQuarantine",
  summary: "Makes items in quarantine due now; the next iteration tries them again.",
  options: ["connection", "group", "all", "item", "dryRun", "detailedExitCode", "lockWait"],
  examples: ["npx tandem retryQuarantine --connection octane-jira", "npx tandem retryQuarantine --connection octane-jira --item DEMO-17 --dry-run"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const chosen = chosenConnections(definitions, call.options);
    const options: { readonly item?: string; readonly dryRun: boolean } = { ...(call.options.item === undefined ? {} : { item: call.options.item }), dryRun: call.options.dryRun === true };
    const results = await withStore(call, definitions, async (doors) => {
      const all: RetryResult[] = [];
      for (const { file } of chosen) all.push(await retryQuarantine(doors, file.name, options));
      return all;
    });
    for (const { connection, due } of results) {
      for (const row of due) call.output.line(`  ${row.syncSetKey} ${row.side} ${row.key ?? row.id}${row.name === undefined ? "" : ` "${inLine(row.name)}"`}: ${row.reason} (${row.attempts} attempts since ${row.firstAt})`);
      call.output.summary(`${connection}: ${due.length} items ${options.dryRun ? "would be" : "are"} tried again by the next iteration`);
    }
    call.output.json(results);
    const { item } = options;
    if (item === undefined || results.some(({ due }) => due.length > 0)) return pendingCode(call.options, results.some(({ due }) => due.length > 0));
    call.output.line(`no item ${item} waits in quarantine; connectionStatus lists those that do, explainItem tells of any`);
    return 1;
  },
};

export default definition;
await main(import.meta, definition);
