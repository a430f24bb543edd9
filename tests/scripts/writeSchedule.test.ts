// writeSchedule as a user runs it; tests/core/schedule/judges.test.ts holds what it writes against the schedulers' own checks.

import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { windowsFolder } from "../../lib/core/schedule/install.ts";
import { everyScript } from "../support/scripts/help.ts";
import { runScript } from "../support/scripts/process.ts";

everyScript("writeSchedule");

describe("writeSchedule", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "tandem-schedule-"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("writes systemd units of the example, and the same again changes nothing", async () => {
    const out = join(home, "systemd");
    expect(await runScript("writeSchedule", ["--for", "systemd", "--out", out, "--dry-run", "--detailed-exit-code"])).toMatchObject({ code: 2, out: expect.stringMatching(/ (\d+) of \1 files would be changed/) });
    expect(existsSync(out)).toBe(false);
    const first = await runScript("writeSchedule", ["--for", "systemd", "--out", out]);
    expect(first).toMatchObject({ code: 0, err: "" });
    const files = readdirSync(out).toSorted();
    expect(files).toEqual(expect.arrayContaining(["tandem-sync-iteration-octane-jira.service", "tandem-sync-iteration-octane-jira.timer"]));
    expect(first.out).toBe(`${out}: ${files.length / 2} schedules for systemd, ${files.length} of ${files.length} files changed; 3 of them pause from 01:00 to 03:00 (--at-clock-change shift lets them go on)\n`);
    expect((await runScript("writeSchedule", ["--for", "systemd", "--out", out])).out).toContain(` 0 of ${files.length} files changed`);
    writeFileSync(join(out, files[0] ?? ""), "mine");
    expect(await runScript("writeSchedule", ["--for", "systemd", "--out", out])).toMatchObject({ code: 73, out: "", err: expect.stringContaining("add --force") });
    expect(await runScript("writeSchedule", ["--for", "systemd", "--out", out, "--force", "-q"])).toEqual({ code: 0, out: "", err: "" });
  });

  it("reads standard input, and writes a crontab and says where cron must know CRON_TZ", async () => {
    const { code, out, err } = await runScript("writeSchedule", ["--for", "cron", "-", "--working-directory", "/srv/t", "--program", "tandem"], { input: "# why\n7,9 5 * * sat npx tandem auditReport\n", env: { TZ: "UTC" } });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe("CRON_TZ=UTC\n\n# why\n7,9 5 * * 6 cd /srv/t && tandem auditReport\n");
    const other = await runScript("writeSchedule", ["--for", "cron", "-"], { input: "CRON_TZ=America/St_Johns\n7,9 5 * * sat npx tandem auditReport\n", env: { TZ: "Europe/Berlin" } });
    expect(other).toMatchObject({ code: 0, err: expect.stringContaining("cron must know CRON_TZ to work in America/St_Johns on a machine that keeps Europe/Berlin") });
  });

  it("refuses a line of ours whose script or option does not exist, and leaves other programs alone", async () => {
    const input = ["* * * * * npx tandem synkIteration --all", "* * * * * npx tandem syncIteration --al --due -q", "0 4 * * * npx tandem purgeDatabase --keep-outcomes '-1 day' --yse", "0 4 * * * npx tandem backupDatabase -qv --out=x.backup", "0 5 * * * own --program -x", ""].join("\n");
    const { code, out, err } = await runScript("writeSchedule", ["--for", "cron", "-"], { input });
    expect([code, out]).toEqual([65, ""]);
    expect(err.split("\n").slice(0, 4)).toEqual([
      expect.stringMatching(/^writeSchedule: -:1: there is no script "synkIteration": there is "syncIteration"/),
      expect.stringMatching(/^-:2: syncIteration has no option "--al": it has "--all"/),
      expect.stringMatching(/^-:3: purgeDatabase has no option "--yse": it has "--yes"/),
      "→ nothing was written",
    ]);
  });

  it("writes Windows tasks in UTF-16 with a byte order mark, never to standard output", async () => {
    expect(await runScript("writeSchedule", ["--for", "windows"])).toMatchObject({ code: 64, out: "", err: expect.stringContaining("--out DIR") });
    const out = join(home, "windows");
    const { code, err } = await runScript("writeSchedule", ["--for", "windows", "-", "--out", out], { input: "CRON_TZ=Europe/Berlin\nMAILTO=x\n0 2 * * * npx tandem purgeDatabase --yes\n" });
    expect(code).toBe(0);
    expect(err.split("\n")).toEqual([expect.stringMatching(/^line 3: .*when clocks change: it is written as 0 3 \* \* \*; --at-clock-change allow leaves it/), expect.stringMatching(/^Windows tasks know no zones/), expect.stringMatching(/^left out: MAILTO/), ""]);
    const bytes = readFileSync(join(out, "tandem-purge-database.xml"));
    expect(bytes.toString("utf16le")).toContain("<StartBoundary>2024-01-01T03:");
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

  describe("puts in place", () => {
    let bin: string;
    let cron: string;
    const CRONTAB = "CRON_TZ=UTC\n* * * * * npx tandem syncIteration --all --due -q\n0 4 * * * npx tandem purgeDatabase --yes -q\n";
    const fake = (name: string, body: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    const run = (words: readonly string[], crontab = CRONTAB) => {
      const file = join(home, "crontab.ours");
      writeFileSync(file, crontab);
      return runScript("writeSchedule", [...words, file, "--working-directory", "/srv/site"], { env: { PATH: `${bin}:/usr/bin:/bin`, HOME: home, XDG_CONFIG_HOME: undefined, XDG_RUNTIME_DIR: "/run/user/7", JIRA_TOKEN: "secret-of-jira" } });
    };
    beforeAll(() => {
      bin = mkdtempSync(join(home, "bin-"));
      cron = join(home, "the-crontab");
      fake("crontab", `if [ "$1" = "-l" ]; then if [ -f '${cron}' ]; then cat '${cron}'; else echo "no crontab for me" >&2; exit 1; fi; elif [ "$1" = "-" ]; then cat > '${cron}.new' && mv '${cron}.new' '${cron}'; else exit 2; fi`);
      fake("systemctl", `env > '${join(home, "systemctl.env")}'; echo "$@" >> '${join(home, "systemctl.log")}'; [ ! -f '${join(home, "systemctl.fails")}' ] || { echo "Failed to connect to bus" >&2; exit 1; }`);
    });

    it("a block of the crontab: asks, keeps what others wrote, changes nothing the second time, and takes it out", async () => {
      const asked = await run(["--for", "cron", "--install"]);
      expect([asked.code, asked.out, existsSync(cron)]).toEqual([64, "", false]);
      expect(asked.err).toContain("  crontab -\nwriteSchedule: Do this, so that the schedules of /srv/site are in place? Nobody is there to be asked.");
      expect(await run(["--for", "cron", "--install", "--dry-run"])).toEqual({ code: 0, out: "crontab -\n", err: "" });
      writeFileSync(cron, "MAILTO=me\n5 5 * * * mine\n");
      expect(await run(["--for", "cron", "--install", "--yes"])).toEqual({ code: 0, out: "2 schedules of /srv/site are in place with cron; 1 of them pauses from 01:00 to 03:00 (--at-clock-change shift lets it go on)\n", err: "" });
      const after = readFileSync(cron, "utf8");
      expect(after).toMatch(/^MAILTO=me\n5 5 \* \* \* mine\n\n# BEGIN tandem \/srv\/site\nCRON_TZ=UTC\n\n\* 0,3-23 \* \* \* cd \/srv\/site && [^\n]+ syncIteration --all --due -q\n\n\d+ 4 [^\n]+\n# END tandem \/srv\/site\n$/);
      expect(await run(["--for", "cron", "--install", "--yes"])).toMatchObject({ code: 0, out: "nothing to do: 2 schedules are in place already\n" });
      writeFileSync(cron, `${after}6 6 * * * also mine\n`);
      expect((await run(["--for", "cron", "--install", "--yes"], "0 4 * * * npx tandem purgeDatabase --yes -q\n")).code).toBe(0);
      expect(readFileSync(cron, "utf8")).toMatch(/^MAILTO=me\n5 5 \* \* \* mine\n\n6 6 \* \* \* also mine\n\n# BEGIN/);
      expect(await run(["--for", "cron", "--uninstall", "--yes"])).toMatchObject({ code: 0, out: "the schedules of /srv/site are taken out of cron\n" });
      expect(readFileSync(cron, "utf8")).toBe("MAILTO=me\n5 5 * * * mine\n\n6 6 * * * also mine\n");
    });

    it("units of the account with systemd, those that are no longer wanted taken out, and all of them at last", async () => {
      const folder = join(home, ".config", "systemd", "user");
      const log = (): string => {
        const text = readFileSync(join(home, "systemctl.log"), "utf8");
        rmSync(join(home, "systemctl.log"));
        return text;
      };
      expect(await run(["--for", "systemd", "--user", "--install", "--yes"])).toEqual({ code: 0, out: "2 schedules of /srv/site are in place with systemd; 1 of them pauses from 01:00 to 03:00 (--at-clock-change shift lets it go on)\n", err: "" });
      expect(readdirSync(folder).toSorted()).toEqual(["tandem-purge-database.service", "tandem-purge-database.timer", "tandem-sync-iteration.service", "tandem-sync-iteration.timer"]);
      expect(readFileSync(join(folder, "tandem-sync-iteration.service"), "utf8")).toMatch(/^# Tandem: \/srv\/site\n\[Unit\]\n/);
      expect(log()).toBe("--user daemon-reload\n--user enable tandem-sync-iteration.timer tandem-purge-database.timer\n--user restart tandem-sync-iteration.timer tandem-purge-database.timer\n");
      const given = readFileSync(join(home, "systemctl.env"), "utf8");
      expect([given.includes("XDG_RUNTIME_DIR=/run/user/7\n"), given.includes("JIRA_TOKEN")]).toEqual([true, false]);
      writeFileSync(join(folder, "tandem-mine.timer"), "[Timer]\n");
      await run(["--for", "systemd", "--user", "--install", "--yes"], "0 4 * * * npx tandem purgeDatabase --yes -q\n");
      expect(log()).toBe("--user disable --now tandem-sync-iteration.timer\n--user daemon-reload\n--user enable tandem-purge-database.timer\n--user restart tandem-purge-database.timer\n");
      writeFileSync(join(home, "systemctl.fails"), "");
      const failed = await run(["--for", "systemd", "--user", "--uninstall", "--yes"]);
      rmSync(join(home, "systemctl.fails"));
      expect(failed).toMatchObject({ code: 69, out: "", err: expect.stringContaining("systemctl --user disable --now tandem-purge-database.timer failed: Failed to connect to bus") });
      expect((await run(["--for", "systemd", "--user", "--uninstall", "--yes"])).code).toBe(0);
      expect(readdirSync(folder)).toEqual(["tandem-mine.timer"]);
      expect(await run(["--for", "systemd", "--user", "--uninstall", "--yes"])).toMatchObject({ code: 0, out: "nothing to do: no schedule of /srv/site is in place\n" });
    });

    it("says what to type on Windows where it is not, and refuses what makes no sense", async () => {
      const out = join(home, "tasks");
      const folder = windowsFolder("/srv/site");
      const words = ["--for", "windows", "--out", out, "--account", "CORP\\tandem"];
      const install = await run([...words, "--install"]);
      expect([install.code, install.err]).toEqual([0, "this is no Windows: run these commands there\n"]);
      expect(install.out).toContain(`write ${out}/tandem-sync-iteration.xml\nschtasks /Create /TN ${folder}\\tandem-sync-iteration /XML ${out}/tandem-sync-iteration.xml /F\n`);
      expect((await run([...words, "--uninstall"])).out).toBe(`schtasks /Delete /TN ${folder}\\tandem-sync-iteration /F\nschtasks /Delete /TN ${folder}\\tandem-purge-database /F\n`);
      expect(await run(["--for", "kubernetes", "--install"])).toMatchObject({ code: 64, out: "", err: expect.stringContaining("kubectl apply -f") });
      expect((await run(["--for", "cron", "--install", "--uninstall"])).code).toBe(64);
      expect((await run(["--for", "systemd", "--account", "a\nb"])).code).toBe(64);
    });
  });
});
