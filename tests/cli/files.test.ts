// Files of ours in a folder where others may write: nothing that lies there already is written through, or read by others.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backupFile } from "../../lib/cli/files/backupFiles.ts";
import { writePieces, writePrivate } from "../../lib/cli/files/files.ts";
import { OPTIONS } from "../../lib/cli/script/options.ts";
import { besideName } from "../../lib/cli/files/replace.ts";
import { rewriteDefinition, writeSchemas } from "../../lib/cli/definitions/writeDefinitions.ts";
import { leftFolder, leftName } from "../../lib/store/leftovers.ts";
import { compiledScript } from "../support/testRun/compiled.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a file that is written beside its place", () => {
  it("has a name that nobody can know before", () => {
    expect(new Set(Array.from({ length: 50 }, () => besideName("a"))).size).toBe(50);
    expect(besideName("a")).toMatch(/^a\.[0-9a-f]{20}\./);
  });

  it("is made anew, and never a link or a file of somebody else", async () => {
    const victim = join(folder, "victim");
    writeFileSync(victim, "untouched", { mode: 0o644 });
    for (const name of ["out", "pieces"]) symlinkSync(victim, join(folder, `${name}.${process.pid}.tmp`));
    writePrivate(join(folder, "out"), "private");
    await writePieces(join(folder, "pieces"), ["private"]);
    expect([readFileSync(victim, "utf8"), readFileSync(join(folder, "out"), "utf8"), statSync(join(folder, "out")).mode & 0o777, statSync(join(folder, "pieces")).mode & 0o777]).toEqual(["untouched", "private", 0o600, 0o600]);
  });

  it("takes the place of a link, and leaves what it led to alone", () => {
    const victim = join(folder, "victim");
    writeFileSync(victim, "untouched");
    symlinkSync(victim, join(folder, "out"));
    writePrivate(join(folder, "out"), "private");
    expect([readFileSync(victim, "utf8"), readFileSync(join(folder, "out"), "utf8")]).toEqual(["untouched", "private"]);
  });

  it("can be written by nobody else, whatever the mask of the account", async () => {
    const out = join(folder, "pages");
    const ended = spawnSync("sh", ["-c", 'umask 000; exec "$@"', "sh", process.execPath, await compiledScript("help"), "--out", out], { encoding: "utf8" });
    const all = [out, ...readdirSync(out).map((name) => join(out, name))];
    expect([ended.status, all.length > 20, all.filter((path) => (statSync(path).mode & 0o002) !== 0)]).toEqual([0, true, []]);
  });

  it("takes along what processes left that were killed, and nothing of the living, of other machines or of people", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const [of, old] = [(who: number, ending: "tmp" | "unproved"): string => leftName(join(folder, "was"), ending).replace(`.${process.pid}-`, `.${who}-`), new Date(Date.now() - 2 * 86_400_000)];
    const elsewhere = (): string => of(pid, "tmp").replace(/-[0-9a-f]{8}\.tmp$/, "-00000000.tmp");
    const gone = [of(pid, "tmp"), of(pid, "unproved"), elsewhere()];
    const kept = [of(process.ppid, "tmp"), of(process.pid, "tmp"), elsewhere(), join(folder, `a.${pid}.tmp`), join(folder, "b.tmp")];
    for (const path of [...gone, ...kept]) writeFileSync(path, "half");
    utimesSync(gone[2] ?? "", old, old);
    symlinkSync(kept[4] ?? "", of(pid, "tmp"));
    await writePieces(join(folder, "out"), ["whole"]);
    expect(readdirSync(folder).filter((name) => !lstatSync(join(folder, name)).isSymbolicLink()).toSorted()).toEqual([...kept.map((path) => basename(path)), "out"].toSorted());
  });

  it("so do the folders of trials, which hold a backup in clear", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const mine = leftFolder("try");
    const theirs = mkdtempSync(mine.slice(0, -6).replace(`-${process.pid}-`, `-${pid}-`));
    writeFileSync(join(theirs, "plain"), "content");
    rmSync(leftFolder("backup"), { recursive: true });
    expect([existsSync(mine), existsSync(theirs)]).toEqual([true, false]);
    rmSync(mine, { recursive: true });
  });

  it("leaves nothing behind", async () => {
    writeFileSync(join(folder, "definition.yaml"), "a: 1\n", { mode: 0o640 });
    await rewriteDefinition(folder, join(folder, "definition.yaml"), "a: 1\n", "a: 2\n");
    writeSchemas(folder);
    await writePieces(join(folder, "out"), ["a", "b"]);
    expect([readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".tmp")), statSync(join(folder, "definition.yaml")).mode & 0o777]).toEqual([[], 0o640]);
  });
});

describe("a definition file that is written again", () => {
  it("keeps what a person wrote into it meanwhile", async () => {
    const path = join(folder, "definition.yaml");
    writeFileSync(path, "a: 1 # a word of a person\n");
    await expect(rewriteDefinition(folder, path, "a: 1\n", "a: 2\n")).rejects.toThrow("was changed while this script was at work");
    expect(readFileSync(path, "utf8")).toBe("a: 1 # a word of a person\n");
  });

  it("stays a link where it is one", async () => {
    const path = join(folder, "definition.yaml");
    writeFileSync(join(folder, "of the team.yaml"), "a: 1\n");
    symlinkSync(join(folder, "of the team.yaml"), path);
    await rewriteDefinition(folder, path, "a: 1\n", "a: 2\n");
    expect([lstatSync(path).isSymbolicLink(), readFileSync(join(folder, "of the team.yaml"), "utf8")]).toEqual([true, "a: 2\n"]);
  });
});

describe.skipIf(process.platform === "win32")("a place that is no file", () => {
  const pipe = (): { readonly path: string; readonly read: () => Promise<string> } => {
    const path = join(folder, "pipe");
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    // Its other end, opened first: opening it to write waits for one.
    const reader = spawn("cat", [path], { stdio: ["ignore", "pipe", "inherit"] });
    return { path, read: () => new Promise((done) => {
      let text = "";
      reader.stdout.on("data", (part: Buffer) => (text += part.toString("utf8"))).once("end", () => done(text));
    }) };
  };

  it.each([["at once", (path: string) => writePrivate(path, "one text")] as const, ["in pieces", (path: string) => writePieces(path, ["one ", "text"])] as const])("is written into, and stays what it is: %s", async (_title, write) => {
    const { path, read } = pipe();
    const text = read();
    await write(path);
    expect([await text, lstatSync(path).isFIFO(), readdirSync(folder)]).toEqual(["one text", true, ["pipe"]]);
  });

  it("gets a backup only when that is proved", async () => {
    const { path, read } = pipe();
    const text = read();
    const file = backupFile(path, false);
    await file.write((async function* () {
      yield Buffer.from("a backup");
    })());
    await file.keep();
    file.discard();
    expect([await text, lstatSync(path).isFIFO(), readdirSync(folder)]).toEqual(["a backup", true, ["pipe"]]);
  });

  it("is made by nobody in the system's own folders", async () => {
    expect(() => writePrivate("/dev/no-such-device", "text")).toThrow("cannot write /dev/no-such-device: ENOENT");
    await expect(writePieces("/dev/no-such-device", ["text"])).rejects.toThrow("cannot write /dev/no-such-device: ENOENT");
  });

  it("is told where it takes nothing", async () => {
    expect(() => writePrivate("/dev/full", "text")).toThrow("cannot write /dev/full: ENOSPC");
    await expect(writePieces("/dev/full", ["text"])).rejects.toThrow("cannot write /dev/full: ENOSPC");
  });

  it("named /dev/stdout is standard output", () => {
    expect([OPTIONS.out, OPTIONS.plan, OPTIONS.worksheet].map(({ parse }) => ["/dev/stdout", "/dev/stderr", "-"].map(parse))).toEqual(Array.from({ length: 3 }, () => ["-", "/dev/stderr", "-"]));
  });
});
