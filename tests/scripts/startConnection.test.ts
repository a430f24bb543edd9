import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/help.ts";
import { issues, openSite, type Site, story } from "../support/site.ts";

everyScript("startConnection");

describe("startConnection", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("lets a stopped connection run again, and starts nothing itself", async () => {
    story(site, "A");
    await site.run("stopConnection");
    expect((await site.run("startConnection")).out).toBe("octane-jira may run again\n");
    expect(issues(site)).toEqual([]);
    expect([(await site.run("syncIteration")).code, issues(site)]).toEqual([0, ["A"]]);
    expect((await site.run("startConnection", "--group", "nothing")).code).toBe(64);
  });
});
