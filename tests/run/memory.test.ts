// What a long reading holds at once. Counted, not timed: items alive after a collection, and how far reading is ahead of
// writing. The figures for a million are the bench's.

import { setTimeout as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { ChangePage, Connector } from "../../lib/connectors/connector.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, itemsOf, type Worlds } from "../support/engine/worlds.ts";

const ITEMS = 300;
const CHUNK = 20;
const PAGE = 10;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const alive = async (given: readonly WeakRef<object>[]): Promise<number> => {
  // What was made or looked at in this turn is kept till its end.
  await turn(0);
  collect();
  return given.filter((ref) => ref.deref() !== undefined).length;
};

/** The connector with another way of reading changes. */
const reading = (connector: Connector, changes: Connector["changes"]): Connector =>
  new Proxy(connector, {
    get: (target, name) => {
      if (name === "changes") return changes;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });

const many = (worlds: Worlds): void => {
  for (let n = 0; n < ITEMS; n++) {
    worlds.time.ms += 1000;
    worlds.master.create("anna", "story", "P", { name: `story ${n}`, description: `<p>${n}</p>` });
  }
};

it("holds two chunks of items at most, however many there are", async () => {
  const store = createMemoryStore();
  const worlds = createWorlds(store, { connection: CONNECTION.slice(0, CONNECTION.indexOf("    set:")) });
  many(worlds);
  const context = worlds.context(store, { capabilities: { master: { pageSize: PAGE } } });
  const { master } = context.connectors;
  const given: WeakRef<object>[] = [];
  let [most, read, furthest] = [0, 0, 0];
  async function* watched(query: Parameters<Connector["changes"]>[0]): AsyncGenerator<ChangePage> {
    for await (const page of master.changes(query)) {
      read += page.items.length;
      furthest = Math.max(furthest, read - itemsOf(worlds.target, "Story").length);
      most = Math.max(most, await alive(given));
      for (const item of page.items) given.push(new WeakRef(item));
      yield page;
    }
  }
  const result = await syncIteration({ ...context, connectors: { ...context.connectors, master: reading(master, watched) } }, { chunk: CHUNK });
  expect(result.counts.target.created).toBe(ITEMS);
  expect(furthest).toBeLessThanOrEqual(CHUNK + PAGE);
  expect(most).toBeLessThanOrEqual(2 * CHUNK + PAGE);
  // A full last page does not tell that it is the last.
  expect(result.calls).toEqual({ master: result.leastCalls.master + 1, target: result.leastCalls.target });
});

it("does not take what it made itself for items that are gone from a side", async () => {
  const store = createMemoryStore();
  const worlds = createWorlds(store);
  many(worlds);
  for (let n = 0; n < 3; n++) worlds.target.create("u1", "Story", "Q", { name: `there already ${n}` });
  for (const sweep of [false, true]) {
    const result = await syncIteration(worlds.context(store), { chunk: CHUNK, sweep });
    expect([result.failedSets, result.status]).toEqual([[], "done"]);
  }
});
