// Tells whether connections ran as often as they should.

import { chosenConnections, type Definitions, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { exitCodeOf } from "../lib/cli/script/exit.ts";
import { pingOfCall, withPing } from "../lib/cli/notices/notices.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { timetables } from "../lib/cli/schedule/timetables.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import type { ExitCode } from "../lib/core/errors.ts";
import { slicesOf } from "../lib/core/mapping/slices.ts";
import { MOST_STARTS } from "../lib/core/schedule/timetable.ts";
import { localText } from "../lib/core/schedule/zone.ts";
import { checkSchedule, type ScheduleCheck } from "../lib/run/checkSchedule.ts";

const DEFAULT_FREQUENCY = 60;

const textOf = (check: ScheduleCheck): string => {
  const at = (instant: string): string => localText(check.zone, instant);
  const last = `last success ${check.lastSuccess === undefined ? "never" : at(check.lastSuccess)}${check.lastFailure === undefined ? "" : `, then ${check.lastFailure}`}`;
  const name = `${check.connection}${check.slice === undefined ? "" : ` (${check.slice})`}`;
  if (check.state === "disabled") return `OK ${name}: stopped by a person, ${last}`;
  const next = check.nextDue === undefined ? "" : `, next due ${at(check.nextDue)}`;
  const later = check.by === "crontab" ? next : "";
  if (check.state === "fine") return `OK ${name}: ${last}${next}`;
  const missed = `${check.missed}${check.missed >= MOST_STARTS ? " or more" : ""} ${check.missed === 1 ? "start" : "starts"} missed`;
  return `CRITICAL ${name}: ${last}${check.state === "late" ? `, ${missed} (${check.by === "frequency" ? `one every ${check.frequencySeconds} s` : `by the crontab, ${check.zone}`})` : ""}${later}`;
};

const isBad = ({ state }: ScheduleCheck): boolean => state === "late" || state === "never";

const check = async (call: ScriptCall, definitions: Definitions): Promise<ExitCode> => {
  const chosen = chosenConnections(definitions, call.options, "all");
  const timetableOf = timetables(call, definitions, call.args[0]);
  const checks = await withStore(call, definitions, async (doors) => {
    const all: ScheduleCheck[] = [];
    for (const each of chosen) all.push(await checkSchedule(doors, each.file.name, each.file.frequency ?? DEFAULT_FREQUENCY, timetableOf(each), slicesOf(each.file)));
    return all;
  });
  for (const each of checks) (isBad(each) ? call.output.alarm : call.output.summary)(textOf(each));
  call.output.json(checks);
  if (!checks.some(isBad)) return 0;
  return call.options.detailedExitCode === true ? 2 : 1;
};

const definition: ScriptDefinition = {
  name: "checkSchedule",
  summary: "Tells whether connections ran as often as they should: last success, next due, starts missed. Asks no endpoint.",
  details: "One line per connection, as monitoring reads it; exit code 1 (with --detailed-exit-code 2, as Nagios reads it) when one is late or has never succeeded. With a crontab it expects the starts of its lines, in their zone, also where clocks change; else one each frequency, but none from 01:00 to 03:00 of this machine's time, when writeSchedule lets nothing run.",
  args: [{ name: "crontab", text: "the crontab from which writeSchedule wrote, - reads standard input; default: schedule.crontab of settings.yaml, else the frequency of each connection", optional: true }],
  options: ["connection", "group", "all", "atClockChange", "detailedExitCode", "ping", "lockWait"],
  examples: ["npx tandem checkSchedule --all", "npx tandem checkSchedule --all crontab", "npx tandem checkSchedule --all -q --detailed-exit-code"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    return withPing(pingOfCall(call, definitions), (end) => ("error" in end ? exitCodeOf(end.error) : end.value), () => check(call, definitions));
  },
};

export default definition;
await main(import.meta, definition);
