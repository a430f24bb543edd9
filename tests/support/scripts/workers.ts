// What tests of real workers share: looking into the database, waiting for what a worker does, finding runs that met.

import { setTimeout as pause } from "node:timers/promises";
import type { GateStep } from "../systems/gate.ts";
import { execute } from "../store/postgres.ts";
import type { Running } from "./process.ts";
import type { Site } from "./site.ts";

export const rows = async (site: Site, sql: string): Promise<readonly Record<string, unknown>[]> => execute(site.databaseUrl ?? "", sql);

export const until = async (what: () => Promise<boolean>): Promise<void> => {
  while (!(await what())) await pause(100);
};

/** Reached, or why not: a worker that ended never gets there. */
export const orEnded = <T>(reached: Promise<T>, worker: Running): Promise<T> =>
  Promise.race([
    reached,
    worker.ended.then((end) => {
      throw new Error(`the worker ended before: ${JSON.stringify(end)}`);
    }),
  ]);

/** As if an hour had passed since the last starts. */
export const makeDue = (site: Site) => execute(site.databaseUrl ?? "", "update facts set at = at - interval '1 hour' where name like 'start:%'", "update runs set started_at = started_at - interval '1 hour', ended_at = ended_at - interval '1 hour'");

export const isCreate = (step: GateStep): boolean => step.when === "before" && step.method === "POST" && /\/issue(\/bulk)?$/.test(step.target.replace(/\?.*/, ""));

/** Pairs of runs of one connection, or one slice of it, that were at work at the same time; the killed one has no end. */
export const TWICE = `select a.id from runs a join runs b on a.connection = b.connection and a.slice is not distinct from b.slice and a.id <> b.id and a.ended_at is not null and b.ended_at is not null and a.started_at <= b.started_at and b.started_at < a.ended_at`;
