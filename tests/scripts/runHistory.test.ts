import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { openSite, type Site, story } from "../support/scripts/site.ts";

everyScript("runHistory");

describe("runHistory", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("lists runs and everything one of them did", async () => {
    expect((await site.run("runHistory")).out).toBe("");
    story(site, "A");
    await site.run("syncIteration");
    const list = await site.run("runHistory");
    expect(list.out).toMatch(/ octane-jira syncIteration done: 1 created \(run [0-9a-f-]{36}\)\n$/);
    const id = /run ([0-9a-f-]{36})/.exec(list.out)?.[1] ?? "";
    expect((await site.run("runHistory", "--run", id)).out).toContain("summary: (empty) → A");
    expect((await site.run("runHistory", "--run", id.slice(0, 6))).out).toContain("summary: (empty) → A");
    expect((await site.run("runHistory", "--run", "nonsense")).code).toBe(64);
  });
});
