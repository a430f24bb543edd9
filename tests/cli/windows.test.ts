// What differs on Windows, as far as it can be tried elsewhere: functions that are told the platform, paths by node:path/win32,
// and files as its editors and shells write them. docs/operations.md says what was never run there.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, win32 } from "node:path";
import { XMLParser } from "fast-xml-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadDefinitions } from "../../lib/cli/definitions/config.ts";
import { readAll, readInput } from "../../lib/cli/files/files.ts";
import { replaceFile } from "../../lib/cli/files/replace.ts";
import { isInside, resolveSecret } from "../../lib/cli/definitions/secrets.ts";
import { signalsOf } from "../../lib/cli/script/signals.ts";
import { parseCrontab } from "../../lib/core/schedule/crontab.ts";
import { jobsOf } from "../../lib/core/schedule/job.ts";
import { renderWindowsTask } from "../../lib/core/schedule/windowsTask.ts";
import { lockAddress } from "../../lib/store/locks/processLock.ts";

const failing = (code: string): Error => Object.assign(new Error(code), { code });

describe("replacing a file", () => {
  const attempt = (platform: string, fails: number, code = "EPERM"): { readonly tries: number; readonly pauses: number[] } => {
    const pauses: number[] = [];
    let tries = 0;
    replaceFile("a", "b", {
      platform,
      rename: () => {
        if (++tries <= fails) throw failing(code);
      },
      pause: (milliseconds) => void pauses.push(milliseconds),
    });
    return { tries, pauses };
  };

  it("waits for who has the old one open, on Windows, for two seconds in all", () => {
    expect(attempt("win32", 0)).toEqual({ tries: 1, pauses: [] });
    expect(attempt("win32", 3)).toEqual({ tries: 4, pauses: [16, 32, 64] });
    expect(attempt("win32", 7).pauses.reduce((sum, pause) => sum + pause, 0)).toBe(2032);
    expect(() => attempt("win32", 8)).toThrow("EPERM");
  });

  it("fails at once for any other reason, and elsewhere", () => {
    expect(() => attempt("win32", 1, "ENOSPC")).toThrow("ENOSPC");
    expect(() => attempt("linux", 1)).toThrow("EPERM");
  });
});

describe("signals", () => {
  it("end a script where Windows closes its console, and a log rotation elsewhere does not", () => {
    expect(signalsOf("win32", false)).toEqual({ stop: ["SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP"], ignore: [] });
    expect(signalsOf("linux", false)).toEqual({ stop: ["SIGINT", "SIGTERM"], ignore: ["SIGHUP"] });
    expect(signalsOf("darwin", true)).toEqual({ stop: ["SIGINT", "SIGTERM"], ignore: [] });
  });
});

describe("the lock of the embedded store", () => {
  it("is the same for a folder however its letters are written, and another for another folder", () => {
    const names = ["C:\\Tandem\\.tandem", "c:\\tandem\\.TANDEM"].map((folder) => lockAddress(folder, "win32"));
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toMatch(/^\\\\\.\\pipe\\tandem-[0-9a-f]{24}$/);
    expect(lockAddress("D:\\Tandem\\.tandem", "win32")).not.toBe(names[0]);
    expect(lockAddress("/srv/A", "linux")).not.toBe(lockAddress("/srv/a", "linux"));
    expect(lockAddress("/srv/a", "darwin")).toBeUndefined();
  });
});

describe("secret files", () => {
  it.each([
    ["C:\\site\\tandem\\token", "C:\\site\\tandem", true],
    ["c:\\SITE\\Tandem\\sub\\token", "C:\\site\\tandem", true],
    ["C:\\site\\other\\token", "C:\\site\\tandem", false],
    ["C:\\site\\tandem", "C:\\site\\tandem", false],
    ["D:\\site\\tandem\\token", "C:\\site\\tandem", false],
    ["\\\\server\\share\\tandem\\token", "\\\\server\\share\\tandem", true],
    ["\\\\server\\share\\token", "C:\\site\\tandem", false],
    ["C:\\site\\tandem\\..token", "C:\\site\\tandem", true],
  ])("%s in %s: %s", (file, root, expected) => expect(isInside(file, root, win32)).toBe(expected));
});

describe("a scheduled task", () => {
  const taskOf = (line: string, directory: string, account?: string): string => {
    const [job] = jobsOf(parseCrontab("f", `${line}\n`).schedules, ["node.exe", "t.js"]);
    if (job === undefined) throw new Error("no job");
    return renderWindowsTask(job, { directory, program: [], limitSeconds: 60, ...(account === undefined ? {} : { account }) });
  };

  it.each([["C:\\Program Files\\Tandem & Co"], ["\\\\server\\share\\my tandem"]])("runs in %s with words that Windows splits as they were", (directory) => {
    const program = ["C:\\Program Files\\nodejs\\node.exe", `${directory}\\node_modules\\tandem\\scripts\\tandem.js`];
    const [job] = jobsOf(parseCrontab("f", '0 4 * * * npx tandem auditReport -o "my reports/x.html"\r\n').schedules, program);
    if (job === undefined) throw new Error("no job");
    const xml = renderWindowsTask(job, { directory, program, limitSeconds: 60 });
    const escaped = directory.replace("&", "&amp;");
    expect(xml).toContain("<Command>C:\\Program Files\\nodejs\\node.exe</Command>");
    expect(xml).toContain(`<Arguments>&quot;${escaped}\\node_modules\\tandem\\scripts\\tandem.js&quot; auditReport -o &quot;my reports/x.html&quot;</Arguments><WorkingDirectory>${escaped}</WorkingDirectory>`);
  });

  it.each([
    ["0 4 * * * npx tandem x --note 'of %PATH% and'", "C:\\tandem"],
    ["0 4 * * * npx tandem x --note '%a-b%'", "C:\\tandem"],
    ["0 4 * * * npx tandem x --note '$(Arg0)'", "C:\\tandem"],
    ["0 4 * * * npx tandem x", "C:\\of %TEMP%\\x"],
  ])("never holds a variable that the task scheduler would fill: %s in %s", (line, directory) => expect(() => taskOf(line, directory)).toThrow("the value of a variable"));

  it.each([
    ["0 4 * * * npx tandem x --note '100% of 50 %'", "C:\\100% sure", undefined],
    ["# bell \u0007 & \ud83d\ude00 <über>\n0 4 * * * npx tandem x", "C:\\Büro\\Übung", "CORP\\Müller & Söhne"],
    ["0 4 * * * npx tandem x", "\\\\server\\share$\\t", ".\\tandem"],
  ])("takes %s in %s for the account %s", (line, directory, account) => {
    const { Task } = new XMLParser({ parseTagValue: false }).parse(taskOf(line, directory, account)) as { readonly Task: { readonly Principals: { readonly Principal: { readonly UserId?: string } }; readonly Actions: { readonly Exec: { readonly WorkingDirectory: string } } } };
    expect([Task.Principals.Principal.UserId, Task.Actions.Exec.WorkingDirectory]).toEqual([account, directory]);
    expect(taskOf(line, directory, account)).not.toContain("\u0007");
  });

  it("may start a program of the site by its path in single quotes", () => {
    const [job] = jobsOf(parseCrontab("f", "0 4 * * * 'C:\\tools\\own job.cmd' x\n").schedules, ["x"]);
    expect([job?.name, job?.words]).toEqual(["tandem-own-job-cmd", ["C:\\tools\\own job.cmd", "x"]]);
  });
});

describe("files as Windows writes them", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "tandem-windows-"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const TEXT = "naïve 😀\r\nsecond\r\n";
  it.each([
    ["UTF-8", Buffer.from(TEXT)],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${TEXT}`)],
    ["UTF-16, as PowerShell's > writes", Buffer.from(`\uFEFF${TEXT}`, "utf16le")],
    ["UTF-16 of the other order", Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16()],
  ])("are read whatever the encoding: %s", (name, bytes) => {
    const file = join(home, name.replace(/\W/g, ""));
    writeFileSync(file, bytes);
    expect(readInput(file)).toBe(TEXT);
  });

  it("may be definitions, .env and secrets with marks and CRLF", async () => {
    const directory = join(home, "tandem");
    mkdirSync(join(directory, "connections"), { recursive: true });
    const source = (url: string): string => `system: jira\r\n    url: "${url}"\r\n    credentials: { email: a@example.com, token: "\${env:WINDOWS_TEST_TOKEN}" }\r\n`;
    writeFileSync(join(directory, "dataSources.yaml"), Buffer.from(`\uFEFFdataSources:\r\n  one:\r\n    ${source("https://one.example.com")}  two:\r\n    ${source("https://two.example.com")}`, "utf16le"));
    writeFileSync(join(directory, "connections", "c.yaml"), '\uFEFFname: c\r\nmaster: one\r\ntarget: two\r\nprojects:\r\n  - { master: "A", target: "B" }\r\ntypes:\r\n  - master: Story\r\n    target: Story\r\n    fields:\r\n      - { master: summary, target: summary }\r\n');
    writeFileSync(join(directory, ".env"), "\uFEFFWINDOWS_TEST_TOKEN=from the file\r\nWINDOWS_TEST_OTHER='a b'\r\n");
    writeFileSync(join(directory, "key"), Buffer.from("\uFEFFsecret\r\n", "utf16le"), { mode: 0o600 });
    try {
      const definitions = await loadDefinitions({ config: directory });
      expect([Object.keys(definitions.dataSources), definitions.connections.map(({ file }) => file.name)]).toEqual([["one", "two"], ["c"]]);
      expect([process.env.WINDOWS_TEST_TOKEN, process.env.WINDOWS_TEST_OTHER]).toEqual(["from the file", "a b"]);
      expect(resolveSecret("${file:key}", directory, {})).toBe("secret");
    } finally {
      delete process.env.WINDOWS_TEST_TOKEN;
      delete process.env.WINDOWS_TEST_OTHER;
    }
  });

  it("may be an input that Windows ends with an error", () => {
    const parts = ["one ", "two"];
    const read = (code: string) => (into: Uint8Array) => {
      const part = parts.shift();
      if (part === undefined) throw failing(code);
      into.set(Buffer.from(part));
      return part.length;
    };
    expect(Buffer.from(readAll(read("EOF"))).toString()).toBe("one two");
    expect(() => readAll(read("EIO"))).toThrow("EIO");
  });
});
