import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { issues, openSite, type Site, story } from "../support/scripts/site.ts";

everyScript("clearWatermarks");

describe("clearWatermarks", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("makes the next iteration read everything and create nothing", async () => {
    story(site, "A");
    await site.run("syncIteration");
    expect((await site.run("clearWatermarks")).code).toBe(64);
    expect((await site.run("clearWatermarks", "--dry-run")).out).toBe("octane-jira: 2 watermarks would be cleared\n");
    expect((await site.run("clearWatermarks", "--yes", "--side", "master")).out).toBe("octane-jira: 1 watermarks cleared\n");
    expect((await site.run("clearWatermarks", "--yes")).out).toBe("octane-jira: 1 watermarks cleared\n");
    const run = JSON.parse((await site.run("syncIteration", "--json")).out);
    expect([run.counts.master.read, run.counts.target.created, issues(site)]).toEqual([1, 0, ["A"]]);
  });
});
