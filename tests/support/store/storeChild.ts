// A process of its own for tests about dying and waiting: does one thing with a store, tells every step as a JSON line.
//   lock URL NAME            takes the lock, says {held}, stays
//   slice URL NAME SLICE     takes a slice of it, says {held}, stays
//   hold DIRECTORY           opens the embedded store, says {held}, stays
//   open DIRECTORY SECONDS   tries to open it, says {opened} or {error, code, waited}
//   write DIRECTORY SET      records link after link, says {done: n} after each commit
//   import URL NAMES WAIT    replaces the user maps by NAMES names, says {loaded} before the end; WAIT: stays there
//   bring URL PEOPLE         adds them person by person, says {loaded} before the end and stays there

import { hostname } from "node:os";
import { TandemError } from "../../../lib/core/errors.ts";
import { openStore } from "../../../lib/store/open.ts";
import type { Store, UserMapChange } from "../../../lib/store/store.ts";
import { peakMemory } from "../peakMemory.ts";

const say = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

const [what = "", where = "", ...rest] = process.argv.slice(2);
const holder = { host: hostname(), pid: process.pid, script: "child" };

const open = (lockWaitSeconds: number): Promise<Store> => openStore({ ...(where.startsWith("postgres") ? { databaseUrl: where } : {}), directory: where, lockWaitSeconds, holder, now: () => new Date().toISOString() });

const stay = (): Promise<never> => new Promise(() => setInterval(() => undefined, 1000));

const PAGE = 1000;

async function* people(count: number, wait: boolean): AsyncGenerator<readonly UserMapChange[]> {
  for (let at = 0; at < count; at += PAGE)
    yield Array.from({ length: PAGE }, (_, index): UserMapChange => ({ name: `Person ${at + index}`, users: [{ dataSource: "octane", name: `person${at + index}@example.com` }, { dataSource: "jira", name: `5b10a2844c20165700ede21g-${at + index}` }] }));
  say({ loaded: count });
  if (wait) await stay();
}

const deeds: Readonly<Record<string, () => Promise<void>>> = {
  lock: async () => {
    const store = await open(0);
    const lease = await store.locks.acquire(rest[0] ?? "", holder);
    say({ held: "release" in lease, fence: lease.fence });
    await stay();
  },
  slice: async () => {
    const lease = await (await open(0)).locks.acquireSlice(rest[0] ?? "", rest[1] ?? "", holder);
    say({ held: "release" in lease });
    await stay();
  },
  hold: async () => {
    await open(0);
    say({ held: true });
    await stay();
  },
  open: async () => {
    const since = performance.now();
    try {
      const store = await open(Number(rest[0]));
      say({ opened: true });
      await store.close();
    } catch (error) {
      if (!(error instanceof TandemError)) throw error;
      say({ error: error.message, advice: error.advice, code: error.exitCode, waited: Math.round(performance.now() - since) });
    }
  },
  write: async () => {
    const store = await open(5);
    const syncSet = Number(rest[0]);
    for (let n = 1; ; n++) {
      await store.record({ links: [{ syncSet, state: "active", master: { id: `m${n}`, prints: { name: "x" } }, target: { id: `t${n}`, prints: {} } }], watermarks: [{ syncSet, side: "master", at: new Date(n).toISOString() }] });
      say({ done: n });
    }
  },
  import: async () => {
    const store = await open(0);
    const result = await store.userMaps.write(people(Number(rest[0]), rest[1] === "wait"), { mode: "replace" });
    say({ ...result, megabytes: Math.round(peakMemory() / 1024) });
    await store.close();
  },
  bring: async () => {
    const store = await open(0);
    await store.userMaps.bring(people(Number(rest[0]), true), { mode: "merge", write: true });
  },
};

await deeds[what]?.();
