// help as a user runs it: the manual of one script, of all, and man pages that man itself reads.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { runScript } from "../support/scripts/process.ts";
import { isThere } from "../support/outside/programs.ts";

everyScript("help");

const scripts = readdirSync(new URL("../../scripts/", import.meta.url)).filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -3)).toSorted();

describe("help", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "tandem-help-"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("says in groups what each script is for, every one once", async () => {
    const { code, out, err } = await runScript("help", []);
    expect([code, err]).toEqual([0, ""]);
    for (const name of scripts) expect([name, [...out.matchAll(new RegExp(`^ {4}${name}(?: {2}|$)`, "gm"))].length]).toEqual([name, 1]);
    expect(out).toMatch(/^NAME\n {4}tandem - Keeps two ALM systems in step\.\n\nSYNOPSIS\n/);
    expect(out).not.toContain("\nMORE\n");
  });

  it("prints the manual of a script: synopsis, options, examples, exit codes, environment and files", async () => {
    const { code, out, err } = await runScript("help", ["restoreDatabase"]);
    expect([code, err]).toEqual([0, ""]);
    expect([...out.matchAll(/^[A-Z][A-Z ]+$/gm)].map(([title]) => title)).toEqual(["NAME", "SYNOPSIS", "DESCRIPTION", "ARGUMENTS", "OPTIONS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES", "SEE ALSO"]);
    expect(out).toContain("SYNOPSIS\n    tandem restoreDatabase [options] [file]\n");
    expect(out).toMatch(/^ {4}75 +try again later/m);
    expect(out).toMatch(/^ {4}TANDEM_LOCK_WAIT\n {8}takes the place of --lock-wait/m);
    expect(Math.max(...out.split("\n").filter((line) => !/tandem[ -]restoreDatabase /.test(line)).map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("writes a man page for each script and one for all, without a complaint of man", async () => {
    const folder = join(home, "man1");
    expect(await runScript("help", ["--out", folder])).toEqual({ code: 0, out: `${folder}: ${scripts.length + 1} man pages\n`, err: "" });
    expect(readdirSync(folder).toSorted()).toEqual(["tandem.1", ...scripts.map((name) => `tandem-${name}.1`)].toSorted());
    expect(readFileSync(join(folder, "tandem-undoRun.1"), "utf8")).toMatch(/^\.TH TANDEM-UNDORUN 1 "" "Tandem \d+\.\d+\.\d+" "Tandem"\n\.SH NAME\ntandem\\-undoRun \\- /);
    if (!isThere("groff")) return;
    const { status, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-z", ...readdirSync(folder).map((file) => join(folder, file))], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("names the nearest to somebody who mistyped one, and answers with one document for --json", async () => {
    expect(await runScript("help", ["syncIterations"])).toMatchObject({ code: 64, out: "", err: expect.stringContaining("syncIteration") });
    expect(JSON.parse((await runScript("help", ["--json"])).out)).toEqual({ scripts });
  });
});
