// The log file: JSON lines with the run in each, moved aside by size by any number of processes, and at home with logrotate.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appendLog, logSettings, type LogSettings } from "../../lib/cli/output/logFile.ts";
import { registerSecret } from "../../lib/cli/output/redact.ts";
import { compiledScript } from "../support/testRun/compiled.ts";
import { openSite, type Site } from "../support/scripts/site.ts";
import { mayMount } from "../support/outside/smallDisk.ts";

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "tandem-log-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const lines = (file: string): readonly Readonly<Record<string, unknown>>[] => readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
const inFolder = (name: string, more: Partial<LogSettings> = {}): LogSettings => {
  mkdirSync(join(home, name));
  return { file: join(home, name, "tandem.log"), maxBytes: 1000, keep: 2, ...more };
};

describe("the log file", () => {
  it("is private, holds a JSON object per line, and no secret", () => {
    const settings = inFolder("private");
    registerSecret("very-secret");
    appendLog(settings, { message: "a\nb very-secret" });
    expect((statSync(settings.file).mode & 0o777).toString(8)).toBe("600");
    expect(lines(settings.file)).toEqual([{ message: "a\nb •••" }]);
  });

  it("is moved aside when it is full, and as many stay as were asked for", () => {
    const settings = inFolder("size");
    for (let n = 0; n < 100; n++) appendLog(settings, { n, filler: "x".repeat(80) });
    expect(readdirSync(join(home, "size")).toSorted()).toEqual(["tandem.log", "tandem.log.1", "tandem.log.2"]);
    const all = ["tandem.log.2", "tandem.log.1", "tandem.log"].flatMap((name) => lines(join(home, "size", name))).map(({ n }) => n as number);
    expect(all).toEqual(Array.from({ length: all.length }, (_, at) => 100 - all.length + at));
    const none = inFolder("none", { keep: 0 });
    for (let n = 0; n < 50; n++) appendLog(none, { filler: "x".repeat(80) });
    expect(readdirSync(join(home, "none"))).toEqual(["tandem.log"]);
    const never = inFolder("never", { maxBytes: 0 });
    for (let n = 0; n < 50; n++) appendLog(never, { filler: "x".repeat(80) });
    expect([readdirSync(join(home, "never")), statSync(never.file).size > 4000]).toEqual([["tandem.log"], true]);
  });

  it.runIf(mayMount)("is never moved where its name is an output, as /dev/stderr is", () => {
    const { file } = inFolder("device");
    writeFileSync(file, "");
    const name = `/dev/tandem-test-${process.pid}`;
    symlinkSync(file, name);
    try {
      for (let n = 0; n < 50; n++) appendLog({ file: name, maxBytes: 1000, keep: 2 }, { n, filler: "x".repeat(80) });
      expect([readdirSync("/dev").filter((each) => name.endsWith(each) || each.startsWith(`tandem-test-${process.pid}.`)), readdirSync(join(home, "device")), lines(file).length]).toEqual([[`tandem-test-${process.pid}`], ["tandem.log"], 50]);
    } finally {
      for (const ending of ["", ".1", ".2"]) rmSync(`${name}${ending}`, { force: true });
    }
  });

  it("goes on in a new file when logrotate has moved it, without a signal", () => {
    const settings = inFolder("moved");
    appendLog(settings, { n: 1 });
    renameSync(settings.file, `${settings.file}-20261124`);
    appendLog(settings, { n: 2 });
    expect([lines(`${settings.file}-20261124`), lines(settings.file)]).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  it("loses no line while several processes write and rotate it", async () => {
    const settings = inFolder("many", { maxBytes: 4000, keep: 200 });
    const code = `import { appendLog } from ${JSON.stringify(fileURLToPath(new URL("../../lib/cli/output/logFile.ts", import.meta.url)))}; for (let n = 0; n < 300; n++) appendLog(${JSON.stringify(settings)}, { pid: process.pid, n, filler: "x".repeat(50) });`;
    const writer = (): Promise<number | null> => new Promise((done, fail) => spawn(process.execPath, ["--import", fileURLToPath(import.meta.resolve("tsx")), "--input-type=module", "-e", code], { stdio: "inherit" }).once("error", fail).once("close", done));
    expect(await Promise.all([writer(), writer(), writer()])).toEqual([0, 0, 0]);
    const all = readdirSync(join(home, "many")).flatMap((name) => lines(join(home, "many", name)));
    expect([all.length, new Set(all.map(({ pid, n }) => `${String(pid)} ${String(n)}`)).size]).toEqual([900, 900]);
    expect(readdirSync(join(home, "many")).length).toBeGreaterThan(5);
  });

  it("is not kept from rotating by a process that died at it", () => {
    const settings = inFolder("died");
    writeFileSync(settings.file, "x".repeat(2000));
    mkdirSync(`${settings.file}.rotating`);
    appendLog(settings, { n: 1 });
    expect(existsSync(`${settings.file}.1`)).toBe(false);
    const long = new Date(Date.now() - 120_000);
    utimesSync(`${settings.file}.rotating`, long, long);
    appendLog(settings, { n: 2 });
    appendLog(settings, { n: 3 });
    expect(existsSync(`${settings.file}.1`)).toBe(true);
  });

  it("is named by --log, else by settings.yaml from the configuration folder; a wrong settings.yaml is left to others", async () => {
    const config = join(home, "config");
    mkdirSync(config);
    expect(await logSettings({ config })).toBeUndefined();
    writeFileSync(join(config, "settings.yaml"), "log: { file: logs/tandem.log, maxMegabytes: 2, keep: 1 }\n");
    expect(await logSettings({ config })).toEqual({ file: join(config, "logs", "tandem.log"), maxBytes: 2_000_000, keep: 1 });
    expect(await logSettings({ config, log: "/x.log" })).toEqual({ file: "/x.log", maxBytes: 2_000_000, keep: 1 });
    writeFileSync(join(config, "settings.yaml"), "log: { fiel: x }\n");
    expect(await logSettings({ config })).toBeUndefined();
    expect(await logSettings({ config, log: "/x.log" })).toEqual({ file: "/x.log", maxBytes: 50_000_000, keep: 5 });
  });
});

describe("a script with a log file", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("writes what it does with the run in every line, quiet or not, and its end", async () => {
    writeFileSync(join(site.directory, "settings.yaml"), "log: { file: ../logs/site.log }\n");
    const file = join(site.directory, "..", "logs", "site.log");
    expect(await site.run("syncIteration", "-q")).toEqual({ code: 0, out: "", err: "" });
    const good = lines(file);
    expect(good.every(({ time, level, script, pid, run }) => [time, level, script, run].every((part) => typeof part === "string" && part !== "") && typeof pid === "number")).toBe(true);
    expect(good.map(({ level, message }) => `${String(level)} ${String(message)}`)).toEqual(["debug started", expect.stringMatching(/^info octane-jira: done: .* run [0-9a-f-]{36}$/), "debug ended"]);
    expect(good.at(-1)).toMatchObject({ code: 0, ms: expect.any(Number) });
    const failed = await site.runWith("syncIteration", ["-q"], { env: { JIRA_TOKEN: "wrong-token" } });
    expect(failed.code).toBe(77);
    const all = lines(file);
    expect(all.at(-1)).toMatchObject({ level: "error", code: 77, message: expect.stringMatching(/^syncIteration: /) });
    expect(readFileSync(file, "utf8")).not.toContain("wrong-token");
    expect(new Set(all.map(({ run }) => run)).size).toBe(2);
  });

  it("goes on when logrotate tells everybody to open the log anew, and ends as told", async () => {
    const file = join(home, "hup.log");
    const child = spawn(process.execPath, [await compiledScript("startSandbox"), "octane", "--port", "0", "--log", file], { stdio: ["ignore", "pipe", "ignore"], env: { PATH: process.env.PATH } });
    const ended = new Promise((done) => child.once("close", (code, signal) => done([code, signal])));
    await once(child.stdout, "data");
    child.kill("SIGHUP");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(lines(file).map(({ message }) => message)).toEqual(["started", expect.stringMatching(/^Open an address/), "ended"]);
  });

  it("ends with 73 where the log cannot be written, before it does anything", async () => {
    const locked = join(home, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    const { code, out, err } = await site.run("syncIteration", "--log", join(locked, "none", "x.log"));
    expect([code, out]).toEqual([73, ""]);
    expect(err).toContain("cannot write the log file");
  });
});
