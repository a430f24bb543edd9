// One iteration of one or more connections; with --dry-run the plan.

import { checkBeside } from "../lib/cli/definitions/beside.ts";
import { chosenConnections, type ConnectionDefinition, type Definitions, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { readInput, writePrivate } from "../lib/cli/files/files.ts";
import { errorText, exitCodeOf } from "../lib/cli/script/exit.ts";
import { pingOfCall, pingOfConnection, withPing } from "../lib/cli/notices/notices.ts";
import { codeOfResult, printIteration } from "../lib/cli/output/printIteration.ts";
import { gated } from "../lib/cli/definitions/samples.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { told } from "../lib/cli/notices/told.ts";
import { createRefusedLogins, type RefusedLogins } from "../lib/cli/doors/refusedLogins.ts";
import { isTurnOf } from "../lib/cli/doors/turns.ts";
import { withConnection, withLockedConnection, withStore } from "../lib/cli/doors/wiring.ts";
import { BusyError, type ExitCode, UsageError } from "../lib/core/errors.ts";
import type { ItemPlan } from "../lib/core/sync/plan.ts";
import type { ApplyResult } from "../lib/run/applyPlan.ts";
import type { ConnectionContext } from "../lib/run/context.ts";
import type { IterationOptions, IterationResult } from "../lib/run/syncIteration.ts";
import type { Lease } from "../lib/store/store.ts";

const optionsOf = (call: ScriptCall, looking: boolean, onPlan: (plan: ItemPlan) => void): IterationOptions => ({
  dryRun: looking,
  sweep: call.options.sweep === true,
  accept: { empty: call.options.acceptEmpty === true, deletions: call.options.acceptDeletions === true, clockSkew: call.options.acceptClockSkew === true, secondPartners: call.options.acceptSecondPartners === true, newAddress: call.options.acceptNewAddress === true, namesakes: call.options.acceptNamesakes === true },
  ...(call.options.adopt === undefined ? {} : { adopt: call.options.adopt }),
  ...(looking ? { onPlan } : {}),
});

const codeOf = (call: ScriptCall, result: IterationResult, pending: number): ExitCode => {
  const code = codeOfResult(result);
  if (code !== 0) return code;
  return call.options.dryRun === true && call.options.detailedExitCode === true && pending > 0 ? 2 : 0;
};

const savePlan = async (call: ScriptCall, path: string, context: ConnectionContext, plans: readonly ItemPlan[]): Promise<void> => {
  const { planFileText } = await import("../lib/core/sync/planFile.ts");
  const { name, syncSets } = context.connection;
  const text = planFileText({ tandemPlan: 1, connection: name, at: context.now(), syncSets: Object.fromEntries(syncSets.map((set) => [set.key, set.fingerprint])), ...(call.options.adopt === undefined ? {} : { adopt: call.options.adopt }) }, plans);
  if (path === "-") call.output.raw(text);
  else writePrivate(path, text);
};

const isLooking = (call: ScriptCall): boolean => call.options.dryRun === true || call.options.plan !== undefined;

/** Answers how many writes are pending. Where the plan itself goes to standard output nothing else does. */
const printPlanOf = async (call: ScriptCall, result: IterationResult, plans: readonly ItemPlan[], documents: unknown[]): Promise<number> => {
  const { printPlan } = await import("../lib/cli/output/printPlan.ts");
  const { output } = call;
  return printPlan(call.options.plan === "-" ? { ...output, line: () => undefined } : output, result, plans, documents);
};

const iterate = async (call: ScriptCall, definitions: Definitions, connection: ConnectionDefinition, documents: unknown[], logins: RefusedLogins): Promise<ExitCode> => {
  // Not at the top: whoever only asks for help need not wait for it.
  const { syncIteration } = await import("../lib/run/syncIteration.ts");
  const plans: ItemPlan[] = [];
  const looking = isLooking(call);
  const options = optionsOf(call, looking, (plan) => plans.push(plan));
  const planIt = (): Promise<IterationResult> =>
    withConnection(call, definitions, connection, async (context) => {
      await checkBeside(definitions, connection, context.store);
      const planned = await syncIteration(context, options);
      if (call.options.plan !== undefined && planned.failedSets.length === 0) await savePlan(call, call.options.plan, context, plans);
      return planned;
    }, { logins });
  const doIt = (): Promise<IterationResult> =>
    told(call.output.log, definitions, connection, (work) => withStore(call, definitions, work), (tellHere) => withLockedConnection(call, definitions, connection, gated(definitions, connection, (context, lease) => syncIteration(context, options, lease)), { after: tellHere, logins }));
  const result = await (looking ? planIt() : doIt());
  const pending = looking ? await printPlanOf(call, result, plans, documents) : printIteration(call.output, result, documents);
  if (call.options.plan !== undefined && call.options.plan !== "-" && result.failedSets.length === 0) call.output.summary(`plan saved in ${call.options.plan}; npx tandem syncIteration --connection ${result.connection} --apply ${call.options.plan} carries it out`);
  return codeOf(call, result, pending);
};

const apply = async (call: ScriptCall, definitions: Definitions, connection: ConnectionDefinition, documents: unknown[]): Promise<ExitCode> => {
  const { applyPlan } = await import("../lib/run/applyPlan.ts");
  const { readPlanFile } = await import("../lib/core/sync/planFile.ts");
  const file = call.options.apply ?? "-";
  const plan = readPlanFile(file, readInput(file));
  const looking = isLooking(call);
  const plans: ItemPlan[] = [];
  const applied = async (context: ConnectionContext, lease?: Lease): Promise<ApplyResult> => {
    await checkBeside(definitions, connection, context.store);
    return applyPlan(context, plan, lease, looking ? { dryRun: true, onPlan: (made) => plans.push(made) } : {});
  };
  const result = await (looking ? withConnection(call, definitions, connection, applied) : withLockedConnection(call, definitions, connection, applied));
  const pending = looking ? await printPlanOf(call, result, plans, documents) : printIteration(call.output, result, documents);
  for (const entry of result.left) call.output.line(`  ${entry.syncSet} ${entry.kind} ${[entry.masterId, entry.targetId].filter((id) => id !== undefined).join(" ~ ")}: ${entry.reason}`);
  call.output.summary(`${result.applied} of ${plan.entries.length} planned writes ${looking ? "would be " : ""}made${result.left.length === 0 ? "" : `, ${result.left.length} left alone`}`);
  return result.left.length > 0 && result.status === "done" ? 1 : codeOf(call, result, pending);
};

/** One connection of several never keeps the others from their turn; a bug of ours does. */
const inTurn = async (call: ScriptCall, definitions: Definitions, chosen: readonly ConnectionDefinition[], documents: unknown[]): Promise<readonly ExitCode[]> => {
  const codes: ExitCode[] = [];
  const logins = createRefusedLogins();
  for (const connection of chosen) {
    if (call.stop.aborted) throw new BusyError("stopped before all connections had their turn", "the next start goes on");
    if (call.options.due === true && !(await isTurnOf(call, definitions, connection))) continue;
    const work = (): Promise<ExitCode> => (call.options.apply === undefined ? iterate(call, definitions, connection, documents, logins) : apply(call, definitions, connection, documents));
    const ping = isLooking(call) ? undefined : pingOfConnection(call, definitions, connection);
    try {
      codes.push(await withPing(ping, (end) => ("error" in end ? exitCodeOf(end.error) : end.value), work));
    } catch (error) {
      const code = exitCodeOf(error);
      // Locked in the blink between asking and beginning: the other start does the work.
      if (call.options.due === true && code === 75 && !call.stop.aborted) continue;
      if (chosen.length === 1 || code === 70 || call.stop.aborted) throw error;
      call.output.log.warn(errorText(`${call.script} ${connection.file.name}`, error));
      codes.push(code);
    }
  }
  return codes;
};

const definition: ScriptDefinition = {
  name: "syncIteration",
  summary: "Runs one iteration of a connection: reads what changed on both sides and carries it over.",
  details: "Without --connection, --group or --all it takes the only connection there is. Nothing is ever created twice: stop it anywhere and run it again.",
  options: ["connection", "group", "all", "dryRun", "plan", "apply", "sweep", "adopt", "due", "ping", "detailedExitCode", "acceptEmpty", "acceptDeletions", "acceptClockSkew", "acceptNamesakes", "acceptSecondPartners", "acceptNewAddress", "lockWait"],
  examples: ["npx tandem syncIteration --connection octane-jira --dry-run", "npx tandem syncIteration --all --due -q", "npx tandem syncIteration --connection octane-jira --sweep", "npx tandem syncIteration --connection octane-jira --plan plan.jsonl", "npx tandem syncIteration --connection octane-jira --apply plan.jsonl"],
  run: async (call) => {
    if (call.options.due === true && (call.options.plan ?? call.options.apply) !== undefined) throw new UsageError("--due belongs to a schedule, a plan to a person", "leave out --due");
    if (call.options.plan !== undefined && call.options.apply !== undefined) throw new UsageError("--plan and --apply exclude each other", "make the plan first, look at it, then apply it");
    if (call.options.adopt !== undefined && call.options.apply !== undefined) throw new UsageError("--adopt is said when a plan is made", "leave it out: the file holds it");
    if (call.options.plan === "-" && call.options.json === true) throw new UsageError("--plan - and --json both want standard output", "name a file");
    const definitions = await loadDefinitions(call.options);
    const chosen = chosenConnections(definitions, call.options);
    if ((call.options.plan ?? call.options.apply) !== undefined && chosen.length > 1) throw new UsageError("a plan is one of one connection", "name it with --connection");
    const documents: unknown[] = [];
    const worst = (codes: readonly ExitCode[]): ExitCode => codes.toSorted((a, b) => b - a)[0] ?? 0;
    const ping = isLooking(call) ? undefined : pingOfCall(call, definitions);
    const code = await withPing(ping, (end) => ("error" in end ? exitCodeOf(end.error) : end.value), async () => worst(await inTurn(call, definitions, chosen, documents)));
    call.output.json(documents.length === 1 ? documents[0] : documents);
    return code;
  },
};

export default definition;
await main(import.meta, definition);
