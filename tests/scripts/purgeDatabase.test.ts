// purgeDatabase as a user runs it, on a real PostgreSQL.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import { everyScript } from "../support/scripts/help.ts";
import { runHere } from "../support/scripts/here.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { type Ended, runScript } from "../support/scripts/process.ts";

everyScript("purgeDatabase");

const RUN = "00000000-0000-4000-8000-000000000001";
const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
/** In months long gone. */
const OLD = ["2021-03-10T00:00:00.000Z", "2021-04-10T00:00:00.000Z"];

const RUNS = [["00000000-0000-4000-8000-000000000002", 500], ["00000000-0000-4000-8000-000000000003", 5]] as const;

const fill = async (databaseUrl: string, runs: readonly (readonly [string, number])[] = RUNS): Promise<void> => {
  const store = await openStore({ databaseUrl, directory: "", lockWaitSeconds: 5, holder: { host: "test", pid: process.pid, script: "test" }, now: () => new Date().toISOString() });
  try {
    const [set] = await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]);
    const syncSet = set?.id ?? 0;
    await store.record({
      outcomes: [...OLD, daysAgo(7)].map((at) => ({ run: RUN, at, syncSet, side: "target" as const, action: "update" as const, reason: "r", masterId: "1" })),
      links: [{ syncSet, master: { id: "1", prints: {} }, target: { id: "2", prints: {} }, state: "active" }],
    });
    for (const [id, days] of runs) {
      await store.runs.start({ id, connection: "c", script: "syncIteration", host: "h", pid: 1, at: daysAgo(days) });
      await store.runs.end(id, { at: daysAgo(days), status: "done", counts: {} });
    }
  } finally {
    await store.close();
  }
};

describe("purgeDatabase", () => {
  let home: string;
  let database: FreshDatabase;
  const settings = (text: string): void => writeFileSync(join(home, "tandem", "settings.yaml"), text);
  const run = (...words: readonly string[]): Promise<Ended> => runScript("purgeDatabase", ["--config", join(home, "tandem"), ...words], { env: { DATABASE_URL: database.url } });
  const counts = async (): Promise<unknown> => (await execute(database.url, "select (select count(*) from outcomes)::int as outcomes, (select count(*) from runs)::int as runs, (select count(*) from links)::int as links"))[0];

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-purge-"));
    mkdirSync(join(home, "tandem"));
    database = await freshDatabase();
    await fill(database.url);
  });
  beforeEach(() => rmSync(join(home, "tandem", "settings.yaml"), { force: true }));
  afterAll(async () => {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });

  it("purges nothing while our clock is ahead of the database's", async () => {
    const before = await counts();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1000 * DAY_MS });
    try {
      const refused = await runHere("purgeDatabase", ["--config", join(home, "tandem"), "--yes"], { ...process.env, DATABASE_URL: database.url });
      expect(refused).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/our clock is 86\d{6} s ahead of that of the database/) });
    } finally {
      vi.useRealTimers();
    }
    expect(await counts()).toEqual(before);
  });

  it("shows the plan of a dry run, changes nothing, and says so in the exit code", async () => {
    const { code, out, err } = await run("--dry-run", "--detailed-exit-code");
    expect([code, err]).toEqual([2, ""]);
    expect(out.split("\n")).toEqual([
      "kept: outcomes 90 days, runs 400 days",
      expect.stringMatching(/^ {2}outcomes_2021_03: outcomes of 2021-03, 1 rows, [\d.]+ kB$/),
      expect.stringMatching(/^ {2}outcomes_2021_04: outcomes of 2021-04, 1 rows, [\d.]+ kB$/),
      expect.stringMatching(/^ {2}runs: 1 rows that ended before \d{4}-\d\d-\d\d$/),
      expect.stringMatching(/^would purge 2 months: 2 outcomes, 1 runs, [\d.]+ kB \(dry run, nothing was changed\)$/),
      "",
    ]);
    expect(await counts()).toEqual({ outcomes: 3, runs: 2, links: 1 });
  });

  it("purges nothing with an empty policy, and says so", async () => {
    settings("retention: {}\n");
    expect(await run("--yes")).toEqual({ code: 0, out: "nothing is older than the policy keeps\n", err: "" });
    expect(await counts()).toEqual({ outcomes: 3, runs: 2, links: 1 });
  });

  it("refuses a policy it does not understand with 78, naming file and path of every mistake", async () => {
    settings("retention:\n  outcomes: soon\n  links: 1 day\n");
    const { code, out, err } = await run("--yes");
    expect([code, out]).toEqual([78, ""]);
    expect(err).toContain("settings.yaml:2:13 retention.outcomes:");
    expect(err).toContain('settings.yaml:3:10 retention.links: "links" is nothing that can be purged');
  });

  it("refuses a time it does not understand with 64", async () => {
    expect(await run("--keep-runs", "some days")).toMatchObject({ code: 64, out: "", err: expect.stringContaining('--keep-runs: "some days" is no time to keep records') });
  });

  it("asks nobody's leave where nobody can be asked: it refuses, with 64, the plan shown", async () => {
    const { code, err } = await run();
    expect(code).toBe(64);
    expect(err).toContain("outcomes of 2021-03");
    expect(err).toContain("add --yes to go ahead");
    expect(await counts()).toEqual({ outcomes: 3, runs: 2, links: 1 });
  });

  it("purges what the policy names and nothing else", async () => {
    settings("retention:\n  outcomes: 12 weeks\n");
    const { code, out, err } = await run("--yes");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^purged 2 months: 2 outcomes, 0 runs, [\d.]+ kB returned, longest wait \d+ ms\n$/);
    expect(await counts()).toEqual({ outcomes: 1, runs: 2, links: 1 });
  });

  it("says nothing with -q, and answers one document with --json", async () => {
    const answer = JSON.parse((await run("--yes", "--json")).out) as unknown;
    expect(answer).toMatchObject({ olderThan: { outcomes: 90, runs: 400 }, dryRun: false, stopped: false, result: { partitions: 0, rows: 0, runs: 1, busy: [] } });
    expect(await run("--yes", "-q")).toEqual({ code: 0, out: "", err: "" });
    expect(await counts()).toEqual({ outcomes: 1, runs: 1, links: 1 });
  });

  it("ends with 75 where others keep a month busy, and goes on next time", { timeout: 60_000 }, async () => {
    await fill(database.url, []);
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    try {
      await reader.query("begin");
      await reader.query("select count(*) from outcomes");
      const { code, out, err } = await run("--yes");
      expect([code, out]).toEqual([75, expect.stringMatching(/^purged 0 months: /)]);
      expect(err).toContain("outcomes_2021_03 was in use by others all the time; the next purge takes it");
      expect(err).toContain("outcomes_2021_04 was in use");
      await reader.query("commit");
    } finally {
      await reader.end();
    }
    expect(await run("--yes")).toMatchObject({ code: 0, out: expect.stringMatching(/^purged 2 months: 2 outcomes/) });
    expect(await counts()).toMatchObject({ outcomes: 2 });
  });
});
