// checkSchedule as a user runs it, on a real PostgreSQL.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { punctuality } from "../../lib/core/schedule/missed.ts";
import { openStore } from "../../lib/store/open.ts";
import { everyScript } from "../support/scripts/help.ts";
import { type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { runScript } from "../support/scripts/process.ts";

everyScript("checkSchedule");

describe("punctuality", () => {
  const now = "2026-11-24T12:00:00.000Z";
  it.each([
    ["just ran", "2026-11-24T11:59:30.000Z", 60, "fine", 0],
    ["four minutes ago, each minute", "2026-11-24T11:56:00.000Z", 60, "fine", 3],
    ["five minutes and a bit ago, each minute", "2026-11-24T11:54:59.000Z", 60, "late", 4],
    ["two hours ago, hourly", "2026-11-24T10:00:00.000Z", 3600, "fine", 1],
    ["over three hours ago, hourly", "2026-11-24T08:59:00.000Z", 3600, "late", 2],
    ["a clock ahead", "2026-11-24T13:00:00.000Z", 60, "fine", 0],
  ])("%s", (_, lastSuccess, frequencySeconds, state, missed) => expect(punctuality({ started: true, lastSuccess, frequencySeconds, now })).toMatchObject({ state, missed }));

  it("a stopped connection misses nothing, one without success is told", () => {
    expect(punctuality({ started: false, frequencySeconds: 60, now }).state).toBe("disabled");
    expect(punctuality({ started: true, frequencySeconds: 60, now }).state).toBe("never");
  });
});

describe("checkSchedule", () => {
  let home: string;
  let database: FreshDatabase;
  const lateSince = Date.now() - 95 * 60_000;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-check-"));
    mkdirSync(join(home, "connections"));
    const source = "{ system: redmine, url: 'http://127.0.0.1:1', credentials: {} }";
    writeFileSync(join(home, "dataSources.yaml"), `dataSources:\n  m: ${source}\n  t: ${source}\n`);
    for (const name of ["good", "late"]) writeFileSync(join(home, "connections", `${name}.yaml`), `name: ${name}\nmaster: m\ntarget: t\nfrequency: 600\ntypes: [{ master: A, target: B, fields: [] }]\n`);
    database = await freshDatabase();
    const store = await openStore({ databaseUrl: database.url, directory: "", lockWaitSeconds: 5, holder: { host: "h", pid: 1, script: "test" }, now: () => new Date().toISOString() });
    const run = async (n: number, connection: string, time: number, status: "partly" | "failed", message?: string): Promise<void> => {
      const [id, at] = [`00000000-0000-4000-8000-00000000000${n}`, new Date(time).toISOString()];
      await store.runs.start({ id, connection, script: "syncIteration", host: "h", pid: 1, at });
      await store.runs.end(id, { at, status, counts: {}, ...(message === undefined ? {} : { message }) });
    };
    const recently = Date.now() - 5 * 60_000;
    await run(1, "good", recently, "partly");
    await run(2, "late", lateSince, "partly");
    await run(3, "late", recently, "failed", "no route");
    await store.close();
  });
  afterAll(async () => {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });

  it("prints a line each, ends with 1 for a late one, and keeps silent with -q about the good", async () => {
    const run = (...words: readonly string[]) => runScript("checkSchedule", ["--config", home, "--at-clock-change", "allow", ...words], { env: { DATABASE_URL: database.url } });
    const { code, out, err } = await run("--all");
    expect([code, err]).toEqual([1, ""]);
    expect(out.split("\n")).toEqual([expect.stringMatching(/^OK good: last success \S+Z, next due \S+Z$/), expect.stringMatching(/^CRITICAL late: last success \S+Z, then failed: no route, 8 starts missed \(one every 600 s\)$/), ""]);
    expect(await run("--connection", "good", "-q")).toEqual({ code: 0, out: "", err: "" });
    expect((await run("--all", "--detailed-exit-code")).code).toBe(2);
    expect((await run("--all", "-q")).out).toMatch(/^CRITICAL late: [^\n]*\n$/);
  });

  it("expects the starts of a crontab, in its zone, and refuses one that is wrong or not there", async () => {
    const run = (...words: readonly string[]) => runScript("checkSchedule", ["--config", home, ...words], { env: { DATABASE_URL: database.url } });
    writeFileSync(join(home, "crontab"), "CRON_TZ=Asia/Kolkata\n* * * * * npx tandem syncIteration --connection late\n1,2 3 29 2 * npx tandem syncIteration --connection good\n");
    writeFileSync(join(home, "settings.yaml"), "schedule: { crontab: crontab, atClockChange: shift }\n");
    /** Whole minutes since, but for the last five. */
    const missedUntil = (now: number): number => Math.ceil((now - 300_000) / 60_000) - Math.floor(lateSince / 60_000) - 1;
    const least = missedUntil(Date.now());
    const { code, out, err } = await run("--all");
    const most = missedUntil(Date.now());
    expect([code, err]).toEqual([1, ""]);
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:30`;
    expect(out.split("\n")).toEqual([expect.stringMatching(new RegExp(`^OK good: last success ${time}, next due \\d{4}-02-29T03:01:00\\+05:30$`)), expect.stringMatching(new RegExp(`^CRITICAL late: last success ${time}, then failed: no route, \\d+ starts missed \\(by the crontab, Asia/Kolkata\\), next due ${time}$`)), ""]);
    const missed = Number(/(\d+) starts missed/.exec(out)?.[1]);
    expect([missed >= least, missed <= most], `${least} to ${most}: ${missed}`).toEqual([true, true]);
    rmSync(join(home, "crontab"));
    expect(await run("--connection", "good", "-q")).toMatchObject({ code: 0, out: "", err: expect.stringMatching(/^.*crontab.*: starts are expected by the frequency of each connection; see schedule.crontab in .*settings.yaml\n$/) });
    expect(await run("--all", join(home, "none"))).toMatchObject({ code: 66, out: "" });
    writeFileSync(join(home, "wrong"), "* * * * x\n");
    expect(await run("--all", join(home, "wrong"))).toMatchObject({ code: 65, out: "", err: expect.stringContaining("wrong:1: ") });
  });
});
