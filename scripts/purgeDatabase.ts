// Takes away records of runs older than the site keeps them.

import { join } from "node:path";
import { confirm } from "../lib/cli/script/ask.ts";
import { loadDefinitions } from "../lib/cli/definitions/config.ts";
import type { Output } from "../lib/cli/output/output.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { ConfigError } from "../lib/core/errors.ts";
import { retentionOf, retentionText } from "../lib/core/retention.ts";
import { sizeText } from "../lib/core/size.ts";
import { demandClock, isEmptyPlan, type PurgeReport, purgeDatabase } from "../lib/run/purgeDatabase.ts";
import type { PurgePlan } from "../lib/store/store.ts";

const printPlan = (print: (text: string) => void, plan: PurgePlan): void => {
  for (const { name, from, rows, estimated, bytes, left } of plan.partitions) print(`  ${name}: outcomes of ${from.slice(0, 7)}, ${estimated === true ? "about " : ""}${rows} rows, ${sizeText(bytes)}${left ? ", left half done by an interrupted purge" : ""}`);
  if (plan.runs.before !== undefined) print(`  runs: ${plan.runs.rows} rows that ended before ${plan.runs.before.slice(0, 10)}`);
};

const summarise = (output: Output, { result, plan, dryRun, stopped }: PurgeReport): void => {
  const rows = plan.partitions.reduce((sum, partition) => sum + partition.rows, 0);
  const bytes = plan.partitions.reduce((sum, partition) => sum + partition.bytes, 0);
  if (isEmptyPlan(plan)) output.summary("nothing is older than the policy keeps");
  else if (dryRun) output.summary(`would purge ${plan.partitions.length} months: ${rows} outcomes, ${plan.runs.rows} runs, ${sizeText(bytes)} (dry run, nothing was changed)`);
  else if (result !== undefined) output.summary(`purged ${result.partitions} months: ${result.rows} outcomes, ${result.runs} runs, ${sizeText(result.bytes)} returned, longest wait ${result.longestWaitMs} ms`);
  for (const name of result?.busy ?? []) output.log.warn(`${name} was in use by others all the time; the next purge takes it`);
  if (stopped) output.log.warn("stopped before everything was done; the next purge goes on here");
};

const definition: ScriptDefinition = {
  name: "purgeDatabase",
  summary: "Takes away records of runs that are older than the site keeps them.",
  details: "settings.yaml says how long (retention: outcomes, runs); without it outcomes are kept 90 days and runs 400. What is purged can no longer be explained or undone. Cross references, watermarks, user maps, quarantine and conflicts are never touched.",
  options: ["keepOutcomes", "keepRuns", "dryRun", "yes", "detailedExitCode", "lockWait"],
  examples: ["npx tandem purgeDatabase --dry-run", "npx tandem purgeDatabase --yes -q", 'npx tandem purgeDatabase --keep-outcomes "30 days" --keep-runs forever --dry-run'],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const { keepOutcomes, keepRuns } = call.options;
    const { days, problems } = retentionOf(definitions.settings.retention, { ...(keepOutcomes === undefined ? {} : { outcomes: keepOutcomes }), ...(keepRuns === undefined ? {} : { runs: keepRuns }) });
    if (problems.length > 0) throw new ConfigError(problems.map((problem) => ({ file: join(definitions.directory, "settings.yaml"), ...problem })));
    const dryRun = call.options.dryRun === true;
    const agree = (plan: PurgePlan): Promise<boolean> => {
      if (call.options.yes !== true) printPlan(call.output.note, plan);
      return confirm(call, "Purge this for good?");
    };
    const report = await withStore(call, definitions, async (doors) => {
      await demandClock(doors);
      return purgeDatabase(doors, { olderThan: days, dryRun, agree });
    });
    if (dryRun) {
      call.output.line(`kept: ${retentionText(days)}`);
      printPlan(call.output.line, report.plan);
    }
    summarise(call.output, report);
    call.output.json(report);
    if (report.stopped || (report.result?.busy.length ?? 0) > 0) return 75;
    return dryRun && call.options.detailedExitCode === true && !isEmptyPlan(report.plan) ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
