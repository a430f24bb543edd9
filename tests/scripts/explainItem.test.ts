import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { runScript } from "../support/scripts/process.ts";
import { openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";

everyScript("explainItem");

it("refuses an item without a name", async () => {
  expect(await runScript("explainItem", [" "])).toEqual({ code: 64, out: "", err: "explainItem: an argument is empty, and names nothing\n→ was a variable of the shell not set?\n" });
});

describe("explainItem", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("tells the pair and the decisions, and plans the item now with --live", async () => {
    const id = story(site, "A");
    const unknown = await site.run("explainItem", id);
    expect([unknown.code, unknown.out.includes("is in no record")]).toEqual([1, true]);
    expect((await site.run("explainItem", id, "--live")).out).toContain("create Story in jira");
    await site.run("syncIteration");
    const { code, out } = await site.run("explainItem", id, "--live");
    expect(out).toMatch(/ {2}run [0-9a-f-]{36}: syncIteration of 20\S+Z, [1-9]\d* calls to the master and [1-9]\d* to the target for all its items\n/);
    expect(out).toMatch(/ {2}asked just now: [1-9]\d* calls to the master, \d+ to the target\n$/);
    expect([code, out.includes("paired: master"), out.includes("create on the target: new on the master"), out.includes("do nothing: both sides are in step")]).toEqual([0, true, true, true]);
  });

  const bug = (name: string): string => site.jira.edit({ action: "create", author: "anna.berg@example.com", type: "Bug", project: "DEMO", fields: { summary: name } }).key ?? "";
  const both = `${STORIES}  - { master: defect, target: Bug, fields: [{ master: name, target: summary }] }\n`;
  const live = async (item: string): Promise<string> => (await site.run("explainItem", item, "--live")).out;

  it("says nothing of sync sets that take other types, and why where none takes it", async () => {
    site.define(both);
    const key = bug("of another type");
    const out = await live(key);
    expect([out.match(/ in octane-jira\/.*/g), out.includes("create defect in octane")]).toEqual([[" in octane-jira/defect~Bug/1002~DEMO"], true]);
    site.define(STORIES);
    expect(await live(key)).toContain("an iteration does not come upon it: it is a Bug of project DEMO, and this sync set takes Story of project DEMO\n");
  });

  it("says that a filter leaves it out, and of criteria which term", async () => {
    const id = story(site, "small one", { story_points: 2 });
    const [, type = ""] = /(- master: story\n)/.exec(STORIES) ?? [];
    const defined = (more: string): void => site.define(STORIES.replace(type, `${type}    ${more}\n`));
    defined('filter: { master: "story_points GT 5" }');
    const out = await live(id);
    expect([out.includes("does not come upon it: the filter of the master leaves it out (story_points GT 5)"), out.includes("create Story")]).toEqual([true, false]);
    defined('filter: { master: "story_points LT 5" }');
    expect(await live(id)).toContain("create Story in jira");
    defined("criteria: { master: { all: [{ field: name, operator: startsWith, value: small }, { not: { any: [{ field: story_points, operator: lessThan, value: 5 }] } }] } }");
    expect(await live(id)).toContain('skip story 1002 "small one": does not meet the sync criteria: not story_points lessThan 5, and is 2\n'.replace("1002", id));
    site.define(STORIES);
  });

  it("shows what stays different because it flows one way only", async () => {
    site.define(STORIES.replace("target: summary }", "target: summary, direction: toMaster }"));
    const id = story(site, "first name");
    await site.run("syncIteration");
    rename(site, id, "second name");
    await site.run("syncIteration");
    const out = await live(id);
    expect(out).toContain("stays different: Name ~ Summary: master second name, target first name (the field flows to the master only, and the target has not changed it since)\n");
    expect(out).not.toContain("in step");
    site.define(STORIES);
  });

  it("says that the connection was stopped, by whom and why", async () => {
    const id = story(site, "waits");
    await site.run("stopConnection", "--note", "go-live");
    const out = await live(id);
    expect([out, (await site.run("connectionStatus")).out]).toEqual([expect.stringMatching(/connection octane-jira: Disabled: stopped by \S+ at 20\S+Z \(go-live\)\n/), expect.stringMatching(/^octane-jira: Disabled: stopped by \S+ at 20\S+Z \(go-live\)\n/)]);
    await site.run("startConnection");
  });

  it("looks through all connections where none is named", async () => {
    writeFileSync(join(site.directory, "connections", "second.yaml"), STORIES.replace("name: octane-jira", "name: second").replace('"DEMO"', '"SEC"'));
    const id = story(site, "of two");
    expect((await live(id)).match(/ in (octane-jira|second)\//g)).toEqual([" in octane-jira/", " in second/"]);
    for (const name of ["connectionStatus", "runHistory", "checkSchedule"]) expect([name, (await site.run(name)).code === 64]).toEqual([name, false]);
    expect((await site.run("syncIteration")).code).toBe(64);
  });
});
