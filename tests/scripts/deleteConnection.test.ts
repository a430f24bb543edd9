// deleteConnection as a user runs it: looks first, deletes after being told, keeps what happened.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import { createGates, type Gates } from "../support/systems/gate.ts";
import { everyScript } from "../support/scripts/help.ts";
import { execute } from "../support/store/postgres.ts";
import { issues, openSite, type Site, STORIES, story } from "../support/scripts/site.ts";

everyScript("deleteConnection");

describe("deleteConnection", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
    story(site, "A");
    story(site, "B");
    await site.run("syncIteration");
  });
  afterAll(() => site.close());

  const count = async (table: string): Promise<number> => Number((await execute(site.databaseUrl ?? "", `select count(*) as n from ${table}`))[0]?.n);
  const file = (): boolean => existsSync(join(site.directory, "connections", "octane-jira.yaml"));

  it("shows what would go and stay, and does nothing without being told", async () => {
    const dry = await site.run("deleteConnection", "--connection", "octane-jira", "--dry-run", "--detailed-exit-code");
    expect(dry.out).toContain("goes: 2 cross references\n");
    expect(dry.out).toContain("goes: 2 watermarks\n");
    expect(dry.out).toContain("stays: 1 runs with their outcomes");
    expect([dry.code, await count("links"), file()]).toEqual([2, 2, true]);
    const unasked = await site.run("deleteConnection", "--connection", "octane-jira");
    expect([unasked.code, unasked.err.includes("--yes"), await count("links"), file()]).toEqual([64, true, 2, true]);
  });

  it("leaves with 75 while somebody is at work on it", async () => {
    const store = await openStore({ databaseUrl: site.databaseUrl ?? "", directory: site.directory, lockWaitSeconds: 5, holder: { host: "test", pid: process.pid, script: "test" }, now: () => new Date().toISOString() });
    const lease = await store.locks.acquire("connection:octane-jira", { host: "elsewhere", pid: 7, script: "syncIteration" });
    const refused = await site.run("deleteConnection", "--connection", "octane-jira", "--yes");
    if ("release" in lease) await lease.release();
    await store.facts.set([{ name: "notify:about:octane-jira", value: {}, at: new Date().toISOString() }]);
    await store.close();
    expect([refused.code, refused.err.includes("is locked by syncIteration (process 7 on elsewhere"), await count("links"), file()]).toEqual([75, true, 2, true]);
  });

  it("with --keep-definition stops it, so that no iteration creates everything a second time", async () => {
    const { code, out } = await site.run("deleteConnection", "--connection", "octane-jira", "--keep-definition", "--yes");
    expect([code, out.split("\n").at(-2), await count("links"), await count("watermarks"), file()]).toEqual([0, "octane-jira: deleted, 2 cross references", 0, 0, true]);
    const refused = await site.run("syncIteration");
    expect([refused.code, refused.err.includes("its cross references were deleted"), issues(site)]).toEqual([75, true, ["A", "B"]]);
  });

  it("removes the file and the state, keeps runs and outcomes, and has nothing left to do afterwards", async () => {
    expect((await site.run("deleteConnection", "--connection", "octane-jira", "--yes")).code).toBe(0);
    expect([file(), await count("connections"), await count("facts where name like '%:octane-jira'"), await count("runs"), (await count("outcomes")) > 0]).toEqual([false, 0, 0, 1, true]);
    // The database still knows its sync sets.
    const again = await site.run("deleteConnection", "--connection", "octane-jira", "--yes");
    expect([again.code, again.out.split("\n").at(-2)]).toEqual([0, "octane-jira: deleted, 0 cross references"]);
    const left = await site.run("deleteConnection", "--connection", "nothing", "--yes");
    expect([left.code, left.err.includes('no connection is called "nothing"')]).toEqual([64, true]);
    site.define(STORIES);
  });
});

describe("an iteration that read the definitions before they went", () => {
  let gates: Gates;
  let site: Site;
  beforeAll(async () => {
    gates = createGates();
    site = await openSite({ front: gates.front });
    story(site, "A");
    await site.run("syncIteration");
    writeFileSync(join(site.directory, "connections", "defects.yaml"), STORIES.replace("name: octane-jira", "name: defects").replace("- master: story\n    target: Story", "- master: defect\n    target: Bug").replace("      - { master: story_points, target: Story Points }\n", ""));
  });
  afterAll(async () => {
    await gates.close();
    await site.close();
  });

  /** What happens while the first of two connections is at work. */
  const meanwhile = async (what: () => Promise<unknown>) => {
    gates.open();
    const reached = gates.stopAt(({ target }) => /\/defects\b/.test(target));
    const running = await site.start("syncIteration", "--all");
    await reached;
    await what();
    gates.open();
    gates.release();
    return running.ended;
  };

  it("goes by no mapping that was changed: its cross references may be another's by now", async () => {
    const path = join(site.directory, "connections", "octane-jira.yaml");
    const ended = await meanwhile(async () => writeFileSync(path, `${readFileSync(path, "utf8")}# as of today\n`));
    expect([ended.code, ended.err.includes("octane-jira.yaml was changed after this script had read it; nothing was done"), issues(site)]).toEqual([75, true, ["A"]]);
    expect((await site.run("syncIteration", "--all")).code).toBe(0);
  });

  it("creates nothing anew when its turn comes", async () => {
    const ended = await meanwhile(async () => {
      expect(await site.run("deleteConnection", "--connection", "octane-jira", "--yes")).toMatchObject({ code: 0 });
    });
    expect([ended.code, ended.err.includes("the definition of connection octane-jira was removed after this script had read it; nothing was done"), issues(site)]).toEqual([75, true, ["A"]]);
  });
});
