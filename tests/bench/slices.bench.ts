// One connection of many pairs of projects whose systems take their time for each call: worked on as a whole by one worker, and
// in slices by four of one process, on a real PostgreSQL. The systems are imagined, so that nothing else of them counts.

import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { lockOf } from "../../lib/run/turns/due.ts";
import { type IterationOptions, syncIteration } from "../../lib/run/syncIteration.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Lease, LockHolder, Store } from "../../lib/store/store.ts";
import { freshDatabase } from "../support/store/postgres.ts";
import { CONNECTION, createWorlds, itemsOf, MASTER_TYPES, TARGET_TYPES, type Worlds } from "../support/engine/worlds.ts";
import { keep, median, shown } from "./measure.ts";

const PAIRS = Number(process.env.TANDEM_BENCH_PAIRS ?? 16);
const LATENCY_MS = Number(process.env.TANDEM_BENCH_LATENCY ?? 50);
const ROUNDS = Number(process.env.TANDEM_BENCH_ROUNDS ?? 5);
const WORKERS = 4;
const HOLDER = { host: "bench", pid: process.pid, script: "bench" };

const numbers = Array.from({ length: PAIRS }, (_, n) => n);
const SLICES = numbers.map((n) => `P${n}~Q${n}`);
const LINE = '  - { master: "P", target: "Q" }';

const opened = (store: Store): Worlds => {
  const projects = (letter: string) => numbers.map((n) => ({ id: `${letter}${n}`, name: `${letter}${n}` }));
  const text = CONNECTION.replace("name: demo", "name: demo\nslices: projectPair").replace(LINE, numbers.map((n) => LINE.replace("P", `P${n}`).replace("Q", `Q${n}`)).join("\n"));
  return createWorlds(store, { connection: text, master: { projects: projects("P"), types: MASTER_TYPES }, target: { projects: projects("Q"), types: TARGET_TYPES } });
};

const SLOW = { before: async (): Promise<void> => void (await pause(LATENCY_MS)) };

/** Under its lock, as a worker does it. */
const iterate = async (store: Store, worlds: Worlds, lease: Lease | LockHolder, options: IterationOptions): Promise<void> => {
  if (!("release" in lease)) throw new Error(`${lease.name} is held by ${lease.script}`);
  try {
    expect((await syncIteration(worlds.context(store, { hooks: { master: SLOW, target: SLOW } }), options, lease)).status).toBe("done");
  } finally {
    await lease.release();
  }
};

const whole = async (store: Store, worlds: Worlds): Promise<void> => iterate(store, worlds, await store.locks.acquire(lockOf("demo"), HOLDER), {});

const inSlices = async (store: Store, worlds: Worlds): Promise<void> => {
  const due = [...SLICES];
  await Promise.all(Array.from({ length: WORKERS }, async () => {
    for (let slice = due.shift(); slice !== undefined; slice = due.shift()) await iterate(store, worlds, await store.locks.acquireSlice(lockOf("demo"), slice, HOLDER), { slice });
  }));
};

/** People made an item in each project, and edited one. */
const live = (worlds: Worlds): void => {
  worlds.time.ms += 60_000;
  for (const n of numbers) {
    const [first] = itemsOf(worlds.master, "story").filter(({ project }) => project === `P${n}`);
    if (first !== undefined) worlds.master.update("anna", first, { points: first.revision });
    worlds.master.create("anna", "story", `P${n}`, { name: `story ${worlds.master.items.size}` });
  }
  worlds.time.ms += 60_000;
};

it(`${PAIRS} pairs of projects of one connection, as a whole and in slices`, async () => {
  const database = await freshDatabase();
  const store = await openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 0, holder: HOLDER, now: () => new Date().toISOString() });
  try {
    const worlds = opened(store);
    const times: Record<"whole" | "slices", number[]> = { whole: [], slices: [] };
    const timed = async (into: number[], work: () => Promise<void>): Promise<void> => {
      live(worlds);
      const began = performance.now();
      await work();
      into.push(performance.now() - began);
    };
    // The first of both opens connections and makes partitions.
    for (let n = 0; n <= ROUNDS; n++) {
      await timed(n === 0 ? [] : times.whole, () => whole(store, worlds));
      await timed(n === 0 ? [] : times.slices, () => inSlices(store, worlds));
    }
    expect(itemsOf(worlds.target, "Story")).toHaveLength(itemsOf(worlds.master, "story").length);
    const ratio = median(times.whole) / WORKERS / median(times.slices);
    keep({ bench: "slices", what: `${PAIRS} pairs of projects, ${LATENCY_MS} ms a call, ${WORKERS} workers of one process in slices, per worker beside one with the whole`, ours: shown(times.slices), theirs: `${shown(times.whole)} / ${WORKERS}`, ratio, asked: "≥ 0.9" });
  } finally {
    await store.close();
    await database.drop();
  }
});
