// Why an item is as it is.

import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import type { Output } from "../lib/cli/output/output.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withConnection } from "../lib/cli/doors/wiring.ts";
import type * as PlanText from "../lib/core/report/planText.ts";
import type { recordedLines } from "../lib/core/report/recorded.ts";
import type { Explanation } from "../lib/run/explainItem.ts";
import type { Link } from "../lib/store/store.ts";

type Texts = Pick<typeof PlanText, "planLines" | "valueText"> & { readonly valueLines: typeof recordedLines };

const PAIR_STATES: Readonly<Record<Link["state"], string>> = { active: "paired", adopting: "given as a pair, whose first comparison is not settled yet", gone: "paired, and one of the two is gone", unlinked: "was paired, and is left alone since" };

const print = (output: Output, found: Explanation, { planLines, valueText, valueLines }: Texts): void => {
  const { link, names } = found;
  const mappingName = (key: string): string => names.mappings[key] ?? key;
  output.detail(`${found.side} ${found.id} in ${found.syncSet}`);
  if (found.standing.status !== "Running") output.detail(`  connection ${found.connection}: ${found.standing.status}: ${found.standing.reason}`);
  output.detail(link === undefined ? "  has no partner" : `  ${PAIR_STATES[link.state]}: master ${link.master.key ?? link.master.id} ~ target ${link.target.key ?? link.target.id} (${link.state})`);
  output.detail(`  read up to ${found.watermark?.at ?? "(nothing yet)"}; last known change ${link?.[found.side].changedAt ?? "unknown"}`);
  for (const row of found.quarantine) output.detail(`  in quarantine: ${row.reason} (${row.attempts} attempts, again at ${row.nextAt})`);
  for (const row of found.conflicts) output.detail(`  held conflict in ${mappingName(row.field)}: master ${valueText(row.masterValue)}, target ${valueText(row.targetValue)}`);
  for (const row of found.pendingLinks) output.detail(`  waits in ${mappingName(row.field)} for ${row.awaitedType} ${row.awaitedId}`);
  for (const row of found.outcomes) {
    output.detail(`  ${row.at} ${row.action} on the ${row.side}: ${row.reason} (run ${row.run})`);
    for (const line of valueLines(row, (side, field) => names[side][field] ?? field)) output.detail(`      ${line}`);
  }
  for (const { run, script, at, calls } of found.runs) output.detail(`  run ${run}: ${script} of ${at}, ${calls.master} calls to the master and ${calls.target} to the target for all its items`);
  if (found.live === undefined) return;
  const lines = found.live.plans.flatMap((plan) => planLines(plan, true));
  const { found: isThere, outside, apart } = found.live;
  if (!isThere) output.detail("  it cannot be read now: deleted, moved, hidden or outside the project");
  if (outside !== undefined) output.detail(`  an iteration does not come upon it: ${outside.reason}`);
  if (isThere && (outside === undefined || lines.length > 0)) {
    output.detail(outside === undefined ? "  an iteration would now:" : "  if its partner changed, an iteration would:");
    for (const line of lines.length > 0 ? lines : [link?.state === "unlinked" ? "  do nothing: the pair was ended" : apart.length > 0 ? "  do nothing" : "  do nothing: both sides are in step"]) output.detail(`  ${line}`);
  }
  for (const { field, master, target, reason } of apart) output.detail(`  stays different: ${field}: master ${valueText(master)}, target ${valueText(target)} (${reason})`);
  output.detail(`  asked just now: ${found.live.calls.master} calls to the master, ${found.live.calls.target} to the target`);
};

const definition: ScriptDefinition = {
  name: "explainItem",
  summary: "Explains why an item is as it is: its pair, every decision with its reason, what waits; --live plans it now.",
  args: [{ name: "item", text: "id or key of an item, on either side" }],
  options: ["connection", "group", "all", "live", "lockWait"],
  examples: ["npx tandem explainItem DEMO-17 --connection octane-jira", "npx tandem explainItem 2001 --all --live --json"],
  run: async (call) => {
    const { explainItem } = await import("../lib/run/explainItem.ts");
    const planText = await import("../lib/core/report/planText.ts");
    const { recordedLines: valueLines } = await import("../lib/core/report/recorded.ts");
    const definitions = await loadDefinitions(call.options);
    const item = call.args[0] ?? "";
    const all: Explanation[] = [];
    for (const connection of chosenConnections(definitions, call.options, "all")) all.push(...(await withConnection(call, definitions, connection, (context) => explainItem(context, { item, live: call.options.live === true }))));
    for (const found of all) print(call.output, found, { ...planText, valueLines });
    if (all.length === 0) call.output.line(`${item} is in no record${call.options.live === true ? " and cannot be read in any mapped project" : "; --live looks for it at the endpoints"}`);
    call.output.json(all.map((found) => (found.live === undefined ? found : { ...found, live: { ...found.live, plans: found.live.plans.map(planText.planJson) } })));
    return all.length === 0 ? 1 : 0;
  },
};

export default definition;
await main(import.meta, definition);
