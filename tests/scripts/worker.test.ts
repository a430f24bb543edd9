// worker as its users run it: real processes on a real PostgreSQL, one of them killed in the middle of an iteration.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { commandOf } from "../../lib/cli/script.ts";
import definition from "../../scripts/worker.ts";
import { createGates, type Gates, type GateStep } from "../support/gate.ts";
import { everyScript } from "../support/help.ts";
import { execute } from "../support/postgres.ts";
import type { Running } from "../support/process.ts";
import { issues, openSite, type Site, STORIES, story } from "../support/site.ts";

everyScript("worker");

const FEATURES = STORIES.replace("name: octane-jira", "name: features")
  .replace("master: story", "master: feature")
  .replace("target: Story\n", "target: Epic\n")
  .replace(/ +- \{ master: (description|story_points).*\n/g, "");

const rows = async (site: Site, sql: string): Promise<readonly Record<string, unknown>[]> => execute(site.databaseUrl ?? "", sql);

const until = async (what: () => Promise<boolean>): Promise<void> => {
  while (!(await what())) await pause(100);
};

/** Reached, or why not: a worker that ended never gets there. */
const orEnded = <T>(reached: Promise<T>, worker: Running): Promise<T> =>
  Promise.race([
    reached,
    worker.ended.then((end) => {
      throw new Error(`the worker ended before: ${JSON.stringify(end)}`);
    }),
  ]);

/** As if an hour had passed since the last starts. */
const makeDue = (site: Site) => execute(site.databaseUrl ?? "", "update facts set at = at - interval '1 hour' where name like 'start:%'", "update runs set started_at = started_at - interval '1 hour', ended_at = ended_at - interval '1 hour'");

const isCreate = (step: GateStep): boolean => step.when === "before" && step.method === "POST" && /\/issue(\/bulk)?$/.test(step.target.replace(/\?.*/, ""));

/** Pairs of runs of one connection, or one slice of it, that were at work at the same time; the killed one has no end. */
const TWICE = `select a.id from runs a join runs b on a.connection = b.connection and a.slice is not distinct from b.slice and a.id <> b.id and a.ended_at is not null and b.ended_at is not null and a.started_at <= b.started_at and b.started_at < a.ended_at`;

describe("worker", () => {
  let site: Site;
  let gates: Gates;
  beforeAll(async () => {
    gates = createGates();
    site = await openSite({ front: gates.front });
    define(2);
  });
  const define = (frequency: number): void => {
    site.define(`${STORIES}frequency: ${frequency}\n`);
    writeFileSync(join(site.directory, "connections", "features.yaml"), `${FEATURES}frequency: ${frequency}\n`);
  };
  afterAll(async () => {
    await gates.close();
    await site.close();
  });

  it("takes over from one that was killed in the middle, twice at once never, nothing twice and nothing lost", async () => {
    for (let n = 0; n < 3; n++) story(site, `story ${n}`);
    const reached = gates.stopAt(isCreate);
    const first = await site.start("worker", "--connection", "octane-jira", "--json");
    await orEnded(reached, first);
    const second = await site.start("worker", "--all", "--json");
    // The second has found the connection at work before the first is gone.
    await orEnded(until(async () => (await rows(site, "select 1 from tandem_queue.jobs where key = 'iteration:features'")).length > 0), second);
    expect(await rows(site, "select pid from locks where name = 'connection:octane-jira' and held")).toEqual([{ pid: first.pid }]);
    first.kill();
    await first.ended;
    gates.open();
    gates.release();
    await orEnded(until(async () => (await rows(site, `select 1 from runs where connection = 'octane-jira' and pid = ${second.pid} and status = 'done'`)).length > 1), second);
    second.terminate();
    const { code, out, err } = await second.ended;
    expect([0, 75]).toContain(code);
    expect(err).toBe("");
    expect(issues(site)).toEqual(["story 0", "story 1", "story 2"]);
    expect(await rows(site, TWICE)).toEqual([]);
    expect(await rows(site, `select distinct status from runs where pid = ${first.pid}`)).toEqual([{ status: "running" }]);
    const documents = out.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(new Set(documents.map(({ connection }) => connection))).toEqual(new Set(["octane-jira", "features", undefined]));
    expect(documents.at(-1)).toMatchObject({ worker: { unfinished: code === 0 ? 0 : expect.any(Number), fenced: 0, stopped: true } });
  });

  it("ends with 75 where SIGTERM cuts an iteration, and with --until-empty another finishes it and ends", async () => {
    define(3600);
    await makeDue(site);
    story(site, "late");
    const log = join(site.directory, "..", "worker.log");
    const reached = gates.stopAt(() => true);
    const stopped = await site.start("worker", "--connection", "octane-jira", "--log", log);
    await orEnded(reached, stopped);
    stopped.terminate();
    // It has heard that it is to end before its first call comes back.
    await orEnded(until(async () => readFileSync(log, "utf8").includes("graceful shutdown")), stopped);
    gates.open();
    gates.release();
    expect((await stopped.ended).code).toBe(75);
    await makeDue(site);
    const ended = await site.run("worker", "--all", "--until-empty");
    expect([ended.code, ended.err]).toEqual([0, ""]);
    expect(ended.out).toMatch(/octane-jira: done: .*\n/);
    expect(ended.out).toMatch(/\n2 iterations, 0 of them not finished, 0 turns found their connection at work elsewhere, 0 refused to write after their lock was lost\n$/);
    expect(issues(site)).toEqual(["late", "story 0", "story 1", "story 2"]);
  });

  it("is refused to write once its lock has gone to another, and counts that", async () => {
    await makeDue(site);
    story(site, "fenced");
    const reached = gates.stopAt(isCreate);
    const fenced = await site.start("worker", "--connection", "octane-jira", "--until-empty", "--json");
    await orEnded(reached, fenced);
    await rows(site, "update locks set fence = fence + 1 where name = 'connection:octane-jira'");
    gates.open();
    gates.release();
    const { code, out } = await fenced.ended;
    expect([code, JSON.parse(out)]).toEqual([75, { worker: { iterations: 1, unfinished: 1, busy: 0, fenced: 1, code: 75, stopped: false } }]);
    expect(await rows(site, "select status from runs where message like '%to another run%'")).toEqual([{ status: "stopped" }]);
  });

  it("says nothing with -q, and lets a broken connection be 78 without holding the others up", async () => {
    writeFileSync(join(site.directory, "connections", "broken.yaml"), STORIES.replace("name: octane-jira", "name: broken").replace('target: "DEMO"', 'target: "GONE"'));
    await makeDue(site);
    const { code, out, err } = await site.run("worker", "--all", "--until-empty", "-q");
    expect([code, out]).toEqual([78, ""]);
    expect(err).toContain("GONE");
    expect(await rows(site, "select connection from runs where started_at > now() - interval '30 minutes' and status = 'done' order by 1")).toEqual([{ connection: "features" }, { connection: "octane-jira" }]);
    expect(issues(site)).toEqual(["fenced", "late", "story 0", "story 1", "story 2"]);
  });

  it("refuses the embedded store, and a number of connections at once that is none", async () => {
    const embedded = await site.runWith("worker", ["--all"], { env: { DATABASE_URL: undefined, TANDEM_STORE: join(site.directory, "none") } });
    expect([embedded.code, embedded.out]).toEqual([78, ""]);
    expect(embedded.err).toContain("DATABASE_URL: is not set: workers share a PostgreSQL server");
    expect(await site.run("worker", "--all", "--concurrency", "0")).toMatchObject({ code: 64, err: expect.stringContaining("--concurrency: 0 is no whole number") });
  });
});

describe("workers on a connection in slices", () => {
  const SLICED = STORIES.replace('  - { master: "1002", target: "DEMO" }\n', '  - { master: "1002", target: "DEMO" }\n  - { master: "1003", target: "SEC" }\n').replace("name: octane-jira\n", "name: octane-jira\nslices: projectPair\n");
  let site: Site;
  let gates: Gates;
  beforeAll(async () => {
    gates = createGates();
    site = await openSite({ front: gates.front });
  });
  afterAll(async () => {
    await gates.close();
    await site.close();
  });
  const make = (project: string, name: string): string => site.octane.edit({ action: "create", author: "anna.berg@example.com", type: "story", project, fields: { name } }).id;
  const held = async (): Promise<readonly Record<string, unknown>[]> => rows(site, "select name, pid from locks where held order by name");

  it("work on both at once, each on one, and take over from one that was killed: nothing twice, nothing lost", async () => {
    site.define(`${SLICED}frequency: 2\n`);
    for (const [project, name] of [["1002", "a"], ["1002", "b"], ["1003", "c"], ["1003", "d"]] as const) make(project, name);
    const reached = gates.stopAt(isCreate);
    const first = await site.start("worker", "--all", "--concurrency", "1");
    await orEnded(reached, first);
    const second = await site.start("worker", "--all", "--concurrency", "1", "--json");
    await orEnded(until(async () => (await held()).length === 2), second);
    const both = await held();
    expect([both.map(({ name }) => name), new Set(both.map(({ pid }) => pid))]).toEqual([["connection:octane-jira/1002~DEMO", "connection:octane-jira/1003~SEC"], new Set([first.pid, second.pid])]);
    first.kill();
    await first.ended;
    gates.open();
    gates.release();
    const lost = String(both.find(({ pid }) => pid === first.pid)?.name).replace("connection:octane-jira/", "");
    await orEnded(until(async () => (await rows(site, `select 1 from runs where slice = '${lost}' and pid = ${second.pid} and status = 'done'`)).length > 1), second);
    second.terminate();
    const { code, err } = await second.ended;
    // The signal may have come between two iterations, or into one.
    expect([code, err]).toEqual(code === 75 ? [75, expect.stringMatching(/^worker octane-jira \(.*\): stopped as asked; .*\n→ .*\n/)] : [0, ""]);
    expect(issues(site)).toEqual(["a", "b", "c", "d"]);
    expect(await rows(site, TWICE)).toEqual([]);
  });

  it("are waited for by who wants the whole, or named to who does not wait; moved items keep their partner", async () => {
    site.define(`${SLICED}frequency: 3600\n`);
    await makeDue(site);
    make("1002", "late");
    const reached = gates.stopAt(isCreate);
    const worker = await site.start("worker", "--all", "--until-empty");
    await orEnded(reached, worker);
    expect(await site.run("syncIteration", "--lock-wait", "0")).toMatchObject({ code: 75, err: expect.stringMatching(new RegExp(`connection octane-jira is locked by worker in its slice .* \\(process ${worker.pid} on `)) });
    const whole = site.run("syncIteration", "--lock-wait", "60");
    await until(async () => (await rows(site, "select 1 from pg_locks where locktype = 'advisory' and not granted")).length > 0);
    gates.open();
    gates.release();
    expect([(await whole).code, (await worker.ended).code]).toEqual([0, 0]);
    const moved = site.jira.items().find(({ name }) => name === "late")?.id ?? "";
    site.jira.edit({ author: "Bo Chen", action: "update", type: "Story", id: moved, fields: { project: { key: "SEC" } } });
    await makeDue(site);
    expect(await site.run("worker", "--all", "--until-empty", "-q")).toMatchObject({ code: 0, out: "", err: "" });
    expect(issues(site)).toEqual(["a", "b", "c", "d", "late"]);
    expect(site.octane.items().filter(({ type }) => type === "story").map(({ name }) => name).toSorted()).toEqual(["a", "b", "c", "d", "late"]);
    expect(await rows(site, "select distinct reason from outcomes where action = 'skip' and reason like '%another pair of projects%'")).toHaveLength(1);
    expect((await site.run("connectionStatus")).out).toContain("slice 1003~SEC: Running: ");
  });
});

describe("the rate of calls to an endpoint", () => {
  const PER_SECOND = 25;
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
    site.define(STORIES);
    writeFileSync(join(site.directory, "connections", "features.yaml"), FEATURES);
    const file = join(site.directory, "dataSources.yaml");
    writeFileSync(file, `dataSources:
  octane: { system: octane, url: "${site.octane.url}", credentials: { clientId: tandem_client, clientSecret: "\${env:OCTANE_SECRET}" }, scope: { space: "1001" }, options: { intentField: tandem_id_udf }, network: { proxy: none } }
  jira: { system: jira, url: "${site.jira.url}", credentials: { email: sync@example.com, token: "\${env:JIRA_TOKEN}" }, options: { searchLagSeconds: 0 }, network: { proxy: none, callsPerSecond: ${PER_SECOND} } }
`);
  });
  afterAll(() => site.close());

  it("is kept by two workers together: as many tokens as calls, and no call before its token", async () => {
    for (let n = 0; n < 6; n++) story(site, `story ${n}`);
    const [row] = await execute(site.databaseUrl ?? "", `insert into call_tokens (endpoint, free_at, given) values ('${site.jira.url}', clock_timestamp(), 0) returning extract(epoch from free_at) * 1000 as start`);
    const ended = await Promise.all([site.run("worker", "--connection", "octane-jira", "--until-empty"), site.run("worker", "--connection", "features", "--until-empty")]);
    expect(ended.map(({ code, err }) => [code, err])).toEqual([[0, ""], [0, ""]]);
    const calls = site.jira.calls().map(({ at }) => Date.parse(at)).toSorted((a, b) => a - b);
    expect(await execute(site.databaseUrl ?? "", "select given::int from call_tokens")).toEqual([{ given: calls.length }]);
    // The sandbox tells whole milliseconds.
    expect(calls.filter((at, nth) => at < Number(row?.start) + (nth * 1000) / PER_SECOND - 1)).toEqual([]);
    expect(calls.length).toBeGreaterThan(20);
  });
});

describe("the templates", () => {
  const read = (name: string): string => readFileSync(new URL(`../../templates/${name}`, import.meta.url), "utf8");
  const unit = /^ExecStart=\/usr\/bin\/node (.*)$/m.exec(read("tandem-worker@.service"))?.[1]?.split(" ") ?? [];
  const deployment = parse(read("worker.kubernetes.yaml")) as { readonly spec: { readonly template: { readonly spec: { readonly terminationGracePeriodSeconds: number; readonly containers: readonly { readonly command: readonly string[] }[] } } } };
  const [, ...words] = deployment.spec.template.spec.containers[0]?.command ?? [];

  it.each([["systemd", unit], ["Kubernetes", words]])("start it on %s by its own file, so that a signal comes once, with words it takes", async (_, [script, ...options]) => {
    expect(script).toBe("node_modules/tandem/dist/scripts/worker.js");
    const command = commandOf(definition).parse(options, { from: "user" });
    expect(command.opts()).toMatchObject({ all: true, quiet: true, concurrency: 4 });
  });

  it("leave it the ten seconds it may take to end", () => {
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(read("tandem-worker@.service"))?.[1])).toBeGreaterThan(10);
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(10);
  });
});
