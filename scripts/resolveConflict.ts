// Settles held conflicts by a person's answer.

import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { exitCodeOf, pendingCode } from "../lib/cli/script/exit.ts";
import { printIteration } from "../lib/cli/output/printIteration.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withConnection, withLockedConnection } from "../lib/cli/doors/wiring.ts";
import type { ItemPlan } from "../lib/core/sync/plan.ts";

const definition: ScriptDefinition = {
  name: "resolveConflict",
  summary: "Settles held conflicts of an item by taking the value of one side; the other value stays in the record.",
  options: ["connection", "item", "field", "take", "dryRun", "detailedExitCode", "lockWait"],
  required: ["item", "take"],
  examples: ["npx tandem resolveConflict --connection octane-jira --item DEMO-17 --take master", "npx tandem resolveConflict --connection octane-jira --item 2001 --field description --take target --dry-run"],
  run: async (call) => {
    const { resolveConflict } = await import("../lib/run/resolveConflict.ts");
    const definitions = await loadDefinitions(call.options);
    const { item = "", field, take = "master" } = call.options;
    const documents: unknown[] = [];
    let [code, isPending] = [0, false];
    for (const connection of chosenConnections(definitions, call.options)) {
      const plans: ItemPlan[] = [];
      const options = { item, take, dryRun: call.options.dryRun === true, onPlan: (plan: ItemPlan) => plans.push(plan), ...(field === undefined ? {} : { field }) };
      const result = options.dryRun ? await withConnection(call, definitions, connection, (context) => resolveConflict(context, options)) : await withLockedConnection(call, definitions, connection, (context, lease) => resolveConflict(context, options, lease));
      if (options.dryRun) isPending = (await import("../lib/cli/output/printPlan.ts")).printPlan(call.output, result, plans, documents) > 0 || isPending;
      else printIteration(call.output, result, documents);
      if (result.status !== "done") code = result.failedSets.length > 0 ? exitCodeOf(result.failedSets[0]?.error) : 1;
    }
    call.output.json(documents.length === 1 ? documents[0] : documents);
    return code === 0 ? pendingCode(call.options, isPending) : (code as 0);
  },
};

export default definition;
await main(import.meta, definition);
