import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { openSite, type Site } from "../support/scripts/site.ts";

everyScript("initConnection");

describe("initConnection", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("proposes a file that checks and runs, with doubts as comments", async () => {
    const words = ["fresh", "--master", "octane", "--target", "jira", "--projects", "1002~DEMO", "--types", "story~Story"];
    const { code, out } = await site.run("initConnection", ...words);
    expect([code, out]).toEqual([0, expect.stringContaining("1 types mapped")]);
    const text = readFileSync(`${site.directory}/connections/fresh.yaml`, "utf8");
    expect(text).toContain("yaml-language-server: $schema=../schemas/connection.json");
    expect(text).toContain("# doubt:");
    expect(JSON.parse(readFileSync(`${site.directory}/schemas/connection.json`, "utf8"))).toMatchObject({ type: "object" });
    // Its types are those of the site's other connection, whose place it takes.
    await site.run("stopConnection", "--connection", "octane-jira");
    expect((await site.run("checkConnection", "--connection", "fresh")).code).toBe(0);
    const calls = site.octane.callCount();
    expect(await site.run("initConnection", ...words)).toMatchObject({ code: 73, out: "", err: expect.stringContaining("fresh.yaml exists already\n→ edit it") });
    expect(site.octane.callCount()).toBe(calls);
    expect((await site.run("initConnection", ...words, "--force", "--dry-run")).out).toContain("master: story");
  });

  it("proposes what runs as it stands: nothing is made on a side that demands what nothing gives", async () => {
    const { code, out } = await site.run("initConnection", "whole", "--master", "octane", "--target", "jira", "--projects", "1002~DEMO");
    expect([code, out]).toEqual([0, expect.stringMatching(/ {2}task ~ Task: \d+ fields mapped, [1-9]\d* doubts\n/)]);
    const text = readFileSync(`${site.directory}/connections/whole.yaml`, "utf8");
    expect(text).toContain("# doubt: Story (story) is required to create task on the master: map a field to it or set a value; until then nothing is made there (direction: fromMaster)\n");
    await site.run("stopConnection", "--all");
    expect((await site.run("checkConnection", "--connection", "whole")).code).toBe(0);
  });

  it("fills the planning worksheet from a definition: what is decided, and a box for what is not", async () => {
    const { code, out, err } = await site.run("initConnection", "octane-jira", "--worksheet", "-");
    expect([code, err]).toEqual([0, expect.not.stringContaining("bug")]);
    expect(out).toContain("# Planning worksheet: octane-jira");
    expect(out).toContain("- Who creates what: new story in octane make a Story in jira, and new Story in jira make a story in octane");
    expect(out).toMatch(/\| Name \(name\) \| string \| ↔ \| Summary \(summary\) \| string \| hold \|/);
    expect(out).toMatch(/- \[ \] a dry run read by somebody/);
    expect((await site.run("initConnection", "nobody", "--worksheet", "-")).code).toBe(64);
    const file = `${site.directory}/worksheet.md`;
    expect(await site.run("initConnection", "octane-jira", "--worksheet", file, "--dry-run")).toMatchObject({ code: 0, out: expect.stringContaining("would be written") });
    expect(existsSync(file)).toBe(false);
    expect((await site.run("initConnection", "octane-jira", "--worksheet", file)).code).toBe(0);
    writeFileSync(file, "- [x] filled in by somebody");
    expect(await site.run("initConnection", "octane-jira", "--worksheet", file)).toMatchObject({ code: 73, err: expect.stringContaining("people may have filled it in") });
    expect(readFileSync(file, "utf8")).toBe("- [x] filled in by somebody");
  });

  it("names what it does not find, and what no file may be called", async () => {
    expect(await site.run("initConnection", "../evil", "--master", "octane", "--target", "jira", "--projects", "1002~DEMO")).toMatchObject({ code: 64, out: "", err: expect.stringContaining('"../evil" holds "/"') });
    const wrong = await site.run("initConnection", "x", "--master", "octane", "--target", "jira", "--projects", "1002~NOPE");
    expect([wrong.code, wrong.err.includes('no project "NOPE"')]).toEqual([78, true]);
    expect((await site.run("initConnection", "x", "--master", "octane", "--target", "jira", "--projects", "1002")).code).toBe(64);
  });
});
