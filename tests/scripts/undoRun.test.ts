import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { issues, openSite, rename, type Site, story } from "../support/scripts/site.ts";

everyScript("undoRun");

describe("undoRun", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("puts back what a run wrote, stops the connection, and asks before", async () => {
    const id = story(site, "before");
    await site.run("syncIteration");
    rename(site, id, "after");
    const run = JSON.parse((await site.run("syncIteration", "--json")).out).run as string;
    expect(issues(site)).toEqual(["after"]);
    const dry = await site.run("undoRun", "--run", run.slice(0, 8), "--dry-run");
    expect(dry.out).toContain(`put back octane-jira/story~Story/1002~DEMO target DEMO-1 "after"`);
    expect([dry.code, dry.out.includes("Summary: after → before"), issues(site)]).toEqual([0, true, ["after"]]);
    expect((await site.run("undoRun", "--run", run)).code).toBe(64);
    expect((await site.run("undoRun", "--run", run, "--yes")).code).toBe(0);
    expect(issues(site)).toEqual(["before"]);
    expect((await site.run("syncIteration")).code).toBe(75);
  });

  it("ends with 1 where something of the run stands there still", async () => {
    await site.run("startConnection");
    const id = story(site, "one");
    await site.run("syncIteration");
    rename(site, id, "two");
    const run = JSON.parse((await site.run("syncIteration", "--json")).out).run as string;
    const issue = site.jira.items().find((row) => row.name === "two");
    site.jira.edit({ action: "update", author: "anna.berg@example.com", type: "Story", project: "DEMO", id: String(issue?.id), fields: { summary: "three" } });
    for (const words of [["--dry-run"], ["--yes"]]) {
      const undone = await site.run("undoRun", "--run", run, ...words);
      expect([undone.code, undone.out.includes("Summary: somebody changed it since")]).toEqual([1, true]);
    }
    expect(issues(site)).toContain("three");
    await site.run("startConnection");
  });

  it("refuses a run that is not there, and stops nothing for its sake", async () => {
    expect((await site.run("startConnection", "--connection", "octane-jira")).code).toBe(0);
    for (const run of ["00000000-0000-4000-8000-000000000000", "nonsense", "'; drop table runs", "-".repeat(36)]) {
      expect([run, await site.run("undoRun", `--run=${run}`, "--yes")]).toEqual([run, { code: 64, out: "", err: expect.stringContaining(`there is no run ${run}\n`) }]);
      expect([run, (await site.run("runHistory", `--run=${run}`)).code]).toEqual([run, 64]);
    }
    expect((await site.run("syncIteration")).code).toBe(0);
  });
});
