// Two systems behind real connectors, in one process and with a clock moved by hand, on which a deed is killed at one of its calls
// or commits: what both systems and the store held before it can be had again for the next kill.

import { expect } from "vitest";
import type { Connector, DataSourceSettings } from "../../lib/connectors/connector.ts";
import type { HttpMore } from "../../lib/connectors/http.ts";
import { openConnector } from "../../lib/connectors/registry.ts";
import type { Connection } from "../../lib/core/mapping/model.ts";
import type { Item, Side, Value } from "../../lib/core/types.ts";
import type { ConnectionContext } from "../../lib/run/context.ts";
import { type IterationOptions, type IterationResult, syncIteration } from "../../lib/run/syncIteration.ts";
import { type ControlledClock, createClock } from "../../lib/sandbox/clock.ts";
import type { SandboxReply, SandboxRequest } from "../../lib/sandbox/imitation.ts";
import { createMemoryStore, type MemoryStore } from "../support/engine/memoryStore.ts";
import { compilePair, writesOf } from "../support/systems/pair.ts";
import { createDeath, type Death, type When } from "./death.ts";
import { type Host, openHost } from "./hosts.ts";
import { InProcess, type Reached } from "./inProcess.ts";
import { Killed } from "./killing.ts";
import { type Definition, type EndPair, type SystemEnd, yamlOf } from "./systemEnds.ts";
import { contextOf } from "../support/engine/context.ts";

const SIDES = ["master", "target"] as const;
/** Nobody listens there: calls stay in this process. */
const PORTS: Readonly<Record<Side, number>> = { master: 8001, target: 8002 };
const START = new Date("2026-03-02T09:00:00.000Z");

/** What becomes of a call on its way: carry it out by `handle`, or not, and answer what you like. */
export type Lie = (request: SandboxRequest, handle: Host["handle"]) => Promise<SandboxReply>;

export type Deed = (context: ConnectionContext) => Promise<unknown>;

/** What both systems hold, and how many wait in quarantine, for another item, for a person. */
export interface Rested {
  readonly master: unknown;
  readonly target: unknown;
  readonly waiting: readonly [quarantine: number, pending: number, conflicts: number];
}

export interface SystemStage {
  readonly ends: EndPair["ends"];
  readonly store: MemoryStore;
  readonly hosts: Readonly<Record<Side, Host>>;
  /** The definition that is in use. */
  connection(): Connection;
  /** What people do. */
  byHand<T>(work: (hands: Readonly<Record<Side, Connector>>) => Promise<T>): Promise<T>;
  /** Each call of a side from now on; nothing: no longer. */
  lie(side: Side, lie?: Lie): void;
  define(definition: Definition): Promise<void>;
  later(seconds: number): void;
  now(): string;
  /** Keeps everything; answers how to have it again. */
  save(): Promise<() => Promise<void>>;
  /** A deed as a process of its own. */
  run<T>(deed: (context: ConnectionContext) => Promise<T>): Promise<T>;
  iterate(options?: IterationOptions): Promise<IterationResult>;
  /** A deed that is killed at this call or commit, or after this write to Redmine; answers whether it came so far. */
  killed(at: number, when: When, deed: Deed): Promise<boolean>;
  /** Does the deed plainly, then iterates until nothing is written any more; answers what is there. */
  finish(deed: Deed, about?: unknown): Promise<Rested>;
  close(): Promise<void>;
}

/** Whatever the order in which things were made: references by name, times of comments left out. */
const shown = (value: Value | undefined, names: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) return value.map((member) => shown(member as Value, names)).toSorted();
  if (typeof value === "object" && value !== null && "ref" in value) return `→ ${names.get(value.ref) ?? "?"}`;
  return value ?? null;
};

const readAll = async (connector: Connector, type: string, project: string, fields: readonly string[]): Promise<readonly Item[]> => {
  const found = new Map<string, Item>();
  for await (const page of connector.changes({ type, project, fields: [...fields] })) for (const item of page.items) found.set(item.id, item);
  return [...found.values()];
};

const contentsOf = async (side: Side, { connection, connectors }: ConnectionContext): Promise<unknown> => {
  const sets = connection.syncSets;
  const connector = connectors[side];
  const names = new Map<string, string>();
  const all: unknown[] = [];
  for (const set of sets) {
    const { type, project } = set[side];
    const items = await readAll(connector, type, project, set.fields.map((mapping) => mapping[side].name));
    for (const item of items) names.set(item.id, item.name);
    const ids = items.map((item) => item.id);
    const comments = set.comments === undefined ? undefined : await connector.comments?.read({ type, project, ids });
    const files = set.attachments === undefined ? undefined : await connector.attachments?.list({ type, project, ids });
    for (const item of items)
      all.push({
        type,
        name: item.name,
        fields: Object.fromEntries(set.fields.map((mapping) => [mapping[side].name, shown(item.fields[mapping[side].name], names)])),
        comments: (comments?.get(item.id) ?? []).map(({ text }) => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d(?: UTC)?/g, "then")).toSorted(),
        attachments: (files?.get(item.id) ?? []).map(({ name }) => name).toSorted(),
      });
  }
  return all.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
};

/** Connectors that stay, as a worker keeps them: from one use to the next only session and schemas are known. */
const createShelf = (settings: Readonly<Record<Side, DataSourceSettings>>, projects: Readonly<Record<Side, string>>, http: HttpMore) => {
  const kept: Partial<Record<Side, Connector>> = {};
  const opened = async (side: Side): Promise<Connector> => {
    const known = kept[side];
    delete kept[side];
    if (known?.keeping !== undefined) {
      await known.keeping.renew();
      return known;
    }
    await known?.close();
    const connector = await openConnector(settings[side], http);
    await connector.account();
    await connector.types(projects[side]);
    return connector;
  };
  return {
    take: async (): Promise<Readonly<Record<Side, Connector>>> => ({ master: await opened("master"), target: await opened("target") }),
    giveBack: (connectors: Readonly<Record<Side, Connector>>): void => void Object.assign(kept, connectors),
    close: async (): Promise<void> => {
      for (const side of SIDES) await kept[side]?.close();
    },
  };
};

/** Whether a call to an end counts as a write to die after. */
export type CountsAsWrite = (end: SystemEnd, request: SandboxRequest) => boolean;

const toRedmine: CountsAsWrite = ({ system }, { method }) => system === "redmine" && method !== "GET";

const openEnds = async (kind: EndPair, clock: ControlledClock, executed: Death["executed"], countsAsWrite: CountsAsWrite) => {
  const lies: Partial<Record<Side, Lie>> = {};
  const reached = new Map<string, Reached>();
  const open = async (side: Side) => {
    const end = kind.ends[side];
    const host = await openHost(end, clock.now);
    const { signIn } = host;
    const port = PORTS[side];
    const url = `http://127.0.0.1:${port}`;
    const answers: Reached = { handle: (request) => lies[side]?.(request, host.handle) ?? host.handle(request), now: clock.now, executed: (request) => executed(countsAsWrite(end, request)) };
    // Under its other name it is another host, from which files are fetched without credentials.
    for (const origin of [url, `http://localhost:${port}`]) reached.set(origin, answers);
    const settings: DataSourceSettings = { name: side, system: signIn.system, url, credentials: signIn.credentials, scope: signIn.scope ?? {}, options: { ...signIn.options, ...end.options }, network: { proxy: "none" }, sampleProject: signIn.sampleProject };
    const hand: DataSourceSettings = { ...settings, credentials: host.hand, options: end.hand.options ?? {} };
    return { host, settings, hand };
  };
  const [master, target] = [await open("master"), await open("target")];
  const lie: SystemStage["lie"] = (side, told) => void (told === undefined ? delete lies[side] : (lies[side] = told));
  return { lie, dispatcher: new InProcess(reached), hosts: { master: master.host, target: target.host }, settings: { master: master.settings, target: target.settings }, hands: { master: master.hand, target: target.hand } };
};

/** Nothing is written any more, nothing waits, and this is there. */
const rested = async (context: ConnectionContext, store: MemoryStore, later: (seconds: number) => void, about: unknown): Promise<Rested> => {
  let last: IterationResult | undefined;
  for (let n = 0; n < 5 && (last === undefined || writesOf(last) > 0); n++) {
    later(240);
    last = await syncIteration(context, {});
  }
  const { intents = [], quarantine = [], pending = [], conflicts = [] } = store.content() as Readonly<Record<string, readonly unknown[]>>;
  expect({ about, writes: last === undefined ? -1 : writesOf(last), intents }).toEqual({ about, writes: 0, intents: [] });
  const [master, target] = [await contentsOf("master", context), await contentsOf("target", context)];
  return { master, target, waiting: [quarantine.length, pending.length, conflicts.length] };
};

export const openStage = async (kind: EndPair, countsAsWrite = toRedmine): Promise<SystemStage> => {
  const clock = createClock(START);
  const death = createDeath();
  const { lie, dispatcher, hosts, settings, hands } = await openEnds(kind, clock, death.executed, countsAsWrite);
  const projects = { master: kind.ends.master.project, target: kind.ends.target.project };
  const store = createMemoryStore({ current: { before: death.step, after: death.committed } });
  const later = (seconds: number): void => clock.advance(seconds);
  const http: HttpMore = { dispatcher, random: () => 0.5, sleep: async (ms) => later(ms / 1000), pace: { leave: async () => death.step(), hold: async (ms) => later(ms / 1000) } };
  const shelves = { heir: createShelf(settings, projects, http), victim: createShelf(settings, projects, http), hands: createShelf(hands, projects, http) };
  let connection: Connection;
  const contextOn = (connectors: ConnectionContext["connectors"]): ConnectionContext => contextOf({ store, connection, connectors, now: () => clock.now().toISOString() });
  const through = async <T>(shelf: keyof typeof shelves, work: (connectors: ConnectionContext["connectors"]) => Promise<T>): Promise<T> => {
    const connectors = await shelves[shelf].take();
    try {
      return await work(connectors);
    } finally {
      shelves[shelf].giveBack(connectors);
    }
  };
  const run: SystemStage["run"] = (deed) => through("heir", (connectors) => deed(contextOn(connectors)));
  const define: SystemStage["define"] = async (definition) => {
    connection = await through("heir", (connectors) => compilePair({ yaml: yamlOf(kind, definition), settings }, connectors));
  };
  await define({});
  return {
    ends: kind.ends,
    store,
    hosts,
    connection: () => connection,
    lie,
    define,
    later,
    now: () => clock.now().toISOString(),
    byHand: (work) => through("hands", work),
    save: async () => {
      const at = clock.now();
      const back = [await hosts.master.save(), await hosts.target.save()];
      const stored = store.save();
      return async () => {
        clock.freeze(at);
        for (const one of back) await one();
        stored();
      };
    },
    run,
    // Sprints of one name stand on both sides of some pairs from the beginning, and are nobody's partners.
    iterate: (options = {}) => run((context) => syncIteration(context, { accept: { namesakes: true }, ...options })),
    killed: async (at, when, deed) => {
      const connectors = await shelves.victim.take();
      death.arm(at, when);
      try {
        await deed(contextOn(connectors));
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      const dead = death.revive();
      if (!dead) shelves.victim.giveBack(connectors);
      return dead;
    },
    finish: (deed, about) => {
      later(600);
      return run(async (context) => {
        await deed(context);
        return rested(context, store, later, about);
      });
    },
    close: async () => {
      for (const shelf of Object.values(shelves)) await shelf.close();
      for (const side of SIDES) await hosts[side].close();
    },
  };
};

/** The one item of this name on that side. */
export const idOf = async (stage: SystemStage, side: Side, name: string): Promise<string> => {
  const ids = await stage.hosts[side].named(stage.ends[side].type, name);
  if (ids.length !== 1) throw new Error(`${side} has ${ids.length} of ${name}`);
  return String(ids[0]);
};
