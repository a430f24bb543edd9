// Tells whether connections ran as often as they should.

import { chosenConnections, type Definitions, loadDefinitions } from "../lib/cli/config.ts";
import { exitCodeOf } from "../lib/cli/exit.ts";
import { pingOfCall, withPing } from "../lib/cli/notices.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script.ts";
import { withStore } from "../lib/cli/wiring.ts";
import type { ExitCode } from "../lib/core/errors.ts";
import { checkSchedule, type ScheduleCheck } from "../lib/run/checkSchedule.ts";

const DEFAULT_FREQUENCY = 60;

const textOf = (check: ScheduleCheck): string => {
  const last = `last success ${check.lastSuccess ?? "never"}${check.lastFailure === undefined ? "" : `, then ${check.lastFailure}`}`;
  if (check.state === "disabled") return `OK ${check.connection}: stopped by a person, ${last}`;
  if (check.state === "fine") return `OK ${check.connection}: ${last}, next due ${check.nextDue ?? "now"}`;
  return `CRITICAL ${check.connection}: ${last}${check.state === "late" ? `, ${check.missed} starts missed (one every ${check.frequencySeconds} s)` : ""}`;
};

const isBad = ({ state }: ScheduleCheck): boolean => state === "late" || state === "never";

const check = async (call: ScriptCall, definitions: Definitions): Promise<ExitCode> => {
  const chosen = chosenConnections(definitions, call.options);
  const checks = await withStore(call, definitions, async (doors) => {
    const all: ScheduleCheck[] = [];
    for (const { file } of chosen) all.push(await checkSchedule(doors, file.name, file.frequency ?? DEFAULT_FREQUENCY));
    return all;
  });
  for (const each of checks) (isBad(each) ? call.output.alarm : call.output.summary)(textOf(each));
  call.output.json(checks);
  return checks.some(isBad) ? 1 : 0;
};

const definition: ScriptDefinition = {
  name: "checkSchedule",
  summary: "Tells whether connections ran as often as they should: last success, next due, starts missed. Asks no endpoint.",
  details: "One line per connection, as monitoring reads it; exit code 1 when one is late or has never succeeded.",
  options: ["connection", "group", "all", "ping", "lockWait"],
  examples: ["npx tandem checkSchedule --all", "npx tandem checkSchedule --all -q"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    return withPing(pingOfCall(call, definitions), (end) => ("error" in end ? exitCodeOf(end.error) : end.value), () => check(call, definitions));
  },
};

export default definition;
await main(import.meta, definition);
