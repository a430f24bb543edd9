// Systems that lie: the real connectors on sandboxes whose clock is moved by hand, whose answers are bent on the way and
// whose items people edit at the worst moment. The model of what must be there in the end is two lists of names.

import { expect } from "vitest";
import type { Connector, DataSourceSettings } from "../../lib/connectors/connector.ts";
import { TandemError } from "../../lib/core/errors.ts";
import type { Side } from "../../lib/core/types.ts";
import type { ConnectionContext } from "../../lib/run/context.ts";
import { type IterationOptions, type IterationResult, syncIteration } from "../../lib/run/syncIteration.ts";
import type { ImitationFactory, SandboxReply, SandboxRequest } from "../../lib/sandbox/imitation.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import { loadSystem } from "../../lib/sandbox/systems.ts";
import { createMemoryStore, type MemoryStore } from "../support/engine/memoryStore.ts";
import { openPair, type Pair, writesOf } from "../support/systems/pair.ts";

/** What is done to a call on its way. */
export interface Bend {
  readonly request?: (request: SandboxRequest) => SandboxRequest;
  readonly reply?: (request: SandboxRequest, reply: SandboxReply) => SandboxReply;
}

export interface End {
  readonly system: string;
  readonly type: string;
  readonly name: string;
  readonly points: string;
  readonly project: string;
  readonly author: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Of the imitation: the account's zone, for instance. */
  readonly imitation?: Readonly<Record<string, unknown>>;
}

export interface Kind {
  readonly title: string;
  readonly master: End;
  readonly target: End;
  /** Another pair of projects. */
  readonly second?: Readonly<Record<Side, string>>;
}

const octane = (type: string): End => ({ system: "octane", type, name: "name", points: "story_points", project: "1002", author: "anna.berg@example.com", options: { intentField: "tandem_id_udf" } });
const jira = (system: string): End => ({ system, type: "Story", name: "summary", points: "Story Points", project: "DEMO", author: "Bo Chen" });

export const KINDS: Readonly<Record<"cloud" | "dc" | "azure" | "alm" | "serviceNow", Kind>> = {
  cloud: { title: "Jira Cloud", master: octane("story"), target: jira("jira-cloud") },
  dc: { title: "Jira Data Center", master: octane("story"), target: jira("jira-dc") },
  azure: { title: "Azure DevOps", master: octane("story"), target: { system: "azure-devops", type: "Product Backlog Item", name: "System.Title", points: "Microsoft.VSTS.Scheduling.Effort", project: "DEMO", author: "bo.chen@example.com" } },
  alm: { title: "ALM/QC", master: octane("defect"), target: { system: "alm-qc", type: "defect", name: "name", points: "user-04", project: "DEMO", author: "bo.chen", options: { zone: "America/New_York", defaults: { defect: { severity: "2-Medium" } } } } },
  serviceNow: { title: "ServiceNow", master: octane("story"), target: { system: "servicenow", type: "rm_story", name: "short_description", points: "story_points", project: "Ferry Shop", author: "bo.chen", options: { projectField: "assignment_group" } } },
};

const SIDES = ["master", "target"] as const;
const START = new Date("2026-03-02T09:00:00.000Z");

export interface World {
  readonly kind: Kind;
  readonly pair: Pair;
  readonly store: MemoryStore;
  readonly servers: Readonly<Record<Side, SandboxServer>>;
  /** Bends each call of a side from now on; nothing: no longer. */
  bend(side: Side, bend?: Bend): void;
  later(seconds: number): void;
  /** Only our own clock, not the systems'. */
  shift(seconds: number): void;
  create(side: Side, name: string): void;
  rename(side: Side, from: string, to: string): void;
  /** A person gives Octane's item of that name another number of points. */
  estimate(name: string, points: number): void;
  names(side: Side): readonly string[];
  /** One iteration as a process of its own, with pages of that size. */
  iterate(options?: IterationOptions, paging?: Paging): Promise<IterationResult>;
  /** The same under lies: stopped is allowed, our own bug is not. */
  endure(options?: IterationOptions): Promise<IterationResult | TandemError>;
  /** Goes on until nothing is written any more in so many iterations (one, if nothing is said), then compares both sides with each other and with these names. */
  quiet(expected: readonly string[], how?: { readonly sweep?: boolean; readonly about?: unknown; readonly still?: number }): Promise<void>;
  close(): Promise<void>;
}

export interface Paging {
  readonly size: number;
  readonly turned?: (side: Side, items: readonly string[]) => void;
}

const bent = (factory: ImitationFactory, current: { bend?: Bend | undefined }): ImitationFactory => (clock, options) => {
  const imitation = factory(clock, options);
  return {
    ...imitation,
    handle: async (given) => {
      const bend = current.bend;
      const request = bend?.request?.(given) ?? given;
      const reply = await imitation.handle(request);
      return bend?.reply?.(request, reply) ?? reply;
    },
  };
};

const paged = (side: Side, connector: Connector, { size, turned }: Paging): Connector => {
  const changes: Connector["changes"] = async function* (query) {
    for await (const page of connector.changes({ ...query, pageSize: size })) {
      yield page;
      turned?.(side, page.items.map((item) => item.name));
    }
  };
  return new Proxy(connector, {
    get: (inner, name) => {
      if (name === "changes") return changes;
      const value: unknown = Reflect.get(inner, name, inner);
      return typeof value === "function" ? (value.bind(inner) as unknown) : value;
    },
  });
};

const yamlOf = ({ master, target, second }: Kind): string => `
name: lies
master: master
target: target
deletion: delete
projects:
  - { master: "${master.project}", target: "${target.project}" }
${second === undefined ? "" : `  - { master: "${second.master}", target: "${second.target}" }`}
types:
  - master: ${master.type}
    target: ${target.type}
    fields:
      - { master: ${master.name}, target: ${target.name} }
      - { master: ${master.points}, target: ${target.points} }
`;

const startEnd = async (end: End, side: Side, current: { bend?: Bend }, start: Date) => {
  const { factory, signIn } = await loadSystem(end.system);
  const server = await startServer(bent(factory, current), { clock: start, rateLimit: "none", ...(end.imitation === undefined ? {} : { options: end.imitation }) });
  const settings: DataSourceSettings = { name: side, system: signIn.system, url: server.url, credentials: signIn.credentials, scope: signIn.scope ?? {}, options: end.options ?? {}, network: { proxy: "none" }, sampleProject: signIn.sampleProject };
  return { server, settings };
};

export const openWorld = async (kind: Kind, start = START): Promise<World> => {
  const bends: Record<Side, { bend?: Bend }> = { master: {}, target: {} };
  const ends = { master: await startEnd(kind.master, "master", bends.master, start), target: await startEnd(kind.target, "target", bends.target, start) };
  const servers = { master: ends.master.server, target: ends.target.server };
  let now = start.getTime();
  let shifted = 0;
  const later = (seconds: number): void => {
    now += seconds * 1000;
    for (const side of SIDES) servers[side].clock.advance(seconds);
  };
  const settings = { master: ends.master.settings, target: ends.target.settings };
  const store = createMemoryStore();
  const pair = await openPair({ store, yaml: yamlOf(kind), settings, hands: settings, now: () => new Date(now + shifted).toISOString(), http: { random: () => 0.5, sleep: async (ms) => later(ms / 1000), pace: { leave: async () => undefined, hold: async (ms) => later(ms / 1000) } } });
  const rows = (side: Side) => servers[side].items().filter((row) => row.type === kind[side].type);
  const edit = (side: Side, action: "create" | "update", fields: Readonly<Record<string, unknown>>, id?: string): void => {
    const { author, type, project } = kind[side];
    servers[side].edit({ action, author, type, project, fields, ...(id === undefined ? {} : { id }) });
  };
  const idOf = (side: Side, name: string): string => {
    const row = rows(side).find((candidate) => candidate.name === name);
    if (row === undefined) throw new Error(`${side} has no ${name} but ${rows(side).map((other) => other.name).join(", ")}`);
    return row.id;
  };
  const names = (side: Side): readonly string[] => rows(side).map((row) => row.name).toSorted();
  const within = async <T>(work: (context: ConnectionContext) => Promise<T>): Promise<T> => {
    const context = await pair.context();
    try {
      return await work(context);
    } finally {
      for (const side of SIDES) await context.connectors[side].close();
    }
  };
  const iterate: World["iterate"] = (options = {}, paging) =>
    within((context) => syncIteration(paging === undefined ? context : { ...context, connectors: { master: paged("master", context.connectors.master, paging), target: paged("target", context.connectors.target, paging) } }, options));
  return {
    kind,
    pair,
    store,
    servers,
    later,
    names,
    iterate,
    shift: (seconds) => (shifted = seconds * 1000),
    bend: (side, bend) => (bend === undefined ? delete bends[side].bend : (bends[side].bend = bend)),
    create: (side, name) => edit(side, "create", { [kind[side].name]: name }),
    rename: (side, from, to) => edit(side, "update", { [kind[side].name]: to }, idOf(side, from)),
    estimate: (name, points) => edit("master", "update", { [kind.master.points]: points }, idOf("master", name)),
    endure: async (options) => {
      try {
        return await iterate(options);
      } catch (error) {
        if (!(error instanceof TandemError)) throw error;
        return error;
      }
    },
    quiet: async (expected, { sweep = false, about, still: wantedStill = 1 } = {}) => {
      let still = 0;
      later(600);
      await within(async (context) => {
        for (let n = 0; n < 16 && still < wantedStill; n++) {
          // What a connector has read of its clock stays good for real seconds: within the skew that is let pass.
          if (n > 0) later(240);
          const result = await syncIteration(context, { sweep: sweep && n === 0 });
          still = writesOf(result) === 0 && result.status === "done" && !(sweep && n === 0) ? still + 1 : 0;
        }
      });
      const wanted = expected.toSorted();
      expect({ about, still, master: names("master"), target: names("target"), content: store.content() }).toMatchObject({ about, still: wantedStill, master: wanted, target: wanted, content: { intents: [], quarantine: [], pending: [], conflicts: [] } });
    },
    close: async () => {
      await pair.close();
      for (const side of SIDES) await servers[side].close();
    },
  };
};

/** Both sides in step with some items: what a lie is told about. */
export const inStep = async (kind: Kind, start?: Date): Promise<{ readonly world: World; readonly expected: string[] }> => {
  const world = await openWorld(kind, start);
  const expected = [...world.names("master"), ...world.names("target"), "Alpha", "Beta"];
  world.create("master", "Alpha");
  world.create("target", "Beta");
  await world.quiet(expected);
  return { world, expected };
};

/** People go on working on both sides: one new item each, one renamed each. */
export const life = (world: World, expected: string[], n: number): void => {
  const rename = (side: Side, old: RegExp, to: string): void => {
    const at = expected.findIndex((name) => old.test(name));
    world.rename(side, expected[at] ?? "", to);
    expected[at] = to;
  };
  world.later(60);
  rename("master", /^Alpha/, `Alpha ${n}`);
  world.later(1);
  rename("target", /^Beta/, `Beta ${n}`);
  world.later(1);
  world.create("master", `From master ${n}`);
  world.create("target", `From target ${n}`);
  expected.push(`From master ${n}`, `From target ${n}`);
  world.later(1);
};
