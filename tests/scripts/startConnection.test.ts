import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { execute } from "../support/store/postgres.ts";
import { issues, openSite, type Site, STORIES, story } from "../support/scripts/site.ts";

everyScript("startConnection");

describe("startConnection", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("lets a stopped connection run again, and starts nothing itself", async () => {
    story(site, "A");
    await site.run("stopConnection");
    expect((await site.run("startConnection", "--dry-run")).out).toBe("octane-jira would be let run again (dry run, nothing was changed)\n");
    expect((await site.run("syncIteration")).code).toBe(75);
    expect((await site.run("startConnection")).out).toBe("octane-jira may run again\n");
    expect((await site.run("connectionStatus")).out).toMatch(/^octane-jira: In Queue: started by \S+ at \S+; no iteration has begun since\n/);
    expect(issues(site)).toEqual([]);
    expect([(await site.run("syncIteration")).code, issues(site)]).toEqual([0, ["A"]]);
    expect((await site.run("startConnection", "--group", "nothing")).code).toBe(64);
  });

  it("starts nothing of which a script that was killed has recorded half of the pairs, whoever had stopped it", async () => {
    const pairs = Array.from({ length: 1200 }, (_, n) => {
      const issue = site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: `S ${n}` } }).id;
      return `${story(site, `S ${n}`)},${issue}`;
    });
    const file = join(site.directory, "pairs.csv");
    writeFileSync(file, `masterId,targetId\n${pairs.join("\n")}\n`);
    await site.run("stopConnection", "--note", "go-live");
    const url = site.databaseUrl ?? "";
    // The last pair waits until we let it in, so that some are recorded and not all.
    const door = new pg.Client({ connectionString: url });
    await door.connect();
    await door.query("select pg_advisory_lock(4711)");
    await execute(
      url,
      "create function wait_at_door() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(4711); return new; end $$",
      `create trigger door before insert on links for each row when (new.master_id = '${pairs.at(-1)?.split(",")[0]}') execute function wait_at_door()`,
    );
    const seeding = await site.start("seedCrossReferences", file);
    const waiting = "select (select count(*) from links where master_id <> '1004') as recorded, (select count(*) from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and not l.granted and a.datname = current_database()) as waiting";
    for (let seen: Readonly<Record<string, unknown>> = {}; Number(seen["recorded"] ?? 0) === 0 || Number(seen["waiting"] ?? 0) === 0; ) seen = (await execute(url, waiting))[0] ?? {};
    seeding.kill();
    await seeding.ended;
    await door.end();
    await execute(url, "drop trigger door on links", "drop function wait_at_door");
    const left = Number((await execute(url, "select count(*) as n from links where state = 'adopting'"))[0]?.n);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(1200);
    expect(await site.run("startConnection")).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/seedCrossReferences has not recorded all pairs of octane-jira[\s\S]*run it again with the same words and file/) });
    // Another one, behind it by its name, starts all the same.
    const other = join(site.directory, "connections", "other.yaml");
    writeFileSync(other, STORIES.replace("name: octane-jira", "name: other").replace('target: "DEMO"', 'target: "SEC"'));
    expect((await site.run("stopConnection", "--connection", "other")).code).toBe(0);
    expect(await site.run("startConnection", "--all")).toMatchObject({ code: 1, out: "other may run again\n", err: expect.stringContaining("seedCrossReferences has not recorded all pairs of octane-jira") });
    rmSync(other);
    expect((await site.run("connectionStatus")).out).toContain("octane-jira: Disabled: seedCrossReferences has not recorded all pairs: the same again goes on\n");
    expect(await site.run("syncIteration")).toMatchObject({ code: 75, err: expect.stringContaining("→ run the same again, with the same words and file; then npx tandem startConnection") });
    expect(await site.run("seedCrossReferences", file)).toMatchObject({ code: 0, out: expect.stringContaining(`${1200 - left} pairs added, 0 removed, ${left} already so`) });
    expect((await site.run("connectionStatus")).out).toMatch(/^octane-jira: Disabled: stopped by \S+ at \S+ \(go-live\)\n/);
    expect((await site.run("startConnection")).code).toBe(0);
    expect((await site.run("syncIteration", "--json")).out).toContain('"created": 0');
  });
});
