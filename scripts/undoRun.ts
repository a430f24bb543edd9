// Puts back what a run wrote, where nobody changed it since.

import { userInfo } from "node:os";
import { confirm } from "../lib/cli/script/ask.ts";
import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import type { Output } from "../lib/cli/output/output.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withConnection, withLockedConnection } from "../lib/cli/doors/wiring.ts";
import { UsageError } from "../lib/core/errors.ts";
import type { valueText } from "../lib/core/report/planText.ts";
import type { UndoResult, UndoStep } from "../lib/run/undoRun.ts";
import type { Doors } from "../lib/run/context.ts";
import { stopConnection } from "../lib/run/stopConnection.ts";
import { inLine } from "../lib/core/visible.ts";

const print = (output: Output, dryRun: boolean, step: UndoStep, textOf: typeof valueText): void => {
  // What is left alone needs a person.
  const say = dryRun || step.do === "leave" ? output.line : output.detail;
  say(`  ${step.do} ${step.syncSet} ${step.side} ${step.key ?? step.id} "${inLine(step.name)}"${step.reason === "" ? "" : ` (${step.reason})`}`);
  for (const { label, now, back } of Object.values(step.fields)) say(`    ${label}: ${textOf(now)} → ${textOf(back)}`);
};

const countOf = (result: UndoResult, what: UndoStep["do"]): number => result.steps.filter((step) => step.do === what).length;

const definition: ScriptDefinition = {
  name: "undoRun",
  summary: "Puts back what a run wrote, where nobody changed it since; itself a run that can be undone.",
  details: "Look first with --dry-run. The connection is stopped, so that the next iteration does not write the same again; mend the cause, then startConnection.",
  options: ["connection", "run", "created", "dryRun", "detailedExitCode", "yes", "lockWait"],
  required: ["run"],
  examples: ["npx tandem undoRun --connection octane-jira --run 6b2f… --dry-run", "npx tandem undoRun --connection octane-jira --run 6b2f… --created delete --yes"],
  run: async (call) => {
    const { mustBeUndoable, undoRun } = await import("../lib/run/undoRun.ts");
    const planText = await import("../lib/core/report/planText.ts");
    const definitions = await loadDefinitions(call.options);
    const [connection, ...more] = chosenConnections(definitions, call.options);
    if (connection === undefined || more.length > 0) throw new UsageError("a run is one of one connection", "name it with --connection");
    const { run = "" } = call.options;
    const dryRun = call.options.dryRun === true;
    if (!dryRun && !(await confirm(call, `Put back what run ${run} wrote?`))) return 0;
    const options = { run, created: call.options.created ?? ("leave" as const), dryRun, onUndo: (step: UndoStep) => print(call.output, dryRun, step, planText.valueText) };
    // Stopped first: an iteration between an interrupted undo and its end would carry half of it over.
    const first = async (doors: Doors): Promise<void> => {
      await mustBeUndoable(doors.store, connection.file.name, run);
      await stopConnection(doors, connection.file.name, userInfo().username, { note: `undoRun ${run}` });
    };
    const result = dryRun ? await withConnection(call, definitions, connection, (context) => undoRun(context, options)) : await withLockedConnection(call, definitions, connection, (context, lease) => undoRun(context, options, lease), { evenIfStopped: true, first });
    call.output.summary(`${result.connection}: ${dryRun ? "would put" : "put"} back ${countOf(result, "put back")} items, ${countOf(result, "close")} closed, ${countOf(result, "delete")} deleted, ${countOf(result, "leave")} left alone${dryRun ? "" : `; run ${result.run}; the connection is stopped`}`);
    call.output.json({ run: result.run, undone: result.undone, steps: result.steps, counts: result.counts });
    if (result.status !== "done" || result.steps.some(({ open }) => open)) return 1;
    return pendingCode(call.options, countOf(result, "leave") < result.steps.length);
  },
};

export default definition;
await main(import.meta, definition);
