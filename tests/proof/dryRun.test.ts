// A dry run changes nothing: every script that takes --dry-run, in each of its modes, on a site that holds something of everything.
// Compared before and after: both systems, the folder of the site with all files around it, and every row of the store.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScriptDefinition } from "../../lib/cli/script/script.ts";
import { runHere } from "../support/scripts/here.ts";
import { execute } from "../support/store/postgres.ts";
import type { Ended } from "../support/scripts/process.ts";
import { openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";

const FOLDER = new URL("../../scripts/", import.meta.url);

/** What a look may note down: that sync sets exist. */
const MAY_GROW = ["sync_sets"];

describe("a dry run", () => {
  let site: Site;
  let item: string;
  let run: string;
  const file = (name: string): string => join(site.directory, "..", name);
  const here = (name: string, words: readonly string[]): Promise<Ended> =>
    runHere(name, words, { PATH: process.env.PATH, HOME: process.env.HOME, TERM: "dumb", DATABASE_URL: site.databaseUrl, OCTANE_SECRET: "tandem_secret", JIRA_TOKEN: "jira-token", TANDEM_CONFIG: site.directory });
  const done = async (name: string, ...words: readonly string[]): Promise<string> => {
    const { code, out, err } = await here(name, words);
    expect([name, code === 0 || code === 1, err]).toEqual([name, true, expect.anything()]);
    return out;
  };

  beforeAll(async () => {
    site = await openSite();
    item = story(site, "Looked at");
    await done("syncIteration");
    await done("syncIteration", "--plan", file("plan.jsonl"));
    run = (JSON.parse(await done("runHistory", "--json", "--most", "1")) as readonly { readonly id: string }[])[0]?.id ?? "";
    rename(site, item, "here");
    site.jira.edit({ action: "update", author: "anna.berg@example.com", type: "Story", project: "DEMO", id: site.jira.items()[0]?.id ?? "", fields: { summary: "there" } });
    await done("syncIteration");
    const [twin, issue] = [story(site, "A twin"), site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: "A twin" } }).id];
    writeFileSync(file("pairs.csv"), `masterId,targetId\n${twin},${issue}\n`);
    writeFileSync(file("people.csv"), "name,octane,jira\nAnna,anna.berg@example.com,Anna Berg\n");
    writeFileSync(file("crontab"), "* * * * * npx tandem syncIteration --all\n");
    writeFileSync(join(site.directory, "connections", "third.yaml"), STORIES.replace("octane-jira", "third"));
    writeFileSync(join(site.directory, "settings.yaml"), "notify: { webhook: http://127.0.0.1:9/hook }\nretention: { runs: 1 day, outcomes: 1 day }\n");
    mkdirSync(file("backups"));
    await done("backupDatabase", "--form", "logical", "-o", file("site.backup"), "--unverified");
    await done("checkConnection", "--connection", "octane-jira", "--out", file("findings.csv"));
    await execute(site.databaseUrl ?? "", "insert into quarantine (sync_set, side, id, name, reason, attempts, first_at, next_at) select id, 'master', 'q1', 'Q', 'no', 1, now(), now() + interval '1 day' from sync_sets limit 1", "update runs set started_at = started_at - interval '40 days', ended_at = ended_at - interval '40 days' where id not in (select run_id from outcomes)");
  });
  afterAll(() => site.close());

  const tree = (): string => readdirSync(file("."), { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name) + (entry.isFile() ? `: ${readFileSync(join(entry.parentPath, entry.name), "base64")}` : "")).toSorted().join("\n");
  const rows = async (): Promise<string> => {
    const url = site.databaseUrl ?? "";
    const tables = await execute(url, "select tablename as name from pg_tables where schemaname = 'public' order by 1");
    const texts = [];
    for (const { name } of tables) if (!MAY_GROW.includes(String(name))) texts.push(`${name}: ${JSON.stringify(await execute(url, `select t::text as row from ${name} t order by 1`))}`);
    return texts.join("\n");
  };
  const everything = async (): Promise<readonly string[]> => [JSON.stringify(site.octane.state()), JSON.stringify(site.jira.state()), tree(), await rows()];

  const modes = (): readonly (readonly [string, ...string[]])[] => {
    const one = ["--connection", "octane-jira"];
    return [
      ["migrateDatabase"],
      ["initDataSource", "jira-2", "--system", "jira", "--url", site.jira.url, "--credential", "email=sync@example.com", "--credential", "token=${env:JIRA_TOKEN}", "--sample-project", "DEMO"],
      ["initDataSource", "jira", "--force", "--system", "jira", "--url", site.jira.url, "--credential", "email=sync@example.com", "--credential", "token=${env:JIRA_TOKEN}"],
      ["initConnection", "second", "--master", "octane", "--target", "jira", "--projects", "1002~DEMO"],
      ["initConnection", "octane-jira", "--worksheet", file("worksheet.md")],
      ["checkConnection", ...one, "--try-writes", "--yes"],
      ["checkConnection", ...one, "--findings", file("findings.csv")],
      ["syncIteration", ...one],
      ["syncIteration", ...one, "--sweep"],
      ["syncIteration", ...one, "--due"],
      ["syncIteration", ...one, "--apply", file("plan.jsonl")],
      ["matchByName", ...one, "--type", "story", "--apply"],
      ["matchByName", ...one, "--type", "user", "--apply"],
      ["seedCrossReferences", file("pairs.csv"), ...one],
      ["seedCrossReferences", "--from-field", "master.description", ...one],
      ["copyCrossReferences", "--from", "octane-jira", "--connection", "third"],
      ["copySyncSets", ...one, "--template", "1002~DEMO", "--to", "1003~SEC"],
      ["importUserMaps", file("people.csv"), "--yes"],
      ["importUserMaps", file("people.csv"), "--replace", "--yes"],
      ["clearWatermarks", ...one, "--yes"],
      ["retryQuarantine", ...one],
      ["resolveConflict", ...one, "--item", item, "--take", "master"],
      ["undoRun", ...one, "--run", run, "--created", "delete", "--yes"],
      ["startConnection", ...one],
      ["stopConnection", ...one],
      ["deleteConnection", ...one, "--yes"],
      ["deleteConnection", ...one, "--keep-definition", "--yes"],
      ["purgeDatabase", "--yes"],
      ["restoreDatabase", file("site.backup"), "--replace", "--yes"],
      ["restoreDatabase", "--as-of", "2026-01-01T00:00:00Z"],
      ["restoreDatabase", "--settled", "--yes"],
      ["sendNotifications", "--test"],
      ["sendNotifications"],
      ["writeSchedule", "--for", "systemd", file("crontab"), "--out", file("schedules")],
      ["writeSchedule", "--for", "cron", file("crontab"), "--install", "--yes"],
    ];
  };

  it("is tried of every script that takes it", async () => {
    const names = readdirSync(fileURLToPath(FOLDER)).filter((name) => name.endsWith(".ts"));
    const all = await Promise.all(names.map(async (name) => ((await import(new URL(name, FOLDER).href)) as { readonly default: ScriptDefinition }).default));
    expect([...new Set(modes().map(([name]) => name))].toSorted()).toEqual(all.filter(({ options }) => options.includes("dryRun")).map(({ name }) => name).toSorted());
  });

  it("leaves systems, files and store as they are, whatever it shows", { timeout: 180_000 }, async () => {
    const before = await everything();
    for (const [name, ...words] of modes()) {
      const { code, err } = await here(name, [...words, "--dry-run"]);
      expect([name, ...words, (code ?? 99) <= 2 ? "looked" : `${code}: ${err}`]).toEqual([name, ...words, "looked"]);
      const after = await everything();
      expect([name, ...words, after.map((part, at) => part === before[at])]).toEqual([name, ...words, [true, true, true, true]]);
    }
  });
});
