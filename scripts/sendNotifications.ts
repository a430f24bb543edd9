// Tells people what is due: a connection that fails or is late, one that works again, what waits for them.

import { chosenConnections, type ConnectionDefinition, type Definitions, isChosen, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import { audienceOf } from "../lib/cli/notices/notices.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { timetables } from "../lib/cli/schedule/timetables.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { ConfigError } from "../lib/core/errors.ts";
import { slicesOf } from "../lib/core/mapping/slices.ts";
import { noticeSubject } from "../lib/core/notify/text.ts";
import { type SendOptions, sendNotifications, type Told } from "../lib/run/sendNotifications.ts";

const DEFAULT_FREQUENCY = 60;

const wanted = (call: ScriptCall, definitions: Definitions, chosen: readonly ConnectionDefinition[]): SendOptions["connections"] => {
  const timetableOf = timetables(call, definitions);
  return chosen.flatMap((definition) => {
    const audience = audienceOf(definitions, definition);
    return audience === undefined ? [] : [{ name: definition.file.name, frequencySeconds: definition.file.frequency ?? DEFAULT_FREQUENCY, timetable: timetableOf(definition), slices: slicesOf(definition.file), ...audience }];
  });
};

const textOf = ({ notice, sent, failures }: Told, dryRun: boolean): string | undefined => {
  if (notice === undefined) return undefined;
  return `${noticeSubject(notice)}: ${dryRun ? "would be sent" : sent ? `sent${failures.length === 0 ? "" : " in part"}` : "not sent"}`;
};

const definition: ScriptDefinition = {
  name: "sendNotifications",
  summary: "Tells people what is due: a connection that fails or is late, one that works again, a daily reminder of what waits for them.",
  details: "syncIteration tells its own end by itself; this one, run every ten minutes, tells of schedules that have stopped and sends reminders. Whom and how: notify in settings.yaml and in the connections. Without --connection, --group or --all it takes all connections.",
  options: ["connection", "group", "all", "test", "dryRun", "detailedExitCode", "lockWait"],
  examples: ["npx tandem sendNotifications -q", "npx tandem sendNotifications --connection octane-jira --test", "npx tandem sendNotifications --dry-run"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const connections = wanted(call, definitions, isChosen(call.options) ? chosenConnections(definitions, call.options) : definitions.connections);
    if (connections.length === 0 && call.options.test !== true) {
      call.output.summary("nobody is to be told anything: see notify in docs/notifications.md");
      call.output.json([]);
      return 0;
    }
    if (connections.length === 0) throw new ConfigError([{ file: "settings.yaml", path: "notify", message: "nobody is to be told anything", advice: "name recipients (notify.mail and notify.to) or a webhook, see docs/notifications.md" }]);
    const dryRun = call.options.dryRun === true;
    const told = await withStore(call, definitions, (doors) => sendNotifications(doors, { connections, dryRun, test: call.options.test === true }));
    const lines = told.map((entry) => textOf(entry, dryRun)).filter((line) => line !== undefined);
    for (const line of lines) (dryRun ? call.output.line : call.output.summary)(line);
    if (lines.length === 0) call.output.summary("there is nothing to tell");
    call.output.json(told);
    return told.some(({ notice, sent }) => notice !== undefined && !sent && !dryRun) ? 69 : pendingCode(call.options, lines.length > 0);
  },
};

export default definition;
await main(import.meta, definition);
