// What ran, when, and how it ended.

import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { runDetails, runHistory } from "../lib/run/runHistory.ts";
import type { RunRow } from "../lib/store/store.ts";
import { inLine } from "../lib/core/visible.ts";

const runLine = (run: RunRow): string => {
  const counts = ["created", "updated", "deleted", "conflicts", "held", "failed"].map((what) => [what, (run.counts[`${what}.master`] ?? 0) + (run.counts[`${what}.target`] ?? 0)] as const).filter(([, n]) => n > 0);
  return `${run.startedAt} ${run.connection}${run.slice === undefined ? "" : ` (${run.slice})`} ${run.script} ${run.status}${counts.length === 0 ? "" : `: ${counts.map(([what, n]) => `${n} ${what}`).join(", ")}`} (run ${run.id})${run.message === undefined ? "" : `\n    ${run.message}`}`;
};

const definition: ScriptDefinition = {
  name: "runHistory",
  summary: "Shows what ran, when, and how it ended; with --run everything that run did.",
  options: ["connection", "group", "all", "run", "most", "lockWait"],
  examples: ["npx tandem runHistory --connection octane-jira", "npx tandem runHistory --run 6b2f… --json"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const { run } = call.options;
    if (run !== undefined) {
      const { asRecorded, recordedLines } = await import("../lib/core/report/recorded.ts");
      const found = await withStore(call, definitions, (doors) => runDetails(doors, run));
      call.output.detail(runLine(found.run));
      for (const row of found.outcomes) {
        call.output.detail(`  ${row.action} on the ${row.side} ${row.masterId ?? "?"} ~ ${row.targetId ?? "?"}${row.name === undefined ? "" : ` "${inLine(row.name)}"`}: ${row.reason}`);
        for (const line of recordedLines(row, asRecorded)) call.output.detail(`      ${line}`);
      }
      call.output.json(found);
      return 0;
    }
    const chosen = chosenConnections(definitions, call.options, "all");
    const rows = await withStore(call, definitions, async (doors) => (await Promise.all(chosen.map(({ file }) => runHistory(doors, file.name, call.options.most ?? 20)))).flat().toSorted((a, b) => b.startedAt.localeCompare(a.startedAt)));
    for (const row of rows) call.output.detail(runLine(row));
    call.output.json(rows);
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
