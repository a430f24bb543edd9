// What an iteration takes where each call takes 50 ms, beside a bare script that makes the same calls with the same number at
// a time; how much of an allowed rate is used; how exactly a Retry-After is obeyed.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { compile } from "../../.ci/build.js";
import type { NetworkSettings } from "../../lib/connectors/connector.ts";
import type { HttpMore } from "../../lib/connectors/http.ts";
import { compiledFolder } from "../support/testRun/compiledFolder.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import type { ConnectionContext } from "../../lib/run/context.ts";
import { openPair, type Pair } from "../support/systems/pair.ts";
import { openTestStore, type TestStore } from "../support/store/store.ts";
import { keep, keepTimes, timed, type Times } from "./measure.ts";
import { type Recorder, replay, startRecorder } from "./replay.ts";

const START = Date.parse("2026-03-02T09:00:00.000Z");
const ITEMS = Number(process.env.TANDEM_WALL_ITEMS ?? 400);
const LATENCY_MS = 50;
const WIDTH = 8;
const TURNS = 9;

const YAML = `
name: octane-jira
master: octane
target: jira
projects:
  - { master: "1002", target: DEMO }
types:
  - master: story
    target: Story
    fields:
      - { master: name, target: summary }
      - { master: story_points, target: Story Points }
`;

type Systems = Readonly<Record<"octane" | "jira", string>>;

const startSandboxes = async (): Promise<{ readonly child: ChildProcess; readonly urls: Systems }> => {
  const folder = join(compiledFolder(inject("testRun")), "benchSandbox");
  await compile(folder, ["tests/bench/sandboxChild.ts"]);
  const child = spawn(process.execPath, [join(folder, "tests", "bench", "sandboxChild.js")], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) return { child, urls: JSON.parse(line) as Systems };
  throw new Error("the sandboxes did not start");
};

describe("50 ms a call", () => {
  let child: ChildProcess;
  let urls: Systems;
  let test: TestStore;
  let recorders: Readonly<Record<"octane" | "jira", Recorder>>;
  let direct: Pair;
  let recorded: Pair;
  let ms = START;
  let ids: string[] = [];
  let renamed = 0;

  const order = async (system: keyof Systems, what: string, body: unknown, method = "POST"): Promise<unknown> => {
    const reply = await fetch(`${urls[system]}/_sandbox/${what}`, { method, headers: { "content-type": "application/json" }, ...(method === "DELETE" ? {} : { body: JSON.stringify(body) }) });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${system} ${what}: ${text}`);
    return JSON.parse(text);
  };

  const open = (octane: string, jira: string, network: NetworkSettings = {}, http: HttpMore = {}): Promise<Pair> => {
    const common = { scope: {}, options: {}, network: { proxy: "none", concurrency: WIDTH, ...network } };
    const master = { ...common, name: "octane", system: "octane", url: octane, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, options: { intentField: "tandem_id_udf" } };
    const target = { ...common, name: "jira", system: "jira", url: jira, credentials: { email: "sync@example.com", token: "jira-token" }, options: { searchLagSeconds: 0 } };
    return openPair({ now: () => new Date(ms).toISOString(), store: test.store, yaml: YAML, http, settings: { master, target }, hands: { master: { ...master, url: urls.octane, credentials: { user: "sync@example.com", password: "octane-pass" } }, target: { ...target, url: urls.jira, credentials: { email: "anna.berg@example.com", token: "jira-token" } } } });
  };

  beforeAll(async () => {
    ({ child, urls } = await startSandboxes());
    [test, recorders] = [await openTestStore(), { octane: await startRecorder(urls.octane), jira: await startRecorder(urls.jira) }];
    [direct, recorded] = [await open(urls.octane, urls.jira), await open(recorders.octane.url, recorders.jira.url)];
  });
  afterAll(async () => {
    for (const pair of [direct, recorded]) await pair?.close();
    for (const recorder of Object.values(recorders ?? {})) await recorder.close();
    await test?.close();
    child?.kill();
  });

  const later = async (): Promise<void> => {
    ms += 3_600_000;
    for (const system of ["octane", "jira"] as const) await order(system, "clock", { advanceSeconds: 3600 });
  };
  const slow = async (): Promise<void> => {
    for (const system of ["octane", "jira"] as const) await order(system, "faults", { effect: { delayMs: LATENCY_MS } });
  };
  const quick = async (): Promise<void> => {
    for (const system of ["octane", "jira"] as const) await order(system, "faults", undefined, "DELETE");
  };
  const add = async (count: number): Promise<void> => {
    ids = [...ids, ...(await direct.make("master", "story", Array.from({ length: count }, (_, n) => ({ name: `Story ${n}`, story_points: n % 13 }))))];
  };
  const rename = (count: number): Promise<unknown> => order("octane", "edit", ids.slice(0, count).map((id) => ({ action: "update", author: "anna.berg@example.com", type: "story", project: "1002", id, fields: { name: `Story ${id}, ${++renamed}` } })));
  const take = () => [...recorders.octane.take(), ...recorders.jira.take()];

  /** Signed in and with the schemas read, which every process pays once. */
  const within = async <T>(pair: Pair, work: (context: ConnectionContext) => Promise<T>): Promise<T> => {
    const context = await pair.context();
    try {
      for (const side of ["master", "target"] as const) {
        await context.connectors[side].account();
        await context.connectors[side].types(side === "master" ? "1002" : "DEMO");
      }
      return await work(context);
    } finally {
      for (const side of ["master", "target"] as const) await context.connectors[side].close();
    }
  };

  /** What `prepare` leaves to be done is done by us, beside the same calls made again without us. */
  const measure = async (what: string, prepare: () => Promise<unknown>): Promise<void> => {
    await prepare();
    const [made, calls] = await within(recorded, async (context) => {
      take();
      const result = await syncIteration(context, {});
      expect(result.status).toBe("done");
      return [result.calls.master + result.calls.target, take()];
    });
    expect(calls).toHaveLength(made);
    const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
    for (let turn = 0; turn < TURNS; turn++) {
      // What the script made is carried over by the first, and read once more by the second, because readings overlap: measured is what was recorded.
      for (let settled = 0; settled < 2; settled++) {
        await later();
        await direct.iterate();
      }
      await later();
      await prepare();
      await within(direct, async (context) => {
        await slow();
        times.ours.push(await timed(async () => expect((await syncIteration(context, {})).status).toBe("done")));
      });
      times.theirs.push(await timed(() => replay(calls, WIDTH)));
      await quick();
    }
    keepTimes("wall", `${what}: ${made} calls of ${LATENCY_MS} ms, beside a bare script that makes them`, times as Times, "≤ 1.25 x");
  };

  interface Passed {
    readonly at: number;
    readonly status?: number;
  }

  /** What Jira was sent and what it answered during an iteration, in milliseconds. */
  const watched = async (network: NetworkSettings): Promise<{ readonly sent: readonly Passed[]; readonly answered: readonly Passed[] }> => {
    const [sent, answered]: [Passed[], Passed[]] = [[], []];
    const pair = await open(urls.octane, urls.jira, network, { hooks: { before: () => void sent.push({ at: performance.now() }), after: (_request, { status }) => void answered.push({ at: performance.now(), status }) } });
    await within(pair, async (context) => {
      for (const list of [sent, answered]) list.length = 0;
      expect((await syncIteration(context, {})).status).toBe("done");
    });
    await pair.close();
    return { sent, answered };
  };

  it("nothing changed", () => measure("nothing changed", async () => undefined));
  it("first load", () => measure(`first load of ${ITEMS}`, () => add(ITEMS)));
  it("all changed", () => measure(`all of ${ITEMS} changed`, () => rename(ITEMS)));
  it("an allowed rate", async () => {
    const allowed = 20;
    await later();
    await direct.iterate();
    await later();
    await rename(ITEMS);
    await slow();
    // Octane makes few calls: those of the two together are Jira's but for a handful.
    const { sent } = await watched({ callsPerSecond: allowed });
    await quick();
    const times = sent.map(({ at }) => at).sort((a, b) => a - b);
    const used = (times.length - 1) / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000);
    const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
    keep({ bench: "wall", what: `${times.length} calls where ${allowed} a second are allowed`, ours: `${used.toFixed(1)} a second, at most ${most} in any second`, theirs: `${allowed} a second`, ratio: used / allowed, asked: "≥ 0.9 x" });
  });

  it("Retry-After", async () => {
    const told = 2;
    await later();
    await rename(50);
    await order("jira", "faults", { match: { method: "PUT", nth: 20, times: 1 }, effect: { status: 429, headers: { "Retry-After": String(told) } } });
    const { sent, answered } = await watched({});
    await quick();
    const refused = answered.find(({ status }) => status === 429)?.at ?? Number.NaN;
    expect(refused).toBeGreaterThan(0);
    const next = Math.min(...sent.map(({ at }) => at).filter((at) => at > refused));
    keep({ bench: "wall", what: "pause after 429 with Retry-After", ours: `${((next - refused) / 1000).toFixed(2)} s`, theirs: `${told} s`, ratio: (next - refused) / 1000 / told, asked: "1.0–1.1 x" });
  });
});
