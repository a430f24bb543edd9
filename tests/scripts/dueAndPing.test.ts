// What a schedule needs of syncIteration: turns by frequency, dead-man switches, connections that do not hold each other up.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { type Listener, startListener } from "../support/outside/listener.ts";
import { openSite, type Site, STORIES } from "../support/scripts/site.ts";

describe("syncIteration in a schedule", () => {
  let site: Site;
  let database: FreshDatabase;
  let listener: Listener;
  const run = (words: readonly string[], more: Readonly<Record<string, string>> = {}) => site.runWith("syncIteration", words, { env: { DATABASE_URL: database.url, PING: `${listener.url}/p/{status}`, ...more } });
  const turn = async (...words: readonly string[]) => {
    listener.heard.length = 0;
    const ended = await run(["--due", "--all", ...words]);
    return { ...ended, calls: listener.heard.map(({ path }) => path) };
  };
  beforeAll(async () => {
    [site, database, listener] = [await openSite(), await freshDatabase(), await startListener()];
    site.define(`${STORIES}frequency: 3600\nping: "\${env:PING}"\n`);
  });
  afterAll(async () => {
    await Promise.all([site.close(), listener.close()]);
    await database.drop();
  });

  it("starts what is due, tells its dead-man switch, and leaves alone what is not, is at work or was stopped", async () => {
    expect(await turn()).toMatchObject({ code: 0, err: "", out: expect.stringContaining("octane-jira: done"), calls: ["/p/start", "/p/success"] });
    expect(await turn()).toEqual({ code: 0, out: "", err: "", calls: [] });
    await execute(database.url, "update facts set at = now() - interval '1 hour' where name = 'start:octane-jira'", "update runs set started_at = now() - interval '1 hour'");
    const store = await openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 5, holder: { host: "h", pid: 1, script: "test" }, now: () => new Date().toISOString() });
    try {
      const lease = await store.locks.acquire("connection:octane-jira", { host: "h", pid: 1, script: "test" });
      expect(await turn("-v")).toMatchObject({ code: 0, out: "", err: expect.stringContaining("octane-jira: not its turn: at work (process 1 on h"), calls: [] });
      if ("release" in lease) await lease.release();
      await store.connections.set({ name: "octane-jira", started: false, changedAt: new Date().toISOString(), changedBy: "me" });
      expect(await turn()).toMatchObject({ code: 0, out: "", err: "", calls: [] });
      await store.connections.set({ name: "octane-jira", started: true, changedAt: new Date().toISOString(), changedBy: "me" });
    } finally {
      await store.close();
    }
    expect(await turn()).toMatchObject({ code: 0, out: expect.stringContaining("octane-jira: done"), calls: ["/p/start", "/p/success"] });
  });

  it("a start that fails before its run begins has had its turn, and the others have theirs", async () => {
    writeFileSync(join(site.directory, "connections", "broken.yaml"), STORIES.replace("name: octane-jira", "name: broken").replace('target: "DEMO"', 'target: "GONE"'));
    await execute(database.url, "delete from facts where name like 'start:%'", "delete from runs");
    const first = await turn("--ping", "${env:PING}");
    expect([first.code, first.calls]).toEqual([78, ["/p/start", "/p/start", "/p/success", "/p/fail"]]);
    expect(first.out).toContain("octane-jira: done");
    expect(first.err).toContain("GONE");
    expect(await turn()).toEqual({ code: 0, out: "", err: "", calls: [] });
  });

  it("calls no switch for a plan, warns where it cannot be called, and refuses what is no address", async () => {
    listener.heard.length = 0;
    expect((await run(["--connection", "octane-jira", "--dry-run", "--ping", `${listener.url}/x`])).code).toBe(0);
    expect(listener.heard).toEqual([]);
    const away = await run(["--connection", "octane-jira", "-q"], { PING: "http://127.0.0.1:1" });
    expect([away.code, away.err]).toEqual([0, expect.stringMatching(/^(the dead-man switch cannot be called: .*\n){2}$/)]);
    expect(await run(["--connection", "octane-jira", "--ping", "ftp://x"])).toMatchObject({ code: 64, out: "", err: expect.stringContaining("no http or https address") });
    expect(await run(["--due", "--plan", "x"])).toMatchObject({ code: 64, err: expect.stringContaining("--due belongs to a schedule") });
  });
});
