// worker as its users run it: real processes on a real PostgreSQL, one of them killed in the middle of an iteration.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { commandOf } from "../../lib/cli/script/script.ts";
import definition from "../../scripts/worker.ts";
import { createGates, type Gates } from "../support/systems/gate.ts";
import { everyScript } from "../support/scripts/help.ts";
import { execute } from "../support/store/postgres.ts";
import { issues, openSite, type Site, STORIES, story } from "../support/scripts/site.ts";
import { isCreate, makeDue, orEnded, rows, TWICE, until } from "../support/scripts/workers.ts";

everyScript("worker");

const FEATURES = STORIES.replace("name: octane-jira", "name: features")
  .replace("master: story", "master: feature")
  .replace("target: Story\n", "target: Epic\n")
  .replace(/ +- \{ master: (description|story_points).*\n/g, "");

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
