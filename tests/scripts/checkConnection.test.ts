import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/help.ts";
import { openSite, type Site, STORIES, story } from "../support/site.ts";

everyScript("checkConnection");

describe("checkConnection", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("finds values and people in use that nothing maps, and says what to do", async () => {
    expect((await site.run("checkConnection")).code).toBe(0);
    site.define(`${STORIES}      - { master: owner, target: assignee }\n      - { master: phase, target: status, values: [{ master: New, target: To Do }] }\n`);
    story(site, "With a person", { owner: { type: "workspace_user", name: "Emil Novák" }, phase: { type: "phase", name: "In Progress" } });
    const { code, out } = await site.run("checkConnection", "--detailed-exit-code");
    expect(code).toBe(2);
    expect(out).toContain('value "In Progress" of Phase is not in the value map');
    expect(out).toContain("Emil Novák is unknown in jira");
    expect(out).toContain("→ add the person to the user map");
    expect((await site.run("checkConnection", "--json")).code).toBe(0);
    site.define(STORIES.replace("master: story", "master: nothing"));
    expect((await site.run("checkConnection")).code).toBe(78);
  });
});
