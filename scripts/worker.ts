// Takes iterations of connections from the queue in the database, beside any number of others that do the same.

import type { ConnectionDefinition } from "../lib/cli/definitions/config.ts";
import { errorText, exitCodeOf } from "../lib/cli/script/exit.ts";
import type { LiveDefinitions } from "../lib/cli/definitions/liveDefinitions.ts";
import { createKeeper, type End, type Keeper } from "../lib/cli/doors/keeper.ts";
import { pingOfConnection, withPing } from "../lib/cli/notices/notices.ts";
import { codeOfResult, printIteration } from "../lib/cli/output/printIteration.ts";
import { gated } from "../lib/cli/definitions/samples.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { told } from "../lib/cli/notices/told.ts";
import { inLockedConnection, pacesOf, withQueue } from "../lib/cli/doors/wiring.ts";
import { type ExitCode, RemoteError, UsageError } from "../lib/core/errors.ts";
import { slicesOf } from "../lib/core/mapping/slices.ts";
import type { Doors } from "../lib/run/context.ts";
import type { IterationResult } from "../lib/run/syncIteration.ts";
import { type Served, servedOf, worker, type WorkerResult } from "../lib/run/worker.ts";

const DEFAULT_FREQUENCY = 60;
const DEFAULT_CONCURRENCY = 4;

const concurrencyOf = (call: ScriptCall): number => {
  const { concurrency = DEFAULT_CONCURRENCY } = call.options;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 100) throw new UsageError(`--concurrency: ${concurrency} is no whole number from 1 to 100`, "more work than one process can do is done by more workers");
  return concurrency;
};

/** What may be kept for the next one: nothing after anything that was not as expected. */
const endOf = ({ status, failedSets }: IterationResult): End => (status === "done" ? "clean" : failedSets.length > 0 ? "failed" : "unclean");

/** One iteration as syncIteration makes it, of a connection that was asked a moment ago whether it may run: with its dead-man switch and people told. */
const iterating = (call: ScriptCall, live: (atOnce?: boolean) => LiveDefinitions, keeper: Keeper, doors: Doors) => {
  const paces = pacesOf(doors.store, doors.stop);
  return async ({ connection: name, slice, name: turn }: Served): Promise<ExitCode> => {
    const { syncIteration } = await import("../lib/run/syncIteration.ts");
    const { definitions, chosen } = live(true);
    const connection = chosen.find(({ file }) => file.name === name);
    // The pair of projects may be gone, or the definition no longer one of slices.
    if (connection === undefined || (slice === undefined ? slicesOf(connection.file).length > 0 : !slicesOf(connection.file).includes(slice))) return 0;
    const progress = call.output.progressOf(turn);
    const mine: Doors = { ...doors, progress };
    const once = (): Promise<IterationResult> =>
      told(call.output.log, definitions, connection, (work) => work(mine), (tellHere) => inLockedConnection(call, definitions, connection, mine, gated(definitions, connection, (context, lease) => syncIteration(context, slice === undefined ? {} : { slice }, lease), slice), { slice, after: tellHere, paces, through: (work, shared) => keeper.through(definitions, connection, shared, work, endOf) }), slice);
    const run = async (): Promise<ExitCode> => {
      const documents: unknown[] = [];
      const result = await once();
      printIteration(call.output, result, documents);
      for (const document of documents) call.output.jsonLine(document);
      return codeOfResult(result);
    };
    return withPing(pingOfConnection(call, definitions, connection), (end) => ("error" in end ? exitCodeOf(end.error) : end.value), run);
  };
};

const served = ({ file }: ConnectionDefinition): readonly Served[] => servedOf(file.name, file.frequency ?? DEFAULT_FREQUENCY, slicesOf(file));

const summaryOf = (result: WorkerResult): string =>
  [`${result.iterations} iterations`, `${result.unfinished} of them not finished`, `${result.busy} turns found their connection at work elsewhere`, `${result.fenced} refused to write after their lock was lost`].join(", ");

const codeOf = (call: ScriptCall, result: WorkerResult): ExitCode => {
  if (call.options.untilEmpty === true && !result.stopped) return result.code;
  return result.code === 75 ? 75 : 0;
};

const definition: ScriptDefinition = {
  name: "worker",
  summary: "Takes iterations of connections as they become due, beside any number of other workers on any machine.",
  details:
    "The workers of one database share its queue: each connection (with slices each pair of its projects) is worked on by one of them at a time, from start to start by its frequency, and one whose worker is killed is taken over by another within that time. It runs until SIGTERM or Ctrl-C. Needs a PostgreSQL server (DATABASE_URL). Without --connection, --group or --all it serves the only connection there is.",
  options: ["connection", "group", "all", "concurrency", "untilEmpty"],
  examples: ["npx tandem worker --all", "npx tandem worker --group nightly --concurrency 2", "npx tandem worker --all --until-empty -q"],
  run: async (call) => {
    const concurrency = concurrencyOf(call);
    const { createLiveDefinitions } = await import("../lib/cli/definitions/liveDefinitions.ts");
    const live = createLiveDefinitions(call.options, call.output.log);
    const keeper = createKeeper(call.output.log, { isEnding: () => call.stop.aborted, stop: call.stop });
    const result = await withQueue(call, live().definitions, concurrency, (doors) => {
      call.output.log.info(`worker ${doors.pid} on ${doors.host} serves ${live().chosen.length} connections, ${concurrency} at once`);
      return worker(doors, {
        serves: () => live().chosen.flatMap(served),
        iterate: iterating(call, live, keeper, doors),
        onError: ({ connection, slice }, error) => {
          call.output.log.warn(errorText(`worker ${connection}${slice === undefined ? "" : ` (${slice})`}`, error), { connection, ...(slice === undefined ? {} : { slice }) });
          return exitCodeOf(error);
        },
        concurrency,
        untilEmpty: call.options.untilEmpty === true,
      }).finally(() => keeper.close());
    });
    call.output.summary(summaryOf(result));
    call.output.jsonLine({ worker: result });
    if (!result.stopped && call.options.untilEmpty !== true) throw new RemoteError("the queue ended by itself", "look at the log of the database, and start the worker again");
    return codeOf(call, result);
  },
};

export default definition;
await main(import.meta, definition);
