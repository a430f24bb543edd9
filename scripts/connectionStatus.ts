// How connections stand, from records alone.

import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import type { Output } from "../lib/cli/output/output.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { slicesOf } from "../lib/core/mapping/slices.ts";
import { connectionStatus, type StatusResult } from "../lib/run/connectionStatus.ts";

const isWaiting = ({ syncSets }: StatusResult): boolean => syncSets.some((set) => set.quarantined + set.pendingLinks > 0);
const isBad = (status: StatusResult): boolean => status.status === "Failed" || status.conflicts.length > 0;

const print = async (output: Output, status: StatusResult): Promise<void> => {
  const say = isBad(status) || isWaiting(status) ? output.line : output.detail;
  say(`${status.connection}: ${status.status}: ${status.reason}`);
  if (status.lastRun !== undefined) say(`  last run ${status.lastRun.startedAt} ${status.lastRun.status}; last success ${status.lastSuccess ?? "never"}`);
  for (const slice of status.slices ?? []) say(`  slice ${slice.slice}: ${slice.status}: ${slice.reason}; last run ${slice.lastRun?.startedAt ?? "never"}, last success ${slice.lastSuccess ?? "never"}`);
  for (const set of status.syncSets) say(`  ${set.syncSet}: ${set.pairs} pairs, ${set.quarantined} in quarantine, ${set.pendingLinks} pending links, read up to ${set.masterWatermark ?? "(nothing)"} / ${set.targetWatermark ?? "(nothing)"}`);
  if (status.conflicts.length === 0) return;
  const { valueText } = await import("../lib/core/report/planText.ts");
  for (const conflict of status.conflicts) say(`  conflict: ${conflict.syncSetKey} ${conflict.masterId} ~ ${conflict.targetId} ${conflict.field}: master ${valueText(conflict.masterValue)}, target ${valueText(conflict.targetValue)}`);
};

const definition: ScriptDefinition = {
  name: "connectionStatus",
  summary: "Shows how connections stand: last run, pairs, watermarks, quarantine, held conflicts. Asks no endpoint.",
  options: ["connection", "group", "all", "detailedExitCode", "lockWait"],
  examples: ["npx tandem connectionStatus --all", "npx tandem connectionStatus --connection octane-jira --json"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const chosen = chosenConnections(definitions, call.options, "all");
    const results = await withStore(call, definitions, async (doors) => {
      const statuses: StatusResult[] = [];
      for (const { file } of chosen) statuses.push(await connectionStatus(doors, file.name, slicesOf(file)));
      return statuses;
    });
    for (const status of results) await print(call.output, status);
    call.output.json(results);
    if (results.some(isBad)) return 1;
    return call.options.detailedExitCode === true && results.some(isWaiting) ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
