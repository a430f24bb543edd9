// exportCrossReferences as a user runs it: what it writes is seeded again and comes out the same.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { execute } from "../support/store/postgres.ts";
import { openSite, type SandboxSite } from "../support/scripts/sandboxes.ts";

everyScript("exportCrossReferences");

describe("exportCrossReferences", () => {
  let site: SandboxSite;
  beforeAll(async () => {
    site = await openSite();
    for (const name of ["One", "Two", "Three"]) {
      site.octane.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: "1002", fields: { name } });
      site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: name } });
    }
    expect((await site.run("matchByName", ["--type", "story", "--apply"])).out).toContain("3 written");
  });
  afterAll(() => site?.close());

  const stored = (): Promise<readonly Record<string, unknown>[]> => execute(site.database.url, "select sync_set, master_id, target_id, state from links order by master_id");

  it.each(["csv", "json", "xml"])("writes what seeding reads: %s there and back is the same", async (ending) => {
    const before = await stored();
    const path = join(site.home, `pairs.${ending}`);
    expect(await site.run("exportCrossReferences", ["-o", path, "-q"])).toEqual({ code: 0, out: "", err: "" });
    await execute(site.database.url, "delete from links");
    const seeded = await site.run("seedCrossReferences", [path]);
    expect([seeded.code, seeded.out]).toEqual([0, expect.stringContaining("3 pairs added")]);
    expect([before.length, await stored()]).toEqual([3, before]);
    expect(readFileSync(path, "utf8")).toContain("octane-jira/story~Story/1002~DEMO");
  });

  it("writes a frame without pairs, which can be filled in and seeded", async () => {
    const site2 = await openSite();
    try {
      const one = site2.octane.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: "1002", fields: { name: "One" } }).id;
      const { key } = site2.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: "One" } });
      const { code, out } = await site2.run("exportCrossReferences", ["--frame"]);
      expect([code, out.match(/<set /g)?.length]).toEqual([0, 2]);
      const path = join(site2.home, "frame.xml");
      writeFileSync(path, out.replace(/(targettype="Story"[^]*?)<adds>/, `$1<adds>\n<add master="${one}" target="${key}"/>`));
      expect((await site2.run("seedCrossReferences", [path])).out).toContain("1 pairs added");
      expect((await site2.run("exportCrossReferences", ["--frame", "--file-format", "csv"])).code).toBe(64);
    } finally {
      await site2.close();
    }
  });

  it("leaves out a pair that was parted, and prints one JSON object a line", async () => {
    await execute(site.database.url, "update links set state = 'unlinked' where target_id = (select min(target_id) from links)");
    const lines = (await site.run("exportCrossReferences", ["--json"])).out.trim().split("\n").map((line) => JSON.parse(line) as Record<string, string>);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ action: "add", masterType: "story", targetType: "Story", masterProject: "1002", targetProject: "DEMO" });
  });
});
