import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { issues, openSite, rename, type Site, story } from "../support/scripts/site.ts";

everyScript("resolveConflict");

describe("resolveConflict", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("takes one side's value and keeps the other in the record", async () => {
    const id = story(site, "A");
    await site.run("syncIteration");
    const issue = site.jira.items().find((row) => row.type === "Story");
    rename(site, id, "master's");
    site.jira.edit({ action: "update", author: "Bo Chen", type: "Story", id: issue?.id ?? "", fields: { summary: "target's" } });
    await site.run("syncIteration");
    const dry = await site.run("resolveConflict", "--item", issue?.key ?? "", "--take", "master", "--dry-run");
    expect([dry.code, dry.out.includes("target's → master's"), issues(site)]).toEqual([0, true, ["target's"]]);
    const { out } = await site.run("explainItem", id);
    expect(out).toContain("  held conflict in Name ~ Summary: master master's, target target's\n");
    expect(out).toContain("conflict on the target: Name changed on both sides; held for a person");
    expect(out).toContain("      Name ~ Summary: master master's, target target's\n");
    const [run = ""] = /[0-9a-f-]{36}(?=\))/.exec(out) ?? [];
    expect((await site.run("runHistory", "--run", run)).out).toContain("      name ~ summary: master master's, target target's\n");
    expect(JSON.parse((await site.run("auditReport", "--format", "json", "--out", "-")).out)).toMatchObject({ conflicts: [{ field: "Name ~ Summary", master: "master's", target: "target's" }] });
    expect((await site.run("resolveConflict", "--item", id, "--field", "Name ~ Summary", "--take", "master", "--dry-run")).code).toBe(0);
    expect((await site.run("resolveConflict", "--item", id, "--field", "Description", "--take", "master")).code).toBe(64);
    expect((await site.run("resolveConflict", "--item", issue?.key ?? "", "--field", "Summary", "--take", "master")).code).toBe(0);
    expect(issues(site)).toEqual(["master's"]);
    expect((await site.run("explainItem", id)).out).toContain("      Summary: target's → master's\n");
    expect((await site.run("resolveConflict", "--item", id, "--take", "master")).code).toBe(64);
    expect((await site.run("resolveConflict", "--item", id)).code).toBe(64);
  });
});
