// Putting schedules in place on a machine that only remembers what it was told; the real programs' conversation is in
// tests/scripts/writeSchedule.test.ts.

import { describe, expect, it } from "vitest";
import { mergeCrontab, windowsFolder } from "../../lib/core/schedule/install.ts";
import { type InstallDoors, type InstallOptions, installSchedule, planInstall, type ProgramEnd } from "../../lib/run/installSchedule.ts";
import { writeSchedule } from "../../lib/run/writeSchedule.ts";

const CRONTAB = "* * * * * npx tandem syncIteration --all --due -q\n0 4 * * * npx tandem purgeDatabase --yes -q\n";

const machine = (answers: Readonly<Record<string, ProgramEnd>> = {}, units: readonly { readonly name: string; readonly content: string }[] = []): InstallDoors & { readonly did: string[] } => {
  const did: string[] = [];
  return {
    did,
    run: async (program, words) => {
      did.push([program, ...words].join(" "));
      return answers[program] ?? { code: 0, out: "", err: "" };
    },
    list: () => units,
    write: async (path, _content, encoding) => void did.push(`write ${path} ${encoding}`),
    remove: (path) => void did.push(`remove ${path}`),
    join: (folder, name) => `${folder}\\${name}`,
  };
};

const written = (scheduler: "cron" | "systemd" | "windows") => writeSchedule("crontab", CRONTAB, { scheduler, directory: "/srv/site", program: ["tandem"], limitSeconds: 60, image: "x" });
const options = (scheduler: InstallOptions["scheduler"], more: Partial<InstallOptions> = {}): InstallOptions => ({ scheduler, site: "/srv/site", uninstall: false, units: { folder: "/units", user: false }, tasks: { folder: "C:\\tandem\\tasks" }, ...more });

describe("putting schedules in place", () => {
  it("on Windows writes each task and gives it to schtasks, takes out what is no longer wanted, and all of the site at last", async () => {
    const folder = windowsFolder("/srv/site");
    expect(folder).toMatch(/^\\Tandem\\srv-site-[0-9a-f]{6}$/);
    const list = (...names: readonly string[]): ProgramEnd => ({ code: 0, out: names.map((name) => `"${name}","27.11.2026 05:00:00","Bereit"\r\n`).join(""), err: "" });
    const doors = machine({ schtasks: list("\\Microsoft\\Windows\\Defrag\\ScheduledDefrag", `${folder}\\tandem-purge-database`, `${folder}\\tandem-old`, `${folder}\\tandem-old`, "\\Tandem\\srv-other-123456\\tandem-old", "\\Tandem\\mine") });
    await installSchedule(doors, await planInstall(doors, written("windows"), options("windows")), () => undefined);
    expect(doors.did).toEqual([
      "schtasks /Query /FO CSV /NH",
      `schtasks /Delete /TN ${folder}\\tandem-old /F`,
      "write C:\\tandem\\tasks\\tandem-sync-iteration.xml utf16le",
      `schtasks /Create /TN ${folder}\\tandem-sync-iteration /XML C:\\tandem\\tasks\\tandem-sync-iteration.xml /F`,
      "write C:\\tandem\\tasks\\tandem-purge-database.xml utf16le",
      `schtasks /Create /TN ${folder}\\tandem-purge-database /XML C:\\tandem\\tasks\\tandem-purge-database.xml /F`,
    ]);
    doors.did.length = 0;
    await installSchedule(doors, await planInstall(doors, written("windows"), options("windows", { uninstall: true })), () => undefined);
    expect(doors.did).toEqual(["schtasks /Query /FO CSV /NH", `schtasks /Delete /TN ${folder}\\tandem-purge-database /F`, `schtasks /Delete /TN ${folder}\\tandem-old /F`]);
    expect(await planInstall(machine(), written("windows"), options("windows", { uninstall: true }))).toEqual([]);
  });

  it.each(["C:\\tandem", "c:\\Tandem", "\\\\server\\share\\Tänd em & Co", "D:\\"])("keeps the tasks of %s apart from those of other folders, in a name any list can print", (site) => {
    expect(windowsFolder(site)).toMatch(/^\\Tandem\\[A-Za-z0-9-]+-[0-9a-f]{6}$/);
    expect(windowsFolder(site)).not.toBe(windowsFolder(`${site}2`));
  });

  it("never replaces a unit of another site or of a person", async () => {
    const doors = machine({}, [{ name: "tandem-sync-iteration.timer", content: "# Tandem: /srv/other\n[Timer]\n" }]);
    await expect(planInstall(doors, written("systemd"), options("systemd"))).rejects.toMatchObject({ exitCode: 65, message: expect.stringContaining("belongs to another site or to a person") });
    expect(await planInstall(doors, written("systemd"), options("systemd", { uninstall: true }))).toEqual([]);
    expect(doors.did).toEqual([]);
  });

  it("says which program is missing or refuses, and stops there", async () => {
    const missing: InstallDoors = { ...machine(), run: async () => undefined };
    await expect(planInstall(missing, written("cron"), options("cron"))).rejects.toMatchObject({ exitCode: 66, message: "there is no crontab on this machine" });
    const refusing = machine({ crontab: { code: 1, out: "", err: "you are not allowed to use this program\n" } });
    await expect(planInstall(refusing, written("cron"), options("cron"))).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining("you are not allowed") });
    const windows = machine({ schtasks: { code: 1, out: "", err: "ERROR: Access is denied." } });
    await expect(installSchedule(windows, await planInstall(windows, written("windows"), options("windows")), () => undefined)).rejects.toThrow("Access is denied");
    expect(windows.did.length).toBe(3);
  });
});

describe("the crontab", () => {
  it.each([
    ["", "a", "# BEGIN tandem /s\na\n# END tandem /s\n"],
    ["x\n", "a\n", "x\n\n# BEGIN tandem /s\na\n# END tandem /s\n"],
    ["x\n\n# BEGIN tandem /s\nold\n# END tandem /s\ny\n", "a", "x\n\ny\n\n# BEGIN tandem /s\na\n# END tandem /s\n"],
    ["# BEGIN tandem /other\no\n# END tandem /other\n", "a", "# BEGIN tandem /other\no\n# END tandem /other\n\n# BEGIN tandem /s\na\n# END tandem /s\n"],
    ["x\n\n# BEGIN tandem /s\nold\n# END tandem /s\n", undefined, "x\n"],
    ["# BEGIN tandem /s\nold\n# END tandem /s\n", undefined, ""],
  ])("%j with %j becomes %j", (before, block, after) => expect(mergeCrontab(before, "/s", block)).toBe(after));

  it("whose block has lost its end is left alone", () => {
    expect(() => mergeCrontab("# BEGIN tandem /s\nold\nmine\n", "/s", "a")).toThrow('without its "# END tandem /s"');
  });
});
