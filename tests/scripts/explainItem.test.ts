import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/help.ts";
import { runScript } from "../support/process.ts";
import { openSite, type Site, story } from "../support/site.ts";

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
});
