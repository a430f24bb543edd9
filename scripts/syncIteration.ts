// One iteration of one or more connections; with --dry-run the plan.

import { chosenConnections, loadDefinitions } from "../lib/cli/config.ts";
import { holdingLock } from "../lib/cli/lock.ts";
import { printIteration, printPlan } from "../lib/cli/printIteration.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script.ts";
import { withConnection } from "../lib/cli/wiring.ts";
import { exitCodeOf } from "../lib/cli/exit.ts";
import type { ExitCode } from "../lib/core/errors.ts";
import type { ItemPlan } from "../lib/core/sync/plan.ts";
import { type IterationOptions, type IterationResult, syncIteration } from "../lib/run/syncIteration.ts";

const optionsOf = (call: ScriptCall, onPlan: (plan: ItemPlan) => void): IterationOptions => ({
  dryRun: call.options.dryRun === true,
  sweep: call.options.sweep === true,
  accept: { empty: call.options.acceptEmpty === true, deletions: call.options.acceptDeletions === true, clockSkew: call.options.acceptClockSkew === true },
  ...(call.options.adopt === undefined ? {} : { adopt: call.options.adopt }),
  ...(call.options.dryRun === true ? { onPlan } : {}),
});

const codeOf = (call: ScriptCall, result: IterationResult, pending: number): ExitCode => {
  if (result.status === "failed" || result.status === "refused") return exitCodeOf(result.failedSets[0]?.error);
  if (result.status === "partly") return 1;
  return call.options.dryRun === true && call.options.detailedExitCode === true && pending > 0 ? 2 : 0;
};

const definition: ScriptDefinition = {
  name: "syncIteration",
  summary: "Runs one iteration of a connection: reads what changed on both sides and carries it over.",
  details: "Without --connection, --group or --all it takes the only connection there is. Nothing is ever created twice: stop it anywhere and run it again.",
  options: ["connection", "group", "all", "dryRun", "sweep", "adopt", "detailedExitCode", "acceptEmpty", "acceptDeletions", "acceptClockSkew", "lockWait"],
  examples: ["npx tandem syncIteration --connection octane-jira --dry-run", "npx tandem syncIteration --all -q", "npx tandem syncIteration --connection octane-jira --sweep"],
  run: async (call) => {
    const definitions = loadDefinitions(call.options);
    const codes: ExitCode[] = [];
    const documents: unknown[] = [];
    for (const connection of chosenConnections(definitions, call.options)) {
      const plans: ItemPlan[] = [];
      const result = await withConnection(call, definitions, connection, (context) =>
        call.options.dryRun === true ? syncIteration(context, optionsOf(call, (plan) => plans.push(plan))) : holdingLock(context, call, (lease) => syncIteration(context, optionsOf(call, () => undefined), lease)),
      );
      const pending = call.options.dryRun === true ? printPlan(call.output, result, plans, documents) : printIteration(call.output, result, documents);
      codes.push(codeOf(call, result, pending));
    }
    call.output.json(documents.length === 1 ? documents[0] : documents);
    return (codes.toSorted((a, b) => b - a)[0] ?? 0) as ExitCode;
  },
};

export default definition;
await main(import.meta, definition);
