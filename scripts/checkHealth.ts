// Tells what will stop a site before it does, as monitoring reads it.

import { hostname } from "node:os";
import { dirname } from "node:path";
import { chosenConnections, type Definitions, isChosen, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { lookAtMachine } from "../lib/cli/files/machine.ts";
import { siteAudience } from "../lib/cli/notices/notices.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { storeFolder } from "../lib/cli/files/storeFolder.ts";
import { timetables } from "../lib/cli/schedule/timetables.ts";
import { dataSourceSettings, withSettings, withStore } from "../lib/cli/doors/wiring.ts";
import { AccessError, RemoteError } from "../lib/core/errors.ts";
import { type HealthLine, healthText, worstOf } from "../lib/core/health.ts";
import type { NoticeEvent } from "../lib/core/notify/decide.ts";
import { checkHealth, checkHealthWithoutStore, type EndpointDoor } from "../lib/run/checkHealth.ts";
import { tell } from "../lib/run/sendNotifications.ts";

const DEFAULT_FREQUENCY = 60;

/** An answer is wanted, not the work of an iteration: a system that says nothing for so long is down. */
const PATIENCE_SECONDS = 20;

const endpointOf = (definitions: Definitions, name: string): EndpointDoor => {
  const given = dataSourceSettings(definitions, name);
  const settings = { ...given, network: { ...given.network, timeoutSeconds: Math.min(given.network.timeoutSeconds ?? PATIENCE_SECONDS, PATIENCE_SECONDS), maxWaitSeconds: Math.min(given.network.maxWaitSeconds ?? PATIENCE_SECONDS, PATIENCE_SECONDS) } };
  const expire = definitions.dataSources[name]?.credentialsExpire;
  return {
    name,
    secrets: Object.values(settings.credentials),
    ...(expire === undefined ? {} : { credentialsExpire: expire }),
    certificates: async () => (await import("../lib/connectors/certificates.ts")).certificatesOf(settings),
    signIn: () => withSettings(settings, async (connector) => ({ account: (await connector.account()).name, now: await connector.now() }), { tries: 1 }),
  };
};

const eventOf = (lines: readonly HealthLine[], at: string): NoticeEvent => {
  const bad = lines.filter(({ grade }) => grade !== "OK").map(healthText);
  return { at, good: bad.length === 0, waiting: 0, ...(bad.length === 0 ? {} : { message: bad.join("\n") }) };
};

const definition: ScriptDefinition = {
  name: "checkHealth",
  summary: "Tells what will stop a site before it does: certificates and tokens near their end, logins, clocks, disk and memory, the database, watermarks that stand still, a growing quarantine, versions.",
  details: "One line per check, worst first, as monitoring reads it. Exit code 1 when something is not OK; with --detailed-exit-code 1 for a warning and 2 for something critical. Signs in to each data source once, unless --local. Without --connection, --group or --all it looks at all connections.",
  options: ["connection", "group", "all", "local", "notify", "detailedExitCode", "lockWait"],
  examples: ["npx tandem checkHealth", "npx tandem checkHealth --notify -q", "npx tandem checkHealth -q --detailed-exit-code", "npx tandem checkHealth --local --json"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    const connections = isChosen(call.options) ? chosenConnections(definitions, call.options) : definitions.connections;
    const timetableOf = timetables(call, definitions);
    const names = isChosen(call.options) ? [...new Set(connections.flatMap(({ file: { master, target } }) => [master, target]))] : Object.keys(definitions.dataSources);
    const endpoints = names.map((name) => endpointOf(definitions, name));
    const folders = [definitions.directory, storeFolder(definitions.directory), ...(call.options.log === undefined ? [] : [dirname(call.options.log)])];
    const audience = call.options.notify === true ? siteAudience(definitions) : undefined;
    const options = { connections: connections.map((each) => ({ name: each.file.name, frequencySeconds: each.file.frequency ?? DEFAULT_FREQUENCY, timetable: timetableOf(each) })), local: call.options.local === true };
    const withoutStore = (error: unknown): Promise<readonly HealthLine[]> => {
      if (!(error instanceof RemoteError || error instanceof AccessError)) throw error;
      if (audience !== undefined) call.output.log.warn("nobody can be told while the database is away: let a dead-man switch watch this script's schedule");
      return checkHealthWithoutStore({ endpoints, machine: lookAtMachine(folders, definitions.directory), now: () => new Date().toISOString(), host: hostname(), progress: call.output.progress }, options, error);
    };
    const lines = await withStore(call, definitions, async (doors) => {
      const found = await checkHealth({ ...doors, endpoints, machine: lookAtMachine(folders, definitions.directory) }, options);
      if (audience !== undefined) await tell({ ...doors, notifier: audience.notifier }, "checkHealth", eventOf(found, doors.now()), audience.rules);
      return found;
    }).catch(withoutStore);
    for (const line of lines) (line.grade === "OK" ? call.output.summary : call.output.alarm)(healthText(line));
    const worst = worstOf(lines);
    call.output.json({ worst, lines });
    if (worst === "OK") return 0;
    return worst === "CRITICAL" && call.options.detailedExitCode === true ? 2 : 1;
  },
};

export default definition;
await main(import.meta, definition);
