// A long haul: one iteration a minute for a simulated day, people at work all the while and one call in twenty failing.
// Memory stays flat, nothing is lost or there twice, nothing is left open, and calls stay near the least possible.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, describe, expect, it } from "vitest";
import { LostReply } from "../../lib/connectors/memory.ts";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import { RemoteError, TandemError } from "../../lib/core/errors.ts";
import type { Side } from "../../lib/core/types.ts";
import type { IterationResult } from "../../lib/run/syncIteration.ts";
import type { FaultEffect } from "../../lib/sandbox/faults.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { createWorlds, edit, itemsOf, make, type Worlds } from "../support/engine/worlds.ts";
import { figure } from "./figures.ts";
import { inStep, KINDS, type World } from "./lying.ts";

const HOURS = Number(process.env.TANDEM_HOURS ?? 24);
const SANDBOX_HOURS = Number(process.env.TANDEM_SANDBOX_HOURS ?? 0.25);
const SEED = Number(process.env.TANDEM_SEED ?? 20261126);
const ITEMS = 200;
const FAULTS = 0.05;
const SIDES = ["master", "target"] as const;

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Mb of the heap that are still needed. */
const needed = (): number => {
  gc();
  gc();
  return process.memoryUsage().heapUsed / 1e6;
};

const randomOf = (seed: number): ((n: number) => number) => {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
};

const told: string[] = [];
afterAll(() => figure(`long haul: ${told.join("; ")}`));

class Calls {
  made = 0;
  least = 0;
  add(result: IterationResult): void {
    for (const side of SIDES) {
      this.made += result.calls[side];
      this.least += result.leastCalls[side];
    }
  }
}

/** Later hours against the first ones, when everything has been loaded and filled. */
const expectFlat = (samples: readonly number[]): void => {
  const warm = samples[Math.min(2, samples.length - 2)] ?? 0;
  for (const sample of samples.slice(2)) expect(Math.abs(sample / warm - 1), `Mb after each part: ${samples.map((mb) => mb.toFixed(1)).join(" ")}`).toBeLessThan(0.1);
};

const FIELDS = { master: ["story", "points"], target: ["Story", "estimate"] } as const;

/** Items by the tag they keep all their life. */
const byTag = (w: Worlds, side: Side): ReadonlyMap<string, readonly MemoryItem[]> => {
  const found = new Map<string, MemoryItem[]>();
  for (const item of itemsOf(w[side], FIELDS[side][0])) {
    const tag = String((item.fields[side === "master" ? "tags" : "labels"] as readonly string[])[0]);
    found.set(tag, [...(found.get(tag) ?? []), item]);
  }
  return found;
};

const shownAs = (side: Side, item: MemoryItem): unknown => [item.fields.name, item.fields[FIELDS[side][1]]];

/** People at work: whoever edits an item has seen what the other side did to it before. */
class Office {
  readonly w: Worlds;
  readonly random: (n: number) => number;
  readonly wanted = new Map<string, unknown>();
  #serial = 0;

  constructor(w: Worlds, random: (n: number) => number) {
    this.w = w;
    this.random = random;
  }

  create(side: Side): void {
    const tag = `k${++this.#serial}`;
    const item = make(this.w, side, FIELDS[side][0], { name: `item ${this.#serial}`, [FIELDS[side][1]]: this.#serial, [side === "master" ? "tags" : "labels"]: [tag] });
    this.wanted.set(tag, shownAs(side, item));
  }

  work(): void {
    const side = this.random(2) === 0 ? "master" : "target";
    if (this.random(40) === 0) return this.create(side);
    const tag = `k${1 + this.random(this.#serial)}`;
    const [item] = byTag(this.w, side).get(tag) ?? [];
    if (item === undefined || JSON.stringify(shownAs(side, item)) !== JSON.stringify(this.wanted.get(tag))) return;
    edit(this.w, side, item, this.random(2) === 0 ? { name: `item ${++this.#serial}` } : { [FIELDS[side][1]]: ++this.#serial });
    this.wanted.set(tag, shownAs(side, item));
  }

  /** What the imagined systems need to remember, and no more: this is about our memory. */
  forget(): void {
    for (const side of SIDES) for (const item of this.w[side].items.values()) item.history.splice(0, Math.max(0, item.history.length - 20));
  }
}

describe("a long haul", () => {
  it(`of ${HOURS} hours, an iteration a minute, on systems in memory`, async () => {
    const store = createMemoryStore();
    const w = createWorlds(store);
    const random = randomOf(SEED);
    const office = new Office(w, random);
    for (let n = 0; n < ITEMS; n++) office.create(n % 2 === 0 ? "master" : "target");
    await w.iterate();
    const calls = new Calls();
    let faults = 0;
    let failed = 0;
    const hooks = {
      before: (): void => {
        if (random(1000) >= FAULTS * 1000) return;
        faults++;
        throw new RemoteError("503 Service Unavailable", "try again");
      },
      after: (call: string): void => {
        if (!["create", "update"].includes(call) || random(1000) >= FAULTS * 1000) return;
        faults++;
        throw new LostReply();
      },
    };
    const samples: number[] = [];
    const open = process.getActiveResourcesInfo().length;
    for (let minute = 1; minute <= HOURS * 60; minute++) {
      for (let n = random(4); n > 0; n--) office.work();
      w.time.ms += 60_000;
      const result = await w.iterate(minute % 360 === 0 ? { sweep: true } : {}, { hooks: { master: hooks, target: hooks } }).catch((error: unknown) => {
        if (!(error instanceof TandemError)) throw error;
        return undefined;
      });
      if (result === undefined || result.failedSets.length > 0) failed++;
      if (result !== undefined) calls.add(result);
      (store.outcomeRows as unknown[]).splice(0);
      office.forget();
      if (minute % 60 === 0) samples.push(needed());
    }
    for (let n = 0; n < 4; n++) {
      w.time.ms += 7 * 3_600_000;
      await w.iterate({ sweep: n === 1 });
    }
    for (const side of SIDES) expect(Object.fromEntries([...byTag(w, side)].map(([tag, items]) => [tag, items.map((item) => shownAs(side, item))]).toSorted())).toEqual(Object.fromEntries([...office.wanted].map(([tag, values]) => [tag, [values]]).toSorted()));
    expect(store.content()).toMatchObject({ intents: [], quarantine: [], pending: [], conflicts: [] });
    expectFlat(samples);
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(open);
    expect(faults).toBeGreaterThan(HOURS * 5);
    told.push(`${HOURS * 60} iterations, ${office.wanted.size} items, ${faults} faults, ${failed} iterations failed in part, ${calls.made} calls (the least possible ${calls.least}), ${samples[0]?.toFixed(1)} → ${samples.at(-1)?.toFixed(1)} Mb`);
    expect(calls.made / calls.least).toBeLessThan(1.15);
  }, HOURS * 60_000);

  const EFFECTS: readonly FaultEffect[] = [{ status: 503 }, { dropAfter: true }, { status: 502, executeFirst: true }, { truncate: 20 }, { html: true }, { expireSessions: true }, { status: 429, headers: { "Retry-After": "5" } }];

  const change = (world: World, expected: string[], random: (n: number) => number, serial: number): void => {
    const side = random(2) === 0 ? "master" : "target";
    const name = `haul ${serial}`;
    const settled = world.names(side).filter((known) => expected.includes(known));
    const old = settled[random(settled.length)];
    if (random(4) === 0 || old === undefined) {
      world.create(side, name);
      expected.push(name);
      return;
    }
    // Whoever renames it has seen the name the other side gave it.
    if (!world.names(side === "master" ? "target" : "master").includes(old)) return;
    world.rename(side, old, name);
    expected[expected.indexOf(old)] = name;
  };

  it.each([["Jira Cloud", KINDS.cloud], ["Azure DevOps", KINDS.azure]] as const)(`of ${SANDBOX_HOURS} hours between the sandboxes of ALM Octane and %s`, async (title, kind) => {
    const { world, expected } = await inStep(kind);
    const random = randomOf(SEED);
    const calls = new Calls();
    const samples: number[] = [];
    let faults = 0;
    const open = process.getActiveResourcesInfo().length;
    for (let minute = 1; minute <= SANDBOX_HOURS * 60; minute++) {
      for (let n = random(3); n > 0; n--) change(world, expected, random, minute * 10 + n);
      world.later(60);
      for (const side of SIDES) {
        const nth = 1 + random(20);
        world.servers[side].faults.add({ match: { nth }, effect: EFFECTS[random(EFFECTS.length)] ?? {} });
      }
      const result = await world.endure(minute % 30 === 0 ? { sweep: true } : {});
      if (!(result instanceof TandemError)) calls.add(result);
      for (const side of SIDES) {
        faults += world.servers[side].faults.list().reduce((sum, fault) => sum + fault.hits, 0);
        world.servers[side].faults.clear();
        world.servers[side].clearCalls();
      }
      if (minute % (SANDBOX_HOURS * 6) === 0) samples.push(needed());
    }
    await world.quiet(expected, { sweep: true });
    expectFlat(samples);
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(open);
    await world.close();
    told.push(`${title}: ${SANDBOX_HOURS * 60} iterations, ${expected.length} items, ${faults} faults, ${calls.made} calls (the least possible ${calls.least}), ${samples[0]?.toFixed(1)} → ${samples.at(-1)?.toFixed(1)} Mb`);
    expect(faults).toBeGreaterThan(SANDBOX_HOURS * 10);
    // Each iteration is a process of its own that signs in and reads what there is to map.
    expect(calls.made - calls.least).toBeLessThan(SANDBOX_HOURS * 60 * 30);
  }, 120_000 + SANDBOX_HOURS * 600_000);
});
