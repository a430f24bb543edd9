// Hands the cross references of a connection to the one that takes its place.

import { chosenConnections, type ConnectionDefinition, type Definitions, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { holdingLock, lockWaitOf } from "../lib/cli/doors/lock.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withConnection, withLockedConnection } from "../lib/cli/doors/wiring.ts";
import { BusyError, UsageError } from "../lib/core/errors.ts";
import type { Rename } from "../lib/core/links/renames.ts";
import { copyCrossReferences, type CopyResult } from "../lib/run/copyCrossReferences.ts";

const renameOf = (text: string): Rename => {
  const [, side, from, to] = /^(?:(master|target)\.)?([^=]+)=(.+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new UsageError(`--rename ${text}: is not understood`, 'write it as "Story=User Story", or "target.Story=User Story" for one side');
  return { ...(side === "master" || side === "target" ? { side } : {}), from, to };
};

/** Ids mean the same only in the same system. */
const checkSources = (definitions: Definitions, from: ConnectionDefinition, to: ConnectionDefinition): void => {
  for (const side of ["master", "target"] as const) {
    const [old, now] = [definitions.dataSources[from.file[side]], definitions.dataSources[to.file[side]]];
    const place = (source: typeof old): string => JSON.stringify([source?.system, source?.url.replace(/\/+$/, ""), Object.entries(source?.scope ?? {}).toSorted()]);
    if (place(old) !== place(now)) throw new UsageError(`the ${side} of ${from.file.name} is ${from.file[side]}, that of ${to.file.name} is ${to.file[side]}: another system, in which the ids mean nothing`, "cross references can only go on in the same two systems");
  }
};

const definition: ScriptDefinition = {
  name: "copyCrossReferences",
  summary: "Hands the cross references of a connection to one that takes its place, when it or its types are called otherwise.",
  details: "The next iteration creates nothing for them and compares only what is mapped anew. Pairs that contradict others are refused.",
  options: ["connection", "from", "rename", "dryRun", "detailedExitCode", "lockWait"],
  required: ["from"],
  examples: ["npx tandem copyCrossReferences --from octane-jira --connection backlog --dry-run", 'npx tandem copyCrossReferences --from octane-jira --connection octane-jira --rename "target.Story=User Story"'],
  run: async (call) => {
    const { options, output } = call;
    const { from = "", dryRun = false } = options;
    const renames = (options.rename ?? []).map(renameOf);
    const definitions = await loadDefinitions(options);
    const [connection, ...more] = chosenConnections(definitions, options);
    if (connection === undefined || more.length > 0) throw new UsageError("one connection takes them over", "name it with --connection");
    const { name } = connection.file;
    const earlier = definitions.connections.find(({ file }) => file.name === from);
    if (from === name && renames.length === 0) throw new UsageError(`${name} has its cross references already`, "name the earlier connection with --from, or types that were renamed with --rename");
    if (earlier !== undefined) checkSources(definitions, earlier, connection);
    const result: CopyResult = dryRun
      ? await withConnection(call, definitions, connection, (context) => copyCrossReferences(context, { from, renames, dryRun }))
      : await withLockedConnection(
          call,
          definitions,
          connection,
          (context, lease) => {
            const copy = (): Promise<CopyResult> => copyCrossReferences(context, { from, renames, dryRun }, lease);
            return from === name ? copy() : holdingLock(context, from, call, copy, { evenIfStopped: true, waitSeconds: lockWaitOf(call, definitions) });
          },
          { evenIfStopped: true },
        );
    for (const set of result.sets) output.detail(`  ${set.from} → ${set.syncSet}: ${set.copied} copied, ${set.unchanged} there already, ${set.refused} refused`);
    for (const { syncSet, masterId, targetId, reason } of result.refused) output.line(`  refused ${masterId} ~ ${targetId} (${syncSet}): ${reason}`);
    for (const { syncSet, links } of result.left) output.line(`  left: ${links} cross references of ${syncSet}, which ${name} does not map`);
    const copied = result.sets.reduce((sum, set) => sum + set.copied, 0);
    output.summary(`${from} → ${name}: ${dryRun ? "would be: " : ""}${copied} cross references copied, ${result.refused.length} refused`);
    output.json(result);
    if (earlier !== undefined && from !== name && !dryRun) output.log.warn(`${from} is still defined: both would create new items; delete it (deleteConnection --connection ${from}) or stop it`);
    if (result.stopped) throw new BusyError("stopped before all cross references were copied", "the same again goes on");
    if (result.refused.length > 0 || result.left.length > 0) return 1;
    return dryRun && options.detailedExitCode === true && copied > 0 ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
