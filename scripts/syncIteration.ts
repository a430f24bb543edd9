// One iteration of one or more connections; with --dry-run the plan.

import { chosenConnections, type ConnectionDefinition, type Definitions, loadDefinitions } from "../lib/cli/config.ts";
import { readInput, writePrivate } from "../lib/cli/files.ts";
import { holdingLock } from "../lib/cli/lock.ts";
import { printIteration, printPlan } from "../lib/cli/printIteration.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script.ts";
import { withConnection } from "../lib/cli/wiring.ts";
import { exitCodeOf } from "../lib/cli/exit.ts";
import { type ExitCode, UsageError } from "../lib/core/errors.ts";
import type { ItemPlan } from "../lib/core/sync/plan.ts";
import { planFileText, readPlanFile } from "../lib/core/sync/planFile.ts";
import { applyPlan } from "../lib/run/applyPlan.ts";
import type { ConnectionContext } from "../lib/run/context.ts";
import { type IterationOptions, type IterationResult, syncIteration } from "../lib/run/syncIteration.ts";

const optionsOf = (call: ScriptCall, looking: boolean, onPlan: (plan: ItemPlan) => void): IterationOptions => ({
  dryRun: looking,
  sweep: call.options.sweep === true,
  accept: { empty: call.options.acceptEmpty === true, deletions: call.options.acceptDeletions === true, clockSkew: call.options.acceptClockSkew === true },
  ...(call.options.adopt === undefined ? {} : { adopt: call.options.adopt }),
  ...(looking ? { onPlan } : {}),
});

const codeOf = (call: ScriptCall, result: IterationResult, pending: number): ExitCode => {
  if (result.status === "failed" || result.status === "refused") return exitCodeOf(result.failedSets[0]?.error);
  if (result.status === "partly") return 1;
  return call.options.dryRun === true && call.options.detailedExitCode === true && pending > 0 ? 2 : 0;
};

const savePlan = (path: string, context: ConnectionContext, plans: readonly ItemPlan[]): void => {
  const { name, syncSets } = context.connection;
  writePrivate(path, planFileText({ tandemPlan: 1, connection: name, at: context.now(), syncSets: Object.fromEntries(syncSets.map((set) => [set.key, set.fingerprint])) }, plans));
};

const iterate = async (call: ScriptCall, definitions: Definitions, connection: ConnectionDefinition, documents: unknown[]): Promise<ExitCode> => {
  const plans: ItemPlan[] = [];
  const looking = call.options.dryRun === true || call.options.plan !== undefined;
  const options = optionsOf(call, looking, (plan) => plans.push(plan));
  const result = await withConnection(call, definitions, connection, async (context) => {
    if (!looking) return holdingLock(context, call, (lease) => syncIteration(context, options, lease));
    const planned = await syncIteration(context, options);
    if (call.options.plan !== undefined && planned.failedSets.length === 0) savePlan(call.options.plan, context, plans);
    return planned;
  });
  const pending = looking ? printPlan(call.output, result, plans, documents) : printIteration(call.output, result, documents);
  if (call.options.plan !== undefined && result.failedSets.length === 0) call.output.summary(`plan saved in ${call.options.plan}; npx tandem syncIteration --connection ${result.connection} --apply ${call.options.plan} carries it out`);
  return codeOf(call, result, pending);
};

const apply = async (call: ScriptCall, definitions: Definitions, connection: ConnectionDefinition, documents: unknown[]): Promise<ExitCode> => {
  const file = call.options.apply ?? "-";
  const plan = readPlanFile(file, readInput(file));
  const result = await withConnection(call, definitions, connection, (context) => holdingLock(context, call, (lease) => applyPlan(context, plan, lease)));
  printIteration(call.output, result, documents);
  for (const entry of result.left) call.output.line(`  ${entry.syncSet} ${entry.kind} ${[entry.masterId, entry.targetId].filter((id) => id !== undefined).join(" ~ ")}: ${entry.reason}`);
  call.output.summary(`${result.applied} of ${plan.entries.length} planned writes made${result.left.length === 0 ? "" : `, ${result.left.length} left alone`}`);
  return result.left.length > 0 && result.status === "done" ? 1 : codeOf(call, result, 0);
};

const definition: ScriptDefinition = {
  name: "syncIteration",
  summary: "Runs one iteration of a connection: reads what changed on both sides and carries it over.",
  details: "Without --connection, --group or --all it takes the only connection there is. Nothing is ever created twice: stop it anywhere and run it again.",
  options: ["connection", "group", "all", "dryRun", "plan", "apply", "sweep", "adopt", "detailedExitCode", "acceptEmpty", "acceptDeletions", "acceptClockSkew", "lockWait"],
  examples: ["npx tandem syncIteration --connection octane-jira --dry-run", "npx tandem syncIteration --all -q", "npx tandem syncIteration --connection octane-jira --sweep", "npx tandem syncIteration --connection octane-jira --plan plan.jsonl", "npx tandem syncIteration --connection octane-jira --apply plan.jsonl"],
  run: async (call) => {
    if (call.options.plan !== undefined && call.options.apply !== undefined) throw new UsageError("--plan and --apply exclude each other", "make the plan first, look at it, then apply it");
    const definitions = loadDefinitions(call.options);
    const chosen = chosenConnections(definitions, call.options);
    if ((call.options.plan ?? call.options.apply) !== undefined && chosen.length > 1) throw new UsageError("a plan is one of one connection", "name it with --connection");
    const codes: ExitCode[] = [];
    const documents: unknown[] = [];
    for (const connection of chosen) codes.push(await (call.options.apply === undefined ? iterate(call, definitions, connection, documents) : apply(call, definitions, connection, documents)));
    call.output.json(documents.length === 1 ? documents[0] : documents);
    return (codes.toSorted((a, b) => b - a)[0] ?? 0) as ExitCode;
  },
};

export default definition;
await main(import.meta, definition);
