import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/help.ts";
import { openSite, rename, type Site, story } from "../support/site.ts";

everyScript("connectionStatus");

describe("connectionStatus", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("tells how a connection stands, held conflicts too, without asking an endpoint", async () => {
    expect((await site.run("connectionStatus")).out).toContain("octane-jira: Idle: has never run");
    const id = story(site, "A");
    await site.run("syncIteration");
    const running = await site.run("connectionStatus");
    expect([running.code, running.out.startsWith("octane-jira: Running"), running.out.includes("1 pairs, 0 in quarantine")]).toEqual([0, true, true]);
    rename(site, id, "master's");
    const issue = site.jira.items().find((row) => row.type === "Story");
    site.jira.edit({ action: "update", author: "Bo Chen", type: "Story", id: issue?.id ?? "", fields: { summary: "target's" } });
    expect((await site.run("syncIteration")).code).toBe(1);
    const before = site.octane.callCount() + site.jira.callCount();
    const held = await site.run("connectionStatus");
    expect([held.code, held.out.includes("master master's, target target's")]).toEqual([1, true]);
    expect(site.octane.callCount() + site.jira.callCount()).toBe(before);
    await site.run("stopConnection", "--note", "upgrade");
    expect((await site.run("connectionStatus")).out).toContain("Disabled");
  });
});
