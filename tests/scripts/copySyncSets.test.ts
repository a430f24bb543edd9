// copySyncSets as a user runs it: by options and by property bag, against both sandboxes.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { openSite, type Site, STORIES } from "../support/scripts/site.ts";

everyScript("copySyncSets");

describe("copySyncSets", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
    site.define(COMMENTED);
  });
  afterAll(() => site.close());

  const COMMENTED = STORIES.replace("projects:", "# agreed with the shop\nprojects:");
  const AFTER = COMMENTED.replace('target: "DEMO" }\n', 'target: "DEMO" }\n  - { master: "1003", target: "SEC" }\n');
  const file = (): string => readFileSync(join(site.directory, "connections", "octane-jira.yaml"), "utf8");

  it("shows the new sync sets, tells unknown projects, and writes nothing in a dry run", async () => {
    const { code, out } = await site.run("copySyncSets", "--template", "1002~DEMO", "--to", "Second~SEC", "--to", "1003~NOPE", "--dry-run");
    expect([code, out.split("\n")[0], out.includes('refused: 1003~NOPE: jira has no project "NOPE"'), out.split("\n").at(-2)]).toEqual([1, "  new: story~Story 1003~SEC", true, "octane-jira: 1 sync sets would be added, 1 pairs refused"]);
    expect(file()).toBe(COMMENTED);
  });

  it("writes them beside the others, by a property bag too, and refuses them the second time", async () => {
    const bag = "connection=octane-jira\ntemplatesourceproject=1002\ntemplatetargetproject=Demo\ntemplatetargetkey=DEMO\nsourceproject=Second\ntargetproject=Second\ntargetkey=SEC\nproduct=jira\n";
    expect((await site.runWith("copySyncSets", ["-"], { input: bag })).code).toBe(0);
    expect(file()).toBe(AFTER);
    const again = await site.run("copySyncSets", "--template", "1002~DEMO", "--to", "1003~SEC");
    expect([again.code, again.out.includes("refused: 1003~SEC: is mapped already"), file()]).toEqual([1, true, AFTER]);
  });

  it("reads what an editor of Windows has written", async () => {
    const path = join(site.directory, "connections", "octane-jira.yaml");
    writeFileSync(path, Buffer.from(`\uFEFF${COMMENTED}`, "utf16le"));
    expect(await site.run("copySyncSets", "--template", "1002~DEMO", "--to", "1003~SEC")).toMatchObject({ code: 0, out: expect.stringContaining("1 sync sets added") });
    expect(file()).toBe(AFTER);
  });

  it("takes the same from YAML, and tells a mistake in it with line and column", async () => {
    const yaml = 'connection: octane-jira\ntemplate: { master: "1002", target: DEMO }\nto:\n  - { master: "1003", target: SEC }\n  - { target: NOPE }\n';
    const { code, out } = await site.runWith("copySyncSets", ["-", "--dry-run"], { input: yaml });
    expect([code, out.includes("refused: 1003~SEC: is mapped already"), out.includes('refused: 1002~NOPE: jira has no project "NOPE"')]).toEqual([1, true, true]);
    const bad = await site.runWith("copySyncSets", ["-"], { input: yaml.replace("target: NOPE", "tarjet: NOPE") });
    expect([bad.code, bad.err.includes('line 5, column 7: to[1].tarjet: there is no key "tarjet" here')]).toEqual([65, true]);
    expect(file()).toBe(AFTER);
  });

  it.each([
    ["a new project's", "templatetargetkey=DEMO\nsourceproject=Second\ntargetproject=Demo\ntargetkey=SEC\n", [1, 'refused: Second~SEC: SEC is called "Second", not "Demo"']],
    ["the template's", "templatetargetproject=Second\ntemplatetargetkey=DEMO\nsourceproject=Second\ntargetkey=SEC\n", [64, 'the template: DEMO is called "Demo", not "Second"']],
  ])("maps no project whose key and name mean two: %s", async (_, lines, [code, words]) => {
    const before = file();
    const told = await site.runWith("copySyncSets", ["-"], { input: `connection=octane-jira\ntemplatesourceproject=1002\n${lines}product=jira\n` });
    expect([told.code, `${told.out}${told.err}`.includes(String(words)), file()]).toEqual([code, true, before]);
  });

  it("refuses what would create items twice, and what it does not understand", async () => {
    const twice = await site.run("copySyncSets", "--template", "1002~DEMO", "--to", "1002~SEC");
    expect([twice.code, twice.err.includes("would be created both as"), file()]).toEqual([78, true, AFTER]);
    expect((await site.run("copySyncSets", "--template", "1009~DEMO", "--to", "1003~SEC", "--local")).err).toContain("maps no pair of projects 1009~DEMO");
    const ansi = join(site.directory, "ansi.txt");
    writeFileSync(ansi, Buffer.from("connection=octane-jira\ntemplatesourceproject=1002\ntemplatetargetkey=DEMO\nsourceproject=B\u00fcro\ntargetkey=SEC\n", "latin1"));
    expect(await site.run("copySyncSets", ansi, "--local")).toMatchObject({ code: 65, err: expect.stringContaining("ansi.txt, line 4, column 16: the file is not UTF-8") });
    const bad = await site.runWith("copySyncSets", ["-"], { input: "connection=octane-jira\nfoo=1\n" });
    expect([bad.code, bad.err.includes("line 2, column 1")]).toEqual([65, true]);
  });
});
