// Many workers: 1, 2, 4 and 8 worker processes over 40 connections that wait for their endpoints most of the time; what one
// PostgreSQL bears of turns and of tokens. The sandboxes are a process of their own, and so is each worker.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createPace } from "../../lib/run/turns/pace.ts";
import { worker } from "../../lib/run/worker.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { type Running, startScript } from "../support/scripts/process.ts";
import { STORIES } from "../support/scripts/site.ts";
import { keep, median } from "./measure.ts";

const CONNECTIONS = 40;
const WORKERS = (process.env.TANDEM_BENCH_WORKERS ?? "1,2,4,8").split(",").map(Number);
/** Every call takes at least this long. */
const LATENCY_MS = Number(process.env.TANDEM_BENCH_LATENCY ?? 200);
const ROUNDS = Number(process.env.TANDEM_BENCH_ROUNDS ?? 5);
/** Iterations of each worker before it is measured: by then it has met most of the connections. */
const WARM = 60;
const WINDOW_MS = Number(process.env.TANDEM_BENCH_SECONDS ?? 20) * 1000;

/** One process of sandboxes would be the narrow place itself. */
const PAIRS = 8;

/** Twice as much is due as eight workers can do where each call takes its time, and an iteration takes two one after the other. */
const FREQUENCY = Math.max(1, Math.floor((CONNECTIONS * LATENCY_MS) / 8000));

const names = Array.from({ length: CONNECTIONS }, (_, n) => `c${String(n + 1).padStart(2, "0")}`);

const until = async (what: () => Promise<boolean>): Promise<void> => {
  while (!(await what())) await pause(250);
};

const spread = (numbers: readonly number[]): string => `${Math.round(median(numbers))} (${Math.round(Math.min(...numbers))}–${Math.round(Math.max(...numbers))})`;

const opened = (database: FreshDatabase): Promise<Store> => openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 0, holder: { host: "bench", pid: process.pid, script: "bench" }, now: () => new Date().toISOString() });

const startSandboxes = async () => {
  const child = spawn(process.execPath, ["--no-warnings", "--import", "tsx", fileURLToPath(new URL("workersChild.ts", import.meta.url))], { stdio: ["ignore", "pipe", "inherit"] });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const { octane, jira } = JSON.parse(String(value)) as { readonly octane: string; readonly jira: string };
  return {
    octane,
    jira,
    /** From now on every call takes so long. */
    delay: async (delayMs: number): Promise<void> => {
      for (const url of [octane, jira]) expect((await fetch(`${url}/_sandbox/faults`, { method: "POST", body: JSON.stringify([{ effect: { delayMs } }]) })).status).toBe(200);
    },
    close: async (): Promise<void> => {
      const gone = new Promise((done) => child.once("exit", done));
      child.kill();
      await gone;
    },
  };
};

type Sandboxes = Awaited<ReturnType<typeof startSandboxes>>;

/** Each connection between one of the pairs of sandboxes, where several may be as none makes anything; answers the secrets, for the environment. */
const define = (directory: string, pairs: readonly Sandboxes[]): Readonly<Record<string, string>> => {
  mkdirSync(join(directory, "connections"), { recursive: true });
  const sources = pairs.flatMap(({ octane, jira }, n) => [
    `  octane${n}: { system: octane, url: "${octane}", credentials: { clientId: tandem_client, clientSecret: "\${env:OCTANE_SECRET}" }, scope: { space: "1001" }, options: { intentField: tandem_id_udf }, allowCreate: { story: false }, network: { proxy: none } }`,
    `  jira${n}: { system: jira, url: "${jira}", credentials: { email: sync@example.com, token: "\${env:JIRA_TOKEN}" }, allowCreate: { Story: false }, network: { proxy: none } }`,
  ]);
  writeFileSync(join(directory, "dataSources.yaml"), `dataSources:\n${sources.join("\n")}\n`);
  for (const [n, name] of names.entries()) writeFileSync(join(directory, "connections", `${name}.yaml`), STORIES.replace("name: octane-jira", `name: ${name}\nfrequency: ${FREQUENCY}`).replace("master: octane\n", `master: octane${n % PAIRS}\n`).replace("target: jira\n", `target: jira${n % PAIRS}\n`));
  return { OCTANE_SECRET: "tandem_secret", JIRA_TOKEN: "jira-token" };
};

/** What a process has computed so far, where the system tells. */
const cpuSeconds = (pid: number): number => {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const fields = readFileSync(file, "utf8").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

interface Round {
  readonly perMinute: number;
  /** Of the workers, for each iteration. */
  readonly cpuMs: number;
}

const ended = async (database: FreshDatabase): Promise<number> => Number((await execute(database.url, "select count(*)::int as ended from runs where status = 'done'"))[0]?.ended);

/** So many workers, each busy all the time: more is due than they can do. What they keep, they have by then: each has met each data source, mostly. */
const round = async (database: FreshDatabase, home: string, env: Readonly<Record<string, string>>, count: number): Promise<Round> => {
  await execute(database.url, "delete from runs");
  const logs = Array.from({ length: count }, (_, n) => join(home, `worker-${n}.log`));
  const workers: Running[] = [];
  const computed = (): number => workers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  try {
    for (const log of logs) workers.push(await startScript("worker", ["--all", "-q", "--concurrency", "1", "--log", log], { cwd: home, env, asScheduled: true }));
    await until(async () => (await ended(database)) >= WARM * count);
    const [before, cpu, began] = [await ended(database), computed(), performance.now()];
    await pause(WINDOW_MS);
    const [iterations, ms] = [(await ended(database)) - before, performance.now() - began];
    return { perMinute: (iterations * 60_000) / ms, cpuMs: ((computed() - cpu) * 1000) / iterations };
  } finally {
    for (const each of workers) each.terminate();
    await Promise.all(workers.map(({ ended: end }) => end));
    for (const log of logs) rmSync(log, { force: true });
  }
};

it(`1, 2, 4, 8 workers over ${CONNECTIONS} connections`, async () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-bench-workers-"));
  const database = await freshDatabase();
  const pairs: Sandboxes[] = [];
  try {
    for (let n = 0; n < PAIRS; n++) pairs.push(await startSandboxes());
    const directory = join(home, "tandem");
    const env = { ...define(directory, pairs), DATABASE_URL: database.url, TANDEM_CONFIG: directory };
    // Everything is there already, and there is nothing to write.
    await round(database, home, env, 2);
    for (const pair of pairs) await pair.delay(LATENCY_MS);
    const found = new Map<number, Round[]>(WORKERS.map((count) => [count, []]));
    for (let n = 0; n < ROUNDS; n++) for (const count of WORKERS) found.get(count)?.push(await round(database, home, env, count));
    const [calls] = await execute(database.url, `select round(avg((counts ->> 'calls.master')::int + (counts ->> 'calls.target')::int), 1)::float8 as calls from runs`);
    const ratesOf = (rounds: readonly Round[]): readonly number[] => rounds.map(({ perMinute }) => perMinute);
    const one = median(ratesOf(found.get(1) ?? [...found.values()][0] ?? []));
    for (const [count, rounds] of found) {
      const rates = ratesOf(rounds);
      keep({ bench: "workers", what: `${count} worker${count === 1 ? "" : "s"}, ${CONNECTIONS} connections, ${LATENCY_MS} ms a call (${String(calls?.calls)} counted calls each), per worker beside one`, ours: `${spread(rates)} iterations a minute`, theirs: `${Math.round(one)} × ${count}`, ratio: median(rates) / one / count, asked: "≥ 0.9" });
      keep({ bench: "workers", what: `${count} worker${count === 1 ? "" : "s"}: what they compute for an iteration`, ours: `${median(rounds.map(({ cpuMs }) => cpuMs)).toFixed(0)} ms`, theirs: "" });
    }
    keep({ bench: "workers", what: "load of the machine at the end (1, 5, 15 minutes)", ours: loadavg().map((load) => load.toFixed(1)).join(" "), theirs: "" });
    expect(one).toBeGreaterThan(0);
  } finally {
    for (const pair of pairs) await pair.close();
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  }
});

it("what one PostgreSQL bears: turns with lock, fence and run, taken by 8 at once", async () => {
  const database = await freshDatabase();
  const store = await opened(database);
  const queue = await store.openQueue(8);
  const many = Array.from({ length: 400 }, (_, n) => ({ name: `n${n}`, connection: `n${n}`, frequencySeconds: 3600 }));
  try {
    const doors = { store, queue, now: () => new Date().toISOString(), stop: new AbortController().signal, log: { info: () => undefined, warn: () => undefined, debug: () => undefined } };
    const spent = async (): Promise<{ readonly commits: number; readonly ms: number }> => {
      const [row] = await execute(database.url, "select xact_commit::int as commits, active_time as ms from pg_stat_database where datname = current_database()");
      return { commits: Number(row?.commits), ms: Number(row?.ms) };
    };
    const before = await spent();
    const began = performance.now();
    const result = await worker(doors, {
      serves: () => many,
      iterate: async ({ connection: name }) => {
        const lease = await store.locks.acquire(`connection:${name}`, { host: "bench", pid: 1, script: "bench" });
        if (!("release" in lease)) return 75;
        const id = crypto.randomUUID();
        await store.runs.start({ id, connection: name, script: "syncIteration", host: "bench", pid: 1, at: doors.now() });
        await store.runs.end(id, { at: doors.now(), status: "done", counts: {} });
        await lease.release();
        return 0;
      },
      onError: () => 70,
      concurrency: 8,
      untilEmpty: true,
    });
    const seconds = (performance.now() - began) / 1000;
    expect(result).toMatchObject({ iterations: many.length, unfinished: 0 });
    keep({ bench: "workers", what: "empty iterations (queue, lock, fence, run row), 8 at once in one process", ours: `${Math.round((many.length / seconds) * 60)} a minute`, theirs: "" });
    await queue.close();
    await store.close();
    // What sessions did is told when they have ended.
    const after = await spent();
    keep({ bench: "workers", what: "the same, in the database", ours: `${((after.commits - before.commits) / many.length).toFixed(1)} transactions and ${((after.ms - before.ms) / many.length).toFixed(1)} ms of work each`, theirs: "" });
  } finally {
    await database.drop();
  }
});

it("what a token costs", async () => {
  const database = await freshDatabase();
  const store = await opened(database);
  try {
    const each: number[] = [];
    for (let n = 0; n < 300; n++) {
      const began = performance.now();
      await store.tokens.take("http://one", 1, 0.001, 1e6);
      each.push(performance.now() - began);
    }
    const pace = createPace(store.tokens, { name: "b", url: "http://two", callsPerSecond: 1e6, maxWaitSeconds: 60 });
    const began = performance.now();
    await Promise.all(Array.from({ length: 6 }, async () => {
      for (let n = 0; n < 500; n++) await pace.leave();
    }));
    keep({ bench: "workers", what: "leave for a call from the token table, one at a time", ours: `${median(each).toFixed(2)} ms`, theirs: "" });
    keep({ bench: "workers", what: "the same, six callers of a process together", ours: `${((performance.now() - began) / 3000).toFixed(2)} ms`, theirs: "" });
  } finally {
    await store.close();
    await database.drop();
  }
});
