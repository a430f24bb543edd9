// Tells whether connections ran as often as they should.

import { chosenConnections, loadDefinitions } from "../lib/cli/config.ts";
import { main, type ScriptDefinition } from "../lib/cli/script.ts";
import { withStore } from "../lib/cli/wiring.ts";
import { checkSchedule, type ScheduleCheck } from "../lib/run/checkSchedule.ts";

const DEFAULT_FREQUENCY = 60;

const textOf = (check: ScheduleCheck): string => {
  const last = `last success ${check.lastSuccess ?? "never"}${check.lastFailure === undefined ? "" : `, then ${check.lastFailure}`}`;
  if (check.state === "disabled") return `OK ${check.connection}: stopped by a person, ${last}`;
  if (check.state === "fine") return `OK ${check.connection}: ${last}, next due ${check.nextDue ?? "now"}`;
  return `CRITICAL ${check.connection}: ${last}${check.state === "late" ? `, ${check.missed} starts missed (one every ${check.frequencySeconds} s)` : ""}`;
};

const definition: ScriptDefinition = {
  name: "checkSchedule",
  summary: "Tells whether connections ran as often as they should: last success, next due, starts missed. Asks no endpoint.",
  details: "One line per connection, as monitoring reads it; exit code 1 when one is late or has never succeeded.",
  options: ["connection", "group", "all", "lockWait"],
  examples: ["npx tandem checkSchedule --all", "npx tandem checkSchedule --all -q"],
  run: async (call) => {
    const definitions = loadDefinitions(call.options);
    const chosen = chosenConnections(definitions, call.options);
    const checks = await withStore(call, definitions, async (doors) => {
      const all: ScheduleCheck[] = [];
      for (const { file } of chosen) all.push(await checkSchedule(doors, file.name, file.frequency ?? DEFAULT_FREQUENCY));
      return all;
    });
    const isBad = ({ state }: ScheduleCheck): boolean => state === "late" || state === "never";
    for (const check of checks) (isBad(check) ? call.output.line : call.output.summary)(textOf(check));
    call.output.json(checks);
    return checks.some(isBad) ? 1 : 0;
  },
};

export default definition;
await main(import.meta, definition);
