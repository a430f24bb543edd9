// What a worker does with a turn, and which turns it asks for, with a queue that only notes.

import { describe, expect, it } from "vitest";
import { BusyError, type ExitCode, FencedError, LockedError, RemoteError } from "../../lib/core/errors.ts";
import { secondsUntil } from "../../lib/core/schedule/turn.ts";
import { type Served, servedOf, worker, type WorkerOptions } from "../../lib/run/worker.ts";
import type { Queue, WaitingTurn } from "../../lib/store/queue/queue.ts";
import type { LockHolder, Store } from "../../lib/store/store.ts";

const NOW = "2026-11-24T12:00:00.000Z";
const ago = (seconds: number): string => new Date(Date.parse(NOW) - seconds * 1000).toISOString();

interface World {
  readonly serves?: readonly Served[];
  /** Connection → seconds since its last start. */
  readonly started?: Readonly<Record<string, number>>;
  readonly held?: readonly string[];
  readonly stopped?: readonly string[];
  readonly waiting?: ReadonlyMap<string, WaitingTurn>;
  /** Turns the queue hands out. */
  readonly turns?: readonly string[];
  readonly iterate?: (connection: string, pass: (seconds: number) => void) => Promise<ExitCode>;
  readonly untilEmpty?: boolean;
}

const C: Served = { name: "c", connection: "c", frequencySeconds: 60 };

const SLICES = servedOf("c", 60, ["1~2", "3~4"]);

const run = async (world: World) => {
  const asked: [string, number][] = [];
  const done: string[] = [];
  const left: (readonly string[])[] = [];
  let now = Date.parse(NOW);
  const facts = new Map(Object.entries(world.started ?? {}).map(([name, seconds]) => [`start:${name}`, { name: `start:${name}`, value: {}, at: ago(seconds) }]));
  const stop = new AbortController();
  const store = {
    facts: { get: async (name: string) => facts.get(name), list: async () => [...facts.values()], set: async (rows: readonly { name: string; value: unknown; at: string }[]) => rows.forEach((row) => facts.set(row.name, { ...row, value: {} })) },
    connections: {
      standing: async (name: string, asked: { readonly facts: readonly string[]; readonly locks: readonly string[] }) => {
        const at = asked.facts.flatMap((fact) => facts.get(fact)?.at ?? []).toSorted().at(-1);
        return { state: { started: world.stopped?.includes(name) !== true }, isHeld: (world.held ?? []).some((held) => asked.locks.includes(`connection:${held}`)), ...(at === undefined ? {} : { factAt: at }) };
      },
    },
    locks: { holders: async () => (world.held ?? []).map((name): LockHolder => ({ name: `connection:${name}`, host: "h", pid: 7, script: "worker", since: NOW, fence: 1 })) },
  } as unknown as Store;
  const queue: Queue = {
    ask: async (turns) => void asked.push(...turns.map(({ name, inSeconds }): [string, number] => [name, inSeconds])),
    waiting: async () => world.waiting ?? new Map(),
    work: async ({ take, serves, stop: ending }) => {
      asked.push(["—", 0]);
      for (const turn of world.turns ?? []) {
        await take(turn);
        left.push([...serves(), ...(ending.aborted ? ["ended"] : [])]);
      }
      stop.abort();
    },
    close: async () => undefined,
  };
  const log = { info: () => undefined, warn: () => undefined, debug: () => undefined };
  const options: WorkerOptions = {
    serves: () => world.serves ?? [C],
    iterate: async ({ name }) => {
      done.push(name);
      return (await world.iterate?.(name, (seconds) => (now += seconds * 1000))) ?? 0;
    },
    onError: (_, error) => (error instanceof BusyError ? 75 : error instanceof RemoteError ? 69 : 70),
    concurrency: 1,
    untilEmpty: world.untilEmpty === true,
  };
  const result = await worker({ store, queue, log, now: () => new Date(now).toISOString(), stop: stop.signal }, options);
  const at = asked.findIndex(([name]) => name === "—");
  return { fed: asked.slice(0, at), asked: asked.slice(at + 1), done, left, result };
};

const taken = (takenSeconds: number): ReadonlyMap<string, WaitingTurn> => new Map([["c", { takenSeconds }]]);

describe("what a worker asks for at its start", () => {
  it.each<[string, World, [string, number][]]>([
    ["never started: at once", {}, [["c", 0]]],
    ["started 20 s ago, each minute", { started: { c: 20 } }, [["c", 40]]],
    ["overdue: at once", { started: { c: 200 } }, [["c", 0]]],
    ["asked for by another", { waiting: new Map([["c", {}]]) }, []],
    ["taken by another a moment ago", { waiting: taken(1) }, []],
    ["taken by one that is gone", { waiting: taken(16) }, [["c", 0]]],
    ["taken long ago by one that is at work", { waiting: taken(900), held: ["c"] }, []],
    ["slices: each by its own start, or that of the whole", { serves: SLICES, started: { "c/1~2": 20, c: 50 } }, [["c/1~2", 40], ["c/3~4", 10]]],
    ["slices: of which one is at work", { serves: SLICES, waiting: new Map([["c/1~2", { takenSeconds: 900 }], ["c/3~4", { takenSeconds: 900 }]]), held: ["c/1~2"] }, [["c/3~4", 0]]],
    ["slices: while the whole is at work", { serves: SLICES, waiting: new Map([["c/1~2", { takenSeconds: 900 }]]), held: ["c"], started: { c: 0 } }, [["c/3~4", 60]]],
    ["until empty: what a schedule would start now, although it waits already", { untilEmpty: true, started: { c: 56 }, waiting: new Map([["c", {}]]) }, [["c", -2]]],
  ])("%s", async (_, world, fed) => expect((await run(world)).fed).toEqual(fed));

  it("counts from the last start, to the second", () => {
    expect([secondsUntil(undefined, 60, NOW), secondsUntil(ago(59.5), 60, NOW)]).toEqual([0, 0.5]);
    // By the clock of another machine, a little fast; by one that was put back since.
    expect([secondsUntil(ago(-5), 60, NOW), secondsUntil(ago(-900), 60, NOW)]).toEqual([60, 0]);
  });
});

describe("a turn", () => {
  it.each<[string, World, [string, number][], readonly string[], object]>([
    ["due: the next is asked for before anything else", {}, [["c", 60]], ["c"], { iterations: 1, code: 0 }],
    ["too early: asked for when it is due", { started: { c: 20 } }, [["c", 60], ["c", 40]], [], { iterations: 0, busy: 0 }],
    ["at work elsewhere: looked at twice within the frequency", { held: ["c"] }, [["c", 60], ["c", 30]], [], { busy: 1 }],
    ["stopped by a person: asked again one frequency later", { stopped: ["c"] }, [["c", 60], ["c", 60]], [], { busy: 0 }],
    ["longer than its frequency: the next at once", { iterate: async (_, pass) => (pass(61), 0) }, [["c", 60], ["c", 0]], ["c"], { iterations: 1 }],
    ["of a connection whose definition is gone", { turns: ["other"] }, [], [], { iterations: 0 }],
    ["one with items that need a person", { iterate: async () => 1 }, [["c", 60]], ["c"], { unfinished: 1, code: 1 }],
    ["one that fails", { iterate: () => Promise.reject(new RemoteError("no route")) }, [["c", 60]], ["c"], { iterations: 1, unfinished: 1, fenced: 0, code: 69 }],
    ["locked in the blink before it began", { iterate: () => Promise.reject(new LockedError("at work elsewhere")) }, [["c", 60]], ["c"], { iterations: 0, unfinished: 0, busy: 1, code: 0 }],
    ["a slice: while another is at work", { serves: SLICES, turns: ["c/3~4"], held: ["c/1~2"] }, [["c/3~4", 60]], ["c/3~4"], { iterations: 1 }],
    ["a slice: while the whole is at work", { serves: SLICES, turns: ["c/3~4"], held: ["c"] }, [["c/3~4", 60], ["c/3~4", 30]], [], { busy: 1 }],
    ["a slice: after a start of the whole", { serves: SLICES, turns: ["c/3~4"], started: { c: 20 } }, [["c/3~4", 60], ["c/3~4", 40]], [], { busy: 0 }],
    ["one whose lock went to another", { iterate: () => Promise.reject(new FencedError("belongs to another")) }, [["c", 60]], ["c"], { unfinished: 1, fenced: 1, code: 75 }],
  ])("%s", async (_, world, asked, done, result) => {
    const ended = await run({ turns: ["c"], ...world });
    expect([ended.asked, ended.done]).toEqual([asked, done]);
    expect(ended.result).toMatchObject(result);
  });
});

describe("what is served", () => {
  it("is the connection, or its slices, by names the queue takes: no longer than it bears, and never two the same", () => {
    expect(servedOf("c", 60, [])).toEqual([C]);
    expect(SLICES).toEqual([{ name: "c/1~2", connection: "c", slice: "1~2", frequencySeconds: 60 }, { name: "c/3~4", connection: "c", slice: "3~4", frequencySeconds: 60 }]);
    const names = servedOf("n".repeat(100), 60, ["a".repeat(200), `${"a".repeat(199)}b`]).map(({ name }) => name);
    expect([new Set(names).size, names.every((name) => name.length <= 110)]).toEqual([2, true]);
  });
});

describe("until empty", () => {
  it("gives each connection one turn, and ends when all have had theirs", async () => {
    const D: Served = { name: "d", connection: "d", frequencySeconds: 60 };
    const { left } = await run({ untilEmpty: true, serves: [C, D], held: [], stopped: ["d"], turns: ["c", "d"] });
    expect(left).toEqual([["d"], ["d"]]);
    expect((await run({ untilEmpty: true, serves: [C, D], turns: ["c", "d"] })).left).toEqual([["d"], ["ended"]]);
    expect((await run({ turns: ["c"] })).left).toEqual([["c"]]);
  });
});
