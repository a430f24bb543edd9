// What is true of every script, tried on all of them in one site: with -q not a word where all went well, and a log of JSON lines
// that each name the run and hold the summary that is printed without -q; with --json nothing but JSON on stdout. In this process;
// processes are in each script's own test.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "../support/scripts/here.ts";
import type { Ended } from "../support/scripts/process.ts";
import { openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";

/** Walks minutes long through all the others; its own test reads every line of it. */
const ELSEWHERE = ["demo"];

/** Text that was asked for is no message: it comes with -q too. */
const TEXTS = ["completion", "help"];

/** What they would say are lists that were asked for, not a summary. */
const LISTS = ["connectionStatus", "explainItem", "runHistory", "startSandbox", ...TEXTS];

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

interface Row {
  readonly name: string;
  /** Where they need something first: what makes it. */
  readonly words: readonly string[] | (() => Promise<readonly string[]>);
}

describe("every script", () => {
  let site: Site;
  let item: string;
  const log = (): string => join(site.directory, "..", "all.log");
  const file = (name: string): string => join(site.directory, "..", name);
  const here = (name: string, words: readonly string[]): Promise<Ended> => {
    rmSync(log(), { force: true });
    return runHere(name, words, { PATH: process.env.PATH, HOME: process.env.HOME, TERM: "dumb", DATABASE_URL: site.databaseUrl, OCTANE_SECRET: "tandem_secret", JIRA_TOKEN: "jira-token", TANDEM_CONFIG: site.directory, TANDEM_LOG: log() });
  };
  const lastRun = async (): Promise<string> => (JSON.parse((await here("runHistory", ["--json", "--most", "1", "--connection", "octane-jira"])).out) as readonly { readonly id: string }[])[0]?.id ?? "";
  beforeAll(async () => {
    site = await openSite();
    item = story(site, "Quiet");
  });
  afterAll(() => site.close());

  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const checkLog = (name: string): void => {
    const lines = readFileSync(log(), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(line).toMatchObject({ time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), level: expect.stringMatching(/^(debug|info|warn|error)$/), script: name, pid: process.pid, run: expect.stringMatching(uuid), message: expect.any(String) });
    expect([lines[0]?.message, lines.at(-1)?.message]).toEqual(["started", "ended"]);
    if (!LISTS.includes(name)) expect([name, lines.some(({ level }) => level === "info")]).toEqual([name, true]);
  };

  const rows = (): readonly Row[] => {
    const source = ["jira-2", "--system", "jira", "--url", site.jira.url, "--credential", "email=sync@example.com", "--credential", "token=${env:JIRA_TOKEN}", "--sample-project", "DEMO"];
    const second = ["second", "--master", "octane", "--target", "jira", "--projects", "1002~DEMO", "--types", "story~Story"];
    const one = ["--connection", "octane-jira"];
    const third = async (): Promise<readonly string[]> => {
      writeFileSync(join(site.directory, "connections", "third.yaml"), STORIES.replace("octane-jira", "third"));
      return ["--from", "octane-jira", "--connection", "third", "--dry-run"];
    };
    const conflict = async (): Promise<readonly string[]> => {
      rmSync(join(site.directory, "connections", "third.yaml"));
      rename(site, item, "here");
      site.jira.edit({ action: "update", author: "anna.berg@example.com", type: "Story", project: "DEMO", id: site.jira.items()[0]?.id ?? "", fields: { summary: "there" } });
      expect((await here("syncIteration", [...one, "-q"])).code).toBe(1);
      return [...one, "--item", item, "--take", "master"];
    };
    writeFileSync(file("none.csv"), "syncSet,masterId,targetId\n");
    writeFileSync(file("crontab"), "* * * * * npx tandem syncIteration --all\n");
    return [
      { name: "migrateDatabase", words: [] },
      { name: "initDataSource", words: source },
      { name: "initConnection", words: second },
      { name: "deleteConnection", words: ["--connection", "second", "--yes"] },
      { name: "checkConnection", words: one },
      { name: "exportUsers", words: ["--data-source", "octane", "--data-source", "jira", "--out", file("users.csv")] },
      { name: "buildUserMaps", words: [file("users.csv"), "--out", file("maps.csv")] },
      { name: "importUserMaps", words: [file("maps.csv"), "--yes"] },
      { name: "exportUserMaps", words: ["--out", file("out.csv")] },
      { name: "matchByName", words: [...one, "--type", "story", "--out", file("pairs.csv")] },
      { name: "seedCrossReferences", words: [file("none.csv"), ...one] },
      { name: "syncIteration", words: one },
      { name: "retryQuarantine", words: one },
      { name: "explainItem", words: [item, ...one] },
      { name: "connectionStatus", words: one },
      { name: "runHistory", words: one },
      { name: "exportCrossReferences", words: [...one, "--out", file("links.csv")] },
      { name: "copyCrossReferences", words: third },
      { name: "resolveConflict", words: conflict },
      { name: "clearWatermarks", words: [...one, "--yes"] },
      { name: "copySyncSets", words: [...one, "--template", "1002~DEMO", "--to", "1001~SHOP", "--local", "--dry-run"] },
      { name: "auditReport", words: [...one, "-o", file("report.html")] },
      { name: "worker", words: ["--all", "--until-empty"] },
      { name: "undoRun", words: async () => [...one, "--run", await lastRun(), "--yes"] },
      { name: "startConnection", words: one },
      { name: "stopConnection", words: one },
      { name: "checkSchedule", words: [...one] },
      { name: "sendNotifications", words: [] },
      { name: "purgeDatabase", words: ["--yes"] },
      { name: "backupDatabase", words: ["--form", "logical", "-o", file("site.backup"), "--force", "--unverified"] },
      { name: "restoreDatabase", words: [file("site.backup"), "--replace", "--yes"] },
      { name: "checkHealth", words: ["--local"] },
      { name: "writeSchedule", words: ["--for", "cron", file("crontab"), "--out", file("schedules")] },
      { name: "startSandbox", words: ["jira-cloud", "--port", "0", "--stop-after", "0.05"] },
      { name: "completion", words: ["bash"] },
      { name: "help", words: [] },
    ];
  };

  it("is in the table", () => {
    const scripts = readdirSync(fileURLToPath(new URL("../../scripts", import.meta.url))).filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -3));
    expect([...rows().map(({ name }) => name), ...ELSEWHERE].toSorted()).toEqual(scripts.toSorted());
  });

  it("is silent with -q where all went well, and logs its run and its summary", { timeout: 120_000 }, async () => {
    for (const { name, words } of rows()) {
      const { code, out, err } = await here(name, [...(typeof words === "function" ? await words() : words), "-q"]);
      expect([name, code, TEXTS.includes(name) ? "" : out, err]).toEqual([name, 0, "", ""]);
      checkLog(name);
    }
  });

  it("prints with --json one document, or a line each, and nothing else on stdout", { timeout: 120_000 }, async () => {
    await site.close();
    site = await openSite();
    item = story(site, "Quiet");
    for (const { name, words } of rows()) {
      const { code, out } = await here(name, [...(typeof words === "function" ? await words() : words), "--json"]);
      expect([name, code, isJson(out) || (out !== "" && out.trimEnd().split("\n").every(isJson)), out.slice(0, 200)]).toEqual([name, 0, true, expect.anything()]);
    }
  });
});
