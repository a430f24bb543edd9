import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { openSite, rename, type Site, story } from "../support/scripts/site.ts";

everyScript("auditReport");

describe("auditReport", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("draws what is in step and what differs, as HTML, CSV and JSON", async () => {
    const id = story(site, "<script>alert(1)</script>");
    await site.run("syncIteration");
    const file = `${site.directory}/audit.html`;
    const step = await site.run("auditReport", "--out", file);
    expect([step.code, step.out]).toEqual([0, `octane-jira: 1 in step; report in ${file}\n`]);
    const { readFileSync, statSync } = await import("node:fs");
    const html = readFileSync(file, "utf8");
    expect([html.includes("<script>alert(1)"), html.includes("alert(1)"), statSync(file).mode & 0o077]).toEqual([false, true, 0]);
    rename(site, id, "=cmd()");
    const csv = await site.run("auditReport", "--format", "csv", "--out", "-");
    expect(csv.code).toBe(1);
    expect(csv.out).toContain("pending");
    expect(csv.out).not.toMatch(/(^|,)=cmd/m);
    expect(JSON.parse((await site.run("auditReport", "--format", "json", "--out", "-")).out)).toMatchObject({ connection: "octane-jira" });
    expect((await site.run("auditReport", "--out", `${site.directory}/dataSources.yaml/x.html`)).code).toBe(73);
  });
});
