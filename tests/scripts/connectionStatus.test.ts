import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";

everyScript("connectionStatus");

describe("connectionStatus", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("tells of one that has never run", async () => {
    expect((await site.run("connectionStatus")).out).toContain("octane-jira: Idle: has never run");
  });

  it("tells that it fails, and why, where no run could begin: a login that is refused, a definition that is wrong", async () => {
    const wrong = await site.runWith("syncIteration", ["-q"], { env: { JIRA_TOKEN: "revoked" } });
    expect(wrong.code).toBe(77);
    const [said = ""] = wrong.err.replace("syncIteration: ", "").split("\n");
    const status = await site.run("connectionStatus");
    expect([status.code, status.out.startsWith(`octane-jira: Failed: ${said}\n`)]).toEqual([1, true]);
    site.define(STORIES.replace("Story Points", "Story Pints"));
    expect((await site.run("syncIteration")).code).toBe(78);
    const { out } = await site.run("runHistory");
    expect(out).toMatch(/^20\S+Z octane-jira syncIteration failed \(run \S+\)\n {4}\S+octane-jira\.yaml:14:\d+ types\[0\]\.fields\[2\]\.target: Story has no field "Story Pints".*\n20\S+Z octane-jira syncIteration failed \(run \S+\)\n {4}jira: /);
    // Neither wrong words nor a dry run says anything of the connection.
    await site.run("syncIteration", "--dry-run");
    expect((await site.run("runHistory")).out).toBe(out);
    site.define(STORIES);
  });

  it("tells how a connection stands, held conflicts too, without asking an endpoint", async () => {
    expect((await site.run("connectionStatus")).out).toContain("octane-jira: Failed: ");
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
