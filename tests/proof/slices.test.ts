// Real workers on one connection that is cut by pair of projects, on a real PostgreSQL.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGates, type Gates } from "../support/systems/gate.ts";
import { issues, openSite, type Site, STORIES } from "../support/scripts/site.ts";
import { isCreate, makeDue, orEnded, rows, TWICE, until } from "../support/scripts/workers.ts";

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
