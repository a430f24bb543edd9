import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { issues, openSite, type Site, STORIES, story } from "../support/scripts/site.ts";

everyScript("retryQuarantine");

describe("retryQuarantine", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("makes an item due at once", async () => {
    site.define(`${STORIES}      - { master: phase, target: status, values: [{ master: New, target: To Do }] }\n`);
    story(site, "A", { phase: { type: "phase", name: "In Progress" } });
    expect((await site.run("syncIteration")).code).toBe(1);
    site.define(`${STORIES}      - { master: phase, target: status, values: [{ master: New, target: To Do }, { master: In Progress, target: In Progress }] }\n`);
    const dry = await site.run("retryQuarantine", "--dry-run");
    expect(dry.out).toContain("is not in the value map");
    expect(dry.out).toContain("1 items would be tried again");
    expect(await site.run("retryQuarantine", "--item", "nope")).toMatchObject({ code: 1, out: expect.stringContaining("no item nope waits in quarantine") });
    expect((await site.run("retryQuarantine", "--dry-run", "--item", "nope", "--json")).code).toBe(1);
    expect((await site.run("retryQuarantine")).out).toContain("1 items are tried again by the next iteration");
    expect((await site.run("syncIteration")).code).toBe(0);
    expect([issues(site), site.jira.items().find((row) => row.type === "Story")?.status]).toEqual([["A"], "In Progress"]);
  });
});
