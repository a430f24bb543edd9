import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { openSite, type Site, story } from "../support/scripts/site.ts";

everyScript("stopConnection");

describe("stopConnection", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("keeps iterations from starting, saying who stopped it and why", async () => {
    story(site, "A");
    expect((await site.run("stopConnection", "--dry-run")).out).toBe("octane-jira would be stopped (dry run, nothing was changed)\n");
    expect((await site.run("syncIteration", "-q")).code).toBe(0);
    expect((await site.run("stopConnection", "--group", "nightly", "--note", "upgrade of Jira")).out).toContain("octane-jira is stopped");
    const refused = await site.run("syncIteration");
    expect([refused.code, refused.err.includes("upgrade of Jira"), refused.err.includes("startConnection")]).toEqual([75, true, true]);
    expect((await site.run("stopConnection", "--connection", "nothing")).code).toBe(64);
  });
});
