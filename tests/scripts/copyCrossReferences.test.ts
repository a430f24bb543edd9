// copyCrossReferences as a user runs it, with what is asked of a person before and after.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { issues, openSite, type Site, STORIES, story } from "../support/scripts/site.ts";

everyScript("copyCrossReferences");

describe("copyCrossReferences", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
    story(site, "A");
    story(site, "B");
    await site.run("syncIteration");
    writeFileSync(join(site.directory, "connections", "backlog.yaml"), STORIES.replace("name: octane-jira", "name: backlog"));
  });
  afterAll(() => site.close());

  it("is asked for by the connection that has another name, before anything is made", async () => {
    rmSync(join(site.directory, "connections", "octane-jira.yaml"));
    for (const word of ["--dry-run", "--sweep", "--quiet"]) {
      const { code, err } = await site.run("syncIteration", word);
      expect([code, err, issues(site)]).toEqual([1, expect.stringMatching(/2 new items of .* have their partners under another name: .* in connection octane-jira, which is not defined any more[^]*copyCrossReferences --from octane-jira --connection backlog/), ["A", "B"]]);
    }
    const checked = await site.run("checkConnection");
    expect([checked.code, checked.out]).toEqual([expect.any(Number), expect.stringContaining("octane-jira/story~Story/1002~DEMO, which is not mapped any more, has cross references of such items (2 items")]);
    writeFileSync(join(site.directory, "connections", "octane-jira.yaml"), STORIES);
  });

  it("looks, hands over, says that the old one is still there, and has nothing to do the second time", async () => {
    const words = ["--from", "octane-jira", "--connection", "backlog"] as const;
    const dry = await site.run("copyCrossReferences", ...words, "--dry-run", "--detailed-exit-code");
    expect([dry.code, dry.out]).toEqual([2, "  octane-jira/story~Story/1002~DEMO → backlog/story~Story/1002~DEMO: 2 copied, 0 there already, 0 refused\noctane-jira → backlog: would be: 2 cross references copied, 0 refused\n"]);
    const real = await site.run("copyCrossReferences", ...words);
    expect([real.code, real.err.includes("deleteConnection --connection octane-jira")]).toEqual([0, true]);
    expect(JSON.parse((await site.run("copyCrossReferences", ...words, "--json")).out).sets).toMatchObject([{ copied: 0, unchanged: 2 }]);
    await site.run("deleteConnection", "--connection", "octane-jira", "--yes");
    const run = JSON.parse((await site.run("syncIteration", "--json")).out);
    expect([run.connection, run.counts.master.created, run.counts.target.created, issues(site)]).toEqual(["backlog", 0, 0, ["A", "B"]]);
  });

  it("refuses what it does not understand with 64", async () => {
    for (const words of [["--from", "nobody"], ["--from", "backlog"], ["--from", "backlog", "--rename", "Story"]]) expect((await site.run("copyCrossReferences", "--connection", "backlog", ...words)).code).toBe(64);
  });
});
