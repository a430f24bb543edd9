// Purging: what is to go is a plan that can be looked at; carrying it out drops whole months of outcomes and deletes
// runs in batches. Touches nothing else. On a server nobody is kept waiting: short lock timeouts, tried again with pauses.

import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { codeOf, UsageError } from "../../core/errors.ts";
import { BATCH, nextBatch } from "../../core/retention.ts";
import { type OpenDatabase, ownClient } from "../database.ts";
import { forgetPartitions } from "./partitions.ts";
import type { Purge, PurgePlan, PurgeResult, PurgeRules } from "../store.ts";

type Partition = PurgePlan["partitions"][number];
type PurgeHow = NonNullable<Parameters<Purge["apply"]>[1]>;

const DAY_MS = 86_400_000;
/** The rows of a larger month are estimated from a hundredth of its pages: counting would take longer than dropping. */
const COUNTED = 64 * 1024 * 1024;
/** Pauses before a busy partition is tried again; after the last one it is left for the next purge. */
const PAUSES_MS = [100, 300, 1_000, 3_000, 10_000];
const LOCK_TIMEOUT_MS = 1_000;
/** Months that are dropped at a time: most of it is waiting for the disk. */
const LANES = 2;

interface Found {
  readonly name: string;
  readonly attached: boolean;
  readonly detaching: boolean;
  readonly bytes: number;
}

/** Partitions of the outcomes, and tables an interrupted purge detached but did not drop. */
const FIND = `select c.relname as name, i.inhrelid is not null as attached, coalesce(i.inhdetachpending, false) as detaching, pg_total_relation_size(c.oid) as bytes
  from pg_class c left join pg_inherits i on i.inhrelid = c.oid
  where c.relkind = 'r' and c.relnamespace = (select relnamespace from pg_class where oid = 'outcomes'::regclass) and c.relname ~ '^outcomes_[0-9]{4}_[0-9]{2}$' order by c.relname`;

/** PostgreSQL 13 cannot detach concurrently and has no such column. */
const FIND_13 = FIND.replace("coalesce(i.inhdetachpending, false)", "false");

const monthOf = (name: string): { readonly from: string; readonly to: string } => {
  const [year, month] = name.slice("outcomes_".length).split("_").map(Number) as [number, number];
  return { from: new Date(Date.UTC(year, month - 1, 1)).toISOString(), to: new Date(Date.UTC(year, month, 1)).toISOString() };
};

const versionOf = async (open: OpenDatabase): Promise<number> => Number((await open.db.raw("select current_setting('server_version_num')::int as version")).rows[0].version);

const before = (days: number, now: string): string => {
  if (!(days >= 1)) throw new UsageError(`${days} days are too few to keep`, "keep at least one day");
  return new Date(Date.parse(now) - days * DAY_MS).toISOString();
};

/** Runs that ended before and left no outcomes in what stays. A run that crashed counts from its start. */
const OLD_RUNS = "from runs r where coalesce(r.ended_at, r.started_at) < ? and not exists (select 1 from outcomes o where o.run_id = r.id and not (o.tableoid::regclass::text = any(?::text[])))";

const plan = async (open: OpenDatabase, rules: PurgeRules): Promise<PurgePlan> => {
  const partitions: Partition[] = [];
  if (rules.olderThan.outcomes !== undefined) {
    const limit = before(rules.olderThan.outcomes, rules.now);
    const found: readonly Found[] = (await open.db.raw((await versionOf(open)) >= 140000 ? FIND : FIND_13)).rows;
    for (const { name, attached, detaching, bytes } of found) {
      const { from, to } = monthOf(name);
      if (to > limit) continue;
      const large = Number(bytes) > COUNTED;
      const { rows } = await open.db.raw(large ? `select count(*) * 100 as n from ${name} tablesample system (1)` : `select count(*) as n from ${name}`);
      partitions.push({ name, from, to, rows: Number(rows[0].n), ...(large ? { estimated: true } : {}), bytes: Number(bytes), left: !attached || detaching });
    }
  }
  if (rules.olderThan.runs === undefined) return { partitions, runs: { rows: 0 } };
  const limit = before(rules.olderThan.runs, rules.now);
  const { rows } = await open.db.raw(`select count(*) as n ${OLD_RUNS}`, [limit, partitions.map(({ name }) => name)]);
  return { partitions, runs: { before: limit, rows: Number(rows[0].n) } };
};

const isBusy = (error: unknown): boolean => ["55P03", "40P01"].includes(codeOf(error));

/** A table can have one partition half detached: while a reader holds up one month, the others wait for the next purge. */
const isPending = (error: unknown): boolean => codeOf(error) === "55000";

interface Hand {
  /** Alone on a connection of its own: detaching concurrently allows no transaction around it. */
  run(sql: string): Promise<unknown>;
  state(name: string): Promise<"attached" | "detaching" | "alone" | "gone">;
  readonly concurrently: boolean;
}

const stateOf = (row: Pick<Found, "attached" | "detaching"> | undefined): "attached" | "detaching" | "alone" | "gone" => (row === undefined ? "gone" : row.detaching ? "detaching" : row.attached ? "attached" : "alone");

/** Of one month, without measuring any. */
const stateSql = (name: string, detaching = "coalesce(i.inhdetachpending, false)"): string => `select i.inhrelid is not null as attached, ${detaching} as detaching from pg_class c left join pg_inherits i on i.inhrelid = c.oid where c.oid = to_regclass('${name}')`;

/** One step nearer to standing alone. Detaching concurrently takes two transactions: one that died in between is finished first. */
const detach = async (hand: Hand, name: string): Promise<void> => {
  const state = await hand.state(name);
  if (state === "attached") await hand.run(`alter table outcomes detach partition ${name}${hand.concurrently ? " concurrently" : ""}`);
  else if (state === "detaching") await hand.run(`alter table outcomes detach partition ${name} finalize`);
};

/** Rows that came for the month meanwhile have attached it again: told as a lock that somebody holds, and left to them. */
const dropAlone = (name: string): string => `do $$ begin
  perform set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', true);
  if to_regclass('${name}') is null then return; end if;
  lock table ${name} in access exclusive mode;
  if exists (select 1 from pg_inherits where inhrelid = to_regclass('${name}')) then raise exception '${name} is attached' using errcode = 'lock_not_available'; end if;
  drop table ${name};
end $$`;

interface Waits {
  longest: number;
}

/** Ends early when it is stopped. */
const pause = (ms: number, stop: AbortSignal | undefined): Promise<void> =>
  sleep(ms, undefined, stop === undefined ? {} : { signal: stop }).catch((reason: unknown) => {
    if (stop?.aborted !== true) throw reason;
  });

/** Does it, and again after a pause while somebody is in the way; false where that did not end. */
const insist = async (deed: () => Promise<unknown>, waits: Waits, stop: AbortSignal | undefined): Promise<boolean> => {
  for (let failures = 0; stop?.aborted !== true; ) {
    const since = performance.now();
    try {
      await deed();
      return true;
    } catch (error) {
      if (isPending(error)) return false;
      const wait = PAUSES_MS[failures++];
      if (!isBusy(error)) throw error;
      if (wait === undefined) return false;
      await pause(wait, stop);
    } finally {
      waits.longest = Math.max(waits.longest, Math.round(performance.now() - since));
    }
  }
  return false;
};

const serverHand = async (open: OpenDatabase, config: pg.ClientConfig): Promise<{ readonly hand: Hand; readonly end: () => Promise<void> }> => {
  const [concurrently, client] = await Promise.all([versionOf(open).then((version) => version >= 140000), ownClient(config, "tandem purge")]);
  client.on("error", () => {
    // The statement in hand fails with it.
  });
  await client.query(`set lock_timeout to ${LOCK_TIMEOUT_MS}`);
  const state: Hand["state"] = async (name) => stateOf(((await client.query(stateSql(name, concurrently ? undefined : "false"))).rows as readonly Found[])[0]);
  return { hand: { run: (sql) => client.query(sql), state, concurrently }, end: () => client.end() };
};

const embeddedHand = (open: OpenDatabase): Hand => ({
  run: (sql) => open.db.raw(sql),
  state: async (name) => stateOf(((await open.db.raw(stateSql(name))).rows as readonly Found[])[0]),
  concurrently: false,
});

const deleteRuns = async (open: OpenDatabase, limit: string, waits: Waits, stop: AbortSignal | undefined): Promise<number> => {
  let deleted = 0;
  let size: number = BATCH.most;
  while (stop?.aborted !== true) {
    const since = performance.now();
    const { rowCount } = await open.db.raw(`delete from runs where id in (select r.id ${OLD_RUNS} limit ${size})`, [limit, []]);
    const ms = performance.now() - since;
    waits.longest = Math.max(waits.longest, Math.round(ms));
    deleted += Number(rowCount);
    if (Number(rowCount) < size) break;
    const next = nextBatch(size, ms);
    size = next.size;
    if (next.pauseMs > 0) await pause(next.pauseMs, stop);
  }
  return deleted;
};

interface Gone {
  readonly dropped: readonly Partition[];
  readonly busy: readonly string[];
}

/** One month after the other is detached; dropping, which waits for the disk, goes on beside it. */
const dropPartitions = async (open: OpenDatabase, hand: Hand, partitions: readonly Partition[], waits: Waits, how: PurgeHow): Promise<Gone> => {
  const [dropped, busy]: [Partition[], string[]] = [[], []];
  const lanes: Promise<void>[] = Array.from({ length: open.config === undefined ? 1 : LANES }, () => Promise.resolve());
  const tell = (partition: Partition, isGone: boolean): void => {
    if (isGone) dropped.push(partition);
    else busy.push(partition.name);
    how.onProgress?.(dropped.length + busy.length, partitions.length);
  };
  const drop = async (partition: Partition, isAlone: boolean): Promise<void> => tell(partition, isAlone && (await insist(() => open.db.raw(dropAlone(partition.name)), waits, how.stop)));
  try {
    for (const [at, partition] of partitions.entries()) {
      if (how.stop?.aborted === true) break;
      const isAlone = await insist(() => detach(hand, partition.name), waits, how.stop);
      const lane = (lanes[at % lanes.length] ?? Promise.resolve()).then(() => drop(partition, isAlone));
      lanes[at % lanes.length] = lane;
      // Thrown below, where all are waited for.
      lane.catch(() => undefined);
    }
  } finally {
    await Promise.allSettled(lanes);
  }
  await Promise.all(lanes);
  return { dropped, busy };
};

const apply = async (open: OpenDatabase, todo: PurgePlan, how: PurgeHow = {}): Promise<PurgeResult> => {
  const waits: Waits = { longest: 0 };
  let gone: Gone = { dropped: [], busy: [] };
  if (todo.partitions.length > 0) {
    const { hand, end } = open.config === undefined ? { hand: embeddedHand(open), end: async () => undefined } : await serverHand(open, open.config);
    try {
      gone = await dropPartitions(open, hand, todo.partitions, waits, how);
    } finally {
      forgetPartitions(open.db);
      await end();
    }
  }
  const runs = todo.runs.before === undefined ? 0 : await deleteRuns(open, todo.runs.before, waits, how.stop);
  const sum = (count: (partition: Partition) => number): number => gone.dropped.reduce((total, partition) => total + count(partition), 0);
  return { partitions: gone.dropped.length, rows: sum(({ rows }) => rows), runs, bytes: sum(({ bytes }) => bytes), longestWaitMs: waits.longest, busy: gone.busy };
};

export const createPurge = (open: OpenDatabase): Purge => ({ plan: (rules) => plan(open, rules), apply: (todo, how) => apply(open, todo, how) });
