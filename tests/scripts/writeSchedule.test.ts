// writeSchedule as a user runs it; what it writes is held against the scheduler's own check where there is one.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { everyScript } from "../support/help.ts";
import { runScript } from "../support/process.ts";

everyScript("writeSchedule");

const isThere = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;

describe("writeSchedule", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "tandem-schedule-"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("writes systemd units of the example that systemd itself accepts, and the same again changes nothing", async () => {
    const out = join(home, "systemd");
    const first = await runScript("writeSchedule", ["--for", "systemd", "--out", out]);
    expect(first).toMatchObject({ code: 0, err: "" });
    const files = readdirSync(out).toSorted();
    expect(files).toEqual(expect.arrayContaining(["tandem-sync-iteration-octane-jira.service", "tandem-sync-iteration-octane-jira.timer"]));
    expect(first.out).toBe(`${out}: ${files.length / 2} schedules for systemd, ${files.length} of ${files.length} files changed\n`);
    if (isThere("systemd-analyze")) {
      const check = spawnSync("systemd-analyze", ["verify", ...files.map((file) => join(out, file))], { encoding: "utf8" });
      expect([check.status, check.stderr.split("\n").filter((line) => line.includes(out))]).toEqual([0, []]);
    }
    expect((await runScript("writeSchedule", ["--for", "systemd", "--out", out])).out).toContain(` 0 of ${files.length} files changed`);
    writeFileSync(join(out, files[0] ?? ""), "mine");
    expect(await runScript("writeSchedule", ["--for", "systemd", "--out", out])).toMatchObject({ code: 73, out: "", err: expect.stringContaining("add --force") });
    expect(await runScript("writeSchedule", ["--for", "systemd", "--out", out, "--force", "-q"])).toEqual({ code: 0, out: "", err: "" });
  });

  it("reads standard input, and writes a crontab that cron itself accepts and that it reads again", async () => {
    const { code, out, err } = await runScript("writeSchedule", ["--for", "cron", "-", "--working-directory", "/srv/t", "--program", "tandem"], { input: "# why\n7,9 5 * * sat npx tandem auditReport\n" });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe("CRON_TZ=UTC\n\n# why\n7,9 5 * * 6 cd /srv/t && tandem auditReport\n");
    if (isThere("crontab")) expect(spawnSync("crontab", ["-T", "-"], { input: out }).status).toBe(0);
  });

  it("writes Windows tasks in UTF-16 with a byte order mark, never to standard output", async () => {
    expect(await runScript("writeSchedule", ["--for", "windows"])).toMatchObject({ code: 64, out: "", err: expect.stringContaining("--out DIR") });
    const out = join(home, "windows");
    const { code, err } = await runScript("writeSchedule", ["--for", "windows", "-", "--out", out], { input: "CRON_TZ=Europe/Berlin\nMAILTO=x\n0 2 * * * npx tandem purgeDatabase --yes\n" });
    expect(code).toBe(0);
    expect(err.split("\n")).toEqual([expect.stringMatching(/^line 3: .*when clocks change/), expect.stringMatching(/^Windows tasks know no zones/), expect.stringMatching(/^left out: MAILTO/), ""]);
    const bytes = readFileSync(join(out, "tandem-purge-database.xml"));
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe]);
    expect(bytes.toString("utf16le").slice(1)).toMatch(/^<\?xml version="1.0" encoding="UTF-16"\?>\r\n<Task version="1.2"/);
  });

  it("writes CronJobs as one stream of documents", async () => {
    const { code, out, err } = await runScript("writeSchedule", ["--for", "kubernetes"]);
    expect([code, err]).toEqual([0, ""]);
    const documents = parseAllDocuments(out).map((document) => document.toJS() as { readonly kind: string; readonly spec: { readonly schedule: string } });
    expect(documents.length).toBeGreaterThanOrEqual(4);
    expect(new Set(documents.map(({ kind }) => kind))).toEqual(new Set(["CronJob"]));
  });

  it("refuses a wrong crontab with 65, every line named, and a scheduler nobody knows with 64", async () => {
    const { code, out, err } = await runScript("writeSchedule", ["--for", "cron", "-"], { input: "* * * x\n*/70 * * * * y\n" });
    expect([code, out]).toEqual([65, ""]);
    expect(err).toContain("-:1: this is no schedule");
    expect(err).toContain('-:2: "/70" is no step of a minute');
    expect(await runScript("writeSchedule", ["--for", "cron", "-"], { input: "* * * * * npx tandem x | mail\n" })).toMatchObject({ code: 65, err: expect.stringContaining("-:1: ") });
    expect((await runScript("writeSchedule", ["--for", "anacron"])).code).toBe(64);
    expect((await runScript("writeSchedule", ["--for", "cron", join(home, "none")])).code).toBe(66);
  });
});
