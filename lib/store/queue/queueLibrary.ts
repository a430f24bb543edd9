// What is asked of graphile-worker itself; loaded by workers alone.

import { EventEmitter } from "node:events";
import { Logger, makeWorkerUtils, runTaskList, type TaskList, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import { AccessError, codeOf } from "../../core/errors.ts";
import { PREFIX, SCHEMA, type TakeHow } from "./queue.ts";

/** Turns of the future are found by looking. */
const POLL_MS = 1000;

const silent = (log: TakeHow["log"]) => new Logger(() => (level, message) => log(level === "error" || level === "warning" ? "warn" : "debug", `queue: ${message}`));

/** The library looks at the names of its tasks each time it asks for a job: what is served may change while it runs. */
const tasksOf = ({ serves, take }: TakeHow): TaskList => {
  const task = async (name: string): Promise<void> => take(name);
  return new Proxy<TaskList>({}, {
    ownKeys: () => serves().map((name) => `${PREFIX}${name}`),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (_, name) => (typeof name === "string" && name.startsWith(PREFIX) ? () => task(name.slice(PREFIX.length)) : undefined),
  });
};

/** Until `stop`, or until nothing waits with `untilEmpty`; what is in hand is ended first. */
export const work = async (pool: pg.Pool, how: TakeHow): Promise<void> => {
  const events: WorkerEvents = new EventEmitter();
  const options = { pgPool: pool, schema: SCHEMA, concurrency: how.concurrency, pollInterval: POLL_MS, noHandleSignals: true, logger: silent(how.log), events };
  let atWork = 0;
  let ending: Promise<unknown> | undefined;
  const workers = runTaskList(options, tasksOf({ ...how, take: (name) => how.take(name).finally(() => atWork--) }), pool);
  const end = (): void => {
    ending ??= Promise.resolve(workers.gracefulShutdown());
    ending.catch((error: unknown) => how.log("warn", `queue: ${String(error)}`));
  };
  events.on("job:start", () => atWork++);
  if (how.untilEmpty) events.on("worker:getJob:empty", () => (atWork === 0 ? end() : undefined));
  if (how.stop.aborted) end();
  how.stop.addEventListener("abort", end, { once: true });
  try {
    await workers.promise;
  } finally {
    how.stop.removeEventListener("abort", end);
  }
};

/** A table of the queue is missing, and this role may not make it. */
const mayNot = (error: unknown): boolean => codeOf(error) === "42501";

/** Makes or renews the library's own schema. Throws AccessError where the role may not. */
export const prepare = async (pool: pg.Pool, location: string): Promise<void> => {
  const utils = await makeWorkerUtils({ pgPool: pool, schema: SCHEMA, logger: silent(() => undefined) }).catch((error: unknown) => {
    if (!mayNot(error)) throw error;
    throw new AccessError(`the database ${location} has no queue yet, and this role may not make it`, "grant create on the database to it for the first start of a worker: docs/workers.md", { cause: error });
  });
  try {
    await utils.migrate();
    // What killed workers held and others have taken over.
    await utils.cleanup({ tasks: ["DELETE_PERMAFAILED_JOBS"] });
  } finally {
    await utils.release();
  }
};

/** Few connections: a turn has the store's own. */
export const poolOf = (config: pg.ClientConfig, concurrency: number): pg.Pool => {
  const { types: _types, ...plain } = config;
  const pool = new pg.Pool({ ...plain, application_name: "tandem queue", max: Math.min(concurrency, 3) + 1 });
  // The next statement tells; without a listener a lost connection would end the process.
  pool.on("error", () => undefined).on("connect", (client) => client.on("error", () => undefined));
  return pool;
};
